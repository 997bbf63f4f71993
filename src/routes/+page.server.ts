import { call, serviceClient } from '#lib/database/client.server.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { once } from '#lib/staff/once.ts';
import { log } from '#server/log.ts';
import type { PageServerLoad } from './$types';

interface Figures {
	taken_at: string;
	period: { from: string; to: string };
	totals: { received_today: number; open: number; closed: number; overdue: number };
}

// The front page is the one strangers reload: one question to the database serves all of them for ten seconds.
const figures = once<Figures>(10_000);

export const load: PageServerLoad = async ({ locals }) => {
	try {
		const { taken_at, period, totals } = await figures('', () =>
			call<Figures>(serviceClient(), 'wall_figures', { street_ids: [], area_ids: [] })
		);
		const { received_today, open, closed, overdue } = totals;
		return { now: { taken_at, period, received_today, open, closed, overdue } };
	} catch (problem) {
		if (!(problem instanceof ApiProblem)) throw problem;
		log.warn('figures_unread', { id: locals.requestId, code: problem.code });
		return { now: null };
	}
};
