import { readCase, readReport } from '#lib/cases/cases.server.ts';
import { deskRoles, readLists } from '#lib/cases/desk.server.ts';
import type { DeskAnswer } from '#lib/cases/desk.ts';
import { readFilters } from '#lib/cases/filters.ts';
import { isUuid } from '#lib/cases/words.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { answering } from '#lib/reports/problem-document.ts';
import { requireStaff } from '#lib/staff/session.server.ts';
import type { RequestHandler } from './$types';

/** The desk's lists again, and the report or case that is open, for a page that follows the live stream. */
export const GET: RequestHandler = (event) =>
	answering(event.locals.language, async () => {
		const { accessToken } = requireStaff(event, deskRoles);
		const search = event.url.searchParams;
		const lists = await readLists(accessToken, readFilters(search));
		const answer: DeskAnswer = {
			lists,
			report: await ifSeen(search.get('reports'), (id) => readReport(accessToken, id)),
			detail: await ifSeen(search.get('cases'), (id) => readCase(accessToken, id))
		};
		return Response.json(answer, { headers: { 'cache-control': 'no-store' } });
	});

/** What is open may meanwhile have moved out of sight: then the page keeps what it shows. */
async function ifSeen<T>(id: string | null, read: (id: string) => Promise<T>): Promise<T | null> {
	if (!isUuid(id)) return null;
	try {
		return await read(id);
	} catch (problem) {
		if (problem instanceof ApiProblem && problem.status === 404) return null;
		throw problem;
	}
}
