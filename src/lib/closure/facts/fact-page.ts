import type { WorkingHours } from './working-calendar.ts';

/** The number columns of packed facts: base64 of big-endian int4, all of one length, in one order. */
export const packedColumns = [
	...(['number', 'filed', 'dispatched', 'due', 'closed', 'street', 'segment'] as const),
	...(['area', 'unit', 'lng', 'lat', 'category', 'source', 'flags'] as const)
] as const;
export type PackedColumn = (typeof packedColumns)[number];

/** `private.packed_facts`: `category` and `source` are positions in the lists that come along, null when there are no rows. */
export type PackedFacts = Record<PackedColumn, string> & {
	count: number;
	categories: string[] | null;
	sources: string[] | null;
};

/** `api.fact_page`: the facts after a number, and where the log stood at that moment. */
export interface FactPage {
	epoch: string;
	position: number;
	taken_at: string;
	facts: PackedFacts;
	/** What to pass as `after` for the following page; null at the end. */
	next: number | null;
	/** The highest number there is; null without a case. */
	last: number | null;
}

/** `api.fact_changes`: the facts of every case the log names after a position, as they are now. */
export interface FactChanges {
	epoch: string;
	/** The log's head. */
	head: number;
	/** Up to where the log was read. */
	position: number;
	taken_at: string;
	/** Changes when `api.fact_setting` answers something else. */
	setting: string;
	/** Null when no case is named. */
	facts: PackedFacts | null;
}

/** `api.fact_setting`: what the facts are read by. */
export interface FactSetting extends WorkingHours {
	version: string;
	categories: { code: string; parent: string | null; recurrence_days: number }[];
	/** The class of each segment: `class` are positions in `classes`. */
	segments: { classes: string[]; segment: string; class: string };
}

/** The numbers of a packed column. */
export function unpack(column: string): Int32Array {
	// Of its own memory: small buffers share a pool, where they need not begin at a multiple of four.
	const bytes = Buffer.from(column, 'base64');
	const own = Buffer.from(new ArrayBuffer(bytes.length));
	bytes.copy(own);
	own.swap32();
	return new Int32Array(own.buffer);
}
