-- Administration: areas drawn by hand with their history and effect, facilities with their outcomes, shifts, people who leave, how long personal data is kept.

-- Shifts and the rules of retention come as files, too.
alter table app.imports drop constraint imports_kind_check;
alter table app.imports add check (kind in ('streets', 'areas', 'base_features', 'history', 'facilities', 'units', 'categories', 'calendar', 'shifts', 'retention'));

-- A unit by its key or, when only one is called so, by its name.
create function private.unit_called(word text)
returns bigint language plpgsql stable set search_path = '' as $$
declare
	found bigint := (select u.id from app.units u where u.key = word);
begin
	if found is null then
		select min(u.id) into found from app.units u where u.name = word having count(*) = 1;
	end if;
	return found;
end $$;

create or replace function private.unit_named(unit_name text, unit_name_en text)
returns bigint language plpgsql set search_path = '' as $$
declare
	found bigint := private.unit_called(unit_name);
begin
	if found is null then
		insert into app.units (key, name, name_en) values (unit_name, unit_name, unit_name_en) returning id into found;
	end if;
	return found;
end $$;

---- Areas ----
-- Who made a version and how. An import's are made by whoever imported.
alter table app.area_versions add column made_by uuid default auth.uid(), add column made_how text not null default 'imported'
	check (made_how in ('imported', 'drawn', 'changed', 'restored')), add column restored_from bigint references app.area_versions (id);
create index area_versions_restored on app.area_versions (restored_from);

-- What a save means, row by row: [{id, version, kind, name, name_en, unit, geometry, restored_from, gone}]. Of an area that is there, what is left out stays. A new
-- one has no id and comes after all others.
create type private.area_change as (n int, id bigint, version bigint, kind text, name text, name_en text, unit_id bigint, shape extensions.geometry,
	is_gone boolean, restored_from bigint, was_kind text, was_unit_id bigint, was_shape extensions.geometry);

-- Reads and judges them; refuses what no area can be, and a version somebody has replaced meanwhile.
create function private.area_changes(areas jsonb)
returns setof private.area_change language plpgsql stable set search_path = '' as $$
declare
	item jsonb;
	n int := 0;
	change private.area_change;
	now app.area_versions;
	town app.city := (select c from app.city c);
