// Intake from strangers as it stands with its limits on, in the embedded home: what comes in, what is asked first, what
// is cleared away. The handlers are the routes' own.

import { createHash, randomUUID } from 'node:crypto';
import sharp from 'sharp';
import { uuidv7 } from 'uuidv7';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { call, serviceClient } from '#lib/database/client.server.ts';
import { deriveKey, mintToken } from '#lib/database/jwt.ts';
import { clearOrphans } from '#lib/evidence/orphan-photos.server.ts';
import { photoIntake, readOriginal } from '#lib/evidence/photos.server.ts';
import { codeHash, pinHash, readCode } from '#lib/reports/codes.ts';
import type { ProofLevel } from '#lib/reports/proof-of-work.ts';
import { MAX_AGE_MS } from '#lib/reports/report.ts';
import { acceptReport, startIntake } from '#lib/reports/reports.server.ts';
import { senderHash } from '#lib/reports/sender.ts';
import { readSettings, setSettings } from '#server/settings.ts';
import { proofFor } from '#test/support/work.ts';
import { POST as postByMachine } from '../../src/routes/api/reports/+server.ts';
import { POST as postChallenge } from '../../src/routes/snap/challenge/+server.ts';
import { POST as postReport } from '../../src/routes/snap/reports/+server.ts';
import { openWorld, rightReport, type World } from '../fuzz/world.ts';

let world: World;
let street = 0;
/** A phone of its own, in another house each time. */
const anotherPhone = () => `2001:db8:${(street += 1).toString(16)}::1`;
let phone = '';

beforeAll(async () => {
	world = await openWorld();
}, 180_000);
afterAll(() => world.close(), 60_000);
beforeEach(() => {
	setSettings(readSettings({}));
	phone = anotherPhone();
});
afterEach(() => void vi.useRealTimers());

type Handler = (event: never) => Response | Promise<Response>;
type Report = ReturnType<typeof rightReport> & Record<string, unknown>;

async function post(handler: unknown, body: unknown, more: { staff?: unknown; headers?: object } = {}) {
	const request = new Request('http://localhost/', {
		method: 'POST',
		headers: { 'content-type': 'application/json', ...more.headers },
		body: JSON.stringify(body)
	});
	const locals = { requestId: 'r', language: 'en', staff: more.staff ?? null };
	const event = { request, url: new URL(request.url), locals, getClientAddress: () => phone };
	const response = await (handler as Handler)(event as never);
	return { status: response.status, headers: response.headers, json: await response.json() };
}

const send = (report: object, more: object = {}, staff?: unknown) =>
	post(postReport, { report, sent_at: new Date().toISOString(), as: 'citizen', ...more }, { staff });

const proofOf = (id: string, level: ProofLevel = 1) =>
	proofFor(id, level, async (_, body) => {
		const { status, json } = await post(postChallenge, body);
		return { status, body: json };
	});

const sendProven = async (report: Report, more: object = {}) =>
	send(report, { proof: await proofOf(report.id), ...more });

/** What the desk reads of a report, once the database has it. */
async function row(id: string): Promise<Record<string, unknown>> {
	const { client } = await desk();
	return vi.waitFor(() => call<Record<string, unknown>>(client, 'report_detail', { report_id: id }), 10_000);
}

let desks:
	| Promise<{ client: ReturnType<typeof serviceClient>; session: { id: string; accessToken: string } }>
	| undefined;
function desk(roles = ['registrar', 'inspector']) {
	return (desks ??= hireAs('desk', roles));
}

async function hireAs(login: string, roles: string[]) {
	const { hire } = await import('../fuzz/world.ts');
	const client = (await hire(world.home, login, roles)) as ReturnType<typeof serviceClient>;
	const { id } = (await call(client, 'me')) as { id: string };
	const claims = { sub: id, role: 'authenticated', aud: 'authenticated' };
	const exp = Math.floor(Date.now() / 1000) + 3600;
	const accessToken = mintToken({ ...claims, exp }, deriveKey(world.home.secret, 'jwt'));
	return {
		client,
		session: { id, name: login, roles: roles.map((role) => ({ role })), units: [], accessToken }
	};
}

