import type { Table } from '#lib/city/tables/table.ts';

/** What a first look at a column tells. */
export interface ColumnLook {
	name: string;
	index: number;
	/** Rows that have anything in it. */
	filled: number;
	/** Its different texts and how often each comes; null when there are more than a list could hold. */
	values: Map<string, number> | null;
	/** Nearly every row has a text of its own. */
	isUnique: boolean;
	/** Some of its texts, from all over the file. */
	sample: string[];
}

export interface Look {
	rows: number;
	columns: ColumnLook[];
	/** Some rows, from all over the file. */
	sample: string[][];
}

const mostValues = 2_000;
const mostSampled = 4_000;
const longestValue = 200;

/** Goes through a table once and remembers what its columns are like, whatever its length. */
export async function lookAt(table: Table): Promise<Look> {
	const columns = table.columns.map((name, index) => ({
		name,
		index,
		filled: 0,
		values: new Map<string, number>() as Map<string, number> | null,
		/** Where in the column the list of values grew too long. */
		fullAt: 0
	}));
	let rows = 0;
	let sample: string[][] = [];
	let step = 1;
	for await (const { cells } of table.rows) {
		if (rows % step === 0) {
			sample.push(cells);
			if (sample.length > mostSampled) {
				sample = sample.filter((_, i) => i % 2 === 0);
				step *= 2;
			}
		}
		rows += 1;
		for (const column of columns) {
			const text = cells[column.index]!;
			if (text === '') continue;
			column.filled += 1;
			if (!column.values) continue;
			if (text.length > longestValue) column.values = null;
			else {
				column.values.set(text, (column.values.get(text) ?? 0) + 1);
				if (column.values.size > mostValues) {
					column.fullAt = column.filled;
					column.values = null;
				}
			}
		}
	}
	return {
		rows,
		sample,
		columns: columns.map(({ name, index, filled, values, fullAt }) => ({
			name,
			index,
			filled,
			values,
			isUnique:
				filled > rows * 0.98 &&
				(values ? values.size > filled * 0.98 : fullAt > 0 && fullAt < mostValues * 1.03),
			sample: sample.map((cells) => cells[index]!).filter((text) => text !== '')
		}))
	};
}
