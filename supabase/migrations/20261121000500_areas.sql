-- Responsible areas of every kind, permitted lines, facilities. Identity is the key, shape is a version.
create table app.area_kinds (
	kind text primary key,
	name text not null,
	name_en text not null
);
comment on table app.area_kinds is 'Kinds of ground: who answers for it, or what is allowed on it.';
insert into app.area_kinds (kind, name, name_en) values
	('duty_grid', '责任网格', 'Duty grid'), ('unit_grid', '单元网格', 'Unit grid cell'), ('market', '市场', 'Market'),
	('frontage', '门前三包', 'Frontage'), ('corridor', '主干道', 'Corridor'), ('key_place', '重点场所', 'Key place'),
	('permitted_line', '划线区', 'Permitted line');

create table app.areas (
	id bigint generated always as identity primary key,
	key text not null unique check (private.is_plain_text(key, 200)),
	kind text not null references app.area_kinds (kind),
	unit_id bigint references app.units (id),
	last_import uuid references app.imports (id),
	gone_at timestamptz
);
comment on table app.areas is 'Responsible areas (责任区) by stable key.';
create index areas_kind on app.areas (kind);
create index areas_unit on app.areas (unit_id);
create index areas_import on app.areas (last_import);
alter table app.staff_roles add constraint staff_roles_area foreign key (area_id) references app.areas (id);
create index staff_roles_area on app.staff_roles (area_id);

create table app.area_versions (
	id bigint generated always as identity primary key,
	area_id bigint not null references app.areas (id),
	name text not null check (private.is_plain_text(name, 120)),
	name_en text check (private.is_plain_text(name_en, 120)),
	unit_id bigint references app.units (id),
	geom extensions.geometry(MultiPolygon, 4326) not null,
	content text not null,
	valid_from timestamptz not null default private.clock(),
	valid_to timestamptz
);
comment on table app.area_versions is 'What an area looked like, what it was called and who answered for it, and when.';
create unique index area_versions_current on app.area_versions (area_id) where valid_to is null;
create index area_versions_area on app.area_versions (area_id);
create index area_versions_unit on app.area_versions (unit_id);
create index area_versions_geom on app.area_versions using gist (geom) where valid_to is null;

create table app.facilities (
	id bigint generated always as identity primary key,
	key text not null unique,
	kind text not null check (kind in ('wash_site', 'camera')),
	name text not null check (private.is_plain_text(name, 120)),
	name_en text check (private.is_plain_text(name_en, 120)),
	geom extensions.geometry(Point, 4326) not null,
	bays int check (bays >= 0),
	bays_free int check (bays_free between 0 and bays),
	build_state text not null default 'open' check (build_state in ('planned', 'building', 'open', 'closed'))
);
comment on table app.facilities is 'Legal alternatives (集中洗车点 with bays and build state) and camera points.';

-- Areas that hold the point, and duty grids whose border lies within the point's own accuracy.
create function private.areas_at(pin extensions.geometry, accuracy_m float8)
returns table (area_id bigint, kind text, unit_id bigint, holds boolean, border_m float8)
language sql stable set search_path = '' as $$
	select v.area_id, a.kind, a.unit_id, extensions.st_intersects(v.geom, pin),
		private.metres(extensions.st_boundary(v.geom), pin)
	from app.area_versions v join app.areas a on a.id = v.area_id
	where v.valid_to is null
		and v.geom operator(extensions.&&) private.box_around(pin, least(greatest(coalesce(accuracy_m, 0), 1), 200))
		and (extensions.st_intersects(v.geom, pin)
			or (a.kind = 'duty_grid' and private.metres(v.geom, pin) <= least(coalesce(accuracy_m, 0), 200)));
$$;

-- Definer: writes for the service role and administrators. [{key, kind, name, name_en, unit, geometry}]: an invalid polygon is refused with its fault, never repaired.
-- With import.dry_run nothing is written.
create function private.import_areas(import jsonb, areas jsonb, is_last boolean)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	is_dry boolean := coalesce((import ->> 'dry_run')::boolean, false);
	opened app.imports;
	item jsonb;
	refused jsonb := '[]'::jsonb;
	n_added int := 0; n_changed int := 0; n_unchanged int := 0; n_gone int := 0;
	shape extensions.geometry;
	fingerprint text;
	area app.areas;
	unit bigint;
	current_content text;
	fault text;
