import { expect, test } from 'vitest';
import { kernelDensity } from '../density.ts';
import { heatOf, squaresOver } from './square-heat.ts';

function places(n: number): { x: Float64Array; y: Float64Array } {
	let seed = 7;
	const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
	return {
		x: Float64Array.from({ length: n }, () => 2_000 * random() ** 2),
		y: Float64Array.from({ length: n }, () => 1_500 * random())
	};
}

function counted(place: Int32Array, squares: number): Uint32Array {
	const counts = new Uint32Array(squares);
	for (const at of place) counts[at]!++;
	return counts;
}

test('the heat over squares adds up to the number of reports', () => {
	const { x, y } = places(500);
	const squares = squaresOver(x, y, 50, 250);
	const grid = heatOf(squares, counted(squares.place, squares.held.length), 200);
	expect(grid.values.reduce((a, b) => a + b, 0) * (squares.cell / 1000) ** 2).toBeCloseTo(500, 1);
});

test('it is near the exact density, nearer the smaller the squares', () => {
	const { x, y } = places(400);
	const worst = [50, 10].map((cell) => {
		const squares = squaresOver(x, y, cell, 200);
		const grid = heatOf(squares, counted(squares.place, squares.held.length), 200);
		const exact = kernelDensity(x, y, { bandwidth: 200, cell });
		// The exact grid begins one square further in.
		const off = Array.from(exact.values, (value, i) => {
			const [column, row] = [i % exact.columns, Math.floor(i / exact.columns)];
			return Math.abs(value - grid.values[(row + 1) * grid.columns + column + 1]!);
		});
		return Math.max(...off) / exact.peak;
	});
	expect(worst[0]!).toBeLessThan(0.12);
	expect(worst[1]!).toBeLessThan(0.03);
});

test('a stray report far away makes the squares larger, not the memory', () => {
	const squares = squaresOver(Float64Array.of(0, 200_000), Float64Array.of(0, 90_000), 50, 200);
	expect(squares.columns * squares.rows).toBeLessThan(163_000);
	expect(squares.cell).toBeGreaterThan(50);
});

test('no reports, no squares', () => {
	const squares = squaresOver(new Float64Array(), new Float64Array(), 50, 200);
	expect(heatOf(squares, new Uint32Array(), 200)).toMatchObject({ columns: 0, rows: 0, peak: 0 });
});
