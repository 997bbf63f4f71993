import { chromium, type Browser, type BrowserContextOptions } from 'playwright-core';
import { findTools } from './tools.ts';

/** Null with a reason to skip aloud, or the system's Chromium. */
export const missingBrowser: string | null = findTools().chromium ? null : 'Chromium is not installed';

// No sandbox: CI runs as root. WebGL is drawn in software, and the browser itself calls no other host. Where there is no graphics
// card the page itself is drawn faster without pretending to have one (Debian's Chromium would).
export const FLAGS = [
	'--no-sandbox',
	'--use-angle=swiftshader',
	'--enable-unsafe-swiftshader',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
	'--disable-gpu-rasterization',
	'--disable-gpu-compositing'
];

/**
 * For files that look at no map: its place says that this device cannot draw one, as on an old phone, and a case at the desk
 * takes a third less of the processor: nothing goes through the graphics of the machine, not even the page.
 */
export const WITHOUT_MAPS = ['--disable-3d-apis', '--use-angle=swiftshader-webgl'];

/**
 * Nothing moves by itself and a map is drawn with every other pixel: what tests look at is where things are and what they say, and
 * drawing sixty pictures a second in software was more than half of what they took.
 */
const STILL: BrowserContextOptions = { reducedMotion: 'reduce', deviceScaleFactor: 0.5 };

/** `look` is what every page is opened with; a benchmark asks for nothing (`{}`) and measures pages as people see them. */
export async function openBrowser(
	flags: string[] = [],
	look: BrowserContextOptions = STILL
): Promise<Browser> {
	const { chromium: executablePath } = findTools();
	if (!executablePath) throw new Error('There is no Chromium on this machine.');
	const browser = await chromium.launch({ executablePath, args: [...FLAGS, ...flags] });
	const newContext = browser.newContext.bind(browser);
	// Tests watch and answer what a page asks for; a service worker would do that behind their back. Those about it say so.
	browser.newContext = (options) => newContext({ serviceWorkers: 'block', ...look, ...options });
	return browser;
}
