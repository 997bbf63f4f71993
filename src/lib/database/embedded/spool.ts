import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../log.ts';
import { ApiProblem } from '../problem.ts';
import type { Json } from '../problem.ts';
import { Journal } from './journal.ts';

/** What was submitted. `id` is the sender's idempotency key: the consumer must treat a second time as the first. */
export interface SpoolRecord {
	id: string;
	kind: string;
	body: Json;
}

/** Takes a record into the database. An `ApiProblem` below 500 is a refusal for good; anything else is tried again. */
export type Consumer = (record: SpoolRecord) => Promise<Json>;

/** What two records under one id must have in common to be the same record sent twice; everything, when nothing is said. */
export type Sameness = (record: SpoolRecord) => string;

export type Submission = { acknowledged: false; outcome: Json } | { acknowledged: true };

export interface SpoolOptions {
	directory: string;
	log: Log;
	/** How many records may be unfinished; more are refused until some are done. */
	maxBacklog?: number;
	retryAfterMs?: number[];
}

interface Pending {
	seq: number;
	record: SpoolRecord;
	tries: number;
	failures: number;
	isAcknowledged: boolean;
	finished: Promise<Json>;
	settle: { resolve(outcome: Json): void; reject(error: Error): void };
}

const RETRY_AFTER_MS = [100, 300, 1_000, 3_000, 10_000, 30_000];
/** A record that the database itself cannot digest is set aside after this many tries; one that merely waits never is. */
const MAX_FAILURES = 12;
const MAX_AT_ONCE = 64;

/**
 * Submissions are on the disk before anyone is told they were received, so that neither a kill nor a power cut loses
 * one, whatever the database is doing. Records left from before are offered again at start, one after another in the
 * order they came; new ones go to the consumer at once.
 */
export class IntakeSpool {
	readonly #options: Required<SpoolOptions>;
	readonly #journal: Journal<SpoolRecord>;
	readonly #pending = new Map<string, Pending>();
	readonly #timers = new Set<NodeJS.Timeout>();
	#replay: Pending[] = [];
	#ready: Pending[] = [];
	#atOnce = 0;
	#arriving = 0;
	#isReplaying = false;
	#isClosed = false;
	#isJournalClosed = false;
	#consumer: Consumer | null = null;
	#sameness: Sameness = (record) => JSON.stringify(record);

	static async open(options: SpoolOptions): Promise<IntakeSpool> {
		const { journal, unfinished } = await Journal.open<SpoolRecord>(options.directory, options.log);
		const spool = new IntakeSpool(options, journal);
		for (const { seq, body } of unfinished) {
			const pending = spool.#hold(seq, body);
			pending.isAcknowledged = true;
			spool.#replay.push(pending);
		}
		return spool;
	}

	private constructor(options: SpoolOptions, journal: Journal<SpoolRecord>) {
		this.#options = { maxBacklog: 10_000, retryAfterMs: RETRY_AFTER_MS, ...options };
		this.#journal = journal;
	}

	/** From now on `consumer` is given every record, those left from before first. */
	attach(consumer: Consumer, sameness?: Sameness): void {
		if (sameness) this.#sameness = sameness;
		this.#consumer = consumer;
		void this.#replayAll();
		this.#pump();
	}

	/**
	 * Writes the record to the disk and offers it to the consumer. Answers with the consumer's outcome (or throws its
	 * refusal); if that takes longer than `deadlineMs`, says that the record is acknowledged, and sees to it.
	 */
	async submit(record: SpoolRecord, deadlineMs: number): Promise<Submission> {
		const pending = await this.append(record);
		let timer: NodeJS.Timeout | undefined;
		const late = new Promise<Submission>((resolve) => {
			timer = setTimeout(() => {
				pending.isAcknowledged = true;
				resolve({ acknowledged: true });
			}, deadlineMs);
		});
		const inTime = pending.finished.then((outcome): Submission => ({ acknowledged: false, outcome }));
		return Promise.race([inTime, late]).finally(() => clearTimeout(timer));
	}

	/** Writes the record to the disk, no more. Sending the same record twice while it is pending is sending it once. */
	async append(record: SpoolRecord): Promise<{ finished: Promise<Json>; isAcknowledged: boolean }> {
		if (this.#isClosed) throw new ApiProblem(503, 'busy', { retry_after: 5 });
		const same = this.#twinOf(record);
		if (same) return same;
		if (this.#pending.size + this.#arriving >= this.#options.maxBacklog) {
			throw new ApiProblem(503, 'busy', { retry_after: 10 });
		}
		this.#arriving += 1;
		let seq: number;
		try {
			seq = await this.#journal.put(record);
		} finally {
			this.#arriving -= 1;
		}
		// Two equal ones may have been written side by side; the second is a copy of a pending record then.
		if (this.#pending.has(record.id)) {
			void this.#journal.done(seq).catch((error: unknown) => this.#noteLost(error));
			return this.#twinOf(record)!;
		}
		const pending = this.#hold(seq, record);
		this.#ready.push(pending);
		this.#pump();
		return pending;
	}

	/** The pending record that this one repeats; another record under its id is refused. */
	#twinOf(record: SpoolRecord): Pending | undefined {
		const twin = this.#pending.get(record.id);
		if (twin && this.#sameness(twin.record) !== this.#sameness(record)) {
			throw new ApiProblem(409, 'id_taken', { id: record.id });
		}
		return twin;
	}

