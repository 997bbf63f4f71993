import { factFlag, type FactTable } from '../facts/fact-table.ts';
import type { Count } from './definitions.ts';
import { blockRows, keepRows, masksOf, type Selection } from './selection.ts';
import { Slots, grown } from './slots.ts';
import { idsOf, type Grouping } from './tally.ts';

/** What has a value in a past period; `open` and `overdue` are of now. */
export const seriesCounts = [
	'filed',
	'closed',
	'due',
	'on_time',
	'verified',
	'returned',
	'suspended_due',
	'on_time_due',
	'window_over',
	'recurred'
] as const satisfies readonly Count[];
export type SeriesCount = (typeof seriesCounts)[number];
export type SeriesRow = Record<SeriesCount, number>;

/** Counts period by period, of every group and of all. */
export interface Series {
	/** Where each period begins, and after them where the last ends; fact seconds. */
	bounds: readonly number[];
	/** By id, one entry a period; without groups that nothing was counted for. */
	rows: Map<number, SeriesRow[]>;
	total: SeriesRow[];
}

const width = seriesCounts.length;
const place = Object.fromEntries(seriesCounts.map((count, i) => [count, i])) as Record<SeriesCount, number>;
/** Bounds lie on whole quarters of an hour: every zone's midnight does. */
const step = 900;

/**
 * The counts of `tally` for periods in a row, in one pass: period k is [bounds[k], min(bounds[k + 1], at)). A case counts as closed in the
 * period of its last closure, and as due besides in the period of its limit when it was dispatched and still open at that period's end:
 * so the periods' dues add up to more than the whole's.
 *
 * `selection.from` and `until` are not looked at. Throws a RangeError for bounds that do not rise or do not lie a multiple of 15 minutes apart.
 */
export function series(
	table: FactTable,
	selection: Selection,
	bounds: readonly number[],
	by: Grouping | null
): Series {
	const periods = bounds.length - 1;
	const at = periodsAt(bounds);
	const ends = bounds.slice(1).map((end) => Math.min(end, selection.at));
	const { filedAt, dispatchedAt, dueAt, closedAt, flags, category, recurrenceSeconds } = table;
	const ids = by && idsOf(table, by);
	const masks = masksOf(table, selection);
	const kept = new Uint16Array(blockRows);
	const slots = new Slots();
	const first = bounds[0]!;
	const last = Math.min(bounds[periods]!, selection.at);
	const span = Math.max(0, last - first);
	let sums = new Int32Array(periods * width);
	for (let start = 0; start < table.length; start += blockRows) {
		if (last > first && table.zones?.isIdle(start, first, last)) continue;
		const { offsets, length } = keepRows(masks, start, Math.min(blockRows, table.length - start), kept);
		for (let i = 0; i < length; i += 1) {
			const row = start + offsets[i]!;
			const flag = flags[row]!;
			if ((flag & factFlag.voided) !== 0) continue;
			const [filed, closed, due] = [filedAt[row]!, closedAt[row]!, dueAt[row]!];
			const [isFiled, isClosed] = [(filed - first) >>> 0 < span, (closed - first) >>> 0 < span];
			const dueIn = (due - first) >>> 0 < span ? at[((due - first) / step) | 0]! : -1;
			const isLate = dueIn >= 0 && closed >= ends[dueIn]! && dispatchedAt[row]! < ends[dueIn]!;
			if (!isFiled && !isClosed && !isLate) continue;
			const slot = ids === null ? 0 : slots.of(ids[row]!);
			if (slots.length * periods * width > sums.length) sums = grown(sums, slots.length * periods * width);
			const own = slot * periods;
			if (isFiled) sums[(own + at[((filed - first) / step) | 0]!) * width + place.filed]! += 1;
			const isReturned = (flag >> 5) & 1;
			if (isClosed) {
				const here = (own + at[((closed - first) / step) | 0]!) * width;
				const isOver = closed + recurrenceSeconds[category[row]!]! <= selection.at ? 1 : 0;
				sums[here + place.closed]! += 1;
				sums[here + place.due]! += 1;
				sums[here + place.on_time_due]! += 1;
				sums[here + place.on_time]! += (flag >> 3) & 1;
				sums[here + place.verified]! += (flag >> 4) & 1;
				sums[here + place.returned]! += isReturned;
				sums[here + place.window_over]! += isOver;
				sums[here + place.recurred]! += isOver & (flag >> 7);
			}
			if (isLate) {
				const here = (own + dueIn) * width;
				const isSuspended = (flag >> 2) & 1;
				sums[here + place.due]! += 1;
				sums[here + place.returned]! += isReturned;
				sums[here + place.suspended_due]! += isSuspended;
				sums[here + place.on_time_due]! += 1 - isSuspended;
			}
		}
	}
	return told(slots, sums, bounds);
}

/** The period that each quarter of an hour after the first bound lies in. */
function periodsAt(bounds: readonly number[]): Uint16Array {
	const first = bounds[0] ?? 0;
	const at = new Uint16Array(Math.max(0, (bounds.at(-1) ?? 0) - first) / step);
	for (let k = 0; k + 1 < bounds.length; k += 1) {
		const [from, until] = [(bounds[k]! - first) / step, (bounds[k + 1]! - first) / step];
		if (!Number.isInteger(from) || !Number.isInteger(until) || until <= from)
			throw new RangeError(`Bound ${k + 1} of ${bounds.length}: ${bounds[k + 1]} after ${bounds[k]}.`);
		at.fill(k, from, until);
	}
	return at;
}

function told(slots: Slots, sums: Int32Array, bounds: readonly number[]): Series {
	const periods = bounds.length - 1;
	const rows = new Map<number, SeriesRow[]>();
	const total = Array.from({ length: periods }, emptySeriesRow);
	for (let slot = 0; slot < slots.length; slot += 1) {
		const own = Array.from({ length: periods }, (_, k) => {
			const here = (slot * periods + k) * width;
			return Object.fromEntries(seriesCounts.map((count, c) => [count, sums[here + c] ?? 0])) as SeriesRow;
		});
		own.forEach((row, k) => seriesCounts.forEach((count) => (total[k]![count] += row[count])));
		if (slots.ids[slot] !== 0) rows.set(slots.ids[slot]!, own);
	}
	return { bounds, rows, total };
}

/** A period in which nothing was counted. */
export function emptySeriesRow(): SeriesRow {
	return Object.fromEntries(seriesCounts.map((count) => [count, 0])) as SeriesRow;
}
