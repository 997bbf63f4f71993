import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { osmPbf, osmXml, type OsmTags, type OsmWorld } from '#test/support/osm.ts';
import { readCityFile } from '../city-file.ts';
import type { CityOptions } from '../city-draft.ts';
import { nothingKnown } from '../known.ts';
import { RefusedFile } from '../refused-file.ts';
import { directionOf, namesOf } from './tags.ts';

const bytesOf = (content: string | Uint8Array) =>
	typeof content === 'string' ? new TextEncoder().encode(content) : content;
const readFile = (content: string | Uint8Array, options: CityOptions = {}, name = 'town.osm') =>
	readCityFile({ name, bytes: bytesOf(content) }, options, nothingKnown());
const read = (world: OsmWorld, options: CityOptions = {}) => readFile(osmXml(world), options);

//        4
//        |
//  1 --- 2 --- 3
//        |
//        5
const nodes = [
	{ id: 1, lng: 119.46, lat: 32.79 },
	{ id: 2, lng: 119.461, lat: 32.79 },
	{ id: 3, lng: 119.462, lat: 32.79 },
	{ id: 4, lng: 119.461, lat: 32.791 },
	{ id: 5, lng: 119.461, lat: 32.789 }
];
const jinqiao = (tags: OsmTags = {}) => ({
	id: 10,
	refs: [1, 2, 3],
	tags: { highway: 'primary', name: '金桥路', ...tags }
});
const jiachun = { id: 11, refs: [4, 2, 5], tags: { highway: 'residential', name: '佳醇路' } };
const cross: OsmWorld = { nodes, ways: [jinqiao(), jiachun] };

