import { ApiProblem } from '#lib/database/problem.ts';
import { Decoder, type Outcome } from './decoder.ts';
import { LIMITS, type Limits, type Results, type Task } from './task.ts';

/** Who waits: a person before a page, the intake before it tells the database, nobody. */
export type Urgency = 'looking' | 'arriving' | 'ahead';

interface Options {
	/** Processes at once. */
	seats: number;
	/** Milliseconds without work after which a process ends. */
	idleMs: number;
	/** People who may wait; the next is asked to come back. */
	longestQueue: number;
	/** For each process. */
	limits: Limits;
}

interface Waiting {
	task: Task;
	bytes: Uint8Array;
	resolve: (outcome: Outcome) => void;
}

const urgencies: readonly Urgency[] = ['looking', 'arriving', 'ahead'];

/**
 * Where photos are decoded: processes of their own, started when there is work and ended when there is none. A photo
 * that crashes its decoder or takes too much of it is refused; the web process, other photos and the next job go on.
 */
export class Studio {
	readonly #options: Options;
	readonly #idle: Decoder[] = [];
	readonly #working = new Set<Decoder>();
	readonly #waiting: Record<Urgency, Waiting[]> = { looking: [], arriving: [], ahead: [] };
	#busy = 0;
	#ahead = 0;
	#rest: ReturnType<typeof setTimeout> | undefined;

	constructor(options: Partial<Options> = {}) {
		this.#options = { seats: 2, idleMs: 30_000, longestQueue: 100, limits: LIMITS, ...options };
	}

	/** Does one job, or throws why not: 422 is about the photo and stays so, 429 and 503 pass. */
	async perform<T extends Task>(
		task: T,
		bytes: Uint8Array,
		urgency: Urgency = 'looking'
	): Promise<Results[T['name']]> {
		if (urgency === 'looking' && this.#waiting.looking.length >= this.#options.longestQueue) {
			throw new ApiProblem(429, 'too_busy', { retry_after: 2 });
		}
		const outcome = await new Promise<Outcome>((resolve) => {
			this.#waiting[urgency].push({ task, bytes, resolve });
			this.#next();
		});
		if ('refusal' in outcome) throw new ApiProblem(422, outcome.refusal);
		if ('lost' in outcome) throw new ApiProblem(503, 'busy', { retry_after: 5 }, { cause: outcome.cause });
		return outcome.result as Results[T['name']];
	}

	/** The processes there are. */
	get pids(): number[] {
		return [...this.#idle, ...this.#working].flatMap(({ pid }) => pid ?? []);
	}

	#next(): void {
		while (this.#busy < this.#options.seats) {
			const urgency = urgencies.find(
				// What nobody waits for yet leaves a seat for somebody who does.
				(one) => this.#waiting[one].length > 0 && (one !== 'ahead' || this.#ahead === 0)
			);
			if (!urgency) break;
			void this.#seat(this.#waiting[urgency].shift() as Waiting, urgency === 'ahead');
		}
	}

	async #seat({ task, bytes, resolve }: Waiting, isAhead: boolean): Promise<void> {
		this.#busy += 1;
		if (isAhead) this.#ahead += 1;
		clearTimeout(this.#rest);
		try {
			let decoder = this.#idle.pop();
			while (decoder && !decoder.isFit) decoder = this.#idle.pop();
			decoder ??= new Decoder(this.#options.limits);
			this.#working.add(decoder);
			const outcome = await decoder.perform(task, bytes);
			this.#working.delete(decoder);
			if (decoder.isFit) this.#idle.push(decoder);
			resolve(outcome);
		} catch (cause) {
			resolve({ lost: 'not started', cause });
		} finally {
			this.#busy -= 1;
			if (isAhead) this.#ahead -= 1;
			this.#next();
			if (this.#busy === 0) this.#rest = setTimeout(() => this.close(), this.#options.idleMs).unref();
		}
	}

	/** Ends the processes that have nothing to do. */
	close(): void {
		for (const decoder of this.#idle.splice(0)) decoder.end();
	}

	/** Ends the others too: their jobs are lost, and no photo is to blame. */
	abandon(): void {
		this.close();
		for (const decoder of this.#working) decoder.end();
	}
}

// One per process, although the entry point and the bundled pages each have their own copy of this module.
const key = Symbol.for('kerbside.photo-studio');
const shared = globalThis as { [key]?: Studio };

export function photoStudio(): Studio {
	return (shared[key] ??= new Studio());
}
