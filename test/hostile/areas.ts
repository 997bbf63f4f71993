import { deflateRawSync, gzipSync } from 'node:zlib';
import { strToU8, zipSync } from 'fflate';
import { nothingKnown, type Known } from '#lib/city/import/known.ts';
import { dbfOf, gaussKrugerPrj, gbk, shpOf, wgs84Prj, zipOf } from '#test/support/shapefile.ts';
import type { HostileFile } from './hostile-file.ts';

type Position = [number, number];
const at = (x: number, y: number): Position => [119.46 + x / 1000, 32.79 + y / 1000];
const ring = (...corners: Position[]) => corners.map(([x, y]) => at(x, y));
const box = (west: number, south: number, east: number, north: number) =>
	ring([west, south], [east, south], [east, north], [west, north], [west, south]);
const square = box(0, 0, 9, 9);
const feature = (coordinates: unknown, properties: unknown = { name: '坏网格' }, type = 'Polygon') => ({
	type: 'Feature',
	properties,
	geometry: { type, coordinates }
});
const good = feature([box(20, 0, 29, 9)], { name: '好网格', unit: '一中队' });
const collection = (...features: unknown[]) =>
	JSON.stringify({ type: 'FeatureCollection', datum: 'wgs84', features });
/** Beside a good area, so that what is wrong is wrong with one row alone. */
const beside = (...features: unknown[]) => collection(good, ...features);

type Content = string | Uint8Array | (() => string | Uint8Array);
type Case = [
	name: string,
	content: Content,
	says: string,
	more?: { name?: string; options?: object; known?: Known }
];

function files(expected: HostileFile['expect'], cases: Case[]): HostileFile[] {
	return cases.map(([name, content, says, more = {}]) => ({
		name,
		kind: 'areas',
		file: () => {
			const made = typeof content === 'function' ? content() : content;
			const bytes = typeof made === 'string' ? new TextEncoder().encode(made) : made;
			return { name: more.name ?? 'areas.geojson', bytes };
		},
		options: { kind: 'duty_grid', ...more.options },
		...(more.known ? { known: more.known } : {}),
		expect: expected,
		says
	}));
}

const circle = (corners: number, x = 0, y = 0, radius = 9): Position[] => {
	const line = Array.from({ length: corners - 1 }, (_, i) => {
		const angle = (i / (corners - 1)) * 2 * Math.PI;
		return at(x + radius * Math.cos(angle), y + radius * Math.sin(angle));
	});
	return [...line, line[0]!];
};

/** Slanting teeth whose boxes all overlap: the dearest ground there is for a sweep. */
const comb = (teeth: number) => {
	const line: Position[] = [];
	for (let i = 0; i < teeth; i++) line.push(at(i / 500, 0), at(i / 500 + 60, 60));
	line.push(at(200, -10), at(-10, -10));
	return [...line, line[0]!];
};

export const notEvenGeoJson = files('refused', [
	['an empty file', '', 'file_empty'],
	['white space alone', ' \n ', 'file_empty'],
	['a web page that says 404', '<!doctype html><title>404</title>', 'not_json'],
	['a KML file', '<?xml version="1.0"?><kml/>', 'not_json'],
	['JSON cut short', collection(good).slice(0, -30), 'json_broken'],
	['a topology', '{"type":"Topology","objects":{}}', 'not_geojson'],
	['a bare number', '7', 'not_geojson'],
	['a collection without features', collection(), 'no_areas'],
	['features that are no list', '{"type":"FeatureCollection","features":{"length":9}}', 'not_geojson'],
	['a million brackets', '['.repeat(1_000_000), 'json_broken'],
	['a million closed brackets', '['.repeat(500_000) + ']'.repeat(500_000), 'no_properties'],
	['bytes of no encoding', Uint8Array.of(0x7b, 0xff, 0xff, 0x80, 0x7d), 'encoding_unknown'],
	['gzip cut short', () => gzipSync(collection(good)).subarray(0, 60), 'gzip_broken'],
	[
		'300 MB of blanks in 300 kB of gzip',
		() => gzipSync(Buffer.alloc(300 * 1024 * 1024, 0x20)),
		'file_too_large'
	],
	['features without properties', collection(feature([square], null)), 'no_properties'],
	['numbers for names', collection(feature([square], { f1: 1, f2: 2 })), 'name_property_unknown'],
	[
		'metres of a projected map',
		collection(
			feature([
				[
					[40_400_000, 3_600_000],
					[40_401_000, 3_600_000],
					[40_401_000, 3_601_000],
					[40_400_000, 3_600_000]
				]
			])
		),
		'projected_numbers'
	],
	[
		'web mercator, and says so',
		JSON.stringify({
			...JSON.parse(collection(good)),
			datum: undefined,
			crs: { properties: { name: 'EPSG:3857' } }
		}),
		'projected'
	],
	[
		'a coordinate system of nonsense',
		JSON.stringify({ ...JSON.parse(collection(good)), datum: undefined, crs: 'x'.repeat(10_000) }),
		'projected'
	],
	[
		'50,001 areas',
		() => collection(...Array.from({ length: 50_001 }, (_, i) => feature([], { name: `${i}` }))),
		'too_many_areas'
	],
	['a polygon of 1,000,001 corners', () => collection(feature([circle(1_000_001)])), 'too_many_corners'],
	[
		'the outline of a county in GCJ-02 that does not say so',
		() => {
			const properties = {
				adcode: 321084,
				name: '高邮市',
				level: 'district',
				acroutes: [100000],
				childrenNum: 0
			};
			return JSON.stringify([feature([circle(300, 0, 0, 300)], properties)]);
		},
		'datum_consumer_map'
	],
	[
		'a kind nobody knows',
		collection({ ...good, properties: { name: '甲', kind: 'kingdom' } }),
		'kind_needed',
		{ options: { kind: null } }
	],
	[
		'ground of another city',
		collection(good),
		'outside_city',
		{ known: { ...nothingKnown(), city: { ...nothingKnown().city, bbox: [113.9, 22.5, 114, 22.6] } } }
	]
]);

