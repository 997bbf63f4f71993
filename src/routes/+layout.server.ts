import { getHome } from '#lib/database/home.server.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { readCity } from '#lib/staff/demo.server.ts';
import { screensFor } from '#lib/staff/screens.ts';
import { isTheme, themeCookie } from '#lib/ui/theme.ts';
import { log } from '#server/log.ts';
import { getSettings } from '#server/settings.ts';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = async ({ locals, cookies, depends }) => {
	depends('kerbside:seeding');
	const theme = cookies.get(themeCookie);
	return {
		language: locals.language,
		theme: isTheme(theme) ? theme : ('auto' as const),
		person: locals.staff && { name: locals.staff.name },
		screens: screensFor(locals.staff),
		city: await nameCity(locals.requestId),
		/** The map beneath ours, if the city has chosen one; null: our own tiles. */
		basemap: getSettings().basemap,
		/** How much of the demo's past has been made; null when all of it is there. */
		seeding: getHome().seeding ?? null
	};
};

/** The frame of a page must stand even while the database does not answer: signing in, errors, offline forms. */
async function nameCity(id: string) {
	try {
		const { name, name_en, time_zone, is_demo, attribution } = await readCity();
		return { name, name_en, time_zone, is_demo, attribution };
	} catch (problem) {
		if (!(problem instanceof ApiProblem)) throw problem;
		log.warn('city_unread', { id, code: problem.code });
		return null;
	}
}
