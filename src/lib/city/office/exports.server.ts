// What the city holds, as files: every one of them reads back in and changes nothing.
import type { LineString, MultiPolygon, Polygon } from 'geojson';
import type { AreaKind, SegmentImport } from '#lib/city/import/shapes.ts';
import type { TableFormat } from '#lib/city/tables/table.ts';
import { writeTable, type TableRecord, type Value } from '#lib/city/tables/write-table.ts';
import { call, type Client } from '#lib/database/client.server.ts';
import { calendarColumns } from './calendar.ts';
import { categoryColumns } from './categories.ts';
import { facilityColumns } from './facilities.ts';
import { calendarRecords, categoryRecords, facilityRecords, unitRecords } from './office.server.ts';
import { caseColumns, caseRecord, type CaseExport } from './cases.ts';
import { areaColumns, streetColumns, wktOf } from './geometry-table.ts';
import type { Column } from './sheet.ts';
import { unitColumns } from './units.ts';

export const exportKinds = [
	'streets',
	'areas',
	'cases',
	'facilities',
	'units',
	'categories',
	'calendar'
] as const;
export type ExportKind = (typeof exportKinds)[number];

/** Excel shows no more of a cell than this, and refuses to open a file that holds more. */
const longestCell = 32_767;

/** A shape is too long for a cell of Excel; GeoJSON has no such bound. */
export class TooLongForExcel extends Error {
	readonly key: string;
	constructor(key: string) {
		super(`The shape of ${key} has more than ${longestCell} characters.`);
		this.name = 'TooLongForExcel';
		this.key = key;
	}
}

/** Kinds that have a place on the map, so that GeoJSON can hold them. */
export function formatsOf(kind: ExportKind): TableFormat[] {
	const hasPlace = kind === 'streets' || kind === 'areas' || kind === 'cases' || kind === 'facilities';
	return hasPlace ? ['geojson', 'csv', 'xlsx'] : ['csv', 'xlsx'];
}

interface Shape {
	record: TableRecord;
	geometry: LineString | Polygon | MultiPolygon;
}

/**
 * A whole file in pieces. The client decides what it holds: row level security judges every call. GeoJSON and CSV come page
 * by page; Excel, which is one packed file, at the end.
 */
export async function* exportPieces(
	client: Client,
	kind: ExportKind,
	format: TableFormat
): AsyncGenerator<Uint8Array> {
	switch (kind) {
		case 'units':
			return yield whole(format, unitColumns, await unitRecords(client), '责任单位');
		case 'categories':
			return yield whole(format, categoryColumns, (await categoryRecords(client)).map(withWords), '类别');
		case 'calendar':
			return yield whole(format, calendarColumns, await calendarRecords(client), '工作日历');
		case 'facilities':
			return yield whole(format, facilityColumns, await facilityRecords(client), '设施');
		case 'areas':
			return yield* shapes(format, areaColumns, areas(client), '责任区');
		case 'streets':
			return yield* shapes(format, streetColumns, streets(client), '路段');
		case 'cases':
			return yield* cases(client, format);
	}
}

/** Truths as a person writes them; everything else as it is. */
function withWords(record: TableRecord): TableRecord {
	const words = (value: Value): Value => (typeof value === 'boolean' ? (value ? '是' : '否') : value);
	return Object.fromEntries(Object.entries(record).map(([field, value]) => [field, words(value)]));
}

/** Spreadsheets get Chinese headings, GeoJSON the names that programs use. */
function whole(
	format: TableFormat,
	columns: readonly Column[],
	records: readonly TableRecord[],
	sheet: string
): Uint8Array {
	if (format === 'geojson')
		return writeTable(
			format,
			columns.map(({ field }) => field),
			records
		);
	const headed = records.map((record) =>
		Object.fromEntries(columns.map(({ field, zh }) => [zh, record[field]]))
	);
	return writeTable(
		format,
		columns.map(({ zh }) => zh),
		headed,
		{ sheet }
	);
}

