import type { Metres } from '../plane.ts';

/** Parks fill the block they lie in, a verge away from its kerbs. */
export const parks: readonly { key: string; name: string; nameEn: string; at: Metres; verge: number }[] = [
	{ key: 'wenyou', name: '文游公园', nameEn: 'Wenyou Park', at: [1010, 760], verge: 14 },
	{ key: 'civic', name: '人民公园', nameEn: "People's Park", at: [1250, 230], verge: 14 },
	{ key: 'west-pagoda', name: '西塔公园', nameEn: 'West Pagoda Park', at: [-1540, 280], verge: 10 },
	{ key: 'lotus', name: '莲花池公园', nameEn: 'Lotus Pool Park', at: [-1090, 1240], verge: 12 },
	{ key: 'expo', name: '会展公园', nameEn: 'Expo Park', at: [1500, 468], verge: 10 },
	{ key: 'butterfly', name: '蝶园', nameEn: 'Butterfly Garden', at: [-870, 780], verge: 12 },
	{ key: 'south', name: '南澄公园', nameEn: 'Nancheng Park', at: [470, -1460], verge: 12 },
	{ key: 'wetland', name: '渔港湿地', nameEn: 'Yugang Wetland', at: [-2010, 740], verge: 12 },
	{ key: 'sports', name: '体育公园', nameEn: 'Sports Park', at: [1850, -130], verge: 14 },
	{ key: 'orchard', name: '荷塘苗圃', nameEn: 'Hetang Nursery', at: [-1770, -1300], verge: 14 }
];

/** Green of any shape, by its corners: the lake's shore, the ramparts, belts of trees. */
export const greens: readonly {
	key: string;
	name: string | null;
	nameEn: string | null;
	tags: Record<string, string>;
	ring: readonly Metres[];
}[] = [
	{
		key: 'lake-park',
		name: '珠湖风景区',
		nameEn: 'Pearl Lake Scenic Area',
		tags: { leisure: 'park', tourism: 'attraction' },
		ring: [
			[-2150, 420],
			[-2262, 400],
			[-2296, 60],
			[-2236, -300],
			[-2300, -640],
			[-2130, -660],
			[-2124, -480],
			[-2166, 20]
		]
	},
	{
		key: 'lake-wood',
		name: null,
		nameEn: null,
		tags: { landuse: 'forest' },
		ring: [
			[-2136, 980],
			[-2316, 1010],
			[-2360, 820],
			[-2268, 480],
			[-2120, 500]
		]
	},
	{
		key: 'lake-reeds',
		name: '芦苇荡',
		nameEn: 'Reed Marsh',
		tags: { natural: 'wetland' },
		ring: [
			[-2150, -1000],
			[-2282, -1010],
			[-2380, -1400],
			[-2300, -1560],
			[-2120, -1460]
		]
	},
	{
		key: 'island',
		name: '明珠岛',
		nameEn: 'Pearl Island',
		tags: { leisure: 'park' },
		ring: [
			[-2670, 230],
			[-2606, 300],
			[-2540, 270],
			[-2512, 176],
			[-2565, 100],
			[-2650, 130]
		]
	},
	{
		key: 'north-wood',
		name: null,
		nameEn: null,
		tags: { landuse: 'forest' },
		ring: [
			[700, 1740],
			[1020, 1730],
			[1010, 1880],
			[720, 1950]
		]
	},
	{
		key: 'south-orchard',
		name: null,
		nameEn: null,
		tags: { landuse: 'orchard' },
		ring: [
			[-500, -1930],
			[-80, -1920],
			[-100, -2120],
			[-520, -2110]
		]
	},
	{
		key: 'rail-wood',
		name: null,
		nameEn: null,
		tags: { landuse: 'forest' },
		ring: [
			[2330, -180],
			[2480, -180],
			[2470, -280],
			[2330, -250]
		]
	}
];
