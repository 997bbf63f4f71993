/** How many stretches the reports are cut into: a jump costs at most one of them, a table of this many rows is kept. */
const usualStretches = 64;
/** Numbers the table may hold, as filters write it anew: 8 MB. A finer lattice gets fewer, longer stretches. */
const mostNumbers = 2_000_000;

/**
 * How many reports of a stretch of time each place holds, kept as the stretch moves. Reports are in the order of time, `place[i]` is
 * where report i lies (a hexagon, a segment, a square), below 0 for nowhere; `letter[i]` is its kind, and `isIn[letter]` says
 * whether the filters let that kind in.
 *
 * Every n/64 reports a row of running totals is kept (prefix sums in blocks, as in a two-level rank structure: Jacobson 1989,
 * Space-efficient static trees and graphs). `move` takes whichever is cheaper: adding and taking away the reports that came in and
 * fell out, or the difference of two rows and the rest of two blocks. A step costs O(reports between the old edges and the new) when
 * the hand moves on, and O(places + n/64) wherever it jumps to. `sift` (new filters) is one pass over all reports.
 */
export class MovingCounts {
	readonly #place: Int32Array;
	readonly #letter: Uint16Array;
	readonly #places: number;
	readonly #stretch: number;
	/** Row r: how many of the first r · stretch reports lie in each place and are let in. */
	readonly #totals: Uint32Array;
	#isIn: Uint8Array;
	#from = 0;
	#to = 0;
	/** Reports of [from, to) per place. */
	readonly counts: Uint32Array;

	/** `places`: how many there are. Throws a RangeError when the columns differ in length. */
	constructor(place: Int32Array, places: number, letter: Uint16Array, isIn: Uint8Array) {
		if (place.length !== letter.length)
			throw new RangeError(`${letter.length} letters for ${place.length} reports`);
		const rows = Math.max(1, Math.min(usualStretches, Math.floor(mostNumbers / Math.max(1, places))));
		this.#place = place;
		this.#letter = letter;
		this.#places = places;
		this.#stretch = Math.max(1, Math.ceil(place.length / rows));
		this.#totals = new Uint32Array((Math.floor(place.length / this.#stretch) + 1) * places);
		this.#isIn = isIn;
		this.counts = new Uint32Array(places);
		this.sift(isIn);
	}

	/** Takes other filters; the stretch stays where it is. */
	sift(isIn: Uint8Array): void {
		this.#isIn = isIn.slice();
		const [place, letter, stretch, places] = [this.#place, this.#letter, this.#stretch, this.#places];
		const running = this.counts.fill(0);
		for (let row = 0, i = 0; row * stretch <= place.length; row++) {
			this.#totals.set(running, row * places);
			const end = Math.min(place.length, (row + 1) * stretch);
			for (; i < end; i++) {
				const p = place[i]!;
				if (p >= 0) running[p]! += isIn[letter[i]!]!;
			}
		}
		this.#jump(this.#from, this.#to);
	}

	/** Reports [from, to) from now on. */
	move(from: number, to: number): Uint32Array {
		const end = Math.max(from, to);
		const overlaps = from < this.#to && end > this.#from;
		const changed = Math.abs(from - this.#from) + Math.abs(end - this.#to);
		if (overlaps && changed <= this.#stretch + this.#places / 4) {
			this.#add(from, this.#from, 1);
			this.#add(this.#from, from, -1);
			this.#add(this.#to, end, 1);
			this.#add(end, this.#to, -1);
		} else this.#jump(from, end);
		[this.#from, this.#to] = [from, end];
		return this.counts;
	}

	#jump(from: number, to: number): void {
		const [places, stretch, totals, counts] = [this.#places, this.#stretch, this.#totals, this.counts];
		// The nearest row to each edge: what lies between is added or taken away.
		const lastRow = Math.floor(this.#place.length / stretch);
		const rowFrom = Math.min(lastRow, Math.round(from / stretch));
		const rowTo = Math.min(lastRow, Math.round(to / stretch));
		const [a, b] = [rowFrom * places, rowTo * places];
		for (let p = 0; p < places; p++) counts[p] = totals[b + p]! - totals[a + p]!;
		this.#add(rowTo * stretch, to, 1);
		this.#add(to, rowTo * stretch, -1);
		this.#add(from, rowFrom * stretch, 1);
		this.#add(rowFrom * stretch, from, -1);
	}

	#add(from: number, to: number, by: 1 | -1): void {
		const [place, letter, isIn, counts] = [this.#place, this.#letter, this.#isIn, this.counts];
		for (let i = from; i < to; i++) {
			const p = place[i]!;
			if (p >= 0) counts[p]! += by * isIn[letter[i]!]!;
		}
	}
}
