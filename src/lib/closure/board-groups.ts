import type { Interval } from './rates.ts';

export interface Ranked {
	id: number;
	rate: number;
	interval: Interval;
}

/** Where a row stands. */
export interface RankGroup {
	/** 1 is the best group. */
	group: number;
	/** The best and the worst rank its true rate may have, given the intervals. */
	from: number;
	to: number;
}

/**
 * Groups of ranks instead of ranks.
 *
 * - Two rows are told apart only when their 95 % intervals do not overlap.
 * - A group is what hangs together by overlaps: rows whose intervals overlap are in one group, and so are rows joined by
 *   a chain of overlapping ones. So rows that cannot be told apart are never ranked apart, and every row of a group
 *   lies clear of every row of the next.
 * - Within a group a row still has a span of ranks: from one more than the rows clearly better than it, to as many as
 *   are not clearly worse. (Overlap of two 95 % intervals is a cautious test: it errs towards calling rows equal.)
 *
 * `isLowBetter`: of rework rates the low ones lead. Takes O(n log n).
 */
export function rankGroups(rows: readonly Ranked[], isLowBetter = false): Map<number, RankGroup> {
	// Turned over, low intervals become high ones.
	const best = (row: Ranked) => (isLowBetter ? -row.interval.low : row.interval.high);
	const worst = (row: Ranked) => (isLowBetter ? -row.interval.high : row.interval.low);
	const lows = rows.map(worst).sort((a, b) => a - b);
	const highs = rows.map(best).sort((a, b) => a - b);
	const found = new Map<number, RankGroup>();
	let group = 0;
	let reach = Infinity;
	for (const row of [...rows].sort((a, b) => best(b) - best(a))) {
		// Clear of everything seen so far: the next group begins.
		if (best(row) < reach) group += 1;
		reach = Math.min(reach, worst(row));
		found.set(row.id, {
			group,
			from: 1 + rows.length - countUpTo(lows, best(row)),
			to: rows.length - countBelow(highs, worst(row))
		});
	}
	return found;
}

/** How many of the sorted values are at most `limit`. */
function countUpTo(sorted: readonly number[], limit: number): number {
	let [low, high] = [0, sorted.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		if (sorted[middle]! <= limit) low = middle + 1;
		else high = middle;
	}
	return low;
}

/** How many of the sorted values are below `limit`. */
function countBelow(sorted: readonly number[], limit: number): number {
	let [low, high] = [0, sorted.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		if (sorted[middle]! < limit) low = middle + 1;
		else high = middle;
	}
	return low;
}
