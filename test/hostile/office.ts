import { gzipSync } from 'node:zlib';
import type { ImportKind } from '#lib/city/import/importer.ts';
import { nothingKnown, type Known } from '#lib/city/import/known.ts';
import { writeTable } from '#lib/city/tables/write-table.ts';
import type { HostileFile } from './hostile-file.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);

/** A small town of which one unit and two areas of the same name are known. */
const town: Known = {
	...nothingKnown(),
	city: {
		...nothingKnown().city,
		bbox: [119.4, 32.7, 119.5, 32.8],
		center: [119.45, 32.75],
		hasStreets: true
	},
	units: [{ id: 1, key: '城管一中队', name: '城管一中队', nameEn: null, parentId: null }],
	categories: [{ code: '0501', parent: '05', name: '无照经营游商', nameEn: null, isLeaf: true }],
	areas: [1, 2].map((id) => ({
		id,
		kind: 'duty_grid',
		name: '古城网格',
		nameEn: null,
		unitId: null,
		geometry: { type: 'Polygon', coordinates: [] }
	}))
};

type Case = [name: string, content: string | Uint8Array | (() => Uint8Array), says: string, ending?: string];

function listOf(kind: ImportKind, expected: HostileFile['expect'], cases: Case[]): HostileFile[] {
	return cases.map(([name, content, says, ending = '.csv']) => ({
		name: `${kind}: ${name}`,
		kind,
		known: town,
		file: () => {
			const bytes = typeof content === 'function' ? content() : content;
			return { name: `hostile${ending}`, bytes: typeof bytes === 'string' ? utf8(bytes) : bytes };
		},
		expect: expected,
		says
	}));
}

const workbook = writeTable('xlsx', ['名称'], [{ 名称: '城管一中队' }]);

export const units = [
	...listOf('units', 'refused', [
		['an empty file', '', 'empty'],
		['headings and nothing under them', '名称,上级\n', 'no_rows'],
		['another office’s table', '车牌,品牌\n苏K12345,某牌\n', 'columns_missing'],
		['a workbook cut short', workbook.subarray(0, workbook.length - 40), 'damaged', '.xlsx'],
		['a web page saved as .xls', '<html><table><tr><td>名称</td></tr></table></html>', 'web_page', '.xls'],
		[
			'an encrypted workbook',
			new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]),
			'old_excel',
			'.xlsx'
		],
		['units above one another in a circle', '名称,上级\n甲,乙\n乙,丙\n丙,甲\n', 'units_in_a_circle'],
		['a unit above itself', '名称,上级\n甲,甲\n', 'units_in_a_circle'],
		['the same key twice', '编号,名称\n1,甲\n1,乙\n', 'key_twice'],
		['a name of 10,000 characters', `名称\n甲\n${'长'.repeat(10_000)}\n`, 'text_unfit'],
		['bells and escapes in a name', '名称\n甲\n乙\u0007\u001b[31m\n', 'text_unfit'],
		['a row without a name', '编号,名称\n1,甲\n2,\n', 'name_missing'],
		[
			'more units than there are people',
			() => utf8(`名称\n${Array.from({ length: 6000 }, (_, i) => `单位${i}`).join('\n')}\n`),
			'too_many_rows'
		],
		['a cell of 50 MB', () => utf8(`名称\n甲\n"${'x'.repeat(50 * 1024 * 1024)}"\n`), 'line_too_long'],
		['a quotation mark that is never closed', `名称\n"甲\n${'乙\n'.repeat(500_000)}`, 'quote_not_closed'],
		['a bomb in gzip', () => gzipSync(Buffer.alloc(40 * 1024 * 1024, '甲,')), 'line_too_long', '.csv.gz']
	]),
	...listOf('units', 'explained', [
		[
			'formulas for names: here they are texts',
			'名称,备注\n"=HYPERLINK(""http://x.invalid"")",x\n@SUM(1),y\n',
			'columns_unknown'
		],
		['a UTF-8 header over a GBK body', mixed(), 'header_utf8_body_gbk']
	])
];

function mixed(): Uint8Array {
	// 甲 and 乙 as GBK writes them.
	return Buffer.concat([utf8('名称\n'), Buffer.from([0xbc, 0xd7, 0x0a, 0xd2, 0xd2, 0x0a])]);
}

