// The database thread. It alone touches the PGlite connection, one request at a time, each in a transaction of its own:
// roles and claims are set for that transaction only, so nothing of one caller is left for the next.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite, types, type Results, type Transaction } from '@electric-sql/pglite';
import { postgis } from '@electric-sql/pglite-postgis';
import type { Identity, QueryResult, RunOptions, Statement } from './executor.ts';
import { maintain } from './maintenance.ts';
import { MAX_REQUEST_SIZE, MAX_RESULT_SIZE } from './message.ts';
import type { WorkerAnswer, WorkerFailure, WorkerRequest, WorkerStart } from './message.ts';

const port = parentPort!;
const { databaseDir } = workerData as WorkerStart;

// What PGlite passes itself, but for search_path, which belongs to the database (`alter database … set`), and for
// settings of a small single-user home.
const START_PARAMETERS = [
	...['--single', '-F', '-O', '-j'],
	...['-c', 'exit_on_error=false'],
	...['-c', 'log_checkpoints=false'],
	...['-c', 'max_worker_processes=0'],
	...['-c', 'max_parallel_workers=0'],
	...['-c', 'max_parallel_workers_per_gather=0'],
	...['-c', 'jit=off'],
	...['-c', 'timezone=UTC']
];

// As there, the session is the authenticator's, who may become the callers' roles and no other: code that would run
// `set role postgres` is refused, though the connection underneath is the superuser's.
const SET_IDENTITY = `select
	set_config('transaction_read_only', $1, true),
	set_config('search_path', $7, true),
	set_config('request.jwt.claims', $2, true),
	set_config('request.method', $3, true),
	set_config('request.path', $4, true),
	set_config('request.headers', $5, true),
	set_config('session_authorization', $8, true),
	set_config('role', $6, true)`;

// Hosted PostgREST's for an exposed schema `api`, and what a migration finds there.
const API_PATH = 'api, public, extensions';
const OWNER_PATH = '"$user", public, extensions';

const asText = (value: string) => value;

async function open(): Promise<PGlite> {
	return PGlite.create(databaseDir, {
		extensions: { postgis },
		startParams: START_PARAMETERS,
		parsers: {
			[types.INT8]: asText,
			[types.NUMERIC]: asText,
			[types.DATE]: asText,
			[types.TIMESTAMP]: asText,
			[types.TIMESTAMPTZ]: asText
		}
	});
}

/** How PGlite's engine leaves its loop after an ordinary SQL error (PGlite.POSTGRES_MAIN_LONGJMP, 0.4.5). */
const SQL_ERROR_STATUS = 100;

/**
 * PGlite swallows a trap of its engine (a stack overflow, an access out of bounds) and goes on with whatever is left in
 * memory: a statement then seems to have answered nothing. Here a trap ends the thread before it can do harm.
 */
function endOnTrap(db: PGlite): void {
	const engine = db.Module;
	const step = engine._PostgresMainLoopOnce;
	engine._PostgresMainLoopOnce = () => {
		try {
			step();
		} catch (error) {
			if ((error as { status?: number }).status === SQL_ERROR_STATUS) throw error;
			const failure = {
				...failureOf(error),
				message: `The engine trapped: ${String(error)}`,
				isBroken: true
			};
			post({ kind: 'failed', id: currentId, failure });
			process.exit(70);
		}
	};
}

