-- Calls that exist for the conformance suite alone: one for each thing a home of the database could get wrong.
-- It is run after the project's own migrations, and never outside the tests.

create table app.probe_notes (
	id bigint generated always as identity primary key,
	owner uuid not null default auth.uid(),
	body text not null check (char_length(body) <= 20),
	marker text unique,
	parent bigint references app.probe_notes (id)
);
alter table app.probe_notes enable row level security;
grant select, insert, delete on app.probe_notes to authenticated;
grant select, delete on app.probe_notes to service_role;
create policy "people read their own probe notes" on app.probe_notes for select to authenticated
	using (owner = (select auth.uid()));
create policy "people write their own probe notes" on app.probe_notes for insert to authenticated
	with check (owner = (select auth.uid()));
create policy "people remove their own probe notes" on app.probe_notes for delete to authenticated
	using (owner = (select auth.uid()));

create function api.probe_whoami() returns jsonb language sql stable set search_path = '' as $$
	select jsonb_build_object(
		'user', current_user, 'uid', (select auth.uid()), 'role', (select auth.role()),
		'marker', (select auth.jwt()) ->> 'marker', 'clock', coalesce(current_setting('kerbside.clock', true), ''));
$$;

-- Under load: who is calling, asked twice with work in between.
create function api.probe_identity(marker text, fails boolean default false) returns jsonb language plpgsql set search_path = '' as $$
declare
	before text := current_user || ' ' || coalesce(auth.uid()::text, '-') || ' ' || coalesce(auth.jwt() ->> 'marker', '-');
begin
	perform set_config('kerbside.probe', marker, true);
	perform count(*) from generate_series(1, 2000);
	if fails then
		raise exception using errcode = 'PT418', message = 'probe_failed', detail = jsonb_build_object('marker', marker)::text;
	end if;
	return jsonb_build_object('before', before, 'marker', current_setting('kerbside.probe'),
		'after', current_user || ' ' || coalesce(auth.uid()::text, '-') || ' ' || coalesce(auth.jwt() ->> 'marker', '-'));
end $$;

create function api.probe_leftover() returns jsonb language sql stable set search_path = '' as $$
	select to_jsonb(coalesce(current_setting('kerbside.probe', true), ''));
$$;

create function api.probe_echo(
	whole int default null, large bigint default null, exact numeric default null, approximate float8 default null,
	body text default null, flag boolean default null, at timestamptz default null, id uuid default null,
	tree jsonb default null, numbers int[] default null, words text[] default null
) returns jsonb language sql immutable set search_path = '' as $$
	select jsonb_build_object('whole', whole, 'large', large, 'exact', exact, 'approximate', approximate,
		'body', body, 'flag', flag, 'at', at, 'id', id, 'tree', tree, 'numbers', numbers, 'words', words);
$$;

create function api.probe_needed(needed text, extra text default 'none') returns jsonb language sql immutable set search_path = '' as $$
	select jsonb_build_array(needed, extra);
$$;

create function api.probe_problem(status int, code text, detail jsonb default '{}') returns jsonb language plpgsql set search_path = '' as $$
begin
	raise exception using errcode = 'PT' || status, message = code, detail = detail::text;
end $$;

create function api.probe_state(state text) returns jsonb language plpgsql set search_path = '' as $$
begin
	raise exception using errcode = state, message = 'on purpose';
end $$;

create function api.probe_failure(kind text) returns jsonb language plpgsql set search_path = '' as $$
begin
	case kind
		when 'raise' then raise exception 'a plain refusal' using detail = 'the detail', hint = 'the hint';
		when 'state' then raise exception 'own state' using errcode = 'KB123';
		when 'division' then return to_jsonb(1 / (length(kind) - 8));
		when 'check' then insert into app.probe_notes (body) values (repeat('x', 21));
		when 'not null' then insert into app.probe_notes (body) values (null);
		when 'reference' then insert into app.probe_notes (body, parent) values ('x', -1);
		when 'denied' then update app.probe_notes set body = 'x';
		when 'policy' then insert into app.probe_notes (body, owner) values ('x', '00000000-0000-0000-0000-000000000001');
		when 'missing function' then execute 'select app.there_is_none()';
		when 'missing table' then execute 'select * from app.there_is_none';
		when 'read only' then null;
	end case;
	return to_jsonb(kind);
end $$;

create function api.probe_note(body text, marker text default null) returns jsonb language sql volatile set search_path = '' as $$
	insert into app.probe_notes (body, marker) values (body, marker) returning to_jsonb(id);
$$;

-- Says that it only reads, and calls what writes.
create function api.probe_read_only() returns jsonb language sql stable set search_path = '' as $$
	select api.probe_note('not to be');
$$;

create function api.probe_notes() returns jsonb language sql stable set search_path = '' as $$
	select coalesce(jsonb_agg(body order by id), '[]') from app.probe_notes;
$$;

create function api.probe_size(body text) returns jsonb language sql immutable set search_path = '' as $$
	select jsonb_build_object('characters', char_length(body), 'bytes', octet_length(body));
$$;
create function api.probe_repeat(word text, times int) returns jsonb language sql immutable set search_path = '' as $$
	select to_jsonb(repeat(word, times));
$$;
create function api.probe_nothing() returns void language sql immutable set search_path = '' as '';
create function api.probe_null() returns jsonb language sql immutable set search_path = '' as 'select null::jsonb';
create function api.probe_number() returns int language sql immutable set search_path = '' as 'select 7';
create function api.probe_words() returns setof text language sql immutable set search_path = '' as
	$$ select unnest(array['路', 'b']) $$;
create function api.probe_staff() returns jsonb language sql stable set search_path = '' as $$ select '"staff"'::jsonb $$;
create function api.probe_server() returns jsonb language sql stable set search_path = '' as $$ select '"server"'::jsonb $$;

do $$
declare
	probe record;
begin
	for probe in
		select p.oid::regprocedure as signature, p.proname::text as name from pg_catalog.pg_proc p
		where p.pronamespace = 'api'::regnamespace and p.proname like 'probe\_%'
	loop
		execute format('revoke execute on function %s from public', probe.signature);
		execute format('grant execute on function %s to %s', probe.signature, case
			when probe.name = 'probe_server' then 'service_role'
			when probe.name in ('probe_staff', 'probe_note', 'probe_notes', 'probe_read_only') then 'authenticated, service_role'
			else 'anon, authenticated, service_role' end);
	end loop;
end $$;

insert into storage.buckets (id, name, file_size_limit, allowed_mime_types) values
	('probe-shared', 'probe-shared', 1048576, array['image/*', 'text/plain']),
	('probe-sealed', 'probe-sealed', null, null);
create policy "staff read probe files" on storage.objects for select to authenticated
	using (bucket_id = 'probe-shared');
create policy "staff add probe files to their own folder" on storage.objects for insert to authenticated
	with check (bucket_id = 'probe-shared' and (storage.foldername(name))[1] = (select auth.uid())::text);
create policy "staff remove probe files of their own folder" on storage.objects for delete to authenticated
	using (bucket_id = 'probe-shared' and (storage.foldername(name))[1] = (select auth.uid())::text);
