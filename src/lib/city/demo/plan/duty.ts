import type { Metres } from '../plane.ts';
import { ribbon } from '../plane.ts';

/** Who answers for the town's ground. The names are the key by which a case finds its unit. */
export const units = {
	bureau: { name: '城市管理局', nameEn: 'City Management Bureau', parent: null },
	first: { name: '城管一中队', nameEn: 'Squad 1', parent: '城市管理局' },
	second: { name: '城管二中队', nameEn: 'Squad 2', parent: '城市管理局' },
	third: { name: '城管三中队', nameEn: 'Squad 3', parent: '城市管理局' },
	fourth: { name: '城管四中队', nameEn: 'Squad 4', parent: '城市管理局' },
	fifth: { name: '城管五中队', nameEn: 'Squad 5', parent: '城市管理局' },
	sixth: { name: '城管六中队', nameEn: 'Squad 6', parent: '城市管理局' },
	outskirts: { name: '城郊综合执法队', nameEn: 'Outskirts Squad', parent: '城市管理局' },
	transport: { name: '交通运输执法中队', nameEn: 'Transport Enforcement Squad', parent: null },
	lake: { name: '景区管理所', nameEn: 'Scenic Area Office', parent: null },
	market: { name: '市场服务中心', nameEn: 'Market Service Centre', parent: null }
} as const;
export type UnitKey = keyof typeof units;

/** A duty grid is all ground that can be reached from its starting points without crossing a dividing line. */
export interface GridPlan {
	key: string;
	name: string;
	nameEn: string;
	unit: UnitKey;
	from: readonly Metres[];
}

const grid = (key: string, name: string, nameEn: string, unit: UnitKey, ...from: Metres[]): GridPlan => ({
	key: `demo:grid:${key}`,
	name,
	nameEn,
	unit,
	from
});

/** Streets and water at which duty ends, by the keys of their lines. Of a street with two carriageways one divides. */
export const dividing: ReadonlySet<string> = new Set([
	'taibei-road',
	'jinqiao-road',
	'baota-road',
	'zhongshan-road',
	'zhongshan-north-road',
	'zhongshan-south-road',
	'yingbin-avenue-1',
	'century-avenue-1',
	'beihuan-road',
	'donghuan-road',
	'nanhuan-road',
	'huancheng-east-road',
	'huancheng-north-road',
	'huancheng-west-road',
	'huancheng-south-road',
	'canal',
	'edge-west',
	'edge-east'
]);

export const grids: readonly GridPlan[] = [
	grid('gucheng', '古城责任网格', 'Old Town Grid', 'first', [-500, 270], [-700, 270]),
	grid('chengxi', '城西责任网格', 'West Gate Grid', 'fourth', [-1520, 560]),
	grid('fuqian', '府前责任网格', 'Fuqian Grid', 'second', [-100, 1000]),
	grid('dongmen', '东门责任网格', 'East Gate Grid', 'first', [200, -100]),
	grid('taibei', '泰北责任网格', 'Taibei Grid', 'second', [-700, 1260], [-100, 1500]),
	grid('wenyou', '文游责任网格', 'Wenyou Grid', 'third', [740, 740], [740, 1300]),
	grid('jiachun', '佳醇责任网格', 'Jiachun Grid', 'third', [740, -60]),
	grid('chunhui', '春晖责任网格', 'Chunhui Grid', 'fifth', [1600, 700], [1860, 1250]),
	grid('huizhan', '会展责任网格', 'Expo Grid', 'fifth', [1850, -130]),
	grid('chezhan', '车站责任网格', 'Bus Station Grid', 'fourth', [-740, -1160], [-100, -1180]),
	grid('xuefu', '学府责任网格', 'Xuefu Grid', 'sixth', [740, -1200]),
	grid('gongye', '工业园责任网格', 'Industrial Park Grid', 'sixth', [1600, -1200]),
	grid(
		'hexi',
		'河西责任网格',
		'Canal West Grid',
		'lake',
		[-1880, 200],
		[-2160, 20],
		[-1890, 1300],
		[-1890, -1300]
	),
	grid(
		'beijiao',
		'北郊责任网格',
		'North Outskirts Grid',
		'outskirts',
		[-900, 1800],
		[-100, 1850],
		[900, 1850],
		[1560, 1720]
	),
	grid('zhanqian', '站前责任网格', 'Railway Station Grid', 'sixth', [2400, 600], [2400, -200]),
	grid(
		'nanjiao',
		'南郊责任网格',
		'South Outskirts Grid',
		'outskirts',
		[-900, -2000],
		[-100, -2000],
		[1000, -2000]
	)
];

/** Where duty ends outside: the lake's shore and the last fields. From the north-west corner, counter-clockwise. */
export const edge: readonly Metres[] = [
	[-1790, 2250],
	[-2120, 1800],
	[-2300, 1440],
	[-2310, 1100],
	[-2336, 800],
	[-2262, 430],
	[-2292, 60],
	[-2236, -300],
	[-2306, -700],
	[-2282, -1040],
	[-2330, -1300],
	[-2190, -1640],
	[-2020, -1900],
	[-1760, -2240],
	[-1100, -2380],
	[-100, -2400],
	[900, -2380],
	[1660, -2260],
	[2120, -1820],
	[2420, -1340],
	[2780, -960],
	[3040, -600],
	[3080, 200],
	[3040, 1180],
	[2700, 1420],
	[2300, 1700],
	[1760, 2240],
	[900, 2400],
	[-100, 2410],
	[-1100, 2390]
];