begin
	if jsonb_typeof(areas) is distinct from 'array' or jsonb_array_length(areas) not between 1 and 40 then
		perform private.problem(422, 'batch_too_large', '{"most": 40}');
	end if;
	for item in select value from jsonb_array_elements(areas) loop
		n := n + 1;
		change := null;
		now := null;
		change.n := n;
		change.id := (item ->> 'id')::bigint;
		change.is_gone := coalesce((item ->> 'gone')::boolean, false);
		if change.id is not null then
			select v.* into now from app.area_versions v where v.area_id = change.id and v.valid_to is null;
			-- A restored area may be one that is gone: its last version is what it was.
			if now.id is null then select v.* into now from app.area_versions v where v.area_id = change.id order by v.id desc limit 1; end if;
			if now.id is null then perform private.problem(404, 'not_found'); end if;
			change.version := now.id;
			if (item ->> 'version')::bigint is distinct from now.id then
				perform private.problem(409, 'area_changed', jsonb_build_object('area_id', change.id, 'version', now.id));
			end if;
			select a.kind into change.was_kind from app.areas a where a.id = change.id;
			if now.valid_to is null then
				change.was_unit_id := now.unit_id;
				change.was_shape := now.geom;
			end if;
		end if;
		change.restored_from := (item ->> 'restored_from')::bigint;
		if change.restored_from is not null and not exists (select from app.area_versions v where v.id = change.restored_from and v.area_id = change.id) then
			perform private.problem(404, 'not_found');
		end if;
		change.kind := coalesce(item ->> 'kind', change.was_kind);
		change.name := coalesce(item ->> 'name', now.name);
		change.name_en := case when item ? 'name_en' then nullif(item ->> 'name_en', '') else now.name_en end;
		if coalesce(change.name, '') = '' or not private.is_plain_text(change.name, 120) or not private.is_plain_text(coalesce(change.name_en, ''), 120) then
			perform private.problem(422, 'area_name_missing');
		end if;
		if not exists (select from app.area_kinds k where k.kind = change.kind) then perform private.problem(422, 'area_unknown_kind'); end if;
		change.unit_id := now.unit_id;
		if item ? 'unit' then
			select u.id into change.unit_id from app.units u where u.key = item ->> 'unit';
			if change.unit_id is null and coalesce(item ->> 'unit', '') <> '' then perform private.problem(422, 'unknown_unit'); end if;
		end if;
		change.shape := now.geom;
		if item ? 'geometry' then
			if coalesce(item #>> '{geometry,type}', '') not in ('Polygon', 'MultiPolygon') then perform private.problem(422, 'not_a_polygon'); end if;
			if length(item ->> 'geometry') > 2000000 then perform private.problem(422, 'too_many_corners'); end if;
			begin
				change.shape := extensions.st_multi(extensions.st_force2d(extensions.st_setsrid(extensions.st_geomfromgeojson(item ->> 'geometry'), 4326)));
			exception when others then
				perform private.problem(422, 'not_a_polygon');
			end;
			if extensions.st_npoints(change.shape) > 50000 then perform private.problem(422, 'too_many_corners'); end if;
			if extensions.st_isempty(change.shape) then perform private.problem(422, 'not_a_polygon'); end if;
			if extensions.st_xmin(change.shape) < -180 or extensions.st_xmax(change.shape) > 180 or extensions.st_ymin(change.shape) < -90
				or extensions.st_ymax(change.shape) > 90 or extensions.st_xmin(change.shape) = 'NaN'::float8 or extensions.st_ymin(change.shape) = 'NaN'::float8 then
				perform private.problem(422, 'bad_coordinates');
			end if;
			if not extensions.st_isvalid(change.shape) then
				perform private.problem(422, 'invalid_polygon', jsonb_build_object('reason', extensions.st_isvalidreason(change.shape)));
			end if;
			-- Three degrees are more than any city: a corner typed wrong.
			if extensions.st_xmax(change.shape) - extensions.st_xmin(change.shape) > 3 or extensions.st_ymax(change.shape) - extensions.st_ymin(change.shape) > 3 then
				perform private.problem(422, 'area_outside_city');
			end if;
			if town.west is not null and (extensions.st_xmin(change.shape) > town.east or extensions.st_xmax(change.shape) < town.west
				or extensions.st_ymin(change.shape) > town.north or extensions.st_ymax(change.shape) < town.south) then
				perform private.problem(422, 'area_outside_city');
			end if;
		end if;
		if change.shape is null then perform private.problem(422, 'not_a_polygon'); end if;
		return next change;
	end loop;
end $$;

-- Open cases that stand on other duty ground after the changes than now, and those whose ground gets another unit. Nothing is written; one pass over the cases
-- inside the box of what changes. ground: where a case lies now; becomes: where it will lie (null for a new area: it has no id yet).
create function private.area_effect(changes private.area_change[])
returns table (case_id uuid, ground bigint, unit_now bigint, becomes bigint, becomes_n int, unit_then bigint, is_filed boolean)
language sql stable set search_path = '' as $$
	with changed as (select * from unnest(changes)),
	moving as (
		select extensions.st_envelope(extensions.st_collect(s.shape)) as box
		from (select c.shape from changed c where c.kind = 'duty_grid' or c.was_kind = 'duty_grid' union all select c.was_shape from changed c where c.was_kind = 'duty_grid') s
		where s.shape is not null
	),
	open_cases as materialized (
		select c.id, c.geom, c.status = 'filed' and c.dispatched_at is null as is_filed, c.area_id
		from moving m join app.cases c on c.geom operator(extensions.&&) m.box join app.case_statuses s on s.status = c.status and s.is_open
		union
		select c.id, c.geom, true, c.area_id from changed x join app.cases c on c.area_id = x.id and c.status = 'filed' and c.dispatched_at is null
	),
	-- What waits undispatched was given an area when it was filed; if that one changes, it counts, wherever the pin lies.
	given as (
		select o.id, v.area_id, v.unit_id from open_cases o join app.area_versions v on v.area_id = o.area_id and v.valid_to is null
		where o.is_filed and o.area_id in (select c.id from changed c where c.id is not null)
	),
	now_on as (
		select g.* from given g
		union all
		(select distinct on (o.id) o.id, v.area_id, v.unit_id
		from open_cases o join app.area_versions v on v.valid_to is null and v.geom operator(extensions.&&) o.geom and extensions.st_intersects(v.geom, o.geom)
		join app.areas a on a.id = v.area_id and a.kind = 'duty_grid'
		where not exists (select from given g where g.id = o.id) order by o.id, v.area_id)
	),
	then_on as (
		select distinct on (x.id) x.id, x.area_id, x.n, x.unit_id
		from (
			select o.id, v.area_id, null::int as n, v.unit_id
			from open_cases o join app.area_versions v on v.valid_to is null and v.geom operator(extensions.&&) o.geom and extensions.st_intersects(v.geom, o.geom)
			join app.areas a on a.id = v.area_id and a.kind = 'duty_grid'
			where v.area_id not in (select c.id from changed c where c.id is not null)
			union all
			select o.id, c.id, c.n, c.unit_id from open_cases o join changed c on not c.is_gone and c.kind = 'duty_grid' and extensions.st_intersects(c.shape, o.geom)
		) x order by x.id, x.area_id nulls last, x.n
	)
	select o.id, b.area_id, b.unit_id, t.area_id, t.n, t.unit_id, o.is_filed
	from open_cases o left join now_on b on b.id = o.id left join then_on t on t.id = o.id
	where b.area_id is distinct from t.area_id or (t.area_id is null and t.n is not null) or b.unit_id is distinct from t.unit_id;
$$;

-- Definer: an administrator sees no case; here they learn which open ones a change of ground concerns, by number.
create function private.preview_areas(areas jsonb)
returns jsonb language plpgsql stable security definer set search_path = '' as $$
declare
	changes private.area_change[];
begin
	perform private.need_admin();
	changes := array(select c from private.area_changes(areas) c);
	return (
		with effect as (select e.* from private.area_effect(changes) e),
		named as (
			select e.*, c.number, c.status, c.filed_at, (e.ground is distinct from e.becomes or (e.becomes is null and e.becomes_n is not null)) as moves,
				b.name as from_area, b.name_en as from_area_en, coalesce(n.name, t.name) as to_area, coalesce(n.name_en, t.name_en) as to_area_en,
				u.name as from_unit, u.name_en as from_unit_en, w.name as to_unit, w.name_en as to_unit_en, s.name as status_name, s.name_en as status_name_en
			from effect e join app.cases c on c.id = e.case_id join app.case_statuses s on s.status = c.status
			left join app.area_versions b on b.area_id = e.ground and b.valid_to is null
			left join app.area_versions t on t.area_id = e.becomes and t.valid_to is null
			left join unnest(changes) n on n.n = e.becomes_n
			left join app.units u on u.id = e.unit_now left join app.units w on w.id = e.unit_then
		)
		select jsonb_build_object(
			'cases', (select count(*) from named x where x.moves),
			'other_unit', (select count(*) from named x where x.unit_now is distinct from x.unit_then),
			'filed', (select count(*) from named x where x.moves and x.is_filed),
			'dispatched', (select count(*) from named x where x.moves and not x.is_filed),
			'by_unit', (select coalesce(jsonb_agg(to_jsonb(g) order by g.cases desc, g.from_unit, g.to_unit), '[]') from (
				select x.from_unit, x.from_unit_en, x.to_unit, x.to_unit_en, count(*) as cases, count(*) filter (where x.is_filed) as filed
				from named x group by 1, 2, 3, 4) g),
			'list', (select coalesce(jsonb_agg(jsonb_build_object('id', x.case_id, 'number', x.number, 'status', x.status, 'status_name', x.status_name, 'status_name_en', x.status_name_en,
				'from_area', x.from_area, 'from_area_en', x.from_area_en, 'to_area', x.to_area, 'to_area_en', x.to_area_en, 'from_unit', x.from_unit, 'from_unit_en', x.from_unit_en,
				'to_unit', x.to_unit, 'to_unit_en', x.to_unit_en, 'filed', x.is_filed) order by x.filed_at desc, x.number), '[]')
				from (select * from named y order by y.filed_at desc, y.number limit 200) x),
			-- Roles that are bound to an area which closes lose their ground.
			'roles', (select count(*) from app.staff_roles r join unnest(changes) c on c.id = r.area_id and c.is_gone where r.valid_to is null or r.valid_to > private.clock()))
	);
end $$;

-- A case that lies on other ground after a save: an area that is there, or the n-th of the save.
create type private.area_move as (case_id uuid, becomes bigint, becomes_n int, is_filed boolean);

create function private.area_state(a app.areas, v app.area_versions)
returns jsonb language sql immutable set search_path = '' as $$
	select jsonb_build_object('area_id', a.id, 'version_id', v.id, 'area_kind', a.kind, 'unit_id', v.unit_id, 'is_gone', a.gone_at is not null,
		'restored_from', v.restored_from, 'shape_sha256', encode(sha256(extensions.st_asbinary(v.geom)), 'hex'));
$$;

-- Definer: writes for administrators. All of it or nothing: neighbours that share a corner change together. Dispatched cases stay where they are; what is filed
-- and not yet dispatched gets its area anew when `moves_filed` says so.
create function private.save_areas(areas jsonb, moves_filed boolean)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	changes private.area_change[];
	change private.area_change;
	moment timestamptz := private.clock();
	area app.areas;
	was jsonb;
	version app.area_versions;
	ids bigint[] := array[]::bigint[];
	moved int := 0;
	stayed int := 0;
	moves private.area_move[];
begin
	perform private.need_admin();
	-- One save at a time: two that were judged against the same map must not both be written.
	perform pg_advisory_xact_lock(hashtextextended('kerbside.areas', 0));
	changes := array(select c from private.area_changes(areas) c);
	moves := array(select row(e.case_id, e.becomes, e.becomes_n, e.is_filed)::private.area_move from private.area_effect(changes) e
		where e.ground is distinct from e.becomes or (e.becomes is null and e.becomes_n is not null));
	foreach change in array changes loop
		was := null;
		if change.id is not null then
			select private.area_state(a, v) - 'area_id' into was from app.areas a join app.area_versions v on v.id = change.version where a.id = change.id;
		end if;
		if change.is_gone then
			update app.areas a set gone_at = moment where a.id = change.id and a.gone_at is null returning a.* into area;
			if area.id is null then perform private.problem(409, 'not_allowed_now'); end if;
			update app.area_versions v set valid_to = moment where v.area_id = area.id and v.valid_to is null;
			select v.* into version from app.area_versions v where v.id = change.version;
		else
			if change.id is null then
				insert into app.areas (key, kind, unit_id) values (change.kind || ':drawn-' || gen_random_uuid(), change.kind, change.unit_id) returning * into area;
			else
				update app.areas a set kind = change.kind, unit_id = change.unit_id, gone_at = null where a.id = change.id returning a.* into area;
				update app.area_versions v set valid_to = moment where v.area_id = area.id and v.valid_to is null;
			end if;
			insert into app.area_versions (area_id, name, name_en, unit_id, geom, content, valid_from, made_how, restored_from)
			values (area.id, change.name, change.name_en, change.unit_id, change.shape,
				encode(sha256(convert_to(jsonb_build_array(extensions.st_asgeojson(change.shape, 7), change.name, change.name_en, change.kind, change.unit_id)::text, 'UTF8')), 'hex'), moment,
				case when change.restored_from is not null then 'restored' when change.id is null then 'drawn' else 'changed' end, change.restored_from)
			returning * into version;
		end if;
		ids := ids || area.id;
		perform private.describe(case when change.is_gone then 'area.closed' when change.restored_from is not null then 'area.restored' when change.id is null then 'area.drawn' else 'area.changed' end,
			moment, 'admin');
		perform private.log_change('area', null, null, was, private.area_state(area, version));
	end loop;
	select count(*) filter (where e.is_filed), count(*) filter (where not e.is_filed) into moved, stayed from unnest(moves) e;
	if not coalesce(moves_filed, false) then
		stayed := stayed + moved;
		moved := 0;
	elsif moved > 0 then
		perform private.describe('case.area_changed', moment, 'admin');
		update app.cases c set area_id = coalesce(e.becomes, case when e.becomes_n is not null then ids[e.becomes_n] end), version = c.version + 1
		from unnest(moves) e where e.case_id = c.id and e.is_filed and c.dispatched_at is null and c.status = 'filed';
		get diagnostics moved = row_count;
	end if;
	return jsonb_build_object('areas', to_jsonb(ids), 'moved', moved, 'stayed', stayed);
end $$;

-- One area with all its versions, newest first; their shapes too. Who made them is named to administrators.
create function api.area_history(area_id bigint)
returns jsonb language plpgsql stable set search_path = '' as $$
begin
	if not exists (select from app.areas a where a.id = area_history.area_id) then perform private.problem(404, 'not_found'); end if;
	return (
		select jsonb_build_object('id', a.id, 'key', a.key, 'kind', a.kind, 'gone_at', a.gone_at,
			'version', (select max(v.id) from app.area_versions v where v.area_id = a.id),
			'versions', (select jsonb_agg(jsonb_build_object('id', v.id, 'name', v.name, 'name_en', v.name_en, 'unit', u.key, 'unit_name', u.name, 'unit_name_en', u.name_en,
				'valid_from', v.valid_from, 'valid_to', v.valid_to, 'made_how', v.made_how, 'made_by', s.name, 'restored_from', v.restored_from,
				'square_metres', round(extensions.st_area(v.geom::extensions.geography)), 'corners', extensions.st_npoints(v.geom),
				'geometry', case when n.n <= 30 then extensions.st_asgeojson(v.geom, 7)::jsonb end) order by v.id desc)
				from (select x.id, row_number() over (order by x.id desc) as n from app.area_versions x where x.area_id = a.id) n
				join app.area_versions v on v.id = n.id left join app.units u on u.id = v.unit_id left join app.staff s on s.id = v.made_by))
		from app.areas a where a.id = area_history.area_id
	);
end $$;

-- The current versions of areas that are to be changed together.
create function api.area_numbers(area_ids bigint[])
returns jsonb language sql stable set search_path = '' as $$
	select jsonb_build_object('versions', coalesce(jsonb_object_agg(v.area_id, v.id), '{}')) from app.area_versions v where v.valid_to is null and v.area_id = any (area_ids);
$$;

-- Areas that are closed: they can be looked at and restored.
create function api.closed_areas()
returns jsonb language sql stable set search_path = '' as $$
	select jsonb_build_object('areas', coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'kind', a.kind, 'name', v.name, 'name_en', v.name_en, 'gone_at', a.gone_at) order by a.gone_at desc), '[]'))
	from (select * from app.areas x where x.gone_at is not null order by x.gone_at desc limit 200) a
	join lateral (select y.name, y.name_en from app.area_versions y where y.area_id = a.id order by y.id desc limit 1) v on true;
