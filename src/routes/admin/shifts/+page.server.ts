import { call } from '#lib/database/client.server.ts';
import { localDay } from '#lib/live/local-day.ts';
import { readForm } from '#server/form.ts';
import { administrator, answering } from '../admin.server.ts';
import type { Actions, PageServerLoad } from './$types';

export interface Shift {
	id: number;
	version: number;
	unit: string;
	unit_name: string;
	unit_name_en: string | null;
	name: string;
	starts: string;
	ends: string;
	weekdays: number[];
	first_day: string;
	last_day: string | null;
	members: { id: string; name: string; is_active: boolean }[];
}
interface Person {
	id: string;
	name: string;
	is_active: boolean;
	roles: { role: string; unit: string | null; valid_to: string | null }[];
}

export const load: PageServerLoad = async (event) => {
	const { client } = administrator(event);
	const [{ shifts }, { units }, { staff }, city] = await Promise.all([
		call<{ shifts: Shift[] }>(client, 'shifts'),
		call<{ units: { key: string; name: string; name_en: string | null }[] }>(client, 'units'),
		call<{ staff: Person[] }>(client, 'staff_list'),
		call<{ time_zone: string }>(client, 'city')
	]);
	const now = Date.now();
	const today = localDay(new Date(), city.time_zone);
	return {
		shifts,
		units,
		// Whoever goes out: teams, handlers, inspectors who are here today.
		people: staff
			.filter(
				(person) =>
					person.is_active &&
					person.roles.some(
						({ role, valid_to }) =>
							['team', 'unit_handler', 'inspector', 'volunteer'].includes(role) &&
							(valid_to === null || new Date(valid_to).getTime() > now)
					)
			)
			.map(({ id, name, roles }) => ({ id, name, unit: roles.find(({ unit }) => unit)?.unit ?? null })),
		editing: shifts.find(({ id }) => String(id) === event.url.searchParams.get('edit')) ?? null,
		today
	};
};

export const actions: Actions = {
	default: async (event) => {
		const request = event.request.clone();
		return answering(event, async (words, client) => {
			const form = await readForm(request);
			// Boxes of one name: the words of a form know only the last.
			const days = form.getAll('weekday').map(String);
			const members = form.getAll('member').map(String);
			Object.assign(words, { weekdays: days.join(), members: members.join() });
			await call(client, 'save_shift', {
				shift: {
					...(words.id ? { id: Number(words.id), version: Number(words.version) } : {}),
					unit: words.unit ?? '',
					name: words.name ?? '',
					starts: words.starts ?? '',
					ends: words.ends ?? '',
					weekdays: days.filter((day) => /^[1-7]$/.test(day)).map(Number),
					first_day: words.first_day ?? '',
					last_day: words.last_day || null,
					members
				}
			});
			return { said: true };
		});
	}
};
