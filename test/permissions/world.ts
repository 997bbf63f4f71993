import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The least a database must do here, so that the same tests try native PostgreSQL and PGlite. */
export interface Database {
	query<Row = Record<string, unknown>>(sql: string, params?: unknown[]): Promise<Row[]>;
	/** Several statements, no parameters. */
	run(sql: string): Promise<void>;
}

export interface Try {
	/** A person of the district, `anon`, `service_role` or `owner`. */
	who: string;
	sql: string;
}

export interface Outcome {
	outcome: string;
	answer: string | null;
}

const ROOT = join(import.meta.dirname, '../..');
const sqlOf = (file: string) => readFile(join(ROOT, file), 'utf8');

/** Begins the transaction in which the district stands; whoever opens it rolls it back. */
export async function enterDistrict(database: Database): Promise<void> {
	await database.run('begin');
	await database.run(await sqlOf('supabase/tests/district.psql'));
	await database.run(await sqlOf('test/permissions/probe.sql'));
}

export async function plantOneOfEverything(database: Database): Promise<void> {
	await database.run(await sqlOf('test/permissions/planted.sql'));
}

/** Each statement under its person, and none of them leaves a trace. */
export async function tryAll(database: Database, tries: Try[]): Promise<Outcome[]> {
	const outcomes: Outcome[] = [];
	for (let at = 0; at < tries.length; at += 500) {
		const batch = JSON.stringify(tries.slice(at, at + 500));
		const rows = await database.query<Outcome>(
			'select outcome, answer from pg_temp.probe($1::jsonb) order by n',
			[batch]
		);
		outcomes.push(...rows);
	}
	return outcomes;
}
