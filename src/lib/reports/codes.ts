import { createHash, createHmac, hkdfSync } from 'node:crypto';

/**
 * The query code and PIN a citizen follows a report with. Both are derived from the report's id under the
 * installation's secret, so that a repeated send gives the same pair again while the database keeps only hashes.
 */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'; // Crockford base32: no I, L, O, U
const CODE_LENGTH = 13; // 65 bits
const PIN_LENGTH = 6;

interface Keys {
	code: Buffer;
	pin: Buffer;
	pinHash: Buffer;
}
const keysOf = new WeakMap<Buffer, Keys>();

function keys(secret: Buffer): Keys {
	let found = keysOf.get(secret);
	if (!found) {
		const derive = (label: string) => Buffer.from(hkdfSync('sha256', secret, '', `kerbside ${label}`, 32));
		found = {
			code: derive('report code 1'),
			pin: derive('report pin 1'),
			pinHash: derive('report pin hash 1')
		};
		keysOf.set(secret, found);
	}
	return found;
}

/** Code as 13 letters and digits without hyphens, PIN as six digits. */
export function codesFor(secret: Buffer, reportId: string): { code: string; pin: string } {
	const { code, pin } = keys(secret);
	const bits = createHmac('sha256', code).update(reportId).digest();
	// Nine bytes hold 72 bits: the first 65 become 13 characters of five bits each.
	let number = BigInt(`0x${bits.subarray(0, 9).toString('hex')}`) >> 7n;
	let text = '';
	for (let i = 0; i < CODE_LENGTH; i++) {
		text = ALPHABET[Number(number & 31n)] + text;
		number >>= 5n;
	}
	const digits = createHmac('sha256', pin).update(reportId).digest().readUIntBE(0, 6) % 10 ** PIN_LENGTH;
	return { code: text, pin: String(digits).padStart(PIN_LENGTH, '0') };
}

export function codeHash(code: string): string {
	return createHash('sha256').update(code).digest('hex');
}

/** Keyed, because a bare hash of six digits is no secret. The code is in it so that equal PINs differ. */
export function pinHash(secret: Buffer, code: string, pin: string): string {
	return createHmac('sha256', keys(secret).pinHash).update(`${code}:${pin}`).digest('hex');
}

/** XXXX-XXXX-XXXXX, as shown and copied. */
export function showCode(code: string): string {
	return `${code.slice(0, 4)}-${code.slice(4, 8)}-${code.slice(8)}`;
}

/** Reads a code as people type it: lower case, spaces, hyphens of any kind, full width, O for 0, I or L for 1. */
export function readCode(typed: string): string | null {
	if (typed.length > 100) return null;
	const code = typed
		.normalize('NFKC')
		.toUpperCase()
		.replace(/[\s\p{Pd}_.]/gu, '')
		.replaceAll('O', '0')
		.replace(/[IL]/g, '1');
	return code.length === CODE_LENGTH && [...code].every((c) => ALPHABET.includes(c)) ? code : null;
}

export function readPin(typed: string): string | null {
	if (typed.length > 100) return null;
	const pin = typed
		.normalize('NFKC')
		.replace(/[\s\p{Pd}]/gu, '')
		.replace(/[Oo]/g, '0')
		.replace(/[IiLl]/g, '1');
	return /^\d{6}$/.test(pin) ? pin : null;
}
