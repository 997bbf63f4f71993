import { fail, redirect } from '@sveltejs/kit';
import { uuidv7 } from 'uuidv7';
import { decideReport, findCase, readCity, readReport } from '#lib/cases/cases.server.ts';
import { readDecision } from '#lib/cases/decision.ts';
import { backTo, deskRoles, reading } from '#lib/cases/desk.server.ts';
import type { Decided } from '#lib/cases/incoming.ts';
import { refusalOf } from '#lib/cases/refusal.ts';
import { isUuid, typedIn, wordsOf } from '#lib/cases/words.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { requireStaff } from '#lib/staff/session.server.ts';
import { hasRole } from '#lib/staff/staff.ts';
import { readForm } from '#server/form.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const { accessToken } = requireStaff(event, deskRoles);
	const { id } = event.params;
	return reading(event.locals.language, async () => {
		if (!isUuid(id)) throw new ApiProblem(404, 'not_found');
		const readAt = Date.now();
		const [report, { categories }] = await Promise.all([readReport(accessToken, id), readCity()]);
		// One for each form on the page: pressed twice, a decision is made once.
		const forms = [...report.decisions.map(({ decision }) => decision), 'duplicate'];
		return {
			report,
			readAt,
			categories,
			place: { lng: report.lng, lat: report.lat, accuracy_m: report.accuracy_m, street_id: report.street_id },
			requestIds: Object.fromEntries(forms.map((name) => [name, uuidv7()]))
		};
	});
};

export const actions: Actions = {
	decide: async (event) => {
		const staff = requireStaff(event, deskRoles);
		const { id } = event.params;
		let form = new FormData();
		let decided: Decided;
		try {
			form = await readForm(event.request);
			if (!isUuid(id)) throw new ApiProblem(404, 'not_found');
			const request = readDecision(form);
			if (!request) throw new ApiProblem(422, 'bad_request');
			if (request.decision === 'merge' && request.case_id === null) {
				request.case_id = await findCase(staff.accessToken, wordsOf(form, 'case_number') ?? '');
			}
			decided = await decideReport(staff.accessToken, id, request);
		} catch (problem) {
			if (!(problem instanceof ApiProblem)) throw problem;
			const about = form.has('case_id') ? 'duplicate' : `decide:${form.get('decision')}`;
			return fail(problem.status, {
				refusal: refusalOf(problem, about, typedIn(form), event.locals.language)
			});
		}
		// Whoever decides on site no longer sees the report itself, but may see the case it went into.
		const seesReports = hasRole(staff, 'registrar', 'dispatcher', 'closer', 'office');
		const next = decided.case_id ? `/desk/cases/${decided.case_id}` : '/desk';
		redirect(303, backTo(event.url, seesReports ? `/desk/reports/${id}` : next));
	}
};
