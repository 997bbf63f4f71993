import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../log.ts';
import type { Executor, Identity, Statement } from './executor.ts';

const OWNER: Identity = { role: 'postgres', claims: {} };
const MIGRATION_LIMIT_MS = 300_000;

/** The history table is the Supabase CLI's, so that both tools understand each other's databases. */
const HISTORY = `
	create schema if not exists supabase_migrations;
	create table if not exists supabase_migrations.schema_migrations (version text not null primary key);
	alter table supabase_migrations.schema_migrations add column if not exists statements text[];
	alter table supabase_migrations.schema_migrations add column if not exists name text;
	create table if not exists supabase_migrations.seed_files (path text not null primary key, hash text not null);`;

interface Migration {
	version: string;
	name: string;
	text: string;
}

/** Brings the database to the state the source describes. Returns the versions that were applied now. */
export async function migrate(executor: Executor, root: string, log: Log): Promise<string[]> {
	await bootstrap(executor, root);
	const migrations = await readMigrations(join(root, 'supabase/migrations'));
	const [history] = await run(executor, [
		{
			sql: `select version, array_to_string(statements, E';\\n') as text
				from supabase_migrations.schema_migrations order by version`,
			params: []
		}
	]);
	const applied = new Map(history!.rows.map((row) => [row.version as string, row.text as string | null]));
	refuseUnlessContinued(migrations, applied);

	const pending = migrations.filter(({ version }) => !applied.has(version));
	for (const { version, name, text } of pending) {
		const startedAt = performance.now();
		try {
			await run(executor, [
				{ sql: text },
				{
					sql: `insert into supabase_migrations.schema_migrations (version, name, statements)
						values ($1, $2, array[$3])`,
					params: [version, name, text]
				}
			]);
		} catch (error) {
			const { message, detail } = error as { message: string; detail?: string | null };
			const reason = detail ? `${message} (${detail})` : message;
			throw new Error(`Migration ${version}_${name} failed: ${reason}`, { cause: error });
		}
		log.info('migration_applied', { version, name, ms: Math.round(performance.now() - startedAt) });
	}
	return pending.map(({ version }) => version);
}

/** What Supabase has before the first migration; it can run again, and does when its text changed. */
async function bootstrap(executor: Executor, root: string): Promise<void> {
	const text = await readFile(join(root, 'src/lib/database/embedded/bootstrap.sql'), 'utf8');
	const path = 'bootstrap.sql';
	const [before] = await run(executor, [
		{ sql: `select to_regclass('supabase_migrations.seed_files') is not null as has_history`, params: [] }
	]);
	if (before!.rows[0]!.has_history) {
		const [known] = await run(executor, [hashOf(path)]);
		if (known!.rows[0]?.hash === sha256(text)) return;
	}
	await run(executor, [{ sql: text }, { sql: HISTORY }, rememberHash(path, sha256(text))]);
}

const DEMO = 'demo';

/** How far the demo has been brought in. Null: never begun. `begun`: it was interrupted and is to be continued. */
export async function demoState(executor: Executor): Promise<string | null> {
	const [state] = await run(executor, [hashOf(DEMO)]);
	return (state!.rows[0]?.hash as string | undefined) ?? null;
}

export async function noteDemo(executor: Executor, state: 'begun' | 'done'): Promise<void> {
	await run(executor, [rememberHash(DEMO, state)]);
}

/** A city nobody has brought streets or reports into. */
export async function isCityEmpty(executor: Executor): Promise<boolean> {
	const [known] = await run(executor, [
		{
			sql: `select to_regclass('app.segments') is not null and to_regclass('app.reports') is not null as known`,
			params: []
		}
	]);
	if (!known!.rows[0]!.known) return false;
	const [found] = await run(executor, [
		{
			sql: `select not exists (select from app.segments) and not exists (select from app.reports) as empty`,
			params: []
		}
	]);
	return found!.rows[0]!.empty as boolean;
}

async function readMigrations(directory: string): Promise<Migration[]> {
	const migrations: Migration[] = [];
	for (const file of (await readdir(directory)).sort()) {
		const named = /^(\d+)_(.+)\.sql$/.exec(file);
		if (!named) continue;
		const text = (await readFile(join(directory, file), 'utf8')).replaceAll('\r\n', '\n');
		migrations.push({ version: named[1]!, name: named[2]!, text });
	}
	return migrations;
}

/** History is only ever continued: what was applied must still be there, unchanged, and before everything new. */
function refuseUnlessContinued(migrations: Migration[], applied: Map<string, string | null>): void {
	const known = new Map(migrations.map((migration) => [migration.version, migration]));
	for (const [version, text] of applied) {
		const migration = known.get(version);
		if (!migration) {
			throw new Error(
				`The database holds migration ${version}, which this version of Kerbside does not know. ` +
					'Start the newer version, or use another DATA_DIR.'
			);
		}
		if (text !== null && text !== migration.text) {
			throw new Error(
				`Migration ${version}_${migration.name} was changed after it had been applied. ` +
					'Undo the change and write a new migration, or start with another DATA_DIR.'
			);
		}
	}
	const last = [...applied.keys()].at(-1) ?? '';
	const late = migrations.find(({ version }) => version < last && !applied.has(version));
	if (late) {
		throw new Error(
			`Migration ${late.version}_${late.name} is older than ${last}, which has been applied already. ` +
				'Give it a later number.'
		);
	}
}

function run(executor: Executor, work: Statement[]) {
	return executor.run(OWNER, work, 'bulk', { limitMs: MIGRATION_LIMIT_MS });
}

function hashOf(path: string): Statement {
	return { sql: 'select hash from supabase_migrations.seed_files where path = $1', params: [path] };
}

function rememberHash(path: string, hash: string): Statement {
	return {
		sql: `insert into supabase_migrations.seed_files (path, hash) values ($1, $2)
			on conflict (path) do update set hash = excluded.hash`,
		params: [path, hash]
	};
}

function sha256(text: string): string {
	return createHash('sha256').update(text).digest('hex');
}
