import type { Database } from '../permissions/world.ts';

/**
 * The calls that change a case, a report or a row that belongs to one, as the database's own words say: every function of
 * `api` from which a function is reached that writes such a table. A call that is not in the table of calls fails its test.
 */
export async function callsThatChange(database: Database): Promise<string[]> {
	const rows = await database.query<{ call: string }>(`
		with recursive tables as (
			select c.relname from pg_class c where c.oid in ('app.cases'::regclass, 'app.reports'::regclass)
			union select c.relname from pg_constraint k join pg_class c on c.oid = k.conrelid
			where k.contype = 'f' and k.confrelid in ('app.cases'::regclass, 'app.reports'::regclass)
		), functions as (
			select n.nspname || '.' || p.proname as name, regexp_replace(p.prosrc, '--[^\\n]*', '', 'g') as body
			from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname in ('api', 'private')
		), writers as (
			select distinct f.name from functions f, regexp_matches(f.body, '(?:insert into|update|delete from|merge into)\\s+app\\.(\\w+)', 'g') m
			where m[1] in (select relname from tables)
		), calls as (
			select distinct f.name as caller, m[1] as callee from functions f, regexp_matches(f.body, '\\m((?:api|private)\\.\\w+)\\s*\\(', 'g') m
		), reached as (
			select f.name as call, f.name from functions f where f.name like 'api.%'
			union select r.call, c.callee from reached r join calls c on c.caller = r.name
		)
		select distinct r.call from reached r join writers w on w.name = r.name order by 1`);
	return rows.map(({ call }) => call);
}
