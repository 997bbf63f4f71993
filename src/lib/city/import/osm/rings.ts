// Areas of OpenStreetMap: closed ways, and relations whose outer and inner lines have to be joined first.
import type { MultiPolygon, Polygon } from 'geojson';
import { polygonProblem, type Effort } from '#lib/areas/polygon-faults.ts';
import type { Findings } from '../findings.ts';
import { toWgs84, type Datum, type Position } from '../positions.ts';
import type { OsmData, OsmRelation } from './data.ts';

/** More corners than the outline of any lake a city lies by. */
const mostCorners = 20_000;

export interface GroundReader {
	data: OsmData;
	datum: Datum;
	findings: Findings;
	/** What judging all outlines of the file may cost. */
	effort: Effort;
}

/** A closed way as a polygon; null when it is not closed, or (told as a finding) not a proper ring. */
export function polygonOfWay(reader: GroundReader, way: number): Polygon | MultiPolygon | null {
	const references = reader.data.wayReferences(way);
	if (references.length < 4 || references[0] !== references.at(-1)) return null;
	const key = `way ${reader.data.wayId(way)}`;
	const ring = ringOf(reader, references, key);
	return ring && judged(reader, [[ring]], key);
}

/** A line of a way: the longest stretch of it that the file holds; null when there is none. */
export function lineOfWay({ data, datum }: GroundReader, way: number): Position[] | null {
	let longest: Position[] = [];
	let line: Position[] = [];
	for (const reference of data.wayReferences(way)) {
		const node = data.findNode(reference);
		if (node < 0) line = [];
		else line.push(toWgs84(data.position(node), datum));
		if (line.length > longest.length) longest = line;
	}
	const hasLength = longest.some(([lng, lat]) => lng !== longest[0]![0] || lat !== longest[0]![1]);
	return hasLength && longest.length <= mostCorners ? longest : null;
}

/** A multipolygon relation put together; null (told as a finding) when its lines do not close. Nothing is repaired. */
export function polygonsOfRelation(
	reader: GroundReader,
	relation: OsmRelation
): Polygon | MultiPolygon | null {
	const { data, findings } = reader;
	const key = `relation ${relation.id}`;
	const text = relation.tags.name ?? '';
	const lines: { outer: Float64Array[]; inner: Float64Array[] } = { outer: [], inner: [] };
	for (const { type, ref, role } of relation.members) {
		if (type !== 'way') continue;
		const way = data.findWay(ref);
		if (way < 0) {
			findings.add('multipolygon_cut', 'note', { key, text });
			return null;
		}
		lines[role === 'inner' ? 'inner' : 'outer'].push(data.wayReferences(way));
	}
	const outlines = joinedRings(lines.outer);
	const holes = joinedRings(lines.inner);
	if (!outlines || !holes || outlines.length === 0) {
		findings.add('multipolygon_open', 'warning', { key, text });
		return null;
	}
	const polygons: Position[][][] = [];
	for (const outline of outlines) {
		const ring = ringOf(reader, outline, key);
		if (!ring) return null;
		polygons.push([ring]);
	}
	for (const hole of holes) {
		const ring = ringOf(reader, hole, key);
		if (!ring) return null;
		const around = polygons.find(([outline]) => ring.some((corner) => isInside(corner, outline!)));
		if (!around) {
			findings.add('multipolygon_open', 'warning', { key, text });
			return null;
		}
		around.push(ring);
	}
	return judged(reader, polygons, key);
}

/** The polygons as one geometry; null (told as a finding) when a database would not take it. */
function judged(
	{ findings, effort }: GroundReader,
	polygons: Position[][][],
	key: string
): Polygon | MultiPolygon | null {
	const problem = polygonProblem(polygons, effort);
	if (!problem) {
		return polygons.length === 1
			? { type: 'Polygon', coordinates: polygons[0]! }
			: { type: 'MultiPolygon', coordinates: polygons };
	}
	const isFlat = problem.fault === 'ring_flat' || problem.fault === 'too_few_points';
	const code = isFlat
		? 'area_flat'
		: problem.fault === 'too_complex'
			? 'area_too_complex'
			: 'area_crosses_itself';
	findings.add(code, 'warning', { key, text: problem.at?.join(', ') ?? '' });
	return null;
}

function ringOf(
	{ data, datum, findings }: GroundReader,
	references: ArrayLike<number>,
	key: string
): Position[] | null {
	if (references.length > mostCorners) {
		findings.add(
			'area_too_large',
			'warning',
			{ key, text: String(references.length) },
			{ most: mostCorners }
		);
		return null;
	}
	const ring: Position[] = [];
	for (let i = 0; i < references.length; i++) {
		const node = data.findNode(references[i]!);
		if (node < 0) {
			findings.add('area_cut', 'note', { key });
			return null;
		}
		const at = toWgs84(data.position(node), datum);
		const before = ring.at(-1);
		if (!before || before[0] !== at[0] || before[1] !== at[1]) ring.push(at);
	}
	return ring;
}

/** Lines joined end to end into closed rings of node ids; null when some do not close. Each line is used once. */
export function joinedRings(lines: readonly Float64Array[]): number[][] | null {
	const rings: number[][] = [];
	const open = new Set<Float64Array>();
	const byEnd = new Map<number, Set<Float64Array>>();
	for (const line of lines) {
		if (line.length < 2) return null;
		if (line[0] === line.at(-1)) {
			rings.push([...line]);
			continue;
		}
		open.add(line);
		for (const end of [line[0]!, line.at(-1)!]) byEnd.set(end, (byEnd.get(end) ?? new Set()).add(line));
	}
	const take = (line: Float64Array) => {
		open.delete(line);
		byEnd.get(line[0]!)!.delete(line);
		byEnd.get(line.at(-1)!)!.delete(line);
	};
	for (const first of open) {
		take(first);
		const ring = [...first];
		while (ring[0] !== ring.at(-1)) {
			const tail = ring.at(-1)!;
			const [next] = byEnd.get(tail)!;
			if (!next) return null;
			take(next);
			const steps = next[0] === tail ? [...next] : [...next].reverse();
			for (const step of steps.slice(1)) ring.push(step);
		}
		rings.push(ring);
	}
	return rings;
}

/** Whether a position lies inside a ring: an odd number of edges to its east. */
export function isInside([x, y]: Position, ring: readonly Position[]): boolean {
	let inside = false;
	for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
		const [ax, ay] = ring[i]!;
		const [bx, by] = ring[j]!;
		if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
	}
	return inside;
}
