import type { Draft, ImportFile } from '#lib/city/import/importer.ts';
import type { Known } from '#lib/city/import/known.ts';
import type { TableRecord } from '#lib/city/tables/write-table.ts';
import { isLogin } from '#lib/staff/login.ts';
import { roles as roleCodes, type Role } from '#lib/staff/staff.ts';
import { dayAfter, dayIn, plain, readDay, startOfDay } from './cells.ts';
import { draftOf, Judge, readSheet, type Column, type SheetOptions, type SheetRow } from './sheet.ts';

/** A role a person holds, within a unit or an area, from one moment to another. */
export interface StaffRole {
	role: Role;
	/** The unit's key, or its name; made when there is none. */
	unit: string | null;
	area_id: number | null;
	valid_from: string | null;
	/** The moment it ends; in the file the last day on which it holds. */
	valid_to: string | null;
}
export interface StaffRow {
	login: string;
	name: string;
	roles: StaffRole[];
}
export interface StaffDraft extends Draft {
	staff: StaffRow[];
}

/** One row for each role; rows with the same login are one person. */
export const staffColumns: readonly Column[] = [
	{ field: 'name', zh: '姓名', also: ['名字'], isNeeded: true },
	{
		field: 'login',
		zh: '登录名',
		also: ['账号', '帐号', '用户名', 'user', 'username', 'account'],
		isNeeded: true
	},
	{ field: 'role', zh: '角色', also: ['岗位', '职责'], isNeeded: true },
	{ field: 'unit', zh: '责任单位', also: ['单位', '所属单位'] },
	{ field: 'area', zh: '责任区', also: ['片区', '区域', 'area_id'] },
	{ field: 'valid_from', zh: '有效期起', also: ['开始日期', '起始日期', 'from'] },
	{ field: 'valid_to', zh: '有效期止', also: ['结束日期', '截止日期', 'to', 'until'] }
];
const most = 5000;

const roleNames: Record<string, Role> = {
	...{
		志愿者: 'volunteer',
		监督员: 'inspector',
		执法队: 'team',
		执法队员: 'team',
		受理员: 'registrar',
		派遣员: 'dispatcher'
	},
	...{
		值班长: 'closer',
		责任单位经办人: 'unit_handler',
		经办人: 'unit_handler',
		创建办: 'office',
		数据专员: 'data_officer'
	},
	...{ 管理员: 'admin', 系统管理员: 'admin', 大屏: 'wall' }
};
/** What a file calls them: the first word of each. */
const roleWords = Object.fromEntries(
	Object.entries(roleNames)
		.reverse()
		.map(([word, role]) => [role, word])
) as Record<Role, string>;
const readRole = (text: string): Role | undefined => {
	const word = plain(text).toLowerCase().replace(/\s+/g, '_');
	return roleNames[word] ?? roleCodes.find((code) => code === word);
};

export async function readStaff(
	file: ImportFile,
	options: SheetOptions = {},
	known?: Known
): Promise<StaffDraft> {
	const sheet = await readSheet(file, staffColumns, most, options);
	const judge = new Judge();
	const people = new Map<string, { person: StaffRow; rows: SheetRow[] }>();
	for (const row of sheet.rows) {
		const login = plain(row.at('login')).toLowerCase();
		const name = judge.text(row, 'name', login, 80);
		if (!name) judge.refuse(row, 'name_missing', login);
		if (!isLogin(login)) judge.refuse(row, 'bad_login', login, row.at('login'));
		const roles = readRoles(row, login, judge, known);
		const entry = people.get(login) ?? { person: { login, name: name ?? '', roles: [] }, rows: [] };
		if (name && entry.person.name !== name)
			judge.refuse(row, 'login_of_another', login, name, { name: entry.person.name });
		entry.rows.push(row);
		entry.person.roles.push(...roles);
		people.set(login, entry);
	}
	// Half of a person's roles is not what the file says: one faulty row leaves the whole person out.
	const staff = [...people.values()].flatMap(({ person, rows }) =>
		rows.some(({ row }) => judge.refused.has(row)) ? [] : [person]
	);
	const roles = staff.reduce((sum, person) => sum + person.roles.length, 0);
	return { ...draftOf('staff', file, sheet, judge, { people: staff.length, roles }), staff };
}

