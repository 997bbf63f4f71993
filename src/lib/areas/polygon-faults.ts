import type { Position } from '#lib/city/datum.ts';

/** Why ground as drawn is no ground: what a database refuses, named so that its owner can mend it. */
export type PolygonFault =
	| 'too_few_points'
	| 'ring_open'
	| 'ring_flat'
	| 'ring_crosses_itself'
	| 'ring_twice'
	| 'rings_cross'
	| 'hole_outside'
	| 'parts_overlap'
	| 'too_complex';

export interface PolygonProblem {
	fault: PolygonFault;
	/** Where, when it can be pointed at. */
	at: Position | null;
}

/** Compared edges, shared by all polygons of a file: an end to what a file made to be slow can cost. */
export interface Effort {
	comparisons: number;
}

/** Some seconds' worth. A polygon that follows a coast with 50,000 corners takes a thirtieth of it. */
export function fullEffort(): Effort {
	return { comparisons: 80_000_000 };
}

interface Ring {
	part: number;
	/** 0: the part's outer ring. */
	place: number;
	/** Whole steps of 1e-7° from the first corner: differences and their products are exact, and so is every answer. */
	x: Float64Array;
	y: Float64Array;
	west: number;
	south: number;
	east: number;
	north: number;
}

/**
 * The first fault of a polygon (or of several parts that make one area), or null. Rings are lists of corners, the last
 * equal to the first. Nothing is repaired: only the file's owner knows what was meant.
 */
export function polygonProblem(parts: readonly Position[][][], effort: Effort): PolygonProblem | null {
	const origin = parts[0]?.[0]?.[0];
	if (!origin) return { fault: 'too_few_points', at: null };
	const whole = (degrees: number, from: number) => Math.round((degrees - from) * 1e7);
	const rings: Ring[] = [];
	for (const [part, lines] of parts.entries()) {
		for (const [place, line] of lines.entries()) {
			const [first, last] = [line[0], line.at(-1)];
			if (!first || !last || line.length < 3) return { fault: 'too_few_points', at: first ?? null };
			if (first[0] !== last[0] || first[1] !== last[1]) return { fault: 'ring_open', at: last };
			const xs: number[] = [];
			const ys: number[] = [];
			for (const [lng, lat] of line) {
				const [x, y] = [whole(lng, origin[0]), whole(lat, origin[1])];
				// A corner given twice in a row is no edge.
				if (xs.length > 0 && xs.at(-1) === x && ys.at(-1) === y) continue;
				xs.push(x);
				ys.push(y);
			}
			if (xs.length < 2) return { fault: 'ring_flat', at: first };
			if (xs.length < 4) return { fault: line.length < 4 ? 'too_few_points' : 'ring_flat', at: first };
			const ring = ringOf(part, place, xs, ys);
			if (isStraight(ring)) return { fault: 'ring_flat', at: first };
			rings.push(ring);
		}
	}
	const at = (ring: Ring, corner: number): Position => [
		origin[0] + ring.x[corner]! / 1e7,
		origin[1] + ring.y[corner]! / 1e7
	];
	const crossing = findCrossing(rings, effort);
	if (crossing)
		return { fault: crossing.fault, at: crossing.ring ? at(crossing.ring, crossing.corner) : null };
	return misplacedRing(rings, at);
}

function ringOf(part: number, place: number, xs: number[], ys: number[]): Ring {
	const [x, y] = [Float64Array.from(xs), Float64Array.from(ys)];
	const least = (values: Float64Array) => values.reduce((a, b) => Math.min(a, b));
	const most = (values: Float64Array) => values.reduce((a, b) => Math.max(a, b));
	return { part, place, x, y, west: least(x), south: least(y), east: most(x), north: most(y) };
}

/** All corners on one line: no ground, however long the ring. */
function isStraight({ x, y }: Ring): boolean {
	let far = 0;
	const away = (i: number) => Math.hypot(x[i]! - x[0]!, y[i]! - y[0]!);
	for (let i = 1; i < x.length; i++) if (away(i) > away(far)) far = i;
	return x.every((_, i) => turn(x[0]!, y[0]!, x[far]!, y[far]!, x[i]!, y[i]!) === 0);
}

interface Crossing {
	fault: PolygonFault;
	ring: Ring | null;
	corner: number;
}

