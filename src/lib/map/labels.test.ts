import { describe, expect, test } from 'vitest';
import { demoDistrict } from '#lib/city/demo/district.ts';
import { booleanPointInPolygon } from '@turf/turf';
import { isTight, labelPoint, outlines, spreadOut } from './labels.ts';

const grids = demoDistrict().areas.filter(({ kind }) => kind === 'duty_grid');

test('an area is labelled on its own ground, whatever its shape', () => {
	for (const { name, geometry } of grids) {
		expect(booleanPointInPolygon(labelPoint(geometry), geometry), name).toBe(true);
	}
});

test('of an area in two parts the larger one is labelled', () => {
	const square = (west: number, size: number) => [
		[
			[west, 0],
			[west + size, 0],
			[west + size, size],
			[west, size],
			[west, 0]
		]
	];
	const [lng] = labelPoint({ type: 'MultiPolygon', coordinates: [square(0, 1), square(10, 4)] });
	expect(lng).toBeGreaterThan(10);
});

test('outlines run counter-clockwise, however the polygon was drawn', () => {
	const clockwise = [
		[0, 0],
		[0, 1],
		[1, 1],
		[1, 0],
		[0, 0]
	];
	const counter = [...clockwise].reverse();
	for (const ring of [clockwise, counter]) {
		expect(outlines({ type: 'Polygon', coordinates: [ring] }).coordinates).toEqual([counter]);
	}
});

describe('labels that would cover each other', () => {
	const screen = { width: 800, height: 600 };
	const inset = { top: 20, right: 20, bottom: 20, left: 20 };
	const label = (x: number, y: number) => ({ x, y, width: 120, height: 50 });

	test('are moved apart and stay on the screen', () => {
		const crowd = [
			label(10, 10),
			label(15, 12),
			label(400, 300),
			label(402, 301),
			label(404, 299),
			label(795, 590)
		];
		const placed = spreadOut(crowd, screen, inset);
		for (const [i, a] of placed.entries()) {
			expect(a.x - 60).toBeGreaterThanOrEqual(19.9);
			expect(a.x + 60).toBeLessThanOrEqual(780.1);
			for (const b of placed.slice(i + 1)) {
				const apart = Math.abs(a.x - b.x) >= 120 || Math.abs(a.y - b.y) >= 50;
				expect(apart, `${a.x},${a.y} and ${b.x},${b.y}`).toBe(true);
			}
		}
	});

	test('are left where they are when there is room', () => {
		const apart = [label(200, 200), label(500, 400)];
		expect(spreadOut(apart, screen, inset)).toEqual(apart);
	});
});

test('it is tight where most areas have a close neighbour', () => {
	const point = (x: number) => ({ x, y: 0 });
	expect(isTight([point(0), point(50), point(500)], 100)).toBe(true);
	expect(isTight([point(0), point(200), point(400)], 100)).toBe(false);
	expect(isTight([], 100)).toBe(false);
});
