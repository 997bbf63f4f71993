-- Foundation: schemas, the one clock, refusals, the city.
--
-- app      tables; never exposed by the API
-- private  functions that run with the owner's rights (each says why) and their internals; never exposed
-- api      what may be called; every function is security invoker and returns jsonb
create extension if not exists postgis with schema extensions;

create schema app;
create schema private;
create schema api;
comment on schema app is 'Tables. Not exposed; read through api functions under row level security.';
comment on schema private is 'Internals and definer functions. Not exposed.';
comment on schema api is 'The only exposed schema: functions, security invoker, returning jsonb.';

grant usage on schema api, app, private to anon, authenticated, service_role;

-- Refuses the current call: HTTP status, a stable code the application translates, and the facts of the matter.
create function private.problem(status int, code text, detail jsonb default '{}')
returns void language plpgsql set search_path = '' as $$
begin
	raise exception using errcode = 'PT' || status, message = code, detail = coalesce(detail, '{}')::text;
end $$;

-- The one clock. Every rule asks it; imports, replays of offline work, the demo and tests may set it for one transaction
-- (private.set_clock, service role only). Callers of the API cannot run SET.
create function private.clock()
returns timestamptz language sql stable set search_path = '' as $$
	select coalesce(nullif(current_setting('kerbside.clock', true), '')::timestamptz, statement_timestamp());
$$;

create function private.set_clock(at timestamptz)
returns void language sql set search_path = '' as $$
	select set_config('kerbside.clock', at::text, true);
$$;

-- Text a person typed: at most `longest` characters, no control characters but line breaks and tabs.
create function private.is_plain_text(body text, longest int)
returns boolean language sql immutable set search_path = '' as $$
	select char_length(body) <= longest and body !~ '[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]';
$$;

-- A raw coordinate: finite and on the globe. Checked before any geography sees it: geography accepts NaN and wraps (400, 95).
create function private.is_lng_lat(lng float8, lat float8)
returns boolean language sql immutable set search_path = '' as $$
	select lng is not null and lat is not null and lng between -180 and 180 and lat between -90 and 90
		and lng <> 'NaN'::float8 and lat <> 'NaN'::float8;
$$;

create function private.point(lng float8, lat float8)
returns extensions.geometry language sql immutable set search_path = '' as $$
	select extensions.st_setsrid(extensions.st_makepoint(lng, lat), 4326);
$$;

-- {lng, lat} rounded to about 0.1 m.
create function private.lng_lat(geom extensions.geometry)
returns jsonb language sql immutable set search_path = '' as $$
	select case when geom is null then null else jsonb_build_object(
		'lng', round(extensions.st_x(geom)::numeric, 6), 'lat', round(extensions.st_y(geom)::numeric, 6)) end;
$$;

-- Metres between two WGS-84 geometries on the spheroid.
create function private.metres(a extensions.geometry, b extensions.geometry)
returns float8 language sql immutable set search_path = '' as $$
	select extensions.st_distance(a::extensions.geography, b::extensions.geography);
$$;

-- A box of about `metres` around a point, in degrees: what an index can answer before distances are measured.
create function private.box_around(geom extensions.geometry, metres float8)
returns extensions.geometry language sql immutable set search_path = '' as $$
	select extensions.st_expand(geom,
		metres / (111320 * greatest(cos(radians(extensions.st_y(geom))), 0.01)), metres / 110540);
$$;

-- While history is brought in by the thousand rows, its function writes the log, the facts and the counters itself, set by set:
-- the row triggers stay out of it. Set for one transaction, like the clock; callers of the API cannot run SET.
create function private.is_bulk()
returns boolean language sql stable set search_path = '' as $$
	select coalesce(current_setting('kerbside.bulk', true), '') = 'on';
$$;

-- One installation is one city.
create table app.city (
	id boolean primary key default true check (id),
	name text not null check (private.is_plain_text(name, 80)),
	name_en text check (private.is_plain_text(name_en, 80)),
	center_lng float8, center_lat float8,
	west float8, south float8, east float8, north float8,
	attribution text check (private.is_plain_text(attribution, 200)),
	time_zone text not null default 'Asia/Shanghai',
	is_demo boolean not null default false,
	-- A demo town that goes on reporting by itself.
	simulating boolean not null default false,
	streets_version text not null default 'none',
	snap_limit_m float8 not null default 200 check (snap_limit_m > 0),
	proof_radius_m float8 not null default 30 check (proof_radius_m > 0),
	rate_period_days int not null default 30 check (rate_period_days between 1 and 366),
	minimum_sample int not null default 10 check (minimum_sample > 0),
	check (is_demo or not simulating),
	check (center_lng is null or (private.is_lng_lat(center_lng, center_lat) and private.is_lng_lat(west, south)
		and private.is_lng_lat(east, north) and west < east and south < north))
);
comment on table app.city is 'The one city of this installation: name, extent, time zone, and its adjustable constants.';
insert into app.city (name, name_en) values ('尚未设置的城市', 'City not set up yet');

alter table app.city enable row level security;
grant select on app.city to anon, authenticated, service_role;
create policy "everyone reads the city" on app.city for select to anon, authenticated using (true);

create function private.local_day(at timestamptz)
returns date language sql stable set search_path = '' as $$
	select (at at time zone (select c.time_zone from app.city c))::date;
$$;

create function private.day_start(day date)
returns timestamptz language sql stable set search_path = '' as $$
	select day::timestamp at time zone (select c.time_zone from app.city c);
$$;

-- Free text lives here and nowhere in the event log, which holds only ids.
create table app.notes (
	id uuid primary key default gen_random_uuid(),
	body text not null check (private.is_plain_text(body, 2000)),
	author uuid,
	recorded_at timestamptz not null default private.clock()
);
comment on table app.notes is 'Free text beside events, by id: erasing a note never breaks the log.';
alter table app.notes enable row level security;
grant select on app.notes to service_role;

-- What a client may send again: the answer to a request is remembered by the request''s own id.
create table app.handled_requests (
	id uuid primary key,
	actor uuid,
	subject uuid not null,
	call text not null,
	recorded_at timestamptz not null default private.clock()
);
comment on table app.handled_requests is 'Requests already carried out, so that a repeated send acts once.';
alter table app.handled_requests enable row level security;
grant select on app.handled_requests to service_role;
