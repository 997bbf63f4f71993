import { randomUUID } from 'node:crypto';
import { call, serviceClient, type Client } from '#lib/database/client.server.ts';
import type { Home } from '#lib/database/home.server.ts';
import type { Applied } from './import/importer.ts';
import type { AreaImport, CityRecord, FeatureImport, ImportHeader, SegmentImport } from './import/shapes.ts';

export interface City {
	name: string;
	name_en: string | null;
	center: [number, number] | null;
	bbox: [number, number, number, number] | null;
	time_zone: string;
	is_demo: boolean;
	has_streets: boolean;
	streets_version: string;
	attribution: string | null;
}

/** Of one call: each is one transaction, and writers elsewhere wait for none longer than about a second. */
const most = { rows: 500, corners: 50_000 };

/** Rows in calls of at most so many rows and corners; one row alone may have more. */
function* batchesOf<Row>(rows: readonly Row[], cornersOf: (row: Row) => number): Generator<Row[]> {
	let batch: Row[] = [];
	let corners = 0;
	for (const row of rows) {
		const more = cornersOf(row);
		if (batch.length === most.rows || (batch.length > 0 && corners + more > most.corners)) {
			yield batch;
			batch = [];
			corners = 0;
		}
		batch.push(row);
		corners += more;
	}
	if (batch.length > 0) yield batch;
}

function cornersOf({ geometry }: FeatureImport): number {
	switch (geometry.type) {
		case 'Point':
			return 1;
		case 'LineString':
			return geometry.coordinates.length;
		case 'Polygon':
			return geometry.coordinates.reduce((sum, ring) => sum + ring.length, 0);
		case 'MultiPolygon':
			return geometry.coordinates.flat().reduce((sum, ring) => sum + ring.length, 0);
	}
}

/** What the calls below speak through: the web server's own voice, or an administrator's. */
type Speaker = Home | Client;

const clientOf = (speaker: Speaker): Client => ('rpc' in speaker ? speaker : serviceClient(speaker));

export function readCity(home: Home): Promise<City> {
	return cityOf(serviceClient(home));
}

export function cityOf(client: Client): Promise<City> {
	return call<City>(client, 'city');
}

export async function setCity(speaker: Speaker, city: CityRecord): Promise<void> {
	await call(clientOf(speaker), 'set_city', { city: { ...city } });
}

interface StreetAnswer extends Applied {
	/** In a dry run: how many segments the city has now. */
	present?: number;
}

/** Imports segments in batches; a broken-off import can simply be run again. A dry run writes nothing. */
export async function importStreets(
	speaker: Speaker,
	source: ImportSource,
	segments: readonly SegmentImport[],
	{ dryRun = false, onProgress }: { dryRun?: boolean; onProgress?: (done: number) => void } = {}
): Promise<Applied> {
	if (segments.length === 0) throw new Error('There are no segments to import.');
	const client = clientOf(speaker);
	const header = { ...headerOf(source), ...(dryRun ? { dry_run: true } : {}) };
	const total: Applied = { added: 0, changed: 0, unchanged: 0, gone: 0, rejected: [] };
	let done = 0;
	for (const batch of batchesOf(segments, ({ line }) => line.length)) {
		done += batch.length;
		const answer = await call<StreetAnswer>(client, 'import_streets', {
			import: header,
			segments: batch,
			is_last: done === segments.length
		});
		const { added, changed, unchanged, gone, rejected, present = 0 } = answer;
		total.rejected.push(...rejected);
		// A real import counts for itself over all its batches; a dry run knows only the batch before it.
		if (!dryRun) Object.assign(total, { added, changed, unchanged, gone });
		else {
			total.added += added;
			total.changed += changed;
			total.unchanged += unchanged;
			total.gone = source.complete
				? Math.max(0, present - total.changed - total.unchanged - total.rejected.length)
				: 0;
		}
		onProgress?.(done);
	}
	return total;
}

/** Imports areas in one transaction: a city has hundreds, and a complete file must be seen whole. */
export function importAreas(
	speaker: Speaker,
	source: ImportSource,
	areas: readonly AreaImport[]
): Promise<Applied> {
	return call<Applied>(clientOf(speaker), 'import_areas', { import: headerOf(source), areas });
}

/** Imports what the basemap draws; of a complete source, what it does not name is gone afterwards. */
export async function importBaseFeatures(
	speaker: Speaker,
	source: ImportSource,
	features: readonly FeatureImport[],
	onProgress?: (done: number) => void
): Promise<void> {
	const client = clientOf(speaker);
	const header = headerOf(source);
	let done = 0;
	for (const batch of batchesOf(features, cornersOf)) {
		done += batch.length;
		await call(client, 'import_base_features', {
			import: header,
			features: batch,
			is_last: done === features.length
		});
		onProgress?.(done);
	}
}

export interface ImportSource {
	source: string;
	sha256: string;
	complete: boolean;
}

function headerOf({ source, sha256, complete }: ImportSource): ImportHeader {
	return { id: randomUUID(), source, datum: 'wgs84', file_sha256: sha256, complete };
}
