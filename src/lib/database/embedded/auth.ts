// The part of GoTrue that supabase-js needs for staff: sign in, refresh, sign out, who am I, and the service key's
// administration of people; second factors by time (TOTP). There is no sign-up, no mail and no third party.

import { deriveKey, TokenRefused, verifyToken, type Claims } from '../jwt.ts';
import { answer, AuthRefused, badField, emptyAnswer, refusal, wrongLogin } from './auth-answers.ts';
import { openFactors, type Factors } from './auth-factors.ts';
import { openPasswords, type PasswordCost } from './auth-passwords.ts';
import { openSessions, type Sessions } from './auth-sessions.ts';
import { openUsers, readLogin, type Users } from './auth-users.ts';
import { ExecutorUnavailable, type Executor } from './executor.ts';

export interface AuthOptions {
	executor: Executor;
	/** What access tokens and API keys are signed with. */
	jwtKey: Buffer;
	/** The home's base address, for the issuer claim. */
	url: string;
	now?: () => number;
	passwordCost?: PasswordCost;
}

export interface AuthServer {
	/** Answers requests whose path starts with /auth/v1. */
	fetch(request: Request): Promise<Response>;
}

/** A hash of the caller's network address, set by the web server; failures are then counted by it as well. */
export const ADDRESS_HEADER = 'x-kerbside-address';
/** Set by the web server, which counts failures in the database for both homes: they are not counted here once more. */
export const COUNTED_HEADER = 'x-kerbside-counted';

const MAX_BODY = 65_536;
const MAX_PER_PAGE = 1000;

type Body = Record<string, unknown>;

export function openAuth({ executor, jwtKey, url, now = Date.now, passwordCost }: AuthOptions): AuthServer {
	const passwords = openPasswords(passwordCost);
	const users = openUsers(executor, passwords, now);
	const keys = {
		access: jwtKey,
		refresh: deriveKey(jwtKey, 'refresh-token'),
		lockout: deriveKey(jwtKey, 'sign-in-attempts')
	};
	const sessions = openSessions(executor, passwords, keys, `${url}/auth/v1`, now);
	const factors = openFactors(executor, sessions, deriveKey(jwtKey, 'second-factor'), now);

	async function route(request: Request): Promise<Response> {
		const { pathname, searchParams } = new URL(request.url);
		const path = pathname.replace(/^\/auth\/v1/, '');
		checkApiKey(request, jwtKey, now);
		if (path === '/token' && request.method === 'POST') {
			return answer(await grantToken(sessions, searchParams.get('grant_type'), request));
		}
		if (path === '/user' || path === '/logout' || path === '/factors' || path.startsWith('/factors/'))
			return ownAccount(path, request, searchParams);
		if (path === '/admin/users' || path.startsWith('/admin/users/')) {
			checkServiceRole(request, jwtKey, now);
			return administer(users, factors, path.slice('/admin/users'.length + 1), request, searchParams);
		}
		if (path === '/settings')
			return answer({ disable_signup: true, external: { email: true }, mailer_autoconfirm: true });
		if (path === '/signup') {
			throw new AuthRefused(422, 'signup_disabled', 'Signups not allowed for this instance');
		}
		throw new AuthRefused(404, 'not_found', `Nothing answers ${request.method} ${path}`);
	}

	async function ownAccount(path: string, request: Request, query: URLSearchParams): Promise<Response> {
		const claims = readBearer(request, jwtKey, now);
		const { sub, session_id: sessionId } = claims;
		if (typeof sub !== 'string' || typeof sessionId !== 'string') {
			throw new AuthRefused(403, 'bad_jwt', 'invalid claim: missing sub claim');
		}
		const user = await sessions.userOf(sub, sessionId);
		if (path === '/user' && request.method === 'GET') return answer(user);
		if (path === '/user' && request.method === 'PUT') {
			return answer(await users.updateSelf(sub, sessionId, await readBody(request)));
		}
		if (path === '/logout' && request.method === 'POST') {
			const scope = query.get('scope') ?? 'global';
			if (scope !== 'global' && scope !== 'local' && scope !== 'others') {
				throw badField(`Unsupported logout scope "${scope}"`);
			}
			await sessions.signOut(sub, sessionId, scope);
			return emptyAnswer();
		}
		const [, , factor, step] = path.split('/');
		const who = { userId: sub, sessionId };
		if (path === '/factors' && request.method === 'POST') {
			return answer(await factors.enrol(who, user, await readBody(request)));
		}
		if (factor && step === undefined && request.method === 'DELETE') {
			return answer(await factors.unenrol(who, factor));
		}
		if (factor && step === 'challenge' && request.method === 'POST') {
			return answer(await factors.challenge(who, factor));
		}
		if (factor && step === 'verify' && request.method === 'POST') {
			return answer(await factors.verify(who, factor, await readBody(request)));
		}
		throw new AuthRefused(405, 'method_not_allowed', 'Method not allowed');
	}

	return {
		async fetch(request) {
			try {
				return await route(request);
			} catch (error) {
				if (error instanceof AuthRefused) return refusal(request, error);
				if (error instanceof ExecutorUnavailable) {
					const headers = { 'retry-after': String(error.retryAfterSeconds) };
					return refusal(request, new AuthRefused(error.status, error.code, error.message, { headers }));
				}
				throw error;
			}
		}
	};
}

