/** What can be wrong with a row, in words for the person who has the file. Detail: the numbers of the matter. */
export type Fault =
	| 'not_geojson'
	| 'no_rows'
	| 'not_a_line'
	| 'not_a_polygon'
	| 'too_few_points'
	| 'not_numbers'
	| 'swapped'
	| 'out_of_range'
	| 'far_away'
	| 'no_length'
	| 'ring_open'
	| 'ring_crosses_itself'
	| 'ring_flat'
	| 'duplicate_key'
	| 'name_missing'
	| 'name_too_long'
	| 'unit_too_long'
	| 'bad_oneway'
	| 'outside_city';

export interface RowProblem {
	/** Counted from 1, in file order. 0: the file as a whole. */
	row: number;
	/** What the row calls itself, when it does. */
	name: string | null;
	fault: Fault;
	detail: string;
}

const words: Record<Fault, { zh: string; en: string }> = {
	not_geojson: { zh: '文件不是 GeoJSON 要素集合', en: 'the file is not a GeoJSON FeatureCollection' },
	no_rows: { zh: '文件里没有可导入的要素', en: 'the file holds nothing to import' },
	not_a_line: { zh: '不是线（LineString）', en: 'is not a LineString' },
	not_a_polygon: { zh: '不是面（Polygon 或 MultiPolygon）', en: 'is not a Polygon or MultiPolygon' },
	too_few_points: { zh: '点数不足', en: 'has too few points' },
	not_numbers: { zh: '坐标不是数字', en: 'has a position that is not two numbers' },
	swapped: {
		zh: '经纬度可能写反了：应为 [经度, 纬度]',
		en: 'seems to have its axes swapped: expected [longitude, latitude]'
	},
	out_of_range: { zh: '坐标超出范围', en: 'has a position outside the globe' },
	far_away: { zh: '离其余数据太远', en: 'lies far away from everything else in the file' },
	no_length: { zh: '长度为零', en: 'has no length' },
	ring_open: { zh: '面的边界没有闭合', en: 'has a ring that does not end where it began' },
	ring_crosses_itself: { zh: '面的边界自相交', en: 'has a ring that crosses itself' },
	ring_flat: { zh: '面的面积为零', en: 'has a ring without area' },
	duplicate_key: { zh: '编号重复', en: 'has a key that another row has too' },
	name_missing: { zh: '缺少名称', en: 'has no name' },
	name_too_long: { zh: '名称超过 120 个字', en: 'has a name longer than 120 characters' },
	unit_too_long: { zh: '责任单位名称超过 120 个字', en: 'names a unit with more than 120 characters' },
	bad_oneway: { zh: '单行方向无法识别', en: 'has a oneway value that is not understood' },
	outside_city: {
		zh: '在本市道路范围之外，请检查坐标系',
		en: 'lies outside the city’s streets: check the datum'
	}
};

/** “第 12 行「金桥路」：…” and the same in English, on two lines. */
export function describeProblem({ row, name, fault, detail }: RowProblem): string {
	const { zh, en } = words[fault];
	const said = detail === '' ? '' : ` (${detail})`;
	const zhWho = row === 0 ? '' : `第 ${row} 行${name ? `「${name}」` : ''}：`;
	const enWho = row === 0 ? '' : `Row ${row}${name ? ` “${name}”` : ''} `;
	return `${zhWho}${zh}${said}\n  ${enWho}${en}${said}`;
}
