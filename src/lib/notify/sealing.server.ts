// How people are to be told is kept sealed: AES-256-GCM under a key derived from the installation's secret. The database
// and its backups hold nothing readable, and nothing readable is ever sent back to a page.
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { Contact } from './contact.ts';

/** A contact with the report it is for: the query code, never the PIN. */
export interface SealedContact {
	code: string;
	contact: Contact;
}

interface Keys {
	seal: Buffer;
	nonce: Buffer;
	stop: Buffer;
}
const keysOf = new WeakMap<Buffer, Keys>();

function keys(secret: Buffer): Keys {
	let found = keysOf.get(secret);
	if (!found) {
		const derive = (label: string) => Buffer.from(hkdfSync('sha256', secret, '', `kerbside ${label}`, 32));
		found = { seal: derive('contact 1'), nonce: derive('contact nonce 1'), stop: derive('contact stop 1') };
		keysOf.set(secret, found);
	}
	return found;
}

const VERSION = 1;
const NONCE = 12;
const TAG = 16;

/**
 * Seals a contact. The nonce comes from what is sealed (as in RFC 8452's synthetic nonces), so the same contact for the
 * same report seals to the same text and is not kept twice; for another report it looks unlike.
 */
export function sealContact(secret: Buffer, sealed: SealedContact): string {
	const { seal, nonce: nonceKey } = keys(secret);
	const plain = Buffer.from(JSON.stringify(canonical(sealed)), 'utf8');
	const nonce = createHmac('sha256', nonceKey).update(plain).digest().subarray(0, NONCE);
	const cipher = createCipheriv('aes-256-gcm', seal, nonce).setAAD(Buffer.of(VERSION));
	const body = Buffer.concat([cipher.update(plain), cipher.final()]);
	return Buffer.concat([Buffer.of(VERSION), nonce, body, cipher.getAuthTag()]).toString('base64url');
}

/** Null when it was sealed under another secret or changed since. */
export function unsealContact(secret: Buffer, text: string): SealedContact | null {
	const bytes = Buffer.from(text, 'base64url');
	if (bytes[0] !== VERSION || bytes.length <= 1 + NONCE + TAG) return null;
	try {
		const nonce = bytes.subarray(1, 1 + NONCE);
		const decipher = createDecipheriv('aes-256-gcm', keys(secret).seal, nonce, { authTagLength: TAG })
			.setAAD(bytes.subarray(0, 1))
			.setAuthTag(bytes.subarray(-TAG));
		const plain = Buffer.concat([decipher.update(bytes.subarray(1 + NONCE, -TAG)), decipher.final()]);
		return JSON.parse(plain.toString('utf8')) as SealedContact;
	} catch {
		return null;
	}
}

/** Always in one order, whatever object it came in. */
function canonical({ code, contact }: SealedContact): SealedContact {
	if (contact.kind === 'email') return { code, contact: { kind: 'email', email: contact.email } };
	const { endpoint, keys: browser } = contact.push;
	const push = { endpoint, keys: { p256dh: browser.p256dh, auth: browser.auth } };
	return { code, contact: { kind: 'push', push } };
}

/** The word in an e-mail's "no more of these" link: whoever has it can erase that one contact and do nothing else. */
export function stopToken(secret: Buffer, contactId: string): string {
	const id = Buffer.from(contactId.replaceAll('-', ''), 'hex');
	return Buffer.concat([id, stopMac(secret, id)]).toString('base64url');
}

/** The contact a word is for, or null when we never gave it out. */
export function readStopToken(secret: Buffer, token: string): string | null {
	if (!/^[\w-]{43}$/.test(token)) return null;
	const bytes = Buffer.from(token, 'base64url');
	const id = bytes.subarray(0, 16);
	if (!timingSafeEqual(bytes.subarray(16), stopMac(secret, id))) return null;
	return id.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function stopMac(secret: Buffer, id: Buffer): Buffer {
	return createHmac('sha256', keys(secret).stop).update(id).digest().subarray(0, 16);
}
