// GoTrue's second factors, as supabase-js asks for them: enrol, challenge, verify, unenrol. TOTP only.
import {
	createCipheriv,
	createDecipheriv,
	createHmac,
	randomBytes,
	randomUUID,
	timingSafeEqual
} from 'node:crypto';
import { AuthRefused, badField } from './auth-answers.ts';
import type { SessionAnswer, Sessions } from './auth-sessions.ts';
import { AUTH_SERVER, type User } from './auth-users.ts';
import type { Executor, Statement } from './executor.ts';
import { makeSecret, stepOf, uriOf } from './totp.ts';

const CHALLENGE_SECONDS = 300;
const NONCE = 12;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

interface Caller {
	userId: string;
	sessionId: string;
}

interface Factor {
	id: string;
	status: 'verified' | 'unverified';
	secret: string;
	/** The caller's session: 'aal2' once it proved a second factor. */
	aal: string;
	last_step: string | number | null;
}

export interface Factors {
	enrol(caller: Caller, user: User, body: Record<string, unknown>): Promise<Record<string, unknown>>;
	challenge(caller: Caller, factorId: string): Promise<{ id: string; type: 'totp'; expires_at: number }>;
	/** Right: the session is raised to aal2, and a factor not yet switched on is from now on. */
	verify(caller: Caller, factorId: string, body: Record<string, unknown>): Promise<SessionAnswer>;
	unenrol(caller: Caller, factorId: string): Promise<{ id: string }>;
	/** By the service key, whoever's it is. */
	remove(userId: string, factorId: string): Promise<{ id: string }>;
}

export function openFactors(executor: Executor, sessions: Sessions, key: Buffer, now: () => number): Factors {
	const iso = () => new Date(now()).toISOString();

	async function query(...work: Statement[]) {
		return (await executor.run(AUTH_SERVER, work)).map((result) => result.rows);
	}

	async function find({ userId, sessionId }: Caller, factorId: string): Promise<Factor> {
		if (!UUID.test(factorId)) throw notFound();
		const [rows] = await query({
			sql: `select f.id, f.status, f.secret, f.last_step, s.aal
				from auth.mfa_factors f join auth.sessions s on s.user_id = f.user_id
				where f.id = $1::uuid and f.user_id = $2::uuid and s.id = $3::uuid`,
			params: [factorId, userId, sessionId]
		});
		if (!rows![0]) throw notFound();
		return rows![0] as unknown as Factor;
	}

	async function drop(userId: string, factorId: string): Promise<{ id: string }> {
		if (!UUID.test(factorId) || !UUID.test(userId)) throw notFound();
		const [gone] = await query({
			sql: 'delete from auth.mfa_factors where id = $1::uuid and user_id = $2::uuid returning id',
			params: [factorId, userId]
		});
		if (!gone!.length) throw notFound();
		return { id: factorId };
	}

	return {
		async enrol({ userId, sessionId }, user, body) {
			if (body.factor_type !== 'totp') throw badField('factor_type needs to be totp');
			const name = typeof body.friendly_name === 'string' ? body.friendly_name.slice(0, 100) : null;
			const issuer = typeof body.issuer === 'string' ? body.issuer.slice(0, 100) : '';
			const id = randomUUID();
			const secret = makeSecret();
			const [made] = await query({
				// Whoever has only the password cannot put a factor of their own beside the one that is there.
				sql: `insert into auth.mfa_factors (id, user_id, friendly_name, factor_type, status, created_at, updated_at, secret)
					select $1::uuid, $2::uuid, $3, 'totp', 'unverified', $4::timestamptz, $4::timestamptz, $5
					where not exists (select from auth.mfa_factors f where f.user_id = $2::uuid and f.status = 'verified')
						or exists (select from auth.sessions s where s.id = $6::uuid and s.user_id = $2::uuid and s.aal = 'aal2')
					returning id`,
				params: [id, userId, name, iso(), seal(key, id, secret), sessionId]
			});
			if (!made!.length) throw insufficient('AAL2 required to enroll a new factor');
			return {
				id,
				type: 'totp',
				friendly_name: name,
				// The picture is drawn by whoever shows it.
				totp: { qr_code: '', secret, uri: uriOf(secret, issuer, user.email.replace(/@.*\.invalid$/, '')) }
			};
		},

		async challenge(caller, factorId) {
			const { id } = await find(caller, factorId);
			const expiresAt = Math.floor(now() / 1000) + CHALLENGE_SECONDS;
			return { id: writeChallenge(key, id, expiresAt), type: 'totp', expires_at: expiresAt };
		},

		async verify(caller, factorId, body) {
			const factor = await find(caller, factorId);
			if (typeof body.code !== 'string' || typeof body.challenge_id !== 'string') {
				throw badField('code and challenge_id are required');
			}
			if (!isOpen(key, factor.id, body.challenge_id, now() / 1000)) {
				throw new AuthRefused(
					422,
					'mfa_challenge_expired',
					'MFA challenge has expired, verify against another challenge or create a new challenge.'
				);
			}
			const spent = factor.last_step === null ? null : Number(factor.last_step);
			const step = stepOf(unseal(key, factor.id, factor.secret), body.code, now(), spent);
			if (step === null) throw wrongCode();
			const [taken] = await query(
				{
					// Two uses of one code at once: the second finds its step spent.
					sql: `update auth.mfa_factors
						set last_step = $2::bigint, status = 'verified', updated_at = $3::timestamptz, last_challenged_at = $3::timestamptz
						where id = $1::uuid and (last_step is null or last_step < $2::bigint)
						returning id`,
					params: [factor.id, step, iso()]
				},
				{
					sql: `delete from auth.mfa_factors where user_id = $1::uuid and status = 'unverified' and id <> $2::uuid`,
					params: [caller.userId, factor.id]
				}
			);
			if (!taken!.length) throw wrongCode();
			return sessions.raise(caller.userId, caller.sessionId);
		},

		async unenrol(caller, factorId) {
			const factor = await find(caller, factorId);
			if (factor.status === 'verified' && factor.aal !== 'aal2') {
				throw insufficient('AAL2 required to unenroll verified factor');
			}
			return drop(caller.userId, factor.id);
		},

		remove: drop
	};
}

