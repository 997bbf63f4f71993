import { gzipSync } from 'node:zlib';
import { GeoJSONVT, type GeoJSONVTTile } from '@maplibre/geojson-vt';
import { fromGeojsonVt } from '@maplibre/vt-pbf';
import { anonClient, call } from '#lib/database/client.server.ts';
import { layerNames, layersOf, type BaseFeature, type BasemapSegment, type LayerName } from './basemap.ts';
import { groundOf, type MapDatum } from './datum.ts';
import { firstBuildingZoom, maxTileZoom, readTileVersion, tileVersion } from './zoom.ts';

const pageSize = 2000;
const featurePageSize = 5000;
const keptTiles = 1024;
const keptVersions = 2;
/** How long the city's version is believed: long enough that guessing versions costs the database next to nothing. */
const believedFor = 500;

interface BasemapPage {
	version: string;
	segments: BasemapSegment[];
	next: number | null;
}

interface FeaturePage {
	features: BaseFeature[];
	next: number | null;
}

/** A tile in Mapbox Vector Tile encoding, gzipped; null when nothing lies in it. */
export type Tile = Uint8Array<ArrayBuffer> | null;

/** All tiles of one version of the basemap, cut when first asked for. */
export class TileSet {
	readonly version: string;
	readonly datum: MapDatum;
	readonly #indexes: [LayerName, GeoJSONVT][];
	readonly #cut = new Map<string, Tile>();

	/** Data shifted onto a ground of `datum`; what was given is left as it is. */
	constructor(
		version: string,
		segments: readonly BasemapSegment[],
		features: readonly BaseFeature[],
		datum: MapDatum = 'wgs84'
	) {
		this.version = version;
		this.datum = datum;
		const ground = groundOf(datum);
		const layers = layersOf(
			segments.map((segment) => ({ ...segment, line: segment.line.map(ground.toMap) })),
			features.map((feature) => ({ ...feature, geometry: ground.shapeToMap(feature.geometry) }))
		);
		this.#indexes = layerNames.map((name) => [
			name,
			new GeoJSONVT(layers[name], {
				maxZoom: maxTileZoom,
				indexMaxZoom: 5,
				tolerance: 3,
				buffer: 96,
				extent: 4096
			})
		]);
	}

	tile(z: number, x: number, y: number): Tile {
		const key = `${z}/${x}/${y}`;
		const known = this.#cut.get(key);
		if (known !== undefined) {
			// Last used, last dropped: a Map remembers the order of insertion.
			this.#cut.delete(key);
			this.#cut.set(key, known);
			return known;
		}
		const made = this.#make(z, x, y);
		this.#cut.set(key, made);
		if (this.#cut.size > keptTiles) this.#cut.delete(this.#cut.keys().next().value!);
		return made;
	}

	#make(z: number, x: number, y: number): Tile {
		const layers: Record<string, GeoJSONVTTile> = {};
		for (const [name, index] of this.#indexes) {
			if (name === 'building' && z < firstBuildingZoom) continue;
			const part = index.getTile(z, x, y);
			if (part && part.features.length > 0) layers[name] = part;
		}
		if (Object.keys(layers).length === 0) return null;
		return Uint8Array.from(gzipSync(fromGeojsonVt(layers, { version: 2, extent: 4096 })));
	}
}

const sets = new Map<string, TileSet>();
let reading: Promise<TileSet> | null = null;
let asking: Promise<string> | null = null;
let current = { version: '', at: -Infinity };

/**
 * The tiles of a version, or null when that is not (or no longer) the city's. `address` is what `tileVersion` makes:
 * the version, and the datum the data are shifted to. Kept versions cost no query.
 */
export async function tileSet(address: string): Promise<TileSet | null> {
	const kept = sets.get(address);
	if (kept) return kept;
	const { version, datum } = readTileVersion(address);
	if ((await currentVersion()) !== version) return null;
	reading ??= readTileSet(datum).finally(() => (reading = null));
	const read = await reading;
	const readAddress = tileVersion(read.version, read.datum);
	sets.set(readAddress, read);
	if (sets.size > keptVersions) sets.delete(sets.keys().next().value!);
	return readAddress === address ? read : null;
}

async function currentVersion(): Promise<string> {
	if (performance.now() - current.at < believedFor) return current.version;
	asking ??= call<{ streets_version: string }>(anonClient(), 'city')
		.then(({ streets_version }) => streets_version)
		.finally(() => (asking = null));
	current = { version: await asking, at: performance.now() };
	return current.version;
}

async function readTileSet(datum: MapDatum): Promise<TileSet> {
	const client = anonClient();
	for (;;) {
		const features: BaseFeature[] = [];
		for (let after: number | null = 0; after !== null;) {
			const page: FeaturePage = await call(client, 'base_features', { after, max_rows: featurePageSize });
			features.push(...page.features);
			after = page.next;
		}
		const segments: BasemapSegment[] = [];
		let version: string | null = null;
		let after: number | null = 0;
		while (after !== null) {
			const page: BasemapPage = await call(client, 'basemap', { after, max_rows: pageSize });
			// An import finished between two pages: what was read so far is of another version. Begin again.
			if (version !== null && page.version !== version) break;
			version = page.version;
			segments.push(...page.segments);
			after = page.next;
		}
		if (after === null && version !== null) return new TileSet(version, segments, features, datum);
	}
}