async function grantToken(sessions: Sessions, grantType: string | null, request: Request) {
	const body = await readBody(request);
	if (grantType === 'refresh_token') {
		if (typeof body.refresh_token !== 'string') throw badField('refresh_token is required');
		return sessions.refresh(body.refresh_token);
	}
	if (grantType !== 'password') {
		throw new AuthRefused(400, 'invalid_credentials', 'unsupported_grant_type');
	}
	const { email, password } = body;
	if (typeof email !== 'string' || typeof password !== 'string') {
		throw badField('missing email or phone');
	}
	// A password longer than any we would store cannot be right; not hashing it keeps huge ones cheap.
	if (!email || !password || password.length > 256 || email.length > 255) throw wrongLogin();
	const counting = request.headers.has(COUNTED_HEADER)
		? null
		: { addressHash: request.headers.get(ADDRESS_HEADER) };
	return sessions.signIn(readLogin(email), password, counting);
}

async function administer(
	users: Users,
	factors: Factors,
	path: string,
	request: Request,
	query: URLSearchParams
): Promise<Response> {
	const { method } = request;
	const [id = '', more, factor] = path.split('/');
	if (id && more === 'factors' && !factor && method === 'GET') {
		return answer((await users.get(id)).factors);
	}
	if (id && more === 'factors' && factor && method === 'DELETE') {
		return answer(await factors.remove(id, factor));
	}
	if (more !== undefined)
		throw new AuthRefused(404, 'not_found', `Nothing answers ${method} /admin/users/…/${more}`);
	if (!id && method === 'POST') return answer(await users.create(await readBody(request)));
	if (!id && method === 'GET') {
		const page = bounded(query.get('page'), 1, 1_000_000, 1);
		const perPage = bounded(query.get('per_page'), 1, MAX_PER_PAGE, 50);
		const { users: found, total } = await users.list(page, perPage);
		const link = linksOf(page, perPage, total);
		return answer({ users: found, aud: 'authenticated' }, { 'x-total-count': String(total), link });
	}
	if (id && method === 'GET') return answer(await users.get(id));
	if (id && method === 'PUT') return answer(await users.update(id, await readBody(request)));
	if (id && method === 'DELETE') {
		await users.remove(id);
		return answer({});
	}
	throw new AuthRefused(405, 'method_not_allowed', 'Method not allowed');
}

/** Where the next and the last page are, as auth-js reads it. */
function linksOf(page: number, perPage: number, total: number): string {
	const last = Math.max(1, Math.ceil(total / perPage));
	const linkTo = (to: number, rel: string) => `</admin/users?page=${to}&per_page=${perPage}>; rel="${rel}"`;
	return [...(page < last ? [linkTo(page + 1, 'next')] : []), linkTo(last, 'last')].join(', ');
}

function bounded(text: string | null, least: number, most: number, otherwise: number): number {
	const value = Number(text || otherwise);
	if (!Number.isInteger(value) || value < least || value > most) throw badField(`Bad page: ${text}`);
	return value;
}

/** As the gateway before a hosted project does: without a genuine key nothing is looked at. */
function checkApiKey(request: Request, jwtKey: Buffer, now: () => number): void {
	const key = request.headers.get('apikey');
	if (!key) throw new AuthRefused(401, 'no_api_key', 'No API key found in request');
	try {
		const { role } = verifyToken(key, jwtKey, now() / 1000);
		if (role === 'anon' || role === 'service_role') return;
	} catch (error) {
		if (!(error instanceof TokenRefused)) throw error;
	}
	throw new AuthRefused(401, 'bad_api_key', 'Invalid API key');
}

function readBearer(request: Request, jwtKey: Buffer, now: () => number): Claims {
	const token = /^Bearer (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
	if (!token) throw new AuthRefused(401, 'no_authorization', 'This endpoint requires a Bearer token');
	try {
		return verifyToken(token, jwtKey, now() / 1000);
	} catch (error) {
		if (!(error instanceof TokenRefused)) throw error;
		const reason = error.expired ? 'token is expired' : error.message;
		throw new AuthRefused(403, 'bad_jwt', `invalid JWT: unable to parse or verify signature, ${reason}`);
	}
}

function checkServiceRole(request: Request, jwtKey: Buffer, now: () => number): void {
	if (readBearer(request, jwtKey, now).role !== 'service_role') {
		throw new AuthRefused(403, 'not_admin', 'User not allowed');
	}
}

async function readBody(request: Request): Promise<Body> {
	const text = await request.text();
	if (text.length > MAX_BODY) throw new AuthRefused(413, 'request_too_large', 'Request body is too large');
	try {
		const body: unknown = JSON.parse(text);
		if (body && typeof body === 'object' && !Array.isArray(body)) return body as Body;
	} catch {
		// Falls through to the same refusal as a body of another shape.
	}
	throw new AuthRefused(400, 'bad_json', 'Could not parse request body as JSON');
}
