import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import {
	area as turfArea,
	booleanPointInPolygon,
	feature,
	featureCollection,
	intersect,
	union
} from '@turf/turf';
import type { Polygon } from 'geojson';
import type { CityDraft } from '../import/city-draft.ts';
import { readCityFile } from '../import/city-file.ts';
import { nothingKnown } from '../import/known.ts';
import { demoDistrict } from './district.ts';
import { townOsm } from './town.ts';

const district = demoDistrict();
const grids = district.areas.filter(({ kind }) => kind === 'duty_grid');
const keys = (rows: readonly { key: string }[]) => rows.map((row) => row.key);
let draft: CityDraft;

beforeAll(async () => {
	const bytes = new TextEncoder().encode(townOsm());
	draft = await readCityFile({ name: 'town.osm', bytes }, {}, nothingKnown());
});

describe('the demo town', () => {
	test('is the same document every time', () => {
		// Changed on purpose? Then this is the new town's digest; otherwise something draws by chance.
		const digest = createHash('sha256').update(townOsm()).digest('hex').slice(0, 12);
		expect(digest).toBe('f281fcb75564');
	});

	test('is read by the importer without a refusal or a warning, as one network', () => {
		expect(draft.refused).toBe(0);
		expect(draft.findings).toEqual([]);
		expect(draft.bbox).toEqual(district.city.bbox);
	});

	test('is, as a fixture, what the importer reads', () => {
		expect(draft.segments).toEqual(district.segments);
	});

	test('has about a hundred named streets, among them those of the real campaign', () => {
		const names = new Set(district.segments.map((segment) => segment.name));
		expect(names.size).toBeGreaterThanOrEqual(90);
		expect(names.size).toBeLessThanOrEqual(110);
		for (const name of ['金桥路', '佳醇路', '泰北路']) expect(names).toContain(name);
	});

	test('gives every street a Chinese and an English name', () => {
		for (const { name, name_en } of district.segments) {
			expect(name).toMatch(/[路街巷道沿]$/);
			expect(name_en, name!).toMatch(/ (Road|Avenue|Boulevard|Street|Lane|Bank)$/);
		}
	});

	test('has one-way streets, wide avenues of two carriageways, and every class from trunk road to lane', () => {
		const classes = new Set(district.segments.map((segment) => segment.class));
		expect(classes).toEqual(new Set(['primary', 'secondary', 'tertiary', 'residential', 'lane']));
		const oneWay = district.segments.filter(({ oneway }) => oneway === 1).map(({ name }) => name);
		expect(oneWay).toEqual(expect.arrayContaining(['迎宾大道', '世纪大道', '文昌街', '武定街', '竹巷']));
	});

	test('can be driven from any junction to any other, one-ways included', () => {
		const reach = (forward: boolean) => {
			const next = new Map<string, string[]>();
			for (const { from_junction: a, to_junction: b, oneway } of district.segments) {
				const ways =
					oneway === 0
						? [
								[a, b],
								[b, a]
							]
						: [[a, b]];
				for (const [from, to] of ways) {
					const [p, q] = forward ? [from!, to!] : [to!, from!];
					next.set(p, [...(next.get(p) ?? []), q]);
				}
			}
			const seen = new Set([district.segments[0]!.from_junction]);
			for (const junction of seen) for (const other of next.get(junction) ?? []) seen.add(other);
			return seen;
		};
		const all = new Set(
			district.segments.flatMap(({ from_junction, to_junction }) => [from_junction, to_junction])
		);
		// A carriageway that ends at the town's edge cannot be left again.
		expect(reach(true).size).toBeGreaterThanOrEqual(all.size - 4);
		expect(reach(false).size).toBeGreaterThanOrEqual(all.size - 4);
	});

	test('has no two rows of one key', () => {
		for (const rows of [district.segments, district.areas, draft.features]) {
			expect(new Set(keys(rows)).size).toBe(rows.length);
		}
	});

	test('has what a town has: houses by the thousand, water, green, a railway, and places people look for', () => {
		const count = (kind: string) => draft.features.filter((one) => one.kind === kind).length;
		expect(count('building')).toBeGreaterThan(2000);
		expect(count('rail')).toBe(2);
		expect(count('green')).toBeGreaterThan(10);
		const places = new Set(draft.features.map(({ place_kind }) => place_kind));
		for (const kind of [
			'station',
			'market',
			'mall',
			'school',
			'hospital',
			'park',
			'bridge',
			'village',
			'attraction'
		])
			expect(places).toContain(kind);
		const water = draft.features.filter(({ kind }) => kind === 'water').map(({ name }) => name);
		for (const name of ['泰运河', '护城河', '市河', '珠湖']) expect(water).toContain(name);
	});

	test('keeps its houses out of the water', () => {
		const water = district.features.filter(({ kind }) => kind === 'water');
		for (const { key, kind, geometry } of district.features) {
			if (kind !== 'building') continue;
			const corner = (geometry as Polygon).coordinates[0]![0]!;
			expect(
				water.some((body) => booleanPointInPolygon(corner, body.geometry as Polygon)),
				key
			).toBe(false);
		}
	});
});

describe('its areas', () => {
	test('are twelve to sixteen duty grids that tile the town: together they are as large as their union', () => {
		const polygons = grids.map(({ geometry }) => feature(geometry as Polygon));
		const whole = union(featureCollection(polygons))!;
		const sum = polygons.reduce((total, polygon) => total + turfArea(polygon), 0);
		expect(grids.length).toBeGreaterThanOrEqual(12);
		expect(grids.length).toBeLessThanOrEqual(16);
		expect(whole.geometry.type).toBe('Polygon');
		expect(whole.geometry.coordinates).toHaveLength(1);
		expect(Math.abs(sum - turfArea(whole)) / sum).toBeLessThan(1e-6);
	});

	test('hold the middle of every street but those that lead out of town', () => {
		const outside = district.segments.filter(({ line }) => {
			const middle = line[Math.floor(line.length / 2)]!;
			return !grids.some(({ geometry }) => booleanPointInPolygon(middle, geometry));
		});
		expect(outside.map(({ name }) => name)).toEqual([]);
	});

	test('of other kinds overlap none of their own kind', () => {
		const others = district.areas.filter(({ kind }) => kind !== 'duty_grid');
		expect(new Set(others.map(({ kind }) => kind))).toEqual(
			new Set(['key_place', 'market', 'permitted_line', 'frontage'])
		);
		for (const [i, a] of others.entries()) {
			for (const b of others.slice(i + 1)) {
				if (a.kind !== b.kind) continue;
				const both = [feature(a.geometry as Polygon), feature(b.geometry as Polygon)];
				expect(intersect(featureCollection(both)), `${a.name} and ${b.name}`).toBeNull();
			}
		}
	});

	test('are answered for by somebody, permitted lines apart', () => {
		for (const { name, kind, unit, unit_en } of district.areas) {
			expect(unit === null, name).toBe(kind === 'permitted_line');
			expect(unit_en === null, name).toBe(kind === 'permitted_line');
		}
	});
});
