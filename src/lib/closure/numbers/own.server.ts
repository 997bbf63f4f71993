import type { BoardCity } from '../board.server.ts';
import type { BoardFilters } from '../board-filters.ts';
import type { BoardBy } from '../board.ts';
import { askFacts } from '../facts/facts.server.ts';
import { shareFrom, shareId } from './definitions.ts';
import { selectionOf, type NumberGround } from './ground.ts';
import { readNumber, type NumberReading } from './number.server.ts';
import type { OwnRow } from './own.ts';
import type { Grouping } from './tally.ts';

/** What the own page of a street, unit or area says of one period. */
export interface OwnReading extends NumberReading {
	/** By segment of a street, by street of a unit or an area; the most due first. */
	parts: OwnRow[];
	/** By category, by its code. */
	categories: (OwnRow & { code: string })[];
}

/** A page shows the newest of them; the number's own page shows more. */
const mostCases = 30;

/** `filters` already name the street, unit or area itself. */
export async function readOwn(
	accessToken: string,
	filters: BoardFilters,
	by: BoardBy,
	days: { from: string; to: string },
	city: BoardCity,
	ground: NumberGround
): Promise<OwnReading> {
	const selection = selectionOf(filters, days, city.time_zone, ground, city.categories);
	const ask = (grouping: Grouping) => askFacts('tally', { selection, by: grouping, withHours: false });
	const [number, parts, categories, codes] = await Promise.all([
		readNumber(accessToken, filters, days, 'due', city, ground, mostCases),
		ask(by === 'street' ? 'segment' : 'street'),
		ask('category'),
		askFacts('categories', undefined)
	]);
	const share = shareId(filters.indicator, filters.rule);
	const rowsOf = ({ answer }: typeof parts): OwnRow[] =>
		[...answer.rows]
			.map(([id, row]) => ({
				id,
				share: shareFrom(row, share),
				due: row.due,
				open: row.open,
				overdue: row.overdue
			}))
			.filter(({ due, open }) => due + open > 0)
			.sort((a, b) => b.due - a.due || a.id - b.id);
	return {
		...number,
		parts: rowsOf(parts),
		// A category's number is its position in the facts' list, and one.
		categories: rowsOf(categories).flatMap((row) => {
			const code = codes.answer[row.id - 1];
			return code === undefined ? [] : [{ ...row, code }];
		})
	};
}
