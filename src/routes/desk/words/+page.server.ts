import { fail } from '@sveltejs/kit';
import { readTerms, writeTerms } from '#lib/cases/cases.server.ts';
import { reading } from '#lib/cases/desk.server.ts';
import { refusalOf } from '#lib/cases/refusal.ts';
import { typedIn, wordsOf } from '#lib/cases/words.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { requireStaff } from '#lib/staff/session.server.ts';
import type { Role } from '#lib/staff/staff.ts';
import { readForm } from '#server/form.ts';
import type { Actions, PageServerLoad } from './$types';

const keepers: readonly Role[] = ['registrar', 'office', 'admin'];

export const load: PageServerLoad = async (event) => {
	const { accessToken } = requireStaff(event, keepers);
	return reading(event.locals.language, async () => ({ categories: await readTerms(accessToken) }));
};

export const actions: Actions = {
	save: async (event) => {
		const { accessToken } = requireStaff(event, keepers);
		let form = new FormData();
		try {
			form = await readForm(event.request);
			const category = wordsOf(form, 'category') ?? '';
			const terms = (wordsOf(form, 'terms') ?? '').split(/[\n,，、]/).map((term) => term.trim());
			await writeTerms(accessToken, category, terms.filter(Boolean));
			return { saved: category };
		} catch (problem) {
			if (!(problem instanceof ApiProblem)) throw problem;
			const refusal = refusalOf(problem, String(form.get('category')), typedIn(form), event.locals.language);
			return fail(problem.status, { refusal });
		}
	}
};
