import { describe, expect, it } from 'vitest';
import { isForeignWrite } from './cross-origin.ts';

const own = 'http://localhost:5180';

function request(method: string, headers: Record<string, string>): Request {
	return new Request(`${own}/api/reports`, { method, headers });
}

describe('a write from another site', () => {
	it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('%s is refused whatever it carries', (method) => {
		for (const type of [
			'application/json',
			'image/jpeg',
			'text/plain',
			'application/x-www-form-urlencoded'
		]) {
			const headers = { origin: 'http://evil.example', 'content-type': type };
			expect(isForeignWrite(request(method, headers), own)).toBe(true);
		}
	});

	it.each([
		['another port', { origin: 'http://localhost:9999' }],
		['another scheme', { origin: 'https://localhost:5180' }],
		['a page without an origin', { origin: 'null' }],
		['a sister site', { 'sec-fetch-site': 'same-site' }],
		['any site, by an old browser without Origin', { 'sec-fetch-site': 'cross-site' }]
	])('from %s is refused', (_, headers) => {
		expect(isForeignWrite(request('POST', headers), own)).toBe(true);
	});

	it('is not what our own pages send', () => {
		expect(isForeignWrite(request('POST', { origin: own, 'sec-fetch-site': 'same-origin' }), own)).toBe(
			false
		);
	});

	it('is not what a program without a browser sends', () => {
		expect(isForeignWrite(request('POST', { 'content-type': 'application/json' }), own)).toBe(false);
	});

	it('is not a read', () => {
		expect(isForeignWrite(request('GET', { origin: 'http://evil.example' }), own)).toBe(false);
	});
});
