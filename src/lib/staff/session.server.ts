// Signing in and out, and who is asking. Tokens live in HttpOnly cookies; the database judges every call by them.
import { createHash } from 'node:crypto';
import { error, redirect, type RequestEvent } from '@sveltejs/kit';
import { anonClient, call, countedClient, serviceClient, staffClient } from '#lib/database/client.server.ts';
import { getHome } from '#lib/database/home.server.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { m } from '#lib/i18n/messages.ts';
import { agentFamily, coarseNetwork } from './agent.ts';
import {
	clearTokens,
	keepDevice,
	readDevice,
	readTokens,
	remainingLife,
	sessionOf,
	writeTokens,
	type Tokens
} from './cookies.ts';
import { signInSubjects } from './sign-in-tries.ts';
import { isDemoOpen, personaPassword } from './demo.server.ts';
import { emailOf } from './login.ts';
import { once } from '#lib/database/once.ts';
import { findPersona, isPersona, type Persona } from './personas.ts';
import { hasRole, type Role, type Session, type SignInStep, type Staff } from './staff.ts';

export type SignInResult = 'ok' | 'wrong' | 'locked' | 'no_entry';

/** Where each step that is still missing is done. */
const stepPaths: Record<SignInStep, string> = {
	code: '/sign-in/code',
	password: '/account/password',
	enrol: '/account/second-factor'
};

/** Renew this long before the end, so that a slow request does not outlive its token. */
const renewBefore = 60_000;

// A page's first requests come together, each with the same old token: one renewal serves them all, and the stragglers.
const renewals = once<Tokens | null>(60_000);
// Roles are checked by the database at every call; this only spares asking for a person's name each time.
const people = once<Staff>(15_000);
// That a session is in use is noted now and then, not at every request.
const notes = once<void>(5 * 60_000);

const keyOf = (token: string) => createHash('sha256').update(token).digest('base64url');

/** Who sends this request, renewing their session when it is due; null when nobody is signed in. */
export async function readSession(event: RequestEvent): Promise<Session | null> {
	const isSecure = event.url.protocol === 'https:';
	const { access, refresh } = readTokens(event.cookies);
	if (access && remainingLife(access) > renewBefore) return openSession(event, access);
	if (!refresh) {
		clearTokens(event.cookies, isSecure);
		return null;
	}
	const renewed = await renewals(keyOf(refresh), () => renew(refresh));
	if (!renewed) {
		clearTokens(event.cookies, isSecure);
		return null;
	}
	writeTokens(event.cookies, renewed, isSecure);
	return openSession(event, renewed.access);
}

async function openSession(event: RequestEvent, accessToken: string): Promise<Session | null> {
	try {
		const session = { ...(await whois(accessToken)), accessToken };
		// Nobody waits for it, and a page is not refused because it could not be written down.
		void notes(sessionOf(accessToken), () => noteSession(event, session, null)).catch(() => undefined);
		// Demo people lose their way in when the city becomes a real one, or is opened to others.
		if (!isPersona(session.id) || (await isDemoOpen(event))) return session;
		clearTokens(event.cookies, event.url.protocol === 'https:');
		return null;
	} catch (problem) {
		if (!(problem instanceof ApiProblem) || problem.status >= 500) throw problem;
		// Signed out elsewhere, account closed, or a token nobody gave.
		clearTokens(event.cookies, event.url.protocol === 'https:');
		return null;
	}
}

function whois(accessToken: string): Promise<Staff> {
	return people(keyOf(accessToken), async () => {
		const person = (await call(staffClient(accessToken), 'me', {})) as unknown as Staff | null;
		if (!person) throw new ApiProblem(403, 'no_entry');
		return person;
	});
}

/** New tokens for old; null when the session is over. */
async function renew(refresh: string): Promise<Tokens | null> {
	const { data, error: refusal } = await anonClient().auth.refreshSession({ refresh_token: refresh });
	if (data.session) return { access: data.session.access_token, refresh: data.session.refresh_token };
	if (!refusal || (refusal.status !== undefined && refusal.status >= 400 && refusal.status < 500))
		return null;
	throw new ApiProblem(503, 'busy', {}, { cause: refusal });
}

/**
 * Counts the try, then asks the auth service: the same way for a login that exists and one that does not, in the same words.
 * A person for whom a step is missing is seated as `pending`.
 */
export async function signIn(event: RequestEvent, login: string, password: string): Promise<SignInResult> {
	const email = emailOf(login);
	const subjects = signInSubjects(getHome().secret, email, event.getClientAddress());
	const device = readDevice(event.cookies);
	const service = serviceClient();
	const { wait_s } = await call<{ wait_s: number }>(service, 'charge_sign_in', {
		...subjects,
		device,
		login: login.trim().toLowerCase()
	});
	if (wait_s > 0) return 'locked';
	const { data, error: refusal } = await countedClient().auth.signInWithPassword({ email, password });
	if (refusal) {
		if (refusal.status === 429) return 'locked';
		if (refusal.status !== undefined && refusal.status >= 400 && refusal.status < 500) return 'wrong';
		throw new ApiProblem(503, 'busy', {}, { cause: refusal });
	}
	await call(service, 'forgive_sign_in', { ...subjects, device });
	return takeSeat(event, {
		access: data.session.access_token,
		refresh: data.session.refresh_token
	});
}

