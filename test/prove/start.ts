// From an empty clone: `npm start` to the first page, the second start, memory, two starts on one folder, Ctrl-C.
//
//   npm run prove start                        installs from npm's cache as it is
//   COLD=1 npm run prove start                 with an empty npm cache: everything is fetched
//
// A sample starts in the project's own folder, with the packages and the build that are there.

import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePort } from '#test/support/cluster.ts';
import { sleep, until } from '#test/support/figures.ts';
import { listenToLive, signInAsPersona } from '#test/support/listener.ts';
import { residentMegabytes } from '#test/support/memory.ts';
import { Phone } from '#test/support/phone.ts';
import { conclude, readProof } from '#test/support/proof.ts';
import { ROOT } from '#test/support/tools.ts';

const aims = { firstPageSeconds: 120, secondStartSeconds: 5, megabytes: 1229, stopSeconds: 5 };
const LIMIT_MS = 15 * 60_000;
const SOON_MS = 120_000;

const proof = readProof();
const scratch = await mkdtemp(join(tmpdir(), 'kerbside-start-'));
const isCold = process.env.COLD === '1';
const clone = proof.isSample ? ROOT : join(scratch, 'clone');
const dataDir = proof.isSample ? join(scratch, 'data') : join(clone, '.data');

try {
	if (!proof.isSample) copyProject(clone);
	await prove();
} finally {
	await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
}

async function prove(): Promise<void> {
	const first = start();
	const firstSeconds = await first.firstPage();
	const installing = Number(/Packages installed in (\d+) s/.exec(first.printed())?.[1] ?? 0);
	// The demo's past is still being made: a page that asks to come back in a moment (503) is asked again.
	const screens = await Promise.all(
		['/snap', '/track', '/sign-in', '/api/city'].map((path) =>
			until(path, SOON_MS, async () => {
				const status = await statusOf(first.url + path);
				return status !== 503 && status;
			})
		)
	);
	const phone = await Phone.at(first.url, proof.seed);
	const photo = phone.takePhoto();
	const report = phone.writeReport([photo]);
	await phone.sendPhoto(photo);
	const receipt = await phone.sendReport(report);
	phone.close();
	await openWall(first.url);
	const memory = residentMegabytes(first.pid);

	const stream = await listenToLive(first.url, await signInAsPersona(first.url, 'wall'));
	const stopped = await first.interrupt();
	await stream.ended;

	const second = start();
	const secondSeconds = await second.firstPage();
	const again = await Phone.at(second.url, proof.seed);
	await until('The report is there', SOON_MS, () => isFollowed(second.url, receipt.body));
	const isGuessed = await isFollowed(second.url, { ...receipt.body, pin: '000000' });
	const kept = await again.sendReport(report);
	again.close();
	const secondMemory = residentMegabytes(second.pid);
	const third = start();
	const refusal = await third.ended;
	const holder = /by process (\d+)/.exec(third.printed())?.[1];
	const secondStopped = await second.interrupt();

	const isDataKept = kept.body.code === receipt.body.code && kept.body.pin === receipt.body.pin;
	const isRefused = refusal !== 0 && holder !== undefined && third.printed().includes(second.url);
	if (!isRefused) console.log(third.printed());
	const checks: Record<string, boolean> = {
		'every screen answers': screens.every((status) => status === 200),
		'the second start keeps the data': isDataKept,
		'another PIN follows nothing': !isGuessed,
		'two starts on one folder: the second says who holds it': isRefused,
		'Ctrl-C ends it beside an open stream': stopped.isByItself && secondStopped.isByItself
	};
	for (const [name, holds] of Object.entries(checks)) if (!holds) console.log(`  not so: ${name}`);
	const megabytes = memory?.total ?? 0;
	const isWithinAims =
		firstSeconds <= aims.firstPageSeconds &&
		secondSeconds <= aims.secondStartSeconds &&
		Math.max(stopped.seconds, secondStopped.seconds) <= aims.stopSeconds &&
		megabytes <= aims.megabytes;
	conclude(
		proof.isSample
			? 'it starts, keeps, refuses and stops as it should'
			: 'an empty clone becomes a running city',
		{
			'first page after (s)': firstSeconds.toFixed(1),
			'of which installing (s)': proof.isSample
				? 'nothing to install'
				: `${installing} (npm's cache ${isCold ? 'empty' : 'as it was'})`,
			'second start (s)': secondSeconds.toFixed(1),
			'memory of all processes (MB)': `${memory?.total ?? '?'} in ${memory?.processes ?? '?'}; at the second start ${secondMemory?.total ?? '?'}`,
			'most while starting (MB)': first.mostMegabytes(),
			'Ctrl-C, stream open (s)': stopped.seconds.toFixed(1),
			'aims (120 s, 5 s, 5 s, 1.2 GB)': isWithinAims ? 'met' : 'NOT met'
		},
		Object.values(checks).every(Boolean)
	);
}

