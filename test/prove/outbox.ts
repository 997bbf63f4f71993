// Whatever happens on its way (browser killed, line cut, tabs racing, disk full), what a citizen sends arrives once.
//
//   npm run prove outbox                       100 kills, 50 cut points, 200 two-tab runs, 20 reports on a full disk
//   npm run prove outbox -- --size 5           five of each

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import sharp from 'sharp';
import { uuidv7 } from 'uuidv7';
import { build } from 'vite';
import { demoDistrict } from '#lib/city/demo/district.ts';
import { call, serviceClient } from '#lib/database/client.server.ts';
import type { OutboxEntry } from '#lib/outbox/entry.ts';
import type { KeptReceipt } from '#lib/outbox/receipts.ts';
import { startApp, type App } from '#test/support/app.ts';
import { FLAGS, missingBrowser } from '#test/support/browser.ts';
import { startCuttingProxy, type Cut, type CuttingProxy, type OwnFile } from '#test/support/cutting-proxy.ts';
import { pick, sleep, until } from '#test/support/figures.ts';
import { openKillable } from '#test/support/killable-browser.ts';
import type { Errand, OutboxProof } from '#test/support/outbox-page.ts';
import { conclude, mulberry32, readProof, skipProof } from '#test/support/proof.ts';
import { openSite, type Site } from '#test/support/site.ts';
import { findTools, ROOT } from '#test/support/tools.ts';

declare const proof: OutboxProof;

interface State {
	entries: OutboxEntry[];
	receipts: KeptReceipt[];
	draftId: string | null;
}

if (missingBrowser) skipProof(missingBrowser);
const run = readProof();
const startedAt = performance.now();
const DISK_BYTES = 5 * 1024 * 1024;
const faults: string[] = [];
const all = new Map<string, KeptReceipt>();
const sentBodies = new Map<string, Set<string>>();
const kerbs = demoDistrict().segments.flatMap(({ line }) => line.slice(1, -1));

const site = await openSite('embedded');
try {
	await liftLimits(site);
	const app = await startApp({ ...site, demo: false, environment: { INTAKE_LIMITS: 'on' } });
	const proxy = await startCuttingProxy(app.url, await proofFiles(), sentBodies);
	try {
		await proveKills(proxy, run.size(1, 100));
		await proveCuts(proxy, run.size(3, 50));
		await proveTabs(proxy, run.size(2, 200));
		await proveFullDisk(proxy, run.size(1, 20));
		await checkServer(app);
	} finally {
		await proxy.close();
		await app.stop();
	}
	await checkTables(site);
} finally {
	await site.close();
}
for (const fault of faults.slice(0, 20)) console.log(`  ${fault}`);
conclude(
	'every report arrived once, with the body it was sent with first',
	{
		reports: all.size,
		seconds: Math.round((performance.now() - startedAt) / 1000),
		faults: faults.length
	},
	faults.length === 0 && all.size > 0
);

/** The work is asked for as from everybody; only that one address sends so much is no matter here. */
async function liftLimits(place: Site): Promise<void> {
	const home = await place.open();
	try {
		const { limits } = await call<{ limits: { kind: string }[] }>(serviceClient(home), 'intake_limits', {});
		await call(serviceClient(home), 'set_intake_limits', {
			limits: limits.map(({ kind }) => ({ kind, capacity: 1e6, per_hour: 1e6 }))
		});
	} finally {
		await home.close();
	}
}

/** The outbox of this source tree as one script, and the photos it takes. */
async function proofFiles(): Promise<(address: string) => Promise<OwnFile | null>> {
	const built = (await build({
		root: ROOT,
		configFile: false,
		logLevel: 'error',
		build: {
			write: false,
			minify: false,
			target: 'es2022',
			rollupOptions: {
				input: join(ROOT, 'test/support/outbox-page.ts'),
				output: { format: 'es', entryFileNames: 'outbox.js', chunkFileNames: '[name].js' }
			}
		},
		worker: { format: 'es' },
		base: '/proof/'
	})) as { output: { fileName: string; code?: string; source?: string | Uint8Array }[] };
	const script = (code: string | Uint8Array) => ({ type: 'text/javascript', bytes: Buffer.from(code) });
	const files = new Map<string, OwnFile>();
	for (const { fileName, code, source } of built.output)
		files.set(`/proof/${fileName}`, script(code ?? source ?? ''));
	files.set('/proof/small.jpg', jpeg(await noise(1280, 960, 40, 4)));
	return async (address) => {
		if (!address.startsWith('/proof/large.jpg')) return files.get(address) ?? null;
		return jpeg(await noise(2600, 1950, 95, 1, address));
	};
}

function jpeg(bytes: Uint8Array): OwnFile {
	return { type: 'image/jpeg', bytes };
}

