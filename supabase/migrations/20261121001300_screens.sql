-- What the first screens read: search, the public map, the wall's places, the closure board, the patrol's work.

-- Streets, places and case numbers by a piece of their name. Cases only for who may see them.
create function api.search(query text, max_rows int default 8)
returns jsonb language plpgsql stable set search_path = '' as $$
declare
	wanted text := lower(btrim(left(coalesce(query, ''), 80)));
	most int := least(greatest(coalesce(max_rows, 8), 1), 50);
	found_cases jsonb := '[]'::jsonb;
begin
	if wanted <> '' and (select auth.uid()) is not null then
		found_cases := (
			select coalesce(jsonb_agg(jsonb_build_object('id', h.id, 'number', h.number, 'status', h.status, 'street', h.name, 'street_en', h.name_en) order by h.filed_at desc), '[]')
			from (select c.id, c.number, c.status, c.filed_at, s.name, s.name_en from app.cases c left join app.streets s on s.id = c.street_id
				where length(wanted) >= 3 and position(upper(wanted) in c.number) > 0 order by c.filed_at desc, c.id limit most) h);
	end if;
	return jsonb_build_object(
		'streets', api.search_streets(wanted, most) -> 'streets',
		'places', (select coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'name', p.name, 'name_en', p.name_en, 'kind', p.place_kind,
				'point', private.lng_lat(extensions.st_pointonsurface(p.geom))) order by p.rank, length(p.name), p.id), '[]')
			from (select b.* from app.base_features b where wanted <> '' and b.kind = 'place'
				and (position(wanted in lower(b.name)) > 0 or position(wanted in lower(coalesce(b.name_en, ''))) > 0)
				order by b.rank, length(b.name), b.id limit most) p),
		'cases', found_cases);
end $$;

-- Definer: the public sees counts per segment and street, never a case, a doorstep or a report that is not filed.
create function private.public_map()
returns jsonb language plpgsql stable security definer set search_path = '' as $$
declare
	at timestamptz := private.clock();
	since timestamptz := (select p.a from private.rate_period(at) p);
begin
	return (
		with live as (
			select f.segment_id, f.category, f.is_open, f.closed_at from app.case_facts f
			where f.segment_id is not null and (f.is_open or f.closed_at >= since)
		), per as (
			select l.segment_id, l.category, count(*) filter (where l.is_open)::int as open, count(*) filter (where not l.is_open)::int as closed
			from live l group by l.segment_id, l.category
		)
		select jsonb_build_object('taken_at', at,
			'period', (select jsonb_build_object('from', p.a, 'to', p.b, 'days', (select c.rate_period_days from app.city c)) from private.rate_period(at) p),
			'minimum_sample', (select c.minimum_sample from app.city c),
			'totals', private.totals(at) - 'received_total',
			'segments', (select coalesce(jsonb_agg(jsonb_build_object('segment_id', p.segment_id, 'street_id', g.street_id, 'open', p.open, 'closed', p.closed, 'by_category', p.by_category) order by p.segment_id), '[]')
				from (select x.segment_id, sum(x.open)::int as open, sum(x.closed)::int as closed, jsonb_object_agg(x.category, x.open) filter (where x.open > 0) as by_category
					from per x group by x.segment_id) p join app.segments g on g.id = p.segment_id),
			'streets', (select coalesce(jsonb_agg(s.value - 'verified' - 'on_time' order by (s.value ->> 'open')::int desc, s.value ->> 'name'), '[]')
				from jsonb_array_elements(private.street_figures(null, at)) s where (s.value ->> 'open')::int + (s.value ->> 'due')::int + (s.value ->> 'received')::int > 0),
			'facilities', (select coalesce(jsonb_agg(jsonb_build_object('id', f.id, 'kind', f.kind, 'name', f.name, 'name_en', f.name_en, 'point', private.lng_lat(f.geom),
				'bays', f.bays, 'bays_free', f.bays_free, 'build_state', f.build_state) order by f.id), '[]') from app.facilities f where f.kind = 'wash_site' and f.build_state <> 'closed'),
			'campaign', private.campaign(at))
	);
end $$;
create function api.public_map()
returns jsonb language sql stable set search_path = '' as $$ select private.public_map(); $$;

-- Definer: a wall reads where reports lay on the street lines, never the fix itself nor which report it was. Columns of whole numbers: micro-degrees from
-- `origin`, hours since `from`, the category's index in `categories`.
create function private.wall_points(days int)
returns jsonb language plpgsql stable security definer set search_path = '' as $$
declare
	at timestamptz := private.clock();
	since timestamptz := private.day_start(private.local_day(at) - least(greatest(coalesce(days, 30), 1), 366) + 1);
	c app.city := (select x from app.city x);
