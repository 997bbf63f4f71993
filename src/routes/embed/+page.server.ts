import { ApiProblem } from '#lib/database/problem.ts';
import { readMapPage } from '#lib/streets/map-page.server.ts';
import { readPublicStreet } from '#lib/streets/streets.server.ts';
import type { PageServerLoad } from './$types';

/** The public map for a frame in somebody else's page: nothing of a session, nothing remembered. */
export const load: PageServerLoad = async ({ locals, url, depends }) => {
	depends('kerbside:seeding');
	const asked = url.searchParams.get('street');
	const [shown, lines] = await Promise.all([
		readMapPage(url.searchParams.get('category'), locals.requestId),
		readLines(asked)
	]);
	return { ...shown, lines, isBare: true };
};

/** The lines of the street a frame is about; a street there is not leaves the whole city. */
async function readLines(asked: string | null) {
	if (asked === null || !/^[1-9]\d{0,14}$/.test(asked)) return [];
	try {
		return (await readPublicStreet(Number(asked))).segments.map(({ line }) => line);
	} catch (problem) {
		if (!(problem instanceof ApiProblem)) throw problem;
		return [];
	}
}
