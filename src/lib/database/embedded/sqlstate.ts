import type { RestError } from '../problem.ts';
import { ExecutorUnavailable } from './executor.ts';

/** HTTP status by SQLSTATE, exactly or by class, as PostgREST 12 has it (src/PostgREST/Error.hs, pgErrorStatus). */
const BY_CODE: Record<string, number> = {
	'23503': 409,
	'23505': 409,
	'25006': 405,
	'42883': 404,
	'42P01': 404,
	'42P17': 500,
	'53400': 500,
	'57P01': 503,
	P0001: 400
};
const BY_CLASS: Record<string, number> = {
	'08': 503,
	'09': 500,
	'0L': 403,
	'0P': 403,
	'25': 500,
	'28': 403,
	'2D': 500,
	'38': 500,
	'39': 500,
	'3B': 500,
	'40': 500,
	'53': 503,
	'54': 413,
	'55': 500,
	'57': 500,
	'58': 500,
	F0: 500,
	HV: 500,
	P0: 500,
	XX: 500
};

export function statusOf(sqlstate: string, isAnon: boolean): number {
	if (sqlstate === '42501') return isAnon ? 401 : 403;
	const raised = /^PT([1-5]\d\d)$/.exec(sqlstate);
	if (raised) return Number(raised[1]);
	if (sqlstate.startsWith('PT')) return 500;
	return BY_CODE[sqlstate] ?? BY_CLASS[sqlstate.slice(0, 2)] ?? 400;
}

export interface Refusal {
	status: number;
	body: Required<RestError>;
	headers?: Record<string, string>;
}

/** What a failed transaction answers. An error without a SQLSTATE is ours, and is thrown on. */
export function refusalOf(error: unknown, isAnon: boolean): Refusal {
	if (error instanceof ExecutorUnavailable) {
		// 57014 and 53300 are what a full server says when a statement is cut off and when it has no room.
		const code = error.code === 'too_slow' ? '57014' : error.code === 'busy' ? '53300' : '57P01';
		const seconds = String(error.retryAfterSeconds);
		return {
			status: error.status,
			body: { code, message: error.message, details: null, hint: `Retry after ${seconds} seconds.` },
			headers: { 'retry-after': seconds }
		};
	}
	const { code, message, detail, hint } = error as {
		code?: unknown;
		message: string;
		detail?: string;
		hint?: string;
	};
	if (typeof code !== 'string') throw error;
	const status = statusOf(code, isAnon);
	return {
		status,
		body: { code, message, details: detail ?? null, hint: hint ?? null },
		...(status === 401 && { headers: { 'www-authenticate': 'Bearer' } })
	};
}
