import type { Locale } from '#lib/i18n/messages.ts';

/** A pair of columns in the reader's language: the English one when it exists and is wanted. */
export function localText<T extends string | null>(
	text: T,
	english: string | null | undefined,
	locale: Locale
): T | string {
	return locale === 'en' && english ? english : text;
}
