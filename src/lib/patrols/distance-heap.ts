/**
 * A binary min-heap of junctions by distance that can bring a junction forward (Dijkstra's decrease-key). Distances are
 * kept by the caller; a junction is in the heap at most once.
 */
export class DistanceHeap {
	readonly #distance: Float64Array;
	readonly #heap: Uint32Array;
	/** Where a junction stands in the heap, plus one; 0: not in it. */
	readonly #place: Uint32Array;
	#size = 0;

	constructor(distance: Float64Array) {
		this.#distance = distance;
		this.#heap = new Uint32Array(distance.length);
		this.#place = new Uint32Array(distance.length);
	}

	get size(): number {
		return this.#size;
	}

	/** Puts a junction in, or forward when its distance has fallen. */
	push(junction: number): void {
		const place = this.#place[junction]!;
		this.#rise(junction, place === 0 ? this.#size++ : place - 1);
	}

	/** Takes out the junction with the least distance. */
	pop(): number {
		const first = this.#heap[0]!;
		this.#place[first] = 0;
		this.#size -= 1;
		if (this.#size > 0) this.#sink(this.#heap[this.#size]!, 0);
		return first;
	}

	clear(): void {
		for (let i = 0; i < this.#size; i += 1) this.#place[this.#heap[i]!] = 0;
		this.#size = 0;
	}

	#rise(junction: number, at: number): void {
		const d = this.#distance[junction]!;
		while (at > 0) {
			const above = (at - 1) >> 1;
			const other = this.#heap[above]!;
			if (this.#distance[other]! <= d) break;
			this.#set(other, at);
			at = above;
		}
		this.#set(junction, at);
	}

	#sink(junction: number, at: number): void {
		const d = this.#distance[junction]!;
		for (;;) {
			let below = 2 * at + 1;
			if (below >= this.#size) break;
			const right = below + 1;
			if (right < this.#size && this.#distance[this.#heap[right]!]! < this.#distance[this.#heap[below]!]!)
				below = right;
			const other = this.#heap[below]!;
			if (this.#distance[other]! >= d) break;
			this.#set(other, at);
			at = below;
		}
		this.#set(junction, at);
	}

	#set(junction: number, at: number): void {
		this.#heap[at] = junction;
		this.#place[junction] = at + 1;
	}
}
