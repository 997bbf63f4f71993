// The theme of the page in this browser. CSS follows data-theme on <html>; maps are drawn by script and ask here.
import { MediaQuery } from 'svelte/reactivity';
import { isTheme, type Theme } from './theme.ts';

const system = new MediaQuery('(prefers-color-scheme: dark)', false);
let chosen = $state<Theme | null>(null);

/** What this page is set to; the server's word is on <html>. */
export function chosenTheme(): Theme {
	if (chosen) return chosen;
	const said = typeof document === 'undefined' ? undefined : document.documentElement.dataset.theme;
	return isTheme(said) ? said : 'auto';
}

/** Which of the two is on the screen now: for what cannot follow CSS. */
export function shownTheme(): 'light' | 'dark' {
	const theme = chosenTheme();
	if (theme !== 'auto') return theme;
	return system.current ? 'dark' : 'light';
}

/** Changes this page at once; remembering it is the server's. */
export function showTheme(theme: Theme): void {
	chosen = theme;
	const root = document.documentElement;
	if (theme === 'auto') delete root.dataset.theme;
	else root.dataset.theme = theme;
}
