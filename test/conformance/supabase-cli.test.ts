// What a hosted project would do with our migrations, tried with Supabase's own tools: as an owner who is no superuser,
// on a database that has only what Supabase brings.

import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCluster, type Cluster } from '#test/support/cluster.ts';
import { addExtension, bootstrap, withClient } from '#test/support/migrations.ts';
import { supabase } from '#test/support/supabase-cli.ts';
import { findTools, hasExtension, ROOT } from '#test/support/tools.ts';

const tools = findTools();
const missing = !tools.postgres
	? 'PostgreSQL is not installed'
	: !existsSync(join(ROOT, 'node_modules/.bin/supabase'))
		? 'the Supabase CLI is not installed'
		: null;
const cannotLint =
	missing ?? (hasExtension(tools, 'plpgsql_check') ? null : 'plpgsql_check is not installed');
if (cannotLint) console.warn(`SKIPPED: ${missing ? 'the Supabase CLI' : 'db lint'} (${cannotLint}).`);

/** Everything in the schemas that are Supabase's own, but for what a migration may add: policies. */
const FOREIGN_OBJECTS = `
	select coalesce(jsonb_agg(o order by o), '[]') as objects from (
		select format('%s %s %s %s', n.nspname, c.relkind, c.relname, c.relacl) from pg_class c
			join pg_namespace n on n.oid = c.relnamespace where n.nspname in ('auth', 'storage', 'extensions', 'realtime')
		union all
		select format('%s function %s %s', n.nspname, p.oid::regprocedure, p.proacl) from pg_proc p
			join pg_namespace n on n.oid = p.pronamespace where n.nspname in ('auth', 'storage', 'extensions', 'realtime')
		union all
		select format('trigger %s on %s', t.tgname, t.tgrelid::regclass) from pg_trigger t
			join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
			where n.nspname in ('auth', 'storage') and not t.tgisinternal
		union all
		select format('role %s %s %s', rolname, rolsuper, rolbypassrls) from pg_roles
	) as objects (o)`;

describe.skipIf(missing)('Supabase’s own tools', () => {
	let cluster: Cluster;
	let before: string[];
	let pushed: Awaited<ReturnType<typeof supabase>>;

	const foreignObjects = () =>
		withClient(
			cluster.adminUrl,
			async (client) => (await client.query(FOREIGN_OBJECTS)).rows[0].objects as string[]
		);

	beforeAll(async () => {
		cluster = await startCluster({ fsync: false });
		await bootstrap(cluster);
		before = await foreignObjects();
		pushed = await supabase(cluster.ownerUrl, 'db', 'push');
	});
	afterAll(() => cluster?.close());

	test('`db push` applies every migration, as an owner who is no superuser', async () => {
		expect(pushed, pushed.stderr).toMatchObject({ code: 0 });
		const files = (await readdir(join(ROOT, 'supabase/migrations'))).filter((name) => name.endsWith('.sql'));
		const { rows } = await withClient(cluster.ownerUrl, (client) =>
			client.query(`select count(*)::int as applied, (select rolsuper from pg_roles where rolname = current_user) as super
				from supabase_migrations.schema_migrations`)
		);
		expect(rows[0]).toEqual({ applied: files.length, super: false });
	});

	test('a second `db push` finds nothing to do', async () => {
		const again = await supabase(cluster.ownerUrl, 'db', 'push');
		expect(again.code).toBe(0);
		expect(again.stdout + again.stderr).toContain('up to date');
	});

	test('migrations add nothing to Supabase’s schemas but policies, and no roles', async () => {
		// A foreign key that points there leaves internal triggers only, which are not listed.
		expect(await foreignObjects()).toEqual(before);
	});

	test.skipIf(cannotLint)('`db lint` has nothing to say', async () => {
		await addExtension(cluster, 'plpgsql_check');
		const schemas = ['--schema', 'api,app,private'];
		const { code, stdout, stderr } = await supabase(
			cluster.ownerUrl,
			'db',
			'lint',
			'--fail-on',
			'warning',
			...schemas
		);
		expect(code, findings(stdout) || stderr).toBe(0);
	});

	test('`db advisors` warns of nothing', async () => {
		const { code, stdout, stderr } = await supabase(
			cluster.ownerUrl,
			'db',
			'advisors',
			'--fail-on',
			'warn',
			'--level',
			'warn'
		);
		expect(code, findings(stdout) || stderr).toBe(0);
	});

	test('the generated types are those of the migrations', async () => {
		const { code, stdout, stderr } = await supabase(cluster.ownerUrl, 'gen', 'types', '--schema', 'api');
		expect(code, stderr).toBe(0);
		const file = join(ROOT, 'src/lib/database/schema.gen.ts');
		const source = stdout.slice(stdout.indexOf('export type Json'));
		const header =
			'// Generated from the migrations: npx vitest run --project conformance supabase-cli -u\n\n';
		const formatted = await format(header + source, { ...(await resolveConfig(file)), parser: 'typescript' });
		await expect(formatted).toMatchFileSnapshot(file);
	});
});

/** One line per finding, instead of pages of JSON. */
function findings(stdout: string): string {
	const json = stdout.slice(Math.max(0, stdout.indexOf('[')));
	try {
		const list = JSON.parse(json) as Record<string, unknown>[];
		return list
			.map(({ function: name, issues, detail }) =>
				name ? `${name}: ${JSON.stringify(issues)}` : String(detail)
			)
			.join('\n');
	} catch {
		return stdout;
	}
}
