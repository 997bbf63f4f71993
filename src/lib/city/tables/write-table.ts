// Tables as files: CSV that Excel opens in Chinese without asking, Excel itself, GeoJSON. What is written here reads back in.
import { letterOf } from './header.ts';
import type { TableFormat } from './table.ts';
import { streamZip, writeZip } from './zip.ts';

export type Value = string | number | boolean | Moment | null | undefined;
export type TableRecord = Record<string, Value>;

/** A moment as the city's clocks show it, `2026-03-15 09:05`: in Excel a date that sorts and filters as one. */
export class Moment {
	readonly text: string;

	constructor(text: string) {
		this.text = text;
	}

	toString(): string {
		return this.text;
	}

	/** Days since Excel's first one. */
	get serial(): number {
		return Date.parse(`${this.text.replace(' ', 'T')}Z`) / 86_400_000 + 25_569;
	}
}

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
 * With an apostrophe before =, +, -, @ (full-width too, as some spreadsheets run them; also behind spaces, which some take
 * off), tab, return and line feed: a spreadsheet then shows the text and does not run it. Reading takes it off again, so a text that itself begins that way gets one too. Plain numbers stay as they are.
 */
export function harmless(text: string): string {
	if (/^[+-]?\d+(\.\d+)?$/.test(text)) return text;
	return /^'*(?:[\s\uFEFF\u200B]*[=+\-@＝＋－＠]|[\t\r\n])/.test(text) ? `'${text}` : text;
}

/** One line of a CSV file, its end included. */
export function csvLine(values: readonly Value[]): string {
	return `${values.map(quoted).join(',')}\r\n`;
}

function quoted(value: Value): string {
	const text = harmless(textOf(value));
	return /[",;\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function writeCsv(columns: readonly string[], rows: Iterable<TableRecord>): Uint8Array {
	const parts: Uint8Array[] = [];
	let lines = [`\uFEFF${csvLine(columns)}`];
	const encode = () => parts.push(Buffer.from(lines.join(''), 'utf8'));
	for (const row of rows) {
		lines.push(csvLine(columns.map((name) => row[name])));
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

/** The plain style and, as number 1, that of a moment; Excel asks for a font, fills and a border before it opens a workbook. */
const styles =
	`${head}<styleSheet xmlns="${main}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/></numFmts>` +
	'<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>' +
	'<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>' +
	'<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>' +
	'<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>' +
	'<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>' +
	'<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>';

const sheetHead =
	`${head}<worksheet xmlns="${main}"><sheetViews><sheetView workbookViewId="0">` +
	`<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>`;
const sheetFoot = '</sheetData></worksheet>';

/** The smallest workbook Excel opens: one sheet, texts in their cells, first row frozen. */
function writeWorkbook(columns: readonly string[], rows: Iterable<TableRecord>, sheet: string): Uint8Array {
	const parts: Uint8Array[] = [];
	let xml = sheetHead + rowXml(1, columns);
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
	parts.push(Buffer.from(xml + sheetFoot, 'utf8'));
	return writeZip([
		...frameOf([sheet]).map(({ name, xml: body }) => ({ name, bytes: Buffer.from(body, 'utf8') })),
		{ name: sheetPath(0), bytes: Buffer.concat(parts) }
	]);
}

const sheetPath = (i: number) => `xl/worksheets/sheet${i + 1}.xml`;

/** What a workbook holds besides its sheets. */
function frameOf(sheets: readonly string[]): { name: string; xml: string }[] {
	const each = (write: (i: number, name: string) => string) =>
		sheets.map((name, i) => write(i, name)).join('');
	return [
		{
			name: '[Content_Types].xml',
			xml:
				`${head}<Types xmlns="${packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
				`<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${types}.sheet.main+xml"/>` +
				`<Override PartName="/xl/styles.xml" ContentType="${types}.styles+xml"/>` +
				each((i) => `<Override PartName="/${sheetPath(i)}" ContentType="${types}.worksheet+xml"/>`) +
				`</Types>`
		},
		{
			name: '_rels/.rels',
			xml: `${head}<Relationships xmlns="${packages}/relationships"><Relationship Id="rId1" Type="${relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>`
		},
		{
			name: 'xl/workbook.xml',
			xml:
				`${head}<workbook xmlns="${main}" xmlns:r="${relations}"><sheets>` +
				each(
					(i, name) => `<sheet name="${escaped(sheetName(name))}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`
				) +
				`</sheets></workbook>`
		},
		{ name: 'xl/styles.xml', xml: styles },
		{
			name: 'xl/_rels/workbook.xml.rels',
			xml:
				`${head}<Relationships xmlns="${packages}/relationships">` +
				each(
					(i) =>
						`<Relationship Id="rId${i + 1}" Type="${relations}/worksheet" Target="worksheets/sheet${i + 1}.xml"/>`
				) +
				`</Relationships>`
		}
	];
}

/** Excel holds no more rows in one sheet. */
const longestSheet = 1_048_576;

/**
 * A workbook in pieces, with no more of it in memory than a page of rows: a sheet of `rows` under their columns, a further one
 * whenever Excel's is full, and last a sheet of notes, written when all rows are known.
 */
export async function* streamWorkbook(
	sheet: string,
	columns: readonly string[],
	pages: AsyncIterable<readonly (readonly Value[])[]>,
	notes?: { sheet: string; rows: () => readonly (readonly Value[])[] },
	rowsPerSheet = longestSheet
): AsyncGenerator<Uint8Array> {
	const source = pages[Symbol.asyncIterator]();
	const names: string[] = [];
	let page: readonly (readonly Value[])[] = [];
	let at = 0;
	let isOver = false;
	async function* body() {
		let xml = sheetHead + rowXml(1, columns);
		for (let number = 1; ;) {
			if (at === page.length) {
				if (xml.length > 0) yield Buffer.from(xml, 'utf8');
				xml = '';
				const next = await source.next();
				if (next.done) {
					isOver = true;
					break;
				}
				page = next.value;
				at = 0;
				continue;
			}
			if (number === rowsPerSheet) break;
			number += 1;
			xml += rowXml(number, page[at]!);
			at += 1;
		}
		yield Buffer.from(xml + sheetFoot, 'utf8');
	}
	async function* files() {
		while (!isOver) {
			names.push(names.length === 0 ? sheet : `${sheet} ${names.length + 1}`);
			yield { name: sheetPath(names.length - 1), pieces: body() };
		}
		if (notes) {
			names.push(notes.sheet);
			const rows = notes.rows().map((values, i) => rowXml(i + 1, values));
			const xml = `${head}<worksheet xmlns="${main}"><sheetData>${rows.join('')}${sheetFoot}`;
			yield { name: sheetPath(names.length - 1), pieces: whole(xml) };
		}
		for (const { name, xml } of frameOf(names)) yield { name, pieces: whole(xml) };
	}
	try {
		yield* streamZip(files());
	} finally {
		await source.return?.();
	}
}

async function* whole(xml: string): AsyncGenerator<Uint8Array> {
	yield Buffer.from(xml, 'utf8');
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
		if (value instanceof Moment) return `<c r="${at}" s="1"><v>${value.serial}</v></c>`;
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
