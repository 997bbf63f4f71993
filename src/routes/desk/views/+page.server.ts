import { fail, redirect } from '@sveltejs/kit';
import { deskRoles, reading } from '#lib/cases/desk.server.ts';
import { keepTab, readViews, removeView, saveView } from '#lib/cases/saved-views.server.ts';
import { canonicalQuery } from '#lib/cases/saved-views.ts';
import { isUuid, typedIn, uuidOf, wordsOf, type Typed } from '#lib/cases/words.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { problemSentence } from '#lib/reports/problem-document.ts';
import { requireStaff } from '#lib/staff/session.server.ts';
import type { Role } from '#lib/staff/staff.ts';
import { readForm } from '#server/form.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

export const load: PageServerLoad = async (event) => {
	const staff = requireStaff(event, deskRoles);
	return reading(event.locals.language, async () => ({
		isFull: false,
		views: await readViews(staff.accessToken),
		roles: [...new Set(staff.roles.map(({ role }) => role as Role))],
		/** The list one came from, and goes back to. */
		query: canonicalQuery(event.url.search.slice(1)).query
	}));
};

/** One change of the caller's views, from a form. A refusal comes back with what was typed. */
async function change(
	event: RequestEvent,
	work: (accessToken: string, form: FormData) => Promise<string | null>
) {
	const { accessToken } = requireStaff(event, deskRoles);
	let form = new FormData();
	let next: string | null;
	try {
		form = await readForm(event.request);
		next = await work(accessToken, form);
	} catch (problem) {
		if (!(problem instanceof ApiProblem)) throw problem;
		const typed: Typed = typedIn(form);
		return fail(problem.status, {
			problem: problemSentence(problem.code, event.locals.language, problem.detail),
			typed
		});
	}
	if (next !== null) redirect(303, next);
	return { isDone: true };
}

function idIn(form: FormData): string {
	const id = uuidOf(form, 'id');
	if (!isUuid(id)) throw new ApiProblem(404, 'not_found');
	return id;
}

export const actions: Actions = {
	save: (event) =>
		change(event, async (accessToken, form) => {
			const query = wordsOf(form, 'query') ?? '';
			const id = uuidOf(form, 'id');
			const kept = await saveView(accessToken, {
				id,
				name: wordsOf(form, 'name') ?? '',
				query,
				sharedWith: wordsOf(form, 'shared_with')
			});
			if (id !== null) return null;
			if (form.has('is_tab')) await keepTab(accessToken, kept, true, false);
			return `/desk?${canonicalQuery(query).query}`;
		}),

	remove: (event) =>
		change(event, async (accessToken, form) => {
			await removeView(accessToken, idIn(form));
			return null;
		}),

	tab: (event) =>
		change(event, async (accessToken, form) => {
			const kept = wordsOf(form, 'keep');
			await keepTab(accessToken, idIn(form), kept !== 'off', kept === 'default');
			return null;
		})
};
