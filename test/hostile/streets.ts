import { deflateSync, gzipSync } from 'node:zlib';
import { PbfWriter } from 'pbf';
import { nothingKnown } from '#lib/city/import/known.ts';
import { framed, joinedBytes, osmPbf, osmXml, pbfBlob, pbfBlock, type OsmWorld } from '#test/support/osm.ts';
import type { HostileFile } from './hostile-file.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);

/** Two streets that cross; every file below is this one with something wrong. */
const good: OsmWorld = {
	nodes: [
		{ id: 1, lng: 119.46, lat: 32.79 },
		{ id: 2, lng: 119.461, lat: 32.79 },
		{ id: 3, lng: 119.462, lat: 32.79 },
		{ id: 4, lng: 119.461, lat: 32.791 }
	],
	ways: [
		{ id: 10, refs: [1, 2, 3], tags: { highway: 'primary', name: '金桥路' } },
		{ id: 11, refs: [2, 4], tags: { highway: 'residential', name: '佳醇路' } }
	]
};
const xml = osmXml(good);
const pbf = osmPbf(good);
const with_ = (change: Partial<OsmWorld>): OsmWorld => ({ ...good, ...change });
const node = (id: number, lng: number, lat: number) => ({ id, lng, lat });

type Case = [name: string, bytes: Uint8Array | string | (() => Uint8Array), says?: string, options?: unknown];

function listOf(ending: string, expected: HostileFile['expect'], cases: Case[]): HostileFile[] {
	return cases.map(([name, content, says, options]) => ({
		name,
		kind: 'city',
		file: () => {
			const bytes = typeof content === 'function' ? content() : content;
			return { name: `hostile${ending}`, bytes: typeof bytes === 'string' ? utf8(bytes) : bytes };
		},
		expect: expected,
		...(says ? { says } : {}),
		...(options ? { options } : {})
	}));
}

const lol = `<!DOCTYPE osm [<!ENTITY a "lol">${Array.from(
	{ length: 9 },
	(_, i) => `<!ENTITY ${'bcdefghij'[i]} "${`&${'abcdefghi'[i]};`.repeat(10)}">`
).join('')}]>`;

export const brokenXml = listOf('.osm', 'refused', [
	['an empty file', '', 'file_empty'],
	['white space only', ' \n\t ', 'unknown_format'],
	['a word', 'streets', 'unknown_format'],
	[
		'a web page that says there is no such file',
		'<!DOCTYPE html><html><body>404</body></html>',
		'xml_doctype'
	],
	['a web page without a doctype', '<html><body>404</body></html>', 'xml_not_osm'],
	['a track of a GPS receiver', '<?xml version="1.0"?><gpx version="1.1"/>', 'xml_not_osm'],
	['a file of changes', '<?xml version="1.0"?><osmChange><create/></osmChange>', 'xml_is_change'],
	['no streets at all', '<osm version="0.6"></osm>', 'no_streets'],
	['XML cut in the middle', xml.slice(0, xml.length / 2), 'xml_broken'],
	['XML cut before its last tag', xml.replace('</osm>', ''), 'xml_broken'],
	['XML cut inside an attribute', xml.slice(0, xml.indexOf('lat=') + 7), 'xml_broken'],
	['tags closed in the wrong order', xml.replace('</way>', '</node>'), 'xml_broken'],
	['an attribute given twice', xml.replace('<node id="1"', '<node id="1" id="1"'), 'xml_broken'],
	['an attribute without quotes', xml.replace('id="1"', 'id=1'), 'xml_broken'],
	['a bare ampersand', xml.replace('金桥路', '金桥 & 路'), 'xml_broken'],
	['an angle bracket in a name', xml.replace('金桥路', '<b>'), 'xml_broken'],
	['an entity nobody declared', xml.replace('金桥路', '&bridge;'), 'xml_broken'],
	['a billion laughs', xml.replace('<osm', `${lol}<osm`).replace('金桥路', '&j;'), 'xml_doctype'],
	[
		'an entity that reads a file',
		xml
			.replace('<osm', '<!DOCTYPE osm [<!ENTITY x SYSTEM "file:///etc/passwd">]><osm')
			.replace('金桥路', '&x;'),
		'xml_doctype'
	],
	[
		'a doctype fetched from elsewhere',
		xml.replace('<osm', '<!DOCTYPE osm SYSTEM "http://example.invalid/osm.dtd"><osm'),
		'xml_doctype'
	],
	['a second root', `${xml}<osm/>`, 'xml_broken'],
	['text after the end', `${xml}\nand more`, 'xml_broken'],
	['a NUL in the middle', xml.replace('<way', '\u0000<way'), 'xml_broken'],
	['a control character in a name', xml.replace('金桥路', '金\u0001桥'), 'xml_broken'],
	['a control character as a reference', xml.replace('金桥路', '&#1;'), 'xml_broken'],
	['a character beyond Unicode', xml.replace('金桥路', '&#x110000;'), 'xml_broken'],
	[
		'names in GBK',
		joinedBytes(
			utf8(xml.slice(0, xml.indexOf('金桥路'))),
			Uint8Array.of(0xbd, 0xf0, 0xc7, 0xc5),
			utf8(xml.slice(xml.indexOf('金桥路') + 3))
		),
		'not_utf8'
	],
	['UTF-16', new Uint8Array(Buffer.from(`\uFEFF${xml}`, 'utf16le')), 'unknown_format'],
	['half a character at the end', joinedBytes(utf8(xml), Uint8Array.of(0xe9, 0x87)), 'not_utf8'],
	['a million elements inside each other', () => utf8(`<osm>${'<a>'.repeat(1_000_000)}`), 'xml_too_deep'],
	[
		'a name of fifty megabytes',
		() => utf8(xml.replace('金桥路', '桥'.repeat(17_000_000))),
		'xml_piece_too_long'
	],
	[
		'a comment of ten megabytes',
		() => utf8(xml.replace('<way', `<!--${'x'.repeat(10_000_000)}--><way`)),
		'xml_piece_too_long'
	],
	[
		'a tag’s name of ten megabytes',
		() => utf8(`<osm><${'x'.repeat(10_000_000)}/></osm>`),
		'xml_piece_too_long'
	],
	[
		'two million attributes',
		() => utf8(`<osm><node ${Array.from({ length: 2_000_000 }, (_, i) => `a${i}="1"`).join(' ')}/></osm>`),
		'xml_piece_too_long'
	]
]);

