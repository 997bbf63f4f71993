// A file of responsible areas, read and judged: what it holds, what is wrong with it, what it leaves open. Pure, so that
// it runs in a thread of its own.
import { createHash } from 'node:crypto';
import { toWgs84, type Datum, type Position } from '#lib/city/datum.ts';
import { Findings } from '#lib/city/import/findings.ts';
import type { Finding, ImportFile } from '#lib/city/import/importer.ts';
import type { Known } from '#lib/city/import/known.ts';
import { refuseFile } from '#lib/city/import/refused-file.ts';
import type { AreaImport, AreaKind } from '#lib/city/import/shapes.ts';
import { unpack } from '#lib/city/import/unpack.ts';
import { decideDatum } from './area-datum.ts';
import {
	asText,
	type AreaDraft,
	type AreaOptions,
	type AreaProperties,
	type RawArea,
	type RawAreas
} from './area-draft.ts';
import { previewOf, type Drawn } from './area-preview.ts';
import { chooseProperties, isKind } from './area-properties.ts';
import { judgeLie } from './judge-lie.ts';
import { fullEffort, polygonProblem } from './polygon-faults.ts';
import { countCorners, looksProjected, readPolygon } from './raw-polygon.ts';
import { readGeoJson } from './read-geojson.ts';
import { readShapefile, unzip } from './shapefile.ts';

export const bounds = { megabytes: 256, areas: 50_000, corners: 1_000_000, cornersOfOne: 50_000 };
/** Degrees. A city is smaller, and so is every ground within it. */
const largest = 3;

/**
 * Reads GeoJSON polygons (plain or gzip) or a zipped Shapefile. The draft's areas are in WGS-84; rows with a fault are
 * left out of them, listed in `findings` and drawn in `preview`. Throws `RefusedFile` when there is nothing to judge.
 */
export function readAreaFile(file: ImportFile, options: AreaOptions, known: Known): AreaDraft {
	const findings = new Findings('ground');
	const raw = open(file, findings);
	if (raw.rows.length === 0) throw refuseFile('ground', 'no_areas');
	if (raw.rows.length > bounds.areas) {
		throw refuseFile('ground', 'too_many_areas', { n: raw.rows.length, most: bounds.areas });
	}
	const corners = raw.rows.reduce((sum, { geometry }) => sum + countCorners(geometry), 0);
	if (corners > bounds.corners)
		throw refuseFile('ground', 'too_many_corners', { n: corners, most: bounds.corners });
	if (looksProjected(raw.rows)) throw refuseFile('ground', 'projected_numbers');
	const properties = chooseProperties(raw.rows, options);
	if (!options.kind && !properties.kind) throw refuseFile('ground', 'kind_needed');

	const rows = readRows(raw.rows, options, properties, findings);
	const readable = rows.filter(({ parts }) => parts.length > 0);
	const borders = readable.flatMap(({ parts }) => parts.flat(2));
	const datum = decideDatum(raw.rows, borders, options.datum ?? null, raw.declared, known.streets, findings);
	const drawn = readable.map((row) => place(row, datum ?? 'wgs84'));
	judgeShapes(drawn, findings);
	judgePlaces(drawn, known, findings);
	const good = datum === null ? [] : drawn.filter(({ isFaulty }) => !isFaulty);
	const areas = good.map(toImport);
	const faulty = datum === null ? raw.rows.length : raw.rows.length - areas.length;
	const lie = judgeLie(areas, options.partial ? known.areas : [], known, findings);
	sayUnits(areas, known, findings);
	const preview = previewOf(drawn, lie, areas, findings);
	const units = new Set(areas.flatMap(({ unit }) => (unit === null ? [] : [unit]))).size;
	const line = (code: string, value: number | string) => ({ domain: 'ground', code, value });
	return {
		kind: 'areas',
		source: file.name,
		sha256: createHash('sha256').update(file.bytes).digest('hex'),
		summary: [
			line('sum_rows', raw.rows.length),
			line('sum_areas', areas.length),
			line('sum_units', units),
			line('sum_square_kilometres', Math.round(lie.squareMetres / 1e4) / 100),
			...(lie.coveredPercent === null ? [] : [line('sum_streets_covered', `${lie.coveredPercent} %`)]),
			line('sum_name_property', properties.name ?? '—'),
			line('sum_unit_property', properties.unit ?? '—'),
			line('sum_datum', datum === null ? '?' : datum.toUpperCase().replace('84', '-84').replace('02', '-02'))
		],
		findings: findings.list(),
		refused: faulty,
		preview,
		areas,
		properties,
		datum: datum ?? 'wgs84',
		complete: !options.partial
	};
}

