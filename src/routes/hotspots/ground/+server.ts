import { readGround } from '#lib/hotspots/hotspots.server.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { answering, otherMethods } from '#lib/reports/problem-document.ts';
import type { RequestHandler } from './$types';

/** The streets beneath the hotspots, and where patrols are out. */
export const GET: RequestHandler = ({ locals }) =>
	answering(locals.language, async () => {
		if (!locals.staff) throw new ApiProblem(401, 'sign_in_needed');
		const ground = await readGround(locals.staff.accessToken);
		return Response.json(ground, { headers: { 'cache-control': 'no-store' } });
	});

export const fallback: RequestHandler = otherMethods('GET, HEAD');
