import { describe, expect, test } from 'vitest';
import { heatMap, hexagonMap, hexagons } from './hotspots.ts';
import { planeAt, project, unproject } from './plane.ts';
import { unpack, type PackedPoints } from './points.ts';
import { equalSteps, niceCeiling, stepOf } from './steps.ts';

function packed(places: [number, number][], origin: PackedPoints['origin'] = [119.45, 32.78]): PackedPoints {
	return {
		from: '2026-10-23T16:00:00.000Z',
		to: '2026-11-21T13:00:00.000Z',
		n: places.length,
		total: places.length,
		days: 30,
		origin,
		categories: ['0504'],
		lng: places.map(([lng]) => lng),
		lat: places.map(([, lat]) => lat),
		hour: places.map(() => 1),
		category: places.map(() => 0),
		open: places.map((_, i) => i % 2)
	};
}

describe('the plane', () => {
	test.each([
		['at the equator', 0, 111_319.49, 110_574.28],
		['in Jiangsu', 32.78, 93_687.2, 110_899.6],
		['far north', 60, 55_800.0, 111_412.27]
	])('%s has the metres per degree of the WGS-84 ellipsoid', (_, lat, metresPerLng, metresPerLat) => {
		const plane = planeAt(119.45, lat);
		expect(Math.abs(plane.metresPerLng / metresPerLng - 1)).toBeLessThan(3e-4);
		expect(Math.abs(plane.metresPerLat / metresPerLat - 1)).toBeLessThan(3e-4);
	});

	test('there and back is the same place', () => {
		const plane = planeAt(119.45, 32.78);
		const { x, y } = project(plane, { lng: Float64Array.of(119.5), lat: Float64Array.of(32.8) });
		const [lng, lat] = unproject(plane, x[0]!, y[0]!);
		expect(lng).toBeCloseTo(119.5, 10);
		expect(lat).toBeCloseTo(32.8, 10);
	});
});

describe('packed points', () => {
	test('are degrees again', () => {
		const points = unpack(packed([[1500, -2500]]));
		expect([points.lng[0], points.lat[0]]).toEqual([119.4515, 32.7775]);
	});

	test('with a column cut short are refused', () => {
		expect(() => unpack({ ...packed([[0, 0]]), lat: [] })).toThrow('lat has 0 values when expected 1');
	});

	test('of a city without streets are none', () => {
		const points = unpack(packed([], [null, null]));
		expect(heatMap(points).grid.columns).toBe(0);
		expect(hexagonMap(points)).toMatchObject({ spots: [], steps: [hexagons.leastCount] });
	});
});

test('the heat map covers its points and a bandwidth around them', () => {
	const { box, grid, steps } = heatMap(
		unpack(
			packed([
				[0, 0],
				[10_000, 8_000]
			])
		)
	);
	const [west, south, east, north] = box;
	expect(west).toBeLessThan(119.45);
	expect(south).toBeLessThan(32.78);
	expect(east).toBeGreaterThan(119.46);
	expect(north).toBeGreaterThan(32.788);
	expect(steps[0]).toBe(0);
	expect(steps.at(-1)).toBeLessThanOrEqual(grid.peak);
});

test('a hexagon says how many reports it holds and how many are open', () => {
	const { spots, steps } = hexagonMap(unpack(packed(Array.from({ length: 9 }, () => [0, 0]))));
	expect(spots).toHaveLength(1);
	expect(spots[0]).toMatchObject({ count: 9, open: 4 });
	expect(spots[0]!.ring).toHaveLength(6);
	expect(steps[0]).toBe(hexagons.leastCount);
	expect(spots[0]!.step).toBe(steps.length - 1);
});

describe('steps', () => {
	test.each([
		[0.3, 0.5],
		[1, 1],
		[1.2, 2],
		[23, 25],
		[140, 200],
		[0.00021, 0.00025]
	])('above %d the next round number is %d', (value, expected) => {
		expect(niceCeiling(value)).toBeCloseTo(expected, 12);
	});

	test('are equal, begin at nothing and end below the peak', () => {
		expect(equalSteps(73)).toEqual([0, 20, 40, 60]);
		expect(equalSteps(0)).toEqual([0]);
		expect(equalSteps(9, 6, true)).toEqual([0, 2, 4, 6, 8]);
	});

	test('a value belongs to the last step that it reaches', () => {
		expect([0, 19.9, 20, 1000].map((value) => stepOf(value, [0, 20, 40]))).toEqual([0, 0, 1, 2]);
	});
});
