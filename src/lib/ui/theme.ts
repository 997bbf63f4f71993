// Light, dark, or as the reader's system has it. A cookie remembers it, so the server already sends the right page.
export const themes = ['light', 'auto', 'dark'] as const;
export type Theme = (typeof themes)[number];
export const themeCookie = 'kerbside_theme';

export function isTheme(value: unknown): value is Theme {
	return themes.some((theme) => theme === value);
}

/** The attribute of <html> that a page begins with: none while the system decides. */
export function themeAttribute(cookie: string | undefined): string {
	return isTheme(cookie) && cookie !== 'auto' ? `data-theme="${cookie}"` : '';
}
