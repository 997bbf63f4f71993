import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { call, type Client } from '#lib/database/client.server.ts';
import { IntakeSpool } from '#lib/database/embedded/spool.ts';
import { photoIntake } from '#lib/evidence/photos.server.ts';
import { answerClosure, followReport } from '#lib/reports/follow.server.ts';
import { isStep } from '#lib/reports/follow.ts';
import { acceptReport } from '#lib/reports/reports.server.ts';
import { endpoints } from './endpoints.ts';
import { answered, eventOf, fuzz, LIMIT_MS } from './fuzz.ts';
import { hire, openWorld, rightReport, type World } from './world.ts';

let world: World;
let jpeg: Buffer;

beforeAll(async () => {
	world = await openWorld();
	jpeg = await sharp({ create: { width: 30, height: 20, channels: 3, background: '#678' } })
		.jpeg()
		.toBuffer();
}, 180_000);
afterAll(() => world.close(), 60_000);

const sha = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const handlerOf = (name: string) => endpoints(world.known).find((one) => one.name === name)!.answer;

async function send(name: string, body: Buffer | null, type: string, param = '') {
	const [method = ''] = name.split(' ');
	const headers: [string, string][] = [['content-type', type]];
	const event = eventOf({ method, headers, body: body && [body], isCut: false, param, query: '' });
	const response = await answered(handlerOf(name), event);
	const text = await response.text();
	return { status: response.status, headers: response.headers, json: text ? JSON.parse(text) : null };
}
const asker = (code: string, pin: string) => ({ code, pin, address: '127.0.0.1' });
const post = (report: unknown) =>
	send('POST /api/reports', Buffer.from(JSON.stringify(report)), 'application/json');
const put = (bytes: Buffer, name = sha(bytes)) => send('PUT /api/photos/{sha256}', bytes, 'image/jpeg', name);

/** Sends a report until its number is known: a busy database gives it some moments after the code. */
async function numbered(report: ReturnType<typeof rightReport>) {
	return vi.waitFor(
		async () => {
			const answer = await post(report);
			expect(answer.json.number).toBeGreaterThan(0);
			return answer;
		},
		{ timeout: 20_000 }
	);
}

describe('a report sent by a machine', () => {
	it('gets a code, a PIN and an address to follow it, which has no query', async () => {
		const { status, json } = await post(rightReport());
		expect(status).toBe(201);
		expect(json.code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{5}$/);
		expect(json.pin).toMatch(/^\d{6}$/);
		expect(json).toMatchObject({ needs: [], status_url: `/track#${json.code}` });
	});

	it('sent again gets the same code and PIN, whatever the order of its fields', async () => {
		const report = rightReport();
		const first = await post(report);
		const again = await post(Object.fromEntries(Object.entries(report).reverse()));
		expect([first.status, again.status]).toEqual([201, 200]);
		const { code, pin } = first.json;
		expect(again.json).toMatchObject({ code, pin });
	});

	it('sent ten times at once is one report', async () => {
		const report = rightReport();
		const answers = await Promise.all(Array.from({ length: 10 }, () => post(report)));
		expect(new Set(answers.map(({ json }) => json.code)).size).toBe(1);
		// A database that takes its time gives the number with a later answer.
		const { json: last } = await numbered(report);
		const numbers = answers.map(({ json }) => json.number).filter(Boolean);
		expect(new Set([...numbers, last.number]).size).toBe(1);
	});

	it('with another body under the same id is refused', async () => {
		const report = rightReport();
		await numbered(report);
		const { status, json } = await post({ ...report, description: 'something else' });
		expect({ status, code: json.code }).toEqual({ status: 409, code: 'id_taken' });
	});

	it('names the photos it still needs, and none once they are there', async () => {
		const bytes = Buffer.concat([jpeg, Buffer.from('1')]);
		const report = rightReport({ photos: [{ sha256: sha(bytes), role: 'near' }] });
		expect((await post(report)).json.needs).toEqual([sha(bytes)]);
		expect((await put(bytes)).status).toBe(201);
		expect((await post(report)).json.needs).toEqual([]);
	});

	it('is refused with the field, a sentence and what the document must have', async () => {
		const { status, headers, json } = await post(rightReport({ lng: 32.78, lat: 119.45 }));
		expect(headers.get('content-type')).toBe('application/problem+json');
		expect({ status, ...json }).toMatchObject({
			status: 422,
			type: 'urn:kerbside:problem:coordinates_swapped',
			title: expect.any(String),
			detail: expect.stringContaining('exchanged'),
			errors: [{ pointer: '/lng', code: 'coordinates_swapped', detail: expect.any(String) }]
		});
	});

	it.each([
		['outside the city', { lng: 121.5, lat: 31.2 }, 'outside_city'],
		['in a category that is a heading', { category: '05' }, 'unknown_category'],
		['with a field nobody asked for', { plate: 'x' }, 'bad_report'],
		['without an id', { id: undefined }, 'bad_report']
	])('is refused %s', async (_, change, code) => {
		const { status, json } = await post(rightReport(change));
		expect({ status, code: json.code }).toEqual({ status: 422, code });
	});

	it('is acknowledged while the database takes its time', async () => {
		const directory = await mkdtemp(join(tmpdir(), 'kerbside-spool-'));
		const log = { debug() {}, info() {}, warn() {}, error() {} };
		const spool = await IntakeSpool.open({ directory, log });
		let finish: (outcome: null) => void = () => {};
		spool.attach(() => new Promise((resolve) => (finish = resolve)));
		const receipt = await acceptReport(
			rightReport(),
			{ source: 'citizen', level: 0, address: '127.0.0.1' },
			{ ...world.home, spool }
		);
		expect(receipt).toMatchObject({ code: expect.any(String), pin: expect.any(String), created: true });
		expect(receipt.number).toBeUndefined();
		finish(null);
		await spool.close();
		await rm(directory, { recursive: true });
	});

	it('can be followed with its code as people type it, and not with another PIN', async () => {
		const { json } = await numbered(rightReport());
		const followed = await followReport(asker(json.code.toLowerCase().replaceAll('-', ' '), json.pin));
		expect(followed).toMatchObject({ number: json.number, status: 'received' });
		const wrong = String((Number(json.pin) + 1) % 1_000_000).padStart(6, '0');
		await expect(followReport(asker(json.code, wrong))).rejects.toMatchObject({
			status: 404,
			code: 'code_or_pin_wrong'
		});
	});
});

