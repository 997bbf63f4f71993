import { randomUUID } from 'node:crypto';
import { AuthRefused, badField } from './auth-answers.ts';
import type { Passwords } from './auth-passwords.ts';
import type { Executor, Identity, Statement } from './executor.ts';

export const AUTH_SERVER: Identity = { role: 'postgres', claims: {} };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const MAX_METADATA = 16_384;

/** A row of auth.users as GoTrue shows it; never the password. */
export const USER_JSON = `jsonb_build_object(
	'id', u.id, 'aud', u.aud, 'role', u.role, 'email', u.email, 'phone', '',
	'email_confirmed_at', u.email_confirmed_at, 'confirmed_at', u.email_confirmed_at,
	'last_sign_in_at', u.last_sign_in_at, 'app_metadata', u.raw_app_meta_data, 'user_metadata', u.raw_user_meta_data,
	'identities', '[]'::jsonb, 'created_at', u.created_at, 'updated_at', u.updated_at,
	'banned_until', u.banned_until, 'is_anonymous', u.is_anonymous,
	'factors', (select coalesce(jsonb_agg(jsonb_build_object('id', f.id, 'friendly_name', f.friendly_name, 'factor_type', f.factor_type,
		'status', f.status, 'created_at', f.created_at, 'updated_at', f.updated_at) order by f.created_at, f.id), '[]')
		from auth.mfa_factors f where f.user_id = u.id))`;

export interface User {
	id: string;
	email: string;
	role: string;
	aud: string;
	app_metadata: Record<string, unknown>;
	user_metadata: Record<string, unknown>;
	banned_until: string | null;
	is_anonymous: boolean;
	factors: { id: string; status: 'verified' | 'unverified' }[];
}

// Only these columns change after creation; their names are ours, never the caller's.
const CASTS: Record<string, string> = {
	raw_app_meta_data: '::text::jsonb',
	raw_user_meta_data: '::text::jsonb',
	banned_until: '::timestamptz'
};

export const selectUser = (where: string, params: unknown[]): Statement => ({
	sql: `select ${USER_JSON} as user, u.encrypted_password as password from auth.users u where ${where}`,
	params
});

export const endSessions = (userId: string): Statement => ({
	sql: 'delete from auth.sessions where user_id = $1::uuid',
	params: [userId]
});

/** Logins look like e-mail addresses and are compared in lower case. */
export function readLogin(value: unknown): string {
	const login = typeof value === 'string' ? value.trim().toLowerCase() : '';
	if (login.length > 255 || !/^[^\s@]+@[^\s@]+$/.test(login) || login.includes('\0')) {
		throw badField('Unable to validate email address: invalid format');
	}
	return login;
}

function readId(value: unknown): string {
	if (typeof value !== 'string' || !UUID.test(value)) throw badField('ID must be a valid UUID');
	return value.toLowerCase();
}

function readMetadata(value: unknown, name: string): string {
	const text = JSON.stringify(value ?? {});
	const isObject = text.startsWith('{');
	// jsonb cannot hold NUL or half of a surrogate pair.
	if (!isObject || text.length > MAX_METADATA || /\\u(0000|d[89a-f])/i.test(text)) {
		throw badField(`${name} must be an object of at most ${MAX_METADATA} characters`);
	}
	return text;
}

/** GoTrue takes a Go duration ("24h", "90m") or "none". */
function readBan(value: unknown, now: number): string | null {
	if (value === 'none') return null;
	const found = /^(\d{1,7})(h|m|s)$/.exec(String(value));
	if (!found) throw badField('Invalid format for ban duration');
	const seconds = Number(found[1]) * { h: 3600, m: 60, s: 1 }[found[2] as 'h' | 'm' | 's'];
	return new Date(now + seconds * 1000).toISOString();
}

const notFound = () => new AuthRefused(404, 'user_not_found', 'User not found');

export interface Users {
	create(body: Record<string, unknown>): Promise<User>;
	list(page: number, perPage: number): Promise<{ users: User[]; total: number }>;
	get(id: string): Promise<User>;
	update(id: string, body: Record<string, unknown>): Promise<User>;
	remove(id: string): Promise<void>;
	/** A person's own change: the password and their own metadata, nothing else. */
	updateSelf(id: string, sessionId: string, body: Record<string, unknown>): Promise<User>;
}

