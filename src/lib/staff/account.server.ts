// One's own account: what may be done to it whatever stands between a person and their roles.
import { error, redirect, type RequestEvent } from '@sveltejs/kit';
import { anonClient, call, countedClient, serviceClient, staffClient } from '#lib/database/client.server.ts';
import { getHome } from '#lib/database/home.server.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import type { OwnTokens } from '#lib/database/second-factors.server.ts';
import { m } from '#lib/i18n/messages.ts';
import { readTokens, sessionOf } from './cookies.ts';
import { emailOf } from './login.ts';
import { isPersona } from './personas.ts';
import { makeRecoveryCodes, recoveryHash } from './recovery-codes.ts';
import { forgetPeople, signInAddress } from './session.server.ts';
import { codeSubject, signInSubjects } from './sign-in-tries.ts';
import type { Session, SignInStep } from './staff.ts';

export interface OpenSession {
	id: string;
	opened_at: string;
	seen_at: string;
	agent: string | null;
	network: string | null;
	is_here: boolean;
	/** Opened with a browser not seen before, and nobody has said "that was me". */
	is_new_device: boolean;
	lasts: boolean;
}

export interface Account {
	id: string;
	name: string;
	login: string | null;
	step: SignInStep | null;
	second_factor: {
		has: boolean;
		is_assured: boolean;
		is_demanded: boolean;
		grace_ends_at: string;
		codes_left: number;
	};
	password_changed_at: string | null;
	sessions: OpenSession[];
}

/** Whoever is signed in, a step away from their roles or not; others are sent to sign in. */
export function requireAccount(event: RequestEvent): Session {
	const session = event.locals.staff ?? event.locals.pending;
	if (session) return session;
	if (event.request.method === 'GET') redirect(303, signInAddress(event.url));
	error(401, { message: m.shell_sign_in_needed(), code: 'sign_in_needed' });
}

export async function readAccount(session: Session): Promise<Account> {
	const account = await call<Account | null>(staffClient(session.accessToken), 'my_account');
	if (!account) throw new ApiProblem(401, 'sign_in_needed');
	return account;
}

/** The demo's people sign in by a button, which a password or a factor of somebody's would break for everybody. */
export function refusePersona(session: Session): void {
	if (isPersona(session.id)) throw new ApiProblem(409, 'not_for_demo_people');
}

export function tokensOf(event: RequestEvent): OwnTokens {
	const { access, refresh } = readTokens(event.cookies);
	if (!access || !refresh) throw new ApiProblem(401, 'sign_in_needed');
	return { access, refresh };
}

/**
 * Whether this is the person's password. Counted like a sign-in: an open desk is no place to guess it. The auth service has
 * no other way to ask than to sign in; that session ends at once.
 */
export async function isPassword(
	event: RequestEvent,
	login: string,
	password: string
): Promise<'right' | 'wrong' | 'locked'> {
	const service = serviceClient();
	const email = emailOf(login);
	const { account } = signInSubjects(getHome().secret, email, event.getClientAddress());
	const counted = { account: `own ${account}` };
	const { wait_s } = await call<{ wait_s: number }>(service, 'charge_sign_in', { ...counted, login });
	if (wait_s > 0) return 'locked';
	const { data, error: refusal } = await countedClient().auth.signInWithPassword({ email, password });
	if (refusal) {
		if (refusal.status === 429) return 'locked';
		if (refusal.status !== undefined && refusal.status >= 400 && refusal.status < 500) return 'wrong';
		throw new ApiProblem(503, 'busy', {}, { cause: refusal });
	}
	await anonClient().auth.admin.signOut(data.session.access_token, 'local');
	await call(service, 'forgive_sign_in', counted);
	return 'right';
}

/** Runs `prove` as one counted try at a code; five wrong ones in a row and the account waits. */
export async function countedCode<T>(
	session: Session,
	prove: () => Promise<T | null>
): Promise<T | 'wrong' | 'locked'> {
	const service = serviceClient();
	const account = codeSubject(getHome().secret, session.id);
	const { wait_s } = await call<{ wait_s: number }>(service, 'charge_sign_in', {
		account,
		kind: 'code',
		person: session.id
	});
	if (wait_s > 0) return 'locked';
	const proved = await prove();
	if (proved === null) return 'wrong';
	await call(service, 'forgive_sign_in', { account });
	return proved;
}

/** New codes in place of all before; they are shown once, and only their hashes stay. */
export async function giveRecoveryCodes(staffId: string): Promise<string[]> {
	const codes = makeRecoveryCodes();
	await call(serviceClient(), 'keep_recovery_codes', {
		staff: staffId,
		hashes: codes.map((code) => recoveryHash(getHome().secret, staffId, code))
	});
	return codes;
}

export async function dropRecoveryCodes(staffId: string): Promise<void> {
	await call(serviceClient(), 'keep_recovery_codes', { staff: staffId, hashes: [] });
}

/** True once: the session counts as proved from then on. */
export async function useRecoveryCode(session: Session, typed: string): Promise<true | null> {
	const hash = recoveryHash(getHome().secret, session.id, typed);
	if (hash === null) return null;
	const { ok } = await call<{ ok: boolean }>(serviceClient(), 'use_recovery_code', {
		staff: session.id,
		session: sessionOf(session.accessToken),
		hash
	});
	if (ok) forgetPeople();
	return ok || null;
}

/** Tells the database that the auth service has taken a new password: other sessions end, and nothing is due any more. */
export async function notePasswordChanged(session: Session): Promise<void> {
	await call(serviceClient(), 'password_changed', {
		staff: session.id,
		session: sessionOf(session.accessToken)
	});
	forgetPeople();
}
