import { gunzipSync } from 'node:zlib';
import type { Point } from 'geojson';
import { VectorTile } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';
import { describe, expect, test } from 'vitest';
import { demoDistrict } from '#lib/city/demo/district.ts';
import { joined } from './basemap.ts';
import { groundOf } from './datum.ts';
import { TileSet } from './tiles.server.ts';
import { readTileAddress } from './zoom.ts';

const district = demoDistrict();
const names = [...new Set(district.segments.map(({ name }) => name))];
const segments = district.segments.map((segment, i) => ({
	...segment,
	id: i + 1,
	street_id: names.indexOf(segment.name) + 1
}));
const features = district.features.map((feature, i) => ({ ...feature, id: i + 1 }));
const tiles = new TileSet('v1', segments, features);

/** The tile that holds a place. */
function at([lng, lat]: [number, number], z: number): [number, number, number] {
	const sin = Math.sin((lat * Math.PI) / 180);
	const size = 2 ** z;
	return [
		z,
		Math.floor(((lng + 180) / 360) * size),
		Math.floor((0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)) * size)
	];
}

function read(tile: Uint8Array | null): VectorTile {
	return new VectorTile(new PbfReader(gunzipSync(tile!)));
}

describe('a tile', () => {
	test('holds the layers the style draws', () => {
		const { layers } = read(tiles.tile(...at(district.city.center, 13)));
		expect(Object.keys(layers).sort()).toEqual([
			'building',
			'green',
			'places',
			'rail',
			'street_names',
			'streets',
			'water',
			'water_names'
		]);
	});

	test('tells of each street its number, both names and its class', () => {
		const streets = read(tiles.tile(...at(district.city.center, 15))).layers.streets!;
		const all = Array.from({ length: streets.length }, (_, i) => streets.feature(i).properties);
		expect(all).toContainEqual(
			expect.objectContaining({
				name: '人民东路',
				name_en: 'Renmin East Road',
				class: 'secondary',
				street_id: expect.any(Number)
			})
		);
	});

	test('at a low zoom leaves out what would be a pixel or two', () => {
		expect(read(tiles.tile(...at(district.city.center, 12))).layers).not.toHaveProperty('building');
		expect(read(tiles.tile(...at(district.city.center, 13))).layers).toHaveProperty('building');
	});

	test('where nothing lies is empty', () => {
		expect(tiles.tile(10, 0, 0)).toBeNull();
	});

	test('is cut once and kept', () => {
		const address = at(district.city.center, 14);
		expect(tiles.tile(...address)).toBe(tiles.tile(...address));
	});
});

test('one street of many segments is named along one line', () => {
	const names = read(tiles.tile(...at(district.city.center, 12))).layers.street_names!;
	const parts = Array.from({ length: names.length }, (_, i) => names.feature(i))
		.filter((feature) => feature.properties.name === '金桥路')
		.map((feature) => feature.loadGeometry().length);
	expect(parts).toEqual([1]);
});

// a --> b,  c --> b  (drawn the other way),  d --> e  (apart)
test('lines that share an end are joined whichever way they were drawn', () => {
	const point = (x: number, y: number): [number, number] => [x, y];
	const [a, b, c, d, e] = [point(0, 0), point(1, 0), point(2, 0), point(5, 5), point(6, 5)];
	const chains = joined([
		[a, b],
		[c, b],
		[d, e]
	]);
	expect(chains.map((chain) => chain.length).sort()).toEqual([2, 3]);
	expect(chains.flat()).toHaveLength(5);
});

test.each<[string, string, string, boolean]>([
	['0', '0', '0', true],
	['16', '54321', '26543', true],
	['17', '0', '0', false],
	['3', '8', '0', false],
	['3', '0', '-1', false],
	['3.5', '0', '0', false],
	['03', '0', '0', false],
	['', '0', '0', false],
	['1e1', '0', '0', false]
])('/%s/%s/%s is a tile: %s', (z, x, y, isTile) => {
	expect(readTileAddress(z, x, y) !== null).toBe(isTile);
});

test('a canal that comes as its line is a waterway, named along it; places carry their rank', () => {
	const canal = { type: 'LineString' as const, coordinates: [district.city.center, [119.5, 32.8]] };
	const set = new TileSet(
		'v2',
		[],
		[
			{ id: 1, kind: 'water', name: '运河', name_en: 'Canal', geometry: canal },
			{
				id: 2,
				kind: 'place',
				name: '汽车站',
				name_en: null,
				geometry: { type: 'Point', coordinates: district.city.center },
				place_kind: 'station',
				rank: 1
			}
		]
	);
	const { layers } = read(set.tile(...at(district.city.center, 13)));
	expect(Object.keys(layers).sort()).toEqual(['places', 'water_names', 'waterway']);
	expect(layers.places!.feature(0).properties).toEqual({ name: '汽车站', kind: 'station', rank: 1 });
});

test('tiles for a map in GCJ-02 hold shifted data, and what they were made from is untouched', () => {
	const [lng, lat] = district.city.center;
	const kept = {
		id: 1,
		kind: 'place' as const,
		name: '塔',
		name_en: null,
		geometry: { type: 'Point' as const, coordinates: [lng, lat] }
	};
	const before = structuredClone(kept);
	const shifted = groundOf('gcj02').toMap([lng, lat]);
	const address = at(shifted, 16);
	const feature = read(new TileSet('v3', [], [kept], 'gcj02').tile(...address)).layers.places!.feature(0);
	const [z, x, y] = address;
	const { coordinates } = feature.toGeoJSON(x, y, z).geometry as Point;
	expect(coordinates[0]).toBeCloseTo(shifted[0], 5);
	expect(coordinates[1]).toBeCloseTo(shifted[1]!, 5);
	expect(Math.abs(coordinates[0]! - lng)).toBeGreaterThan(0.001);
	expect(kept).toEqual(before);
});
