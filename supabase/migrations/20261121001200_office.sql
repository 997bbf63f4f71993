-- What the office sets up: units, categories, the calendar, facilities, the campaign, staff. Each comes as a file's rows or as one row from a form.

-- A campaign (专项整治) and the figures it announced. A lower bound keeps its "+".
create table app.campaigns (
	key text primary key check (private.is_plain_text(key, 80)),
	name text not null check (private.is_plain_text(name, 120)),
	name_en text check (private.is_plain_text(name_en, 120)),
	starts_on date not null,
	ends_on date not null,
	check (starts_on <= ends_on)
);
comment on table app.campaigns is 'Campaigns (专项整治) with their dates.';
create table app.campaign_figures (
	campaign text not null references app.campaigns (key),
	key text not null check (private.is_plain_text(key, 80)),
	name text not null check (private.is_plain_text(name, 120)),
	name_en text check (private.is_plain_text(name_en, 120)),
	value int not null check (value >= 0),
	is_lower_bound boolean not null default false,
	as_of date not null,
	position int not null default 0,
	primary key (campaign, key)
);
comment on table app.campaign_figures is 'Figures a campaign announced, with the day they were true. is_lower_bound: the source said "more than".';

-- Definer: writes for the service role and administrators. {key, name, name_en, starts_on, ends_on, figures: [{key, name, name_en, value, is_lower_bound, as_of}]}
create function private.set_campaign(campaign jsonb)
returns jsonb language plpgsql security definer set search_path = '' as $$
begin
	perform private.need_admin();
	if coalesce(campaign ->> 'key', '') = '' or coalesce(campaign ->> 'name', '') = '' or jsonb_typeof(coalesce(campaign -> 'figures', '[]')) <> 'array' then
		perform private.problem(422, 'bad_campaign');
	end if;
	insert into app.campaigns (key, name, name_en, starts_on, ends_on)
	values (campaign ->> 'key', campaign ->> 'name', campaign ->> 'name_en', (campaign ->> 'starts_on')::date, (campaign ->> 'ends_on')::date)
	on conflict (key) do update set name = excluded.name, name_en = excluded.name_en, starts_on = excluded.starts_on, ends_on = excluded.ends_on;
	delete from app.campaign_figures f where f.campaign = set_campaign.campaign ->> 'key';
	insert into app.campaign_figures (campaign, key, name, name_en, value, is_lower_bound, as_of, position)
	select set_campaign.campaign ->> 'key', f.item ->> 'key', f.item ->> 'name', f.item ->> 'name_en', (f.item ->> 'value')::int,
		coalesce((f.item ->> 'is_lower_bound')::boolean, false), (f.item ->> 'as_of')::date, f.n
	from jsonb_array_elements(coalesce(set_campaign.campaign -> 'figures', '[]')) with ordinality f (item, n);
	return jsonb_build_object('key', campaign ->> 'key');
exception when data_exception or integrity_constraint_violation then
	perform private.problem(422, 'bad_campaign', jsonb_build_object('reason', sqlerrm));
	return null;
end $$;

-- The campaign that runs today, else the one that begins next, else the last one; null when there is none.
create function private.campaign(at timestamptz)
returns jsonb language sql stable set search_path = '' as $$
	select jsonb_build_object('key', c.key, 'name', c.name, 'name_en', c.name_en, 'starts_on', c.starts_on, 'ends_on', c.ends_on,
		'days_left', c.ends_on - private.local_day(at),
		'figures', (select coalesce(jsonb_agg(jsonb_build_object('key', f.key, 'name', f.name, 'name_en', f.name_en, 'value', f.value,
			'is_lower_bound', f.is_lower_bound, 'as_of', f.as_of) order by f.position), '[]') from app.campaign_figures f where f.campaign = c.key))
	from app.campaigns c
	order by case when private.local_day(at) between c.starts_on and c.ends_on then 0 when c.starts_on > private.local_day(at) then 1 else 2 end,
		abs(c.ends_on - private.local_day(at)), c.key
	limit 1;
$$;

