import { describe, expect, it } from 'vitest';
import { rawWorkbook, rowsXml } from '#lib/city/tables/workbook.fixture.ts';
import { writeTable } from '#lib/city/tables/write-table.ts';
import type { HistoryOptions, HistoryRow } from './history.ts';
import { readMapping, writeMapping } from './mapping.ts';
import { readHistory } from './read-history.ts';
import { onStreet, smallCity } from './small-city.fixture.ts';

const now = Date.UTC(2026, 10, 21);
const names = [
	'案件编号',
	'上报时间',
	'应结案时间',
	'结案时间',
	'案件状态',
	'小类',
	'经度',
	'纬度',
	'责任单位',
	'问题来源',
	'问题描述',
	'举报人电话'
];
type Cells = Partial<Record<string, string | number>>;

const [lng, lat] = onStreet(1.2, 1);
const usual: Cells = {
	上报时间: '2025年3月4日 09:30',
	应结案时间: '2025-03-05 17:30',
	结案时间: '2025/3/5 10:00',
	案件状态: '已结案',
	小类: '占道洗车',
	经度: lng,
	纬度: lat,
	责任单位: '城关中队',
	问题来源: '12345热线',
	问题描述: '门口洗车，电话13912345678',
	举报人电话: '13912345678'
};

function table(rows: Cells[], columns = names): string {
	return [columns, ...rows.map((row) => columns.map((name) => row[name] ?? ''))]
		.map((cells) => cells.join(','))
		.join('\n');
}

/** Rows that differ from the usual one, numbered 甲1, 甲2, …; enough usual ones beside them to tell columns by. */
const fileOf = (...different: Cells[]) =>
	table(
		[...different, ...Array.from({ length: 12 }, () => ({}))].map((row, i) => ({
			...usual,
			案件编号: `甲${i + 1}`,
			...row
		}))
	);

async function read(content: string | Uint8Array, options: HistoryOptions = {}, name = '2025年城管台账.csv') {
	const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
	const draft = await readHistory({ name, bytes }, { now, ...options }, smallCity());
	const rows = draft.batches.flatMap((batch) => JSON.parse(new TextDecoder().decode(batch)) as HistoryRow[]);
	const count = (code: string) => draft.findings.find((finding) => finding.code === code)?.count ?? 0;
	return { draft, rows, count };
}

