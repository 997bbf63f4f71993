import { hexagonAt } from '../hexagons.ts';
import { bounds } from '../plane.ts';
import type { Neighbours } from './neighbours.ts';

/**
 * Hexagons (pointy tops, the grid of `hexagonAt`) over the ground where something can be reported, as columns: entry i of
 * `x`, `y` is cell i; cells run row by row from the south, west to east. Cells without a report are there, too: where
 * nothing happens is half of what makes a hotspot.
 */
export interface HexagonLattice {
	/** Metres, middle of a cell to a corner. */
	radius: number;
	/** Metres in the plane, the middle of each cell. */
	x: Float64Array;
	y: Float64Array;
	/** The up to six cells that share a side. */
	neighbours: Neighbours;
	/** Where a cell is looked up: `index[(row − firstRow) · columns + (offset − firstOffset)]`, −1 where there is none. */
	table: { index: Int32Array; firstOffset: number; firstRow: number; columns: number; rows: number };
}

/** Places of the look-up table: 64 MB. A city of 100 × 100 km in hexagons of 20 m has 14 million. */
const mostPlaces = 16_000_000;
const root3 = Math.sqrt(3);

/**
 * The lattice whose cells hold at least one of the given places (metres in the plane): of points along every street, or
 * of the corners of areas. Throws a RangeError for a radius that is not positive, and when the places lie so far apart
 * that the box around them has more than 16 million cells (one stray place does that: leave it out).
 */
export function latticeOver(x: Float64Array, y: Float64Array, radius: number): HexagonLattice {
	if (!(radius > 0)) throw new RangeError(`radius ${radius} m must be positive`);
	if (x.length === 0) return latticeOf(new Int32Array(), 0, 0, 0, 0, radius);
	const [west, east] = bounds(x);
	const [south, north] = bounds(y);
	const firstRow = Math.floor(south / (1.5 * radius)) - 1;
	const rows = Math.ceil(north / (1.5 * radius)) + 2 - firstRow;
	const firstOffset = Math.floor(west / (root3 * radius)) - 2;
	const columns = Math.ceil(east / (root3 * radius)) + 3 - firstOffset;
	if (!(columns * rows <= mostPlaces))
		throw new RangeError(`${columns} × ${rows} hexagons of ${radius} m are more than ${mostPlaces}`);
	const index = new Int32Array(columns * rows).fill(-1);
	for (let i = 0; i < x.length; i++) {
		const [column, row] = hexagonAt(x[i]!, y[i]!, radius);
		index[(row - firstRow) * columns + column + Math.floor(row / 2) - firstOffset] = 0;
	}
	return latticeOf(index, firstOffset, firstRow, columns, rows, radius);
}

/** Every hexagon whose middle lies in the box [west, south, east, north], metres in the plane. */
export function latticeInBox(box: readonly [number, number, number, number], radius: number): HexagonLattice {
	const [west, south, east, north] = box;
	const x: number[] = [];
	const y: number[] = [];
	for (let row = Math.ceil(south / (1.5 * radius)); row * 1.5 * radius <= north; row++) {
		const shift = row / 2;
		for (let q = Math.ceil(west / (root3 * radius) - shift); (q + shift) * root3 * radius <= east; q++) {
			x.push((q + shift) * root3 * radius);
			y.push(row * 1.5 * radius);
		}
	}
	return latticeOver(Float64Array.from(x), Float64Array.from(y), radius);
}

function latticeOf(
	index: Int32Array,
	firstOffset: number,
	firstRow: number,
	columns: number,
	rows: number,
	radius: number
): HexagonLattice {
	let n = 0;
	for (let place = 0; place < index.length; place++) if (index[place] === 0) index[place] = n++;
	const [x, y] = [new Float64Array(n), new Float64Array(n)];
	const start = new Int32Array(n + 1);
	const list = new Int32Array(6 * n);
	let [cell, filled] = [0, 0];
	for (let place = 0; place < index.length; place++) {
		if (index[place]! < 0) continue;
		const row = firstRow + Math.floor(place / columns);
		const odd = row & 1;
		const offset = firstOffset + (place % columns);
		x[cell] = root3 * radius * (offset + odd / 2);
		y[cell] = 1.5 * radius * row;
		// South row, own row, north row; the box has an empty margin, so no step leaves it.
		for (const step of [-columns + odd - 1, -columns + odd, -1, 1, columns + odd - 1, columns + odd]) {
			const beside = index[place + step]!;
			if (beside >= 0) list[filled++] = beside;
		}
		start[++cell] = filled;
	}
	return {
		radius,
		x,
		y,
		neighbours: { start, list: list.slice(0, filled), weight: null },
		table: { index, firstOffset, firstRow, columns, rows }
	};
}

/** The cell of a place, −1 when the lattice has none there. */
export function cellAt({ radius, table }: HexagonLattice, x: number, y: number): number {
	const [column, row] = hexagonAt(x, y, radius);
	const offset = column + Math.floor(row / 2) - table.firstOffset;
	const line = row - table.firstRow;
	if (offset < 0 || offset >= table.columns || line < 0 || line >= table.rows) return -1;
	return table.index[line * table.columns + offset]!;
}

/** The cell of each place, −1 where the lattice has none. */
export function cellsOf(lattice: HexagonLattice, x: Float64Array, y: Float64Array): Int32Array {
	return Int32Array.from(x, (value, i) => cellAt(lattice, value, y[i]!));
}

/** How many of the cells in a column are cell 0 … n − 1; entries of −1 count nowhere. */
export function countByCell(cells: Int32Array, n: number): Float64Array {
	const counts = new Float64Array(n);
	for (const cell of cells) if (cell >= 0) counts[cell]! += 1;
	return counts;
}
