import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endpoints } from './endpoints.ts';
import { fuzz, LIMIT_MS } from './fuzz.ts';
import { openFuzzWorld } from './world.ts';

let close: () => Promise<void>;

beforeAll(async () => {
	close = await openFuzzWorld();
}, 120_000);
afterAll(() => close());

// A seeded sample; `npm run prove fuzz` sends ten thousand to each.
describe('whatever is sent', () => {
	it.each(endpoints.map((endpoint) => [endpoint.name, endpoint] as const))(
		'%s answers without an error of ours',
		async (_, endpoint) => {
			const outcome = await fuzz(endpoint, 200, 20260315);
			expect(outcome).toMatchObject({ fault: null, tried: 200 });
			expect(outcome.worstMs).toBeLessThan(LIMIT_MS * 5);
		},
		60_000
	);
});
