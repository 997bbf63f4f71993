import pg from 'pg';
import {
	SqlError,
	type Executor,
	type Identity,
	type QueryResult,
	type RunOptions,
	type Statement
} from '#lib/database/embedded/executor.ts';

const JSON_TYPES = new Set([114, 3802]);

/** The embedded home's executor over a native server, so that its auth and storage run there too. */
export interface PgExecutor extends Executor {
	close(): Promise<void>;
}

export function openPgExecutor(adminUrl: string, connections = 10): PgExecutor {
	const pool = new pg.Pool({
		connectionString: adminUrl,
		max: connections,
		// json and jsonb arrive parsed, numbers that fit as numbers, all else as PostgreSQL writes it.
		types: {
			getTypeParser: (oid: number) => {
				if (JSON_TYPES.has(oid)) return JSON.parse;
				if (oid === 16) return (text: string) => text === 't';
				if ([21, 23, 26, 700, 701].includes(oid)) return Number;
				return (text: string) => text;
			}
		} as pg.CustomTypesConfig
	});
	// A connection that breaks while idle (the server was killed) is replaced at its next use.
	pool.on('error', () => undefined);

	return {
		async run(identity, work, _lane, options = {}) {
			const client = await pool.connect();
			let isBroken = false;
			try {
				await client.query(options.readOnly ? 'begin read only' : 'begin');
				await setIdentity(client, identity, options);
				const results: QueryResult[] = [];
				for (const statement of work) results.push(await runStatement(client, statement));
				await client.query('commit');
				return results;
			} catch (error) {
				await client.query('rollback').catch(() => (isBroken = true));
				if (error instanceof pg.DatabaseError) {
					const { code, message, detail, hint } = error;
					throw new SqlError({ code: code ?? 'XX000', message, detail, hint });
				}
				throw error;
			} finally {
				client.release(isBroken);
			}
		},
		close: () => pool.end()
	};
}

async function setIdentity(client: pg.PoolClient, { role, claims }: Identity, { request }: RunOptions) {
	await client.query(
		`select
			set_config('search_path', 'api, public, extensions', true),
			set_config('request.jwt.claims', $1, true),
			set_config('request.method', $2, true),
			set_config('request.path', $3, true),
			set_config('request.headers', $4, true),
			set_config('role', $5, true)`,
		[
			JSON.stringify(claims),
			request?.method ?? '',
			request?.path ?? '',
			JSON.stringify(request?.headers ?? {}),
			role
		]
	);
}

async function runStatement(client: pg.PoolClient, { sql, params }: Statement): Promise<QueryResult> {
	const answer = (await (params ? client.query(sql, params) : client.query(sql))) as
		pg.QueryResult | pg.QueryResult[];
	// Without parameters a text of several statements gives one result each.
	const last = Array.isArray(answer) ? answer.at(-1) : answer;
	return { rows: last?.rows ?? [], affectedRows: last?.rowCount ?? 0 };
}
