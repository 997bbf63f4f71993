import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { nextPause, retryAfter } from './back-off.ts';
import {
	afterTry,
	isDue,
	isTried,
	LONGEST_WAIT_MS,
	photoLosses,
	withoutPhotos,
	type OutboxEntry
} from './entry.ts';
import { filesNamedIn, filesOf, markKept } from './offline-shell.ts';
import { sendEntry, understand, type Line } from './sending.ts';
import { digest } from './sha256.ts';
import { degradePlan, isHopeful, roomFor } from './storage-room.ts';

const NOW = 1_795_000_000_000;
const ID = '01990000-0000-7000-8000-000000000001';
const SHA = 'a'.repeat(64);

function entry(given: Partial<OutboxEntry> = {}): OutboxEntry {
	return {
		v: 1,
		id: ID,
		as: 'citizen',
		report: { id: ID, photos: [{ sha256: SHA, role: 'near' }] },
		photos: [{ sha256: SHA, role: 'near', type: 'image/jpeg', bytes: 3, claims: {}, step: 0 }],
		savedAt: NOW,
		state: 'waiting',
		attempts: 0,
		nextTryAt: 0,
		why: null,
		isOffered: false,
		label: { category: '占道洗车', place: '金桥路' },
		keptIn: 'database',
		...given
	};
}

describe('waiting', () => {
	it('doubles, ends at a quarter of an hour, and is never the same for everybody', () => {
		expect([1, 2, 3, 30].map((attempts) => nextPause(attempts, null, 1))).toEqual([
			4000, 8000, 16_000, 900_000
		]);
		expect(nextPause(1, null, 0)).toBe(2000);
	});

	it('is as long as the server asks for, up to an hour', () => {
		expect(nextPause(1, 120_000, 0)).toBe(120_000);
		expect(nextPause(1, 86_400_000, 1)).toBeLessThanOrEqual(LONGEST_WAIT_MS);
	});

	it.each([
		['120', 120_000],
		[' 0 ', 0],
		[new Date(NOW + 5000).toUTCString(), 5000],
		['soon', null],
		[null, null]
	])('Retry-After %j is %j', (header, expected) => {
		expect(retryAfter(header, NOW)).toBe(expected);
	});

	it('ends when its time has come, and when the clock has jumped back behind it', () => {
		expect(isDue(entry({ nextTryAt: NOW }), NOW)).toBe(true);
		expect(isDue(entry({ nextTryAt: NOW + 60_000 }), NOW)).toBe(false);
		expect(isDue(entry({ nextTryAt: NOW + 86_400_000 }), NOW)).toBe(true);
	});

	it('for a network ends with news of a network; for a server it does not; for a person nothing waits', () => {
		const later = { nextTryAt: NOW + 60_000 };
		expect(isTried(entry({ ...later, why: 'offline' }), 'online', NOW)).toBe(true);
		expect(isTried(entry({ ...later, why: 'offline' }), 'timer', NOW)).toBe(false);
		expect(isTried(entry({ ...later, why: 'busy' }), 'online', NOW)).toBe(false);
		expect(isTried(entry({ ...later, why: 'busy' }), 'now', NOW)).toBe(true);
		expect(isTried(entry({ state: 'needs_you' }), 'now', NOW)).toBe(false);
	});
});

describe('an entry after a try', () => {
	it('that found nobody waits longer each time', () => {
		const once = afterTry(entry(), { kind: 'wait', why: 'offline', retryAfterMs: null }, NOW, 1);
		expect(once).toMatchObject({ state: 'waiting', attempts: 1, why: 'offline', nextTryAt: NOW + 4000 });
	});

	it('that was refused goes back to its writer with the reason', () => {
		const problem = { code: 'bad_report', detail: '…' };
		expect(afterTry(entry(), { kind: 'refused', problem }, NOW, 1)).toMatchObject({
			state: 'needs_you',
			problem
		});
	});

	it('goes on without a photo that is gone, and says so', () => {
		const left = withoutPhotos(entry(), [SHA]);
		expect(left.report.photos).toEqual([]);
		expect(photoLosses(left.photos)).toEqual({ photos_lost: 1 });
	});

	it('that may have reached the server never changes', () => {
		expect(() => withoutPhotos(entry({ isOffered: true }), [SHA])).toThrow(/never changes/);
	});
});

