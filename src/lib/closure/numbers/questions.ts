import { factFlag, type FactTable } from '../facts/fact-table.ts';
import type { Count } from './definitions.ts';
import { masksOf, type Selection } from './selection.ts';
import { series, type Series } from './series.ts';
import { isCounted, tally, type Grouping, type Tally } from './tally.ts';

/** A selection whose moment of reading is the facts' own. */
export type AskedSelection = Omit<Selection, 'at'>;

/**
 * A selection as of a reading. The facts' moment is rounded down to a second: one more, and everything that they hold lies
 * before it.
 */
export function readAt(selection: AskedSelection, at: number): Selection {
	return { ...selection, until: Math.min(selection.until, at + 1), at: at + 1 };
}

/** Which cases stand behind a count, the newest first; at most `most` of them. Numbers of facts, from 1. */
export interface CountedCases {
	numbers: number[];
	/** How many there are in all. */
	of: number;
}

/** The cases that a count of `tally` counts. */
export function countedCases(
	table: FactTable,
	selection: Selection,
	count: Count,
	most: number
): CountedCases {
	const masks = masksOf(table, selection);
	const numbers: number[] = [];
	let of = 0;
	for (let row = table.length - 1; row >= 0; row -= 1) {
		if (table.flags[row]! & factFlag.voided) continue;
		if (!masks.every(({ column, allowed }) => allowed[column[row]!] === 1)) continue;
		if (!isCounted(table, row, selection, count)) continue;
		of += 1;
		if (numbers.length < most) numbers.push(row + 1);
	}
	return { numbers, of };
}

/** What boards and numbers ask of the facts. */
export const numberQuestions = {
	/** Codes of categories, in the order that `tally` numbers them: its number of a category is the position and one. */
	categories: (facts: FactTable): readonly string[] => facts.categories,
	tally: (
		facts: FactTable,
		{ selection, by, withHours }: { selection: AskedSelection; by: Grouping | null; withHours?: boolean },
		at: number
	): Tally => tally(facts, readAt(selection, at), by, { withHours }),
	series: (
		facts: FactTable,
		{ selection, bounds, by }: { selection: AskedSelection; bounds: number[]; by: Grouping | null },
		at: number
	): Series => series(facts, readAt(selection, at), bounds, by),
	countedCases: (
		facts: FactTable,
		{ selection, count, most }: { selection: AskedSelection; count: Count; most: number },
		at: number
	): CountedCases => countedCases(facts, readAt(selection, at), count, most)
};
