import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { deriveKey, mintToken, TokenRefused, verifyToken } from './jwt.ts';

const secret = Buffer.alloc(32, 7);
const key = deriveKey(secret, 'jwt');
const now = 1_800_000_000;
const claims = { role: 'authenticated', sub: '00000000-0000-4000-8000-000000000001', exp: now + 60 };

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const signed = (header: unknown, payload: unknown, by = key) => {
	const body = `${encode(header)}.${encode(payload)}`;
	return `${body}.${createHmac('sha256', by).update(body).digest('base64url')}`;
};
const token = mintToken(claims, key);
const [header, payload, signature] = token.split('.') as [string, string, string];

test('a token says again what was put into it', () => {
	expect(verifyToken(token, key, now)).toEqual(claims);
});

describe('is refused', () => {
	const cases: [string, string][] = [
		['a token signed by another key', mintToken(claims, deriveKey(secret, 'photos'))],
		[
			'other claims under the same signature',
			`${header}.${encode({ ...claims, role: 'service_role' })}.${signature}`
		],
		['a token without a signature', `${header}.${payload}.`],
		['a token that asks for no algorithm', `${encode({ alg: 'none' })}.${payload}.`],
		['a genuine signature under another algorithm', signed({ alg: 'HS512', typ: 'JWT' }, claims)],
		['a shortened signature', `${header}.${payload}.${signature.slice(0, -2)}`],
		['another spelling of the same signature', `${header}.${payload}.${signature}=`],
		['a token of two parts', `${header}.${payload}`],
		['a token of four parts', `${token}.${signature}`],
		['an empty token', ''],
		['a very long token', `${header}.${'a'.repeat(10_000)}.${signature}`],
		['claims that are a list', signed({ alg: 'HS256' }, [1, 2])],
		['claims that are null', signed({ alg: 'HS256' }, null)],
		['an expiry that is a text', signed({ alg: 'HS256' }, { ...claims, exp: '9999999999' })],
		['a token that begins tomorrow', mintToken({ ...claims, nbf: now + 86_400 }, key)],
		['a token issued tomorrow', mintToken({ ...claims, iat: now + 86_400 }, key)]
	];
	test.each(cases)('%s', (_, refused) => {
		expect(() => verifyToken(refused, key, now)).toThrow(TokenRefused);
	});

	test('a token with any single bit of it turned', () => {
		const bytes = Buffer.from(token);
		let accepted = 0;
		for (let at = 0; at < bytes.length; at += 1) {
			for (const bit of [1, 2, 4, 16]) {
				const turned = Buffer.from(bytes);
				turned[at]! ^= bit;
				try {
					verifyToken(turned.toString('latin1'), key, now);
					accepted += 1;
				} catch (error) {
					if (!(error instanceof TokenRefused)) throw error;
				}
			}
		}
		expect(accepted).toBe(0);
	});
});

test('an expired token says that it is expired, after half a minute of grace', () => {
	expect(verifyToken(token, key, now + 85).sub).toBe(claims.sub);
	expect(() => verifyToken(token, key, now + 95)).toThrow('JWT expired');
});

test('each label gives a key of its own', () => {
	expect(deriveKey(secret, 'jwt').equals(deriveKey(secret, 'photos'))).toBe(false);
	expect(deriveKey(secret, 'jwt').equals(key)).toBe(true);
});
