// From ways to segments: every way one can drive or that has a name is cut where another such way meets it.
import type { Findings } from '../findings.ts';
import { toWgs84, type Datum, type Position } from '../positions.ts';
import type { SegmentImport, StreetClass } from '../shapes.ts';
import { mostCorners } from '../streets.ts';
import { connectorsAmong } from './connectors.ts';
import type { OsmData } from './data.ts';
import { directionOf, isStreet, namesOf, streetClassOf } from './tags.ts';

interface StreetWay {
	way: number;
	name: string | null;
	nameEn: string | null;
	class: StreetClass;
	oneway: 0 | 1 | -1;
	/** Its nodes by index, in the stretches the file holds. */
	runs: number[][];
}

/**
 * The segments of all streets. A key is `w<way>:<from node>-<to node>`: a newer extract in which a way was not touched
 * gives the same one. Junctions are named by their node.
 */
export function networkOf(
	data: OsmData,
	datum: Datum,
	isInChina: boolean,
	findings: Findings
): SegmentImport[] {
	const ways = streetWays(data, isInChina, findings);
	const isJunction = junctionsOf(data, ways);
	const segments: SegmentImport[] = [];
	const timesUsed = new Map<string, number>();
	for (const street of ways) {
		const id = data.wayId(street.way);
		for (const run of street.runs) {
			let start = 0;
			for (let end = 1; end < run.length; end++) {
				if (end < run.length - 1 && !isJunction[run[end]!]) continue;
				const nodes = run.slice(start, end + 1);
				start = end;
				const [from, to] = [data.nodeId(nodes[0]!), data.nodeId(nodes.at(-1)!)];
				const example = { key: `way ${id}`, text: street.name ?? '' };
				if (nodes.length > mostCorners) {
					findings.add('segment_too_long', 'refused', example, { most: mostCorners });
					continue;
				}
				const line = nodes.map((node): Position => toWgs84(data.position(node), datum));
				if (line.every(([lng, lat]) => lng === line[0]![0] && lat === line[0]![1])) {
					findings.add('point_like', 'note', example);
					continue;
				}
				// A way may run between the same two junctions twice: round a block and back.
				const plainKey = `w${id}:${from}-${to}`;
				const times = (timesUsed.get(plainKey) ?? 0) + 1;
				timesUsed.set(plainKey, times);
				segments.push({
					key: times === 1 ? plainKey : `${plainKey}#${times}`,
					street_key: null,
					name: street.name,
					name_en: street.nameEn,
					class: street.class,
					oneway: street.oneway,
					from_junction: String(from),
					to_junction: String(to),
					line
				});
			}
		}
	}
	return segments;
}

function streetWays(data: OsmData, isInChina: boolean, findings: Findings): StreetWay[] {
	const streets: StreetWay[] = [];
	const serviceWays: StreetWay[] = [];
	for (let way = 0; way < data.wayCount; way++) {
		const tags = data.wayTags(way);
		const kind = tags?.highway?.trim().toLowerCase();
		if (!tags || !kind) continue;
		const key = `way ${data.wayId(way)}`;
		if (!isStreet(kind)) {
			findings.add('not_a_street', 'note', { key, text: kind });
			continue;
		}
		if (tags.area === 'yes') {
			findings.add('plaza', 'note', { key, text: tags.name ?? '' });
			continue;
		}
		const { name, nameEn, isTooLong } = namesOf(tags, isInChina);
		if (isTooLong) findings.add('name_left_out', 'warning', { key, text: tags.name ?? '' });
		const streetClass = streetClassOf(kind);
		const isUnnamed = !name && (streetClass === 'service' || streetClass === 'path');
		if (isUnnamed && streetClass === 'service') {
			const { runs } = runsOf(data, way);
			const oneway = directionOf(tags) ?? 0;
			if (runs.length > 0)
				serviceWays.push({ way, name: null, nameEn: null, class: 'service', oneway, runs });
		}
		if (isUnnamed) {
			findings.add('unnamed_path', 'note', { key, text: kind });
			continue;
		}
		const oneway = directionOf(tags);
		if (oneway === null) findings.add('oneway_unclear', 'note', { key, text: tags.oneway ?? '' });
		const { runs, isClipped } = runsOf(data, way);
		if (runs.length === 0) {
			findings.add(isClipped ? 'way_outside' : 'way_without_line', 'note', { key, text: name ?? '' });
			continue;
		}
		if (isClipped) findings.add('way_clipped', 'note', { key, text: name ?? '' });
		streets.push({ way, name, nameEn, class: streetClass, oneway: oneway ?? 0, runs });
	}
	const connectors = connectorsAmong(data, streets, serviceWays);
	for (const { way } of connectors) {
		findings.add('unnamed_connector', 'note', { key: `way ${data.wayId(way)}` });
	}
	// In the order of the file, whichever way they came to be here.
	return [...streets, ...connectors].sort((a, b) => a.way - b.way);
}

/** The stretches of a way whose nodes are in the file, without a node right after itself; of two nodes at least. */
function runsOf(data: OsmData, way: number): { runs: number[][]; isClipped: boolean } {
	const runs: number[][] = [];
	let run: number[] = [];
	let isClipped = false;
	for (const reference of data.wayReferences(way)) {
		const node = data.findNode(reference);
		if (node < 0) {
			isClipped = true;
			if (run.length > 1) runs.push(run);
			run = [];
		} else if (run.at(-1) !== node) run.push(node);
	}
	if (run.length > 1) runs.push(run);
	return { runs, isClipped };
}

/** By node: 1 where streets meet, cross themselves or end. */
function junctionsOf(data: OsmData, ways: readonly StreetWay[]): Uint8Array {
	const isJunction = new Uint8Array(data.nodeCount);
	const isUsed = new Uint8Array(data.nodeCount);
	for (const { runs } of ways) {
		for (const run of runs) {
			isJunction[run[0]!] = 1;
			isJunction[run.at(-1)!] = 1;
			for (const node of run) {
				if (isUsed[node]) isJunction[node] = 1;
				isUsed[node] = 1;
			}
		}
	}
	return isJunction;
}
