// What the city holds, as files: every one of them reads back in and changes nothing.
import type { LineString, MultiPolygon, Polygon } from 'geojson';
import type { AreaKind, SegmentImport } from '#lib/city/import/shapes.ts';
import type { TableFormat } from '#lib/city/tables/table.ts';
import { streamWorkbook, writeTable, type TableRecord, type Value } from '#lib/city/tables/write-table.ts';
import { call, type Client } from '#lib/database/client.server.ts';
import { calendarColumns } from './calendar.ts';
import { categoryColumns } from './categories.ts';
import { facilityColumns } from './facilities.ts';
import {
	calendarRecords,
	categoryRecords,
	facilityRecords,
	staffRows,
	retentionRows,
	shiftRows,
	unitRecords
} from './office.server.ts';
import { caseColumns, caseRecord, type CaseExport } from './cases.ts';
import { areaColumns, streetColumns, wktOf } from './geometry-table.ts';
import type { Column } from './sheet.ts';
import { retentionColumns } from './retention.ts';
import { shiftColumns } from './shifts.ts';
import { staffColumns } from './staff.ts';
import { unitColumns } from './units.ts';

export const exportKinds = [
	'streets',
	'areas',
	'cases',
	'facilities',
	'units',
	'categories',
	'calendar',
	'staff',
	'shifts',
	'retention'
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
 * by page, cases in Excel, too; other tables in Excel, which are small, at the end.
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
		case 'staff':
			return yield whole(format, staffColumns, await staffRows(client), '人员');
		case 'shifts':
			return yield whole(format, shiftColumns, await shiftRows(client), '班次');
		case 'retention':
			return yield whole(format, retentionColumns, await retentionRows(client), '保留期限');
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
	// A unit is known by its key for good; names change, and two may share one.
	const { units } = await call<{ units: { id: number; key: string }[] }>(client, 'units');
	const keys = new Map(units.map(({ id, key }) => [id, key]));
	const answer = await call<{
		areas: {
			key: string;
			kind: AreaKind;
			name: string;
			name_en: string | null;
			unit_id: number | null;
			geometry: Polygon | MultiPolygon;
		}[];
	}>(client, 'areas');
	yield answer.areas.map(({ key, kind, name, name_en, unit_id, geometry }) => ({
		record: { key, kind, name, name_en, unit: unit_id === null ? null : (keys.get(unit_id) ?? null) },
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
		yield Buffer.from('{"type":"FeatureCollection","datum":"wgs84","features":[');
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

/** Pages of cases; the next one is asked for while the last one is written. */
async function* casePages(client: Client): AsyncGenerator<CaseExport[]> {
	interface Page {
		rows: CaseExport[];
		next: string | null;
	}
	const ask = (after: string | null) => call<Page>(client, 'export_cases', { after, max_rows: 2000 });
	for (let asked: Promise<Page> | null = ask(null); asked;) {
		const { rows, next }: Page = await asked;
		asked = next === null ? null : ask(next);
		// Awaited above, whenever that is; until then a failure is nobody's yet.
		asked?.catch(() => {});
		yield rows;
	}
}

async function* cases(client: Client, format: TableFormat): AsyncGenerator<Uint8Array> {
	if (format === 'xlsx') {
		yield* streamWorkbook(
			'案件',
			caseColumns.map(({ zh }) => zh),
			caseCells(client)
		);
		return;
	}
	let isFirst = true;
	if (format === 'geojson') yield Buffer.from('{"type":"FeatureCollection","features":[');
	for await (const rows of casePages(client)) {
		if (format === 'csv') {
			const csv = whole('csv', caseColumns, rows.map(caseRecord), '案件');
			yield isFirst ? csv : withoutHeader(csv);
		} else if (rows.length > 0) {
			const features = rows.map(({ lng, lat, ...properties }) =>
				JSON.stringify({ type: 'Feature', properties, geometry: { type: 'Point', coordinates: [lng, lat] } })
			);
			yield Buffer.from(`${isFirst ? '' : ','}\n${features.join(',\n')}`);
		}
		isFirst = isFirst && rows.length === 0 && format === 'geojson';
	}
	if (format === 'geojson') yield Buffer.from('\n]}\n');
}

async function* caseCells(client: Client): AsyncGenerator<Value[][]> {
	for await (const rows of casePages(client)) {
		yield rows.map((row) => {
			const record = caseRecord(row);
			return caseColumns.map(({ field }) => record[field]);
		});
	}
}

/** The rows of a CSV file that goes on from an earlier piece. */
function withoutHeader(csv: Uint8Array): Uint8Array {
	return csv.subarray(csv.indexOf(0x0a) + 1);
}