-- Definer: writes for the service role and administrators. The demo town's switch: on, it keeps reporting and working cases.
create function private.set_simulation(is_on boolean)
returns jsonb language plpgsql security definer set search_path = '' as $$
begin
	perform private.need_admin();
	if not (select c.is_demo from app.city c) then perform private.problem(409, 'not_a_demo'); end if;
	update app.city set simulating = coalesce(is_on, false);
	return jsonb_build_object('simulating', coalesce(is_on, false));
end $$;

-- Definer: writes for the service role and administrators. [{key, name, name_en, parent}]; a parent is named by its key and may stand further down.
create function private.import_units(import jsonb, units jsonb)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	is_dry boolean := coalesce((import ->> 'dry_run')::boolean, false);
	opened app.imports;
	item jsonb;
	refused jsonb := '[]'::jsonb;
	n_added int := 0; n_changed int := 0; n_unchanged int := 0;
	was app.units;
	fault text;
begin
	perform private.need_admin();
	if jsonb_typeof(units) is distinct from 'array' or jsonb_array_length(units) > 5000 then perform private.problem(422, 'batch_too_large', '{"most": 5000}'::jsonb); end if;
	if not is_dry then opened := private.begin_import(import, 'units'); end if;
	-- First who there is, then who belongs to whom.
	for item in select value || jsonb_build_object('key', coalesce(nullif(value ->> 'key', ''), value ->> 'name')) from jsonb_array_elements(units) loop
		was := null;
		select x.* into was from app.units x where x.key = item ->> 'key';
		fault := case
			when coalesce(item ->> 'name', '') = '' or not private.is_plain_text(item ->> 'name', 120) or not private.is_plain_text(item ->> 'key', 120)
				or not private.is_plain_text(coalesce(item ->> 'name_en', ''), 120) then 'name_missing'
			when coalesce(item ->> 'parent', '') <> '' and not exists (select from app.units x where x.key = item ->> 'parent')
				and not exists (select from jsonb_array_elements(units) o where coalesce(nullif(o ->> 'key', ''), o ->> 'name') = item ->> 'parent') then 'unknown_parent'
			when item ->> 'parent' = item ->> 'key' then 'own_parent'
		end;
		if fault is not null then
			refused := refused || jsonb_build_array(jsonb_build_object('key', item ->> 'key', 'problem', fault));
		elsif was.id is null then
			n_added := n_added + 1;
		elsif (was.name, coalesce(was.name_en, ''), coalesce((select p.key from app.units p where p.id = was.parent_id), ''))
			is distinct from (item ->> 'name', coalesce(item ->> 'name_en', ''), coalesce(item ->> 'parent', '')) then
			n_changed := n_changed + 1;
		else
			n_unchanged := n_unchanged + 1;
		end if;
		continue when fault is not null or is_dry;
		insert into app.units (key, name, name_en) values (item ->> 'key', item ->> 'name', nullif(item ->> 'name_en', ''))
		on conflict (key) do update set name = excluded.name, name_en = excluded.name_en;
	end loop;
	if is_dry then
		return jsonb_build_object('added', n_added, 'changed', n_changed, 'unchanged', n_unchanged, 'gone', 0, 'rejected', refused);
	end if;
	update app.units u set parent_id = p.id
	from (select coalesce(nullif(o ->> 'key', ''), o ->> 'name') as key, nullif(o ->> 'parent', '') as parent from jsonb_array_elements(units) o) given
	left join app.units p on p.key = given.parent
	where u.key = given.key and u.parent_id is distinct from p.id and p.id is distinct from u.id and (given.parent is null or p.id is not null);
	if exists (with recursive up as (
			select x.id as start, x.parent_id as at, 1 as depth from app.units x where x.parent_id is not null
			union all select up.start, x.parent_id, up.depth + 1 from up join app.units x on x.id = up.at where x.parent_id is not null and up.depth < 40
		) select from up where up.at = up.start or up.depth >= 40) then
		perform private.problem(422, 'units_in_a_circle');
	end if;
	opened := private.finish_import(opened.id, n_added, n_changed, n_unchanged, 0, jsonb_array_length(refused), true);
	return jsonb_build_object('added', n_added, 'changed', n_changed, 'unchanged', n_unchanged, 'gone', 0, 'rejected', refused);
