// Reports with one photo each per second: how many, for how long, and how soon each is acknowledged (both homes).
//
//   npm run bench intake                                          a ramp, then a minute of sustained load, in each home
//   npm run bench intake -- --home native --seconds 300 --rate 100

import { Agent } from 'node:http';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startApp } from '#test/support/app.ts';
import { showSummary, sleep, summarise, until } from '#test/support/figures.ts';
import { listenToLive, signInByForm, type Listener } from '#test/support/listener.ts';
import { processorSeconds, residentMegabytes } from '#test/support/memory.ts';
import { Phone } from '#test/support/phone.ts';
import { homesFor, openSite, type Site } from '#test/support/site.ts';

const { values } = parseArgs({
	options: {
		home: { type: 'string' },
		seconds: { type: 'string' },
		/** Reports per second to sustain; nine tenths of what the ramp reached when absent. */
		rate: { type: 'string' },
		seed: { type: 'string', default: '1' },
		sample: { type: 'boolean', default: false }
	}
});
const seconds = Number(values.seconds ?? (values.sample ? 3 : 60));
const rampSeconds = values.sample ? 1 : 5;
const AT_ONCE = 96;
const aims = { embedded: 20, native: 100 };
const AIM_P99_MS = 1000;
/** A rate counts as sustained when log and storage are this close behind at its end. */
const CAUGHT_UP_MS = 5_000;

interface Stretch {
	/** Milliseconds from when a report was due to be sent until it was acknowledged. */
	whole: number[];
	photo: number[];
	report: number[];
	errors: Map<string, number>;
	seconds: number;
	mostAtOnce: number;
}

for (const kind of homesFor(values.sample ? 'embedded' : values.home)) {
	const site = await openSite(kind);
	try {
		const app = await startApp({ ...site, demo: false });
		const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
		try {
			const listener = await listenToLive(app.url, await signInByForm(app.url, site.people.wall));
			const phone = await Phone.at(app.url, Number(values.seed), agent);
			await measure(site, phone, listener, app.pid);
			listener.close();
		} finally {
			agent.destroy();
			await app.stop();
		}
	} finally {
		await site.close();
	}
}

async function measure(site: Site, phone: Phone, listener: Listener, pid: number): Promise<void> {
	console.log(
		`\n${site.kind}: reports with one photo of ${Math.round(phone.takePhoto().bytes.length / 1000)} KB`
	);
	// The first reports of a process pay for what every later one finds ready.
	const sent = { reports: 0 };
	await together(phone, 2, values.sample ? 0.5 : 3, sent);
	let best = 0;
	for (const atOnce of values.sample ? [4] : [1, 2, 4, 8, 16, 32, 64]) {
		const stretch = await together(phone, atOnce, rampSeconds, sent);
		const { p99 } = summarise(stretch.whole);
		const behindMs = await caughtUp(site, listener, sent.reports, 120_000);
		// The embedded home acknowledges from its spool: what counts is what the database takes in over the same time.
		const rate = stretch.whole.length / (stretch.seconds + behindMs / 1000);
		if (p99 < AIM_P99_MS) best = Math.max(best, rate);
		const [acknowledged, taken] = [stretch.whole.length / stretch.seconds, rate].map((n) =>
			n.toFixed(1).padStart(6)
		);
		const times = showSummary(summarise(stretch.whole));
		console.log(
			`  ${String(atOnce).padStart(2)} at once  ${acknowledged}/s, taken in ${taken}/s  ${times}${errorsOf(stretch)}`
		);
		if (p99 > 2 * AIM_P99_MS) break;
	}

	const rate = Number(values.rate ?? Math.max(1, 0.9 * best));
	const before = spentBy(site, pid);
	const stretch = await atRate(phone, rate, seconds, sent);
	const behindMs = await caughtUp(site, listener, sent.reports, 120_000);
	const whole = summarise(stretch.whole);
	const reached = stretch.whole.length / stretch.seconds;
	console.log(
		`  sustained   ${reached.toFixed(1)}/s for ${Math.round(stretch.seconds)} s (offered ${rate.toFixed(1)}/s)`
	);
	console.log(`    whole     ${showSummary(whole)}${errorsOf(stretch)}`);
	console.log(`    photo     ${showSummary(summarise(stretch.photo))}`);
	console.log(`    report    ${showSummary(summarise(stretch.report))}`);
	console.log(
		`    most at once ${stretch.mostAtOnce}; log and photos caught up after ${Math.round(behindMs)} ms`
	);
	const perReport = spentBy(site, pid).map(([name, spent], at) => {
		const ms = ((spent - before[at]![1]) * 1000) / Math.max(1, stretch.whole.length);
		return `${name} ${ms.toFixed(1)}`;
	});
	console.log(`    processor ms per report: ${perReport.join(', ')}`);
	console.log(`    memory    ${residentMegabytes(pid)?.total ?? '?'} MB`);
	const isMet =
		reached >= aims[site.kind] &&
		whole.p99 < AIM_P99_MS &&
		stretch.errors.size === 0 &&
		behindMs < CAUGHT_UP_MS;
	console.log(`  aim: ≥ ${aims[site.kind]}/s with p99 < ${AIM_P99_MS} ms: ${isMet ? 'met' : 'NOT met'}`);
	if (stretch.errors.size > 0) process.exitCode = 1;
}