export const wrongNumbers = listOf('.osm', 'refused', [
	['a latitude that is NaN', xml.replace('lat="32.79"', 'lat="NaN"'), 'not_numbers'],
	['an infinite longitude', xml.replace('lon="119.46"', 'lon="Infinity"'), 'not_numbers'],
	['a longitude too large to be a number', xml.replace('lon="119.46"', 'lon="1e999"'), 'not_numbers'],
	['an empty latitude', xml.replace('lat="32.79"', 'lat=""'), 'not_numbers'],
	['no latitude', xml.replace('lat="32.79"', ''), 'not_numbers'],
	['a latitude in hexadecimal', xml.replace('lat="32.79"', 'lat="0x20"'), 'not_numbers'],
	['a comma for the decimal point', xml.replace('lat="32.79"', 'lat="32,79"'), 'not_numbers'],
	['full-width digits', xml.replace('lat="32.79"', 'lat="３２．７９"'), 'not_numbers'],
	[
		'a position off the globe',
		xml.replace('lon="119.46"', 'lon="400"').replace('lat="32.79"', 'lat="95"'),
		'out_of_range'
	],
	[
		'one node with its axes swapped',
		xml.replace('lat="32.79" lon="119.46"', 'lat="119.46" lon="32.79"'),
		'swapped'
	],
	[
		'a whole file with its axes swapped',
		osmXml(with_({ nodes: good.nodes.map(({ id, lng, lat }) => node(id, lat - 2, lng - 32)) })),
		'swapped'
	],
	['a node without an id', xml.replace('<node id="1"', '<node'), 'bad_id'],
	['an id that is a word', xml.replace('<node id="1"', '<node id="one"'), 'bad_id'],
	[
		'an id beyond what a number holds',
		xml.replace('<node id="1"', '<node id="9223372036854775807"'),
		'bad_id'
	],
	['an id with a fraction', xml.replace('<way id="10"', '<way id="10.5"'), 'bad_id'],
	['a way numbered zero', xml.replace('<way id="10"', '<way id="0"'), 'bad_id'],
	[
		'a way of a million nodes',
		() =>
			utf8(
				osmXml(
					with_({
						ways: [
							...good.ways,
							{
								id: 12,
								refs: Array.from({ length: 1_000_000 }, (_, i) => (i % 4) + 1),
								tags: { highway: 'primary', name: '长路' }
							}
						]
					})
				)
			),
		'way_too_long'
	],
	[
		'a street of twelve thousand corners without a junction',
		() =>
			utf8(
				osmXml({
					nodes: Array.from({ length: 12_000 }, (_, i) => node(i + 1, 119 + i * 1e-5, 32 + (i % 2) * 1e-5)),
					ways: [
						{ id: 1, refs: Array.from({ length: 12_000 }, (_, i) => i + 1), tags: { highway: 'primary' } }
					]
				})
			),
		'segment_too_long'
	],
	[
		'a street in another country',
		osmXml(
			with_({
				nodes: [...good.nodes, node(5, 2.35, 48.85), node(6, 2.36, 48.85)],
				ways: [...good.ways, { id: 12, refs: [5, 6], tags: { highway: 'primary', name: 'Rue' } }]
			})
		),
		'far_away'
	],
	['streets without a single node', osmXml(with_({ nodes: [] })), 'no_streets'],
	[
		'houses without streets',
		osmXml(with_({ ways: [{ id: 1, refs: [1, 2, 4, 1], tags: { building: 'yes' } }] })),
		'no_streets'
	]
]);