/** A picture with as much detail as a street has; `grain` in pixels. What is `written` on it makes it its own. */
async function noise(
	width: number,
	height: number,
	quality: number,
	grain: number,
	written = ''
): Promise<Buffer> {
	const chance = mulberry32(7);
	const size = { width: Math.ceil(width / grain), height: Math.ceil(height / grain), channels: 3 as const };
	const raw = Buffer.alloc(size.width * size.height * 3);
	for (let at = 0; at < raw.length; at += 1) raw[at] = 60 + Math.floor(140 * chance());
	// Broad bars, so that they survive being made small.
	for (const [at, character] of [...written].entries())
		raw.fill(character.charCodeAt(0) * 2, at * 12_000, at * 12_000 + 9_000);
	return sharp(raw, { raw: size }).resize(width, height).jpeg({ quality }).toBuffer();
}

function writeErrand(photos: Errand['photos']): Errand {
	const [lng, lat] = pick(run.random, kerbs) as [number, number];
	return {
		report: {
			...{ id: uuidv7(), category: pick(run.random, ['0551', '0509', '0504']), lng, lat, accuracy_m: 12 },
			...{
				location_source: 'device',
				observed_at: new Date().toISOString(),
				description: '每天傍晚占用人行道'
			}
		},
		photos
	};
}

function somePhotos(): Errand['photos'] {
	return pick(run.random, [[], ['small'], ['small', 'small']]);
}

/** /snap as a citizen opens it, with the outbox of this source tree beside the page's own. */
async function openSnap(context: BrowserContext, proxy: CuttingProxy): Promise<Page> {
	const page = await context.newPage();
	page.setDefaultTimeout(60_000);
	await page.goto(`${proxy.url}/snap`, { waitUntil: 'domcontentloaded' });
	await page.addScriptTag({ url: '/proof/outbox.js', type: 'module' });
	await page.waitForFunction(() => 'proof' in globalThis);
	await page.evaluate(() => void proof.start());
	return page;
}

function look(page: Page): Promise<State> {
	return page.evaluate(() => proof.state());
}

/** Waits until nothing waits, and takes the receipts down. */
async function drained(page: Page, limitMs = 120_000): Promise<State> {
	const state = await until('The outbox is empty', limitMs, async () => {
		const now = await look(page);
		if (now.entries.length === 0) return now;
		const returned = now.entries.find(({ state }) => state === 'needs_you');
		if (returned) throw new Error(`Refused: ${JSON.stringify(returned.problem)}.`);
		await page.evaluate(() => proof.flush('now'));
		return null;
	}).catch(async (error: unknown) => {
		const left = await look(page);
		faults.push(`${String(error)} ${JSON.stringify(left.entries).slice(0, 400)}`);
		return left;
	});
	for (const receipt of state.receipts) {
		const before = all.get(receipt.id);
		if (before && before.code !== receipt.code) faults.push(`${receipt.id} has two codes`);
		all.set(receipt.id, receipt);
	}
	return state;
}

/** (a) The browser is killed at a moment nobody chose, and opened again. */
async function proveKills(proxy: CuttingProxy, kills: number): Promise<void> {
	const profile = await mkdtemp(join(tmpdir(), 'kerbside-profile-'));
	const found = { 'still a draft': 0, waiting: 0, 'received already': 0 };
	let usualMs = 1_500;
	const expected = new Set<string>();
	try {
		let browser = await openKillable(profile, FLAGS);
		let page = await openSnap(browser.context, proxy);
		for (let round = 0; round < kills; round += 1) {
			const errand = writeErrand(somePhotos());
			const { id } = errand.report;
			expected.add(id);
			await page.evaluate((given) => proof.write(given), errand);
			// From the tap on Send to a little after the receipt.
			const pause = run.random() * usualMs * 1.1;
			const sentAt = performance.now();
			const sent = page
				.evaluate((given) => proof.send(given), errand)
				.then(
					() => (usualMs = (usualMs * 3 + performance.now() - sentAt) / 4),
					() => {}
				);
			await sleep(pause);
			await browser.kill();
			await sent;
			browser = await openKillable(profile, FLAGS);
			page = await openSnap(browser.context, proxy);
			const state = await look(page);
			if (state.receipts.some((receipt) => receipt.id === id)) found['received already'] += 1;
			else if (state.entries.some((entry) => entry.id === id)) found.waiting += 1;
			else if (state.draftId === id) {
				found['still a draft'] += 1;
				// The person finds the form as it was, and presses Send again.
				await page.evaluate((given) => proof.send(given), errand);
			} else faults.push(`kill ${round}: ${id} is nowhere`);
			const { receipts } = await drained(page);
			if (!receipts.some((receipt) => receipt.id === id)) faults.push(`kill ${round}: ${id} has no receipt`);
		}
		await browser.kill();
	} finally {
		await rm(profile, { recursive: true, force: true, maxRetries: 5 });
	}
	conclude('a browser killed while sending loses and doubles nothing', { kills, ...found }, isFine(expected));
}

