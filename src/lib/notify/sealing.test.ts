import { describe, expect, it } from 'vitest';
import {
	readStopToken,
	sealContact,
	stopToken,
	unsealContact,
	type SealedContact
} from './sealing.server.ts';

const secret = Buffer.alloc(32, 7);
const other = Buffer.alloc(32, 8);
const letter: SealedContact = {
	code: '7KQ2M4XD9RT5B',
	contact: { kind: 'email', email: 'wang@city.example' }
};

describe('a sealed contact', () => {
	it('opens again and shows nothing of itself', () => {
		const sealed = sealContact(secret, letter);
		expect(unsealContact(secret, sealed)).toEqual(letter);
		const bytes = Buffer.from(sealed, 'base64url').toString('latin1');
		for (const word of ['wang', 'city', letter.code, 'email']) expect(bytes + sealed).not.toContain(word);
	});

	it('is the same for the same contact of the same report, and unlike for any other', () => {
		const sealed = sealContact(secret, letter);
		const shuffled = { contact: { email: 'wang@city.example', kind: 'email' as const }, code: letter.code };
		expect(sealContact(secret, shuffled)).toBe(sealed);
		expect(sealContact(secret, { ...letter, code: '0000000000000' }).slice(0, 18)).not.toBe(
			sealed.slice(0, 18)
		);
		expect(sealContact(other, letter)).not.toBe(sealed);
	});

	it('does not open under another secret, nor with one bit changed', () => {
		const sealed = sealContact(secret, letter);
		expect(unsealContact(other, sealed)).toBeNull();
		const bytes = Buffer.from(sealed, 'base64url');
		for (let at = 0; at < bytes.length; at += 1) {
			const changed = Buffer.from(bytes);
			changed[at]! ^= 1;
			expect(unsealContact(secret, changed.toString('base64url'))).toBeNull();
		}
		for (const junk of ['', 'AQ', 'x'.repeat(50)]) expect(unsealContact(secret, junk)).toBeNull();
	});
});

describe("an e-mail's way out", () => {
	const id = '01900000-0000-7000-8000-00000000000a';

	it('leads to one contact', () => {
		expect(readStopToken(secret, stopToken(secret, id))).toBe(id);
	});

	it('cannot be made up, nor be taken to another installation', () => {
		const token = stopToken(secret, id);
		expect(readStopToken(other, token)).toBeNull();
		expect(
			readStopToken(
				secret,
				token.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))
			)
		).toBeNull();
		expect(readStopToken(secret, '')).toBeNull();
		expect(readStopToken(secret, 'x'.repeat(43))).toBeNull();
		expect(readStopToken(secret, token + 'A')).toBeNull();
	});
});