describe('room', () => {
	it('is asked for in steps: all photos smaller, then the close one alone, then none', () => {
		const plan = degradePlan([
			{ bytes: 240_000, role: 'wide' },
			{ bytes: 100_000, role: 'near' }
		]);
		expect(plan.map(({ steps }) => steps)).toEqual([
			[0, 0],
			[2, 4],
			[3, 5],
			[4, 5],
			[5, 5],
			[null, 5],
			[null, null]
		]);
		expect(plan[0]!.bytes).toBe(340_000);
		expect(plan.at(-1)!.bytes).toBe(0);
	});

	it('that is certainly missing is not worth drawing photos for', () => {
		expect(isHopeful({ steps: [0], bytes: 250_000 }, 10_000)).toBe(false);
		expect(isHopeful({ steps: [0], bytes: 250_000 }, null)).toBe(true);
		expect([0, 4_000_000, 1e9].map(roomFor)).toEqual(['none', 'little', 'plenty']);
	});
});

describe('an answer', () => {
	const problem = (status: number, body: object, headers = {}) =>
		new Response(JSON.stringify(body), {
			status,
			headers: { 'content-type': 'application/problem+json', ...headers }
		});

	it.each([
		['a receipt', Response.json({ id: ID }), { kind: 'answer' }],
		[
			'the sign-in page of a hotel',
			new Response('<html>', { headers: { 'content-type': 'text/html' } }),
			{ kind: 'wait', why: 'offline' }
		],
		['work to do', problem(428, { code: 'work_needed', level: 2 }), { kind: 'level', level: 2 }],
		['too many', problem(429, {}, { 'retry-after': '7' }), { kind: 'wait', why: 'busy', retryAfterMs: 7000 }],
		['a server that is down', new Response('', { status: 502 }), { kind: 'wait', why: 'server' }],
		['a session that is over', problem(409, { code: 'signed_out' }), { kind: 'wait', why: 'signed_out' }],
		[
			'another report under that id',
			problem(409, { code: 'id_taken' }),
			{ kind: 'refused', problem: { code: 'id_taken' } }
		],
		[
			'a field that is wrong',
			problem(422, { code: 'bad_report', errors: [{ pointer: '/lng' }] }),
			{ kind: 'refused' }
		],
		['a proxy that forbids', new Response('no', { status: 403 }), { kind: 'wait', why: 'offline' }]
	])('%s', async (_, answer, expected) => {
		expect(await understand(answer, NOW)).toMatchObject(expected);
	});
});

