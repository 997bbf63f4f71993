import { bounds } from './plane.ts';

/** A density on square cells, row by row from the south-west: cell (column, row) is `values[row * columns + column]`. */
export interface DensityGrid {
	/** Metres, the south-west corner of the first cell. */
	west: number;
	south: number;
	/** Metres, side of a cell. */
	cell: number;
	columns: number;
	rows: number;
	/** Points per square kilometre at the middle of each cell. */
	values: Float32Array;
	/** The greatest of `values`. */
	peak: number;
}

export interface DensityOptions {
	/** Metres; the distance at which a point stops counting. */
	bandwidth: number;
	/** Metres, side of a cell. */
	cell: number;
}

/** Cells a grid may have: a stray point far away makes cells coarser, not the memory larger. */
const mostCells = 4_000_000;
const squareMetresPerKm2 = 1e6;

/**
 * Kernel density of points in a metric plane (x east, y north, metres), with the quartic (biweight) kernel in two
 * dimensions, k(u) = 3/π · (1 − u²)² for u = distance ÷ bandwidth < 1, else 0 (Silverman 1986, Density Estimation for
 * Statistics and Data Analysis, eq. 4.5):
 *
 *     density(p) = Σᵢ 3 / (π h²) · (1 − |p − pᵢ|² / h²)²
 *
 * It is evaluated exactly at the middle of every cell, not on binned points, and integrates to the number of points.
 * Edges are not corrected: near the border of the data the density reads low. The grid reaches a bandwidth beyond the
 * points. Costs about π (h ÷ cell)² additions a point. Throws a RangeError for sizes that are not positive.
 */
export function kernelDensity(
	x: Float64Array,
	y: Float64Array,
	{ bandwidth, cell: wanted }: DensityOptions
): DensityGrid {
	if (!(bandwidth > 0) || !(wanted > 0))
		throw new RangeError(`bandwidth ${bandwidth} m and cell ${wanted} m must be positive`);
	if (x.length === 0)
		return { west: 0, south: 0, cell: wanted, columns: 0, rows: 0, values: new Float32Array(), peak: 0 };
	const [left, right] = bounds(x);
	const [low, high] = bounds(y);
	const [width, height] = [right - left + 2 * bandwidth, high - low + 2 * bandwidth];
	const cell = Math.max(wanted, Math.sqrt((width * height) / mostCells), Math.max(width, height) / mostCells);
	const [west, south] = [left - bandwidth, low - bandwidth];
	const [columns, rows] = [Math.ceil(width / cell), Math.ceil(height / cell)];
	const values = new Float32Array(columns * rows);
	const h2 = bandwidth * bandwidth;
	const weight = (3 / (Math.PI * h2)) * squareMetresPerKm2;
	for (let i = 0; i < x.length; i++) {
		// In cells, so that the middle of cell (c, r) is at (c, r).
		const [px, py] = [(x[i]! - west) / cell - 0.5, (y[i]! - south) / cell - 0.5];
		const reach = bandwidth / cell;
		const lastRow = Math.min(rows - 1, Math.floor(py + reach));
		for (let row = Math.max(0, Math.ceil(py - reach)); row <= lastRow; row++) {
			const dy = (row - py) * cell;
			const across = Math.sqrt(Math.max(0, h2 - dy * dy)) / cell;
			const last = Math.min(columns - 1, Math.floor(px + across));
			for (let column = Math.max(0, Math.ceil(px - across)); column <= last; column++) {
				const dx = (column - px) * cell;
				const near = 1 - (dx * dx + dy * dy) / h2;
				values[row * columns + column]! += weight * near * near;
			}
		}
	}
	return { west, south, cell, columns, rows, values, peak: values.reduce((a, b) => Math.max(a, b), 0) };
}
