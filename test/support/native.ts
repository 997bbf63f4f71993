// The other home: native PostgreSQL behind a real PostgREST, as a Supabase project would stand there, for the tests that
// hold both homes to the same behaviour, for proofs, and by hand:
//
//   node test/support/native.ts --port 5320 --data DIR [--no-fsync]

import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openAuth } from '#lib/database/embedded/auth.ts';
import type { Executor } from '#lib/database/embedded/executor.ts';
import { openStorage } from '#lib/database/embedded/storage.ts';
import { mintToken } from '#lib/database/jwt.ts';
import { startCluster, type Cluster, type ClusterOptions } from './cluster.ts';
import { startGateway } from './gateway.ts';
import { bootstrap, migrate } from './migrations.ts';
import { openPgExecutor } from './pg-executor.ts';
import { startPostgrest } from './postgrest.ts';

export interface NativeOptions {
	/** Kept between starts; a throw-away one when absent. */
	directory?: string;
	/** The gateway's; a free one when absent. */
	port?: number;
	fsync?: boolean;
	/** Folders of migrations to run after the project's own. */
	moreMigrations?: string[];
	now?: () => number;
	/** Weaker passwords for tests that sign in often. */
	passwordCost?: Parameters<typeof openAuth>[0]['passwordCost'];
}

export interface NativeHome {
	url: string;
	anonKey: string;
	serviceKey: string;
	jwtSecret: string;
	cluster: Cluster;
	executor: Executor;
	storageDirectory: string;
	startedInMs: Record<'cluster' | 'bootstrap' | 'migrations' | 'postgrest', number>;
	close(): Promise<void>;
}

export async function startNative(options: NativeOptions = {}): Promise<NativeHome> {
	const times = stopwatch();
	const clusterOptions: ClusterOptions = { directory: options.directory, fsync: options.fsync };
	const cluster = await startCluster(clusterOptions);
	const closing: (() => Promise<void>)[] = [() => cluster.close()];
	const close = async () => {
		for (const part of closing.splice(0).reverse()) await part();
	};
	try {
		times.note('cluster');
		await bootstrap(cluster);
		times.note('bootstrap');
		await migrate(cluster);
		for (const directory of options.moreMigrations ?? []) await migrate(cluster, directory);
		times.note('migrations');

		const jwtSecret = await secretOf(cluster);
		const jwtKey = Buffer.from(jwtSecret);
		// The same keys at every start: their times are fixed.
		const issuedAt = 1_767_225_600; // 2026-01-01
		const keyOf = (role: string) =>
			mintToken({ iss: 'kerbside', role, iat: issuedAt, exp: issuedAt + 10 * 365 * 86_400 }, jwtKey);
		const [anonKey, serviceKey] = [keyOf('anon'), keyOf('service_role')];

		const databaseUrl = cluster.urlOf('authenticator');
		const postgrest = await startPostgrest({ databaseUrl, jwtSecret, directory: cluster.directory });
		closing.push(() => postgrest.close());
		times.note('postgrest');

		const executor = openPgExecutor(cluster.adminUrl);
		closing.push(() => executor.close());
		const storageDirectory = join(cluster.directory, 'storage');
		const { now, passwordCost } = options;
		const auth = openAuth({ executor, jwtKey, url: 'http://127.0.0.1', now, passwordCost });
		const storage = openStorage({ executor, jwtKey, directory: storageDirectory, now });
		const gateway = await startGateway({
			port: options.port ?? 0,
			keys: [anonKey, serviceKey],
			restSocket: postgrest.socketPath,
			auth: auth.fetch,
			storage: storage.fetch
		});
		closing.push(() => gateway.close());
		const url = `http://127.0.0.1:${gateway.port}`;
		return {
			url,
			anonKey,
			serviceKey,
			jwtSecret,
			cluster,
			executor,
			storageDirectory,
			startedInMs: times.all,
			close
		};
	} catch (error) {
		await close();
		throw error;
	}
}

/** Kept beside the data, so that keys handed out at one start still open the next. */
async function secretOf(cluster: Cluster): Promise<string> {
	const file = join(cluster.directory, 'jwt-secret');
	const known = await readFile(file, 'utf8').catch(() => null);
	if (known) return known;
	const secret = randomBytes(48).toString('base64url');
	await writeFile(file, secret, { mode: 0o600 });
	return secret;
}

function stopwatch() {
	const all = { cluster: 0, bootstrap: 0, migrations: 0, postgrest: 0 };
	let last = performance.now();
	return {
		all,
		note(name: keyof typeof all) {
			const at = performance.now();
			all[name] = Math.round(at - last);
			last = at;
		}
	};
}

async function serve(): Promise<void> {
	const { values } = parseArgs({
		options: {
			port: { type: 'string' },
			data: { type: 'string' },
			'no-fsync': { type: 'boolean' }
		}
	});
	const home = await startNative({
		directory: values.data,
		port: values.port ? Number(values.port) : undefined,
		fsync: !values['no-fsync']
	});
	console.log(`SUPABASE_URL=${home.url}`);
	console.log(`SUPABASE_ANON_KEY=${home.anonKey}`);
	console.log(`SUPABASE_SERVICE_ROLE_KEY=${home.serviceKey}`);
	console.log(`DATABASE_URL=${home.cluster.ownerUrl}`);
	console.log(`# ready, in ms: ${JSON.stringify(home.startedInMs)}; Ctrl-C ends it`);
	for (const signal of ['SIGINT', 'SIGTERM'] as const) {
		process.once(signal, () => void home.close().then(() => process.exit(0)));
	}
}

if (import.meta.main) await serve();