describe('sending', () => {
	function line(answers: Record<string, (() => Response)[]>, given: Partial<Line> = {}) {
		const asked: string[] = [];
		const it: Line = {
			fetch: (async (path: string, init: RequestInit) => {
				asked.push(`${init.method} ${path.replace(SHA, 'sha')}`);
				const next = answers[path.replace(SHA, 'sha')]?.shift();
				if (!next) throw new TypeError('no network');
				return next();
			}) as typeof fetch,
			solve: async () => 'proof',
			photo: async () => new Blob(['jpg']),
			arrived: async () => {},
			offering: async () => true,
			now: () => NOW,
			...given
		};
		return { it, asked };
	}
	const taken = () => Response.json({ sha256: SHA }, { status: 201 });
	const work = () =>
		new Response('{"code":"work_needed","level":1}', {
			status: 428,
			headers: { 'content-type': 'application/problem+json' }
		});
	const receipt = (needs: string[]) => () =>
		Response.json({ id: ID, code: 'c', pin: 'p', needs, status_url: '/' });

	it('brings photos first, then the report, then the work it is asked for', async () => {
		const { it: way, asked } = line({
			'/api/photos/sha': [taken],
			'/snap/reports': [work, receipt([])],
			'/snap/challenge': [() => Response.json({ parameters: {} })]
		});
		expect(await sendEntry(entry(), way)).toMatchObject({ kind: 'sent', receipt: { code: 'c' } });
		expect(asked).toEqual([
			'PUT /api/photos/sha',
			'POST /snap/reports',
			'POST /snap/challenge',
			'POST /snap/reports'
		]);
	});

	it('brings a photo again that the server has not got, before it is done', async () => {
		const { it: way, asked } = line({
			'/api/photos/sha': [taken],
			'/snap/reports': [receipt([SHA]), receipt([])]
		});
		const arrived = entry({ photos: [{ ...entry().photos[0]!, hasArrived: true }] });
		expect((await sendEntry(arrived, way)).kind).toBe('sent');
		expect(asked).toEqual(['POST /snap/reports', 'PUT /api/photos/sha', 'POST /snap/reports']);
	});

	it('keeps the receipt of a report whose photo is cut off', async () => {
		const { it: way } = line({ '/snap/reports': [receipt([SHA])] });
		const arrived = entry({ photos: [{ ...entry().photos[0]!, hasArrived: true }] });
		expect(await sendEntry(arrived, way)).toMatchObject({ kind: 'wait', receipt: { code: 'c' } });
	});

	it.each([429, 503, 408])('sends the report when there is no room for its photo (%d)', async (status) => {
		const full = () =>
			new Response('{"code":"too_busy"}', {
				status,
				headers: { 'content-type': 'application/problem+json', 'retry-after': '3' }
			});
		const { it: way, asked } = line({
			'/api/photos/sha': [full, taken],
			'/snap/reports': [receipt([SHA]), receipt([])]
		});
		expect(await sendEntry(entry(), way)).toMatchObject({
			...{ kind: 'wait', why: status === 408 ? 'server' : 'busy', retryAfterMs: 3000 },
			receipt: { code: 'c' }
		});
		expect(asked).toEqual(['PUT /api/photos/sha', 'POST /snap/reports']);
		expect((await sendEntry(entry({ isOffered: true }), way)).kind).toBe('sent');
	});

	it('says which photos are gone before it offers the report', async () => {
		const { it: way, asked } = line({}, { photo: async () => null });
		expect(await sendEntry(entry(), way)).toEqual({ kind: 'photos_gone', gone: [SHA] });
		expect(asked).toEqual([]);
	});

	it('does nothing when somebody else has settled it', async () => {
		const { it: way, asked } = line({ '/api/photos/sha': [taken] }, { offering: async () => false });
		expect(await sendEntry(entry(), way)).toEqual({ kind: 'settled' });
		expect(asked).toEqual(['PUT /api/photos/sha']);
	});

	it('takes no receipt for another report', async () => {
		const { it: way } = line({
			'/api/photos/sha': [taken],
			'/snap/reports': [() => Response.json({ id: 'other', code: 'c', pin: 'p' })]
		});
		expect((await sendEntry(entry(), way)).kind).toBe('wait');
	});
});

describe('a page kept for later', () => {
	it('says that it was kept, so that it does not take the absence of a name for nobody signed in', () => {
		expect(markKept('<!doctype html><html lang="en"><head>')).toBe(
			'<!doctype html><html data-kept lang="en"><head>'
		);
	});

	it('needs what its text and its header ask for, and nothing for large screens', () => {
		const html =
			'<link href="./_app/immutable/assets/a.css" rel="stylesheet"><link rel="stylesheet" href="./_app/immutable/assets/fonts.css" media="(min-width: 60rem)"><link rel="icon" href="./favicon.svg"><script nonce="x">import("./_app/immutable/entry/start.js")</script>';
		expect(filesOf(html, '<./_app/immutable/chunks/b.js>; rel="modulepreload"; nopush')).toEqual([
			'/_app/immutable/assets/a.css',
			'/_app/immutable/entry/start.js',
			'/_app/immutable/chunks/b.js'
		]);
	});

	it('finds what a script may load later: parts, their styles and workers', () => {
		const script =
			'm.f=["../assets/c.css"];import{a}from"./d.js";()=>import(`./e.js`);new URL(`../workers/f.js`)';
		expect(filesNamedIn(script, '/_app/immutable/chunks/x.js')).toEqual([
			'/_app/immutable/assets/c.css',
			'/_app/immutable/chunks/d.js',
			'/_app/immutable/chunks/e.js',
			'/_app/immutable/workers/f.js'
		]);
	});
});

it.each([0, 1, 55, 56, 63, 64, 65, 1000])(
	'SHA-256 of %d bytes without the browser’s cryptography',
	(length) => {
		const bytes = Uint8Array.from({ length }, (_, at) => (at * 7) % 256);
		expect(Buffer.from(digest(bytes)).toString('hex')).toBe(createHash('sha256').update(bytes).digest('hex'));
	}
);
