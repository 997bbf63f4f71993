import { m } from '#lib/i18n/messages.ts';
import { definitionOf, type Count, type NumberDefinition, type NumberId } from './definitions.ts';

interface Words {
	name: () => string;
	formula: () => string;
}

/** Names and formulas of all numbers. */
export const numberWords: Record<NumberId, Words> = {
	'rate.closure': { name: m.board_closure, formula: m.board_def_closure },
	'rate.on_time': { name: m.board_on_time, formula: m.board_def_on_time },
	'rate.on_time.minus_suspended': { name: m.board_on_time, formula: m.board_def_on_time_minus },
	'rate.verified': { name: m.board_verified, formula: m.board_def_verified },
	'rate.rework': { name: m.board_rework, formula: m.board_def_rework },
	'rate.recurrence': { name: m.numbers_recurrence, formula: m.numbers_def_recurrence },
	'median.hours': { name: m.board_hours, formula: m.board_def_hours },
	'mix.source': { name: m.numbers_mix, formula: m.numbers_def_mix },
	'count.filed': { name: m.numbers_filed, formula: m.numbers_def_filed },
	'count.closed': { name: m.board_closed, formula: m.board_def_closed },
	'count.due': { name: m.board_due, formula: m.board_def_due },
	'count.on_time_count': { name: m.board_on_time_count, formula: m.board_def_on_time_count },
	'count.verified_count': { name: m.board_verified_count, formula: m.board_def_verified_count },
	'count.returned': { name: m.board_returned, formula: m.board_def_returned },
	'count.suspended_due': { name: m.board_column_suspended, formula: m.numbers_def_suspended_due },
	'count.window_over': { name: m.numbers_window_over, formula: m.numbers_def_window_over },
	'count.recurred': { name: m.numbers_recurred, formula: m.numbers_def_recurred },
	'count.open': { name: m.board_open, formula: m.board_def_open },
	'count.overdue': { name: m.board_overdue, formula: m.board_def_overdue },
	'count.received': { name: m.board_received, formula: m.board_def_received }
};

/** What a count is called where it is a part of another number. */
export const countWords: Record<Count, Words> = {
	filed: numberWords['count.filed'],
	closed: numberWords['count.closed'],
	due: numberWords['count.due'],
	on_time: numberWords['count.on_time_count'],
	verified: numberWords['count.verified_count'],
	returned: numberWords['count.returned'],
	suspended_due: numberWords['count.suspended_due'],
	on_time_due: { name: m.numbers_on_time_due, formula: m.numbers_def_on_time_due },
	window_over: numberWords['count.window_over'],
	recurred: numberWords['count.recurred'],
	open: numberWords['count.open'],
	overdue: numberWords['count.overdue']
};

/** The counts whose cases stand behind a number: numerator first, denominator after it. None for reports. */
export function partsOf({ numerator, denominator }: NumberDefinition): Count[] {
	if (numerator === 'received') return [];
	return denominator ? [numerator, denominator] : [numerator];
}

export function betterWord(id: NumberId): string | null {
	const better = definitionOf(id)?.better ?? null;
	if (better === null) return null;
	return better === 'low' ? m.numbers_better_low() : m.numbers_better_high();
}
