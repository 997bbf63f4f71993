// Second factors at the auth service, by supabase-js's documented calls: the embedded server and Supabase answer alike.
import { anonClient, serviceClient, type Client } from './client.server.ts';
import { getHome, type Home } from './home.server.ts';
import { ApiProblem } from './problem.ts';

export interface OwnTokens {
	access: string;
	refresh: string;
}

/** What an authenticator app is told, once. */
export interface NewFactor {
	id: string;
	secret: string;
	uri: string;
}

/** A client that speaks for a session also to the auth service: for one's own password and factors. */
export async function ownClient(tokens: OwnTokens, home: Home = getHome()): Promise<Client> {
	const client = anonClient(home);
	const { error } = await client.auth.setSession({
		access_token: tokens.access,
		refresh_token: tokens.refresh
	});
	if (error) throw problemOf(error, 401, 'sign_in_needed');
	return client;
}

/** Begins a factor, in place of one that was begun and never switched on. */
export async function beginFactor(tokens: OwnTokens, issuer: string, label: string): Promise<NewFactor> {
	const { auth } = await ownClient(tokens);
	const { data: known, error: unread } = await auth.mfa.listFactors();
	if (unread) throw problemOf(unread);
	for (const { id, status } of known.all) {
		if (status === 'verified') throw new ApiProblem(409, 'second_factor_is_on');
		const { error } = await auth.mfa.unenroll({ factorId: id });
		if (error) throw problemOf(error);
	}
	const { data, error } = await auth.mfa.enroll({ factorType: 'totp', issuer, friendlyName: label });
	if (error) throw problemOf(error);
	return { id: data.id, secret: data.totp.secret, uri: data.totp.uri };
}

/** The session's next tokens once the code is right, null when it is not; a factor that was begun is on from then. */
export async function proveFactor(
	tokens: OwnTokens,
	code: string,
	factorId?: string
): Promise<OwnTokens | null> {
	const { auth } = await ownClient(tokens);
	const ids = factorId ? [factorId] : await verifiedFactors(auth);
	for (const id of ids) {
		const { data, error } = await auth.mfa.challengeAndVerify({ factorId: id, code });
		if (data) return { access: data.access_token, refresh: data.refresh_token };
		if (error.code !== 'mfa_verification_failed' && error.code !== 'mfa_factor_not_found')
			throw problemOf(error);
	}
	return null;
}

async function verifiedFactors(auth: Client['auth']): Promise<string[]> {
	const { data, error } = await auth.mfa.listFactors();
	if (error) throw problemOf(error);
	return data.totp.map(({ id }) => id);
}

/** Takes every factor of a person away, by the server's own key. */
export async function dropFactors(userId: string, home: Home = getHome()): Promise<void> {
	const { mfa } = serviceClient(home).auth.admin;
	const { data, error } = await mfa.listFactors({ userId });
	if (error) throw problemOf(error);
	for (const { id } of data.factors) {
		const { error } = await mfa.deleteFactor({ userId, id });
		// Gone meanwhile is gone.
		if (error && error.status !== 404) throw problemOf(error);
	}
}

export type PasswordChange = 'ok' | 'same' | 'weak' | 'factor_needed';

/** One's own password; the auth service ends the other sessions. */
export async function changeOwnPassword(tokens: OwnTokens, password: string): Promise<PasswordChange> {
	const { auth } = await ownClient(tokens);
	const { error } = await auth.updateUser({ password });
	if (!error) return 'ok';
	if (error.code === 'same_password') return 'same';
	if (error.code === 'weak_password') return 'weak';
	if (error.code === 'insufficient_aal') return 'factor_needed';
	throw problemOf(error);
}

/** Somebody's password, by the server's own key; the auth service ends their sessions. */
export async function setPassword(userId: string, password: string, home: Home = getHome()): Promise<void> {
	const { error } = await serviceClient(home).auth.admin.updateUserById(userId, { password });
	if (error) throw problemOf(error);
}

/** What the auth service refuses is said; when it cannot answer, we are busy. */
function problemOf(error: { status?: number }, status = 409, code = 'auth_refused'): ApiProblem {
	const isRefusal = error.status !== undefined && error.status >= 400 && error.status < 500;
	return isRefusal
		? new ApiProblem(status, code, {}, { cause: error })
		: new ApiProblem(503, 'busy', {}, { cause: error });
}
