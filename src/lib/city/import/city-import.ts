// A city from a file, in two steps: `readCity` judges the file, `applyCity` writes what it holds. The command line, the
// administrators' pages and the demo town all take these two.
import type { Client } from '#lib/database/client.server.ts';
import { importBaseFeatures, importStreets, setCity, cityOf } from '../city.server.ts';
import type { CityDraft, CityOptions } from './city-draft.ts';
import { around } from './extent.ts';
import type { Applied, ApplyOptions, ImportFile } from './importer.ts';
import { nothingKnown, type Known } from './known.ts';
import { readInWorker } from './reading.ts';

export type { CityDraft, CityOptions } from './city-draft.ts';

export interface ApplyCityOptions extends ApplyOptions {
	/** The file's name as the log of imports shows it; the draft's own unless told. */
	source?: string | undefined;
	/** Unless told: the name the city has, or in a city without streets the file's. */
	name?: string | undefined;
	nameEn?: string | null | undefined;
	timeZone?: string | undefined;
	/** Whose data it is, shown on every map; the format's own licence line unless told. */
	attribution?: string | undefined;
	/** The file is a part of the city: what it does not name stays. */
	partial?: boolean;
	isDemo?: boolean;
}

/** Reads a street file in a thread of its own. Throws `RefusedFile` when it cannot be read at all. */
export function readCity(
	file: ImportFile,
	options: CityOptions = {},
	known: Known = nothingKnown()
): Promise<CityDraft> {
	return readInWorker<CityDraft>('city', file, options, known);
}

/**
 * Writes a draft without refused rows: the city's own record, the basemap, the streets last. Broken off, it is simply
 * run again. A dry run answers for the streets what would happen, and writes nothing.
 */
export async function applyCity(
	client: Client,
	draft: CityDraft,
	options: ApplyCityOptions = {}
): Promise<Applied> {
	if (draft.refused > 0) throw new Error(`A draft with ${draft.refused} refused rows is not written.`);
	const { source = draft.source, partial = false, dryRun = false, onProgress } = options;
	const header = { source, sha256: draft.sha256, complete: !partial };
	const rows = draft.features.length + draft.segments.length;
	if (!dryRun) {
		const city = await cityOf(client);
		const isFirst = city.bbox === null;
		const attribution = options.attribution ?? draft.attribution;
		await setCity(client, {
			name: options.name ?? (isFirst ? draft.suggestedName : city.name),
			name_en: options.nameEn ?? (isFirst ? (options.name ?? draft.suggestedName) : city.name_en),
			center: partial && city.center ? city.center : draft.center,
			bbox: partial && city.bbox ? around(city.bbox, draft.bbox) : draft.bbox,
			time_zone: options.timeZone ?? city.time_zone,
			...(attribution ? { attribution } : {}),
			is_demo: options.isDemo ?? false
		});
		// A file of streets alone says nothing about water and houses: those stay.
		if (draft.features.length > 0) {
			await importBaseFeatures(client, header, draft.features, (done) => onProgress?.(done, rows));
		}
	}
	const { added, changed, unchanged, gone, rejected } = await importStreets(client, header, draft.segments, {
		dryRun,
		onProgress: (done) => onProgress?.(draft.features.length + done, rows)
	});
	return { added, changed, unchanged, gone, rejected };
}
