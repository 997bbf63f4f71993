import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dbscan } from './dbscan.ts';

const columns = (points: readonly (readonly [number, number])[]) =>
	[0, 1].map((i) => Float64Array.from(points, (point) => point[i]!)) as [Float64Array, Float64Array];

test('two groups, a rim and one alone', () => {
	//   0 10 20 30 (rim)      500 505 510      2000
	const x = Float64Array.of(0, 10, 20, 32, 500, 505, 510, 2_000);
	const { group, isCore, groups } = dbscan(x, new Float64Array(8), { reach: 12, least: 3 });
	expect(groups).toBe(2);
	expect([...group]).toEqual([0, 0, 0, 0, 1, 1, 1, -1]);
	expect([...isCore]).toEqual([0, 1, 1, 0, 1, 1, 1, 0]);
});

test('many reports of one place are a group by themselves', () => {
	const { group, groups } = dbscan(new Float64Array(20_000), new Float64Array(20_000), {
		reach: 5,
		least: 10
	});
	expect([groups, group[19_999]]).toEqual([1, 0]);
});

test('cores are the points with enough others within reach, and share a group exactly when a chain of cores joins them', () => {
	const metre = fc.integer({ min: 0, max: 60 });
	fc.assert(
		fc.property(
			fc.array(fc.tuple(metre, metre), { maxLength: 40 }),
			fc.integer({ min: 1, max: 5 }),
			(points, least) => {
				const reach = 9;
				const { group, isCore } = dbscan(...columns(points), { reach, least });
				const near = (i: number) =>
					[...points.keys()].filter(
						(j) => Math.hypot(points[i]![0] - points[j]![0], points[i]![1] - points[j]![1]) <= reach
					);
				// The plain way: groups are the least number that reaches a core through cores.
				const label = points.map((_, i) => (near(i).length >= least ? i : -1));
				for (let isChanged = true; isChanged;) {
					isChanged = false;
					for (const i of points.keys())
						for (const j of near(i))
							if (label[i]! >= 0 && label[j]! > label[i]!) {
								label[j] = label[i]!;
								isChanged = true;
							}
				}
				for (const i of points.keys()) {
					expect(isCore[i]).toBe(Number(label[i]! >= 0));
					for (const j of points.keys())
						if (isCore[i] && isCore[j]) expect(group[i] === group[j]).toBe(label[i] === label[j]);
					const cores = near(i).filter((j) => isCore[j]);
					if (cores.length === 0) expect(group[i]).toBe(-1);
					else expect(cores.map((j) => group[j])).toContain(group[i]);
				}
			}
		)
	);
});

test('no points, no groups; a reach must be positive', () => {
	expect(dbscan(new Float64Array(), new Float64Array(), { reach: 1, least: 1 }).groups).toBe(0);
	expect(() => dbscan(new Float64Array(), new Float64Array(), { reach: 0, least: 1 })).toThrow(RangeError);
});
