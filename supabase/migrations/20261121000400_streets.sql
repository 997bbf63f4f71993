-- Streets, segments, junctions. Identity is the stable key; shape and name are versions with validity, so a
-- re-import changes what a segment looks like and never which one it is.
create table app.imports (
	id uuid primary key,
	kind text not null check (kind in ('streets', 'areas', 'base_features', 'history', 'facilities', 'units', 'categories', 'calendar')),
	source text not null check (private.is_plain_text(source, 200)),
	datum text not null check (datum in ('wgs84', 'gcj02', 'bd09', 'cgcs2000')),
	file_sha256 text check (file_sha256 ~ '^[0-9a-f]{64}$'),
	is_complete boolean not null,
	started_at timestamptz not null default private.clock(),
	finished_at timestamptz,
	added int not null default 0,
	changed int not null default 0,
	unchanged int not null default 0,
	gone int not null default 0,
	rejected int not null default 0
);
comment on table app.imports is 'Every import: what file, which datum it named, what it changed. Unfinished: its last batch never came.';

create table app.streets (
	id bigint generated always as identity primary key,
	key text not null unique,
	name text not null check (private.is_plain_text(name, 120)),
	name_en text check (private.is_plain_text(name_en, 120))
);
comment on table app.streets is 'Named streets (街道); a street is many segments.';

create table app.junctions (
	id bigint generated always as identity primary key,
	key text not null unique,
	geom extensions.geometry(Point, 4326) not null
);
comment on table app.junctions is 'Where segments meet; keyed by the source''s node.';

create table app.segments (
	id bigint generated always as identity primary key,
	key text not null unique check (private.is_plain_text(key, 200)),
	street_id bigint references app.streets (id),
	last_import uuid references app.imports (id),
	gone_at timestamptz
);
comment on table app.segments is 'Segments (路段) by stable key. A gone segment keeps its row, its cases and its numbers.';
create index segments_street on app.segments (street_id);
create index segments_import on app.segments (last_import);

create table app.segment_versions (
	id bigint generated always as identity primary key,
	segment_id bigint not null references app.segments (id),
	name text, name_en text,
	class text not null check (private.is_plain_text(class, 40)),
	oneway smallint not null default 0 check (oneway in (-1, 0, 1)),
	from_junction bigint not null references app.junctions (id),
	to_junction bigint not null references app.junctions (id),
	length_m float8 not null,
	geom extensions.geometry(LineString, 4326) not null,
	content text not null,
	valid_from timestamptz not null default private.clock(),
	valid_to timestamptz
);
comment on table app.segment_versions is 'What a segment looked like, and when.';
create unique index segment_versions_current on app.segment_versions (segment_id) where valid_to is null;
create index segment_versions_segment on app.segment_versions (segment_id);
create index segment_versions_from on app.segment_versions (from_junction);
create index segment_versions_to on app.segment_versions (to_junction);
create index segment_versions_geom on app.segment_versions using gist (geom) where valid_to is null;

create table app.base_features (
	id bigint generated always as identity primary key,
	key text not null unique,
	kind text not null check (kind in ('water', 'green', 'building', 'place', 'rail')),
	name text check (private.is_plain_text(name, 120)),
	name_en text check (private.is_plain_text(name_en, 120)),
	place_kind text check (place_kind ~ '^[a-z_]{1,40}$'),
	rank int not null default 9 check (rank between 1 and 99),
	geom extensions.geometry(Geometry, 4326) not null,
	last_import uuid references app.imports (id)
);
comment on table app.base_features is 'What the basemap draws beneath the streets: water, green, buildings, places, rail.';
create index base_features_import on app.base_features (last_import);
create index base_features_places on app.base_features (rank, id) where kind = 'place';

-- The nearest current segment to a point, within the city's snap limit; an unnamed one only when no street is less than 8 m
-- further. Exact, because every line that could be nearer than `reach` meets the box of that reach. Null when none is near.
create function private.snap(pin extensions.geometry,
	out segment_id bigint, out street_id bigint, out distance_m float8, out on_street extensions.geometry)
language plpgsql stable set search_path = '' as $$
declare
	furthest float8 := (select c.snap_limit_m from app.city c);
	reach float8 := 30;
