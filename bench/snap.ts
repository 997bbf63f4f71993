// The form on a slow phone (150 ms, 1.6/0.75 Mbps, 4× CPU): script, bytes, time to its fields, beside a map-first form.
//
//   npm run bench snap                     nine cold visits of each
//   npm run bench snap -- --visits 3
//   npm run bench snap -- --sample         /snap once, and a smaller photo

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core';
import sharp, { type Sharp } from 'sharp';
import { startApp } from '#test/support/app.ts';
import { missingBrowser, openBrowser } from '#test/support/browser.ts';
import { mulberry32, SKIPPED } from '#test/support/proof.ts';
import { openSite } from '#test/support/site.ts';
import { openBenchSite } from './snap/site.ts';

const { values } = parseArgs({
	options: { visits: { type: 'string' }, sample: { type: 'boolean', default: false } }
});
const visits = Number(values.visits ?? 9);
const most = { script: 60, largest: 1_200, photo: 250 };
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const line = { latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 0.75e6 / 8 };

interface Visit {
	/** KB over the line, headers included. */
	bytes: number;
	/** KB of script that the page names itself, as gzip. */
	script: number;
	/** Scripts asked for later, by other scripts. */
	later: number;
	/** Milliseconds from the start of the navigation. */
	fields: number;
	largest: number;
}

if (missingBrowser) {
	console.log(`SKIPPED: ${missingBrowser}.`);
	process.exit(SKIPPED);
}
const folder = await mkdtemp(join(tmpdir(), 'kerbside-bench-'));
const site = await openSite('embedded');
try {
	const app = await startApp({ ...site, demo: false });
	try {
		const photo = values.sample ? await smallStreetPhoto() : await streetPhoto();
		const bench = await openBenchSite(app.url, join(folder, 'pages'), photo, !values.sample);
		const browser = await openBrowser([], {});
		try {
			if (values.sample) await measureOnce(browser, bench.url);
			else await compare(browser, bench.url);
			await comeAgain(browser, app.url);
			await sendPhoto(browser, bench.url);
		} finally {
			await browser.close();
			bench.close();
		}
	} finally {
		await app.stop();
	}
} finally {
	await site.close();
	await rm(folder, { recursive: true, force: true });
}

/** How fast this machine draws is not for a sample to judge, how much it is sent is. */
async function measureOnce(browser: Browser, url: string): Promise<void> {
	const ours = await visit(browser, `${url}/snap`);
	console.log(`  ${rowOf('/snap', ours)}`);
	weigh('/snap', ours);
}

async function compare(browser: Browser, url: string): Promise<void> {
	const ours = await measure(browser, `${url}/snap`);
	const track = await measure(browser, `${url}/track`);
	const mapFirst = await measure(browser, `${url}/bench/map-first.html`);
	for (const [name, one] of Object.entries({ '/snap': ours, '/track': track, 'map first': mapFirst }))
		console.log(`  ${rowOf(name, one)}, largest paint ${seconds(one.largest)}`);
	console.log(
		`  The fields come ${(mapFirst.fields / ours.fields).toFixed(1)} times as fast as behind a map, with ${Math.round((ours.bytes / mapFirst.bytes) * 100)} % of the bytes.`
	);
	weigh('/snap', ours);
	weigh('/track', track);
	if (ours.largest > most.largest)
		fail(`Largest paint after ${seconds(ours.largest)}, aim ${seconds(most.largest)}.`);
}

function rowOf(name: string, { script, later, bytes, fields }: Visit): string {
	return `${name.padEnd(16)} script ${kb(script)} (+ ${kb(later)} later), ${kb(bytes)} in all; fields after ${seconds(fields)}`;
}

function weigh(name: string, { script }: Visit): void {
	if (script > most.script) fail(`${name}: ${kb(script)} of script, at most ${most.script} KB.`);
}

/** The middle of several cold visits, figure by figure. */
async function measure(browser: Browser, address: string): Promise<Visit> {
	const all: Visit[] = [];
	for (let i = 0; i < visits; i += 1) all.push(await visit(browser, address));
	const middle = (figure: keyof Visit) =>
		all.map((one) => one[figure]).sort((a, b) => a - b)[Math.floor(all.length / 2)]!;
	return {
		bytes: middle('bytes'),
		script: middle('script'),
		later: middle('later'),
		fields: middle('fields'),
		largest: middle('largest')
	};
}

