import { randomUUID } from 'node:crypto';
import { fail } from '@sveltejs/kit';
import type { CalendarDay, WorkingHours } from '#lib/city/office/calendar.ts';
import { readDay } from '#lib/city/office/cells.ts';
import { call, type Client } from '#lib/database/client.server.ts';
import { m } from '#lib/i18n/messages.ts';
import { localDay } from '#lib/live/local-day.ts';
import { administrator, answering } from '../admin.server.ts';
import { readDayHours } from './week.ts';
import type { Actions, PageServerLoad } from './$types';

interface Calendar {
	days: CalendarDay[];
	hours: WorkingHours[];
	known_years: number[];
}

export const load: PageServerLoad = async (event) => {
	const { client } = administrator(event);
	const [{ days, hours, known_years }, { time_zone }] = await Promise.all([
		call<Calendar>(client, 'calendar'),
		call<{ time_zone: string }>(client, 'city')
	]);
	const [year = 0, month = 0] = localDay(new Date(), time_zone).split('-').map(Number);
	return {
		days,
		hours,
		// The next year's calendar is published in November; from then on its absence matters.
		missing: [year, ...(month >= 11 ? [year + 1] : [])].filter((one) => !known_years.includes(one))
	};
};

/** As a file would: a year is brought in whole, hours that are not named stay. */
async function bringIn(client: Client, days: CalendarDay[], hours: WorkingHours[]): Promise<void> {
	const source = m.admin_by_hand({}, { locale: 'zh-CN' });
	await call(client, 'import_calendar', {
		import: { id: randomUUID(), source, datum: 'wgs84' },
		days,
		hours
	});
}

async function othersOf(client: Client, day: string): Promise<CalendarDay[]> {
	const { days } = await call<Calendar>(client, 'calendar');
	return days.filter((one) => one.day !== day && one.day.slice(0, 4) === day.slice(0, 4));
}

export const actions: Actions = {
	/** One day, put in or changed. */
	day: (event) =>
		answering(event, async (words, client) => {
			const day = readDay(words.day ?? '');
			if (!day) return fail(422, { problem: m.admin_staff_bad_day(), words });
			const is_workday = words.what === 'work';
			const name = words.name ?? '';
			await bringIn(client, [...(await othersOf(client, day)), { day, is_workday, name }], []);
			return { said: m.admin_saved() };
		}),

	/** One day, as usual again. */
	usual: (event) =>
		answering(event, async (words, client) => {
			const day = readDay(words.day ?? '');
			if (!day) return fail(422, { problem: m.admin_staff_bad_day(), words });
			const others = await othersOf(client, day);
			if (others.length === 0) return fail(409, { problem: m.admin_day_last(), words });
			await bringIn(client, others, []);
			return { said: m.admin_saved() };
		}),

	/** The week's working time. */
	hours: (event) =>
		answering(event, async (words, client) => {
			const week = [1, 2, 3, 4, 5, 6, 7].map((n) => ({
				n,
				hours: readDayHours(words[`hours.${n}`] ?? '', n)
			}));
			const unread = week.find(({ hours }) => hours === null);
			if (unread) return fail(422, { problem: m.admin_hours_unread(), weekday: unread.n, words });
			const hours = week.flatMap((one) => one.hours ?? []);
			if (hours.length === 0) return fail(422, { problem: m.admin_hours_none(), words });
			await bringIn(client, [], hours);
			return { said: m.admin_saved() };
		})
};
