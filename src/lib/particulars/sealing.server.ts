// Phones, plates, names and addresses are sealed here, before the database sees them: AES-256-GCM under a key derived from
// the installation's secret. The key's id travels with what it sealed, so that a secret can be replaced: KERBSIDE_FORMER_SECRETS
// still open what they sealed, and the sweep seals it again under the present one.
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, randomUUID } from 'node:crypto';
import { normalised, type ParticularKind } from './particular.ts';

/** As the database keeps it. */
export interface SealedParticular {
	id: string;
	kind: ParticularKind;
	sealed: string;
	key_id: string;
	/** The same for the same plate or phone, and nothing without the key. */
	fingerprint: string;
}

interface Keys {
	id: string;
	seal: Buffer;
	fingerprint: Buffer;
}
const keysOf = new WeakMap<Buffer, Keys>();

function keys(secret: Buffer): Keys {
	let found = keysOf.get(secret);
	if (!found) {
		const derive = (label: string, bytes = 32) =>
			Buffer.from(hkdfSync('sha256', secret, '', `kerbside ${label}`, bytes));
		found = {
			id: derive('particular key id 1', 4).toString('hex'),
			seal: derive('particular 1'),
			fingerprint: derive('particular fingerprint 1')
		};
		keysOf.set(secret, found);
	}
	return found;
}

const VERSION = 1;
const NONCE = 12;
const TAG = 16;
/** Whatever is sealed has one of few lengths: a name's length says something, too. */
const BLOCK = 32;

/** Which key seals now. */
export const keyId = (secret: Buffer): string => keys(secret).id;

/** Seals what somebody typed, under an id of its own; null when it is no such thing. */
export function sealParticular(
	secret: Buffer,
	kind: ParticularKind,
	typed: string,
	id: string = randomUUID()
): SealedParticular | null {
	const value = normalised(kind, typed);
	if (value === null) return null;
	const { id: key_id, seal } = keys(secret);
	const plain = padded(value);
	const nonce = randomBytes(NONCE);
	const cipher = createCipheriv('aes-256-gcm', seal, nonce).setAAD(bindingOf(id, kind));
	const body = Buffer.concat([cipher.update(plain), cipher.final()]);
	const sealed = Buffer.concat([Buffer.of(VERSION), nonce, body, cipher.getAuthTag()]).toString('base64url');
	return { id, kind, sealed, key_id, fingerprint: fingerprintOf(secret, kind, value)! };
}

/** The value; null when no key we have sealed it, when it was changed, or when it lies in another's row. */
export function openParticular(
	secrets: readonly Buffer[],
	particular: Pick<SealedParticular, 'id' | 'kind' | 'sealed' | 'key_id'>
): string | null {
	const secret = secrets.find((one) => keys(one).id === particular.key_id);
	const bytes = Buffer.from(particular.sealed, 'base64url');
	if (!secret || bytes[0] !== VERSION || bytes.length <= 1 + NONCE + TAG) return null;
	try {
		const decipher = createDecipheriv('aes-256-gcm', keys(secret).seal, bytes.subarray(1, 1 + NONCE), {
			authTagLength: TAG
		})
			.setAAD(bindingOf(particular.id, particular.kind))
			.setAuthTag(bytes.subarray(-TAG));
		const plain = Buffer.concat([decipher.update(bytes.subarray(1 + NONCE, -TAG)), decipher.final()]);
		return plain.toString('utf8').replace(/\0+$/, '');
	} catch {
		return null;
	}
}

/** Finds the same plate or phone again without reading any: a keyed hash, 128 bits of it. */
export function fingerprintOf(secret: Buffer, kind: ParticularKind, typed: string): string | null {
	const value = normalised(kind, typed);
	if (value === null) return null;
	return createHmac('sha256', keys(secret).fingerprint)
		.update(`${kind}\n${value}`)
		.digest('hex')
		.slice(0, 32);
}

function padded(value: string): Buffer {
	const plain = Buffer.from(value, 'utf8');
	const whole = Buffer.alloc(Math.ceil(plain.length / BLOCK) * BLOCK);
	plain.copy(whole);
	return whole;
}

const bindingOf = (id: string, kind: ParticularKind) =>
	Buffer.from(`kerbside ${VERSION} ${id} ${kind}`, 'utf8');
