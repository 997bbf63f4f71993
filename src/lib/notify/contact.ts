/** A browser's own address at its push service, as `PushSubscription.toJSON()` says it. */
export interface PushAddress {
	endpoint: string;
	keys: { p256dh: string; auth: string };
}

/** How somebody wants to be told; only ever kept sealed. */
export type Contact = { kind: 'email'; email: string } | { kind: 'push'; push: PushAddress };
export type ContactKind = Contact['kind'];

const EMAIL =
	/^[^\s@<>()[\]\\,;:"\p{Cc}]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+\p{L}[\p{L}\p{N}-]{1,62}$/u;

/** An e-mail address as people type it: spaces around, full width. Null when it can be none. */
export function readEmail(typed: string): string | null {
	if (typed.length > 300) return null;
	const email = typed.normalize('NFKC').replaceAll('。', '.').trim();
	return email.length <= 254 && EMAIL.test(email) ? email : null;
}

/**
 * What a browser says of its subscription. Null unless it is a push service we know: the address comes from outside, and
 * a server that writes to any address it is given can be turned against its own network.
 */
export function readPushAddress(text: string, hosts: readonly string[]): PushAddress | null {
	if (text.length > 4000) return null;
	let said: unknown;
	try {
		said = JSON.parse(text);
	} catch {
		return null;
	}
	const { endpoint, keys } = (said ?? {}) as {
		endpoint?: unknown;
		keys?: { p256dh?: unknown; auth?: unknown };
	};
	if (typeof endpoint !== 'string' || !isPushService(endpoint, hosts)) return null;
	const p256dh = keyOf(keys?.p256dh, 65);
	const auth = keyOf(keys?.auth, 16);
	// An uncompressed point begins with 4.
	if (!p256dh || !auth || !p256dh.startsWith('B')) return null;
	return { endpoint, keys: { p256dh, auth } };
}

/** Whether an endpoint lies at one of the hosts. Plain http only on this very machine. */
export function isPushService(endpoint: string, hosts: readonly string[]): boolean {
	if (endpoint.length > 2000 || !URL.canParse(endpoint)) return false;
	const { protocol, hostname, host, username, password } = new URL(endpoint);
	const isHere = /^(127\.0\.0\.1|localhost)$/.test(hostname);
	if (username || password || !(protocol === 'https:' || (protocol === 'http:' && isHere))) return false;
	return hosts.some((known) =>
		known.startsWith('*.') ? host.endsWith(known.slice(1)) && host.length > known.length - 1 : host === known
	);
}

function keyOf(value: unknown, bytes: number): string | null {
	if (typeof value !== 'string') return null;
	const key = value.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
	return /^[\w-]+$/.test(key) && Math.floor((key.length * 6) / 8) === bytes ? key : null;
}
