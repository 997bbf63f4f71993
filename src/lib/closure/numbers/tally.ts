import { factFlag, type FactTable } from '../facts/fact-table.ts';
import { counts, type Count } from './definitions.ts';
import { Medians } from './medians.ts';
import { blockRows, keepRows, masksOf, type Selection } from './selection.ts';
import { Slots, grown } from './slots.ts';

/** What a board has one row for. Sources and classes of streets are numbered by their codes, categories by theirs plus one. */
export const groupings = ['street', 'unit', 'area', 'segment', 'category', 'streetClass'] as const;
export type Grouping = (typeof groupings)[number];

/** Codes of `factSources`, with room for more. */
export const sourceRoom = 8;

/** Counts of one row of a board, or of all. */
export interface TallyRow extends Record<Count, number> {
	/** Median working hours from the last dispatch to the last closure; null when nothing was closed, or not asked for. */
	medianHours: number | null;
	/** Cases filed in the period by who reported first; position is the code of `factSources`. */
	filedBySource: number[];
}

/** A board's counts, from one pass. */
export interface Tally {
	/** By id; without those that nothing was counted for. A case in none (no street, no unit) is in `total` alone. */
	rows: Map<number, TallyRow>;
	total: TallyRow;
}

// A case falls into one of 128 kinds for its group, and one addition a case is all that the pass makes. Bit 6 tells the two
// halves apart.
//   closed in the period:  on time 1, verified 2, returned 4, window over 8, recurred 16, filed in the period 32
//   anything else:         due 1, returned 2, suspended 4, open 8, overdue 16, filed in the period 32
const kinds = 128;
const closedHalf = 64;

/**
 * Counts a selection's cases by street, unit, area … in one pass over the facts, O(rows) with one read of each column that matters.
 * [from, until) is the period, `at` the moment of reading (product: “Numbers”):
 *
 * - closed: the last closure lies in the period; due: those, and dispatched cases whose limit lies in it and that were open at its end;
 * - open: filed before the period's end and neither closed nor voided; overdue: open and past their limit at `at`;
 * - window_over: closed in the period and the category's recurrence window has passed at `at`; recurred: of those, with a recurrence.
 *
 * @param by null: only the total
 * @param withHours the medians are about a third of the time
 */
export function tally(
	table: FactTable,
	selection: Selection,
	by: Grouping | null,
	{ withHours = true } = {}
): Tally {
	const ids = by && idsOf(table, by);
	const masks = masksOf(table, selection);
	const kept = new Uint16Array(blockRows);
	const slots = new Slots();
	const medians = withHours ? new Medians(table.length) : null;
	let kindCounts = new Int32Array((ids ? 64 : 1) * kinds);
	let sources = new Int32Array((ids ? 64 : 1) * sourceRoom);
	// Closed no later than this, every category's window is over.
	const over = selection.at - table.recurrenceSeconds.reduce((most, window) => Math.max(most, window), 0);
	for (let start = 0; start < table.length; start += blockRows) {
		if (table.zones?.isIdle(start, selection.from, selection.until)) continue;
		const { offsets, length } = keepRows(masks, start, Math.min(blockRows, table.length - start), kept);
		if (length === 0) continue;
		const isWhole = table.zones?.isWhole(start, selection.from, selection.until, over) ?? false;
		for (let done = 0; done < length;) {
			if (slots.length * kinds > kindCounts.length) {
				kindCounts = grown(kindCounts, slots.length * kinds);
				sources = grown(sources, slots.length * sourceRoom);
			}
			medians?.reserve(kindCounts.length / kinds);
			const block = { start, offsets, from: done, length, ids, slots, kindCounts, sources, medians };
			done = isWhole ? countWhole(table, block) : countBlock(table, selection, block);
		}
	}
	return told(slots, kindCounts, sources, medians?.read(slots.length) ?? null);
}

/** The column of a grouping. Codes begin at 0, which is taken (0 is a case in no group): they are moved up by one. */
export function idsOf(table: FactTable, by: Grouping): Int32Array {
	const column = table[by];
	if (column instanceof Int32Array) return column;
	const shift = by === 'category' ? 1 : 0;
	const ids = new Int32Array(table.length);
	for (let row = 0; row < ids.length; row += 1) ids[row] = column[row]! + shift;
	return ids;
}

