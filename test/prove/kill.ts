// Twenty times `kill -9` during submissions with photos: every acknowledged report once, every photo whole (both homes).
//
//   npm run prove kill                                both homes
//   npm run prove kill -- --home native --size 5      one of them, five kills

import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { call, serviceClient } from '#lib/database/client.server.ts';
import { startApp, type App } from '#test/support/app.ts';
import { sleep, until } from '#test/support/figures.ts';
import { faultsOfLog } from '#test/support/log-faults.ts';
import { Phone, type Photo, type SentReport } from '#test/support/phone.ts';
import { conclude, readProof } from '#test/support/proof.ts';
import { homesFor, openSite, type Site } from '#test/support/site.ts';

const SUBMITTERS = 8;

/** One thing a citizen does: the photo first, then the report, each again and again until it is acknowledged. */
interface Errand {
	photo: Photo;
	report: SentReport;
	isPhotoAcknowledged: boolean;
	/** Code and PIN of every acknowledgement. */
	receipts: string[];
}

class Run {
	readonly errands: Errand[] = [];
	readonly faults: string[] = [];
	isOver = false;
	brokenOff = 0;

	get acknowledged(): number {
		return this.errands.filter(({ receipts }) => receipts.length > 0).length;
	}
}

const proof = readProof();
const kills = proof.size(2, 20);
for (const kind of homesFor(proof.home)) {
	const site = await openSite(kind);
	try {
		await proveKills(site);
	} finally {
		await site.close();
	}
}

async function proveKills(site: Site): Promise<void> {
	const startedAt = performance.now();
	const run = new Run();
	let crashes = 0;
	let app = await startApp({ ...site, demo: false });
	// The same port each time, as phones in the city would find it.
	const { port, url } = app;
	const agent = new Agent({ keepAlive: true, maxSockets: SUBMITTERS });
	const citizens = Promise.all(
		Array.from({ length: SUBMITTERS }, async (_, number) =>
			submitUntilOver(await Phone.at(url, proof.seed + number, agent), run)
		)
	);
	citizens.catch(() => undefined); // awaited below

	try {
		for (let round = 1; round <= kills; round += 1) {
			// Some were acknowledged since the start; then it strikes at a moment nobody chose.
			const before = run.acknowledged;
			await until('A report is acknowledged', 60_000, () => run.acknowledged > before);
			await sleep(2_000 * proof.random());
			await app.kill();
			run.faults.push(...errorsLogged(app));
			if (site.crash && round % 2 === 0) {
				await site.crash(round % 4 === 0 ? 'postgrest' : 'postgres');
				crashes += 1;
			}
			if (round === kills) run.isOver = true;
			app = await startApp({ ...site, demo: false, port });
			console.log(
				`kill ${round}/${kills}: ${run.acknowledged} acknowledged, up again in ${app.startedInMs} ms`
			);
		}
		// After the last start nobody sends anything: what was acknowledged must find its way by itself.
		await citizens;
		await untilHandedOver(app, site);
	} finally {
		run.isOver = true;
		await citizens.finally(() => app.stop());
		agent.destroy();
	}
	const faults = [...run.faults, ...(await faultsOf(site, run.errands))];
	for (const fault of faults.slice(0, 20)) console.log(`  ${fault}`);
	conclude(
		`${site.kind}: nothing acknowledged was lost or doubled by ${kills} kills`,
		{
			kills,
			'database crashes': crashes,
			'reports acknowledged': run.acknowledged,
			'photos acknowledged': run.errands.filter((errand) => errand.isPhotoAcknowledged).length,
			'sends broken off': run.brokenOff,
			seconds: Math.round((performance.now() - startedAt) / 1000),
			faults: faults.length
		},
		faults.length === 0 && run.acknowledged >= kills && run.brokenOff > 0
	);
}

async function submitUntilOver(phone: Phone, run: Run): Promise<void> {
	while (!run.isOver) {
		const photo = phone.takePhoto();
		const report = phone.writeReport([photo]);
		const errand: Errand = { photo, report, isPhotoAcknowledged: false, receipts: [] };
		run.errands.push(errand);
		await untilAnswered(run, 'photo', async () => {
			const { status } = await phone.sendPhoto(photo);
			if (status < 300) errand.isPhotoAcknowledged = true;
			return status;
		});
		// Some send their report twice: the same code and PIN must come back, and still be one report.
		for (let times = (report.lat * 1e6) % 5 < 1 ? 2 : 1; times > 0; times -= 1) {
			await untilAnswered(run, 'report', async () => {
				const { status, body } = await phone.sendReport(report);
				if (status < 300) errand.receipts.push(`${String(body.code)} ${String(body.pin)}`);
				return status;
			});
		}
		await sleep(20);
	}
}

