import type { Feature, Point } from 'geojson';
import { toWgs84, type Datum } from '#lib/city/datum.ts';
import type { Draft, ImportFile } from '#lib/city/import/importer.ts';
import type { Known } from '#lib/city/import/known.ts';
import type { TableRecord } from '#lib/city/tables/write-table.ts';
import { plain, readNumber, readWhole } from './cells.ts';
import { draftOf, Judge, readSheet, type Column, type SheetOptions, type SheetRow } from './sheet.ts';

export interface FacilityRow {
	key: string;
	kind: 'wash_site' | 'camera';
	name: string;
	name_en: string | null;
	/** WGS-84. */
	lng: number;
	lat: number;
	bays: number | null;
	bays_free: number | null;
	build_state: 'planned' | 'building' | 'open' | 'closed';
	/** What became of it in the campaign; absent where a file has no such column: it stays as it was. */
	outcome?: 'closed' | 'rebuilt' | 'relocated' | null;
}
export interface FacilitiesDraft extends Draft {
	facilities: FacilityRow[];
}
export interface FacilitiesOptions extends SheetOptions {
	/** Of the file's positions; WGS-84 unless told. */
	datum?: Datum;
}

export const facilityColumns: readonly Column[] = [
	{ field: 'key', zh: '编号', also: ['代码', 'id', 'code'] },
	{ field: 'kind', zh: '类型', also: ['种类', '设施类型', 'type'], isNeeded: true },
	{ field: 'name', zh: '名称', also: ['设施', '设施名称'], isNeeded: true },
	{ field: 'name_en', zh: '英文名称', also: ['英文名', 'english'] },
	{ field: 'lng', zh: '经度', also: ['lon', 'longitude', 'x'], isNeeded: true },
	{ field: 'lat', zh: '纬度', also: ['latitude', 'y'], isNeeded: true },
	{ field: 'bays', zh: '车位', also: ['车位数', '泊位', '位数', '总车位'] },
	{ field: 'bays_free', zh: '空位', also: ['空闲车位', '剩余车位'] },
	{ field: 'build_state', zh: '建设状态', also: ['状态', 'state', 'status'] },
	{ field: 'outcome', zh: '整治结果', also: ['结果', '处置结果'] }
];
const most = 5000;
/** Degrees around the city's streets within which a facility may stand: some five kilometres. */
const around = 0.05;

const kinds: Record<string, FacilityRow['kind']> = {
	...{
		wash_site: 'wash_site',
		washsite: 'wash_site',
		集中洗车点: 'wash_site',
		洗车点: 'wash_site',
		洗车场: 'wash_site',
		'wash site': 'wash_site'
	},
	...{
		camera: 'camera',
		摄像头: 'camera',
		监控: 'camera',
		监控点: 'camera',
		摄像机: 'camera',
		视频监控: 'camera'
	}
};
const states: Record<string, FacilityRow['build_state']> = {
	...{ planned: 'planned', 规划: 'planned', 规划中: 'planned', 计划: 'planned', 拟建: 'planned' },
	...{ building: 'building', 在建: 'building', 建设中: 'building', 施工: 'building' },
	...{ open: 'open', 开放: 'open', 启用: 'open', 运营: 'open', 已建成: 'open', 投用: 'open' },
	...{ closed: 'closed', 关闭: 'closed', 停用: 'closed', 停运: 'closed' }
};
const outcomes: Record<string, NonNullable<FacilityRow['outcome']>> = {
	...{ closed: 'closed', 取缔: 'closed', 关停: 'closed', 关闭: 'closed' },
	...{ rebuilt: 'rebuilt', 改建: 'rebuilt', 改造: 'rebuilt' },
	...{ relocated: 'relocated', 搬迁: 'relocated', 迁移: 'relocated', 迁址: 'relocated' }
};
const kindNames = { wash_site: '集中洗车点', camera: '摄像头' };
const stateNames = { planned: '规划', building: '在建', open: '开放', closed: '关闭' };
const outcomeNames = { closed: '关停', rebuilt: '改造', relocated: '搬迁' };

