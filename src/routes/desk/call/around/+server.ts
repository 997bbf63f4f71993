import { readAround } from '#lib/cases/cases.server.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { readJson } from '#lib/reports/json-body.ts';
import { answering, otherMethods } from '#lib/reports/problem-document.ts';
import { requireStaff } from '#lib/staff/session.server.ts';
import type { RequestHandler } from './$types';

/** What stands around a place, for whoever takes a call. The position comes in the body: addresses are seen by histories and logs. */
export const POST: RequestHandler = (event) =>
	answering(event.locals.language, async () => {
		const { accessToken } = requireStaff(event, ['registrar']);
		const { category, lng, lat } = Object(await readJson(event.request)) as Record<string, unknown>;
		if (typeof category !== 'string' || typeof lng !== 'number' || typeof lat !== 'number') {
			throw new ApiProblem(422, 'bad_request');
		}
		const around = await readAround(accessToken, category, lng, lat);
		return Response.json(around, { headers: { 'cache-control': 'no-store' } });
	});

export const fallback: RequestHandler = otherMethods('POST');