describe('streets', () => {
	test('are cut where they meet, and keyed by their way and its nodes', async () => {
		const { segments } = await read(cross);
		expect(segments.map(({ key }) => key)).toEqual(['w10:1-2', 'w10:2-3', 'w11:4-2', 'w11:2-5']);
		expect(segments[0]).toEqual({
			key: 'w10:1-2',
			street_key: null,
			name: '金桥路',
			name_en: null,
			class: 'primary',
			oneway: 0,
			from_junction: '1',
			to_junction: '2',
			line: [
				[119.46, 32.79],
				[119.461, 32.79]
			]
		});
	});

	test('are not cut where an unnamed footpath meets them, and the footpath is left out', async () => {
		const path = { id: 12, refs: [4, 2], tags: { highway: 'footway' } };
		const { segments, findings } = await read({ nodes, ways: [jinqiao(), path] });
		expect(segments.map(({ key }) => key)).toEqual(['w10:1-3']);
		expect(findings).toMatchObject([{ code: 'unnamed_path', count: 1, level: 'note' }]);
	});

	test('that only an unnamed service way joins keep it, and not the one that leads nowhere', async () => {
		//  1 --- 2     3 --- 6     named; 2 --- 3 and 4 --- 2 unnamed service ways
		const far = { id: 6, lng: 119.463, lat: 32.79 };
		const named = (id: number, refs: number[]) => ({
			id,
			refs,
			tags: { highway: 'primary', name: `${id}路` }
		});
		const service = (id: number, refs: number[]) => ({ id, refs, tags: { highway: 'service' } });
		const ways = [named(10, [1, 2]), named(11, [3, 6]), service(12, [4, 2]), service(13, [2, 3])];
		const { segments, findings } = await read({ nodes: [...nodes, far], ways });
		expect(segments.map(({ key }) => key)).toEqual(['w10:1-2', 'w11:3-6', 'w13:2-3']);
		expect(findings.map(({ code, count }) => `${code} ${count}`)).toEqual([
			'unnamed_path 2',
			'unnamed_connector 1'
		]);
	});

	test('that are joined already keep no way round by service ways, however many there are', async () => {
		const service = (id: number, refs: number[]) => ({ id, refs, tags: { highway: 'service' } });
		const corner = { id: 6, lng: 119.4605, lat: 32.7905 };
		const ways = [jinqiao(), service(12, [1, 6, 4]), service(13, [4, 5, 3]), service(14, [4, 2])];
		const { segments } = await read({ nodes: [...nodes, corner], ways });
		expect(segments.map(({ key }) => key)).toEqual(['w10:1-3']);
	});

	test('keep their keys when another street is no longer there', async () => {
		const all = await read(cross);
		const side = { id: 12, refs: [1, 4], tags: { highway: 'tertiary', name: '泰北路' } };
		const more = await read({ nodes, ways: [...cross.ways, side] });
		const keys = new Set(more.segments.map(({ key }) => key));
		expect(all.segments.every(({ key }) => keys.has(key))).toBe(true);
	});

	test('that pass the same junctions twice get two keys', async () => {
		const loop = { id: 10, refs: [1, 2, 4, 1, 2], tags: { highway: 'primary' } };
		const { segments } = await read({ nodes, ways: [loop] });
		expect(segments.map(({ key }) => key)).toEqual(['w10:1-2', 'w10:2-1', 'w10:1-2#2']);
	});

	test('are taken as far as the file holds them', async () => {
		const long = { id: 12, refs: [3, 90, 4, 5], tags: { highway: 'primary', name: '长路' } };
		const { segments, findings } = await read({ nodes, ways: [jinqiao(), long] });
		expect(segments.map(({ key }) => key)).toEqual(['w10:1-3', 'w12:4-5']);
		expect(findings.find(({ code }) => code === 'way_clipped')).toMatchObject({ count: 1, level: 'note' });
	});

	test('that hang on nothing are told, with how much of the network they are', async () => {
		const apart = { id: 12, refs: [4, 5], tags: { highway: 'residential', name: '孤路' } };
		const { findings } = await read({ nodes, ways: [jinqiao(), apart] });
		expect(findings).toMatchObject([
			{ code: 'parts_not_connected', level: 'warning', count: 1, detail: { parts: 2, largest: 54.3 } }
		]);
	});

	test('are pictured with the part of the network they belong to, and no more of them than a map can take', async () => {
		const many = Array.from({ length: 3_200 }, (_, i) => ({ id: 100 + i, lng: 119.4 + i / 1e5, lat: 32.8 }));
		const row = many.slice(1).map(({ id }) => ({ id, refs: [id - 1, id], tags: { highway: 'residential' } }));
		const { preview } = await read({ nodes: [...nodes, ...many], ways: [...row, jinqiao()] });
		expect(preview?.features).toHaveLength(3_000);
		expect(preview?.features[0]?.properties).toEqual({
			key: 'w10:1-3',
			class: 'primary',
			part: 1,
			name: '金桥路'
		});
		expect(preview?.features[1]?.properties).toMatchObject({ class: 'residential', part: 0 });
	});

	test('of one name in two quarters are told: they count as one street', async () => {
		const away = [6, 7].map((id) => ({ id, lng: 119.49 + id / 1000, lat: 32.79 }));
		const ways = [jinqiao(), { ...jinqiao(), id: 12, refs: [6, 7] }, jiachun];
		const { findings } = await read({ nodes: [...nodes, ...away], ways });
		expect(findings.find(({ code }) => code === 'name_apart')).toMatchObject({
			count: 1,
			examples: [{ text: '金桥路 · 2' }]
		});
	});

	test('can be cut to a box, whole segments at a time', async () => {
		const { segments, findings } = await read(cross, { within: [119.459, 32.7895, 119.4605, 32.7905] });
		expect(segments.map(({ key }) => key)).toEqual(['w10:1-2']);
		expect(findings).toMatchObject([{ code: 'outside_box', count: 3, level: 'note' }]);
	});

	test('that reach far out of the town are told, with the box of the town', async () => {
		const rows = Array.from({ length: 100 }, (_, i) => i);
		const town = rows.map((i) => ({
			id: 100 + i,
			lng: 119.46 + (i % 10) / 1000,
			lat: 32.79 + Math.floor(i / 10) / 1000
		}));
		const far = { id: 9, lng: 119.9, lat: 32.79 };
		const ways = rows
			.filter((i) => i % 10 < 9)
			.map((i) => ({ id: i + 1, refs: [100 + i, 101 + i], tags: { highway: 'residential', name: '街' } }));
		const near = { id: 8, lng: 119.899, lat: 32.79 };
		const road = { id: 999, refs: [8, 9], tags: { highway: 'primary', name: '远路' } };
		const { findings } = await read({ nodes: [...town, near, far], ways: [...ways, road] });
		expect(findings.find(({ code }) => code === 'reaches_far')).toMatchObject({
			count: 1,
			level: 'warning',
			examples: [{ text: '远路' }]
		});
	});

	test('under construction and squares are left out and counted', async () => {
		const ways = [
			jinqiao(),
			{ id: 12, refs: [1, 4], tags: { highway: 'construction', name: '在建路' } },
			{ id: 13, refs: [1, 2, 4, 1], tags: { highway: 'pedestrian', area: 'yes', name: '广场' } }
		];
		const { segments, findings } = await read({ nodes, ways });
		expect(segments).toHaveLength(1);
		expect(findings.map(({ code, count }) => `${code} ${count}`)).toEqual(['not_a_street 1', 'plaza 1']);
	});

	test('in GCJ-02 are stored in WGS-84', async () => {
		const [wgs, gcj] = [await read(cross), await read(cross, { datum: 'gcj02' })];
		const [a, b] = [wgs.segments[0]!.line[0]!, gcj.segments[0]!.line[0]!];
		const metres = Math.hypot((a[0] - b[0]) * 93_580, (a[1] - b[1]) * 111_320);
		expect(metres).toBeGreaterThan(50);
		expect(metres).toBeLessThan(700);
	});
});