describe('a table in Chinese', () => {
	it('is understood without a mapping', async () => {
		const { draft, rows } = await read(fileOf());
		expect(draft.mapping.columns).toMatchObject({
			key: '案件编号',
			opened: '上报时间',
			due: '应结案时间',
			closed: '结案时间',
			status: '案件状态',
			category: '小类',
			lng: '经度',
			lat: '纬度',
			unit: '责任单位',
			source: '问题来源'
		});
		expect(rows[0]).toEqual({
			key: '甲1',
			category: '0551',
			lng,
			lat,
			source: 'hotline',
			description: '门口洗车,电话＊',
			status: 'closed',
			opened_at: '2025-03-04T01:30:00Z',
			due_at: '2025-03-05T09:30:00Z',
			closed_at: '2025-03-05T02:00:00Z',
			unit: '城关中队'
		});
		expect([draft.mapping.source, draft.refused]).toEqual(['城管台账', 0]);
	});

	it('brings no phone number in, and says so', async () => {
		const { draft, count } = await read(fileOf());
		expect(JSON.stringify(draft.batches.map((batch) => new TextDecoder().decode(batch)))).not.toContain(
			'13912345678'
		);
		expect(count('personal_columns')).toBe(1);
		expect(count('blotted_texts')).toBe(12);
	});

	it.each<[string, Cells, string]>([
		['no number', { 案件编号: '' }, 'key_missing'],
		['a number twice', { 案件编号: '甲9' }, 'duplicate_key'],
		['no coordinates', { 经度: '', 纬度: '' }, 'no_coordinates'],
		['nought for coordinates', { 经度: 0, 纬度: 0 }, 'no_coordinates'],
		['exchanged coordinates', { 经度: lat, 纬度: lng }, 'swapped_rows'],
		['another city', { 经度: 121.5, 纬度: 31.2 }, 'outside_city'],
		['no globe', { 经度: 400, 纬度: 95 }, 'off_the_globe'],
		['no opening', { 上报时间: '' }, 'opened_missing'],
		['an unreadable time', { 结案时间: '昨天' }, 'time_unreadable'],
		['a day that never was', { 上报时间: '2025-02-30' }, 'time_unreadable'],
		['the future', { 上报时间: '2027-01-01', 结案时间: '2027-01-02' }, 'time_in_future'],
		['a closing long before the opening', { 结案时间: '2025-03-01' }, 'closed_before_opened'],
		['a closing without its time', { 结案时间: '' }, 'closed_without_time']
	])('refuses a row with %s', async (_, cells, code) => {
		const { draft, count } = await read(fileOf(cells));
		expect([count(code), draft.refused, draft.rows]).toEqual([1, 1, 12]);
	});

	it.each<[string, Cells, string, Partial<HistoryRow>]>([
		[
			'closes a case as it was opened when it was typed in after the work',
			{ 结案时间: '2025-03-04 09:29:30' },
			'closed_just_before_opened',
			{ closed_at: '2025-03-04T01:30:00Z' }
		],
		[
			'leaves a due time of year 9999 out',
			{ 应结案时间: '9999-12-31' },
			'due_out_of_range',
			{ due_at: undefined }
		],
		[
			'goes by the status where a closing time contradicts it',
			{ 案件状态: '处置中' },
			'open_with_closing_time',
			{ status: 'handling', closed_at: undefined }
		],
		[
			'keeps a category of its own as text',
			{ 小类: '路灯不亮' },
			'categories_to_other',
			{ category: '0599', description: '路灯不亮 · 门口洗车,电话＊' }
		],
		['makes a unit the city does not know', { 责任单位: '河东中队' }, 'new_units', { unit: '河东中队' }],
		['cuts a text that is too long', { 问题描述: '长'.repeat(3000) }, 'text_cut', {}]
	])('%s', async (_, cells, code, expected) => {
		const { draft, rows, count } = await read(fileOf(cells));
		expect([count(code), draft.refused]).toEqual([1, 0]);
		expect(rows[0]).toMatchObject(JSON.parse(JSON.stringify(expected)));
		for (const [name, value] of Object.entries(expected))
			expect(rows[0]![name as keyof HistoryRow]).toBe(value);
	});

	it('in a workbook gives the same rows', async () => {
		const cells = [
			'甲1',
			45720.395833333336,
			45721.729166666664,
			45721.416666666664,
			'已结案',
			'占道洗车',
			lng,
			lat,
			'城关中队',
			'12345热线',
			'门口洗车，电话13912345678',
			13912345678
		];
		const rows = Array.from({ length: 12 }, (_, i) => [`甲${i + 1}`, ...cells.slice(1)]);
		const data = rowsXml([['2025年案件台账'], names, ...rows]).replace(/<c><v>(4572\d)/g, '<c s="1"><v>$1');
		const workbook = rawWorkbook({ sheets: [{ name: '台账', data }], formats: [22] });
		const { rows: read1 } = await read(workbook, {}, '台账.xlsx');
		expect(read1).toEqual((await read(fileOf())).rows);
	});
});

describe('what is found over all rows', () => {
	const many = (n: number, row: (i: number) => Cells) =>
		table(Array.from({ length: n }, (_, i) => ({ ...usual, 案件编号: `乙${i}`, ...row(i) })));
	const spread = (i: number): Cells => {
		const [x, y] = onStreet((i * 7) % 4, ((i * 13) % 400) / 100);
		return { 经度: x, 纬度: y };
	};

	it('rows on one default geocode', async () => {
		const { draft, rows, count } = await read(many(600, (i) => (i % 6 === 0 ? {} : spread(i))));
		expect(count('default_place')).toBe(100);
		expect(draft.mapping.default_places).toEqual([{ lng, lat, rows: 100, keep: true }]);
		expect(rows[0]!.accuracy_m).toBe(5000);
		draft.mapping.default_places[0]!.keep = false;
		const without = await read(
			many(600, (i) => (i % 6 === 0 ? {} : spread(i))),
			{ mapping: draft.mapping }
		);
		expect([without.draft.rows, without.count('default_place_left_out')]).toEqual([500, 100]);
		draft.mapping.default_places = [];
		const unnamed = await read(
			many(600, (i) => (i % 6 === 0 ? {} : spread(i))),
			{ mapping: draft.mapping }
		);
		expect([unnamed.draft.rows, unnamed.count('default_place_unnamed')]).toEqual([600, 100]);
	});

	it('axes exchanged in the whole file', async () => {
		const { draft, count } = await read(
			many(100, (i) => {
				const { 经度, 纬度 } = spread(i);
				return { 经度: 纬度!, 纬度: 经度! };
			})
		);
		expect([count('axes_were_swapped'), draft.mapping.columns.lng, draft.refused]).toEqual([1, '纬度', 0]);
	});

	it('points off every street', async () => {
		const [x, y] = onStreet(1.5, 1.5);
		const { count } = await read(
			many(50, (i) => (i < 3 ? { 经度: x, 纬度: y } : spread(i))),
			{}
		);
		expect(count('far_from_streets')).toBe(0);
		const [far, high] = onStreet(4, 4.9);
		expect(
			(
				await read(
					many(50, (i) => (i < 3 ? { 经度: far, 纬度: high } : spread(i))),
					{}
				)
			).count('far_from_streets')
		).toBe(3);
	});
});

