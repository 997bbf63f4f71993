// Tables as files: CSV that Excel opens in Chinese without asking, Excel itself, GeoJSON. What is written here reads back in.
import { letterOf } from './header.ts';
import type { TableFormat } from './table.ts';
import { writeZip } from './zip.ts';

export type Value = string | number | boolean | null | undefined;
export type TableRecord = Record<string, Value>;

export interface WriteOptions {
	/** The sheet's name in Excel. */
	sheet?: string;
	/** Columns that hold a point for GeoJSON; `lng` and `lat` unless told. Rows without both have no geometry. */
	point?: [lng: string, lat: string];
}

export const mediaTypes: Record<TableFormat, string> = {
	csv: 'text/csv; charset=utf-8',
	xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
	geojson: 'application/geo+json'
};

/** The format a file's name asks for; null for none of ours. */
export function formatOf(name: string): TableFormat | null {
	const ending = /\.(csv|xlsx|geojson)$/i.exec(name)?.[1]?.toLowerCase();
	return (ending as TableFormat | undefined) ?? null;
}

/** A whole file of these rows, columns in the order given. Texts that a spreadsheet would run are shown instead. */
export function writeTable(
	format: TableFormat,
	columns: readonly string[],
	rows: Iterable<TableRecord>,
	options: WriteOptions = {}
): Uint8Array {
	switch (format) {
		case 'csv':
			return writeCsv(columns, rows);
		case 'xlsx':
			return writeWorkbook(columns, rows, options.sheet ?? 'Sheet1');
		case 'geojson':
			return writeGeoJson(columns, rows, options.point ?? ['lng', 'lat']);
	}
}

/**
 * With an apostrophe before =, +, -, @ (full-width too, as some spreadsheets run them), tab and return: a spreadsheet then
 * shows the text and does not run it. Reading takes it off again, so a text that itself begins that way gets one too. Plain numbers stay as they are.
 */
export function harmless(text: string): string {
	if (/^[+-]?\d+(\.\d+)?$/.test(text)) return text;
	return /^'*[=+\-@＝＋－＠\t\r]/.test(text) ? `'${text}` : text;
}

function writeCsv(columns: readonly string[], rows: Iterable<TableRecord>): Uint8Array {
	const quoted = (value: Value) => {
		const text = harmless(textOf(value));
		return /[",;\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
	};
	const parts: Uint8Array[] = [];
	let lines = [`\uFEFF${columns.map(quoted).join(',')}\r\n`];
	const encode = () => parts.push(Buffer.from(lines.join(''), 'utf8'));
	for (const row of rows) {
		lines.push(`${columns.map((name) => quoted(row[name])).join(',')}\r\n`);
		if (lines.length >= 1000) {
			encode();
			lines = [];
		}
	}
	encode();
	return Buffer.concat(parts);
}

function writeGeoJson(
	columns: readonly string[],
	rows: Iterable<TableRecord>,
	[lng, lat]: [string, string]
): Uint8Array {
	const features: string[] = [];
	for (const row of rows) {
		const [x, y] = [row[lng], row[lat]];
		const properties = Object.fromEntries(
			columns.filter((name) => name !== lng && name !== lat).map((name) => [name, row[name] ?? null])
		);
		const geometry =
			typeof x === 'number' && typeof y === 'number' ? { type: 'Point', coordinates: [x, y] } : null;
		features.push(JSON.stringify({ type: 'Feature', properties, geometry }));
	}
	return Buffer.from(`{"type":"FeatureCollection","features":[\n${features.join(',\n')}\n]}\n`, 'utf8');
}

const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packages = 'http://schemas.openxmlformats.org/package/2006';
const types = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** The smallest workbook Excel opens: one sheet, texts in their cells, first row frozen. */
function writeWorkbook(columns: readonly string[], rows: Iterable<TableRecord>, sheet: string): Uint8Array {
	const parts: Uint8Array[] = [];
	let xml =
		`${head}<worksheet xmlns="${main}"><sheetViews><sheetView workbookViewId="0">` +
		`<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>` +
		`<sheetData>${rowXml(1, columns)}`;
	let number = 1;
	for (const row of rows) {
		number += 1;
		xml += rowXml(
			number,
			columns.map((name) => row[name])
		);
		if (xml.length < 1_000_000) continue;
		parts.push(Buffer.from(xml, 'utf8'));
		xml = '';
	}
	parts.push(Buffer.from(`${xml}</sheetData></worksheet>`, 'utf8'));
	const text = (name: string, body: string) => ({ name, bytes: Buffer.from(head + body, 'utf8') });
	return writeZip([
		text(
			'[Content_Types].xml',
			`<Types xmlns="${packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
				`<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${types}.sheet.main+xml"/>` +
				`<Override PartName="/xl/worksheets/sheet1.xml" ContentType="${types}.worksheet+xml"/></Types>`
		),
		text(
			'_rels/.rels',
			`<Relationships xmlns="${packages}/relationships"><Relationship Id="rId1" Type="${relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>`
		),
		text(
			'xl/workbook.xml',
			`<workbook xmlns="${main}" xmlns:r="${relations}"><sheets><sheet name="${escaped(sheetName(sheet))}" sheetId="1" r:id="rId1"/></sheets></workbook>`
		),
		text(
			'xl/_rels/workbook.xml.rels',
			`<Relationships xmlns="${packages}/relationships"><Relationship Id="rId1" Type="${relations}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`
		),
		{ name: 'xl/worksheets/sheet1.xml', bytes: Buffer.concat(parts) }
	]);
}

/** Excel refuses these signs in a sheet's name, and more than 31 of any. */
function sheetName(name: string): string {
	return name.replace(/[[\]:*?/\\]/g, ' ').slice(0, 31) || 'Sheet1';
}

function rowXml(number: number, values: readonly Value[]): string {
	const cells = values.map((value, i) => {
		if (value === null || value === undefined || value === '') return '';
		const at = `${letterOf(i)}${number}`;
		if (typeof value === 'boolean') return `<c r="${at}" t="b"><v>${value ? 1 : 0}</v></c>`;
		// A long number would lose its last digits in Excel: it is written as text.
		if (typeof value === 'number' && Number.isFinite(value) && Math.abs(value) < 1e15)
			return `<c r="${at}"><v>${value}</v></c>`;
		return `<c r="${at}" t="inlineStr"><is><t xml:space="preserve">${escaped(harmless(textOf(value)))}</t></is></c>`;
	});
	return `<row r="${number}">${cells.join('')}</row>`;
}

function textOf(value: Value): string {
	return value === null || value === undefined ? '' : String(value);
}

function escaped(text: string): string {
	return (
		text
			// Signs that XML cannot hold at all.
			// eslint-disable-next-line no-control-regex
			.replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '')
			.replaceAll('&', '&amp;')
			.replaceAll('<', '&lt;')
			.replaceAll('>', '&gt;')
			.replaceAll('"', '&quot;')
			// A bare return would be read back as a line feed.
			.replaceAll('\r', '&#13;')
	);
}
