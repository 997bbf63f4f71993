import type { ContactKind } from './contact.ts';

/** What `api.claim_deliveries` hands out: something has happened to a report, and somebody asked to be told. */
export interface Delivery {
	id: string;
	kind: ContactKind;
	sealed: string;
	language: string;
	/** The report's number. */
	number: number;
	/** What happened, as the timeline names it. */
	step: string;
	contact_id?: string | null;
}

/** `gone`: there is nobody at this address any more, so it is erased. `why` is a word for the log and never personal. */
export interface Outcome {
	outcome: 'sent' | 'gone' | 'failed';
	why?: string;
}

/** What any delivery has: its own id, and a word for the log. */
interface Due {
	id: string;
	kind: string;
}

export interface DeliverySource<D extends Due = Delivery> {
	/** Hands out what is due and keeps it from everybody else for a minute. */
	claim(max: number): Promise<D[]>;
	done(id: string, outcome: Outcome['outcome'], why?: string): Promise<unknown>;
	/** Sends one within its own time limit, which is well below the minute. */
	send(delivery: D): Promise<Outcome>;
	/** Calls back after commits that may have made something due; returns the way to stop that. */
	onEvent(listener: () => void): () => void;
	log(level: 'info' | 'warn' | 'error', event: string, facts: Record<string, unknown>): void;
}

/** Eight in four lanes of at most 20 s each are done before the lease of the last one is over. */
const AT_ONCE = 4;
export const BATCH = 8;
export const LIMIT_MS = 20_000;

/** Sends what is due. Any number of processes may run one of these: the database gives each delivery to one of them at a time. */
export class Deliveries<D extends Due = Delivery> {
	readonly #source: DeliverySource<D>;
	readonly #name: string;
	readonly #every: number;
	readonly #calm: number;
	#timer: NodeJS.Timeout | undefined;
	#soon: NodeJS.Timeout | undefined;
	#unlisten = () => {};
	#running: Promise<void> | null = null;
	#isStopped = false;
	#isTroubled = false;

	/** `every`: what failed becomes due by time passing. `calm`: several steps in a moment are one look at the database. `name`: of its lines in the log. */
	constructor(source: DeliverySource<D>, { every = 20_000, calm = 1_500, name = 'delivery' } = {}) {
		this.#source = source;
		this.#name = name;
		this.#every = every;
		this.#calm = calm;
	}

	start(): void {
		this.#timer = setInterval(() => void this.turn(), this.#every);
		this.#timer.unref();
		this.#unlisten = this.#source.onEvent(() => this.#lookSoon());
		void this.turn();
	}

	async stop(): Promise<void> {
		this.#isStopped = true;
		clearInterval(this.#timer);
		clearTimeout(this.#soon);
		this.#unlisten();
		await this.#running;
	}

	#lookSoon(): void {
		if (this.#soon || this.#isStopped) return;
		this.#soon = setTimeout(() => {
			this.#soon = undefined;
			void this.turn();
		}, this.#calm);
		this.#soon.unref();
	}

	/** Sends all that is due now. A turn that is asked for while one runs is that one. */
	turn(): Promise<void> {
		this.#running ??= this.#work().finally(() => (this.#running = null));
		return this.#running;
	}

	async #work(): Promise<void> {
		try {
			for (let isMore = true; isMore && !this.#isStopped;) {
				const due = await this.#source.claim(BATCH);
				isMore = due.length === BATCH;
				const rest = due.values();
				await Promise.all(Array.from({ length: AT_ONCE }, () => this.#lane(rest)));
			}
			if (this.#isTroubled) this.#source.log('info', 'deliveries_recovered', { of: this.#name });
			this.#isTroubled = false;
		} catch (problem) {
			const { code } = problem as { code?: unknown };
			if (!this.#isTroubled)
				this.#source.log('error', 'deliveries_failing', {
					of: this.#name,
					code: String(code ?? 'unknown')
				});
			this.#isTroubled = true;
		}
	}

	async #lane(due: IterableIterator<D>): Promise<void> {
		for (const delivery of due) {
			// Not begun and not ours any more in a minute: another process, or our next start, takes it then.
			if (this.#isStopped) return;
			const { id, kind } = delivery;
			const { outcome, why } = await this.#source
				.send(delivery)
				.catch((): Outcome => ({ outcome: 'failed', why: 'fault' }));
			this.#source.log(outcome === 'failed' ? 'warn' : 'info', this.#name, {
				delivery: id,
				kind,
				outcome,
				why
			});
			await this.#settle(id, outcome, why);
		}
	}

	/** What was sent and is not written down is sent again: worth more than one try. */
	async #settle(id: string, outcome: Outcome['outcome'], why?: string): Promise<void> {
		for (let tries = 1; ; tries += 1) {
			try {
				await this.#source.done(id, outcome, why);
				return;
			} catch (problem) {
				if (tries >= 4) throw problem;
				await new Promise((resolve) => setTimeout(resolve, 250 * 4 ** (tries - 1)).unref());
			}
		}
	}
}
