import { spotsOf, type PlacedReports } from './spots.ts';

/** Something about the data that would look like a hotspot and is none, with the figures that say so. */
export type Doubt = { x: number; y: number; count: number; setAside: Int32Array } & (
	| {
			/** One spot has an implausible share: the place a system writes when it knows none. */
			reason: 'default_place';
			/** Share of all reports, and how many times as many as on the next spot. */
			share: number;
			times: number;
			/** Effective number of categories there. */
			categories: number;
	  }
	| {
			/** One spot reports the same category nearly daily: one person, or one machine. */
			reason: 'daily_place';
			category: number;
			/** Days with a report, of the days from the first to the last. */
			days: number;
			span: number;
	  }
	| {
			/** Same spot, same category, within hours of each other: one thing, reported again. */
			reason: 'repeated';
			category: number;
	  }
);

export interface DoubtOptions {
	/** Metres: reports closer than about this stand on one spot. */
	grain: number;
	/** A default place has so many reports, at least this share of all, and at least so many times those of the next spot. */
	leastCount: number;
	leastShare: number;
	leastTimes: number;
	/** A daily place has reports on at least this share of its days, over at least so many days. */
	dailyShare: number;
	dailySpan: number;
	/** Hours within which a second report of the same spot and category is a repetition. */
	repeatHours: number;
}

export const usualDoubts: DoubtOptions = {
	grain: 5,
	leastCount: 30,
	leastShare: 0.01,
	leastTimes: 5,
	dailyShare: 0.4,
	dailySpan: 28,
	repeatHours: 24
};

/** A daily place keeps one report in so many hours: it says that something is there, not how much. */
const keptEvery = 7 * 24;

/**
 * What to distrust in a set of reports before any map of it is believed. Nothing is deleted: each doubt names the reports
 * it would set aside (`setAside`, indexes) and why, for a person to look at. Every report is set aside at most once. In
 * order, most reports first:
 *
 * - `default_place`: one spot with an implausible share of everything. All its reports are set aside: where they belong is not known.
 * - `daily_place`: one spot, one category, on most days of a month or more. One report a week is kept.
 * - `repeated`: the same spot and category again within a day of the last that was kept. The first is kept.
 *
 * The thresholds are judgements, not theorems; they are options, and shown beside what they found. Linear in the number of reports,
 * but for sorting by time.
 */
export function doubtsAbout(reports: PlacedReports, options: Partial<DoubtOptions> = {}): Doubt[] {
	const chosen = { ...usualDoubts, ...options };
	const spots = spotsOf(reports, chosen.grain);
	const sizes = Int32Array.from(spots.x, (_, s) => spots.start[s + 1]! - spots.start[s]!);
	const largest = [...sizes.keys()].sort((a, b) => sizes[b]! - sizes[a]!);
	const total = reports.x.length;
	const doubts: Doubt[] = [];
	for (const [rank, s] of largest.entries()) {
		const here = spots.reports.subarray(spots.start[s]!, spots.start[s + 1]!);
		const [count, next] = [here.length, sizes[largest[rank + 1] ?? -1] ?? 0];
		// Only from the top down: two default places beside each other must both stand out from the third.
		const isFirst = doubts.length === rank && doubts.every(({ reason }) => reason === 'default_place');
		const place = { x: spots.x[s]!, y: spots.y[s]! };
		const least = Math.max(chosen.leastCount, chosen.leastShare * total, chosen.leastTimes * next);
		if (isFirst && count >= least && next > 0) {
			const categories = effectiveNumber(Array.from(here, (i) => reports.category[i]!));
			doubts.push({
				reason: 'default_place',
				...place,
				count,
				share: count / total,
				times: count / next,
				categories,
				setAside: here.slice()
			});
		} else if (count > 1) doubts.push(...doubtsOfSpot(reports, here, place, chosen));
	}
	return doubts.sort((a, b) => b.setAside.length - a.setAside.length);
}

/** 1 where a report counts, 0 where one of the doubts sets it aside. */
export function keptReports(n: number, doubts: readonly Doubt[]): Uint8Array {
	const kept = new Uint8Array(n).fill(1);
	for (const { setAside } of doubts) for (const i of setAside) kept[i] = 0;
	return kept;
}

/** exp of Shannon's entropy (Hill 1973, Ecology 54(2), N₁): 1 when all are of one kind, k when k kinds are equally frequent. */
export function effectiveNumber(kinds: readonly number[]): number {
	const counts = new Map<number, number>();
	for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
	let entropy = 0;
	for (const count of counts.values()) entropy -= (count / kinds.length) * Math.log(count / kinds.length);
	return Math.exp(entropy);
}

function doubtsOfSpot(
	{ hour, category }: PlacedReports,
	here: Int32Array,
	place: { x: number; y: number },
	{ dailyShare, dailySpan, repeatHours }: DoubtOptions
): Doubt[] {
	const byCategory = Map.groupBy(here, (i) => category[i]!);
	return [...byCategory].flatMap(([kind, same]): Doubt[] => {
		if (same.length < 2) return [];
		const days = new Set(same.map((i) => Math.floor(hour[i]! / 24)));
		const span = Math.max(...days) - Math.min(...days) + 1;
		const isDaily = span >= dailySpan && days.size >= dailyShare * span;
		const setAside = beyondFirst(same, hour, isDaily ? keptEvery : repeatHours);
		if (setAside.length === 0) return [];
		const about = { ...place, count: same.length, category: kind, setAside };
		return [
			isDaily ? { reason: 'daily_place', ...about, days: days.size, span } : { reason: 'repeated', ...about }
		];
	});
}

/** Of reports in order of time, those less than `apart` hours after the last that was kept. */
function beyondFirst(same: readonly number[], hour: PlacedReports['hour'], apart: number): Int32Array {
	let last = -Infinity;
	return Int32Array.from(
		same.filter((i) => {
			const isKept = hour[i]! - last >= apart;
			if (isKept) last = hour[i]!;
			return !isKept;
		})
	);
}
