// When things happen at the kerb: by the hour, the weekday and the weather. Weights, not counts.
import { seeded } from '../plane.ts';

export type Trouble =
	'carwash' | 'taxi' | 'shop' | 'hawker' | 'barbecue' | 'parking' | 'bicycles' | 'goods' | 'noise' | 'other';

interface Rhythm {
	/** Code of the category. */
	category: string;
	/** Weights of the hours 0–23. */
	hours: readonly number[];
	/** What a day of rain leaves of it, and what a weekend makes of it. */
	rain: number;
	weekend: number;
}

/** Two peaks, each an hour, a height and a width in hours, on a low floor. */
function peaks(floor: number, ...bumps: [at: number, height: number, width: number][]): number[] {
	return Array.from({ length: 24 }, (_, hour) =>
		bumps.reduce((sum, [at, height, width]) => {
			const away = Math.min(Math.abs(hour - at), 24 - Math.abs(hour - at));
			return sum + height * Math.exp(-0.5 * (away / width) ** 2);
		}, floor)
	);
}

export const rhythms: Record<Trouble, Rhythm> = {
	carwash: { category: '0551', hours: peaks(0, [10, 1, 1.8], [16, 0.9, 1.6]), rain: 0.3, weekend: 1.4 },
	taxi: {
		category: '0509',
		hours: peaks(0.05, [7, 0.8, 1.2], [18, 1, 2], [21, 0.7, 1.4]),
		rain: 1.25,
		weekend: 1.15
	},
	shop: { category: '0504', hours: peaks(0, [8, 1, 1.6], [17, 0.9, 1.5]), rain: 0.7, weekend: 1.1 },
	hawker: { category: '0501', hours: peaks(0, [7, 0.7, 1], [18, 1, 1.8]), rain: 0.35, weekend: 1.3 },
	barbecue: { category: '0510', hours: peaks(0, [20, 1, 1.6], [22, 0.5, 1]), rain: 0.2, weekend: 1.6 },
	parking: {
		category: '0505',
		hours: peaks(0.03, [7, 1, 0.8], [16, 1, 0.8], [19, 0.5, 1.5]),
		rain: 1.15,
		weekend: 0.7
	},
	bicycles: { category: '0506', hours: peaks(0.02, [8, 1, 1.2], [18, 0.9, 1.4]), rain: 0.6, weekend: 0.8 },
	goods: { category: '0507', hours: peaks(0.02, [10, 1, 2], [15, 0.8, 2]), rain: 0.8, weekend: 0.9 },
	noise: { category: '0508', hours: peaks(0.02, [11, 0.6, 1.5], [19, 1, 1.6]), rain: 0.7, weekend: 1.3 },
	other: { category: '0599', hours: peaks(0.03, [11, 1, 3], [16, 1, 2.5]), rain: 0.9, weekend: 1 }
};

/** An hour of the day with a share of it, as often as its weight says. `share` is from 0 to 1. */
export function drawHour(hours: readonly number[], share: number): number {
	const wanted = share * hours.reduce((sum, weight) => sum + weight, 0);
	let sum = 0;
	for (let hour = 0; hour < 24; hour += 1) {
		const weight = hours[hour]!;
		if (sum + weight >= wanted) return hour + (weight > 0 ? (wanted - sum) / weight : 0);
		sum += weight;
	}
	return 23.99;
}

/** Whether it rains, day by day: wet days come in spells. The same weather at every start. */
export function weather(days: number): boolean[] {
	const random = seeded(31_415);
	let isWet = false;
	return Array.from({ length: days }, () => (isWet = random() < (isWet ? 0.55 : 0.17)));
}
