import { createClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deriveKey, mintToken } from '../jwt.ts';
import { openRest } from './rest.ts';
import type { RestServer } from './rest.ts';
import { memoryLog, openScratch } from './scratch-database.ts';
import type { Scratch } from './scratch-database.ts';

const URL_BASE = 'http://embedded.kerbside.internal';
const ID = '00000000-0000-4000-8000-000000000001';
const key = deriveKey(Buffer.alloc(32, 1), 'jwt');
const exp = Math.floor(Date.now() / 1000) + 3600;
const anonKey = mintToken({ role: 'anon', exp }, key);
const staffToken = mintToken({ role: 'authenticated', sub: ID, exp }, key);

let scratch: Scratch;
let rest: RestServer;
beforeAll(async () => {
	scratch = await openScratch(`
		create schema app;
		create schema api;
		grant usage on schema api to anon, authenticated, service_role;
		create table app.places (id int primary key, parent int references app.places, name text not null check (name <> ''));
		create table public.hidden (id int);
		create function api.echo(id uuid default null, ids bigint[] default '{}', names text[] default '{}', at timestamptz default null,
			detail jsonb default 'null', amount numeric default null, yes boolean default null) returns jsonb language sql stable as
			$$ select jsonb_build_object('id', id, 'ids', ids, 'names', names, 'at', at, 'detail', detail, 'amount', amount, 'yes', yes) $$;
		create function api.needs(first int, second int default 2) returns int language sql immutable as $$ select first + second $$;
		create function api.overloaded(a int) returns int language sql as $$ select 1 $$;
		create function api.overloaded(a text) returns int language sql as $$ select 2 $$;
		create function api.nothing() returns void language sql as $$ select null::void $$;
		create function api.many() returns table (n int) language sql as $$ select generate_series(1, 3) $$;
		create function api.numbers() returns setof int language sql as $$ select generate_series(1, 3) $$;
		create function api.pair(out a int, out b text) language sql as $$ select 1, 'x' $$;
		create function api.absent() returns jsonb language sql as $$ select null::jsonb $$;
		create function api.request() returns jsonb language sql stable as $$ select jsonb_build_object('role', current_user,
			'method', current_setting('request.method'), 'path', current_setting('request.path'),
			'headers', current_setting('request.headers')::jsonb, 'uid', auth.uid()) $$;
		create function api.add(id int, parent int, name text) returns void language sql security definer as
			$$ insert into app.places values (id, parent, name) $$;
		create function api.fail(sqlstate text, message text, detail text default '') returns void language plpgsql as
			$$ begin raise exception using errcode = sqlstate, message = message, detail = detail; end $$;
		create function api.staff_only() returns jsonb language sql as $$ select '{"ok": true}'::jsonb $$;
		revoke execute on all functions in schema api from public;
		grant execute on all functions in schema api to anon, authenticated;
		revoke execute on function api.staff_only() from anon;
		create sequence app.tries;
		create function api.unlucky(times int) returns int language plpgsql security definer as $$ begin
			if nextval('app.tries') <= times then raise exception using errcode = '40001', message = 'try again'; end if;
			return currval('app.tries'); end $$;
		grant execute on function api.unlucky(int) to anon;`);
	rest = openRest({ executor: scratch.thread, jwtKey: key, log: memoryLog() });
});
afterAll(() => scratch?.close());

const clientOf = (token: string) =>
	createClient(URL_BASE, anonKey, {
		db: { schema: 'api' },
		global: {
			fetch: (input, init) => rest.fetch(new Request(input as string, init)),
			headers: { Authorization: `Bearer ${token}` }
		},
		auth: { persistSession: false, autoRefreshToken: false }
	});
const rpc = (fn: string, args: object = {}, token = anonKey) => clientOf(token).rpc(fn, args);

async function raw(path: string, init: RequestInit & { key?: string | null } = {}) {
	const headers = new Headers(init.headers);
	if (init.key !== null) headers.set('apikey', init.key ?? anonKey);
	const response = await rest.fetch(new Request(`${URL_BASE}/rest/v1${path}`, { ...init, headers }));
	const text = await response.text();
	return {
		status: response.status,
		headers: response.headers,
		body: text ? (JSON.parse(text) as unknown) : null
	};
}
const post = (fn: string, body: string, headers: Record<string, string> = {}) =>
	raw(`/rpc/${fn}`, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });

describe('arguments', () => {
	test('of every type arrive as they were sent', async () => {
		const args = {
			id: ID,
			ids: [1, 9007199254740991],
			names: ['占道洗车', 'a,"b"', '{}'],
			at: '2026-07-01T08:00:00+08:00',
			detail: { a: [1, { b: null }] },
			amount: 12.5,
			yes: true
		};
		const { data } = await rpc('echo', args);
		expect(data).toEqual({ ...args, at: '2026-07-01T00:00:00+00:00' });
	});

	test('keep every digit of a number JavaScript cannot hold', async () => {
		const response = await rest.fetch(
			new Request(`${URL_BASE}/rest/v1/rpc/echo`, {
				method: 'POST',
				headers: { apikey: anonKey, 'content-type': 'application/json' },
				body: '{"ids": [9223372036854775807], "amount": 0.12345678901234567890123}'
			})
		);
		expect(await response.text()).toContain('9223372036854775807');
	});

	test('left out take their defaults', async () => {
		expect((await rpc('needs', { first: 1 })).data).toBe(3);
		expect((await rpc('echo')).data).toMatchObject({ id: null, ids: [], names: [] });
	});

	test('of a GET are text that the database casts', async () => {
		const { data } = await clientOf(anonKey).rpc(
			'echo',
			{ ids: [1, 2], names: ['街'], yes: false },
			{ get: true }
		);
		expect(data).toMatchObject({ ids: [1, 2], names: ['街'], yes: false });
	});

	test('that an attacker names change nothing but the answer', async () => {
		for (const name of ['a"; drop schema api cascade; --', "x' or true --", '$1', 'id)::text', '__proto__']) {
			const { status, body } = await post('echo', JSON.stringify({ [name]: 1 }));
			expect([status, (body as { code: string }).code]).toEqual([404, 'PGRST202']);
		}
		expect((await raw('/rpc/echo%22();--', { method: 'POST' })).status).toBe(404);
	});
});

describe('answers', () => {
	test('a void function with 204 and no body', async () => {
		expect(await rpc('nothing')).toMatchObject({ status: 204, data: null, error: null });
	});

	test('a set as a list, a row as an object, null as null', async () => {
		expect((await rpc('numbers')).data).toEqual([1, 2, 3]);
		expect((await rpc('pair')).data).toEqual({ a: 1, b: 'x' });
		expect((await rpc('many')).data).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
		expect((await rpc('absent')).data).toBeNull();
	});

	test('the SQL sees who asks and for what, but not the keys', async () => {
		const { data } = await rpc('request', {}, staffToken);
		expect(data).toMatchObject({ role: 'authenticated', uid: ID, method: 'POST', path: '/rpc/request' });
		expect(JSON.stringify(data)).not.toContain(anonKey);
		expect(JSON.stringify(data)).not.toContain(staffToken);
	});
});

describe('errors are PostgREST’s', () => {
	const table: [string, string, object, number, object][] = [
		[
			'a refusal raised on purpose',
			'fail',
			{ sqlstate: 'PT422', message: 'outside_city', detail: '{"hint":1}' },
			422,
			{ code: 'PT422', message: 'outside_city', details: '{"hint":1}', hint: null }
		],
		['a plain raise', 'fail', { sqlstate: 'P0001', message: 'no' }, 400, { code: 'P0001', message: 'no' }],
		['a duplicate', 'add', { id: 1, parent: null, name: 'again' }, 409, { code: '23505' }],
		['a missing parent', 'add', { id: 2, parent: 99, name: 'orphan' }, 409, { code: '23503' }],
		['a failed check', 'add', { id: 3, parent: null, name: '' }, 400, { code: '23514' }],
		['a malformed uuid', 'echo', { id: 'x' }, 400, { code: '22P02' }],
		['a NUL in a text', 'echo', { names: ['\0'] }, 400, { code: '22P05' }],
		['half a surrogate pair', 'echo', { names: ['\ud800'] }, 400, { code: '22P02' }],
		['a number too large', 'needs', { first: 1e12 }, 400, { code: '22003' }],
		[
			'an unknown function',
			'nowhere',
			{},
			404,
			{
				code: 'PGRST202',
				message: 'Could not find the function api.nowhere without parameters in the schema cache'
			}
		],
		[
			'an unknown argument',
			'needs',
			{ first: 1, third: 3 },
			404,
			{ code: 'PGRST202', message: 'Could not find the function api.needs(first, third) in the schema cache' }
		],
		['a missing argument', 'needs', { second: 1 }, 404, { code: 'PGRST202' }],
		['an ambiguous overload', 'overloaded', { a: 1 }, 300, { code: 'PGRST203' }],
		['a function of the catalogue schema', 'pg_sleep', { seconds: 1 }, 404, { code: 'PGRST202' }],
		['a missing privilege without sign-in', 'staff_only', {}, 401, { code: '42501' }]
	];
	beforeAll(() => rpc('add', { id: 1, parent: null, name: 'first' }).then(() => undefined));

	test.each(table)('%s', async (_, fn, args, status, error) => {
		const answer = await rpc(fn, args);
		expect(answer.status).toBe(status);
		expect(answer.error).toMatchObject(error);
	});

	test('a missing privilege after sign-in is 403', async () => {
		await scratch.thread.run({ role: 'postgres', claims: {} }, [
			{ sql: 'revoke execute on function api.many() from authenticated' }
		]);
		expect(await rpc('many', {}, staffToken)).toMatchObject({ status: 403, error: { code: '42501' } });
		expect((await rpc('staff_only', {}, staffToken)).data).toEqual({ ok: true });
	});

	test('a GET cannot write', async () => {
		const answer = await clientOf(anonKey).rpc('add', { id: 7, parent: 1, name: 'x' }, { get: true });
		expect(answer).toMatchObject({ status: 405, error: { code: '25006' } });
	});

	test('a serialization failure is tried again, but not forever', async () => {
		expect((await rpc('unlucky', { times: 2 })).data).toBe(3);
		expect(await rpc('unlucky', { times: 1_000 })).toMatchObject({ status: 500, error: { code: '40001' } });
	});
});