$$;

create function api.preview_areas(areas jsonb)
returns jsonb language sql stable set search_path = '' as $$ select private.preview_areas(areas); $$;
create function api.save_areas(areas jsonb, moves_filed boolean default true)
returns jsonb language sql set search_path = '' as $$ select private.save_areas(areas, moves_filed); $$;

---- Import of areas and facilities, told again: what was drawn here comes back unchanged, and a facility has an outcome ----
-- Definer: writes for the service role and administrators. [{key, kind, name, name_en, unit, geometry}]: an invalid polygon is refused with its fault, never repaired.
-- With import.dry_run nothing is written.
create or replace function private.import_areas(import jsonb, areas jsonb, is_last boolean)
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
	known app.area_versions;
	known_kind text;
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
			when is_dry then coalesce(private.unit_called(item ->> 'unit'), 0)
			else private.unit_named(item ->> 'unit', item ->> 'unit_en') end;
		fingerprint := encode(sha256(convert_to(jsonb_build_array(item -> 'geometry', item -> 'name', item -> 'name_en', item -> 'kind', unit)::text, 'UTF8')), 'hex');
		known := null; known_kind := null;
		select v.* into known from app.areas a join app.area_versions v on v.area_id = a.id and v.valid_to is null where a.key = item ->> 'key';
		select a.kind into known_kind from app.areas a where a.key = item ->> 'key';
		current_content := known.content;
		-- What was drawn here, or exported and brought back, is the same ground however a file writes it.
		if current_content is distinct from fingerprint and known.id is not null and known_kind = item ->> 'kind'
			and (known.name, known.name_en, known.unit_id) is not distinct from (item ->> 'name', nullif(item ->> 'name_en', ''), unit)
			and extensions.st_asgeojson(known.geom, 7) = extensions.st_asgeojson(shape, 7) then
			current_content := fingerprint;
		end if;
		if is_dry then
			n_added := n_added + (current_content is null)::int;
			n_unchanged := n_unchanged + (current_content is not distinct from fingerprint)::int;
			n_changed := n_changed + (current_content <> fingerprint and current_content is not null)::int;
			continue;
		end if;
		insert into app.areas (key, kind, unit_id, last_import) values (item ->> 'key', item ->> 'kind', unit, opened.id)
		on conflict (key) do update set kind = excluded.kind, unit_id = excluded.unit_id, last_import = excluded.last_import, gone_at = null
		returning * into area;
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
		values (area.id, item ->> 'name', nullif(item ->> 'name_en', ''), unit, shape, fingerprint);
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


---- Facilities ----
alter table app.facilities add column outcome text check (outcome in ('closed', 'rebuilt', 'relocated')), add column version int not null default 1,
	add check (outcome is distinct from 'closed' or build_state = 'closed');
comment on column app.facilities.outcome is 'What became of it in the campaign: closed, rebuilt or relocated are three outcomes, not one.';

create table app.facility_versions (
	id bigint generated always as identity primary key,
	facility_id bigint not null references app.facilities (id),
	name text not null,
	geom extensions.geometry(Point, 4326) not null,
	bays int,
	build_state text not null,
	outcome text,
	valid_from timestamptz not null default private.clock(),
	valid_to timestamptz,
	made_by uuid default auth.uid()
);
comment on table app.facility_versions is 'What a facility was, where, in which build state and with which outcome, and when. Free bays come and go and are not kept.';
create unique index facility_versions_current on app.facility_versions (facility_id) where valid_to is null;
create index facility_versions_facility on app.facility_versions (facility_id);
insert into app.facility_versions (facility_id, name, geom, bays, build_state) select f.id, f.name, f.geom, f.bays, f.build_state from app.facilities f;

create function private.facility_state(f app.facilities)
returns jsonb language sql immutable set search_path = '' as $$
	select jsonb_build_object('facility_id', f.id, 'facility_kind', f.kind, 'build_state', f.build_state, 'outcome', f.outcome, 'bays', f.bays, 'bays_free', f.bays_free,
		'point', private.lng_lat(f.geom));
$$;

-- Whoever writes a facility, by hand or from a file, leaves its history; what a person changes is in the log, too.
create function private.keep_facility()
returns trigger language plpgsql set search_path = '' as $$
begin
	if tg_op = 'INSERT' or (old.name, old.bays, old.build_state, old.outcome) is distinct from (new.name, new.bays, new.build_state, new.outcome)
		or not extensions.st_equals(old.geom, new.geom) then
		update app.facility_versions v set valid_to = private.clock() where v.facility_id = new.id and v.valid_to is null;
		insert into app.facility_versions (facility_id, name, geom, bays, build_state, outcome) values (new.id, new.name, new.geom, new.bays, new.build_state, new.outcome);
	end if;
	if (select auth.uid()) is not null then
		perform private.describe(case when tg_op = 'INSERT' then 'facility.added' else 'facility.changed' end, private.clock(), 'admin');
		perform private.log_change('facility', null, null, case when tg_op = 'UPDATE' then private.facility_state(old) - 'facility_id' end, private.facility_state(new));
	end if;
	return null;
end $$;
create trigger facilities_kept after insert or update on app.facilities for each row execute function private.keep_facility();

-- Definer: writes for the service role and administrators. [{key, kind, name, name_en, lng, lat, bays, bays_free, build_state, outcome}]; those a file does not name stay.
create or replace function private.import_facilities(import jsonb, facilities jsonb)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	is_dry boolean := coalesce((import ->> 'dry_run')::boolean, false);
	opened app.imports;
	item jsonb;
	refused jsonb := '[]'::jsonb;
	n_added int := 0; n_changed int := 0; n_unchanged int := 0;
	was app.facilities;
	fault text;
	pin extensions.geometry;
	n_bays int; n_free int;
	given_outcome text;
