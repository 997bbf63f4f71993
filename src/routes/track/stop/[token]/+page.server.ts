import { fail, type Actions } from '@sveltejs/kit';
import { ApiProblem } from '#lib/database/problem.ts';
import { problemSentence } from '#lib/reports/problem-document.ts';
import { isStopToken, stopUpdates } from '#lib/reports/updates.server.ts';
import { readForm } from '#server/form.ts';
import type { PageServerLoad } from './$types';

// Mail programs open links to look what is behind them: only the button, or a mail program's own (RFC 8058), erases.
export const load: PageServerLoad = ({ params, setHeaders }) => {
	setHeaders({ 'cache-control': 'no-store', 'x-robots-tag': 'noindex' });
	return { isKnown: isStopToken(params.token) };
};

export const actions: Actions = {
	default: async ({ params, request, locals }) => {
		try {
			await readForm(request);
			await stopUpdates(params.token ?? '');
			return { isDone: true };
		} catch (error) {
			if (!(error instanceof ApiProblem)) throw error;
			return fail(error.status, { problem: problemSentence(error.code, locals.language, error.detail) });
		}
	}
};