describe('a mapping', () => {
	it('is read as it was written', async () => {
		const { draft } = await read(fileOf());
		expect(readMapping(writeMapping(draft.mapping))).toEqual(draft.mapping);
	});

	it('given back gives the same draft', async () => {
		const { draft } = await read(fileOf());
		const again = await read(fileOf(), { mapping: readMapping(writeMapping(draft.mapping)) });
		expect(again.draft.batches).toEqual(draft.batches);
	});

	it.each([
		['{', 'mapping_not_json'],
		['{"format":"kerbside-history/1"}', 'mapping_wrong'],
		['[]', 'mapping_wrong']
	])('%s is refused in words', (json, code) => {
		expect(() => readMapping(json)).toThrow(code);
	});

	it('for another file says which columns are not there', async () => {
		const { draft } = await read(fileOf());
		await expect(read('编号,时间\n1,2025-01-01\n', { mapping: draft.mapping })).rejects.toThrow(
			'columns_missing'
		);
	});

	it.each([
		['no opening time', '编号,经度,纬度\n1,119.46,32.79\n', 'no_opened_column'],
		['no place', '编号,上报时间\n1,2025-01-01\n', 'no_place_column']
	])('cannot be proposed with %s', async (_, content, code) => {
		await expect(read(content)).rejects.toThrow(code);
	});
});

it('a GeoJSON of areas is told apart from one of points', async () => {
	const ring = [
		[lng, lat],
		[lng + 0.01, lat],
		[lng, lat + 0.01],
		[lng, lat]
	];
	const area = { type: 'Polygon', coordinates: [ring] };
	const features = [{ type: 'Feature', properties: { name: '一网格' }, geometry: area }];
	const text = JSON.stringify({ type: 'FeatureCollection', features });
	await expect(read(text, {}, '网格.geojson')).rejects.toThrow('not_points');
	await expect(read(text.slice(0, -9), {}, '网格.geojson')).rejects.toThrow('json_broken');
});

it.each([
	['left out', '举报人电话', 0],
	['read', '案件编号', 1]
])('a number that Excel cut counts where its column is %s', async (_, column, expected) => {
	const { draft, count } = await read(fileOf({ [column]: '1.39E+10' }));
	expect(count('digits_lost')).toBe(expected);
	const again = await read(fileOf({ [column]: '1.39E+10' }), { mapping: draft.mapping });
	expect(again.count('digits_lost')).toBe(expected);
});

it('the same rows in our own three formats are the same history', async () => {
	const record = {
		key: 'E05512025030400001',
		status: 'closed',
		category: '0551',
		unit: '城关中队',
		opened_at: '2025-03-04T01:30:00Z',
		closed_at: '2025-03-05T02:00:00Z',
		source: 'citizen',
		lng,
		lat,
		id: '018f0000-0000-7000-8000-000000000001'
	};
	const drafts = await Promise.all(
		(['csv', 'xlsx', 'geojson'] as const).map(async (format) => {
			const bytes = writeTable(format, [...Object.keys(record), 'merged_into'], [record]);
			return (await read(bytes, {}, `cases.${format}`)).rows;
		})
	);
	expect(drafts[0]).toEqual([record]);
	expect(drafts[1]).toEqual(drafts[0]);
	expect(drafts[2]).toEqual(drafts[0]);
});
