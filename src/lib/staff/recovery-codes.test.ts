import { describe, expect, it } from 'vitest';
import { makeRecoveryCodes, recoveryHash } from './recovery-codes.ts';

const secret = Buffer.alloc(32, 7);
const person = '00000000-0000-4000-8000-000000000001';

describe('recovery codes', () => {
	it('are eight, all different, easy to write down', () => {
		const codes = makeRecoveryCodes();
		expect(new Set(codes).size).toBe(8);
		for (const code of codes) expect(code).toMatch(/^[a-hjkmnp-z2-9]{5}-[a-hjkmnp-z2-9]{5}$/);
	});

	it('are known however they are typed', () => {
		const kept = recoveryHash(secret, person, 'abcde-fgh23');
		for (const typed of ['ABCDE-FGH23', ' abcdefgh23 ', 'abcde fgh23', 'ａｂｃｄｅ-ｆｇｈ２３'])
			expect(recoveryHash(secret, person, typed), typed).toBe(kept);
	});

	it.each(['', 'abcde', 'abcde-fgh2', 'abcde-fgh234', 'abcde-fgh2o', '123456'])('%j is none', (typed) => {
		expect(recoveryHash(secret, person, typed)).toBeNull();
	});

	it('are one person’s and one installation’s, and cannot be read back', () => {
		const kept = recoveryHash(secret, person, 'abcde-fgh23')!;
		expect(recoveryHash(secret, person.replace('1', '2'), 'abcde-fgh23')).not.toBe(kept);
		expect(recoveryHash(Buffer.alloc(32, 8), person, 'abcde-fgh23')).not.toBe(kept);
		expect(kept).not.toContain('abcde');
	});
});
