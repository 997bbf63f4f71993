import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import type { Cluster } from './cluster.ts';
import { ROOT } from './tools.ts';

/** What only a superuser can do, and Supabase has done: roles, schemas, PostGIS; and the tools of our tests. */
export async function bootstrap(cluster: Cluster): Promise<void> {
	const text = await readFile(join(ROOT, 'src/lib/database/embedded/bootstrap.sql'), 'utf8');
	await withClient(cluster.adminUrl, async (client) => {
		await client.query(text);
		const password = pg.escapeLiteral(new URL(cluster.adminUrl).password);
		await client.query(
			`alter role authenticator password ${password}; alter role postgres password ${password};`
		);
	});
}

/** Extensions that only tests use, when the machine has them. */
export async function addExtension(cluster: Cluster, name: string): Promise<void> {
	await withClient(cluster.adminUrl, (client) =>
		client.query(`create extension if not exists ${pg.escapeIdentifier(name)} with schema extensions`)
	);
}

/** Each file once, in order, in a transaction of its own, as the owner without superuser rights. */
export async function migrate(
	cluster: Cluster,
	directory = join(ROOT, 'supabase/migrations')
): Promise<string[]> {
	const applied: string[] = [];
	await withClient(cluster.ownerUrl, async (client) => {
		// The Supabase CLI's own history, so that its `db push` goes on from here.
		await client.query(`
			create schema if not exists supabase_migrations;
			create table if not exists supabase_migrations.schema_migrations (
				version text not null primary key, statements text[], name text);`);
		for (const file of (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort()) {
			const [, version, name] = /^(\d+)_(.+)\.sql$/.exec(file) ?? [];
			if (!version) throw new Error(`A migration's name starts with its version: ${file}`);
			const known = await client.query(
				'select from supabase_migrations.schema_migrations where version = $1',
				[version]
			);
			if (known.rowCount) continue;
			const text = await readFile(join(directory, file), 'utf8');
			await client.query('begin');
			try {
				await client.query(text);
				await client.query(
					'insert into supabase_migrations.schema_migrations (version, name, statements) values ($1, $2, array[$3])',
					[version, name, text]
				);
				await client.query('commit');
			} catch (error) {
				const { message, position, where } = error as pg.DatabaseError;
				const line = position ? ` at line ${text.slice(0, Number(position)).split('\n').length}` : '';
				throw new Error(`${file}${line}: ${message}${where ? `\n${where}` : ''}`, { cause: error });
			}
			applied.push(file);
		}
	});
	return applied;
}

export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
	const client = new pg.Client({ connectionString: url });
	await client.connect();
	try {
		return await work(client);
	} finally {
		await client.end();
	}
}