begin
	perform private.need_admin();
	if jsonb_typeof(facilities) is distinct from 'array' or jsonb_array_length(facilities) > 5000 then perform private.problem(422, 'batch_too_large', '{"most": 5000}'::jsonb); end if;
	if not is_dry then opened := private.begin_import(import, 'facilities'); end if;
	for item in select value from jsonb_array_elements(facilities) loop
		was := null; fault := null;
		select x.* into was from app.facilities x where x.key = item ->> 'key';
		begin
			n_bays := (item ->> 'bays')::int; n_free := (item ->> 'bays_free')::int;
			fault := case
				when coalesce(item ->> 'key', '') = '' or not private.is_plain_text(item ->> 'key', 120) then 'key_missing'
				when coalesce(item ->> 'kind', '') not in ('wash_site', 'camera') then 'unknown_kind'
				when coalesce(item ->> 'name', '') = '' or not private.is_plain_text(item ->> 'name', 120) or not private.is_plain_text(coalesce(item ->> 'name_en', ''), 120) then 'name_missing'
				when not coalesce(private.is_lng_lat((item ->> 'lng')::float8, (item ->> 'lat')::float8), false) then 'bad_coordinates'
				when n_bays < 0 or n_free < 0 or n_free > n_bays then 'bad_number'
				when coalesce(item ->> 'build_state', 'open') not in ('planned', 'building', 'open', 'closed') then 'unknown_build_state'
				when coalesce(item ->> 'outcome', '') not in ('', 'closed', 'rebuilt', 'relocated') then 'unknown_outcome'
				-- What is closed has no other outcome than that, or its move elsewhere.
				when item ->> 'outcome' = 'closed' and coalesce(item ->> 'build_state', 'open') <> 'closed' then 'unknown_outcome'
			end;
		exception when data_exception then
			fault := 'bad_number';
		end;
		if fault is not null then
			refused := refused || jsonb_build_array(jsonb_build_object('key', item ->> 'key', 'problem', fault));
			continue;
		end if;
		given_outcome := case when item ? 'outcome' then nullif(item ->> 'outcome', '') when coalesce(item ->> 'build_state', 'open') = 'closed' or was.outcome <> 'closed' then was.outcome end;
		pin := private.point((item ->> 'lng')::float8, (item ->> 'lat')::float8);
		if was.id is null then
			n_added := n_added + 1;
		elsif (was.kind, was.name, coalesce(was.name_en, ''), was.bays, was.bays_free, was.build_state, was.outcome)
			is distinct from (item ->> 'kind', item ->> 'name', coalesce(item ->> 'name_en', ''), n_bays, n_free, coalesce(item ->> 'build_state', 'open'), given_outcome) or private.metres(was.geom, pin) > 0.2 then
			n_changed := n_changed + 1;
		else
			n_unchanged := n_unchanged + 1;
			continue;
		end if;
		continue when is_dry;
		insert into app.facilities (key, kind, name, name_en, geom, bays, bays_free, build_state, outcome)
		values (item ->> 'key', item ->> 'kind', item ->> 'name', nullif(item ->> 'name_en', ''), pin, n_bays, n_free, coalesce(item ->> 'build_state', 'open'), given_outcome)
		on conflict (key) do update set kind = excluded.kind, name = excluded.name, name_en = excluded.name_en, geom = excluded.geom,
			bays = excluded.bays, bays_free = excluded.bays_free, build_state = excluded.build_state, outcome = excluded.outcome, version = app.facilities.version + 1;
	end loop;
	if not is_dry then opened := private.finish_import(opened.id, n_added, n_changed, n_unchanged, 0, jsonb_array_length(refused), true); end if;
	return jsonb_build_object('added', n_added, 'changed', n_changed, 'unchanged', n_unchanged, 'gone', 0, 'rejected', refused);
end $$;


-- Definer: writes for administrators. {id, version, kind, name, name_en, lng, lat, bays, bays_free, build_state, outcome}; without an id it is a new one.
create function private.save_facility(facility jsonb)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	was app.facilities;
	named text;
	answer jsonb;
begin
	perform private.need_admin();
	if facility ->> 'id' is not null then
		select x.* into was from app.facilities x where x.id = (facility ->> 'id')::bigint for update;
		if was.id is null then perform private.problem(404, 'not_found'); end if;
		if (facility ->> 'version')::int is distinct from was.version then
			perform private.problem(409, 'facility_changed', jsonb_build_object('version', was.version));
		end if;
	end if;
	named := coalesce(was.key, 'entered-' || gen_random_uuid());
	answer := private.import_facilities(jsonb_build_object('id', gen_random_uuid(), 'source', 'form', 'datum', 'wgs84'), jsonb_build_array(facility || jsonb_build_object('key', named)));
	if answer #> '{rejected,0}' is not null then perform private.problem(422, 'facility_' || (answer #>> '{rejected,0,problem}')); end if;
	return (select jsonb_build_object('id', f.id, 'version', f.version) from app.facilities f where f.key = named);
end $$;

create or replace function api.facilities()
returns jsonb language sql stable set search_path = '' as $$
	select jsonb_build_object('facilities', coalesce(jsonb_agg(jsonb_build_object('id', f.id, 'key', f.key, 'kind', f.kind, 'name', f.name, 'name_en', f.name_en,
		'lng', round(extensions.st_x(f.geom)::numeric, 6), 'lat', round(extensions.st_y(f.geom)::numeric, 6), 'bays', f.bays, 'bays_free', f.bays_free,
		'build_state', f.build_state, 'outcome', f.outcome, 'version', f.version) order by f.id), '[]'))
	from app.facilities f;
$$;

create function api.facility_history(facility_id bigint)
returns jsonb language sql stable set search_path = '' as $$
	select jsonb_build_object('versions', coalesce(jsonb_agg(jsonb_build_object('id', v.id, 'name', v.name, 'point', private.lng_lat(v.geom), 'bays', v.bays, 'build_state', v.build_state,
		'outcome', v.outcome, 'valid_from', v.valid_from, 'valid_to', v.valid_to, 'made_by', s.name) order by v.id desc), '[]'))
	from app.facility_versions v left join app.staff s on s.id = v.made_by where v.facility_id = facility_history.facility_id;
$$;
create function api.save_facility(facility jsonb)
returns jsonb language sql set search_path = '' as $$ select private.save_facility(facility); $$;

---- Shifts ----
create table app.shifts (
	id bigint generated always as identity primary key,
	-- What a file calls it; one entered by hand gets one of its own.
	key text not null unique default 'entered-' || gen_random_uuid() check (private.is_plain_text(key, 120) and key <> ''),
	unit_id bigint not null references app.units (id),
	name text not null check (private.is_plain_text(name, 80) and name <> ''),
	starts time not null,
	ends time not null,
	weekdays smallint[] not null check (weekdays <@ array[1, 2, 3, 4, 5, 6, 7]::smallint[] and cardinality(weekdays) between 1 and 7),
	first_day date not null,
	last_day date,
	version int not null default 1,
	check (starts <> ends),
	check (last_day is null or last_day >= first_day)
);
comment on table app.shifts is 'When a unit''s team is out: hours, weekdays (1 is Monday), from one day to another. One that ends before it starts goes past midnight.';
create index shifts_unit on app.shifts (unit_id);

create table app.shift_members (
	id bigint generated always as identity primary key,
	shift_id bigint not null references app.shifts (id),
	staff_id uuid not null references app.staff (id),
	joined_at timestamptz not null default private.clock(),
	left_at timestamptz
);
comment on table app.shift_members is 'Who works a shift, since when and until when.';
create unique index shift_members_current on app.shift_members (shift_id, staff_id) where left_at is null;
create index shift_members_shift on app.shift_members (shift_id);
create index shift_members_staff on app.shift_members (staff_id);

create function private.shift_state(s app.shifts)
returns jsonb language sql stable set search_path = '' as $$
	select jsonb_build_object('shift_id', s.id, 'unit_id', s.unit_id, 'starts', to_char(s.starts, 'HH24:MI'), 'ends', to_char(s.ends, 'HH24:MI'), 'weekdays', to_jsonb(s.weekdays),
		'first_day', s.first_day, 'last_day', s.last_day,
		'members', (select coalesce(jsonb_agg(m.staff_id order by m.staff_id), '[]') from app.shift_members m where m.shift_id = s.id and m.left_at is null));
$$;

-- Definer: writes for administrators. {id, version, key, unit, name, starts, ends, weekdays: [1..7], first_day, last_day, members: [staff id]}; `key` names a new one.
create function private.save_shift(shift jsonb)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	was app.shifts;
	becomes app.shifts;
	before jsonb;
	unit bigint := (select u.id from app.units u where u.key = shift ->> 'unit');
	people uuid[];
