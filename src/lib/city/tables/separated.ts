import { Readable, pipeline } from 'node:stream';
import { parse } from 'csv-parse';
import { parse as parseAll } from 'csv-parse/sync';
import { TableProblem, type TableBounds } from './table.ts';

export interface RawRow {
	row: number;
	cells: string[];
	/** Columns, from 0, whose number in a workbook has lost its last digits. */
	cut?: number[];
}

const separators = [',', ';', '\t', '|', '，'];
/** Characters of one row: beyond it a quote was opened and never closed, or this is no table. */
const longestRow = 4_000_000;

const shared = {
	bom: true,
	relax_column_count: true,
	relax_quotes: true,
	skip_empty_lines: false,
	max_record_size: longestRow
} as const;

/** The separator that cuts the first lines into the most columns, and into the same number each. */
export function findSeparator(start: string): string {
	// The last line is left out: it may be cut off.
	const lines = start.split(/\r\n|\n|\r/);
	const sample = (lines.length > 2 ? lines.slice(0, -1) : lines).slice(0, 50).join('\n');
	let best = { separator: ',', score: 0 };
	for (const separator of separators) {
		let rows: string[][];
		try {
			rows = parseAll(sample, { ...shared, delimiter: separator });
		} catch {
			continue;
		}
		const widths = rows.map((row) => row.length).filter((width) => width > 1);
		if (widths.length === 0) continue;
		const counts = new Map<number, number>();
		for (const width of widths) counts.set(width, (counts.get(width) ?? 0) + 1);
		const [width, times] = [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0]!;
		const score = (times / rows.length) * Math.log2(width + 1);
		if (score > best.score) best = { separator, score };
	}
	return best.separator;
}

/** Rows of a text with separators, in the file's order; blank ones are counted but not given. */
export async function* readSeparated(
	text: AsyncIterable<string>,
	separator: string,
	bounds: TableBounds
): AsyncGenerator<RawRow> {
	const parser = parse({ ...shared, delimiter: separator });
	pipeline(Readable.from(text), parser, () => {
		// Told by the loop below, which sees the parser fail.
	});
	let row = 0;
	try {
		for await (const record of parser as AsyncIterable<string[]>) {
			row += 1;
			if (record.length === 1 && record[0] === '') continue;
			if (record.length > bounds.columns) {
				throw new TableProblem('too_many_columns', { columns: record.length, most: bounds.columns }, row);
			}
			yield { row, cells: record };
		}
	} catch (error) {
		throw sayWhy(error, row + 1);
	}
}

function sayWhy(error: unknown, row: number): unknown {
	const { code, lines } = error as { code?: string; lines?: number };
	// From where on a quote was open, nobody can know; the row after the last good one is where to look.
	if (code === 'CSV_QUOTE_NOT_CLOSED')
		return new TableProblem('quote_not_closed', { row, line: lines ?? 0 }, row);
	if (code === 'CSV_MAX_RECORD_SIZE') {
		return new TableProblem('row_too_long', { row, characters: longestRow }, row);
	}
	if (code?.startsWith('CSV_')) return new TableProblem('not_a_table', { row, said: code }, row);
	return error;
}
