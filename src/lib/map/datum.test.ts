import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MultiPolygon } from 'geojson';
import { onGround } from './amount.ts';
import { groundOf } from './datum.ts';
import { readTileVersion, tileVersion } from './zoom.ts';

const gcj02 = groundOf('gcj02');
const metres = ([a, b]: [number, number], [c, d]: [number, number]) =>
	Math.hypot((a - c) * 111_320 * Math.cos((b * Math.PI) / 180), (b - d) * 111_000);

describe('a ground in GCJ-02', () => {
	test('shows a place where such a map has it, some hundred metres off', () => {
		// Tian'anmen: WGS-84 and GCJ-02 as published with the common implementations of the shift.
		const shown = gcj02.toMap([116.391311, 39.907388]);
		expect(metres(shown, [116.397557, 39.908791])).toBeLessThan(2);
	});

	test('takes a place pointed at back to within a centimetre', () => {
		fc.assert(
			fc.property(
				fc.double({ min: 75, max: 134, noNaN: true }),
				fc.double({ min: 19, max: 52, noNaN: true }),
				(lng, lat) => {
					expect(metres(gcj02.fromMap(gcj02.toMap([lng, lat])), [lng, lat])).toBeLessThan(0.01);
				}
			)
		);
	});

	test('leaves places outside China where they are', () => {
		expect(gcj02.toMap([-71.06, 42.36])).toEqual([-71.06, 42.36]);
	});

	test('draws a shifted copy and leaves what is kept untouched', () => {
		const kept: MultiPolygon = {
			type: 'MultiPolygon',
			coordinates: [
				[
					[
						[119.4, 32.7],
						[119.5, 32.7],
						[119.5, 32.8],
						[119.4, 32.7]
					]
				]
			]
		};
		const before = structuredClone(kept);
		const shown = gcj02.shapeToMap(kept);
		expect(kept).toEqual(before);
		expect(metres(shown.coordinates[0]![0]![0] as [number, number], [119.4, 32.7])).toBeGreaterThan(100);
		expect(shown.coordinates[0]![0]).toHaveLength(4);
		const features = {
			type: 'FeatureCollection' as const,
			features: [{ type: 'Feature' as const, id: 7, properties: { name: '甲' }, geometry: kept }]
		};
		expect(gcj02.featuresToMap(features).features).toEqual([{ ...features.features[0], geometry: shown }]);
		expect(kept).toEqual(before);
	});
});

test('a ground in WGS-84 gives back the very thing it was given', () => {
	const ground = groundOf('wgs84');
	const place: [number, number] = [119.4, 32.7];
	expect(ground.toMap(place)).toBe(place);
	const amounts = {
		kind: 'prisms' as const,
		prisms: [{ ring: [place], middle: place, height: 1, colour: '#ffffff', opacity: 1, label: '' }]
	};
	expect(onGround(amounts, ground)).toBe(amounts);
	expect(onGround(amounts, gcj02)).not.toEqual(amounts);
});

test('tiles that are shifted have an address of their own', () => {
	expect(tileVersion('v7')).toBe('v7');
	expect(readTileVersion(tileVersion('v7', 'gcj02'))).toEqual({ version: 'v7', datum: 'gcj02' });
	expect(readTileVersion('v7')).toEqual({ version: 'v7', datum: 'wgs84' });
});