export const faultyPolygons = files('refused', [
	['a bow-tie', beside(feature([ring([0, 0], [9, 9], [9, 0], [0, 9], [0, 0])])), 'ring_crosses_itself'],
	[
		'a polygon of 40,000 corners that crosses itself at the last',
		() => {
			const line = circle(40_000);
			line.splice(-2, 0, at(0, 0), at(0.5, 9.5));
			return beside(feature([line]));
		},
		'ring_crosses_itself'
	],
	[
		'a star drawn in one stroke',
		beside(feature([ring([0, 0], [5, 9], [9, 0], [0, 6], [9, 6], [0, 0])])),
		'ring_crosses_itself'
	],
	['an open ring', beside(feature([square.slice(0, 4)])), 'ring_open'],
	['a ring of two points', beside(feature([[square[0], square[1], square[0]]])), 'too_few_points'],
	['an empty ring', beside(feature([[]])), 'too_few_points'],
	['no rings', beside(feature([])), 'too_few_points'],
	['a ring without width', beside(feature([ring([0, 0], [5, 5], [9, 9], [0, 0])])), 'ring_flat'],
	['the same ring twice', beside(feature([square, square])), 'ring_twice'],
	['a hole outside', beside(feature([square, box(12, 12, 14, 14)])), 'hole_outside'],
	['a hole larger than its ground', beside(feature([box(2, 2, 4, 4), square])), 'hole_outside'],
	['a hole across the border', beside(feature([square, box(5, 5, 15, 7)])), 'rings_cross'],
	[
		'parts that overlap',
		beside(feature([[square], [box(5, 5, 15, 15)]], undefined, 'MultiPolygon')),
		'parts_overlap'
	],
	['NaN', beside(feature([square])).replace('119.469,32.79', 'NaN,32.79'), 'json_broken'],
	['null for a number', beside(feature([square])).replace('119.469', 'null'), 'not_numbers'],
	['a number too large to be one', beside(feature([square])).replace('119.469', '1e999'), 'not_numbers'],
	['text for numbers', beside(feature([square])).replace('119.469', '"119.469"'), 'not_numbers'],
	['objects for positions', beside(feature([[{ lng: 1, lat: 2 }, 3, null, true]])), 'not_numbers'],
	['longitude 240', beside(feature([square.map(([x, y]) => [x + 120, y])])), 'out_of_range'],
	['latitude first', beside(feature([square.map(([x, y]) => [y, x])])), 'swapped'],
	[
		'half the world',
		beside(
			feature([
				[
					[-170, -80],
					[170, -80],
					[170, 80],
					[-170, 80],
					[-170, -80]
				]
			])
		),
		'too_large'
	],
	[
		'Null Island',
		beside(
			good,
			feature([
				[
					[0, 0],
					[0.01, 0],
					[0.01, 0.01],
					[0, 0]
				]
			])
		),
		'far_away'
	],
	['no geometry', beside({ type: 'Feature', properties: { name: '无' }, geometry: null }), 'not_a_polygon'],
	[
		'collections within collections',
		beside({
			type: 'Feature',
			properties: { name: '套' },
			geometry: {
				type: 'GeometryCollection',
				geometries: [{ type: 'GeometryCollection', geometries: [{ type: 'Polygon', coordinates: [square] }] }]
			}
		}),
		'not_a_polygon'
	],
	['a point', beside(feature([119.46, 32.79], { name: '点' }, 'Point')), 'not_a_polygon'],
	[
		'a geometry of no type',
		beside({ type: 'Feature', properties: { name: '?' }, geometry: { type: 7 } }),
		'not_a_polygon'
	],
	['features that are words', beside('area', null, 7), 'not_a_polygon'],
	['50,001 corners in one area', () => beside(feature([circle(50_001)])), 'too_many_corners_in_one'],
	[
		'teeth made to keep a sweep busy',
		() => beside(...Array.from({ length: 8 }, (_, i) => feature([comb(24_000)], { name: `梳 ${i}` }))),
		'too_complex'
	],
	['a name of 10 MB', () => beside(feature([square], { name: '街'.repeat(3_400_000) })), 'name_too_long'],
	['a name with a NUL in it', beside(feature([square], { name: 'a\u0000b' })), 'strange_text'],
	[
		'the same key twice',
		beside(feature([square], { name: '甲', id: 1 }), feature([box(40, 0, 49, 9)], { name: '乙', id: 1 })),
		'duplicate_key'
	],
	[
		'the same name twice and no key',
		collection(feature([square], { name: '甲' }), feature([box(40, 0, 49, 9)], { name: '甲' })),
		'duplicate_key'
	],
	[
		'properties that are prototypes',
		`{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"__proto__":{"name":"x"},"constructor":"y"},"geometry":null}]}`,
		'not_a_polygon',
		{ options: { name: 'constructor' } }
	]
]);

