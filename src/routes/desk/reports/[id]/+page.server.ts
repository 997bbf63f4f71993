import { fail, redirect } from '@sveltejs/kit';
import { uuidv7 } from 'uuidv7';
import {
	attachToReport,
	decideReport,
	findCase,
	readCity,
	readReport,
	splitReport,
	undoDecision,
	unmergeReport
} from '#lib/cases/cases.server.ts';
import { readDecision } from '#lib/cases/decision.ts';
import { backTo, deskRoles, reading } from '#lib/cases/desk.server.ts';
import type { Decided } from '#lib/cases/incoming.ts';
import { refusalOf, type Refusal } from '#lib/cases/refusal.ts';
import { readEvidence } from '#lib/cases/evidence.server.ts';
import { isUuid, typedIn, uuidOf, wordsOf } from '#lib/cases/words.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { requireStaff } from '#lib/staff/session.server.ts';
import { hasRole } from '#lib/staff/staff.ts';
import { readForm } from '#server/form.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

export const load: PageServerLoad = async (event) => {
	const { accessToken } = requireStaff(event, deskRoles);
	const { id } = event.params;
	event.depends('desk:report');
	return reading(event.locals.language, async () => {
		if (!isUuid(id)) throw new ApiProblem(404, 'not_found');
		const readAt = Date.now();
		const [report, { categories }] = await Promise.all([readReport(accessToken, id), readCity()]);
		// One for each form on the page: pressed twice, a decision is made once.
		const forms = [
			...report.decisions.map(({ decision }) => decision),
			'duplicate',
			'split',
			'unmerge',
			'undo'
		];
		return {
			report,
			/** Made here, so that a split that is sent twice is one. */
			splitId: uuidv7(),
			readAt,
			categories,
			place: { lng: report.lng, lat: report.lat, accuracy_m: report.accuracy_m, street_id: report.street_id },
			requestIds: Object.fromEntries(forms.map((name) => [name, uuidv7()]))
		};
	});
};

/** A step about this report; what is refused goes back into its form. */
async function step<T>(
	event: RequestEvent,
	about: string,
	work: (accessToken: string, form: FormData) => Promise<T>
): Promise<{ answer: T } | { refused: ReturnType<typeof fail<{ refusal: Refusal }>> }> {
	const { accessToken } = requireStaff(event, deskRoles);
	let form = new FormData();
	try {
		form = await readForm(event.request);
		if (!isUuid(event.params.id)) throw new ApiProblem(404, 'not_found');
		return { answer: await work(accessToken, form) };
	} catch (problem) {
		if (!(problem instanceof ApiProblem)) throw problem;
		const refusal = refusalOf(problem, about, typedIn(form), event.locals.language);
		return { refused: fail(problem.status, { refusal }) };
	}
}

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
	},
	/** A second matter becomes a report of its own, which is opened. */
	split: async (event) => {
		const { id } = event.params;
		const done = await step(event, 'split', (accessToken, form) =>
			splitReport(accessToken, id, {
				new_id: uuidOf(form, 'new_id') ?? uuidv7(),
				category: wordsOf(form, 'category') ?? '-',
				description: wordsOf(form, 'description') ?? ' ',
				request_id: uuidOf(form, 'request_id')
			})
		);
		if ('refused' in done) return done.refused;
		redirect(303, backTo(event.url, `/desk/reports/${done.answer.id}`));
	},
	/** Out of its case again. */
	unmerge: async (event) => {
		const { id } = event.params;
		const done = await step(event, 'unmerge', (accessToken, form) =>
			unmergeReport(accessToken, id, {
				reason_code: wordsOf(form, 'reason_code'),
				note: wordsOf(form, 'note'),
				request_id: uuidOf(form, 'request_id')
			})
		);
		if ('refused' in done) return done.refused;
		redirect(303, backTo(event.url, `/desk/reports/${id}`));
	},
	/** Takes back one's own decision while it is a minute old. */
	undo: async (event) => {
		const { id } = event.params;
		const done = await step(event, 'undo', (accessToken, form) =>
			undoDecision(accessToken, id, uuidOf(form, 'request_id'))
		);
		if ('refused' in done) return done.refused;
		redirect(303, backTo(event.url, `/desk/reports/${id}`));
	},
	/** A photo of what somebody sees on site. */
	attach: async (event) => {
		const { id } = event.params;
		const done = await step(event, 'attach', async (accessToken, form) => {
			const evidence = await readEvidence(form);
			await attachToReport(accessToken, id, evidence);
			return evidence.role;
		});
		if ('refused' in done) return done.refused;
		return { attached: { counts_as_proof: false, why_not: null, role: done.answer } };
	}
};
