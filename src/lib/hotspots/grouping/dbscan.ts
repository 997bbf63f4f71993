import { bounds } from '../plane.ts';

/** Points in groups: entry i of both arrays is point i. */
export interface Grouping {
	/** Group 0 … groups − 1, in order of their first point; −1 for a point in none. */
	group: Int32Array;
	/** 1 where the point has enough others within reach itself; 0 at the rim of a group, and outside. */
	isCore: Uint8Array;
	groups: number;
}

export interface GroupingOptions {
	/** Metres: points no further apart lie together. */
	reach: number;
	/** Points within reach, itself included, that make a point the core of a group. */
	least: number;
}

/** Squares of the grid: coarser ones for a reach that is tiny beside the whole. */
const mostSquares = 4_000_000;

/**
 * DBSCAN (Ester, Kriegel, Sander and Xu 1996, KDD-96, 226–231): points with at least `least` points within `reach` metres
 * are cores; cores within reach of each other are one group; other points within reach of a core are its rim (of the
 * group that was found first), the rest belong to none. A plain grouping for counting and naming: it tests nothing. Points
 * of exactly one place are looked at once, so that a default geocode with thousands costs no more than a corner with one. Time and
 * memory grow with the number of points, and the neighbours they have within reach. Throws a RangeError for a reach or a least
 * that is not positive.
 */
export function dbscan(x: Float64Array, y: Float64Array, { reach, least }: GroupingOptions): Grouping {
	if (!(reach > 0) || !(least > 0))
		throw new RangeError(`reach ${reach} m and least ${least} must be positive`);
	const { of, first, weight } = distinct(x, y);
	const [px, py] = [first.map((i) => x[i]!), first.map((i) => y[i]!)];
	const near = nearby(Float64Array.from(px), Float64Array.from(py), reach);
	const isCore = Uint8Array.from(first, (_, place) => {
		let sum = 0;
		near(place, (other) => (sum += weight[other]!));
		return Number(sum >= least);
	});
	const group = new Int32Array(first.length).fill(-1);
	let groups = 0;
	const waiting: number[] = [];
	for (let place = 0; place < first.length; place++) {
		if (!isCore[place] || group[place]! >= 0) continue;
		group[place] = groups;
		waiting.push(place);
		for (let at = waiting.pop(); at !== undefined; at = waiting.pop())
			near(at, (other) => {
				if (group[other]! >= 0) return;
				group[other] = groups;
				if (isCore[other]) waiting.push(other);
			});
		groups += 1;
	}
	return {
		group: of.map((place) => group[place]!),
		isCore: Uint8Array.from(of, (place) => isCore[place]!),
		groups
	};
}

/** The different places among the points, in order of their first point, and how many points each has. */
function distinct(x: Float64Array, y: Float64Array) {
	const places = new Map<number, Map<number, number>>();
	const first: number[] = [];
	const weight: number[] = [];
	const of = new Int32Array(x.length);
	for (let i = 0; i < x.length; i++) {
		let column = places.get(x[i]!);
		if (!column) places.set(x[i]!, (column = new Map()));
		let place = column.get(y[i]!);
		if (place === undefined) {
			place = first.push(i) - 1;
			weight.push(0);
			column.set(y[i]!, place);
		}
		weight[place]! += 1;
		of[i] = place;
	}
	return { of, first, weight };
}

/** Calls back for every place within reach of one, itself included, over a grid of squares a reach wide. */
function nearby(x: Float64Array, y: Float64Array, reach: number) {
	const n = x.length;
	const [west, east] = n > 0 ? bounds(x) : [0, 0];
	const [south, north] = n > 0 ? bounds(y) : [0, 0];
	const side = Math.max(
		reach,
		Math.sqrt(((east - west) * (north - south)) / mostSquares),
		Math.max(east - west, north - south) / mostSquares
	);
	const columns = Math.floor((east - west) / side) + 1;
	const rows = Math.floor((north - south) / side) + 1;
	const columnOf = (place: number) => Math.floor((x[place]! - west) / side);
	const rowOf = (place: number) => Math.floor((y[place]! - south) / side);
	const start = new Int32Array(columns * rows + 1);
	for (let place = 0; place < n; place++) start[rowOf(place) * columns + columnOf(place) + 1]! += 1;
	for (let square = 0; square < columns * rows; square++) start[square + 1]! += start[square]!;
	const next = start.slice(0, -1);
	const list = new Int32Array(n);
	for (let place = 0; place < n; place++) list[next[rowOf(place) * columns + columnOf(place)]!++] = place;
	return (place: number, see: (other: number) => void) => {
		const [column, row] = [columnOf(place), rowOf(place)];
		for (let r = Math.max(0, row - 1); r <= Math.min(rows - 1, row + 1); r++) {
			const from = start[r * columns + Math.max(0, column - 1)]!;
			const to = start[r * columns + Math.min(columns - 1, column + 1) + 1]!;
			for (let at = from; at < to; at++) {
				const other = list[at]!;
				if (Math.hypot(x[other]! - x[place]!, y[other]! - y[place]!) <= reach) see(other);
			}
		}
	};
}
