import { readSpots } from '#lib/hotspots/hotspots.server.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { answering, otherMethods } from '#lib/reports/problem-document.ts';
import type { RequestHandler } from './$types';

/** A page of reports as places on street lines and hours; `after` is the number the page before ended at. */
export const GET: RequestHandler = ({ locals, url }) =>
	answering(locals.language, async () => {
		if (!locals.staff) throw new ApiProblem(401, 'sign_in_needed');
		const after = Number(url.searchParams.get('after') ?? 0);
		if (!Number.isSafeInteger(after) || after < 0) throw new ApiProblem(422, 'bad_value', { field: 'after' });
		const page = await readSpots(locals.staff.accessToken, after);
		return Response.json(page, { headers: { 'cache-control': 'no-store' } });
	});

export const fallback: RequestHandler = otherMethods('GET, HEAD');
