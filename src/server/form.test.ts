import { beforeAll, describe, expect, it } from 'vitest';
import { setHome, type Home } from '#lib/database/home.server.ts';
import { readForm } from './form.ts';
import { readSettings, setSettings } from './settings.ts';

type Handler = (event: unknown) => unknown;
const modules = import.meta.glob<{ POST?: Handler; actions?: Record<string, Handler> }>(
	// Layouts take no POST, and the outermost one renders components.
	['../routes/**/+server.ts', '../routes/**/+page.server.ts'],
	{ eager: true }
);
/** Everything that takes a POST, as an address and what answers there. */
const posts = Object.entries(modules).flatMap(([file, { POST, actions }]): [string, Handler][] => {
	const route = file.replace('../routes', '').replace(/\/\+[a-z.]+$/, '');
	const named = Object.entries(actions ?? {}).map(([name, answer]): [string, Handler] => [
		`${route}?/${name}`,
		answer
	]);
	return POST ? [[route, POST], ...named] : named;
});
/** They read no form (no body, JSON, the bytes of a file), or answer in the page whatever was wrong with it. */
const formless = [
	...[
		'/sign-out',
		'/api/reports',
		'/snap/reports',
		'/snap/challenge',
		'/snap/place',
		'/snap/nearby',
		'/desk/leases',
		'/desk/call/around',
		'/patrol/route',
		'/patrol/lines'
	],
	...['/admin/imports/parts', '/admin/imports/parts/[token]', '/admin/imports/[token]?/drop'],
	...['/admin/imports/[token]?/confirm', '/admin/imports/[token]?/again'],
	'/admin/log?/default'
];

const junk: [string | null, string, number][] = [
	['application/json', '{}', 415],
	['text/plain', 'language=en', 415],
	[null, '', 415],
	['multipart/form-data', 'junk', 400],
	['multipart/form-data; boundary=x', 'junk', 400],
	['multipart/form-data; boundary=x', '--x\r\ncontent-disposition: form-data; name="a"\r\n\r\ncut', 400]
];

beforeAll(() => {
	setSettings(readSettings({}));
	setHome({
		kind: 'embedded',
		url: 'http://home.invalid',
		anonKey: 'anon',
		serviceKey: 'service',
		secret: Buffer.alloc(32, 1),
		fetch: async () => new Response(null, { status: 204 })
	} as unknown as Home);
});

function requestOf(type: string | null, body: string): Request {
	const request = new Request('http://localhost:5180/', { method: 'POST', body: Buffer.from(body) });
	if (type !== null) request.headers.set('content-type', type);
	return request;
}

async function statusOf(answer: Handler, request: Request): Promise<number> {
	const roles = ['registrar', 'dispatcher', 'closer', 'team', 'admin', 'data_officer'].map((role) => ({
		role
	}));
	const event = {
		request,
		url: new URL(request.url),
		params: { id: '01900000-0000-7000-8000-000000000001', token: '01900000-0000-7000-8000-000000000001' },
		locals: {
			requestId: 'r',
			language: 'en',
			staff: { id: 'p', name: 'p', roles, units: [], accessToken: 't' }
		},
		cookies: { get: () => undefined, set() {}, delete() {} },
		setHeaders() {},
		getClientAddress: () => '127.0.0.1'
	};
	try {
		const given = (await answer(event)) as { status?: number };
		return given.status ?? 200;
	} catch (problem) {
		const { status } = problem as { status?: number };
		if (typeof status !== 'number') throw problem;
		return status;
	}
}

describe('whatever takes a POST', () => {
	it('is all found', () => {
		expect(posts.map(([name]) => name)).toEqual(
			expect.arrayContaining([
				...formless,
				'/language',
				'/sign-in?/password',
				'/sign-in?/persona',
				'/desk/cases/[id]?/move',
				'/desk/cases/[id]?/attach',
				'/desk/reports/[id]?/decide',
				'/desk/photos?/judge',
				'/snap?/send',
				'/track?/follow'
			])
		);
	});

	describe.each(posts)('%s', (name, answer) => {
		it.each(junk)('refuses %s with %j', async (type, body, status) => {
			const given = await statusOf(answer, requestOf(type, body));
			if (formless.includes(name)) expect(given).toBeLessThan(500);
			else expect(given).toBe(status);
		});
	});
});

describe('a form', () => {
	it('is read in both encodings', async () => {
		const form = new FormData();
		form.set('a', '街');
		const sent = new Request('http://localhost/', { method: 'POST', body: form });
		expect((await readForm(sent)).get('a')).toBe('街');
		const line = requestOf('application/x-www-form-urlencoded', 'a=%E8%A1%97');
		expect((await readForm(line)).get('a')).toBe('街');
	});

	it('that is too large is refused unread', async () => {
		const request = requestOf('multipart/form-data; boundary=x', 'junk');
		request.headers.set('content-length', '99999999');
		await expect(readForm(request)).rejects.toMatchObject({ status: 413 });
	});
});
