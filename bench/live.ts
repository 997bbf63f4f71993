// A report with a photo, from the phone's first byte to the wall in another browser: p50 and p95 (both homes).
//
//   npm run bench live                                      200 sends in each home
//   npm run bench live -- --home native --sends 50

import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { startApp } from '#test/support/app.ts';
import { missingBrowser, openBrowser } from '#test/support/browser.ts';
import { showSummary, sleep, summarise } from '#test/support/figures.ts';
import { Phone } from '#test/support/phone.ts';
import { mulberry32, SKIPPED } from '#test/support/proof.ts';
import { openPhone, openWall, sendSnap } from '#test/support/screens.ts';
import { homesFor, openSite } from '#test/support/site.ts';

const { values } = parseArgs({
	options: {
		home: { type: 'string' },
		sends: { type: 'string' },
		seed: { type: 'string', default: '1' },
		sample: { type: 'boolean', default: false }
	}
});
const sends = Number(values.sends ?? (values.sample ? 5 : 200));
const snaps = values.sample ? 1 : 5;
const AIM_MS = 300;

/** When each newest report came to stand on the wall, by the time it was recorded at: kept by the wall's own page. */
type Shown = Record<string, { inList: number; painted: number }>;

if (missingBrowser) {
	console.log(`SKIPPED: ${missingBrowser}.`);
	process.exit(SKIPPED);
}
const browser = await openBrowser([], {});
try {
	for (const kind of homesFor(values.sample ? 'embedded' : values.home)) {
		const site = await openSite(kind);
		try {
			const app = await startApp({ ...site, demo: false });
			try {
				const wall = await openWall(browser, app.url, site.people.wall);
				await watch(wall);
				await measure(kind, app.url, browser, wall);
				await wall.context().close();
			} finally {
				await app.stop();
			}
		} finally {
			await site.close();
		}
	}
} finally {
	await browser.close();
}

async function measure(kind: string, url: string, browser: Browser, wall: Page): Promise<void> {
	const chance = mulberry32(Number(values.seed));
	const phone = await Phone.at(url, Number(values.seed));
	const [whole, fromReport, painted, answered]: number[][] = [[], [], [], []];
	// The first report of a process pays for what every later one finds ready.
	for (let turn = -2; turn < sends; turn += 1) {
		const photo = phone.takePhoto();
		const report = phone.writeReport([photo]);
		const before = await shownBy(wall);
		const startedAt = Date.now();
		const put = await phone.sendPhoto(photo);
		const photoAt = Date.now();
		const post = await phone.sendReport(report);
		const answeredAt = Date.now();
		if (put.status > 201 || post.status > 201) throw new Error(`Refused: ${put.status}, ${post.status}.`);
		const seen = await appeared(wall, before);
		if (turn >= 0) {
			whole!.push(seen.inList - startedAt);
			fromReport!.push(seen.inList - photoAt);
			painted!.push(seen.painted - startedAt);
			answered!.push(answeredAt - startedAt);
		}
		// Not in step with anything that turns on its own.
		await sleep(100 + 300 * chance());
	}
	phone.close();
	console.log(`\n${kind}: ${sends} reports with a photo, seen on a wall in Chromium at 1920×1080`);
	console.log(`  photo sent → on the wall    ${showSummary(summarise(whole!))}`);
	console.log(`  … and painted               ${showSummary(summarise(painted!))}`);
	console.log(`  report sent → on the wall   ${showSummary(summarise(fromReport!))}`);
	console.log(`  photo sent → code and PIN   ${showSummary(summarise(answered!))}`);
	const { p95 } = summarise(whole!);
	console.log(`  aim: p95 ≤ ${AIM_MS} ms: ${p95 <= AIM_MS ? 'met' : 'NOT met'}`);
	await measureForm(url, browser, wall, phone);
}

/** The same through the form people use, in a browser of a phone's size: from the tap on Send. */
async function measureForm(url: string, browser: Browser, wall: Page, phone: Phone): Promise<void> {
	const times: number[] = [];
	for (let turn = 0; turn < snaps; turn += 1) {
		const photo = phone.takePhoto();
		const { lng, lat } = phone.writeReport([]);
		const context = await openPhone(browser, { lng, lat });
		const before = await shownBy(wall);
		const snap = { photo: { name: 'kerb.jpg', bytes: photo.bytes }, category: '0551' };
		const { sentAt } = await sendSnap(await context.newPage(), url, snap);
		times.push((await appeared(wall, before)).inList - sentAt);
		await context.close();
	}
	console.log(`  tap on Send at /snap → wall ${showSummary(summarise(times))}`);
}

function watch(wall: Page): Promise<void> {
	return wall.evaluate(() => {
		const shown: Shown = {};
		(window as unknown as { shown: Shown }).shown = shown;
		const note = () => {
			for (const time of document.querySelectorAll<HTMLTimeElement>('[role=log] time')) {
				if (shown[time.dateTime]) continue;
				const entry = { inList: Date.now(), painted: 0 };
				shown[time.dateTime] = entry;
				requestAnimationFrame(() => setTimeout(() => (entry.painted = Date.now()), 0));
			}
		};
		new MutationObserver(note).observe(document.body, { subtree: true, childList: true, attributes: true });
		note();
	});
}

function shownBy(wall: Page): Promise<Shown> {
	return wall.evaluate(() => (window as unknown as { shown: Shown }).shown);
}

async function appeared(wall: Page, before: Shown): Promise<{ inList: number; painted: number }> {
	const end = Date.now() + 30_000;
	for (;;) {
		const now = await shownBy(wall);
		const fresh = Object.keys(now).find((recordedAt) => !before[recordedAt] && now[recordedAt]!.painted > 0);
		if (fresh) return now[fresh]!;
		if (Date.now() > end) throw new Error('A report did not reach the wall within 30 s.');
		await sleep(25);
	}
}
