import type { Cookies, RequestEvent } from '@sveltejs/kit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { setHome, type Home } from '#lib/database/home.server.ts';
import { privateHeaders } from '#server/arrival.ts';
import { setSettings, readSettings } from '#server/settings.ts';
import { readSession, requireStaff, safeNext, signIn, signInPersona, signOut } from './session.server.ts';
import { findPersona } from './personas.ts';

interface SetCookie {
	value: string;
	options: Record<string, unknown>;
}

/** A browser's cookie jar as Kit hands it to us, remembering how each cookie was set. */
function jar(start: Record<string, string> = {}) {
	const values = new Map(Object.entries(start));
	const set = new Map<string, SetCookie>();
	const cookies = {
		get: (name: string) => values.get(name),
		set: (name: string, value: string, options: Record<string, unknown>) => {
			values.set(name, value);
			set.set(name, { value, options });
		},
		delete: (name: string) => values.delete(name)
	} as unknown as Cookies;
	return { cookies, values, set };
}

function eventOf(cookies: Cookies, address = 'http://localhost:5180/desk'): RequestEvent {
	return {
		cookies,
		url: new URL(address),
		request: new Request(address),
		locals: { staff: null, pending: null },
		isDataRequest: false,
		getClientAddress: () => '127.0.0.1'
	} as unknown as RequestEvent;
}

let serial = 0;
/** Shaped like an access token; each is new, because answers about one are remembered for a while. */
function token(secondsLeft: number, session = 's'): string {
	const claims = {
		sub: 'p',
		session_id: session,
		exp: Math.floor(Date.now() / 1000) + secondsLeft,
		n: serial++
	};
	const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
	return `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}.${Buffer.from('signature').toString('base64url')}`;
}

const person = {
	id: 'c0ffee00-0000-4000-8000-000000000001',
	name: '林静',
	roles: [{ role: 'registrar' }],
	units: []
};
let asked: string[];
let answers: {
	charge: () => Response;
	me: () => Response;
	end: () => Response;
	refresh: () => Response;
	password: () => Response;
	isDemo: boolean;
};

function grant(): Response {
	return Response.json({
		access_token: token(3600),
		refresh_token: `refresh-${serial++}`,
		token_type: 'bearer',
		expires_in: 3600,
		user: {
			id: person.id,
			aud: 'authenticated',
			app_metadata: {},
			user_metadata: {},
			created_at: '2026-01-01T00:00:00Z'
		}
	});
}

beforeEach(() => {
	asked = [];
	answers = {
		charge: () => Response.json({ wait_s: 0 }),
		me: () => Response.json(person),
		end: () => new Response(null, { status: 204 }),
		refresh: grant,
		password: grant,
		isDemo: true
	};
	setSettings(readSettings({}));
	setHome({
		kind: 'embedded',
		url: 'http://home.invalid',
		anonKey: 'anon',
		serviceKey: 'service',
		secret: Buffer.alloc(32, 1),
		fetch: async (input: string | URL | Request, init?: RequestInit) => {
			const request = new Request(input, init);
			const { pathname, searchParams } = new URL(request.url);
			const name = `${pathname.split('/').slice(3).join('/')}${searchParams.get('grant_type') ? `:${searchParams.get('grant_type')}` : ''}`;
			asked.push(name);
			if (name === 'token:refresh_token') return answers.refresh();
			if (name === 'token:password') return answers.password();
			if (name === 'rpc/charge_sign_in') return answers.charge();
			if (name === 'rpc/me') return answers.me();
			if (name === 'rpc/end_session') return answers.end();
			if (name === 'rpc/city') return Response.json({ is_demo: answers.isDemo });
			return new Response(null, { status: 204 });
		}
	} as unknown as Home);
});
afterEach(() => setSettings(readSettings({})));