describe("a stranger's report", () => {
	it('is asked for work first, and taken with it', async () => {
		const report = rightReport();
		const asked = await send(report);
		expect({ status: asked.status, ...asked.json }).toMatchObject({
			status: 428,
			code: 'work_needed',
			level: 1,
			detail: expect.stringContaining('calculation')
		});
		const taken = await sendProven(report);
		expect(taken.status).toBe(201);
		expect(await row(report.id)).toMatchObject({ status: 'received', proof: 'work' });
	});

	it('comes in again for nothing, without work, and gets the same code and PIN', async () => {
		const report = rightReport();
		const first = await sendProven(report);
		const again = await send(report);
		expect(again.status).toBe(200);
		expect([again.json.code, again.json.pin]).toEqual([first.json.code, first.json.pin]);
	});

	it('comes in again for nothing after a restart, too', async () => {
		const report = rightReport();
		await sendProven(report);
		await row(report.id);
		// Another process knows only what the database knows.
		const intake = { source: 'citizen', level: 1, proof: null, address: phone } as const;
		expect((await acceptReport(report, intake, { ...world.home, spool: null })).created).toBe(false);
	});

	it('is refused when it says something else under the same id', async () => {
		const report = rightReport();
		await sendProven(report);
		await row(report.id);
		const other = await sendProven({ ...report, description: '别的' });
		expect({ status: other.status, code: other.json.code }).toEqual({ status: 409, code: 'id_taken' });
	});

	it("does not come in with another report's proof", async () => {
		const other = await proofOf(uuidv7());
		expect((await send(rightReport(), { proof: other })).status).toBe(428);
	});

	it('with junk for a proof is asked for the work and costs no share', async () => {
		for (let i = 0; i < 30; i++) expect((await send(rightReport(), { proof: 'eyJ9' })).status).toBe(428);
		expect((await sendProven(rightReport())).status).toBe(201);
	});

	it('asks for more work when its address is busy, at once, and takes it then', async () => {
		const limits = [{ kind: 'usual', capacity: 2, per_hour: 1 }];
		await call(serviceClient(world.home), 'set_intake_limits', { limits });
		try {
			for (let i = 0; i < 2; i++) expect((await sendProven(rightReport())).status).toBe(201);
			const report = rightReport();
			expect((await send(report)).json).toMatchObject({ code: 'work_needed', level: 2 });
			expect((await sendProven(report)).json).toMatchObject({ code: 'work_needed', level: 2 });
			expect((await send(report, { proof: await proofOf(report.id, 2) })).status).toBe(201);
			phone = anotherPhone();
			expect((await sendProven(rightReport())).status).toBe(201);
		} finally {
			const usual = [{ kind: 'usual', capacity: 20, per_hour: 120 }];
			await call(serviceClient(world.home), 'set_intake_limits', { limits: usual });
		}
	});

	it('keeps what it claims: the fix, the reason for one photo, the times of its photos', async () => {
		const sha256 = createHash('sha256').update(uuidv7()).digest('hex');
		const report = rightReport({
			location_source: 'pin',
			fix: { lng: 119.456, lat: 32.7802, accuracy_m: 25 },
			wide_skipped: 'no_room',
			suggested_case: randomUUID(),
			photos: [
				{
					sha256,
					role: 'near',
					taken_at: new Date(Date.now() - 60_000).toISOString(),
					lng: 119.455,
					lat: 32.78
				}
			]
		});
		const { status, json } = await sendProven(report as never);
		expect({ status, needs: json.needs }).toEqual({ status: 201, needs: [sha256] });
		const kept = await row(report.id);
		expect(kept).toMatchObject({ wide_skipped: 'no_room', suggested_case: null, fix: { accuracy_m: 25 } });
	});
});

