import '#server/keep-wasm-code.ts';
import { resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Log } from '../log.ts';
import { ExecutorUnavailable, SqlError } from './executor.ts';
import type { Executor, Identity, Lane, QueryResult, RunOptions, Statement } from './executor.ts';
import { Lanes } from './lanes.ts';
import type { WorkerAnswer, WorkerRequest, WorkerStart } from './message.ts';

export interface ThreadOptions {
	databaseDir: string;
	/** The project's root: the thread runs from source, so its path cannot come from a bundle. */
	root: string;
	log: Log;
	limits?: Partial<Record<Lane, number>>;
	bounds?: Partial<Record<Lane, number>>;
	/** A waiting request gives up after this long. */
	patienceMs?: number;
	/** Idle time before vacuum and checkpoint are considered; 0 turns them off. */
	maintainAfterMs?: number;
	/** After this many writes one piece of maintenance is done though others wait. */
	maintainAfterWrites?: number;
}

interface Job {
	identity: Identity;
	work: Statement[];
	lane: Lane;
	options: RunOptions;
	limitMs: number;
	giveUpAt: number;
	settle: { resolve(results: QueryResult[]): void; reject(error: Error): void };
}

const LIMITS: Record<Lane, number> = { intake: 15_000, normal: 15_000, bulk: 120_000 };
const REOPEN_AFTER_MS = [0, 200, 1_000, 5_000, 15_000, 30_000];
const OPEN_LIMIT_MS = 120_000;
const WORTH_MAINTENANCE = 100;
/** A bulk request writes about as much as this many others. */
const BULK_WRITES = 25;

/**
 * The web thread's side of the database: hands the worker one request at a time, watches the clock, and replaces the
 * worker when a request runs over its limit or the engine breaks. Requests that have not begun stay in the queue.
 */
export class DatabaseThread implements Executor {
	readonly #options: Required<Omit<ThreadOptions, 'limits' | 'bounds'>> & { limits: Record<Lane, number> };
	readonly #lanes: Lanes<Job>;
	readonly #commitListeners = new Set<() => void>();
	#worker: Worker | null = null;
	#current: { id: number; job: Job | null; answered(answer: WorkerAnswer): void } | null = null;
	#watchdog: NodeJS.Timeout | undefined;
	#idle: NodeJS.Timeout | undefined;
	#sweep: NodeJS.Timeout | undefined;
	#lastId = 0;
	#restarts = 0;
	#writesSinceMaintenance = 0;
	#writesAtNextPiece: number;
	#state: 'open' | 'reopening' | 'closed' = 'reopening';
	wasEmpty = false;
	openedInMs = 0;

	static async open(options: ThreadOptions): Promise<DatabaseThread> {
		const thread = new DatabaseThread(options);
		await thread.#start();
		return thread;
	}

