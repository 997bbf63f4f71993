// The ground between streets: the faces of the plane that the streets' lines cut it into. Lines are cut where they
// cross (a bridge over a road bounds ground too), dead ends bound nothing. Whole centimetres around the city's middle,
// so that equal corners are equal numbers.
import type { Position } from '#lib/city/datum.ts';
import type { KnownStreets } from '#lib/city/import/known.ts';
import { walkFaces, type Edge, type Nodes } from './faces.ts';

/** A stretch of street between two corners, with the block on either side of it (-1: the open country). */
export interface Side {
	from: number;
	to: number;
	/** Which of the streets' lines. */
	line: number;
	left: number;
	right: number;
	metres: number;
}

export interface Block {
	squareMetres: number;
	/** Half of every street along it, and all of those that end inside it. */
	streetMetres: number;
}

export interface Blocks {
	blocks: Block[];
	sides: Side[];
	/** Corners in centimetres; `place` puts them back on the globe. */
	x: Float64Array;
	y: Float64Array;
	place: (corner: number) => Position;
}

/** A line's end this close to another line is meant to lie on it, in cm. */
const snap = 50;

/** The blocks of a city, and which of them lie on either side of every stretch of street. */
export function blocksBetween(streets: KnownStreets): Blocks {
	const plane = planeOf(streets);
	const { edges, nodes } = cutAtCrossings(edgesOf(streets, plane), new Set(endsOf(streets, plane)));
	const { kept, dangling } = withoutDeadEnds(edges, nodes.x.length);
	const walked = walkFaces(kept, nodes);
	const blocks = walked.areas.map((area): Block => ({ squareMetres: area / 1e4, streetMetres: 0 }));
	const metres = ({ from, to }: Edge) =>
		Math.hypot(nodes.x[from]! - nodes.x[to]!, nodes.y[from]! - nodes.y[to]!) / 100;
	const sides = kept.map((edge, i): Side => {
		const [left, right] = [walked.faces[2 * i]!, walked.faces[2 * i + 1]!];
		const length = metres(edge);
		if (left >= 0) blocks[left]!.streetMetres += length / 2;
		if (right >= 0) blocks[right]!.streetMetres += length / 2;
		return { ...edge, left, right, metres: length };
	});
	for (const edge of dangling) {
		const [a, b] = [edge.from, edge.to];
		const face = walked.at((nodes.x[a]! + nodes.x[b]!) / 2, (nodes.y[a]! + nodes.y[b]!) / 2);
		if (face >= 0) blocks[face]!.streetMetres += metres(edge);
	}
	return { blocks, sides, ...nodes, place: (corner) => plane.place(nodes.x[corner]!, nodes.y[corner]!) };
}

interface Plane {
	x: (lng: number) => number;
	y: (lat: number) => number;
	place: (x: number, y: number) => Position;
}

function planeOf({ coords }: KnownStreets): Plane {
	let [south, north] = [90, -90];
	for (let i = 1; i < coords.length; i += 2) {
		south = Math.min(south, coords[i]!);
		north = Math.max(north, coords[i]!);
	}
	const up = 11_132_000;
	const [lng0, lat0] = [coords[0] ?? 0, (south + north) / 2];
	const across = up * Math.cos((lat0 * Math.PI) / 180);
	return {
		x: (lng) => Math.round((lng - lng0) * across),
		y: (lat) => Math.round((lat - lat0) * up),
		place: (x, y) => [Math.round((lng0 + x / across) * 1e7) / 1e7, Math.round((lat0 + y / up) * 1e7) / 1e7]
	};
}

interface Loose {
	ax: number;
	ay: number;
	bx: number;
	by: number;
	line: number;
}

/** Paths and service ways run through blocks, not around them. */
export function boundsGround(streets: KnownStreets, line: number): boolean {
	return streets.classes[line] !== 'path' && streets.classes[line] !== 'service';
}

function edgesOf(streets: KnownStreets, plane: Plane): Loose[] {
	const { coords, offsets } = streets;
	const edges: Loose[] = [];
	for (let line = 0; line + 1 < offsets.length; line++) {
		if (!boundsGround(streets, line)) continue;
		for (let i = offsets[line]!; i + 1 < offsets[line + 1]!; i++) {
			const edge = {
				ax: plane.x(coords[2 * i]!),
				ay: plane.y(coords[2 * i + 1]!),
				bx: plane.x(coords[2 * i + 2]!),
				by: plane.y(coords[2 * i + 3]!),
				line
			};
			if (edge.ax !== edge.bx || edge.ay !== edge.by) edges.push(edge);
		}
	}
	return edges;
}

function endsOf(streets: KnownStreets, plane: Plane): string[] {
	const { coords, offsets } = streets;
	const ends: string[] = [];
	for (let line = 0; line + 1 < offsets.length; line++) {
		for (const i of [offsets[line]!, offsets[line + 1]! - 1]) {
			ends.push(`${plane.x(coords[2 * i]!)},${plane.y(coords[2 * i + 1]!)}`);
		}
	}
	return ends;
}

