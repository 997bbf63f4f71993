import { drawHour, rhythms, weather, type Trouble } from './rhythm.ts';
import { elsewhere, townHotspots, type Hotspot } from './hotspots.ts';
import { Kerbs, type Spot } from './kerbs.ts';
import { day, dayStart, hour, minute, weekdayOf } from './working-time.ts';
import { seeded, type LngLat } from '../plane.ts';
import type { SegmentImport } from '#lib/city/import/shapes.ts';

/** Something seen at a kerb, by one person. */
export interface Sighting {
	at: number;
	trouble: Trouble;
	category: string;
	place: LngLat;
	street: string | null;
	/** The hotspot it belongs to, and which of its kerbs; null: anywhere in town. */
	hotspot: string | null;
}

export const historyDays = 92;
/** Reports on an ordinary dry weekday. */
const perDay = 22.4;

/** What citizens saw in the last three months up to `now` (ms). The same for the same moment; in the order of time. */
export function sightings(now: number, segments: readonly SegmentImport[]): Sighting[] {
	const random = seeded(20_260_630);
	const kerbs = new Kerbs(segments);
	const hotspots = townHotspots(kerbs);
	const rain = weather(historyDays);
	const seen: Sighting[] = [];
	const today = dayStart(now);
	const restShare = 1 - hotspots.reduce((sum, { share }) => sum + share, 0);

	const add = (at: number, trouble: Trouble, spot: Spot, hotspot: string | null) => {
		const side = random() < 0.5 ? -1 : 1;
		const forth = (random() - 0.5) * (hotspot ? 24 : 6);
		const place = kerbs.place(spot, forth, side * (4 + 5 * random()));
		seen.push({
			at,
			trouble,
			category: rhythms[trouble].category,
			place,
			street: kerbs.streetOf(spot),
			hotspot
		});
	};

	for (let n = 0; n < historyDays; n += 1) {
		const midnight = today - (historyDays - 1 - n) * day;
		const week = Math.floor(n / 7);
		const isWeekend = weekdayOf(midnight) > 5;
		const trouble = (of: Hotspot['troubles']) => {
			const weights = of.map(([kind, share]) => {
				const { rain: wet, weekend } = rhythms[kind];
				return share * (rain[n] ? wet : 1) * (isWeekend ? weekend : 1);
			});
			return { weights, sum: weights.reduce((a, b) => a + b, 0) };
		};
		const draw = (
			of: Hotspot['troubles'],
			share: number,
			spots: readonly Spot[] | null,
			key: string | null
		) => {
			const { weights, sum } = trouble(of);
			const many = poisson(perDay * share * sum, random);
			for (let i = 0; i < many; i += 1) {
				const kind = of[pick(weights, random())]![0];
				const at = midnight + drawHour(rhythms[kind].hours, random()) * hour;
				// The first kerbs of a hotspot are far worse than its last.
				const spot = spots ? spots[Math.floor(spots.length * random() ** 1.7)]! : kerbs.anywhere(random());
				if (at <= now - 3 * minute) add(at, kind, spot, key);
			}
		};
		for (const { key, share, troubles, spots, isOpen } of hotspots) {
			// Weekend places see their whole week on two days, school gates theirs on five.
			const factor = isOpen ? (isOpen(isWeekend) ? (isWeekend ? 3.5 : 1.4) : 0) : 1;
			draw(troubles, share * factor, spots(week), key);
		}
		draw(elsewhere, restShare, null, null);
	}
	// Whatever the hour, a town that was looked at a moment ago has just been reported from.
	for (const before of [4, 6, 9, 12, 16, 21, 33, 52, 80]) {
		const { key, troubles, spots } = hotspots[Math.floor(hotspots.length * random())]!;
		add(now - before * minute, troubles[0]![0], spots(Math.floor((historyDays - 1) / 7))[0]!, key);
	}
	return seen.sort((a, b) => a.at - b.at);
}

function poisson(mean: number, random: () => number): number {
	const limit = Math.exp(-mean);
	let many = -1;
	for (let product = 1; product > limit; product *= random()) many += 1;
	return many;
}

function pick(weights: readonly number[], share: number): number {
	let left = share * weights.reduce((sum, weight) => sum + weight, 0);
	const found = weights.findIndex((weight) => (left -= weight) <= 0);
	return found < 0 ? weights.length - 1 : found;
}