/** Some rows of the facts, and where they are counted. */
interface Block {
	/** Row of the facts at offset 0. */
	start: number;
	offsets: Uint16Array;
	/** The first offset to be counted, and how many there are. */
	from: number;
	length: number;
	ids: Int32Array | null;
	slots: Slots;
	/** By slot and kind. */
	kindCounts: Int32Array;
	/** By slot and source. */
	sources: Int32Array;
	medians: Medians | null;
}

/**
 * Counts a block's rows; returns how far it came, less than all when a new group found no room.
 * Moments are compared from `from` on, as unsigned numbers.
 */
function countBlock(table: FactTable, { from, until, at }: Selection, block: Block): number {
	const { filedAt, dispatchedAt, dueAt, closedAt, workSeconds, flags, category, source, recurrenceSeconds } =
		table;
	const { start, offsets, length, ids, slots, kindCounts, sources, medians } = block;
	const span = Math.max(0, until - from);
	const room = kindCounts.length / kinds;
	let { lookup } = slots;
	for (let i = block.from; i < length; i += 1) {
		const row = start + offsets[i]!;
		const flag = flags[row]!;
		if ((flag & factFlag.voided) !== 0) continue;
		const filed = filedAt[row]!;
		const closed = closedAt[row]!;
		const isFiled = (filed - from) >>> 0 < span ? 1 : 0;
		const isClosed = (closed - from) >>> 0 < span;
		let kind = isFiled << 5;
		if (isClosed) {
			const isOver = closed + recurrenceSeconds[category[row]!]! <= at ? 1 : 0;
			// Bits 3, 4 and 5 of the flags are on time, verified, returned; bit 7 is recurred.
			kind |= closedHalf | ((flag >> 3) & 7) | (isOver << 3) | ((isOver & (flag >> 7)) << 4);
		} else {
			const due = dueAt[row]!;
			// Returned is bit 5, suspended bit 2.
			if ((due - from) >>> 0 < span && closed >= until && dispatchedAt[row]! < until)
				kind |= 1 | ((flag >> 4) & 2) | (flag & 4);
			if ((flag & factFlag.open) !== 0) kind |= (filed < until ? 8 : 0) | (due < at ? 16 : 0);
			if (kind === 0) continue;
		}
		let slot = 0;
		if (ids !== null) {
			const id = ids[row]!;
			slot = id < lookup.length ? lookup[id]! - 1 : -1;
			if (slot < 0) {
				slot = slots.add(id);
				if (slot >= room) return i;
				lookup = slots.lookup;
			}
		}
		kindCounts[slot * kinds + kind]! += 1;
		if (isFiled !== 0) sources[slot * sourceRoom + source[row]!]! += 1;
		if (isClosed && medians !== null) {
			const worked = workSeconds[row]!;
			if (worked >= 0) medians.add(slot, worked);
		}
	}
	return length;
}

/** `countBlock` for a zone whose cases were all filed and closed in the period, their windows over: their flags say it all. */
function countWhole(table: FactTable, block: Block): number {
	const { workSeconds, flags, source } = table;
	const { start, offsets, length, ids, slots, kindCounts, sources, medians } = block;
	const room = kindCounts.length / kinds;
	let { lookup } = slots;
	for (let i = block.from; i < length; i += 1) {
		const row = start + offsets[i]!;
		const flag = flags[row]!;
		if ((flag & factFlag.voided) !== 0) continue;
		let slot = 0;
		if (ids !== null) {
			const id = ids[row]!;
			slot = id < lookup.length ? lookup[id]! - 1 : -1;
			if (slot < 0) {
				slot = slots.add(id);
				if (slot >= room) return i;
				lookup = slots.lookup;
			}
		}
		const kind = closedHalf | 32 | 8 | ((flag >> 3) & 7) | (((flag >> 7) & 1) << 4);
		kindCounts[slot * kinds + kind]! += 1;
		sources[slot * sourceRoom + source[row]!]! += 1;
		if (medians !== null) {
			const worked = workSeconds[row]!;
			if (worked >= 0) medians.add(slot, worked);
		}
	}
	return length;
}

/** What a case of each kind adds to each count, 0 or 1, kind by kind. */
const adds = Uint8Array.from({ length: kinds * counts.length }, (_, at) =>
	isIn(counts[at % counts.length]!, Math.floor(at / counts.length)) ? 1 : 0
);

