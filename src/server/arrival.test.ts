import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { bodyLimit, createGate, privateHeaders, receive } from './arrival.ts';
import { readSettings } from './settings.ts';

interface Sent {
	headers?: Record<string, string>;
	from?: string;
	method?: string;
	url?: string;
	environment?: Record<string, string>;
}

/** A request as Node hands it over, sent by `from` to a server with these settings. */
function arrive({ headers = {}, from = '203.0.113.9', method = 'GET', url = '/', environment = {} }: Sent) {
	const sent: Record<string, string> = { host: 'localhost:5180', ...headers };
	const request = {
		headers: { ...sent },
		rawHeaders: Object.entries(sent).flat(),
		method,
		url,
		socket: { remoteAddress: from }
	} as unknown as IncomingMessage;
	const arrival = receive(request, createGate(readSettings(environment)));
	return { ...arrival, headers: request.headers };
}

describe('the host we answer to', () => {
	it.each([
		['localhost', {}],
		['localhost:5180', {}],
		['127.0.0.1:5180', {}],
		['192.168.1.20', {}],
		['[::1]:5180', {}],
		['LOCALHOST.', {}],
		['kerb.example', { ALLOWED_HOSTS: 'kerb.example' }],
		['kerb.example:8443', { ALLOWED_HOSTS: 'other.example,kerb.example' }],
		['kerb.example', { ORIGIN: 'https://kerb.example' }],
		['wall.local', { HOST: 'wall.local' }]
	])('is %s with %o', (host, environment) => {
		expect(arrive({ headers: { host }, environment }).refusal).toBeNull();
	});

	it.each(['evil.example', 'localhost.evil.example', 'kerb.example.evil.example', '127.0.0.1.nip.example'])(
		'is not %s',
		(host) => {
			const environment = { ALLOWED_HOSTS: 'kerb.example' };
			expect(arrive({ headers: { host }, environment }).refusal).toEqual({
				status: 421,
				code: 'host_unknown'
			});
		}
	);

	it.each([
		'',
		'a b',
		'user@localhost',
		'localhost/x',
		'localhost, localhost',
		'[::g]',
		`${'a'.repeat(301)}`
	])('is refused as malformed: %j', (host) => {
		expect(arrive({ headers: { host } }).refusal).toEqual({ status: 400, code: 'host_malformed' });
	});

	it('must be said once', () => {
		const request = {
			headers: { host: 'localhost' },
			rawHeaders: ['Host', 'localhost', 'Host', 'evil.example'],
			url: '/',
			method: 'GET',
			socket: { remoteAddress: '127.0.0.1' }
		} as unknown as IncomingMessage;
		expect(receive(request, createGate(readSettings({}))).refusal?.code).toBe('host_malformed');
	});
});

describe('forwarding headers', () => {
	const forwarded = {
		'x-forwarded-proto': 'https',
		'x-forwarded-host': 'kerb.example',
		'x-forwarded-for': '198.51.100.7, 10.0.0.3',
		forwarded: 'for=198.51.100.7',
		'x-real-ip': '198.51.100.7'
	};
	const behindProxy = { TRUSTED_PROXY: '10.0.0.0/8', ALLOWED_HOSTS: 'kerb.example' };

	it('of a stranger count for nothing', () => {
		const { headers, isSecure } = arrive({ headers: forwarded, environment: behindProxy });
		expect(isSecure).toBe(false);
		expect(headers[privateHeaders.host]).toBe('localhost:5180');
		expect(headers[privateHeaders.address]).toBe('203.0.113.9');
	});

	it('of the trusted proxy are believed', () => {
		const { headers, isSecure } = arrive({
			headers: forwarded,
			from: '::ffff:10.0.0.2',
			environment: behindProxy
		});
		expect(isSecure).toBe(true);
		expect(headers[privateHeaders.protocol]).toBe('https');
		expect(headers[privateHeaders.host]).toBe('kerb.example');
		expect(headers[privateHeaders.address]).toBe('198.51.100.7');
	});

	it('cannot be prefixed by the client: the address nearest to our proxies counts', () => {
		const headers = { 'x-forwarded-for': '1.2.3.4, 198.51.100.7' };
		const arrival = arrive({ headers, from: '10.0.0.2', environment: behindProxy });
		expect(arrival.headers[privateHeaders.address]).toBe('198.51.100.7');
	});

	it.each(['203.0.113.9', '10.0.0.2'])('never reach the application (from %s)', (from) => {
		const { headers } = arrive({ headers: forwarded, from, environment: behindProxy });
		expect(Object.keys(headers).filter((name) => name in forwarded)).toEqual([]);
	});

	it.each([
		'x-forwarded-for',
		'x-forwarded-anything',
		'forwarded',
		'via',
		'x-real-ip',
		'cf-connecting-ip',
		'true-client-ip'
	])('of a stranger leave a mark: %s', (name) => {
		const { headers } = arrive({ headers: { [name]: 'x' }, from: '127.0.0.1' });
		expect(headers[privateHeaders.relayed]).toBe('yes');
		expect(headers[name]).toBeUndefined();
	});

	it('of the trusted proxy, or none at all, leave no mark', () => {
		const proxied = arrive({ headers: forwarded, from: '10.0.0.2', environment: behindProxy });
		expect(proxied.headers[privateHeaders.relayed]).toBeUndefined();
		expect(arrive({ from: '127.0.0.1' }).headers[privateHeaders.relayed]).toBeUndefined();
	});

	it('a proxy cannot forward for a host we do not answer to', () => {
		const headers = { 'x-forwarded-host': 'evil.example' };
		expect(arrive({ headers, from: '10.0.0.2', environment: behindProxy }).refusal?.status).toBe(421);
	});
});

describe('what a request may not bring', () => {
	it('our private headers are ours to set', () => {
		const { headers, id } = arrive({
			headers: {
				[privateHeaders.request]: 'forged',
				[privateHeaders.address]: '1.1.1.1',
				[privateHeaders.protocol]: 'https'
			}
		});
		expect(headers[privateHeaders.request]).toBe(id);
		expect(headers[privateHeaders.address]).toBe('203.0.113.9');
		expect(headers[privateHeaders.protocol]).toBe('http');
	});

	it.each([
		[{ url: 'http://localhost/x' }, 400],
		[{ url: '*', method: 'OPTIONS' }, 400],
		[{ method: 'TRACE' }, 405],
		[{ headers: { 'content-length': String(bodyLimit + 1) } }, 413]
	])('%o is refused', (sent, status) => {
		expect(arrive(sent).refusal?.status).toBe(status);
	});

	it('a photo of 20 MB passes', () => {
		expect(arrive({ headers: { 'content-length': String(20 * 1024 * 1024) } }).refusal).toBeNull();
	});
});

describe('https', () => {
	it('is what the announced origin says, for that host', () => {
		const environment = { ORIGIN: 'https://kerb.example' };
		expect(arrive({ headers: { host: 'kerb.example' }, environment }).isSecure).toBe(true);
		expect(arrive({ headers: { host: 'localhost' }, environment }).isSecure).toBe(false);
	});

	it('is our own when we hold the certificate', () => {
		expect(arrive({ environment: { TLS_CERT: 'cert.pem', TLS_KEY: 'key.pem' } }).isSecure).toBe(true);
	});
});
