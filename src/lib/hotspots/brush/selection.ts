import { sourceOf, spotFlags, type Spots } from './spots.ts';

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

/** True for every hour of the day that [from, to) holds. */
export function hoursIn([from, to]: readonly [number, number]): Uint8Array {
	const isIn = new Uint8Array(24);
	if (from % 24 === to % 24) return isIn.fill(1);
	for (let hour = from % 24; hour !== to % 24; hour = (hour + 1) % 24) isIn[hour] = 1;
	return isIn;
}

/**
 * The kinds of reports there are: everything a filter asks about and a figure is counted by, as one small number a report. A
 * filter is then a yes or no per letter, and every figure a sum over letters. Columns below: entry l is letter l. The last letter is
 * for reports that are left out whatever the filters.
 */
export interface Alphabet {
	/** The letter of each report. */
	letter: Uint16Array;
	category: Uint16Array;
	/** Hour of the day. */
	hour: Uint8Array;
	/** As in `Spots`. */
	flags: Uint16Array;
}

/** Letters an alphabet may have; the last stands for what is left out. */
const mostLetters = 65_536;

/**
 * Letters of all reports, numbered as they are met; `isOut[i]` gives report i the last letter. Throws a RangeError when a city's
 * reports are of more than 65,535 kinds: with 6 sources, 24 hours and 8 states that takes more than 56 categories in full use.
 */
export function alphabetOf(spots: Spots, isOut: Uint8Array | null = null): Alphabet {
	const { hour, category, flags } = spots;
	const kept = spotFlags.open | spotFlags.patrolFound | spotFlags.closed | spotFlags.repeat;
	const letters = new Map<number, number>();
	const letter = new Uint16Array(hour.length);
	for (let i = 0; i < hour.length; i++) {
		if (isOut?.[i]) continue;
		const key =
			(((category[i]! * 24 + (hour[i]! % 24)) * 256 + sourceOf(flags[i]!)) << 5) | (flags[i]! & kept);
		let known = letters.get(key);
		if (known === undefined) letters.set(key, (known = letters.size));
		letter[i] = known;
	}
	if (letters.size >= mostLetters) throw new RangeError(`${letters.size} kinds of reports are too many`);
	const out = letters.size;
	if (isOut) for (let i = 0; i < hour.length; i++) if (isOut[i]) letter[i] = out;
	const keys = [...letters.keys()];
	return {
		letter,
		category: Uint16Array.from(keys, (key) => Math.floor(key / (32 * 256 * 24))),
		hour: Uint8Array.from(keys, (key) => Math.floor(key / (32 * 256)) % 24),
		flags: Uint16Array.from(keys, (key) => (((key >> 5) & 255) << 8) | (key & 31))
	};
}

/** 1 for every letter that the sieve lets through; one more entry, 0, for what is left out. */
export function sifted({ category, hour, flags }: Omit<Alphabet, 'letter'>, sieve: Sieve): Uint8Array {
	const wanted = sieve.categories && new Set(sieve.categories);
	const isHour = hoursIn(sieve.hours);
	const never =
		(sieve.hasPatrolFound ? 0 : spotFlags.patrolFound) | (sieve.hasRepeats ? 0 : spotFlags.repeat);
	const isIn = new Uint8Array(category.length + 1);
	for (let l = 0; l < category.length; l++)
		isIn[l] = flags[l]! & never || (wanted && !wanted.has(category[l]!)) ? 0 : isHour[hour[l]!]!;
	return isIn;
}
