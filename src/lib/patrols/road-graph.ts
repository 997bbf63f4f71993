import { componentsOf, partsOf } from './components.ts';

/** One street segment as the basemap gives it: a line from junction to junction. */
export interface RoadSegment {
	id: number;
	street_id: number | null;
	name: string | null;
	name_en: string | null;
	class: string;
	/** 1: along the line only, -1: against it only, 0: both ways. */
	oneway: number;
	line: readonly (readonly [lng: number, lat: number])[];
	length_m?: number | null;
	/** Absent: ends that share a coordinate to a millionth of a degree meet. */
	from_junction?: number | null;
	to_junction?: number | null;
}

/**
 * Kilometres per hour in a town's traffic, by class. They order the streets by how fast they are; a class that is not
 * named is taken for a residential street.
 */
export const speeds: Readonly<Record<string, number>> = {
	primary: 36,
	secondary: 32,
	tertiary: 28,
	residential: 20,
	lane: 12,
	service: 12
};

/** Classes no vehicle drives on; a stop beside one is reached from the nearest street. */
const onFoot = new Set(['path']);

/**
 * A road network in typed arrays. Junctions are numbered 0…junctions−1, segments 0…segments−1 in the order given.
 * Positions are metres east and north of `origin` (an equirectangular plane: under 0.1 % off within 50 km).
 */
export interface RoadGraph {
	junctions: number;
	segments: number;
	origin: readonly [lng: number, lat: number];
	/** Arcs leaving junction j: firstArc[j] … firstArc[j + 1] − 1 (compressed sparse rows). */
	firstArc: Uint32Array;
	arcTo: Uint32Array;
	arcSeconds: Float64Array;
	arcMetres: Float64Array;
	arcSegment: Uint32Array;
	/** Per segment. */
	ids: Float64Array;
	streets: Float64Array;
	names: readonly (readonly [name: string, nameEn: string | null] | null)[];
	from: Uint32Array;
	to: Uint32Array;
	metres: Float64Array;
	secondsPerMetre: Float64Array;
	/** Bit 1: may be driven along its line; bit 2: against it; 0: not by a vehicle. */
	ways: Uint8Array;
	/** 1 in the largest strongly connected part: from anywhere there one gets everywhere there, and back. */
	isMain: Uint8Array;
	/** Parts of the network with no street between them (one-ways taken as two-way). */
	parts: number;
	/** Points of segment s: firstPoint[s] … firstPoint[s + 1] − 1. */
	firstPoint: Uint32Array;
	x: Float64Array;
	y: Float64Array;
}

const metresPerDegree = 111_195;

export function toPlane(origin: RoadGraph['origin'], lng: number, lat: number): [x: number, y: number] {
	return [
		(lng - origin[0]) * metresPerDegree * Math.cos((origin[1] * Math.PI) / 180),
		(lat - origin[1]) * metresPerDegree
	];
}

export function fromPlane(origin: RoadGraph['origin'], x: number, y: number): [lng: number, lat: number] {
	return [
		origin[0] + x / (metresPerDegree * Math.cos((origin[1] * Math.PI) / 180)),
		origin[1] + y / metresPerDegree
	];
}

/** The straight distance between two places, in metres. */
export function straightMetres(a: { lng: number; lat: number }, b: { lng: number; lat: number }): number {
	const [x] = toPlane([a.lng, (a.lat + b.lat) / 2], b.lng, b.lat);
	return Math.hypot(x, (b.lat - a.lat) * metresPerDegree);
}