begin
	perform private.need_admin();
	if unit is null then perform private.problem(422, 'unknown_unit'); end if;
	begin
		people := array(select distinct (p #>> '{}')::uuid from jsonb_array_elements(coalesce(shift -> 'members', '[]')) p);
		if shift ->> 'id' is not null then
			select x.* into was from app.shifts x where x.id = (shift ->> 'id')::bigint for update;
			if was.id is null then perform private.problem(404, 'not_found'); end if;
			if (shift ->> 'version')::int is distinct from was.version then perform private.problem(409, 'shift_changed', jsonb_build_object('version', was.version)); end if;
			before := private.shift_state(was) - 'shift_id';
			update app.shifts x set unit_id = unit, name = shift ->> 'name', starts = (shift ->> 'starts')::time, ends = (shift ->> 'ends')::time,
				weekdays = array(select distinct (d #>> '{}')::smallint from jsonb_array_elements(shift -> 'weekdays') d order by 1),
				first_day = (shift ->> 'first_day')::date, last_day = nullif(shift ->> 'last_day', '')::date, version = x.version + 1
			where x.id = was.id returning x.* into becomes;
		else
			insert into app.shifts (key, unit_id, name, starts, ends, weekdays, first_day, last_day)
			values (coalesce(shift ->> 'key', 'entered-' || gen_random_uuid()), unit, shift ->> 'name', (shift ->> 'starts')::time, (shift ->> 'ends')::time,
				array(select distinct (d #>> '{}')::smallint from jsonb_array_elements(shift -> 'weekdays') d order by 1), (shift ->> 'first_day')::date, nullif(shift ->> 'last_day', '')::date)
			returning * into becomes;
		end if;
	exception when data_exception or integrity_constraint_violation then
		perform private.problem(422, 'bad_shift', jsonb_build_object('reason', sqlerrm));
	end;
	-- Whoever works it is here. Which unit's role they hold is not asked: teams lend each other people.
	if exists (select from unnest(people) p (id) where not exists (select from app.staff s where s.id = p.id and s.is_active)) then
		perform private.problem(422, 'unknown_person');
	end if;
	update app.shift_members m set left_at = private.clock() where m.shift_id = becomes.id and m.left_at is null and m.staff_id <> all (people);
	insert into app.shift_members (shift_id, staff_id)
	select becomes.id, p.id from unnest(people) p (id) where not exists (select from app.shift_members m where m.shift_id = becomes.id and m.staff_id = p.id and m.left_at is null);
	perform private.describe(case when was.id is null then 'shift.added' else 'shift.changed' end, private.clock(), 'admin');
	perform private.log_change('shift', null, null, before, private.shift_state(becomes));
	return jsonb_build_object('id', becomes.id, 'version', becomes.version);
end $$;

create function api.shifts()
returns jsonb language sql stable set search_path = '' as $$
	select jsonb_build_object('shifts', coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'version', s.version, 'key', s.key, 'unit_id', s.unit_id, 'unit', u.key, 'unit_name', u.name, 'unit_name_en', u.name_en, 'name', s.name,
		'starts', to_char(s.starts, 'HH24:MI'), 'ends', to_char(s.ends, 'HH24:MI'), 'weekdays', to_jsonb(s.weekdays), 'first_day', s.first_day, 'last_day', s.last_day,
		'members', (select coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'name', p.name, 'is_active', p.is_active) order by p.name, p.id), '[]')
			from app.shift_members m join app.staff p on p.id = m.staff_id where m.shift_id = s.id and m.left_at is null)) order by u.name, s.starts, s.id), '[]'))
	from app.shifts s join app.units u on u.id = s.unit_id;
$$;
create function api.save_shift(shift jsonb)
returns jsonb language sql set search_path = '' as $$ select private.save_shift(shift); $$;

-- Definer: writes for the service role and administrators. [{key, unit, name, starts, ends, weekdays, first_day, last_day, members: [login or id]}]; those a file
-- does not name stay, and so do the members of one whose row does not name any. A row at fault is named, and what is written is written as by hand.
create function private.import_shifts(import jsonb, shifts jsonb)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	is_dry boolean := coalesce((import ->> 'dry_run')::boolean, false);
	opened app.imports;
	item jsonb;
	refused jsonb := '[]'::jsonb;
	n_added int := 0; n_changed int := 0; n_unchanged int := 0;
	was app.shifts;
	given jsonb;
	people uuid[];
	stranger text;
	fault text;
	days smallint[];
begin
	perform private.need_admin();
	if jsonb_typeof(shifts) is distinct from 'array' or jsonb_array_length(shifts) > 2000 then perform private.problem(422, 'batch_too_large', '{"most": 2000}'::jsonb); end if;
	if not is_dry then opened := private.begin_import(import, 'shifts'); end if;
	for item in select value from jsonb_array_elements(shifts) loop
		was := null; stranger := null; people := null;
		select x.* into was from app.shifts x where x.key = item ->> 'key';
		if item ? 'members' then
			select array_agg(p.id order by p.id) filter (where p.id is not null), min(w.word) filter (where p.id is null) into people, stranger
			from jsonb_array_elements_text(item -> 'members') w (word) left join app.staff p on p.is_active and (lower(p.login) = lower(w.word) or p.id::text = lower(w.word));
			people := coalesce(people, '{}');
		elsif was.id is not null then
			people := array(select m.staff_id from app.shift_members m where m.shift_id = was.id and m.left_at is null order by m.staff_id);
		end if;
		begin
			days := array(select distinct d::smallint from jsonb_array_elements_text(item -> 'weekdays') d order by 1);
			fault := case
				when coalesce(item ->> 'key', '') = '' or not private.is_plain_text(item ->> 'key', 120) then 'key_missing'
				when coalesce(item ->> 'name', '') = '' or not private.is_plain_text(item ->> 'name', 80) then 'name_missing'
				when not exists (select from app.units u where u.key = item ->> 'unit') then 'unknown_unit'
				when stranger is not null then 'unknown_person'
				when (item ->> 'starts')::time is null or (item ->> 'ends')::time is null or (item ->> 'starts')::time = (item ->> 'ends')::time then 'bad_time'
				when not coalesce(days <@ array[1, 2, 3, 4, 5, 6, 7]::smallint[], false) or cardinality(days) = 0 then 'bad_weekday'
				when (item ->> 'first_day')::date is null or nullif(item ->> 'last_day', '')::date < (item ->> 'first_day')::date then 'bad_day'
			end;
		exception when data_exception then
			fault := 'bad_shift';
		end;
		if fault is not null then
			refused := refused || jsonb_build_array(jsonb_strip_nulls(jsonb_build_object('key', item ->> 'key', 'problem', fault, 'text', stranger)));
			continue;
		end if;
		if was.id is null then
			n_added := n_added + 1;
		elsif (was.name, was.unit_id, was.starts, was.ends, was.weekdays, was.first_day, was.last_day) is not distinct from (item ->> 'name',
				(select u.id from app.units u where u.key = item ->> 'unit'), (item ->> 'starts')::time, (item ->> 'ends')::time, days, (item ->> 'first_day')::date, nullif(item ->> 'last_day', '')::date)
			and people = array(select m.staff_id from app.shift_members m where m.shift_id = was.id and m.left_at is null order by m.staff_id) then
			n_unchanged := n_unchanged + 1;
			continue;
		else
			n_changed := n_changed + 1;
		end if;
		continue when is_dry;
		given := item - 'id' - 'version' || jsonb_build_object('members', to_jsonb(coalesce(people, '{}')));
		perform private.save_shift(case when was.id is null then given else given || jsonb_build_object('id', was.id, 'version', was.version) end);
	end loop;
	if not is_dry then opened := private.finish_import(opened.id, n_added, n_changed, n_unchanged, 0, jsonb_array_length(refused), true); end if;
	return jsonb_build_object('added', n_added, 'changed', n_changed, 'unchanged', n_unchanged, 'gone', 0, 'rejected', refused);
end $$;
create function api.import_shifts(import jsonb, shifts jsonb)
returns jsonb language sql set search_path = '' as $$ select private.import_shifts(import, shifts); $$;

---- People who leave ----
-- Definer: administrators see no case; here they learn which open ones somebody still holds, and what nobody else would cover.
create function private.staff_holds(staff_id uuid)
returns jsonb language plpgsql stable security definer set search_path = '' as $$
declare
	at timestamptz := private.clock();
begin
	perform private.need_admin();
	if not exists (select from app.staff s where s.id = staff_holds.staff_id) then perform private.problem(404, 'not_found'); end if;
	return (
		with held as (
			select r.* from app.staff_roles r where r.staff_id = staff_holds.staff_id and r.valid_from <= at and (r.valid_to is null or r.valid_to > at)
		), alone as (
			select distinct h.role, h.unit_id, h.area_id from held h
			where not exists (select from app.staff_roles o join app.staff s on s.id = o.staff_id and s.is_active
				where o.staff_id <> staff_holds.staff_id and o.role = h.role and o.unit_id is not distinct from h.unit_id and o.area_id is not distinct from h.area_id
					and o.valid_from <= at and (o.valid_to is null or o.valid_to > at))
		), mine as (
			select c.id, c.number, c.status, c.due_at, c.unit_id from app.case_acts a join app.cases c on c.id = a.case_id
			where a.staff_id = staff_holds.staff_id and a.act = 'handled_it' and c.status in ('dispatched', 'handling', 'returned', 'suspended')
		)
		select jsonb_build_object(
			'cases', (select count(*) from mine),
			'list', (select coalesce(jsonb_agg(jsonb_build_object('id', x.id, 'number', x.number, 'status_name', s.name, 'status_name_en', s.name_en, 'unit', u.name, 'unit_en', u.name_en, 'due_at', x.due_at)
				order by x.due_at, x.number), '[]') from (select * from mine m order by m.due_at limit 200) x join app.case_statuses s on s.status = x.status left join app.units u on u.id = x.unit_id),
			-- Roles nobody else holds for the same unit and area, with what waits there.
			'alone', (select coalesce(jsonb_agg(jsonb_build_object('role', w.role, 'role_name', n.name, 'role_name_en', n.name_en, 'unit', u.name, 'unit_en', u.name_en, 'area', v.name, 'area_en', v.name_en,
				'open_cases', (select count(*) from app.cases c join app.case_statuses s on s.status = c.status and s.is_open
					where (w.unit_id is not null and c.unit_id = w.unit_id) or (w.unit_id is null and w.area_id is not null and c.area_id = w.area_id))) order by n.position), '[]')
				from alone w join app.roles n on n.role = w.role left join app.units u on u.id = w.unit_id left join app.area_versions v on v.area_id = w.area_id and v.valid_to is null),
			'shifts', (select count(*) from app.shift_members m where m.staff_id = staff_holds.staff_id and m.left_at is null))
	);
end $$;

-- Definer: writes for administrators. Somebody who is not active holds no role, from this moment; what they did stays theirs, and so do their roles' dates.
create function private.set_staff_active(staff_id uuid, is_active boolean)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	was boolean := (select s.is_active from app.staff s where s.id = set_staff_active.staff_id for update);
	administrators int[];
	all_of text[];
begin
	perform private.need_admin();
	administrators := private.administrators();
	if was is null then perform private.problem(404, 'not_found'); end if;
	if set_staff_active.staff_id = (select auth.uid()) then perform private.problem(409, 'not_oneself'); end if;
	update app.staff s set is_active = coalesce(set_staff_active.is_active, false) where s.id = set_staff_active.staff_id;
	if not coalesce(set_staff_active.is_active, false) then
		update app.shift_members m set left_at = private.clock() where m.staff_id = set_staff_active.staff_id and m.left_at is null;
		-- Their sessions end with them, on every device: a stream that is open must not go on.
		all_of := private.sessions_but(set_staff_active.staff_id, null);
		perform private.bar_sessions(all_of);
		perform private.close_sessions(set_staff_active.staff_id, all_of, 'ended_by_admin');
	end if;
	perform private.keep_an_administrator(administrators);
	perform private.describe(case when coalesce(set_staff_active.is_active, false) then 'staff.reactivated' else 'staff.deactivated' end, private.clock(), 'admin');
	perform private.log_change('staff', null, null, jsonb_build_object('is_active', was), jsonb_build_object('staff_id', set_staff_active.staff_id, 'is_active', coalesce(set_staff_active.is_active, false)));
	return jsonb_build_object('is_active', coalesce(set_staff_active.is_active, false));
end $$;

-- Definer: writes for administrators. One role's own dates.
create function private.set_role_dates(role_id bigint, valid_from timestamptz, valid_to timestamptz)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	was app.staff_roles;
	administrators int[];
begin
	perform private.need_admin();
	administrators := private.administrators();
	select r.* into was from app.staff_roles r where r.id = set_role_dates.role_id for update;
	if was.id is null then perform private.problem(404, 'not_found'); end if;
	if was.staff_id = (select auth.uid()) and was.role = 'admin' and set_role_dates.valid_to is not null then perform private.problem(409, 'not_oneself'); end if;
	if set_role_dates.valid_to <= coalesce(set_role_dates.valid_from, was.valid_from) then perform private.problem(422, 'bad_dates'); end if;
	update app.staff_roles r set valid_from = coalesce(set_role_dates.valid_from, r.valid_from), valid_to = set_role_dates.valid_to where r.id = was.id;
	perform private.keep_an_administrator(administrators);
	perform private.describe('staff.role_changed', private.clock(), 'admin');
	perform private.log_change('staff', null, null, jsonb_build_object('valid_from', private.utc(was.valid_from), 'valid_to', private.utc(was.valid_to)),
		jsonb_build_object('staff_id', was.staff_id, 'role_id', was.id, 'role', was.role, 'unit_id', was.unit_id, 'role_area_id', was.area_id,
			'valid_from', private.utc(coalesce(set_role_dates.valid_from, was.valid_from)), 'valid_to', private.utc(set_role_dates.valid_to)));
	return jsonb_build_object('id', was.id);
end $$;

-- One person: their roles by number, with dates.
create function api.staff_roles(staff_id uuid)
returns jsonb language sql stable set search_path = '' as $$
	select jsonb_build_object('roles', coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'role', r.role, 'role_name', n.name, 'role_name_en', n.name_en, 'unit', u.name, 'unit_en', u.name_en,
		'area', v.name, 'area_en', v.name_en, 'valid_from', r.valid_from, 'valid_to', r.valid_to) order by n.position, r.id), '[]'))
	from app.staff_roles r join app.roles n on n.role = r.role left join app.units u on u.id = r.unit_id left join app.area_versions v on v.area_id = r.area_id and v.valid_to is null
	where r.staff_id = staff_roles.staff_id;