const shapes = { shp: shpOf([[[...square].reverse()]]), dbf: dbfOf([{ name: '金桥网格' }]), prj: wgs84Prj };
const zipped = zipOf(shapes);
const inZip: { name: string } = { name: 'areas.zip' };

/** A zip whose one entry says it is small and is not: its head is written by hand. */
function lyingZip(name: string, said: number, content: Uint8Array): Uint8Array {
	const packed = deflateRawSync(content);
	const file = strToU8(name);
	const local = new Uint8Array(30 + file.length + packed.length);
	const head = new DataView(local.buffer);
	const fields = (view: DataView, from: number) => {
		view.setUint16(from + 2, 8, true);
		view.setUint32(from + 12, packed.length, true);
		view.setUint32(from + 16, said, true);
		view.setUint16(from + 20, file.length, true);
	};
	head.setUint32(0, 0x04034b50, true);
	fields(head, 6);
	local.set(file, 30);
	local.set(packed, 30 + file.length);
	const central = new Uint8Array(46 + file.length);
	const entry = new DataView(central.buffer);
	entry.setUint32(0, 0x02014b50, true);
	fields(entry, 8);
	central.set(file, 46);
	const end = new Uint8Array(22);
	const tail = new DataView(end.buffer);
	tail.setUint32(0, 0x06054b50, true);
	tail.setUint16(8, 1, true);
	tail.setUint16(10, 1, true);
	tail.setUint32(12, central.length, true);
	tail.setUint32(16, local.length, true);
	return Buffer.concat([local, central, end]);
}

