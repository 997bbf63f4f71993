/** How much one key may do: `capacity` at once, and `perHour` over time. */
export interface Allowance {
	capacity: number;
	perHour: number;
}

/** Token buckets of one process in bounded memory; they stand in while the database, which has the real ones, is away. */
export class TokenBuckets {
	readonly #most: number;
	readonly #buckets = new Map<string, { tokens: number; at: number }>(); // least lately used first

	constructor(most = 20_000) {
		this.#most = most;
	}

	/** Takes one token at `now` (milliseconds). Null when it was there, else the seconds until one is. */
	take(key: string, { capacity, perHour }: Allowance, now: number): number | null {
		const rate = perHour / 3_600_000;
		const kept = this.#buckets.get(key);
		const tokens = kept ? Math.min(capacity, kept.tokens + Math.max(0, now - kept.at) * rate) : capacity;
		this.#buckets.delete(key);
		if (this.#buckets.size >= this.#most) this.#dropOldest();
		const isTaken = tokens >= 1;
		this.#buckets.set(key, { tokens: isTaken ? tokens - 1 : tokens, at: now });
		return isTaken ? null : Math.ceil((1 - tokens) / rate / 1000);
	}

	get size(): number {
		return this.#buckets.size;
	}

	#dropOldest(): void {
		this.#buckets.delete(this.#buckets.keys().next().value as string);
	}
}
