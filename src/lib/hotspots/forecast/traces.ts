import type { Neighbours } from '#lib/streets/network/street-network.ts';
import { hoursOfWeek, slotAt, type ForecastGround, type ReportHistory } from './history.ts';

/** What earlier reports leave behind, half of it gone after so many weeks; the last hardly fades within a history. */
const halfLives = [2, 8, 26, 200] as const;
/** Of these, the one the mix of categories on a segment is read from. */
const mixHalfLife = 2;
/** How many weeks the city's level of a category remembers. */
const levelHalfLife = 3;
/** The shares of length: a segment is as good as any other, as its length's root, as its length. */
const lengthPowers = [0, 0.5, 1] as const;

/** Where a report may come from, in the order of the rows of `Trace.fields`. */
export const sources = [
	...halfLives.map((weeks) => `here, half-life ${weeks} weeks`),
	'around, per metre',
	'next to it',
	'two away',
	...lengthPowers.map((power) => `length^${power}`)
];

/** What a week can be forecast from; nothing in it is of that week or later. */
export interface Trace {
	/**
	 * Per source and segment, row k at k · segments: where the next week's reports would lie if all came from that source.
	 * A row sums to the city's expected reports, or less where a source has nowhere to go.
	 */
	fields: Float32Array;
	/** Per pair of category and segment: its faded count of reports. */
	mix: Float32Array;
	/** Expected reports of the week in the whole city, per category, and how many of the faded count there are. */
	level: Float64Array;
	mixTotal: Float64Array;
}

/** A history cut into weeks, as columns. */
export interface Traces {
	ground: ForecastGround;
	/** Whole weeks looked at: 0…weeks−1. */
	weeks: number;
	/** Pairs that occur, ordered by category and then segment. */
	pairCategory: Uint16Array;
	pairSegment: Uint32Array;
	/** Reports of week w: their pairs are reportPair[firstReport[w]] … reportPair[firstReport[w + 1] − 1]. */
	firstReport: Uint32Array;
	reportPair: Uint32Array;
	/** The slot of the week each of them fell into. */
	reportSlot: Uint8Array;
	/** What week w is forecast from, from the first week asked for up to `weeks`; null before. */
	traces: (Trace | null)[];
}

/**
 * Follows the history week by week and keeps what each week from `from` to `weeks` can be forecast from. One pass:
 * O(reports · log reports + weeks · (pairs + segments)); holds 4 · (10 · segments + pairs) bytes a kept week.
 */
export function followWeeks(
	ground: ForecastGround,
	history: ReportHistory,
	weeks: number,
	from: number
): Traces {
	const counted = pairsOf(ground, history, weeks);
	const { categories, metres } = ground;
	const { pairCategory, firstReport, reportPair } = counted;
	const pairs = pairCategory.length;
	const states = halfLives.map(() => new Float64Array(pairs));
	const totals = halfLives.map(() => new Float64Array(categories));
	const level = new Float64Array(categories);
	const lengths = lengthPowers.map((power) => shares(metres.map((length) => length ** power)));
	let weight = 0;
	const traces: Traces['traces'] = [];
	for (let w = 0; ; w += 1) {
		if (w < from || weight === 0) traces.push(null);
		else
			traces.push({
				fields: fieldsOf(
					ground,
					counted,
					states,
					totals,
					level.map((sum) => sum / weight),
					lengths
				),
				mix: Float32Array.from(states[mixHalfLife]!),
				mixTotal: totals[mixHalfLife]!.slice(),
				level: level.map((sum) => sum / weight)
			});
		if (w === weeks) break;
		halfLives.forEach((halfLife, k) => {
			const left = 0.5 ** (1 / halfLife);
			scale(states[k]!, left);
			scale(totals[k]!, left);
		});
		const left = 0.5 ** (1 / levelHalfLife);
		scale(level, left);
		weight = weight * left + 1;
		for (let i = firstReport[w]!; i < firstReport[w + 1]!; i += 1) {
			const pair = reportPair[i]!;
			const c = pairCategory[pair]!;
			level[c]! += 1;
			for (let k = 0; k < halfLives.length; k += 1) {
				states[k]![pair]! += 1;
				totals[k]![c]! += 1;
			}
		}
	}
	return { ground, weeks, ...counted, traces };
}

type Counted = Pick<Traces, 'pairCategory' | 'pairSegment' | 'firstReport' | 'reportPair' | 'reportSlot'>;