/** What a clone of this work tree would hold: every file git knows or would add. */
function copyProject(to: string): void {
	const list = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '--deduplicate'], { cwd: ROOT });
	const deleted = new Set(
		execFileSync('git', ['ls-files', '-d'], { cwd: ROOT, encoding: 'utf8' }).split('\n')
	);
	const files = list
		.toString('utf8')
		.split('\n')
		.filter((file) => file && !deleted.has(file));
	execFileSync('mkdir', ['-p', to]);
	const tar = execFileSync('tar', ['cf', '-', '-T', '-'], {
		cwd: ROOT,
		input: files.join('\n'),
		maxBuffer: 1e9
	});
	execFileSync('tar', ['xf', '-'], { cwd: to, input: tar });
}

/** One `npm start` in a terminal of its own, with nothing of ours in its way. */
function start() {
	const portReady = freePort();
	let text = '';
	let most = 0;
	let pid = 0;
	let url = '';
	const startedAt = performance.now();
	const ended = (async () => {
		const port = await portReady;
		url = `http://127.0.0.1:${port}`;
		const [program, args] = proof.isSample ? [process.execPath, ['src/cli/start.ts']] : ['npm', ['start']];
		const child = spawn(program as string, args as string[], {
			cwd: clone,
			env: environment(port),
			stdio: ['ignore', 'pipe', 'pipe'],
			// A group of its own, as a terminal gives it: Ctrl-C reaches every process of it.
			detached: true
		});
		pid = child.pid!;
		const onExit = () => signal('SIGKILL');
		process.once('exit', onExit);
		for (const stream of [child.stdout, child.stderr]) {
			stream.on('data', (chunk: Buffer) => (text = (text + chunk.toString('utf8')).slice(-60_000)));
		}
		const meter = setInterval(() => (most = Math.max(most, residentMegabytes(pid)?.total ?? 0)), 500);
		const code = await new Promise<number>((resolve) =>
			child.once('close', (exitCode) => resolve(exitCode ?? 1))
		);
		clearInterval(meter);
		process.removeListener('exit', onExit);
		return code;
	})();
	let hasEnded = false;
	void ended.then(() => (hasEnded = true));
	const signal = (name: NodeJS.Signals) => {
		try {
			process.kill(-pid, name);
		} catch {
			// It has ended by itself.
		}
	};
	return {
		get pid() {
			return pid;
		},
		get url() {
			return url;
		},
		ended,
		printed: () => text,
		mostMegabytes: () => most,
		async firstPage(): Promise<number> {
			await until('The first page', LIMIT_MS, async () => {
				if (hasEnded) throw new Error(`It ended:\n${text}`);
				return url !== '' && (await statusOf(`${url}/`)) === 200;
			});
			return (performance.now() - startedAt) / 1000;
		},
		/** Whoever waits for open streams to end by themselves waits for half a minute and more. */
		async interrupt(): Promise<{ seconds: number; isByItself: boolean }> {
			const askedAt = performance.now();
			signal('SIGINT');
			const isDone = await Promise.race([ended.then(() => true), sleep(20_000).then(() => false)]);
			const seconds = (performance.now() - askedAt) / 1000;
			if (!isDone) signal('SIGKILL');
			await ended;
			return { seconds, isByItself: isDone };
		}
	};
}

function environment(port: number): NodeJS.ProcessEnv {
	const foreign = /^(npm_|PORT$|HOST$|DATA_DIR$|DEMO$|ORIGIN$|SUPABASE_|KERBSIDE_|NODE_ENV$|INIT_CWD$|NODE$)/;
	const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
	const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'));
	return {
		...own,
		PATH: path.join(delimiter),
		PORT: String(port),
		...(proof.isSample && { DATA_DIR: dataDir }),
		...(isCold && { npm_config_cache: join(scratch, 'npm-cache') })
	};
}

async function statusOf(url: string): Promise<number> {
	return fetch(url, { signal: AbortSignal.timeout(30_000) }).then(
		async (response) => {
			await response.arrayBuffer();
			return response.status;
		},
		() => 0
	);
}

/** Whether the report can be followed. Code and PIN come from its id alone, so the same ones again would not tell that it was kept. */
async function isFollowed(url: string, { code, pin }: Record<string, unknown>): Promise<boolean> {
	const response = await fetch(`${url}/track?/follow`, {
		method: 'POST',
		headers: { origin: url, accept: 'text/html' },
		body: new URLSearchParams({ code: String(code), pin: String(pin) })
	});
	await response.arrayBuffer();
	return response.status === 200;
}

/** Has the wall's page made once, as its memory counts too. */
async function openWall(url: string): Promise<void> {
	const cookie = await signInAsPersona(url, 'wall');
	const response = await fetch(`${url}/wall`, { headers: { cookie } });
	await response.arrayBuffer();
	if (!response.ok) throw new Error(`/wall answered ${response.status}.`);
}
