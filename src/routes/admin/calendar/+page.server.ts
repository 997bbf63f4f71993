import { call } from '#lib/database/client.server.ts';
import { administrator } from '../admin.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const { client } = administrator(event);
	const { days, hours, known_years } = await call<{
		days: { day: string; is_workday: boolean; name: string }[];
		hours: { weekday: number; starts: string; ends: string }[];
		known_years: number[];
	}>(client, 'calendar');
	const year = new Date().getFullYear();
	return {
		days,
		hours,
		// The next year's calendar is published in November; from then on its absence matters.
		missing: [year, ...(new Date().getMonth() >= 10 ? [year + 1] : [])].filter(
			(one) => !known_years.includes(one)
		)
	};
};
