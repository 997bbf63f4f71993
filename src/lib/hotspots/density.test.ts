import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { kernelDensity, type DensityGrid } from './density.ts';

const at = (grid: DensityGrid, x: number, y: number) =>
	grid.values[
		Math.floor((y - grid.south) / grid.cell) * grid.columns + Math.floor((x - grid.west) / grid.cell)
	]!;
const total = ({ values, cell }: DensityGrid) => values.reduce((a, b) => a + b, 0) * (cell / 1000) ** 2;

describe('kernel density', () => {
	test('is 3 / (π h²) per point where the point lies, in points per km²', () => {
		// The middle of a cell: half a bandwidth of 200 m is a whole number of cells of 20 m, the point half a cell on.
		const grid = kernelDensity(Float64Array.of(10), Float64Array.of(10), { bandwidth: 200, cell: 20 });
		const peak = (3 / (Math.PI * 200 ** 2)) * 1e6;
		expect(at(grid, 10, 10)).toBeCloseTo(peak, -1);
		expect(grid.peak).toBeLessThanOrEqual(peak + 1e-3);
	});

	test('falls off as the quartic kernel does, and is nothing at the bandwidth', () => {
		const grid = kernelDensity(Float64Array.of(0), Float64Array.of(0), { bandwidth: 100, cell: 1 });
		for (const distance of [20.5, 50.5, 80.5]) {
			const share = (1 - (distance ** 2 + 0.5 ** 2) / 100 ** 2) ** 2;
			expect(at(grid, distance, 0.5)).toBeCloseTo((3 / (Math.PI * 100 ** 2)) * 1e6 * share, 1);
		}
		expect(at(grid, 99.5, 30)).toBe(0);
	});

	test('adds up to the number of points, wherever they lie', () => {
		const metres = fc.double({ min: -3000, max: 3000, noNaN: true });
		const points = fc.array(fc.tuple(metres, metres), { minLength: 1, maxLength: 40 });
		fc.assert(
			fc.property(points, (places) => {
				const grid = kernelDensity(
					Float64Array.from(places, ([x]) => x),
					Float64Array.from(places, ([, y]) => y),
					{ bandwidth: 200, cell: 20 }
				);
				expect(total(grid) / places.length).toBeCloseTo(1, 2);
			}),
			{ numRuns: 25 }
		);
	});

	test('a hundred times the points in one place is a hundred times the density', () => {
		const one = kernelDensity(Float64Array.of(7), Float64Array.of(3), { bandwidth: 150, cell: 10 });
		const many = kernelDensity(new Float64Array(100).fill(7), new Float64Array(100).fill(3), {
			bandwidth: 150,
			cell: 10
		});
		expect(many.peak / one.peak).toBeCloseTo(100, 3);
	});

	test('a stray point far away makes the cells coarser, not the memory larger', () => {
		const grid = kernelDensity(Float64Array.of(0, 300_000), Float64Array.of(0, 200_000), {
			bandwidth: 200,
			cell: 20
		});
		expect(grid.columns * grid.rows).toBeLessThanOrEqual(4_010_000);
	});

	test('of nothing is nothing', () => {
		expect(kernelDensity(new Float64Array(), new Float64Array(), { bandwidth: 1, cell: 1 })).toMatchObject({
			columns: 0,
			rows: 0,
			peak: 0
		});
	});

	test.each([
		[0, 20],
		[200, 0],
		[Number.NaN, 20]
	])('refuses a bandwidth of %d m and cells of %d m', (bandwidth, cell) => {
		expect(() => kernelDensity(Float64Array.of(0), Float64Array.of(0), { bandwidth, cell })).toThrow(
			RangeError
		);
	});
});