const gz = (text: string | Uint8Array) => new Uint8Array(gzipSync(text));

/** An archive of many members, which unpack one after the other. */
const again = (times: number, bytes: Uint8Array, start = '') => {
	const member = gz(bytes);
	return joinedBytes(...(start ? [gz(start)] : []), ...Array.from({ length: times }, () => member));
};

export const brokenArchives = listOf('.osm.gz', 'refused', [
	['a gzip header and nothing else', Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3), 'gzip_broken'],
	['a gzip file cut short', () => gz(xml).subarray(0, 60), 'gzip_broken'],
	[
		'a gzip file with one byte changed',
		() => gz(xml.repeat(2)).map((byte, i, all) => (i === all.length - 6 ? byte ^ 0xff : byte)),
		'gzip_broken'
	],
	['nothing, in gzip', () => gz(''), 'file_empty'],
	['gzip in gzip', () => gz(gz(xml)), 'unknown_format'],
	['a zip archive', 'PK\u0003\u0004streets.osm', 'is_zip'],
	['a bzip2 file', 'BZh91AY&SY', 'is_bzip2'],
	['two hundred megabytes of zeros', () => gz(new Uint8Array(200_000_000)), 'unknown_format'],
	[
		'two hundred megabytes of blanks after the root',
		() => gz(joinedBytes(utf8('<osm>'), new Uint8Array(200_000_000).fill(32))),
		'xml_piece_too_long'
	],
	[
		'five hundred megabytes of JSON',
		() => again(50, new Uint8Array(10_000_000).fill(32), '['),
		'file_too_large'
	],
	['the same small archive ten thousand times', () => again(10_000, utf8('<osm>')), 'xml_too_deep']
]);

/** A block with a single field of our choosing. */
const block = (write: (pbf: PbfWriter) => void) => {
	const writer = new PbfWriter();
	write(writer);
	return writer.finish();
};
const header = pbfBlob(
	'OSMHeader',
	block((p) => p.writeStringField(4, 'OsmSchema-V0.6'))
);
const data = (bytes: Uint8Array) => joinedBytes(header, pbfBlob('OSMData', bytes));
const inGroup = (write: (pbf: PbfWriter) => void) =>
	data(
		block((p) => {
			p.writeMessage(1, (_, inner: PbfWriter) => inner.writeStringField(1, ''), null);
			p.writeBytesField(2, block(write));
		})
	);