export interface PlannedArea {
	key: string;
	kind: 'key_place' | 'market' | 'permitted_line' | 'frontage' | 'corridor';
	name: string;
	nameEn: string;
	unit: UnitKey | null;
	/** The parcel it lies around, and how far beyond it reaches … */
	parcel?: string;
	reach?: number;
	/** … or its own corners in the plan. */
	ring?: readonly Metres[];
}

const along = (width: number, ...line: Metres[]): Metres[] => ribbon(line, width);

/** Places with an answer of their own inside the grids, and ground where trading is allowed. */
export const placesOfDuty: readonly PlannedArea[] = [
	{
		key: 'bus-station',
		kind: 'key_place',
		name: '汽车客运站',
		nameEn: 'Bus Station',
		unit: 'transport',
		parcel: 'bus-station',
		reach: 30
	},
	{
		key: 'rail-station',
		kind: 'key_place',
		name: '火车站广场',
		nameEn: 'Railway Station Square',
		unit: 'transport',
		ring: [
			[2500, 190],
			[2690, 190],
			[2690, 500],
			[2500, 500]
		]
	},
	{
		key: 'jinqiao-mall',
		kind: 'key_place',
		name: '金桥商场',
		nameEn: 'Jinqiao Mall',
		unit: 'third',
		parcel: 'jinqiao-mall',
		reach: 22
	},
	{
		key: 'jiachun-mall',
		kind: 'key_place',
		name: '佳醇购物中心',
		nameEn: 'Jiachun Shopping Centre',
		unit: 'third',
		parcel: 'jiachun-mall',
		reach: 22
	},
	{
		key: 'century-plaza',
		kind: 'key_place',
		name: '世纪广场',
		nameEn: 'Century Plaza',
		unit: 'sixth',
		parcel: 'century-mall',
		reach: 20
	},
	{
		key: 'hospital',
		kind: 'key_place',
		name: '人民医院',
		nameEn: "People's Hospital",
		unit: 'second',
		parcel: 'hospital',
		reach: 20
	},
	{
		key: 'lake',
		kind: 'key_place',
		name: '珠湖风景区',
		nameEn: 'Pearl Lake Scenic Area',
		unit: 'lake',
		ring: [
			[-2280, -620],
			[-2132, -640],
			[-2100, -480],
			[-2144, 20],
			[-2084, 440],
			[-2250, 420],
			[-2280, 60],
			[-2226, -300]
		]
	},
	{
		key: 'yanshi',
		kind: 'market',
		name: '盐市菜市场',
		nameEn: 'Yanshi Food Market',
		unit: 'market',
		parcel: 'yanshi-market',
		reach: 14
	},
	{
		key: 'taibei',
		kind: 'market',
		name: '泰北农贸市场',
		nameEn: "Taibei Farmers' Market",
		unit: 'market',
		parcel: 'taibei-market',
		reach: 22
	},
	{
		key: 'nanyuan',
		kind: 'market',
		name: '南园农贸市场',
		nameEn: "Nanyuan Farmers' Market",
		unit: 'market',
		parcel: 'south-market',
		reach: 22
	},
	{
		key: 'jiachun-night',
		kind: 'permitted_line',
		name: '佳醇路夜市划线区',
		nameEn: 'Jiachun Road Night Market Lines',
		unit: null,
		ring: along(14, [884, 80], [892, -40])
	},
	{
		key: 'yanshi-stalls',
		kind: 'permitted_line',
		name: '盐市巷疏导点',
		nameEn: 'Yanshi Lane Stall Lines',
		unit: null,
		ring: along(9, [-987, 80], [-1003, -14])
	},
	{
		key: 'south-gate',
		kind: 'permitted_line',
		name: '南门大街早市划线区',
		nameEn: 'South Gate Morning Market Lines',
		unit: null,
		ring: along(9, [-731, -260], [-712, -380])
	},
	{
		key: 'huayuan-parking',
		kind: 'permitted_line',
		name: '花园路停车划线区',
		nameEn: 'Huayuan Road Parking Lines',
		unit: null,
		ring: along(8, [640, -1331], [760, -1325])
	},
	{
		key: 'jinqiao-front',
		kind: 'frontage',
		name: '金桥路北侧门前四包',
		nameEn: 'Jinqiao Road North Frontage',
		unit: 'third',
		ring: along(16, [380, -638], [560, -622], [820, -600])
	},
	{
		key: 'zhongshan-front',
		kind: 'frontage',
		name: '中山路门前三包',
		nameEn: 'Zhongshan Road Frontage',
		unit: 'first',
		ring: along(12, [-574, 300], [-578, 110])
	},
	{
		key: 'taibei-front',
		kind: 'frontage',
		name: '泰北路南侧门前三包',
		nameEn: 'Taibei Road South Frontage',
		unit: 'second',
		ring: along(16, [-480, 1088], [-120, 1074])
	}
];
