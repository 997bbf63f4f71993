import { streetNames } from '#lib/reports/places.server.ts';
import { answering, otherMethods } from '#lib/reports/problem-document.ts';
import type { RequestHandler } from './$types';

/** The names of all streets. Asked for by its version it never changes; without, it is asked for again. */
export const GET: RequestHandler = ({ url, locals }) =>
	answering(locals.language, async () => {
		const names = await streetNames();
		const isNamed = url.searchParams.get('v') === names.version;
		return Response.json(names, {
			headers: { 'cache-control': isNamed ? 'public, max-age=31536000, immutable' : 'no-cache' }
		});
	});

export const fallback: RequestHandler = otherMethods('GET, HEAD');
