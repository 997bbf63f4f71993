// What a table is here, whatever file it came from: named columns and rows of text.
import type { Finding } from '#lib/city/import/importer.ts';
import { RefusedFile } from '#lib/city/import/refused-file.ts';

export const tableFormats = ['csv', 'xlsx', 'geojson'] as const;
export type TableFormat = (typeof tableFormats)[number];

export interface TableRow {
	/** As a spreadsheet counts, from 1, header and blank rows included. In GeoJSON: the feature's place, from 1. */
	row: number;
	/**
	 * One text for each column, trimmed; '' where there is nothing. Dates of a workbook are `2026-11-21 14:05:00` as
	 * its cells show them, numbers plain decimals, truths `true` and `false`.
	 */
	cells: string[];
}

export interface Table {
	format: TableFormat;
	/** No two alike, none empty: a column without a name is called by its letter, a second “time” is “time (2)”. */
	columns: string[];
	/** To be gone through once, or broken off. Throws a `TableProblem` where the file cannot be read any further. */
	rows: AsyncIterable<TableRow>;
	/** What is odd about the file so far: complete when the last row has been read. */
	readonly findings: Finding[];
	/** How a text file was read, so that a mapping can name it. */
	encoding: string | null;
	separator: string | null;
	sheet: string | null;
	headerRow: number;
	/** What a GeoJSON file without a single point holds instead, such as “Polygon”; null when it has points, or no shapes. */
	shapes: string | null;
}

export interface TableOptions {
	/** For text files; found out when absent. */
	encoding?: string | null;
	separator?: string | null;
	/** A sheet's name; the first that is not hidden when absent. */
	sheet?: string | null;
	/** The row that holds the names (the last of them when there are two); found out when absent. */
	headerRow?: number | null;
	/** Names of the columns that anything is made of; all when absent. Of the others no lost digits are reported. */
	columnsRead?: readonly string[] | null;
	bounds?: Partial<TableBounds>;
}

export interface TableBounds {
	rows: number;
	columns: number;
	/** Characters: what a cell of a spreadsheet can hold. */
	cell: number;
	/** Bytes of the file once unpacked. */
	unpacked: number;
	/** Bytes of texts that a workbook keeps in one place for all its cells. */
	sharedTexts: number;
	milliseconds: number;
}

export const tableBounds: TableBounds = {
	rows: 1_000_000,
	columns: 1_000,
	cell: 32_767,
	unpacked: 1_500 * 1024 * 1024,
	sharedTexts: 256 * 1024 * 1024,
	milliseconds: 110_000
};

/** The file cannot be read, or not to its end; `findings` say it to a person (message `tables_<code>`). */
export class TableProblem extends RefusedFile {
	constructor(code: string, detail: Record<string, string | number> = {}, row: number | null = null) {
		const examples = row === null ? [] : [{ row, key: null, text: '' }];
		super([{ domain: 'tables', code, level: 'refused', count: 1, detail, examples }]);
		this.name = 'TableProblem';
	}
}

/** A moment after which reading is given up, and whether it has come. */
export function deadline(milliseconds: number): () => void {
	const until = performance.now() + milliseconds;
	return () => {
		if (performance.now() > until)
			throw new TableProblem('too_slow', { seconds: Math.round(milliseconds / 1000) });
	};
}
