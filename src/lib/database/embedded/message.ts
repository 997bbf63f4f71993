import type { Identity, QueryResult, RunOptions, Statement } from './executor.ts';

/** What the web thread asks of the database thread. */
export type WorkerRequest =
	| { id: number; kind: 'run'; identity: Identity; work: Statement[]; options: RunOptions }
	| { id: number; kind: 'maintain' }
	| { id: number; kind: 'close' };

/** `isBroken`: the engine itself failed, so this worker must be replaced. */
export interface WorkerFailure {
	code: string;
	message: string;
	detail: string | null;
	hint: string | null;
	isBroken: boolean;
}

export type WorkerAnswer =
	| { kind: 'ready'; openedInMs: number; wasEmpty: boolean }
	| { kind: 'unopened'; message: string }
	| { kind: 'done'; id: number; results: QueryResult[]; hasWritten: boolean; isRested?: boolean }
	| { kind: 'failed'; id: number; failure: WorkerFailure };

export interface WorkerStart {
	databaseDir: string;
}

/** Bounds of one request and one answer, in characters. */
export const MAX_REQUEST_SIZE = 32 * 1024 * 1024;
export const MAX_RESULT_SIZE = 64 * 1024 * 1024;
