import type { Lane } from './executor.ts';

const ORDER: Lane[] = ['intake', 'normal', 'bulk'];

/** How many requests may wait in each lane. */
export const DEFAULT_BOUNDS: Record<Lane, number> = { intake: 512, normal: 1024, bulk: 256 };

/** After this many others in a row, the longest-waiting request of a lower lane gets its turn. */
const PATIENCE = 64;

/**
 * A bounded queue in three lanes: intake before normal before bulk, in order within a lane. Strict priority would let
 * a flood of reports hold the desk forever, so a lane that was passed over too often goes once.
 */
export class Lanes<Job> {
	readonly #waiting: Record<Lane, Job[]> = { intake: [], normal: [], bulk: [] };
	readonly #passedOver: Record<Lane, number> = { intake: 0, normal: 0, bulk: 0 };
	readonly #bounds: Record<Lane, number>;

	constructor(bounds: Partial<Record<Lane, number>> = {}) {
		this.#bounds = { ...DEFAULT_BOUNDS, ...bounds };
	}

	/** False when the lane is full: the job was not taken. */
	add(job: Job, lane: Lane): boolean {
		if (this.#waiting[lane].length >= this.#bounds[lane]) return false;
		this.#waiting[lane].push(job);
		return true;
	}

	next(): Job | undefined {
		const occupied = ORDER.filter((lane) => this.#waiting[lane].length > 0);
		const chosen = occupied.find((lane) => this.#passedOver[lane] >= PATIENCE) ?? occupied[0];
		if (!chosen) return undefined;
		for (const lane of occupied) this.#passedOver[lane] += 1;
		this.#passedOver[chosen] = 0;
		return this.#waiting[chosen].shift();
	}

	/** Takes out every waiting job that `isUnwanted`. */
	remove(isUnwanted: (job: Job) => boolean): Job[] {
		const removed: Job[] = [];
		for (const lane of ORDER) {
			this.#waiting[lane] = this.#waiting[lane].filter((job) => {
				if (!isUnwanted(job)) return true;
				removed.push(job);
				return false;
			});
		}
		return removed;
	}

	get size(): number {
		return ORDER.reduce((sum, lane) => sum + this.#waiting[lane].length, 0);
	}

	sizes(): Record<Lane, number> {
		return {
			intake: this.#waiting.intake.length,
			normal: this.#waiting.normal.length,
			bulk: this.#waiting.bulk.length
		};
	}
}
