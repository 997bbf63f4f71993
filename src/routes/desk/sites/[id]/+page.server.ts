import { fail } from '@sveltejs/kit';
import { readCity } from '#lib/cases/cases.server.ts';
import { deskRoles, reading } from '#lib/cases/desk.server.ts';
import { refusalOf } from '#lib/cases/refusal.ts';
import { isUuid, typedIn, uuidOf, wordsOf } from '#lib/cases/words.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { readSubject } from '#lib/enforcement/enforcement.server.ts';
import { reveal } from '#lib/particulars/particulars.server.ts';
import { requireStaff } from '#lib/staff/session.server.ts';
import { readForm } from '#server/form.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const { accessToken } = requireStaff(event, deskRoles);
	const { id } = event.params;
	return reading(event.locals.language, async () => {
		if (!isUuid(id)) throw new ApiProblem(404, 'not_found');
		const [subject, city] = await Promise.all([readSubject(accessToken, { site_id: id }), readCity()]);
		return {
			subject,
			timeZone: city.time_zone,
			reasons: city.reasons.filter(({ move }) => move === 'reveal')
		};
	});
};

export const actions: Actions = {
	reveal: async (event) => {
		const { accessToken } = requireStaff(event, deskRoles);
		let form = new FormData();
		try {
			form = await readForm(event.request);
			const id = uuidOf(form, 'particular_id');
			if (!id) throw new ApiProblem(404, 'not_found');
			return { revealed: await reveal(accessToken, id, wordsOf(form, 'reason_code'), wordsOf(form, 'note')) };
		} catch (problem) {
			if (!(problem instanceof ApiProblem)) throw problem;
			return fail(problem.status, {
				refusal: refusalOf(problem, 'reveal', typedIn(form), event.locals.language)
			});
		}
	}
};
