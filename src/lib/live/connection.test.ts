import { expect, it } from 'vitest';
import { retryDelay } from './connection.ts';

it('waits longer after each failure, half a minute at most, and never all at the same moment', () => {
	const shortest = () => 0;
	const longest = () => 1;
	expect([0, 1, 2, 3].map((attempt) => retryDelay(attempt, longest))).toEqual([500, 1000, 2000, 4000]);
	expect(retryDelay(50, longest)).toBe(30_000);
	expect(retryDelay(50, shortest)).toBe(15_000);
});