describe('a session', () => {
	it('is nobody without cookies, and asks nobody', async () => {
		expect(await readSession(eventOf(jar().cookies))).toBeNull();
		expect(asked).toEqual([]);
	});

	it('is the person of a token that has time left', async () => {
		const access = token(3600);
		const session = await readSession(
			eventOf(jar({ kerbside_access: access, kerbside_refresh: 'r' }).cookies)
		);
		expect(session).toMatchObject({ name: '林静', accessToken: access });
		expect(asked.filter((name) => name !== 'rpc/note_session')).toEqual(['rpc/me']);
	});

	it('is renewed exactly once when forty requests come with the same old token', async () => {
		const old = { kerbside_access: token(10), kerbside_refresh: `old-${serial++}` };
		const jars = Array.from({ length: 40 }, () => jar(old));
		const sessions = await Promise.all(jars.map(({ cookies }) => readSession(eventOf(cookies))));
		expect(asked.filter((call) => call === 'token:refresh_token')).toHaveLength(1);
		expect(new Set(sessions.map((session) => session?.accessToken)).size).toBe(1);
		expect(new Set(jars.map(({ values }) => values.get('kerbside_refresh'))).size).toBe(1);
	});

	it('ends, and its cookies go, when the token is refused', async () => {
		answers.refresh = () =>
			Response.json({ code: 'refresh_token_not_found', message: 'gone' }, { status: 400 });
		const { cookies, values } = jar({ kerbside_access: token(-5), kerbside_refresh: `gone-${serial++}` });
		expect(await readSession(eventOf(cookies))).toBeNull();
		expect([...values.keys()]).toEqual([]);
	});

	it('outlives a database that is busy: the cookies stay and the request fails', async () => {
		answers.me = () => Response.json({ message: 'busy' }, { status: 503 });
		const { cookies, values } = jar({ kerbside_access: token(3600), kerbside_refresh: 'r' });
		await expect(readSession(eventOf(cookies))).rejects.toMatchObject({ status: 503 });
		expect(values.size).toBe(2);
	});

	it('of somebody without an entry is nobody', async () => {
		answers.me = () => Response.json(null);
		const { cookies } = jar({ kerbside_access: token(3600), kerbside_refresh: 'r' });
		expect(await readSession(eventOf(cookies))).toBeNull();
	});
});

describe('signing in', () => {
	it.each([
		['http://localhost:5180/sign-in', false],
		['https://kerb.example/sign-in', true]
	])('at %s sets cookies no script can read; secure: %s', async (address, isSecure) => {
		const { cookies, set } = jar();
		expect(await signIn(eventOf(cookies, address), 'lin', 'secret')).toBe('ok');
		expect([...set.keys()].sort()).toEqual(['kerbside_access', 'kerbside_device', 'kerbside_refresh']);
		for (const { options } of set.values()) {
			expect(options).toMatchObject({ httpOnly: true, sameSite: 'lax', secure: isSecure, path: '/' });
		}
	});

	it.each([
		[400, 'wrong'],
		[429, 'locked']
	])('refused with %i is "%s" and sets nothing', async (status, result) => {
		answers.password = () => Response.json({ code: 'invalid_credentials', message: 'no' }, { status });
		const { cookies, set } = jar();
		expect(await signIn(eventOf(cookies), 'lin', 'secret')).toBe(result);
		expect(set.size).toBe(0);
	});

	it('that has to wait asks nobody about the password', async () => {
		answers.charge = () => Response.json({ wait_s: 60 });
		expect(await signIn(eventOf(jar().cookies), 'lin', 'secret')).toBe('locked');
		expect(asked).toEqual(['rpc/charge_sign_in']);
	});

	it.each(['lin', 'nobody-has-this'])(
		'takes the same steps for %s when the password is wrong',
		async (login) => {
			answers.password = () => Response.json({ code: 'invalid_credentials', message: 'no' }, { status: 400 });
			expect(await signIn(eventOf(jar().cookies), login, 'wrong')).toBe('wrong');
			expect(asked).toEqual(['rpc/charge_sign_in', 'token:password']);
		}
	);

	it.each(['code', 'password', 'enrol'] as const)('with the step %s missing seats nobody', async (step) => {
		answers.me = () => Response.json({ ...person, roles: [], step });
		const { cookies, values } = jar();
		const event = eventOf(cookies);
		expect(await signIn(event, 'lin', 'secret')).toBe('ok');
		expect([event.locals.staff, event.locals.pending?.step]).toEqual([null, step]);
		expect(values.has('kerbside_device')).toBe(step !== 'code');
		expect(() => requireStaff(event)).toThrow(
			expect.objectContaining({
				location: expect.stringMatching(/^\/(sign-in\/code|account\/[a-z-]+)\?next=%2Fdesk$/)
			})
		);
	});

	it('without an entry among the staff ends the account session again', async () => {
		answers.me = () => Response.json(null);
		const { cookies, set } = jar();
		expect(await signIn(eventOf(cookies), 'lin', 'secret')).toBe('no_entry');
		expect(set.size).toBe(0);
		expect(asked).toContain('logout');
	});

	it('and out again leaves no cookie and no session', async () => {
		const { cookies, values } = jar();
		const event = eventOf(cookies);
		await signIn(event, 'lin', 'secret');
		expect(await signOut(event)).not.toBeNull();
		expect([...values.keys()]).toEqual(['kerbside_device']);
		expect(asked.slice(-2)).toEqual(['rpc/end_session', 'logout']);
	});

	it('and out again ends a copy of the cookies at once, an older one of the session too', async () => {
		const [older, newer] = [token(3600, 'one'), token(3600, 'one')];
		const copy = (access: string) => eventOf(jar({ kerbside_access: access, kerbside_refresh: 'r' }).cookies);
		for (const access of [older, newer]) expect(await readSession(copy(access))).not.toBeNull();
		expect(await signOut(copy(newer))).toBe('one');
		answers.me = () => Response.json(null);
		for (const access of [older, newer]) expect(await readSession(copy(access))).toBeNull();
	});

	it('and out with a token the database does not know names no session as ended', async () => {
		answers.end = () => Response.json({ code: 'PGRST301', message: 'bad jwt' }, { status: 401 });
		const forged = token(3600, 'of-somebody-else');
		expect(await signOut(eventOf(jar({ kerbside_access: forged }).cookies))).toBeNull();
	});

	it('and out while the database is busy is said, and the cookies are gone', async () => {
		answers.end = () => Response.json({ message: 'busy' }, { status: 503 });
		const { cookies, values } = jar({ kerbside_access: token(3600), kerbside_refresh: 'r' });
		await expect(signOut(eventOf(cookies))).rejects.toMatchObject({ status: 503 });
		expect(values.size).toBe(0);
	});
});