end $$;

-- Definer: writes for the service role and administrators. Categories by code; the ones a file does not name stay.
create function private.import_categories(import jsonb, categories jsonb)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	is_dry boolean := coalesce((import ->> 'dry_run')::boolean, false);
	opened app.imports;
	item jsonb;
	refused jsonb := '[]'::jsonb;
	n_added int := 0; n_changed int := 0; n_unchanged int := 0;
	was app.categories;
	next app.categories;
	unit bigint;
	fault text;
begin
	perform private.need_admin();
	if jsonb_typeof(categories) is distinct from 'array' or jsonb_array_length(categories) > 2000 then perform private.problem(422, 'batch_too_large', '{"most": 2000}'::jsonb); end if;
	if not is_dry then opened := private.begin_import(import, 'categories'); end if;
	for item in select value from jsonb_array_elements(categories) order by coalesce(value ->> 'parent', '') <> '' loop
		was := null; next := null; unit := null; fault := null;
		select x.* into was from app.categories x where x.code = item ->> 'code';
		select u.id into unit from app.units u where u.key = item ->> 'default_unit';
		if coalesce(item ->> 'code', '') !~ '^[0-9A-Z]{2,8}$' then fault := 'bad_code';
		elsif coalesce(item ->> 'name', was.name, '') = '' or not private.is_plain_text(coalesce(item ->> 'name', ''), 80)
			or not private.is_plain_text(coalesce(item ->> 'name_en', ''), 80) then fault := 'name_missing';
		elsif coalesce(item ->> 'parent', '') <> '' and not exists (select from app.categories x where x.code = item ->> 'parent')
			and not exists (select from jsonb_array_elements(categories) o where o ->> 'code' = item ->> 'parent') then fault := 'unknown_parent';
		elsif coalesce(item ->> 'default_unit', '') <> '' and unit is null then fault := 'unknown_unit';
		end if;
		if fault is null then
			begin
				next := row(item ->> 'code', coalesce(nullif(item ->> 'parent', ''), was.parent), coalesce(item ->> 'name', was.name), coalesce(nullif(item ->> 'name_en', ''), was.name_en, item ->> 'name'),
					coalesce(nullif(item ->> 'class_code', ''), was.class_code, left(item ->> 'code', 2)), coalesce(item ->> 'subclass_code', was.subclass_code, substr(item ->> 'code', 3)),
					coalesce((item ->> 'is_tile')::boolean, was.is_tile, false), coalesce((item ->> 'is_active')::boolean, was.is_active, true),
					coalesce((item ->> 'position')::int, was.position, 100), coalesce((item ->> 'handle_working_hours')::numeric, was.handle_working_hours, 14),
					coalesce((item ->> 'duplicate_radius_m')::float8, was.duplicate_radius_m, 50), coalesce((item ->> 'duplicate_days')::int, was.duplicate_days, 14),
					coalesce((item ->> 'recurrence_radius_m')::float8, was.recurrence_radius_m, 30), coalesce((item ->> 'recurrence_days')::int, was.recurrence_days, 14),
					coalesce(unit, case when item ? 'default_unit' then null else was.default_unit_id end))::app.categories;
				if next.handle_working_hours not between 0.25 and 2000 or next.duplicate_radius_m not between 0 and 5000 or next.duplicate_days not between 0 and 366
					or next.recurrence_radius_m not between 0 and 5000 or next.recurrence_days not between 0 and 366 or next.parent = next.code
					or next.class_code !~ '^[0-9A-Z]{2,4}$' or next.subclass_code !~ '^[0-9A-Z]{0,4}$' then fault := 'bad_number'; end if;
			exception when data_exception then
				fault := 'bad_number';
			end;
		end if;
		if fault is not null then
			refused := refused || jsonb_build_array(jsonb_build_object('key', item ->> 'code', 'problem', fault));
			continue;
		end if;
		n_added := n_added + (was.code is null)::int;
		n_changed := n_changed + (was.code is not null and was is distinct from next)::int;
		n_unchanged := n_unchanged + (was.code is not null and was is not distinct from next)::int;
		continue when is_dry or was is not distinct from next;
		insert into app.categories select next.*
		on conflict (code) do update set parent = excluded.parent, name = excluded.name, name_en = excluded.name_en, class_code = excluded.class_code, subclass_code = excluded.subclass_code,
			is_tile = excluded.is_tile, is_active = excluded.is_active, position = excluded.position, handle_working_hours = excluded.handle_working_hours,
			duplicate_radius_m = excluded.duplicate_radius_m, duplicate_days = excluded.duplicate_days, recurrence_radius_m = excluded.recurrence_radius_m,
			recurrence_days = excluded.recurrence_days, default_unit_id = excluded.default_unit_id;
	end loop;
	if not is_dry then opened := private.finish_import(opened.id, n_added, n_changed, n_unchanged, 0, jsonb_array_length(refused), true); end if;
	return jsonb_build_object('added', n_added, 'changed', n_changed, 'unchanged', n_unchanged, 'gone', 0, 'rejected', refused);
