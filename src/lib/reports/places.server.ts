import * as v from 'valibot';
import { anonClient, call, serviceClient } from '#lib/database/client.server.ts';
import { getHome, type Home } from '#lib/database/home.server.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import type { NearbyCase, PlaceAt } from './place.ts';
import type { StreetHit, StreetNames } from './street-list.ts';

/** Streets whose name has to do with what a person typed. */
export async function searchStreets(typed: string, home: Home = getHome()): Promise<StreetHit[]> {
	const query = [...typed.normalize('NFKC').replace(/\p{C}/gu, ' ').trim()].slice(0, 80).join('');
	if (!query) return [];
	const { streets } = (await call(anonClient(home), 'search_streets', { query, max_rows: 8 })) as unknown as {
		streets: StreetHit[];
	};
	return streets.filter((street) => street.point !== null);
}

const degrees = (limit: number) => v.pipe(v.number(), v.minValue(-limit), v.maxValue(limit));
const point = { lng: degrees(180), lat: degrees(90) };
const placeAsked = v.strictObject({
	...point,
	accuracy_m: v.optional(v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(10_000))), null)
});
const nearbyAsked = v.strictObject({
	...point,
	category: v.pipe(v.string(), v.regex(/^[0-9A-Za-z_.-]{1,32}$/))
});

// Both are reads, and sent as POST all the same: as GET the position would stand in an address, and addresses are logged.

/** Where a place is: its street, the duty areas it may belong to, the nearest legal wash site. */
export async function placeAt(asked: unknown, home: Home = getHome()): Promise<PlaceAt> {
	return call<PlaceAt>(serviceClient(home), 'place_at', read(placeAsked, asked));
}

/** Open cases of a category close by: what somebody stands before may be known already. */
export async function nearbyCases(asked: unknown, home: Home = getHome()): Promise<{ cases: NearbyCase[] }> {
	return call(serviceClient(home), 'nearby', read(nearbyAsked, asked));
}

/** Every street by name, with a point on it: what a phone keeps to understand a typed street without a network. */
export async function streetNames(home: Home = getHome()): Promise<StreetNames> {
	return call(anonClient(home), 'street_names', {}, { isRead: true });
}

function read<Schema extends v.GenericSchema>(schema: Schema, asked: unknown): v.InferOutput<Schema> {
	const result = v.safeParse(schema, asked);
	if (result.success) return result.output;
	const field = String(result.issues[0].path?.[0]?.key ?? '');
	const codes: Record<string, string> = {
		lng: 'bad_coordinates',
		lat: 'bad_coordinates',
		accuracy_m: 'bad_accuracy',
		category: 'unknown_category'
	};
	// What was sent may have a field named __proto__.
	const code = Object.hasOwn(codes, field) ? codes[field] : undefined;
	throw new ApiProblem(422, code ?? 'bad_request', code ? { field } : {});
}