async function visit(browser: Browser, address: string): Promise<Visit> {
	const { context, page } = await openPhone(browser);
	try {
		const session = await slowDown(context, page);
		const asked = new Map<string, { isScript: boolean; url: string }>();
		const got: { url: string; isScript: boolean; bytes: number; body: number }[] = [];
		const bodies = new Map<string, number>();
		session.on('Network.requestWillBeSent', ({ requestId, type, request }) => {
			asked.set(requestId, { isScript: type === 'Script' || /\.m?js$/.test(request.url), url: request.url });
		});
		session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
			const one = asked.get(requestId);
			if (one) got.push({ ...one, bytes: encodedDataLength, body: bodies.get(requestId) ?? 0 });
		});
		session.on('Network.dataReceived', ({ requestId, encodedDataLength }) => {
			bodies.set(requestId, (bodies.get(requestId) ?? 0) + encodedDataLength);
		});
		await page.goto(address);
		await page.waitForFunction(() => (globalThis as unknown as Seen).seen.fields > 0, undefined, {
			timeout: 90_000
		});
		await page.waitForLoadState('networkidle');
		const { fields, largest } = await page.evaluate(() => (globalThis as unknown as Seen).seen);
		const bytes = got.reduce((total, one) => total + one.bytes, 0) / 1024;
		const first = new Set(
			await page.evaluate(() =>
				[...document.querySelectorAll<HTMLLinkElement>('link[rel=modulepreload]')].map(({ href }) => href)
			)
		);
		// A page that names nothing ahead (the map-first one) needs all that it asks for.
		const named = (headers: string | undefined) =>
			[...(headers ?? '').matchAll(/<([^>]+)>;\s*rel="modulepreload"/g)].map(
				([, path]) => new URL(path!, address).href
			);
		const link = await session
			.send('Runtime.evaluate', {
				expression: `fetch(location.href, { headers: { accept: 'text/html' } }).then((r) => r.headers.get('link'))`,
				awaitPromise: true
			})
			.then(({ result }) => result.value as string | undefined);
		for (const href of named(link)) first.add(href);
		const scripts = got.filter(({ isScript }) => isScript);
		const ahead = first.size === 0 ? scripts : scripts.filter(({ url }) => first.has(url));
		const sum = (list: readonly number[]) => list.reduce((total, n) => total + n, 0) / 1024;
		const script = sum(ahead.map(({ body }) => body));
		return { bytes, script, later: sum(scripts.map(({ body }) => body)) - script, fields, largest };
	} finally {
		await context.close();
	}
}

/** The second visit, without any network. A sample does not wait long for it on a busy machine, and says so. */
async function comeAgain(browser: Browser, url: string): Promise<void> {
	const { context, page } = await openPhone(browser, 'allow');
	let isGivenUp = false;
	const clock = values.sample
		? setTimeout(() => {
				isGivenUp = true;
				void context.close();
			}, 20_000)
		: undefined;
	try {
		await page.goto(`${url}/snap`);
		// The page asks for its service worker when it is loaded, which may be a moment after it is here.
		const isKept = await page.evaluate(() => {
			const late = new Promise<false>((resolve) => setTimeout(() => resolve(false), 15_000));
			return Promise.race([navigator.serviceWorker.ready.then(() => true), late]);
		});
		if (!isKept) return fail('Without a network there is no second visit: nothing was kept of the first.');
		await page.waitForTimeout(1_500);
		await context.setOffline(true);
		const session = await context.newCDPSession(page);
		await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
		await page.goto(`${url}/snap`);
		await page.waitForFunction(() => (globalThis as unknown as Seen).seen.fields > 0);
		const { fields } = await page.evaluate(() => (globalThis as unknown as Seen).seen);
		console.log(`  Second visit without a network: fields after ${seconds(fields)}.`);
	} catch (error) {
		if (isGivenUp) console.warn('  SKIPPED: the second visit without a network (not within 20 s).');
		else fail(`Without a network the second visit failed: ${String(error).split('\n')[0]}`);
	} finally {
		clearTimeout(clock);
		await context.close();
	}
}

