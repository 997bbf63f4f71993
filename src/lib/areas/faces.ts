// The faces of a plane that edges cut it into, found by walking every side of every edge.
/** Between two corners, along one of the streets' lines. */
export interface Edge {
	from: number;
	to: number;
	line: number;
}

/** Corners, in whole centimetres. */
export interface Nodes {
	x: Float64Array;
	y: Float64Array;
}

export interface Walked {
	/** By side (edge i forward: 2i, backward: 2i + 1) the face on its left, -1 outside. */
	faces: Int32Array;
	/** By face, square centimetres. */
	areas: number[];
	at: (x: number, y: number) => number;
}

/** Walks every side of every edge, always turning as far left as possible: what is walked round is a face. */
export function walkFaces(edges: readonly Edge[], { x, y }: Nodes): Walked {
	const start = (half: number) => (half & 1 ? edges[half >> 1]!.to : edges[half >> 1]!.from);
	const leaving = new Map<number, number[]>();
	for (let half = 0; half < 2 * edges.length; half++) {
		const list = leaving.get(start(half));
		if (list) list.push(half);
		else leaving.set(start(half), [half]);
	}
	const heading = (half: number) => {
		const [a, b] = [start(half), start(half ^ 1)];
		return Math.atan2(y[b]! - y[a]!, x[b]! - x[a]!);
	};
	const next = new Int32Array(2 * edges.length);
	for (const around of leaving.values()) {
		around.sort((a, b) => heading(a) - heading(b));
		// Arriving by the way back of one, the next of the walk leaves by its neighbour clockwise.
		for (const [k, half] of around.entries())
			next[half ^ 1] = around[(k - 1 + around.length) % around.length]!;
	}
	const faces = new Int32Array(2 * edges.length).fill(-2);
	const areas: number[] = [];
	const rings: number[][] = [];
	const outsides: number[][] = [];
	for (let first = 0; first < 2 * edges.length; first++) {
		if (faces[first] !== -2) continue;
		const ring: number[] = [];
		let doubled = 0;
		for (let half = first; faces[half] === -2; half = next[half]!) {
			faces[half] = -1;
			ring.push(half);
			const [a, b] = [start(half), start(half ^ 1)];
			doubled += x[a]! * y[b]! - x[b]! * y[a]!;
		}
		if (doubled > 0) {
			const face = areas.push(doubled / 2) - 1;
			for (const half of ring) faces[half] = face;
			rings.push(ring.map(start));
		} else outsides.push(ring);
	}
	const at = faceFinder(rings, areas, { x, y });
	// The outer side of streets that lie apart from all others, inside a block, is that block.
	for (const ring of outsides) {
		const corner = start(ring[0]!);
		const own = new Set(ring.map((half) => faces[half ^ 1]!));
		const around = at(x[corner]!, y[corner]!, own);
		if (around < 0) continue;
		for (const half of ring) faces[half] = around;
		areas[around]! -= Math.abs(ringArea(ring.map(start), { x, y }));
	}
	return { faces, areas, at };
}

function ringArea(ring: readonly number[], { x, y }: Nodes): number {
	let doubled = 0;
	for (let i = 0; i < ring.length; i++) {
		const [a, b] = [ring[i]!, ring[(i + 1) % ring.length]!];
		doubled += x[a]! * y[b]! - x[b]! * y[a]!;
	}
	return doubled / 2;
}

/** The smallest face that holds a point, by a grid of 500 m; -1 when none does. */
function faceFinder(rings: readonly number[][], areas: readonly number[], { x, y }: Nodes) {
	const size = 50_000;
	const cells = new Map<number, number[]>();
	const boxes = rings.map((ring) => {
		const [xs, ys] = [ring.map((corner) => x[corner]!), ring.map((corner) => y[corner]!)];
		const least = (values: number[]) => values.reduce((a, b) => Math.min(a, b));
		const most = (values: number[]) => values.reduce((a, b) => Math.max(a, b));
		return [least(xs), least(ys), most(xs), most(ys)] as const;
	});
	for (const [face, [west, south, east, north]] of boxes.entries()) {
		for (let cx = Math.floor(west / size); cx <= Math.floor(east / size); cx++) {
			for (let cy = Math.floor(south / size); cy <= Math.floor(north / size); cy++) {
				const cell = cx * 1_000_003 + cy;
				const list = cells.get(cell);
				if (list) list.push(face);
				else cells.set(cell, [face]);
			}
		}
	}
	return (px: number, py: number, except?: ReadonlySet<number>): number => {
		let best = -1;
		for (const face of cells.get(Math.floor(px / size) * 1_000_003 + Math.floor(py / size)) ?? []) {
			const [west, south, east, north] = boxes[face]!;
			if (px < west || px > east || py < south || py > north || except?.has(face)) continue;
			if (best >= 0 && areas[face]! >= areas[best]!) continue;
			const ring = rings[face]!;
			let isInside = false;
			for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
				const [ay, by] = [y[ring[i]!]!, y[ring[j]!]!];
				const [ax, bx] = [x[ring[i]!]!, x[ring[j]!]!];
				if (ay > py !== by > py && px < ((bx - ax) * (py - ay)) / (by - ay) + ax) isInside = !isInside;
			}
			if (isInside) best = face;
		}
		return best;
	};
}
