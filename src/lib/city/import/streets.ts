import { createHash } from 'node:crypto';
import type { Fault, RowProblem } from './faults.ts';
import { asText, type RawFeature } from './features.ts';
import { positionFault, strays, toWgs84, type Datum, type Position } from './positions.ts';
import { streetClassOf } from './osm/tags.ts';
import { streetClasses, type SegmentImport } from './shapes.ts';

/** Corners of one segment: what the database takes. */
export const mostCorners = 10_000;

export interface StreetRows {
	segments: SegmentImport[];
	problems: RowProblem[];
	/** Unnamed service ways and paths: no street a report could belong to, so they are left out, and counted. */
	leftOut: number;
}

/** Segments of a street file: lines with `name`, `kind` (or `highway`), `oneway`, end nodes `u` and `v` where known. */
export function segmentsFrom(features: readonly RawFeature[], datum: Datum): StreetRows {
	const segments: SegmentImport[] = [];
	const problems: RowProblem[] = [];
	const starts: { row: number; name: string | null; at: Position }[] = [];
	const keys = new Map<string, number>();
	let leftOut = 0;
	for (const feature of features) {
		const { row, properties } = feature;
		const name = asText(properties.name);
		const problem = (fault: Fault, detail = '') => problems.push({ row, name, fault, detail });
		// A file we wrote ourselves names our own class, and holds nothing that was to be left out.
		const own = streetClasses.find((word) => word === properties.class);
		const kind = (asText(properties.kind) ?? asText(properties.highway) ?? '').toLowerCase();
		const streetClass = own ?? streetClassOf(kind);
		const line = readLine(feature.geometry, problem);
		if (!line) continue;
		if (name && name.length > 120) problem('name_too_long', String(name.length));
		const oneway = readOneway(properties.oneway);
		if (oneway === null) problem('bad_oneway', String(properties.oneway));
		starts.push({ row, name, at: line[0]! });
		if (!own && !name && (streetClass === 'service' || streetClass === 'path')) {
			leftOut += 1;
			continue;
		}
		const placed = line.map((position) => toWgs84(position, datum));
		const segment: SegmentImport = {
			key: '',
			street_key: asText(properties.street_key),
			name,
			name_en: asText(properties.name_en) ?? asText(properties['name:en']),
			class: streetClass,
			oneway: oneway ?? 0,
			from_junction: asText(properties.u) ?? placed[0]!.join(','),
			to_junction: asText(properties.v) ?? placed.at(-1)!.join(','),
			line: placed
		};
		segment.key = keyOf(feature, segment);
		const { key, street_key, name_en, from_junction, to_junction } = segment;
		const broken = [key, street_key, from_junction, to_junction, name, name_en].find(
			(text, i) => text !== null && !isPlainText(text, i < 4 ? 200 : Infinity)
		);
		if (broken) problem('bad_text', JSON.stringify(broken).slice(0, 60));
		if ((name_en?.length ?? 0) > 120) problem('name_too_long', String(name_en!.length));
		const other = keys.get(segment.key);
		if (other !== undefined) problem('duplicate_key', `${segment.key}, #${other}`);
		keys.set(segment.key, row);
		segments.push(segment);
	}
	problems.push(...strays(starts));
	if (features.length > 0 && segments.length === 0 && problems.length === 0) {
		problems.push({ row: 0, name: null, fault: 'no_rows', detail: '' });
	}
	return { segments, problems: problems.sort((a, b) => a.row - b.row), leftOut };
}

/** What the database stores as it is: whole characters, none of them for the control of a printer. */
function isPlainText(text: string, longest: number): boolean {
	// eslint-disable-next-line no-control-regex
	return text.length <= longest && text.isWellFormed() && !/[\u0000-\u001f\u007f]/.test(text);
}

/** The source's own id where it has one; otherwise what the line joins, is called and looks like. */
function keyOf(
	{ id, properties }: RawFeature,
	{ from_junction, to_junction, name, line }: SegmentImport
): string {
	const own = asText(properties.key) ?? asText(properties.id) ?? id;
	if (own) return own;
	const shape = createHash('sha256').update(JSON.stringify(line)).digest('hex').slice(0, 12);
	return `${from_junction}:${to_junction}:${name ?? ''}:${shape}`;
}

function readLine(
	geometry: RawFeature['geometry'],
	problem: (fault: Fault, detail?: string) => void
): Position[] | null {
	if (geometry?.type !== 'LineString' || !Array.isArray(geometry.coordinates)) {
		problem('not_a_line', geometry?.type ?? '');
		return null;
	}
	const raw: unknown[] = geometry.coordinates;
	if (raw.length < 2) {
		problem('too_few_points', String(raw.length));
		return null;
	}
	if (raw.length > mostCorners) {
		problem('line_too_long', String(raw.length));
		return null;
	}
	for (const position of raw) {
		const fault = positionFault(position);
		if (!fault) continue;
		problem(fault, JSON.stringify(position));
		return null;
	}
	const line = (raw as Position[]).map(([lng, lat]): Position => [lng, lat]);
	if (line.every(([lng, lat]) => lng === line[0]![0] && lat === line[0]![1])) {
		problem('no_length');
		return null;
	}
	return line;
}

function readOneway(value: unknown): 0 | 1 | -1 | null {
	if (value === undefined || value === null || value === '') return 0;
	switch (String(value).toLowerCase()) {
		case '0':
		case 'no':
		case 'false':
			return 0;
		case '1':
		case 'yes':
		case 'true':
			return 1;
		case '-1':
		case 'reverse':
			return -1;
		default:
			return null;
	}
}
