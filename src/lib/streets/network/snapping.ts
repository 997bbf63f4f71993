import type { StreetNetwork } from './street-network.ts';

/** Where points lie on the streets, as columns: entry i of every array is point i. */
export interface Snapped {
	/** Number of the nearest segment; -1 when none is within the limit. */
	segment: Int32Array;
	/** Metres of the drawn line from the segment's first point to the foot; NaN when there is none. */
	along: Float64Array;
	/** Metres in the plane from the point to the foot; NaN when there is none. */
	off: Float64Array;
}

export interface SnapIndex {
	network: StreetNetwork;
	/** Metres, the south-west corner of the first cell, and the side of a cell. */
	west: number;
	south: number;
	cell: number;
	columns: number;
	rows: number;
	/** Metres: whatever comes as near as this to a cell stands in it. */
	margin: number;
	/** Pieces of cell c: first[c] … first[c + 1] − 1. */
	first: Uint32Array;
	/** Four numbers a piece, side by side as they are read: x and y of its start, x and y of its end. */
	lines: Float64Array;
	/** Segment of each piece, and the point it starts at. */
	segment: Uint32Array;
	point: Uint32Array;
}

/** Cells a grid may have: a stray line far away makes cells coarser, not the memory larger. */
const mostCells = 1_000_000;

/**
 * Straight pieces of all segments in square cells of `cell` metres: a piece stands in every cell that it comes within a third of a
 * cell of, so that most questions are answered by one cell. Built once for a network; throws a RangeError for a cell that is
 * not positive.
 */
export function snapIndex(network: StreetNetwork, wanted = 60): SnapIndex {
	if (!(wanted > 0)) throw new RangeError(`cell ${wanted} m must be positive`);
	const { x, y, segments, firstPoint } = network;
	let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
	for (let p = 0; p < x.length; p += 1) {
		west = Math.min(west, x[p]!);
		east = Math.max(east, x[p]!);
		south = Math.min(south, y[p]!);
		north = Math.max(north, y[p]!);
	}
	if (x.length === 0) [west, south, east, north] = [0, 0, 0, 0];
	const [width, height] = [east - west, north - south];
	const cell = Math.max(wanted, Math.sqrt((width * height) / mostCells), Math.max(width, height) / mostCells);
	const [columns, rows] = [Math.floor(width / cell) + 1, Math.floor(height / cell) + 1];
	const grid = { west, south, cell, columns, rows, margin: cell / 3 };
	const first = new Uint32Array(columns * rows + 1);
	for (let s = 0; s < segments; s += 1)
		for (let p = firstPoint[s]!; p < firstPoint[s + 1]! - 1; p += 1)
			cellsOf(grid, x[p]!, y[p]!, x[p + 1]!, y[p + 1]!, (c) => (first[c + 1]! += 1));
	for (let c = 0; c < columns * rows; c += 1) first[c + 1]! += first[c]!;
	const pieces = first[columns * rows]!;
	const lines = new Float64Array(4 * pieces);
	const [segment, point] = [new Uint32Array(pieces), new Uint32Array(pieces)];
	const next = first.slice();
	for (let s = 0; s < segments; s += 1)
		for (let p = firstPoint[s]!; p < firstPoint[s + 1]! - 1; p += 1)
			cellsOf(grid, x[p]!, y[p]!, x[p + 1]!, y[p + 1]!, (c) => {
				const at = next[c]!;
				next[c] = at + 1;
				lines.set([x[p]!, y[p]!, x[p + 1]!, y[p + 1]!], 4 * at);
				segment[at] = s;
				point[at] = p;
			});
	return { network, ...grid, first, lines, segment, point };
}

type Grid = Pick<SnapIndex, 'west' | 'south' | 'cell' | 'columns' | 'rows' | 'margin'>;

