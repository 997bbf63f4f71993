import { keepLeases } from '#lib/cases/cases.server.ts';
import { deskRoles } from '#lib/cases/desk.server.ts';
import { isUuid } from '#lib/cases/words.ts';
import { readJson } from '#lib/reports/json-body.ts';
import { answering, otherMethods } from '#lib/reports/problem-document.ts';
import { requireStaff } from '#lib/staff/session.server.ts';
import type { RequestHandler } from './$types';

/** Says which report somebody has open and which they left; answers who has which one open. Asked every few seconds. */
export const POST: RequestHandler = (event) =>
	answering(event.locals.language, async () => {
		const { accessToken } = requireStaff(event, deskRoles);
		const asked = Object(await readJson(event.request)) as { open?: unknown; left?: unknown };
		const idIn = (value: unknown) => (isUuid(value) ? value : null);
		const kept = await keepLeases(accessToken, idIn(asked.open), idIn(asked.left));
		return Response.json(kept, { headers: { 'cache-control': 'no-store' } });
	});

export const fallback: RequestHandler = otherMethods('POST');