describe('the demo people', () => {
	const registrar = findPersona('registrar')!;

	it('sign in by one click on this machine', async () => {
		expect(await signInPersona(eventOf(jar().cookies), registrar)).toBe(true);
	});

	it.each([
		['another machine can reach us', { HOST: '0.0.0.0' }, 'http://localhost:5180/'],
		['a proxy is announced', { TRUSTED_PROXY: '127.0.0.1' }, 'http://localhost:5180/'],
		['the page was opened under another name', { ALLOWED_HOSTS: 'kerb.example' }, 'http://kerb.example/'],
		['the demo is switched off', { DEMO: 'off' }, 'http://localhost:5180/']
	])('do not when %s', async (_, environment, address) => {
		setSettings(readSettings(environment));
		expect(await signInPersona(eventOf(jar().cookies, address), registrar)).toBe(false);
		expect(asked).not.toContain('token:password');
	});

	it('do not when a proxy nobody announced passes the request on', async () => {
		const event = eventOf(jar().cookies, 'http://localhost:5180/');
		event.request.headers.set(privateHeaders.relayed, 'yes');
		expect(await signInPersona(event, registrar)).toBe(false);
		expect(asked).not.toContain('token:password');
	});

	it('are signed out where the door is shut', async () => {
		answers.me = () => Response.json({ ...person, id: registrar.id });
		setSettings(readSettings({ HOST: '0.0.0.0' }));
		const { cookies, values } = jar({ kerbside_access: token(3600), kerbside_refresh: 'r' });
		expect(await readSession(eventOf(cookies))).toBeNull();
		expect(values.size).toBe(0);
	});
});

describe('a page for staff', () => {
	const visitor = () => eventOf(jar().cookies, 'http://localhost:5180/desk/reports?tab=1');

	it('sends a visitor to sign in, and back afterwards', () => {
		expect(() => requireStaff(visitor())).toThrow(
			expect.objectContaining({ status: 303, location: '/sign-in?next=%2Fdesk%2Freports%3Ftab%3D1' })
		);
	});

	it('refuses a program with 401', () => {
		const event = visitor();
		event.request = new Request(event.url, { method: 'POST' });
		expect(() => requireStaff(event)).toThrow(expect.objectContaining({ status: 401 }));
	});

	it('refuses the wrong role with 403 and lets the right one in', () => {
		const event = visitor();
		event.locals.staff = { ...person, accessToken: 't' } as unknown as App.Locals['staff'];
		expect(() => requireStaff(event, ['closer'])).toThrow(expect.objectContaining({ status: 403 }));
		expect(requireStaff(event, ['closer', 'registrar']).name).toBe('林静');
	});
});

describe('the way back after signing in', () => {
	it.each([
		['/desk?tab=1', '/desk?tab=1'],
		['//evil.example', '/home'],
		['/\\evil.example', '/home'],
		['https://evil.example', '/home'],
		['javascript:alert(1)', '/home'],
		['/\t/evil.example', '/home'],
		['/..//evil.example', '/home'],
		['/.//evil.example/x', '/home'],
		['/a/..//evil.example', '/home'],
		['/%2e//evil.example', '/home'],
		['', '/home'],
		[null, '/home'],
		[`/${'a'.repeat(600)}`, '/home']
	])('%j leads to %s', (next, target) => {
		expect(safeNext(next, '/home')).toBe(target);
	});
});