describe('a phone with a wrong clock', () => {
	const HOUR = 3_600_000;
	const iso = (ms: number) => new Date(ms).toISOString();

	it.each([
		['seven hours ahead', 7 * HOUR],
		['in 1970', -56 * 365 * 24 * HOUR],
		['a year ahead', 365 * 24 * HOUR]
	])('%s is put right by the time of sending', async (_, off) => {
		// Observed ten minutes ago, by the phone's own clock.
		const report = rightReport({ observed_at: iso(Date.now() + off - 600_000) });
		const { status } = await sendProven(report, { sent_at: iso(Date.now() + off) });
		expect(status).toBe(201);
		const { observed_at } = await row(report.id);
		expect(Math.abs(Date.parse(observed_at as string) - (Date.now() - 600_000))).toBeLessThan(60_000);
	});

	it('sends the same report again later, and it is the same', async () => {
		const report = rightReport({ observed_at: iso(Date.now() + 7 * HOUR) });
		expect((await sendProven(report, { sent_at: iso(Date.now() + 7 * HOUR) })).status).toBe(201);
		await row(report.id);
		const again = await send(report, { sent_at: iso(Date.now() + 8 * HOUR) });
		expect(again.status).toBe(200);
	});

	it('of a minute is within what sending takes, and left alone', async () => {
		const observed_at = iso(Date.now() - 1000);
		const report = rightReport({ observed_at });
		await sendProven(report, { sent_at: iso(Date.now() - 60_000) });
		expect(Date.parse((await row(report.id)).observed_at as string)).toBe(Date.parse(observed_at));
	});

	it('does not make an old sighting a new one', async () => {
		const report = rightReport({ observed_at: iso(Date.now() + 7 * HOUR - 31 * 24 * HOUR) });
		const { json } = await sendProven(report, { sent_at: iso(Date.now() + 7 * HOUR) });
		expect(json.errors).toEqual([expect.objectContaining({ pointer: '/observed_at', code: 'time_too_old' })]);
	});
});

describe('a report whose receipt was lost on the way', () => {
	// Another process of the same home, which remembers nothing of what came in.
	const elsewhere = () => ({ ...world.home, spool: world.home.spool }) as World['home'];
	const intake = (address: string) => ({ source: 'citizen', level: 1, proof: null, address }) as const;

	it('gets it again when it is too old by then, and another one under its id does not', async () => {
		const report = rightReport({ observed_at: new Date(Date.now() - MAX_AGE_MS + 3_000).toISOString() });
		const { json } = await sendProven(report);
		await row(report.id);
		await new Promise((resolve) => setTimeout(resolve, 3_100));
		const again = await acceptReport(report, intake(phone), elsewhere());
		expect(again).toMatchObject({ id: report.id, code: json.code, pin: json.pin, created: false });
		const other = { ...report, description: 'another' };
		await expect(acceptReport(other, intake(phone), elsewhere())).rejects.toMatchObject({
			status: 422,
			detail: { errors: [{ pointer: '/observed_at', code: 'time_too_old' }] }
		});
	});

	it('is still refused for what it can never have been accepted with', async () => {
		const odd = rightReport({ observed_at: { toString: 1 } as never });
		await expect(acceptReport(odd, intake(phone), elsewhere())).rejects.toMatchObject({ status: 422 });
		for (const nothing of [null, 'text', 7, []])
			await expect(acceptReport(nothing, intake(phone), elsewhere())).rejects.toMatchObject({ status: 422 });
	});
});

describe('a report of staff', () => {
	const as = ({ id }: { id: string }) => ({ as: { staff: id } });

	it('comes in their own name, without work and without a limit', async () => {
		const { session } = await desk();
		for (let i = 0; i < 40; i++) {
			expect((await send(rightReport(), as(session), session)).status).toBe(201);
		}
		const report = rightReport();
		const { json } = await send(report, as(session), session);
		expect(json).toMatchObject({
			number: expect.any(Number),
			code: expect.any(String),
			pin: expect.any(String)
		});
		expect(await row(report.id)).toMatchObject({ proof: 'staff' });
		expect((await send(report, as(session), session)).status).toBe(200);
	});

	it('waits for them when they are signed out', async () => {
		const { status, json } = await send(rightReport(), as((await desk()).session));
		expect({ status, code: json.code }).toEqual({ status: 409, code: 'signed_out' });
	});

	it('waits for them, and does not go in the name of the next colleague on the same phone', async () => {
		const { session: colleague } = await hireAs('colleague', ['inspector']);
		const { status, json } = await send(rightReport(), as((await desk()).session), colleague);
		expect({ status, code: json.code }).toEqual({ status: 409, code: 'signed_out' });
	});

	it('that does not say of whom, from an outbox of before, is nobody’s until somebody chooses', async () => {
		const { session } = await desk();
		const { status, json } = await send(rightReport(), { as: 'staff' }, session);
		expect({ status, code: json.code }).toEqual({ status: 409, code: 'signed_out' });
	});

	it('waits for them when their session has ended meanwhile', async () => {
		const stale = { ...(await desk()).session, accessToken: 'ended' };
		const { status, json } = await send(rightReport(), as(stale), stale);
		expect({ status, code: json.code }).toEqual({ status: 409, code: 'signed_out' });
	});

	it('is refused to those who have no such role', async () => {
		const { session } = await hireAs('watcher', ['wall']);
		const { status, json } = await send(rightReport(), as(session), session);
		expect({ status, code: json.code }).toEqual({ status: 403, code: 'role_needed' });
	});
});