$$;
create function api.staff_holds(staff_id uuid)
returns jsonb language sql stable set search_path = '' as $$ select private.staff_holds(staff_id); $$;
create function api.set_staff_active(staff_id uuid, is_active boolean)
returns jsonb language sql set search_path = '' as $$ select private.set_staff_active(staff_id, is_active); $$;
create function api.set_role_dates(role_id bigint, valid_from timestamptz default null, valid_to timestamptz default null)
returns jsonb language sql set search_path = '' as $$ select private.set_role_dates(role_id, valid_from, valid_to); $$;

---- Retention ----
create table app.retention_rules (
	kind text primary key check (kind ~ '^[a-z_]+$'),
	name text not null,
	name_en text not null,
	basis text not null,
	basis_en text not null,
	days int not null,
	least_days int not null check (least_days >= 0),
	most_days int not null,
	position int not null,
	check (days between least_days and most_days)
);
comment on table app.retention_rules is 'How long each kind of personal data is kept, within a least and a most that the law (or the city''s own rule) sets: those are data, too.';
insert into app.retention_rules (kind, name, name_en, basis, basis_en, days, least_days, most_days, position) values
	('news_contacts', '接收进展通知的联系方式', 'Contacts left for news', '案件了结后计算；《个人信息保护法》第十九条：实现目的所必要的最短时间', 'Counted from the end of the case; PIPL art. 19: the shortest time the purpose needs', 30, 1, 90, 1),
	('contacts', '来电人姓名与电话', 'Callers'' names and numbers', '登记时计算；回访所需，《个人信息保护法》第十九条', 'Counted from the call; needed to call back, PIPL art. 19', 180, 30, 365, 2),
	('plates', '车牌', 'Number plates', '登记时计算；复发与升级处置需要时可延长', 'Counted from when it was noted; recurrence and escalation may need longer', 365, 30, 1095, 3),
	('notice_names', '文书上的姓名', 'Names on notices', '登记时计算；行政执法文书的存档期由本市规定', 'Counted from when it was noted; how long enforcement papers are archived is the city''s rule', 730, 180, 3650, 4),
	('access_logs', '原图查看记录', 'Who opened original photos', '《网络安全法》第二十一条：日志留存不少于六个月', 'Cybersecurity Law art. 21: logs are kept for at least six months', 730, 180, 3650, 5),
	('ended_sessions', '已结束的登录会话', 'Ended sessions', '登录凭证失效后即无用处', 'Of no use once the token itself has expired', 7, 1, 30, 6);

