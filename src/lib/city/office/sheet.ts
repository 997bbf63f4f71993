// An office's table under its headings: Chinese as our own exports write them, English and a few usual words accepted.
import { createHash } from 'node:crypto';
import { Findings } from '#lib/city/import/findings.ts';
import type { Draft, Finding, ImportFile, ImportKind } from '#lib/city/import/importer.ts';
import { refuseFile } from '#lib/city/import/refused-file.ts';
import { readWholeTable } from '#lib/city/tables/read-table.ts';
import type { TableOptions } from '#lib/city/tables/table.ts';
import { isPlainText, plain } from './cells.ts';

export interface Column {
	/** What the value is called in code and in English files. */
	field: string;
	/** The heading our exports write. */
	zh: string;
	/** Other headings that mean the same. */
	also?: readonly string[];
	/** A file without it is refused. */
	isNeeded?: boolean;
}

/** One row: its place in the file and what stands under each heading we know; '' where nothing does. */
export interface SheetRow {
	row: number;
	at(field: string): string;
}

export interface Sheet {
	rows: SheetRow[];
	/** Whether the file has such a column at all: a missing column changes nothing, an empty cell may. */
	has(field: string): boolean;
	/** What there is to say about the file as a table, before its rows are judged. */
	tableFindings: Finding[];
}

export type SheetOptions = Pick<TableOptions, 'encoding' | 'separator' | 'sheet' | 'headerRow' | 'bounds'>;

/** Reads a table. Throws `RefusedFile` when it is none, lacks a column it needs, or has more rows than `most`. */
export async function readSheet(
	file: ImportFile,
	columns: readonly Column[],
	most: number,
	options: SheetOptions = {}
): Promise<Sheet> {
	const bounds = { rows: Math.max(most + 1, 20_000), ...options.bounds };
	const table = await readWholeTable(file, { ...options, bounds });
	const places = new Map<string, number>();
	const unknown: string[] = [];
	table.columns.forEach((heading, i) => {
		const column = columns.find((known) => headingsOf(known).includes(normal(heading)));
		if (column && !places.has(column.field)) places.set(column.field, i);
		else unknown.push(heading);
	});
	const missing = columns.filter(({ field, isNeeded }) => isNeeded && !places.has(field));
	if (missing.length > 0) {
		throw refuseFile('office', 'columns_missing', {
			columns: missing.map(({ zh, field }) => `${zh} (${field})`).join('、'),
			found: table.columns.slice(0, 20).join('、')
		});
	}
	if (table.rows.length === 0) throw refuseFile('office', 'no_rows');
	if (table.rows.length > most)
		throw refuseFile('office', 'too_many_rows', { rows: table.rows.length, most });
	const findings = new Findings('office');
	findings.say('columns_unknown', 'note', unknown.length, { columns: unknown.slice(0, 20).join('、') });
	return {
		rows: table.rows.map(({ row, cells }) => ({
			row,
			at: (field) => {
				const place = places.get(field);
				return place === undefined ? '' : (cells[place] ?? '').trim();
			}
		})),
		has: (field) => places.has(field),
		tableFindings: [...findings.list(), ...table.findings]
	};
}

function headingsOf({ field, zh, also = [] }: Column): string[] {
	return [field, zh, ...also].map(normal);
}

/** Headings carry units in brackets, stars for “needed”, spaces and line breaks. */
function normal(heading: string): string {
	return plain(heading)
		.toLowerCase()
		.replace(/\(.*?\)|（.*?）|【.*?】|\[.*?\]/g, '')
		.replace(/[\s*_\-:：]/g, '');
}

/** Gathers what is to be said about a sheet's rows, and which of them cannot be imported. */
export class Judge {
	readonly findings: Findings;
	readonly refused = new Set<number>();

	constructor(examplesKept?: number) {
		this.findings = new Findings('office', examplesKept);
	}

	/** The row is not imported. The sentence is `office_<code>`; `text` shows what stands there. */
	refuse({ row }: SheetRow, code: string, key: string, text = '', detail: Finding['detail'] = {}): void {
		this.refused.add(row);
		this.findings.add(code, 'refused', { row, key, text }, detail);
	}

	/** The row is imported and may be wrong. */
	warn({ row }: SheetRow, code: string, key: string, text = '', detail: Finding['detail'] = {}): void {
		this.findings.add(code, 'warning', { row, key, text }, detail);
	}

	/** A name, or another short text: too long or with control signs refuses the row. */
	text(row: SheetRow, field: string, key: string, longest: number): string | null {
		const text = row.at(field).replace(/\s+/g, ' ');
		if (text === '') return null;
		if (!isPlainText(text, longest)) this.refuse(row, 'text_unfit', key, text, { longest });
		return text;
	}

	/** What a cell says in one of our words; another word refuses the row. Undefined where it is empty. */
	value<Value>(
		row: SheetRow,
		field: string,
		key: string,
		read: (text: string) => Value | undefined,
		code: string,
		detail: Finding['detail'] = {}
	): Value | undefined {
		const text = row.at(field);
		if (text === '') return undefined;
		const value = read(text);
		if (value === undefined) this.refuse(row, code, key, text, detail);
		return value;
	}
}

/** The head of a draft; what is specific to the kind is added by its reader. */
export function draftOf(
	kind: ImportKind,
	file: ImportFile,
	sheet: Sheet,
	{ findings, refused }: Judge,
	counts: Record<string, number>
): Draft {
	const order = { refused: 0, warning: 1, note: 2 };
	return {
		kind,
		source: file.name,
		sha256: createHash('sha256').update(file.bytes).digest('hex'),
		summary: Object.entries(counts).map(([code, value]) => ({ domain: 'office', code, value })),
		findings: [...findings.list(), ...sheet.tableFindings].sort((a, b) => order[a.level] - order[b.level]),
		refused: refused.size,
		preview: null
	};
}
