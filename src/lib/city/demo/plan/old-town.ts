import type { Metres } from '../plane.ts';
import { street, type PlannedStreet } from './street.ts';

/** The walls' old line: moat and ring street are drawn around this point. */
const middle: Metres = [-620, 60];
const reachOfMoat = [600, 540] as const;

/**
 * A stretch of the old town's outline, `out` metres outside the middle of its moat, between two compass angles in
 * degrees (0 = east, 90 = north). Rounder than a square, squarer than an ellipse, and nowhere quite regular.
 */
export function aroundOldTown(out: number, from: number, to: number, step = 6): Metres[] {
	const points: Metres[] = [];
	for (let angle = from; angle <= to; angle += step) {
		const turn = (angle * Math.PI) / 180;
		const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
		// |x|^3 + |y|^3 = 1, with bays and bulges as three centuries of repairs leave them.
		const reach = (Math.abs(cos) ** 3 + Math.abs(sin) ** 3) ** (-1 / 3);
		const uneven = 1 + 0.022 * Math.sin(2 * turn + 1.1) + 0.018 * Math.sin(5 * turn + 0.4);
		points.push([
			middle[0] + (reachOfMoat[0] * uneven + out) * reach * cos,
			middle[1] + (reachOfMoat[1] * uneven + out) * reach * sin
		]);
	}
	return points;
}

const ring: PlannedStreet[] = [
	street('环城东路', 'Huancheng East Road', 'secondary', aroundOldTown(62, -45, 45, 9), { stray: 0 }),
	street('环城北路', 'Huancheng North Road', 'secondary', aroundOldTown(62, 45, 135, 9), { stray: 0 }),
	street('环城西路', 'Huancheng West Road', 'secondary', aroundOldTown(62, 135, 225, 9), { stray: 0 }),
	street('环城南路', 'Huancheng South Road', 'secondary', aroundOldTown(62, 225, 315, 9), { stray: 0 })
];

const cross: PlannedStreet[] = [
	street('中山路', 'Zhongshan Road', 'tertiary', [
		[-604, 668],
		[-606, 480],
		[-588, 330],
		[-592, 90],
		[-612, -70],
		[-600, -300],
		[-578, -560]
	]),
	street('人民路', 'Renmin Road', 'tertiary', [
		[-1300, 130],
		[-1060, 96],
		[-880, 82],
		[-592, 92],
		[-300, 74],
		[-30, 104],
		[74, 108]
	]),
	street(
		'南门大街',
		'South Gate Street',
		'pedestrian',
		[
			[-742, -96],
			[-728, -300],
			[-700, -420],
			[-716, -560]
		],
		{ stray: 4 }
	)
];

const riverside: PlannedStreet[] = [
	street('市河北街', 'Shihe North Street', 'living_street', [
		[-1120, 0],
		[-1010, -22],
		[-880, -42],
		[-612, -54],
		[-300, -30],
		[-100, -14]
	]),
	street('市河南街', 'Shihe South Street', 'living_street', [
		[-1130, -58],
		[-1010, -78],
		[-880, -98],
		[-612, -112],
		[-300, -88],
		[-100, -72]
	]),
	street('盐塘沿', 'Yantang Bank', 'living_street', [
		[-846, 470],
		[-838, 340],
		[-822, 210],
		[-830, 84]
	]),
	street('玉带巷', 'Yudai Lane', 'living_street', [
		[-372, -88],
		[-352, -200],
		[-376, -320],
		[-352, -408],
		[-366, -556]
	])
];

