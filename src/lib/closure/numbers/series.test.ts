import { expect, test } from 'vitest';
import { mulberry32 } from '#test/support/proof.ts';
import { factSeconds } from '../facts/fact-time.ts';
import { anyTable, day } from './facts.fixture.ts';
import { everything } from './selection.ts';
import { series, seriesCounts } from './series.ts';
import { emptyRow, tally, type TallyRow } from './tally.ts';

const table = anyTable(6_000, mulberry32(5));
const start = factSeconds('2026-01-31T16:00:00Z');
const bounds = [0, 28, 59, 89, 120, 127, 300].map((days) => start + days * day);
const only = (row: TallyRow) => Object.fromEntries(seriesCounts.map((count) => [count, row[count]]));

test.each([
	['that are over', start + 500 * day],
	['of which the last is not over and one has not begun', start + 125 * day + 1_234]
])('is the tally of each of its periods, %s', (_, at) => {
	const selection = { ...everything(0, 1, at), patrol: 'without' as const, units: [1, 2] };
	const found = series(table, selection, bounds, 'street');
	bounds.slice(0, -1).forEach((from, k) => {
		const one = tally(table, { ...selection, from, until: Math.min(bounds[k + 1]!, at) }, 'street');
		expect(found.total[k]).toEqual(only(one.total));
		for (const [id, rows] of found.rows) expect(rows[k]).toEqual(only(one.rows.get(id) ?? emptyRow()));
	});
});

test('the dues of months add up to more than the whole’s', () => {
	const at = start + 500 * day;
	const whole = tally(table, everything(bounds[0]!, bounds.at(-1)!, at), null).total;
	const months = series(table, everything(0, 1, at), bounds, null).total;
	const sum = (count: 'due' | 'closed') => months.reduce((n, row) => n + row[count], 0);
	expect(sum('closed')).toBe(whole.closed);
	expect(sum('due')).toBeGreaterThan(whole.due);
});

test('bounds that do not rise are refused', () => {
	expect(() => series(table, everything(0, 1), [0, 900, 900], null)).toThrow(RangeError);
	expect(() => series(table, everything(0, 1), [0, 901], null)).toThrow(RangeError);
});
