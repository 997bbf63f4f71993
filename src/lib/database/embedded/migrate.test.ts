import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { migrate } from './migrate.ts';
import { memoryLog, openScratch, OWNER, ROOT } from './scratch-database.ts';
import type { Scratch } from './scratch-database.ts';

let scratch: Scratch;
let root: string;
const log = memoryLog();
beforeAll(async () => {
	scratch = await openScratch('select 1');
	root = await mkdtemp(join(tmpdir(), 'kerbside-migrate-'));
	await mkdir(join(root, 'src/lib/database/embedded'), { recursive: true });
	const { cp } = await import('node:fs/promises');
	const bootstrap = 'src/lib/database/embedded/bootstrap.sql';
	await cp(join(ROOT, bootstrap), join(root, bootstrap));
});
afterAll(async () => {
	await scratch?.close();
	await rm(root, { recursive: true, force: true });
});
beforeEach(async () => {
	await rm(join(root, 'supabase'), { recursive: true, force: true });
	await mkdir(join(root, 'supabase/migrations'), { recursive: true });
	await scratch.thread.run(OWNER, [
		{
			sql: `drop schema if exists supabase_migrations cascade; drop schema if exists app cascade;
				drop table if exists public.a, public.b`
		}
	]);
});

const write = (name: string, text: string) => writeFile(join(root, 'supabase/migrations', name), text);
const apply = () => migrate(scratch.thread, root, log);
const rows = async (sql: string) => (await scratch.thread.run(OWNER, [{ sql, params: [] }]))[0]!.rows;

test('migrations run in order, once, and are noted as the Supabase CLI notes them', async () => {
	await write('20260102000000_second.sql', 'create table public.b as table public.a;');
	await write('20260101000000_first.sql', 'create table public.a (id int); insert into public.a values (1);');
	await write('notes.md', 'not a migration');
	expect(await apply()).toEqual(['20260101000000', '20260102000000']);
	expect(await apply()).toEqual([]);
	expect(
		await rows(
			'select version, name, cardinality(statements) as n from supabase_migrations.schema_migrations order by 1'
		)
	).toEqual([
		{ version: '20260101000000', name: 'first', n: 1 },
		{ version: '20260102000000', name: 'second', n: 1 }
	]);
});

test('a migration that fails leaves nothing of itself, and names itself', async () => {
	await write('20260101000000_first.sql', 'create table public.a (id int);');
	await write('20260102000000_broken.sql', 'create table public.b (id int); select 1 / 0;');
	await expect(apply()).rejects.toThrow('Migration 20260102000000_broken failed: division by zero');
	expect(
		await rows(`select to_regclass('public.a') is not null as a, to_regclass('public.b') is not null as b`)
	).toEqual([{ a: true, b: false }]);
	await write('20260102000000_broken.sql', 'create table public.b (id int);');
	expect(await apply()).toEqual(['20260102000000']);
});

test('a migration changed after it was applied is refused', async () => {
	await write('20260101000000_first.sql', 'create table public.a (id int);');
	await apply();
	await write('20260101000000_first.sql', 'create table public.a (id bigint);');
	await expect(apply()).rejects.toThrow(
		'Migration 20260101000000_first was changed after it had been applied'
	);
});

test('line ends of another system are no change', async () => {
	await write('20260101000000_first.sql', 'create table public.a\n(id int);');
	await apply();
	await write('20260101000000_first.sql', 'create table public.a\r\n(id int);');
	expect(await apply()).toEqual([]);
});

test('a database of a newer version, and a migration before the last applied one, are refused', async () => {
	await write('20260102000000_second.sql', 'create table public.a (id int);');
	await apply();
	await write('20260101000000_late.sql', 'create table public.b (id int);');
	await expect(apply()).rejects.toThrow('20260101000000_late is older than 20260102000000');
	await rm(join(root, 'supabase/migrations'), { recursive: true });
	await mkdir(join(root, 'supabase/migrations'));
	await expect(apply()).rejects.toThrow(
		'holds migration 20260102000000, which this version of Kerbside does not know'
	);
});
