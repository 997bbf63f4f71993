import { createHash } from 'node:crypto';
import { Findings } from '#lib/city/import/findings.ts';
import type { Finding, ImportFile } from '#lib/city/import/importer.ts';
import type { Known } from '#lib/city/import/known.ts';
import { refuseFile } from '#lib/city/import/refused-file.ts';
import { readTable } from '#lib/city/tables/read-table.ts';
import type { Table, TableOptions } from '#lib/city/tables/table.ts';
import { batchRows, type HistoryDraft, type HistoryOptions, type HistoryRow } from './history.ts';
import { lookAt } from './look.ts';
import type { HistoryMapping } from './mapping.ts';
import { propose } from './propose.ts';
import { RowReader } from './row-reader.ts';
import { summaryLine, Tally } from './tally.ts';

/**
 * Reads last year's cases from a table: rows ready for `import_history`, and everything odd about them. Without a mapping the
 * table is looked through first and a mapping proposed. Pure; throws `RefusedFile` when the file as a whole cannot be read.
 */
export async function readHistory(
	file: ImportFile,
	options: HistoryOptions,
	known: Known
): Promise<HistoryDraft> {
	const findings = new Findings('history');
	const first = options.mapping
		? { mapping: options.mapping, said: [] }
		: await proposeFor(file, options, known, findings);
	const { mapping } = first;
	const table = await readTable(file, { ...tableOptions(mapping), columnsRead: columnsNamed(mapping) });
	checkColumns(mapping, table, findings);
	const draft = await gather(table, mapping, known, findings, options.now ?? Date.now());
	return {
		kind: 'history',
		source: file.name,
		sha256: createHash('sha256').update(file.bytes).digest('hex'),
		...draft,
		findings: [...together(table.findings, first.said), ...findings.list()].sort(
			(a, b) => gravity[a.level] - gravity[b.level]
		),
		refused: findings.refused,
		mapping
	};
}

const gravity: Record<Finding['level'], number> = { refused: 0, warning: 1, note: 2 };

async function proposeFor(
	file: ImportFile,
	options: HistoryOptions,
	known: Known,
	findings: Findings
): Promise<{ mapping: HistoryMapping; said: Finding[] }> {
	const table = await readTable(file, { sheet: options.sheet, encoding: options.encoding });
	const look = await lookAt(table);
	if (look.rows === 0) throw refuseFile('tables', 'empty');
	return { mapping: propose(file.name, table, look, known, findings), said: table.findings };
}

/**
 * The second reading is told what the first found out, and so no longer says it. Lost digits are the second's to say: only
 * it knows which columns are read.
 */
function together(second: readonly Finding[], first: readonly Finding[]): Finding[] {
	return [
		...second,
		...first.filter(({ code }) => code !== 'digits_lost' && !second.some((finding) => finding.code === code))
	];
}

function columnsNamed({ columns }: HistoryMapping): string[] {
	return Object.values(columns)
		.flat()
		.filter((name) => name !== null);
}

function tableOptions({ table }: HistoryMapping): TableOptions {
	return {
		encoding: table.encoding,
		separator: table.separator,
		sheet: table.sheet,
		headerRow: table.header_row
	};
}

/** A mapping made for another file is told apart from one that fits. */
function checkColumns(mapping: HistoryMapping, table: Table, findings: Findings): void {
	const { columns, other_category } = mapping;
	const has = (name: string | null) => name !== null && table.columns.includes(name);
	if (table.shapes !== null && !has(columns.point) && !(has(columns.lng) && has(columns.lat)))
		throw refuseFile('history', 'not_points', { type: table.shapes });
	const missing = columnsNamed(mapping).filter((name) => !has(name));
	if (missing.length > 0) {
		throw refuseFile('history', 'columns_missing', {
			columns: missing.join(', '),
			has: table.columns.slice(0, 40).join(', ')
		});
	}
	if (!columns.opened)
		throw refuseFile('history', 'no_opened_column', { has: table.columns.slice(0, 40).join(', ') });
	if (!columns.point && !(columns.lng && columns.lat)) {
		throw refuseFile('history', 'no_place_column', { has: table.columns.slice(0, 40).join(', ') });
	}
	if (!columns.key) findings.say('no_key_column', 'warning', 1);
	if (!columns.category) findings.say('no_category_column', 'warning', 1, { code: other_category ?? '—' });
}

type Gathered = Pick<HistoryDraft, 'total' | 'rows' | 'batches' | 'newUnits' | 'preview' | 'summary'>;

async function gather(
	table: Table,
	mapping: HistoryMapping,
	known: Known,
	findings: Findings,
	now: number
): Promise<Gathered> {
	const reader = new RowReader(mapping, table.columns, known, findings, now);
	const batches = new Batches();
	const tally = new Tally(now);
	const columnOf = (name: string | null) => (name === null ? -1 : table.columns.indexOf(name));
	const [category, unit, source] = [
		mapping.columns.category,
		mapping.columns.unit,
		mapping.columns.source
	].map(columnOf) as [number, number, number];
	let total = 0;
	for await (const { row, cells } of table.rows) {
		total += 1;
		const read = reader.read(row, cells);
		if (!read) continue;
		batches.add(read.row);
		tally.add(row, read, [cells[category] ?? '', cells[unit] ?? '', cells[source] ?? '']);
	}
	batches.finish();
	tally.conclude(mapping, known, findings);
	const units = new Set(known.units.map(({ name }) => name));
	const newUnits = [...tally.units].filter((name) => !units.has(name));
	findings.say('new_units', 'note', newUnits.length, { units: newUnits.slice(0, 20).join(', ') });
	if (total === 0) throw refuseFile('tables', 'empty');
	return {
		total,
		rows: batches.rows,
		batches: batches.list,
		newUnits,
		preview: tally.preview(),
		summary: [
			summaryLine('sum_total', total),
			summaryLine('sum_ready', batches.rows),
			...tally.summary(),
			summaryLine('sum_new_units', newUnits.length)
		]
	};
}

/** Rows packed as they come: as objects a million of them would not fit. */
class Batches {
	readonly list: Uint8Array[] = [];
	rows = 0;
	#open: string[] = [];

	add(row: HistoryRow): void {
		this.#open.push(JSON.stringify(row));
		this.rows += 1;
		if (this.#open.length === batchRows) this.finish();
	}

	finish(): void {
		if (this.#open.length === 0) return;
		this.list.push(new TextEncoder().encode(`[${this.#open.join(',')}]`));
		this.#open = [];
	}
}
