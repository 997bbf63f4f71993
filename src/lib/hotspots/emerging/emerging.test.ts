import { expect, test } from 'vitest';
import { latticeInBox } from '../significance/hexagon-lattice.ts';
import { neighboursFrom, squareNeighbours } from '../significance/neighbours.ts';
import { randomFrom } from '../significance/random.ts';
import { emergingHotspots, emergingKinds } from './emerging.ts';
import { spaceTimeScan, usualScan, type WeeklyReports } from './scan.ts';
import { placesOf, zonesOf } from './zones.ts';

const lattice = latticeInBox([0, 0, 6_000, 6_000], 150);
const few = squareNeighbours(10, 10);
const weeks = 26;
const near = (x: number, y: number) => (i: number) => Math.hypot(lattice.x[i]! - x, lattice.y[i]! - y) < 450;
const [newcomer, growing, lasting, fading] = [
	near(1_500, 1_500),
	near(1_500, 4_500),
	near(4_500, 1_500),
	near(4_500, 4_500)
];

/** Reports a week and place: one in the mean, and four planted quarters. */
function city(n: number, meanOf: (place: number, week: number) => number, seed: number): WeeklyReports {
	const random = randomFrom(seed);
	const [place, week]: [number[], number[]] = [[], []];
	for (let i = 0; i < n; i++)
		for (let w = 0; w < weeks; w++)
			for (let left = random.next(); left > Math.exp(-meanOf(i, w)); left *= random.next()) {
				place.push(i);
				week.push(w);
			}
	return { place: Int32Array.from(place), week: Int32Array.from(week), weeks };
}

test('rings around a place, nearest first', () => {
	//   0 – 1 – 2 – 3,  4 apart
	const zones = zonesOf(neighboursFrom([[1], [0, 2], [1, 3], [2], []]), 2);
	expect([0, 1, 2].map((r) => [...placesOf(zones, 0, r)])).toEqual([[0], [0, 1], [0, 1, 2]]);
	expect([...placesOf(zones, 1, 2)].sort()).toEqual([0, 1, 2, 3]);
	expect([...placesOf(zones, 4, 2)]).toEqual([4]);
});

test('one zone by hand: count, expected and likelihood', () => {
	// Place 0 has 12 of its 15 reports in the last of 2 weeks, place 1 has 3 of 15: 15 · 15 ÷ 30 = 7.5 expected.
	const place = Int32Array.from({ length: 30 }, (_, i) => Number(i >= 15));
	const week = Int32Array.from({ length: 30 }, (_, i) => Number(i < 12 || i >= 27));
	const options = { longest: 1, leastCount: 5, permutations: 999, seed: 2, level: 1 };
	const zones = zonesOf(neighboursFrom([[], []]), 0);
	const clusters = spaceTimeScan(zones, { place, week, weeks: 2 }, options);
	const likelihood = 12 * Math.log(12 / 7.5) + 18 * Math.log(18 / 22.5);
	expect(clusters[0]).toMatchObject({
		change: 'more',
		middle: 0,
		ring: 0,
		weeks: 1,
		count: 12,
		expected: 7.5
	});
	expect(clusters[0]!.likelihood).toBeCloseTo(likelihood, 10);
	expect(clusters[1]).toMatchObject({ change: 'less', middle: 1, count: 3, expected: 7.5 });
	// Hypergeometric: P(12 or more, or 3 or fewer, of 15 drawn from 15 and 15) = 0.00269; either place may be the one above.
	expect(clusters[0]!.p).toBeLessThan(0.01);
});

test('new, growing, persistent and fading quarters are told apart', () => {
	const late = (w: number) => w >= weeks - 6;
	const reports = city(
		lattice.x.length,
		(i, w) => {
			if (newcomer(i)) return late(w) ? 4 : 1;
			if (growing(i)) return late(w) ? 8 : 4;
			if (lasting(i)) return 4;
			if (fading(i)) return late(w) ? 1 : 4;
			return 1;
		},
		21
	);
	const { kind } = emergingHotspots(reports, lattice.neighbours, {
		scan: { ...usualScan, permutations: 199 },
		significance: { rate: 0.05, leastCount: 3 },
		rings: 2,
		permutations: 4_999,
		seed: 4
	});
	for (const [name, isIn] of Object.entries({ new: newcomer, growing, persistent: lasting, fading })) {
		const inside = [...kind.keys()].filter(isIn);
		const right = inside.filter((i) => emergingKinds[kind[i]!] === name);
		expect(right.length / inside.length, name).toBeGreaterThan(0.5);
	}
	const elsewhere = [...kind.keys()].filter(
		(i) => ![newcomer, growing, lasting, fading].some((isIn) => isIn(i))
	);
	expect(elsewhere.filter((i) => kind[i] !== 0).length / elsewhere.length).toBeLessThan(0.12);
});

test('a busy week everywhere, and places always busy, are no clusters', () => {
	const zones = zonesOf(few, 2);
	let alarms = 0;
	for (let seed = 30; seed < 50; seed++) {
		const reports = city(100, (i, w) => (i < 20 ? 1.5 : 0.3) * (w === weeks - 1 ? 2 : 1), seed);
		const clusters = spaceTimeScan(zones, reports, { ...usualScan, permutations: 39, seed });
		alarms += Number(clusters.some(({ change }) => change === 'more'));
	}
	// 20 at 5 %: more than 5 happen three times in ten thousand.
	expect(alarms).toBeLessThanOrEqual(5);
});

test('the same seed gives the same clusters; options out of bounds are refused', () => {
	const reports = city(100, (i, w) => (i < 5 && w > 22 ? 3 : 0.5), 60);
	const zones = zonesOf(few, 1);
	const run = () => spaceTimeScan(zones, reports, { ...usualScan, permutations: 99, seed: 8 });
	expect(run()).toEqual(run());
	expect(run()[0]!.p).toBe(0.01);
	expect(() => spaceTimeScan(zones, reports, { ...usualScan, longest: 14, seed: 1 })).toThrow(RangeError);
});