describe('a report without proof', () => {
	it('of a machine is looked at on site first, and has a small share', async () => {
		const report = rightReport();
		const { status, json } = await post(postByMachine, report);
		expect(status).toBe(201);
		expect(await row(report.id)).toMatchObject({ status: 'to_verify', proof: 'none' });
		expect(json.code).toBeTruthy();
		let let_in = 1;
		for (let i = 0; i < 10; i++) if ((await post(postByMachine, rightReport())).status === 201) let_in += 1;
		expect(let_in).toBe(5);
		const asked = await post(postByMachine, rightReport());
		expect(asked.json).toMatchObject({ code: 'work_needed', level: 1 });
		const proven = rightReport();
		const headers = { 'x-proof': await proofOf(proven.id) };
		expect((await post(postByMachine, proven, { headers })).status).toBe(201);
	});

	it('of a form without scripts has the same share, and is told when to come back', async () => {
		const intake = { source: 'citizen', level: 0, address: phone } as const;
		for (let i = 0; i < 5; i++) await acceptReport(rightReport(), intake);
		await expect(acceptReport(rightReport(), intake)).rejects.toMatchObject({
			status: 429,
			code: 'too_many_unproven',
			detail: { retry_after: expect.any(Number) }
		});
	});
});

describe('a wrong code and a wrong PIN', () => {
	it('are answered alike, and take about as long', async () => {
		const { json } = await sendProven(rightReport());
		await row(json.id);
		const { secret } = world.home;
		const service = serviceClient(world.home);
		const code = readCode(json.code)!;
		const follow = async (right: string, pin: string) => {
			const args = { code_hash: codeHash(right), pin_hash: pinHash(secret, right, pin) };
			const started = performance.now();
			const answer = await call(service, 'follow', args).catch((problem: unknown) => problem);
			return { took: performance.now() - started, answer: answer as { status?: number; code?: string } };
		};
		const times: Record<'code' | 'pin', number[]> = { code: [], pin: [] };
		for (let i = 0; i < 60; i++) {
			const pin = String((Number(json.pin) + 1 + i) % 1_000_000).padStart(6, '0');
			const wrongPin = await follow(code, pin);
			const wrongCode = await follow(code.slice(0, -2) + '0123456789ABCDEFGH'[i % 18] + 'Z', json.pin);
			expect(wrongPin.answer).toMatchObject({ status: 404, code: 'not_found' });
			expect(JSON.stringify(wrongCode.answer)).toBe(JSON.stringify(wrongPin.answer));
			times.pin.push(wrongPin.took);
			times.code.push(wrongCode.took);
		}
		const median = (list: number[]) => [...list].sort((a, b) => a - b)[list.length >> 1]!;
		const [forCode, forPin] = [median(times.code), median(times.pin)];
		console.log(`wrong code ${forCode.toFixed(2)} ms, wrong PIN ${forPin.toFixed(2)} ms`);
		expect(Math.max(forCode, forPin)).toBeLessThan(2 * Math.min(forCode, forPin) + 1);
	});
});

