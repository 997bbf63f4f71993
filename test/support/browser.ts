import { chromium, type Browser } from 'playwright-core';
import { findTools } from './tools.ts';

/** Null with a reason to skip aloud, or the system's Chromium. */
export const missingBrowser: string | null = findTools().chromium ? null : 'Chromium is not installed';

// No sandbox: CI runs as root. WebGL is drawn in software, and the browser itself calls no other host.
const FLAGS = [
	'--no-sandbox',
	'--use-angle=swiftshader',
	'--enable-unsafe-swiftshader',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync'
];

export async function openBrowser(flags: string[] = []): Promise<Browser> {
	const { chromium: executablePath } = findTools();
	if (!executablePath) throw new Error('There is no Chromium on this machine.');
	return chromium.launch({ executablePath, args: [...FLAGS, ...flags] });
}