begin
	if not (private.has_role('wall', 'admin') or private.is_desk()) then
		perform private.problem(403, 'role_needed', '{"roles": ["wall"]}');
	end if;
	return (
		with codes as (select k.code, row_number() over (order by k.position, k.code) - 1 as i from app.categories k where k.parent is not null),
		hits as (
			select round((extensions.st_x(r.on_street) - c.center_lng) * 1e6)::int as lng, round((extensions.st_y(r.on_street) - c.center_lat) * 1e6)::int as lat,
				floor(extract(epoch from r.recorded_at - since) / 3600)::int as hour, k.i as category,
				(r.status in ('received', 'to_verify') or exists (select from app.case_facts f where f.case_id = r.case_id and f.is_open))::int as open, r.number
			from app.reports r join codes k on k.code = r.category
			where r.recorded_at >= since and r.on_street is not null and r.status <> 'declined' order by r.recorded_at desc, r.number desc limit 50000
		)
		select jsonb_build_object('from', since, 'to', at, 'days', least(greatest(coalesce(days, 30), 1), 366), 'origin', jsonb_build_array(c.center_lng, c.center_lat),
			'n', count(*), 'total', (select count(*) from app.reports r where r.recorded_at >= since and r.on_street is not null and r.status <> 'declined'),
			'categories', (select jsonb_agg(k.code order by k.i) from codes k),
			'lng', coalesce(jsonb_agg(h.lng order by h.number), '[]'), 'lat', coalesce(jsonb_agg(h.lat order by h.number), '[]'), 'hour', coalesce(jsonb_agg(h.hour order by h.number), '[]'),
			'category', coalesce(jsonb_agg(h.category order by h.number), '[]'), 'open', coalesce(jsonb_agg(h.open order by h.number), '[]'))
		from hits h
	);
end $$;
create function api.wall_points(days int default 30)
returns jsonb language sql stable set search_path = '' as $$ select private.wall_points(days); $$;

-- Working hours that lie between two moments; plain SQL over the calendar's slots.
create function private.working_slots(since timestamptz, until timestamptz)
returns table (starts timestamptz, ends timestamptz) language sql stable set search_path = '' as $$
	select (d.day + h.starts) at time zone c.time_zone, (d.day + h.ends) at time zone c.time_zone
	from app.city c, (select x::date as day from generate_series(private.local_day(since)::timestamp, private.local_day(until)::timestamp, interval '1 day') x) d
	left join app.working_days w on w.day = d.day
	join app.working_hours h on h.weekday = case when w.is_workday then 1 when not w.is_workday then 0 else extract(isodow from d.day) end
	where until - since < interval '1200 days';
$$;

-- Definer: who may read the board reads counts of every case in it. by: street, unit or area. Days are the city's; both are counted in.
create function private.board(by text, from_day date, to_day date, category text)
returns jsonb language plpgsql stable security definer set search_path = '' as $$
declare
	at timestamptz := private.clock();
	c app.city := (select x from app.city x);
	last_day date := least(coalesce(to_day, private.local_day(at)), private.local_day(at));
	first_day date := coalesce(from_day, last_day - c.rate_period_days + 1);
	a timestamptz := private.day_start(first_day);
	b timestamptz := least(private.day_start(last_day + 1), at);