/** The person of new tokens sits down in this browser; 'no_entry' for an account of nobody here. */
export async function takeSeat(event: RequestEvent, tokens: Tokens): Promise<'ok' | 'no_entry'> {
	let session: Session;
	try {
		session = { ...(await whois(tokens.access)), accessToken: tokens.access };
	} catch (problem) {
		if (!(problem instanceof ApiProblem) || problem.status >= 500) throw problem;
		await endSession(tokens.access);
		return 'no_entry';
	}
	const isSecure = event.url.protocol === 'https:';
	// A browser is known once everything was proved in it: a stranger with the password alone makes none known.
	const device = session.step === 'code' ? null : keepDevice(event.cookies, isSecure);
	await noteSession(event, session, device);
	writeTokens(event.cookies, tokens, isSecure);
	seat(event, session);
	return 'ok';
}

/** Seats whoever asks: with their roles, or a step away from them. */
export function seat(event: RequestEvent, session: Session | null): void {
	event.locals.staff = session?.step ? null : session;
	event.locals.pending = session?.step ? session : null;
}

/** Where a person goes on who has a step to do, and from there to where they were going; null when nothing is missing. */
export function stepAddress(event: RequestEvent, next: string): string | null {
	const step = event.locals.pending?.step;
	return step ? `${stepPaths[step]}${next ? `?next=${encodeURIComponent(next)}` : ''}` : null;
}

async function noteSession(event: RequestEvent, session: Session, device: string | null): Promise<void> {
	await call(serviceClient(), 'note_session', {
		session: sessionOf(session.accessToken).slice(0, 100),
		staff: session.id,
		agent: agentFamily(event.request.headers.get('user-agent')),
		network: coarseNetwork(event.getClientAddress()),
		device
	});
}

/** What was remembered of anybody is asked anew: somebody's session has ended, or become worth more. */
export function forgetPeople(): void {
	people.forgetAll();
}

/**
 * Ends this browser's session only; the person may be signed in elsewhere. Answers which session has ended, if one has.
 * The database is told first: an access token is good until it runs out, whatever becomes of its refresh token.
 */
export async function signOut(event: RequestEvent): Promise<string | null> {
	const { access } = readTokens(event.cookies);
	clearTokens(event.cookies, event.url.protocol === 'https:');
	seat(event, null);
	if (!access) return null;
	const isEnded = await tellEnd(access);
	// A session has had other tokens, whose answers may be remembered as well; asking everybody again costs little.
	people.forgetAll();
	await endSession(access);
	return isEnded ? sessionOf(access) : null;
}

/** False when the database does not know the token: then there is nothing left to end. */
async function tellEnd(access: string): Promise<boolean> {
	try {
		await call(staffClient(access), 'end_session', {});
		return true;
	} catch (problem) {
		if (!(problem instanceof ApiProblem) || problem.status >= 500) throw problem;
		return false;
	}
}

/** Takes the refresh token away. */
async function endSession(accessToken: string): Promise<void> {
	const { error: refusal } = await anonClient().auth.admin.signOut(accessToken, 'local');
	// Ended already is as good as ended.
	if (refusal && (refusal.status === undefined || refusal.status >= 500))
		throw new ApiProblem(503, 'busy', {}, { cause: refusal });
}

/**
 * For loads, actions and routes of staff: the person asking, or away. Pages send people to sign in and back;
 * programs get 401. Without one of the roles, 403.
 */
export function requireStaff(event: RequestEvent, roles: readonly Role[] = []): Session {
	const { staff } = event.locals;
	if (!staff) {
		const here = event.url.pathname + event.url.search;
		const wantsPage =
			event.request.method === 'GET' && !/application\/json/.test(event.request.headers.get('accept') ?? '');
		if (wantsPage || event.isDataRequest) redirect(303, stepAddress(event, here) ?? signInAddress(event.url));
		error(401, { message: m.shell_sign_in_needed(), code: 'sign_in_needed' });
	}
	if (roles.length > 0 && !hasRole(staff, ...roles)) {
		error(403, { message: m.shell_role_needed(), code: 'role_needed' });
	}
	return staff;
}

export function signInAddress(url: URL): string {
	return `/sign-in?next=${encodeURIComponent(url.pathname + url.search)}`;
}

/** Where to go after signing in: a path of ours, never another site. */
export function safeNext(next: string | null | undefined, otherwise: string): string {
	if (!next || !next.startsWith('/') || next.length > 500) return otherwise;
	const target = URL.canParse(next, 'http://self.invalid') ? new URL(next, 'http://self.invalid') : null;
	if (target?.origin !== 'http://self.invalid') return otherwise;
	// Dots are resolved by now: '/.//evil.example' has become '//evil.example', which a browser takes for a host.
	const isOurs = !target.pathname.startsWith('//') && !target.pathname.includes('\\');
	return isOurs ? target.pathname + target.search : otherwise;
}

/** One click on a demo person; false when that door is shut. */
export async function signInPersona(event: RequestEvent, persona: Persona): Promise<boolean> {
	if (!(await isDemoOpen(event))) return false;
	const password = personaPassword(persona, getHome().secret);
	return (await signIn(event, `demo-${persona.key}`, password)) === 'ok';
}

/** A demo wall opened by nobody in particular signs itself in; null when it may not. */
export async function signInDemoWall(event: RequestEvent): Promise<Session | null> {
	const persona = findPersona('wall');
	if (persona && !event.locals.staff && !event.locals.pending) await signInPersona(event, persona);
	return event.locals.staff;
}
