import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { networkOf } from '#server/address.ts';
import { createGate, privateHeaders, receive } from '#server/arrival.ts';
import { readSettings } from '#server/settings.ts';
import { senderHash } from './sender.ts';

const SECRET = Buffer.alloc(32, 3);
const NOON = Date.parse('2026-06-01T12:00:00Z');

describe("a subscriber's network", () => {
	it.each([
		['203.0.113.9', '203.0.113.9'],
		['::ffff:203.0.113.9', '203.0.113.9'],
		['2001:db8:1:2:aaaa:bbbb:cccc:dddd', '2001:db8:1:2::/64'],
		['2001:DB8:0001:0002::7', '2001:db8:1:2::/64'],
		['2001:db8::a:b:c:d', '2001:db8:0:0::/64'],
		['2001:db8::', '2001:db8:0:0::/64'],
		['::1', '0:0:0:0::/64'],
		['fe80::1%eth0', 'fe80:0:0:0::/64'],
		['64:ff9b::203.0.113.9', '64:ff9b:0:0::/64'],
		['', '']
	])('of %s is %s', (address, network) => {
		expect(networkOf(address)).toBe(network);
	});
});

describe('the hash of a sender', () => {
	it('says nothing about the address', () => {
		expect(senderHash(SECRET, '203.0.113.9', NOON)).toMatch(/^[0-9a-f]{64}$/);
	});

	it('is one for a whole IPv6 subscriber and another for the neighbour', () => {
		const hash = (address: string) => senderHash(SECRET, address, NOON);
		expect(hash('2001:db8:1:2::1')).toBe(hash('2001:db8:1:2:ffff::9'));
		expect(hash('2001:db8:1:2::1')).not.toBe(hash('2001:db8:1:3::1'));
		expect(hash('203.0.113.9')).not.toBe(hash('203.0.113.10'));
	});

	it('is another one each day, and for another installation', () => {
		const today = senderHash(SECRET, '203.0.113.9', NOON);
		expect(senderHash(SECRET, '203.0.113.9', NOON + 3_600_000)).toBe(today);
		expect(senderHash(SECRET, '203.0.113.9', NOON + 86_400_000)).not.toBe(today);
		expect(senderHash(Buffer.alloc(32, 4), '203.0.113.9', NOON)).not.toBe(today);
	});

	/** The address the application sees of a request from `from` with these headers. */
	function seen(headers: Record<string, string>, from: string, environment: Record<string, string> = {}) {
		const sent: Record<string, string> = { host: 'localhost', ...headers };
		const request = {
			headers: { ...sent },
			rawHeaders: Object.entries(sent).flat(),
			method: 'POST',
			url: '/snap/reports',
			socket: { remoteAddress: from }
		} as unknown as IncomingMessage;
		receive(request, createGate(readSettings(environment)));
		return String(request.headers[privateHeaders.address]);
	}

	it.each<Record<string, string>>([
		{ 'x-forwarded-for': '198.51.100.7' },
		{ 'x-forwarded-for': '198.51.100.7, 10.0.0.1' },
		{ forwarded: 'for=198.51.100.7;proto=https' },
		{ 'cf-connecting-ip': '198.51.100.7' },
		{ 'true-client-ip': '198.51.100.7' },
		{ 'x-real-ip': '198.51.100.7' },
		{ 'x-client-ip': '198.51.100.7' },
		{ 'x-kerbside-address': '198.51.100.7' }
	])('is not moved by a forged %o', (headers) => {
		const forged = senderHash(SECRET, seen(headers, '203.0.113.9'), NOON);
		expect(forged).toBe(senderHash(SECRET, '203.0.113.9', NOON));
		// Nor behind a proxy that is trusted, when the request did not come through it.
		const beside = seen(headers, '203.0.113.9', { TRUSTED_PROXY: '10.0.0.0/8' });
		expect(senderHash(SECRET, beside, NOON)).toBe(forged);
	});

	it('is the one the trusted proxy speaks for, whatever the sender put before it', () => {
		const headers = { 'x-forwarded-for': '198.51.100.7, 203.0.113.9' };
		expect(seen(headers, '10.0.0.2', { TRUSTED_PROXY: '10.0.0.0/8' })).toBe('203.0.113.9');
	});
});