/** Whether one case, not voided, is counted by a count: `countBlock` for a single row. */
export function isCounted(
	table: FactTable,
	row: number,
	{ from, until, at }: Selection,
	count: Count
): boolean {
	const flag = table.flags[row]!;
	const [filed, closed, due] = [table.filedAt[row]!, table.closedAt[row]!, table.dueAt[row]!];
	const within = (moment: number) => moment >= from && moment < until;
	const isFiled = within(filed) ? 32 : 0;
	if (within(closed)) {
		const isOver = closed + table.recurrenceSeconds[table.category[row]!]! <= at ? 1 : 0;
		return isIn(
			count,
			isFiled | closedHalf | ((flag >> 3) & 7) | (isOver << 3) | ((isOver & (flag >> 7)) << 4)
		);
	}
	const isLate = within(due) && closed >= until && table.dispatchedAt[row]! < until;
	const late = isLate ? 1 | ((flag >> 4) & 2) | (flag & 4) : 0;
	const open = flag & factFlag.open ? (filed < until ? 8 : 0) | (due < at ? 16 : 0) : 0;
	return isIn(count, isFiled | late | open);
}

function isIn(count: Count, kind: number): boolean {
	const isClosed = (kind & closedHalf) !== 0;
	const bit = (n: number) => (kind & n) !== 0;
	switch (count) {
		case 'filed':
			return bit(32);
		case 'closed':
			return isClosed;
		case 'due':
			return isClosed || bit(1);
		case 'on_time':
			return isClosed && bit(1);
		case 'verified':
			return isClosed && bit(2);
		case 'returned':
			return isClosed ? bit(4) : bit(2);
		case 'suspended_due':
			return !isClosed && bit(4);
		case 'on_time_due':
			return isClosed || (bit(1) && !bit(4));
		case 'window_over':
			return isClosed && bit(8);
		case 'recurred':
			return isClosed && bit(16);
		case 'open':
			return !isClosed && bit(8);
		case 'overdue':
			return !isClosed && bit(16);
	}
}

function told(
	slots: Slots,
	kindCounts: Int32Array,
	sources: Int32Array,
	middles: Float64Array | null
): Tally {
	const rows = new Map<number, TallyRow>();
	const width = counts.length;
	const whole = new Int32Array(width);
	const own = new Int32Array(width);
	const bySource = new Int32Array(sourceRoom);
	for (let slot = 0; slot < slots.length; slot += 1) {
		own.fill(0);
		for (let kind = 0; kind < kinds; kind += 1) {
			const n = kindCounts[slot * kinds + kind]!;
			if (n === 0) continue;
			for (let at = 0; at < width; at += 1) own[at]! += n * adds[kind * width + at]!;
		}
		for (let at = 0; at < width; at += 1) whole[at]! += own[at]!;
		const filed = sources.subarray(slot * sourceRoom, (slot + 1) * sourceRoom);
		for (let code = 0; code < sourceRoom; code += 1) bySource[code]! += filed[code]!;
		if (slots.ids[slot] !== 0) rows.set(slots.ids[slot]!, rowOf(own, filed, middles?.[slot]));
	}
	return { rows, total: rowOf(whole, bySource, middles?.[slots.length]) };
}

/** `own` in the order of `counts`. */
function rowOf(own: Int32Array, filedBySource: Int32Array, seconds: number | undefined): TallyRow {
	const [filed, closed, due, on_time, verified, returned] = own;
	const [suspended_due, on_time_due, window_over, recurred, open, overdue] = own.subarray(6);
	return {
		...{ filed: filed!, closed: closed!, due: due!, on_time: on_time!, verified: verified! },
		...{ returned: returned!, suspended_due: suspended_due!, on_time_due: on_time_due! },
		...{ window_over: window_over!, recurred: recurred!, open: open!, overdue: overdue! },
		medianHours: hoursOf(seconds),
		filedBySource: Array.from(filedBySource)
	};
}

/** Seconds as hours to one decimal, half away from zero as SQL's `round` does; null of none. */
function hoursOf(seconds: number | undefined): number | null {
	if (seconds === undefined || Number.isNaN(seconds)) return null;
	return Math.round(seconds / 360) / 10;
}

/** A row that no case is in. */
export function emptyRow(): TallyRow {
	return rowOf(new Int32Array(counts.length), new Int32Array(sourceRoom), undefined);
}