/** (b) The line is cut at a chosen point. */
async function proveCuts(proxy: CuttingProxy, count: number): Promise<void> {
	const browser = await chromium.launch({ executablePath: findTools().chromium!, args: FLAGS });
	const calls = ['photo', 'challenge', 'report'] as const;
	const moments = ['before', 'within the request', 'before the answer', 'within the answer'] as const;
	// Three calls and four moments: twelve in a row are every pair, and a few are others with every seed.
	const from = Math.floor(run.random() * 12);
	const cuts: Cut[] = Array.from({ length: count }, (_, at) => ({
		call: calls[(from + at) % 3]!,
		moment: moments[(from + at) % 4]!,
		share: run.random()
	}));
	const expected = new Set<string>();
	let queued = 0;
	try {
		const page = await openSnap(await browser.newContext(), proxy);
		for (const cut of cuts) {
			const errand = writeErrand(cut.call === 'photo' ? ['small', 'small'] : ['small']);
			expected.add(errand.report.id);
			proxy.cut = cut;
			const outcome = await page.evaluate((given) => proof.send(given), errand);
			if (proxy.cut) faults.push(`never struck: ${JSON.stringify(cut)}`);
			if (outcome.kind === 'queued') queued += 1;
			else if (outcome.kind !== 'sent') faults.push(`${JSON.stringify(cut)}: ${outcome.kind}`);
			await drained(page);
		}
	} finally {
		proxy.cut = null;
		await browser.close();
	}
	conclude('a line cut at any point loses and doubles nothing', { cuts: count, queued }, isFine(expected));
}

/** (c) Two tabs and the service worker flush at the same moment. */
async function proveTabs(proxy: CuttingProxy, runs: number): Promise<void> {
	const browser = await chromium.launch({ executablePath: findTools().chromium!, args: FLAGS });
	const expected = new Set<string>();
	let mostSends = 0;
	let syncs = 0;
	let usesLocks = true;
	try {
		const context = await browser.newContext();
		const pages = [await openSnap(context, proxy), await openSnap(context, proxy)] as const;
		await pages[0].evaluate(async () => void (await navigator.serviceWorker.ready));
		const sync = await syncEvents(pages[0], proxy.url);
		for (let round = 0; round < runs; round += 1) {
			// The last quarter as in a browser without locks: then only the server keeps it one report.
			if (usesLocks && round >= Math.max(1, Math.floor(runs * 0.75))) {
				usesLocks = false;
				for (const page of pages) await page.evaluate(() => proof.withoutLocks());
			}
			const errands = Array.from({ length: 1 + (round % 3 === 0 ? 1 : 0) }, () => writeErrand(somePhotos()));
			proxy.isDead = true;
			for (const errand of errands) {
				expected.add(errand.report.id);
				const { kind } = await pages[round % 2]!.evaluate((given) => proof.send(given), errand);
				if (kind !== 'queued') faults.push(`run ${round}: ${kind} over a dead line`);
			}
			proxy.isDead = false;
			await Promise.all([
				...pages.map((page) => page.evaluate(() => proof.flush('online'))),
				sync().then((isFired) => (syncs += Number(isFired)))
			]);
			const states = await Promise.all(pages.map((page) => drained(page)));
			for (const { report } of errands) {
				if (usesLocks) mostSends = Math.max(mostSends, proxy.sends.get(report.id) ?? 0);
				if (states.some(({ receipts }) => !receipts.some(({ id }) => id === report.id)))
					faults.push(`run ${round}: a tab does not see the receipt of ${report.id}`);
			}
		}
	} finally {
		proxy.isDead = false;
		await browser.close();
	}
	conclude(
		'two tabs and the service worker flush together and send once',
		{ runs, reports: expected.size, 'sync events': syncs, 'sends of one report, at most': mostSends },
		// Once without and once with the work that the server asks for.
		isFine(expected) && mostSends <= 2 && syncs > 0
	);
}

/** Fires the event with which a browser says that there is a network again. */
async function syncEvents(page: Page, origin: string): Promise<() => Promise<boolean>> {
	const devtools = await page.context().newCDPSession(page);
	let registrationId = '';
	devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
		registrationId = registrations.find(({ isDeleted }) => !isDeleted)?.registrationId ?? registrationId;
	});
	await devtools.send('ServiceWorker.enable');
	await until('The service worker is registered', 60_000, () => registrationId !== '');
	return () =>
		devtools
			.send('ServiceWorker.dispatchSyncEvent', {
				origin,
				registrationId,
				tag: 'kerbside-outbox',
				lastChance: false
			})
			.then(
				() => true,
				() => false
			);
}

