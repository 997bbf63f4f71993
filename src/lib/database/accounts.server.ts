import { ApiProblem } from './problem.ts';

export interface NewUser {
	id?: string;
	/** Looks like an e-mail address, since that is what auth servers know; nothing is ever sent there. */
	login: string;
	password: string;
}

/** Creates an account through the admin API, which both homes answer alike. */
export async function createUser(
	home: { url: string; serviceKey: string; fetch: typeof globalThis.fetch },
	{ id, login, password }: NewUser
): Promise<{ id: string }> {
	const response = await home.fetch(`${home.url}/auth/v1/admin/users`, {
		method: 'POST',
		headers: {
			apikey: home.serviceKey,
			authorization: `Bearer ${home.serviceKey}`,
			'content-type': 'application/json'
		},
		body: JSON.stringify({ id, email: login, password, email_confirm: true })
	});
	// GoTrue tells its code as `error_code`, newer versions and ours as `code`.
	const body = (await response.json()) as {
		id?: string;
		error_code?: string;
		code?: string;
		msg?: string;
		message?: string;
	};
	if (response.ok && body.id) return { id: body.id };
	const code = body.error_code ?? body.code;
	if (code === 'email_exists') throw new ApiProblem(409, 'login_taken');
	throw new ApiProblem(
		response.status,
		code ?? 'internal',
		{},
		{ cause: new Error(body.msg ?? body.message) }
	);
}
