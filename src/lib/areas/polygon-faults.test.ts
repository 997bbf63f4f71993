import { expect, test } from 'vitest';
import type { Position } from '#lib/city/datum.ts';
import { fullEffort, polygonProblem, type PolygonFault } from './polygon-faults.ts';

const at = (x: number, y: number): Position => [119.46 + x / 1000, 32.79 + y / 1000];
const ring = (...corners: [number, number][]) => corners.map(([x, y]) => at(x, y));
const box = (west: number, south: number, east: number, north: number) =>
	ring([west, south], [east, south], [east, north], [west, north], [west, south]);
const square = box(0, 0, 9, 9);
const fault = (...parts: Position[][][]) => polygonProblem(parts, fullEffort())?.fault ?? null;

test.each<[string, Position[][][], PolygonFault]>([
	['two points', [[ring([0, 0], [1, 0])]], 'too_few_points'],
	['no ring', [[]], 'too_few_points'],
	['a ring that does not close', [[square.slice(0, 4)]], 'ring_open'],
	['one point four times', [[[square[0]!, square[0]!, square[0]!, square[0]!]]], 'ring_flat'],
	['all points on one line', [[ring([0, 0], [1, 1], [3, 3], [0, 0])]], 'ring_flat'],
	['a bow-tie', [[ring([0, 0], [9, 9], [9, 0], [0, 9], [0, 0])]], 'ring_crosses_itself'],
	['a spur', [[ring([0, 0], [9, 0], [12, 0], [9, 0], [9, 9], [0, 9], [0, 0])]], 'ring_crosses_itself'],
	[
		'a corner on its own edge',
		[[ring([0, 0], [9, 0], [9, 9], [5, 0], [0, 9], [0, 0])]],
		'ring_crosses_itself'
	],
	['a hole outside', [[square, box(20, 20, 22, 22)]], 'hole_outside'],
	['a hole across the border', [[square, box(5, 5, 15, 7)]], 'rings_cross'],
	['a hole along the border', [[square, box(0, 3, 2, 5)]], 'rings_cross'],
	['a hole in a hole', [[square, box(1, 1, 8, 8), box(2, 2, 3, 3)]], 'rings_cross'],
	['its border drawn twice', [[square, square]], 'ring_twice'],
	[
		'its border drawn twice, from another corner',
		[[square, [...square.slice(2), ...square.slice(1, 3)]]],
		'ring_twice'
	],
	['parts that overlap', [[square], [box(5, 5, 15, 15)]], 'parts_overlap'],
	['a part within a part', [[square], [box(2, 2, 3, 3)]], 'parts_overlap'],
	['parts with a common edge', [[square], [box(9, 2, 12, 5)]], 'parts_overlap']
])('%s is a fault', (_, parts, expected) => {
	expect(fault(...parts)).toBe(expected);
});

// +-------+          +-------+
// |  +-+  |          |\     /|
// |  +-+--+ touches  | \   / |  bends
// +-------+          +--\ /--+
test.each<[string, Position[][][]]>([
	['a square', [[square]]],
	['a square the other way round', [[[...square].reverse()]]],
	['a bend', [[ring([0, 0], [2, 0], [2, 2], [1, 1], [0, 2], [0, 0])]]],
	['a corner given twice in a row', [[[square[0]!, ...square]]]],
	['a hole', [[square, box(2, 2, 5, 5)]]],
	['a hole that touches the border in one corner', [[square, ring([0, 4], [3, 3], [3, 5], [0, 4])]]],
	['two parts that touch in a corner', [[square], [box(9, 9, 12, 12)]]],
	['an island in a lake', [[square, box(2, 2, 8, 8)], [box(4, 4, 5, 5)]]]
])('%s is none', (_, parts) => {
	expect(fault(...parts)).toBeNull();
});

test('a crossing is pointed at', () => {
	const problem = polygonProblem([[ring([0, 0], [9, 9], [9, 0], [0, 9], [0, 0])]], fullEffort());
	expect(problem?.at?.[0]).toBeCloseTo(119.46, 1);
	expect(problem?.at?.[1]).toBeCloseTo(32.79, 1);
});

test('50,000 corners along a coast are checked in a small part of the effort', () => {
	const coast = Array.from({ length: 49_999 }, (_, i): Position => {
		const angle = (i / 49_999) * 2 * Math.PI;
		const away = 0.05 + 0.002 * Math.sin(angle * 700);
		return [119.46 + away * Math.cos(angle), 32.79 + away * Math.sin(angle)];
	});
	const effort = fullEffort();
	expect(polygonProblem([[[...coast, coast[0]!]]], effort)).toBeNull();
	expect(fullEffort().comparisons - effort.comparisons).toBeLessThan(4_000_000);
});

test('a polygon made to be slow is given up, and says so', () => {
	const comb: Position[] = [];
	for (let i = 0; i < 400; i++) comb.push(at(i / 100, 0), at(i / 100 + 90, 90));
	comb.push(at(200, -10), at(-10, -10), comb[0]!);
	const effort = { comparisons: 10_000 };
	expect(polygonProblem([[comb]], effort)?.fault).toBe('too_complex');
});
