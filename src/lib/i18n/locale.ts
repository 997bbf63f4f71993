// Which language a text comes out in. On the server each request has its own (language.server.ts sets the reader);
// in the browser the page says so itself, so that the first render in the browser agrees with the server's.
export type Locale = 'zh-CN' | 'en';
export type Value = string | number;
export type InLocale = { locale?: Locale };

export const locales: readonly Locale[] = ['zh-CN', 'en'];
export const baseLocale: Locale = 'zh-CN';

export function isLocale(value: unknown): value is Locale {
	return value === 'zh-CN' || value === 'en';
}

let read: () => Locale = () => {
	const lang = typeof document === 'undefined' ? undefined : document.documentElement.lang;
	return isLocale(lang) ? lang : baseLocale;
};

export function getLocale(): Locale {
	return read();
}

/** The server's reader; called once at start. */
export function readLocaleFrom(reader: () => Locale): void {
	read = reader;
}

export function pick(options?: InLocale): Locale {
	return options?.locale ?? read();
}
