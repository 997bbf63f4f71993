import { beforeAll, describe, expect, it, vi } from 'vitest';
import { makeChallenge, PROOF_SECONDS, provenLevel } from './proof-of-work.server.ts';
import { solve, TRIES, type Challenge } from './proof-of-work.ts';

const SECRET = Buffer.alloc(32, 7);
const ID = '019f0000-0000-7000-8000-000000000001';
const OTHER = '019f0000-0000-7000-8000-000000000002';

let challenge: Challenge;
let proof: string;
beforeAll(async () => {
	challenge = await makeChallenge(SECRET, ID, 1);
	proof = await solve(challenge);
});

const opened = (text: string) => JSON.parse(Buffer.from(text, 'base64').toString('utf8'));
const sealed = (payload: unknown) => Buffer.from(JSON.stringify(payload)).toString('base64');

/** The proof with one thing of its payload changed. */
function changed(change: (payload: { challenge: Challenge; solution: Record<string, unknown> }) => void) {
	const payload = opened(proof);
	change(payload);
	return sealed(payload);
}

describe('a proof of work', () => {
	it('proves its level for its report', async () => {
		expect(await provenLevel(SECRET, ID, proof)).toBe(1);
	});

	it('is checked again after a restart, without anything having been remembered', async () => {
		expect(await provenLevel(Buffer.alloc(32, 7), ID, proof)).toBe(1);
	});

	it('takes at most the announced tries', () => {
		expect(opened(proof).solution.counter).toBeLessThanOrEqual(TRIES[1]);
		expect(challenge.parameters.data).toMatchObject({ report: ID, level: 1, tries: TRIES[1] });
	});

	it('does not tell its answer', () => {
		const { keyPrefix, keySignature } = challenge.parameters;
		expect(keyPrefix).toHaveLength(32);
		expect(keySignature).not.toContain(keyPrefix);
	});

	it.each<[string, () => [Buffer, string, string]]>([
		['another report', () => [SECRET, OTHER, proof]],
		['another installation', () => [Buffer.alloc(32, 8), ID, proof]],
		[
			'another report, its id written over',
			() => [SECRET, OTHER, changed(({ challenge: c }) => (c.parameters.data!.report = OTHER))]
		],
		[
			'a harder level, written over',
			() => [SECRET, ID, changed(({ challenge: c }) => (c.parameters.data!.level = 2))]
		],
		[
			'a later end, written over',
			() => [SECRET, ID, changed(({ challenge: c }) => (c.parameters.expiresAt! += 3600))]
		],
		[
			'a cheaper work, written over',
			() => [SECRET, ID, changed(({ challenge: c }) => (c.parameters.keyPrefix = '0'))]
		],
		[
			'no signature of the answer',
			() => [SECRET, ID, changed(({ challenge: c }) => delete c.parameters.keySignature)]
		],
		['no signature', () => [SECRET, ID, changed(({ challenge: c }) => delete c.signature)]],
		[
			'a forged signature',
			() => [SECRET, ID, changed(({ challenge: c }) => (c.signature = 'ab'.repeat(32)))]
		],
		[
			'the prefix for an answer',
			() => [
				SECRET,
				ID,
				changed(
					({ challenge: c, solution }) => (solution.derivedKey = c.parameters.keyPrefix.padEnd(64, '0'))
				)
			]
		],
		['no answer', () => [SECRET, ID, changed((payload) => (payload.solution = {}))]],
		['an answer of another kind', () => [SECRET, ID, changed(({ solution }) => (solution.derivedKey = 7))]]
	])('is none for %s', async (_, given) => {
		expect(await provenLevel(...given())).toBeNull();
	});

	it.each([
		'',
		'x',
		'====',
		'bnVsbA==',
		'e30=',
		'W10=',
		sealed({ challenge: 7, solution: 7 }),
		'A'.repeat(5000)
	])('is not %s', async (text) => {
		expect(await provenLevel(SECRET, ID, text)).toBeNull();
	});

	it('ends after its time', async () => {
		vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + (PROOF_SECONDS - 60) * 1000 });
		try {
			expect(await provenLevel(SECRET, ID, proof)).toBe(1);
			vi.setSystemTime(Date.now() + 120_000);
			expect(await provenLevel(SECRET, ID, proof)).toBeNull();
		} finally {
			vi.useRealTimers();
		}
	});
});

it('is not made for thousands at once: the rest is asked to come back', async () => {
	const answers = await Promise.allSettled(Array.from({ length: 400 }, () => makeChallenge(SECRET, ID, 1)));
	const refused = answers.filter((answer) => answer.status === 'rejected');
	expect(refused.length).toBeGreaterThan(0);
	expect(refused[0]!.reason).toMatchObject({ status: 503, code: 'busy', detail: { retry_after: 2 } });
});

it('is made for a few at once of one network, whose many keep nobody else waiting', async () => {
	const many = Promise.allSettled(Array.from({ length: 50 }, () => makeChallenge(SECRET, ID, 1, 'crowd')));
	await expect(makeChallenge(SECRET, OTHER, 1, 'someone')).resolves.toHaveProperty('signature');
	const refused = (await many).filter((answer) => answer.status === 'rejected');
	expect(refused).toHaveLength(42);
	expect(refused[0]!.reason).toMatchObject({ status: 429, code: 'too_many_tries' });
	expect(refused[0]!.reason.detail.retry_after).toBeGreaterThan(0);
	await expect(makeChallenge(SECRET, ID, 1, 'crowd')).resolves.toHaveProperty('signature');
});

describe('solving', () => {
	it('says how far it is, at last that it is done', async () => {
		const shares: number[] = [];
		await solve(challenge, { onProgress: (share) => shares.push(share) });
		expect(shares.at(-1)).toBe(1);
		expect([...shares].sort((a, b) => a - b)).toEqual(shares);
	});

	it('stops when it is aborted', async () => {
		const hard = await makeChallenge(SECRET, ID, 2);
		const controller = new AbortController();
		const solving = solve(hard, { signal: controller.signal, onProgress: () => controller.abort() });
		await expect(solving).rejects.toThrow(/abort/i);
	});

	it.each<[string, Partial<Challenge['parameters']>]>([
		['another algorithm', { algorithm: 'PBKDF2/SHA-256' }],
		['a cost that would fill a phone', { cost: 2 ** 20 }],
		['a cost that is no power of two', { cost: 500 }],
		['several lanes', { parallelism: 4 }]
	])('refuses %s', async (_, parameters) => {
		const strange = { ...challenge, parameters: { ...challenge.parameters, ...parameters } };
		await expect(solve(strange)).rejects.toThrow(/cannot be done/);
	});

	it('ends when no number fits', async () => {
		const parameters = { ...challenge.parameters, keyPrefix: 'zz', data: { tries: 3 } };
		await expect(solve({ parameters })).rejects.toThrow(/no solution/);
	});
});
