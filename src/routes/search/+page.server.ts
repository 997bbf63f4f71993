import { redirect } from '@sveltejs/kit';
import { ApiProblem } from '#lib/database/problem.ts';
import { problemSentence } from '#lib/reports/problem-document.ts';
import { namesSomebody, plainQuery } from '#lib/streets/search.ts';
import { search } from '#lib/streets/streets.server.ts';
import type { PageServerLoad } from './$types';

const rows = 30;

export const load: PageServerLoad = async ({ url, locals, setHeaders }) => {
	const query = plainQuery(url.searchParams.get('q'));
	setHeaders({ 'cache-control': 'private, no-store' });
	if (namesSomebody(query)) redirect(303, '/search?personal=1');
	try {
		return {
			query,
			found: await search(locals.staff?.accessToken ?? null, query, rows),
			isPersonal: url.searchParams.has('personal'),
			problem: null
		};
	} catch (problem) {
		if (!(problem instanceof ApiProblem)) throw problem;
		return {
			query,
			found: null,
			isPersonal: false,
			problem: problemSentence(problem.code, locals.language, problem.detail)
		};
	}
};
