import { deskRoles } from '#lib/cases/desk.server.ts';
import { countUnseen } from '#lib/cases/notifications.server.ts';
import { answering } from '#lib/reports/problem-document.ts';
import { requireStaff } from '#lib/staff/session.server.ts';
import type { RequestHandler } from './$types';

/** How many the reader has not seen: the bell asks once a minute while somebody looks at the page. */
export const GET: RequestHandler = (event) =>
	answering(event.locals.language, async () => {
		const { accessToken } = requireStaff(event, deskRoles);
		const answer = { unseen: await countUnseen(accessToken) };
		return Response.json(answer, { headers: { 'cache-control': 'no-store' } });
	});
