import { formatDate, formatNumber, formatTime, localName, m } from '#lib/i18n/messages.ts';
import type { Period } from './board-filters.ts';
import {
	shareOf,
	type BoardAnswer,
	type BoardCounts,
	type Indicator,
	type Rule,
	type Sorting
} from './board.ts';
import { definitionOf, shareId, type NumberId } from './numbers/definitions.ts';
import { percent } from './percent.ts';
import { rate } from './rates.ts';

/** A number on the board: an indicator or a count. */
export type Figure =
	| Indicator
	| 'due'
	| 'closed'
	| 'on_time_count'
	| 'verified_count'
	| 'returned'
	| 'open'
	| 'overdue'
	| 'filed'
	| 'window_over'
	| 'recurred'
	| 'suspended_due'
	| 'received'
	| 'hours';

export const indicatorNames: Record<Indicator, () => string> = {
	closure: m.board_closure,
	on_time: m.board_on_time,
	verified: m.board_verified,
	rework: m.board_rework,
	recurrence: m.numbers_recurrence
};

export const ruleNames: Record<Rule, () => string> = {
	standard: m.board_rule_standard,
	minus_suspended: m.board_rule_minus_suspended
};

export const sortingNames: Record<Sorting, () => string> = {
	rate: m.board_sort_rate,
	shrunken: m.board_sort_shrunken,
	due: m.board_sort_due,
	closed: m.board_sort_closed,
	open: m.board_sort_open,
	overdue: m.board_sort_overdue,
	returned: m.board_sort_returned,
	hours: m.board_sort_hours,
	name: m.board_sort_name
};

export function periodName(
	period: Period,
	campaign: { name: string; name_en: string | null } | null
): string {
	switch (period) {
		case 'rate':
			return m.board_period_rate();
		case 'days30':
			return m.board_period_days30();
		case 'month':
			return m.board_period_month();
		case 'last_month':
			return m.board_period_last_month();
		case 'campaign':
			return m.board_period_campaign({ name: campaign ? localName(campaign) : '' });
		case 'phase':
			return m.numbers_phase();
		case 'custom':
			return m.board_period_custom();
	}
}

const figureNames: Record<Figure, () => string> = {
	...indicatorNames,
	due: m.board_due,
	closed: m.board_closed,
	on_time_count: m.board_on_time_count,
	verified_count: m.board_verified_count,
	returned: m.board_returned,
	open: m.board_open,
	overdue: m.board_overdue,
	filed: m.numbers_filed,
	window_over: m.numbers_window_over,
	recurred: m.numbers_recurred,
	suspended_due: m.board_column_suspended,
	received: m.board_received,
	hours: m.board_hours
};

export function figureName(figure: Figure): string {
	return figureNames[figure]();
}

export function hoursWord(hours: number | null): string {
	return hours === null ? m.board_none() : m.board_hours_of({ hours: formatNumber(hours) });
}

const faults = {
	turned: m.board_fault_turned,
	open: m.board_fault_open,
	future: m.board_fault_future,
	long: m.board_fault_long
};

/** What is wrong with the days that were asked for. */
export function faultWords(fault: keyof typeof faults): string {
	return faults[fault]();
}

/** A number with all it takes to check it. */
export interface Definition {
	id: NumberId;
	version: number;
	name: string;
	/** Whose number it is: a street, a unit, an area, or the whole city. */
	of: string;
	value: string;
	formula: string;
	/** Null for counts. */
	numerator: { name: string; value: string } | null;
	denominator: { name: string; value: string } | null;
	note: string | null;
	period: string;
	taken: string;
}

const indicatorParts: Record<
	Indicator,
	{ formula: () => string; part: () => string; partNote: () => string }
> = {
	closure: { formula: m.board_def_closure, part: m.board_closed, partNote: m.board_def_closed },
	on_time: { formula: m.board_def_on_time, part: m.board_on_time_count, partNote: m.board_def_on_time_count },
	verified: {
		formula: m.board_def_verified,
		part: m.board_verified_count,
		partNote: m.board_def_verified_count
	},
	rework: { formula: m.board_def_rework, part: m.board_returned, partNote: m.board_def_returned },
	recurrence: {
		formula: m.numbers_def_recurrence,
		part: m.numbers_recurred,
		partNote: m.numbers_def_recurred
	}
};