describe('requests that are none', () => {
	test.each([
		['no JSON', '{"a":', 400, 'PGRST102'],
		['a list', '[1]', 400, 'PGRST102'],
		['a number', '7', 400, 'PGRST102'],
		[
			'nesting that would exhaust the parser',
			`{"detail": ${'['.repeat(5_000)}${']'.repeat(5_000)}}`,
			400,
			'PGRST102'
		]
	])('%s', async (_, body, status, code) => {
		const answer = await post('echo', body);
		expect([answer.status, (answer.body as { code: string }).code]).toEqual([status, code]);
	});

	test('a body over the bound', async () => {
		expect((await post('echo', `{"detail": "${'x'.repeat(17 * 1024 * 1024)}"}`)).status).toBe(413);
	});

	test('another method, schema or media type', async () => {
		expect(await raw('/rpc/needs', { method: 'DELETE' })).toMatchObject({
			status: 405,
			body: { code: 'PGRST101' }
		});
		expect(await post('needs', '{}', { 'content-profile': 'app' })).toMatchObject({
			status: 406,
			body: { code: 'PGRST106' }
		});
		expect(await post('needs', '{}', { accept: 'text/csv' })).toMatchObject({
			status: 415,
			body: { code: 'PGRST107' }
		});
		expect(await post('needs', '{}', { 'content-type': 'text/xml' })).toMatchObject({
			status: 400,
			body: { code: 'PGRST102' }
		});
	});

	test('a table, exposed or not, is not there', async () => {
		for (const path of ['/places', '/hidden?select=*', '/pg_authid']) {
			expect(await raw(path)).toMatchObject({ status: 404, body: { code: '42P01' } });
		}
		expect((await raw('/hidden', { headers: { 'accept-profile': 'public' } })).status).toBe(406);
		expect((await raw('/')).status).toBe(404);
		expect((await raw('/%ff')).status).toBe(404);
	});
});

describe('who asks', () => {
	const past = Math.floor(Date.now() / 1000) - 3600;
	const other = deriveKey(Buffer.alloc(32, 2), 'jwt');

	test('nobody is answered without a key', async () => {
		expect((await raw('/rpc/nothing', { method: 'POST', key: null })).status).toBe(401);
	});

	test.each([
		['a token that has expired', mintToken({ role: 'authenticated', exp: past }, key), 'JWT expired'],
		[
			'a token of another home',
			mintToken({ role: 'service_role', exp }, other),
			'JWSError JWSInvalidSignature'
		],
		['a token that is none', 'x.y.z', 'JWSError JWSInvalidSignature']
	])('%s is refused', async (_, token, message) => {
		const answer = await raw('/rpc/nothing', {
			method: 'POST',
			headers: { authorization: `Bearer ${token}` }
		});
		expect(answer).toMatchObject({ status: 401, body: { code: 'PGRST301', message } });
		expect(answer.headers.get('www-authenticate')).toContain('invalid_token');
	});

	test('a key of another home is refused even with a genuine token', async () => {
		const answer = await raw('/rpc/nothing', {
			method: 'POST',
			key: mintToken({ role: 'anon', exp }, other),
			headers: { authorization: `Bearer ${staffToken}` }
		});
		expect(answer.status).toBe(401);
	});

	test.each(['postgres', 'authenticator', 'supabase_auth_admin', 'none'])(
		'a token cannot ask for the role %s',
		async (role) => {
			const answer = await raw('/rpc/request', {
				method: 'POST',
				headers: { authorization: `Bearer ${mintToken({ role, exp }, key)}` }
			});
			expect(answer.status).toBe(403);
		}
	);

	test('code inside a call cannot become anyone else', async () => {
		for (const role of ['postgres', 'service_role', 'supabase_auth_admin']) {
			await scratch.thread.run({ role: 'postgres', claims: {} }, [
				{
					sql: `create or replace function api.become() returns text language plpgsql as
						$$ begin set local role ${role}; return current_user; end $$;
						grant execute on function api.become() to anon`
				}
			]);
			await rest.reload();
			const { data, error } = await rpc('become');
			if (role === 'service_role')
				expect(data).toBe(role); // the authenticator may, there as here
			else expect(error?.code).toBe('42501');
		}
	});

	test('a token without a role speaks as anon', async () => {
		expect((await rpc('request', {}, mintToken({ sub: ID, exp }, key))).data).toMatchObject({ role: 'anon' });
	});
});