create table app.retention_sweeps (
	id bigint generated always as identity primary key,
	kind text not null references app.retention_rules (kind),
	swept_at timestamptz not null default private.clock(),
	days int not null,
	erased int not null check (erased >= 0)
);
comment on table app.retention_sweeps is 'Tombstones of what was erased by age: of which kind, when, by which rule, how many. A kind that had nothing due has its last look only.';
create index retention_sweeps_kind on app.retention_sweeps (kind, swept_at desc);

create function private.retention_days(kind text)
returns int language sql stable security definer set search_path = '' as $$
	select r.days from app.retention_rules r where r.kind = retention_days.kind;
$$;
comment on function private.retention_days(text) is 'Definer: rules of erasure ask it whoever they run for.';

-- Contacts whose report ended as long ago as the rule says. Several may hang on one report.
create function private.contacts_due()
returns table (contact_id uuid) language sql stable set search_path = '' as $$
	select k.id from app.report_contacts k join app.reports r on r.id = k.report_id left join app.cases c on c.id = r.case_id
	cross join (select private.clock() - make_interval(days => private.retention_days('news_contacts')) as at) before
	where k.recorded_at < before.at
		-- Not while the last of the news is on its way; where nobody sends any, nothing is.
		and not exists (select from app.deliveries d where d.contact_id = k.id and d.state = 'waiting' and d.next_try_at > private.clock() - interval '1 day')
		-- When it ended, and not when it began: whoever waited for weeks is still told how it ended.
		and case when r.status = 'declined' then coalesce((select max(e.recorded_at) from app.event_log e where e.report_id = r.id and e.kind = 'report.declined'), r.recorded_at)
			when c.status = 'closed' then c.closed_at
			when c.status = 'voided' then coalesce((select max(e.recorded_at) from app.event_log e where e.case_id = c.id and e.kind = 'case.voided'), c.closed_at, c.filed_at) end < before.at;
$$;

-- Definer: writes for the service role. Reads the log on from where it was read, notes what is news to whom, and hands out what is to be sent now,
-- each for a while to one sender. Nothing is told while the desk's decision about a report can still be taken back, and never what was. Contacts whose report ended as long ago as the rule of retention says are erased.
create or replace function private.claim_deliveries(max_rows int)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	moment timestamptz := private.clock();
	reached bigint;
	head bigint := (select h.position from app.event_head h);
	answer jsonb;
begin
	select x.position into reached from app.delivery_cursor x for update skip locked;
	if reached is not null and reached < head then
		if exists (select from app.report_contacts) then
			head := least(head, reached + 20000);
			insert into app.deliveries (contact_id, position, step, next_try_at)
			select k.id, c.position, e.kind, greatest(moment, (select max(f.recorded_at) + interval '1 minute' from app.event_log f where f.report_id = r.id
					and f.kind in ('report.filed', 'report.merged', 'report.to_verify', 'report.declined')))
			from app.event_chain c join app.event_log e on e.id = c.event_id
			join app.reports r on r.id = e.report_id or (e.report_id is null and r.case_id = e.case_id)
			join app.report_contacts k on k.report_id = r.id and k.after_position < c.position
			where c.position > reached and c.position <= head and e.kind in ('report.filed', 'report.merged', 'report.to_verify', 'report.declined', 'case.dispatched', 'case.handled',
				'case.closed', 'case.returned', 'case.suspended', 'case.voided')
			on conflict do nothing;
		end if;
		update app.delivery_cursor x set position = head;
		perform private.erase_contacts(null, k.contact_id, 'expired') from private.contacts_due() k;
	end if;
	update app.deliveries d set state = 'gave_up' where d.state = 'waiting' and d.attempts >= 5 and d.next_try_at <= moment;
	delete from app.deliveries d using app.report_contacts k
	where d.state = 'waiting' and d.next_try_at <= moment and d.step like 'report.%' and k.id = d.contact_id
		and exists (select from app.event_log e join app.event_chain c on c.event_id = e.id
			where e.report_id = k.report_id and e.kind = 'report.undone' and c.position > d.position);
	with taken as (
		update app.deliveries d set attempts = d.attempts + 1, next_try_at = moment + interval '1 minute' * (4 ^ least(d.attempts, 4))
		where d.id in (select x.id from app.deliveries x where x.state = 'waiting' and x.next_try_at <= moment order by x.next_try_at, x.id
			limit least(greatest(coalesce(max_rows, 50), 1), 500) for update skip locked)
		returning d.id, d.contact_id, d.step, d.position
	)
	select jsonb_build_object('deliveries', coalesce(jsonb_agg(jsonb_build_object('id', t.id, 'contact_id', k.id, 'kind', k.kind, 'sealed', k.sealed, 'language', k.language,
		'number', r.number, 'step', t.step) order by t.position), '[]'))
	into answer from taken t join app.report_contacts k on k.id = t.contact_id join app.reports r on r.id = k.report_id;
	return answer;
end $$;


-- Sessions that ended before a moment, or would have been too old by then to be worth anything, and still tell with what and from where they were opened.
create function private.old_sessions(before timestamptz)
returns table (id text) language sql stable set search_path = '' as $$
	select s.id from app.sessions s, app.sign_in_rules r
	where num_nonnulls(s.agent, s.network) > 0
		and coalesce(s.ended_at, case when not s.lasts then least(s.seen_at + make_interval(hours => r.idle_hours), s.opened_at + make_interval(hours => r.longest_hours)) end) < before;
$$;

-- How many of a kind are due now: here, and among the sealed particulars of cases, which have a sweep of their own.
create function private.retention_due(kind text)
returns bigint language plpgsql stable security definer set search_path = '' as $$
declare
	before timestamptz := private.clock() - make_interval(days => private.retention_days(kind));
	due bigint := 0;
	sealed bigint;
begin
	case retention_due.kind
		when 'news_contacts' then select count(*) into due from private.contacts_due();
		when 'access_logs' then select count(*) into due from app.photo_accesses p where p.recorded_at < before;
		when 'ended_sessions' then due := (select count(*) from app.ended_sessions e where e.ended_at < before) + (select count(*) from private.old_sessions(before));
		else null;
	end case;
	select sum(e.due) into sealed from private.expiring_particulars() e where e.kind = retention_due.kind;
	return due + coalesce(sealed, 0);
end $$;
comment on function private.retention_due(text) is 'Definer: counts rows that nobody may read.';

-- Definer: erases by age, for the scheduler. Each kind leaves a tombstone with its number; one kind at a time, so that a slow one holds up no other.
create function private.sweep_retention()
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	rule app.retention_rules;
	before timestamptz;
	n int;
	told int;
	answer jsonb := '{}'::jsonb;
begin
	for rule in select r.* from app.retention_rules r order by r.position loop
		before := private.clock() - make_interval(days => rule.days);
		n := 0;
		case rule.kind
			when 'news_contacts' then
				select coalesce(sum(private.erase_contacts(null, k.contact_id, 'expired')), 0) into n from private.contacts_due() k;
			when 'access_logs' then
				delete from app.photo_accesses p where p.recorded_at < before;
				get diagnostics n = row_count;
			when 'ended_sessions' then
				-- That a session has ended stays: what is forgotten is with which program and from which network it was opened.
				update app.sessions s set agent = null, network = null where s.id in (select o.id from private.old_sessions(before) o);
				get diagnostics told = row_count;
				delete from app.ended_sessions e where e.ended_at < before;
				get diagnostics n = row_count;
				n := n + told;
			else continue;
		end case;
		perform private.note_sweep(rule.kind, n);
		answer := answer || jsonb_build_object(rule.kind, n);
	end loop;
	return answer;
end $$;

-- A look that found nothing replaces the one before it that found nothing: the list tells of erasures, not of nights.
create function private.note_sweep(kind text, erased int)
returns void language plpgsql set search_path = '' as $$
declare
	last app.retention_sweeps;
begin
	select s.* into last from app.retention_sweeps s where s.kind = note_sweep.kind order by s.id desc limit 1;
	if note_sweep.erased = 0 and last.erased = 0 then
		update app.retention_sweeps s set swept_at = private.clock(), days = private.retention_days(note_sweep.kind) where s.id = last.id;
	else
		insert into app.retention_sweeps (kind, days, erased) values (note_sweep.kind, private.retention_days(note_sweep.kind), note_sweep.erased);
	end if;
end $$;

