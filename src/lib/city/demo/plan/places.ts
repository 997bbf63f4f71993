import type { Metres } from '../plane.ts';

/** How a parcel is built over. */
export type Building =
	| 'court' // wings around a yard: schools, hospitals, offices
	| 'block' // one large house: malls, market halls
	| 'hall' // one long hall: stations
	| 'pair' // two houses beside each other
	| 'pagoda'
	| 'none';

/** A place with ground of its own: a rectangle in the plan, its tags, and what stands on it. */
export interface Parcel {
	key: string;
	name: string;
	nameEn: string;
	/** OpenStreetMap's tags, names apart. */
	tags: Record<string, string>;
	at: Metres;
	size: readonly [width: number, height: number];
	building: Building;
	/** A sports ground beside the houses. */
	pitch?: boolean;
}

const parcel = (
	key: string,
	name: string,
	nameEn: string,
	tags: Parcel['tags'],
	at: Metres,
	size: Parcel['size'],
	building: Building,
	pitch = false
): Parcel => ({ key, name, nameEn, tags, at, size, building, pitch });

const school = { amenity: 'school' };
const hospital = { amenity: 'hospital' };
const market = { amenity: 'marketplace' };
const mall = { shop: 'mall' };

export const parcels: readonly Parcel[] = [
	parcel(
		'bus-station',
		'汽车客运站',
		'Bus Station',
		{ amenity: 'bus_station' },
		[-740, -1160],
		[180, 130],
		'hall'
	),
	parcel(
		'rail-station',
		'演示水城站',
		'Demo Canal Town Station',
		{ public_transport: 'station' },
		[2640, 346],
		[80, 210],
		'none'
	),
	parcel('bus-hub', '公交枢纽', 'Bus Interchange', { amenity: 'bus_station' }, [2470, 250], [80, 90], 'hall'),
	parcel('jinqiao-mall', '金桥商场', 'Jinqiao Mall', mall, [960, -540], [150, 110], 'block'),
	parcel('jiachun-mall', '佳醇购物中心', 'Jiachun Shopping Centre', mall, [990, 240], [170, 120], 'block'),
	parcel('century-mall', '世纪广场', 'Century Plaza', mall, [1560, 246], [150, 110], 'block'),
	parcel(
		'supermarket',
		'惠民超市',
		'Huimin Supermarket',
		{ shop: 'supermarket' },
		[-1090, 990],
		[110, 80],
		'block'
	),
	parcel('yanshi-market', '盐市菜市场', 'Yanshi Food Market', market, [-926, 20], [80, 64], 'block'),
	parcel('taibei-market', '泰北农贸市场', "Taibei Farmers' Market", market, [476, 1226], [150, 100], 'pair'),
	parcel('south-market', '南园农贸市场', "Nanyuan Farmers' Market", market, [-400, -1170], [130, 90], 'pair'),
	parcel('flower-market', '花鸟市场', 'Flower and Bird Market', market, [-60, -950], [110, 80], 'pair'),
	parcel(
		'primary-school',
		'实验小学',
		'Experimental Primary School',
		school,
		[-370, 150],
		[110, 90],
		'court'
	),
	parcel('middle-school', '第一中学', 'No. 1 Middle School', school, [744, -1000], [190, 150], 'court', true),
	parcel(
		'north-school',
		'城北小学',
		'North Town Primary School',
		school,
		[-760, 1236],
		[170, 150],
		'court',
		true
	),
	parcel('new-school', '春晖学校', 'Chunhui School', school, [1860, 760], [170, 160], 'court', true),
	parcel('college', '职业技术学院', 'Vocational College', school, [1560, -780], [200, 120], 'court', true),
	parcel('hospital', '人民医院', "People's Hospital", hospital, [-130, 1240], [180, 170], 'court'),
	parcel(
		'chinese-medicine',
		'中医院',
		'Hospital of Chinese Medicine',
		hospital,
		[190, -960],
		[130, 100],
		'court'
	),
	parcel('east-hospital', '城东医院', 'East Town Hospital', hospital, [1860, -500], [160, 130], 'court'),
	parcel(
		'town-hall',
		'政务服务中心',
		'Government Service Centre',
		{ amenity: 'townhall' },
		[-430, 990],
		[120, 110],
		'court'
	),
	parcel(
		'expo',
		'会展中心',
		'Expo Centre',
		{ amenity: 'conference_centre' },
		[1660, 456],
		[70, 150],
		'block'
	),
	parcel(
		'stadium',
		'体育馆',
		'Stadium',
		{ leisure: 'sports_centre' },
		[1580, -160],
		[150, 110],
		'block',
		false
	),
	parcel('library', '图书馆', 'Library', { amenity: 'library' }, [720, 240], [110, 100], 'block'),
	parcel('culture', '文化馆', 'Culture Hall', { amenity: 'arts_centre' }, [460, 240], [100, 90], 'block'),
	parcel('police', '公安局', 'Police Bureau', { amenity: 'police' }, [1200, 1260], [110, 100], 'court'),
	parcel(
		'family-planning',
		'计生站',
		'Family Planning Station',
		{ amenity: 'clinic' },
		[706, 1176],
		[60, 50],
		'block'
	),
	parcel(
		'baota-parking',
		'宝塔社区停车场',
		'Baota Community Car Park',
		{ amenity: 'parking' },
		[420, 500],
		[100, 70],
		'none'
	),
	parcel('post-house', '古驿站', 'Old Post House', { tourism: 'museum' }, [-520, 540], [70, 50], 'court'),
	parcel(
		'temple',
		'文庙',
		'Confucian Temple',
		{ amenity: 'place_of_worship' },
		[-640, 276],
		[80, 70],
		'court'
	),
	parcel(
		'north-pagoda',
		'净土塔',
		'Jingtu Pagoda',
		{ tourism: 'attraction' },
		[-150, -250],
		[44, 44],
		'pagoda'
	),
	parcel('fire', '消防站', 'Fire Station', { amenity: 'fire_station' }, [2090, 1010], [80, 70], 'block'),
	parcel('wharf', '轮船码头', 'Canal Wharf', { amenity: 'ferry_terminal' }, [-1516, -960], [30, 100], 'hall'),
	parcel('granary', '盐仓遗址', 'Old Salt Store', { tourism: 'attraction' }, [-560, -250], [60, 50], 'court')
];