begin
	loop
		reach := least(reach, furthest);
		select v.segment_id, s.street_id, n.metres, n.foot
		into snap.segment_id, snap.street_id, snap.distance_m, snap.on_street
		from app.segment_versions v
		join app.segments s on s.id = v.segment_id
		cross join lateral (select extensions.st_closestpoint(
			extensions.st_setsrid(extensions.st_scale(v.geom, cos(radians(extensions.st_y(pin))), 1), 4326),
			extensions.st_setsrid(extensions.st_scale(pin, cos(radians(extensions.st_y(pin))), 1), 4326)) as scaled) q
		cross join lateral (select extensions.st_setsrid(
			extensions.st_scale(q.scaled, 1 / cos(radians(extensions.st_y(pin))), 1), 4326) as foot) f
		cross join lateral (select private.metres(f.foot, pin) as metres, f.foot) n
		where v.valid_to is null and v.geom operator(extensions.&&) private.box_around(pin, reach)
		-- A report belongs to a street: an unnamed drive that is only a little nearer does not take it away.
		order by n.metres + case when s.street_id is null then 8 else 0 end, v.segment_id limit 1;
		exit when snap.distance_m + 8 <= reach or reach >= furthest;
		reach := reach * 4;
	end loop;
	if snap.distance_m > furthest then
		segment_id := null; street_id := null; distance_m := null; on_street := null;
	end if;
end $$;

-- Opens or continues an import; the first call makes the row. left_out: rows of the file that were at fault and are not sent at all.
create function private.begin_import(import jsonb, kind text)
returns app.imports language plpgsql set search_path = '' as $$
declare
	opened app.imports;
begin
	if import ->> 'id' is null or coalesce(import ->> 'source', '') = '' then perform private.problem(422, 'bad_import'); end if;
	insert into app.imports (id, kind, source, datum, file_sha256, is_complete, rejected)
	values ((import ->> 'id')::uuid, begin_import.kind, import ->> 'source', import ->> 'datum', import ->> 'file_sha256',
		coalesce((import ->> 'complete')::boolean, false), greatest(coalesce((import ->> 'left_out')::int, 0), 0))
	on conflict (id) do update set source = excluded.source returning * into opened;
	if opened.finished_at is not null or opened.kind <> begin_import.kind then
		perform private.problem(409, 'import_finished');
	end if;
	return opened;
end $$;

create function private.finish_import(import_id uuid, added int, changed int, unchanged int, gone int, rejected int, is_last boolean)
returns app.imports language sql set search_path = '' as $$
	update app.imports i set added = i.added + finish_import.added, changed = i.changed + finish_import.changed,
		unchanged = i.unchanged + finish_import.unchanged, gone = i.gone + finish_import.gone,
		rejected = i.rejected + finish_import.rejected,
		finished_at = case when is_last then private.clock() end
	where i.id = import_id returning i.*;
$$;

-- A line as a geometry, or null when it is not one: 2 to 10,000 finite positions on the globe.
create function private.line_of(positions jsonb)
returns extensions.geometry language plpgsql immutable set search_path = '' as $$
begin
	if jsonb_typeof(positions) is distinct from 'array' or jsonb_array_length(positions) not between 2 and 10000
		or exists (select from jsonb_array_elements(positions) p
			where jsonb_typeof(p) <> 'array' or jsonb_typeof(p -> 0) is distinct from 'number' or jsonb_typeof(p -> 1) is distinct from 'number'
				or not private.is_lng_lat((p ->> 0)::float8, (p ->> 1)::float8)) then
		return null;
	end if;
	return extensions.st_setsrid(extensions.st_force2d(extensions.st_geomfromgeojson(
		jsonb_build_object('type', 'LineString', 'coordinates', positions))), 4326);
end $$;

create type private.segment_row as (key text, street text, name text, name_en text, class text, oneway smallint,
	from_junction text, to_junction text, shape extensions.geometry, content text, problem text, segment_id bigint, known text);

-- Definer: writes for the service role and administrators. Takes one batch of segments, set by set: [{key, street_key, name, name_en, class,
-- oneway, from_junction, to_junction, line}]. Returns the import's running counts and this batch's refusals: a broken line is named, the rest goes in.
-- With import.dry_run nothing is written and the counts are this batch's; `present` is how many segments the city has now.
create function private.import_streets(import jsonb, segments jsonb, is_last boolean)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	is_dry boolean := coalesce((import ->> 'dry_run')::boolean, false);
	moment timestamptz := private.clock();
	opened app.imports;
	rows private.segment_row[];
	refused jsonb;
	n_added int; n_changed int; n_unchanged int; n_gone int := 0;