end $$;

-- Definer: writes for the service role and administrators. days: [{day, is_workday, name}] replace what is known of each year they name; hours:
-- [{weekday, starts, ends}] replace the week, when given.
create function private.import_calendar(import jsonb, days jsonb, hours jsonb)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	is_dry boolean := coalesce((import ->> 'dry_run')::boolean, false);
	opened app.imports;
	n_added int; n_changed int; n_unchanged int; n_gone int;
begin
	perform private.need_admin();
	if jsonb_typeof(coalesce(days, '[]')) <> 'array' or jsonb_array_length(coalesce(days, '[]')) > 5000 or jsonb_typeof(coalesce(hours, '[]')) <> 'array' then
		perform private.problem(422, 'batch_too_large', '{"most": 5000}'::jsonb);
	end if;
	if exists (select from jsonb_array_elements(coalesce(days, '[]')) d where not private.is_plain_text(coalesce(d ->> 'name', ''), 80)) then
		perform private.problem(422, 'bad_text', '{"field": "name", "longest": 80}');
	end if;
	with given as (select distinct on ((d ->> 'day')::date) (d ->> 'day')::date as day, (d ->> 'is_workday')::boolean as is_workday, coalesce(d ->> 'name', '') as name from jsonb_array_elements(coalesce(days, '[]')) d),
	compared as (select g.day, w.day as known, (w.is_workday, w.name) is not distinct from (g.is_workday, g.name) as is_same from given g left join app.working_days w on w.day = g.day)
	select count(*) filter (where known is null), count(*) filter (where known is not null and not is_same), count(*) filter (where is_same),
		(select count(*) from app.working_days w where extract(year from w.day) in (select extract(year from g.day) from given g) and w.day not in (select g.day from given g))
	into n_added, n_changed, n_unchanged, n_gone from compared;
	if not is_dry then
		opened := private.begin_import(import, 'calendar');
		delete from app.working_days w where extract(year from w.day) in (select extract(year from (d ->> 'day')::date) from jsonb_array_elements(coalesce(days, '[]')) d);
		insert into app.working_days (day, is_workday, name)
		select distinct on ((d ->> 'day')::date) (d ->> 'day')::date, (d ->> 'is_workday')::boolean, coalesce(d ->> 'name', '') from jsonb_array_elements(coalesce(days, '[]')) d;
		if jsonb_array_length(coalesce(hours, '[]')) > 0 then
			delete from app.working_hours w where true;
			insert into app.working_hours (weekday, starts, ends)
			select (h ->> 'weekday')::int, (h ->> 'starts')::time, (h ->> 'ends')::time from jsonb_array_elements(hours) h;
		end if;
		opened := private.finish_import(opened.id, n_added, n_changed, n_unchanged, n_gone, 0, true);
	end if;
	return jsonb_build_object('added', n_added, 'changed', n_changed, 'unchanged', n_unchanged, 'gone', n_gone, 'rejected', '[]'::jsonb);
exception when data_exception or integrity_constraint_violation then
	perform private.problem(422, 'bad_calendar', jsonb_build_object('reason', sqlerrm));
	return null;
end $$;