function open(file: ImportFile, findings: Findings): RawAreas {
	const bytes = unpack(file.bytes, bounds.megabytes);
	if (bytes.length === 0) throw refuseFile('ground', 'file_empty');
	if (bytes[0] !== 0x50 || bytes[1] !== 0x4b) {
		if (/\.(shp|dbf|shx)$/i.test(file.name)) throw refuseFile('ground', 'shapefile_needs_zip');
		if (/\.zip$/i.test(file.name)) throw refuseFile('ground', 'zip_broken');
		return readGeoJson(bytes, findings);
	}
	const files = unzip(bytes);
	const texts = [...files].filter(([name]) => /\.(geo)?json$/i.test(name));
	const hasShapes = [...files.keys()].some((name) => /\.shp$/i.test(name));
	return !hasShapes && texts.length === 1
		? readGeoJson(texts[0]![1], findings)
		: readShapefile(files, findings);
}

// Characters that no keyboard types: what stands in their place was lost.
// eslint-disable-next-line no-control-regex
const strange = /[\u0000-\u001f\u007f\ufffd]/;

interface Row {
	row: number;
	key: string;
	kind: AreaKind | null;
	name: string | null;
	nameEn: string | null;
	unit: string | null;
	unitEn: string | null;
	/** Raw positions; empty when the geometry cannot be read. */
	parts: Position[][][];
	isFaulty: boolean;
}

function readRows(
	raw: readonly RawArea[],
	options: AreaOptions,
	properties: AreaProperties,
	findings: Findings
): Row[] {
	const keys = new Map<string, number>();
	let withHeights = 0;
	const rows = raw.map((area): Row => {
		const value = (property: string | null) => (property === null ? null : asText(area.properties[property]));
		const name = value(properties.name);
		let isFaulty = false;
		const refuse = (code: string, text = '', detail = {}) => {
			isFaulty = true;
			findings.add(code, 'refused', { row: area.row, key: name, text }, detail);
		};
		const kind = options.kind ?? (isKind(area.properties.kind) ? area.properties.kind : null);
		if (!kind) refuse('kind_unknown', String(area.properties.kind).slice(0, 60));
		if (!name) refuse('name_missing', '', { property: properties.name ?? '' });
		else if (name.length > 120) refuse('name_too_long', `${name.length}`);
		const unit = value(properties.unit);
		if (unit && unit.length > 120) refuse('unit_too_long', `${unit.length}`);
		const texts = [name, unit, ...[properties.key, properties.nameEn].map(value)];
		if (texts.some((text) => text && strange.test(text))) refuse('strange_text');
		const polygon = readPolygon(area.geometry);
		if ('fault' in polygon) refuse(polygon.fault, polygon.text);
		else if (polygon.hasHeights) withHeights += 1;
		const own = value(properties.key) ?? area.id ?? name ?? `#${area.row}`;
		// A key with its kind before it is one of ours, from an export.
		const key = (own.includes(':') ? own : `${kind}:${own}`).slice(0, 200);
		const twin = keys.get(key);
		if (twin !== undefined) refuse('duplicate_key', `${key} = #${twin}`);
		else keys.set(key, area.row);
		const nameEn = value(properties.nameEn);
		return {
			row: area.row,
			key,
			kind,
			name,
			nameEn: nameEn && nameEn.length <= 120 ? nameEn : null,
			unit,
			unitEn: unit ? asText(area.properties.unit_en) : null,
			parts: 'parts' in polygon ? polygon.parts : [],
			isFaulty
		};
	});
	findings.say('heights_left_out', 'note', withHeights);
	return rows;
}

function place(row: Row, datum: Datum): Drawn & Row {
	const parts = row.parts.map((rings) => rings.map((ring) => ring.map((at) => toWgs84(at, datum))));
	return { ...row, parts, spot: null, fault: null };
}

