import { cityNow } from '#lib/database/city-now.server.ts';
import { anonClient, call, staffClient } from '#lib/database/client.server.ts';
import { once } from '#lib/database/once.ts';
import type { PublicMap } from './public-map.ts';
import type { Found } from './search.ts';

const nothing: Found = { streets: [], places: [], cases: [] };

/** Streets and places with `query` in their name, and cases for whoever holds `accessToken`, if it lets them see any. */
export async function search(accessToken: string | null, query: string, rows = 8): Promise<Found> {
	if (query === '') return nothing;
	const client = accessToken === null ? anonClient() : staffClient(accessToken);
	return call<Found>(client, 'search', { query, max_rows: rows });
}

// The front page is the one strangers reload: one question to the database serves all of them for ten seconds.
const maps = once<PublicMap>(10_000);

/** What the public may see of the city now: counts by segment and by street, never a doorstep. */
export function readPublicMap(): Promise<PublicMap> {
	return maps('', () => call<PublicMap>(anonClient(), 'public_map', {}));
}

export interface Ground {
	bbox: [number, number, number, number] | null;
	streets_version: string;
	has_streets: boolean;
	categories: { code: string; parent: string | null; name: string; name_en: string | null }[];
}

/** What there is to draw the map from, and the categories one may look at apart. */
export function readGround(): Promise<Ground> {
	return cityNow<Ground>();
}