-- Definer: writes for the service role and administrators. [{key, kind, name, name_en, lng, lat, bays, bays_free, build_state}]; those a file does not name stay.
create function private.import_facilities(import jsonb, facilities jsonb)
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
			end;
		exception when data_exception then
			fault := 'bad_number';
		end;
		if fault is not null then
			refused := refused || jsonb_build_array(jsonb_build_object('key', item ->> 'key', 'problem', fault));
			continue;
		end if;
		pin := private.point((item ->> 'lng')::float8, (item ->> 'lat')::float8);
		if was.id is null then
			n_added := n_added + 1;
		elsif (was.kind, was.name, coalesce(was.name_en, ''), was.bays, was.bays_free, was.build_state)
			is distinct from (item ->> 'kind', item ->> 'name', coalesce(item ->> 'name_en', ''), n_bays, n_free, coalesce(item ->> 'build_state', 'open')) or private.metres(was.geom, pin) > 0.2 then
			n_changed := n_changed + 1;
		else
			n_unchanged := n_unchanged + 1;
			continue;
		end if;
		continue when is_dry;
		insert into app.facilities (key, kind, name, name_en, geom, bays, bays_free, build_state)
		values (item ->> 'key', item ->> 'kind', item ->> 'name', nullif(item ->> 'name_en', ''), pin, n_bays, n_free, coalesce(item ->> 'build_state', 'open'))
		on conflict (key) do update set kind = excluded.kind, name = excluded.name, name_en = excluded.name_en, geom = excluded.geom,
			bays = excluded.bays, bays_free = excluded.bays_free, build_state = excluded.build_state;
	end loop;
	if not is_dry then opened := private.finish_import(opened.id, n_added, n_changed, n_unchanged, 0, jsonb_array_length(refused), true); end if;
	return jsonb_build_object('added', n_added, 'changed', n_changed, 'unchanged', n_unchanged, 'gone', 0, 'rejected', refused);
end $$;

-- Definer: administrators see everyone's account and roles, ended ones too.
create function private.staff_list()
returns jsonb language plpgsql stable security definer set search_path = '' as $$
begin
	perform private.need_admin();
	return (
		select jsonb_build_object('staff', coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'name', s.name, 'login', s.login, 'is_active', s.is_active,
			'roles', (select coalesce(jsonb_agg(jsonb_build_object('role', r.role, 'role_name', n.name, 'role_name_en', n.name_en, 'unit_id', r.unit_id, 'unit', u.name,
				'unit_key', u.key, 'area_id', r.area_id, 'area', v.name, 'valid_from', r.valid_from, 'valid_to', r.valid_to) order by n.position, r.id), '[]')
				from app.staff_roles r join app.roles n on n.role = r.role left join app.units u on u.id = r.unit_id
				left join app.area_versions v on v.area_id = r.area_id and v.valid_to is null where r.staff_id = s.id)) order by s.name, s.id), '[]'))
		from app.staff s
	);
end $$;

create function api.set_campaign(campaign jsonb)
returns jsonb language sql set search_path = '' as $$ select private.set_campaign(campaign); $$;
create function api.set_simulation(is_on boolean)
returns jsonb language sql set search_path = '' as $$ select private.set_simulation(is_on); $$;
create function api.import_units(import jsonb, units jsonb)
returns jsonb language sql set search_path = '' as $$ select private.import_units(import, units); $$;
create function api.import_categories(import jsonb, categories jsonb)
returns jsonb language sql set search_path = '' as $$ select private.import_categories(import, categories); $$;
create function api.import_calendar(import jsonb, days jsonb default '[]', hours jsonb default '[]')
returns jsonb language sql set search_path = '' as $$ select private.import_calendar(import, days, hours); $$;
create function api.import_facilities(import jsonb, facilities jsonb)
returns jsonb language sql set search_path = '' as $$ select private.import_facilities(import, facilities); $$;
create function api.staff_list()
returns jsonb language sql stable set search_path = '' as $$ select private.staff_list(); $$;