describe('a photo that no report names', () => {
	const DAY = 86_400_000;
	const clearAt = (ms: number) => clearOrphans(world.home, Date.now() + ms);
	const stored = (sha256: string) => readOriginal(serviceClient(world.home), sha256);

	function picture(): Promise<Buffer> {
		const background = `#${Math.floor(Math.random() * 0xffffff)
			.toString(16)
			.padStart(6, '0')}`;
		return sharp({ create: { width: 30, height: 20, channels: 3, background } })
			.jpeg()
			.toBuffer();
	}

	async function sendPhoto(bytes?: Buffer) {
		const jpeg = bytes ?? (await picture());
		const sha256 = createHash('sha256').update(jpeg).digest('hex');
		const once = async function* () {
			yield jpeg;
		};
		await photoIntake(world.home).receive(once(), sha256, jpeg.length, phone);
		await photoIntake(world.home).settled();
		return { sha256, jpeg };
	}

	it('stays for a day and is gone after it, bytes and row', async () => {
		const { sha256 } = await sendPhoto();
		await clearAt(DAY - 60_000);
		expect(await stored(sha256)).not.toBeNull();
		expect((await clearAt(DAY + 60_000)).forgotten).toBeGreaterThan(0);
		expect(await stored(sha256)).toBeNull();
		const { known } = await call<{ known: string[] }>(serviceClient(world.home), 'photos_known', {
			sha256s: [sha256]
		});
		expect(known).toEqual([]);
	});

	it('stays when a report has named it', async () => {
		const { sha256 } = await sendPhoto();
		const report = rightReport({ photos: [{ sha256, role: 'near' }] });
		await sendProven(report);
		await row(report.id);
		await clearAt(DAY + 60_000);
		expect(await stored(sha256)).not.toBeNull();
	});

	it('is taken from its sender’s share, unless a report asks for it', async () => {
		startIntake(world.home);
		const limit = (capacity: number, per_hour: number) =>
			call(serviceClient(world.home), 'set_intake_limits', {
				limits: [{ kind: 'photo', capacity, per_hour }]
			});
		// A share that does not fill up again while a busy machine looks at it.
		await limit(20, 0.1);
		const { sha256, jpeg } = await sendPhoto();
		const bucket = async () => {
			const key = senderHash(world.home.secret, phone);
			for (let left = 0; ; left++) {
				const { taken } = await call<{ taken: boolean }>(serviceClient(world.home), 'take_token', {
					...{ kind: 'photo', key }
				});
				if (!taken) return left;
			}
		};
		expect(await bucket()).toBe(19);
		await sendPhoto(jpeg);
		await expect(sendPhoto()).rejects.toMatchObject({ status: 429, code: 'too_many_tries' });
		const wanted = await picture();
		const named = createHash('sha256').update(wanted).digest('hex');
		const report = rightReport({ photos: [{ sha256: named, role: 'near' }] });
		expect((await sendProven(report)).json.needs).toEqual([named]);
		expect(await sendPhoto(wanted)).toMatchObject({ sha256: named });
		expect(await stored(sha256)).not.toBeNull();
		await limit(300, 600);
	});

	it('that comes slowly, sixteen times from one network, leaves room for everybody else’s', async () => {
		let go = () => {};
		const held = new Promise<void>((resolve) => (go = resolve));
		const slow = async function* (jpeg: Buffer) {
			await held;
			yield jpeg;
		};
		const jpegs = await Promise.all(Array.from({ length: 16 }, picture));
		const crowd = jpegs.map((jpeg) => photoIntake(world.home).receive(slow(jpeg), null, 0, phone));
		await expect(sendPhoto()).rejects.toMatchObject({ status: 429, code: 'too_busy' });
		const first = phone;
		phone = anotherPhone();
		await sendPhoto();
		go();
		await Promise.all(crowd);
		phone = first;
		await sendPhoto();
	});

	it('is asked for again by the report that names it too late, and comes back whole', async () => {
		const { sha256, jpeg } = await sendPhoto();
		await clearAt(DAY + 60_000);
		const report = rightReport({ photos: [{ sha256, role: 'near' }] });
		expect((await sendProven(report)).json.needs).toEqual([sha256]);
		await sendPhoto(jpeg);
		expect(await stored(sha256)).toEqual(jpeg);
		expect((await send(report)).json.needs).toEqual([]);
	});

	it('is never half there, however sending, naming and clearing meet', async () => {
		for (let round = 0; round < 12; round++) {
			const { sha256, jpeg } = await sendPhoto();
			const report = rightReport({ photos: [{ sha256, role: 'near' }] });
			const proof = await proofOf(report.id);
			const [{ json }] = await Promise.all([
				send(report, { proof }),
				clearAt(DAY + 60_000),
				...(round % 2 ? [sendPhoto(jpeg)] : [])
			]);
			// What the receipt asks for is sent, as a phone does.
			if (json.needs.length > 0) await sendPhoto(jpeg);
			await row(report.id);
			await photoIntake(world.home).settled();
			const again = await send(report);
			expect(again.json.needs).toEqual([]);
			expect(await stored(sha256)).toEqual(jpeg);
		}
	});
});
