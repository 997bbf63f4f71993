import { ApiProblem } from '#lib/database/problem.ts';
import { log } from '#server/log.ts';
import type { PublicMap } from './public-map.ts';
import { readGround, readPublicMap, type Ground } from './streets.server.ts';

export interface MapPage {
	map: PublicMap | null;
	ground: Pick<Ground, 'bbox' | 'streets_version' | 'has_streets' | 'categories'> | null;
}

/** What the map's page and its frame for other sites show; a category there is not means all of them. */
export async function readMapPage(asked: string | null, requestId: string): Promise<MapPage> {
	try {
		const { bbox, streets_version, has_streets, categories } = await readGround();
		const category = categories.some(({ code }) => code === asked) ? asked : null;
		const map = await readPublicMap(category);
		return { map, ground: { bbox, streets_version, has_streets, categories } };
	} catch (problem) {
		if (!(problem instanceof ApiProblem)) throw problem;
		log.warn('public_map_unread', { id: requestId, code: problem.code });
		// The ways in must stand even while the database does not answer: reports are taken all the same.
		return { map: null, ground: null };
	}
}
