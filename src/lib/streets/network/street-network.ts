import { planeOf, type Plane } from '#lib/hotspots/plane.ts';

/** One segment as the basemap gives it: a line from junction to junction. */
export interface NetworkSegment {
	id: number;
	/** Degrees, WGS-84; at least two positions. */
	line: readonly (readonly [lng: number, lat: number])[];
	/** Absent: measured along the line in the plane. */
	length_m?: number | null;
	/** Absent: ends that share a coordinate to a millionth of a degree meet. */
	from_junction?: number | null;
	to_junction?: number | null;
}

/**
 * Streets as columns: segments are numbered 0…segments−1 in the order given, junctions 0…junctions−1 as they are met.
 * Positions are metres east (x) and north (y) of the middle of `plane`.
 */
export interface StreetNetwork {
	plane: Plane;
	segments: number;
	junctions: number;
	/** The database's id of each segment. */
	ids: Float64Array;
	/** Metres, length of each segment. */
	metres: Float64Array;
	/** Junction at each segment's first and last point. */
	from: Uint32Array;
	to: Uint32Array;
	/** Points of segment s: firstPoint[s] … firstPoint[s + 1] − 1, metres in the plane. */
	firstPoint: Uint32Array;
	x: Float64Array;
	y: Float64Array;
	/** Segments that end at junction j: endAt[firstEnd[j]] … endAt[firstEnd[j + 1] − 1]; a loop stands there twice. */
	firstEnd: Uint32Array;
	endAt: Uint32Array;
}

/** Rows of a sparse matrix: the neighbours of i are to[first[i]] … to[first[i + 1] − 1], ascending, without i itself. */
export interface Neighbours {
	first: Uint32Array;
	to: Uint32Array;
}

/**
 * The network of these segments in the plane at the middle of their box. Throws a RangeError for a line of fewer than two
 * positions: the numbering of segments is the caller's, so none may be left out in silence.
 */
export function buildStreetNetwork(given: readonly NetworkSegment[]): StreetNetwork {
	const segments = given.length;
	const firstPoint = new Uint32Array(segments + 1);
	given.forEach(({ id, line }, s) => {
		if (line.length < 2)
			throw new RangeError(`segment ${id} has ${line.length} positions when expected 2 or more`);
		firstPoint[s + 1] = firstPoint[s]! + line.length;
	});
	const points = firstPoint[segments]!;
	const [lng, lat] = [new Float64Array(points), new Float64Array(points)];
	let at = 0;
	for (const { line } of given) {
		for (const position of line) {
			[lng[at], lat[at]] = position;
			at += 1;
		}
	}
	const plane = planeOf({ lng, lat });
	const x = lng.map((degrees) => (degrees - plane.lng) * plane.metresPerLng);
	const y = lat.map((degrees) => (degrees - plane.lat) * plane.metresPerLat);
	const numbers = new Map<number | string, number>();
	const numberOf = (key: number | string): number => {
		const known = numbers.get(key) ?? numbers.size;
		numbers.set(key, known);
		return known;
	};
	const [from, to] = [new Uint32Array(segments), new Uint32Array(segments)];
	given.forEach((segment, s) => {
		from[s] = numberOf(segment.from_junction ?? placeKey(segment.line[0]!));
		to[s] = numberOf(segment.to_junction ?? placeKey(segment.line.at(-1)!));
	});
	const drawn = { firstPoint, x, y };
	return {
		plane,
		segments,
		junctions: numbers.size,
		ids: Float64Array.from(given, ({ id }) => id),
		metres: Float64Array.from(given, ({ length_m }, s) => length_m ?? lineMetres(drawn, s)),
		from,
		to,
		...drawn,
		...endsOf(numbers.size, from, to)
	};
}

/** Length of a segment's drawn line in the plane, in metres. */
export function lineMetres(
	{ firstPoint, x, y }: Pick<StreetNetwork, 'firstPoint' | 'x' | 'y'>,
	s: number
): number {
	let sum = 0;
	for (let p = firstPoint[s]! + 1; p < firstPoint[s + 1]!; p += 1)
		sum += Math.hypot(x[p]! - x[p - 1]!, y[p]! - y[p - 1]!);
	return sum;
}

/** Segments that share a junction with each segment. */
export function segmentNeighbours({
	segments,
	from,
	to,
	firstEnd,
	endAt
}: Pick<StreetNetwork, 'segments' | 'from' | 'to' | 'firstEnd' | 'endAt'>): Neighbours {
	const first = new Uint32Array(segments + 1);
	const all: number[] = [];
	for (let s = 0; s < segments; s += 1) {
		const row = new Set<number>();
		for (const j of [from[s]!, to[s]!])
			for (let e = firstEnd[j]!; e < firstEnd[j + 1]!; e += 1) row.add(endAt[e]!);
		row.delete(s);
		for (const neighbour of [...row].sort((a, b) => a - b)) all.push(neighbour);
		first[s + 1] = all.length;
	}
	return { first, to: Uint32Array.from(all) };
}

/** Where a place on a segment lies in the plane; `along` is metres of the drawn line from its first point. */
export function placeOn(
	{ firstPoint, x, y }: Pick<StreetNetwork, 'firstPoint' | 'x' | 'y'>,
	s: number,
	along: number
): [x: number, y: number] {
	let left = along;
	const last = firstPoint[s + 1]! - 2;
	for (let p = firstPoint[s]!; ; p += 1) {
		const [dx, dy] = [x[p + 1]! - x[p]!, y[p + 1]! - y[p]!];
		const piece = Math.hypot(dx, dy);
		if (left > piece && p < last) {
			left -= piece;
			continue;
		}
		const part = piece === 0 ? 0 : Math.min(1, Math.max(0, left / piece));
		return [x[p]! + part * dx, y[p]! + part * dy];
	}
}

function endsOf(junctions: number, from: Uint32Array, to: Uint32Array) {
	const firstEnd = new Uint32Array(junctions + 1);
	for (const ends of [from, to]) for (const j of ends) firstEnd[j + 1]! += 1;
	for (let j = 0; j < junctions; j += 1) firstEnd[j + 1]! += firstEnd[j]!;
	const next = firstEnd.slice();
	const endAt = new Uint32Array(2 * from.length);
	for (let s = 0; s < from.length; s += 1)
		for (const j of [from[s]!, to[s]!]) {
			endAt[next[j]!] = s;
			next[j]! += 1;
		}
	return { firstEnd, endAt };
}

function placeKey([lng, lat]: readonly [number, number]): string {
	return `${lng.toFixed(6)},${lat.toFixed(6)}`;
}