export const brokenPbf = listOf('.osm.pbf', 'refused', [
	['a PBF cut inside its last block', pbf.subarray(0, pbf.length - 20), 'pbf_truncated'],
	['a PBF cut after its header', pbf.subarray(0, header.length + 30), 'pbf_truncated'],
	['a PBF cut inside a length', joinedBytes(pbf, Uint8Array.of(0, 0)), 'pbf_truncated'],
	['a PBF with nothing but a header', header, 'no_streets'],
	[
		'a PBF followed by garbage',
		joinedBytes(
			pbf,
			Uint8Array.from({ length: 400 }, (_, i) => (i * 7919) % 251)
		),
		'pbf_broken'
	],
	[
		'a block header of a megabyte',
		joinedBytes(header, Uint8Array.of(0, 0x10, 0, 0), new Uint8Array(1 << 20)),
		'pbf_broken'
	],
	[
		'a block that says it is four gigabytes',
		joinedBytes(header, framed('OSMData', new Uint8Array(8), 0xffffffff)),
		'pbf_broken'
	],
	['a block of a negative size', joinedBytes(header, framed('OSMData', new Uint8Array(8), -1)), 'pbf_broken'],
	[
		'data before the header',
		joinedBytes(utf8(''), pbfBlob('OSMDeita', pbfBlock(good)), pbf),
		'unknown_format'
	],
	[
		'zeros where compressed data should be',
		joinedBytes(
			header,
			framed(
				'OSMData',
				block((p) => {
					p.writeVarintField(2, 100);
					p.writeBytesField(3, new Uint8Array(50));
				})
			)
		),
		'pbf_broken'
	],
	[
		'a block larger than it says',
		joinedBytes(
			header,
			framed(
				'OSMData',
				block((p) => {
					p.writeVarintField(2, 3);
					p.writeBytesField(3, deflateSync(pbfBlock(good)));
				})
			)
		),
		'pbf_broken'
	],
	[
		'a block that unpacks to a hundred megabytes',
		() =>
			joinedBytes(
				header,
				framed(
					'OSMData',
					block((p) => {
						p.writeVarintField(2, 100_000_000);
						p.writeBytesField(3, deflateSync(new Uint8Array(100_000_000)));
					})
				)
			),
		'pbf_broken'
	],
	['thirty megabytes of zeros in a block', () => data(new Uint8Array(30_000_000)), 'pbf_broken'],
	['a block without data', joinedBytes(header, framed('OSMData', new Uint8Array())), 'pbf_broken'],
	[
		'a block packed with LZMA',
		joinedBytes(
			header,
			framed(
				'OSMData',
				block((p) => {
					p.writeVarintField(2, 9);
					p.writeBytesField(4, new Uint8Array(9));
				})
			)
		),
		'pbf_compression'
	],
	[
		'a file that asks for more than we know',
		osmPbf(good, { features: ['OsmSchema-V0.6', 'HistoricalInformation'] }),
		'pbf_feature'
	],
	[
		'a text that the block does not hold',
		inGroup((p) =>
			p.writeMessage(
				3,
				(_, w: PbfWriter) => {
					w.writeVarintField(1, 5);
					w.writePackedVarint(2, [99]);
					w.writePackedVarint(3, [98]);
				},
				null
			)
		),
		'pbf_broken'
	],
	[
		'a key without a value',
		inGroup((p) =>
			p.writeMessage(
				3,
				(_, w: PbfWriter) => {
					w.writeVarintField(1, 5);
					w.writePackedVarint(2, [0]);
				},
				null
			)
		),
		'pbf_broken'
	],
	[
		'nodes without positions',
		inGroup((p) => p.writeMessage(2, (_, w: PbfWriter) => w.writePackedSVarint(1, [1, 1, 1]), null)),
		'pbf_broken'
	],
	[
		'members without roles',
		inGroup((p) =>
			p.writeMessage(
				4,
				(_, w: PbfWriter) => {
					w.writeVarintField(1, 5);
					w.writePackedSVarint(9, [1]);
				},
				null
			)
		),
		'pbf_broken'
	],
	['a length that reaches beyond the file', data(Uint8Array.of(0x12, 0xff, 0xff, 0xff, 0x7f)), 'pbf_broken'],
	[
		'a number without an end',
		data(Uint8Array.of(0x88, 0x01, ...new Uint8Array(12).fill(0xff))),
		'pbf_broken'
	],
	['a field of a type that does not exist', data(Uint8Array.of(0x0f, 1, 2, 3)), 'pbf_broken'],
	[
		'text that is not UTF-8',
		data(
			block((p) => {
				p.writeMessage(
					1,
					(_, w: PbfWriter) => {
						w.writeBytesField(1, new Uint8Array());
						w.writeBytesField(1, Uint8Array.of(0xbd, 0xf0));
					},
					null
				);
				p.writeBytesField(
					2,
					block((g) =>
						g.writeMessage(
							3,
							(_, w: PbfWriter) => {
								w.writeVarintField(1, 5);
								w.writePackedVarint(2, [1]);
								w.writePackedVarint(3, [1]);
							},
							null
						)
					)
				);
			})
		),
		'not_utf8'
	],
	[
		'positions off the globe',
		osmPbf(with_({ nodes: good.nodes.map((at) => ({ ...at, lat: at.lat + 180 })) })),
		'out_of_range'
	],
	[
		'positions in units of a kilometre',
		() =>
			data(
				joinedBytes(
					pbfBlock(good),
					block((p) => p.writeVarintField(17, 1_000_000))
				)
			),
		'out_of_range'
	],
	[
		'every byte of a block changed',
		pbf.map((byte, i) => (i > header.length + 40 ? byte ^ 0x55 : byte)),
		'pbf_broken'
	]
]);

