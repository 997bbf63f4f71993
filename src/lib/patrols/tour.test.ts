import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chanceFrom } from './chance.ts';
import { improve, insertCheapest, solveTour, tourCost, tourCosts, type TourCosts } from './tour.ts';

function randomCosts(n: number, seed: string, isSymmetric = false): TourCosts {
	const chance = chanceFrom(seed);
	const x = Array.from({ length: n }, () => [chance(), chance()] as const);
	const cost = new Float64Array(n * n);
	for (let i = 0; i < n; i += 1) {
		for (let j = 0; j < n; j += 1) {
			const straight = Math.hypot(x[i]![0] - x[j]![0], x[i]![1] - x[j]![1]);
			cost[i * n + j] = i === j ? 0 : straight * (isSymmetric ? 1 : 1 + chance());
		}
	}
	return { n, cost };
}

function* ordersOf(stops: number[]): Generator<number[]> {
	if (stops.length === 0) yield [];
	for (const stop of stops)
		for (const rest of ordersOf(stops.filter((s) => s !== stop))) yield [stop, ...rest];
}

const stopsOf = (n: number) => Array.from({ length: n - 1 }, (_, i) => i + 1);

test('seven stops are put in the best order there is, one-ways and all', () => {
	for (let round = 0; round < 20; round += 1) {
		const costs = randomCosts(8, `small ${round}`);
		const best = Math.min(...[...ordersOf(stopsOf(8))].map((order) => tourCost(costs, order)));
		expect(tourCost(costs, solveTour(costs, stopsOf(8), { seed: 'x' }))).toBeCloseTo(best, 9);
	}
});

test('a move is priced in the direction it is driven: the order improved never costs more than before', () => {
	fc.assert(
		fc.property(fc.integer({ min: 2, max: 24 }), fc.string(), (n, seed) => {
			const costs = randomCosts(n, seed);
			const order = stopsOf(n);
			const better = improve(costs, order);
			expect([...better].sort((a, b) => a - b)).toEqual(order);
			expect(tourCost(costs, better)).toBeLessThanOrEqual(tourCost(costs, order) + 1e-9);
		}),
		{ numRuns: 60 }
	);
});

test('an order that is known already is never made worse', () => {
	const costs = randomCosts(21, 'known');
	const known = solveTour(costs, stopsOf(21), { shakes: 200, seed: 'long' });
	expect(tourCost(costs, solveTour(costs, stopsOf(21), { known }))).toBeLessThanOrEqual(
		tourCost(costs, known)
	);
});

describe('a locked stop', () => {
	test('keeps its place while the others are put in order around it', () => {
		fc.assert(
			fc.property(fc.integer({ min: 4, max: 16 }), fc.string(), fc.nat(), (n, seed, pick) => {
				const order = stopsOf(n);
				const locked = new Set([1 + (pick % (n - 1)), 1 + ((pick >> 4) % (n - 1))]);
				const better = improve(randomCosts(n, seed), order, locked);
				for (const stop of locked) expect(better.indexOf(stop)).toBe(order.indexOf(stop));
				expect([...better].sort((a, b) => a - b)).toEqual(order);
			}),
			{ numRuns: 60 }
		);
	});
});

describe('the costs of a tour', () => {
	//  place 0 --5--> 1 --7--> 2, and 9 back from anywhere
	const matrix = { n: 3, values: Float64Array.from([0, 5, 12, 9, 0, 7, 9, 9, 0]) };

	test('an open tour from a start pays the way to the first stop and nothing at the end', () => {
		expect(tourCost(tourCosts(matrix, [1, 2], 0, false), [1, 2])).toBe(12);
	});

	test('a closed one pays the way back', () => {
		expect(tourCost(tourCosts(matrix, [1, 2], 0, true), [1, 2])).toBe(21);
	});

	test('a free start pays only from stop to stop', () => {
		expect(tourCost(tourCosts(matrix, [0, 1, 2], null, false), [1, 2, 3])).toBe(12);
	});

	test('a way that does not exist is dear, not endless', () => {
		const broken = { n: 2, values: Float64Array.from([0, Infinity, 3, 0]) };
		expect(tourCost(tourCosts(broken, [1], 0, false), [1])).toBe(1e9);
	});
});

test('cheapest insertion holds every stop once', () => {
	const costs = randomCosts(30, 'insert');
	expect(insertCheapest(costs, stopsOf(30)).sort((a, b) => a - b)).toEqual(stopsOf(30));
});