begin
	if not (private.has_role('wall', 'admin') or private.is_desk()) then
		perform private.problem(403, 'role_needed', '{"roles": ["office"]}');
	end if;
	if by is null or by not in ('street', 'unit', 'area') then perform private.problem(422, 'unknown_grouping', '{"field": "by"}'); end if;
	if first_day > last_day or last_day - first_day > 1100 then perform private.problem(422, 'bad_period', '{"field": "from_day"}'); end if;
	if category is not null and not exists (select from app.categories k where k.code = board.category) then
		perform private.problem(422, 'unknown_category', '{"field": "category"}');
	end if;
	return (
		with facts as (
			select f.*, case board.by when 'street' then f.street_id when 'unit' then f.unit_id else f.area_id end as id,
				-- What is open now but was closed by b stays closed in an earlier period only if that closure still stands: the last closure counts.
				coalesce(f.closed_at >= a and f.closed_at < b, false) as closed,
				coalesce(f.dispatched_at is not null and f.dispatched_at < b and f.due_at >= a and f.due_at < b and (f.is_open or f.closed_at >= b), false) as late
			from app.case_facts f
			where (board.category is null or f.category = board.category or f.category in (select k.code from app.categories k where k.parent = board.category))
		), hours as (
			select f.case_id, sum(extract(epoch from least(s.ends, f.closed_at) - greatest(s.starts, f.dispatched_at))) / 3600 as worked
			from facts f join private.working_slots(greatest(a - interval '60 days', (select min(x.dispatched_at) from facts x where x.closed)), b) s
				on s.starts < f.closed_at and s.ends > f.dispatched_at
			where f.closed and f.dispatched_at is not null and f.dispatched_at >= a - interval '60 days' group by f.case_id
		), sums as (
			select f.id, sum((f.closed or f.late)::int)::int as due, sum(f.closed::int)::int as closed, sum((f.closed and coalesce(f.on_time, false))::int)::int as on_time,
				sum((f.closed and f.is_verified)::int)::int as verified, sum(((f.closed or f.late) and f.returned_count > 0)::int)::int as returned,
				sum((f.is_open and f.filed_at < b)::int)::int as open, sum((f.is_open and coalesce(f.due_at < at, false))::int)::int as overdue,
				sum((f.late and f.is_suspended)::int)::int as suspended_due,
				round((percentile_cont(0.5) within group (order by h.worked))::numeric, 1) as median_hours
			from facts f left join hours h on h.case_id = f.case_id group by grouping sets ((f.id), ())
		), heard as (
			select case board.by when 'street' then k.street_id else k.area_id end as id, sum(k.n)::int as received
			from app.day_counters k where k.measure = 'received' and k.day between first_day and last_day
				and (board.category is null or k.category = board.category or k.category in (select x.code from app.categories x where x.parent = board.category))
			group by grouping sets ((case board.by when 'street' then k.street_id else k.area_id end), ())
		), names as (
			select s.id, s.name, s.name_en, (select round(sum(v.length_m))::int from app.segments g join app.segment_versions v on v.segment_id = g.id and v.valid_to is null where g.street_id = s.id) as length_m
			from app.streets s where board.by = 'street' and exists (select from app.segments g where g.street_id = s.id and g.gone_at is null)
			union all select u.id, u.name, u.name_en, null from app.units u where board.by = 'unit'
			union all select v.area_id, v.name, v.name_en, null from app.area_versions v join app.areas x on x.id = v.area_id
				where board.by = 'area' and v.valid_to is null and x.kind = 'duty_grid'
		), rows as (
			select n.id, jsonb_build_object('id', n.id, 'name', n.name, 'name_en', n.name_en, 'length_m', n.length_m, 'due', coalesce(s.due, 0), 'closed', coalesce(s.closed, 0),
				'on_time', coalesce(s.on_time, 0), 'verified', coalesce(s.verified, 0), 'returned', coalesce(s.returned, 0), 'open', coalesce(s.open, 0),
				'overdue', coalesce(s.overdue, 0), 'suspended_due', coalesce(s.suspended_due, 0), 'median_hours', s.median_hours,
				'received', case when board.by <> 'unit' then coalesce(h.received, 0) end) as row
			from names n left join sums s on s.id = n.id left join heard h on h.id = n.id
		)
		select jsonb_build_object('taken_at', at, 'by', board.by, 'category', board.category,
			'period', jsonb_build_object('from', a, 'to', b, 'from_day', first_day, 'to_day', last_day, 'days', last_day - first_day + 1),
			'minimum_sample', c.minimum_sample, 'campaign', private.campaign(at),
			-- A case on no street (of no unit, in no area) counts in the total and in no row.
			'totals', (select jsonb_build_object('due', coalesce(s.due, 0), 'closed', coalesce(s.closed, 0), 'on_time', coalesce(s.on_time, 0), 'verified', coalesce(s.verified, 0),
				'returned', coalesce(s.returned, 0), 'open', coalesce(s.open, 0), 'overdue', coalesce(s.overdue, 0), 'suspended_due', coalesce(s.suspended_due, 0), 'median_hours', s.median_hours,
				'received', (select coalesce(sum(k.n), 0)::int from app.day_counters k where k.measure = 'received' and k.day between first_day and last_day
					and (board.category is null or k.category = board.category or k.category in (select x.code from app.categories x where x.parent = board.category))))
				from (select 1) one left join (select t.* from sums t where t.id is null order by t.due + t.open desc limit 1) s on true),
			'rows', (select coalesce(jsonb_agg(r.row order by r.id), '[]') from rows r))
	);
end $$;
create function api.board(by text default 'street', from_day date default null, to_day date default null, category text default null)
returns jsonb language sql stable set search_path = '' as $$ select private.board(by, from_day, to_day, category); $$;

-- What a team has to drive to: open cases of its unit, or of one unit for the desk. Row level security decides which cases.
create function api.patrol_work(unit_id bigint default null)
returns jsonb language plpgsql stable set search_path = '' as $$
declare
	mine bigint := coalesce(unit_id, (select min(m) from private.my_units() m));
begin
	return (
		select jsonb_build_object('taken_at', private.clock(),
			'unit', (select jsonb_build_object('id', u.id, 'name', u.name, 'name_en', u.name_en) from app.units u where u.id = mine),
			'cases', (select coalesce(jsonb_agg(x.row || jsonb_build_object('segment_id', x.segment_id) order by x.due_at, x.id), '[]')
				from (select private.case_row(c.id) as row, c.segment_id, c.due_at, c.id from app.cases c
					where c.unit_id = mine and c.status in ('dispatched', 'handling', 'returned') order by c.due_at, c.id limit 300) x),
			'facilities', api.facilities() -> 'facilities')
	);
end $$;

revoke all on function api.search(text, int), private.public_map(), api.public_map(), private.wall_points(int), api.wall_points(int),
	private.working_slots(timestamptz, timestamptz), private.board(text, date, date, text), api.board(text, date, date, text), api.patrol_work(bigint)
	from public, anon, authenticated, service_role;
grant execute on function api.search(text, int), api.public_map(), private.public_map() to anon, authenticated, service_role;
grant execute on function private.wall_points(int), api.wall_points(int), private.board(text, date, date, text), api.board(text, date, date, text),
	api.patrol_work(bigint) to authenticated;
