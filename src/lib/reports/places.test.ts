import { expect, it } from 'vitest';
import { placeAt } from './places.server.ts';

const home = { url: 'http://home.invalid', anonKey: 'anon', serviceKey: 'service', fetch } as never;

it.each([
	['{"lng": "x", "lat": 1}', 'bad_coordinates', { field: 'lng' }],
	['{"lng": 1, "lat": 1, "__proto__": 1}', 'bad_request', {}],
	['{"lng": 1, "lat": 1, "constructor": 1}', 'bad_request', {}],
	['null', 'bad_request', {}]
])('a question about a place that is none is refused with a word: %s', async (text, code, detail) => {
	await expect(placeAt(JSON.parse(text), home)).rejects.toMatchObject({ status: 422, code, detail });
});
