import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Home } from '#lib/database/home.server.ts';
import { readSettings, setSettings } from '#server/settings.ts';
import { admit, requireKnown, takeFollowAttempt, takeToken } from './admission.server.ts';

const ID = '019f0000-0000-7000-8000-000000000001';
const BODY = 'b'.repeat(64);
const PHONE = '203.0.113.9';
const canWork = { canWork: true };

type Answer = (fn: string, args: Record<string, unknown>) => unknown;

/** A home whose database answers calls as told; what it throws is a network that is down. */
function homeWhere(answer: Answer): Home & { calls: [string, Record<string, unknown>][] } {
	const calls: [string, Record<string, unknown>][] = [];
	const fetch = async (input: Request | string | URL, init?: RequestInit) => {
		const request = new Request(input, init);
		const fn = new URL(request.url).pathname.split('/').at(-1)!;
		const args = (await request.json()) as Record<string, unknown>;
		calls.push([fn, args]);
		return Response.json(await answer(fn, args));
	};
	const keys = { anonKey: 'anon', serviceKey: 'service', secret: Buffer.alloc(32, 1) };
	return { kind: 'embedded', url: 'http://home.invalid', ...keys, fetch, calls } as never;
}

const away = () => {
	throw new TypeError('fetch failed');
};
const never = () => new Promise(() => {});

