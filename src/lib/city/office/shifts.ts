import type { Draft, ImportFile } from '#lib/city/import/importer.ts';
import type { Known } from '#lib/city/import/known.ts';
import type { TableRecord } from '#lib/city/tables/write-table.ts';
import { readDay, readTime, readWeekdays } from './cells.ts';
import { draftOf, Judge, readSheet, type Column, type SheetOptions, type SheetRow } from './sheet.ts';

/** When a unit's team is out. One that ends before it starts goes past midnight. */
export interface ShiftRow {
	key: string;
	name: string;
	/** The unit's key. */
	unit: string;
	starts: string;
	ends: string;
	/** 1 Monday to 7. */
	weekdays: number[];
	first_day: string;
	last_day: string | null;
	/** Sign-in names; absent where a file has no such column: whoever works it goes on. */
	members?: string[];
}
export interface ShiftsDraft extends Draft {
	shifts: ShiftRow[];
}

export const shiftColumns: readonly Column[] = [
	{ field: 'key', zh: '编号', also: ['代码', 'id', 'code'] },
	{ field: 'name', zh: '班次', also: ['名称', '班次名称', 'shift'], isNeeded: true },
	{ field: 'unit', zh: '责任单位', also: ['单位', '单位编号'], isNeeded: true },
	{ field: 'starts', zh: '上班时间', also: ['开始', '开始时间', 'start', 'from'], isNeeded: true },
	{ field: 'ends', zh: '下班时间', also: ['结束', '结束时间', 'end', 'to'], isNeeded: true },
	{ field: 'weekdays', zh: '星期', also: ['周几', 'days'], isNeeded: true },
	{ field: 'first_day', zh: '开始日期', also: ['起始日期', '首日'], isNeeded: true },
	{ field: 'last_day', zh: '结束日期', also: ['截止日期', '末日'] },
	{ field: 'members', zh: '人员', also: ['登录名', '成员', 'people'] }
];
const most = 2000;

export async function readShifts(
	file: ImportFile,
	options: SheetOptions = {},
	known?: Known
): Promise<ShiftsDraft> {
	const sheet = await readSheet(file, shiftColumns, most, options);
	const judge = new Judge();
	const found = new Map<string, { shift: ShiftRow; row: SheetRow }>();
	for (const row of sheet.rows) {
		const shift = readRow(row, judge, known);
		if (!shift || judge.refused.has(row.row)) continue;
		if (sheet.has('members')) shift.members = readMembers(row);
		const other = found.get(shift.key);
		if (other) judge.refuse(row, 'key_twice', shift.key, shift.name, { other: other.row.row });
		else found.set(shift.key, { shift, row });
	}
	const shifts = [...found.values()].map(({ shift }) => shift);
	return { ...draftOf('shifts', file, sheet, judge, { shifts: shifts.length }), shifts };
}

function readRow(row: SheetRow, judge: Judge, known?: Known): ShiftRow | null {
	const name = judge.text(row, 'name', row.at('key'), 80);
	const word = judge.text(row, 'unit', name ?? '', 120) ?? '';
	// Two units may both have an early shift: without a key it is this unit's.
	const key = judge.text(row, 'key', name ?? '', 120) ?? `${word} ${name}`;
	if (!name) judge.refuse(row, 'name_missing', row.at('key'));
	const units = (known?.units ?? []).filter((one) => one.key === word || one.name === word);
	const unit = known ? (units.find((one) => one.key === word) ?? units[0])?.key : word;
	if (!unit) judge.refuse(row, 'unknown_unit', key, word);
	else if (units.length > 1 && !units.some((one) => one.key === word))
		judge.refuse(row, 'unit_ambiguous', key, word);
	const starts = judge.value(row, 'starts', key, readTime, 'bad_time');
	const ends = judge.value(row, 'ends', key, readTime, 'bad_time');
	if (row.at('starts') === '' || row.at('ends') === '' || (starts !== undefined && starts === ends))
		judge.refuse(row, 'bad_time', key, `${row.at('starts')}–${row.at('ends')}`);
	const weekdays = judge.value(row, 'weekdays', key, readWeekdays, 'bad_weekday');
	if (!weekdays?.length && !judge.refused.has(row.row))
		judge.refuse(row, 'bad_weekday', key, row.at('weekdays'));
	const first_day = judge.value(row, 'first_day', key, readDay, 'bad_day');
	const last_day = judge.value(row, 'last_day', key, readDay, 'bad_day') ?? null;
	if (row.at('first_day') === '') judge.refuse(row, 'bad_day', key);
	if (first_day && last_day && last_day < first_day)
		judge.refuse(row, 'ends_before_it_begins', key, `${first_day} – ${last_day}`);
	if (!name || !unit || !starts || !ends || !weekdays || !first_day) return null;
	return { key, name, unit, starts, ends, weekdays, first_day, last_day };
}

function readMembers(row: SheetRow): string[] {
	const words = row.at('members').split(/[、,，;；\s]+/);
	return [...new Set(words.filter(Boolean).map((login) => login.toLowerCase()))];
}

/** As the list of shifts tells it. */
export interface ListedShift extends Omit<ShiftRow, 'members'> {
	members: { id: string }[];
}

const weekdayWords = ['一', '二', '三', '四', '五', '六', '日'];

/** `logins`: of everybody, by id. Who has none is named by the id. */
export function shiftRecords(
	shifts: readonly ListedShift[],
	logins: ReadonlyMap<string, string | null>
): TableRecord[] {
	return shifts.map(({ key, name, unit, starts, ends, weekdays, first_day, last_day, members }) => ({
		key,
		name,
		unit,
		starts,
		ends,
		weekdays: weekdays.map((day) => `周${weekdayWords[day - 1]}`).join('、'),
		first_day,
		last_day,
		members: members
			.filter(({ id }) => logins.has(id))
			.map(({ id }) => logins.get(id) ?? id)
			.join('、')
	}));
}