create function private.retention()
returns jsonb language plpgsql stable security definer set search_path = '' as $$
begin
	if (select auth.uid()) is not null then perform private.need_role('admin', 'data_officer'); end if;
	return (
		select jsonb_build_object('rules', jsonb_agg(jsonb_build_object('kind', r.kind, 'name', r.name, 'name_en', r.name_en, 'basis', r.basis, 'basis_en', r.basis_en,
			'days', r.days, 'least_days', r.least_days, 'most_days', r.most_days, 'due', private.retention_due(r.kind),
			'last_sweep', (select max(s.swept_at) from app.retention_sweeps s where s.kind = r.kind),
			'erased', (select coalesce(sum(s.erased), 0) from app.retention_sweeps s where s.kind = r.kind)) order by r.position),
			'sweeps', (select coalesce(jsonb_agg(jsonb_build_object('kind', s.kind, 'swept_at', s.swept_at, 'days', s.days, 'erased', s.erased) order by s.id desc), '[]')
				from (select * from app.retention_sweeps x where x.erased > 0 order by x.id desc limit 50) s))
		from app.retention_rules r
	);
end $$;
comment on function private.retention() is 'Definer: what is due is counted in tables nobody reads; administrators and the data officer are told numbers.';

-- Definer: writes for administrators. A longer or shorter time within what is allowed; the next sweep follows it.
create function private.set_retention(kind text, days int)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	was app.retention_rules;
begin
	perform private.need_admin();
	select r.* into was from app.retention_rules r where r.kind = set_retention.kind for update;
	if was.kind is null then perform private.problem(404, 'not_found'); end if;
	if days is null or days not between was.least_days and was.most_days then
		perform private.problem(422, 'retention_out_of_range', jsonb_build_object('least', was.least_days, 'most', was.most_days));
	end if;
	update app.retention_rules r set days = set_retention.days where r.kind = was.kind;
	-- What is sealed carries its own day; a shorter time holds for what is there already, a longer one does not bring the day back.
	if days < was.days then
		update app.particulars p set keep_until = least(p.keep_until, p.recorded_at + make_interval(days => set_retention.days)) from app.particular_rules r
		where r.kind = p.kind and r.retention = was.kind and p.erased_at is null
			and r.subject = case when p.report_id is not null then 'report' when p.case_id is not null then 'case' when p.site_id is not null then 'site' else 'vehicle' end;
	end if;
	perform private.describe('retention.changed', private.clock(), 'admin');
	perform private.log_change('retention', null, null, jsonb_build_object('days', was.days), jsonb_build_object('retention_kind', was.kind, 'days', set_retention.days));
	return jsonb_build_object('kind', was.kind, 'days', set_retention.days, 'due', private.retention_due(was.kind));
end $$;

-- Definer: writes for the service role and administrators. [{kind, days}]: which kinds there are, and how far each may go, no file says. What is written is
-- written as by hand.
create function private.import_retention(import jsonb, rules jsonb)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	is_dry boolean := coalesce((import ->> 'dry_run')::boolean, false);
	opened app.imports;
	item jsonb;
	refused jsonb := '[]'::jsonb;
	n_changed int := 0; n_unchanged int := 0;
	was app.retention_rules;
	fault text;
begin
	perform private.need_admin();
	if jsonb_typeof(rules) is distinct from 'array' or jsonb_array_length(rules) > 200 then perform private.problem(422, 'batch_too_large', '{"most": 200}'::jsonb); end if;
	if not is_dry then opened := private.begin_import(import, 'retention'); end if;
	for item in select value from jsonb_array_elements(rules) loop
		was := null;
		select r.* into was from app.retention_rules r where r.kind = item ->> 'kind';
		fault := case
			when was.kind is null then 'unknown_retention'
			when coalesce(item ->> 'days', '') !~ '^[0-9]{1,5}$' or (item ->> 'days')::int not between was.least_days and was.most_days then 'retention_out_of_range'
		end;
		if fault is not null then
			refused := refused || jsonb_build_array(jsonb_strip_nulls(jsonb_build_object('key', item ->> 'kind', 'problem', fault, 'least', was.least_days, 'most', was.most_days)));
		elsif was.days = (item ->> 'days')::int then
			n_unchanged := n_unchanged + 1;
		else
			n_changed := n_changed + 1;
			if not is_dry then perform private.set_retention(was.kind, (item ->> 'days')::int); end if;
		end if;
	end loop;
	if not is_dry then opened := private.finish_import(opened.id, 0, n_changed, n_unchanged, 0, jsonb_array_length(refused), true); end if;
	return jsonb_build_object('added', 0, 'changed', n_changed, 'unchanged', n_unchanged, 'gone', 0, 'rejected', refused);
end $$;
create function api.import_retention(import jsonb, rules jsonb)
returns jsonb language sql set search_path = '' as $$ select private.import_retention(import, rules); $$;

create function api.retention()
returns jsonb language sql stable set search_path = '' as $$ select private.retention(); $$;
create function api.set_retention(kind text, days int)
returns jsonb language sql set search_path = '' as $$ select private.set_retention(kind, days); $$;
create function api.sweep_retention()
returns jsonb language sql set search_path = '' as $$ select private.sweep_retention(); $$;

---- Rights ----
alter table app.facility_versions enable row level security;
alter table app.shifts enable row level security;
alter table app.shift_members enable row level security;
alter table app.retention_rules enable row level security;
alter table app.retention_sweeps enable row level security;
grant select on app.facility_versions, app.shifts, app.shift_members, app.retention_rules, app.retention_sweeps to authenticated, service_role;
create policy "staff read the history of facilities" on app.facility_versions for select to authenticated using ((select private.is_staff()));
create policy "staff read shifts" on app.shifts for select to authenticated using ((select private.is_staff()));
create policy "people read their own shifts, desk and administrators all" on app.shift_members for select to authenticated
	using (staff_id = (select auth.uid()) or (select private.has_role('registrar', 'dispatcher', 'closer', 'office', 'admin')));
create policy "staff read how long personal data is kept" on app.retention_rules for select to authenticated using ((select private.is_staff()));
create policy "administrators and the data officer read what was erased" on app.retention_sweeps for select to authenticated using ((select private.has_role('admin', 'data_officer')));

revoke all on function private.old_sessions(timestamptz), private.unit_called(text), private.area_changes(jsonb), private.area_effect(private.area_change[]), private.preview_areas(jsonb), private.area_state(app.areas, app.area_versions), private.save_areas(jsonb, boolean),
	private.facility_state(app.facilities), private.keep_facility(), private.save_facility(jsonb), private.shift_state(app.shifts), private.save_shift(jsonb), private.import_shifts(jsonb, jsonb), private.import_retention(jsonb, jsonb),
	private.staff_holds(uuid), private.set_staff_active(uuid, boolean), private.set_role_dates(bigint, timestamptz, timestamptz), private.retention_days(text), private.contacts_due(),
	private.retention_due(text), private.sweep_retention(), private.note_sweep(text, int), private.retention(), private.set_retention(text, int),
	api.area_history(bigint), api.area_numbers(bigint[]), api.closed_areas(), api.preview_areas(jsonb), api.save_areas(jsonb, boolean), api.facility_history(bigint),
	api.save_facility(jsonb), api.shifts(), api.save_shift(jsonb), api.import_shifts(jsonb, jsonb), api.import_retention(jsonb, jsonb), api.staff_roles(uuid), api.staff_holds(uuid),
	api.set_staff_active(uuid, boolean), api.set_role_dates(bigint, timestamptz, timestamptz), api.retention(), api.set_retention(text, int), api.sweep_retention() from public, anon, authenticated, service_role;
grant execute on function private.preview_areas(jsonb), private.save_areas(jsonb, boolean), private.save_facility(jsonb), private.save_shift(jsonb), private.import_shifts(jsonb, jsonb),
	private.import_retention(jsonb, jsonb), private.staff_holds(uuid), private.set_staff_active(uuid, boolean), private.set_role_dates(bigint, timestamptz, timestamptz), private.retention(), private.set_retention(text, int), api.area_history(bigint),
	api.area_numbers(bigint[]), api.closed_areas(), api.preview_areas(jsonb), api.save_areas(jsonb, boolean), api.facility_history(bigint), api.save_facility(jsonb),
	api.shifts(), api.save_shift(jsonb), api.import_shifts(jsonb, jsonb), api.import_retention(jsonb, jsonb), api.staff_roles(uuid), api.staff_holds(uuid), api.set_staff_active(uuid, boolean),
	api.set_role_dates(bigint, timestamptz, timestamptz), api.retention(), api.set_retention(text, int) to authenticated, service_role;
grant execute on function private.sweep_retention(), api.sweep_retention() to service_role;