function judgeShapes(rows: (Drawn & Row)[], findings: Findings): void {
	const effort = fullEffort();
	for (const row of rows) {
		const corners = row.parts.flat().reduce((sum, ring) => sum + ring.length, 0);
		const problem =
			corners > bounds.cornersOfOne
				? { fault: 'too_many_corners_in_one' as const, at: row.parts[0]![0]![0]! }
				: polygonProblem(row.parts, effort);
		if (!problem) continue;
		const { fault, at } = problem;
		Object.assign(row, { isFaulty: true, fault, spot: at });
		const text =
			fault === 'too_many_corners_in_one' ? `${corners}` : at ? at.map((n) => n.toFixed(6)).join(', ') : '';
		const detail: Finding['detail'] =
			fault === 'too_many_corners_in_one' ? { most: bounds.cornersOfOne } : {};
		findings.add(fault, 'refused', { row: row.row, key: row.name, text }, detail);
	}
}

/** Rows far from all others, from the city, or too large to be in it. */
function judgePlaces(rows: (Drawn & Row)[], known: Known, findings: Findings): void {
	if (rows.length === 0) return;
	const boxes = rows.map(({ parts }) => boxOf(parts));
	const middle = [0, 1].map((axis) => {
		const sorted = boxes.map((box) => (box[axis]! + box[axis + 2]!) / 2).sort((a, b) => a - b);
		return sorted[sorted.length >> 1]!;
	}) as Position;
	const city = known.city.bbox;
	for (const [i, row] of rows.entries()) {
		const [west, south, east, north] = boxes[i]!;
		const refuse = (code: string, text: string, detail = {}) => {
			Object.assign(row, { isFaulty: true, fault: code });
			findings.add(code, 'refused', { row: row.row, key: row.name, text }, detail);
		};
		const at: Position = [(west + east) / 2, (south + north) / 2];
		const text = at.map((n) => n.toFixed(4)).join(', ');
		if (east - west > largest || north - south > largest) {
			refuse('too_large', text);
			continue;
		}
		const isFar = Math.abs(at[0] - middle[0]) > largest || Math.abs(at[1] - middle[1]) > largest;
		if (isFar) {
			refuse('far_away', text);
			continue;
		}
		if (!city) continue;
		if (west > city[2] || east < city[0] || south > city[3] || north < city[1]) {
			refuse('outside_city', text, { kilometres: kilometresApart(middle, city) });
		}
	}
}

function boxOf(parts: readonly Position[][][]): [west: number, south: number, east: number, north: number] {
	const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
	for (const [lng, lat] of parts.flat(2)) {
		box[0] = Math.min(box[0], lng);
		box[1] = Math.min(box[1], lat);
		box[2] = Math.max(box[2], lng);
		box[3] = Math.max(box[3], lat);
	}
	return box;
}

function kilometresApart(
	[lng, lat]: Position,
	[west, south, east, north]: readonly [number, number, number, number]
) {
	const [x, y] = [lng - (west + east) / 2, lat - (south + north) / 2];
	const across = Math.cos((((south + north) / 2) * Math.PI) / 180);
	return Math.round(Math.hypot(x * across, y) * 111.32);
}

function toImport({ key, kind, name, nameEn, unit, unitEn, parts }: Row): AreaImport {
	return {
		key,
		kind: kind!,
		name: name!,
		name_en: nameEn,
		unit,
		...(unitEn ? { unit_en: unitEn } : {}),
		geometry:
			parts.length === 1
				? { type: 'Polygon', coordinates: parts[0]! }
				: { type: 'MultiPolygon', coordinates: parts }
	};
}

function sayUnits(areas: readonly AreaImport[], known: Known, findings: Findings): void {
	const there = new Set(known.units.flatMap(({ key, name }) => [key, name]));
	const fresh = [...new Set(areas.flatMap(({ unit }) => (unit && !there.has(unit) ? [unit] : [])))];
	findings.say(
		'units_new',
		'note',
		fresh.length,
		{},
		fresh.map((key) => ({ key }))
	);
	// A line where parking is allowed needs nobody to answer for it.
	const without = areas.filter(({ unit, kind }) => !unit && kind !== 'permitted_line');
	findings.say(
		'without_unit',
		'warning',
		without.length,
		{},
		without.map(({ name }) => ({ key: name }))
	);
	const seen = new Map<string, number>();
	for (const { kind, name } of areas) seen.set(`${kind} ${name}`, (seen.get(`${kind} ${name}`) ?? 0) + 1);
	const twice = [...seen]
		.filter(([, times]) => times > 1)
		.map(([at, times]) => ({ key: at.split(' ').slice(1).join(' '), text: `×${times}` }));
	findings.say('name_twice', 'warning', twice.length, {}, twice);
}