/** A sweep from west to east: an edge is compared only with those that still reach as far east. */
function findCrossing(rings: readonly Ring[], effort: Effort): Crossing | null {
	const count = rings.reduce((sum, { x }) => sum + x.length - 1, 0);
	const ringOfEdge = new Uint32Array(count);
	const cornerOf = new Uint32Array(count);
	const west = new Float64Array(count);
	const east = new Float64Array(count);
	const south = new Float64Array(count);
	const north = new Float64Array(count);
	let n = 0;
	for (const [r, { x, y }] of rings.entries()) {
		for (let i = 0; i + 1 < x.length; i++, n++) {
			ringOfEdge[n] = r;
			cornerOf[n] = i;
			west[n] = Math.min(x[i]!, x[i + 1]!);
			east[n] = Math.max(x[i]!, x[i + 1]!);
			south[n] = Math.min(y[i]!, y[i + 1]!);
			north[n] = Math.max(y[i]!, y[i + 1]!);
		}
	}
	const order = Uint32Array.from({ length: count }, (_, i) => i).sort((a, b) => west[a]! - west[b]!);
	const reaching = new Uint32Array(count);
	let size = 0;
	for (const edge of order) {
		for (let k = 0; k < size;) {
			const other = reaching[k]!;
			if (east[other]! < west[edge]!) {
				reaching[k] = reaching[--size]!;
				continue;
			}
			k += 1;
			if (--effort.comparisons < 0) return { fault: 'too_complex', ring: null, corner: 0 };
			if (north[other]! < south[edge]! || south[other]! > north[edge]!) continue;
			const [p, q] = [rings[ringOfEdge[edge]!]!, rings[ringOfEdge[other]!]!];
			const fault = faultBetween(p, cornerOf[edge]!, q, cornerOf[other]!);
			if (fault) return { fault, ring: p, corner: cornerOf[edge]! };
		}
		reaching[size++] = edge;
	}
	return null;
}

function faultBetween(p: Ring, i: number, q: Ring, j: number): PolygonFault | null {
	if (p === q) {
		const edges = p.x.length - 1;
		const apart = Math.abs(i - j);
		if (apart === 1 || apart === edges - 1) {
			return foldsBack(p, i, j, apart === 1 ? Math.max(i, j) : 0) ? 'ring_crosses_itself' : null;
		}
		return meet(p, i, q, j) ? 'ring_crosses_itself' : null;
	}
	// Rings may touch in a point; they may not cross, nor share a stretch.
	if (!cross(p, i, q, j) && !shareStretch(p, i, q, j)) return null;
	if (isSameRing(p, q)) return 'ring_twice';
	return p.part === q.part ? 'rings_cross' : 'parts_overlap';
}

function turn(ax: number, ay: number, bx: number, by: number, cx: number, cy: number): number {
	return Math.sign((bx - ax) * (cy - ay) - (by - ay) * (cx - ax));
}

/** On which side of an edge of one ring the ends of an edge of the other lie: q's of p, then p's of q. */
function sides(p: Ring, i: number, q: Ring, j: number): [number, number, number, number] {
	const [ax, ay, bx, by] = [p.x[i]!, p.y[i]!, p.x[i + 1]!, p.y[i + 1]!];
	const [cx, cy, dx, dy] = [q.x[j]!, q.y[j]!, q.x[j + 1]!, q.y[j + 1]!];
	return [
		turn(ax, ay, bx, by, cx, cy),
		turn(ax, ay, bx, by, dx, dy),
		turn(cx, cy, dx, dy, ax, ay),
		turn(cx, cy, dx, dy, bx, by)
	];
}

function cross(p: Ring, i: number, q: Ring, j: number): boolean {
	const [c, d, a, b] = sides(p, i, q, j);
	return c * d < 0 && a * b < 0;
}

function isOn(px: number, py: number, { x, y }: Ring, i: number): boolean {
	return (
		px >= Math.min(x[i]!, x[i + 1]!) &&
		px <= Math.max(x[i]!, x[i + 1]!) &&
		py >= Math.min(y[i]!, y[i + 1]!) &&
		py <= Math.max(y[i]!, y[i + 1]!)
	);
}

