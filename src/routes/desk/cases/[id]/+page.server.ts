import { fail, redirect } from '@sveltejs/kit';
import { uuidv7 } from 'uuidv7';
import { attachEvidence, moveCase, readCase, readCity, readUnits } from '#lib/cases/cases.server.ts';
import { backTo, deskRoles, reading } from '#lib/cases/desk.server.ts';
import { readEvidence } from '#lib/cases/evidence.server.ts';
import { readMove } from '#lib/cases/move.ts';
import { refusalOf } from '#lib/cases/refusal.ts';
import { isUuid, typedIn } from '#lib/cases/words.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { localDay } from '#lib/live/local-day.ts';
import { requireStaff } from '#lib/staff/session.server.ts';
import { hasRole } from '#lib/staff/staff.ts';
import { readForm } from '#server/form.ts';
import type { Actions, PageServerLoad } from './$types';

const day = 86_400_000;

export const load: PageServerLoad = async (event) => {
	const staff = requireStaff(event, deskRoles);
	const { accessToken } = staff;
	const { id } = event.params;
	return reading(event.locals.language, async () => {
		if (!isUuid(id)) throw new ApiProblem(404, 'not_found');
		const readAt = Date.now();
		const [detail, units, city] = await Promise.all([
			readCase(accessToken, id),
			readUnits(accessToken),
			readCity()
		]);
		return {
			detail,
			readAt,
			units,
			mayAttach: hasRole(staff, 'team', 'unit_handler', 'inspector', 'closer', 'registrar'),
			tomorrow: localDay(new Date(Date.now() + day), city.time_zone),
			place: { lng: detail.lng, lat: detail.lat, accuracy_m: detail.accuracy_m, street_id: detail.street_id },
			// One for each form on the page: pressed twice, a move is made once.
			requestIds: Object.fromEntries(detail.moves.map(({ move }) => [move, uuidv7()]))
		};
	});
};

export const actions: Actions = {
	move: async (event) => {
		const { accessToken } = requireStaff(event, deskRoles);
		const { id } = event.params;
		let form = new FormData();
		let isOutOfSight: boolean;
		try {
			form = await readForm(event.request);
			if (!isUuid(id)) throw new ApiProblem(404, 'not_found');
			const request = readMove(form, (await readCity()).time_zone);
			if (!request) throw new ApiProblem(422, 'bad_request');
			isOutOfSight = 'out_of_sight' in (await moveCase(accessToken, id, request));
		} catch (problem) {
			if (!(problem instanceof ApiProblem)) throw problem;
			const about = `move:${form.get('move')}`;
			return fail(problem.status, {
				refusal: refusalOf(problem, about, typedIn(form), event.locals.language)
			});
		}
		redirect(303, backTo(event.url, isOutOfSight ? '/desk' : `/desk/cases/${id}`));
	},

	attach: async (event) => {
		const { accessToken } = requireStaff(event, deskRoles);
		const { id } = event.params;
		let form = new FormData();
		try {
			form = await readForm(event.request);
			if (!isUuid(id)) throw new ApiProblem(404, 'not_found');
			const evidence = await readEvidence(form);
			const answer = await attachEvidence(accessToken, id, evidence);
			return { evidence: { ...answer, role: evidence.role } };
		} catch (problem) {
			if (!(problem instanceof ApiProblem)) throw problem;
			return fail(problem.status, {
				refusal: refusalOf(problem, 'attach', typedIn(form), event.locals.language)
			});
		}
	}
};
