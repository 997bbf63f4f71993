import { createPublicKey, verify } from 'node:crypto';
import webPush from 'web-push';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
	openPushService,
	subscribedAt,
	type PushedBrowser,
	type PushService
} from '#test/support/push-service.ts';
import { sendPush } from './push.server.ts';
import type { PushMessage } from './push-event.ts';
import type { PushSettings } from './settings.server.ts';

/*
 * A push service of our own on this machine, and a browser's keys: what arrives must be signed as RFC 8292 says and
 * opened by nobody but the holder of the keys, as RFC 8291 and 8188 say. Neither is undone with the library that did it.
 */
const message: PushMessage = {
	title: '上报 #123 有新进展',
	body: '点开查看',
	language: 'zh-CN',
	tag: 'report-123',
	path: '/track#7KQ2-M4XD-9RT5B'
};
const LIMIT_MS = 700;

let service: PushService;
let settings: PushSettings;
let browser: PushedBrowser;

beforeAll(async () => {
	service = await openPushService();
	const { publicKey, privateKey } = webPush.generateVAPIDKeys();
	settings = { publicKey, privateKey, subject: 'mailto:office@city.example', hosts: [service.host] };
	browser = subscribedAt(service.host);
});

beforeEach(() => {
	service.got.length = 0;
	service.reply = (respond) => respond(201);
});

afterAll(() => service.close());

const send = (to = browser.address) => sendPush(to, message, 'topic-of-report', settings, LIMIT_MS);

describe('a push message', () => {
	it('is opened by the browser it is for, and by nobody on the way', async () => {
		expect(await send()).toEqual({ outcome: 'sent' });
		const { headers, body, path } = service.got[0]!;
		expect(path).toBe('/send/abc');
		expect(headers).toMatchObject({
			'content-encoding': 'aes128gcm',
			ttl: '259200',
			topic: 'topic-of-report'
		});
		expect(JSON.parse(browser.open(body))).toEqual(message);
		expect(body.includes('7KQ2') || body.includes('123')).toBe(false);
	});

	it("is signed with the city's key for this service and for a day at most", async () => {
		await send();
		const [, token = '', key = ''] =
			/^vapid t=([^,]+), k=(.+)$/.exec(service.got[0]!.headers.authorization ?? '') ?? [];
		expect(key).toBe(settings.publicKey);
		const [head = '', claims = '', signature = ''] = token.split('.');
		const point = Buffer.from(key, 'base64url');
		const jwk = {
			kty: 'EC',
			crv: 'P-256',
			x: point.subarray(1, 33).toString('base64url'),
			y: point.subarray(33).toString('base64url')
		};
		const isGood = verify(
			'sha256',
			Buffer.from(`${head}.${claims}`),
			{ key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' },
			Buffer.from(signature, 'base64url')
		);
		expect(isGood).toBe(true);
		const said = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8'));
		expect(said).toMatchObject({
			aud: new URL(browser.address.endpoint).origin,
			sub: 'mailto:office@city.example'
		});
		expect(said.exp - Date.now() / 1000).toBeLessThan(86_401);
	});

	it.each([
		[404, 'gone'],
		[410, 'gone'],
		[400, 'failed'],
		[403, 'failed'],
		[413, 'failed'],
		[429, 'failed'],
		[500, 'failed']
	])('answered with %i is %s', async (status, outcome) => {
		service.reply = (respond) => respond(status);
		expect(await send()).toEqual({ outcome, why: `status_${status}` });
	});

	it('is not carried elsewhere', async () => {
		service.reply = (respond) => respond(307, { location: '/elsewhere' });
		expect(await send()).toMatchObject({ outcome: 'failed' });
		expect(service.got).toHaveLength(1);
	});

	it('that nobody answers fails in time', async () => {
		service.reply = () => {};
		const began = performance.now();
		expect(await send()).toEqual({ outcome: 'failed', why: 'too_slow' });
		expect(performance.now() - began).toBeLessThan(LIMIT_MS + 1500);
	});

	it('to nobody fails', async () => {
		const hosts = ['127.0.0.1:9'];
		const nobody = { ...browser.address, endpoint: 'http://127.0.0.1:9/x' };
		const answer = await sendPush(nobody, message, 't', { ...settings, hosts }, LIMIT_MS);
		expect(answer).toEqual({ outcome: 'failed', why: 'unreachable' });
	});

	it('goes to no host that is not listed, whatever was kept', async () => {
		const elsewhere = {
			...browser.address,
			endpoint: browser.address.endpoint.replace('127.0.0.1', 'localhost')
		};
		expect(await send(elsewhere)).toEqual({ outcome: 'failed', why: 'host_not_listed' });
		expect(service.got).toHaveLength(0);
	});

	it('to keys that are none is given up', async () => {
		const unusable = { ...browser.address, keys: { ...browser.address.keys, p256dh: 'B' + 'A'.repeat(86) } };
		expect(await send(unusable)).toEqual({ outcome: 'gone', why: 'keys_unusable' });
	});
});
