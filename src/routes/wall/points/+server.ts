import { ApiProblem } from '#lib/database/problem.ts';
import { readPoints } from '#lib/hotspots/hotspots.server.ts';
import { answering, otherMethods } from '#lib/reports/problem-document.ts';
import type { RequestHandler } from './$types';

/** Rates, counts and hotspots on one screen are of one period. */
const days = 30;

/** Where the period's reports lie, for the wall's hotspots: street lines, no fixes, nothing personal. */
export const GET: RequestHandler = ({ locals }) =>
	answering(locals.language, async () => {
		if (!locals.staff) throw new ApiProblem(401, 'sign_in_needed');
		const points = await readPoints(locals.staff.accessToken, days);
		return Response.json(points, { headers: { 'cache-control': 'no-store' } });
	});

export const fallback: RequestHandler = otherMethods('GET, HEAD');
