import { expect, test } from 'vitest';
import { mulberry32 } from '#test/support/proof.ts';
import { factTable } from '../facts/fact-table.ts';
import { factSeconds } from '../facts/fact-time.ts';
import { counts } from './definitions.ts';
import { anyTable, day } from './facts.fixture.ts';
import { countedCases, numberQuestions, readAt } from './questions.ts';
import { everything } from './selection.ts';
import { tally } from './tally.ts';

test('a count’s cases are as many as it counts, the newest first', () => {
	const table = anyTable(4_000, mulberry32(21));
	const from = factSeconds('2026-03-01T00:00:00Z');
	const selection = { ...everything(from, from + 60 * day, from + 75 * day), units: [1, 3] };
	const { total } = tally(table, selection, null);
	for (const count of counts) {
		const { numbers, of } = countedCases(table, selection, count, 20);
		expect([count, of]).toEqual([count, total[count]]);
		expect(numbers).toHaveLength(Math.min(20, of));
		expect(numbers).toEqual(numbers.toSorted((a, b) => b - a));
	}
});

test('what was closed in the second of the reading is counted', () => {
	const filedAt = '2026-03-01T00:00:00Z';
	const table = factTable([{ filedAt, closedAt: '2026-03-02T00:00:00.4Z' }]);
	const at = factSeconds('2026-03-02T00:00:00.9Z');
	const asked = everything(factSeconds(filedAt), factSeconds('2026-04-01T00:00:00Z'));
	expect(numberQuestions.tally(table, { selection: asked, by: null }, at).total.closed).toBe(1);
	expect(readAt(asked, at).until).toBe(at + 1);
});
