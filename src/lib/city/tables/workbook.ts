// Excel workbooks (.xlsx), read as a stream with bounds: the parts' XML is never held as a tree, and what a cell does not
// say (a formula never calculated, an error, digits a number cannot hold) is counted instead of guessed.
import { SaxesParser } from 'saxes';
import { cellText, isDateFormat } from './cell-text.ts';
import { letterOf } from './header.ts';
import { Merges } from './merges.ts';
import type { RawRow } from './separated.ts';
import type { Findings } from '#lib/city/import/findings.ts';
import { TableProblem, type TableBounds } from './table.ts';
import { readDirectory, unpack, type ZipEntry } from './zip.ts';

export interface Workbook {
	sheet: string;
	rows: AsyncIterable<RawRow>;
}

interface Parts {
	bytes: Uint8Array;
	entries: Map<string, ZipEntry>;
	bounds: TableBounds;
}

/** Parts beside the sheet itself: settings, relations, styles. */
const smallPart = 32 * 1024 * 1024;
/** Bytes of XML without the end of a tag or text: nothing a spreadsheet writes is that long. */
const longestText = 4 * 1024 * 1024;

/** Opens a sheet: the one named, or the first that is not hidden. */
export async function openWorkbook(
	bytes: Uint8Array,
	wanted: string | null,
	bounds: TableBounds,
	findings: Findings
): Promise<Workbook> {
	const parts = { bytes, entries: readDirectory(bytes), bounds };
	const book = await readBook(parts);
	const shown = book.sheets.filter(({ isHidden }) => !isHidden);
	const sheet =
		wanted === null ? (shown[0] ?? book.sheets[0]) : book.sheets.find(({ name }) => name === wanted);
	if (!sheet) {
		if (wanted === null) throw new TableProblem('damaged');
		throw new TableProblem('no_such_sheet', {
			sheet: wanted,
			sheets: book.sheets.map(({ name }) => name).join(', ')
		});
	}
	if (shown.length > 1 && wanted === null) {
		const others = shown.filter((other) => other !== sheet).map(({ name }) => name);
		findings.add('other_sheets', 'note', undefined, {
			sheet: sheet.name,
			others: others.slice(0, 10).join(', ')
		});
	}
	if ([...parts.entries.keys()].some((name) => name.endsWith('vbaproject.bin')))
		findings.add('macros', 'note');
	const texts = await readSharedTexts(parts);
	const dateStyles = await readDateStyles(parts);
	const entry = parts.entries.get(sheet.part);
	if (!entry) throw new TableProblem('damaged');
	const merges = await Merges.read(unpack(bytes, entry, bounds.unpacked));
	return {
		sheet: sheet.name,
		rows: merges.fill(readRows(parts, entry, { texts, dateStyles, is1904: book.is1904 }, findings), findings)
	};
}

interface Sheet {
	name: string;
	part: string;
	isHidden: boolean;
}

async function readBook(parts: Parts): Promise<{ sheets: Sheet[]; is1904: boolean }> {
	const targets = new Map<string, string>();
	await parsePart(parts, 'xl/_rels/workbook.xml.rels', smallPart, {
		open(name, attributes) {
			if (name !== 'Relationship') return;
			const target = attributes.Target ?? '';
			targets.set(
				attributes.Id ?? '',
				(target.startsWith('/') ? target.slice(1) : `xl/${target}`).toLowerCase()
			);
		}
	});
	const sheets: Sheet[] = [];
	let is1904 = false;
	await parsePart(parts, 'xl/workbook.xml', smallPart, {
		open(name, attributes) {
			if (name === 'workbookPr') is1904 = /^(1|true|on)$/.test(attributes.date1904 ?? '');
			if (name !== 'sheet') return;
			const part = targets.get(attributes['r:id'] ?? '');
			if (!part?.includes('worksheet')) return;
			sheets.push({ name: attributes.name ?? '', part, isHidden: /hidden/i.test(attributes.state ?? '') });
		}
	});
	return { sheets, is1904 };
}

/** The texts all cells share. Readings printed above Chinese or Japanese signs (rPh) are no part of them. */
async function readSharedTexts(parts: Parts): Promise<string[]> {
	const texts: string[] = [];
	let text = '';
	let isText = false;
	let isReading = false;
	await parsePart(parts, 'xl/sharedstrings.xml', parts.bounds.sharedTexts, {
		open(name) {
			if (name === 'si') text = '';
			else if (name === 't') isText = true;
			else if (name === 'rPh') isReading = true;
		},
		text(piece) {
			if (isText && !isReading && text.length <= parts.bounds.cell) text += piece;
		},
		close(name) {
			if (name === 't') isText = false;
			else if (name === 'rPh') isReading = false;
			else if (name === 'si') texts.push(text);
		}
	});
	return texts;
}

/** For each cell style, whether it shows a date. */
async function readDateStyles(parts: Parts): Promise<boolean[]> {
	const custom = new Map<number, string>();
	const styles: boolean[] = [];
	let isCells = false;
	await parsePart(parts, 'xl/styles.xml', smallPart, {
		open(name, attributes) {
			if (name === 'numFmt') custom.set(Number(attributes.numFmtId), attributes.formatCode ?? '');
			else if (name === 'cellXfs') isCells = true;
			else if (name === 'xf' && isCells) {
				const id = Number(attributes.numFmtId ?? 0);
				styles.push(isDateFormat(id, custom.get(id)));
			}
		},
		close(name) {
			if (name === 'cellXfs') isCells = false;
		}
	});
	return styles;
}

interface Reading {
	texts: string[];
	dateStyles: boolean[];
	is1904: boolean;
}

