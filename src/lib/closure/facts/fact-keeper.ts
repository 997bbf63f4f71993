import type { FactChanges, FactPage, FactSetting } from './fact-page.ts';
import { factSeconds } from './fact-time.ts';
import { FactHostEnded, type FactHost } from './fact-message.ts';
import type { Answered, Asked, QuestionName } from './questions.ts';

/** Where facts come from: `api.fact_setting`, `api.fact_page` and `api.fact_changes`. */
export interface FactSource {
	setting(): Promise<FactSetting>;
	page(after: number, max: number): Promise<FactPage>;
	changes(after: number, max: number): Promise<FactChanges>;
}

/** What a question brought. */
export interface FactAnswer<Answer> {
	answer: Answer;
	/** When the facts were read, by the database's clock (ISO time). */
	takenAt: string;
	/** The log position they hold everything up to. */
	position: number;
	/** Milliseconds of the pass itself. */
	tookMs: number;
}

/** How far the first load has come; `of` is 0 until known. */
export interface FactLoad {
	done: number;
	of: number;
}

/** The facts are still being brought in; a page says so and asks again. */
export class FactsLoading extends Error {
	readonly load: FactLoad;
	constructor(load: FactLoad) {
		super(`Facts are being loaded: ${load.done} of ${load.of}.`);
		this.name = 'FactsLoading';
		this.load = load;
	}
}

const firstPage = 2000;
const largestPage = 50_000;
/** A page of the first load may keep the database this long, no longer: others are waiting for it too. */
const pageMs = 120;
const changesPage = 2000;

interface Held {
	host: FactHost;
	epoch: string;
	position: number;
	setting: string;
	takenAt: string;
}

/**
 * Keeps a host full of facts. Before a question is answered, what the log says since is brought in: an answer holds
 * everything that was committed before it was asked, at the cost of what changed. A host that dies is replaced and
 * filled again; another log, or one put back to an earlier state, is read from the start.
 */
export class FactKeeper {
	readonly #source: FactSource;
	readonly #newHost: () => FactHost;
	readonly #clock: () => number;
	#held: Held | null = null;
	#host: FactHost | null = null;
	#load: FactLoad = { done: 0, of: 0 };
	#running: Promise<Held> | null = null;
	#hasBegun = false;
	#following: Promise<Held> | null = null;
	#isClosed = false;

	/** @param clock milliseconds, by which pages are made as large as the database can answer soon */
	constructor(source: FactSource, newHost: () => FactHost, clock = () => performance.now()) {
		this.#source = source;
		this.#clock = clock;
		this.#newHost = newHost;
	}

	/** Null once the facts are there. */
	get loading(): FactLoad | null {
		return this.#held?.host.isAlive ? null : this.#load;
	}

	/**
	 * @param patienceMs how long the first load is waited for
	 * @throws FactsLoading when it takes longer, and whatever the question itself throws
	 */
	async ask<Name extends QuestionName>(
		name: Name,
		asked: Asked<Name>,
		patienceMs = 10_000
	): Promise<FactAnswer<Answered<Name>>> {
		for (let tries = 1; ; tries += 1) {
			const { host, takenAt, position } = await this.#patiently(patienceMs);
			try {
				const at = factSeconds(takenAt);
				const { answer, tookMs } = await host.tell({ kind: 'ask', name, asked, at });
				return { answer: answer as Answered<Name>, takenAt, position, tookMs };
			} catch (error) {
				if (!(error instanceof FactHostEnded) || tries > 1 || this.#isClosed) throw error;
			}
		}
	}

	async #patiently(patienceMs: number): Promise<Held> {
		const current = this.current();
		if (!this.loading) return current;
		const late = Promise.withResolvers<never>();
		const timer = setTimeout(() => late.reject(new FactsLoading({ ...this.#load })), patienceMs);
		try {
			return await Promise.race([current, late.promise]);
		} finally {
			clearTimeout(timer);
			// Whoever lost patience leaves it running; the next one asks what came of it.
			current.catch(() => {});
		}
	}

	/**
	 * Brings in what was committed before this call. Callers of one turn share one look at the log, and so one state of the facts;
	 * who comes while it is under way shares the next.
	 */
	current(): Promise<Held> {
		if (!this.#running) {
			this.#hasBegun = false;
			const begin = () => {
				this.#hasBegun = true;
				return this.#catchUp();
			};
			this.#running = Promise.resolve()
				.then(begin)
				.finally(() => (this.#running = null));
			return this.#running;
		}
		// One under way may have read the log before this caller's own change; a first load ends with a look at the log.
		if (!this.#hasBegun || this.loading) return this.#running;
		this.#following ??= this.#running
			.catch(() => {})
			.then(() => {
				this.#following = null;
				return this.current();
			});
		return this.#following;
	}

	async close(): Promise<void> {
		this.#isClosed = true;
		this.#held = null;
		await this.#host?.close();
	}

	async #catchUp(): Promise<Held> {
		if (this.#isClosed) throw new FactHostEnded('closed');
		if (!this.#held?.host.isAlive) this.#held = await this.#begin();
		const held = this.#held;
		for (;;) {
			const changes = await this.#source.changes(held.position, changesPage);
			if (changes.epoch !== held.epoch || changes.head < held.position) {
				await held.host.close();
				this.#held = null;
				return this.#catchUp();
			}
			if (changes.setting !== held.setting) await this.#set(held);
			const { facts, position } = changes;
			if (facts || position !== held.position) {
				await held.host.tell({ kind: 'facts', facts, position });
			}
			held.position = position;
			held.takenAt = changes.taken_at;
			if (position >= changes.head) return held;
		}
	}

	async #set(held: Pick<Held, 'host' | 'setting'>): Promise<void> {
		const setting = await this.#source.setting();
		await held.host.tell({ kind: 'setting', setting });
		held.setting = setting.version;
	}

	/** Everything, page by page. Pages are of different moments; the log since the first of them makes them one. */
	async #begin(): Promise<Held> {
		await this.#host?.close();
		const host = (this.#host = this.#newHost());
		this.#load = { done: 0, of: 0 };
		const held = { host, setting: '' };
		await this.#set(held);
		let [after, size] = [0, firstPage];
		let start: Pick<Held, 'epoch' | 'position' | 'takenAt'> | null = null;
		for (;;) {
			const begun = this.#clock();
			const page = await this.#source.page(after, size);
			const took = this.#clock() - begun;
			start ??= { epoch: page.epoch, position: page.position, takenAt: page.taken_at };
			await host.tell({ kind: 'facts', facts: page.facts, position: start.position });
			this.#load = { done: page.next ?? page.last ?? 0, of: page.last ?? 0 };
			if (page.next === null) return { ...held, ...start };
			after = page.next;
			size = Math.round(Math.min(largestPage, size * 2, Math.max(firstPage, (size * pageMs) / took)));
		}
	}
}
