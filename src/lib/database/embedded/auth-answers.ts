/** A refusal in GoTrue's words; supabase-js hands `code` on as `error.code`. */
export class AuthRefused extends Error {
	readonly status: number;
	readonly code: string;
	readonly headers: Record<string, string>;
	readonly more: Record<string, unknown>;

	constructor(
		status: number,
		code: string,
		message: string,
		extra: { headers?: Record<string, string>; more?: Record<string, unknown> } = {}
	) {
		super(message);
		this.name = 'AuthRefused';
		this.status = status;
		this.code = code;
		this.headers = extra.headers ?? {};
		this.more = extra.more ?? {};
	}
}

/** One answer for a wrong password, an unknown login and a missing one: it tells nobody which logins exist. */
export function wrongLogin(): AuthRefused {
	return new AuthRefused(400, 'invalid_credentials', 'Invalid login credentials');
}

export function tooManyAttempts(seconds: number): AuthRefused {
	const retryAfter = String(Math.max(1, Math.ceil(seconds)));
	return new AuthRefused(429, 'over_request_rate_limit', 'Request rate limit reached', {
		headers: { 'retry-after': retryAfter }
	});
}

export function badField(message: string): AuthRefused {
	return new AuthRefused(400, 'validation_failed', message);
}

// auth-js reads `code` as a word only from answers that name this version.
const VERSION_HEADER = 'x-supabase-api-version';
const VERSION = '2024-01-01';
const HEADERS = { [VERSION_HEADER]: VERSION, 'cache-control': 'no-store' };

export function answer(body: unknown, headers: Record<string, string> = {}): Response {
	return Response.json(body, { headers: { ...HEADERS, ...headers } });
}

export function emptyAnswer(): Response {
	return new Response(null, { status: 204, headers: HEADERS });
}

/** Callers that do not name the version of 2024, as auth-js does, get the older body, as from GoTrue. */
export function refusal(request: Request, { status, code, message, headers, more }: AuthRefused): Response {
	const isNew = (request.headers.get(VERSION_HEADER) ?? '') >= VERSION;
	const body = isNew ? { code, message, ...more } : { code: status, error_code: code, msg: message, ...more };
	return Response.json(body, { status, headers: { ...(isNew && HEADERS), ...headers } });
}