/** Every cell a straight piece comes within the margin of, column by column; a few more at corners, never fewer. */
function cellsOf(
	{ west, south, cell, columns, rows, margin }: Grid,
	ax: number,
	ay: number,
	bx: number,
	by: number,
	put: (cell: number) => void
): void {
	const [left, right] = ax < bx ? [ax, bx] : [bx, ax];
	const slope = ax === bx ? 0 : (by - ay) / (bx - ax);
	const firstColumn = Math.max(0, Math.floor((left - margin - west) / cell));
	const lastColumn = Math.min(columns - 1, Math.floor((right + margin - west) / cell));
	for (let column = firstColumn; column <= lastColumn; column += 1) {
		let [low, high] = ay < by ? [ay, by] : [by, ay];
		if (ax !== bx) {
			const atLeft = ay + slope * (Math.max(left, west + column * cell - margin) - ax);
			const atRight = ay + slope * (Math.min(right, west + (column + 1) * cell + margin) - ax);
			low = Math.max(low, Math.min(atLeft, atRight));
			high = Math.min(high, Math.max(atLeft, atRight));
		}
		const firstRow = Math.max(0, Math.floor((low - margin - south) / cell));
		const lastRow = Math.min(rows - 1, Math.floor((high + margin - south) / cell));
		for (let row = firstRow; row <= lastRow; row += 1) put(row * columns + column);
	}
}

/**
 * The segment nearest to each point (x east, y north, metres in the network's plane) within `limit` metres; of several at
 * the same distance, as at a junction, the one with the smallest database id. Distances are those of PostGIS in the same plane
 * to the last bit: the foot is start + r · (end − start) with r = (p − start)·(end − start) ÷ |end − start|² kept to
 * 0…1, and the distance √(dx² + dy²) to it (lw_dist2d_pt_seg, liblwgeom/measures.c, 3.3). Exact: cells are read ring by
 * ring, and only while something in them could be nearer.
 */
export function snapPoints(index: SnapIndex, x: Float64Array, y: Float64Array, limit = Infinity): Snapped {
	const n = x.length;
	const segment = new Int32Array(n);
	const [along, off] = [new Float64Array(n), new Float64Array(n)];
	const found: Found = { piece: -1, metres: 0 };
	for (let start = 0; start < n; start += atOnce)
		for (const i of byTile(index, x, y, start)) {
			findNearest(index, x[i]!, y[i]!, limit, found);
			const { piece } = found;
			segment[i] = piece < 0 ? -1 : index.segment[piece]!;
			off[i] = piece < 0 ? NaN : found.metres;
			along[i] = piece < 0 ? NaN : alongOf(index, piece, x[i]!, y[i]!);
		}
	return { segment, along, off };
}

/** Points taken together, and cells along the side of a tile: both small enough to stay at hand. */
const atOnce = 1 << 15;
const tileSide = 8;

/** The points from `start` on, at most `atOnce`, tile by tile (a counting sort): what is read for one serves the next. */
function byTile(
	{ west, south, cell, columns, rows }: SnapIndex,
	x: Float64Array,
	y: Float64Array,
	start: number
): Uint32Array {
	const side = cell * tileSide;
	const [across, up] = [Math.ceil(columns / tileSide), Math.ceil(rows / tileSide)];
	const n = Math.min(atOnce, x.length - start);
	const tiles = new Uint32Array(n);
	const next = new Uint32Array(across * up + 1);
	for (let i = 0; i < n; i += 1) {
		const column = Math.min(across - 1, Math.max(0, Math.floor((x[start + i]! - west) / side)));
		const row = Math.min(up - 1, Math.max(0, Math.floor((y[start + i]! - south) / side)));
		tiles[i] = row * across + column;
		next[tiles[i]! + 1]! += 1;
	}
	for (let tile = 1; tile < next.length; tile += 1) next[tile]! += next[tile - 1]!;
	const order = new Uint32Array(n);
	for (let i = 0; i < n; i += 1) {
		const tile = tiles[i]!;
		order[next[tile]!] = start + i;
		next[tile]! += 1;
	}
	return order;
}

