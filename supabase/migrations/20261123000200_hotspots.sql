-- What the hotspot pages read: where and when every report lay on the street lines, how hotspots are judged here, where patrols are out and for how
-- long, and what stands and was done around one place. The statistics themselves are computed over these columns, outside.

create table app.hotspot_settings (
	is_only boolean primary key default true check (is_only),
	-- Two people who ask the same get the same p-values: the draws begin here.
	seed int not null default 20161 check (seed between 1 and 2147483646),
	-- Of all hotspots shown, the share that may be false.
	false_rate float8 not null default 0.05 check (false_rate > 0 and false_rate <= 0.2),
	-- Fewer reports than this are incidents, not a spot.
	least_count int not null default 3 check (least_count between 1 and 1000)
);
comment on table app.hotspot_settings is 'How hotspots are judged in this city: the seed of the permutations, the false discovery rate, the minimum count.';
insert into app.hotspot_settings default values;
alter table app.hotspot_settings enable row level security;
revoke all on app.hotspot_settings from public, anon, authenticated, service_role;
grant select on app.hotspot_settings to authenticated, service_role;
create policy "staff read how hotspots are judged" on app.hotspot_settings for select to authenticated using ((select private.is_staff()));

create function private.need_hotspot_role()
returns void language plpgsql stable set search_path = '' as $$
begin
	if not (private.has_role('wall', 'admin') or private.is_desk()) then
		perform private.problem(403, 'role_needed', '{"roles": ["office"]}');
	end if;
end $$;

-- A column of whole numbers as text: four or two bytes each, the most significant first.
create function private.packed(bytes bytea)
returns text language sql immutable set search_path = '' as $$ select replace(encode(coalesce(bytes, ''), 'base64'), E'\n', ''); $$;

-- Definer: every report that was not declined, as a place on the street line; never the fix, the words or whose it was. In the order of their numbers, from the one after
-- `after`. hour: whole hours of the city's own clock since 2000-01-01 00:00. flags: 1 open, 2 found by a patrol, 4 closed, 8 not the first report of its
-- case, 16 the place was typed or came from a file, and from 256 on the index of its source in `sources`. segment: 0 for none.
create function private.hotspot_spots(after bigint, max_rows int)
returns jsonb language plpgsql stable security definer set search_path = '' as $$
declare
	most int := least(greatest(coalesce(max_rows, 50000), 1), 100000);
	c app.city := (select x from app.city x);
	s app.hotspot_settings := (select x from app.hotspot_settings x);
	sources text[] := array['citizen', 'volunteer', 'inspector', 'hotline', 'import', 'api'];
begin
	perform private.need_hotspot_role();
	return (
		with codes as (select k.code, k.name, k.name_en, k.parent, k.position, row_number() over (order by k.position, k.code) - 1 as i from app.categories k),
		hits as (
			select r.number, round((extensions.st_x(r.on_street) - c.center_lng) * 1e6)::int as lng, round((extensions.st_y(r.on_street) - c.center_lat) * 1e6)::int as lat,
				floor(extract(epoch from (r.recorded_at at time zone c.time_zone) - timestamp '2000-01-01') / 3600)::int as hour, coalesce(r.segment_id, 0)::int as segment, k.i::int as category,
				case when coalesce(f.is_open, r.status in ('received', 'to_verify')) then 1 else 0 end
					+ case when r.source = 'inspector' then 2 else 0 end
					+ case when f.closed_at is not null then 4 else 0 end
					+ case when r.case_id is not null and exists (select from app.reports o where o.case_id = r.case_id and o.number < r.number) then 8 else 0 end
					+ case when r.location_source in ('typed', 'import') then 16 else 0 end
					+ 256 * (array_position(sources, r.source) - 1) as flags
			from app.reports r join codes k on k.code = r.category left join app.case_facts f on f.case_id = r.case_id
			where r.number > coalesce(after, 0) and r.on_street is not null and r.status <> 'declined' and not coalesce(f.is_voided, false)
			order by r.number limit most
		)
		select jsonb_build_object('taken_at', private.clock(), 'origin', jsonb_build_array(c.center_lng, c.center_lat), 'time_zone', c.time_zone,
			'seed', s.seed, 'false_rate', s.false_rate, 'least_count', s.least_count, 'sources', to_jsonb(sources),
			'categories', (select jsonb_agg(jsonb_build_object('code', k.code, 'parent', k.parent, 'name', k.name, 'name_en', k.name_en) order by k.i) from codes k),
			'n', count(*), 'next', case when count(*) = most then max(h.number) end,
			'lng', private.packed(string_agg(int4send(h.lng), '' order by h.number)), 'lat', private.packed(string_agg(int4send(h.lat), '' order by h.number)),
			'hour', private.packed(string_agg(int4send(h.hour), '' order by h.number)), 'segment', private.packed(string_agg(int4send(h.segment), '' order by h.number)),
			'category', private.packed(string_agg(int2send(h.category::int2), '' order by h.number)), 'flags', private.packed(string_agg(int2send(h.flags::int2), '' order by h.number)))
		from hits h
	);
end $$;
create function api.hotspot_spots(after bigint default 0, max_rows int default 50000)
returns jsonb language sql stable set search_path = '' as $$ select private.hotspot_spots(after, max_rows); $$;

-- Definer: hours a week that teams are out on each segment, from the shifts of today: the hours of a unit's shifts, spread over the streets of the ground it answers for by
-- their length. Segments nobody patrols are left out.
create function private.patrol_hours()
returns jsonb language plpgsql stable security definer set search_path = '' as $$
declare
	today date := private.local_day(private.clock());
