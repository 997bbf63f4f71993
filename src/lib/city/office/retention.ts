import type { Draft, ImportFile } from '#lib/city/import/importer.ts';
import type { Known } from '#lib/city/import/known.ts';
import type { TableRecord } from '#lib/city/tables/write-table.ts';
import { plain, readWhole } from './cells.ts';
import { draftOf, Judge, readSheet, type Column, type SheetOptions } from './sheet.ts';

/** How many days a kind of personal data is kept. Which kinds there are, and within which bounds, is not a file's to say. */
export interface RetentionRow {
	kind: string;
	days: number;
}
export interface RetentionDraft extends Draft {
	rules: RetentionRow[];
}

export const retentionColumns: readonly Column[] = [
	{ field: 'kind', zh: '代码', also: ['编号', 'code'], isNeeded: true },
	// For whoever reads the file; changing them changes nothing.
	{ field: 'name', zh: '种类' },
	{ field: 'days', zh: '保留天数', also: ['天数', '保留'], isNeeded: true },
	{ field: 'least_days', zh: '最少天数' },
	{ field: 'most_days', zh: '最多天数' }
];
const most = 200;

export async function readRetention(
	file: ImportFile,
	options: SheetOptions = {},
	_known?: Known
): Promise<RetentionDraft> {
	const sheet = await readSheet(file, retentionColumns, most, options);
	const judge = new Judge();
	const found = new Map<string, number>();
	const rules: RetentionRow[] = [];
	for (const row of sheet.rows) {
		const kind = plain(row.at('kind')).toLowerCase();
		if (!/^[a-z_]{1,60}$/.test(kind)) judge.refuse(row, 'unknown_retention', kind, row.at('name'));
		const read = (text: string) => {
			const number = readWhole(text);
			return number !== undefined && number >= 0 && number <= 36_500 ? number : undefined;
		};
		const range = { column: '保留天数', from: 0, to: 36_500 };
		const days = judge.value(row, 'days', kind, read, 'number_out_of_range', range);
		if (row.at('days') === '') judge.refuse(row, 'number_out_of_range', kind, '', range);
		const other = found.get(kind);
		if (other) judge.refuse(row, 'key_twice', kind, row.at('days'), { other });
		if (days === undefined || judge.refused.has(row.row)) continue;
		found.set(kind, row.row);
		rules.push({ kind, days });
	}
	return { ...draftOf('retention', file, sheet, judge, { retention_rules: rules.length }), rules };
}

/** As the rules are told. */
export interface ListedRetention extends RetentionRow {
	name: string;
	least_days: number;
	most_days: number;
}

export function retentionRecords(rules: readonly ListedRetention[]): TableRecord[] {
	return rules.map(({ kind, name, days, least_days, most_days }) => ({
		kind,
		name,
		days,
		least_days,
		most_days
	}));
}