	/** Whether a record under this id is on the disk and not yet handed over. */
	isPending(id: string): boolean {
		return this.#pending.has(id);
	}

	state() {
		return {
			pending: this.#pending.size,
			replaying: this.#replay.length,
			isAttached: this.#consumer !== null
		};
	}

	/** Records that were acknowledged and then refused for good, waiting for a person. */
	async refused(): Promise<string[]> {
		return readdir(join(this.#options.directory, 'refused')).catch(() => []);
	}

	async close(): Promise<void> {
		this.#isClosed = true;
		for (const timer of this.#timers) clearTimeout(timer);
		const until = Date.now() + 2_000;
		while (this.#atOnce > 0 && Date.now() < until) await new Promise((done) => setTimeout(done, 10));
		this.#isJournalClosed = true;
		await this.#journal.close();
	}

	#hold(seq: number, record: SpoolRecord): Pending {
		let settle!: Pending['settle'];
		const finished = new Promise<Json>((resolve, reject) => (settle = { resolve, reject }));
		finished.catch(() => undefined); // nobody may be waiting any more
		const pending = { seq, record, tries: 0, failures: 0, isAcknowledged: false, finished, settle };
		this.#pending.set(record.id, pending);
		return pending;
	}

	async #replayAll(): Promise<void> {
		if (this.#isReplaying) return;
		this.#isReplaying = true;
		while (this.#replay.length > 0 && !this.#isClosed) {
			const pending = this.#replay[0]!;
			const delay = await this.#offer(pending);
			if (delay === null) this.#replay.shift();
			else await new Promise<void>((done) => this.#later(done, delay));
		}
		this.#isReplaying = false;
	}

	#pump(): void {
		while (this.#consumer && !this.#isClosed && this.#atOnce < MAX_AT_ONCE && this.#ready.length > 0) {
			const pending = this.#ready.shift()!;
			void this.#offer(pending).then((delay) => {
				if (delay !== null) {
					this.#later(() => {
						this.#ready.push(pending);
						this.#pump();
					}, delay);
				}
				this.#pump();
			});
		}
	}

	#later(act: () => void, delay: number): void {
		const timer = setTimeout(() => {
			this.#timers.delete(timer);
			act();
		}, delay);
		this.#timers.add(timer.unref());
	}

	/** Offers it once. Null: it is finished, one way or the other. A number: try again after so many milliseconds. */
	async #offer(pending: Pending): Promise<number | null> {
		this.#atOnce += 1;
		try {
			const outcome = await this.#consumer!(pending.record);
			this.#finish(pending);
			pending.settle.resolve(outcome);
			return null;
		} catch (error) {
			const isWaiting = error instanceof ApiProblem && (error.status === 503 || error.status === 504);
			const isRefusal = error instanceof ApiProblem && error.status < 500 && error.status !== 429;
			if (!isWaiting) pending.failures += 1;
			if (!isRefusal && pending.failures < MAX_FAILURES) {
				const { retryAfterMs } = this.#options;
				return retryAfterMs[Math.min(pending.tries++, retryAfterMs.length - 1)]!;
			}
			try {
				if (pending.isAcknowledged || !isRefusal) await this.#setAside(pending, error as Error);
			} catch (failure) {
				// The disk refused: better to keep the record in the journal than to forget it.
				this.#options.log.error('spool_not_set_aside', { id: pending.record.id, reason: String(failure) });
				return this.#options.retryAfterMs.at(-1)!;
			}
			this.#finish(pending);
			pending.settle.reject(error as Error);
			return null;
		} finally {
			this.#atOnce -= 1;
		}
	}

	#finish(pending: Pending): void {
		this.#pending.delete(pending.record.id);
		if (this.#isJournalClosed) return; // the record is offered again at the next start
		void this.#journal.done(pending.seq).catch((error: unknown) => this.#noteLost(error));
	}

	async #setAside({ record }: Pending, error: Error): Promise<void> {
		const directory = join(this.#options.directory, 'refused');
		await mkdir(directory, { recursive: true, mode: 0o700 });
		const problem =
			error instanceof ApiProblem ? { status: error.status, code: error.code } : { code: 'internal' };
		const name = `${record.id.replace(/[^0-9A-Za-z-]/g, '_').slice(0, 80)}.json`;
		const text = JSON.stringify({ refused_at: new Date().toISOString(), problem, record }, null, '\t');
		await writeFile(join(directory, name), `${text}\n`, { mode: 0o600, flush: true });
		this.#options.log.error('submission_refused_after_acknowledgement', { id: record.id, ...problem });
	}

	#noteLost(error: unknown): void {
		this.#options.log.warn('spool_note_lost', { reason: String(error) });
	}
}
