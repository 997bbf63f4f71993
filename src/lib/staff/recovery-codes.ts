// Codes that stand in for a lost phone. Shown once; kept as keyed hashes, so that a copy of the database opens nothing.
import { createHmac, hkdfSync, randomInt } from 'node:crypto';

export const recoveryCodeCount = 8;
// Nothing that can be mistaken for something else when written down: 10 of 31 are 49 bits.
const letters = 'abcdefghjkmnpqrstuvwxyz23456789';

export function makeRecoveryCodes(): string[] {
	const half = () => Array.from({ length: 5 }, () => letters[randomInt(letters.length)]).join('');
	return Array.from({ length: recoveryCodeCount }, () => `${half()}-${half()}`);
}

/** What is kept of a code as it was typed; null when it cannot be one. The same code of two people gives two hashes. */
export function recoveryHash(secret: Buffer, staffId: string, typed: string): string | null {
	const code = typed.normalize('NFKC').toLowerCase().replaceAll(/[\s-]/g, '');
	if (code.length !== 10 || ![...code].every((letter) => letters.includes(letter))) return null;
	const key = Buffer.from(hkdfSync('sha256', secret, '', 'kerbside recovery codes 1', 32));
	return createHmac('sha256', key).update(`${staffId}\n${code}`).digest('base64url');
}
