import { readCasePoints } from '#lib/cases/cases.server.ts';
import { deskRoles } from '#lib/cases/desk.server.ts';
import { readFilters } from '#lib/cases/filters.ts';
import { answering } from '#lib/reports/problem-document.ts';
import { requireStaff } from '#lib/staff/session.server.ts';
import type { RequestHandler } from './$types';

/** The list of cases as dots on the map, by the list's own filter. */
export const GET: RequestHandler = (event) =>
	answering(event.locals.language, async () => {
		const { accessToken } = requireStaff(event, deskRoles);
		const { cases } = readFilters(event.url.searchParams, 'cases');
		return Response.json(await readCasePoints(accessToken, cases), {
			headers: { 'cache-control': 'no-store' }
		});
	});
