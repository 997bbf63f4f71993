import { serviceClient } from './client.server.ts';
import type { Home } from './home.server.ts';
import { ApiProblem } from './problem.ts';

/**
 * An account for somebody who is on no list yet. `enter` writes them down under the new id; when it is refused the account
 * goes again, so that the login stays free. With `mayReplace` an account left by a break-off between the two steps is replaced:
 * only for addresses nobody but us gives out, since a shared auth service may know people of other systems. Throws what
 * `enter` throws, or the refusal of a taken address.
 */
export async function openAccount(
	home: Home,
	{ email, password, mayReplace }: { email: string; password: string; mayReplace: boolean },
	enter: (id: string) => Promise<void>
): Promise<void> {
	const { id } = await home.createUser({ login: email, password }).catch(async (problem: unknown) => {
		if (!(problem instanceof ApiProblem) || problem.status !== 409 || !mayReplace) throw problem;
		const left = await findAccount(home, email);
		if (!left) throw problem;
		await closeAccount(home, left);
		return home.createUser({ login: email, password });
	});
	try {
		await enter(id);
	} catch (refusal) {
		await closeAccount(home, id);
		throw refusal;
	}
}

async function closeAccount(home: Home, id: string): Promise<void> {
	const { error } = await serviceClient(home).auth.admin.deleteUser(id);
	if (error) throw error;
}

async function findAccount(home: Home, email: string): Promise<string | null> {
	const perPage = 200;
	for (let page = 1; ; page += 1) {
		const { data, error } = await serviceClient(home).auth.admin.listUsers({ page, perPage });
		if (error) throw error;
		const found = data.users.find((user) => user.email === email);
		if (found) return found.id;
		if (data.users.length < perPage) return null;
	}
}
