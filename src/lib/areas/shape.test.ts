import { describe, expect, it } from 'vitest';
import type { Position } from '#lib/city/datum.ts';
import { drawnFaults, isFatal, type DrawnArea } from './drawn-faults.ts';
import {
	cornerDeleted,
	cornerInserted,
	cornerMoved,
	geometryOf,
	merged,
	movedAlong,
	shapeOf,
	splitBetween,
	type Shape
} from './shape.ts';
import { snapped, snappedAll } from './snap.ts';

/*
 *   119.450   119.460   119.470
 *      +---------+---------+ 32.800
 *      |    A    |    B    |
 *      +---------+---------+ 32.780
 */
const square = (west: number, south: number, east: number, north: number): Shape => [
	[
		[
			[west, south],
			[east, south],
			[east, north],
			[west, north]
		]
	]
];
const a = square(119.45, 32.78, 119.46, 32.8);
const b = square(119.46, 32.78, 119.47, 32.8);
const area = (name: string, shape: Shape): DrawnArea => ({
	name,
	kind: 'duty_grid',
	geometry: geometryOf(shape)
});
const city: [number, number, number, number] = [119.4, 32.7, 119.6, 32.9];
const first = { part: 0, ring: 0, corner: 0 };

describe('a shape under the hand', () => {
	it('is the geometry it came from', () => {
		expect(shapeOf(geometryOf(a))).toEqual(a);
		const two: Shape = [...a, ...b];
		expect(geometryOf(two).type).toBe('MultiPolygon');
		expect(shapeOf(geometryOf(two))).toEqual(two);
	});

	it('moves, gains and loses corners', () => {
		expect(cornerMoved(a, first, [119.44, 32.77])[0]![0]![0]).toEqual([119.44, 32.77]);
		expect(cornerInserted(a, first)[0]![0]!.slice(0, 3)).toEqual([
			[119.45, 32.78],
			[119.455, 32.78],
			[119.46, 32.78]
		]);
		expect(cornerDeleted(a, first)[0]![0]).toHaveLength(3);
	});

	it('goes with its ring when fewer than three corners would be left', () => {
		const triangle = cornerDeleted(a, first);
		expect(cornerDeleted(triangle, first)).toEqual([]);
		expect(cornerDeleted([...triangle, ...b], first)).toEqual(b);
	});

	it('takes along the neighbours that share the corner, and no other', () => {
		const to: Position = [119.461, 32.781];
		const moved = movedAlong([b, square(119.48, 32.78, 119.49, 32.8)], [119.46, 32.78], to);
		expect([...moved.keys()]).toEqual([0]);
		expect(moved.get(0)![0]![0]![0]).toEqual(to);
	});

	it('is cut between two of its corners, and put together again', () => {
		const [half, rest] = splitBetween(a, first, 2)!;
		expect(half[0]![0]).toHaveLength(3);
		expect(rest[0]![0]).toHaveLength(3);
		expect(splitBetween(a, first, 1)).toBeNull();
		const whole = merged(half, rest);
		expect(whole).toHaveLength(1);
		expect([...whole[0]![0]!].sort()).toEqual([...a[0]![0]!].sort());
	});

	it('merges with a neighbour without the border between them', () => {
		expect(merged(a, b)).toHaveLength(1);
		expect(drawnFaults([area('ab', merged(a, b))], [], [], city)).toEqual([]);
	});
});

describe('snapping', () => {
	it('takes a neighbour’s corner before its line, and nothing far away', () => {
		expect(snapped([119.46001, 32.78001], [b], 3)).toEqual([119.46, 32.78]);
		expect(snapped([119.46001, 32.79], [b], 3)).toEqual([119.46, 32.79]);
		expect(snapped([119.4601, 32.79], [b], 3)).toBeNull();
	});

	it('closes a crack all along the border', () => {
		const cracked = square(119.45, 32.78, 119.45998, 32.8);
		const { shape, moved } = snappedAll(cracked, [b], 3);
		expect(moved).toBe(2);
		expect(shape).toEqual(a);
	});
});

describe('what is wrong with what was drawn', () => {
	it('is nothing beside a neighbour that shares the border', () => {
		expect(drawnFaults([area('A', a)], [area('B', b)], [area('A', a)], city)).toEqual([]);
	});

	it('is a line that crosses itself, at its place', () => {
		const bow: Shape = [
			[
				[
					[119.45, 32.78],
					[119.46, 32.8],
					[119.46, 32.78],
					[119.45, 32.8]
				]
			]
		];
		const [fault] = drawnFaults([area('A', bow)], [], [], city);
		expect(fault).toMatchObject({ code: 'ring_crosses_itself', name: 'A' });
		expect(isFatal(fault!)).toBe(true);
		expect(fault!.at).not.toBeNull();
	});

	it('is ground outside the city', () => {
		expect(drawnFaults([area('A', square(1, 1, 2, 2))], [], [], city)[0]?.code).toBe('outside_city');
	});

	it('is ground that a neighbour of the same kind has, in square metres', () => {
		const over = square(119.45, 32.78, 119.461, 32.8);
		const [fault] = drawnFaults([area('A', over)], [area('B', b)], [area('A', a)], city);
		// 0.001° × 0.02° at 32.8° north: some 94 m by 2,226 m.
		expect(fault).toMatchObject({ code: 'overlap', name: 'A / B' });
		expect((fault as { squareMetres: number }).squareMetres).toBeGreaterThan(200_000);
		expect(isFatal(fault!)).toBe(false);
		expect(drawnFaults([area('A', over)], [{ ...area('B', b), kind: 'market' }], [], city)).toEqual([]);
	});

	it('is no news when it was so before', () => {
		const over = square(119.45, 32.78, 119.461, 32.8);
		expect(drawnFaults([area('A', over)], [area('B', b)], [area('A', over)], city)).toEqual([]);
	});

	it('is a crack that nobody answers for', () => {
		const short = square(119.45, 32.78, 119.4599, 32.8);
		expect(drawnFaults([area('A', short)], [area('B', b)], [area('A', a)], city)[0]?.code).toBe('gap');
	});
});