const line = (coordinates: unknown, properties: object = {}) => ({
	type: 'Feature',
	properties: { id: 1, name: '金桥路', kind: 'primary', ...properties },
	geometry: { type: 'LineString', coordinates }
});
const here = [
	[119.46, 32.79],
	[119.461, 32.79]
];
const collection = (...features: unknown[]) => JSON.stringify({ type: 'FeatureCollection', features });

export const brokenGeoJson = listOf('.geojson', 'refused', [
	['JSON cut short', collection(line(here)).slice(0, -9), 'json_broken'],
	[
		'JSON nested a hundred thousand deep',
		() => utf8('['.repeat(100_000) + ']'.repeat(100_000)),
		'not_a_line'
	],
	['an object that is no GeoJSON', '{"type":"Topology"}', 'not_geojson'],
	['a collection of nothing', collection(), 'no_rows'],
	[
		'points instead of lines',
		collection({ type: 'Feature', properties: {}, geometry: { type: 'Point', coordinates: here[0] } }),
		'not_a_line'
	],
	['features that are null', collection(null, null), 'not_a_line'],
	[
		'positions as text',
		collection(
			line([
				['119', '32'],
				['120', '32']
			])
		),
		'not_numbers'
	],
	['one position off the globe', collection(line([here[0], [400, 95]])), 'out_of_range'],
	['a number too large to be one', collection(line(here)).replace('119.461', '1e999'), 'not_numbers'],
	['latitude first', collection(line(here.map(([lng, lat]) => [lat, lng]))), 'swapped'],
	[
		'one street in Paris',
		collection(
			line(here),
			line(here, { id: 2 }),
			line(
				[
					[2.35, 48.85],
					[2.36, 48.85]
				],
				{ id: 3 }
			)
		),
		'far_away'
	],
	['the same key twice', collection(line(here), line(here)), 'duplicate_key'],
	['a name of a thousand characters', collection(line(here, { name: '桥'.repeat(1000) })), 'name_too_long'],
	['a NUL in a name', collection(line(here, { name: '金\u0000桥' })), 'bad_text'],
	['half a character in a name', collection(line(here)).replace('金桥路', '金\\ud800桥'), 'bad_text'],
	['a key of ten thousand characters', collection(line(here, { id: 'k'.repeat(10_000) })), 'bad_text'],
	['a junction with a line break', collection(line(here, { u: 'a\nb' })), 'bad_text'],
	[
		'an English name of a thousand characters',
		collection(line(here, { name_en: 'x'.repeat(1000) })),
		'name_too_long'
	],
	[
		'a line of twenty thousand points',
		() => utf8(collection(line(Array.from({ length: 20_000 }, (_, i) => [119 + i * 1e-5, 32])))),
		'line_too_long'
	],
	['a one-way street nobody understands', collection(line(here, { oneway: 'sideways' })), 'bad_oneway'],
	[
		'names in GBK',
		joinedBytes(
			utf8('{"type":"FeatureCollection","name":"'),
			Uint8Array.of(0xbd, 0xf0),
			utf8('","features":[]}')
		),
		'not_utf8'
	],
	[
		'a prototype as a property',
		`{"type":"FeatureCollection","features":[{"type":"Feature","__proto__":{"geometry":{}},"properties":{"__proto__":{"name":"x"}}}]}`,
		'not_a_line'
	]
]);

const river = { id: 20, refs: [1, 2, 4, 3], tags: { waterway: 'river', name: '河' } };

