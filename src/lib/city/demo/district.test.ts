import { describe, expect, test } from 'vitest';
import { area as turfArea, booleanPointInPolygon, feature, featureCollection, union } from '@turf/turf';
import type { Polygon } from 'geojson';
import { demoDistrict } from './district.ts';

const district = demoDistrict();
const grids = district.areas.filter((area) => area.kind === 'duty_grid');
const keys = (rows: { key: string }[]) => rows.map((row) => row.key);

describe('the demo district', () => {
	test('is the same every time', () => {
		expect(demoDistrict()).toEqual(district);
	});

	test('has about fifty named streets, among them those of the real campaign', () => {
		const names = new Set(district.segments.map((segment) => segment.name));
		expect(names.size).toBeGreaterThan(44);
		expect(names.size).toBeLessThan(60);
		for (const name of ['金桥路', '佳醇路', '泰北路']) expect(names).toContain(name);
	});

	test('gives every street an English name', () => {
		for (const { name, name_en } of district.segments) expect(name_en, name!).toMatch(/ (Road|Avenue|Lane)$/);
	});

	test('has no two rows of one key', () => {
		for (const rows of [district.segments, district.areas, district.features]) {
			expect(new Set(keys(rows)).size).toBe(rows.length);
		}
	});

	test('splits streets at every junction and shares the junction exactly', () => {
		const at = new Map<string, string>();
		for (const { from_junction, to_junction, line } of district.segments) {
			for (const [junction, point] of [
				[from_junction, line[0]],
				[to_junction, line.at(-1)!]
			] as const) {
				expect(at.get(junction) ?? String(point)).toBe(String(point));
				at.set(junction, String(point));
			}
		}
		const inside = new Set(district.segments.flatMap(({ line }) => line.slice(1, -1).map(String)));
		for (const point of at.values()) expect(inside.has(point)).toBe(false);
	});

	test('can be driven from any junction to any other', () => {
		const near = new Map<string, string[]>();
		for (const { from_junction: a, to_junction: b } of district.segments) {
			near.set(a, [...(near.get(a) ?? []), b]);
			near.set(b, [...(near.get(b) ?? []), a]);
		}
		const seen = new Set([district.segments[0]!.from_junction]);
		for (const junction of seen) for (const next of near.get(junction)!) seen.add(next);
		expect(seen.size).toBe(near.size);
	});

	test('has no segment too short to stand on', () => {
		for (const { key, line } of district.segments) expect(metres(line), key).toBeGreaterThan(40);
	});

	test('is tiled by its duty grids: together they are as large as their union', () => {
		const polygons = grids.map((area) => feature(area.geometry as Polygon));
		const whole = union(featureCollection(polygons))!;
		const sum = polygons.reduce((total, polygon) => total + turfArea(polygon), 0);
		expect(grids.length).toBeGreaterThanOrEqual(6);
		expect(whole.geometry.type).toBe('Polygon');
		expect(whole.geometry.coordinates).toHaveLength(1);
		expect(Math.abs(sum - turfArea(whole)) / sum).toBeLessThan(1e-6);
	});

	test('has every street midpoint in a duty grid', () => {
		for (const { key, line } of district.segments) {
			const middle = line[Math.floor(line.length / 2)]!;
			expect(
				grids.some(({ geometry }) => booleanPointInPolygon(middle, geometry)),
				key
			).toBe(true);
		}
	});

	test('has places with their own answer, a market and lines where trading is allowed', () => {
		const kinds = new Set(district.areas.map((area) => area.kind));
		expect(kinds).toEqual(new Set(['duty_grid', 'key_place', 'market', 'permitted_line']));
	});

	test('keeps its buildings out of the water', () => {
		const water = district.features.filter(({ kind }) => kind === 'water');
		const buildings = district.features.filter(({ kind }) => kind === 'building');
		expect(buildings.length).toBeGreaterThan(800);
		for (const { key, geometry } of buildings) {
			const corner = (geometry as Polygon).coordinates[0]![0]!;
			expect(
				water.some((body) => booleanPointInPolygon(corner, body.geometry as Polygon)),
				key
			).toBe(false);
		}
	});
});

function metres(line: [number, number][]): number {
	return line
		.slice(1)
		.reduce(
			(sum, [lng, lat], i) => sum + Math.hypot((lng - line[i]![0]) * 93_580, (lat - line[i]![1]) * 111_320),
			0
		);
}
