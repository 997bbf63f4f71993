import { expect, test } from 'vitest';
import { neighboursFrom, squareNeighbours, type Neighbours } from './neighbours.ts';
import {
	highP,
	permutationP,
	permutationsFor,
	referenceOf,
	sharedDraws,
	tailOf,
	tailP
} from './permutation.ts';
import { randomFrom, shuffle } from './random.ts';

/** Every way to deal the other values to the row of place i, in order: the exact conditional p-value. */
function exactP(
	values: Float64Array,
	{ start, list, weight }: Neighbours,
	i: number
): { high: number; low: number } {
	const others = [...values.keys()].filter((j) => j !== i);
	const row = [...list.keys()].slice(start[i], start[i + 1]);
	const weightOf = (at: number) => weight?.[at] ?? 1;
	const observed = row.reduce((sum, at) => sum + weightOf(at) * values[list[at]!]!, 0);
	const totals: number[] = [];
	const deal = (at: number, sum: number, left: readonly number[]) => {
		if (at === row.length) totals.push(sum);
		else
			for (const j of left)
				deal(
					at + 1,
					sum + weightOf(row[at]!) * values[j]!,
					left.filter((other) => other !== j)
				);
	};
	deal(0, 0, others);
	const share = (of: (total: number) => boolean) => totals.filter(of).length / totals.length;
	return {
		high: share((total) => total >= observed - 1e-9),
		low: share((total) => total <= observed + 1e-9)
	};
}

const ring = neighboursFrom([
	[1, 4],
	[0, 2, 3],
	[1, 3],
	[1, 2, 4, 5],
	[0, 3, 5],
	[3, 4]
]);
const values = Float64Array.of(7, 1, 0.1, 0.2, 0.3, 5);
const permutations = 40_000;
/** Five standard errors of a share of `permutations` draws. */
const noise = 5 * Math.sqrt(0.25 / permutations);

test.each([
	['weights 1', ring],
	['other weights', { ...ring, weight: Float64Array.from(ring.list, (j, at) => 0.5 + ((at + j) % 3)) }]
])('shared draws give the p-values of all deals to the other places: %s', (_, neighbours) => {
	const shared = sharedDraws(neighbours, { permutations, seed: 3 });
	const { high, low } = permutationP(referenceOf(values, shared, neighbours), neighbours);
	for (let i = 0; i < values.length; i++) {
		const exact = exactP(values, neighbours, i);
		expect(Math.abs(high[i]! - exact.high), `high of ${i}`).toBeLessThan(noise);
		expect(Math.abs(low[i]! - exact.low), `low of ${i}`).toBeLessThan(noise);
	}
});

test('a relabelling over the same draws has the p-values of the relabelled values', () => {
	const origin = Int32Array.of(3, 0, 5, 1, 4, 2);
	const relabelled = Float64Array.from(origin, (place) => values[place]!);
	for (const neighbours of [ring, { ...ring, weight: Float64Array.from(ring.list, (j) => 1 + j) }]) {
		const shared = sharedDraws(neighbours, { permutations, seed: 4 });
		const { high, low } = permutationP(referenceOf(values, shared, neighbours), neighbours, origin);
		for (let i = 0; i < values.length; i++) {
			const exact = exactP(relabelled, neighbours, i);
			expect(Math.abs(high[i]! - exact.high)).toBeLessThan(noise);
			expect(Math.abs(low[i]! - exact.low)).toBeLessThan(noise);
		}
	}
});

test('the same seed gives the same p-values, another seed others', () => {
	const lattice = squareNeighbours(8, 8);
	const field = shuffle(
		Float64Array.from({ length: 64 }, (_, i) => i * i),
		randomFrom(1)
	);
	const p = (seed: number) =>
		permutationP(referenceOf(field, sharedDraws(lattice, { permutations: 499, seed }), lattice), lattice)
			.high;
	expect(p(7)).toEqual(p(7));
	expect(p(7)).not.toEqual(p(8));
});

test('equal sums are equal, in whatever order they were added', () => {
	// Every row and every draw holds the same three values.
	const all = neighboursFrom([
		[1, 2, 3],
		[0, 2, 3],
		[0, 1, 3],
		[0, 1, 2]
	]);
	const thirds = Float64Array.of(0.1, 0.2, 0.3, 0.7);
	const { high, low } = permutationP(
		referenceOf(thirds, sharedDraws(all, { permutations: 99, seed: 1 }), all),
		all
	);
	expect([...high, ...low]).toEqual(new Array(8).fill(1));
});

test('a place without neighbours has p-value 1, the least is 1 ÷ (permutations + 1)', () => {
	const pair = neighboursFrom([[], [2], [1], ...Array.from({ length: 500 }, () => [])]);
	const spike = new Float64Array(503);
	spike[1] = spike[2] = 100;
	const { high } = permutationP(
		referenceOf(spike, sharedDraws(pair, { permutations: 19, seed: 1 }), pair),
		pair
	);
	expect(high[0]).toBe(1);
	expect(high[1]).toBe(1 / 20);
});

test('what does not fit is refused', () => {
	expect(() => sharedDraws(ring, { permutations: 0, seed: 1 })).toThrow(RangeError);
	expect(() =>
		referenceOf(new Float64Array(2), sharedDraws(ring, { permutations: 9, seed: 1 }), ring)
	).toThrow('2 values when the draws are of 6 places');
});

test('draws are as many as the rate over the tests needs, within bounds', () => {
	expect([10, 1_000, 26_000].map((tested) => permutationsFor(tested, 0.05))).toEqual([
		9_999, 199_999, 999_999
	]);
});

test('the tail of the draws gives the same small p-values', () => {
	const lattice = squareNeighbours(12, 12);
	const random = randomFrom(2);
	const field = Float64Array.from({ length: 144 }, () => -Math.log(1 - random.next()));
	const reference = referenceOf(field, sharedDraws(lattice, { permutations: 9_999, seed: 3 }), lattice);
	const tail = tailOf(reference, 0.05);
	expect(tail.draws.length).toBeLessThan(9_999);
	const origin = Int32Array.from(field, (_, i) => i);
	for (let round = 0; round < 20; round++) {
		const whole = highP(reference, lattice, shuffle(origin, random));
		const short = tailP(tail, lattice, origin);
		for (const [i, p] of whole.entries())
			if (p <= 0.05) expect(short[i]).toBe(p);
			else expect(Math.abs(short[i]! - p)).toBeLessThan(0.06);
	}
});