interface CellNow {
	column: number;
	type: string;
	style: number;
	hasFormula: boolean;
	hasValue: boolean;
	text: string;
}

async function* readRows(
	parts: Parts,
	entry: ZipEntry,
	reading: Reading,
	findings: Findings
): AsyncGenerator<RawRow> {
	const { bounds } = parts;
	const ready: RawRow[] = [];
	let row: RawRow = { row: 0, cells: [] };
	let cell: CellNow | null = null;
	// Where a cell lies that does not say so itself.
	let next = 0;
	let isValue = false;
	let isReading = false;
	const parser = listen({
		open(name, attributes) {
			if (name === 'row') {
				row = { row: Number(attributes.r) || row.row + 1, cells: [] };
				next = 0;
			} else if (name === 'c') {
				const column = columnOf(attributes.r) ?? next;
				next = column + 1;
				if (column >= bounds.columns) {
					throw new TableProblem('too_many_columns', { columns: column + 1, most: bounds.columns }, row.row);
				}
				const style = Number(attributes.s ?? 0);
				cell = { column, type: attributes.t ?? 'n', style, hasFormula: false, hasValue: false, text: '' };
			} else if (cell && name === 'f') cell.hasFormula = true;
			else if (cell && (name === 'v' || name === 't')) isValue = true;
			else if (name === 'rPh') isReading = true;
		},
		text(piece) {
			if (cell && isValue && !isReading && cell.text.length <= bounds.cell) cell.text += piece;
		},
		close(name) {
			if (name === 'v' || name === 't') {
				isValue = false;
				if (cell) cell.hasValue = true;
			} else if (name === 'rPh') isReading = false;
			else if (name === 'c' && cell) {
				const text = read(cell, row, reading, findings);
				if (text !== '') {
					while (row.cells.length < cell.column) row.cells.push('');
					row.cells[cell.column] = text;
				}
				cell = null;
			} else if (name === 'row' && row.cells.length > 0) ready.push(row);
		}
	});
	for await (const piece of unpack(parts.bytes, entry, bounds.unpacked)) {
		parser.write(piece);
		yield* ready.splice(0);
	}
	parser.close();
	yield* ready.splice(0);
}

function read(cell: CellNow, raw: RawRow, reading: Reading, findings: Findings): string {
	const { row } = raw;
	const where = { row, text: `${letterOf(cell.column)}${row}` };
	if (cell.hasFormula) {
		const isCalculated = cell.hasValue && (cell.text !== '' || cell.type === 'str');
		findings.add(
			isCalculated ? 'formula_values' : 'formulas_without_value',
			isCalculated ? 'note' : 'warning',
			where
		);
	}
	switch (cell.type) {
		case 's': {
			const text = reading.texts[Number(cell.text)];
			if (text === undefined) throw new TableProblem('damaged', {}, row);
			return text.trim();
		}
		case 'e':
			findings.add('error_cells', 'warning', { row, text: `${where.text} ${cell.text}` });
			return '';
		case 'b':
			return cell.text === '1' ? 'true' : 'false';
		case 'str':
		case 'inlineStr':
			return cell.text.trim();
		case 'd':
			return cell.text.replace('T', ' ').replace(/(\.0+)?Z?$/, '');
		default: {
			const { text, isCut } = cellText(cell.text, reading.dateStyles[cell.style] ?? false, reading.is1904);
			if (isCut) (raw.cut ??= []).push(cell.column);
			return text;
		}
	}
}

function columnOf(reference: string | undefined): number | null {
	const letters = /^([A-Za-z]{1,4})\d*$/.exec(reference ?? '')?.[1];
	if (!letters) return null;
	let column = 0;
	for (const letter of letters.toUpperCase()) column = column * 26 + letter.charCodeAt(0) - 64;
	return column - 1;
}

interface Ears {
	open?(name: string, attributes: Record<string, string>): void;
	text?(piece: string): void;
	close?(name: string): void;
}

/** Tells about the XML of a part; a part that is not there is an empty one. */
async function parsePart({ bytes, entries }: Parts, name: string, most: number, ears: Ears): Promise<void> {
	const entry = entries.get(name);
	if (!entry) return;
	const parser = listen(ears);
	for await (const piece of unpack(bytes, entry, most)) parser.write(piece);
	parser.close();
}

/** A parser of XML pieces. Office writes no document type, so one is a trap; what is not well-formed is damaged. */
function listen(ears: Ears): { write(piece: Uint8Array): void; close(): void } {
	const parser = new SaxesParser();
	const decoder = new TextDecoder('utf-8', { fatal: true });
	let silence = 0;
	const plain = (name: string) => (name.startsWith('x:') ? name.slice(2) : name);
	parser.on('doctype', () => {
		throw new TableProblem('damaged');
	});
	parser.on('opentag', ({ name, attributes }) => {
		silence = 0;
		ears.open?.(plain(name), attributes);
	});
	parser.on('text', (piece) => ears.text?.(piece));
	parser.on('cdata', (piece) => ears.text?.(piece));
	parser.on('closetag', ({ name }) => {
		silence = 0;
		ears.close?.(plain(name));
	});
	const guarded = (work: () => void) => {
		try {
			work();
		} catch (error) {
			throw error instanceof TableProblem ? error : new TableProblem('damaged');
		}
	};
	return {
		write: (piece) =>
			guarded(() => {
				silence += piece.length;
				if (silence > longestText)
					throw new TableProblem('cell_far_too_long', { megabytes: longestText / 1024 / 1024 });
				parser.write(decoder.decode(piece, { stream: true }));
			}),
		close: () => guarded(() => parser.write(decoder.decode()).close())
	};
}
