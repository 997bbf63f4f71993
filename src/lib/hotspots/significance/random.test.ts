import { expect, test } from 'vitest';
import { randomFrom, shuffle } from './random.ts';

/** Pearson's statistic against equal frequencies; about as many as there are kinds when they are equal. */
const unevenness = (counts: readonly number[]) => {
	const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
	return counts.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0);
};

test('a seed gives the same numbers again, another seed others', () => {
	const draw = (seed: number) => {
		const random = randomFrom(seed);
		return Array.from({ length: 20 }, () => random.below(1_000_000));
	};
	expect(draw(5)).toEqual(draw(5));
	expect(draw(5)).not.toEqual(draw(6));
	// Zero is a seed like any other: the generator's four words must not all be 0.
	expect(new Set(draw(0)).size).toBeGreaterThan(15);
});

test('every number below a bound is equally likely, whatever the bound', () => {
	for (const below of [2, 7, 10, 37]) {
		const random = randomFrom(below);
		const counts = new Array<number>(below).fill(0);
		for (let i = 0; i < 20_000; i++) counts[random.below(below)]! += 1;
		// Five standard deviations above the mean of its distribution.
		expect(unevenness(counts)).toBeLessThan(below - 1 + 5 * Math.sqrt(2 * (below - 1)));
	}
});

test('a shuffle keeps every value, and every order is equally likely', () => {
	const random = randomFrom(9);
	const orders = new Map<string, number>();
	for (let i = 0; i < 12_000; i++) {
		const order = shuffle(Int32Array.of(1, 2, 3, 4), random).join('');
		orders.set(order, (orders.get(order) ?? 0) + 1);
	}
	expect(orders.size).toBe(24);
	expect(unevenness([...orders.values()])).toBeLessThan(23 + 5 * Math.sqrt(46));
});
