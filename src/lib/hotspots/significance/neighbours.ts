/**
 * Which of n places lie beside which, as compressed sparse rows: the neighbours of place i are
 * `list[start[i]] … list[start[i + 1] − 1]`. A place is never in its own row: that it counts itself (the star of Gi*) is
 * the statistic's business. Cells of a lattice and segments of a street network are both such places.
 */
export interface Neighbours {
	/** n + 1 entries, ascending from 0 to the length of `list`. */
	start: Int32Array;
	/** Places, each 0 … n − 1, ascending within a row, none twice. */
	list: Int32Array;
	/** Weight of each entry of `list`, finite and not negative; null when every weight is 1. */
	weight: Float64Array | null;
}

/** How many places there are. */
export function placesIn({ start }: Neighbours): number {
	return start.length - 1;
}

/**
 * Neighbours from rows of any order; doubles and the place itself are dropped. Weights are 1. Throws a RangeError for a
 * neighbour that is not a place.
 */
export function neighboursFrom(rows: readonly (readonly number[])[]): Neighbours {
	const start = new Int32Array(rows.length + 1);
	const sorted = rows.map((row, i) => {
		const kept = [...new Set(row)].filter((j) => j !== i).sort((a, b) => a - b);
		for (const j of kept)
			if (!(Number.isInteger(j) && j >= 0 && j < rows.length))
				throw new RangeError(`place ${i} has neighbour ${j} when there are ${rows.length} places`);
		start[i + 1] = start[i]! + kept.length;
		return kept;
	});
	return { start, list: Int32Array.from(sorted.flat()), weight: null };
}

/**
 * Street segments are neighbours when they share a junction. `from[i]` and `to[i]` are the junctions, whole numbers 0 …
 * junctions − 1, at the ends of segment i. Weights are 1. A dead end's segment has the neighbours of its other end; a
 * segment alone has none. Costs the sum over junctions of the square of the segments that meet there.
 */
export function segmentNeighbours(from: Int32Array, to: Int32Array, junctions: number): Neighbours {
	const n = from.length;
	const meets = new Int32Array(junctions + 1);
	for (let i = 0; i < n; i++) {
		meets[from[i]! + 1]! += 1;
		if (to[i] !== from[i]) meets[to[i]! + 1]! += 1;
	}
	for (let j = 0; j < junctions; j++) meets[j + 1]! += meets[j]!;
	const there = new Int32Array(meets[junctions]!);
	const next = meets.slice(0, junctions);
	for (let i = 0; i < n; i++) {
		there[next[from[i]!]!++] = i;
		if (to[i] !== from[i]) there[next[to[i]!]!++] = i;
	}
	const seen = new Int32Array(n).fill(-1);
	const start = new Int32Array(n + 1);
	const list: number[] = [];
	for (let i = 0; i < n; i++) {
		seen[i] = i;
		const row: number[] = [];
		for (const junction of [from[i]!, to[i]!])
			for (let at = meets[junction]!; at < meets[junction + 1]!; at++) {
				const j = there[at]!;
				if (seen[j] === i) continue;
				seen[j] = i;
				row.push(j);
			}
		row.sort((a, b) => a - b);
		for (const j of row) list.push(j);
		start[i + 1] = list.length;
	}
	return { start, list: Int32Array.from(list), weight: null };
}

/** The queen's neighbours on a lattice of square cells, row by row: the up to eight cells that touch. */
export function squareNeighbours(columns: number, rows: number): Neighbours {
	const start = new Int32Array(columns * rows + 1);
	const list = new Int32Array(columns * rows * 8);
	let filled = 0;
	for (let row = 0; row < rows; row++)
		for (let column = 0; column < columns; column++) {
			for (let r = Math.max(0, row - 1); r <= Math.min(rows - 1, row + 1); r++)
				for (let c = Math.max(0, column - 1); c <= Math.min(columns - 1, column + 1); c++)
					if (r !== row || c !== column) list[filled++] = r * columns + c;
			start[row * columns + column + 1] = filled;
		}
	return { start, list: list.slice(0, filled), weight: null };
}
