import type { Network, Piece } from './network.ts';
import { signedArea, type Metres } from './plane.ts';

/** One side of a piece: walked from its `from` junction, or back. */
interface HalfEdge {
	index: number;
	piece: Piece;
	isForward: boolean;
	block: number;
}

/** Ground enclosed by pieces on all sides, its ring counter-clockwise without a repeated last point. */
export interface Block {
	ring: Metres[];
}

/** What lies left and right of a piece (walked forward): an index of `blocks`, or null for the outside. */
export interface Sides {
	piece: Piece;
	left: number | null;
	right: number | null;
}

/**
 * The blocks between the lines of a network, found by walking every side of every piece and always turning as
 * far left as possible. Dead ends bound nothing and are dropped first.
 */
export function blocksBetween(network: Network): { blocks: Block[]; sides: Sides[] } {
	const pieces = withoutDeadEnds(network.pieces);
	const halves: HalfEdge[] = pieces.flatMap((piece, i) => [
		{ index: 2 * i, piece, isForward: true, block: -1 },
		{ index: 2 * i + 1, piece, isForward: false, block: -1 }
	]);
	const leaving = new Map<number, HalfEdge[]>();
	for (const half of halves) {
		const start = half.isForward ? half.piece.from : half.piece.to;
		leaving.set(start, [...(leaving.get(start) ?? []), half]);
	}
	for (const around of leaving.values()) around.sort((a, b) => heading(a) - heading(b));
	const twin = (half: HalfEdge) => halves[half.index ^ 1]!;
	const next = (half: HalfEdge) => {
		const around = leaving.get(half.isForward ? half.piece.to : half.piece.from)!;
		const back = around.indexOf(twin(half));
		// The neighbour clockwise of the way back keeps the block on our left.
		return around[(back - 1 + around.length) % around.length]!;
	};

	const blocks: Block[] = [];
	const walked = new Set<HalfEdge>();
	for (const start of halves) {
		if (walked.has(start)) continue;
		const walk: HalfEdge[] = [];
		for (let half = start; !walked.has(half); half = next(half)) {
			walked.add(half);
			walk.push(half);
		}
		const ring = walk.flatMap((half) => walkedPoints(half).slice(0, -1));
		if (signedArea(ring) <= 0) continue; // the outside, walked clockwise
		const block = blocks.push({ ring }) - 1;
		for (const half of walk) half.block = block;
	}
	const side = (block: number) => (block < 0 ? null : block);
	return {
		blocks,
		sides: pieces.map((piece, i) => ({
			piece,
			left: side(halves[2 * i]!.block),
			right: side(halves[2 * i + 1]!.block)
		}))
	};
}

/** Chains directed edges head to tail into rings. */
export function ringsFrom(edges: { from: number; to: number; points: readonly Metres[] }[]): Metres[][] {
	const starting = new Map(edges.map((edge) => [edge.from, edge]));
	if (starting.size !== edges.length)
		throw new Error('An area touches itself at a junction: its edge is not one ring.');
	const rings: Metres[][] = [];
	while (starting.size > 0) {
		const ring: Metres[] = [];
		let edge = starting.values().next().value;
		while (edge) {
			starting.delete(edge.from);
			ring.push(...edge.points.slice(0, -1));
			edge = starting.get(edge.to);
		}
		rings.push(ring);
	}
	return rings;
}

function withoutDeadEnds(pieces: readonly Piece[]): Piece[] {
	let kept = [...pieces];
	for (;;) {
		const degree = new Map<number, number>();
		for (const { from, to } of kept) {
			for (const end of [from, to]) degree.set(end, (degree.get(end) ?? 0) + 1);
		}
		const bounded = kept.filter(({ from, to }) => degree.get(from)! > 1 && degree.get(to)! > 1);
		if (bounded.length === kept.length) return kept;
		kept = bounded;
	}
}

function walkedPoints(half: HalfEdge): Metres[] {
	return half.isForward ? half.piece.points : [...half.piece.points].reverse();
}

function heading(half: HalfEdge): number {
	const points = walkedPoints(half);
	const [a, b] = [points[0]!, points[1]!];
	return Math.atan2(b[1] - a[1], b[0] - a[0]);
}
