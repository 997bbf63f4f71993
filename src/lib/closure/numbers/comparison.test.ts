import { expect, test } from 'vitest';
import { countsOf, type BoardRow } from '../board.ts';
import { comparedRows } from './comparison.ts';
import { emptyRow } from './tally.ts';

const row = (id: number, closed: number, due: number): BoardRow => ({
	...{ id, name: `街${id}`, name_en: null, length_m: null },
	...countsOf({ ...emptyRow(), due, closed }, null)
});

test('changes that can be told come first, the largest before the smaller; then most cases', () => {
	const before = [row(1, 90, 100), row(2, 50, 100), row(3, 1, 2), row(4, 0, 0), row(5, 90, 100)];
	const after = [row(1, 60, 100), row(2, 55, 100), row(3, 0, 2), row(4, 5, 5), row(5, 40, 100), row(6, 1, 1)];
	const rows = comparedRows(before, after, 'closure', 'standard', 10);
	expect(rows.map(({ id }) => id)).toEqual([5, 1, 2, 4, 3]);
	expect(rows.map(({ change }) => change?.reading ?? null)).toEqual(['lower', 'lower', 'same', null, 'same']);
	expect(rows.find(({ id }) => id === 3)!.isEnough).toBe(false);
});