begin
	perform private.need_hotspot_role();
	return (
		with hours as (
			select s.unit_id, sum(cardinality(s.weekdays) * extract(epoch from case when s.ends > s.starts then s.ends - s.starts else s.ends - s.starts + interval '24 hours' end) / 3600) as weekly
			from app.shifts s where s.first_day <= today and coalesce(s.last_day, today) >= today group by s.unit_id
		), ground as (
			select distinct on (v.segment_id) v.segment_id, a.unit_id, v.length_m
			from app.segment_versions v cross join lateral (select extensions.st_lineinterpolatepoint(v.geom, 0.5) as middle) m
			join app.area_versions w on w.valid_to is null and w.geom operator(extensions.&&) m.middle and extensions.st_intersects(w.geom, m.middle)
			join app.areas a on a.id = w.area_id and a.kind = 'duty_grid' and a.gone_at is null
			where v.valid_to is null order by v.segment_id, a.id
		), spread as (
			select g.segment_id, h.weekly * g.length_m / sum(g.length_m) over (partition by g.unit_id) as weekly from ground g join hours h on h.unit_id = g.unit_id
		)
		select jsonb_build_object('n', count(*), 'segments', coalesce(jsonb_agg(x.segment_id order by x.segment_id), '[]'),
			'hours', coalesce(jsonb_agg(round(x.weekly::numeric, 3) order by x.segment_id), '[]')) from spread x
	);
end $$;
create function api.patrol_hours()
returns jsonb language sql stable set search_path = '' as $$ select private.patrol_hours(); $$;

-- Definer: around a place, what legal alternatives there are and what was last done in the cases there: kinds, times and units, no person and no word of anybody's. Cases
-- count where their place on the street line is: asked with one reach after another, the fix itself could be told from their number.
create function private.hotspot_surroundings(lng float8, lat float8, radius_m float8)
returns jsonb language plpgsql stable security definer set search_path = '' as $$
declare
	pin extensions.geometry;
	reach float8 := least(greatest(coalesce(radius_m, 150), 20), 500);
	snapped float8 := (select x.snap_limit_m from app.city x);
begin
	perform private.need_hotspot_role();
	if not coalesce(private.is_lng_lat(lng, lat), false) then perform private.problem(422, 'bad_value', '{"field": "lng"}'); end if;
	pin := private.point(lng, lat);
	return (
		with near as (
			select c.id, c.status, c.overdue_at, c.returned_count from app.cases c
			where c.geom operator(extensions.&&) private.box_around(pin, reach + snapped) and private.metres(c.on_street, pin) <= reach and c.status <> 'voided'
		)
		select jsonb_build_object('taken_at', private.clock(), 'radius_m', reach,
			'cases', (select jsonb_build_object('total', count(*), 'open', count(*) filter (where n.status <> 'closed'), 'overdue', count(*) filter (where n.status <> 'closed' and n.overdue_at is not null),
				'returned', count(*) filter (where n.returned_count > 0)) from near n),
			'facilities', (select coalesce(jsonb_agg(x.row order by x.metres), '[]') from (
				select m.metres, jsonb_build_object('id', f.id, 'kind', f.kind, 'name', f.name, 'name_en', f.name_en, 'build_state', f.build_state, 'bays', f.bays, 'metres', round(m.metres)) as row
				from app.facilities f, lateral (select private.metres(f.geom, pin) as metres) m
				where f.geom operator(extensions.&&) private.box_around(pin, 1000) and m.metres <= 1000 order by m.metres limit 5) x),
			'acts', (select coalesce(jsonb_agg(x.row order by x.occurred_at desc), '[]') from (
				select a.occurred_at, jsonb_build_object('kind', k.kind, 'name', k.name, 'name_en', k.name_en, 'unit', u.name, 'unit_en', u.name_en, 'at', a.occurred_at) as row
				from near n join app.acts a on a.case_id = n.id join app.act_kinds k on k.kind = a.kind join app.units u on u.id = a.unit_id
				order by a.occurred_at desc limit 8) x),
			'moves', (select coalesce(jsonb_agg(x.row order by x.at desc), '[]') from (
				select greatest(c.closed_at, c.handled_at, c.handling_at, c.dispatched_at, c.filed_at) as at,
					jsonb_build_object('status', c.status, 'number', c.number, 'at', greatest(c.closed_at, c.handled_at, c.handling_at, c.dispatched_at, c.filed_at)) as row
				from near n join app.cases c on c.id = n.id order by 1 desc limit 8) x))
	);
end $$;
create function api.hotspot_surroundings(lng float8, lat float8, radius_m float8 default 150)
returns jsonb language sql stable set search_path = '' as $$ select private.hotspot_surroundings(lng, lat, radius_m); $$;

revoke all on function private.need_hotspot_role(), private.packed(bytea), private.hotspot_spots(bigint, int), api.hotspot_spots(bigint, int), private.patrol_hours(), api.patrol_hours(),
	private.hotspot_surroundings(float8, float8, float8), api.hotspot_surroundings(float8, float8, float8) from public, anon, authenticated, service_role;
grant execute on function private.hotspot_spots(bigint, int), api.hotspot_spots(bigint, int), private.patrol_hours(), api.patrol_hours(),
	private.hotspot_surroundings(float8, float8, float8), api.hotspot_surroundings(float8, float8, float8) to authenticated;
