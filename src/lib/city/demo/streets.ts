import type { StreetClass } from '../import/shapes.ts';
import type { Metres } from './plane.ts';

export interface DemoStreet {
	/** Stable key of the street: what a re-import recognises it by. */
	key: string;
	name: string;
	nameEn: string;
	class: StreetClass;
	oneway: 0 | 1 | -1;
	/** Points the centre line runs through, in metres from the district's centre. */
	through: readonly Metres[];
}

const street = (
	name: string,
	nameEn: string,
	streetClass: StreetClass,
	through: readonly Metres[],
	oneway: 0 | 1 | -1 = 0
): DemoStreet => ({
	key: `demo:${nameEn.toLowerCase().replaceAll(' ', '-')}`,
	name,
	nameEn,
	class: streetClass,
	oneway,
	through
});

/** Where the old town lies; its ring road and moat are drawn around this point. */
export const oldTown = { middle: [-350, 150] as Metres, ringRoad: [500, 455], moat: [425, 380] } as const;

/** A part of the rounded square around the old town, between two compass angles in degrees (0 = east, 90 = north). */
export function aroundOldTown(
	radii: readonly [number, number],
	from: number,
	to: number,
	step = 9
): Metres[] {
	const points: Metres[] = [];
	for (let angle = from; angle <= to; angle += step) {
		const [cos, sin] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
		// |x|^3 + |y|^3 = 1: rounder than a square, squarer than an ellipse, as town walls are.
		const reach = (Math.abs(cos) ** 3 + Math.abs(sin) ** 3) ** (-1 / 3);
		points.push([oldTown.middle[0] + radii[0] * reach * cos, oldTown.middle[1] + radii[1] * reach * sin]);
	}
	return points;
}

/** The canal's middle, north to south. */
export const canalLine: readonly Metres[] = [
	[-1050, 1700],
	[-1110, 1100],
	[-1195, 600],
	[-1230, 100],
	[-1182, -400],
	[-1105, -900],
	[-1090, -1700]
];

const outerRing: DemoStreet[] = [
	street('北环路', 'Beihuan Road', 'primary', [
		[-1760, 1090],
		[-1640, 1155],
		[-1090, 1190],
		[-370, 1222],
		[215, 1228],
		[1110, 1222],
		[1430, 1172],
		[1560, 1040]
	]),
	street('东环路', 'Donghuan Road', 'primary', [
		[1560, 1040],
		[1600, 830],
		[1612, 490],
		[1604, 150],
		[1600, -390],
		[1585, -800],
		[1520, -1050]
	]),
	street('南环路', 'Nanhuan Road', 'primary', [
		[1520, -1050],
		[1390, -1168],
		[1130, -1192],
		[600, -1208],
		[200, -1200],
		[-400, -1214],
		[-1090, -1190],
		[-1620, -1140],
		[-1700, -1050]
	]),
	street('滨湖路', 'Binhu Road', 'secondary', [
		[-1700, -1050],
		[-1762, -800],
		[-1802, -470],
		[-1832, -100],
		[-1828, 300],
		[-1800, 760],
		[-1760, 1090]
	])
];

const avenues: DemoStreet[] = [
	street('泰北路', 'Taibei Road', 'primary', [
		[-1980, 735],
		[-1800, 750],
		[-1500, 768],
		[-1175, 790],
		[-700, 838],
		[-200, 850],
		[240, 830],
		[700, 800],
		[1150, 812],
		[1600, 834],
		[1760, 842]
	]),
	street('金桥路', 'Jinqiao Road', 'primary', [
		[-1980, -488],
		[-1800, -474],
		[-1450, -452],
		[-1175, -436],
		[-700, -450],
		[-300, -466],
		[240, -440],
		[700, -402],
		[1150, -380],
		[1600, -392],
		[1760, -400]
	]),
	street('宝塔路', 'Baota Road', 'primary', [
		[208, 1400],
		[216, 1228],
		[236, 830],
		[252, 400],
		[256, 150],
		[246, -100],
		[240, -440],
		[224, -800],
		[200, -1200],
		[188, -1380]
	]),
	street('迎宾大道', 'Yingbin Avenue', 'primary', [
		[1096, 1400],
		[1112, 1222],
		[1150, 812],
		[1130, 480],
		[1120, 150],
		[1126, -60],
		[1150, -380],
		[1160, -760],
		[1130, -1192],
		[1120, -1370]
	]),
	street('人民路', 'Renmin Road', 'secondary', [
		[-1985, 120],
		[-1830, 128],
		[-1230, 134],
		[-850, 146],
		[-350, 160],
		[150, 154],
		[256, 150],
		[700, 166],
		[1120, 150],
		[1604, 150],
		[1765, 150]
	]),
	street('中山路', 'Zhongshan Road', 'secondary', [
		[-372, 1222],
		[-360, 845],
		[-344, 600],
		[-352, 160],
		[-340, -300],
		[-330, -465],
		[-346, -820],
		[-400, -1214]
	]),
	street('佳醇路', 'Jiachun Road', 'secondary', [
		[690, 1225],
		[702, 800],
		[680, 480],
		[668, 165],
		[690, -60],
		[702, -402],
		[662, -780],
		[604, -1208]
	])
];

