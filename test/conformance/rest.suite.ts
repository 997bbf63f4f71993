import { beforeAll, expect, test } from 'vitest';
import type { TestHome } from './home.ts';

const ANA = 'aaaaaaaa-0000-4000-8000-000000000001';
const BO = 'bbbbbbbb-0000-4000-8000-000000000002';

/** The outcome as a caller sees it. */
async function outcome(call: PromiseLike<{ data: unknown; error: unknown; status: number }>) {
	const { data, error, status } = await call;
	const { code, message, details, hint } = (error ?? {}) as Record<string, unknown>;
	return error ? { status, code, message, details, hint } : { status, data };
}

export function restSuite(home: () => TestHome): void {
	const tokens = { anon: '', ana: '', bo: '', server: '' };
	beforeAll(() => {
		tokens.anon = home().anonKey;
		tokens.server = home().serviceKey;
		tokens.ana = home().tokenOf({ role: 'authenticated', sub: ANA });
		tokens.bo = home().tokenOf({ role: 'authenticated', sub: BO });
	});
	const call = (who: keyof typeof tokens, name: string, args?: object, options?: object) =>
		home().client(tokens[who]).rpc(name, args, options);
	const post = (name: string, body: string, headers: Record<string, string> = {}) =>
		home().fetch(`${home().url}/rest/v1/rpc/${name}`, {
			method: 'POST',
			body,
			headers: {
				apikey: tokens.anon,
				authorization: `Bearer ${tokens.anon}`,
				'content-type': 'application/json',
				...headers
			}
		});

	test.each([
		['anon', { user: 'anon', uid: null, role: 'anon' }],
		['ana', { user: 'authenticated', uid: ANA, role: 'authenticated' }],
		['server', { user: 'service_role', uid: null, role: 'service_role' }]
	] as const)('%s is who the token says', async (who, expected) => {
		expect((await call(who, 'probe_whoami')).data).toMatchObject({ ...expected, clock: '' });
	});

	test.each([
		['whole numbers', { whole: 7, large: 9007199254740991 }],
		['decimals', { exact: 10.25, approximate: -0.125 }],
		['texts', { body: '金桥路 “门前三包” \\ " \' \n 🚕 𠮷 \u202e' }],
		['empty texts', { body: '' }],
		['booleans', { flag: false }],
		['ids', { id: ANA }],
		['trees', { tree: { a: [1, { b: null }], 中: 'x', '': true } }],
		['arrays', { numbers: [3, 1, 2], words: ['a,b', '"', '{}', '路'] }],
		['empty arrays', { numbers: [], words: [] }],
		['null for an argument', { whole: null, tree: null, numbers: null }]
	])('%s arrive as they were sent', async (_, given) => {
		const { data } = await call('anon', 'probe_echo', given);
		expect(data).toMatchObject(given);
	});

	test.each([
		['a numeral in quotes is a number', { whole: '7' }, { whole: 7 }],
		['a number for a text is its numeral', { body: 7 }, { body: '7' }],
		['a boolean in quotes is a boolean', { flag: 'true' }, { flag: true }],
		['a time keeps its instant', { at: '2026-11-21T08:00:00+08:00' }, { at: '2026-11-21T00:00:00+00:00' }],
		['an id is written in lower case', { id: BO.toUpperCase() }, { id: BO }],
		['a text for a tree is a text', { tree: '{"a":1}' }, { tree: '{"a":1}' }],
		['a number for a tree is a number', { tree: 5 }, { tree: 5 }],
		['"NaN" is a number PostgreSQL has and JSON has not', { approximate: 'NaN' }, { approximate: 'NaN' }],
		['"-Infinity" too', { approximate: '-Infinity' }, { approximate: '-Infinity' }]
	])('%s', async (_, given, expected) => {
		const { data, error } = await call('anon', 'probe_echo', given);
		expect(error).toBeNull();
		expect(data).toMatchObject(expected);
	});

	test('digits beyond a double survive the way in', async () => {
		const response = await post('probe_echo', '{"large": 9007199254740993, "exact": 0.1234567890123456789}');
		const text = await response.text();
		expect(text).toContain('9007199254740993');
		expect(text).toContain('0.1234567890123456789');
	});

	test.each([
		['a word for a number', { whole: 'seven' }, '22P02'],
		['a number too large', { whole: 3_000_000_000 }, '22003'],
		['a fraction for a whole number', { whole: 1.5 }, '22P02'],
		['no time at all', { at: 'yesterday-ish' }, '22007'],
		['no id', { id: 'not-a-uuid' }, '22P02'],
		['an object for an array', { numbers: { a: 1 } }, '22P02'],
		['a NUL', { body: 'a\u0000b' }, '22P05']
	])('%s is refused as the sender’s mistake', async (_, given, code) => {
		expect(await outcome(call('anon', 'probe_echo', given))).toMatchObject({ status: 400, code });
	});

	test.each([
		['NaN', '{"approximate": NaN}'],
		['Infinity', '{"approximate": Infinity}'],
		['half a body', '{"whole": 1'],
		['words', 'hello'],
		['a trailing comma', '{"whole": 1,}']
	])('%s in a body is no JSON', async (_, body) => {
		const response = await post('probe_echo', body);
		expect({ status: response.status, ...(await response.json()) }).toMatchObject({
			status: 400,
			code: 'PGRST102'
		});
	});

	test('half of a surrogate pair is no text', async () => {
		// PostgREST’s own reader refuses it, the embedded home leaves that to the database.
		const refused = await outcome(call('anon', 'probe_echo', { body: 'a\ud800b' }));
		expect(refused).toMatchObject({ status: 400, code: expect.stringMatching(/^(PGRST102|22P02)$/) });
	});

	test('a number no double holds is refused, not rounded to infinity', async () => {
		const response = await post('probe_echo', '{"approximate": 1e400}');
		expect({ status: response.status, ...(await response.json()) }).toMatchObject({
			status: 400,
			code: '22003'
		});
	});

	test('an unknown call is not found', async () => {
		expect(await outcome(call('anon', 'probe_unknown', { b: 1, a: 2 }))).toEqual({
			status: 404,
			code: 'PGRST202',
			message: 'Could not find the function api.probe_unknown(a, b) in the schema cache',
			details:
				'Searched for the function api.probe_unknown with parameters a, b or with a single unnamed json/jsonb parameter, but no matches were found in the schema cache.',
			hint: expect.toSatisfy((hint) => hint === null || typeof hint === 'string')
		});
	});

	test.each([
		['an unknown argument', 'probe_needed', { needed: 'x', other: 1 }],
		['a needed argument that is missing', 'probe_needed', { extra: 'x' }],
		['an argument in other letters', 'probe_needed', { Needed: 'x' }],
		['no arguments where some are needed', 'probe_needed', {}],
		['arguments where none are taken', 'probe_whoami', { a: 1 }]
	])('%s is not found', async (_, name, args) => {
		expect(await outcome(call('anon', name, args))).toMatchObject({ status: 404, code: 'PGRST202' });
	});

	test('what an argument defaults to is used', async () => {
		expect((await call('anon', 'probe_needed', { needed: 'x' })).data).toEqual(['x', 'none']);
	});

	test.each([
		['anon', 'probe_staff', 401],
		['anon', 'probe_server', 401],
		['ana', 'probe_server', 403]
	] as const)('%s may not call %s', async (who, name, status) => {
		expect(await outcome(call(who, name))).toEqual({
			status,
			code: '42501',
			message: `permission denied for function ${name}`,
			details: null,
			hint: null
		});
	});

	test.each([
		['ana', 'probe_staff', 'staff'],
		['server', 'probe_staff', 'staff'],
		['server', 'probe_server', 'server']
	] as const)('%s may call %s', async (who, name, expected) => {
		expect((await call(who, name)).data).toBe(expected);
	});

	test('an expired token is refused', async () => {
		const past = Math.floor(Date.now() / 1000) - 7200;
		const token = home().tokenOf({ role: 'authenticated', sub: ANA, iat: past, exp: past + 3600 });
		expect(await outcome(home().client(token).rpc('probe_whoami'))).toEqual({
			status: 401,
			code: 'PGRST301',
			message: 'JWT expired',
			details: null,
			hint: null
		});
	});

	test.each([
		[
			'another signature',
			(token: string) => token.slice(0, -6) + (token.endsWith('AAAAAA') ? 'BBBBBB' : 'AAAAAA')
		],
		['other claims', (token: string) => replaced(token, 1, { role: 'service_role' })],
		['no algorithm', (token: string) => replaced(token, 0, { alg: 'none', typ: 'JWT' })],
		['no signature', (token: string) => token.split('.').slice(0, 2).join('.') + '.'],
		['no token at all', () => 'nonsense']
	])('a token with %s is refused', async (_, tamper) => {
		const refused = await outcome(home().client(tamper(tokens.ana)).rpc('probe_whoami'));
		expect(refused).toMatchObject({ status: 401, code: 'PGRST301' });
	});

	test.each(['postgres', 'supabase_admin', 'authenticator', 'nobody'])(
		'a genuine token for the role %s opens nothing',
		async (role) => {
			const { status, data } = await home().client(home().tokenOf({ role })).rpc('probe_whoami');
			expect(data).toBeNull();
			expect(status).toBeGreaterThanOrEqual(400);
			expect(status).toBeLessThan(500);
		}
	);

	test('without an API key nothing answers', async () => {
		const response = await home().fetch(`${home().url}/rest/v1/rpc/probe_whoami`, {
			method: 'POST',
			body: '{}'
		});
		expect(response.status).toBe(401);
	});

	test('a refusal keeps its status, its word and its facts', async () => {
		const detail = { limit: 3, 街: '金桥路' };
		const refused = await outcome(
			call('anon', 'probe_problem', { status: 422, code: 'outside_city', detail })
		);
		expect(refused).toMatchObject({ status: 422, code: 'PT422', message: 'outside_city', hint: null });
		expect(JSON.parse((refused as { details: string }).details)).toEqual(detail);
	});

	test.each([
		[
			'raise',
			{ status: 400, code: 'P0001', message: 'a plain refusal', details: 'the detail', hint: 'the hint' }
		],
		['state', { status: 400, code: 'KB123', message: 'own state' }],
		['division', { status: 400, code: '22012', message: 'division by zero' }],
		['check', { status: 400, code: '23514' }],
		['not null', { status: 400, code: '23502' }],
		['reference', { status: 409, code: '23503' }],
		['denied', { status: 403, code: '42501', message: 'permission denied for table probe_notes' }],
		[
			'policy',
			{
				status: 403,
				code: '42501',
				message: 'new row violates row-level security policy for table "probe_notes"'
			}
		],
		['missing function', { status: 404, code: '42883' }],
		['missing table', { status: 404, code: '42P01' }]
	])('a failure by %s has its status', async (kind, expected) => {
		expect(await outcome(call('ana', 'probe_failure', { kind }))).toMatchObject(expected);
	});

	test('a call that only reads cannot write', async () => {
		expect(await outcome(call('ana', 'probe_read_only'))).toMatchObject({ status: 405, code: '25006' });
	});

	test('people see their own rows and nobody else’s', async () => {
		await call('ana', 'probe_note', { body: 'of Ana' });
		await call('bo', 'probe_note', { body: 'of Bo' });
		expect((await call('ana', 'probe_notes')).data).toEqual(['of Ana']);
		expect((await call('bo', 'probe_notes')).data).toEqual(['of Bo']);
		expect((await call('server', 'probe_notes')).data).toEqual(expect.arrayContaining(['of Ana', 'of Bo']));
	});

	test('what exists already is a conflict, and the refused call leaves nothing', async () => {
		const before = (await call('server', 'probe_notes')).data as string[];
		expect((await call('bo', 'probe_note', { body: 'first', marker: 'only one' })).status).toBe(200);
		const again = await outcome(call('ana', 'probe_note', { body: 'second', marker: 'only one' }));
		expect(again).toMatchObject({ status: 409, code: '23505' });
		expect((await call('server', 'probe_notes')).data).toEqual([...before, 'first']);
	});

	test.each([
		['nothing', 'probe_nothing', 204, null],
		['null', 'probe_null', 200, null],
		['a number', 'probe_number', 200, 7],
		['a list', 'probe_words', 200, ['路', 'b']]
	])('a call that returns %s', async (_, name, status, data) => {
		expect(await outcome(call('anon', name))).toEqual({ status, data });
	});

	test('what only reads may be asked by GET, with texts for arguments', async () => {
		const { data } = await call(
			'anon',
			'probe_echo',
			{ whole: 7, body: 'a b&c=路', flag: true },
			{ get: true }
		);
		expect(data).toMatchObject({ whole: 7, body: 'a b&c=路', flag: true });
	});

	test('what writes may not be asked by GET', async () => {
		expect(await outcome(call('ana', 'probe_note', { body: 'x' }, { get: true }))).toMatchObject({
			status: 405
		});
	});

	test('four megabytes pass in and out', async () => {
		const body = '街面'.repeat(700_000);
		expect((await call('anon', 'probe_size', { body })).data).toEqual({
			characters: 1_400_000,
			bytes: 4_200_000
		});
		const { data } = await call('anon', 'probe_repeat', { word: '街面', times: 700_000 });
		expect(data).toBe(body);
	});

	test('no table is exposed', async () => {
		for (const table of ['reports', 'probe_notes', 'users']) {
			const { data, error, status } = await home().client(tokens.server).from(table).select();
			expect({ data, status, code: error?.code }).toEqual({ data: null, status: 404, code: '42P01' });
		}
	});

	test.each(['app', 'private', 'public', 'auth', 'storage', 'extensions', 'pg_catalog'])(
		'the schema %s is not exposed',
		async (schema) => {
			const response = await post('probe_whoami', '{}', { 'content-profile': schema });
			expect({ status: response.status, ...(await response.json()) }).toMatchObject({
				status: 406,
				code: 'PGRST106'
			});
		}
	);
}

/** The token with one part written anew, and its old signature. */
function replaced(token: string, part: number, value: object): string {
	const parts = token.split('.');
	const current = JSON.parse(Buffer.from(parts[part]!, 'base64url').toString('utf8')) as object;
	parts[part] = Buffer.from(JSON.stringify({ ...current, ...value })).toString('base64url');
	return parts.join('.');
}