/** Sends until it is answered, or until the run is over: then what was never acknowledged is nobody's loss. */
async function untilAnswered(run: Run, what: string, send: () => Promise<number>): Promise<void> {
	while (!run.isOver) {
		try {
			const status = await send();
			if (status < 300) return;
			// A server that starts or is full asks to come back, and so does one whose database is away.
			if (![429, 502, 503, 504].includes(status)) {
				run.faults.push(`a ${what} was answered with ${status}`);
				return;
			}
		} catch {
			run.brokenOff += 1;
		}
		await sleep(150);
	}
}

/** A database that is away is no error of ours, and everything else is. */
function errorsLogged(app: App): string[] {
	return app
		.output()
		.split('\n')
		.filter((line) => /"event":"(failed|unhandled|uncaught)"/.test(line));
}

/** Waits until the database counts no more reports and photos, which it is told in the background. */
async function untilHandedOver(app: App, site: Site): Promise<void> {
	await until('The application is ready', 120_000, async () => (await fetch(`${app.url}/readyz`)).ok);
	// The embedded database has one user at a time, so nobody can look while the server runs. But what still waits for it
	// lies in two folders, and photos that were sealed leave theirs.
	if (site.kind === 'embedded') {
		const waiting = join(site.dataDir, 'intake', 'photos', 'kept');
		await until('The photos are handed over', 120_000, async () => {
			const names = await readdir(waiting).catch(() => []);
			return !names.some((name) => /^[0-9a-f]{64}$/.test(name));
		});
		return sleep(8_000);
	}
	const count = async () =>
		JSON.stringify(
			await site.query('select (select count(*) from app.reports), (select count(*) from app.photos)')
		);
	await until('The reports are handed over', 120_000, async () => {
		const before = await count();
		await sleep(1_500);
		return (await count()) === before;
	});
}

async function faultsOf(site: Site, errands: readonly Errand[]): Promise<string[]> {
	const faults = [...(await faultsOfReports(site, errands)), ...(await faultsOfPhotos(site, errands))];
	const home = await site.open();
	try {
		faults.push(...(await faultsOfLog((name) => call(serviceClient(home), name))));
	} finally {
		await home.close();
	}
	return faults;
}

async function faultsOfReports(site: Site, errands: readonly Errand[]): Promise<string[]> {
	const faults: string[] = [];
	const rows = await site.query<{ id: string; times: string }>(
		`select r.id::text as id, (select count(*) from app.event_log e where e.report_id = r.id and e.kind = 'report.received') as times
		from app.reports r`
	);
	const times = new Map(rows.map((row) => [row.id, Number(row.times)]));
	const sent = new Set(errands.map(({ report }) => report.id));
	for (const { id } of rows) if (!sent.has(id)) faults.push(`report ${id} was never sent`);
	for (const { report, receipts } of errands) {
		const found = times.get(report.id);
		if (found === undefined && receipts.length > 0)
			faults.push(`report ${report.id} was acknowledged and is not there`);
		if (found !== undefined && found !== 1) faults.push(`report ${report.id} was logged ${found} times`);
		if (new Set(receipts).size > 1) faults.push(`report ${report.id} was given two codes`);
	}
	return faults;
}

async function faultsOfPhotos(site: Site, errands: readonly Errand[]): Promise<string[]> {
	const faults: string[] = [];
	const rows = await site.query<{ sha256: string; is_stored: boolean }>(
		`select p.sha256, exists (select from storage.objects o where o.bucket_id = 'originals'
			and o.name = left(p.sha256, 2) || '/' || p.sha256) as is_stored from app.photos p`
	);
	const known = new Map(rows.map(({ sha256, is_stored }) => [sha256, is_stored]));
	for (const { photo, isPhotoAcknowledged } of errands) {
		if (!isPhotoAcknowledged) continue;
		const isStored = known.get(photo.sha256);
		const file = join(site.originals, photo.sha256.slice(0, 2), photo.sha256);
		const bytes = await readFile(file).catch(() => Buffer.alloc(0));
		const isWhole = createHash('sha256').update(bytes).digest('hex') === photo.sha256;
		if (!isStored || !isWhole) {
			const record = isStored === undefined ? 'no record' : isStored ? 'a record' : 'a record, no object';
			faults.push(`photo ${photo.sha256} was acknowledged and has ${record} and ${bytes.length} bytes`);
		}
	}
	return faults;
}
