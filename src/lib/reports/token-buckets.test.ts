import { describe, expect, it } from 'vitest';
import { TokenBuckets } from './token-buckets.ts';

const SHARE = { capacity: 3, perHour: 60 };
const MINUTE = 60_000;

describe('a share of one process', () => {
	it('is what it holds at once, then one at a time as it fills', () => {
		const buckets = new TokenBuckets();
		expect([0, 0, 0].map((at) => buckets.take('a', SHARE, at))).toEqual([null, null, null]);
		expect(buckets.take('a', SHARE, 0)).toBe(60);
		expect(buckets.take('a', SHARE, MINUTE / 2)).toBe(30);
		expect(buckets.take('a', SHARE, MINUTE)).toBeNull();
		expect(buckets.take('a', SHARE, MINUTE)).toBe(60);
	});

	it('is never more than it holds', () => {
		const buckets = new TokenBuckets();
		buckets.take('a', SHARE, 0);
		const day = 24 * 60 * MINUTE;
		expect([0, 0, 0, 0].map(() => buckets.take('a', SHARE, day) === null)).toEqual([true, true, true, false]);
	});

	it("is nobody else's", () => {
		const buckets = new TokenBuckets();
		for (let i = 0; i < 5; i++) buckets.take('a', SHARE, 0);
		expect(buckets.take('b', SHARE, 0)).toBeNull();
	});

	it('does not fill when the clock is set back', () => {
		const buckets = new TokenBuckets();
		for (let i = 0; i < 3; i++) buckets.take('a', SHARE, MINUTE);
		expect(buckets.take('a', SHARE, 0)).not.toBeNull();
	});

	it('is forgotten when too many others have come since, so that memory stays bounded', () => {
		const buckets = new TokenBuckets(100);
		for (let i = 0; i < 5000; i++) buckets.take(`sender ${i}`, SHARE, i);
		expect(buckets.size).toBe(100);
	});
});
