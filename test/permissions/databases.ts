import '#server/keep-wasm-code.ts';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { startCluster } from '#test/support/cluster.ts';
import { addExtension, bootstrap, migrate } from '#test/support/migrations.ts';
import { findTools, hasExtension, ROOT } from '#test/support/tools.ts';
import type { Database } from './world.ts';

export interface OpenDatabase extends Database {
	close(): Promise<void>;
}

/** One that also gives what a script of several statements prints: the first column of each row. */
export interface NativeDatabase extends OpenDatabase {
	lines(sql: string): Promise<string[]>;
}

const tools = findTools();

/** Why there is no native PostgreSQL to try, or null. */
export const nativeIsMissing = tools.postgres ? null : 'PostgreSQL is not installed';
export const hasPgTap = hasExtension(tools, 'pgtap');

/** One connection to a throw-away cluster, migrated as the owner without superuser rights, speaking as that owner. */
export async function openNativeDatabase(): Promise<NativeDatabase> {
	const cluster = await startCluster({ fsync: false });
	try {
		await bootstrap(cluster);
		if (hasPgTap) await addExtension(cluster, 'pgtap');
		await migrate(cluster);
		const client = new pg.Client({ connectionString: cluster.ownerUrl });
		await client.connect();
		return {
			query: async <Row>(sql: string, params?: unknown[]) => (await client.query(sql, params)).rows as Row[],
			run: async (sql) => void (await client.query(sql)),
			async lines(sql) {
				const results = (await client.query({ text: sql, rowMode: 'array' })) as
					pg.QueryResult | pg.QueryResult[];
				return [results].flat().flatMap(({ rows }) => (rows as unknown[][]).map(([first]) => String(first)));
			},
			async close() {
				await client.end();
				await cluster.close();
			}
		};
	} catch (error) {
		await cluster.close();
		throw error;
	}
}

/** The engine of the embedded home, in memory and in this thread. */
export async function openEmbeddedDatabase(): Promise<OpenDatabase> {
	const { PGlite } = await import('@electric-sql/pglite');
	const { postgis } = await import('@electric-sql/pglite-postgis');
	const engine = await PGlite.create({ extensions: { postgis } });
	const database: OpenDatabase = {
		query: async <Row>(sql: string, params?: unknown[]) => (await engine.query<Row>(sql, params)).rows,
		run: async (sql) => void (await engine.exec(sql)),
		close: () => engine.close()
	};
	await database.run(await readFile(join(ROOT, 'src/lib/database/embedded/bootstrap.sql'), 'utf8'));
	const folder = join(ROOT, 'supabase/migrations');
	for (const file of (await readdir(folder)).sort())
		await database.run(await readFile(join(folder, file), 'utf8'));
	return database;
}
