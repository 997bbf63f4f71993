import { fail, redirect } from '@sveltejs/kit';
import { readCity } from '#lib/cases/cases.server.ts';
import { deskRoles, reading } from '#lib/cases/desk.server.ts';
import { refusalOf } from '#lib/cases/refusal.ts';
import { wordsOf } from '#lib/cases/words.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { findVehicle, readSubjects, subjectsAtOnce } from '#lib/enforcement/enforcement.server.ts';
import { requireStaff } from '#lib/staff/session.server.ts';
import { readForm } from '#server/form.ts';
import type { Actions, PageServerLoad } from './$types';

/** Vehicles that cases are about: all of them for the desk, a unit's own for its people. */
export const load: PageServerLoad = async (event) => {
	const { accessToken } = requireStaff(event, deskRoles);
	const after = Math.min(Math.max(Number.parseInt(event.url.searchParams.get('after') ?? '') || 0, 0), 1e6);
	return reading(event.locals.language, async () => {
		const [list, city] = await Promise.all([readSubjects(accessToken, 'vehicle', null, after), readCity()]);
		return { list, after, atOnce: subjectsAtOnce, timeZone: city.time_zone };
	});
};

export const actions: Actions = {
	/** A plate is asked for in a form's body: in an address it would stay in histories and logs. It does not come back either. */
	plate: async (event) => {
		const { accessToken } = requireStaff(event, deskRoles);
		let found: string | null;
		try {
			found = await findVehicle(accessToken, wordsOf(await readForm(event.request), 'plate'));
		} catch (problem) {
			if (!(problem instanceof ApiProblem)) throw problem;
			return fail(problem.status, { refusal: refusalOf(problem, 'plate', {}, event.locals.language) });
		}
		if (!found) return { isUnknown: true };
		redirect(303, `/desk/vehicles/${found}`);
	}
};
