import { describe, expect, it } from 'vitest';
import { filePolicy, pageDirectives } from './content-policy.js';
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
