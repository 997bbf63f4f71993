/** The demo district is drawn in metres around its centre, x to the east and y to the north, and only then put on the globe. */
export type Metres = readonly [x: number, y: number];
export type LngLat = [lng: number, lat: number];

export const centre: LngLat = [119.46, 32.79];

const metresPerDegree = 111_320;
const metresPerDegreeEast = metresPerDegree * Math.cos((centre[1] * Math.PI) / 180);

/** Rounded to 1e-6°, about 0.1 m: equal points in metres stay equal on the globe. */
export function toLngLat([x, y]: Metres): LngLat {
	const round = (degrees: number) => Math.round(degrees * 1e6) / 1e6;
	return [round(centre[0] + x / metresPerDegreeEast), round(centre[1] + y / metresPerDegree)];
}

export function fromLngLat([lng, lat]: LngLat): Metres {
	return [(lng - centre[0]) * metresPerDegreeEast, (lat - centre[1]) * metresPerDegree];
}

export function distance(a: Metres, b: Metres): number {
	return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

export function lerp(a: Metres, b: Metres, t: number): Metres {
	return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t];
}

/** The point of edge a–b nearest to p, as a share t of the edge and its distance from p. */
export function nearestOnEdge(p: Metres, a: Metres, b: Metres): { t: number; away: number } {
	const dx = b[0] - a[0];
	const dy = b[1] - a[1];
	const square = dx * dx + dy * dy;
	const t = square === 0 ? 0 : Math.min(1, Math.max(0, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / square));
	return { t, away: distance(p, lerp(a, b, t)) };
}

/** Twice the signed area is positive for rings that run counter-clockwise. */
export function signedArea(ring: readonly Metres[]): number {
	let sum = 0;
	for (let i = 0; i < ring.length; i++) {
		const [ax, ay] = ring[i]!;
		const [bx, by] = ring[(i + 1) % ring.length]!;
		sum += ax * by - bx * ay;
	}
	return sum / 2;
}

export function isInside(p: Metres, ring: readonly Metres[]): boolean {
	let inside = false;
	for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
		const [ax, ay] = ring[i]!;
		const [bx, by] = ring[j]!;
		if (ay > p[1] !== by > p[1] && p[0] < ((bx - ax) * (p[1] - ay)) / (by - ay) + ax) inside = !inside;
	}
	return inside;
}

export function distanceToRing(p: Metres, ring: readonly Metres[]): number {
	let least = Infinity;
	for (let i = 0; i < ring.length; i++) {
		least = Math.min(least, nearestOnEdge(p, ring[i]!, ring[(i + 1) % ring.length]!).away);
	}
	return least;
}

/** A curve through all points (centripetal enough for our gentle bends), sampled about every `step` metres. */
export function curveThrough(points: readonly Metres[], step = 30): Metres[] {
	if (points.length < 3) return [...points];
	const curve: Metres[] = [points[0]!];
	for (let i = 0; i + 1 < points.length; i++) {
		const before = points[Math.max(0, i - 1)]!;
		const [a, b] = [points[i]!, points[i + 1]!];
		const after = points[Math.min(points.length - 1, i + 2)]!;
		const parts = Math.max(1, Math.round(distance(a, b) / step));
		for (let part = 1; part <= parts; part++) curve.push(hermite(before, a, b, after, part / parts));
	}
	return curve;
}

// Cubic Hermite with tangents scaled to this span, so that unevenly spaced points do not overshoot.
function hermite(before: Metres, a: Metres, b: Metres, after: Metres, t: number): Metres {
	const span = distance(a, b);
	const tangent = (p: Metres, q: Metres) => {
		const length = distance(p, q) || 1;
		return [((q[0] - p[0]) / length) * span, ((q[1] - p[1]) / length) * span];
	};
	const [ma, mb] = [tangent(before, b), tangent(a, after)];
	const [t2, t3] = [t * t, t * t * t];
	const at = (axis: 0 | 1) =>
		(2 * t3 - 3 * t2 + 1) * a[axis] +
		(t3 - 2 * t2 + t) * ma[axis]! +
		(3 * t2 - 2 * t3) * b[axis] +
		(t3 - t2) * mb[axis]!;
	return [at(0), at(1)];
}

/** The line moved sideways: positive to its left. */
export function offset(line: readonly Metres[], by: number): Metres[] {
	return line.map((point, i) => {
		const a = line[Math.max(0, i - 1)]!;
		const b = line[Math.min(line.length - 1, i + 1)]!;
		const length = distance(a, b) || 1;
		return [point[0] - ((b[1] - a[1]) / length) * by, point[1] + ((b[0] - a[0]) / length) * by];
	});
}

/** A ribbon of the given width around a line, as a closed ring without the repeated last point. */
export function ribbon(line: readonly Metres[], width: number): Metres[] {
	return [...offset(line, width / 2), ...offset(line, -width / 2).reverse()];
}

/** Deterministic random numbers in [0, 1): mulberry32. The same seed always draws the same town. */
export function seeded(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

/**
 * Where a point of the plan comes to lie on the ground. A plan is drawn with a ruler; ground, old field paths and
 * rivers bend it. Every line and place of the town goes through this one bend, so that what met still meets.
 */
export function bend([x, y]: Metres): Metres {
	// The walls were there first; the bend grows with the distance from them.
	const east = smooth((x + 100) / 1300);
	const far = smooth((Math.hypot(x + 620, y - 60) - 500) / 1200);
	return [
		x +
			70 * far * Math.sin(y / 560 + x / 1700 + 0.5) +
			0.09 * east * y +
			26 * far * Math.sin(y / 270 + x / 500),
		y + 74 * far * Math.sin(x / 690 + 0.7) - 0.05 * east * (x - 900) + 24 * far * Math.sin(x / 300 + y / 640)
	];
}

function smooth(share: number): number {
	const t = Math.min(1, Math.max(0, share));
	return t * t * (3 - 2 * t);
}
