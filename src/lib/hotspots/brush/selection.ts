import { spotFlags, type Spots } from './spots.ts';

/** Which reports count, apart from the stretch of time. */
export interface Sieve {
	/** Indices of categories; null for all. */
	categories: readonly number[] | null;
	/** Hours of the day [from, to) on the city's clock; from > to goes past midnight; equal is the whole day. */
	hours: readonly [from: number, to: number];
	/** Reports that patrols found themselves. */
	hasPatrolFound: boolean;
	/** A second report of the same case: the same trouble, told twice. */
	hasRepeats: boolean;
}

export const wholeDay = [0, 24] as const;

/** True for every hour of the day that [from, to) holds. */
export function hoursIn([from, to]: readonly [number, number]): Uint8Array {
	const isIn = new Uint8Array(24);
	if (from % 24 === to % 24) return isIn.fill(1);
	for (let hour = from % 24; hour !== to % 24; hour = (hour + 1) % 24) isIn[hour] = 1;
	return isIn;
}

/**
 * 1 for every report the sieve lets through, and `isOut[i]` (what robustness rules leave out; null for nothing) does not forbid.
 * `categories`: how many the city has. Into `into`, when given.
 */
export function sifted(
	spots: Spots,
	sieve: Sieve,
	categories: number,
	isOut: Uint8Array | null = null,
	into = new Uint8Array(spots.hour.length)
): Uint8Array {
	const isCategory = new Uint8Array(categories).fill(sieve.categories ? 0 : 1);
	for (const i of sieve.categories ?? []) isCategory[i] = 1;
	const isHour = hoursIn(sieve.hours);
	const never =
		(sieve.hasPatrolFound ? 0 : spotFlags.patrolFound) | (sieve.hasRepeats ? 0 : spotFlags.repeat);
	const { hour, category, flags } = spots;
	for (let i = 0; i < hour.length; i++) {
		const isIn = isCategory[category[i]!]! & isHour[hour[i]! % 24]!;
		into[i] = flags[i]! & never || isOut?.[i] ? 0 : isIn;
	}
	return into;
}
