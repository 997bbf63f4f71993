import { describe, expect, it } from 'vitest';
import { allowingFrames, filePolicy, pageDirectives } from './content-policy.js';
import { addHeaders, headersFor } from './headers.ts';

describe('headers on everything', () => {
	it('are these', () => {
		expect(Object.keys(headersFor(false)).sort()).toEqual([
			'content-security-policy',
			'cross-origin-opener-policy',
			'cross-origin-resource-policy',
			'permissions-policy',
			'referrer-policy',
			'x-content-type-options',
			'x-frame-options',
			'x-permitted-cross-domain-policies'
		]);
	});

	it('are fewer on files that are never a document, and a worker keeps its policy', () => {
		expect(Object.keys(headersFor(false, '/_app/immutable/chunks/a.js')).sort()).toEqual([
			'content-security-policy',
			'cross-origin-resource-policy',
			'x-content-type-options'
		]);
	});

	it('promise https only over https', () => {
		expect(headersFor(true)['strict-transport-security']).toBe('max-age=31536000');
		expect(headersFor(false)).not.toHaveProperty('strict-transport-security');
	});

	it('leave a page its own policy, with its nonce', () => {
		const headers = new Headers({ 'content-security-policy': "default-src 'none'; script-src 'nonce-x'" });
		addHeaders(headers, false);
		expect(headers.get('content-security-policy')).toContain('nonce-x');
		expect(headers.get('x-content-type-options')).toBe('nosniff');
	});

	it('allow camera and position to ourselves and nothing to others', () => {
		const features = headersFor(false)['permissions-policy']?.split(', ') ?? [];
		expect(features).toEqual(
			expect.arrayContaining(['camera=(self)', 'geolocation=(self)', 'microphone=()', 'usb=()'])
		);
		expect(features.filter((feature) => !/=\((self)?\)$/.test(feature))).toEqual([]);
	});
});

describe('the one page for other sites’ frames', () => {
	it('may be framed, and nothing else may', () => {
		const embed = headersFor(true, '/embed');
		expect(embed).not.toHaveProperty('x-frame-options');
		expect(embed['content-security-policy']).toMatch(/frame-ancestors http: https:$/);
		for (const path of ['', '/', '/desk', '/embed/', '/embedded', '/snap']) {
			expect(headersFor(true, path)['x-frame-options']).toBe('DENY');
			expect(headersFor(true, path)['content-security-policy']).toMatch(/frame-ancestors 'none'/);
		}
	});

	it('keeps its nonce, sets no cookie and may not ask for a camera', () => {
		const headers = new Headers({
			'content-security-policy': "script-src 'nonce-x'; frame-ancestors 'none'",
			'set-cookie': 'a=b'
		});
		addHeaders(headers, true, '/embed');
		expect(headers.get('content-security-policy')).toBe("script-src 'nonce-x'; frame-ancestors http: https:");
		expect(headers.has('set-cookie')).toBe(false);
		expect(headers.get('permissions-policy')).toContain('camera=()');
	});

	it('is for the sites a city names, when it names some', () => {
		expect(allowingFrames("a; frame-ancestors 'none'", ['https://www.example.gov.cn'])).toBe(
			"a; frame-ancestors 'self' https://www.example.gov.cn"
		);
		expect(allowingFrames("a; frame-ancestors 'none'", [])).toBe("a; frame-ancestors 'self'");
	});
});

describe('the content policy', () => {
	it('starts from nothing and names no other host', () => {
		expect(filePolicy).toMatch(/^default-src 'none'; /);
		expect(filePolicy).not.toMatch(/https?:|\*/);
	});

	it('lets no script be written into a page', () => {
		expect(pageDirectives['script-src']).toEqual(['self']);
		expect(filePolicy).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline/);
	});
});
