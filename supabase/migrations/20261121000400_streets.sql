-- Streets, segments, junctions. Identity is the stable key; shape and name are versions with validity, so a
-- re-import changes what a segment looks like and never which one it is.
create table app.imports (
	id uuid primary key,
	kind text not null check (kind in ('streets', 'areas', 'base_features')),
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
comment on table app.imports is 'Every import of map data: what file, which datum it named, what it changed.';

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
	geom extensions.geometry(Geometry, 4326) not null,
	last_import uuid references app.imports (id)
);
comment on table app.base_features is 'What the basemap draws beneath the streets: water, green, buildings, places, rail.';
create index base_features_import on app.base_features (last_import);

-- The nearest current segment to a point, within the city's snap limit: exact, because every line that could be nearer
-- than `reach` meets the box of that reach. Null when none is near.
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
		order by n.metres, v.segment_id limit 1;
		exit when snap.distance_m <= reach or reach >= furthest;
		reach := reach * 4;
	end loop;
	if snap.distance_m > furthest then
		segment_id := null; street_id := null; distance_m := null; on_street := null;
	end if;
end $$;

-- Opens or continues an import; the first call makes the row.
create function private.begin_import(import jsonb, kind text)
returns app.imports language plpgsql set search_path = '' as $$
declare
	opened app.imports;
begin
	insert into app.imports (id, kind, source, datum, file_sha256, is_complete)
	values ((import ->> 'id')::uuid, begin_import.kind, import ->> 'source', import ->> 'datum', import ->> 'file_sha256',
		coalesce((import ->> 'complete')::boolean, false))
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

-- Definer: writes for the service role. Takes one batch of segments: [{key, street_key, name, name_en, class, oneway, from_junction, to_junction, line}].
-- Returns the import's running counts and this batch's refusals. A broken line is refused and named; the rest goes in.
create function private.import_streets(import jsonb, segments jsonb, is_last boolean)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	opened app.imports := private.begin_import(import, 'streets');
	item jsonb;
	refused jsonb := '[]'::jsonb;
	n_added int := 0; n_changed int := 0; n_unchanged int := 0; n_gone int := 0;
	shape extensions.geometry;
	fingerprint text;
	street bigint;
	segment app.segments;
	current_content text;
	fault text;
	head bigint; tail bigint;