export const brokenShapefiles = files('refused', [
	['a zip cut short', zipped.subarray(0, zipped.length - 60), 'zip_broken', inZip],
	['a zip that is two letters', 'PK', 'zip_broken', inZip],
	['a zip that is none', 'hello', 'zip_broken', inZip],
	[
		'a zip of 300 MB of nothing',
		() => lyingZip('a.shp', 300 * 1024 * 1024, Buffer.alloc(300 * 1024 * 1024)),
		'zip_too_large',
		inZip
	],
	[
		'a zip that lies about its size',
		() => lyingZip('a.shp', 1000, Buffer.alloc(50 * 1024 * 1024)),
		'shp_broken',
		inZip
	],
	['a zip of pictures', zipSync({ 'photo.jpg': new Uint8Array(9) }), 'zip_without_shapefile', inZip],
	['a zip with a table alone', zipOf({ dbf: shapes.dbf }), 'zip_without_shapefile', inZip],
	[
		'a zip of two layers',
		zipSync({ 'a.shp': shapes.shp, 'b.shp': shapes.shp }),
		'zip_several_shapefiles',
		inZip
	],
	['a bare .shp', shapes.shp, 'shapefile_needs_zip', { name: 'areas.shp' }],
	['a Shapefile without its table', zipOf({ shp: shapes.shp, prj: wgs84Prj }), 'dbf_missing', inZip],
	[
		'a table of another layer',
		zipOf({ ...shapes, dbf: dbfOf([{ name: '甲' }, { name: '乙' }]) }),
		'dbf_other_length',
		inZip
	],
	[
		'a table that promises four thousand million rows',
		() => {
			const dbf = shapes.dbf.slice();
			dbf.fill(0xff, 4, 8);
			return zipOf({ ...shapes, dbf });
		},
		'dbf_broken',
		inZip
	],
	['a table of zeros', zipOf({ ...shapes, dbf: new Uint8Array(200) }), 'dbf_broken', inZip],
	['shapes cut short', zipOf({ ...shapes, shp: shapes.shp.subarray(0, 160) }), 'shp_broken', inZip],
	[
		'a ring of a thousand million points',
		() => {
			const shp = shapes.shp.slice();
			new DataView(shp.buffer).setInt32(100 + 8 + 40, 1_000_000_000, true);
			return zipOf({ ...shapes, shp });
		},
		'shp_broken',
		inZip
	],
	[
		'a record of a negative length',
		() => {
			const shp = shapes.shp.slice();
			new DataView(shp.buffer).setInt32(104, -40);
			return zipOf({ ...shapes, shp });
		},
		'shp_broken',
		inZip
	],
	['points', zipOf({ ...shapes, shp: shpOf([], 1) }), 'shp_not_polygons', inZip],
	['Gauss-Krüger metres', zipOf({ ...shapes, prj: gaussKrugerPrj }), 'projected', inZip],
	[
		'Beijing 1954',
		zipOf({ ...shapes, prj: 'GEOGCS["GCS_Beijing_1954",DATUM["D_Beijing_1954"]]' }),
		'other_datum',
		inZip
	],
	['a .prj of nonsense', zipOf({ ...shapes, prj: '\u0000'.repeat(5000) }), 'prj_unknown', inZip],
	[
		'text of no encoding',
		zipOf({ ...shapes, dbf: dbfOf([{ name: 'x' }], () => Uint8Array.of(0x78, 0x81, 0x20, 0x78)) }),
		'encoding_unknown',
		inZip
	],
	[
		'NaN in its bytes',
		zipOf({ ...shapes, shp: shpOf([[[...square.slice(0, 2), [NaN, NaN], ...square.slice(3)]]]) }),
		'not_numbers',
		inZip
	],
	[
		'a bow-tie',
		zipOf({ ...shapes, shp: shpOf([[ring([0, 0], [9, 9], [9, 0], [0, 9], [0, 0])]]) }),
		'ring_crosses_itself',
		inZip
	],
	['no shape in its record', zipOf({ ...shapes, shp: shpOf([null]) }), 'not_a_polygon', inZip]
]);

export const oddButGood = files('explained', [
	[
		'paths that lead out of the zip',
		zipSync({ '../../../../etc/areas.shp': shapes.shp, '../../../../etc/areas.dbf': shapes.dbf }),
		'prj_missing',
		inZip
	],
	[
		'a table in GBK that says UTF-8',
		zipOf({ ...shapes, dbf: dbfOf([{ 名称: '金桥网格' }], gbk), cpg: 'UTF-8' }),
		'encoding_not_as_told',
		inZip
	],
	['a .cpg of nonsense', zipOf({ ...shapes, cpg: '?'.repeat(90), prj: wgs84Prj }), 'without_unit', inZip],
	['heights', beside(feature([square.map(([x, y]) => [x, y, 8848])])), 'heights_left_out'],
	[
		'GeoJSON in GBK',
		() =>
			Buffer.concat([
				Buffer.from('[{"type":"Feature","properties":{"name":"'),
				gbk('金桥'),
				Buffer.from(`"},"geometry":{"type":"Polygon","coordinates":[${JSON.stringify(square)}]}}]`)
			]),
		'read_as_gbk'
	],
	[
		'areas on top of each other',
		beside(...Array.from({ length: 300 }, (_, i) => feature([square], { name: `叠 ${i}` }))),
		'overlap'
	],
	[
		'a gap of a hair',
		collection(feature([square], { name: '西' }), feature([box(9.01, 0, 15, 9)], { name: '东' })),
		'gap'
	],
	[
		'the same name for different keys',
		beside(feature([square], { name: '甲', id: 1 }), feature([box(40, 0, 49, 9)], { name: '甲', id: 2 })),
		'name_twice'
	],
	[
		'2,000 areas around each other',
		() =>
			collection(
				...Array.from({ length: 2000 }, (_, i) =>
					feature([circle(60, 0, 0, 1 + i / 200)], { name: `环 ${i}` })
				)
			),
		'not_all_compared'
	],
	['a datum nobody named', JSON.stringify([good]), 'datum_assumed']
]);
