import { readWaiting } from '#lib/evidence/covers.server.ts';
import { answering, otherMethods } from '#lib/reports/problem-document.ts';
import { requireStaff } from '#lib/staff/session.server.ts';
import { photoJudges } from '../judges.ts';
import type { RequestHandler } from './$types';

/** The photos that wait, for a page that has come to the end of its list. */
export const GET: RequestHandler = (event) =>
	answering(event.locals.language, async () => {
		const { accessToken } = requireStaff(event, photoJudges);
		const rows = Math.min(Math.max(Number(event.url.searchParams.get('rows')) || 60, 1), 200);
		return Response.json(await readWaiting(accessToken, rows), {
			headers: { 'cache-control': 'private, no-store' }
		});
	});

export const fallback: RequestHandler = otherMethods('GET, HEAD');
