// One reader for every table an office has: text with separators in any encoding, Excel, GeoJSON; packed with gzip or not.
import { createGunzip } from 'node:zlib';
import { Readable } from 'node:stream';
import { Findings } from '#lib/city/import/findings.ts';
import type { ImportFile } from '#lib/city/import/importer.ts';
import { decode, encodingNamed, findEncoding } from './encoding.ts';
import { readGeoJson } from './geojson.ts';
import { findHeader, headerRows, letterOf } from './header.ts';
import { findSeparator, readSeparated, type RawRow } from './separated.ts';
import {
	deadline,
	tableBounds,
	TableProblem,
	type Table,
	type TableBounds,
	type TableFormat,
	type TableOptions,
	type TableRow
} from './table.ts';
import { openWorkbook } from './workbook.ts';
import { bounded } from './zip.ts';

interface Raw extends Pick<Table, 'format' | 'encoding' | 'separator' | 'sheet' | 'shapes'> {
	rows: AsyncIterable<RawRow>;
}

/**
 * Opens a table. Throws a `TableProblem`, whose `finding` is for the person, when the file is none we read; rows come as
 * they are asked for, so even a file of a million takes little memory.
 */
export async function readTable({ name, bytes }: ImportFile, options: TableOptions = {}): Promise<Table> {
	const bounds = { ...tableBounds, ...options.bounds };
	const findings = new Findings('tables');
	const inTime = deadline(bounds.milliseconds);
	const raw = await open(name, bytes, options, bounds, findings);
	const rows = raw.rows[Symbol.asyncIterator]();
	const top: RawRow[] = [];
	while (top.length < headerRows) {
		const { value, done } = await rows.next();
		if (done) break;
		top.push(value);
	}
	const header = findHeader(top, findings, options.headerRow ?? null);
	if (!header) throw new TableProblem('empty');
	const { columns } = header;
	const isRead = columns.map((name) => options.columnsRead?.includes(name) ?? true);

	async function* body(): AsyncGenerator<TableRow> {
		let given = 0;
		const all = async function* () {
			yield* top.splice(0);
			yield* { [Symbol.asyncIterator]: () => rows };
		};
		for await (const rawRow of all()) {
			const { row } = rawRow;
			if (row <= header!.row) continue;
			const full = fit(rawRow, isRead, raw.format, bounds, findings);
			if (!full) continue;
			given += 1;
			if (given > bounds.rows) throw new TableProblem('too_many_rows', { most: bounds.rows }, row);
			if (given % 1024 === 0) inTime();
			yield { row, cells: full };
		}
	}
	return {
		...raw,
		columns,
		rows: body(),
		headerRow: header.row,
		get findings() {
			return findings.list();
		}
	};
}

/** The same, all rows at once: for lists of units, staff or categories. */
export async function readWholeTable(
	file: ImportFile,
	options: TableOptions = {}
): Promise<Omit<Table, 'rows'> & { rows: TableRow[] }> {
	const table = await readTable(file, { ...options, bounds: { rows: 20_000, ...options.bounds } });
	const rows: TableRow[] = [];
	for await (const row of table.rows) rows.push(row);
	return { ...table, rows, findings: table.findings };
}

/** One trimmed text per column; null for a blank row. */
function fit(
	{ row, cells, cut }: RawRow,
	isRead: readonly boolean[],
	format: TableFormat,
	bounds: TableBounds,
	findings: Findings
): string[] | null {
	const width = isRead.length;
	const full: string[] = [];
	let isBlank = true;
	for (let i = 0; i < width; i += 1) {
		let cell = (cells[i] ?? '').trim();
		if (cell.length > bounds.cell) {
			findings.add('cell_too_long', 'warning', { row, text: cell.slice(0, 40) }, { most: bounds.cell });
			cell = '';
			isBlank = false;
		}
		// What our own export put before =, +, - or @ so that a spreadsheet does not run it.
		if (
			format !== 'geojson' &&
			cell.charCodeAt(0) === 0x27 &&
			/^'+(?:[\s\uFEFF\u200B]*[=+\-@＝＋－＠]|[\t\r\n])/.test(cell)
		)
			cell = cell.slice(1);
		if (cell !== '') isBlank = false;
		if (isRead[i] && (cut?.includes(i) || /^[+-]?\d(\.\d+)?e\+\d+$/i.test(cell)))
			findings.add('digits_lost', 'warning', { row, text: cut ? `${letterOf(i)}${row} ${cell}` : cell });
		full.push(cell);
	}
	if (isBlank) return null;
	// A workbook does not store the blanks at a row's end.
	if (format === 'csv' && cells.length < width)
		findings.add('short_rows', 'note', { row }, { columns: width });
	for (let i = width; i < cells.length; i += 1) {
		if (cells[i]!.trim() === '') continue;
		findings.add('cells_beyond_header', 'warning', { row, text: cells[i]!.trim() }, { columns: width });
		break;
	}
	return full;
}