const countParts: Record<
	Exclude<Figure, Indicator>,
	{ formula: () => string; value: (counts: BoardCounts) => string }
> = {
	due: { formula: m.board_def_due, value: ({ due }) => formatNumber(due) },
	closed: { formula: m.board_def_closed, value: ({ closed }) => formatNumber(closed) },
	on_time_count: { formula: m.board_def_on_time_count, value: ({ on_time }) => formatNumber(on_time) },
	verified_count: { formula: m.board_def_verified_count, value: ({ verified }) => formatNumber(verified) },
	returned: { formula: m.board_def_returned, value: ({ returned }) => formatNumber(returned) },
	open: { formula: m.board_def_open, value: ({ open }) => formatNumber(open) },
	overdue: { formula: m.board_def_overdue, value: ({ overdue }) => formatNumber(overdue) },
	filed: { formula: m.numbers_def_filed, value: ({ filed }) => formatNumber(filed) },
	window_over: {
		formula: m.numbers_def_window_over,
		value: ({ window_over }) => formatNumber(window_over)
	},
	recurred: { formula: m.numbers_def_recurred, value: ({ recurred }) => formatNumber(recurred) },
	suspended_due: {
		formula: m.numbers_def_suspended_due,
		value: ({ suspended_due }) => formatNumber(suspended_due)
	},
	received: {
		formula: m.board_def_received,
		value: ({ received }) => (received === null ? m.board_none() : formatNumber(received))
	},
	hours: { formula: m.board_def_hours, value: ({ median_hours }) => hoursWord(median_hours) }
};

export function isIndicator(figure: Figure): figure is Indicator {
	return figure in indicatorParts;
}

/** A count as it stands in the table. */
export function countWord(figure: Exclude<Figure, Indicator>, counts: BoardCounts): string {
	return countParts[figure].value(counts);
}

/** The words of an indicator's formula under a rule. */
export function formulaOf(figure: Figure, rule: Rule): string {
	if (!isIndicator(figure)) return countParts[figure].formula();
	if (figure === 'on_time' && rule === 'minus_suspended') return m.board_def_on_time_minus();
	return indicatorParts[figure].formula();
}

export function periodSaid({ period }: Pick<BoardAnswer, 'period'>, timeZone: string): string {
	return m.board_period_said({
		from: formatDate(period.from, timeZone),
		// The end is the first moment after it, or now: a second before lies within.
		to: formatDate(new Date(Date.parse(period.to) - 1000).toISOString(), timeZone),
		days: period.days
	});
}

/** A figure's number in the registry. */
export function idOfFigure(figure: Figure, rule: Rule): NumberId {
	if (isIndicator(figure)) return shareId(figure, rule);
	return figure === 'hours' ? 'median.hours' : `count.${figure}`;
}

/** What stands behind one number: its formula in words, numerator, denominator, period and the time it was read. */
export function define(
	figure: Figure,
	counts: BoardCounts,
	of: string,
	rule: Rule,
	answer: Pick<BoardAnswer, 'period' | 'taken_at'>,
	timeZone: string
): Definition {
	const common = {
		name: figureName(figure),
		of,
		formula: formulaOf(figure, rule),
		period: periodSaid(answer, timeZone),
		taken: m.board_taken({ time: formatTime(answer.taken_at, timeZone) })
	};
	const id = idOfFigure(figure, rule);
	const { version } = definitionOf(id)!;
	const suspended =
		counts.suspended_due > 0 ? m.board_suspended_due({ n: formatNumber(counts.suspended_due) }) : null;
	if (!isIndicator(figure))
		return {
			...common,
			id,
			version,
			value: countWord(figure, counts),
			numerator: null,
			denominator: null,
			note: figure === 'due' ? suspended : null
		};
	const share = shareOf(counts, figure, rule);
	const parts = indicatorParts[figure];
	return {
		...common,
		id,
		version,
		value: percent(rate(share), 2),
		numerator: { name: `${parts.part()}：${parts.partNote()}`, value: formatNumber(share.part) },
		denominator: {
			name: figure === 'recurrence' ? m.numbers_def_window_over() : m.board_def_due(),
			value: formatNumber(share.of)
		},
		note: figure === 'recurrence' ? null : suspended
	};
}
