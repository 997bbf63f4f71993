import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hexagonAt } from '../hexagons.ts';
import { cellAt, cellsOf, countByCell, latticeInBox, latticeOver } from './hexagon-lattice.ts';

const metres = fc.double({ min: -2_000, max: 2_000, noNaN: true });
const places = fc.array(fc.tuple(metres, metres), { minLength: 1, maxLength: 60 });
const columnsOf = (pairs: readonly (readonly [number, number])[]) =>
	[0, 1].map((i) => Float64Array.from(pairs, (pair) => pair[i]!)) as [Float64Array, Float64Array];

test('every place of the ground has the cell whose middle is nearest, and there is no other cell', () => {
	fc.assert(
		fc.property(places, (pairs) => {
			const [x, y] = columnsOf(pairs);
			const lattice = latticeOver(x, y, 150);
			const cells = cellsOf(lattice, x, y);
			expect(new Set(cells).size).toBe(lattice.x.length);
			for (const [i, cell] of cells.entries()) {
				expect(cell).toBeGreaterThanOrEqual(0);
				expect(hexagonAt(lattice.x[cell]!, lattice.y[cell]!, 150)).toEqual(hexagonAt(x[i]!, y[i]!, 150));
			}
		})
	);
});

test('neighbours are the cells one step of √3 radii away, no more and no fewer', () => {
	fc.assert(
		fc.property(places, (pairs) => {
			const [x, y] = columnsOf(pairs);
			const { x: cx, y: cy, neighbours } = latticeOver(x, y, 400);
			for (let i = 0; i < cx.length; i++) {
				const near = [...cx.keys()].filter(
					(j) => j !== i && Math.hypot(cx[j]! - cx[i]!, cy[j]! - cy[i]!) < 400 * Math.sqrt(3) * 1.01
				);
				expect([...neighbours.list.slice(neighbours.start[i], neighbours.start[i + 1])]).toEqual(near);
			}
		})
	);
});

test('a box is filled without gaps: inner cells have six neighbours', () => {
	const { neighbours, x, y } = latticeInBox([-1_000, -1_000, 1_000, 1_000], 100);
	for (let i = 0; i < x.length; i++)
		if (Math.max(Math.abs(x[i]!), Math.abs(y[i]!)) < 800)
			expect(neighbours.start[i + 1]! - neighbours.start[i]!).toBe(6);
});

test('a place outside the lattice has no cell and counts nowhere', () => {
	const lattice = latticeOver(Float64Array.of(0), Float64Array.of(0), 100);
	expect(cellAt(lattice, 1e6, -1e6)).toBe(-1);
	const cells = cellsOf(lattice, Float64Array.of(0, 10, 5_000), new Float64Array(3));
	expect([...countByCell(cells, 1)]).toEqual([2]);
});

test('no ground, no cells; a radius must be positive; one stray place far away is refused', () => {
	expect(latticeOver(new Float64Array(), new Float64Array(), 100).x).toHaveLength(0);
	expect(() => latticeOver(Float64Array.of(0), Float64Array.of(0), 0)).toThrow(RangeError);
	expect(() => latticeOver(Float64Array.of(0, 1e9), Float64Array.of(0, 1e9), 100)).toThrow(/are more than/);
});