test.each<[OsmTags, 0 | 1 | -1 | null]>([
	[{ highway: 'primary' }, 0],
	[{ highway: 'primary', oneway: 'yes' }, 1],
	[{ highway: 'primary', oneway: 'True' }, 1],
	[{ highway: 'primary', oneway: '-1' }, -1],
	[{ highway: 'primary', junction: 'roundabout' }, 1],
	[{ highway: 'motorway' }, 1],
	[{ highway: 'motorway', oneway: 'no' }, 0],
	[{ highway: 'primary', oneway: 'reversible' }, null]
])('the direction of %j is %j', (tags, direction) => {
	expect(directionOf(tags)).toBe(direction);
});

test.each<[string, OsmTags, string | null, string | null]>([
	[
		'the local name and the English one',
		{ name: '金桥路', 'name:en': 'Jinqiao Road' },
		'金桥路',
		'Jinqiao Road'
	],
	[
		'the Chinese half of a name in two languages',
		{ name: '深南大道 Shennan Boulevard', 'name:zh': '深南大道', 'name:en': 'Shennan Boulevard' },
		'深南大道',
		'Shennan Boulevard'
	],
	['Chinese before a Latin name', { name: 'Jinqiao Lu', 'name:zh': '金桥路' }, '金桥路', 'Jinqiao Lu'],
	['English when there is nothing else', { 'name:en': 'Jinqiao Road' }, 'Jinqiao Road', 'Jinqiao Road'],
	['another name when there is no first', { alt_name: '老金桥路' }, '老金桥路', null],
	['one line without what cannot be seen', { name: ' 金\u200b桥\n路 ' }, '金 桥 路', null],
	['nothing', { highway: 'primary' }, null, null]
])('a street in China is called by %s', (_, tags, name, nameEn) => {
	expect(namesOf(tags, true)).toMatchObject({ name, nameEn });
});

test('a street elsewhere keeps its own name', () => {
	expect(namesOf({ name: 'Städtle', 'name:zh': '小城街' }, false)).toMatchObject({ name: 'Städtle' });
});

describe('the ground', () => {
	// A square lake with a square island.
	const corner = (id: number, x: number, y: number) => ({
		id,
		lng: 119.46 + x / 1000,
		lat: 32.79 + y / 1000
	});
	const lake = [corner(21, 0, 0), corner(22, 9, 0), corner(23, 9, 9), corner(24, 0, 9)];
	const island = [corner(31, 3, 3), corner(32, 6, 3), corner(33, 6, 6), corner(34, 3, 6)];
	const shores = [
		{ id: 40, refs: [21, 22, 23] },
		{ id: 41, refs: [21, 24, 23] },
		{ id: 42, refs: [31, 32, 33, 34, 31] }
	];
	const members = [
		{ type: 'way' as const, ref: 40, role: 'outer' },
		{ type: 'way' as const, ref: 42, role: 'inner' },
		{ type: 'way' as const, ref: 41, role: 'outer' }
	];
	const world = (ref = 41): OsmWorld => ({
		nodes: [...nodes, ...lake, ...island],
		ways: [...cross.ways, ...shores],
		relations: [
			{
				id: 50,
				members: [...members.slice(0, 2), { ...members[2]!, ref }],
				tags: { type: 'multipolygon', natural: 'water', name: '镜湖' }
			}
		]
	});

	test('holds a lake put together from its shores, with its island', async () => {
		const { features } = await read(world());
		expect(features).toHaveLength(1);
		expect(features[0]).toMatchObject({
			key: 'r50',
			kind: 'water',
			name: '镜湖',
			geometry: { type: 'Polygon' }
		});
		const { coordinates } = features[0]!.geometry as { coordinates: number[][][] };
		expect(coordinates.map((ring) => ring.length)).toEqual([5, 5]);
	});

	test('leaves out a lake whose shore does not close, and says so', async () => {
		const { features, findings, refused } = await read(world(42));
		expect(features).toEqual([]);
		expect(refused).toBe(0);
		expect(findings).toMatchObject([
			{
				code: 'multipolygon_open',
				level: 'warning',
				count: 1,
				examples: [{ key: 'relation 50', text: '镜湖' }]
			}
		]);
	});

	test('knows houses, parks, canals and rail, and not what lies under the ground', async () => {
		const ways = [
			...cross.ways,
			{ id: 60, refs: [31, 32, 33, 31], tags: { building: 'yes' } },
			{ id: 61, refs: [21, 22, 23, 24, 21], tags: { leisure: 'park', name: '湖滨公园' } },
			{ id: 62, refs: [21, 22], tags: { waterway: 'canal', name: '运河' } },
			{ id: 63, refs: [22, 23], tags: { railway: 'rail' } },
			{ id: 64, refs: [22, 24], tags: { railway: 'subway', tunnel: 'yes' } },
			{ id: 65, refs: [21, 23], tags: { waterway: 'drain', tunnel: 'culvert' } }
		];
		const { features } = await read({ nodes: [...nodes, ...lake, ...island], ways });
		expect(features.map(({ key, kind, geometry }) => `${key} ${kind} ${geometry.type}`)).toEqual([
			'w60 building Polygon',
			'w61 green Polygon',
			'w62 water LineString',
			'w63 rail LineString',
			'w61:place place Point'
		]);
	});

	test('names places to search for, each once', async () => {
		const at = (id: number, tags: OsmTags) => ({ ...corner(id, 1, id - 70), tags });
		const places = [
			at(71, { amenity: 'bus_station', name: '汽车站' }),
			at(72, { public_transport: 'station', name: '汽车站' }),
			at(73, { amenity: 'marketplace', name: '城南市场', 'name:en': 'South Market' }),
			at(74, { amenity: 'school' }),
			at(75, { amenity: 'bench', name: '长椅' })
		];
		const { features } = await read({ nodes: [...nodes, ...places], ways: cross.ways });
		expect(features).toMatchObject([
			{ key: 'n71:place', kind: 'place', place_kind: 'station', rank: 1, name: '汽车站' },
			{ key: 'n73:place', place_kind: 'market', name: '城南市场', name_en: 'South Market' }
		]);
	});
});