describe('a closed case', () => {
	let report: { id: string; code: string; pin: string };

	beforeAll(async () => {
		const desk = await hire(world.home, 'desk', ['registrar', 'dispatcher']);
		const team = await hire(world.home, 'team', ['team']);
		const closer = await hire(world.home, 'closer', ['closer']);
		report = (await numbered(rightReport())).json;
		const filed = await call<{ case_id: string }>(desk, 'decide_report', {
			report_id: report.id,
			decision: 'file'
		});
		const { units } = await call<{ units: { id: number }[] }>(desk, 'units');
		const move = (who: Client, name: string, more: object = {}) =>
			call(who, 'move_case', { case_id: filed.case_id, move: name, ...more });
		await move(desk, 'dispatch', { details: { unit_id: units[0]!.id } });
		await move(team, 'begin');
		await move(team, 'finish');
		const excuse = { details: { without_proof: true }, reason_code: 'no_photo_possible', note: '无法拍照' };
		await move(closer, 'close', excuse);
	});

	it('tells the citizen each step, in order, and nobody who took it', async () => {
		const followed = await followReport(asker(report.code, report.pin));
		expect(followed).toMatchObject({
			status: 'filed',
			case_status: 'closed',
			case_number: expect.any(String)
		});
		expect(followed.timeline.map((step) => step.kind).filter(isStep)).toEqual([
			'report.received',
			'report.filed',
			'case.dispatched',
			'case.handling',
			'case.handled',
			'case.closed'
		]);
		expect(followed.can_answer).toBe(true);
		expect(JSON.stringify(followed)).not.toMatch(/desk|team|closer/);
	});

	it('answered "not solved" goes back to verification, once, however often the answer is sent', async () => {
		const request = randomUUID();
		const answer = () =>
			answerClosure(asker(report.code, report.pin), { isSolved: false, requestId: request, photo: null });
		expect(await answer()).toMatchObject({ case_status: 'handled' });
		const again = await answer();
		expect(again.timeline.filter((step) => step.kind === 'case.disputed')).toHaveLength(1);
		expect(again.can_answer).toBe(false);
	});
});

describe('a photo sent by a machine', () => {
	it('is new once and known after', async () => {
		const bytes = Buffer.concat([jpeg, Buffer.from('2')]);
		expect([(await put(bytes)).status, (await put(bytes)).status]).toEqual([201, 200]);
		await photoIntake().settled();
		expect((await put(bytes)).status).toBe(200);
	});

	it('leaves the intake folder for the sealed storage', async () => {
		await put(Buffer.concat([jpeg, Buffer.from('3')]));
		await photoIntake().settled();
		expect(await readdir(join(process.env.DATA_DIR!, 'intake', 'photos', 'kept'))).toEqual([]);
	});

	it.each([
		['under another name', () => put(jpeg, '0'.repeat(64)), 422, 'hash_mismatch'],
		['under no name', () => put(jpeg, 'photo.jpg'), 422, 'bad_sha256'],
		['that is a page', () => put(Buffer.from('<!doctype html>'.repeat(9))), 415, 'not_a_photo'],
		['that is empty', () => put(Buffer.alloc(0)), 422, 'empty_photo'],
		['of more than 20 MB', () => put(Buffer.concat([jpeg, Buffer.alloc(20 * 1024 * 1024)])), 413, 'too_large']
	])('is refused %s', async (_, sending, status, code) => {
		const answer = await sending();
		expect({ status: answer.status, code: answer.json.code }).toEqual({ status, code });
	});

	it('is shown to nobody who is not signed in', async () => {
		const answer = await send('GET /photos/{sha256}, not signed in', null, '', sha(jpeg));
		expect({ status: answer.status, code: answer.json.code }).toEqual({
			status: 403,
			code: 'sign_in_needed'
		});
	});
});

describe('what a client must know of the city', () => {
	it('is its name, extent and categories, and not sent again unchanged', async () => {
		const { json, headers } = await send('GET /api/city', null, '');
		expect(json).toMatchObject({ name: '试城', center: [119.45, 32.78], bbox: [119.4, 32.7, 119.5, 32.85] });
		expect(json.categories).toContainEqual(expect.objectContaining({ code: '0551', name: '占道洗车' }));
		const asked = eventOf({
			method: 'GET',
			headers: [['if-none-match', headers.get('etag')!]],
			body: null,
			isCut: false,
			param: '',
			query: ''
		});
		expect((await answered(handlerOf('GET /api/city'), asked)).status).toBe(304);
	});
});

// A seeded sample; `npm run prove fuzz` sends ten thousand to each.
describe('whatever is sent', () => {
	it('never makes an error of ours', async () => {
		for (const endpoint of endpoints(world.known)) {
			const outcome = await fuzz(endpoint, 100, 20260315);
			expect(outcome, endpoint.name).toMatchObject({ fault: null, tried: 100 });
			// A busy machine is slow now and then; the full proof holds to the limit itself.
			expect(outcome.worstMs, endpoint.name).toBeLessThan(LIMIT_MS * 5);
		}
	}, 180_000);
});
