/** A stretch of the log, kept in its sent form. */
export interface Stretch {
	from: number;
	position: number;
	size: number;
}

/**
 * The most recent stretches of the log, joined end to end and bounded in number and bytes. A viewer is only a
 * cursor into it: slow readers cost nothing, and one that falls off the end is told to start over.
 */
export class Ring<T extends Stretch> {
	#kept: T[] = [];
	#bytes = 0;
	readonly #maxItems: number;
	readonly #maxBytes: number;

	constructor(maxItems: number, maxBytes: number) {
		this.#maxItems = maxItems;
		this.#maxBytes = maxBytes;
	}

	get length(): number {
		return this.#kept.length;
	}

	get bytes(): number {
		return this.#bytes;
	}

	push(stretch: T): void {
		const last = this.#kept.at(-1);
		if (last && last.position !== stretch.from) {
			throw new Error(`Stretch begins at ${stretch.from}, but the ring ends at ${last.position}.`);
		}
		this.#kept.push(stretch);
		this.#bytes += stretch.size;
		while (this.#kept.length > this.#maxItems || (this.#bytes > this.#maxBytes && this.#kept.length > 1)) {
			this.#bytes -= this.#kept.shift()!.size;
		}
	}

	clear(): void {
		this.#kept = [];
		this.#bytes = 0;
	}

	/** The stretch that brings a viewer at `cursor` further; null: nothing newer; 'gone': no longer kept. */
	next(cursor: number): T | null | 'gone' {
		const first = this.#kept[0];
		if (!first || cursor >= this.#end(this.#kept.length - 1)) return null;
		if (cursor < first.from) return 'gone';
		// Binary search for the first stretch that ends after the cursor.
		let low = 0;
		let high = this.#kept.length - 1;
		while (low < high) {
			const middle = (low + high) >> 1;
			if (this.#end(middle) > cursor) high = middle;
			else low = middle + 1;
		}
		return this.#kept[low] ?? null;
	}

	#end(index: number): number {
		return this.#kept[index]?.position ?? -Infinity;
	}
}
