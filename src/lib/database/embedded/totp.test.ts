import { describe, expect, it } from 'vitest';
import { makeSecret, stepOf, uriOf } from './totp.ts';

// RFC 6238, appendix B: the ASCII secret "12345678901234567890"; the last six digits of its eight.
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const at = 1_111_111_109_000;
const code = '081804';
const step = Math.floor(at / 30_000);

describe('a code by time', () => {
	it('is the one of the standard', () => {
		expect(stepOf(secret, code, at, null)).toBe(step);
		expect(stepOf(secret, '050471', 1_111_111_111_000, null)).toBe(37_037_037);
	});

	it('may be typed with a gap', () => {
		expect(stepOf(secret, '081 804', at, null)).toBe(step);
	});

	it.each([
		['half a minute late', 30_000, step],
		['half a minute early', -30_000, step],
		['a minute late', 60_000, null],
		['a minute early', -60_000, null]
	])('from a phone %s', (_, drift, expected) => {
		expect(stepOf(secret, code, at + drift, null)).toBe(expected);
	});

	it.each([
		['once it was used', step, null],
		['once a later one was used', step + 1, null],
		['after an earlier one', step - 1, step]
	])('%s', (_, spent, expected) => {
		expect(stepOf(secret, code, at, spent)).toBe(expected);
	});

	it.each(['', '81804', '0818044', 'abcdef', '０８１８０４', '-81804'])('%j is none', (typed) => {
		expect(stepOf(secret, typed, at, null)).toBeNull();
	});
});

it('a secret is 160 bits, never twice the same, and goes into an address every authenticator reads', () => {
	const [one, two] = [makeSecret(), makeSecret()];
	expect(one).toMatch(/^[A-Z2-7]{32}$/);
	expect(one).not.toBe(two);
	expect(uriOf(one, '街面', 'lin')).toBe(
		`otpauth://totp/${encodeURIComponent('街面')}:lin?issuer=${encodeURIComponent('街面')}&secret=${one}&algorithm=SHA1&digits=6&period=30`
	);
});
