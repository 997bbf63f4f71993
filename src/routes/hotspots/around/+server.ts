import { readSurroundings } from '#lib/hotspots/hotspots.server.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { answering, otherMethods } from '#lib/reports/problem-document.ts';
import type { RequestHandler } from './$types';

/** What stands around a place and what was last done there. */
export const GET: RequestHandler = ({ locals, url }) =>
	answering(locals.language, async () => {
		if (!locals.staff) throw new ApiProblem(401, 'sign_in_needed');
		const [lng, lat, radius] = ['lng', 'lat', 'radius'].map((name) => {
			const text = url.searchParams.get(name);
			const value = text === null || text.trim() === '' ? NaN : Number(text);
			if (!Number.isFinite(value)) throw new ApiProblem(422, 'bad_value', { field: name });
			return value;
		}) as [number, number, number];
		const around = await readSurroundings(locals.staff.accessToken, { lng, lat, radius });
		return Response.json(around, { headers: { 'cache-control': 'no-store' } });
	});

export const fallback: RequestHandler = otherMethods('GET, HEAD');