async function sendPhoto(browser: Browser, url: string): Promise<void> {
	const { context, page } = await openPhone(browser);
	try {
		const session = await context.newCDPSession(page);
		await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
		await page.goto(`${url}/bench/photo.html`);
		await page.waitForFunction(() => 'prepared' in globalThis);
		const { given, sent, width, height, ms } = await page.evaluate(() =>
			(
				globalThis as unknown as {
					prepared(address: string): Promise<Record<'given' | 'sent' | 'width' | 'height' | 'ms', number>>;
				}
			).prepared('/bench/photo.jpg')
		);
		console.log(
			`  A photo of ${(given / 1024 ** 2).toFixed(1)} MB is sent as ${kb(sent / 1024)} (${width} × ${height}), made in ${seconds(ms)}.`
		);
		if (sent / 1024 > most.photo) fail(`The photo is larger than ${most.photo} KB.`);
	} finally {
		await context.close();
	}
}

interface Seen {
	seen: { fields: number; largest: number };
}

async function openPhone(
	browser: Browser,
	serviceWorkers: 'allow' | 'block' = 'block'
): Promise<{ context: BrowserContext; page: Page }> {
	const context = await browser.newContext({ ...phone, locale: 'zh-CN', serviceWorkers });
	await context.addInitScript(() => {
		const seen = { fields: 0, largest: 0 };
		Object.assign(globalThis, { seen });
		new PerformanceObserver((list) => {
			for (const entry of list.getEntries()) seen.largest = entry.startTime;
		}).observe({ type: 'largest-contentful-paint', buffered: true });
		// Usable: painted, and a field that takes what one types or photographs stands there.
		const look = () => {
			const field = document.querySelector('main form input:not([type=hidden]), main form textarea');
			const isPainted = performance.getEntriesByName('first-contentful-paint').length > 0;
			if (isPainted && field?.closest('form')?.getClientRects().length) seen.fields = performance.now();
			else requestAnimationFrame(look);
		};
		requestAnimationFrame(look);
	});
	const page = await context.newPage();
	page.setDefaultTimeout(60_000);
	return { context, page };
}

async function slowDown(context: BrowserContext, page: Page): Promise<CDPSession> {
	const session = await context.newCDPSession(page);
	await session.send('Network.enable');
	await session.send('Network.emulateNetworkConditions', { offline: false, ...line });
	await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
	return session;
}

/** As much detail as a street has, as large as a phone's camera makes it: about 4 MB. */
async function streetPhoto(): Promise<Buffer> {
	const picture = street(4032, 3024);
	let best: Buffer = Buffer.alloc(0);
	for (const quality of [95, 92, 88, 84, 80, 70]) {
		best = await picture.clone().jpeg({ quality }).toBuffer();
		if (best.length <= 4.2 * 1024 ** 2) break;
	}
	return best;
}

/** As many bytes and as much detail on fewer pixels, for a sample. */
async function smallStreetPhoto(): Promise<Buffer> {
	const photo = await street(2520, 1890).jpeg({ quality: 100 }).toBuffer();
	if (photo.length < 4 * 1024 ** 2) throw new Error(`The photo has only ${photo.length} bytes.`);
	return photo;
}

function street(width: number, height: number): Sharp {
	const raw = { width: 1008, height: 756, channels: 3 as const };
	const chance = mulberry32(11);
	const grain = Buffer.alloc(raw.width * raw.height * 3);
	for (let at = 0; at < grain.length; at += 1) grain[at] = 90 + Math.floor(110 * chance());
	return sharp(grain, { raw }).resize(width, height);
}

function kb(size: number): string {
	return `${size.toFixed(1)} KB`;
}

function seconds(ms: number): string {
	return `${(ms / 1000).toFixed(2)} s`;
}

function fail(sentence: string): void {
	console.error(`  FAILED: ${sentence}`);
	process.exitCode = 1;
}
