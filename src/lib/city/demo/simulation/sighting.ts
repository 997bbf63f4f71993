import { elsewhere, townHotspots, type Hotspot } from '../history/hotspots.ts';
import { Kerbs } from '../history/kerbs.ts';
import { rhythms, type Trouble } from '../history/rhythm.ts';
import { localHour, weekdayOf } from '../history/working-time.ts';
import { townSegments } from '../town.ts';
import type { LngLat } from '../plane.ts';

export interface LiveSighting {
	trouble: Trouble;
	category: string;
	place: LngLat;
}

let ground: { kerbs: Kerbs; hotspots: Hotspot[] } | undefined;

/** What somebody sees next, where and as often as the hour has it. `random` draws from 0 to 1. */
export function nextSighting(now: number, random: () => number): LiveSighting {
	if (!ground) {
		const kerbs = new Kerbs(townSegments());
		ground = { kerbs, hotspots: townHotspots(kerbs) };
	}
	const { kerbs, hotspots } = ground;
	const hour = localHour(now);
	const isWeekend = weekdayOf(now) > 5;
	const at = (troubles: Hotspot['troubles']) =>
		troubles.map(([trouble, share]) => ({ trouble, weight: share * rhythms[trouble].hours[hour]! }));
	const choices = [
		...hotspots
			.filter(({ isOpen }) => !isOpen || isOpen(isWeekend))
			.flatMap((hotspot) =>
				at(hotspot.troubles).map(({ trouble, weight }) => ({
					trouble,
					weight: weight * hotspot.share,
					hotspot: hotspot as Hotspot | null
				}))
			),
		...at(elsewhere).map(({ trouble, weight }) => ({ trouble, weight: weight * 0.3, hotspot: null }))
	];
	let left = random() * choices.reduce((sum, { weight }) => sum + weight, 0);
	const { trouble, hotspot } = choices.find(({ weight }) => (left -= weight) <= 0) ?? choices.at(-1)!;
	// The hawkers' way ends where the history leaves them.
	const spots = hotspot?.spots(Infinity);
	const spot = spots ? spots[Math.floor(spots.length * random() ** 1.5)]! : kerbs.anywhere(random());
	const aside = (random() < 0.5 ? -1 : 1) * (4 + 5 * random());
	return {
		trouble,
		category: rhythms[trouble].category,
		place: kerbs.place(spot, (random() - 0.5) * 60, aside)
	};
}
