import { csvLine, streamWorkbook, type Value } from '#lib/city/tables/write-table.ts';
import { call, staffClient } from '#lib/database/client.server.ts';
import { m } from '#lib/i18n/messages.ts';
import { filterArgument, sortOf, type CaseFilter } from './case-filter.ts';
import { exportCells, exportColumns, wallClock, type ExportRow } from './list-export.ts';

export interface ListExport {
	filter: CaseFilter;
	/** The filter as a person reads it: the file carries it. */
	filterText: string;
	format: 'csv' | 'xlsx';
	/** What reporters wrote, and what it is needed for. */
	words: { purpose: string } | null;
	city: { name: string; time_zone: string; is_demo: boolean };
}

/** Rows of one page; the next one is asked for while this one is written. */
const pageLength = 4000;

/**
 * The list as a file in pieces, with two pages of it in memory at most. It is written down before its first row and ended with
 * its count: one that broke off has no end.
 */
export async function* exportList(accessToken: string, asked: ListExport): AsyncGenerator<Uint8Array> {
	const client = staffClient(accessToken);
	const of = { filter: filterArgument(asked.filter), sort: sortOf(asked.filter) };
	const withWords = asked.words !== null;
	const { id, began_at } = await call<{ id: string; began_at: string }>(client, 'begin_export', {
		...of,
		format: asked.format,
		with_words: withWords,
		...(asked.words && { purpose: asked.words.purpose })
	});
	const clock = wallClock(asked.city.time_zone);
	let count = 0;

	interface Page {
		rows: ExportRow[];
		next: string | null;
	}
	const ask = (after: string | null) =>
		call<Page>(client, 'export_page', {
			export_id: id,
			...of,
			max_rows: pageLength,
			...(after !== null && { after })
		});
	async function* pages(): AsyncGenerator<Value[][]> {
		for (let awaited: Promise<Page> | null = ask(null); awaited;) {
			const { rows, next }: Page = await awaited;
			awaited = next === null ? null : ask(next);
			// Awaited above, whenever that is; until then a failure is nobody's yet.
			awaited?.catch(() => {});
			count += rows.length;
			yield rows.map((row) => exportCells(row, clock, withWords));
		}
	}
	const facts = (): Value[][] => [
		[m.lists_file_city(), asked.city.name],
		...(asked.city.is_demo ? [[m.lists_file_mark(), m.lists_file_demo()]] : []),
		[m.lists_file_filter(), asked.filterText],
		[m.lists_file_time(), clock(began_at)],
		...(asked.words ? [[m.lists_file_purpose(), asked.words.purpose]] : [])
	];
	const columns = exportColumns(withWords);
	if (asked.format === 'csv') {
		yield Buffer.from(`\uFEFF${facts().map(csvLine).join('')}\r\n${csvLine(columns)}`, 'utf8');
		for await (const rows of pages()) yield Buffer.from(rows.map(csvLine).join(''), 'utf8');
	} else {
		const notes = { sheet: m.lists_file_notes(), rows: () => [...facts(), [m.lists_file_rows(), count]] };
		yield* streamWorkbook(m.lists_file_sheet(), columns, pages(), notes);
	}
	await call(client, 'end_export', { export_id: id, row_count: count });
}
