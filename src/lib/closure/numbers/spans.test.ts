import { expect, test } from 'vitest';
import { factMoment } from '../facts/fact-time.ts';
import { spansUpTo } from './spans.ts';

test('weeks begin on Monday, and the last is the one that today lies in', () => {
	const { days, bounds } = spansUpTo('2026-11-22', 'week', 'Asia/Shanghai', 3);
	expect(days).toEqual(['2026-11-02', '2026-11-09', '2026-11-16']);
	expect(new Date(factMoment(bounds[3]!)!).toISOString()).toBe('2026-11-22T16:00:00.000Z');
});

test('months, over the turn of a year', () => {
	const { days, bounds } = spansUpTo('2026-01-31', 'month', 'Asia/Shanghai', 3);
	expect(days).toEqual(['2025-11-01', '2025-12-01', '2026-01-01']);
	expect(new Date(factMoment(bounds[3]!)!).toISOString()).toBe('2026-01-31T16:00:00.000Z');
});
