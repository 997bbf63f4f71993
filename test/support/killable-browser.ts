// A browser with a profile that outlives it, in a process of its own that can be killed at any moment.
import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type BrowserContext } from 'playwright-core';
import { until } from './figures.ts';
import { findTools } from './tools.ts';

export interface KillableBrowser {
	context: BrowserContext;
	/** As a phone's system does with an application it needs the memory of. */
	kill(): Promise<void>;
}

export async function openKillable(profile: string, flags: readonly string[]): Promise<KillableBrowser> {
	const note = join(profile, 'DevToolsActivePort');
	await rm(note, { force: true });
	const child = spawn(
		findTools().chromium!,
		[
			...['--headless=new', '--remote-debugging-port=0', `--user-data-dir=${profile}`],
			...['--no-first-run', '--no-default-browser-check', ...flags, 'about:blank']
		],
		// A group of its own, so that all its processes end at once.
		{ stdio: 'ignore', detached: true }
	);
	const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
	const end = () => {
		try {
			process.kill(-child.pid!, 'SIGKILL');
		} catch {
			// It has ended.
		}
	};
	process.once('exit', end);
	const port = await until('The browser is there', 60_000, async () => {
		const [first] = (await readFile(note, 'utf8').catch(() => '')).split('\n');
		return first || null;
	});
	const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
	return {
		context: browser.contexts()[0]!,
		async kill() {
			end();
			await ended;
			process.removeListener('exit', end);
			await browser.close().catch(() => {});
		}
	};
}
