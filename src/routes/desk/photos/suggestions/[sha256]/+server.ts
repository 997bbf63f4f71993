import { staffClient } from '#lib/database/client.server.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { suggestCovers } from '#lib/evidence/detector/detector.server.ts';
import { answering, otherMethods } from '#lib/reports/problem-document.ts';
import { requireStaff } from '#lib/staff/session.server.ts';
import { isSha256, photoJudges } from '../../judges.ts';
import type { RequestHandler } from './$types';

/** What a detector would cover on a photo; nothing where the city has brought no model. */
export const GET: RequestHandler = (event) =>
	answering(event.locals.language, async () => {
		const { accessToken } = requireStaff(event, photoJudges);
		const { sha256 } = event.params;
		if (!isSha256(sha256)) throw new ApiProblem(404, 'not_found');
		// Whoever may not look at the photo learns nothing about it either.
		const suggestions = await suggestCovers(staffClient(accessToken), sha256);
		return Response.json(suggestions, { headers: { 'cache-control': 'private, no-store' } });
	});

export const fallback: RequestHandler = otherMethods('GET, HEAD');