begin
	if jsonb_typeof(segments) <> 'array' or jsonb_array_length(segments) > 2000 then
		perform private.problem(422, 'batch_too_large', '{"most": 2000}'::jsonb);
	end if;
	for item in select value from jsonb_array_elements(segments) loop
		fault := case
			when not coalesce(private.is_plain_text(item ->> 'key', 200), false) or item ->> 'key' = '' then 'key_missing'
			when jsonb_typeof(item -> 'line') is distinct from 'array' or jsonb_array_length(item -> 'line') not between 2 and 10000 then 'line_too_short'
			when exists (select from jsonb_array_elements(item -> 'line') p
				where jsonb_typeof(p) <> 'array' or jsonb_typeof(p -> 0) is distinct from 'number' or jsonb_typeof(p -> 1) is distinct from 'number'
					or not private.is_lng_lat((p ->> 0)::float8, (p ->> 1)::float8)) then 'bad_coordinates'
			when item ->> 'from_junction' is null or item ->> 'to_junction' is null then 'junction_missing'
		end;
		if fault is null then
			select extensions.st_setsrid(extensions.st_makeline(array_agg(
				extensions.st_makepoint((p ->> 0)::float8, (p ->> 1)::float8) order by n)), 4326)
			into shape from jsonb_array_elements(item -> 'line') with ordinality l (p, n);
			if extensions.st_length(shape) = 0 then fault := 'line_without_length'; end if;
		end if;
		if fault is not null then
			refused := refused || jsonb_build_array(jsonb_build_object('key', item ->> 'key', 'problem', fault));
			-- Named, so not gone: it stays as it was.
			update app.segments s set last_import = opened.id where s.key = item ->> 'key';
			continue;
		end if;

		street := null;
		if nullif(item ->> 'name', '') is not null then
			insert into app.streets (key, name, name_en)
			values (coalesce(item ->> 'street_key', item ->> 'name'), item ->> 'name', item ->> 'name_en')
			on conflict (key) do update set name = excluded.name, name_en = coalesce(excluded.name_en, app.streets.name_en)
			returning id into street;
		end if;
		fingerprint := encode(sha256(convert_to(jsonb_build_array(item -> 'line', item -> 'name', item -> 'name_en', item -> 'class',
			item -> 'oneway', item -> 'from_junction', item -> 'to_junction', item -> 'street_key')::text, 'UTF8')), 'hex');

		insert into app.segments (key, street_id, last_import) values (item ->> 'key', street, opened.id)
		on conflict (key) do update set street_id = excluded.street_id, last_import = excluded.last_import, gone_at = null
		returning * into segment;
		select v.content into current_content from app.segment_versions v where v.segment_id = segment.id and v.valid_to is null;
		if current_content = fingerprint then
			n_unchanged := n_unchanged + 1;
			continue;
		end if;
		insert into app.junctions (key, geom) values (item ->> 'from_junction', extensions.st_startpoint(shape))
		on conflict (key) do update set geom = excluded.geom returning id into head;
		insert into app.junctions (key, geom) values (item ->> 'to_junction', extensions.st_endpoint(shape))
		on conflict (key) do update set geom = excluded.geom returning id into tail;
		if current_content is null then
			n_added := n_added + 1;
		else
			n_changed := n_changed + 1;
			update app.segment_versions v set valid_to = private.clock() where v.segment_id = segment.id and v.valid_to is null;
		end if;
		insert into app.segment_versions (segment_id, name, name_en, class, oneway, from_junction, to_junction, length_m, geom, content)
		values (segment.id, item ->> 'name', item ->> 'name_en', coalesce(item ->> 'class', 'road'),
			coalesce((item ->> 'oneway')::smallint, 0), head, tail,
			extensions.st_length(shape::extensions.geography), shape, fingerprint);
	end loop;

	if is_last and opened.is_complete then
		with gone as (
			update app.segments s set gone_at = private.clock()
			where s.gone_at is null and s.last_import is distinct from opened.id returning s.id
		), closed as (
			update app.segment_versions v set valid_to = private.clock() from gone where v.segment_id = gone.id and v.valid_to is null
		) select count(*) into n_gone from gone;
	end if;
	opened := private.finish_import(opened.id, n_added, n_changed, n_unchanged, n_gone, jsonb_array_length(refused), is_last);
	if is_last and opened.added + opened.changed + opened.gone > 0 then
		update app.city set streets_version = left(encode(sha256(convert_to(opened.id::text, 'UTF8')), 'hex'), 12);
	end if;
	return jsonb_build_object('added', opened.added, 'changed', opened.changed, 'unchanged', opened.unchanged,
		'gone', opened.gone, 'rejected', refused);
end $$;

-- Definer: writes for the service role.
create function private.import_base_features(import jsonb, features jsonb)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	opened app.imports := private.begin_import(import, 'base_features');
	n int;
begin
	insert into app.base_features (key, kind, name, name_en, geom, last_import)
	select f ->> 'key', f ->> 'kind', f ->> 'name', f ->> 'name_en',
		extensions.st_setsrid(extensions.st_geomfromgeojson(f ->> 'geometry'), 4326), opened.id
	from jsonb_array_elements(features) f
	on conflict (key) do update set kind = excluded.kind, name = excluded.name, name_en = excluded.name_en, geom = excluded.geom,
		last_import = excluded.last_import;
	get diagnostics n = row_count;
	perform private.finish_import(opened.id, n, 0, 0, 0, 0, true);
	update app.city set streets_version = left(encode(sha256(convert_to(opened.id::text, 'UTF8')), 'hex'), 12);
	return jsonb_build_object('features', n);
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
