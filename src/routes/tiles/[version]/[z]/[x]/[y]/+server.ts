import { gunzipSync } from 'node:zlib';
import { ApiProblem } from '#lib/database/problem.ts';
import { tileSet } from '#lib/map/tiles.server.ts';
import { readTileAddress, readTileVersion } from '#lib/map/zoom.ts';
import { answering } from '#lib/reports/problem-document.ts';
import { getSettings } from '#server/settings.ts';
import type { RequestHandler } from './$types';

/** A version never changes, so neither do its tiles. */
const forever = 'public, max-age=31536000, immutable';

export const GET: RequestHandler = ({ params, request, locals }) =>
	answering(locals.language, async () => {
		const address = readTileAddress(params.z, params.x, params.y);
		if (!address) throw new ApiProblem(400, 'bad_tile');
		// Data are shifted for one map beneath them: the one this city has chosen.
		const isOurs = readTileVersion(params.version).datum === (getSettings().basemap?.datum ?? 'wgs84');
		const tiles = isOurs ? await tileSet(params.version) : null;
		if (!tiles) throw new ApiProblem(404, 'not_found');
		const tile = tiles.tile(...address);
		if (!tile) return new Response(null, { status: 204, headers: { 'cache-control': forever } });
		const takesGzip = /\bgzip\b/.test(request.headers.get('accept-encoding') ?? '');
		return new Response(takesGzip ? tile : Uint8Array.from(gunzipSync(tile)), {
			headers: {
				'content-type': 'application/vnd.mapbox-vector-tile',
				'cache-control': forever,
				vary: 'accept-encoding',
				...(takesGzip ? { 'content-encoding': 'gzip' } : {})
			}
		});
	});