	private constructor(options: ThreadOptions) {
		this.#options = {
			patienceMs: 60_000,
			maintainAfterMs: 2_000,
			maintainAfterWrites: 2_000,
			...options,
			limits: { ...LIMITS, ...options.limits }
		};
		this.#lanes = new Lanes(options.bounds);
		this.#writesAtNextPiece = this.#options.maintainAfterWrites;
	}

	run(identity: Identity, work: Statement[], lane: Lane = 'normal', options: RunOptions = {}) {
		return new Promise<QueryResult[]>((resolve, reject) => {
			if (this.#state === 'closed') return reject(closed());
			const job: Job = {
				identity,
				work,
				lane,
				options,
				limitMs: options.limitMs ?? this.#options.limits[lane],
				giveUpAt: lane === 'bulk' ? Infinity : performance.now() + this.#options.patienceMs,
				settle: { resolve, reject }
			};
			if (!this.#lanes.add(job, lane)) return reject(busy(`The ${lane} lane is full.`));
			this.#next();
		});
	}

	/** Called after each commit that wrote something. Returns how to stop listening. */
	onCommit(listener: () => void): () => void {
		this.#commitListeners.add(listener);
		return () => this.#commitListeners.delete(listener);
	}

	state() {
		return { state: this.#state, restarts: this.#restarts, waiting: this.#lanes.sizes() };
	}

	/** Answers what has begun, refuses what waits, closes the database cleanly. */
	async close(): Promise<void> {
		if (this.#state === 'closed') return;
		const wasOpen = this.#state === 'open';
		this.#state = 'closed';
		clearTimeout(this.#idle);
		clearInterval(this.#sweep);
		for (const job of this.#lanes.remove(() => true)) job.settle.reject(closed());
		const worker = this.#worker;
		if (!worker) return;
		if (wasOpen) {
			const ended = new Promise<void>((done) => worker.once('exit', () => done()));
			worker.postMessage({ id: ++this.#lastId, kind: 'close' } satisfies WorkerRequest);
			// A stuck request must not hold the process; what it had not committed is lost, as it would be by a refusal.
			await Promise.race([ended, new Promise((done) => setTimeout(done, 3_000).unref())]);
		}
		clearTimeout(this.#watchdog);
		this.#current?.job?.settle.reject(closed());
		this.#current = null;
		await worker.terminate();
	}

	async #start(): Promise<void> {
		const { databaseDir, root, log } = this.#options;
		const worker = new Worker(resolve(root, 'src/lib/database/embedded/worker.ts'), {
			workerData: { databaseDir } satisfies WorkerStart,
			env: {},
			execArgv: ['--disable-warning=ExperimentalWarning'],
			name: 'database'
		});
		this.#worker = worker;
		await new Promise<void>((opened, failed) => {
			const limit = setTimeout(() => failed(new Error('The database did not open in time.')), OPEN_LIMIT_MS);
			worker.on('message', (answer: WorkerAnswer) => {
				if (worker !== this.#worker) return;
				if (answer.kind === 'ready') {
					clearTimeout(limit);
					this.openedInMs = answer.openedInMs;
					this.wasEmpty ||= answer.wasEmpty;
					opened();
				} else if (answer.kind === 'unopened') {
					failed(new Error(`The database could not be opened: ${answer.message}`));
				} else if (this.#current?.id === answer.id) {
					this.#current.answered(answer);
				}
			});
			worker.on('error', (error) => {
				log.error('database_thread_failed', { reason: error.message });
				failed(error);
			});
			worker.on('exit', () => {
				clearTimeout(limit);
				failed(new Error('The database thread ended.'));
				if (worker === this.#worker && this.#state === 'open') {
					void this.#restart(new ExecutorUnavailable(503, 'restarted', 5, 'The database thread ended.'));
				}
			});
		}).catch(async (error: unknown) => {
			this.#worker = null;
			await worker.terminate();
			throw error;
		});
		if (this.#state === 'closed') {
			await worker.terminate();
			return;
		}
		this.#state = 'open';
		this.#sweep ??= setInterval(() => this.#giveUp(), 1_000).unref();
		this.#next();
	}

	#next(): void {
		if (this.#current || this.#state !== 'open') return;
		clearTimeout(this.#idle);
		const { maintainAfterMs } = this.#options;
		if (maintainAfterMs && this.#writesSinceMaintenance >= this.#writesAtNextPiece) return this.#maintain();
		const job = this.#lanes.next();
		if (!job) {
			if (!maintainAfterMs || this.#writesSinceMaintenance < WORTH_MAINTENANCE) return;
			this.#idle = setTimeout(() => this.#maintain(), maintainAfterMs).unref();
			return;
		}
		const id = ++this.#lastId;
		this.#watchdog = setTimeout(() => {
			const after = `${job.limitMs} ms`;
			this.#options.log.error('database_request_stuck', {
				lane: job.lane,
				path: job.options.request?.path,
				after
			});
			void this.#restart(
				new ExecutorUnavailable(504, 'too_slow', 5, `The request ran longer than ${after}.`)
			);
		}, job.limitMs);
		this.#current = { id, job, answered: (answer) => this.#finish(job, answer) };
		const { identity, work, options } = job;
		try {
			this.#worker!.postMessage({ id, kind: 'run', identity, work, options } satisfies WorkerRequest);
		} catch (error) {
			// A value that cannot cross to the thread (a function, a symbol) is the caller's mistake alone.
			this.#settled();
			job.settle.reject(error as Error);
			this.#next();
		}
	}

	#finish(job: Job, answer: WorkerAnswer): void {
		if (answer.kind === 'failed' && answer.failure.isBroken) {
			this.#options.log.error('database_engine_broken', { reason: answer.failure.message });
			void this.#restart(
				new ExecutorUnavailable(503, 'restarted', 5, 'The database engine had to be restarted.')
			);
			return;
		}
		this.#settled();
		if (answer.kind === 'failed') job.settle.reject(new SqlError(answer.failure));
		if (answer.kind === 'done') {
			job.settle.resolve(answer.results);
			if (answer.hasWritten) {
				this.#writesSinceMaintenance += job.lane === 'bulk' ? BULK_WRITES : 1;
				for (const listener of this.#commitListeners) listener();
			}
		}
		this.#next();
	}

	#settled(): void {
		clearTimeout(this.#watchdog);
		this.#current = null;
	}

	/** Replaces the worker; the request it was at gets `reason`, the others wait. */
	async #restart(reason: ExecutorUnavailable): Promise<void> {
		const { log } = this.#options;
		const stuck = this.#current?.job;
		this.#settled();
		if (this.#state === 'closed') return stuck?.settle.reject(reason);
		this.#state = 'reopening';
		this.#restarts += 1;
		const worker = this.#worker;
		this.#worker = null;
		stuck?.settle.reject(reason);
		await worker?.terminate();
		for (let attempt = 0; this.state().state === 'reopening'; attempt += 1) {
			await new Promise((done) =>
				setTimeout(done, REOPEN_AFTER_MS[Math.min(attempt, REOPEN_AFTER_MS.length - 1)])
			);
			if (this.state().state !== 'reopening') return;
			try {
				await this.#start();
				log.info('database_reopened', { ms: this.openedInMs, attempt: attempt + 1 });
				return;
			} catch (error) {
				log.error('database_not_reopened', { reason: (error as Error).message, attempt: attempt + 1 });
			}
		}
	}

	/** A short piece of what a full server's background processes would do. The last one is a checkpoint. */
	#maintain(): void {
		if (this.#current || this.#state !== 'open') return;
		const id = ++this.#lastId;
		this.#watchdog = setTimeout(() => {
			void this.#restart(new ExecutorUnavailable(503, 'restarted', 5, 'Maintenance ran too long.'));
		}, LIMITS.bulk);
		const answered = (answer: WorkerAnswer) => {
			this.#settled();
			if (answer.kind === 'failed') {
				this.#options.log.error('database_maintenance_failed', { reason: answer.failure.message });
			}
			const isOver = answer.kind !== 'done' || answer.isRested;
			if (isOver) this.#writesSinceMaintenance = 0;
			// Under load the pieces come far apart; at rest one follows the other.
			this.#writesAtNextPiece = this.#writesSinceMaintenance + this.#options.maintainAfterWrites;
			this.#next();
		};
		this.#current = { id, job: null, answered };
		this.#worker!.postMessage({ id, kind: 'maintain' } satisfies WorkerRequest);
	}

	#giveUp(): void {
		const now = performance.now();
		for (const job of this.#lanes.remove((waiting) => waiting.giveUpAt < now)) {
			job.settle.reject(busy('The request waited too long.'));
		}
	}
}

function busy(message: string): ExecutorUnavailable {
	return new ExecutorUnavailable(503, 'busy', 2, message);
}

function closed(): ExecutorUnavailable {
	return new ExecutorUnavailable(503, 'closed', 30, 'The database is closed.');
}