async function* areas(client: Client): AsyncGenerator<Shape[]> {
	const answer = await call<{
		areas: {
			key: string;
			kind: AreaKind;
			name: string;
			name_en: string | null;
			unit: string | null;
			geometry: Polygon | MultiPolygon;
		}[];
	}>(client, 'areas');
	yield answer.areas.map(({ key, kind, name, name_en, unit, geometry }) => ({
		record: { key, kind, name, name_en, unit },
		geometry
	}));
}

async function* streets(client: Client): AsyncGenerator<Shape[]> {
	for (let after: number | null = 0; after !== null;) {
		const page: { segments: SegmentImport[]; next: number | null } = await call(client, 'export_streets', {
			after
		});
		yield page.segments.map(({ line, from_junction, to_junction, ...segment }) => ({
			record: { ...segment, u: from_junction, v: to_junction },
			geometry: { type: 'LineString', coordinates: line }
		}));
		after = page.next;
	}
}

async function* shapes(
	format: TableFormat,
	columns: readonly Column[],
	pages: AsyncGenerator<Shape[]>,
	sheet: string
): AsyncGenerator<Uint8Array> {
	if (format === 'geojson') {
		yield Buffer.from('{"type":"FeatureCollection","features":[');
		let isFirst = true;
		for await (const page of pages) {
			const features = page.map(({ record, geometry }) => {
				const properties = Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null));
				return JSON.stringify({ type: 'Feature', properties, geometry });
			});
			if (features.length === 0) continue;
			yield Buffer.from(`${isFirst ? '' : ','}\n${features.join(',\n')}`);
			isFirst = false;
		}
		return yield Buffer.from('\n]}\n');
	}
	const records: TableRecord[] = [];
	let isFirst = true;
	for await (const page of pages) {
		const here = page.map(({ record, geometry }) => ({ ...record, geometry: wktOf(geometry) }));
		if (format === 'csv') {
			yield isFirst ? whole('csv', columns, here, sheet) : withoutHeader(whole('csv', columns, here, sheet));
			isFirst = false;
			continue;
		}
		for (const record of here) {
			if (record.geometry.length > longestCell)
				throw new TooLongForExcel(String((record as TableRecord).key));
			records.push(record);
		}
	}
	if (format === 'xlsx') yield whole('xlsx', columns, records, sheet);
}

async function* cases(client: Client, format: TableFormat): AsyncGenerator<Uint8Array> {
	const records: TableRecord[] = [];
	let isFirst = true;
	if (format === 'geojson') yield Buffer.from('{"type":"FeatureCollection","features":[');
	for (let after: string | null = null, isMore = true; isMore;) {
		const page: { rows: CaseExport[]; next: string | null } = await call(client, 'export_cases', { after });
		after = page.next;
		isMore = after !== null;
		if (format === 'xlsx') records.push(...page.rows.map(caseRecord));
		else if (format === 'csv') {
			const csv = whole('csv', caseColumns, page.rows.map(caseRecord), '案件');
			yield isFirst ? csv : withoutHeader(csv);
		} else if (page.rows.length > 0) {
			const features = page.rows.map(({ lng, lat, ...properties }) =>
				JSON.stringify({ type: 'Feature', properties, geometry: { type: 'Point', coordinates: [lng, lat] } })
			);
			yield Buffer.from(`${isFirst ? '' : ','}\n${features.join(',\n')}`);
		}
		isFirst = isFirst && page.rows.length === 0 && format === 'geojson';
	}
	if (format === 'geojson') yield Buffer.from('\n]}\n');
	if (format === 'xlsx') yield whole('xlsx', caseColumns, records, '案件');
}

/** The rows of a CSV file that goes on from an earlier piece. */
function withoutHeader(csv: Uint8Array): Uint8Array {
	return csv.subarray(csv.indexOf(0x0a) + 1);
}