/** Seconds of processor time so far: ours, the web server's, and what stands behind it. */
function spentBy(site: Site, pid: number): [string, number][] {
	const sum = (spent: Map<string, number>) => [...spent.values()].reduce((all, some) => all + some, 0);
	const { user, system } = process.cpuUsage();
	const spent: [string, number][] = [
		['sender', (user + system) / 1e6],
		['web server', sum(processorSeconds(pid))]
	];
	const nativePid = site.nativePid();
	if (nativePid === null) return spent;
	const behind = processorSeconds(nativePid);
	for (const name of ['postgres', 'postgrest']) spent.push([name, behind.get(name) ?? 0]);
	spent.push([
		'gateway and storage',
		sum(behind) - (behind.get('postgres') ?? 0) - (behind.get('postgrest') ?? 0)
	]);
	return spent;
}

/** So many senders, each sending its next report when the last one was acknowledged. */
async function together(
	phone: Phone,
	atOnce: number,
	lasting: number,
	sent: { reports: number }
): Promise<Stretch> {
	const stretch = emptyStretch(atOnce);
	const startedAt = performance.now();
	const endsAt = startedAt + lasting * 1000;
	const senders = Array.from({ length: atOnce }, async () => {
		while (performance.now() < endsAt) await send(phone, performance.now(), stretch, sent);
	});
	await Promise.all(senders);
	stretch.seconds = (performance.now() - startedAt) / 1000;
	return stretch;
}

/** Reports fall due at a steady rate, whatever became of those before: waiting for a turn counts as waiting. */
async function atRate(
	phone: Phone,
	rate: number,
	lasting: number,
	sent: { reports: number }
): Promise<Stretch> {
	const stretch = emptyStretch(0);
	const startedAt = performance.now();
	const flying = new Set<Promise<void>>();
	for (let n = 0; n < rate * lasting; n += 1) {
		const due = startedAt + (n * 1000) / rate;
		if (due > performance.now()) await sleep(due - performance.now());
		while (flying.size >= AT_ONCE) await Promise.race(flying);
		const sending = send(phone, due, stretch, sent).finally(() => flying.delete(sending));
		flying.add(sending);
		stretch.mostAtOnce = Math.max(stretch.mostAtOnce, flying.size);
	}
	await Promise.all(flying);
	stretch.seconds = (performance.now() - startedAt) / 1000;
	return stretch;
}

async function send(phone: Phone, due: number, stretch: Stretch, sent: { reports: number }): Promise<void> {
	const photo = phone.takePhoto();
	try {
		const startedAt = performance.now();
		const put = await phone.sendPhoto(photo);
		const photoAt = performance.now();
		if (put.status > 201) return note(stretch, `photo ${put.status}`);
		const post = await phone.sendReport(phone.writeReport([photo]));
		if (post.status > 201) return note(stretch, `report ${post.status}`);
		sent.reports += 1;
		stretch.whole.push(performance.now() - due);
		stretch.photo.push(photoAt - startedAt);
		stretch.report.push(performance.now() - photoAt);
	} catch (error) {
		note(stretch, (error as NodeJS.ErrnoException).code ?? String(error));
	}
}

/** How long after now the log has every report, and the embedded home every photo in its storage. */
async function caughtUp(site: Site, listener: Listener, reports: number, limitMs: number): Promise<number> {
	const startedAt = performance.now();
	const waiting = join(site.dataDir, 'intake', 'photos', 'kept');
	await until('The log has every report', limitMs, () => listener.reports >= reports);
	await until(
		'Every photo is stored',
		limitMs,
		async () => (await readdir(waiting).catch(() => [])).length === 0
	);
	return performance.now() - startedAt;
}

function emptyStretch(mostAtOnce: number): Stretch {
	return { whole: [], photo: [], report: [], errors: new Map(), seconds: 0, mostAtOnce };
}

function note(stretch: Stretch, error: string): void {
	stretch.errors.set(error, (stretch.errors.get(error) ?? 0) + 1);
}

function errorsOf({ errors }: Stretch): string {
	return errors.size === 0
		? ''
		: `  errors: ${[...errors].map(([error, times]) => `${error} × ${times}`).join(', ')}`;
}