const notFound = () => new AuthRefused(404, 'mfa_factor_not_found', 'Factor not found');
const wrongCode = () => new AuthRefused(422, 'mfa_verification_failed', 'Invalid TOTP code entered');
const insufficient = (message: string) => new AuthRefused(403, 'insufficient_aal', message);

/** A challenge is its own end, signed: nothing needs to be kept for it. */
function writeChallenge(key: Buffer, factorId: string, expiresAt: number): string {
	const mac = createHmac('sha256', key).update(`challenge\n${factorId}\n${expiresAt}`).digest('base64url');
	return `${expiresAt}.${mac}`;
}

function isOpen(key: Buffer, factorId: string, challenge: string, nowSeconds: number): boolean {
	const expiresAt = Number(/^(\d{1,12})\./.exec(challenge)?.[1]);
	if (!(expiresAt >= nowSeconds)) return false;
	const expected = Buffer.from(writeChallenge(key, factorId, expiresAt));
	const given = Buffer.from(challenge);
	return given.length === expected.length && timingSafeEqual(given, expected);
}

/** AES-256-GCM, bound to its factor: a sealed secret copied to another row opens nothing. */
function seal(key: Buffer, factorId: string, secret: string): string {
	const nonce = randomBytes(NONCE);
	const cipher = createCipheriv('aes-256-gcm', sealingKey(key), nonce).setAAD(Buffer.from(factorId));
	return Buffer.concat([nonce, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString(
		'base64url'
	);
}

function unseal(key: Buffer, factorId: string, sealed: string): string {
	const bytes = Buffer.from(sealed, 'base64url');
	const decipher = createDecipheriv('aes-256-gcm', sealingKey(key), bytes.subarray(0, NONCE), {
		authTagLength: 16
	})
		.setAAD(Buffer.from(factorId))
		.setAuthTag(bytes.subarray(-16));
	return decipher.update(bytes.subarray(NONCE, -16), undefined, 'utf8') + decipher.final('utf8');
}

/** Challenges are signed with the key itself, secrets sealed with one of their own. */
function sealingKey(key: Buffer): Buffer {
	return createHmac('sha256', key).update('seal').digest();
}
