import { midTown } from './mid-town.ts';
import { street, type PlannedStreet } from './street.ts';

/** The outer ring: three ring roads and the boulevard along the lake. Clockwise. */
export const outerRing: readonly PlannedStreet[] = [
	street('北环路', 'Beihuan Road', 'trunk', [
		[-2080, 1440],
		[-1960, 1596],
		[-1620, 1668],
		[-900, 1660],
		[-200, 1704],
		[600, 1690],
		[1300, 1664],
		[1900, 1566],
		[2160, 1330]
	]),
	street('东环路', 'Donghuan Road', 'trunk', [
		[2160, 1330],
		[2236, 900],
		[2262, 330],
		[2246, -400],
		[2196, -1000],
		[2060, -1470]
	]),
	street('南环路', 'Nanhuan Road', 'trunk', [
		[2060, -1470],
		[1860, -1712],
		[1480, -1816],
		[800, -1846],
		[0, -1832],
		[-800, -1866],
		[-1500, -1846],
		[-1900, -1700],
		[-2064, -1450]
	]),
	street('滨湖大道', 'Lakeside Boulevard', 'primary', [
		[-2064, -1450],
		[-2128, -1000],
		[-2090, -480],
		[-2134, 20],
		[-2072, 500],
		[-2104, 980],
		[-2080, 1440]
	])
];

/** Streets that run through the whole town and out of it. */
const avenues: PlannedStreet[] = [
	street('泰北路', 'Taibei Road', 'primary', [
		[-2104, 962],
		[-1900, 990],
		[-1690, 1010],
		[-1300, 1048],
		[-900, 1094],
		[-500, 1108],
		[-100, 1092],
		[330, 1120],
		[860, 1106],
		[1420, 1136],
		[1980, 1126],
		[2230, 1146],
		[2620, 1190],
		[3060, 1200]
	]),
	street('金桥路', 'Jinqiao Road', 'primary', [
		[-2092, -700],
		[-1880, -676],
		[-1610, -652],
		[-1300, -690],
		[-900, -738],
		[-500, -744],
		[-100, -712],
		[330, -662],
		[860, -618],
		[1420, -650],
		[1980, -606],
		[2240, -612],
		[2600, -640],
		[3060, -652]
	]),
	street('宝塔路', 'Baota Road', 'primary', [
		[372, 2440],
		[348, 1960],
		[340, 1696],
		[352, 1120],
		[320, 620],
		[312, 100],
		[342, -330],
		[330, -660],
		[300, -1130],
		[322, -1540],
		[300, -1840],
		[316, -2420]
	]),
	street('中山北路', 'Zhongshan North Road', 'secondary', [
		[-604, 668],
		[-584, 880],
		[-600, 1104],
		[-572, 1400],
		[-590, 1682],
		[-620, 1960],
		[-596, 2420]
	]),
	street('中山南路', 'Zhongshan South Road', 'secondary', [
		[-578, -560],
		[-560, -744],
		[-584, -1020],
		[-552, -1300],
		[-600, -1540],
		[-610, -1860],
		[-640, -2420]
	])
];

/** Between the canal and the walls, and on the canal's far bank. */
const canalside: PlannedStreet[] = [
	street('滨河路', 'Binhe Road', 'tertiary', [
		[-1484, 1676],
		[-1574, 1240],
		[-1620, 820],
		[-1628, 480],
		[-1604, -60],
		[-1528, -670],
		[-1462, -1240],
		[-1478, -1846]
	]),
	street('运河西路', 'Yunhe West Road', 'tertiary', [
		[-1690, 1650],
		[-1758, 1240],
		[-1808, 820],
		[-1812, 480],
		[-1780, -60],
		[-1700, -670],
		[-1640, -1240],
		[-1650, -1812]
	]),
	street('珠湖路', 'Zhuhu Road', 'residential', [
		[-1950, 982],
		[-1934, 480],
		[-1958, 20],
		[-1920, -480],
		[-1900, -680]
	]),
	street('渔港路', 'Yugang Road', 'residential', [
		[-2074, 478],
		[-1934, 486],
		[-1812, 470]
	]),
	street('渡口路', 'Dukou Road', 'residential', [
		[-2116, -230],
		[-1936, -252],
		[-1760, -216]
	]),
	street('菱塘路', 'Lingtang Road', 'tertiary', [
		[-2128, -1020],
		[-1900, -1000],
		[-1668, -1034]
	]),
	street('荷塘路', 'Hetang Road', 'residential', [
		[-1880, -680],
		[-1862, -1004],
		[-1836, -1400],
		[-1860, -1712]
	]),
	street('琵琶路', 'Pipa Road', 'residential', [
		[-1440, 1034],
		[-1452, 700],
		[-1470, 300],
		[-1450, -180],
		[-1410, -674]
	]),
	street('西塔路', 'Xita Road', 'residential', [
		[-1628, 420],
		[-1460, 404],
		[-1290, 386]
	]),
	street('西门路', 'West Gate Road', 'tertiary', [
		[-1616, 150],
		[-1460, 144],
		[-1290, 128]
	]),
	street('盐河路', 'Yanhe Road', 'residential', [
		[-1588, -220],
		[-1448, -156],
		[-1280, -130]
	]),
	street('鼓楼路', 'Gulou Road', 'residential', [
		[-1622, 720],
		[-1450, 708],
		[-1240, 690],
		[-1060, 570]
	])
];

/** Roads of the villages around. */
const outskirts: PlannedStreet[] = [
	street('北郊路', 'North Outskirts Road', 'unclassified', [
		[-1700, 2180],
		[-1200, 2230],
		[-612, 2190],
		[-100, 2240],
		[362, 2200],
		[900, 2260],
		[1500, 2210]
	]),
	street('梁庄路', 'Liangzhuang Road', 'unclassified', [
		[-1180, 1664],
		[-1210, 1960],
		[-1190, 2230]
	]),
	street('沈甸路', 'Shendian Road', 'unclassified', [
		[1100, 1676],
		[1060, 1980],
		[1110, 2238]
	]),
	street('南郊路', 'South Outskirts Road', 'unclassified', [
		[-1560, -2160],
		[-1100, -2210],
		[-630, -2180],
		[-100, -2230],
		[314, -2190],
		[900, -2240],
		[1500, -2180]
	]),
	street('夏家路', 'Xiajia Road', 'unclassified', [
		[-1160, -1856],
		[-1130, -2030],
		[-1150, -2204]
	]),
	street('陆圩路', 'Luwei Road', 'unclassified', [
		[1000, -1838],
		[1040, -2040],
		[1000, -2236]
	])
];

export const streetsRoundTheTown: readonly PlannedStreet[] = [
	...outerRing,
	...avenues,
	...canalside,
	...midTown,
	...outskirts
];
