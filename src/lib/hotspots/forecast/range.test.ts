import { describe, expect, it } from 'vitest';
import { rangeOf } from './range.ts';

describe('the range of a count', () => {
	it.each([
		// Poisson of mean 4: P(0) = 0.018, P(≤ 1) = 0.092, P(≤ 7) = 0.949, P(≤ 8) = 0.979.
		[4, 0, [1, 8]],
		// Geometric of mean 4: P(0) = 0.2, P(> 12) = 0.8¹³ = 0.055, P(> 13) = 0.044.
		[4, 1, [0, 13]],
		[0, 0, [0, 0]],
		[0, 2, [0, 0]],
		// Poisson of mean 0.05: P(0) = 0.951.
		[0.05, 0, [0, 0]],
		// Normal, 1.6449 · √1000 = 52.02.
		[1000, 0, [948, 1052]]
	])('of mean %d and spread %d is %j', (mean, spread, range) => {
		expect(rangeOf(mean, spread)).toEqual(range);
	});

	it('meets the normal where it changes to it', () => {
		const [low, high] = rangeOf(690, 0);
		expect(rangeOf(710, 0).map((end, i) => end - [low, high][i]!)).toSatisfy((steps: number[]) =>
			steps.every((step) => step >= 18 && step <= 22)
		);
	});

	it('is wider for a higher level', () => {
		expect(rangeOf(4, 0, 0.5)).toEqual([3, 5]);
		expect(rangeOf(4, 0, 0.99)).toEqual([0, 10]);
	});

	it('refuses what has none', () => {
		expect(() => rangeOf(-1, 0)).toThrow(RangeError);
		expect(() => rangeOf(NaN, 0)).toThrow(RangeError);
		expect(() => rangeOf(1, 0, 1)).toThrow(RangeError);
	});
});
