import { expect, test } from 'vitest';
import { nextView, tourSeconds, viewForKey, wallViews } from './tour.ts';

test('a tour comes round to every view and stands long enough to be read', () => {
	const seen = wallViews.map((_, i) => wallViews.slice(0, i).reduce(nextView, wallViews[0]));
	expect(new Set(seen).size).toBe(wallViews.length);
	for (const view of wallViews) expect(tourSeconds[view]).toBeGreaterThanOrEqual(15);
});

test.each([
	['1', 'rates'],
	['2', 'heat'],
	['3', 'hexagons'],
	['4', null],
	['0', null],
	['a', null]
])('key %s asks for %s', (key, view) => {
	expect(viewForKey(key)).toBe(view);
});
