import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { mintToken } from '../jwt.ts';
import { AuthRefused, tooManyAttempts, wrongLogin } from './auth-answers.ts';
import { charge, forgive, secondsLocked, subjectsOf } from './auth-lockout.ts';
import type { Passwords } from './auth-passwords.ts';
import { AUTH_SERVER, selectUser, USER_JSON, type User } from './auth-users.ts';
import type { Executor, Statement } from './executor.ts';

const ACCESS_TOKEN_SECONDS = 3600;
const REUSE_SECONDS = 10;
const IDLE_DAYS = 30;

export interface SessionKeys {
	/** Signs access tokens; PostgREST and the embedded REST hold the same. */
	access: Buffer;
	/** Signs refresh tokens, which nobody else reads. */
	refresh: Buffer;
	/** Hashes logins and addresses for the count of failures. */
	lockout: Buffer;
}

export interface SessionAnswer {
	access_token: string;
	token_type: 'bearer';
	expires_in: number;
	expires_at: number;
	refresh_token: string;
	user: User;
}

export interface Sessions {
	/** `counting` null: the caller has counted the try itself. */
	signIn(
		login: string,
		password: string,
		counting: { addressHash: string | null } | null
	): Promise<SessionAnswer>;
	refresh(token: string): Promise<SessionAnswer>;
	/** The session's next tokens, with the second factor proved from now on. */
	raise(userId: string, sessionId: string): Promise<SessionAnswer>;
	/** `global` ends every session of the person, `local` this one, `others` all but this one. */
	signOut(userId: string, sessionId: string, scope: 'global' | 'local' | 'others'): Promise<void>;
	/** Whose session it is, or a refusal once it has ended. */
	userOf(userId: string, sessionId: string): Promise<User>;
}

/**
 * A refresh token is `session id + number`, signed: the session's counter says which number is the current one, and the
 * database holds nothing that could be presented. Using it makes the next. Its predecessor still answers with the current
 * token, because the answer may have got lost on the way; anything older, after ten seconds, was copied, and ends the
 * session for everybody who holds a token of it.
 */
export function openSessions(
	executor: Executor,
	passwords: Passwords,
	keys: SessionKeys,
	issuer: string,
	now: () => number
): Sessions {
	const iso = () => new Date(now()).toISOString();

	function grant(user: User, sessionId: string, counter: number, aal: string): SessionAnswer {
		const issuedAt = Math.floor(now() / 1000);
		const expiresAt = issuedAt + ACCESS_TOKEN_SECONDS;
		const accessToken = mintToken(
			{
				iss: issuer,
				sub: user.id,
				aud: user.aud,
				exp: expiresAt,
				iat: issuedAt,
				email: user.email,
				phone: '',
				app_metadata: user.app_metadata,
				user_metadata: user.user_metadata,
				role: user.role,
				aal,
				amr: ['password', ...(aal === 'aal2' ? ['totp'] : [])].map((method) => ({
					method,
					timestamp: issuedAt
				})),
				session_id: sessionId,
				is_anonymous: false
			},
			keys.access
		);
		return {
			access_token: accessToken,
			token_type: 'bearer',
			expires_in: ACCESS_TOKEN_SECONDS,
			expires_at: expiresAt,
			refresh_token: writeRefreshToken(keys.refresh, sessionId, counter),
			user
		};
	}

	return {
		async signIn(login, password, counting) {
			const subjects = counting && subjectsOf(keys.lockout, login, counting.addressHash);
			const [found, counted, locked] = await executor.run(AUTH_SERVER, [
				selectUser('u.email = $1 and u.deleted_at is null', [login]),
				...(subjects ? charge(subjects, iso()) : [])
			]);
			const seconds = subjects && secondsLocked(subjects, [counted!, locked!]);
			if (seconds !== null) throw tooManyAttempts(seconds);

			const row = found!.rows[0];
			const isRight = await passwords.matches(password, (row?.password as string | undefined) ?? null);
			if (!row || !isRight) throw wrongLogin();
			const user = row.user as User;
			if (user.banned_until && Date.parse(user.banned_until) > now()) {
				throw new AuthRefused(400, 'user_banned', 'User is banned');
			}

			const sessionId = randomUUID();
			const at = iso();
			const [, , signedIn] = await executor.run(AUTH_SERVER, [
				{
					sql: `insert into auth.sessions (id, user_id, created_at, updated_at)
						values ($1::uuid, $2::uuid, $3::timestamptz, $3::timestamptz)`,
					params: [sessionId, user.id, at]
				},
				{
					sql: 'update auth.users set last_sign_in_at = $2::timestamptz where id = $1::uuid',
					params: [user.id, at]
				},
				selectUser('u.id = $1::uuid', [user.id]),
				{
					sql: `delete from auth.sessions
						where coalesce(refreshed_at, created_at) < $1::timestamptz - make_interval(days => ${IDLE_DAYS})`,
					params: [at]
				},
				...(subjects ? forgive(subjects, at) : [])
			]);
			return grant(signedIn!.rows[0]!.user as User, sessionId, 0, 'aal1');
		},

		async refresh(token) {
			const read = readRefreshToken(keys.refresh, token);
			if (!read) throw unknownToken();
			const { sessionId, counter } = read;
			const [rotated, revoked, session] = await executor.run(
				AUTH_SERVER,
				rotation(sessionId, counter, iso())
			);
			if (revoked!.rows.length) {
				throw new AuthRefused(400, 'refresh_token_already_used', 'Invalid Refresh Token: Already Used');
			}
			const row = session!.rows[0];
			if (!row) throw unknownToken();
			const user = row.user as User;
			if (user.banned_until && Date.parse(user.banned_until) > now()) {
				throw new AuthRefused(400, 'user_banned', 'Invalid Refresh Token: User Banned');
			}
			const current = Number(row.counter);
			// A number that was never given out: signed with our key, so only a restored older database explains it.
			if (!rotated!.rows.length && current < counter) throw unknownToken();
			return grant(user, sessionId, current, row.aal as string);
		},

		async raise(userId, sessionId) {
			const [raised, found] = await executor.run(AUTH_SERVER, [
				{
					sql: `update auth.sessions s
						set aal = 'aal2', refresh_token_counter = s.refresh_token_counter + 1,
							refreshed_at = $3::timestamptz, updated_at = $3::timestamptz
						where s.id = $1::uuid and s.user_id = $2::uuid
						returning s.refresh_token_counter as counter`,
					params: [sessionId, userId, iso()]
				},
				selectUser('u.id = $1::uuid and u.deleted_at is null', [userId])
			]);
			const row = raised!.rows[0];
			if (!row || !found!.rows[0]) throw sessionNotFound();
			return grant(found!.rows[0].user as User, sessionId, Number(row.counter), 'aal2');
		},

		async signOut(userId, sessionId, scope) {
			const condition = { global: 'true', local: 'id = $2::uuid', others: 'id <> $2::uuid' }[scope];
			await executor.run(AUTH_SERVER, [
				{
					sql: `delete from auth.sessions where user_id = $1::uuid and $2::uuid is not null and ${condition}`,
					params: [userId, sessionId]
				}
			]);
		},

		async userOf(userId, sessionId) {
			const [found] = await executor.run(AUTH_SERVER, [
				selectUser(
					`u.id = $1::uuid and u.deleted_at is null
					and exists (select from auth.sessions s where s.id = $2::uuid and s.user_id = u.id)`,
					[userId, sessionId]
				)
			]);
			if (!found!.rows[0]) throw sessionNotFound();
			return found!.rows[0].user as User;
		}
	};
}

