import { describe, expect, test } from 'vitest';
import { extentOf } from './extent.ts';
import type { Fault } from './faults.ts';
import { readFeatures } from './features.ts';
import { positionFault, toWgs84 } from './positions.ts';
import { segmentsFrom } from './streets.ts';

type Properties = Record<string, unknown>;

function collection(...features: { properties?: Properties; geometry: unknown; id?: unknown }[]): string {
	return JSON.stringify({
		type: 'FeatureCollection',
		features: features.map((feature) => ({ type: 'Feature', properties: {}, ...feature }))
	});
}

const line = (coordinates: unknown, properties: Properties = {}) => ({
	properties: { id: Math.random(), name: '金桥路', kind: 'primary', u: 'a', v: 'b', ...properties },
	geometry: { type: 'LineString', coordinates }
});
const jinqiao = [
	[119.46, 32.79],
	[119.461, 32.79]
];

const streets = (json: string, datum: 'wgs84' | 'gcj02' = 'wgs84') => {
	const read = readFeatures(json);
	const { segments, problems, leftOut } = segmentsFrom(read.features, datum);
	return {
		segments,
		leftOut,
		faults: [...read.problems, ...problems].map(({ row, fault }) => `${row} ${fault}`)
	};
};

describe('a street file', () => {
	test('becomes segments with end nodes, class and direction', () => {
		const { segments } = streets(collection(line(jinqiao, { id: 7, kind: 'primary_link', oneway: 1 })));
		expect(segments).toEqual([
			{
				key: '7',
				street_key: null,
				name: '金桥路',
				name_en: null,
				class: 'primary',
				oneway: 1,
				from_junction: 'a',
				to_junction: 'b',
				line: jinqiao
			}
		]);
	});

	test('gives a segment without an id a key from what it joins, is called and looks like', () => {
		const bare = { id: undefined, u: undefined, v: undefined };
		const first = streets(collection(line(jinqiao, bare))).segments[0]!;
		const again = streets(collection(line(jinqiao, bare))).segments[0]!;
		const bent = streets(collection(line([jinqiao[0], [119.4605, 32.7901], jinqiao[1]], bare))).segments[0]!;
		expect(first.key).toMatch(/^119\.46,32\.79:119\.461,32\.79:金桥路:[0-9a-f]{12}$/);
		expect(again.key).toBe(first.key);
		expect(bent.key).not.toBe(first.key);
	});

	test.each<[string, unknown, Fault]>([
		['NaN', [jinqiao[0], [null, 32.79]], 'not_numbers'],
		['text', [jinqiao[0], ['119.46', '32.79']], 'not_numbers'],
		['one number', [jinqiao[0], [119.46]], 'not_numbers'],
		[
			'latitude first',
			[
				[32.79, 119.46],
				[32.79, 119.461]
			],
			'swapped'
		],
		['off the globe', [jinqiao[0], [400, 95]], 'out_of_range'],
		['a single point', [jinqiao[0]], 'too_few_points'],
		['no length', [jinqiao[0], jinqiao[0]], 'no_length']
	])('with %s is refused', (_, coordinates, fault) => {
		expect(streets(collection(line(jinqiao), line(coordinates))).faults).toEqual([`2 ${fault}`]);
	});

	test('with a number too large to be one is refused', () => {
		const text = collection(line(jinqiao)).replace('119.461', '1e999');
		expect(streets(text).faults).toEqual(['1 not_numbers']);
	});

	test('whose axes are all swapped within range is recognised by where China lies', () => {
		// Urumqi: both numbers are below 90, so no single row is out of range.
		const swapped = [
			[43.82, 87.61],
			[43.83, 87.61]
		];
		expect(streets(collection(line(swapped), line(swapped))).faults).toEqual(['1 swapped', '2 swapped']);
	});

	test('with one line in another city is refused', () => {
		const elsewhere = [
			[113.92, 22.54],
			[113.93, 22.54]
		];
		expect(streets(collection(line(jinqiao), line(jinqiao), line(elsewhere))).faults).toEqual(['3 far_away']);
	});

	test('with a key used twice is refused', () => {
		expect(streets(collection(line(jinqiao, { id: 1 }), line(jinqiao, { id: 1 }))).faults).toEqual([
			'2 duplicate_key'
		]);
	});

	test('leaves out paths without a name and counts them, but keeps named ones', () => {
		const { segments, leftOut } = streets(
			collection(
				line(jinqiao, { kind: 'footway', name: null }),
				line(jinqiao, { kind: 'footway', name: '滨河步道' }),
				line(jinqiao, { kind: 'residential', name: null })
			)
		);
		expect(leftOut).toBe(1);
		expect(segments.map(({ name }) => name)).toEqual(['滨河步道', null]);
	});

	test('may be a bare list of features, as some sources give it', () => {
		const list = JSON.stringify(JSON.parse(collection(line(jinqiao))).features);
		expect(streets(list).segments).toHaveLength(1);
	});

	test('in GCJ-02 is moved back to WGS-84', () => {
		const moved = streets(collection(line(jinqiao)), 'gcj02').segments[0]!.line[0]!;
		const metres = Math.hypot((moved[0] - 119.46) * 93_580, (moved[1] - 32.79) * 111_320);
		expect(metres).toBeGreaterThan(50);
		expect(metres).toBeLessThan(700);
	});

	test.each(['', '"roads"', '{"type":"Topology"}', '{"type":"FeatureCollection"}'])(
		'that reads %j is refused',
		(text) => {
			expect(streets(text).faults).toEqual(['0 not_geojson']);
		}
	);

	test('that is cut short is refused as broken', () => {
		const cut = collection(line(jinqiao)).slice(0, -20);
		expect(streets(cut).faults).toEqual(['0 json_broken']);
	});
});

test('a position is judged by its numbers as they stand', () => {
	expect(positionFault([119.46, 32.79])).toBeNull();
	expect(positionFault([119.46, 32.79, 4.2])).toBeNull();
	expect(positionFault([32.79, 119.46])).toBe('swapped');
	expect(positionFault([400, 95])).toBe('out_of_range');
	expect(positionFault([-0, NaN])).toBe('not_numbers');
	expect(positionFault('119,32')).toBe('not_numbers');
});

test('a position outside China is left alone whatever the datum says', () => {
	expect(toWgs84([-71.06, 42.36], 'gcj02')).toEqual([-71.06, 42.36]);
});

test('the centre of a city lies on one of its streets', () => {
	const lines: [number, number][][] = [
		[
			[0, 0],
			[1, 0]
		],
		[
			[9, 9],
			[10, 10]
		]
	];
	const { bbox, center } = extentOf(lines);
	expect(bbox).toEqual([0, 0, 10, 10]);
	expect(lines.flat()).toContainEqual(center);
});
