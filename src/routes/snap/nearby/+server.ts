import { takeToken } from '#lib/reports/admission.server.ts';
import { readJson } from '#lib/reports/json-body.ts';
import { nearbyCases } from '#lib/reports/places.server.ts';
import { answering, otherMethods } from '#lib/reports/problem-document.ts';
import type { RequestHandler } from './$types';

/** Open cases of a category near a place. The position comes in the body: addresses are seen by histories and logs. */
export const POST: RequestHandler = ({ request, locals, getClientAddress }) =>
	answering(locals.language, async () => {
		const asked = await readJson(request);
		await takeToken('nearby', getClientAddress());
		return Response.json(await nearbyCases(asked), { headers: { 'cache-control': 'no-store' } });
	});

export const fallback: RequestHandler = otherMethods('POST');