beforeEach(() => {
	setSettings(readSettings({}));
	vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(() => {
	vi.restoreAllMocks();
	vi.useRealTimers();
});

describe('a report is let in', () => {
	it('when the database says so, which hears a hash and no address', async () => {
		const home = homeWhere(() => ({ admitted: true, level: null, retry_after: null }));
		await admit(ID, BODY, 1, PHONE, canWork, home);
		expect(home.calls).toEqual([
			[
				'admit',
				{ report_id: ID, level: 1, body_hash: BODY, address_hash: expect.stringMatching(/^[0-9a-f]{64}$/) }
			]
		]);
		expect(JSON.stringify(home.calls)).not.toContain(PHONE);
	});

	it.each<[string, 0 | 1 | 2, boolean, object, object]>([
		[
			'after more work, when its address is busy',
			1,
			true,
			{ admitted: false, level: 2, retry_after: 30 },
			{ status: 428, code: 'work_needed', detail: { level: 2 } }
		],
		[
			'after some work, when a machine brought none and its share is used up',
			0,
			true,
			{ admitted: false, level: 1, retry_after: 700 },
			{ status: 428, code: 'work_needed', detail: { level: 1 } }
		],
		[
			'later, when whoever sent it cannot do the work',
			0,
			false,
			{ admitted: false, level: 1, retry_after: 700 },
			{ status: 429, code: 'too_many_unproven', detail: { retry_after: 700, minutes: 12 } }
		],
		[
			'later, when even the hard work is used up',
			2,
			true,
			{ admitted: false, level: null, retry_after: 15 },
			{ status: 429, code: 'too_many_reports', detail: { retry_after: 15, minutes: 1 } }
		]
	])('%s', async (_, level, isAble, answer, refusal) => {
		const home = homeWhere(() => answer);
		await expect(admit(ID, BODY, level, PHONE, { canWork: isAble }, home)).rejects.toMatchObject(refusal);
	});

	it('without proof only when it is known; otherwise it is told which work its address needs', async () => {
		const known = homeWhere(() => ({ admitted: true, level: null, retry_after: null }));
		await requireKnown(ID, BODY, PHONE, known);
		expect(known.calls[0]![1]).toMatchObject({ level: null, body_hash: BODY });
		const busy = homeWhere(() => ({ admitted: false, level: 2, retry_after: null }));
		await expect(requireKnown(ID, BODY, PHONE, busy)).rejects.toMatchObject({
			status: 428,
			detail: { level: 2 }
		});
	});
});

describe('while the database is away', () => {
	it('this process lets a share in, then asks for more work, then for patience', async () => {
		const home = homeWhere(away);
		const outcomes: unknown[] = [];
		for (const level of [1, 2] as const) {
			for (let i = 0; i < 25; i++) {
				outcomes.push(
					await admit(ID, BODY, level, PHONE, canWork, home).then(
						() => `in at ${level}`,
						(problem) => problem.status
					)
				);
			}
		}
		const counts = Object.groupBy(outcomes as string[], (outcome) => outcome);
		expect(Object.entries(counts).map(([outcome, times]) => [outcome, times!.length])).toEqual([
			['428', 5],
			['429', 5],
			['in at 1', 20],
			['in at 2', 20]
		]);
	});

	it('another address still has its own share', async () => {
		const home = homeWhere(away);
		for (let i = 0; i < 5; i++) await admit(ID, BODY, 0, PHONE, canWork, home).catch(() => {});
		await expect(admit(ID, BODY, 0, PHONE, canWork, home)).rejects.toMatchObject({ status: 428 });
		await admit(ID, BODY, 0, '203.0.113.10', canWork, home);
	});

	it('a crowd of addresses finds an end as well', async () => {
		const home = homeWhere(away);
		const now = Date.now();
		let let_in = 0;
		for (let i = 0; i < 3000; i++) {
			const address = `10.1.${i >> 8}.${i & 255}`;
			await admit(ID, BODY, 1, address, canWork, home, now).then(
				() => let_in++,
				() => {}
			);
		}
		expect(let_in).toBe(2000);
	});

	it('nobody waits longer than two seconds, and the next ones not at all', async () => {
		const home = homeWhere(never);
		const started = performance.now();
		await admit(ID, BODY, 1, PHONE, canWork, home);
		expect(performance.now() - started).toBeGreaterThan(1_900);
		const again = performance.now();
		await admit(ID, BODY, 1, PHONE, canWork, home);
		expect(performance.now() - again).toBeLessThan(200);
		expect(home.calls).toHaveLength(1);
	});

	it('it is asked again some seconds later', async () => {
		let isAway = true;
		const home = homeWhere(() => (isAway ? away() : { admitted: true, level: null, retry_after: null }));
		await admit(ID, BODY, 1, PHONE, canWork, home);
		isAway = false;
		const later = performance.now() + 6_000;
		vi.spyOn(performance, 'now').mockReturnValue(later);
		await admit(ID, BODY, 1, PHONE, canWork, home);
		expect(home.calls.length).toBeGreaterThan(1);
	});
});

describe('a share of tries', () => {
	it('is taken by address, and says when there is one again', async () => {
		const home = homeWhere(() => ({ taken: false, retry_after: 90 }));
		await expect(takeToken('nearby', PHONE, home)).rejects.toMatchObject({
			status: 429,
			code: 'too_many_tries',
			detail: { retry_after: 90, minutes: 2 }
		});
		expect(home.calls[0]![1]).toEqual({ kind: 'nearby', key: expect.stringMatching(/^[0-9a-f]{64}$/) });
	});

	it('of opening a report is taken by the address and by the code, which need not exist', async () => {
		const home = homeWhere(() => ({ taken: true, retry_after: null }));
		await takeFollowAttempt(PHONE, 'c'.repeat(64), home);
		expect(home.calls.map(([, args]) => args.kind)).toEqual(['follow', 'pin']);
		expect(home.calls[1]![1]).toEqual({ kind: 'pin', key: 'c'.repeat(64) });
	});

	it('of one code is the same from everywhere, also while the database is away', async () => {
		const home = homeWhere(away);
		const tries = Array.from({ length: 8 }, (_, i) => `198.51.100.${i}`);
		let opened = 0;
		for (const address of tries) {
			await takeFollowAttempt(address, 'c'.repeat(64), home).then(
				() => opened++,
				() => {}
			);
		}
		expect(opened).toBe(5);
	});

	it('is not asked for in a load test', async () => {
		setSettings(readSettings({ INTAKE_LIMITS: 'off' }));
		const home = homeWhere(away);
		await takeToken('nearby', PHONE, home);
		expect(home.calls).toEqual([]);
	});
});