/** (d) Five megabytes for everything, and photos of four. */
async function proveFullDisk(proxy: CuttingProxy, count: number): Promise<void> {
	const browser = await chromium.launch({ executablePath: findTools().chromium!, args: FLAGS });
	const told: string[] = [];
	const photos = { 'as they were': 0, smaller: 0, 'held by the page': 0, 'lost and said so': 0 };
	const expected = new Set<string>();
	try {
		const context = await browser.newContext();
		const page = await openSnap(context, proxy);
		const devtools = await context.newCDPSession(page);
		await devtools.send('Storage.overrideQuotaForOrigin', { origin: proxy.url, quotaSize: DISK_BYTES });
		// Room for a few photos only, so that also a small run comes to the end of it.
		await page.evaluate(fillDisk, DISK_BYTES - 900_000);
		told.push(await page.evaluate(() => proof.room()));
		for (let round = 0; round < count; round += 1) {
			const errand = writeErrand(['large', 'large']);
			// The photo is taken, then the line is lost.
			proxy.isDead = false;
			await page.evaluate((given) => proof.take(given), errand);
			proxy.isDead = true;
			expected.add(errand.report.id);
			const outcome = await page.evaluate((given) => proof.send(given), errand);
			if (outcome.kind !== 'queued') faults.push(`full disk ${round}: ${outcome.kind}`);
		}
		told.push(await page.evaluate(() => proof.room()));
		const { entries } = await look(page);
		for (const id of expected) {
			const entry = entries.find((one) => one.id === id);
			if (entry?.report.description !== '每天傍晚占用人行道')
				faults.push(`full disk: the text of ${id} is gone`);
			if (entry?.photos.length !== 2) faults.push(`full disk: a photo of ${id} is not even named`);
			for (const photo of entry?.photos ?? []) {
				if (photo.isLost) photos['lost and said so'] += 1;
				else if (photo.isHeld) photos['held by the page'] += 1;
				else if (photo.step > 0) photos.smaller += 1;
				else photos['as they were'] += 1;
			}
		}
		proxy.isDead = false;
		// One tab more is opened and this one is closed: photos that only it had are lost, and the receipts say so.
		const other = await openSnap(context, proxy);
		await page.close();
		const { receipts } = await drained(other, 120_000);
		const lost = receipts.reduce((sum, receipt) => sum + (receipt.photos_lost ?? 0), 0);
		if (lost !== photos['held by the page'] + photos['lost and said so'])
			faults.push(`full disk: ${lost} photos are said to be lost`);
	} finally {
		proxy.isDead = false;
		await browser.close();
	}
	conclude(
		'on a full disk the text is always there, and no photo is lost silently',
		{ reports: count, ...photos, 'room, as the form is told': told.join(', then ') },
		isFine(expected)
	);
}

/** Runs in the page; `upTo` bytes are taken when it is done. */
async function fillDisk(upTo: number): Promise<void> {
	const { usage = 0 } = await navigator.storage.estimate();
	const cache = await caches.open('filler');
	await cache.put('/filler', new Response(new Uint8Array(Math.max(0, upTo - usage))));
}

function isFine(expected: ReadonlySet<string>): boolean {
	return [...expected].every((id) => all.has(id)) && faults.length === 0;
}

/** Sends every report again, as it was sent: the same receipt must come back, and it must need nothing. */
async function checkServer(app: App): Promise<void> {
	for (const [id, receipt] of all) {
		const report = JSON.parse(bodyOf(id)) as unknown;
		const again = async () => {
			const answer = await fetch(`${app.url}/snap/reports`, {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify({ report, sent_at: new Date().toISOString(), as: 'citizen' })
			});
			return (await answer.json()) as { code?: string; number?: number; needs?: string[] };
		};
		const { code, needs } = await until('The database has it', 120_000, async () => {
			const answer = await again();
			return answer.code === receipt.code && answer.number === undefined ? null : answer;
		});
		if (code !== receipt.code) faults.push(`${id}: another answer the second time: ${code}`);
		if (needs?.length) faults.push(`${id}: ${needs.length} photos are missing`);
	}
}

function bodyOf(id: string): string {
	const bodies = [...(sentBodies.get(id) ?? [])];
	if (bodies.length !== 1) faults.push(`${id} was sent with ${bodies.length} bodies`);
	return bodies[0] ?? 'null';
}

async function checkTables(place: Site): Promise<void> {
	const [row] = await place.query<{ count: number }>('select count(*)::int as count from app.reports');
	if (row?.count !== all.size)
		faults.push(`${row?.count} reports are in the database, ${all.size} were sent`);
}
