/** A count out of a count: closed out of due to close. */
export interface Share {
	part: number;
	of: number;
}

export interface Interval {
	low: number;
	high: number;
}

/** What may be said of a rate: nothing (the denominator is zero), too little, or the rate itself. */
export type Standing = 'none' | 'small' | 'enough';

/** Below this many cases a street is 样本不足, unless the city has set another minimum. */
export const usualMinimum = 10;

/** Null for a zero denominator: it reads “—”, never 0 %. */
export function rate({ part, of }: Share): number | null {
	return of > 0 ? part / of : null;
}

export function standing({ of }: Share, minimum = usualMinimum): Standing {
	if (of <= 0) return 'none';
	return of < minimum ? 'small' : 'enough';
}

/** Two-sided 95 %. */
const z = 1.959963984540054;

/**
 * Wilson's score interval for a share (Wilson 1927, doi:10.2307/2276774): stays within 0–1 and behaves with few cases,
 * where the textbook interval does not. Null for a zero denominator.
 */
export function wilson({ part, of }: Share): Interval | null {
	if (of <= 0) return null;
	const p = part / of;
	const shrink = 1 + z ** 2 / of;
	const middle = (p + z ** 2 / (2 * of)) / shrink;
	const reach = (z / shrink) * Math.sqrt((p * (1 - p)) / of + z ** 2 / (4 * of ** 2));
	return { low: Math.max(0, middle - reach), high: Math.min(1, middle + reach) };
}

/** Whether two rates cannot be told apart: their intervals overlap. */
export function overlap(a: Interval, b: Interval): boolean {
	return a.low <= b.high && b.low <= a.high;
}