function meet(p: Ring, i: number, q: Ring, j: number): boolean {
	// Nearly all pairs end here: both ends of one edge lie on the same side of the other.
	const [px, py, rx, ry] = [p.x[i]!, p.y[i]!, p.x[i + 1]!, p.y[i + 1]!];
	if (turn(px, py, rx, ry, q.x[j]!, q.y[j]!) * turn(px, py, rx, ry, q.x[j + 1]!, q.y[j + 1]!) > 0)
		return false;
	const [c, d, a, b] = sides(p, i, q, j);
	if (c * d < 0 && a * b < 0) return true;
	return (
		(c === 0 && isOn(q.x[j]!, q.y[j]!, p, i)) ||
		(d === 0 && isOn(q.x[j + 1]!, q.y[j + 1]!, p, i)) ||
		(a === 0 && isOn(p.x[i]!, p.y[i]!, q, j)) ||
		(b === 0 && isOn(p.x[i + 1]!, p.y[i + 1]!, q, j))
	);
}

function shareStretch(p: Ring, i: number, q: Ring, j: number): boolean {
	if (sides(p, i, q, j).some((side) => side !== 0)) return false;
	// On one line: they share more than a point when they overlap along it.
	const along = Math.abs(p.x[i + 1]! - p.x[i]!) >= Math.abs(p.y[i + 1]! - p.y[i]!) ? 'x' : 'y';
	const [a, b] = [Math.min(p[along][i]!, p[along][i + 1]!), Math.max(p[along][i]!, p[along][i + 1]!)];
	const [c, d] = [Math.min(q[along][j]!, q[along][j + 1]!), Math.max(q[along][j]!, q[along][j + 1]!)];
	return Math.min(b, d) > Math.max(a, c);
}

/** Neighbours share corner `shared` and nothing more, unless the line turns back on itself there. */
function foldsBack(ring: Ring, i: number, j: number, shared: number): boolean {
	if (sides(ring, i, ring, j).some((side) => side !== 0)) return false;
	const { x, y } = ring;
	const before = shared === 0 ? x.length - 2 : shared - 1;
	const [ux, uy] = [x[before]! - x[shared]!, y[before]! - y[shared]!];
	const [vx, vy] = [x[shared + 1]! - x[shared]!, y[shared + 1]! - y[shared]!];
	return ux * vx + uy * vy > 0;
}

function isSameRing(p: Ring, q: Ring): boolean {
	if (p.x.length !== q.x.length) return false;
	const corners = ({ x, y }: Ring) => [...x.slice(1)].map((px, i) => `${px},${y[i + 1]}`).sort();
	const [these, those] = [corners(p), corners(q)];
	return these.every((corner, i) => corner === those[i]);
}

/** No edges cross: a hole lies wholly inside its outer ring or wholly outside, and so does part beside part. */
function misplacedRing(
	rings: readonly Ring[],
	at: (ring: Ring, corner: number) => Position
): PolygonProblem | null {
	const outers = rings.filter(({ place }) => place === 0);
	for (const hole of rings) {
		if (hole.place === 0) continue;
		const outer = outers.find(({ part }) => part === hole.part)!;
		if (!isWithin(hole, outer)) return { fault: 'hole_outside', at: at(hole, 0) };
		const around = rings.find(
			(other) => other !== hole && other.place > 0 && other.part === hole.part && isWithin(hole, other)
		);
		if (around) return { fault: 'rings_cross', at: at(hole, 0) };
	}
	for (const outer of outers) {
		const around = outers.find((other) => other !== outer && isWithin(outer, other));
		if (!around) continue;
		// An island in another part's lake is right.
		const isInLake = rings.some(
			({ part, place }, i) => part === around.part && place > 0 && isWithin(outer, rings[i]!)
		);
		if (!isInLake) return { fault: 'parts_overlap', at: at(outer, 0) };
	}
	return null;
}

/** Whether a ring that crosses no edge of the other lies inside it: told by the first corner that is not on its line. */
function isWithin(ring: Ring, other: Ring): boolean {
	if (ring.west < other.west || ring.east > other.east) return false;
	if (ring.south < other.south || ring.north > other.north) return false;
	for (let i = 0; i + 1 < ring.x.length; i++) {
		const side = sideOf(ring.x[i]!, ring.y[i]!, other);
		if (side !== 0) return side > 0;
	}
	return true;
}

/** 1 inside, -1 outside, 0 on the line. */
function sideOf(px: number, py: number, ring: Ring): -1 | 0 | 1 {
	const { x, y } = ring;
	let isInside = false;
	for (let i = 0; i + 1 < x.length; i++) {
		const [ay, by] = [y[i]!, y[i + 1]!];
		const side = turn(x[i]!, ay, x[i + 1]!, by, px, py);
		if (side === 0 && isOn(px, py, ring, i)) return 0;
		if (ay > py !== by > py && side > 0 === by > ay) isInside = !isInside;
	}
	return isInside ? 1 : -1;
}
