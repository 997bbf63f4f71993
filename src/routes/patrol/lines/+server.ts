import { ApiProblem } from '#lib/database/problem.ts';
import { patrolRoles, readLegLines, readPatrolCity } from '#lib/patrols/patrols.server.ts';
import { readLegs } from '#lib/patrols/places.ts';
import { readJson } from '#lib/reports/json-body.ts';
import { answering, otherMethods } from '#lib/reports/problem-document.ts';
import { requireStaff } from '#lib/staff/session.server.ts';
import type { RequestHandler } from './$types';

/** The lines to drive between stops whose order was changed by hand. */
export const POST: RequestHandler = (event) => {
	requireStaff(event, patrolRoles);
	return answering(event.locals.language, async () => {
		const legs = readLegs(await readJson(event.request));
		if (!legs) throw new ApiProblem(422, 'bad_value', { field: 'legs' });
		const lines = await readLegLines(await readPatrolCity(), legs);
		return Response.json({ lines }, { headers: { 'cache-control': 'no-store' } });
	});
};

export const fallback: RequestHandler = otherMethods('POST');
