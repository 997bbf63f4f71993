import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { findTools } from './tools.ts';

const run = promisify(execFile);

export interface ClusterOptions {
	/** Kept when it exists already, and never removed; a throw-away directory under /tmp when absent. */
	directory?: string;
	/** On: an acknowledged commit survives a power cut, as in production, and figures are honest. */
	fsync?: boolean;
	port?: number;
}

export interface Cluster {
	directory: string;
	port: number;
	/** As `supabase_admin`, the superuser; no migration ever runs as this one. */
	adminUrl: string;
	/** As `postgres`, the owner without superuser rights that Supabase gives a project. */
	ownerUrl: string;
	/** As any login of the bootstrap, over the loopback address. */
	urlOf(user: string): string;
	/** Whether the directory was empty and the bootstrap has yet to run. */
	isNew: boolean;
	/** Ends the server at once, as a crash would: what was committed must be there at the next start. */
	kill(): Promise<void>;
	close(): Promise<void>;
}

const SUPERUSER = 'supabase_admin';

/** A PostgreSQL server of our own, from `initdb` to shutdown, on a socket and a free port of 127.0.0.1. */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
	const { postgres } = findTools();
	if (!postgres) throw new Error('There is no PostgreSQL server on this machine (initdb was not found).');
	const isThrowAway = options.directory === undefined;
	const directory = options.directory ?? join('/tmp', `kerbside-cluster-${randomBytes(6).toString('hex')}`);
	const account = await serverAccount();
	await mkdir(directory, { recursive: true, mode: 0o700 });
	if (account) await chown(directory, account.uid, account.gid);

	const data = join(directory, 'data');
	const passwordFile = join(directory, 'password');
	const known = await readFile(passwordFile, 'utf8').catch(() => null);
	const password = known ?? randomBytes(18).toString('base64url');
	if (!known) {
		await writeFile(passwordFile, password, { mode: 0o600 });
		if (account) await chown(passwordFile, account.uid, account.gid);
		const initdb = [
			...['--pgdata', data, '--username', SUPERUSER, '--pwfile', passwordFile],
			...['--auth', 'scram-sha-256', '--encoding', 'UTF8', '--locale', 'C.UTF-8', '--no-sync']
		];
		await run(join(postgres.directory, 'initdb'), initdb, { ...account, cwd: directory });
	}

	const port = options.port ?? (await freePort());
	const settings: Record<string, string> = {
		listen_addresses: '127.0.0.1',
		port: String(port),
		unix_socket_directories: directory,
		fsync: options.fsync === false ? 'off' : 'on',
		// Supabase's own; a proof of many writers needs more connections than the default's hundred.
		max_connections: '200',
		timezone: 'UTC',
		log_min_messages: 'warning',
		log_statement: 'none'
	};
	const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
	const server = spawn(join(postgres.directory, 'postgres'), ['-D', data, ...flags], {
		...account,
		cwd: directory,
		stdio: ['ignore', 'ignore', 'pipe']
	});
	let log = '';
	server.stderr!.on('data', (chunk: Buffer) => (log = (log + chunk.toString('utf8')).slice(-8000)));
	const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
	// An immediate shutdown: postgres itself then ends its children, which a kill of the one process would orphan.
	const onExit = () => {
		server.kill('SIGQUIT');
		if (isThrowAway) removeOnceQuiet(directory);
	};
	process.once('exit', onExit);

	const urlOf = (user: string) => `postgresql://${user}:${password}@127.0.0.1:${port}/postgres`;
	async function stop(signal: NodeJS.Signals) {
		if (server.exitCode === null && server.signalCode === null) server.kill(signal);
		await ended;
		process.removeListener('exit', onExit);
	}
	await waitUntilReady(urlOf(SUPERUSER), server, () => log);

	return {
		directory,
		port,
		adminUrl: urlOf(SUPERUSER),
		ownerUrl: urlOf('postgres'),
		urlOf,
		isNew: !known,
		kill: () => stop('SIGQUIT'),
		async close() {
			await stop('SIGINT');
			if (isThrowAway) await rm(directory, { recursive: true, force: true });
		}
	};
}

/** While the process exits nothing can be awaited, and the server may still be writing its last words there. */
function removeOnceQuiet(directory: string): void {
	const pause = new Int32Array(new SharedArrayBuffer(4));
	for (let tries = 0; tries < 30 && existsSync(directory); tries += 1) {
		Atomics.wait(pause, 0, 0, 100);
		try {
			rmSync(directory, { recursive: true, force: true });
		} catch {
			// Not empty yet: the next round tries again, and what then remains is a directory under /tmp.
		}
	}
}

/** PostgreSQL refuses to run as root: then it runs as Debian's `postgres`. */
async function serverAccount(): Promise<{ uid: number; gid: number } | null> {
	if (process.getuid?.() !== 0) return null;
	const accounts = await readFile('/etc/passwd', 'utf8');
	const found = /^postgres:[^:]*:(\d+):(\d+):/m.exec(accounts);
	if (!found)
		throw new Error('PostgreSQL does not run as root, and there is no account `postgres` to run it as.');
	return { uid: Number(found[1]), gid: Number(found[2]) };
}

export async function freePort(): Promise<number> {
	const probe = createServer();
	await new Promise<void>((resolve, reject) => probe.once('error', reject).listen(0, '127.0.0.1', resolve));
	const { port } = probe.address() as { port: number };
	await new Promise((resolve) => probe.close(resolve));
	return port;
}

async function waitUntilReady(url: string, server: ChildProcess, log: () => string): Promise<void> {
	for (let tries = 0; tries < 400; tries += 1) {
		if (server.exitCode !== null) throw new Error(`PostgreSQL did not start:\n${log()}`);
		const client = new pg.Client({ connectionString: url });
		try {
			await client.connect();
			await client.end();
			return;
		} catch (error) {
			const { code } = error as { code?: string };
			// Not listening yet, or still reading its log.
			if (code !== 'ECONNREFUSED' && code !== '57P03') throw error;
			await new Promise((resolve) => setTimeout(resolve, 50));
		}
	}
	throw new Error(`PostgreSQL was not ready after 20 s:\n${log()}`);
}
