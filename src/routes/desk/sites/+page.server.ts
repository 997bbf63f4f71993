import { readCity } from '#lib/cases/cases.server.ts';
import { deskRoles, reading } from '#lib/cases/desk.server.ts';
import { readSubjects, subjectsAtOnce } from '#lib/enforcement/enforcement.server.ts';
import { requireStaff } from '#lib/staff/session.server.ts';
import type { PageServerLoad } from './$types';

/** Sites that cases are about: all of them for the desk, a unit's own for its people. */
export const load: PageServerLoad = async (event) => {
	const { accessToken } = requireStaff(event, deskRoles);
	const words = event.url.searchParams.get('q')?.trim().slice(0, 80) || null;
	const after = Math.min(Math.max(Number.parseInt(event.url.searchParams.get('after') ?? '') || 0, 0), 1e6);
	return reading(event.locals.language, async () => {
		const [list, city] = await Promise.all([readSubjects(accessToken, 'site', words, after), readCity()]);
		return { list, words, after, atOnce: subjectsAtOnce, timeZone: city.time_zone };
	});
};
