import { randomUUID } from 'node:crypto';
import type { FeatureCollection } from 'geojson';
import type { Applied, ApplyOptions, ImportFile } from '#lib/city/import/importer.ts';
import type { Known } from '#lib/city/import/known.ts';
import { readInWorker } from '#lib/city/import/reading.ts';
import type { AreaImport, AreaKind } from '#lib/city/import/shapes.ts';
import { call, type Client } from '#lib/database/client.server.ts';
import { areaCollection, type WrittenArea } from './area-collection.ts';
import type { AreaDraft, AreaOptions } from './area-draft.ts';

/** Per call, so that each stays well under a second: areas, or corners of areas. */
const batch = { areas: 250, corners: 20_000 };

/** Reads a file of areas in a thread of its own. Throws `RefusedFile` when it cannot be read at all. */
export function readAreas(file: ImportFile, options: AreaOptions, known: Known): Promise<AreaDraft> {
	return readInWorker<AreaDraft>('areas', file, options, known);
}

/**
 * Writes the draft's areas in batches; broken off, it is simply run again. Of a complete draft, areas of its kinds that
 * it does not name are gone at the end. A dry run answers what would happen and writes nothing.
 */
export async function applyAreas(
	client: Client,
	draft: Pick<AreaDraft, 'areas' | 'source' | 'sha256' | 'complete' | 'refused'>,
	{ dryRun = false, onProgress }: ApplyOptions = {}
): Promise<Applied> {
	const header = {
		id: randomUUID(),
		source: draft.source,
		datum: 'wgs84',
		file_sha256: draft.sha256,
		complete: draft.complete,
		dry_run: dryRun,
		left_out: draft.refused
	};
	const applied: Applied = { added: 0, changed: 0, unchanged: 0, gone: 0, rejected: [] };
	const batches = inBatches(draft.areas);
	let done = 0;
	const present = new Map<AreaKind, number>();
	for (const [i, areas] of batches.entries()) {
		const is_last = i === batches.length - 1;
		const answer = await call<Applied & { present?: number }>(client, 'import_areas', {
			import: header,
			areas: areas as never,
			is_last
		});
		applied.rejected.push(...answer.rejected);
		if (dryRun) {
			applied.added += answer.added;
			applied.changed += answer.changed;
			applied.unchanged += answer.unchanged;
			present.set(areas[0]!.kind, answer.present ?? 0);
		} else {
			Object.assign(applied, {
				added: answer.added,
				changed: answer.changed,
				unchanged: answer.unchanged,
				gone: answer.gone
			});
		}
		done += areas.length;
		onProgress?.(done, draft.areas.length);
	}
	if (dryRun && draft.complete) {
		const all = [...present.values()].reduce((sum, n) => sum + n, 0);
		applied.gone = Math.max(0, all - applied.changed - applied.unchanged - applied.rejected.length);
	}
	return applied;
}

/** Each of one kind, so that a dry run's count of areas present is that kind's. */
function inBatches(areas: readonly AreaImport[]): AreaImport[][] {
	const batches: AreaImport[][] = [];
	let corners = 0;
	for (const area of [...areas].sort((a, b) => a.kind.localeCompare(b.kind))) {
		const rings = area.geometry.type === 'Polygon' ? [area.geometry.coordinates] : area.geometry.coordinates;
		const own = rings.flat().reduce((sum, ring) => sum + ring.length, 0);
		const last = batches.at(-1);
		if (last && last[0]!.kind === area.kind && last.length < batch.areas && corners + own <= batch.corners) {
			last.push(area);
			corners += own;
		} else {
			batches.push([area]);
			corners = own;
		}
	}
	return batches;
}

/** All current areas (or those of one kind) as a file that `readAreaFile` reads back without a change. */
export async function exportAreas(
	client: Client,
	kind: AreaKind | null = null
): Promise<FeatureCollection & { datum: 'wgs84' }> {
	const { areas } = await call<{ areas: WrittenArea[] }>(client, 'areas');
	return areaCollection(areas.filter((area) => kind === null || area.kind === kind));
}