const oldTownRing: DemoStreet[] = [
	street('环城东路', 'Huancheng East Road', 'tertiary', aroundOldTown(oldTown.ringRoad, -45, 45)),
	street('环城北路', 'Huancheng North Road', 'tertiary', aroundOldTown(oldTown.ringRoad, 45, 135)),
	street('环城西路', 'Huancheng West Road', 'tertiary', aroundOldTown(oldTown.ringRoad, 135, 225)),
	street('环城南路', 'Huancheng South Road', 'tertiary', aroundOldTown(oldTown.ringRoad, 225, 315))
];

const canalside: DemoStreet[] = [
	street('滨河路', 'Binhe Road', 'tertiary', [
		[-1016, 1194],
		[-1034, 1050],
		[-1112, 600],
		[-1147, 100],
		[-1098, -400],
		[-1020, -900],
		[-1004, -1194]
	]),
	street('运河西路', 'Yunhe West Road', 'tertiary', [
		[-1190, 1184],
		[-1208, 1050],
		[-1284, 600],
		[-1314, 100],
		[-1268, -400],
		[-1190, -900],
		[-1174, -1184]
	]),
	street('珠湖路', 'Zhuhu Road', 'tertiary', [
		[-1560, 1160],
		[-1548, 768],
		[-1572, 134],
		[-1540, -456],
		[-1488, -1156]
	]),
	street('渔港路', 'Yugang Road', 'residential', [
		[-1818, 452],
		[-1560, 440],
		[-1300, 446]
	]),
	street('渡口路', 'Dukou Road', 'residential', [
		[-1828, -170],
		[-1560, -150],
		[-1300, -160]
	]),
	street('菱塘路', 'Lingtang Road', 'residential', [
		[-1762, -800],
		[-1510, -790],
		[-1206, -806]
	])
];

const newGrid: DemoStreet[] = [
	street('丰收路', 'Fengshou Road', 'tertiary', [
		[226, 1030],
		[696, 1014],
		[1130, 1022],
		[1560, 1040]
	]),
	street('兴业路', 'Xingye Road', 'residential', [
		[243, 652],
		[690, 640],
		[1140, 650],
		[1606, 666]
	]),
	street('科技路', 'Keji Road', 'tertiary', [
		[249, 490],
		[680, 480],
		[1130, 480],
		[1612, 500]
	]),
	street('创新路', 'Chuangxin Road', 'residential', [
		[254, 322],
		[674, 318],
		[1124, 312]
	]),
	street('商贸路', 'Shangmao Road', 'tertiary', [
		[247, -90],
		[690, -60],
		[1126, -60],
		[1602, -82]
	]),
	street('振兴路', 'Zhenxing Road', 'residential', [
		[243, -262],
		[698, -236],
		[1138, -222],
		[1601, -234]
	]),
	street('育才路', 'Yucai Road', 'residential', [
		[234, -604],
		[684, -590],
		[1156, -574],
		[1594, -578]
	]),
	street('学府路', 'Xuefu Road', 'tertiary', [
		[224, -800],
		[662, -780],
		[1160, -762],
		[1588, -768]
	]),
	street('花园路', 'Huayuan Road', 'residential', [
		[211, -1002],
		[634, -992],
		[1146, -976],
		[1542, -982]
	]),
	street('文化路', 'Wenhua Road', 'residential', [
		[452, 1229],
		[462, 820],
		[456, 486],
		[466, 158],
		[470, -76],
		[474, -422]
	]),
	street('康乐路', 'Kangle Road', 'residential', [
		[908, 1226],
		[922, 806],
		[906, 480],
		[896, 156],
		[906, -60],
		[924, -390]
	]),
	street('春晖路', 'Chunhui Road', 'tertiary', [
		[1366, 1194],
		[1372, 822],
		[1366, 490],
		[1360, 150],
		[1366, -70],
		[1376, -386],
		[1372, -764],
		[1344, -1178]
	]),
	street('桃园路', 'Taoyuan Road', 'residential', [
		[476, -421],
		[450, -790],
		[410, -1206]
	]),
	street('梧桐路', 'Wutong Road', 'residential', [
		[926, -391],
		[908, -772],
		[884, -1201]
	])
];

