import { describe, expect, it } from 'vitest';
import { codeHash, codesFor, pinHash, readCode, readPin, showCode } from './codes.ts';

const secret = Buffer.alloc(32, 7);
const other = Buffer.alloc(32, 8);
const id = '019f0000-0000-7000-8000-000000000001';

describe('query code and PIN', () => {
	it('are the same for the same id, whenever it is sent again', () => {
		expect(codesFor(secret, id)).toEqual(codesFor(Buffer.from(secret), id));
	});

	it('differ under another installation secret', () => {
		expect(codesFor(other, id)).not.toEqual(codesFor(secret, id));
	});

	it('have 13 characters without I, L, O, U and six digits', () => {
		for (let i = 0; i < 500; i++) {
			const { code, pin } = codesFor(secret, String(i));
			expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{13}$/);
			expect(pin).toMatch(/^\d{6}$/);
		}
	});

	it('use every character in every place', () => {
		const seen = Array.from({ length: 13 }, () => new Set<string>());
		for (let i = 0; i < 2000; i++)
			[...codesFor(secret, `${i}`).code].forEach((c, place) => seen[place]?.add(c));
		expect(seen.map((set) => set.size)).toEqual(Array(13).fill(32));
	});

	it('are hashed so that the PIN hash says nothing without the secret', () => {
		const { code, pin } = codesFor(secret, id);
		expect(codeHash(code)).toMatch(/^[0-9a-f]{64}$/);
		expect(pinHash(secret, code, pin)).not.toBe(pinHash(other, code, pin));
		expect(pinHash(secret, code, pin)).not.toBe(pinHash(secret, codesFor(secret, 'x').code, pin));
	});

	it('are shown in groups and read back', () => {
		const { code } = codesFor(secret, id);
		expect(showCode(code)).toMatch(/^.{4}-.{4}-.{5}$/);
		expect(readCode(showCode(code))).toBe(code);
	});

	it.each([
		['7kq2-m4xd-9rt5b', '7KQ2M4XD9RT5B'],
		['  7KQ2 M4XD 9RT5B ', '7KQ2M4XD9RT5B'],
		['7KQ2–M4XD—9RT5B', '7KQ2M4XD9RT5B'],
		['７ＫＱ２Ｍ４ＸＤ９ＲＴ５Ｂ', '7KQ2M4XD9RT5B'],
		['oIl0-0000-00000', '0110000000000'],
		['7KQ2-M4XD-9RT5', null],
		['7KQ2-M4XD-9RT5BB', null],
		['7KQ2-M4XD-9RT5U', null],
		['', null],
		['7'.repeat(10_000), null]
	])('are read as people type them: %j', (typed, code) => {
		expect(readCode(typed)).toBe(code);
	});

	it.each([
		[' 012 345 ', '012345'],
		['０１２３４５', '012345'],
		['o12-34l', '012341'],
		['12345', null],
		['1234567', null],
		['abcdef', null]
	])('PIN: %j', (typed, pin) => {
		expect(readPin(typed)).toBe(pin);
	});
});
