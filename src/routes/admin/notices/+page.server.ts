import { fail } from '@sveltejs/kit';
import { cityNow } from '#lib/database/city-now.server.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { readTemplates, setTemplate } from '#lib/enforcement/enforcement.server.ts';
import { problemSentence } from '#lib/reports/problem-document.ts';
import { requireStaff } from '#lib/staff/session.server.ts';
import { readForm } from '#server/form.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	const { accessToken } = requireStaff(event, ['office', 'admin']);
	const [templates, city] = await Promise.all([readTemplates(accessToken), cityNow<{ time_zone: string }>()]);
	return { ...templates, timeZone: city.time_zone };
};

export const actions: Actions = {
	save: async (event) => {
		const { accessToken } = requireStaff(event, ['office', 'admin']);
		const typed = { kind: '', title: '', body: '' };
		try {
			const form = await readForm(event.request);
			for (const name of ['kind', 'title', 'body'] as const) {
				const value = form.get(name);
				typed[name] = typeof value === 'string' ? value.slice(0, 4000) : '';
			}
			const based = Number(form.get('based_on'));
			const { version } = await setTemplate(accessToken, {
				...typed,
				based_on: Number.isInteger(based) && based > 0 ? based : null
			});
			return { saved: { kind: typed.kind, version } };
		} catch (problem) {
			if (!(problem instanceof ApiProblem)) throw problem;
			return fail(problem.status, {
				typed,
				problem: problemSentence(problem.code, event.locals.language, problem.detail)
			});
		}
	}
};
