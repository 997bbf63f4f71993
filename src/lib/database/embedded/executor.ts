/** Who a transaction speaks as. `claims` are the verified claims of its token; SQL reads them by auth.jwt(). */
export interface Identity {
	role: 'anon' | 'authenticated' | 'service_role' | 'postgres';
	claims: Record<string, unknown>;
}

/**
 * One statement of our own making; values travel in `params` only. Without `params` it goes by the simple protocol and
 * may hold several statements (a migration), of which the last result is returned.
 */
export interface Statement {
	sql: string;
	params?: unknown[];
}

/** int8, numeric, dates and times arrive as PostgreSQL writes them; json and jsonb arrive parsed. */
export interface QueryResult {
	rows: Record<string, unknown>[];
	affectedRows: number;
}

/** Intake goes first, bulk last. */
export type Lane = 'intake' | 'normal' | 'bulk';

export interface RunOptions {
	readOnly?: boolean;
	/** What the SQL may read of the request, by the names PostgREST gives it. */
	request?: { method: string; path: string; headers?: Record<string, string> };
	/** Ends the transaction (and the worker) after this long; the lane's limit when absent. */
	limitMs?: number;
}

/** One call is one transaction under one identity: all statements in order, or none. */
export interface Executor {
	run(identity: Identity, work: Statement[], lane?: Lane, options?: RunOptions): Promise<QueryResult[]>;
}

/** A statement PostgreSQL refused: the same fields that `pg` gives its errors. */
export class SqlError extends Error {
	readonly code: string;
	readonly detail: string | null;
	readonly hint: string | null;

	constructor(fields: { code: string; message: string; detail?: string | null; hint?: string | null }) {
		super(fields.message);
		this.name = 'SqlError';
		this.code = fields.code;
		this.detail = fields.detail ?? null;
		this.hint = fields.hint ?? null;
	}
}

/** The database did not get to answer: nothing is known to be wrong with the request itself. */
export class ExecutorUnavailable extends Error {
	readonly status: 503 | 504;
	readonly code: 'busy' | 'too_slow' | 'restarted' | 'closed';
	readonly retryAfterSeconds: number;

	constructor(
		status: 503 | 504,
		code: ExecutorUnavailable['code'],
		retryAfterSeconds: number,
		message: string
	) {
		super(message);
		this.name = 'ExecutorUnavailable';
		this.status = status;
		this.code = code;
		this.retryAfterSeconds = retryAfterSeconds;
	}
}