/** The streets are good; what is odd beside them is said, and nothing is repaired. */
export const oddButGood = listOf('.osm', 'explained', [
	[
		'a street that runs out of the file',
		osmXml(
			with_({
				ways: [
					...good.ways,
					{ id: 12, refs: [3, 77, 78], tags: { highway: 'primary', name: '远路' } },
					{ id: 13, refs: [1, 4, 79], tags: { highway: 'primary', name: '近路' } }
				]
			})
		),
		'way_clipped'
	],
	[
		'a street wholly outside the file',
		osmXml(with_({ ways: [...good.ways, { id: 12, refs: [77, 78], tags: { highway: 'primary' } }] })),
		'way_outside'
	],
	[
		'a street of one node',
		osmXml(with_({ ways: [...good.ways, { id: 12, refs: [1], tags: { highway: 'primary' } }] })),
		'way_without_line'
	],
	[
		'a street of the same node again and again',
		osmXml(with_({ ways: [...good.ways, { id: 12, refs: [1, 1, 1], tags: { highway: 'primary' } }] })),
		'way_without_line'
	],
	[
		'a street between two nodes at one place',
		osmXml(
			with_({
				nodes: [...good.nodes, node(5, 119.46, 32.79)],
				ways: [...good.ways, { id: 12, refs: [1, 5], tags: { highway: 'primary' } }]
			})
		),
		'point_like'
	],
	[
		'a street’s name of ten thousand characters',
		osmXml(
			with_({
				ways: [{ ...good.ways[0]!, tags: { highway: 'primary', name: '桥'.repeat(10_000) } }, good.ways[1]!]
			})
		),
		'name_left_out'
	],
	[
		'a way twice, differently',
		osmXml(with_({ ways: [...good.ways, { ...good.ways[0]!, refs: [1, 4] }] })),
		'way_twice'
	],
	[
		'a node twice, at different places',
		osmXml(with_({ nodes: [...good.nodes, node(1, 119.4601, 32.79)] })),
		'node_twice'
	],
	[
		'streets that do not meet',
		osmXml(
			with_({
				ways: [
					{ ...good.ways[0]!, refs: [1, 2] },
					{ ...good.ways[1]!, refs: [3, 4] }
				]
			})
		),
		'parts_not_connected'
	],
	[
		'a lake that crosses itself',
		osmXml(
			with_({
				nodes: [...good.nodes, node(5, 119.4605, 32.7905)],
				ways: [
					...good.ways,
					{ id: 20, refs: [1, 4, 2, 5, 1].toSpliced(3, 1, 3), tags: { natural: 'water' } },
					{ id: 21, refs: [1, 4, 3, 5, 1], tags: { natural: 'water' } }
				]
			})
		),
		'area_crosses_itself'
	],
	[
		'a house without extent',
		osmXml(
			with_({
				ways: [
					...good.ways,
					{ id: 20, refs: [1, 2, 3, 2, 1], tags: { building: 'yes' } },
					{ id: 21, refs: [1, 1, 1, 1], tags: { building: 'yes' } }
				]
			})
		),
		'area_flat'
	],
	[
		'a lake whose shore is not closed',
		osmXml(
			with_({
				ways: [...good.ways, { ...river, tags: {} }],
				relations: [
					{
						id: 30,
						members: [{ type: 'way', ref: 20, role: 'outer' }],
						tags: { type: 'multipolygon', natural: 'water' }
					}
				]
			})
		),
		'multipolygon_open'
	],
	[
		'a lake whose shore is not in the file',
		osmXml(
			with_({
				relations: [
					{
						id: 30,
						members: [{ type: 'way', ref: 99, role: 'outer' }],
						tags: { type: 'multipolygon', natural: 'water' }
					}
				]
			})
		),
		'multipolygon_cut'
	],
	[
		'a lake without a shore',
		osmXml(with_({ relations: [{ id: 30, members: [], tags: { type: 'multipolygon', natural: 'water' } }] })),
		'multipolygon_open'
	],
	[
		'a relation that holds itself',
		osmXml(
			with_({
				relations: [
					{
						id: 30,
						members: [{ type: 'relation', ref: 30, role: 'outer' }],
						tags: { type: 'multipolygon', landuse: 'forest' }
					}
				]
			})
		),
		'multipolygon_open'
	],
	[
		'a street nobody knows the direction of',
		osmXml(
			with_({
				ways: [
					{ ...good.ways[0]!, tags: { highway: 'primary', name: '金桥路', oneway: '<script>' } },
					good.ways[1]!
				]
			})
		),
		'oneway_unclear'
	]
]);

const elsewhere = nothingKnown();
elsewhere.city = { ...elsewhere.city, name: '高邮', bbox: [113.9, 22.5, 114, 22.6], hasStreets: true };

export const otherCity: HostileFile[] = [
	{
		name: 'the streets of another city than the one that is here',
		kind: 'city',
		file: { name: 'other.osm', bytes: utf8(xml) },
		known: elsewhere,
		expect: 'refused',
		says: 'another_place'
	}
];
