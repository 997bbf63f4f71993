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
	/** The square each report lies in. */
	place: Int32Array;
}

/** Squares a heat map that follows the hand may have. */
const mostSquares = 160_000;
const squareMetresPerKm2 = 1e6;

/**
 * Lays squares of at least `wanted` metres over the points (metres in a plane) and a margin of `reach` metres around them; a city
 * too large for `mostSquares` of them gets larger ones.
 */
export function squaresOver(x: Float64Array, y: Float64Array, wanted: number, reach: number): Squares {
	if (x.length === 0)
		return { west: 0, south: 0, cell: wanted, columns: 0, rows: 0, place: new Int32Array() };
	let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
	for (let i = 0; i < x.length; i++) {
		if (x[i]! < left) left = x[i]!;
		if (x[i]! > right) right = x[i]!;
		if (y[i]! < low) low = y[i]!;
		if (y[i]! > high) high = y[i]!;
	}
	const [width, height] = [right - left + 2 * reach, high - low + 2 * reach];
	const cell = Math.max(wanted, Math.sqrt((width * height) / mostSquares));
	const [west, south] = [left - reach, low - reach];
	const [columns, rows] = [Math.ceil(width / cell), Math.ceil(height / cell)];
	const place = new Int32Array(x.length);
	for (let i = 0; i < x.length; i++) {
		const column = Math.min(columns - 1, Math.floor((x[i]! - west) / cell));
		const row = Math.min(rows - 1, Math.floor((y[i]! - south) / cell));
		place[i] = row * columns + column;
	}
	return { west, south, cell, columns, rows, place };
}

/**
 * Kernel density of counts per square, each square's reports taken at its middle, with the quartic kernel of `kernelDensity`
 * (Silverman 1986, eq. 4.5); reports per km². The kernel is summed over the middles of squares, so that the density adds up to the
 * number of reports whatever the squares. Costs (squares with reports) × (squares a kernel covers) additions. A report lies at most
 * 0.71 squares from where it is counted; `kernelDensity` is the exact one.
 */
export function heatOf(
	{ west, south, cell, columns, rows }: Squares,
	counts: Uint32Array,
	bandwidth: number
): DensityGrid {
	const values = new Float32Array(columns * rows);
	const reach = Math.floor(bandwidth / cell);
	const spans: { row: number; half: number; weights: Float32Array }[] = [];
	let sum = 0;
	for (let dy = -reach; dy <= reach; dy++) {
		const half = Math.floor(Math.sqrt(Math.max(0, (bandwidth / cell) ** 2 - dy * dy)));
		const weights = Float32Array.from({ length: 2 * half + 1 }, (_, i) => {
			const near = Math.max(0, 1 - (((i - half) ** 2 + dy * dy) * cell * cell) / (bandwidth * bandwidth));
			return near * near;
		});
		for (const weight of weights) sum += weight;
		spans.push({ row: dy, half, weights });
	}
	const scale = squareMetresPerKm2 / (sum * cell * cell);
	for (const { weights } of spans) for (let i = 0; i < weights.length; i++) weights[i]! *= scale;
	for (let row = 0, at = 0; row < rows; row++) {
		for (let column = 0; column < columns; column++, at++) {
			const count = counts[at]!;
			if (count === 0) continue;
			for (const span of spans) {
				const to = row + span.row;
				if (to < 0 || to >= rows) continue;
				const first = Math.max(0, column - span.half);
				const last = Math.min(columns - 1, column + span.half);
				const shift = to * columns;
				const skip = span.half - column;
				for (let c = first; c <= last; c++) values[shift + c]! += count * span.weights[c + skip]!;
			}
		}
	}
	let peak = 0;
	for (let i = 0; i < values.length; i++) if (values[i]! > peak) peak = values[i]!;
	return { west, south, cell, columns, rows, values, peak };
}
