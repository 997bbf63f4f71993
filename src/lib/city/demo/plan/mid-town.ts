import { street, type PlannedStreet } from './street.ts';

/** North and south of the walls. */
export const midTown: readonly PlannedStreet[] = [
	street('府前路', 'Fuqian Road', 'tertiary', [
		[-1450, 876],
		[-1180, 884],
		[-950, 900],
		[-586, 886],
		[-280, 902],
		[-60, 884],
		[336, 880]
	]),
	street('蝶园路', 'Dieyuan Road', 'tertiary', [
		[-960, 600],
		[-952, 900],
		[-972, 1090],
		[-940, 1380],
		[-964, 1660]
	]),
	street('通湖路', 'Tonghu Road', 'tertiary', [
		[-236, 630],
		[-280, 902],
		[-256, 1096],
		[-282, 1400],
		[-262, 1702]
	]),
	street('康泰路', 'Kangtai Road', 'residential', [
		[-1540, 1330],
		[-1250, 1376],
		[-940, 1330],
		[-576, 1396],
		[-282, 1350],
		[40, 1410],
		[346, 1360]
	]),
	street('北苑路', 'Beiyuan Road', 'residential', [
		[-1216, 884],
		[-1240, 1060],
		[-1222, 1376],
		[-1244, 1662]
	]),
	street('望湖路', 'Wanghu Road', 'residential', [
		[48, 886],
		[36, 1100],
		[52, 1376],
		[30, 1700]
	]),
	street(
		'文昌街',
		'Wenchang Street',
		'residential',
		[
			[-752, 650],
			[-772, 890],
			[-790, 1100]
		],
		{ oneway: true }
	),
	street(
		'武定街',
		'Wuding Street',
		'residential',
		[
			[-420, 1104],
			[-436, 890],
			[-410, 662]
		],
		{ oneway: true }
	),
	street('邮电路', 'Youdian Road', 'residential', [
		[-1500, -866],
		[-1220, -884],
		[-900, -892],
		[-570, -884],
		[-200, -868],
		[326, -846]
	]),
	street('车站路', 'Chezhan Road', 'secondary', [
		[-1478, -1060],
		[-1220, -1072],
		[-900, -1050],
		[-582, -1060],
		[-200, -1040],
		[308, -1006]
	]),
	street('南园路', 'Nanyuan Road', 'residential', [
		[-1462, -1290],
		[-1180, -1262],
		[-900, -1290],
		[-554, -1276],
		[-190, -1294],
		[304, -1262]
	]),
	street('汇通路', 'Huitong Road', 'tertiary', [
		[-930, -540],
		[-900, -738],
		[-914, -1050],
		[-884, -1290],
		[-920, -1560],
		[-900, -1862]
	]),
	street('运输路', 'Yunshu Road', 'residential', [
		[-210, -480],
		[-200, -718],
		[-216, -1040],
		[-150, -1294],
		[-170, -1520],
		[-190, -1836]
	]),
	street('轮船路', 'Lunchuan Road', 'residential', [
		[-1210, -694],
		[-1170, -884],
		[-1080, -1066],
		[-1050, -1274],
		[-1110, -1440],
		[-1130, -1690]
	]),
	street('花市街', 'Flower Market Street', 'residential', [
		[64, -560],
		[80, -702],
		[64, -860],
		[84, -1022],
		[66, -1276]
	]),
	street('南澄路', 'Nancheng Road', 'residential', [
		[-1464, -1660],
		[-1200, -1690],
		[-900, -1668],
		[-604, -1694],
		[-206, -1664],
		[310, -1690]
	])
];
