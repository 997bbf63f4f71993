import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { call, serviceClient, type Client } from '#lib/database/client.server.ts';
import { getHome, type Home } from '#lib/database/home.server.ts';
import { errorFacts, log } from '#server/log.ts';
import { photoType } from './photo.ts';
import { keepOriginal, photoIntake, readOriginal, removePhoto } from './photos.server.ts';

/**
 * Photos that came and that no report has named for a day: somebody chose a photo and never sent the form, or sends photos
 * to fill the disk. A report that comes later asks for its photos again, which its outbox still has. They are forgotten, the database's row first, then the original and the pictures made of it.
 */
const KEPT_FOR_MS = 86_400_000;
const EVERY_MS = 3_600_000;
const AT_ONCE = 100;

let timers: NodeJS.Timeout[] = [];

/** Clears away each hour from now on. Several processes may do so side by side: the database forgets a photo for one of them. */
export function startClearing(home: Home = getHome()): void {
	stopClearing();
	let isBusy = false;
	const clear = async () => {
		if (isBusy) return;
		isBusy = true;
		try {
			const { forgotten } = await clearOrphans(home);
			if (forgotten > 0) log.info('orphan_photos', { forgotten });
		} catch (error) {
			log.warn('orphan_photos_failed', errorFacts(error));
		} finally {
			isBusy = false;
		}
	};
	// The first time not while everything else starts.
	timers = [setInterval(() => void clear(), EVERY_MS), setTimeout(() => void clear(), 60_000)];
	for (const timer of timers) timer.unref();
}

export function stopClearing(): void {
	for (const timer of timers) clearTimeout(timer);
	timers = [];
}

/** Forgets every photo that nothing has named for a day at `now`. Answers how many. */
export async function clearOrphans(home: Home = getHome(), now = Date.now()): Promise<{ forgotten: number }> {
	// Reports that were acknowledged and not yet handed over may name anything.
	if (home.spool && home.spool.state().pending > 0) return { forgotten: 0 };
	const client = serviceClient(home);
	const folder = join(process.env.DATA_DIR ?? '.data', 'intake', 'leaving');
	await mkdir(folder, { recursive: true, mode: 0o700 });
	await finishOthers(folder, client);
	const before = new Date(now - KEPT_FOR_MS).toISOString();
	let forgotten = 0;
	for (;;) {
		const { photos } = await call<{ photos: string[] }>(client, 'orphan_photos', {
			before,
			max_rows: AT_ONCE
		});
		let gone = 0;
		for (const sha256 of photos) {
			if (await forget(home, client, folder, sha256)) gone += 1;
		}
		forgotten += gone;
		// What is left was named meanwhile, or is being sent again.
		if (photos.length < AT_ONCE || gone === 0) return { forgotten };
	}
}

/**
 * A report may name the photo at this very moment, and somebody may send it again. Whoever names it holds its row until the
 * report is written, so either the photo stays or the report's receipt asks for it; whoever sends it again looks after
 * recording it whether the original is still there (photos.server.ts), and we look after removing it whether it is wanted.
 */
async function forget(home: Home, client: Client, folder: string, sha256: string): Promise<boolean> {
	const intake = photoIntake(home);
	if (intake.isNamed(sha256) || (await intake.isArriving(sha256))) return false;
	const bytes = await readOriginal(client, sha256);
	// A note on the disk, so that a process that ends here leaves no original behind that nobody knows of.
	const note = join(folder, sha256);
	await writeFile(note, '', { mode: 0o600 });
	const { forgotten } = await call<{ forgotten: boolean }>(client, 'forget_photo', { sha256 });
	if (forgotten) {
		intake.forgotten(sha256);
		await removePhoto(client, sha256);
		const type = bytes && photoType(bytes.subarray(0, 32));
		if (type && (await isKnown(client, sha256))) await keepOriginal(client, sha256, bytes, type);
	}
	await rm(note, { force: true });
	return forgotten;
}

/** What a former process had begun to forget and did not finish. */
async function finishOthers(folder: string, client: Client): Promise<void> {
	const names = (await readdir(folder)).filter((name) => /^[0-9a-f]{64}$/.test(name));
	for (const sha256 of names) {
		if (!(await isKnown(client, sha256))) await removePhoto(client, sha256);
		await rm(join(folder, sha256), { force: true });
	}
}

async function isKnown(client: Client, sha256: string): Promise<boolean> {
	const { known } = await call<{ known: string[] }>(client, 'photos_known', { sha256s: [sha256] });
	return known.includes(sha256);
}