function pairsOf({ metres, categories }: ForecastGround, history: ReportHistory, weeks: number): Counted {
	const segments = metres.length;
	const { segment, category, hour } = history;
	const weekOf = (i: number) => Math.floor(hour[i]! / hoursOfWeek);
	const isUsed = (i: number) => segment[i]! >= 0 && hour[i]! >= 0 && weekOf(i) < weeks;
	const keys: number[] = [];
	const firstReport = new Uint32Array(weeks + 1);
	for (let i = 0; i < segment.length; i += 1) {
		if (!isUsed(i)) continue;
		if (segment[i]! >= segments || category[i]! >= categories)
			throw new RangeError(
				`report ${i} is on segment ${segment[i]} of category ${category[i]} when there are ${segments} and ${categories}`
			);
		keys.push(category[i]! * segments + segment[i]!);
		firstReport[weekOf(i) + 1]! += 1;
	}
	const distinct = Float64Array.from(new Set(keys)).sort();
	const numbers = new Map(Array.from(distinct, (key, pair) => [key, pair]));
	for (let w = 0; w < weeks; w += 1) firstReport[w + 1]! += firstReport[w]!;
	const next = firstReport.slice();
	const reportPair = new Uint32Array(keys.length);
	const reportSlot = new Uint8Array(keys.length);
	let used = 0;
	for (let i = 0; i < segment.length; i += 1) {
		if (!isUsed(i)) continue;
		const w = weekOf(i);
		reportPair[next[w]!] = numbers.get(keys[used]!)!;
		reportSlot[next[w]!] = slotAt(hour[i]!);
		next[w]! += 1;
		used += 1;
	}
	return {
		pairCategory: Uint16Array.from(distinct, (key) => Math.floor(key / segments)),
		pairSegment: Uint32Array.from(distinct, (key) => key % segments),
		firstReport,
		reportPair,
		reportSlot
	};
}

function fieldsOf(
	{ metres, neighbours }: ForecastGround,
	{ pairCategory, pairSegment }: Counted,
	states: readonly Float64Array[],
	totals: readonly Float64Array[],
	level: Float64Array,
	lengths: readonly Float64Array[]
): Float32Array {
	const segments = metres.length;
	const all = level.reduce((a, b) => a + b, 0);
	const rows: Float64Array[] = states.map((state, k) => {
		const row = new Float64Array(segments);
		// A report counts as many times as its category is now more frequent than in what is remembered.
		const each = level.map((reports, c) => (totals[k]![c]! > 0 ? reports / totals[k]![c]! : 0));
		for (let pair = 0; pair < state.length; pair += 1)
			row[pairSegment[pair]!]! += each[pairCategory[pair]!]! * state[pair]!;
		return row;
	});
	const longest = rows.at(-1)!;
	const next = passedOn(longest, neighbours);
	rows.push(around(longest, metres, neighbours), next, passedOn(next, neighbours));
	for (const share of lengths) rows.push(share.map((part) => part * all));
	const fields = new Float32Array(rows.length * segments);
	rows.forEach((row, k) => fields.set(row, k * segments));
	return fields;
}

/** What the neighbours of a segment have per metre, over its own length. */
function around(row: Float64Array, metres: Float64Array, { first, to }: Neighbours): Float64Array {
	return row.map((_, s) => {
		let [reports, length] = [0, 0];
		for (let e = first[s]!; e < first[s + 1]!; e += 1) {
			reports += row[to[e]!]!;
			length += metres[to[e]!]!;
		}
		return length > 0 ? (reports / length) * metres[s]! : 0;
	});
}

/** Every segment hands all it has to its neighbours, in equal parts. */
function passedOn(row: Float64Array, { first, to }: Neighbours): Float64Array {
	const passed = new Float64Array(row.length);
	for (let s = 0; s < row.length; s += 1) {
		const part = row[s]! / (first[s + 1]! - first[s]!);
		for (let e = first[s]!; e < first[s + 1]!; e += 1) passed[to[e]!]! += part;
	}
	return passed;
}

function shares(values: Float64Array): Float64Array {
	const sum = values.reduce((a, b) => a + b, 0);
	return Float64Array.from(values, (value) => value / sum);
}

function scale(values: Float64Array, by: number): void {
	for (let i = 0; i < values.length; i += 1) values[i]! *= by;
}
