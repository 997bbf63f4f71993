import type { Place } from './places.ts';

export interface Spike {
	lng: number;
	lat: number;
	rows: number;
}

/** Rows on one spot that make up less of the file than this are a busy corner, not a habit of a geocoder. */
const leastShare = 0.005;
const leastRows = 30;
/** How many times the next busiest places it must hold. */
const outstanding = 8;

/**
 * Places that hold implausibly many rows: a geocoder's answer for “somewhere in the city”. Measured against the ten
 * places that come next. `weight`: how many rows of the file each place given stands for.
 */
export function findSpikes(places: Iterable<Place>, weight = 1): Spike[] {
	const counts = new Map<string, Spike>();
	let all = 0;
	for (const [lng, lat] of places) {
		if (!Number.isFinite(lng) || !Number.isFinite(lat)) continue;
		all += 1;
		const key = `${lng},${lat}`;
		const spike = counts.get(key);
		if (spike) spike.rows += 1;
		else counts.set(key, { lng, lat, rows: 1 });
	}
	const ranked = [...counts.values()].sort((a, b) => b.rows - a.rows);
	const spikes: Spike[] = [];
	for (const [i, spike] of ranked.slice(0, 20).entries()) {
		const next = ranked.slice(i + 1, i + 11).map(({ rows }) => rows);
		const usual = next[Math.floor(next.length / 2)] ?? 0;
		if (spike.rows * weight < leastRows || spike.rows < all * leastShare || spike.rows < usual * outstanding)
			break;
		spikes.push({ ...spike, rows: Math.round(spike.rows * weight) });
	}
	return spikes;
}
