// The language of a request: the cookie a person set, then what their browser asks for, then Chinese.
import { AsyncLocalStorage } from 'node:async_hooks';
import { baseLocale, isLocale, readLocaleFrom, type Locale } from './locale.ts';

export const languageCookie = 'kerbside_language';

const current = new AsyncLocalStorage<Locale>();
readLocaleFrom(() => current.getStore() ?? baseLocale);

/** Runs a request so that every m.key() inside it speaks that language. */
export function speaking<T>(locale: Locale, work: () => T): T {
	return current.run(locale, work);
}

export function chooseLanguage(cookie: string | undefined, acceptLanguage: string | null): Locale {
	if (isLocale(cookie)) return cookie;
	let best: { locale: Locale; quality: number } = { locale: baseLocale, quality: 0 };
	for (const part of (acceptLanguage ?? '').slice(0, 500).split(',')) {
		const [tag = '', ...options] = part.trim().toLowerCase().split(';');
		const locale = /^zh(-|$)/.test(tag) ? 'zh-CN' : /^en(-|$)/.test(tag) ? 'en' : null;
		if (!locale) continue;
		const given = options.map((option) => /^\s*q\s*=\s*([\d.]+)\s*$/.exec(option)?.[1]).find(Boolean);
		const quality = given === undefined ? 1 : Number(given);
		if (quality > best.quality) best = { locale, quality };
	}
	return best.locale;
}
