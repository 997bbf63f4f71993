// The cookies of a signed-in browser. HttpOnly: no script, ours or foreign, ever sees a token.
import { createHash, randomBytes } from 'node:crypto';
import type { Cookies } from '@sveltejs/kit';

const accessName = 'kerbside_access';
const refreshName = 'kerbside_refresh';
/** A word only this browser holds: by it the person's account knows a browser again. It opens nothing. */
const deviceName = 'kerbside_device';
const deviceKeptSeconds = 400 * 24 * 3600;
/** A wall is signed in once and then runs for weeks; each refresh starts the count again. */
const keptSeconds = 30 * 24 * 3600;

export interface Tokens {
	access: string;
	refresh: string;
}

function options(isSecure: boolean) {
	return { path: '/', httpOnly: true, sameSite: 'lax', secure: isSecure } as const;
}

export function readTokens(cookies: Cookies): Partial<Tokens> {
	return { access: cookies.get(accessName), refresh: cookies.get(refreshName) };
}

export function writeTokens(cookies: Cookies, tokens: Tokens, isSecure: boolean): void {
	cookies.set(accessName, tokens.access, { ...options(isSecure), maxAge: keptSeconds });
	cookies.set(refreshName, tokens.refresh, { ...options(isSecure), maxAge: keptSeconds });
}

export function clearTokens(cookies: Cookies, isSecure: boolean): void {
	for (const name of [accessName, refreshName]) {
		if (cookies.get(name) !== undefined) cookies.delete(name, options(isSecure));
	}
}

/** What is kept of this browser's word: its hash. Null: it has none yet. */
export function readDevice(cookies: Cookies): string | null {
	const word = cookies.get(deviceName);
	return word && /^[\w-]{43}$/.test(word) ? hashOf(word) : null;
}

/** The browser's hash, giving it a word when it has none; the word's life starts again. */
export function keepDevice(cookies: Cookies, isSecure: boolean): string {
	const word = readDevice(cookies) ? cookies.get(deviceName)! : randomBytes(32).toString('base64url');
	cookies.set(deviceName, word, { ...options(isSecure), maxAge: deviceKeptSeconds });
	return hashOf(word);
}

const hashOf = (word: string) => createHash('sha256').update(word).digest('base64url');

/**
 * Milliseconds until an access token runs out, by its own word: only to know when to ask for a new one. Whether it is
 * genuine is the database's question.
 */
export function remainingLife(access: string, now = Date.now()): number {
	const { exp } = claimsIn(access);
	return typeof exp === 'number' ? exp * 1000 - now : 0;
}

/** Which session a token belongs to, by its own word: the same for every token of that session. */
export function sessionOf(access: string): string {
	const { session_id: session } = claimsIn(access);
	return typeof session === 'string' ? session : access;
}

function claimsIn(access: string): Record<string, unknown> {
	try {
		const claims: unknown = JSON.parse(Buffer.from(access.split('.')[1] ?? '', 'base64url').toString());
		return claims && typeof claims === 'object' ? (claims as Record<string, unknown>) : {};
	} catch {
		return {};
	}
}
