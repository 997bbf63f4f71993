import { rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { createUser } from '../accounts.server.ts';
import { makeDataDir } from '../data-dir.ts';
import type { Home, HomeOptions } from '../home.server.ts';
import { deriveKey, mintToken } from '../jwt.ts';
import type { Log } from '../log.ts';
import { readSecret } from '../secret.server.ts';
import { openAuth } from './auth.ts';
import { fingerprintOf, openControl, removeLeftBehind } from './control-server.ts';
import type { Identity, Lane } from './executor.ts';
import { takeLock } from './lock.ts';
import type { DataLock } from './lock.ts';
import { demoState, isCityEmpty, migrate, noteDemo } from './migrate.ts';
import { openRest } from './rest.ts';
import { IntakeSpool } from './spool.ts';
import { openStorage } from './storage.ts';
import { DatabaseThread } from './thread.ts';

/** Never resolved: the embedded home's fetch answers it without a network. */
export const URL_BASE = 'http://embedded.kerbside.internal';
const OWNER: Identity = { role: 'postgres', claims: {} };
const KEY_SECONDS = 10 * 365 * 86_400;

export async function openEmbedded(options: HomeOptions & { root: string }): Promise<Home> {
	const { dataDir, root, log, demo } = options;
	await makeDataDir(dataDir);
	const isServer = options.as === 'server';
	const lock = await takeLock(dataDir, { isServer });
	const closing: (() => Promise<void>)[] = [() => lock.release()];
	const closeAll = async () => {
		for (const close of closing.splice(0).reverse()) await close();
	};
	try {
		const secret = await readSecret(dataDir);
		const thread = await openDatabase(dataDir, root, log);
		closing.push(() => thread.close());
		const applied = await migrate(thread, root, log);

		const { jwtKey, anonKey, serviceKey } = keysOf(secret);
		const rest = openRest({ executor: thread, jwtKey, log });
		const auth = openAuth({ executor: thread, jwtKey, url: URL_BASE });
		const storage = openStorage({ executor: thread, jwtKey, directory: join(dataDir, 'storage') });
		const spool = await IntakeSpool.open({ directory: join(dataDir, 'spool'), log });
		closing.push(() => spool.close());

		const answer = async (request: Request, lane?: Lane): Promise<Response> => {
			const { pathname } = new URL(request.url);
			if (pathname.startsWith('/rest/v1')) return rest.fetch(request, lane);
			if (pathname.startsWith('/auth/v1/')) return auth.fetch(request);
			if (pathname.startsWith('/storage/v1/')) return storage.fetch(request);
			return Response.json({ message: 'no Route matched with those values' }, { status: 404 });
		};
		const homeFetch: typeof globalThis.fetch = (input, init) => answer(new Request(input, init));
		const home: Home = {
			kind: 'embedded',
			url: URL_BASE,
			anonKey,
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
			seeding: null,
			fillDemo: async () => undefined,
			announce: (address) => lock.note({ address }),
			close: closeAll
		};
		await rest.reload();
		if (demo) await drawDemo(home, thread, options);
		// A command has time: whoever is looking at a page goes first.
		if (isServer)
			closing.push(await listenForCommands(lock, options, serviceKey, (request) => answer(request, 'bulk')));
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

/**
 * Draws the demo into an empty city. Its history is left to `fillDemo`, which runs while the pages already answer: one
 * that was interrupted is continued, a city somebody filled is left alone.
 */
async function drawDemo(home: Home, thread: DatabaseThread, options: HomeOptions & { root: string }) {
	const { log, afterMigrate } = options;
	const state = await demoState(thread);
	if (state === 'done' || (state === null && !(await isCityEmpty(thread)))) return;
	if (state === null) await noteDemo(thread, 'begun');
	await afterMigrate?.(home);
	// Thousands of rows came at once; without statistics the planner reads whole tables for each of the next ones.
	await thread.run(OWNER, [{ sql: 'analyze' }], 'bulk');
	home.seeding = { done: 0, of: 0 };
	home.fillDemo = async (work) => {
		const startedAt = performance.now();
		const onProgress = (done: number, of: number) => void (home.seeding = { done, of });
		try {
			await work(home, onProgress);
			await noteDemo(thread, 'done');
			await thread.run(OWNER, [{ sql: 'analyze' }], 'bulk');
			log.info('seeded', { ms: Math.round(performance.now() - startedAt) });
			home.fillDemo = async () => undefined;
		} finally {
			home.seeding = null;
		}
	};
}

/** Without the socket commands have to wait until the server stops; that is no reason not to serve. */
async function listenForCommands(
	lock: DataLock,
	{ dataDir, log }: HomeOptions,
	serviceKey: string,
	fetch: (request: Request) => Promise<Response>
): Promise<() => Promise<void>> {
	for (const path of lock.leftBehind) await removeLeftBehind(path);
	try {
		const hello = { token: lock.token, key: fingerprintOf(serviceKey) };
		const door = await openControl({ dataDir, url: URL_BASE, fetch, hello });
		await lock.note({ control: dirname(door.path) === dataDir ? basename(door.path) : door.path });
		return door.close;
	} catch (error) {
		log.warn('control_unavailable', { reason: (error as Error).message });
		return async () => undefined;
	}
}

/** The keys of an installation, which whoever has its secret can work out. */
export function keysOf(secret: Buffer): { jwtKey: Buffer; anonKey: string; serviceKey: string } {
	const jwtKey = deriveKey(secret, 'jwt');
	return { jwtKey, anonKey: keyOf('anon', jwtKey), serviceKey: keyOf('service_role', jwtKey) };
}

/** The same key at every start of an installation: its times are fixed. */
function keyOf(role: string, jwtKey: Buffer): string {
	const issuedAt = 1_767_225_600; // 2026-01-01
	return mintToken({ iss: 'kerbside', role, iat: issuedAt, exp: issuedAt + KEY_SECONDS }, jwtKey);
}
