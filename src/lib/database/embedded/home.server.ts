import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createUser } from '../accounts.server.ts';
import { makeDataDir } from '../data-dir.ts';
import type { Home, HomeOptions } from '../home.server.ts';
import { deriveKey, mintToken } from '../jwt.ts';
import type { Log } from '../log.ts';
import { readSecret } from '../secret.server.ts';
import { openAuth } from './auth.ts';
import type { Identity } from './executor.ts';
import { takeLock } from './lock.ts';
import { beginSeed, isCityEmpty, migrate, seed, seedState } from './migrate.ts';
import { openRest } from './rest.ts';
import { IntakeSpool } from './spool.ts';
import { openStorage } from './storage.ts';
import { DatabaseThread } from './thread.ts';

/** Never resolved: the embedded home's fetch answers it without a network. */
const URL_BASE = 'http://embedded.kerbside.internal';
const OWNER: Identity = { role: 'postgres', claims: {} };
const KEY_SECONDS = 10 * 365 * 86_400;

export async function openEmbedded(options: HomeOptions & { root: string }): Promise<Home> {
	const { dataDir, root, log, demo } = options;
	await makeDataDir(dataDir);
	const lock = await takeLock(dataDir);
	const closing: (() => Promise<void>)[] = [() => lock.release()];
	const closeAll = async () => {
		for (const close of closing.splice(0).reverse()) await close();
	};
	try {
		const secret = await readSecret(dataDir);
		const thread = await openDatabase(dataDir, root, log);
		closing.push(() => thread.close());
		const applied = await migrate(thread, root, log);

		const jwtKey = deriveKey(secret, 'jwt');
		const rest = openRest({ executor: thread, jwtKey, log });
		const auth = openAuth({ executor: thread, jwtKey, url: URL_BASE });
		const storage = openStorage({ executor: thread, jwtKey, directory: join(dataDir, 'storage') });
		const spool = await IntakeSpool.open({ directory: join(dataDir, 'spool'), log });
		closing.push(() => spool.close());

		const answer = async (request: Request): Promise<Response> => {
			const { pathname } = new URL(request.url);
			if (pathname.startsWith('/rest/v1')) return rest.fetch(request);
			if (pathname.startsWith('/auth/v1/')) return auth.fetch(request);
			if (pathname.startsWith('/storage/v1/')) return storage.fetch(request);
			return Response.json({ message: 'no Route matched with those values' }, { status: 404 });
		};
		const homeFetch: typeof globalThis.fetch = (input, init) => answer(new Request(input, init));
		const serviceKey = keyOf('service_role', jwtKey);
		const home: Home = {
			kind: 'embedded',
			url: URL_BASE,
			anonKey: keyOf('anon', jwtKey),
			serviceKey,
			secret,
			fetch: homeFetch,
			spool,
			onEvent: (listener) => thread.onCommit(listener),
			async health() {
				const { state, restarts, waiting } = thread.state();
				const detail = { kind: 'embedded', state, restarts, waiting, spool: spool.state() };
				if (state !== 'open') return { ok: false, detail };
				const ask = thread.run({ role: 'anon', claims: {} }, [{ sql: 'select 1', params: [] }], 'intake', {
					readOnly: true
				});
				const isAnswered = await Promise.race([
					ask.then(
						() => true,
						() => false
					),
					new Promise<boolean>((done) => setTimeout(done, 2_000, false).unref())
				]);
				return { ok: isAnswered, detail };
			},
			createUser: (input) => createUser({ url: URL_BASE, serviceKey, fetch: homeFetch }, input),
			announce: (address) => lock.setAddress(address),
			close: closeAll
		};
		await rest.reload();
		if (demo) await seedDemo(home, thread, options);
		log.info('home_open', {
			applied: applied.length,
			opened_in_ms: thread.openedInMs,
			waiting: spool.state().pending
		});
		return home;
	} catch (error) {
		await closeAll();
		throw error;
	}
}

/**
 * Opens the database, making it at the first start. A note beside it says that the making has not ended: a start that
 * was cut short then leaves nothing that the next could take for a database.
 */
async function openDatabase(dataDir: string, root: string, log: Log): Promise<DatabaseThread> {
	const databaseDir = join(dataDir, 'database');
	const note = join(dataDir, 'database.unfinished');
	const isThere = async (path: string) => (await stat(path).catch(() => null)) !== null;
	if (await isThere(note)) await rm(databaseDir, { recursive: true, force: true });
	const isNew = !(await isThere(databaseDir));
	if (isNew) await writeFile(note, '', { flush: true });
	const thread = await DatabaseThread.open({ databaseDir, root, log });
	if (isNew) await rm(note);
	return thread;
}

/** Fills an empty city once; a seed that was interrupted is continued, a city somebody filled is left alone. */
async function seedDemo(
	home: Home,
	thread: DatabaseThread,
	{ root, log, afterMigrate }: HomeOptions & { root: string }
) {
	const state = await seedState(thread);
	if (state === 'done' || (state === null && !(await isCityEmpty(thread)))) return;
	if (state === null) await beginSeed(thread);
	if (state === null || state === 'part 0') await afterMigrate?.(home);
	// Thousands of rows came at once; without statistics the planner reads whole tables for each of the next ones.
	await thread.run(OWNER, [{ sql: 'analyze' }], 'bulk');
	await seed(thread, root, log);
	await thread.run(OWNER, [{ sql: 'analyze' }], 'bulk');
}

/** The same key at every start of an installation: its times are fixed. */
function keyOf(role: string, jwtKey: Buffer): string {
	const issuedAt = 1_767_225_600; // 2026-01-01
	return mintToken({ iss: 'kerbside', role, iat: issuedAt, exp: issuedAt + KEY_SECONDS }, jwtKey);
}