begin
	perform private.need_admin();
	if jsonb_typeof(areas) is distinct from 'array' or jsonb_array_length(areas) > 2000 then
		perform private.problem(422, 'batch_too_large', '{"most": 2000}'::jsonb);
	end if;
	if not is_dry then opened := private.begin_import(import, 'areas'); end if;
	for item in select value from jsonb_array_elements(areas) loop
		shape := null;
		current_content := null;
		fault := case
			when coalesce(item ->> 'key', '') = '' then 'key_missing'
			when not private.is_plain_text(item ->> 'key', 200) then 'bad_key'
			when coalesce(item ->> 'name', '') = '' or not private.is_plain_text(item ->> 'name', 120) then 'name_missing'
			when not private.is_plain_text(coalesce(item ->> 'name_en', ''), 120) or not private.is_plain_text(coalesce(item ->> 'unit', ''), 120)
				or not private.is_plain_text(coalesce(item ->> 'unit_en', ''), 120) then 'bad_name'
			when not exists (select from app.area_kinds k where k.kind = item ->> 'kind') then 'unknown_kind'
			when coalesce(item #>> '{geometry,type}', '') not in ('Polygon', 'MultiPolygon') then 'not_a_polygon'
			when length(item ->> 'geometry') > 2000000 then 'too_many_corners'
		end;
		if fault is null then
			begin
				shape := extensions.st_multi(extensions.st_force2d(extensions.st_setsrid(extensions.st_geomfromgeojson(item ->> 'geometry'), 4326)));
			exception when others then
				fault := 'not_a_polygon';
			end;
		end if;
		if fault is null then
			fault := case
				when extensions.st_npoints(shape) > 50000 then 'too_many_corners'
				when extensions.st_isempty(shape) then 'not_a_polygon'
				when extensions.st_xmin(shape) < -180 or extensions.st_xmax(shape) > 180 or extensions.st_ymin(shape) < -90 or extensions.st_ymax(shape) > 90
					or extensions.st_xmin(shape) = 'NaN'::float8 or extensions.st_ymin(shape) = 'NaN'::float8 then 'bad_coordinates'
				when not extensions.st_isvalid(shape) then 'invalid_polygon'
			end;
		end if;
		if fault is not null then
			refused := refused || jsonb_build_array(jsonb_strip_nulls(jsonb_build_object('key', item ->> 'key', 'name', item ->> 'name', 'problem', fault,
				'reason', case when fault = 'invalid_polygon' then extensions.st_isvalidreason(shape) end)));
			-- Named, so not gone: it stays as it was.
			if not is_dry then update app.areas a set last_import = opened.id where a.key = item ->> 'key'; end if;
			continue;
		end if;

		unit := case when coalesce(item ->> 'unit', '') = '' then null
			when is_dry then coalesce((select u.id from app.units u where u.key = item ->> 'unit'), 0)
			else private.unit_named(item ->> 'unit', item ->> 'unit_en') end;
		fingerprint := encode(sha256(convert_to(jsonb_build_array(item -> 'geometry', item -> 'name', item -> 'name_en', item -> 'kind', unit)::text, 'UTF8')), 'hex');
		if is_dry then
			select v.content into current_content from app.areas a join app.area_versions v on v.area_id = a.id and v.valid_to is null where a.key = item ->> 'key';
			n_added := n_added + (current_content is null)::int;
			n_unchanged := n_unchanged + (current_content is not distinct from fingerprint)::int;
			n_changed := n_changed + (current_content <> fingerprint and current_content is not null)::int;
			continue;
		end if;
		insert into app.areas (key, kind, unit_id, last_import) values (item ->> 'key', item ->> 'kind', unit, opened.id)
		on conflict (key) do update set kind = excluded.kind, unit_id = excluded.unit_id, last_import = excluded.last_import, gone_at = null
		returning * into area;
		select v.content into current_content from app.area_versions v where v.area_id = area.id and v.valid_to is null;
		if current_content = fingerprint then
			n_unchanged := n_unchanged + 1;
			continue;
		elsif current_content is null then
			n_added := n_added + 1;
		else
			n_changed := n_changed + 1;
			update app.area_versions v set valid_to = private.clock() where v.area_id = area.id and v.valid_to is null;
		end if;
		insert into app.area_versions (area_id, name, name_en, unit_id, geom, content)
		values (area.id, item ->> 'name', item ->> 'name_en', unit, shape, fingerprint);
	end loop;
	if is_dry then
		return jsonb_build_object('added', n_added, 'changed', n_changed, 'unchanged', n_unchanged, 'gone', 0, 'rejected', refused,
			'present', (select count(*) from app.areas a where a.gone_at is null and a.kind in (select distinct value ->> 'kind' from jsonb_array_elements(areas))));
	end if;
	if is_last and opened.is_complete then
		-- A complete file speaks for the kinds it holds, and for no other.
		with gone as (
			update app.areas a set gone_at = private.clock()
			where a.gone_at is null and a.last_import is distinct from opened.id
				and a.kind in (select distinct x.kind from app.areas x where x.last_import = opened.id) returning a.id
		), closed as (
			update app.area_versions v set valid_to = private.clock() from gone where v.area_id = gone.id and v.valid_to is null
		) select count(*) into n_gone from gone;
	end if;
	opened := private.finish_import(opened.id, n_added, n_changed, n_unchanged, n_gone, jsonb_array_length(refused), is_last);
	return jsonb_build_object('added', opened.added, 'changed', opened.changed, 'unchanged', opened.unchanged, 'gone', opened.gone, 'rejected', refused);
end $$;

alter table app.area_kinds enable row level security;
alter table app.areas enable row level security;
alter table app.area_versions enable row level security;
alter table app.facilities enable row level security;
grant select on app.area_kinds, app.areas, app.area_versions, app.facilities to authenticated, service_role;
create policy "staff read kinds of areas" on app.area_kinds for select to authenticated using ((select private.is_staff()));
create policy "staff read areas" on app.areas for select to authenticated using ((select private.is_staff()));
create policy "staff read the shapes of areas" on app.area_versions for select to authenticated using ((select private.is_staff()));
create policy "staff read facilities" on app.facilities for select to authenticated using ((select private.is_staff()));