begin
	perform private.need_admin();
	if jsonb_typeof(segments) is distinct from 'array' or jsonb_array_length(segments) > 2000 then
		perform private.problem(422, 'batch_too_large', '{"most": 2000}'::jsonb);
	end if;
	if not is_dry then opened := private.begin_import(import, 'streets'); end if;

	rows := array(
		select row(i.key, i.street, i.name, i.item ->> 'name_en', coalesce(i.item ->> 'class', 'road'),
			case when i.item ->> 'oneway' in ('-1', '0', '1') then (i.item ->> 'oneway')::smallint else 0 end,
			i.item ->> 'from_junction', i.item ->> 'to_junction', i.shape,
			encode(sha256(convert_to(jsonb_build_array(i.item -> 'line', i.item -> 'name', i.item -> 'name_en', i.item -> 'class',
				i.item -> 'oneway', i.item -> 'from_junction', i.item -> 'to_junction', i.item -> 'street_key')::text, 'UTF8')), 'hex'),
			case
				when not coalesce(private.is_plain_text(i.key, 200), false) or i.key = '' then 'key_missing'
				when row_number() over (partition by i.key order by i.n) > 1 then 'duplicate_key'
				when jsonb_typeof(i.item -> 'line') is distinct from 'array' or jsonb_array_length(i.item -> 'line') < 2 then 'line_too_short'
				when i.shape is null then 'bad_coordinates'
				when extensions.st_length(i.shape) = 0 then 'line_without_length'
				when i.item ->> 'from_junction' is null or i.item ->> 'to_junction' is null then 'junction_missing'
				when not private.is_plain_text(coalesce(i.name, ''), 120) or not private.is_plain_text(coalesce(i.item ->> 'name_en', ''), 120) then 'bad_name'
				when not private.is_plain_text(coalesce(i.item ->> 'class', ''), 40) then 'bad_class'
			end,
			g.id, v.content)::private.segment_row
		from (
			select x.item, x.n, x.item ->> 'key' as key, nullif(x.item ->> 'name', '') as name,
				case when nullif(x.item ->> 'name', '') is not null then coalesce(nullif(x.item ->> 'street_key', ''), x.item ->> 'name') end as street,
				private.line_of(x.item -> 'line') as shape
			from jsonb_array_elements(segments) with ordinality x (item, n)
		) i
		left join app.segments g on g.key = i.key
		left join app.segment_versions v on v.segment_id = g.id and v.valid_to is null
		order by i.n);
	select coalesce(jsonb_agg(jsonb_build_object('key', r.key, 'problem', r.problem)) filter (where r.problem is not null), '[]'),
		count(*) filter (where r.problem is null and r.known is null), count(*) filter (where r.problem is null and r.known <> r.content),
		count(*) filter (where r.problem is null and r.known = r.content)
	into refused, n_added, n_changed, n_unchanged from unnest(rows) r;
	if is_dry then
		return jsonb_build_object('added', n_added, 'changed', n_changed, 'unchanged', n_unchanged, 'gone', 0, 'rejected', refused,
			'present', (select count(*) from app.segments s where s.gone_at is null));
	end if;

	insert into app.streets (key, name, name_en)
	select distinct on (r.street) r.street, r.name, r.name_en from unnest(rows) r
	where r.problem is null and r.street is not null order by r.street, r.name_en nulls last
	on conflict (key) do update set name = excluded.name, name_en = coalesce(excluded.name_en, app.streets.name_en)
		where app.streets.name <> excluded.name or app.streets.name_en is distinct from coalesce(excluded.name_en, app.streets.name_en);
	insert into app.segments (key, street_id, last_import)
	select r.key, s.id, opened.id from unnest(rows) r left join app.streets s on s.key = r.street where r.problem is null
	on conflict (key) do update set street_id = excluded.street_id, last_import = excluded.last_import, gone_at = null;
	-- Named, so not gone: it stays as it was.
	update app.segments s set last_import = opened.id from unnest(rows) r where r.problem is not null and s.key = r.key;

	rows := array(select r from unnest(rows) r where r.problem is null and r.known is distinct from r.content);
	insert into app.junctions (key, geom)
	select distinct on (e.key) e.key, e.geom from (
		select r.from_junction as key, extensions.st_startpoint(r.shape) as geom from unnest(rows) r
		union all select r.to_junction, extensions.st_endpoint(r.shape) from unnest(rows) r) e
	on conflict (key) do update set geom = excluded.geom where not extensions.st_equals(app.junctions.geom, excluded.geom);
	update app.segment_versions v set valid_to = moment from unnest(rows) r where v.segment_id = r.segment_id and v.valid_to is null;
	insert into app.segment_versions (segment_id, name, name_en, class, oneway, from_junction, to_junction, length_m, geom, content)
	select s.id, r.name, r.name_en, r.class, r.oneway, a.id, b.id, extensions.st_length(r.shape::extensions.geography), r.shape, r.content
	from unnest(rows) r join app.segments s on s.key = r.key join app.junctions a on a.key = r.from_junction join app.junctions b on b.key = r.to_junction;

	if is_last and opened.is_complete then
		with gone as (
			update app.segments s set gone_at = moment
			where s.gone_at is null and s.last_import is distinct from opened.id returning s.id
		), closed as (
			update app.segment_versions v set valid_to = moment from gone where v.segment_id = gone.id and v.valid_to is null
		) select count(*) into n_gone from gone;
	end if;
	opened := private.finish_import(opened.id, n_added, n_changed, n_unchanged, n_gone, jsonb_array_length(refused), is_last);
	if is_last and opened.added + opened.changed + opened.gone > 0 then
		update app.city set streets_version = left(encode(sha256(convert_to(opened.id::text, 'UTF8')), 'hex'), 12);
	end if;
	return jsonb_build_object('added', opened.added, 'changed', opened.changed, 'unchanged', opened.unchanged,
		'gone', opened.gone, 'rejected', refused);
