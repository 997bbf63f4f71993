// Where it keeps happening in the demo town, and how often: places of the plan, so that the town tells its own story.
import type { Kerbs, Spot } from './kerbs.ts';
import type { Trouble } from './rhythm.ts';
import type { Metres } from '../plane.ts';

export interface Hotspot {
	key: string;
	/** Share of all reports. */
	share: number;
	/** What is seen there, and how often. */
	troubles: readonly (readonly [Trouble, number])[];
	/** Its kerbs on a day, the worst first; `week` counts from the beginning of the history. */
	spots(week: number): readonly Spot[];
	isOpen?: (isWeekend: boolean) => boolean;
}

/** The hawkers' way through the town, week by week: cleared from one street, they turn up in the next. */
export const hawkersWay: readonly Metres[] = [
	[-772, 900],
	[-770, 960],
	[-590, 1040],
	[-420, 1000],
	[-270, 1180],
	[-260, 1300],
	[40, 1200],
	[200, 1110],
	[345, 1000],
	[400, 870],
	[610, 1000],
	[740, 1110],
	[868, 1000]
];

export function townHotspots(kerbs: Kerbs): Hotspot[] {
	const at = (...places: Metres[]) => {
		const spots = places.map((place) => kerbs.near(place));
		return () => spots;
	};
	const street = (name: string, every: number, pick: (spot: Spot, i: number) => boolean) => {
		const spots = kerbs.along(name, every).filter(pick);
		if (spots.length === 0) throw new Error(`There is no ${name} to be a hotspot.`);
		return () => spots;
	};
	const way = hawkersWay.map((place) => kerbs.near(place));
	return [
		{
			key: 'bus-station',
			share: 0.11,
			troubles: [
				['taxi', 0.86],
				['parking', 0.14]
			],
			spots: at([-740, -1054], [-820, -1052], [-660, -1056], [-906, -1130])
		},
		{
			key: 'rail-station',
			share: 0.05,
			troubles: [
				['taxi', 0.8],
				['hawker', 0.2]
			],
			spots: at([2560, 330], [2556, 420], [2500, 352])
		},
		{
			key: 'yanshi-market',
			share: 0.08,
			troubles: [
				['shop', 0.8],
				['bicycles', 0.2]
			],
			spots: at([-926, 76], [-926, -34], [-992, 40], [-996, -4])
		},
		{
			key: 'taibei-market',
			share: 0.07,
			troubles: [
				['shop', 0.7],
				['goods', 0.3]
			],
			spots: at([470, 1115], [560, 1114], [610, 1200], [346, 1220])
		},
		{
			key: 'nanyuan-market',
			share: 0.05,
			troubles: [
				['shop', 0.5],
				['hawker', 0.5]
			],
			spots: at([-400, -1276], [-330, -1280], [-480, -1050])
		},
		{
			key: 'taibei-road',
			share: 0.08,
			troubles: [['carwash', 1]],
			spots: street('泰北路', 90, (_, i) => i % 5 === 1)
		},
		{
			key: 'jinqiao-road',
			share: 0.08,
			troubles: [['carwash', 1]],
			spots: street('金桥路', 90, (_, i) => i % 4 === 2)
		},
		{
			key: 'jiachun-nights',
			share: 0.07,
			troubles: [
				['barbecue', 0.75],
				['noise', 0.25]
			],
			spots: at([866, 150], [868, 40], [884, -100], [870, -260])
		},
		{
			key: 'hawkers',
			share: 0.08,
			troubles: [['hawker', 1]],
			spots: (week) => [way[Math.min(way.length - 1, Math.max(0, week))]!]
		},
		{
			key: 'century-plaza',
			share: 0.05,
			troubles: [
				['hawker', 0.4],
				['noise', 0.3],
				['parking', 0.3]
			],
			spots: at([1560, 106], [1480, 108], [1640, 106])
		},
		{
			key: 'school-gates',
			share: 0.04,
			troubles: [['parking', 1]],
			spots: at([-760, 1385], [744, -1104], [1735, 760], [-370, 212]),
			isOpen: (isWeekend) => !isWeekend
		},
		{
			key: 'hospital',
			share: 0.05,
			troubles: [
				['parking', 0.6],
				['bicycles', 0.4]
			],
			spots: at([-262, 1240], [-130, 1380], [40, 1240])
		},
		{
			key: 'lake',
			share: 0.02,
			troubles: [
				['hawker', 0.7],
				['parking', 0.3]
			],
			spots: at([-2120, -200], [-2120, 120], [-2096, 380]),
			isOpen: (isWeekend) => isWeekend
		}
	];
}

/** What is seen anywhere else. */
export const elsewhere: readonly (readonly [Trouble, number])[] = [
	['shop', 0.2],
	['hawker', 0.15],
	['parking', 0.2],
	['bicycles', 0.12],
	['goods', 0.13],
	['carwash', 0.08],
	['noise', 0.06],
	['other', 0.06]
];