describe('the same town', () => {
	const town: OsmWorld = {
		nodes: nodes.map((node) => (node.id === 4 ? { ...node, tags: { place: 'square', name: '钟楼' } } : node)),
		ways: [...cross.ways, { id: 60, refs: [1, 2, 4, 1], tags: { building: 'yes' } }],
		relations: [
			{
				id: 70,
				members: [{ type: 'way', ref: 60, role: 'outer' }],
				tags: { type: 'multipolygon', landuse: 'grass' }
			}
		]
	};
	const rows = async (content: string | Uint8Array) => {
		const { segments, features, bbox, summary, findings } = await readFile(content);
		return { segments, features, bbox, summary, findings };
	};

	test.each<[string, () => string | Uint8Array]>([
		['as PBF', () => osmPbf(town)],
		['as PBF with plain nodes', () => osmPbf(town, { dense: false })],
		['as PBF that is not compressed', () => osmPbf(town, { compress: false })],
		['as PBF in coarser units', () => osmPbf(town, { granularity: 1000 })],
		['as gzip', () => new Uint8Array(gzipSync(osmXml(town)))],
		['with its nodes in another order', () => osmXml({ ...town, nodes: town.nodes.toReversed() })],
		['with a byte order mark', () => `\uFEFF${osmXml(town)}`],
		['with Windows line ends', () => osmXml(town).replaceAll('\n', '\r\n')]
	])('reads the same %s', async (_, content) => {
		expect(await rows(content())).toEqual(await rows(osmXml(town)));
	});

	test('is named after its file, and says whose data it is', async () => {
		const { suggestedName, attribution, format } = await readFile(osmPbf(town), {}, 'gao-you.osm.pbf');
		expect({ suggestedName, attribution, format }).toEqual({
			suggestedName: 'gao-you',
			attribution: '© OpenStreetMap contributors',
			format: 'osm-pbf'
		});
	});

	test('with any byte of its PBF changed is read or refused, and nothing else happens', async () => {
		const whole = osmPbf(town, { compress: false });
		await fc.assert(
			fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (place, change) => {
				const bytes = whole.map((byte, i) => (i === place ? byte ^ change : byte));
				const draft = await readFile(bytes).catch((error: unknown) => error);
				if (draft instanceof Error) expect(draft).toBeInstanceOf(RefusedFile);
			}),
			{ numRuns: 500 }
		);
	});

	test('cut short anywhere is refused', async () => {
		const whole = osmPbf(town);
		for (let length = 1; length < whole.length; length += 7) {
			await expect(readFile(whole.subarray(0, length))).rejects.toThrow(RefusedFile);
		}
	});
});
