import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Deliveries } from './deliveries.server.ts';
import { newSigningSecret, openSigningSecret, sealSigningSecret } from './webhook-sealing.server.ts';
import { publicLookup, sendWebhook, type Sending, type WebhookDelivery } from './webhooks.server.ts';

const secret = Buffer.alloc(32, 7);
const signing = newSigningSecret();
const near: Sending = { secrets: [secret], mayBePrivate: true };

interface Got {
	headers: IncomingHttpHeaders;
	body: string;
	path: string;
}

/** Another system of the city, on this machine. */
let server: Server;
let url = '';
let got: Got[] = [];
let answer: number | 'never' = 200;

beforeEach(async () => {
	got = [];
	answer = 200;
	server = createServer((request, response) => {
		let body = '';
		request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
		request.on('end', () => {
			got.push({ headers: request.headers, body, path: request.url! });
			if (answer !== 'never') response.writeHead(answer, { location: '/elsewhere' }).end('words of theirs');
		});
	});
	await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
	url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?city=1`;
});
afterEach(() => {
	server.closeAllConnections();
	return new Promise((done) => server.close(done));
});

const delivery = (more: Partial<WebhookDelivery> = {}): WebhookDelivery => ({
	id: '01900000-0000-7000-8000-00000000000b',
	url,
	sealed_secret: sealSigningSecret(secret, signing),
	attempt: 1,
	event: { position: 12, kind: 'case.closed', at: '2026-11-22T08:00:00.000000Z', case_number: 'E05512026' },
	...more
});

describe('a webhook', () => {
	it('is sent once, with what the receiver needs to know that it came from us and when', async () => {
		expect(await sendWebhook(delivery(), near)).toEqual({ outcome: 'sent', why: 'status_200' });
		const [{ headers, body, path }] = got as [Got];
		expect(path).toBe('/hook?city=1');
		expect(JSON.parse(body)).toEqual({ id: delivery().id, ...delivery().event });
		const timestamp = String(headers['kerbside-timestamp']);
		expect(Math.abs(Number(timestamp) - Date.now() / 1000)).toBeLessThan(30);
		const own = createHmac('sha256', signing).update(`${timestamp}.${body}`).digest('hex');
		expect(headers['kerbside-signature']).toBe(`v1=${own}`);
		expect(headers['kerbside-event']).toBe('case.closed');
		expect(headers['kerbside-delivery']).toBe(delivery().id);
		expect(headers['content-type']).toContain('application/json');
	});

	it('failed when the other side says anything but yes, and follows nobody elsewhere', async () => {
		for (const status of [500, 404, 302]) {
			answer = status;
			expect(await sendWebhook(delivery(), near)).toEqual({ outcome: 'failed', why: `status_${status}` });
		}
		expect(got.map(({ path }) => path)).toEqual(Array(3).fill('/hook?city=1'));
	});

	it('waits for an answer no longer than its limit', async () => {
		answer = 'never';
		const sending = { ...near, limitMs: 150 };
		expect(await sendWebhook(delivery(), sending)).toEqual({ outcome: 'failed', why: 'too_slow' });
	});

	it('failed when nobody is there', async () => {
		const nobody = delivery({ url: 'http://127.0.0.1:1/hook' });
		expect(await sendWebhook(nobody, near)).toEqual({ outcome: 'failed', why: 'unreachable' });
	});

	it('calls no private address unless the city allows it, by number or by name', async () => {
		const closed = { ...near, mayBePrivate: false };
		const refused = async (to: string) => (await sendWebhook(delivery({ url: to }), closed)).why;
		expect(await refused(url)).toBe('https_needed');
		expect(await refused(url.replace('http:', 'https:'))).toBe('private_address');
		expect(await refused(url.replace('http://127.0.0.1', 'https://localhost'))).toBe('private_address');
		expect(got).toEqual([]);
	});

	it('is not led to a private address by a name that means something else when it is called', async () => {
		const code = await new Promise((done) => publicLookup('localhost', {}, (error) => done(error?.code)));
		expect(code).toBe('PRIVATE_ADDRESS');
	});

	it('is not sent unsigned when its secret was sealed under a key that is lost', async () => {
		const lost = { ...near, secrets: [Buffer.alloc(32, 8)] };
		expect(await sendWebhook(delivery(), lost)).toEqual({ outcome: 'failed', why: 'secret_unreadable' });
		expect(got).toEqual([]);
	});

	it('is tried again after a failure, under the same id', async () => {
		const waiting = [delivery()];
		const outcomes: string[] = [];
		const deliveries = new Deliveries<WebhookDelivery & { kind: string }>(
			{
				claim: async (max) => waiting.splice(0, max).map((one) => ({ ...one, kind: one.event.kind })),
				done: async (_, outcome, why) => {
					outcomes.push(`${outcome} ${why}`);
					if (outcome === 'failed') waiting.push(delivery({ attempt: 2 }));
				},
				send: (one) => sendWebhook(one, near),
				onEvent: () => () => {},
				log: () => {}
			},
			{ every: 60_000 }
		);
		answer = 503;
		await deliveries.turn();
		answer = 204;
		await deliveries.turn();
		await deliveries.turn();
		expect(outcomes).toEqual(['failed status_503', 'sent status_204']);
		expect(got.map(({ headers }) => [headers['kerbside-delivery'], headers['kerbside-attempt']])).toEqual([
			[delivery().id, '1'],
			[delivery().id, '2']
		]);
	});
});

describe('a signing secret', () => {
	it('opens under the key that sealed it, also when that was replaced since, and under no other', () => {
		const sealed = sealSigningSecret(secret, signing);
		expect(sealed).not.toContain(signing);
		expect(openSigningSecret([Buffer.alloc(32, 1), secret], sealed)).toBe(signing);
		expect(openSigningSecret([Buffer.alloc(32, 1)], sealed)).toBeNull();
		expect(openSigningSecret([secret], `${sealed.slice(0, -3)}AAA`)).toBeNull();
		expect(openSigningSecret([secret], '')).toBeNull();
	});
});
