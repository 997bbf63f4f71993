import { afterAll, beforeAll, expect, test } from 'vitest';
import { assertNotExposed, HomeExposed } from './exposure.server.ts';
import type { Home } from './home.server.ts';
import { deriveKey, mintToken } from './jwt.ts';
import { openRest } from './embedded/rest.ts';
import { memoryLog, openScratch, OWNER } from './embedded/scratch-database.ts';
import type { Scratch } from './embedded/scratch-database.ts';

const url = 'http://embedded.kerbside.internal';
const jwtKey = deriveKey(Buffer.alloc(32, 3), 'jwt');
const exp = Math.floor(Date.now() / 1000) + 3600;
const anonKey = mintToken({ role: 'anon', exp }, jwtKey);
const serviceKey = mintToken({ role: 'service_role', exp }, jwtKey);

let scratch: Scratch;
let home: Home;
/** What the storage and auth servers of this home give away; nothing by default. */
let leaks: (request: Request) => Response | null;
beforeAll(async () => {
	scratch = await openScratch(`
		create schema api;
		grant usage on schema api to anon, authenticated, service_role;
		create function api.city() returns jsonb language sql stable as $$ select '{}'::jsonb $$;
		create function api.tick(at timestamptz) returns jsonb language sql as $$ select null::jsonb $$;
		create function api.follow(code_hash text) returns jsonb language plpgsql as
			$$ begin raise exception using errcode = 'PT404', message = 'not_found'; end $$;
		create function api.exposed_calls() returns jsonb language sql stable as $$ select jsonb_build_object('tables', '["reports"]'::jsonb,
			'calls', '[{"name":"city","args":[],"anon":true},{"name":"tick","args":[{"name":"at","type":"timestamptz"}],"anon":false},
				{"name":"follow","args":[{"name":"code_hash","type":"text"}],"anon":false},{"name":"exposed_calls","args":[],"anon":false}]'::jsonb) $$;
		revoke execute on all functions in schema api from public;
		grant execute on all functions in schema api to service_role;
		grant execute on function api.city() to anon;`);
	const rest = openRest({ executor: scratch.thread, jwtKey, log: memoryLog() });
	const answer = async (request: Request) => {
		const leak = leaks(request.clone());
		if (leak) return leak;
		if (new URL(request.url).pathname.startsWith('/rest/v1')) return rest.fetch(request);
		return Response.json({ message: 'refused' }, { status: 403 });
	};
	home = {
		kind: 'embedded',
		url,
		anonKey,
		serviceKey,
		fetch: (input, init) => answer(new Request(input, init))
	} as Home;
});
afterAll(() => scratch?.close());

const findings = async () => {
	try {
		await assertNotExposed(home);
		return [];
	} catch (error) {
		if (error instanceof HomeExposed) return error.findings;
		throw error;
	}
};
const none = () => null;

test('a home that refuses strangers may serve', async () => {
	leaks = none;
	expect(await findings()).toEqual([]);
});

test('a call granted to anon by mistake is found, and undone it is not', async () => {
	leaks = none;
	await scratch.thread.run(OWNER, [{ sql: 'grant execute on function api.tick(timestamptz) to anon' }]);
	expect(await findings()).toEqual(['call api.tick with the public key (answer 200)']);
	await scratch.thread.run(OWNER, [{ sql: 'revoke execute on function api.tick(timestamptz) from anon' }]);
	expect(await findings()).toEqual([]);
});

test('a call that was entered is found, even when it then said no', async () => {
	leaks = none;
	await scratch.thread.run(OWNER, [{ sql: 'grant execute on function api.follow(text) to anon' }]);
	expect(await findings()).toEqual(['call api.follow with the public key (answer 404 PT404)']);
	await scratch.thread.run(OWNER, [{ sql: 'revoke execute on function api.follow(text) from anon' }]);
});

const isStranger = (request: Request) => !request.headers.get('authorization')?.includes(serviceKey);
test.each([
	['a readable table', '/rest/v1/reports', [], 'read table app.reports'],
	['a public call without any key', '/rest/v1/rpc/city', {}, 'call api.city with no key'],
	[
		'a bucket that lists its files',
		'/storage/v1/object/list/originals',
		[{ name: 'ab', id: 'x' }],
		'list the files of originals'
	],
	['the list of accounts', '/auth/v1/admin/users', { users: [] }, 'list the accounts']
])('%s is found', async (_, path, body, finding) => {
	leaks = (request) =>
		isStranger(request) && new URL(request.url).pathname === path ? Response.json(body) : null;
	const found = await findings();
	expect(found.length).toBeGreaterThan(0);
	expect(found.every((line) => line.startsWith(finding))).toBe(true);
});

test('a photo that anyone can download is found', async () => {
	leaks = (request) => {
		const { pathname } = new URL(request.url);
		if (pathname === '/storage/v1/object/list/originals' && !isStranger(request))
			return Response.json([{ name: 'ab.jpg', id: 'x' }]);
		return pathname === '/storage/v1/object/public/originals/ab.jpg' ? new Response('bytes') : null;
	};
	expect(await findings()).toEqual([
		'download a file of originals with no key',
		'download a file of originals with the public key'
	]);
});

test('a home that cannot be examined is not served from', async () => {
	leaks = (request) =>
		request.url.endsWith('/exposed_calls') ? Response.json({ code: '53300' }, { status: 503 }) : null;
	await expect(assertNotExposed(home)).rejects.toMatchObject({ status: 503 });
});
