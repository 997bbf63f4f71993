import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { freePort } from './cluster.ts';
import type { NativeHome } from './native.ts';
import { freshDataDir } from './prepared.ts';
import { settled } from './settled.ts';
import { ROOT } from './tools.ts';

export interface AppOptions {
	/** Kept; a throw-away one when absent. */
	dataDir?: string;
	demo?: boolean;
	/** Serves from this home instead of the embedded one. */
	native?: Pick<NativeHome, 'url' | 'anonKey' | 'serviceKey'>;
	/** A free one when absent. */
	port?: number;
	environment?: Record<string, string>;
	/** Building takes a while on a slow machine. */
	limitMs?: number;
}

export interface App {
	url: string;
	port: number;
	pid: number;
	dataDir: string;
	/** From the command to the first answer. */
	startedInMs: number;
	/** What it has written so far. */
	output(): string;
	/** Ctrl-C; resolves with the exit code. */
	stop(): Promise<number | null>;
	/** As a power cut would: nothing is closed, nothing is flushed. */
	kill(): Promise<void>;
}

/** The whole application as `npm start` runs it, on a free port, once it says that it is ready. */
export async function startApp(options: AppOptions = {}): Promise<App> {
	const isThrowAway = options.dataDir === undefined;
	const kind = options.native ? 'bare' : options.demo === false ? 'empty' : 'demo';
	const dataDir = options.dataDir ?? (await freshDataDir(kind, (first) => startFirst(first, options)));
	const port = options.port ?? (await freePort());
	const { native } = options;
	const startedAt = performance.now();
	const child = spawn(process.execPath, ['src/cli/start.ts'], {
		cwd: ROOT,
		stdio: ['ignore', 'pipe', 'pipe'],
		env: {
			...process.env,
			PORT: String(port),
			HOST: '127.0.0.1',
			DATA_DIR: dataDir,
			DEMO: options.demo === false ? 'off' : 'on',
			// Tests make their own events: nobody else is to.
			DEMO_TOWN: 'off',
			// One machine sends for a whole town here; tests of the limits themselves say 'on'.
			INTAKE_LIMITS: 'off',
			...(native && {
				SUPABASE_URL: native.url,
				SUPABASE_ANON_KEY: native.anonKey,
				SUPABASE_SERVICE_ROLE_KEY: native.serviceKey
			}),
			...options.environment
		}
	});
	let output = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream.on('data', (chunk: Buffer) => (output = (output + chunk.toString('utf8')).slice(-200_000)));
	}
	const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
	const onExit = () => child.kill('SIGKILL');
	process.once('exit', onExit);
	async function end(signal: NodeJS.Signals): Promise<number | null> {
		if (child.exitCode === null && child.signalCode === null) child.kill(signal);
		const code = await ended;
		process.removeListener('exit', onExit);
		if (isThrowAway) await rm(dataDir, { recursive: true, force: true });
		return code;
	}

	const url = `http://127.0.0.1:${port}`;
	const giveUpAt = Date.now() + (options.limitMs ?? 150_000);
	for (;;) {
		const isReady = await fetch(`${url}/readyz`).then(
			(response) => response.body?.cancel().then(() => response.ok),
			() => false
		);
		if (isReady) break;
		if (child.exitCode !== null || Date.now() > giveUpAt) {
			await end('SIGKILL');
			throw new Error(`The application did not become ready:\n${output.slice(-4000)}`);
		}
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
	return {
		url,
		port,
		pid: child.pid!,
		dataDir,
		startedInMs: Math.round(performance.now() - startedAt),
		output: () => output,
		stop: () => end('SIGINT'),
		kill: async () => void (await end('SIGKILL'))
	};
}

/** Brings in what a first start brings in, and ends. */
async function startFirst(dataDir: string, { demo, limitMs }: AppOptions): Promise<void> {
	const app = await startApp({ dataDir, demo, limitMs });
	if (demo !== false) await settled(app);
	await app.stop();
}
