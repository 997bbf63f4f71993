import { fork, type ChildProcess } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setPriority } from 'node:os';
import { join, parse, sep } from 'node:path';
import type { SuggestedCover } from '../covers.ts';
import { lanes } from '../lanes.ts';
import type { DetectorFolder } from './folder.server.ts';
import { LIMITS, type Job, type Limits, type Message, type Setup } from './task.ts';

export type DetectorState =
	| { kind: 'off' }
	| { kind: 'checking' | 'ready'; name: string; version: string; licence: string | null }
	| { kind: 'faulty'; problems: string[] };

interface Options {
	root: string;
	limits: Limits;
	/** Milliseconds without a picture after which the process ends. */
	idleMs: number;
}

/** On a machine that does ten other things; its processor time is bounded more narrowly. */
const START_MS = 180_000;
const JOB_MS = 180_000;
/** After so many ends in a row the model is to blame and not the picture. */
const MOST_ENDS = 3;

/** A model in a process of its own: started when there is a picture, ended when there has been none for a while. */
export class Detector {
	readonly #setup: Setup;
	readonly #options: Options;
	/** One picture at a time; more than twenty waiting are asked to come back. */
	readonly #inTurn = lanes(1, 20, 5);
	#child: ChildProcess | null = null;
	#hear: ((message: Message | { kind: 'ended' }) => void) | null = null;
	#rest: ReturnType<typeof setTimeout> | undefined;
	#jobs = 0;
	#ends = 0;
	#errors = '';
	#isReady = false;
	#isChecked = false;
	#fault: string | null = null;

	constructor(folder: DetectorFolder, options: Partial<Options> & Pick<Options, 'root'>) {
		this.#options = { limits: LIMITS, idleMs: 60_000, ...options };
		this.#setup = { ...folder, limits: this.#options.limits };
	}

	get state(): DetectorState {
		if (this.#fault) return { kind: 'faulty', problems: [this.#fault] };
		const { name, version, licence = null } = this.#setup.manifest;
		return { kind: this.#isChecked ? 'ready' : 'checking', name, version, licence };
	}

	get pid(): number | undefined {
		return this.#child?.pid;
	}

	/** Loads the model once, so that what is wrong with it is known before somebody waits for it. */
	check(): Promise<void> {
		return this.#inTurn(() => this.#started().catch(() => {}));
	}

	/** What ought to be covered in a picture, as the model sees it. Throws a sentence. */
	find(picture: Uint8Array): Promise<SuggestedCover[]> {
		return this.#inTurn(async () => {
			await this.#started();
			const id = ++this.#jobs;
			const message = await this.#ask(
				{ id, picture } satisfies Job,
				JOB_MS,
				(heard) => heard.kind !== 'ready'
			);
			this.#restSoon();
			if (message.kind === 'found') {
				this.#ends = 0;
				return message.covers;
			}
			if (message.kind === 'failed') throw new Error(message.problem);
			this.#ends += 1;
			const reason = 'The model took too much time or memory for one picture, or broke';
			if (this.#ends >= MOST_ENDS) this.#fault = `${reason}, ${MOST_ENDS} times in a row.`;
			throw new Error(`${reason}. ${this.#errors}`.trim());
		});
	}