export const categories = [
	...listOf('categories', 'refused', [
		['codes that are words', '代码,名称\n游商,无照经营游商\n', 'bad_code'],
		['a limit of minus fourteen hours', '代码,名称,处置时限\n0502,流浪乞讨,-14\n', 'number_out_of_range'],
		['a limit of a hundred years', '代码,名称,处置时限\n0502,流浪乞讨,876000\n', 'number_out_of_range'],
		[
			'NaN and Infinity for radii',
			'代码,名称,重复半径,复发半径\n0502,流浪乞讨,NaN,Infinity\n',
			'number_out_of_range'
		],
		['neither yes nor no', '代码,名称,启用\n0502,流浪乞讨,也许\n', 'not_yes_or_no'],
		['a parent nobody knows', '代码,名称,上级\n0502,流浪乞讨,77\n', 'unknown_parent']
	]),
	...listOf('categories', 'explained', [
		['zeros that Excel dropped', '代码,名称\n501,无照经营游商\n', 'zero_put_back']
	])
];

export const calendar = [
	...listOf('calendar', 'refused', [
		['the 30th of February', '日期,类型\n2026-02-30,休息\n', 'bad_day'],
		['a day both worked and off', '日期,类型\n2026-10-01,休息\n2026-10-01,上班\n', 'day_twice'],
		['a day that is neither', '日期,类型\n2026-10-01,看情况\n', 'not_work_or_rest'],
		['hours that end before they begin', '星期,上班时间,下班时间\n周一,17:30,08:30\n', 'bad_hours'],
		[
			'hours on top of each other',
			'星期,上班时间,下班时间\n周一,08:30,12:00\n周一,11:00,17:00\n',
			'hours_overlap'
		],
		['a time of 25 o’clock', '星期,上班时间,下班时间\n周一,08:30,25:00\n', 'bad_time'],
		['rows of nothing we know', '日期,星期,名称\n,,国庆节\n', 'neither_day_nor_weekday']
	]),
	...listOf('calendar', 'explained', [
		['a year with one holiday', '日期,类型,名称\n2027-01-01,休息,元旦\n', 'year_incomplete'],
		['a workday called worked', '日期,类型\n2026-11-20,上班\n', 'already_a_workday']
	])
];

export const facilities = listOf('facilities', 'refused', [
	['axes swapped', '类型,名称,经度,纬度\n集中洗车点,甲,32.75,119.45\n', 'axes_swapped'],
	['a place in the Atlantic', '类型,名称,经度,纬度\n摄像头,甲,0,0\n', 'no_place'],
	['another city', '类型,名称,经度,纬度\n摄像头,甲,113.93,22.53\n', 'outside_the_city'],
	['degrees, minutes and seconds', '类型,名称,经度,纬度\n摄像头,甲,119°27′1″,32°45′2″\n', 'no_place'],
	['a kind nobody knows', '类型,名称,经度,纬度\n公厕,甲,119.45,32.75\n', 'unknown_kind'],
	[
		'more free bays than bays',
		'类型,名称,经度,纬度,车位,空位\n集中洗车点,甲,119.45,32.75,5,9\n',
		'more_free_than_bays'
	],
	['half a bay', '类型,名称,经度,纬度,车位\n集中洗车点,甲,119.45,32.75,2.5\n', 'number_out_of_range'],
	[
		'GeoJSON that stops in the middle',
		'{"type":"FeatureCollection","features":[{"type":"Fea',
		'json_broken',
		'.geojson'
	]
]);

export const staff = [
	...listOf('staff', 'refused', [
		['a role nobody has', '姓名,登录名,角色\n张三,zhang,市长\n', 'unknown_role'],
		['a sign-in name with spaces', '姓名,登录名,角色\n张三,zhang san,受理员\n', 'bad_login'],
		[
			'one sign-in name for two people',
			'姓名,登录名,角色\n张三,zhang,受理员\n李四,zhang,派遣员\n',
			'login_of_another'
		],
		['a team of no unit', '姓名,登录名,角色\n张三,zhang,执法队\n', 'unit_needed'],
		[
			'an area of which there are two',
			'姓名,登录名,角色,责任区\n张三,zhang,监督员,古城网格\n',
			'area_ambiguous'
		],
		[
			'a role that ends before it begins',
			'姓名,登录名,角色,有效期起,有效期止\n张三,zhang,受理员,2026-05-01,2026-04-01\n',
			'ends_before_it_begins'
		]
	]),
	...listOf('staff', 'explained', [
		['a unit that will be new', '姓名,登录名,角色,单位\n张三,zhang,执法队,城管九中队\n', 'unit_is_new']
	])
];
