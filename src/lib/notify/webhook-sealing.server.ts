// The secret that signs what a webhook is sent is kept sealed: AES-256-GCM under a key derived from the installation's secret. The
// key's id stands before what it sealed, so that KERBSIDE_FORMER_SECRETS still open what they sealed.
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

interface Keys {
	id: string;
	seal: Buffer;
}
const keysOf = new WeakMap<Buffer, Keys>();

function keys(secret: Buffer): Keys {
	let found = keysOf.get(secret);
	if (!found) {
		const derive = (label: string, bytes: number) =>
			Buffer.from(hkdfSync('sha256', secret, '', `kerbside ${label}`, bytes));
		found = { id: derive('webhook key id 1', 4).toString('hex'), seal: derive('webhook 1', 32) };
		keysOf.set(secret, found);
	}
	return found;
}

const NONCE = 12;
const TAG = 16;
const binding = Buffer.from('kerbside webhook 1', 'utf8');

/** A new signing secret, as the receiver is given it. */
export const newSigningSecret = (): string => randomBytes(32).toString('base64url');

export function sealSigningSecret(secret: Buffer, signing: string): string {
	const { id, seal } = keys(secret);
	const nonce = randomBytes(NONCE);
	const cipher = createCipheriv('aes-256-gcm', seal, nonce).setAAD(binding);
	const body = Buffer.concat([cipher.update(signing, 'utf8'), cipher.final()]);
	return `${id}.${Buffer.concat([nonce, body, cipher.getAuthTag()]).toString('base64url')}`;
}

/** Null when no key we have sealed it, or when it was changed. */
export function openSigningSecret(secrets: readonly Buffer[], sealed: string): string | null {
	const [id = '', text = ''] = sealed.split('.');
	const secret = secrets.find((one) => keys(one).id === id);
	const bytes = Buffer.from(text, 'base64url');
	if (!secret || bytes.length <= NONCE + TAG) return null;
	try {
		const decipher = createDecipheriv('aes-256-gcm', keys(secret).seal, bytes.subarray(0, NONCE), {
			authTagLength: TAG
		})
			.setAAD(binding)
			.setAuthTag(bytes.subarray(-TAG));
		const plain = Buffer.concat([decipher.update(bytes.subarray(NONCE, -TAG)), decipher.final()]);
		return plain.toString('utf8');
	} catch {
		return null;
	}
}

/** `v1=` and the hex of HMAC-SHA-256 over `<timestamp>.<body>`: the timestamp is signed too, so that an old one cannot be sent again. */
export function signatureOf(signing: string, timestamp: string, body: string): string {
	return `v1=${createHmac('sha256', signing).update(`${timestamp}.${body}`).digest('hex')}`;
}
