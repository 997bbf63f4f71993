import type { Draft, ImportFile } from '#lib/city/import/importer.ts';
import type { Known } from '#lib/city/import/known.ts';
import { plain, readNumber, readTruth, readWhole } from './cells.ts';
import { draftOf, Judge, readSheet, type Column, type SheetOptions, type SheetRow } from './sheet.ts';

/** What a file says of a category; what it does not say stays as it is. `default_unit: null` takes the unit away. */
export type CategoryRow = { code: string; name: string } & Record<string, string | number | boolean | null>;
export interface CategoriesDraft extends Draft {
	categories: CategoryRow[];
}

export const categoryColumns: readonly Column[] = [
	{ field: 'code', zh: '代码', also: ['编码', '类别代码', '编号'], isNeeded: true },
	{ field: 'parent', zh: '上级代码', also: ['上级', '大类', '所属大类'] },
	{ field: 'name', zh: '名称', also: ['类别', '类别名称'], isNeeded: true },
	{ field: 'name_en', zh: '英文名称', also: ['英文名', 'english'] },
	{ field: 'class_code', zh: '大类代码' },
	{ field: 'subclass_code', zh: '小类代码' },
	{ field: 'is_tile', zh: '首页大按钮', also: ['首页'] },
	{ field: 'is_active', zh: '启用', also: ['是否启用', 'active'] },
	{ field: 'position', zh: '顺序', also: ['排序', '序号', 'order'] },
	{ field: 'handle_working_hours', zh: '处置时限', also: ['处置工作小时', '时限', '办理时限', 'hours'] },
	{ field: 'duplicate_radius_m', zh: '重复半径' },
	{ field: 'duplicate_days', zh: '重复天数' },
	{ field: 'recurrence_radius_m', zh: '复发半径' },
	{ field: 'recurrence_days', zh: '复发天数' },
	{ field: 'default_unit', zh: '默认责任单位', also: ['责任单位', '主管单位', 'unit'] }
];
const most = 2000;

/** Bounds the database holds too; here a row is told which number it was. */
const numbers = {
	position: { from: 0, to: 100_000, isWhole: true },
	handle_working_hours: { from: 0.25, to: 2000, isWhole: false },
	duplicate_radius_m: { from: 0, to: 5000, isWhole: false },
	duplicate_days: { from: 0, to: 366, isWhole: true },
	recurrence_radius_m: { from: 0, to: 5000, isWhole: false },
	recurrence_days: { from: 0, to: 366, isWhole: true }
} as const;

export async function readCategories(
	file: ImportFile,
	options: SheetOptions = {},
	known?: Known
): Promise<CategoriesDraft> {
	const sheet = await readSheet(file, categoryColumns, most, options);
	const judge = new Judge();
	const codes = new Set(known?.categories.map(({ code }) => code));
	const found = new Map<string, { category: CategoryRow; row: SheetRow }>();
	for (const row of sheet.rows) {
		const code = readCode(row, 'code', codes, judge);
		const name = judge.text(row, 'name', code, 80);
		if (!/^[0-9A-Z]{2,8}$/.test(code)) judge.refuse(row, 'bad_code', code, row.at('code'));
		if (!name) judge.refuse(row, 'name_missing', code);
		const other = found.get(code);
		if (other) judge.refuse(row, 'key_twice', code, name ?? '', { other: other.row.row });
		const category = { code, name: name ?? '', ...readRest(row, code, codes, judge, sheet.has) };
		if (!judge.refused.has(row.row)) found.set(code, { category, row });
	}
	for (const { category, row } of found.values()) {
		const { parent, code } = category;
		if (typeof parent !== 'string') continue;
		if (parent === code || (!found.has(parent) && !codes.has(parent)))
			judge.refuse(row, 'unknown_parent', code, parent);
	}
	const categories = [...found.values()].flatMap(({ category, row }) =>
		judge.refused.has(row.row) ? [] : [category]
	);
	const draft = draftOf('categories', file, sheet, judge, { categories: categories.length });
	return { ...draft, categories };
}

function readRest(
	row: SheetRow,
	code: string,
	codes: ReadonlySet<string>,
	judge: Judge,
	has: (field: string) => boolean
): Record<string, string | number | boolean | null> {
	const given: Record<string, string | number | boolean | null> = {};
	const name_en = judge.text(row, 'name_en', code, 80);
	if (name_en) given.name_en = name_en;
	if (row.at('parent') !== '') given.parent = readCode(row, 'parent', codes, judge);
	for (const field of ['class_code', 'subclass_code'] as const) {
		const text = plain(row.at(field)).toUpperCase();
		// Excel drops the zero of 05: of class and subclass codes at least two signs are meant.
		if (text !== '') given[field] = /^\d$/.test(text) ? `0${text}` : text;
		else if (field === 'subclass_code' && has(field)) given[field] = '';
	}
	for (const field of ['is_tile', 'is_active'] as const) {
		const truth = judge.value(row, field, code, readTruth, 'not_yes_or_no');
		if (truth !== undefined) given[field] = truth;
	}
	for (const [field, { from, to, isWhole }] of Object.entries(numbers)) {
		const read = (text: string) => {
			const number = (isWhole ? readWhole : readNumber)(text);
			return number !== undefined && number >= from && number <= to ? number : undefined;
		};
		const column = categoryColumns.find((one) => one.field === field)!.zh;
		const number = judge.value(row, field, code, read, 'number_out_of_range', { column, from, to });
		if (number !== undefined) given[field] = number;
	}
	if (has('default_unit')) given.default_unit = judge.text(row, 'default_unit', code, 120);
	return given;
}

/** Excel takes 0501 for a number and drops its zero: put back when the city knows that code, and said. */
function readCode(row: SheetRow, field: string, codes: ReadonlySet<string>, judge: Judge): string {
	const code = plain(row.at(field)).toUpperCase();
	if (!/^\d+$/.test(code) || codes.has(code) || !codes.has(`0${code}`)) return code;
	judge.warn(row, 'zero_put_back', `0${code}`, code);
	return `0${code}`;
}
