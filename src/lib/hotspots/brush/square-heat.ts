import type { DensityGrid } from '../density.ts';

/** Squares over the ground, row by row from the south-west. */
export interface Squares {
	/** Metres, the south-west corner of the first. */
	west: number;
	south: number;
	/** Metres, side of a square. */
	cell: number;
	columns: number;
	rows: number;
	/** The squares that hold a report at all, ascending. */
	held: Int32Array;
	/** Where each report's square stands in `held`. */
	place: Int32Array;
}

/** Squares a heat map that follows the hand may have. */
const mostSquares = 160_000;
const squareMetresPerKm2 = 1e6;

/**
 * Lays squares of at least `wanted` metres over the points (metres in a plane) and a margin of `reach` metres around them; a city
 * too large for `mostSquares` of them gets larger ones, and one square more on each side.
 */
export function squaresOver(x: Float64Array, y: Float64Array, wanted: number, reach: number): Squares {
	if (x.length === 0)
		return {
			west: 0,
			south: 0,
			cell: wanted,
			columns: 0,
			rows: 0,
			held: new Int32Array(),
			place: new Int32Array()
		};
	let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
	for (let i = 0; i < x.length; i++) {
		if (x[i]! < left) left = x[i]!;
		if (x[i]! > right) right = x[i]!;
		if (y[i]! < low) low = y[i]!;
		if (y[i]! > high) high = y[i]!;
	}
	const [wide, tall] = [right - left + 2 * reach, high - low + 2 * reach];
	const cell = Math.max(wanted, Math.sqrt((wide * tall) / mostSquares));
	// One square more than the reach: a kernel's squares are counted from the middle of a report's own.
	const [west, south] = [left - reach - cell, low - reach - cell];
	const [columns, rows] = [Math.ceil(wide / cell) + 2, Math.ceil(tall / cell) + 2];
	const place = new Int32Array(x.length);
	for (let i = 0; i < x.length; i++) {
		const column = Math.min(columns - 1, Math.floor((x[i]! - west) / cell));
		const row = Math.min(rows - 1, Math.floor((y[i]! - south) / cell));
		place[i] = row * columns + column;
	}
	const number = new Int32Array(columns * rows).fill(-1);
	for (const square of place) number[square] = 0;
	const held: number[] = [];
	for (let square = 0; square < number.length; square++)
		if (number[square] === 0) number[square] = held.push(square) - 1;
	return {
		...{ west, south, cell, columns, rows, held: Int32Array.from(held) },
		place: place.map((square) => number[square]!)
	};
}

/**
 * Kernel density of counts per held square, each square's reports taken at its middle, with the quartic kernel of `kernelDensity`
 * (Silverman 1986, eq. 4.5); reports per km². The kernel is summed over the middles of squares, so that the density adds up to the
 * number of reports whatever the squares. Costs (squares with reports) × (squares a kernel covers) additions. A report lies at most
 * 0.71 squares from where it is counted; `kernelDensity` is the exact one. `bandwidth` must not exceed the `reach` the squares were laid with.
 */
export function heatOf(
	{ west, south, cell, columns, rows, held }: Squares,
	counts: Uint32Array,
	bandwidth: number
): DensityGrid {
	const values = new Float32Array(columns * rows);
	const reach = Math.floor(bandwidth / cell);
	const offsets: number[] = [];
	const shares: number[] = [];
	for (let dy = -reach; dy <= reach; dy++)
		for (let dx = -reach; dx <= reach; dx++) {
			const near = 1 - ((dx * dx + dy * dy) * cell * cell) / (bandwidth * bandwidth);
			if (near <= 0) continue;
			offsets.push(dy * columns + dx);
			shares.push(near * near);
		}
	const scale = squareMetresPerKm2 / (shares.reduce((sum, share) => sum + share, 0) * cell * cell);
	const offset = Int32Array.from(offsets);
	const weight = Float64Array.from(shares, (share) => share * scale);
	// Reports lie a kernel's reach inside the edges (`squaresOver`), so no square it covers lies outside.
	for (let h = 0; h < held.length; h++) {
		const count = counts[h]!;
		if (count === 0) continue;
		const at = held[h]!;
		for (let k = 0; k < offset.length; k++) values[at + offset[k]!]! += count * weight[k]!;
	}
	let peak = 0;
	for (let i = 0; i < values.length; i++) if (values[i]! > peak) peak = values[i]!;
	return { west, south, cell, columns, rows, values, peak };
}
