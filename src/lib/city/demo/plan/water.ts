import { curveThrough, ribbon, type Metres } from '../plane.ts';
import { aroundOldTown } from './old-town.ts';

/** A river or canal by its middle line. */
export interface Stream {
	key: string;
	name: string;
	nameEn: string;
	kind: 'canal' | 'river';
	width: number;
	line: Metres[];
}

/** Standing water: outer ring first, then islands. */
export interface Pool {
	key: string;
	name: string | null;
	nameEn: string | null;
	kind: 'lake' | 'moat' | 'pond';
	rings: Metres[][];
}

const stream = (
	key: string,
	name: string,
	nameEn: string,
	kind: Stream['kind'],
	width: number,
	through: readonly Metres[]
): Stream => ({ key, name, nameEn, kind, width, line: curveThrough(through) });

export const canalLine: readonly Metres[] = [
	[-1560, 2900],
	[-1530, 2300],
	[-1590, 1660],
	[-1668, 1240],
	[-1714, 820],
	[-1720, 480],
	[-1694, -60],
	[-1614, -670],
	[-1552, -1240],
	[-1564, -1850],
	[-1640, -2900]
];

export const streams: readonly Stream[] = [
	stream('canal', '泰运河', 'Taiyun Canal', 'canal', 84, canalLine),
	stream('shihe', '市河', 'Shihe River', 'canal', 20, [
		[-1700, -20],
		[-1560, -56],
		[-1400, -34],
		[-1240, -26],
		[-1100, -30],
		[-880, -70],
		[-612, -84],
		[-300, -60],
		[-100, -43],
		[10, -40]
	]),
	stream('yantang', '盐塘河', 'Yantang Creek', 'canal', 13, [
		[-872, 616],
		[-872, 470],
		[-864, 330],
		[-848, 200],
		[-860, 60],
		[-874, -68]
	]),
	stream('yudai', '玉带河', 'Yudai River', 'river', 26, [
		[0, -40],
		[180, -96],
		[420, -170],
		[700, -150],
		[1000, -180],
		[1300, -236],
		[1560, -226],
		[1900, -300],
		[2240, -270],
		[2700, -330],
		[3300, -300]
	]),
	stream('beicheng', '北澄河', 'Beicheng River', 'river', 36, [
		[-1540, 1950],
		[-1200, 2000],
		[-800, 1930],
		[-200, 1980],
		[400, 2020],
		[900, 1930],
		[1500, 1990],
		[2100, 1900],
		[2600, 1960],
		[3300, 1900]
	]),
	stream('nancheng', '南澄河', 'Nancheng River', 'river', 34, [
		[-1560, -1470],
		[-1200, -1420],
		[-800, -1450],
		[-300, -1400],
		[200, -1440],
		[700, -1500],
		[1150, -1478],
		[1600, -1560],
		[2100, -1640],
		[2600, -1560],
		[3300, -1620]
	]),
	stream('xiaopu', '小浦河', 'Xiaopu Creek', 'river', 15, [
		[1290, -236],
		[1262, 40],
		[1290, 300],
		[1256, 560],
		[1290, 800],
		[1252, 1040],
		[1282, 1300],
		[1250, 1560],
		[1276, 1940]
	]),
	stream('taojia', '陶家河', 'Taojia Creek', 'river', 14, [
		[-420, 1960],
		[-440, 1680],
		[-430, 1420],
		[-450, 1180],
		[-470, 960],
		[-455, 700],
		[-460, 600]
	])
];

const lakeShore: readonly Metres[] = [
	[-3400, 1900],
	[-2760, 1820],
	[-2420, 1480],
	[-2330, 1100],
	[-2390, 760],
	[-2270, 420],
	[-2300, 60],
	[-2240, -300],
	[-2320, -700],
	[-2290, -1040],
	[-2400, -1420],
	[-2740, -1800],
	[-3400, -1980]
];

const island: readonly Metres[] = [
	[-2700, 240],
	[-2610, 330],
	[-2520, 290],
	[-2490, 170],
	[-2560, 70],
	[-2670, 110]
];

export const pools: readonly Pool[] = [
	{
		key: 'moat',
		name: '护城河',
		nameEn: 'Town Moat',
		kind: 'moat',
		rings: [aroundOldTown(15, 0, 356, 4), aroundOldTown(-14, 0, 356, 4)]
	},
	{
		key: 'lake',
		name: '珠湖',
		nameEn: 'Pearl Lake',
		kind: 'lake',
		rings: [curveThrough(lakeShore, 40), closedCurve(island)]
	},
	{
		key: 'wenyou',
		name: '文游湖',
		nameEn: 'Wenyou Pond',
		kind: 'pond',
		rings: [blob([1010, 748], 92, 58, 3)]
	},
	{
		key: 'huizhan',
		name: '会展湖',
		nameEn: 'Expo Pond',
		kind: 'pond',
		rings: [blob([1500, 468], 34, 30, 5)]
	},
	{
		key: 'lianhua',
		name: '莲花池',
		nameEn: 'Lotus Pool',
		kind: 'pond',
		rings: [blob([-1090, 1240], 52, 36, 9)]
	},
	...fishPonds([-2010, -1250], 3, 3).map((ring, i) => pond('west', i, ring)),
	...fishPonds([-1080, 1780], 4, 2).map((ring, i) => pond('north', i, ring)),
	...fishPonds([1560, 1760], 4, 2).map((ring, i) => pond('north-east', i, ring)),
	...fishPonds([300, -2060], 5, 2).map((ring, i) => pond('south', i, ring)),
	...fishPonds([2460, -1420], 3, 3).map((ring, i) => pond('south-east', i, ring))
];

function pond(where: string, i: number, ring: Metres[]): Pool {
	return { key: `pond-${where}-${i + 1}`, name: null, nameEn: null, kind: 'pond', rings: [ring] };
}

/** A field of fish ponds, as the wet land around such towns has them. */
function fishPonds([x, y]: Metres, columns: number, rows: number): Metres[][] {
	return Array.from({ length: columns * rows }, (_, i): Metres[] => {
		const west = x + (i % columns) * 62 + 3 * (i % 2);
		const south = y + Math.floor(i / columns) * 44 + 2 * (i % 3);
		return [
			[west, south],
			[west + 54, south + 2],
			[west + 52, south + 36],
			[west - 2, south + 35]
		];
	});
}

/** A pool of no particular shape. */
function blob([x, y]: Metres, width: number, height: number, seed: number): Metres[] {
	return Array.from({ length: 28 }, (_, i): Metres => {
		const turn = (i / 28) * 2 * Math.PI;
		const uneven = 1 + 0.16 * Math.sin(2 * turn + seed) + 0.1 * Math.sin(3 * turn + 2 * seed);
		return [x + width * uneven * Math.cos(turn), y + height * uneven * Math.sin(turn)];
	});
}

export function closedCurve(points: readonly Metres[], step = 30): Metres[] {
	// Two points more at either end make the joint as round as the rest; they are cut off again.
	const around = [...points.slice(-2), ...points, ...points.slice(0, 2)];
	const curve = curveThrough(around, step);
	const begin = curve.findIndex((point) => same(point, points[0]!));
	const end = curve.findLastIndex((point) => same(point, points[0]!));
	return curve.slice(begin, end);
}

function same(a: Metres, b: Metres): boolean {
	return Math.hypot(a[0] - b[0], a[1] - b[1]) < 1e-6;
}

/** The bed of a stream as a ring. */
export function bedOf({ line, width }: Stream): Metres[] {
	return ribbon(line, width);
}
