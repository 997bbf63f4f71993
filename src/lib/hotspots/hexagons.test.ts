import fc from 'fast-check';
import { expect, test } from 'vitest';
import { binHexagons, hexagonArea, hexagonAt, hexagonCorners } from './hexagons.ts';

const metres = fc.double({ min: -50_000, max: 50_000, noNaN: true });
const none = (n: number) => new Uint8Array(n);

test('a point goes to the hexagon whose middle is nearest', () => {
	const radius = 120;
	const middle = ([column, row]: [number, number]) => [
		radius * Math.sqrt(3) * (column + row / 2),
		radius * 1.5 * row
	];
	const around = [
		[0, 0],
		[1, 0],
		[-1, 0],
		[0, 1],
		[0, -1],
		[1, -1],
		[-1, 1]
	] as const;
	fc.assert(
		fc.property(metres, metres, (x, y) => {
			const [column, row] = hexagonAt(x, y, radius);
			const distances = around.map(([c, r]) => {
				const [mx, my] = middle([column + c, row + r]);
				return Math.hypot(x - mx!, y - my!);
			});
			expect(distances[0]).toBeLessThanOrEqual(Math.min(...distances) + 1e-6);
		})
	);
});

test('every point is counted once, or among those left out', () => {
	fc.assert(
		fc.property(fc.array(fc.tuple(metres, metres), { maxLength: 200 }), (places) => {
			const bins = binHexagons(
				Float64Array.from(places, ([x]) => x % 800),
				Float64Array.from(places, ([, y]) => y % 800),
				none(places.length),
				{ radius: 120, leastCount: 3 }
			);
			expect(bins.count.reduce((a, b) => a + b, 0) + bins.leftOut).toBe(places.length);
			expect(bins.count.every((count) => count >= 3)).toBe(true);
		})
	);
});

test('most points first, with how many of them are marked', () => {
	const bins = binHexagons(
		Float64Array.of(0, 1, 2, 1000, 1001, 5000),
		new Float64Array(6),
		Uint8Array.of(1, 0, 1, 1, 1, 1),
		{ radius: 120, leastCount: 2 }
	);
	expect([...bins.count]).toEqual([3, 2]);
	expect([...bins.marked]).toEqual([2, 2]);
	expect(bins.leftOut).toBe(1);
	expect([bins.x[0], bins.y[0]]).toEqual([0, 0]);
});

test('the corners lie a radius from the middle and enclose the stated area', () => {
	const corners = hexagonCorners(10, 20, 120);
	for (const [x, y] of corners) expect(Math.hypot(x - 10, y - 20)).toBeCloseTo(120, 6);
	const doubled = corners.reduce((sum, [x, y], i) => {
		const [nextX, nextY] = corners[(i + 1) % 6]!;
		return sum + x * nextY - nextX * y;
	}, 0);
	expect(doubled / 2 / 1e6).toBeCloseTo(hexagonArea(120), 9);
});

test('a radius must be positive', () => {
	expect(() =>
		binHexagons(new Float64Array(), new Float64Array(), none(0), { radius: 0, leastCount: 1 })
	).toThrow(RangeError);
});