create function api.imports(max_rows int default 50)
returns jsonb language sql stable set search_path = '' as $$
	select jsonb_build_object('imports', coalesce(jsonb_agg(jsonb_build_object('id', i.id, 'kind', i.kind, 'source', i.source, 'datum', i.datum, 'started_at', i.started_at,
		'finished_at', i.finished_at, 'added', i.added, 'changed', i.changed, 'unchanged', i.unchanged, 'gone', i.gone, 'rejected', i.rejected,
		-- Broken off, and run again since.
		'is_superseded', i.finished_at is null and exists (select from app.imports o where o.kind = i.kind and o.file_sha256 = i.file_sha256 and o.finished_at > i.started_at)) order by i.started_at desc, i.id), '[]'))
	from (select * from app.imports x order by x.started_at desc, x.id limit least(greatest(coalesce(max_rows, 50), 1), 500)) i;
$$;

create function api.facilities()
returns jsonb language sql stable set search_path = '' as $$
	select jsonb_build_object('facilities', coalesce(jsonb_agg(jsonb_build_object('id', f.id, 'key', f.key, 'kind', f.kind, 'name', f.name, 'name_en', f.name_en,
		'lng', round(extensions.st_x(f.geom)::numeric, 6), 'lat', round(extensions.st_y(f.geom)::numeric, 6), 'bays', f.bays, 'bays_free', f.bays_free, 'build_state', f.build_state) order by f.id), '[]'))
	from app.facilities f;
$$;

create function api.calendar()
returns jsonb language sql stable set search_path = '' as $$
	select jsonb_build_object(
		'days', (select coalesce(jsonb_agg(jsonb_build_object('day', d.day, 'is_workday', d.is_workday, 'name', d.name) order by d.day), '[]') from app.working_days d),
		'hours', (select coalesce(jsonb_agg(jsonb_build_object('weekday', h.weekday, 'starts', to_char(h.starts, 'HH24:MI'), 'ends', to_char(h.ends, 'HH24:MI')) order by h.weekday, h.starts), '[]') from app.working_hours h),
		'known_years', (select coalesce(jsonb_agg(distinct extract(year from d.day)::int order by extract(year from d.day)::int), '[]') from app.working_days d where not d.is_workday));
$$;

-- Categories whole, for those who keep them; the public list is part of api.city().
create function api.categories()
returns jsonb language sql stable set search_path = '' as $$
	select jsonb_build_object('categories', coalesce(jsonb_agg(to_jsonb(k) - 'default_unit_id' || jsonb_build_object('default_unit',
		(select u.key from app.units u where u.id = k.default_unit_id)) order by k.position, k.code), '[]')) from app.categories k;
$$;

alter table app.campaigns enable row level security;
alter table app.campaign_figures enable row level security;
grant select on app.campaigns, app.campaign_figures to anon, authenticated, service_role;
create policy "everyone reads campaigns" on app.campaigns for select to anon, authenticated using (true);
create policy "everyone reads the figures of campaigns" on app.campaign_figures for select to anon, authenticated using (true);

revoke all on function private.set_campaign(jsonb), private.campaign(timestamptz), private.set_simulation(boolean), private.import_units(jsonb, jsonb),
	private.import_categories(jsonb, jsonb), private.import_calendar(jsonb, jsonb, jsonb), private.import_facilities(jsonb, jsonb), private.staff_list(),
	api.set_campaign(jsonb), api.set_simulation(boolean), api.import_units(jsonb, jsonb), api.import_categories(jsonb, jsonb), api.import_calendar(jsonb, jsonb, jsonb),
	api.import_facilities(jsonb, jsonb), api.staff_list(), api.imports(int), api.facilities(), api.calendar(), api.categories() from public, anon, authenticated, service_role;
grant execute on function private.set_campaign(jsonb), private.set_simulation(boolean), private.import_units(jsonb, jsonb), private.import_categories(jsonb, jsonb),
	private.import_calendar(jsonb, jsonb, jsonb), private.import_facilities(jsonb, jsonb), private.staff_list(),
	api.set_campaign(jsonb), api.set_simulation(boolean), api.import_units(jsonb, jsonb), api.import_categories(jsonb, jsonb), api.import_calendar(jsonb, jsonb, jsonb),
	api.import_facilities(jsonb, jsonb), api.staff_list() to authenticated, service_role;
grant execute on function api.imports(int), api.facilities(), api.calendar(), api.categories() to authenticated, service_role;
