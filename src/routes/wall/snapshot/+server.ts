import { readWall } from '#lib/closure/wall.server.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { answering, otherMethods } from '#lib/reports/problem-document.ts';
import type { RequestHandler } from './$types';

/** The wall's numbers again, for a screen that missed something. */
export const GET: RequestHandler = ({ locals }) =>
	answering(locals.language, async () => {
		if (!locals.staff) throw new ApiProblem(401, 'sign_in_needed');
		const snapshot = await readWall(locals.staff.accessToken);
		return Response.json(snapshot, { headers: { 'cache-control': 'no-store' } });
	});

export const fallback: RequestHandler = otherMethods('GET, HEAD');
