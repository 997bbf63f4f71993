import type { Draft, ImportFile } from '#lib/city/import/importer.ts';
import type { Known } from '#lib/city/import/known.ts';
import { isLogin } from '#lib/staff/login.ts';
import { roles as roleCodes, type Role } from '#lib/staff/staff.ts';
import { dayAfter, plain, readDay, startOfDay } from './cells.ts';
import { draftOf, Judge, readSheet, type Column, type SheetOptions, type SheetRow } from './sheet.ts';

/** A role a person holds, within a unit or an area, from one moment to another. */
export interface StaffRole {
	role: Role;
	/** The unit's name; made when there is none. */
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
	if (unit && known && !known.units.some(({ name }) => name === unit))
		judge.warn(row, 'unit_is_new', login, unit);
	const area_id = readArea(row, login, judge, known);
	const timeZone = known?.city.timeZone ?? 'Asia/Shanghai';
	const from = judge.value(row, 'valid_from', login, readDay, 'bad_day');
	const to = judge.value(row, 'valid_to', login, readDay, 'bad_day');
	if (from && to && from > to) judge.refuse(row, 'ends_before_it_begins', login, `${from} – ${to}`);
	return words.flatMap((word) => {
		const role = readRole(word);
		if (!role) judge.refuse(row, 'unknown_role', login, word, { roles: Object.keys(roleNames).join('、') });
		else if ((role === 'team' || role === 'unit_handler') && !unit)
			judge.refuse(row, 'unit_needed', login, word);
		if (!role) return [];
		return {
			role,
			unit,
			area_id,
			valid_from: from ? startOfDay(from, timeZone) : null,
			valid_to: to ? startOfDay(dayAfter(to), timeZone) : null
		};
	});
}

/** An area by its number or, when only one is called so, by its name. */
function readArea(row: SheetRow, login: string, judge: Judge, known?: Known): number | null {
	const text = row.at('area');
	if (text === '') return null;
	const named = (known?.areas ?? []).filter(({ id, name }) => name === text || String(id) === text);
	if (named.length === 1) return named[0]!.id;
	judge.refuse(row, named.length > 1 ? 'area_ambiguous' : 'unknown_area', login, text);
	return null;
}
