// The two cookies of a signed-in browser. HttpOnly: no script, ours or foreign, ever sees a token.
import type { Cookies } from '@sveltejs/kit';

const accessName = 'kerbside_access';
const refreshName = 'kerbside_refresh';
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