async function open(
	name: string,
	bytes: Uint8Array,
	options: TableOptions,
	bounds: TableBounds,
	findings: Findings
): Promise<Raw> {
	if (bytes.length === 0) throw new TableProblem('empty');
	refuseKnown(bytes);
	if (startsWith(bytes, 0x50, 0x4b)) {
		const { sheet, rows } = await openWorkbook(bytes, options.sheet ?? null, bounds, findings);
		return { format: 'xlsx', encoding: null, separator: null, sheet, shapes: null, rows };
	}
	const pieces = () => unpacked(bytes, bounds.unpacked);
	if (/\.(geo)?json(\.gz)?$/i.test(name)) {
		const { rows, shapes } = await readGeoJson(pieces(), bounds);
		return { format: 'geojson', encoding: null, separator: null, sheet: null, shapes, rows };
	}
	const wanted = options.encoding ? encodingNamed(options.encoding) : null;
	if (options.encoding && !wanted) throw new TableProblem('unknown_encoding', { encoding: options.encoding });
	const encoding = wanted ?? (await findEncoding(pieces, findings));
	const start = await startOf(decode(pieces(), encoding, new Findings('tables')));
	if (/^\s*<(!doctype|html|\?xml|table)/i.test(start)) throw new TableProblem('web_page');
	const separator = options.separator || findSeparator(start);
	const rows = readSeparated(decode(pieces(), encoding, findings), separator, bounds);
	return { format: 'csv', encoding, separator, sheet: null, shapes: null, rows };
}

function startsWith(bytes: Uint8Array, ...signature: number[]): boolean {
	return signature.every((byte, i) => bytes[i] === byte);
}

/** Files that are often taken for tables, each with its own way out. */
function refuseKnown(bytes: Uint8Array): void {
	// Both Excel 97's own files and encrypted new ones are OLE containers.
	if (startsWith(bytes, 0xd0, 0xcf, 0x11, 0xe0)) throw new TableProblem('old_excel');
	if (startsWith(bytes, 0x25, 0x50, 0x44, 0x46))
		throw new TableProblem('not_a_table', { row: 1, said: 'PDF' });
	if (startsWith(bytes, 0x89, 0x50, 0x4e, 0x47) || startsWith(bytes, 0xff, 0xd8, 0xff)) {
		throw new TableProblem('not_a_table', { row: 1, said: 'JPEG / PNG' });
	}
	if (startsWith(bytes, 0x52, 0x61, 0x72, 0x21) || startsWith(bytes, 0x37, 0x7a, 0xbc, 0xaf)) {
		throw new TableProblem('not_a_table', { row: 1, said: 'RAR / 7z' });
	}
}

const pieceSize = 256 * 1024;

async function* unpacked(bytes: Uint8Array, most: number): AsyncGenerator<Uint8Array> {
	if (startsWith(bytes, 0x1f, 0x8b)) {
		yield* bounded(Readable.from([bytes]).pipe(createGunzip({ chunkSize: pieceSize })), most);
		return;
	}
	for (let at = 0; at < bytes.length; at += pieceSize) yield bytes.subarray(at, at + pieceSize);
}

async function startOf(text: AsyncIterable<string>): Promise<string> {
	let start = '';
	for await (const piece of text) {
		start += piece;
		if (start.length > 64 * 1024) break;
	}
	return start.replace(/^\uFEFF/, '').slice(0, 64 * 1024);
}