end $$;

-- Definer: writes for the service role and administrators. One batch of what the basemap draws: [{key, kind, name, name_en, place_kind, rank, geometry}].
-- A complete import's last batch removes what no batch named: nothing else hangs on a drawn feature.
create function private.import_base_features(import jsonb, features jsonb, is_last boolean)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	opened app.imports;
	n_added int; n_changed int; n_all int; n_gone int := 0;
begin
	perform private.need_admin();
	if jsonb_typeof(features) is distinct from 'array' or jsonb_array_length(features) > 5000 then
		perform private.problem(422, 'batch_too_large', '{"most": 5000}'::jsonb);
	end if;
	opened := private.begin_import(import, 'base_features');
	with given as (
		select distinct on (f ->> 'key') f ->> 'key' as key, f ->> 'kind' as kind, nullif(f ->> 'name', '') as name, nullif(f ->> 'name_en', '') as name_en,
			f ->> 'place_kind' as place_kind, coalesce((f ->> 'rank')::int, 9) as rank,
			extensions.st_setsrid(extensions.st_force2d(extensions.st_geomfromgeojson(f -> 'geometry')), 4326) as geom
		from jsonb_array_elements(features) f
	), marked as (
		update app.base_features b set last_import = opened.id from given g where b.key = g.key
			and (b.kind, b.name, b.name_en, b.place_kind, b.rank) is not distinct from (g.kind, g.name, g.name_en, g.place_kind, g.rank)
			and b.geom operator(extensions.~=) g.geom and extensions.st_asbinary(b.geom) = extensions.st_asbinary(g.geom)
		returning b.key
	), written as (
		insert into app.base_features (key, kind, name, name_en, place_kind, rank, geom, last_import)
		select g.*, opened.id from given g where g.key not in (select m.key from marked m)
		on conflict (key) do update set kind = excluded.kind, name = excluded.name, name_en = excluded.name_en, place_kind = excluded.place_kind,
			rank = excluded.rank, geom = excluded.geom, last_import = excluded.last_import
		returning (xmax = 0) as is_new
	)
	select (select count(*) from given), count(*) filter (where w.is_new), count(*) filter (where not w.is_new)
	into n_all, n_added, n_changed from written w;
	if is_last and opened.is_complete then
		delete from app.base_features b where b.last_import is distinct from opened.id;
		get diagnostics n_gone = row_count;
	end if;
	opened := private.finish_import(opened.id, n_added, n_changed, n_all - n_added - n_changed, n_gone, 0, is_last);
	if is_last and opened.added + opened.changed + opened.gone > 0 then
		update app.city set streets_version = left(encode(sha256(convert_to(opened.id::text, 'UTF8')), 'hex'), 12);
	end if;
	return jsonb_build_object('features', n_all, 'added', opened.added, 'changed', opened.changed, 'unchanged', opened.unchanged,
		'gone', opened.gone, 'rejected', '[]'::jsonb);
end $$;

alter table app.imports enable row level security;
alter table app.streets enable row level security;
alter table app.junctions enable row level security;
alter table app.segments enable row level security;
alter table app.segment_versions enable row level security;
alter table app.base_features enable row level security;
grant select on app.streets, app.segments, app.segment_versions, app.base_features to anon, authenticated, service_role;
grant select on app.imports, app.junctions to authenticated, service_role;
create policy "everyone reads streets" on app.streets for select to anon, authenticated using (true);
create policy "everyone reads segments" on app.segments for select to anon, authenticated using (true);
create policy "everyone reads the shapes of segments" on app.segment_versions for select to anon, authenticated using (true);
create policy "everyone reads the basemap" on app.base_features for select to anon, authenticated using (true);
create policy "administrators read imports" on app.imports for select to authenticated
	using ((select private.has_role('admin', 'data_officer')));
create policy "staff read junctions" on app.junctions for select to authenticated using ((select private.is_staff()));