export function openUsers(executor: Executor, passwords: Passwords, now: () => number): Users {
	async function query(...work: Statement[]) {
		return (await executor.run(AUTH_SERVER, work)).map((result) => result.rows);
	}

	async function get(id: string): Promise<User> {
		const [rows] = await query(selectUser('u.id = $1::uuid and u.deleted_at is null', [readId(id)]));
		if (!rows![0]) throw notFound();
		return rows![0].user as User;
	}

	/** Writes the columns whose parameter is given; a changed password or a ban ends the sessions `endings` names. */
	async function change(
		id: string,
		changes: Record<string, string | null>,
		endings: Statement[]
	): Promise<User> {
		const assignments = Object.keys(changes).map(
			(name, index) => `${name} = $${index + 3}${CASTS[name] ?? ''}`
		);
		const [, rows] = await query(
			{
				sql: `update auth.users set ${['updated_at = $2::timestamptz', ...assignments].join(', ')}
					where id = $1::uuid and deleted_at is null`,
				params: [readId(id), new Date(now()).toISOString(), ...Object.values(changes)]
			},
			selectUser('u.id = $1::uuid and u.deleted_at is null', [readId(id)]),
			...endings
		);
		if (!rows![0]) throw notFound();
		return rows![0].user as User;
	}

	return {
		get,

		async create(body) {
			const login = readLogin(body.email);
			const id = body.id === undefined ? randomUUID() : readId(body.id);
			if (typeof body.password !== 'string') throw badField('Password is required');
			const appMetadata = readMetadata(body.app_metadata, 'app_metadata');
			const userMetadata = readMetadata(body.user_metadata, 'user_metadata');
			const password = await passwords.hash(body.password);
			const [inserted, rows] = await query(
				{
					sql: `
						insert into auth.users (
							instance_id, id, aud, role, email, encrypted_password, email_confirmed_at,
							raw_app_meta_data, raw_user_meta_data, created_at, updated_at)
						values (
							'00000000-0000-0000-0000-000000000000', $1::uuid, 'authenticated', 'authenticated', $2, $3,
							$4::timestamptz, '{"provider": "email", "providers": ["email"]}'::jsonb || $5::text::jsonb,
							$6::text::jsonb, $4::timestamptz, $4::timestamptz)
						on conflict do nothing
						returning id`,
					params: [id, login, password, new Date(now()).toISOString(), appMetadata, userMetadata]
				},
				selectUser('u.id = $1::uuid', [id])
			);
			if (!inserted!.length) {
				const message = 'A user with this email address has already been registered';
				throw new AuthRefused(422, 'email_exists', message);
			}
			return rows![0]!.user as User;
		},

		async list(page, perPage) {
			const [rows, counted] = await query(
				selectUser('u.deleted_at is null order by u.created_at desc, u.id limit $1 offset $2', [
					perPage,
					(page - 1) * perPage
				]),
				{ sql: 'select count(*)::integer as total from auth.users where deleted_at is null', params: [] }
			);
			return { users: rows!.map((row) => row.user as User), total: Number(counted![0]!.total) };
		},

		async update(id, body) {
			const changes: Record<string, string | null> = {};
			let endsSessions = false;
			if (body.email !== undefined) {
				const login = readLogin(body.email);
				const [taken] = await query({
					sql: 'select from auth.users where email = $1 and id <> $2::uuid',
					params: [login, readId(id)]
				});
				if (taken!.length) throw new AuthRefused(422, 'email_exists', 'Email address already registered');
				changes.email = login;
			}
			if (body.password !== undefined) {
				changes.encrypted_password = await passwords.hash(String(body.password));
				endsSessions = true;
			}
			if (body.ban_duration !== undefined) {
				changes.banned_until = readBan(body.ban_duration, now());
				endsSessions ||= changes.banned_until !== null;
			}
			if (body.app_metadata !== undefined) {
				const current = await get(id);
				const merged = { ...current.app_metadata, ...(body.app_metadata as object) };
				changes.raw_app_meta_data = readMetadata(merged, 'app_metadata');
			}
			if (body.user_metadata !== undefined) {
				changes.raw_user_meta_data = readMetadata(body.user_metadata, 'user_metadata');
			}
			return change(id, changes, endsSessions ? [endSessions(readId(id))] : []);
		},

		async remove(id) {
			const [gone] = await query({
				sql: 'delete from auth.users where id = $1::uuid returning id',
				params: [readId(id)]
			});
			if (!gone!.length) throw notFound();
		},

		async updateSelf(id, sessionId, body) {
			const changes: Record<string, string | null> = {};
			const endings: Statement[] = [];
			if (body.password !== undefined) {
				const [rows, assured] = await query(selectUser('u.id = $1::uuid', [id]), {
					sql: `select from auth.sessions where id = $1::uuid and user_id = $2::uuid and aal = 'aal2'`,
					params: [sessionId, id]
				});
				const { factors } = rows![0]?.user as User;
				if (!assured!.length && factors.some(({ status }) => status === 'verified')) {
					const message = 'AAL2 session is required to update email or password when MFA is enabled.';
					throw new AuthRefused(401, 'insufficient_aal', message);
				}
				const stored = (rows![0]?.password as string | undefined) ?? null;
				const password = String(body.password);
				if (await passwords.matches(password, stored)) {
					const message = 'New password should be different from the old password.';
					throw new AuthRefused(422, 'same_password', message);
				}
				changes.encrypted_password = await passwords.hash(password);
				endings.push({
					sql: 'delete from auth.sessions where user_id = $1::uuid and id <> $2::uuid',
					params: [id, sessionId]
				});
			}
			if (body.data !== undefined) changes.raw_user_meta_data = readMetadata(body.data, 'data');
			return change(id, changes, endings);
		}
	};
}
