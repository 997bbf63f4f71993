// Registering by keyboard: keys a report takes, and how long from the key to the next report and its photo on the screen.
//
//   npm run bench register                            50 reports
//   npm run bench register -- --url http://…          at a server that is running, with the demo's people
//   npm run bench register -- --sample                five, to see that it still runs

import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { startApp, type App } from '#test/support/app.ts';
import { missingBrowser, openBrowser } from '#test/support/browser.ts';
import { summarise } from '#test/support/figures.ts';
import { Phone } from '#test/support/phone.ts';
import { SKIPPED } from '#test/support/proof.ts';
import { settled } from '#test/support/settled.ts';

const { values } = parseArgs({
	options: {
		reports: { type: 'string' },
		url: { type: 'string' },
		sample: { type: 'boolean', default: false }
	}
});
if (missingBrowser) {
	console.log(`SKIPPED: ${missingBrowser}.`);
	process.exit(SKIPPED);
}
const count = Number(values.reports ?? (values.sample ? 5 : 50));
/** What a shift decides, about: seven in ten filed, and one each declined, added to a case, sent to be looked at. */
const shift = ['f', 'f', 'g', 'd', 'f', 'm', 'f', 'v', 'f', 'f'];
const limitMs = 60_000;
/** Nobody decides sooner about what they have not read; it does not count as the interface's time. */
const readingMs = 500;
/** Within a second the eye has not left the screen: https://www.nngroup.com/articles/response-times-3-important-limits/ */
const aim = { p95: 1000, keys: 1.5 };

let app: App | undefined;
const browser = await openBrowser([], {});
try {
	if (!values.url) {
		app = await startApp({ limitMs: 280_000 });
		await settled(app);
	}
	const url = app?.url ?? values.url!;
	await sendReports(url);
	const context = await browser.newContext({ viewport: { width: 1920, height: 1080 }, locale: 'zh-CN' });
	await context.addInitScript(watch);
	await context.request.post(`${url}/sign-in?/persona`, {
		form: { persona: 'registrar' },
		headers: { origin: url, accept: 'text/html' },
		maxRedirects: 0
	});
	const page = await context.newPage();
	page.setDefaultTimeout(limitMs);
	await page.goto(`${url}/desk?list=inbox`);
	await page.waitForFunction(() => document.querySelector('.badge.live') !== null);
	await register(page);
} finally {
	await browser.close();
	await app?.stop();
}

/** Each with a photo of its own, as they come from the street. */
async function sendReports(url: string): Promise<void> {
	const phone = await Phone.at(url, 77);
	for (let i = 0; i < count + 1; i += 1) {
		const photo = phone.takePhoto();
		await phone.sendPhoto(photo);
		const report = {
			...phone.writeReport([photo]),
			description: i % 3 ? '路边摆摊，占了半条人行道' : '有人洗车'
		};
		const { status } = await phone.sendReport(report);
		if (status !== 201) throw new Error(`A report was answered with ${status}.`);
	}
	phone.close();
}

interface Seen {
	/** When the last key went down, when the report on the screen last changed, and when its first photo was there. */
	seen: { key: number; report: number; photo: number; number: string };
}

/** Runs in the page: the page's own clock, without the distance to this program. */
function watch(): void {
	const seen = { key: 0, report: 0, photo: 0, number: '' };
	(globalThis as unknown as Seen).seen = seen;
	addEventListener('keydown', ({ timeStamp }) => (seen.key = timeStamp), true);
	const look = () => {
		const number = document.querySelector('article .number')?.textContent ?? '';
		if (number !== '' && number !== seen.number) {
			seen.number = number;
			seen.report = performance.now();
			seen.photo = 0;
		}
		const image = document.querySelector<HTMLImageElement>('article .facts img');
		if (seen.photo === 0 && image?.complete && image.naturalWidth > 0) seen.photo = performance.now();
		requestAnimationFrame(look);
	};
	requestAnimationFrame(look);
}

async function register(page: Page): Promise<void> {
	const bar = page.locator('.registering');
	const times = { report: [] as number[], photo: [] as number[] };
	let keys = 0;
	let retries = 0;
	const press = async (key: string) => {
		keys += 1;
		await page.keyboard.press(key);
	};
	const seen = () => page.evaluate(() => (globalThis as unknown as Seen).seen);
	await press('n');
	await page.waitForFunction(() => (globalThis as unknown as Seen).seen.number !== '');
	const startedAt = performance.now();
	for (let at = 0; at < count; at += 1) {
		await page.waitForTimeout(readingMs);
		const { number } = await seen();
		const key = shift[at % shift.length]!;
		const giveUpAt = performance.now() + limitMs;
		await press(key);
		let pressedAt = (await seen()).key;
		for (;;) {
			const now = await seen();
			if (now.number !== number) {
				times.report.push(now.report - pressedAt);
				break;
			}
			// A question is answered by its first number; without an answer, or where nothing is suggested, the report is filed.
			if ((await bar.locator('.choice').count()) > 0) {
				const isAnswerable = (await bar.locator('.options button').count()) > 0;
				if (!isAnswerable) await press('Escape');
				await press(isAnswerable ? '1' : 'f');
				retries += isAnswerable ? 0 : 1;
				pressedAt = (await seen()).key;
			} else if ((await bar.locator('.complaint').innerText()) !== '') {
				await press('f');
				retries += 1;
				pressedAt = (await seen()).key;
			}
			if (performance.now() > giveUpAt)
				throw new Error(`Nothing came of ${key} on ${number}: ${await bar.innerText()}`);
			await page.waitForTimeout(15);
		}
		await page
			.waitForFunction(() => (globalThis as unknown as Seen).seen.photo > 0, undefined, { timeout: 5_000 })
			.then(async () => times.photo.push((await seen()).photo - pressedAt))
			// The demo's own reports have no photo.
			.catch(() => {});
	}
	const seconds = (performance.now() - startedAt) / 1000 - (count * readingMs) / 1000;
	const [report, photo] = [summarise(times.report), summarise(times.photo)];
	const ms = ({ p50, p95 }: { p50: number; p95: number }) => `${p50.toFixed(0)} / ${p95.toFixed(0)} ms`;
	console.log(
		`  ${count} reports: ${(keys / count).toFixed(2)} keys each, ${(seconds / count).toFixed(2)} s each of the interface's own`
	);
	console.log(`  from the last key to the next report ${ms(report)}, to its photo ${ms(photo)} (p50 / p95)`);
	console.log(`  ${retries} of ${count} keys met "nothing suggested" or "no case near"`);
	// How fast this machine is just now is not for a sample to judge, how many keys it takes is.
	if (keys / count > aim.keys) fail(`${(keys / count).toFixed(2)} keys a report, aim ${aim.keys}.`);
	if (!values.sample && report.p95 > aim.p95) fail(`p95 ${report.p95.toFixed(0)} ms, aim ${aim.p95}.`);
}

function fail(why: string): void {
	console.log(`  NOT met: ${why}`);
	process.exitCode = 1;
}