function readRoles(row: SheetRow, login: string, judge: Judge, known?: Known): StaffRole[] {
	const words = row
		.at('role')
		.split(/[、,，;；/|]+/)
		.map((word) => word.trim())
		.filter(Boolean);
	if (words.length === 0)
		judge.refuse(row, 'unknown_role', login, '', { roles: Object.keys(roleNames).join('、') });
	const unit = judge.text(row, 'unit', login, 120);
	const units = known ? unitsNamed(known.units, unit) : [];
	if (unit && known && units.length === 0) judge.warn(row, 'unit_is_new', login, unit);
	if (units.length > 1) judge.refuse(row, 'unit_ambiguous', login, unit ?? '');
	const area_id = readArea(row, login, judge, known);
	const timeZone = known?.city.timeZone ?? 'Asia/Shanghai';
	const from = judge.value(row, 'valid_from', login, readDayOrMoment, 'bad_day');
	const to = judge.value(row, 'valid_to', login, readDayOrMoment, 'bad_day');
	const valid_from = from ? (isMoment(from) ? from : startOfDay(from, timeZone)) : null;
	const valid_to = to ? (isMoment(to) ? to : startOfDay(dayAfter(to), timeZone)) : null;
	if (valid_from && valid_to && valid_from >= valid_to)
		judge.refuse(row, 'ends_before_it_begins', login, `${from} – ${to}`);
	return words.flatMap((word) => {
		const role = readRole(word);
		if (!role) judge.refuse(row, 'unknown_role', login, word, { roles: Object.keys(roleNames).join('、') });
		else if ((role === 'team' || role === 'unit_handler') && !unit)
			judge.refuse(row, 'unit_needed', login, word);
		if (!role) return [];
		return {
			role,
			unit: units[0]?.key ?? unit,
			area_id,
			valid_from,
			valid_to
		};
	});
}

/** A unit by its key or, when only one is called so, by its name. */
function unitsNamed<Unit extends { key: string; name: string }>(
	units: readonly Unit[],
	word: string | null
): Unit[] {
	if (word === null) return [];
	const keyed = units.filter(({ key }) => key === word);
	return keyed.length > 0 ? keyed : units.filter(({ name }) => name === word);
}

/** Somebody was shut out at that very moment, not at the end of a day. */
const isMoment = (text: string) => text.includes('T');
function readDayOrMoment(text: string): string | undefined {
	const day = readDay(text);
	if (day !== undefined) return day;
	const at = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?Z$/.test(text) ? new Date(text) : null;
	return at && !Number.isNaN(at.getTime()) ? at.toISOString() : undefined;
}

/** An area by its number or, when only one is called so, by its name. */
function readArea(row: SheetRow, login: string, judge: Judge, known?: Known): number | null {
	const text = row.at('area');
	if (text === '') return null;
	const named = (known?.areas ?? []).filter(({ id, name }) => name === text || String(id) === text);
	if (named.length === 1) return named[0]!.id;
	const closed = named.length === 0 && known?.closedAreas.find((id) => String(id) === text);
	if (closed) {
		judge.warn(row, 'area_is_closed', login, text);
		return closed;
	}
	judge.refuse(row, named.length > 1 ? 'area_ambiguous' : 'unknown_area', login, text);
	return null;
}

/** As the list of people tells it. */
export interface ListedStaff {
	id: string;
	name: string;
	login: string | null;
	is_active: boolean;
	roles: {
		role: string;
		role_name: string;
		unit: string | null;
		unit_key: string | null;
		area_id: number | null;
		valid_from: string | null;
		valid_to: string | null;
	}[];
}

/** A role without a beginning is one since ever. */
export const sinceEver = '2000-01-01T00:00:00.000Z';

/**
 * Everybody who is here, a row for each role they hold, held or will hold. Who has left is not in it: a file that names somebody brings them
 * back. Ends are the last day on which the role holds, or the very moment where it is not a day's end.
 */
export function staffRecords(staff: readonly ListedStaff[], timeZone: string): TableRecord[] {
	const day = (moment: string | null, isEnd: boolean): string | null => {
		if (moment === null) return null;
		const at = new Date(moment).toISOString();
		if (!isEnd && at === sinceEver) return null;
		const here = dayIn(at, timeZone);
		if (startOfDay(here, timeZone) !== at) return at;
		return isEnd ? dayIn(new Date(Date.parse(at) - 1).toISOString(), timeZone) : here;
	};
	return staff
		.filter(({ is_active, login }) => is_active && login !== null)
		.flatMap(({ name, login, roles }) =>
			roles.map((role) => ({
				name,
				login,
				role: roleWords[role.role as Role],
				unit: role.unit_key,
				area: role.area_id,
				valid_from: day(role.valid_from, false),
				valid_to: day(role.valid_to, true)
			}))
		);
}
