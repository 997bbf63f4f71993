-- What a Supabase project already has before its first migration, and an empty PostgreSQL lacks.
--
-- Run by the superuser of the database: `postgres` on PGlite, `supabase_admin` on a native cluster. It may run at every
-- start: each statement either finds its work done or repeats it without effect. Nothing here exists for our own
-- convenience; what a hosted project would not grant is not granted here either. There are no default privileges, so a
-- migration that forgets a grant fails here as it would there.
--
-- Where this differs from a hosted project, and why:
--  * On PGlite `postgres` is the superuser, because there is no other login. Natively it is what Supabase makes it: the
--    owner of the database, NOSUPERUSER, CREATEDB, CREATEROLE, BYPASSRLS. Migrations are tested as that one.
--  * Supabase lets `postgres` create policies on storage.objects through an extension (supautils). Here it is a member
--    of the table's owner instead, which allows more; a test holds migrations to policies alone.
--  * auth.refresh_tokens is missing, because refresh tokens are signed here, not stored, and auth.sign_in_attempts is not
--    there: both belong to the embedded auth server. No migration may name anything in `auth` but users and functions.

set client_min_messages = warning;

do $$
declare
	wanted text[];
begin
	foreach wanted slice 1 in array array[
		['anon', 'nologin noinherit'],
		['authenticated', 'nologin noinherit'],
		['service_role', 'nologin noinherit bypassrls'],
		['authenticator', 'login noinherit'],
		['postgres', 'login nosuperuser createdb createrole bypassrls'],
		['supabase_auth_admin', 'nologin noinherit createrole'],
		['supabase_storage_admin', 'nologin noinherit createrole']
	] loop
		if not exists (select from pg_catalog.pg_roles where rolname = wanted[1]) then
			execute format('create role %I %s', wanted[1], wanted[2]);
		end if;
	end loop;

	-- The owner of the database may create schemas in it; `public` belongs to whoever that is.
	execute format('alter database %I owner to postgres', current_database());
	execute format('alter database %I set search_path = "$user", public, extensions', current_database());
end
$$;

grant anon, authenticated, service_role to authenticator;
grant anon, authenticated, service_role, supabase_storage_admin to postgres;

alter role postgres set search_path = "$user", public, extensions;
alter role anon set statement_timeout = '3s';
alter role authenticated set statement_timeout = '8s';
alter role authenticator set statement_timeout = '8s';
alter role authenticator set lock_timeout = '8s';

grant usage on schema public to anon, authenticated, service_role;

-- Extensions ---------------------------------------------------------------------------------------------------------

create schema if not exists extensions;
alter schema extensions owner to postgres;
grant usage on schema extensions to anon, authenticated, service_role;
create extension if not exists postgis with schema extensions;

-- The settings above reach the next session only.
select set_config('search_path', '"$user", public, extensions', false);

-- Realtime: the publication is there and empty.
do $$
begin
	set local client_min_messages = error; -- that wal_level is too low to replicate concerns nobody here
	if not exists (select from pg_catalog.pg_publication where pubname = 'supabase_realtime') then
		create publication supabase_realtime;
		alter publication supabase_realtime owner to postgres;
	end if;
end
$$;

-- Auth: GoTrue's names, without the columns nobody reads ----------------------------------------------------------------

create schema if not exists auth;
alter schema auth owner to supabase_auth_admin;
grant usage on schema auth to postgres, anon, authenticated, service_role;

create table if not exists auth.users (
	instance_id uuid,
	id uuid primary key,
	aud varchar(255),
	role varchar(255),
	email varchar(255),
	encrypted_password varchar(255),
	email_confirmed_at timestamptz,
	last_sign_in_at timestamptz,
	raw_app_meta_data jsonb,
	raw_user_meta_data jsonb,
	created_at timestamptz,
	updated_at timestamptz,
	banned_until timestamptz,
	deleted_at timestamptz,
	is_sso_user boolean not null default false,
	is_anonymous boolean not null default false
);
create unique index if not exists users_email_partial_key on auth.users (email) where is_sso_user = false;

create table if not exists auth.sessions (
	id uuid primary key,
	user_id uuid not null references auth.users (id) on delete cascade,
	created_at timestamptz,
	updated_at timestamptz,
	refreshed_at timestamptz,
	-- Which refresh token of the session is the current one; those before it are spent.
	refresh_token_counter bigint not null default 0
);
create index if not exists sessions_user_id_idx on auth.sessions (user_id);
-- Whether a second factor was proved in this session.
alter table auth.sessions add column if not exists aal text not null default 'aal1';

