import { cityNow } from '#lib/database/city-now.server.ts';
import { anonClient, call, staffClient } from '#lib/database/client.server.ts';
import { once } from '#lib/database/once.ts';
import type { PublicMap, PublicStreet } from './public-map.ts';
import type { Found } from './search.ts';

const nothing: Found = { streets: [], places: [], cases: [] };

/** Streets and places with `query` in their name, and cases for whoever holds `accessToken`, if it lets them see any. */
export async function search(accessToken: string | null, query: string, rows = 8): Promise<Found> {
	if (query === '') return nothing;
	const client = accessToken === null ? anonClient() : staffClient(accessToken);
	return call<Found>(client, 'search', { query, max_rows: rows });
}

// The front page is the one strangers reload: one question to the database serves all of them for ten seconds.
const maps = once<PublicMap>(10_000, 200);
const streets = once<PublicStreet>(10_000, 500);

/** What the public may see of the city now, of all categories or of one: counts by segment and by street, never a doorstep. */
export function readPublicMap(category: string | null): Promise<PublicMap> {
	return maps(category ?? '', () =>
		call<PublicMap>(anonClient(), 'public_map', category === null ? {} : { category })
	);
}

/** One street, as far as the public may see it. Throws 404 for a street there is not. */
export function readPublicStreet(id: number): Promise<PublicStreet> {
	return streets(String(id), () => call<PublicStreet>(anonClient(), 'public_street', { street_id: id }));
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
