import { ApiProblem } from '#lib/database/problem.ts';
import { readCity } from '#lib/staff/demo.server.ts';
import { log } from '#server/log.ts';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = async ({ locals }) => ({
	language: locals.language,
	person: locals.staff && { name: locals.staff.name },
	city: await nameCity(locals.requestId)
});

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
