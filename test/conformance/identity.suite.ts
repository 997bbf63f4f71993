import { expect, test } from 'vitest';
import type { TestHome } from './home.ts';

const CALLS = 400;
const ROLES = ['anon', 'authenticated', 'service_role'] as const;

interface Answer {
	before: string;
	after: string;
	marker: string;
}

export function identitySuite(home: () => TestHome): void {
	test(`${CALLS} calls at once, of mixed people, a quarter of them failing: none answers as another`, async () => {
		const crossed: unknown[] = [];
		await Promise.all(
			Array.from({ length: CALLS }, async (_, index) => {
				const role = ROLES[index % 3]!;
				const sub = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
				const marker = `m${index}`;
				const fails = index % 4 === 0;
				const claims = role === 'anon' ? { role, marker } : { role, sub, marker };
				const client = home().client(home().tokenOf(claims));
				const { data, error } = await client.rpc('probe_identity', { marker, fails });
				const who = `${role} ${role === 'anon' ? '-' : sub} ${marker}`;
				const isRight = fails
					? error?.message === 'probe_failed' && JSON.parse(error.details).marker === marker
					: (data as Answer)?.before === who &&
						(data as Answer).after === who &&
						(data as Answer).marker === marker;
				if (!isRight) crossed.push({ who, data, error });
			})
		);
		expect(crossed).toEqual([]);
	}, 60_000);

	test('what one call set is gone in the next', async () => {
		await home().client().rpc('probe_identity', { marker: 'left behind' });
		for (let tries = 0; tries < 20; tries += 1) {
			expect((await home().client().rpc('probe_leftover')).data).toBe('');
		}
	});
}
