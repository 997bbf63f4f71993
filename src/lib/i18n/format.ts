// Numbers, dates and names as the reader's language writes them. Times are shown in the city's zone, never in the
// zone of whichever machine renders the page, so that server and browser agree.
import { getLocale, type Locale } from './locale.ts';

const kept = new Map<string, Intl.DateTimeFormat | Intl.NumberFormat>();

function keep<T extends Intl.DateTimeFormat | Intl.NumberFormat>(key: string, make: () => T): T {
	const found = kept.get(key) as T | undefined;
	if (found) return found;
	const made = make();
	kept.set(key, made);
	return made;
}

export function formatNumber(
	value: number,
	options: Intl.NumberFormatOptions = {},
	locale = getLocale()
): string {
	const key = `n ${locale} ${JSON.stringify(options)}`;
	return keep(key, () => new Intl.NumberFormat(locale, options)).format(value);
}

function formatDates(
	iso: string,
	timeZone: string,
	options: Intl.DateTimeFormatOptions,
	locale: Locale
): string {
	const key = `d ${locale} ${timeZone} ${JSON.stringify(options)}`;
	return keep(key, () => new Intl.DateTimeFormat(locale, { timeZone, hourCycle: 'h23', ...options })).format(
		new Date(iso)
	);
}

/** Date and time to the minute: 2026-03-15 09:05 in Chinese, 15 Mar 2026, 09:05 in English. */
export function formatTime(iso: string, timeZone: string, locale = getLocale()): string {
	return formatDates(
		iso,
		timeZone,
		{ ...day(locale), hour: '2-digit', minute: '2-digit' },
		locale
	).replaceAll('/', '-');
}

export function formatDate(iso: string, timeZone: string, locale = getLocale()): string {
	return formatDates(iso, timeZone, day(locale), locale).replaceAll('/', '-');
}

function day(locale: Locale): Intl.DateTimeFormatOptions {
	return locale === 'en'
		? { year: 'numeric', month: 'short', day: 'numeric' }
		: { year: 'numeric', month: '2-digit', day: '2-digit' };
}

/** A thing's name in the reader's language; the Chinese name when it has no English one. */
export function localName(thing: { name: string; name_en?: string | null }, locale = getLocale()): string {
	return (locale === 'en' && thing.name_en) || thing.name;
}
