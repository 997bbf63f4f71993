import { fail } from '@sveltejs/kit';
import { dayAfter, readDay, startOfDay } from '#lib/city/office/cells.ts';
import { call } from '#lib/database/client.server.ts';
import { getHome } from '#lib/database/home.server.ts';
import { openAccount } from '#lib/database/open-account.server.ts';
import { m } from '#lib/i18n/messages.ts';
import { emailOf, isLogin, isOwnAddress } from '#lib/staff/login.ts';
import { makePassword } from '#lib/staff/password.ts';
import { isPersona } from '#lib/staff/personas.ts';
import { roles, type Role } from '#lib/staff/staff.ts';
import { administrator, answering } from '../admin.server.ts';
import type { Actions, PageServerLoad } from './$types';

interface HeldRole {
	role: Role;
	role_name: string;
	role_name_en: string;
	unit_id: number | null;
	unit: string | null;
	area_id: number | null;
	area: string | null;
	valid_from: string;
	valid_to: string | null;
}
interface Person {
	id: string;
	name: string;
	login: string | null;
	is_active: boolean;
	is_locked: boolean;
	roles: HeldRole[];
}

export const load: PageServerLoad = async (event) => {
	const { client, staff: me } = administrator(event);
	const [{ staff }, { units }, { areas }, city] = await Promise.all([
		call<{ staff: Person[] }>(client, 'staff_list'),
		call<{ units: { key: string; name: string; name_en: string | null }[] }>(client, 'units'),
		call<{ areas: { id: number; name: string; name_en: string | null; kind: string }[] }>(client, 'areas'),
		call<{ time_zone: string }>(client, 'city')
	]);
	const now = Date.now();
	return {
		staff: staff.map((person) => ({
			...person,
			isDemo: isPersona(person.id),
			isMe: person.id === me.id,
			isOver:
				!person.is_active ||
				!person.roles.some(({ valid_to }) => valid_to === null || new Date(valid_to).getTime() > now)
		})),
		units,
		areas: areas
			.filter(({ kind }) => kind === 'duty_grid')
			.map(({ id, name, name_en }) => ({ id, name, name_en })),
		timeZone: city.time_zone
	};
};

export const actions: Actions = {
	add: (event) =>
		answering(event, async (words, client) => {
			const login = (words.login ?? '').toLowerCase();
			const role = roles.find((one) => one === words.role);
			if (!words.name) return fail(422, { problem: m.admin_name_needed(), words });
			if (!isLogin(login)) return fail(422, { problem: m.admin_staff_bad_login(), words });
			if (!role) return fail(422, { problem: m.admin_staff_role_needed(), words });
			if ((role === 'team' || role === 'unit_handler') && !words.unit)
				return fail(422, { problem: m.admin_staff_unit_needed(), words });
			const until = words.until ? readDay(words.until) : null;
			if (until === undefined) return fail(422, { problem: m.admin_staff_bad_day(), words });
			const [{ staff }, { units }, { areas }, city] = await Promise.all([
				call<{ staff: Person[] }>(client, 'staff_list'),
				call<{ units: { key: string }[] }>(client, 'units'),
				call<{ areas: { id: number }[] }>(client, 'areas'),
				call<{ time_zone: string }>(client, 'city')
			]);
			if (words.unit && !units.some(({ key }) => key === words.unit))
				return fail(422, { problem: m.admin_unit_parent_unknown(), words });
			if (words.area && !areas.some(({ id }) => String(id) === words.area))
				return fail(422, { problem: m.admin_staff_area_unknown(), words });
			const known = staff.find((person) => person.login === login);
			const held = {
				role,
				...(words.unit ? { unit: words.unit } : {}),
				...(words.area ? { area_id: Number(words.area) } : {}),
				...(until ? { valid_to: startOfDay(dayAfter(until), city.time_zone) } : {})
			};
			const others = (known?.roles ?? []).map(({ role, unit_id, area_id, valid_from, valid_to }) => ({
				role,
				...(unit_id === null ? {} : { unit_id }),
				...(area_id === null ? {} : { area_id }),
				valid_from,
				...(valid_to === null ? {} : { valid_to })
			}));
			const enter = async (id: string) => {
				await call(client, 'upsert_staff', {
					staff: { id, name: known?.name ?? words.name, login, roles: [...others, held] }
				});
			};
			const email = emailOf(login);
			const password = known ? null : makePassword();
			if (password === null) await enter(known!.id);
			else await openAccount(getHome(), { email, password, mayReplace: isOwnAddress(email) }, enter);
			return {
				said: known
					? m.admin_staff_role_added({ name: known.name })
					: m.admin_staff_added({ name: words.name }),
				login,
				password
			};
		})
};
