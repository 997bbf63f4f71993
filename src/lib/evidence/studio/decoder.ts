import { fork, type ChildProcess } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setPriority } from 'node:os';
import { join, parse, sep } from 'node:path';
import {
	LIMITS,
	type Job,
	type Limits,
	type Message,
	type Refusal,
	type Results,
	type Task
} from './task.ts';

/** What became of a job. `lost`: through no fault of the photo, so it may be tried again another time. */
export type Outcome =
	{ result: Results[Task['name']] } | { refusal: Refusal } | { lost: string; cause?: unknown };

/** Starting takes a third of a second, on a machine that does twenty other things a while longer. */
const START_MS = 60_000;
/** The process ends itself when it has computed too long; this is for one that is not even given the processor. */
const JOB_MS = 120_000;
const WORN_RSS = 320 * 1024 * 1024;
const WORN_JOBS = 1000;

/** One decoding process and the one job it has, if any. */
export class Decoder {
	readonly #child: ChildProcess;
	readonly #started: Promise<void>;
	#answer: ((outcome: Outcome) => void) | null = null;
	#jobs = 0;
	#errors = '';
	#isOver = false;
	#isEndedByUs = false;
	#isWorn = false;

	constructor(limits: Limits = LIMITS) {
		const program = join(root(), 'src/lib/evidence/studio/process.ts');
		const child = fork(program, [JSON.stringify(limits)], {
			// Nothing of ours is inherited: no keys, no options for Node, no folder to write to.
			cwd: parse(root()).root,
			env: { NODE_ENV: 'production', UV_THREADPOOL_SIZE: '2', MALLOC_ARENA_MAX: '2' },
			execArgv: restrictions(),
			serialization: 'advanced',
			stdio: ['ignore', 'ignore', 'pipe', 'ipc']
		});
		this.#child = child;
		child.stderr?.on('data', (text: Buffer) => {
			this.#errors = (this.#errors + text.toString('utf8')).slice(-4000);
		});
		// A server that is told to stop does not wait for a decoder with nothing to do.
		(child.stderr as unknown as { unref?: () => void } | null)?.unref?.();
		this.#hold(false);
		this.#started = new Promise((resolve, reject) => {
			const limit = setTimeout(() => {
				reject(new Error('The decoding process did not start in time.'));
				this.end();
			}, START_MS);
			const over = (error: Error) => {
				clearTimeout(limit);
				this.#isOver = true;
				reject(error);
			};
			child.once('error', over);
			child.once('exit', (code, signal) => {
				over(new Error(`The decoding process ended (${signal ?? code}). ${this.#errors}`));
				this.#finish(this.#outcomeOfEnd(signal));
			});
			child.on('message', (message: Message) => {
				if (!('ready' in message)) return this.#hear(message);
				clearTimeout(limit);
				lowerPriority(child.pid);
				resolve();
			});
		});
		this.#started.catch(() => {});
	}

	get pid(): number | undefined {
		return this.#child.pid;
	}

	/** Whether it can take another job. */
	get isFit(): boolean {
		return !this.#isOver && !this.#isWorn;
	}

	async perform(task: Task, bytes: Uint8Array): Promise<Outcome> {
		this.#hold(true);
		try {
			await this.#started;
		} catch (cause) {
			return { lost: 'not started', cause };
		}
		let limit: ReturnType<typeof setTimeout> | undefined;
		try {
			return await new Promise<Outcome>((resolve) => {
				this.#answer = resolve;
				limit = setTimeout(() => this.end(), JOB_MS);
				this.#jobs += 1;
				this.#child.send({ id: this.#jobs, task, bytes } satisfies Job, (error) => {
					if (error) this.#finish({ lost: 'not sent', cause: error });
				});
			});
		} finally {
			clearTimeout(limit);
			this.#hold(false);
		}
	}

	/** At once, whatever it is doing. */
	end(): void {
		this.#isEndedByUs = true;
		this.#isOver = true;
		this.#child.kill('SIGKILL');
	}

	#hear(message: Exclude<Message, { ready: true }>): void {
		if (message.id !== this.#jobs) return;
		// WebAssembly never gives memory back, and a library may leak: a new process is cheap.
		this.#isWorn = message.rss > WORN_RSS || this.#jobs >= WORN_JOBS;
		this.#finish('refusal' in message ? { refusal: message.refusal } : { result: message.result });
		if (this.#isWorn) this.end();
	}

	#finish(outcome: Outcome): void {
		const answer = this.#answer;
		this.#answer = null;
		answer?.(outcome);
	}

	/** A process that ended in the middle of a job says something about the photo, unless it was us. */
	#outcomeOfEnd(signal: NodeJS.Signals | null): Outcome {
		if (this.#isEndedByUs) return { lost: 'ended' };
		// Its own alarm or the kernel's: too much memory or time. Anything else is a decoder that broke.
		return { refusal: signal === 'SIGKILL' ? 'photo_too_heavy' : 'photo_unreadable' };
	}

	/** While a job is under way, the process that asked stays alive for its answer; between jobs it may end. */
	#hold(isBusy: boolean): void {
		for (const handle of [this.#child, this.#child.channel]) {
			if (isBusy) handle?.ref();
			else handle?.unref();
		}
	}
}

/** Read from the source tree, because a bundle holds no separate files to start. */
function root(): string {
	return process.env.KERBSIDE_ROOT ?? process.cwd();
}

/**
 * Node's permission model: no file is read but the program's own, none is written, no process started. It binds
 * JavaScript, not native code, so it is the second lock, and the empty environment the first.
 */
function restrictions(): string[] {
	const own = ['src/lib/evidence', 'package.json', 'node_modules'].map((path) => join(root(), path));
	// The packages may lie elsewhere: in a folder above, or behind a link.
	const sharp = createRequire(join(root(), 'package.json')).resolve('sharp');
	const readable = [...own, sharp.slice(0, sharp.lastIndexOf(`${sep}sharp${sep}`))].filter(existsSync);
	const paths = new Set([...readable, ...readable.map((path) => realpathSync(path))]);
	return [
		'--permission',
		...[...paths].map((path) => `--allow-fs-read=${path}`),
		'--allow-addons',
		'--allow-worker',
		// As src/server/keep-wasm-code.ts says; that file is not among those it may read.
		'--no-wasm-code-gc',
		'--max-old-space-size=384',
		'--disable-proto=throw',
		'--disable-warning=SecurityWarning',
		'--disable-warning=ExperimentalWarning'
	];
}

/** Pages come before pictures. */
function lowerPriority(pid = 0): void {
	try {
		if (pid > 0) setPriority(pid, 5);
	} catch {
		// Not everywhere allowed, and nothing depends on it.
	}
}