const midTown: DemoStreet[] = [
	street('车站路', 'Chezhan Road', 'tertiary', [
		[-1036, -800],
		[-690, -812],
		[-346, -820],
		[224, -800]
	]),
	street('邮电路', 'Youdian Road', 'residential', [
		[-1062, -630],
		[-700, -636],
		[-338, -634],
		[234, -604]
	]),
	street('南园路', 'Nanyuan Road', 'residential', [
		[-1014, -1010],
		[-700, -1018],
		[-370, -1022],
		[211, -1002]
	]),
	street('汇通路', 'Huitong Road', 'tertiary', [
		[-700, -450],
		[-690, -812],
		[-712, -1206]
	]),
	street('运输路', 'Yunshu Road', 'residential', [
		[-50, -454],
		[-56, -812],
		[-92, -1208]
	]),
	street('府前路', 'Fuqian Road', 'tertiary', [
		[-1040, 1012],
		[-730, 1026],
		[-366, 1036],
		[226, 1030]
	]),
	street('蝶园路', 'Dieyuan Road', 'tertiary', [
		[-744, 1206],
		[-722, 838],
		[-690, 560]
	]),
	street('通湖路', 'Tonghu Road', 'residential', [
		[-66, 1226],
		[-58, 845],
		[-30, 560]
	]),
	street('西塔路', 'Xita Road', 'residential', [
		[-1126, 480],
		[-980, 470],
		[-836, 440]
	]),
	street('盐河路', 'Yanhe Road', 'residential', [
		[-1130, -170],
		[-970, -160],
		[-836, -130]
	]),
	street('琵琶路', 'Pipa Road', 'residential', [
		[-942, 818],
		[-980, 470],
		[-988, 140],
		[-968, -160],
		[-930, -442]
	])
];

const lanes: DemoStreet[] = [
	street('馆驿巷', 'Guanyi Lane', 'lane', [
		[-560, 408],
		[-350, 424],
		[-150, 412]
	]),
	street('状元巷', 'Zhuangyuan Lane', 'lane', [
		[-655, 288],
		[-520, 300],
		[-350, 296],
		[-60, 306]
	]),
	street('竹巷', 'Zhuxiang Lane', 'lane', [
		[-655, 26],
		[-350, 34],
		[-50, 18]
	]),
	street(
		'百岁巷',
		'Baisui Lane',
		'lane',
		[
			[-580, -100],
			[-345, -92],
			[-90, -108]
		],
		1
	),
	street(
		'盐市巷',
		'Yanshi Lane',
		'lane',
		[
			[-520, 411],
			[-512, 300],
			[-528, 150],
			[-532, 30],
			[-540, -99]
		],
		1
	),
	street(
		'打铁巷',
		'Datie Lane',
		'lane',
		[
			[-176, 414],
			[-186, 300],
			[-172, 156],
			[-180, 26],
			[-166, -104]
		],
		-1
	),
	street('油坊巷', 'Youfang Lane', 'lane', [
		[-654, 288],
		[-664, 150],
		[-654, 26]
	]),
	street('庙巷', 'Miaoxiang Lane', 'lane', [
		[-61, 306],
		[-44, 156],
		[-51, 18]
	])
];

export const demoStreets: readonly DemoStreet[] = [
	...outerRing,
	...avenues,
	...oldTownRing,
	...canalside,
	...newGrid,
	...midTown,
	...lanes
];

/** The district ends this many metres outside its ring road; roads that leave town end there. */
export const beyondRingRoad = 70;
export const ringRoadNames = outerRing.map((part) => part.name);
