import { answering } from '#lib/reports/problem-document.ts';
import { plainQuery } from '#lib/streets/search.ts';
import { search } from '#lib/streets/streets.server.ts';
import type { RequestHandler } from './$types';

/**
 * `GET /search?q=…` as JSON: streets, places and, for staff who may see them, cases. The page beside answers browsers.
 * What is searched for is in no log: the log knows routes, not addresses.
 */
export const GET: RequestHandler = ({ url, locals }) =>
	answering(locals.language, async () => {
		const found = await search(locals.staff?.accessToken ?? null, plainQuery(url.searchParams.get('q')));
		return Response.json(found, {
			headers: { 'cache-control': 'private, no-store', vary: 'accept, cookie' }
		});
	});
