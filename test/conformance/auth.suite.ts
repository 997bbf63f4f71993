import { createHash } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import { afterEach, expect, test } from 'vitest';
import type { Client, TestHome } from './home.ts';

const PASSWORD = '正确 horse battery';
let people = 0;

export function authSuite(home: () => TestHome): void {
	const server = () => home().client(home().serviceKey);
	afterEach(() => home().setClock(0));

	/** A person nobody else in the suite uses. */
	async function person(prefix = 'person') {
		people += 1;
		const login = `${prefix}-${people}@kerbside.local`;
		const { data, error } = await server().auth.admin.createUser({
			email: login,
			password: PASSWORD,
			email_confirm: true
		});
		if (error) throw error;
		return { login, id: data.user.id };
	}

	/** A browser of its own: supabase-js would otherwise send the session of the one before. */
	const visitor = (address?: string) =>
		home().client(
			undefined,
			address ? { 'x-kerbside-address': createHash('sha256').update(address).digest('hex') } : {}
		);

	const signIn = async (login: string, password = PASSWORD, client: Client = visitor()) =>
		client.auth.signInWithPassword({ email: login, password });

	const errorOf = ({ error }: { error: unknown }) => {
		const { status, code, message } = (error ?? {}) as Record<string, unknown>;
		return { status, code, message };
	};
	const WRONG = { status: 400, code: 'invalid_credentials', message: 'Invalid login credentials' };
	const LOCKED = { status: 429, code: 'over_request_rate_limit', message: 'Request rate limit reached' };

	const refresh = (token: string) => visitor().auth.refreshSession({ refresh_token: token });

	test('the right password opens a session whose token the database takes', async () => {
		const { login, id } = await person();
		const { data, error } = await signIn(login);
		expect(error).toBeNull();
		expect(data.user).toMatchObject({ id, email: login, role: 'authenticated', aud: 'authenticated' });
		const { data: answer } = await home().client(data.session!.access_token).rpc('probe_whoami');
		expect(answer).toMatchObject({ user: 'authenticated', uid: id });
	});

	test('the token says what GoTrue’s says', async () => {
		const { login, id } = await person();
		const { data } = await signIn(login);
		const claims = JSON.parse(
			Buffer.from(data.session!.access_token.split('.')[1]!, 'base64url').toString('utf8')
		);
		expect(claims).toMatchObject({
			sub: id,
			aud: 'authenticated',
			role: 'authenticated',
			email: login,
			is_anonymous: false,
			aal: 'aal1',
			session_id: expect.stringMatching(/^[0-9a-f-]{36}$/)
		});
		expect(claims.exp - claims.iat).toBe(3600);
		expect(data.session).toMatchObject({ expires_in: 3600, expires_at: claims.exp, token_type: 'bearer' });
	});

	test('letters of a login may be large or small', async () => {
		const { login } = await person();
		expect((await signIn(` ${login.toUpperCase()}`)).error).toBeNull();
	});

	test('a wrong password, an unknown login and a removed one get the same answer', async () => {
		const { login } = await person();
		const gone = await person();
		await server().auth.admin.deleteUser(gone.id);
		expect(errorOf(await signIn(login, 'wrong horse battery'))).toEqual(WRONG);
		expect(errorOf(await signIn('nobody-at-all@kerbside.local'))).toEqual(WRONG);
		expect(errorOf(await signIn(gone.login))).toEqual(WRONG);
		expect(errorOf(await signIn(login, 'x'.repeat(10_000)))).toEqual(WRONG);
	});

	test('an unknown login takes as long as a wrong password', async () => {
		const { login } = await person();
		const times = { known: [] as number[], unknown: [] as number[] };
		for (let round = 0; round < 12; round += 1) {
			// Far apart, so that no failure locks the next.
			home().setClock(round * 7 * 86_400);
			for (const [kind, name] of [
				['known', login],
				['unknown', `no-${people}@kerbside.local`]
			] as const) {
				const startedAt = performance.now();
				await signIn(name, 'wrong horse battery');
				times[kind].push(performance.now() - startedAt);
			}
		}
		const median = (list: number[]) => list.sort((a, b) => a - b)[list.length >> 1]!;
		const ratio = median(times.known) / median(times.unknown);
		expect(ratio).toBeGreaterThan(0.4);
		expect(ratio).toBeLessThan(2.5);
	});

	test('a session says who it is, until it is ended', async () => {
		const { login, id } = await person();
		const client = visitor();
		const { data } = await signIn(login, PASSWORD, client);
		const token = data.session!.access_token;
		expect((await visitor().auth.getUser(token)).data.user?.id).toBe(id);
		await home().client().auth.admin.signOut(token, 'local');
		const { error, data: after } = await visitor().auth.getUser(token);
		expect(after.user).toBeNull();
		expect(error?.name).toBe('AuthSessionMissingError');
	});

	test('a tampered or expired token is nobody', async () => {
		const { login } = await person();
		const { data } = await signIn(login);
		expect(
			errorOf(await visitor().auth.getUser(`${data.session!.access_token.slice(0, -4)}AAAA`))
		).toMatchObject({
			status: 403,
			code: 'bad_jwt'
		});
		home().setClock(4000);
		expect(errorOf(await visitor().auth.getUser(data.session!.access_token))).toMatchObject({
			code: 'bad_jwt'
		});
	});

	test('a refresh gives a new pair of tokens for the same session', async () => {
		const { login, id } = await person();
		const first = (await signIn(login)).data.session!;
		const { data, error } = await refresh(first.refresh_token);
		expect(error).toBeNull();
		expect(data.user?.id).toBe(id);
		expect(data.session!.refresh_token).not.toBe(first.refresh_token);
		const sessionOf = (token: string) =>
			JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()).session_id;
		expect(sessionOf(data.session!.access_token)).toBe(sessionOf(first.access_token));
	});

	test('an answer that got lost may be asked for again', async () => {
		const { login } = await person();
		const first = (await signIn(login)).data.session!;
		const second = (await refresh(first.refresh_token)).data.session!;
		home().setClock(3600);
		const again = await refresh(first.refresh_token);
		expect(again.data.session?.refresh_token).toBe(second.refresh_token);
	});

	test('ten tabs that refresh at once all get the same next token', async () => {
		const { login } = await person();
		const first = (await signIn(login)).data.session!;
		const answers = await Promise.all(Array.from({ length: 10 }, () => refresh(first.refresh_token)));
		const next = new Set(answers.map(({ data }) => data.session?.refresh_token));
		expect([next.size, next.has(undefined), next.has(first.refresh_token)]).toEqual([1, false, false]);
	});

	test('an older token within ten seconds is a race and is forgiven', async () => {
		const { login } = await person();
		const first = (await signIn(login)).data.session!;
		const second = (await refresh(first.refresh_token)).data.session!;
		const third = (await refresh(second.refresh_token)).data.session!;
		home().setClock(9);
		expect((await refresh(first.refresh_token)).data.session?.refresh_token).toBe(third.refresh_token);
	});

	test('an older token after ten seconds was copied: every token of the session dies', async () => {
		const { login } = await person();
		const first = (await signIn(login)).data.session!;
		const second = (await refresh(first.refresh_token)).data.session!;
		const third = (await refresh(second.refresh_token)).data.session!;
		home().setClock(12);
		expect(errorOf(await refresh(first.refresh_token))).toEqual({
			status: 400,
			code: 'refresh_token_already_used',
			message: 'Invalid Refresh Token: Already Used'
		});
		expect(errorOf(await refresh(third.refresh_token))).toMatchObject({
			status: 400,
			code: 'refresh_token_not_found'
		});
		expect((await visitor().auth.getUser(third.access_token)).data.user).toBeNull();
	});

	test.each([
		['forged', (token: string) => `${token.slice(0, -3)}${token.endsWith('AAA') ? 'BBB' : 'AAA'}`],
		['cut', (token: string) => token.slice(0, 20)],
		['empty', () => ''],
		['an access token', (_: string, access: string) => access]
	])('a refresh token that is %s is not found', async (_, tamper) => {
		const { login } = await person();
		const { refresh_token, access_token } = (await signIn(login)).data.session!;
		const response = await home().fetch(`${home().url}/auth/v1/token?grant_type=refresh_token`, {
			method: 'POST',
			headers: { apikey: home().anonKey, 'content-type': 'application/json' },
			body: JSON.stringify({ refresh_token: tamper(refresh_token, access_token) })
		});
		expect([response.status, (await response.json()).error_code]).toEqual([400, 'refresh_token_not_found']);
	});

	test('a session nobody has used for a month is over', async () => {
		const { login } = await person();
		const { refresh_token } = (await signIn(login)).data.session!;
		home().setClock(31 * 86_400);
		expect(errorOf(await refresh(refresh_token))).toMatchObject({ code: 'refresh_token_not_found' });
	});

	test.each([
		['local', [false, true]],
		['others', [true, false]],
		['global', [false, false]]
	] as const)('signing out with scope %s ends the right sessions', async (scope, expected) => {
		const { login } = await person();
		const sessions = [(await signIn(login)).data.session!, (await signIn(login)).data.session!];
		const { error } = await visitor().auth.admin.signOut(sessions[0]!.access_token, scope);
		expect(error).toBeNull();
		const alive = await Promise.all(sessions.map(async (one) => !(await refresh(one.refresh_token)).error));
		expect(alive).toEqual(expected);
	});

	test('failures in a row lock the account, even for the right password, and ever longer', async () => {
		const { login } = await person();
		for (let tries = 0; tries < 5; tries += 1)
			expect(errorOf(await signIn(login, 'wrong horse battery'))).toEqual(WRONG);
		expect(errorOf(await signIn(login))).toEqual(LOCKED);
		home().setClock(2);
		expect(errorOf(await signIn(login, 'wrong horse battery'))).toEqual(WRONG);
		home().setClock(3);
		expect(errorOf(await signIn(login))).toEqual(LOCKED);
		home().setClock(6);
		expect((await signIn(login)).error).toBeNull();
		expect(errorOf(await signIn(login, 'wrong horse battery'))).toEqual(WRONG);
	});

	test('an unknown login locks in the same way', async () => {
		const login = `nobody-${(people += 1)}@kerbside.local`;
		for (let tries = 0; tries < 5; tries += 1) expect(errorOf(await signIn(login))).toEqual(WRONG);
		expect(errorOf(await signIn(login))).toEqual(LOCKED);
	});

	test('a hundred guesses at once are a hundred failures', async () => {
		const { login } = await person();
		const answers = await Promise.all(
			Array.from({ length: 100 }, () => signIn(login, 'wrong horse battery'))
		);
		const looked = answers.filter((answer) => errorOf(answer).status === 400).length;
		expect(looked).toBeLessThanOrEqual(5);
	});

	test('an address that guesses at many accounts is locked, and others are not', async () => {
		const { login } = await person();
		for (let tries = 0; tries < 21; tries += 1) {
			await signIn(`guess-${people}-${tries}@kerbside.local`, 'wrong horse battery', visitor('a'));
		}
		expect(errorOf(await signIn(login, PASSWORD, visitor('a')))).toEqual(LOCKED);
		expect((await signIn(login, PASSWORD, visitor('b'))).error).toBeNull();
	});

	test('a locked address cannot lock other people’s accounts', async () => {
		const { login } = await person();
		for (let tries = 0; tries < 21; tries += 1) {
			await signIn(`more-${people}-${tries}@kerbside.local`, 'wrong horse battery', visitor('c'));
		}
		for (let tries = 0; tries < 10; tries += 1) await signIn(login, 'wrong horse battery', visitor('c'));
		expect((await signIn(login, PASSWORD, visitor('d'))).error).toBeNull();
	});

	test('the wait is told', async () => {
		const login = `waiting-${(people += 1)}@kerbside.local`;
		for (let tries = 0; tries < 5; tries += 1) await signIn(login);
		const response = await home().fetch(`${home().url}/auth/v1/token?grant_type=password`, {
			method: 'POST',
			headers: { apikey: home().anonKey, 'content-type': 'application/json' },
			body: JSON.stringify({ email: login, password: PASSWORD })
		});
		expect(response.status).toBe(429);
		expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
	});

	test('a person may be created under an id of our choice, once', async () => {
		const id = crypto.randomUUID();
		const wanted = { id, email: `chosen-${id}@kerbside.local`, password: PASSWORD };
		expect((await server().auth.admin.createUser(wanted)).data.user?.id).toBe(id);
		expect(errorOf(await server().auth.admin.createUser(wanted))).toMatchObject({
			status: 422,
			code: 'email_exists'
		});
	});

	test.each([
		['short', 'nine char', 'weak_password'],
		['beyond what a hosted project takes', 'x'.repeat(73), 'weak_password']
	])('a password that is %s is refused', async (_, password, code) => {
		const { error } = await server().auth.admin.createUser({
			email: `weak-${people}@kerbside.local`,
			password
		});
		expect([error?.status, error?.code]).toEqual([422, code]);
	});

	test.each([
		'no-at-sign',
		'two words@kerbside.local',
		'@',
		`${'x'.repeat(300)}@kerbside.local`,
		'a\u0000@b'
	])('%j is no login', async (email) => {
		const { error } = await server().auth.admin.createUser({ email, password: PASSWORD });
		expect([error?.status, error?.code]).toEqual([400, 'validation_failed']);
	});

	test('only the service key administers people', async () => {
		const { login, id } = await person();
		const staff = home().client((await signIn(login)).data.session!.access_token);
		for (const client of [visitor(), staff]) {
			const attempts = [
				await client.auth.admin.createUser({ email: 'intruder@kerbside.local', password: PASSWORD }),
				await client.auth.admin.listUsers(),
				await client.auth.admin.getUserById(id),
				await client.auth.admin.updateUserById(id, { password: 'another password' }),
				await client.auth.admin.deleteUser(id)
			];
			expect(attempts.map((attempt) => attempt.error?.code)).toEqual(Array(5).fill('not_admin'));
		}
	});

	test('nobody signs up', async () => {
		const { data, error } = await visitor().auth.signUp({
			email: 'stranger@kerbside.local',
			password: PASSWORD
		});
		expect([data.user, error?.code]).toEqual([null, 'signup_disabled']);
	});

	test('that nobody can is told to whoever asks with the key', async () => {
		const response = await home().fetch(`${home().url}/auth/v1/settings`, {
			headers: { apikey: home().anonKey }
		});
		expect(await response.json()).toMatchObject({ disable_signup: true });
		expect((await home().fetch(`${home().url}/auth/v1/settings`)).status).toBe(401);
	});

	test('a caller that names no version gets the older words of a refusal', async () => {
		const response = await home().fetch(`${home().url}/auth/v1/token?grant_type=password`, {
			method: 'POST',
			headers: { apikey: home().anonKey, 'content-type': 'application/json' },
			body: JSON.stringify({ email: `nobody-${(people += 1)}@kerbside.local`, password: PASSWORD })
		});
		expect({ status: response.status, ...(await response.json()) }).toEqual({
			status: 400,
			code: 400,
			error_code: 'invalid_credentials',
			msg: 'Invalid login credentials'
		});
	});

	test('people are listed page by page, without their passwords', async () => {
		await person();
		await person();
		const { data } = await server().auth.admin.listUsers({ page: 1, perPage: 2 });
		expect(data.users).toHaveLength(2);
		expect((data as { total?: number }).total).toBeGreaterThanOrEqual(2);
		expect(JSON.stringify(data)).not.toMatch(/scrypt|encrypted_password/);
	});

	test('a new password set by an administrator ends the sessions and works', async () => {
		const { login, id } = await person();
		const { refresh_token } = (await signIn(login)).data.session!;
		expect((await server().auth.admin.updateUserById(id, { password: 'another password' })).error).toBeNull();
		expect((await refresh(refresh_token)).error).not.toBeNull();
		expect(errorOf(await signIn(login))).toEqual(WRONG);
		expect((await signIn(login, 'another password')).error).toBeNull();
	});

	test('a person who changes the password stays signed in here and nowhere else', async () => {
		const { login } = await person();
		const elsewhere = (await signIn(login)).data.session!;
		const client = visitor();
		const here = (await signIn(login, PASSWORD, client)).data.session!;
		expect(errorOf(await client.auth.updateUser({ password: PASSWORD }))).toMatchObject({
			code: 'same_password'
		});
		expect((await client.auth.updateUser({ password: 'another password' })).error).toBeNull();
		expect((await refresh(here.refresh_token)).error).toBeNull();
		expect((await refresh(elsewhere.refresh_token)).error).not.toBeNull();
	});

	test('a banned person can neither sign in nor refresh, until the ban is lifted', async () => {
		const { login, id } = await person();
		const { refresh_token } = (await signIn(login)).data.session!;
		await server().auth.admin.updateUserById(id, { ban_duration: '24h' });
		expect((await refresh(refresh_token)).error).not.toBeNull();
		expect(errorOf(await signIn(login))).toMatchObject({ status: 400, code: 'user_banned' });
		await server().auth.admin.updateUserById(id, { ban_duration: 'none' });
		expect((await signIn(login)).error).toBeNull();
	});

	test('a person cannot make themselves more than they are', async () => {
		const { login, id } = await person();
		const client = visitor();
		await signIn(login, PASSWORD, client);
		await client.auth.updateUser({
			data: { role: 'service_role' },
			role: 'service_role',
			app_metadata: { role: 'x' }
		} as object);
		const { data } = await server().auth.admin.getUserById(id);
		expect(data.user).toMatchObject({ role: 'authenticated', app_metadata: { provider: 'email' } });
	});

	test('neither passwords nor tokens can be read from the tables', async () => {
		const { login } = await person();
		const { refresh_token } = (await signIn(login)).data.session!;
		const [users, sessions] = await home().executor.run({ role: 'postgres', claims: {} }, [
			{ sql: 'select jsonb_agg(to_jsonb(u)) as all from auth.users u', params: [] },
			{ sql: 'select jsonb_agg(to_jsonb(s)) as all from auth.sessions s', params: [] }
		]);
		const text = JSON.stringify([users!.rows, sessions!.rows]);
		expect(text).not.toContain(PASSWORD);
		expect(text).not.toContain(refresh_token);
	});

	/** A person with a second factor switched on, signed in once more with the password alone. */
	async function guarded() {
		const { login, id } = await person();
		const first = visitor();
		await signIn(login, PASSWORD, first);
		const { data: factor } = await first.auth.mfa.enroll({ factorType: 'totp', issuer: 'Kerbside' });
		const secret = (factor as { totp: { secret: string } }).totp.secret;
		const codeAt = (seconds: number) =>
			new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: home().now() + seconds * 1000 });
		const { error } = await first.auth.mfa.challengeAndVerify({ factorId: factor!.id, code: codeAt(0) });
		expect(error).toBeNull();
		const second = visitor();
		const { data } = await signIn(login, PASSWORD, second);
		return { login, id, factorId: factor!.id, secret, codeAt, first, second, session: data.session! };
	}
	const claimsOf = (token: string) =>
		JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as Record<string, unknown>;

	test('a second factor raises the session it is proved in, also over a refresh, and no other', async () => {
		const { factorId, codeAt, second, session } = await guarded();
		expect(claimsOf(session.access_token)).toMatchObject({ aal: 'aal1' });
		home().setClock(40);
		const { data, error } = await second.auth.mfa.challengeAndVerify({ factorId, code: codeAt(0) });
		expect(error).toBeNull();
		expect(claimsOf(data!.access_token)).toMatchObject({
			aal: 'aal2',
			session_id: claimsOf(session.access_token).session_id
		});
		const renewed = await refresh(data!.refresh_token);
		expect(claimsOf(renewed.data.session!.access_token)).toMatchObject({ aal: 'aal2' });
	});

	test('a code is taken once, by nobody a second time, nor an older one after it', async () => {
		const { factorId, codeAt, second } = await guarded();
		const attempt = async (code: string) =>
			(await second.auth.mfa.challengeAndVerify({ factorId, code })).error?.code ?? 'taken';
		// Switching it on has used the code of this moment.
		expect(await attempt(codeAt(0))).toBe('mfa_verification_failed');
		home().setClock(60);
		const codes = [codeAt(0), codeAt(-30), codeAt(0)];
		expect([await attempt(codes[0]!), await attempt(codes[1]!), await attempt(codes[2]!)]).toEqual([
			'taken',
			'mfa_verification_failed',
			'mfa_verification_failed'
		]);
	});

	test('a challenge is open for five minutes, and for its own factor', async () => {
		const { factorId, codeAt, second } = await guarded();
		const { data } = await second.auth.mfa.challenge({ factorId });
		home().setClock(301);
		const late = await second.auth.mfa.verify({ factorId, challengeId: data!.id, code: codeAt(0) });
		expect(late.error?.code).toBe('mfa_challenge_expired');
		const other = await guarded();
		const { data: theirs } = await other.second.auth.mfa.challenge({ factorId: other.factorId });
		const mixed = await second.auth.mfa.verify({ factorId, challengeId: theirs!.id, code: codeAt(0) });
		expect(mixed.error?.code).toBe('mfa_challenge_expired');
	});

	test('the password alone neither adds a factor, nor takes the one away, nor changes the password', async () => {
		const { factorId, second } = await guarded();
		expect((await second.auth.mfa.enroll({ factorType: 'totp' })).error?.code).toBe('insufficient_aal');
		expect((await second.auth.mfa.unenroll({ factorId })).error?.code).toBe('insufficient_aal');
		expect((await second.auth.updateUser({ password: 'another password' })).error?.code).toBe(
			'insufficient_aal'
		);
	});

	test('nobody uses or drops the factor of another', async () => {
		const [mine, theirs] = [await guarded(), await guarded()];
		for (const attempt of [
			await mine.first.auth.mfa.challenge({ factorId: theirs.factorId }),
			await mine.first.auth.mfa.unenroll({ factorId: theirs.factorId })
		])
			expect(attempt.error?.code).toBe('mfa_factor_not_found');
	});

	test('the service key drops a factor, and the password is enough again', async () => {
		const { id, factorId, second } = await guarded();
		const { data } = await server().auth.admin.mfa.listFactors({ userId: id });
		expect(data!.factors.map((factor) => factor.id)).toEqual([factorId]);
		expect((await server().auth.admin.mfa.deleteFactor({ userId: id, id: factorId })).error).toBeNull();
		expect((await second.auth.updateUser({ password: 'another password' })).error).toBeNull();
	});

	test('the secret of a factor cannot be read from the tables', async () => {
		const { secret, id } = await guarded();
		const [factors] = await home().executor.run({ role: 'postgres', claims: {} }, [
			{ sql: 'select jsonb_agg(to_jsonb(f)) as all from auth.mfa_factors f where user_id = $1', params: [id] }
		]);
		const text = JSON.stringify(factors!.rows);
		expect(text).toContain(id);
		expect(text).not.toContain(secret);
	});

	test.each(['anon', 'authenticated', 'service_role'] as const)(
		'%s cannot read the tables of sign-in',
		async (role) => {
			for (const table of ['users', 'sessions', 'mfa_factors', 'sign_in_attempts']) {
				const attempt = home().executor.run({ role, claims: { role } }, [
					{ sql: `select * from auth.${table}`, params: [] }
				]);
				await expect(attempt).rejects.toMatchObject({ code: '42501' });
			}
		}
	);
}
