/** A value that JSON can carry. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json | undefined };

const brand: unique symbol = Symbol.for('kerbside.problem') as never;

/**
 * A refusal by the database or by what stands before it. `code` is a stable word such as `outside_city`,
 * which the app translates (`problem_<code>`); `detail` carries what the sentence needs, never personal data.
 */
export class ApiProblem extends Error {
	// The entry point runs from source and the pages from a bundle: each has a class of its own, with this mark in common.
	readonly [brand] = true;
	readonly status: number;
	readonly code: string;
	readonly detail: Record<string, Json>;

	constructor(
		status: number,
		code: string,
		detail: Record<string, Json> = {},
		options?: { cause?: unknown }
	) {
		super(code, options);
		this.name = 'ApiProblem';
		this.status = status;
		this.code = code;
		this.detail = detail;
	}

	static override [Symbol.hasInstance](value: unknown): boolean {
		return value instanceof Error && brand in value;
	}
}

/** What PostgREST (and the embedded home) answers when a call fails. */
export interface RestError {
	code?: string | null;
	message?: string | null;
	details?: string | null;
	hint?: string | null;
}

/**
 * Turns an error answer into an `ApiProblem`. Only refusals the SQL raised on purpose (PTnnn) keep their own word;
 * everything else gets a general one, so that no table name or statement reaches a page.
 */
export function problemFromRest(status: number, error: RestError): ApiProblem {
	const code = error.code ?? '';
	const cause = new Error(`${code || status} ${error.message ?? ''}`.trim());
	if (/^PT[1-5]\d\d$/.test(code)) {
		return new ApiProblem(Number(code.slice(2)), wordOf(error.message), detailOf(error.details), { cause });
	}
	if (code === '57014' || status === 504) return new ApiProblem(504, 'too_slow', {}, { cause });
	if (status === 503)
		return new ApiProblem(503, 'busy', { retry_after: retryAfterOf(error.hint) }, { cause });
	if (code.startsWith('PGRST30') || status === 401)
		return new ApiProblem(401, 'sign_in_needed', {}, { cause });
	if (code === '42501' || status === 403) return new ApiProblem(403, 'not_allowed', {}, { cause });
	if (status === 404) return new ApiProblem(404, 'not_found', {}, { cause });
	if (status === 409) return new ApiProblem(409, 'conflict', {}, { cause });
	if (status === 413 || code.startsWith('54')) return new ApiProblem(413, 'too_large', {}, { cause });
	// Class 22 is a value the database could not read (a malformed uuid, a number out of range): the sender's mistake.
	if (code.startsWith('22') || code.startsWith('23')) return new ApiProblem(422, 'bad_value', {}, { cause });
	if (status === 400) return new ApiProblem(400, 'bad_request', {}, { cause });
	if (isAway(status, code)) return new ApiProblem(503, 'unreachable', { retry_after: 2 }, { cause });
	return new ApiProblem(500, 'internal', {}, { cause });
}

/**
 * The database did not get to judge the call: nobody answered, its gateway found nothing behind it, the connection
 * broke or was ended (08, 57P), there was none left (53), or two calls met and one gave way (40).
 */
function isAway(status: number, code: string): boolean {
	return status === 0 || status === 502 || /^(08|40|53|57P)/.test(code) || /^PGRST00[0-3]$/.test(code);
}

function wordOf(message: string | null | undefined): string {
	return message && /^[a-z][a-z0-9_]{0,63}$/.test(message) ? message : 'refused';
}

function detailOf(details: string | null | undefined): Record<string, Json> {
	if (!details) return {};
	try {
		const parsed: unknown = JSON.parse(details);
		return parsed && typeof parsed === 'object' && !Array.isArray(parsed)
			? (parsed as Record<string, Json>)
			: {};
	} catch {
		return {};
	}
}

function retryAfterOf(hint: string | null | undefined): number {
	const seconds = Number(/\d+/.exec(hint ?? '')?.[0]);
	return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 120) : 2;
}
