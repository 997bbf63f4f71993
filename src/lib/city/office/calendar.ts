import type { Draft, ImportFile } from '#lib/city/import/importer.ts';
import type { Known } from '#lib/city/import/known.ts';
import type { TableRecord } from '#lib/city/tables/write-table.ts';
import { plain, readDay, readTime, readTruth, readWeekday } from './cells.ts';
import { draftOf, Judge, readSheet, type Column, type SheetOptions, type SheetRow } from './sheet.ts';

/** A day that differs from its weekday. */
export interface CalendarDay {
	/** `2026-10-01` */
	day: string;
	/** A weekend that is worked (调休), else a holiday. */
	is_workday: boolean;
	name: string;
}
/** A stretch of working time of every such weekday. */
export interface WorkingHours {
	/** 1 Monday to 7. */
	weekday: number;
	starts: string;
	ends: string;
}
export interface CalendarDraft extends Draft {
	days: CalendarDay[];
	/** Empty: the week stays as it is. */
	hours: WorkingHours[];
}

/** One table for both: a row with a day is a holiday or a working weekend, a row with a weekday is working time. */
export const calendarColumns: readonly Column[] = [
	{ field: 'day', zh: '日期', also: ['date'] },
	{ field: 'is_workday', zh: '类型', also: ['是否上班', '上班', '休息或上班', 'kind', 'type'] },
	{ field: 'name', zh: '名称', also: ['节日', '节假日', '说明', 'holiday'] },
	{ field: 'weekday', zh: '星期', also: ['周几'] },
	{ field: 'starts', zh: '上班时间', also: ['开始', '开始时间', 'start', 'from'] },
	{ field: 'ends', zh: '下班时间', also: ['结束', '结束时间', 'end', 'to'] }
];
const most = 5000;
/** New Year, Spring Festival, Qingming, Labour Day, Dragon Boat, Mid-Autumn, National Day: never fewer days off than this. */
const leastHolidays = 7;

const kinds: Record<string, boolean> = {
	...{
		休息: false,
		放假: false,
		休: false,
		节假日: false,
		法定节假日: false,
		假日: false,
		holiday: false,
		off: false
	},
	...{ 上班: true, 调休: true, 班: true, 调休上班: true, 补班: true, 工作日: true, workday: true, work: true }
};
const readKind = (text: string) => kinds[plain(text).toLowerCase()] ?? readTruth(text);

export async function readCalendar(
	file: ImportFile,
	options: SheetOptions = {},
	_known?: Known
): Promise<CalendarDraft> {
	const sheet = await readSheet(file, calendarColumns, most, options);
	const judge = new Judge();
	const days = new Map<string, CalendarDay & { row: SheetRow }>();
	const hours: (WorkingHours & { row: SheetRow })[] = [];
	for (const row of sheet.rows) {
		if (row.at('day') !== '') readDayRow(row, judge, days);
		else if (row.at('weekday') !== '') readHoursRow(row, judge, hours);
		else judge.refuse(row, 'neither_day_nor_weekday', '', row.at('name'));
	}
	const kept = [...days.values()].filter(({ row }) => !judge.refused.has(row.row));
	warnOfYears(kept, judge);
	const keptHours = hours.filter(({ row }) => !judge.refused.has(row.row));
	return {
		...draftOf('calendar', file, sheet, judge, {
			holidays: kept.filter(({ is_workday }) => !is_workday).length,
			working_weekends: kept.filter(({ is_workday }) => is_workday).length,
			working_hours: keptHours.length
		}),
		days: kept.map(({ day, is_workday, name }) => ({ day, is_workday, name })),
		hours: keptHours.map(({ weekday, starts, ends }) => ({ weekday, starts, ends }))
	};
}

function readDayRow(row: SheetRow, judge: Judge, days: Map<string, CalendarDay & { row: SheetRow }>): void {
	const day = judge.value(row, 'day', row.at('day'), readDay, 'bad_day');
	const is_workday = judge.value(row, 'is_workday', row.at('day'), readKind, 'not_work_or_rest');
	if (is_workday === undefined && row.at('is_workday') === '')
		judge.refuse(row, 'not_work_or_rest', row.at('day'));
	const name = judge.text(row, 'name', row.at('day'), 80) ?? '';
	if (day === undefined || is_workday === undefined) return;
	const other = days.get(day);
	if (other) {
		if (other.is_workday !== is_workday) judge.refuse(row, 'day_twice', day, name, { other: other.row.row });
		return;
	}
	if (is_workday && isWeekday(day)) judge.warn(row, 'already_a_workday', day, name);
	days.set(day, { day, is_workday, name, row });
}

function readHoursRow(row: SheetRow, judge: Judge, hours: (WorkingHours & { row: SheetRow })[]): void {
	const key = row.at('weekday');
	const weekday = judge.value(row, 'weekday', key, readWeekday, 'bad_weekday');
	const starts = judge.value(row, 'starts', key, readTime, 'bad_time');
	const ends = judge.value(row, 'ends', key, readTime, 'bad_time');
	if (weekday === undefined || judge.refused.has(row.row)) return;
	if (starts === undefined || ends === undefined || starts >= ends) {
		judge.refuse(row, 'bad_hours', key, `${row.at('starts')}–${row.at('ends')}`);
		return;
	}
	const overlaps = hours.some((one) => one.weekday === weekday && one.starts < ends && starts < one.ends);
	if (overlaps) judge.refuse(row, 'hours_overlap', key, `${starts}–${ends}`);
	else hours.push({ weekday, starts, ends, row });
}

/** A year whose holidays are not all there would make time limits run through them. */
function warnOfYears(days: readonly CalendarDay[], judge: Judge): void {
	const years = new Map<string, number>();
	for (const { day, is_workday } of days) {
		const year = day.slice(0, 4);
		years.set(year, (years.get(year) ?? 0) + (is_workday ? 0 : 1));
	}
	for (const [year, holidays] of years)
		if (holidays < leastHolidays)
			judge.findings.add(
				'year_incomplete',
				'warning',
				{ key: year, text: String(holidays) },
				{
					years: [...years]
						.filter(([, known]) => known < leastHolidays)
						.map(([one]) => one)
						.join('、')
				}
			);
}

function isWeekday(day: string): boolean {
	return ![0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay());
}

const weekdayNames = ['周一', '周二', '周三', '周四', '周五', '周六', '周日'];

export function calendarRows(days: readonly CalendarDay[], hours: readonly WorkingHours[]): TableRecord[] {
	return [
		...days.map(({ day, is_workday, name }) => ({ day, is_workday: is_workday ? '上班' : '休息', name })),
		...hours.map(({ weekday, starts, ends }) => ({ weekday: weekdayNames[weekday - 1], starts, ends }))
	];
}

/**
 * A year's holidays and working weekends as the State Council published them, from the package's own data: null for a year
 * it does not hold yet. Names of working weekends say which holiday they make up for.
 */
export async function proposeCalendar(year: number): Promise<CalendarDay[] | null> {
	const { default: known } = await import('chinese-days/dist/chinese-days.json', { with: { type: 'json' } });
	const of = (days: Record<string, string>, is_workday: boolean): CalendarDay[] =>
		Object.entries(days)
			.filter(([day]) => day.startsWith(`${year}-`))
			.map(([day, names]) => {
				const name = names.split(',')[1] ?? '';
				return { day, is_workday, name: is_workday ? `${name}调休` : name };
			});
	const holidays = of(known.holidays, false);
	if (holidays.length === 0) return null;
	return [...holidays, ...of(known.workdays, true)].sort((a, b) => a.day.localeCompare(b.day));
}