/** In this order, each seeing what the one before has done: take the next number; or end a copied session; then read it. */
function rotation(sessionId: string, counter: number, at: string): Statement[] {
	const isAlive = `coalesce(s.refreshed_at, s.created_at) >= $2::timestamptz - make_interval(days => ${IDLE_DAYS})`;
	return [
		{
			sql: `update auth.sessions s
				set refresh_token_counter = s.refresh_token_counter + 1, refreshed_at = $2::timestamptz, updated_at = $2::timestamptz
				where s.id = $1::uuid and ${isAlive} and s.refresh_token_counter = $3::bigint
				returning s.id`,
			params: [sessionId, at, counter]
		},
		{
			sql: `delete from auth.sessions s
				where s.id = $1::uuid and s.refresh_token_counter - $3::bigint > 1
					and s.refreshed_at < $2::timestamptz - make_interval(secs => ${REUSE_SECONDS})
				returning s.id`,
			params: [sessionId, at, counter]
		},
		{
			sql: `select ${USER_JSON} as user, s.refresh_token_counter as counter, s.aal
				from auth.sessions s join auth.users u on u.id = s.user_id
				where s.id = $1::uuid and ${isAlive} and u.deleted_at is null`,
			params: [sessionId, at]
		}
	];
}

function sessionNotFound(): AuthRefused {
	return new AuthRefused(403, 'session_not_found', 'Session from session_id claim in JWT does not exist');
}

function unknownToken(): AuthRefused {
	return new AuthRefused(400, 'refresh_token_not_found', 'Invalid Refresh Token: Refresh Token Not Found');
}

// 16 bytes of session id, 6 of counter, 16 of signature.
function writeRefreshToken(key: Buffer, sessionId: string, counter: number): string {
	const body = Buffer.alloc(22);
	body.write(sessionId.replaceAll('-', ''), 'hex');
	body.writeUIntBE(counter, 16, 6);
	return Buffer.concat([body, signature(key, body)]).toString('base64url');
}

function readRefreshToken(key: Buffer, token: string): { sessionId: string; counter: number } | null {
	if (!/^[\w-]{51}$/.test(token)) return null;
	const bytes = Buffer.from(token, 'base64url');
	const body = bytes.subarray(0, 22);
	if (bytes.length !== 38 || !timingSafeEqual(bytes.subarray(22), signature(key, body))) return null;
	const hex = body.toString('hex', 0, 16);
	const sessionId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
	return { sessionId, counter: body.readUIntBE(16, 6) };
}

function signature(key: Buffer, body: Buffer): Buffer {
	return createHmac('sha256', key).update(body).digest().subarray(0, 16);
}