/** Cuts edges where they cross, and where a line ends on another. Edges drawn twice are kept once. */
function cutAtCrossings(loose: readonly Loose[], ends: ReadonlySet<string>): { edges: Edge[]; nodes: Nodes } {
	const cuts: [x: number, y: number][][] = loose.map(() => []);
	forPairs(loose, (i, j) => {
		const [p, q] = [loose[i]!, loose[j]!];
		for (const [edge, other, own] of [
			[p, q, i],
			[q, p, j]
		] as const) {
			for (const [x, y] of [
				[other.ax, other.ay],
				[other.bx, other.by]
			] as const) {
				const reach = ends.has(`${x},${y}`) ? snap : 0;
				if (isAlong(edge, x, y, reach)) cuts[own]!.push([x, y]);
			}
		}
		const at = crossing(p, q);
		if (!at) return;
		cuts[i]!.push(at);
		cuts[j]!.push(at);
	});
	const index = new Map<string, number>();
	const [xs, ys]: [number[], number[]] = [[], []];
	const node = (x: number, y: number) => {
		const key = `${x},${y}`;
		let found = index.get(key);
		if (found === undefined) {
			found = xs.push(x) - 1;
			ys.push(y);
			index.set(key, found);
		}
		return found;
	};
	const edges = new Map<string, Edge>();
	for (const [i, { ax, ay, bx, by, line }] of loose.entries()) {
		const along = ([x, y]: [number, number]) => (x - ax) * (bx - ax) + (y - ay) * (by - ay);
		const stops = [...cuts[i]!].sort((p, q) => along(p) - along(q));
		let from = node(ax, ay);
		for (const [x, y] of [...stops, [bx, by] as [number, number]]) {
			const to = node(x, y);
			const key = from < to ? `${from} ${to}` : `${to} ${from}`;
			if (from !== to && !edges.has(key)) edges.set(key, { from, to, line });
			from = to;
		}
	}
	return { edges: [...edges.values()], nodes: { x: Float64Array.from(xs), y: Float64Array.from(ys) } };
}

/** Every two edges that come near each other, by a grid of 150 m. */
function forPairs(edges: readonly Loose[], visit: (i: number, j: number) => void): void {
	const size = 15_000;
	const cells = new Map<number, number[]>();
	const column = (x: number) => Math.floor(x / size);
	for (const [i, { ax, ay, bx, by }] of edges.entries()) {
		for (let cx = column(Math.min(ax, bx) - snap); cx <= column(Math.max(ax, bx) + snap); cx++) {
			for (let cy = column(Math.min(ay, by) - snap); cy <= column(Math.max(ay, by) + snap); cy++) {
				const cell = cx * 1_000_003 + cy;
				const list = cells.get(cell);
				if (list) list.push(i);
				else cells.set(cell, [i]);
			}
		}
	}
	const seen = new Set<number>();
	for (const list of cells.values()) {
		for (let a = 0; a < list.length; a++) {
			for (let b = a + 1; b < list.length; b++) {
				const [p, q] = [edges[list[a]!]!, edges[list[b]!]!];
				if (Math.max(p.ax, p.bx) + snap < Math.min(q.ax, q.bx)) continue;
				if (Math.max(q.ax, q.bx) + snap < Math.min(p.ax, p.bx)) continue;
				if (Math.max(p.ay, p.by) + snap < Math.min(q.ay, q.by)) continue;
				if (Math.max(q.ay, q.by) + snap < Math.min(p.ay, p.by)) continue;
				const pair = list[a]! * edges.length + list[b]!;
				if (seen.has(pair)) continue;
				seen.add(pair);
				visit(list[a]!, list[b]!);
			}
		}
	}
}

/** Strictly between the edge's ends, and no farther beside it than `reach`. */
function isAlong({ ax, ay, bx, by }: Loose, x: number, y: number, reach: number): boolean {
	const [dx, dy] = [bx - ax, by - ay];
	const square = dx * dx + dy * dy;
	const t = ((x - ax) * dx + (y - ay) * dy) / square;
	if (t <= 0 || t >= 1) return false;
	return Math.abs((x - ax) * dy - (y - ay) * dx) / Math.sqrt(square) <= reach;
}

/** Where two edges cross between their ends, to the centimetre. */
function crossing(p: Loose, q: Loose): [number, number] | null {
	const [px, py, qx, qy] = [p.bx - p.ax, p.by - p.ay, q.bx - q.ax, q.by - q.ay];
	const cross = px * qy - py * qx;
	if (cross === 0) return null;
	const t = ((q.ax - p.ax) * qy - (q.ay - p.ay) * qx) / cross;
	const u = ((q.ax - p.ax) * py - (q.ay - p.ay) * px) / cross;
	if (t <= 0 || t >= 1 || u <= 0 || u >= 1) return null;
	return [Math.round(p.ax + t * px), Math.round(p.ay + t * py)];
}

function withoutDeadEnds(edges: readonly Edge[], nodes: number): { kept: Edge[]; dangling: Edge[] } {
	const degree = new Uint32Array(nodes);
	const touching: number[][] = Array.from({ length: nodes }, () => []);
	for (const [i, { from, to }] of edges.entries()) {
		for (const end of [from, to]) {
			degree[end]! += 1;
			touching[end]!.push(i);
		}
	}
	const isGone = new Uint8Array(edges.length);
	const ends = [...degree.keys()].filter((node) => degree[node] === 1);
	for (let node = ends.pop(); node !== undefined; node = ends.pop()) {
		const last = touching[node]!.find((i) => !isGone[i]);
		if (last === undefined) continue;
		isGone[last] = 1;
		for (const end of [edges[last]!.from, edges[last]!.to]) {
			degree[end]! -= 1;
			if (degree[end] === 1) ends.push(end);
		}
	}
	return {
		kept: edges.filter((_, i) => !isGone[i]),
		dangling: edges.filter((_, i) => isGone[i])
	};
}
