import type { Applied, Draft } from '#lib/city/import/importer.ts';
import type { HistoryMapping } from './mapping.ts';

export const historyStatuses = [
	'received',
	'declined',
	'filed',
	'dispatched',
	'handling',
	'handled',
	'returned',
	'suspended',
	'closed',
	'voided'
] as const;
export type HistoryStatus = (typeof historyStatuses)[number];

export const historySources = ['citizen', 'volunteer', 'inspector', 'hotline', 'import', 'api'] as const;
export type HistorySource = (typeof historySources)[number];

/** One report of the past, and what became of it, as `import_history` takes it. WGS-84; times are ISO 8601 in UTC. */
export interface HistoryRow {
	/** The source's own number, unique within it. */
	key: string;
	/** Only in our own exports: the report's id. */
	id?: string;
	category: string;
	lng: number;
	lat: number;
	accuracy_m?: number;
	source: HistorySource;
	description?: string;
	status: HistoryStatus;
	opened_at: string;
	filed_at?: string;
	dispatched_at?: string;
	due_at?: string;
	handling_at?: string;
	handled_at?: string;
	closed_at?: string;
	/** A unit's name. */
	unit?: string;
	returned_count?: number;
	disputed_count?: number;
	confirmed?: boolean;
	/** Key of the row whose case this report belongs to. */
	merged_into?: string;
}

export interface HistoryDraft extends Draft {
	kind: 'history';
	mapping: HistoryMapping;
	/** Rows in the file, whatever becomes of them. */
	total: number;
	/** Rows ready to be imported. */
	rows: number;
	/** These rows as JSON arrays of at most `batchRows` each, in UTF-8: a million rows stay small and cross threads cheaply. */
	batches: Uint8Array[];
	/** Units that rows name and the city does not know; they are created with the import. */
	newUnits: string[];
}

export interface HistoryApplied extends Applied {
	/** Worked on here since they were imported, so left as they are. */
	kept: number;
	/** Imported, but near no street. */
	notSnapped: number;
}

export interface HistoryOptions {
	/** Proposed from a look at the columns when absent. */
	mapping?: HistoryMapping | null;
	sheet?: string | null;
	encoding?: string | null;
	/** The clock, in milliseconds: what lies after it is the future. */
	now?: number;
}

export const batchRows = 500;
