import { randomUUID } from 'node:crypto';
import { call, serviceClient } from '#lib/database/client.server.ts';
import type { Home } from '#lib/database/home.server.ts';
import type {
	AreaImport,
	CityRecord,
	FeatureImport,
	ImportHeader,
	ImportReport,
	SegmentImport
} from './import/shapes.ts';

export interface City {
	name: string;
	name_en: string | null;
	center: [number, number] | null;
	bbox: [number, number, number, number] | null;
	is_demo: boolean;
	has_streets: boolean;
	streets_version: string;
}

/** Rows per call: each call is one transaction, and writers elsewhere wait for none longer than about a second. */
const streetBatch = 250;

export function readCity(home: Home): Promise<City> {
	return call(serviceClient(home), 'city', {}) as unknown as Promise<City>;
}

export async function setCity(home: Home, city: CityRecord): Promise<void> {
	await call(serviceClient(home), 'set_city', { city: { ...city } });
}

/** Imports segments in batches; a broken-off import can simply be run again. */
export async function importStreets(
	home: Home,
	source: ImportSource,
	segments: readonly SegmentImport[]
): Promise<ImportReport> {
	const client = serviceClient(home);
	const header = headerOf(source);
	const rejected: ImportReport['rejected'] = [];
	let report: ImportReport | undefined;
	for (let start = 0; start < segments.length; start += streetBatch) {
		const answer = await call(client, 'import_streets', {
			import: header,
			segments: segments.slice(start, start + streetBatch),
			is_last: start + streetBatch >= segments.length
		});
		report = answer as unknown as ImportReport;
		rejected.push(...report.rejected);
	}
	if (!report) throw new Error('There are no segments to import.');
	return { ...report, rejected };
}

/** Imports areas in one transaction: a city has hundreds, and a complete file must be seen whole. */
export async function importAreas(
	home: Home,
	source: ImportSource,
	areas: readonly AreaImport[]
): Promise<ImportReport> {
	const answer = await call(serviceClient(home), 'import_areas', { import: headerOf(source), areas });
	return answer as unknown as ImportReport;
}

export async function importBaseFeatures(
	home: Home,
	source: ImportSource,
	features: readonly FeatureImport[]
): Promise<void> {
	await call(serviceClient(home), 'import_base_features', { import: headerOf(source), features });
}

export interface ImportSource {
	source: string;
	sha256: string;
	complete: boolean;
}

function headerOf({ source, sha256, complete }: ImportSource): ImportHeader {
	return { id: randomUUID(), source, datum: 'wgs84', file_sha256: sha256, complete };
}
