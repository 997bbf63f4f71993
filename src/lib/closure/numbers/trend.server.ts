import type { BoardCity } from '../board.server.ts';
import type { BoardFilters } from '../board-filters.ts';
import type { BoardBy } from '../board.ts';
import { askFacts } from '../facts/facts.server.ts';
import { shareFrom, shareId } from './definitions.ts';
import { selectionOf, type NumberGround } from './ground.ts';
import { spansUpTo } from './spans.ts';
import type { SeriesRow } from './series.ts';
import type { Trend } from './trend.ts';

/** Each span's share of the filters' indicator, of all and of every row; the filters' own days are not looked at. */
export async function readTrend(
	filters: BoardFilters,
	by: BoardBy | null,
	city: BoardCity,
	ground: NumberGround
): Promise<Trend> {
	const { days, bounds } = spansUpTo(ground.today, filters.step, city.time_zone);
	const anyDays = { from: ground.today, to: ground.today };
	const selection = selectionOf(filters, anyDays, city.time_zone, ground, city.categories);
	const { answer, takenAt, position } = await askFacts('series', { selection, bounds, by });
	const id = shareId(filters.indicator, filters.rule);
	const shares = (rows: readonly SeriesRow[]) =>
		rows.map((row) => shareFrom({ ...row, open: 0, overdue: 0 }, id));
	const flow = answer.total.map(({ filed, closed }) => ({ filed, closed }));
	return {
		days,
		taken_at: takenAt,
		position,
		total: shares(answer.total),
		flow,
		rows: [...answer.rows].map(([row, spans]) => ({ id: row, shares: shares(spans) }))
	};
}
