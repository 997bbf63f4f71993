import { fail, redirect } from '@sveltejs/kit';
import { uuidv7 } from 'uuidv7';
import { readCaseTime } from '#lib/cases/case-time.server.ts';
import {
	attachEvidence,
	correctPlace,
	moveCase,
	readCase,
	readCity,
	readDispatchReason,
	readUnits
} from '#lib/cases/cases.server.ts';
import { backTo, deskRoles, reading } from '#lib/cases/desk.server.ts';
import { readEvidence } from '#lib/cases/evidence.server.ts';
import { readMove } from '#lib/cases/move.ts';
import { refusalOf } from '#lib/cases/refusal.ts';
import { decimalOf, isUuid, numberOf, typedIn, uuidOf, wordsOf } from '#lib/cases/words.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { readEnforcement } from '#lib/enforcement/enforcement.server.ts';
import { localDay } from '#lib/live/local-day.ts';
import { requireStaff } from '#lib/staff/session.server.ts';
import { hasRole } from '#lib/staff/staff.ts';
import { readForm } from '#server/form.ts';
import { kerbActions } from './kerb.server.ts';
import { timeActions } from './time.server.ts';
import type { Actions, PageServerLoad } from './$types';

const day = 86_400_000;

export const load: PageServerLoad = async (event) => {
	const staff = requireStaff(event, deskRoles);
	const { accessToken } = staff;
	const { id } = event.params;
	event.depends('kerbside:case');
	return reading(event.locals.language, async () => {
		if (!isUuid(id)) throw new ApiProblem(404, 'not_found');
		const readAt = Date.now();
		const [detail, units, city, dispatch, kerb, time] = await Promise.all([
			readCase(accessToken, id),
			readUnits(accessToken),
			readCity(),
			readDispatchReason(accessToken, id),
			readEnforcement(accessToken, id),
			readCaseTime(accessToken, id)
		]);
		return {
			detail,
			readAt,
			units,
			dispatch,
			dispatchPlace: {
				reasons: city.reasons.filter(({ move }) => move === 'correct_place'),
				bbox: city.bbox,
				streetsVersion: city.streets_version,
				requestId: uuidv7()
			},
			kerb,
			reasons: city.reasons,
			kerbRequestId: uuidv7(),
			time,
			timeRequestId: uuidv7(),
			mayAttach: hasRole(staff, 'team', 'unit_handler', 'inspector', 'closer', 'registrar'),
			tomorrow: localDay(new Date(Date.now() + day), city.time_zone),
			place: { lng: detail.lng, lat: detail.lat, accuracy_m: detail.accuracy_m, street_id: detail.street_id },
			// One for each form on the page: pressed twice, a move is made once.
			requestIds: Object.fromEntries(detail.moves.map(({ move }) => [move, uuidv7()]))
		};
	});
};

export const actions: Actions = {
	...kerbActions,
	...timeActions,
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

	dispatchPlace: async (event) => {
		const { accessToken } = requireStaff(event, deskRoles);
		const { id } = event.params;
		let form = new FormData();
		try {
			form = await readForm(event.request);
			if (!isUuid(id)) throw new ApiProblem(404, 'not_found');
			const [lng, lat] = [decimalOf(form, 'lng'), decimalOf(form, 'lat')];
			if (lng === null || lat === null) throw new ApiProblem(422, 'bad_coordinates', { field: 'lng' });
			await correctPlace(accessToken, id, {
				lng,
				lat,
				expected_version: numberOf(form, 'expected_version'),
				reason_code: wordsOf(form, 'reason_code'),
				note: wordsOf(form, 'note'),
				request_id: uuidOf(form, 'request_id')
			});
		} catch (problem) {
			if (!(problem instanceof ApiProblem)) throw problem;
			return fail(problem.status, {
				refusal: refusalOf(problem, 'dispatch:place', typedIn(form), event.locals.language)
			});
		}
		redirect(303, backTo(event.url, `/desk/cases/${id}`));
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