interface Found {
	piece: number;
	metres: number;
}

/** A square root may make two equal that were not: within this of the least square, roots are compared. */
const nearlySame = 1 + 1e-14;

function findNearest(index: SnapIndex, px: number, py: number, limit: number, found: Found): void {
	const { west, south, cell, columns, rows, margin, first, lines, segment } = index;
	// What no cell of the rings holds is further than this beyond their edge; a hair less, for rounding.
	const beyond = margin * (1 - 1e-9);
	const { ids } = index.network;
	const across = px - west;
	const up = py - south;
	const column = Math.floor(across / cell);
	const row = Math.floor(up / cell);
	let best = limit;
	let square = limit * limit * nearlySame;
	let nearest = -1;
	// Beyond the grid, the first rings hold no cell.
	let ring = Math.max(0, -column, column - columns + 1, -row, row - rows + 1);
	const lastRing = Math.max(column, columns - 1 - column, row, rows - 1 - row);
	for (; ring <= lastRing; ring += 1) {
		if (ring > 0) {
			const inside = Math.min(
				across - (column - ring + 1) * cell,
				(column + ring) * cell - across,
				up - (row - ring + 1) * cell,
				(row + ring) * cell - up
			);
			if (inside + beyond > best) break;
		}
		const top = Math.min(rows - 1, row + ring);
		for (let r = Math.max(0, row - ring); r <= top; r += 1) {
			const isEdge = r === row - ring || r === row + ring;
			const gapUp = r < row ? up - (r + 1) * cell : r > row ? r * cell - up : 0;
			const step = isEdge || ring === 0 ? 1 : 2 * ring;
			for (let c = column - ring; c <= column + ring; c += step) {
				if (c < 0 || c >= columns) continue;
				const gapAcross = c < column ? across - (c + 1) * cell : c > column ? c * cell - across : 0;
				if (gapUp * gapUp + gapAcross * gapAcross > square) continue;
				const end = first[r * columns + c + 1]!;
				for (let piece = first[r * columns + c]!; piece < end; piece += 1) {
					const ax = lines[4 * piece]!;
					const ay = lines[4 * piece + 1]!;
					const bx = lines[4 * piece + 2]!;
					const by = lines[4 * piece + 3]!;
					const dx = bx - ax;
					const dy = by - ay;
					const whole = dx * dx + dy * dy;
					const part = whole === 0 ? 0 : ((px - ax) * dx + (py - ay) * dy) / whole;
					const sx = px - (part <= 0 ? ax : part >= 1 ? bx : ax + part * dx);
					const sy = py - (part <= 0 ? ay : part >= 1 ? by : ay + part * dy);
					const d = sx * sx + sy * sy;
					if (d > square) continue;
					const metres = Math.sqrt(d);
					if (metres > best) continue;
					if (metres === best && nearest >= 0 && ids[segment[piece]!]! >= ids[segment[nearest]!]!) continue;
					best = metres;
					square = d * nearlySame;
					nearest = piece;
				}
			}
		}
	}
	found.piece = nearest;
	found.metres = best;
}

function alongOf(
	{ network, lines, segment, point }: SnapIndex,
	piece: number,
	px: number,
	py: number
): number {
	const { firstPoint, x, y } = network;
	let before = 0;
	for (let p = firstPoint[segment[piece]!]!; p < point[piece]!; p += 1)
		before += Math.hypot(x[p + 1]! - x[p]!, y[p + 1]! - y[p]!);
	const ax = lines[4 * piece]!;
	const ay = lines[4 * piece + 1]!;
	const dx = lines[4 * piece + 2]! - ax;
	const dy = lines[4 * piece + 3]! - ay;
	const whole = dx * dx + dy * dy;
	if (whole === 0) return before;
	const part = ((px - ax) * dx + (py - ay) * dy) / whole;
	return before + Math.min(1, Math.max(0, part)) * Math.sqrt(whole);
}
