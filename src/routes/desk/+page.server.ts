import { fail } from '@sveltejs/kit';
import { uuidv7 } from 'uuidv7';
import { decideSeveral, undoSeveral } from '#lib/cases/deciding.server.ts';
import { deskRoles } from '#lib/cases/desk.server.ts';
import type { Outcome } from '#lib/cases/outcome.ts';
import { refusalOf } from '#lib/cases/refusal.ts';
import { typedIn } from '#lib/cases/words.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { requireStaff } from '#lib/staff/session.server.ts';
import { readForm } from '#server/form.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

export const load: PageServerLoad = () => ({ batchId: uuidv7() });

type Work = (accessToken: string, form: FormData, locale: App.Locals['language']) => Promise<Outcome[]>;

async function several(event: RequestEvent, about: string, work: Work) {
	const { accessToken } = requireStaff(event, deskRoles);
	let form = new FormData();
	try {
		form = await readForm(event.request);
		return { outcomes: await work(accessToken, form, event.locals.language) };
	} catch (problem) {
		if (!(problem instanceof ApiProblem)) throw problem;
		return fail(problem.status, { refusal: refusalOf(problem, about, typedIn(form), event.locals.language) });
	}
}

export const actions: Actions = {
	/** One decision about the selected reports. */
	decide: (event) => several(event, 'several', decideSeveral),
	/** Takes back what was decided within the last minute. */
	undo: (event) => several(event, 'undo', undoSeveral)
};
