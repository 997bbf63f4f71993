import { call } from '#lib/database/client.server.ts';
import { detectorState } from '#lib/evidence/detector/detector.server.ts';
import { m } from '#lib/i18n/messages.ts';
import { localDay } from '#lib/live/local-day.ts';
import { administrator, answering } from './admin.server.ts';
import type { Actions, PageServerLoad } from './$types';

interface CityAnswer {
	name: string;
	name_en: string | null;
	bbox: [number, number, number, number] | null;
	center: [number, number] | null;
	attribution: string | null;
	time_zone: string;
	is_demo: boolean;
	simulating: boolean;
	has_streets: boolean;
	streets_version: string;
	categories: { code: string; is_leaf: boolean }[];
}

export const load: PageServerLoad = async (event) => {
	const { client } = administrator(event);
	const [city, { areas }, { units }, { staff }, { facilities }, { known_years }] = await Promise.all([
		call<CityAnswer>(client, 'city'),
		call<{ areas: { kind: string; unit_id: number | null }[] }>(client, 'areas'),
		call<{ units: unknown[] }>(client, 'units'),
		call<{ staff: unknown[] }>(client, 'staff_list'),
		call<{ facilities: unknown[] }>(client, 'facilities'),
		call<{ known_years: number[] }>(client, 'calendar')
	]);
	const { categories, ...place } = city;
	const year = Number(localDay(new Date(), city.time_zone).slice(0, 4));
	return {
		place,
		detector: detectorState(),
		counts: {
			areas: areas.length,
			areasWithoutUnit: areas.filter(({ kind, unit_id }) => kind === 'duty_grid' && unit_id === null).length,
			units: units.length,
			staff: staff.length,
			facilities: facilities.length,
			categories: categories.filter(({ is_leaf }) => is_leaf).length
		},
		isYearKnown: known_years.includes(year),
		year
	};
};

export const actions: Actions = {
	city: (event) =>
		answering(event, async (words, client) => {
			if (!words.name) return { problem: m.admin_city_name_needed(), words };
			await call(client, 'set_city', {
				city: { name: words.name, name_en: words.name_en, attribution: words.attribution }
			});
			return { said: m.admin_saved() };
		}),
	simulation: (event) =>
		answering(event, async (words, client) => {
			await call(client, 'set_simulation', { is_on: words.is_on === 'true' });
			return { said: words.is_on === 'true' ? m.admin_simulation_on() : m.admin_simulation_off() };
		})
};