	/** Ends the process at once. The next picture starts another. */
	close(): void {
		clearTimeout(this.#rest);
		this.#child?.kill('SIGKILL');
		this.#child = null;
		this.#isReady = false;
	}

	async #started(): Promise<void> {
		if (this.#fault) throw new Error(this.#fault);
		clearTimeout(this.#rest);
		if (this.#child && this.#isReady) return;
		this.#errors = '';
		const child = this.#fork();
		const message = await this.#ask(this.#setup, START_MS, (heard) => heard.kind !== 'started', child);
		if (message.kind !== 'ready') {
			this.close();
			this.#fault =
				message.kind === 'faulty'
					? message.problem
					: `The model took too much time or memory to load, or broke. ${this.#errors}`.trim();
			throw new Error(this.#fault);
		}
		this.#isReady = true;
		this.#isChecked = true;
		this.#restSoon();
	}

	#fork(): ChildProcess {
		const { root } = this.#options;
		const child = fork(join(root, 'src/lib/evidence/detector/process.ts'), [], {
			// Nothing of ours is inherited: no keys, no options for Node, no folder to write to.
			cwd: parse(root).root,
			env: { NODE_ENV: 'production', UV_THREADPOOL_SIZE: '1', MALLOC_ARENA_MAX: '2' },
			execArgv: restrictions(root, this.#setup),
			serialization: 'advanced',
			stdio: ['ignore', 'ignore', 'pipe', 'ipc']
		});
		this.#child = child;
		this.#isReady = false;
		child.stderr?.on('data', (text: Buffer) => {
			this.#errors = (this.#errors + text.toString('utf8')).slice(-1000);
		});
		(child.stderr as unknown as { unref?: () => void } | null)?.unref?.();
		child.on('message', (message: Message) => this.#child === child && this.#hear?.(message));
		const over = () => {
			if (this.#child !== child) return;
			this.#child = null;
			this.#isReady = false;
			this.#hear?.({ kind: 'ended' });
		};
		child.once('exit', over).once('error', over);
		if (child.pid !== undefined) lowerPriority(child.pid);
		return child;
	}

	/** Sends one thing and waits for the message that answers it, or for the end of the process. */
	async #ask(
		what: Setup | Job,
		ms: number,
		isAnswer: (message: Message) => boolean,
		child = this.#child
	): Promise<Message | { kind: 'ended' }> {
		hold(child, true);
		let limit: ReturnType<typeof setTimeout> | undefined;
		try {
			return await new Promise((resolve) => {
				limit = setTimeout(() => {
					this.close();
					resolve({ kind: 'ended' });
				}, ms);
				this.#hear = (message) => {
					if (message.kind === 'ended' || isAnswer(message)) resolve(message);
				};
				if (!child) resolve({ kind: 'ended' });
				else child.send(what, (error) => error && resolve({ kind: 'ended' }));
			});
		} finally {
			clearTimeout(limit);
			this.#hear = null;
			hold(child, false);
		}
	}

	#restSoon(): void {
		clearTimeout(this.#rest);
		this.#rest = setTimeout(() => this.close(), this.#options.idleMs).unref();
	}
}

/** While an answer is awaited, the process that asked stays alive for it; between pictures it may end. */
function hold(child: ChildProcess | null, isBusy: boolean): void {
	for (const handle of [child, child?.channel]) {
		if (isBusy) handle?.ref();
		else handle?.unref();
	}
}

/**
 * Node's permission model: no file is read but the program's own, the runtime and the model, none is written, no process
 * started. The model itself runs in WebAssembly, which has no way out of its own.
 */
function restrictions(root: string, { model, runtime }: Setup): string[] {
	const sharp = createRequire(join(root, 'package.json')).resolve('sharp');
	const packages = (path: string, name: string) => path.slice(0, path.lastIndexOf(`${sep}${name}${sep}`));
	const readable = [
		join(root, 'src/lib/evidence'),
		join(root, 'package.json'),
		packages(sharp, 'sharp'),
		packages(runtime, 'onnxruntime-web'),
		model
	];
	const paths = new Set([...readable, ...readable.map((path) => realpathSync(path))]);
	return [
		'--permission',
		...[...paths].map((path) => `--allow-fs-read=${path}`),
		'--allow-addons',
		'--allow-worker',
		// As src/server/keep-wasm-code.ts says; that file is not among those it may read.
		'--no-wasm-code-gc',
		'--max-old-space-size=768',
		'--disable-proto=throw',
		'--disable-warning=SecurityWarning',
		'--disable-warning=ExperimentalWarning'
	];
}

/** Pages come before suggestions, and pictures too. */
function lowerPriority(pid: number): void {
	try {
		setPriority(pid, 10);
	} catch {
		// Not everywhere allowed, and nothing depends on it.
	}
}
