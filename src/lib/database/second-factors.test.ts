// Against a GoTrue made for the purpose: what is asked of it, in its documented words, and what its answers come to. The
// embedded auth server answers the same calls in test/conformance; a real GoTrue was never reached from here.
import { createServer, type Server } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { setHome, type Home } from './home.server.ts';
import {
	beginFactor,
	changeOwnPassword,
	dropFactors,
	proveFactor,
	setPassword,
	type OwnTokens
} from './second-factors.server.ts';
import { openSupabase } from './supabase.server.ts';

const userId = 'c0ffee00-0000-4000-8000-000000000001';
const now = () => Math.floor(Date.now() / 1000);
const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
const token = (aal: string) =>
	`${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ sub: userId, session_id: 's', aal, exp: now() + 3600 })}.${'x'.repeat(43)}`;
const tokens: OwnTokens = { access: token('aal1'), refresh: 'first' };
const factor = (id: string, status: string) => ({ id, status, factor_type: 'totp', friendly_name: null });

interface Asked {
	call: string;
	body: Record<string, unknown> | null;
	/** Who asked: 'own', 'service' or 'anon'. */
	as: string;
}
let server: Server;
let home: Home;
let dataDir: string;
let asked: Asked[];
let factors: ReturnType<typeof factor>[];
/** What the next call of a kind is refused with. */
let refusals: Record<string, { status: number; code: string }>;

beforeEach(async () => {
	asked = [];
	factors = [];
	refusals = {};
	server = createServer((request, response) => {
		let text = '';
		request.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
		request.on('end', () => {
			const call = `${request.method} ${request.url!.replace('/auth/v1', '')}`;
			const bearer = request.headers.authorization?.slice('Bearer '.length) ?? '';
			const as = bearer === tokens.access ? 'own' : bearer === 'service-key' ? 'service' : 'anon';
			asked.push({ call, body: text ? (JSON.parse(text) as Record<string, unknown>) : null, as });
			const refused = refusals[call];
			response.writeHead(refused?.status ?? 200, {
				'content-type': 'application/json',
				'x-supabase-api-version': '2024-01-01'
			});
			response.end(JSON.stringify(refused ? { code: refused.code, message: refused.code } : answerTo(call)));
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	dataDir = await mkdtemp(join(tmpdir(), 'kerbside-factors-'));
	const { port } = server.address() as { port: number };
	home = await openSupabase({
		dataDir,
		demo: false,
		log: { info() {}, warn() {}, error() {} },
		supabaseUrl: `http://127.0.0.1:${port}`,
		anonKey: 'anon-key',
		serviceKey: 'service-key'
	});
	setHome(home);
});

afterEach(async () => {
	await home.close();
	server.closeAllConnections();
	server.close();
	await rm(dataDir, { recursive: true, force: true });
});

function answerTo(call: string): unknown {
	const user = { id: userId, aud: 'authenticated', email: 'lin@staff.invalid', factors };
	if (call === 'GET /user' || call === 'PUT /user') return user;
	if (call === 'POST /factors') {
		const totp = {
			qr_code: '<svg/>',
			secret: 'GEZDGNBVGY3TQOJQ',
			uri: 'otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ'
		};
		return { id: 'new', type: 'totp', totp };
	}
	if (call.endsWith('/challenge')) return { id: 'challenge', type: 'totp', expires_at: now() + 300 };
	if (call.endsWith('/verify')) {
		return {
			access_token: token('aal2'),
			token_type: 'bearer',
			expires_in: 3600,
			refresh_token: 'second',
			user
		};
	}
	if (call === `GET /admin/users/${userId}/factors`) return factors;
	return user;
}

const callsAs = (who: string) => asked.filter(({ as }) => as === who).map(({ call }) => call);

describe('a second factor', () => {
	it('is begun under the person’s own session, in place of one never switched on', async () => {
		factors = [factor('old', 'unverified')];
		expect(await beginFactor(tokens, '街面', 'lin')).toMatchObject({ id: 'new', secret: 'GEZDGNBVGY3TQOJQ' });
		expect(callsAs('own').filter((call) => call !== 'GET /user')).toEqual([
			'DELETE /factors/old',
			'POST /factors'
		]);
		expect(asked.at(-1)!.body).toMatchObject({ factor_type: 'totp', issuer: '街面', friendly_name: 'lin' });
	});

	it('is not begun beside one that is on', async () => {
		factors = [factor('on', 'verified')];
		await expect(beginFactor(tokens, 'Kerbside', 'lin')).rejects.toMatchObject({
			status: 409,
			code: 'second_factor_is_on'
		});
	});

	it('that is proved answers the session’s next tokens', async () => {
		factors = [factor('on', 'verified'), factor('begun', 'unverified')];
		const next = await proveFactor(tokens, '123456');
		expect(next).toMatchObject({ refresh: 'second' });
		expect(next!.access).not.toBe(tokens.access);
		const proving = asked.filter(({ call }) => call.startsWith('POST'));
		expect(proving.map(({ call }) => call)).toEqual([
			'POST /factors/on/challenge',
			'POST /factors/on/verify'
		]);
		expect(proving[1]!.body).toMatchObject({ challenge_id: 'challenge', code: '123456' });
		expect(proving.every(({ as }) => as === 'own')).toBe(true);
	});

	it.each([
		['a wrong code is null', { status: 422, code: 'mfa_verification_failed' }, null],
		['an answer of ours that is none is passed on', { status: 500, code: 'unexpected_failure' }, 503],
		['a limit of theirs is a refusal', { status: 429, code: 'over_request_rate_limit' }, 409]
	])('%s', async (_, refused, expected) => {
		refusals['POST /factors/on/verify'] = refused;
		const attempt = proveFactor(tokens, '123456', 'on');
		if (expected === null) expect(await attempt).toBeNull();
		else await expect(attempt).rejects.toMatchObject({ status: expected });
	});

	it('is dropped by the server’s own key, each that there is', async () => {
		const [on, begun] = [userId.replace('c0ffee', 'fac101'), userId.replace('c0ffee', 'fac102')];
		factors = [factor(on, 'verified'), factor(begun, 'unverified')];
		await dropFactors(userId);
		expect(callsAs('service')).toEqual([
			`GET /admin/users/${userId}/factors`,
			`DELETE /admin/users/${userId}/factors/${on}`,
			`DELETE /admin/users/${userId}/factors/${begun}`
		]);
	});
});

describe('a password', () => {
	it.each([
		[null, 'ok'],
		[{ status: 422, code: 'same_password' }, 'same'],
		[{ status: 422, code: 'weak_password' }, 'weak'],
		[{ status: 401, code: 'insufficient_aal' }, 'factor_needed']
	])('is changed under the person’s own session; refused with %j it is "%s"', async (refused, result) => {
		if (refused) refusals['PUT /user'] = refused;
		expect(await changeOwnPassword(tokens, 'nine tall cranes')).toBe(result);
		expect(asked.at(-1)).toMatchObject({
			call: 'PUT /user',
			as: 'own',
			body: { password: 'nine tall cranes' }
		});
	});

	it('is set by the server’s own key for somebody else', async () => {
		await setPassword(userId, 'a-one-time-password');
		expect(asked).toMatchObject([
			{ call: `PUT /admin/users/${userId}`, as: 'service', body: { password: 'a-one-time-password' } }
		]);
	});

	it('is not asked for with a session that is over', async () => {
		refusals['GET /user'] = { status: 403, code: 'session_not_found' };
		await expect(changeOwnPassword(tokens, 'nine tall cranes')).rejects.toMatchObject({ status: 401 });
	});
});