-- Second factors. The secret is sealed with a key the database does not hold; GoTrue can be told to do the same.
create table if not exists auth.mfa_factors (
	id uuid primary key,
	user_id uuid not null references auth.users (id) on delete cascade,
	friendly_name text,
	factor_type text not null check (factor_type = 'totp'),
	status text not null check (status in ('unverified', 'verified')),
	created_at timestamptz not null,
	updated_at timestamptz not null,
	secret text,
	last_challenged_at timestamptz,
	-- The time step of the last code that was taken: it and those before it are spent.
	last_step bigint
);
create index if not exists mfa_factors_user_id_idx on auth.mfa_factors (user_id);

-- Failed sign-ins in a row, by account and by address. `subject` is a keyed hash, so neither can be read back.
create table if not exists auth.sign_in_attempts (
	subject text primary key,
	failures integer not null,
	last_failure_at timestamptz not null,
	locked_until timestamptz not null
);
create index if not exists sign_in_attempts_age_idx on auth.sign_in_attempts (last_failure_at);

create or replace function auth.uid() returns uuid language sql stable as $$
	select coalesce(
		nullif(current_setting('request.jwt.claim.sub', true), ''),
		nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'
	)::uuid
$$;

create or replace function auth.role() returns text language sql stable as $$
	select coalesce(
		nullif(current_setting('request.jwt.claim.role', true), ''),
		nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role'
	)
$$;

create or replace function auth.jwt() returns jsonb language sql stable as $$
	select coalesce(
		nullif(current_setting('request.jwt.claim', true), ''),
		nullif(current_setting('request.jwt.claims', true), '')
	)::jsonb
$$;

do $$
declare
	named regclass;
begin
	foreach named in array array['auth.users', 'auth.sessions', 'auth.mfa_factors', 'auth.sign_in_attempts']::regclass[] loop
		execute format('alter table %s owner to supabase_auth_admin', named);
		execute format('alter table %s enable row level security', named);
		execute format('grant select, insert, update, delete, references, trigger on %s to postgres', named);
	end loop;
end
$$;
alter function auth.uid() owner to supabase_auth_admin;
alter function auth.role() owner to supabase_auth_admin;
alter function auth.jwt() owner to supabase_auth_admin;

-- Storage: row level security decides, and starts by refusing everything ------------------------------------------------

create schema if not exists storage;
alter schema storage owner to supabase_storage_admin;
grant usage on schema storage to postgres, anon, authenticated, service_role;

create table if not exists storage.buckets (
	id text primary key,
	name text not null unique,
	owner uuid,
	owner_id text,
	public boolean default false,
	file_size_limit bigint,
	allowed_mime_types text[],
	created_at timestamptz default now(),
	updated_at timestamptz default now()
);

create table if not exists storage.objects (
	id uuid primary key default gen_random_uuid(),
	bucket_id text references storage.buckets (id),
	name text,
	owner uuid,
	owner_id text,
	version text,
	metadata jsonb,
	user_metadata jsonb,
	path_tokens text[] generated always as (string_to_array(name, '/')) stored,
	created_at timestamptz default now(),
	updated_at timestamptz default now(),
	last_accessed_at timestamptz default now()
);
create unique index if not exists bucketid_objname on storage.objects (bucket_id, name);
create index if not exists name_prefix_search on storage.objects (name text_pattern_ops);

create or replace function storage.foldername(name text) returns text[] language sql immutable as $$
	select (string_to_array(name, '/'))[1:array_length(string_to_array(name, '/'), 1) - 1]
$$;

create or replace function storage.filename(name text) returns text language sql immutable as $$
	select (string_to_array(name, '/'))[array_length(string_to_array(name, '/'), 1)]
$$;

create or replace function storage.extension(name text) returns text language sql immutable as $$
	select reverse(split_part(reverse(storage.filename(name)), '.', 1))
$$;

do $$
declare
	named regclass;
begin
	foreach named in array array['storage.buckets', 'storage.objects']::regclass[] loop
		execute format('alter table %s owner to supabase_storage_admin', named);
		execute format('alter table %s enable row level security', named);
		execute format('grant all on %s to postgres, anon, authenticated, service_role', named);
	end loop;
end
$$;
alter function storage.foldername(text) owner to supabase_storage_admin;
alter function storage.filename(text) owner to supabase_storage_admin;
alter function storage.extension(text) owner to supabase_storage_admin;

reset client_min_messages;