/** Lanes wind: they were paths between courtyards before they had names. */
const lanes: PlannedStreet[] = [
	street('馆驿巷', 'Guanyi Lane', 'living_street', [
		[-1030, 430],
		[-846, 470],
		[-720, 452],
		[-606, 478],
		[-420, 462],
		[-240, 430]
	]),
	street('状元巷', 'Zhuangyuan Lane', 'living_street', [
		[-1140, 322],
		[-990, 336],
		[-838, 318],
		[-700, 344],
		[-588, 330],
		[-440, 318],
		[-280, 334],
		[-96, 308]
	]),
	street('府学巷', 'Fuxue Lane', 'living_street', [
		[-822, 206],
		[-700, 222],
		[-590, 208],
		[-440, 226],
		[-300, 204],
		[-92, 216]
	]),
	street('竹巷', 'Zhuxiang Lane', 'living_street', [
		[-1300, -186],
		[-1126, -176],
		[-980, -196],
		[-850, -180],
		[-740, -204],
		[-604, -192],
		[-470, -214],
		[-352, -200],
		[-210, -188],
		[-98, -206]
	]),
	street('百岁巷', 'Baisui Lane', 'living_street', [
		[-1040, -296],
		[-880, -310],
		[-730, -300],
		[-602, -318],
		[-376, -320],
		[-170, -300]
	]),
	street('南水关巷', 'Nanshuiguan Lane', 'living_street', [
		[-870, -396],
		[-800, -404],
		[-700, -420],
		[-596, -410],
		[-352, -408],
		[-204, -390]
	]),
	street('油坊巷', 'Youfang Lane', 'living_street', [
		[-1138, 324],
		[-1126, 220],
		[-1142, 104],
		[-1122, 0],
		[-1132, -60],
		[-1126, -178]
	]),
	street('盐市巷', 'Yanshi Lane', 'living_street', [
		[-1010, 436],
		[-988, 336],
		[-1004, 210],
		[-984, 90],
		[-1006, -24]
	]),
	street('箍桶巷', 'Gutong Lane', 'living_street', [
		[-1010, -78],
		[-984, -194],
		[-1002, -298]
	]),
	street('焦家巷', 'Jiaojia Lane', 'living_street', [
		[-752, 660],
		[-736, 560],
		[-722, 452],
		[-704, 344],
		[-722, 222],
		[-704, 86],
		[-722, -48]
	]),
	street('井巷', 'Well Lane', 'living_street', [
		[-870, -92],
		[-852, -182],
		[-872, -308],
		[-868, -398]
	]),
	street('草巷', 'Cao Lane', 'living_street', [
		[-490, 462],
		[-474, 400],
		[-486, 320]
	]),
	street('打铁巷', 'Datie Lane', 'living_street', [
		[-452, 320],
		[-440, 226],
		[-460, 84],
		[-444, -42]
	]),
	street('北仓巷', 'Beicang Lane', 'living_street', [
		[-480, -100],
		[-468, -212],
		[-486, -318]
	]),
	street('庙巷', 'Miaoxiang Lane', 'living_street', [
		[-312, 440],
		[-284, 334],
		[-300, 206],
		[-282, 76]
	]),
	street('酱园巷', 'Jiangyuan Lane', 'living_street', [
		[-236, 660],
		[-216, 540],
		[-212, 428],
		[-188, 322],
		[-202, 210],
		[-180, 92],
		[-196, -20]
	]),
	street('灯笼巷', 'Denglong Lane', 'living_street', [
		[-200, -74],
		[-210, -190],
		[-186, -300],
		[-206, -392]
	]),
	street('月城巷', 'Yuecheng Lane', 'living_street', [
		[-96, 312],
		[-84, 216],
		[-98, 100],
		[-86, -14],
		[-98, -72],
		[-96, -208]
	])
];

/** Lanes too narrow for two carts to pass are one-way, in turn up and down. */
const oneWay = new Set(['府学巷', '竹巷', '打铁巷', '酱园巷', '灯笼巷', '箍桶巷']);

export const oldTownStreets: readonly PlannedStreet[] = [
	...ring,
	...cross,
	...riverside,
	...lanes.map((lane) => ({ ...lane, oneway: oneWay.has(lane.name) }))
];
