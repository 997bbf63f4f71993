import { shareOf, type BoardRow, type Indicator, type Rule } from '../board.ts';
import { standing, type Share } from '../rates.ts';
import { difference, type Difference } from './difference.ts';

/** One row of two periods. */
export interface ComparedRow {
	id: number;
	name: string;
	name_en: string | null;
	before: Share;
	after: Share;
	/** Null when nothing was due in either period. */
	change: Difference | null;
	/** Both periods have enough cases to be read as rates. */
	isEnough: boolean;
}

/**
 * Two periods row by row: first the rows of which a change can be told, the largest first, then the others by their number of cases.
 * Both lists name the same things; a row that only one has is left out.
 */
export function comparedRows(
	before: readonly BoardRow[],
	after: readonly BoardRow[],
	indicator: Indicator,
	rule: Rule,
	minimum: number
): ComparedRow[] {
	const earlier = new Map(before.map((row) => [row.id, row]));
	const rows = after.flatMap((row): ComparedRow[] => {
		const was = earlier.get(row.id);
		if (!was) return [];
		const shares = { before: shareOf(was, indicator, rule), after: shareOf(row, indicator, rule) };
		const isEnough = [shares.before, shares.after].every((share) => standing(share, minimum) === 'enough');
		const { id, name, name_en } = row;
		return [{ id, name, name_en, ...shares, isEnough, change: difference(shares.before, shares.after) }];
	});
	const size = (row: ComparedRow) =>
		row.isEnough && row.change && row.change.reading !== 'same' ? Math.abs(row.change.difference) : 0;
	return rows.sort((a, b) => size(b) - size(a) || b.after.of - a.after.of || a.id - b.id);
}