async function run(db: PGlite, identity: Identity, work: Statement[], options: RunOptions) {
	if (sizeOf(work) > MAX_REQUEST_SIZE) throw tooLarge(`The request exceeds ${MAX_REQUEST_SIZE} characters.`);
	let hasWritten = false;
	const results = await db.transaction(async (tx) => {
		// A function may have set something for the session; nothing of an earlier request reaches this one.
		await tx.exec('reset all');
		await tx.query(SET_IDENTITY, settingsOf(identity, options));
		const answers: QueryResult[] = [];
		let size = 0;
		for (const statement of work) {
			const answer = await runStatement(tx, statement);
			size += sizeOf(answer.rows);
			if (size > MAX_RESULT_SIZE) throw tooLarge(`The result exceeds ${MAX_RESULT_SIZE} characters.`);
			answers.push(answer);
		}
		if (!options.readOnly) {
			const { rows } = await tx.query<{ wrote: boolean }>(
				'select pg_catalog.pg_current_xact_id_if_assigned() is not null as wrote'
			);
			hasWritten = rows[0]!.wrote;
		}
		return answers;
	});
	if (db.isInTransaction()) throw new Error('A transaction outlived its request.');
	return { results, hasWritten };
}

async function runStatement(tx: Transaction, { sql, params }: Statement): Promise<QueryResult> {
	const result = params
		? await tx.query<Record<string, unknown>>(sql, params)
		: ((await tx.exec(sql)).at(-1) as Results<Record<string, unknown>> | undefined);
	if (!result && params) throw new Error('The engine gave no answer.');
	return { rows: result?.rows ?? [], affectedRows: result?.affectedRows ?? 0 };
}

function settingsOf(identity: Identity, { readOnly, request }: RunOptions): string[] {
	return [
		readOnly ? 'on' : 'off',
		JSON.stringify(identity.claims),
		request?.method ?? '',
		request?.path ?? '',
		JSON.stringify(request?.headers ?? {}),
		identity.role,
		identity.role === 'postgres' ? OWNER_PATH : API_PATH,
		identity.role === 'postgres' ? 'postgres' : 'authenticator'
	];
}

/** About the number of characters a value takes, counted without building them. */
function sizeOf(value: unknown): number {
	if (typeof value === 'string') return value.length;
	if (value instanceof Uint8Array) return value.byteLength;
	if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + sizeOf(item), 2);
	if (value && typeof value === 'object') {
		let sum = 2;
		for (const key in value) sum += key.length + sizeOf((value as Record<string, unknown>)[key]);
		return sum;
	}
	return 8;
}

function tooLarge(message: string): Error {
	return Object.assign(new Error(message), { code: '54000' });
}

function failureOf(error: unknown): WorkerFailure {
	const fields = error as { code?: unknown; message?: unknown; detail?: unknown; hint?: unknown };
	const isRefusal = typeof fields.code === 'string' && /^[0-9A-Z]{5}$/.test(fields.code);
	return {
		code: isRefusal ? (fields.code as string) : 'XX000',
		message: String(fields.message ?? 'The database failed.'),
		detail: typeof fields.detail === 'string' ? fields.detail : null,
		hint: typeof fields.hint === 'string' ? fields.hint : null,
		isBroken: !isRefusal
	};
}

async function answer(db: PGlite, request: WorkerRequest): Promise<WorkerAnswer> {
	const { id } = request;
	try {
		if (request.kind === 'run') {
			return { kind: 'done', id, ...(await run(db, request.identity, request.work, request.options)) };
		}
		if (request.kind === 'close') await db.close();
		const isRested = request.kind === 'maintain' && (await maintain(db));
		return { kind: 'done', id, results: [], hasWritten: false, isRested };
	} catch (error) {
		return { kind: 'failed', id, failure: failureOf(error) };
	}
}

function post(message: WorkerAnswer): void {
	port.postMessage(message);
}

let currentId = 0;
const startedAt = performance.now();
const wasEmpty = !existsSync(join(databaseDir, 'PG_VERSION'));
try {
	const db = await open();
	endOnTrap(db);
	let queue: Promise<void> = Promise.resolve();
	port.on('message', (request: WorkerRequest) => {
		queue = queue.then(async () => {
			currentId = request.id;
			post(await answer(db, request));
			if (request.kind === 'close') port.close();
		});
	});
	post({ kind: 'ready', openedInMs: Math.round(performance.now() - startedAt), wasEmpty });
} catch (error) {
	post({ kind: 'unopened', message: String((error as Error)?.message ?? error) });
	port.close();
}
