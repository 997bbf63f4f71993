// Reads a city's file of streets, whichever of the formats it is: told by its bytes, not by its name.
import { createHash } from 'node:crypto';
import type { CityDraft, CityOptions } from './city-draft.ts';
import { componentsOf, lengthOf } from './components.ts';
import { cutTo, findReach } from './cut.ts';
import { extentOf } from './extent.ts';
import { readFeatures } from './features.ts';
import { Findings } from './findings.ts';
import type { ImportFile, SummaryLine } from './importer.ts';
import type { Known } from './known.ts';
import { findNamesApart, findOtherCity, findParts, findStrays, previewOf } from './network-findings.ts';
import { OsmData } from './osm/data.ts';
import { groundOf } from './osm/ground.ts';
import { networkOf } from './osm/network.ts';
import { readOsmPbf } from './osm/pbf.ts';
import { readOsmXml } from './osm/xml.ts';
import { isInChina, type Datum } from './positions.ts';
import { refuseFile } from './refused-file.ts';
import type { FeatureImport, SegmentImport } from './shapes.ts';
import { segmentsFrom } from './streets.ts';
import { decodeUtf8, isGzip, unpack, unpackPieces } from './unpack.ts';

/** Megabytes of a file once unpacked. GeoJSON is held as one text, and then as objects several times its size. */
const most = { xml: 4096, pbf: 1024, geojson: 256 };
const osmLicence = '© OpenStreetMap contributors';

interface Rows {
	segments: SegmentImport[];
	features: FeatureImport[];
}

/** A `Reader`: pure, bounded. Throws `RefusedFile` when the file as a whole is not what it should be. */
export async function readCityFile(
	file: ImportFile,
	{ datum = 'wgs84', within }: CityOptions,
	known: Known
): Promise<CityDraft> {
	const findings = new Findings('network');
	const format = await formatOf(file.bytes);
	const all =
		format === 'geojson'
			? readGeoJson(file.bytes, datum, findings)
			: await readOsm(file.bytes, format, datum, findings);
	if (format !== 'geojson') findStrays(all.segments, findings);
	const { segments, features } = within ? cutTo(within, all, findings) : all;
	if (segments.length === 0 && findings.refused === 0) throw refuseFile('network', 'no_streets');

	const { bbox, center } =
		segments.length > 0
			? extentOf(segments.map(({ line }) => line))
			: { bbox: [0, 0, 0, 0] as CityDraft['bbox'], center: [0, 0] as CityDraft['center'] };
	const components = componentsOf(segments);
	findParts(components, findings, segments, components.partOf);
	findNamesApart(segments, findings);
	if (segments.length > 0) {
		findReach(segments, bbox, findings);
		findOtherCity(bbox, known, findings);
	}
	return {
		kind: 'city',
		source: file.name,
		sha256: createHash('sha256').update(file.bytes).digest('hex'),
		format,
		segments,
		features,
		bbox,
		center,
		attribution: format === 'geojson' ? null : osmLicence,
		suggestedName: suggestedName(file.name),
		summary: summaryOf(segments, features),
		findings: findings.list(),
		refused: findings.refused,
		preview: previewOf(segments, components.partOf)
	};
}

async function formatOf(bytes: Uint8Array): Promise<CityDraft['format']> {
	const start = await firstBytes(bytes);
	if (start.length === 0) throw refuseFile('city', 'file_empty');
	const text = new TextDecoder()
		.decode(start)
		.replace(/^\uFEFF/, '')
		.trimStart();
	if (text.startsWith('<')) return 'osm-xml';
	if (text.startsWith('{') || text.startsWith('[')) return 'geojson';
	// A length of four bytes, then a blob's header, whose first field is the text "OSMHeader".
	if (start[0] === 0 && start[1] === 0 && start[4] === 0x0a && start[5] === 9) return 'osm-pbf';
	if (text.startsWith('PK')) throw refuseFile('network', 'is_zip');
	if (text.startsWith('BZh')) throw refuseFile('network', 'is_bzip2');
	throw refuseFile('network', 'unknown_format');
}

async function firstBytes(bytes: Uint8Array): Promise<Uint8Array> {
	if (!isGzip(bytes)) return bytes.subarray(0, 1024);
	for await (const piece of unpackPieces(bytes, most.xml)) return piece.subarray(0, 1024);
	return new Uint8Array();
}

async function readOsm(
	bytes: Uint8Array,
	format: 'osm-xml' | 'osm-pbf',
	datum: Datum,
	findings: Findings
): Promise<Rows> {
	const data = new OsmData(findings);
	if (format === 'osm-xml') await readOsmXml(unpackPieces(bytes, most.xml), data);
	else readOsmPbf(unpack(bytes, most.pbf), data);
	data.seal();
	const inChina = data.nodeCount > 0 && isInChina(data.position(data.nodeCount >> 1));
	return {
		segments: networkOf(data, datum, inChina, findings),
		features: groundOf(data, datum, inChina, findings)
	};
}

function readGeoJson(bytes: Uint8Array, datum: Datum, findings: Findings): Rows {
	const read = readFeatures(decodeUtf8(unpack(bytes, most.geojson)));
	const { segments, problems, leftOut } = segmentsFrom(read.features, datum);
	for (const { row, name, fault, detail } of [...read.problems, ...problems]) {
		const example = { row: row === 0 ? null : row, key: name, text: detail };
		findings.add(fault, 'refused', example);
	}
	findings.say('unnamed_path', 'note', leftOut);
	return { segments, features: [] };
}

function summaryOf(segments: readonly SegmentImport[], features: readonly FeatureImport[]): SummaryLine[] {
	const line = (code: string, value: number): SummaryLine => ({ domain: 'network', code, value });
	const count = (kind: FeatureImport['kind']) => features.filter((feature) => feature.kind === kind).length;
	const names = new Set(segments.flatMap(({ street_key, name }) => (name ? [street_key ?? name] : [])));
	const metres = segments.reduce((sum, segment) => sum + lengthOf(segment.line), 0);
	return [
		line('count_streets', names.size),
		line('count_segments', segments.length),
		line('count_kilometres', Math.round(metres / 100) / 10),
		line('count_oneway', segments.filter(({ oneway }) => oneway !== 0).length),
		...(features.length === 0
			? []
			: [
					line('count_places', count('place')),
					line('count_buildings', count('building')),
					line('count_water', count('water')),
					line('count_green', count('green')),
					line('count_rail', count('rail'))
				])
	];
}

function suggestedName(fileName: string): string {
	const base = fileName.replace(/^.*[/\\]/, '').replace(/(\.(osm|pbf|geojson|json|gz|xml))+$/i, '');
	return base.slice(0, 80) || 'Kerbside';
}
