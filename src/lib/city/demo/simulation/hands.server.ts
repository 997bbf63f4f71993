// The demo's own staff at work: each signs in as people do and acts under their own identity, so that every rule holds.
import { hkdfSync } from 'node:crypto';
import { anonClient, serviceClient, staffClient, type Client } from '#lib/database/client.server.ts';
import type { Home } from '#lib/database/home.server.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { emailOf } from '#lib/staff/login.ts';
import { findWorker, type Worker } from '#lib/staff/personas.ts';
import type { Role } from '#lib/staff/staff.ts';

interface Session {
	client: Client;
	refresh: string;
	/** In ms; renewed some minutes before. */
	endsAt: number;
}

function unlessTaken(problem: unknown): void {
	if (!(problem instanceof ApiProblem) || problem.status !== 409) throw problem;
}

export class Hands {
	readonly #home: Home;
	readonly #sessions = new Map<string, Session>();

	constructor(home: Home) {
		this.#home = home;
	}

	/** Speaks for whoever does a job; a team's member by the name of their unit. */
	async of(role: Role, unit?: string): Promise<Client> {
		const worker = findWorker(role, unit);
		const session = this.#sessions.get(worker.id);
		if (session && session.endsAt - Date.now() > 5 * 60_000) return session.client;
		const renewed = (session && (await this.#renew(session.refresh))) ?? (await this.#signIn(worker));
		this.#sessions.set(worker.id, renewed);
		return renewed.client;
	}

	/** Forgets who is signed in, after a session was ended from outside. */
	letGo(): void {
		this.#sessions.clear();
	}

	async #signIn(worker: Worker): Promise<Session> {
		const admin = serviceClient(this.#home).auth.admin;
		const email = emailOf(worker.login);
		const password = this.#passwordOf(worker);
		const { data: known } = await admin.getUserById(worker.id);
		// An account that was made by an interrupted start is as good as one made now.
		if (!known.user)
			await this.#home.createUser({ id: worker.id, login: email, password }).catch(unlessTaken);
		const { data, error } = await anonClient(this.#home).auth.signInWithPassword({ email, password });
		if (!data.session) throw error ?? new Error(`${worker.login} could not sign in.`);
		return this.#sessionOf(data.session);
	}

	async #renew(refresh: string): Promise<Session | null> {
		const { data } = await anonClient(this.#home).auth.refreshSession({ refresh_token: refresh });
		return data.session ? this.#sessionOf(data.session) : null;
	}

	#sessionOf(session: { access_token: string; refresh_token: string; expires_in: number }): Session {
		return {
			client: staffClient(session.access_token, this.#home),
			refresh: session.refresh_token,
			endsAt: Date.now() + session.expires_in * 1000
		};
	}

	/** Never typed by anyone and never stored: each installation derives its own from its secret. */
	#passwordOf({ login }: Worker): string {
		const label = `kerbside demo worker ${login}`;
		return Buffer.from(hkdfSync('sha256', this.#home.secret, '', label, 32)).toString('base64url');
	}
}
