import type { Fault } from './faults.ts';
import type { Position } from './positions.ts';

/** The fault of a closed ring, or null. Polygons are refused, never repaired: only the file's owner knows what was meant. */
export function ringFault(ring: readonly Position[]): Fault | null {
	if (ring.length < 4) return 'too_few_points';
	const [first, last] = [ring[0]!, ring.at(-1)!];
	if (first[0] !== last[0] || first[1] !== last[1]) return 'ring_open';
	if (crossesItself(ring)) return 'ring_crosses_itself';
	return doubledArea(ring) === 0 ? 'ring_flat' : null;
}

function doubledArea(ring: readonly Position[]): number {
	// Relative to the first point: far from the origin the products would swallow a small ring's area.
	const [ox, oy] = ring[0]!;
	let sum = 0;
	for (let i = 0; i + 1 < ring.length; i++) {
		sum += (ring[i]![0] - ox) * (ring[i + 1]![1] - oy) - (ring[i + 1]![0] - ox) * (ring[i]![1] - oy);
	}
	return sum;
}

/** A sweep from west to east: an edge is compared only with those that still reach as far. */
function crossesItself(ring: readonly Position[]): boolean {
	const edges = ring
		.slice(1)
		.map((b, i) => ({
			a: ring[i]!,
			b,
			i,
			west: Math.min(ring[i]![0], b[0]),
			east: Math.max(ring[i]![0], b[0])
		}))
		.filter(({ a, b }) => a[0] !== b[0] || a[1] !== b[1])
		.sort((p, q) => p.west - q.west);
	const order = new Map([...edges].sort((p, q) => p.i - q.i).map((edge, place) => [edge, place]));
	let reaching: typeof edges = [];
	for (const edge of edges) {
		reaching = reaching.filter((other) => other.east >= edge.west);
		for (const other of reaching) {
			const apart = Math.abs(order.get(edge)! - order.get(other)!);
			const areNeighbours = apart === 1 || apart === edges.length - 1;
			if (areNeighbours ? foldsBack(edge, other) : meet(edge, other)) return true;
		}
		reaching.push(edge);
	}
	return false;
}

interface Edge {
	a: Position;
	b: Position;
}

const turn = (a: Position, b: Position, c: Position) =>
	(b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);

const isWithin = (p: Position, { a, b }: Edge) =>
	p[0] >= Math.min(a[0], b[0]) &&
	p[0] <= Math.max(a[0], b[0]) &&
	p[1] >= Math.min(a[1], b[1]) &&
	p[1] <= Math.max(a[1], b[1]);

function meet(p: Edge, q: Edge): boolean {
	const [t1, t2, t3, t4] = [
		turn(q.a, q.b, p.a),
		turn(q.a, q.b, p.b),
		turn(p.a, p.b, q.a),
		turn(p.a, p.b, q.b)
	];
	if (t1 * t2 < 0 && t3 * t4 < 0) return true;
	return (
		(t1 === 0 && isWithin(p.a, q)) ||
		(t2 === 0 && isWithin(p.b, q)) ||
		(t3 === 0 && isWithin(q.a, p)) ||
		(t4 === 0 && isWithin(q.b, p))
	);
}

/** Neighbours share a point and nothing more, unless the line turns back on itself. */
function foldsBack(p: Edge, q: Edge): boolean {
	if (turn(p.a, p.b, q.a) !== 0 || turn(p.a, p.b, q.b) !== 0) return false;
	const [far, shared, next] = p.b[0] === q.a[0] && p.b[1] === q.a[1] ? [p.a, p.b, q.b] : [q.a, q.b, p.b];
	return (far[0] - shared[0]) * (next[0] - shared[0]) + (far[1] - shared[1]) * (next[1] - shared[1]) > 0;
}
