import { randomUUID } from 'node:crypto';
import type { ApplyOptions } from '#lib/city/import/importer.ts';
import type { TableRecord } from '#lib/city/tables/write-table.ts';
import { call, type Client } from '#lib/database/client.server.ts';
import type { HistoryApplied, HistoryDraft, HistoryRow } from './history.ts';

interface BatchAnswer {
	added: number;
	changed: number;
	unchanged: number;
	kept: number;
	rejected: { key: string | null; problem: string }[];
	not_snapped?: number;
}

/** Enough refusals to show what is wrong; a million of them would be no help. */
const mostRejected = 1_000;

/**
 * Writes a draft, batch by batch, each in one transaction of its own: broken off, it can simply be begun again, because a row is
 * known by its source and key. With `dryRun` the database says what it would do and writes nothing.
 */
export async function applyHistory(
	client: Client,
	draft: HistoryDraft,
	{ dryRun = false, onProgress }: ApplyOptions = {}
): Promise<HistoryApplied> {
	const header = {
		id: randomUUID(),
		source: draft.source,
		source_key: draft.mapping.source,
		datum: draft.mapping.datum === 'cgcs2000' ? 'wgs84' : draft.mapping.datum,
		file_sha256: draft.sha256,
		complete: false,
		left_out: draft.refused,
		...(dryRun && { dry_run: true })
	};
	if (draft.newUnits.length > 0 && !dryRun) {
		await call(client, 'import_units', {
			import: { ...header, id: randomUUID() },
			units: draft.newUnits.map((name) => ({ name }))
		});
	}
	const unknown = new Set(dryRun ? draft.newUnits : []);
	const applied: HistoryApplied = {
		added: 0,
		changed: 0,
		unchanged: 0,
		gone: 0,
		kept: 0,
		notSnapped: 0,
		rejected: []
	};
	let done = 0;
	for (const [i, batch] of draft.batches.entries()) {
		const rows = JSON.parse(new TextDecoder().decode(batch)) as HistoryRow[];
		// Nothing was written, so units yet to be made are not there to be found.
		if (unknown.size > 0) for (const row of rows) if (row.unit && unknown.has(row.unit)) delete row.unit;
		const isLast = i === draft.batches.length - 1;
		const answer = await call<BatchAnswer>(client, 'import_history', {
			import: header,
			history: rows,
			is_last: isLast
		});
		// The import's running counts in a real one, the batch's own in a dry run.
		for (const count of ['added', 'changed', 'unchanged'] as const)
			applied[count] = (dryRun ? applied[count] : 0) + answer[count];
		applied.kept += answer.kept;
		applied.notSnapped += answer.not_snapped ?? 0;
		for (const { key, problem } of answer.rejected) {
			if (applied.rejected.length < mostRejected) applied.rejected.push({ key, problem });
		}
		done += rows.length;
		onProgress?.(done, draft.rows);
	}
	return applied;
}

/** Columns of an export, in the order a person wants them. Those that read back in keep the names the import knows. */
export const exportColumns = [
	'key',
	'status',
	'category',
	'category_name',
	'street',
	'area',
	'unit',
	'opened_at',
	'filed_at',
	'dispatched_at',
	'due_at',
	'handling_at',
	'handled_at',
	'closed_at',
	'returned_count',
	'disputed_count',
	'confirmed',
	'has_proof',
	'source',
	'lng',
	'lat',
	'merged_into',
	'id'
] as const;

/** Every case the client may see, one row per report; pages as large as the database gives. */
export async function* exportCases(client: Client): AsyncGenerator<TableRecord> {
	for (let after: string | null = null; ;) {
		const page: { rows: TableRecord[]; next: string | null } = await call(client, 'export_cases', {
			after,
			max_rows: 2000
		});
		yield* page.rows;
		if (!page.next) return;
		after = page.next;
	}
}