export async function readFacilities(
	file: ImportFile,
	options: FacilitiesOptions = {},
	known?: Known
): Promise<FacilitiesDraft> {
	const sheet = await readSheet(file, facilityColumns, most, options);
	const judge = new Judge();
	const found = new Map<string, { facility: FacilityRow; row: SheetRow }>();
	for (const row of sheet.rows) {
		const facility = readRow(row, judge, options.datum ?? 'wgs84', known?.city.bbox ?? null);
		if (facility && sheet.has('outcome')) facility.outcome = readOutcome(row, facility, judge);
		if (!facility || judge.refused.has(row.row)) continue;
		const other = found.get(facility.key);
		if (other) judge.refuse(row, 'key_twice', facility.key, facility.name, { other: other.row.row });
		else found.set(facility.key, { facility, row });
	}
	const facilities = [...found.values()].map(({ facility }) => facility);
	const draft = draftOf('facilities', file, sheet, judge, { facilities: facilities.length });
	const features = facilities.slice(0, 2000).map(({ lng, lat, name, kind }): Feature<Point> => ({
		type: 'Feature',
		properties: { name, kind },
		geometry: { type: 'Point', coordinates: [lng, lat] }
	}));
	return { ...draft, facilities, preview: { type: 'FeatureCollection', features } };
}

function readRow(row: SheetRow, judge: Judge, datum: Datum, bbox: Known['city']['bbox']): FacilityRow | null {
	const name = judge.text(row, 'name', row.at('key'), 120);
	const key = judge.text(row, 'key', name ?? '', 120) ?? name;
	const name_en = judge.text(row, 'name_en', key ?? '', 120);
	if (!name || !key) {
		judge.refuse(row, 'name_missing', key ?? '');
		return null;
	}
	const kind = judge.value(row, 'kind', key, (text) => kinds[plain(text).toLowerCase()], 'unknown_kind');
	if (row.at('kind') === '') judge.refuse(row, 'unknown_kind', key);
	const build_state =
		judge.value(
			row,
			'build_state',
			key,
			(text) => states[plain(text).toLowerCase()],
			'unknown_build_state'
		) ?? 'open';
	const count = (text: string) => {
		const number = readWhole(text);
		return number !== undefined && number >= 0 && number <= 100_000 ? number : undefined;
	};
	const range = { from: 0, to: 100_000 };
	const bays =
		judge.value(row, 'bays', key, count, 'number_out_of_range', { column: '车位', ...range }) ?? null;
	const bays_free =
		judge.value(row, 'bays_free', key, count, 'number_out_of_range', { column: '空位', ...range }) ?? null;
	if (bays_free !== null && bays_free > (bays ?? 0))
		judge.refuse(row, 'more_free_than_bays', key, String(bays_free));
	const place = readPlace(row, key, judge, datum, bbox);
	if (!place || !kind) return null;
	return { key, kind, name, name_en, lng: place[0], lat: place[1], bays, bays_free, build_state };
}

function readOutcome(
	row: SheetRow,
	{ key, build_state }: FacilityRow,
	judge: Judge
): NonNullable<FacilityRow['outcome']> | null {
	const read = (text: string) => outcomes[plain(text).toLowerCase()];
	const outcome = judge.value(row, 'outcome', key, read, 'unknown_outcome') ?? null;
	if (outcome === 'closed' && build_state !== 'closed')
		judge.refuse(row, 'unknown_outcome', key, row.at('outcome'));
	return outcome;
}

/** WGS-84, or null when the row says no place that can be right. */
function readPlace(
	row: SheetRow,
	key: string,
	judge: Judge,
	datum: Datum,
	bbox: Known['city']['bbox']
): [number, number] | null {
	const text = `${row.at('lng')}, ${row.at('lat')}`;
	const lng = readNumber(row.at('lng').replace(/[°EeＥ东]+\s*$/u, ''));
	const lat = readNumber(row.at('lat').replace(/[°NnＮ北]+\s*$/u, ''));
	if (lng === undefined || lat === undefined) {
		judge.refuse(row, 'no_place', key, text);
		return null;
	}
	if (Math.abs(lng) > 180 || Math.abs(lat) > 90 || (lng === 0 && lat === 0)) {
		judge.refuse(row, Math.abs(lat) > 90 && Math.abs(lng) <= 90 ? 'axes_swapped' : 'no_place', key, text);
		return null;
	}
	const place = toWgs84([lng, lat], datum);
	if (!bbox || isIn(place, bbox)) return place;
	judge.refuse(row, isIn([lat, lng], bbox) ? 'axes_swapped' : 'outside_the_city', key, text);
	return null;
}

function isIn(
	[lng, lat]: readonly [number, number],
	[west, south, east, north]: [number, number, number, number]
): boolean {
	return lng > west - around && lng < east + around && lat > south - around && lat < north + around;
}

/** A facility as a row of an export, in the words a person reads. */
export function facilityRecord({ kind, build_state, outcome, ...facility }: FacilityRow): TableRecord {
	return {
		...facility,
		kind: kindNames[kind],
		build_state: stateNames[build_state],
		outcome: outcome ? outcomeNames[outcome] : null
	};
}
