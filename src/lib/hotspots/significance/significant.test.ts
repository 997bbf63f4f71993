import { expect, test } from 'vitest';
import { expectation } from './exposure.ts';
import { cellAt, latticeInBox } from './hexagon-lattice.ts';
import { randomFrom } from './random.ts';
import { shuffleTest } from './shuffle.ts';
import { significantHotspots } from './significant.ts';

const lattice = latticeInBox([0, 0, 6_000, 6_000], 150);
const n = lattice.x.length;
const options = { permutations: 9_999, seed: 5, rate: 0.05, leastCount: 3, cap: Infinity };
/** Knuth's Poisson numbers, good enough for small means. */
const poisson = (mean: number, random: () => number) => {
	let k = 0;
	for (let left = random(); left > Math.exp(-mean); left *= random()) k += 1;
	return k;
};
const isPlanted = (i: number) => Math.hypot(lattice.x[i]! - 3_000, lattice.y[i]! - 3_000) < 600;

test('a planted cluster is found, and what is found lies in or beside it', () => {
	const random = randomFrom(11);
	const counts = Float64Array.from(lattice.x, (_, i) => poisson(isPlanted(i) ? 8 : 2, random.next));
	const { hot, count } = significantHotspots(counts, lattice.neighbours, options);
	const planted = [...hot.keys()].filter(isPlanted);
	expect(planted.filter((i) => hot[i]).length / planted.length).toBeGreaterThan(0.75);
	const far = [...hot.keys()].filter(
		(i) => hot[i] && Math.hypot(lattice.x[i]! - 3_000, lattice.y[i]! - 3_000) > 600 + 2 * 150 * Math.sqrt(3)
	);
	expect(far.length / count).toBeLessThanOrEqual(0.05);
});

test('a busy quarter is no hotspot once its exposure is counted', () => {
	const random = randomFrom(12);
	const exposure = Float64Array.from(lattice.x, (_, i) => (isPlanted(i) ? 8 : 2));
	const counts = exposure.map((mean) => poisson(mean, random.next));
	expect(significantHotspots(counts, lattice.neighbours, options).count).toBeGreaterThan(10);
	expect(significantHotspots(counts, lattice.neighbours, options, { exposure }).count).toBe(0);
});

test('one place alone, however high, makes no hotspot of itself', () => {
	const counts = new Float64Array(n);
	counts[n >> 1] = 17_070;
	expect(significantHotspots(counts, lattice.neighbours, options).hot[n >> 1]).toBe(0);
});

test('with residuals cut, one place with thousands of reports neither marks those around it nor hides a cluster', () => {
	const random = randomFrom(15);
	const spike = cellAt(lattice, 900, 900);
	const counts = Float64Array.from(lattice.x, (_, i) => poisson(isPlanted(i) ? 8 : 2, random.next));
	counts[spike] = 17_070;
	const found = (cap: number) => significantHotspots(counts, lattice.neighbours, { ...options, cap }).hot;
	const beside = [
		...lattice.neighbours.list.slice(lattice.neighbours.start[spike], lattice.neighbours.start[spike + 1])
	];
	const share = (hot: Uint8Array) => {
		const planted = [...hot.keys()].filter(isPlanted);
		return planted.filter((i) => hot[i]).length / planted.length;
	};
	const cut = found(3);
	expect(beside.some((i) => cut[i])).toBe(false);
	expect(share(cut)).toBeGreaterThan(0.6);
	expect(share(found(Infinity))).toBeLessThan(share(cut));
});

test('relabelled at random, the planted cluster is gone and false alarms are rare', () => {
	const random = randomFrom(13);
	const counts = Float64Array.from(lattice.x, (_, i) => poisson(isPlanted(i) ? 8 : 2, random.next));
	const found = significantHotspots(counts, lattice.neighbours, options);
	const seen: number[] = [];
	const test = shuffleTest(found, lattice.neighbours, {
		times: 40,
		seed: 6,
		tell: (done) => seen.push(done)
	});
	expect(seen).toHaveLength(40);
	// 40 at 5 %: more than 7 happen once in a thousand times.
	expect(test.withAlarm).toBeLessThanOrEqual(7);
	expect(test.alarms.reduce((sum, one) => sum + one, 0)).toBeLessThan(found.count);
});

test('expected counts add up, residuals have variance 1, nothing exposed is refused', () => {
	const random = randomFrom(14);
	const exposure = Float64Array.from(lattice.x, () => 1 + 9 * random.next());
	const counts = exposure.map((amount) => poisson(amount * (0.5 + random.next()), random.next));
	const { expected, residual, dispersion } = expectation(counts, exposure);
	const sum = (values: Float64Array) => values.reduce((a, b) => a + b, 0);
	expect(sum(expected)).toBeCloseTo(sum(counts), 6);
	// The rate is uniform over ½ … 1½: its variance is 1 ÷ 12.
	expect(dispersion).toBeCloseTo(1 / 12, 1);
	expect(sum(residual.map((value) => value * value)) / n).toBeCloseTo(1, 1);
	expect(() => expectation(counts, exposure, 0)).toThrow(RangeError);
	expect(() => expectation(counts, new Float64Array(n))).toThrow(RangeError);
	expect(() => expectation(counts, new Float64Array(1))).toThrow(RangeError);
});

test('a place with no more than expected is no hotspot, whatever lies around it', () => {
	const middle = lattice.x.findIndex(
		(_, i) => lattice.neighbours.start[i + 1]! - lattice.neighbours.start[i]! === 6
	);
	const { start, list } = lattice.neighbours;
	const around = new Set(list.slice(start[middle]!, start[middle + 1]!));
	const random = randomFrom(15);
	const counts = Float64Array.from(lattice.x, (_, i) => (around.has(i) ? 40 : 3 + poisson(2, random.next)));
	counts[middle] = 3;
	const found = significantHotspots(counts, lattice.neighbours, options);
	expect(found.score[middle]).toBeGreaterThan(4);
	expect(found.expected[middle]).toBeGreaterThan(3);
	expect([found.hot[middle], found.adjusted[middle]]).toEqual([0, NaN]);
});
