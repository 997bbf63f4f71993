/**
 * Reports as columns, in the order of time: entry i of every array is report i, and `hour` never falls. Places are on the line
 * of a street, never the fix of whoever reported.
 */
export interface Spots {
	/** Millionths of a degree (WGS-84) east and north of `origin`. */
	lng: Int32Array;
	lat: Int32Array;
	/** Whole hours of the city's own clock since 2000-01-01 00:00: `hour % 24` is the hour of the day, `hour / 24 | 0` the day. */
	hour: Int32Array;
	/** The segment's id; 0 for none. */
	segment: Int32Array;
	/** Index into the city's list of categories. */
	category: Uint16Array;
	/** Bits of `spotFlags`; the high byte is the index of the source. */
	flags: Uint16Array;
	/** Degrees. */
	origin: [lng: number, lat: number];
}

/** What the low byte of `flags` says. */
export const spotFlags = {
	/** The case, or the report that is none yet, is open. */
	open: 1,
	patrolFound: 2,
	closed: 4,
	/** Not the first report of its case. */
	repeat: 8,
	/** The place was typed or came from a file: default geocodes are found among these. */
	unplaced: 16
} as const;

/** The source's index of each flag word. */
export const sourceOf = (flags: number): number => flags >> 8;

/** `api.hotspot_spots`: one page, every column base64 of whole numbers with the most significant byte first. */
export interface SpotsPage {
	taken_at: string;
	origin: [lng: number | null, lat: number | null];
	time_zone: string;
	seed: number;
	false_rate: number;
	least_count: number;
	sources: string[];
	categories: { code: string; parent: string | null; name: string; name_en: string | null }[];
	n: number;
	/** Where the next page begins after; null on the last. */
	next: number | null;
	lng: string;
	lat: string;
	hour: string;
	segment: string;
	category: string;
	flags: string;
}

const wide = ['lng', 'lat', 'hour', 'segment'] as const;
const narrow = ['category', 'flags'] as const;

/**
 * Unpacks pages and puts their reports in the order of time, stable, by counting: O(reports + hours between the first and the
 * last). Throws an Error when a column is not of its page's length: half a picture would look like a whole one.
 */
export function unpackSpots(pages: readonly SpotsPage[]): Spots {
	const n = pages.reduce((sum, page) => sum + page.n, 0);
	const loose = emptySpots(n);
	let at = 0;
	for (const page of pages) {
		for (const name of wide) readInto(loose[name], at, page[name], 4, page.n, name);
		for (const name of narrow) readInto(loose[name], at, page[name], 2, page.n, name);
		at += page.n;
	}
	const [lng, lat] = pages[0]?.origin ?? [0, 0];
	loose.origin = [lng ?? 0, lat ?? 0];
	return inOrderOfTime(loose);
}

export function emptySpots(n: number): Spots {
	return {
		lng: new Int32Array(n),
		lat: new Int32Array(n),
		hour: new Int32Array(n),
		segment: new Int32Array(n),
		category: new Uint16Array(n),
		flags: new Uint16Array(n),
		origin: [0, 0]
	};
}

function readInto(
	column: Int32Array | Uint16Array,
	at: number,
	packed: string,
	bytes: 2 | 4,
	n: number,
	name: string
): void {
	const text = atob(packed);
	if (text.length !== n * bytes)
		throw new Error(`hotspot_spots: ${name} has ${text.length / bytes} values when expected ${n}.`);
	for (let i = 0, from = 0; i < n; i++) {
		let value = 0;
		for (let byte = 0; byte < bytes; byte++) value = (value << 8) | text.charCodeAt(from++);
		column[at + i] = value;
	}
}

/** The same reports with `hour` rising; reports of one hour keep their order. */
export function inOrderOfTime(spots: Spots): Spots {
	const n = spots.hour.length;
	if (n === 0) return spots;
	let [first, last, isOrdered] = [spots.hour[0]!, spots.hour[0]!, true];
	for (let i = 1; i < n; i++) {
		const hour = spots.hour[i]!;
		if (hour < spots.hour[i - 1]!) isOrdered = false;
		if (hour < first) first = hour;
		if (hour > last) last = hour;
	}
	if (isOrdered) return spots;
	const next = new Uint32Array(last - first + 2);
	for (let i = 0; i < n; i++) next[spots.hour[i]! - first + 1]!++;
	for (let i = 1; i < next.length; i++) next[i]! += next[i - 1]!;
	const sorted = emptySpots(n);
	sorted.origin = spots.origin;
	for (let i = 0; i < n; i++) {
		const to = next[spots.hour[i]! - first]!++;
		for (const name of wide) sorted[name][to] = spots[name][i]!;
		for (const name of narrow) sorted[name][to] = spots[name][i]!;
	}
	return sorted;
}

/** The first report at or after an hour; the number of reports when there is none. By bisection. */
export function firstAt(hour: Int32Array, wanted: number): number {
	let [low, high] = [0, hour.length];
	while (low < high) {
		const middle = (low + high) >>> 1;
		if (hour[middle]! < wanted) low = middle + 1;
		else high = middle;
	}
	return low;
}