/** Quarters and villages: names without a border. */
export const quarters: readonly {
	name: string;
	nameEn: string;
	place: 'suburb' | 'neighbourhood' | 'village';
	at: Metres;
}[] = [
	{ name: '古城', nameEn: 'Old Town', place: 'suburb', at: [-640, 150] },
	{ name: '新区', nameEn: 'New District', place: 'suburb', at: [1100, 460] },
	{ name: '河西', nameEn: 'Canal West', place: 'suburb', at: [-1880, 200] },
	{ name: '泰北新村', nameEn: 'Taibei New Village', place: 'neighbourhood', at: [140, 1250] },
	{ name: '佳醇花园', nameEn: 'Jiachun Garden', place: 'neighbourhood', at: [740, 500] },
	{ name: '宝塔社区', nameEn: 'Baota Community', place: 'neighbourhood', at: [450, 760] },
	{ name: '南园新村', nameEn: 'Nanyuan New Village', place: 'neighbourhood', at: [-730, -1420] },
	{ name: '学府雅苑', nameEn: 'Xuefu Court', place: 'neighbourhood', at: [1000, -1220] },
	{ name: '春晖家园', nameEn: 'Chunhui Homes', place: 'neighbourhood', at: [1850, 240] },
	{ name: '工业园区', nameEn: 'Industrial Park', place: 'suburb', at: [1640, -1200] },
	{ name: '梁庄', nameEn: 'Liangzhuang', place: 'village', at: [-1200, 2100] },
	{ name: '沈甸', nameEn: 'Shendian', place: 'village', at: [1090, 2120] },
	{ name: '夏家', nameEn: 'Xiajia', place: 'village', at: [-1140, -2110] },
	{ name: '陆圩', nameEn: 'Luwei', place: 'village', at: [1020, -2120] },
	{ name: '渔港村', nameEn: 'Yugang Village', place: 'village', at: [-1990, 440] }
];

/** The railway's middle, north to south. */
export const railway: readonly Metres[] = [
	[2430, 2700],
	[2560, 1800],
	[2670, 1000],
	[2700, 346],
	[2668, -400],
	[2560, -1200],
	[2330, -2700]
];

/** Bridges people know by name: which street over which water. */
export const bridges: readonly {
	name: string;
	nameEn: string;
	street: string;
	water: string;
	near: Metres;
}[] = [
	{ name: '泰北大桥', nameEn: 'Taibei Bridge', street: '泰北路', water: 'canal', near: [-1690, 1010] },
	{ name: '金桥', nameEn: 'Jin Bridge', street: '金桥路', water: 'canal', near: [-1610, -652] },
	{ name: '北环大桥', nameEn: 'Beihuan Bridge', street: '北环路', water: 'canal', near: [-1590, 1660] },
	{ name: '南环大桥', nameEn: 'Nanhuan Bridge', street: '南环路', water: 'canal', near: [-1564, -1850] },
	{ name: '北门桥', nameEn: 'North Gate Bridge', street: '中山路', water: 'moat', near: [-606, 600] },
	{ name: '南门桥', nameEn: 'South Gate Bridge', street: '中山路', water: 'moat', near: [-590, -480] },
	{ name: '西门桥', nameEn: 'West Gate Bridge', street: '人民路', water: 'moat', near: [-1220, 110] },
	{ name: '东门桥', nameEn: 'East Gate Bridge', street: '人民路', water: 'moat', near: [-10, 105] },
	{ name: '馆驿桥', nameEn: 'Guanyi Bridge', street: '馆驿巷', water: 'yantang', near: [-870, 460] },
	{ name: '状元桥', nameEn: 'Zhuangyuan Bridge', street: '状元巷', water: 'yantang', near: [-866, 322] },
	{ name: '太平桥', nameEn: 'Taiping Bridge', street: '中山路', water: 'shihe', near: [-612, -84] },
	{ name: '文昌桥', nameEn: 'Wenchang Bridge', street: '焦家巷', water: 'moat', near: [-736, 590] },
	{ name: '玉带桥', nameEn: 'Yudai Bridge', street: '宝塔路', water: 'yudai', near: [320, -140] },
	{ name: '佳醇桥', nameEn: 'Jiachun Bridge', street: '佳醇路', water: 'yudai', near: [880, -160] },
	{ name: '世纪桥', nameEn: 'Century Bridge', street: '世纪大道', water: 'yudai', near: [1420, -230] },
	{ name: '东环桥', nameEn: 'Donghuan Bridge', street: '东环路', water: 'yudai', near: [2240, -270] },
	{ name: '南澄桥', nameEn: 'Nancheng Bridge', street: '中山南路', water: 'nancheng', near: [-580, -1430] },
	{ name: '宝塔桥', nameEn: 'Baota Bridge', street: '宝塔路', water: 'nancheng', near: [315, -1450] },
	{ name: '北澄桥', nameEn: 'Beicheng Bridge', street: '中山北路', water: 'beicheng', near: [-620, 1940] }
];
