// A first start makes a database and brings in every migration: ten seconds of processor, and each time the same. Whoever
// tests something else begins with a copy. What tests the first start itself does not: migrate.test.ts, `prove start`.

import { createHash } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '#lib/database/embedded/migrate.ts';
import { DatabaseThread } from '#lib/database/embedded/thread.ts';
import type { Log } from '#lib/database/log.ts';
import { ROOT } from './tools.ts';

const quiet: Log = { info() {}, warn() {}, error() {} };
const DAY_MS = 86_400_000;
const PREFIX = 'kerbside-migrated-';

/** A data directory of its own, as the first start of an empty city leaves its database. */
export async function migratedDataDir(name: string): Promise<string> {
	const dataDir = await mkdtemp(join(tmpdir(), `kerbside-${name}-`));
	await putMigrated(dataDir);
	return dataDir;
}

/** Puts the database into a data directory that is there and empty. */
export async function putMigrated(dataDir: string): Promise<void> {
	await cp(await template(), join(dataDir, 'database'), { recursive: true });
}

/** Kept from run to run, under a name that changes with every migration and with the engine. */
async function template(): Promise<string> {
	const migrations = join(ROOT, 'supabase/migrations');
	const parts = [
		'src/lib/database/embedded/bootstrap.sql',
		'node_modules/@electric-sql/pglite/package.json',
		'node_modules/@electric-sql/pglite-postgis/package.json',
		...(await readdir(migrations)).sort().map((file) => join('supabase/migrations', file))
	];
	const hash = createHash('sha256');
	for (const part of parts) hash.update(`${part}\n`).update(await readFile(join(ROOT, part)));
	const path = join(tmpdir(), PREFIX + hash.digest('hex').slice(0, 16));
	if (await stat(path).catch(() => null)) return path;

	const making = await mkdtemp(join(tmpdir(), 'kerbside-making-'));
	const databaseDir = join(making, 'database');
	const thread = await DatabaseThread.open({ databaseDir, root: ROOT, log: quiet });
	await migrate(thread, ROOT, quiet);
	await thread.close();
	// Whoever is second finds the first one's; both are the same.
	await rename(databaseDir, path).catch(() => undefined);
	await rm(making, { recursive: true, force: true });
	await removeOld(path);
	return path;
}

async function removeOld(current: string): Promise<void> {
	for (const name of await readdir(tmpdir())) {
		const path = join(tmpdir(), name);
		if (!name.startsWith(PREFIX) || path === current) continue;
		const made = (await stat(path).catch(() => null))?.mtimeMs ?? Date.now();
		if (Date.now() - made > DAY_MS) await rm(path, { recursive: true, force: true });
	}
}
