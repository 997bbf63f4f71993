import type { TallyRow } from './numbers/tally.ts';
import { fitPrior, shrunken, type BetaPrior } from './board-prior.ts';
import { rankGroups, type RankGroup } from './board-groups.ts';
import { rate, standing, wilson, type Interval, type Share, type Standing } from './rates.ts';

export type BoardBy = 'street' | 'unit' | 'area';

/** The counts of one street, unit or area over the period. */
export interface BoardCounts {
	due: number;
	closed: number;
	on_time: number;
	verified: number;
	/** Cases due that were returned at least once. */
	returned: number;
	open: number;
	overdue: number;
	/** Cases due that stand suspended (挂账/缓办) with approval. */
	suspended_due: number;
	/** Cases filed in the period. */
	filed: number;
	/** Cases closed in the period whose recurrence window has passed, and those of them that were followed by a recurrence. */
	window_over: number;
	recurred: number;
	/** Cases filed by who reported first; position is the code of `factSources`. */
	by_source: number[];
	/** Reports received; null where a filter or a grouping leaves reports out. */
	received: number | null;
	/** Working hours from dispatch to closing; null when nothing was closed. */
	median_hours: number | null;
}

/** The board's counts of a tally's row. */
export function countsOf(row: TallyRow, received: number | null): BoardCounts {
	return {
		due: row.due,
		closed: row.closed,
		on_time: row.on_time,
		verified: row.verified,
		returned: row.returned,
		open: row.open,
		overdue: row.overdue,
		suspended_due: row.suspended_due,
		filed: row.filed,
		window_over: row.window_over,
		recurred: row.recurred,
		by_source: row.filedBySource,
		received,
		median_hours: row.medianHours
	};
}

export interface BoardRow extends BoardCounts {
	id: number;
	name: string;
	name_en: string | null;
	length_m: number | null;
}

/** The figures of a period, read at one moment. */
export interface BoardAnswer {
	taken_at: string;
	/** The position of the log they hold everything up to. */
	position: number;
	by: BoardBy;
	period: { from: string; to: string; from_day: string; to_day: string; days: number };
	minimum_sample: number;
	totals: BoardCounts;
	rows: BoardRow[];
}

/** The shares a board can be read by. */
export const indicators = ['closure', 'on_time', 'verified', 'rework', 'recurrence'] as const;
export type Indicator = (typeof indicators)[number];

/** How approved suspensions count: `standard` leaves them due, `minus_suspended` (the Jinhua rule) takes them out of on-time closure. */
export const rules = ['standard', 'minus_suspended'] as const;
export type Rule = (typeof rules)[number];

/** An indicator's numerator and denominator. The Jinhua rule concerns on-time closure alone. */
export function shareOf(counts: BoardCounts, indicator: Indicator, rule: Rule = 'standard'): Share {
	const { due } = counts;
	switch (indicator) {
		case 'closure':
			return { part: counts.closed, of: due };
		case 'on_time':
			return {
				part: counts.on_time,
				of: rule === 'minus_suspended' ? Math.max(0, due - counts.suspended_due) : due
			};
		case 'verified':
			return { part: counts.verified, of: due };
		case 'rework':
			return { part: counts.returned, of: due };
		case 'recurrence':
			return { part: counts.recurred, of: counts.window_over };
	}
}

/** Fewer returned and recurring cases are better; of everything else more is. */
export function isLowBetter(indicator: Indicator): boolean {
	return indicator === 'rework' || indicator === 'recurrence';
}

/** A row of the board with all that may be said about its rate. */
export interface BoardLine extends BoardRow {
	share: Share;
	rate: number | null;
	interval: Interval | null;
	standing: Standing;
	/** Null: too few cases, or none, to be ranked at all. */
	group: RankGroup | null;
	/** The estimate drawn towards the city's own; null without a prior or without cases. */
	shrunken: number | null;
}

export interface Board {
	lines: BoardLine[];
	prior: BetaPrior | null;
	/** How many groups of ranks there are. */
	groups: number;
}

/** Reads a board by one indicator: rates, intervals, groups of ranks and estimates drawn to the city's own. */
export function readBoard(
	{ rows, minimum_sample: minimum }: Pick<BoardAnswer, 'rows' | 'minimum_sample'>,
	indicator: Indicator,
	rule: Rule
): Board {
	const shares = rows.map((row) => shareOf(row, indicator, rule));
	const prior = fitPrior(shares);
	const judged = rows.map((row, i) => {
		const share = shares[i]!;
		return { row, share, interval: wilson(share), standing: standing(share, minimum) };
	});
	const ranked = judged.flatMap(({ row, share, interval, standing: is }) =>
		is === 'enough' ? [{ id: row.id, rate: rate(share)!, interval: interval! }] : []
	);
	const groups = rankGroups(ranked, isLowBetter(indicator));
	const lines = judged.map(({ row, share, interval, standing: is }): BoardLine => ({
		...row,
		share,
		rate: rate(share),
		interval,
		standing: is,
		group: groups.get(row.id) ?? null,
		shrunken: prior && share.of > 0 ? shrunken(share, prior) : null
	}));
	return { lines, prior, groups: Math.max(0, ...[...groups.values()].map(({ group }) => group)) };
}

export const sortings = [
	'rate',
	'shrunken',
	'due',
	'closed',
	'open',
	'overdue',
	'returned',
	'hours',
	'name'
] as const;
export type Sorting = (typeof sortings)[number];

/**
 * Orders lines, the best or the largest first. By rate it is the groups that are ordered, and within one the drawn
 * estimates; whatever may not be ranked comes after, most cases first.
 */
export function sortLines(
	lines: readonly BoardLine[],
	sorting: Sorting,
	indicator: Indicator,
	collator: Intl.Collator
): BoardLine[] {
	const better = isLowBetter(indicator) ? 1 : -1;
	const by = (value: (line: BoardLine) => number | null, sign: number) => (a: BoardLine, b: BoardLine) => {
		const [left, right] = [value(a), value(b)];
		if (left === null || right === null) return (left === null ? 1 : 0) - (right === null ? 1 : 0);
		return sign * (left - right);
	};
	const estimate = by((line) => line.shrunken ?? line.rate, better);
	const orders: Record<Sorting, (a: BoardLine, b: BoardLine) => number> = {
		rate: (a, b) =>
			by((line) => line.group?.group ?? null, 1)(a, b) ||
			(a.group && b.group ? estimate(a, b) : b.share.of - a.share.of),
		shrunken: estimate,
		due: by(({ share }) => share.of, -1),
		closed: by(({ closed }) => closed, -1),
		open: by(({ open }) => open, -1),
		overdue: by(({ overdue }) => overdue, -1),
		returned: by(({ returned }) => returned, -1),
		hours: by(({ median_hours }) => median_hours, 1),
		name: (a, b) => collator.compare(a.name, b.name)
	};
	return [...lines].sort((a, b) => orders[sorting](a, b) || b.due - a.due || a.id - b.id);
}
