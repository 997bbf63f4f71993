// What lies beneath and beside the streets: water, green, houses, rail, for the basemap; and places for the search.
import type { MultiPolygon, Polygon } from 'geojson';
import { fullEffort } from '#lib/areas/polygon-faults.ts';
import type { Findings } from '../findings.ts';
import { toWgs84, type Datum, type Position } from '../positions.ts';
import type { FeatureImport } from '../shapes.ts';
import type { OsmData } from './data.ts';
import { placeOf, Places } from './places.ts';
import { lineOfWay, polygonOfWay, polygonsOfRelation, type GroundReader } from './rings.ts';
import { namesOf, type Tags } from './tags.ts';

type GroundKind = 'water' | 'green' | 'building' | 'rail';

const green = {
	leisure: new Set(['park', 'garden', 'golf_course', 'nature_reserve', 'common', 'pitch', 'playground']),
	landuse: new Set([
		'grass',
		'forest',
		'meadow',
		'recreation_ground',
		'village_green',
		'cemetery',
		'orchard',
		'flowerbed',
		'greenfield'
	]),
	natural: new Set(['wood', 'scrub', 'grassland', 'heath', 'wetland'])
};
const waterAreas = {
	natural: new Set(['water', 'bay']),
	waterway: new Set(['riverbank', 'dock']),
	landuse: new Set(['reservoir', 'basin'])
};
const waterLines = new Set(['river', 'canal', 'stream', 'drain', 'ditch']);
const rails = new Set(['rail', 'light_rail', 'subway', 'tram', 'monorail', 'narrow_gauge']);

function areaKindOf(tags: Tags): GroundKind | null {
	if (tags.building !== undefined && tags.building !== 'no') return 'building';
	const is = (words: Record<string, Set<string>>) =>
		Object.entries(words).some(([key, values]) => tags[key] !== undefined && values.has(tags[key]));
	return is(waterAreas) ? 'water' : is(green) ? 'green' : null;
}

/** Above the ground: a culvert and an underground line are not to be seen. */
function isCovered(tags: Tags): boolean {
	return (
		(tags.tunnel !== undefined && tags.tunnel !== 'no') ||
		tags.location === 'underground' ||
		Number(tags.layer ?? 0) < 0
	);
}

function lineKindOf(tags: Tags): GroundKind | null {
	if (isCovered(tags)) return null;
	if (tags.waterway !== undefined && waterLines.has(tags.waterway)) return 'water';
	return tags.railway !== undefined && rails.has(tags.railway) ? 'rail' : null;
}

/** All features of a file. Keys are OpenStreetMap's own: `w12`, `r7`, `n3`. */
export function groundOf(
	data: OsmData,
	datum: Datum,
	isInChina: boolean,
	findings: Findings
): FeatureImport[] {
	const reader: GroundReader = { data, datum, findings, effort: fullEffort() };
	const features: FeatureImport[] = [];
	const places = new Places(isInChina);

	const add = (key: string, kind: GroundKind, tags: Tags, geometry: FeatureImport['geometry']) => {
		const { name, nameEn } = namesOf(tags, isInChina);
		features.push({ key, kind, name, name_en: nameEn, geometry });
	};
	for (let way = 0; way < data.wayCount; way++) {
		const tags = data.wayTags(way);
		if (!tags) continue;
		const key = `w${data.wayId(way)}`;
		const areaKind = areaKindOf(tags);
		const lineKind = lineKindOf(tags);
		const polygon = areaKind ? polygonOfWay(reader, way) : null;
		if (areaKind && polygon) add(key, areaKind, tags, polygon);
		else if (lineKind) {
			const line = lineOfWay(reader, way);
			if (line) add(key, lineKind, tags, { type: 'LineString', coordinates: line });
		}
		const place = placeOf(tags);
		if (place) {
			const at = polygon ? middleOf(polygon) : middleOfLine(lineOfWay(reader, way));
			if (at) places.add(key, place, tags, at);
		}
	}
	for (const relation of data.relations) {
		const kind = areaKindOf(relation.tags);
		const place = placeOf(relation.tags);
		if (!kind && !place) continue;
		const geometry = polygonsOfRelation(reader, relation);
		if (!geometry) continue;
		if (kind) add(`r${relation.id}`, kind, relation.tags, geometry);
		if (place) places.add(`r${relation.id}`, place, relation.tags, middleOf(geometry));
	}
	for (const { id, tags } of data.taggedNodes) {
		const place = placeOf(tags);
		const node = place ? data.findNode(id) : -1;
		if (place && node >= 0) places.add(`n${id}`, place, tags, toWgs84(data.position(node), datum));
	}
	features.push(...places.list());
	return features;
}

/** The middle of an outline's corners: near enough for a name. */
function middleOf(geometry: Polygon | MultiPolygon): Position {
	const outline = geometry.type === 'Polygon' ? geometry.coordinates[0]! : geometry.coordinates[0]![0]!;
	const corners = outline.slice(1);
	let [east, north] = [0, 0];
	for (const [lng = 0, lat = 0] of corners) {
		east += lng;
		north += lat;
	}
	const round = (degrees: number) => Math.round(degrees * 1e7) / 1e7;
	return [round(east / corners.length), round(north / corners.length)];
}

function middleOfLine(line: Position[] | null): Position | null {
	return line && line[Math.floor(line.length / 2)]!;
}
