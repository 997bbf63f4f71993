import { ApiProblem } from '#lib/database/problem.ts';
import { screensFor } from '#lib/staff/screens.ts';
import { readGround, readPublicMap } from '#lib/streets/streets.server.ts';
import { log } from '#server/log.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, depends }) => {
	depends('kerbside:seeding');
	const isAdmin = screensFor(locals.staff).includes('admin');
	try {
		const [map, ground] = await Promise.all([readPublicMap(), readGround()]);
		const { bbox, streets_version, has_streets, categories } = ground;
		return { isFull: has_streets, isAdmin, map, ground: { bbox, streets_version, has_streets, categories } };
	} catch (problem) {
		if (!(problem instanceof ApiProblem)) throw problem;
		log.warn('public_map_unread', { id: locals.requestId, code: problem.code });
		// The ways in must stand even while the database does not answer: reports are taken all the same.
		return { isFull: false, isAdmin, map: null, ground: null };
	}
};
