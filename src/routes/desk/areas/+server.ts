import { readAreas } from '#lib/cases/cases.server.ts';
import { deskRoles } from '#lib/cases/desk.server.ts';
import { answering } from '#lib/reports/problem-document.ts';
import { requireStaff } from '#lib/staff/session.server.ts';
import type { RequestHandler } from './$types';

/** The outlines of the city's areas, for the desk's map. They change by import, so a browser may keep them a while. */
export const GET: RequestHandler = (event) =>
	answering(event.locals.language, async () => {
		const { accessToken } = requireStaff(event, deskRoles);
		const areas = await readAreas(accessToken);
		return Response.json({ areas }, { headers: { 'cache-control': 'private, max-age=300' } });
	});