/** Builds the network of these segments; null when there is none. Lines of fewer than two points are left out. */
export function buildRoadGraph(given: readonly RoadSegment[]): RoadGraph | null {
	const segments = given.filter(({ line }) => line.length > 1);
	if (segments.length === 0) return null;
	const origin = middleOf(segments);
	const count = segments.length;
	const graph = {
		segments: count,
		origin,
		ids: Float64Array.from(segments, ({ id }) => id),
		streets: Float64Array.from(segments, ({ street_id }) => street_id ?? NaN),
		names: segments.map(({ name, name_en }) => (name === null ? null : ([name, name_en] as const))),
		from: new Uint32Array(count),
		to: new Uint32Array(count),
		metres: new Float64Array(count),
		secondsPerMetre: new Float64Array(count),
		ways: new Uint8Array(count),
		...pointsOf(segments, origin)
	};
	const numbers = new Map<number | string, number>();
	const numberOf = (key: number | string): number => {
		const known = numbers.get(key);
		if (known !== undefined) return known;
		numbers.set(key, numbers.size);
		return numbers.size - 1;
	};
	segments.forEach((segment, s) => {
		graph.from[s] = numberOf(segment.from_junction ?? placeKey(segment.line[0]!));
		graph.to[s] = numberOf(segment.to_junction ?? placeKey(segment.line.at(-1)!));
		graph.metres[s] = segment.length_m ?? lineMetres(graph, s);
		graph.secondsPerMetre[s] = 3.6 / (speeds[segment.class] ?? speeds.residential!);
		if (!onFoot.has(segment.class)) graph.ways[s] = segment.oneway > 0 ? 1 : segment.oneway < 0 ? 2 : 3;
	});
	const junctions = numbers.size;
	const arcs = arcsOf(graph, junctions);
	const { label, largest } = componentsOf(junctions, arcs.firstArc, arcs.arcTo);
	const isMain = new Uint8Array(count);
	for (let s = 0; s < count; s += 1) {
		const isInside = label[graph.from[s]!] === largest && label[graph.to[s]!] === largest;
		isMain[s] = isInside && graph.ways[s] !== 0 ? 1 : 0;
	}
	return { ...graph, ...arcs, junctions, isMain, parts: partsOf(junctions, graph.from, graph.to) };
}

type Segments = Pick<RoadGraph, 'segments' | 'from' | 'to' | 'metres' | 'secondsPerMetre' | 'ways'>;

/** Two passes: count what leaves each junction, then put every arc in its row. */
function arcsOf({ segments, from, to, metres, secondsPerMetre, ways }: Segments, junctions: number) {
	const firstArc = new Uint32Array(junctions + 1);
	for (let s = 0; s < segments; s += 1) {
		if (ways[s]! & 1) firstArc[from[s]! + 1]! += 1;
		if (ways[s]! & 2) firstArc[to[s]! + 1]! += 1;
	}
	for (let j = 0; j < junctions; j += 1) firstArc[j + 1]! += firstArc[j]!;
	const arcs = firstArc[junctions]!;
	const next = firstArc.slice();
	const arcTo = new Uint32Array(arcs);
	const arcSegment = new Uint32Array(arcs);
	const arcSeconds = new Float64Array(arcs);
	const arcMetres = new Float64Array(arcs);
	const put = (s: number, start: number, end: number) => {
		const arc = next[start]!;
		next[start] = arc + 1;
		arcTo[arc] = end;
		arcSegment[arc] = s;
		arcMetres[arc] = metres[s]!;
		arcSeconds[arc] = metres[s]! * secondsPerMetre[s]!;
	};
	for (let s = 0; s < segments; s += 1) {
		if (ways[s]! & 1) put(s, from[s]!, to[s]!);
		if (ways[s]! & 2) put(s, to[s]!, from[s]!);
	}
	return { firstArc, arcTo, arcSegment, arcSeconds, arcMetres };
}

function pointsOf(segments: readonly RoadSegment[], origin: RoadGraph['origin']) {
	const firstPoint = new Uint32Array(segments.length + 1);
	segments.forEach(({ line }, s) => (firstPoint[s + 1] = firstPoint[s]! + line.length));
	const x = new Float64Array(firstPoint[segments.length]!);
	const y = new Float64Array(x.length);
	let at = 0;
	for (const { line } of segments) {
		for (const [lng, lat] of line) {
			[x[at], y[at]] = toPlane(origin, lng, lat);
			at += 1;
		}
	}
	return { firstPoint, x, y };
}

/** The length of a segment's drawn line, in metres. */
export function lineMetres(
	{ firstPoint, x, y }: Pick<RoadGraph, 'firstPoint' | 'x' | 'y'>,
	s: number
): number {
	let sum = 0;
	for (let p = firstPoint[s]! + 1; p < firstPoint[s + 1]!; p += 1)
		sum += Math.hypot(x[p]! - x[p - 1]!, y[p]! - y[p - 1]!);
	return sum;
}

function placeKey([lng, lat]: readonly [number, number]): string {
	return `${lng.toFixed(6)},${lat.toFixed(6)}`;
}

function middleOf(segments: readonly RoadSegment[]): [number, number] {
	let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
	for (const { line } of segments) {
		for (const [lng, lat] of line) {
			west = Math.min(west, lng);
			east = Math.max(east, lng);
			south = Math.min(south, lat);
			north = Math.max(north, lat);
		}
	}
	return [(west + east) / 2, (south + north) / 2];
}
