-- The public map by category, rates included, and a page for each street. Filed cases only; nothing finer than a street
-- segment, a category and a month, and no two of these crossed.

drop function api.public_map();
drop function private.public_map();

-- A category and those beneath it; null for all of them.
create function private.categories_within(category text)
returns text[] language plpgsql stable set search_path = '' as $$
begin
	if category is null then return null; end if;
	if not exists (select from app.categories k where k.code = categories_within.category) then
		perform private.problem(422, 'unknown_category', '{"field": "category"}');
	end if;
	return (select array_agg(k.code) from app.categories k where categories_within.category in (k.code, k.parent));
end $$;

-- Definer: the public sees counts per segment and street, never a case, a doorstep or a report that is not filed.
create function private.public_map(category text default null)
returns jsonb language plpgsql stable security definer set search_path = '' as $$
declare
	at timestamptz := private.clock();
	since timestamptz := (select p.a from private.rate_period(at) p);
	wanted text[] := private.categories_within(category);
begin
	return (
		with every as (
			select g.*, f.category as kind from private.figures(since, at) g join app.case_facts f on f.case_id = g.case_id
		), figures as (
			select e.* from every e where wanted is null or e.kind = any (wanted)
		), live as (
			select f.segment_id, f.category, f.is_open, f.closed_at from app.case_facts f
			where f.segment_id is not null and (f.is_open or f.closed_at >= since) and (wanted is null or f.category = any (wanted))
		), per as (
			select l.segment_id, l.category, count(*) filter (where l.is_open)::int as open, count(*) filter (where not l.is_open)::int as closed
			from live l group by l.segment_id, l.category
		), by_street as (
			select x.street_id, sum(x.is_due)::int as due, sum(x.is_closed)::int as closed, sum(x.is_open)::int as open
			from figures x where x.street_id is not null group by x.street_id
		)
		select jsonb_build_object('taken_at', at,
			'period', (select jsonb_build_object('from', p.a, 'to', p.b, 'days', (select c.rate_period_days from app.city c)) from private.rate_period(at) p),
			'minimum_sample', (select c.minimum_sample from app.city c),
			'category', category,
			'totals', (select jsonb_build_object('due', coalesce(sum(x.is_due), 0), 'closed', coalesce(sum(x.is_closed), 0), 'open', coalesce(sum(x.is_open), 0),
					'overdue', coalesce(sum(x.overdue), 0), 'received_today', (select coalesce(sum(k.n), 0) from app.day_counters k
						-- Of all categories together, whatever is asked for: nobody can watch a single report come in.
						where k.measure = 'received' and k.day = private.local_day(at))) from figures x),
			'categories', (select coalesce(jsonb_agg(jsonb_build_object('code', e.kind, 'open', e.open, 'due', e.due) order by e.open desc, e.kind), '[]')
				from (select x.kind, sum(x.is_open)::int as open, sum(x.is_due)::int as due from every x group by x.kind) e where e.open + e.due > 0),
			'segments', (select coalesce(jsonb_agg(jsonb_build_object('segment_id', p.segment_id, 'street_id', g.street_id, 'open', p.open, 'closed', p.closed, 'by_category', p.by_category) order by p.segment_id), '[]')
				from (select x.segment_id, sum(x.open)::int as open, sum(x.closed)::int as closed, jsonb_object_agg(x.category, x.open) filter (where x.open > 0) as by_category
					from per x group by x.segment_id) p join app.segments g on g.id = p.segment_id),
			'streets', (select coalesce(jsonb_agg(jsonb_build_object('street_id', s.id, 'name', s.name, 'name_en', s.name_en, 'due', b.due, 'closed', b.closed, 'open', b.open)
					order by b.open desc, s.name), '[]')
				from by_street b join app.streets s on s.id = b.street_id where b.open + b.due > 0),
			'facilities', (select coalesce(jsonb_agg(jsonb_build_object('id', f.id, 'kind', f.kind, 'name', f.name, 'name_en', f.name_en, 'point', private.lng_lat(f.geom),
				'bays', f.bays, 'bays_free', f.bays_free, 'build_state', f.build_state) order by f.id), '[]') from app.facilities f where f.kind = 'wash_site' and f.build_state <> 'closed'),
			'campaign', private.campaign(at))
	);
end $$;
create function api.public_map(category text default null)
returns jsonb language sql stable set search_path = '' as $$ select private.public_map(category); $$;

-- Definer, as above: one street with its own lines. Every coordinate in the answer is the street's or a public facility's.
create function private.public_street(street_id bigint)
returns jsonb language plpgsql stable security definer set search_path = '' as $$
declare
	at timestamptz := private.clock();
	since timestamptz := (select p.a from private.rate_period(at) p);
	first_month date := (date_trunc('month', private.local_day(at)) - interval '5 months')::date;
	shape extensions.geometry := (select extensions.st_collect(v.geom) from app.segments g join app.segment_versions v on v.segment_id = g.id and v.valid_to is null
		where g.street_id = public_street.street_id and g.gone_at is null);
begin
	if shape is null then perform private.problem(404, 'not_found'); end if;
	return (
		with figures as (
			select g.*, f.category as kind from private.figures(since, at, array[public_street.street_id]) g join app.case_facts f on f.case_id = g.case_id
		), months as (
			select m.day::date as day from generate_series(first_month, private.local_day(at), interval '1 month') m (day)
		), flow as (
			select (date_trunc('month', k.day))::date as month, k.measure, sum(k.n)::int as n from app.day_counters k
			where k.street_id = public_street.street_id and k.day >= first_month and k.measure in ('filed', 'closed') group by 1, 2
		)
		select jsonb_build_object('taken_at', at,
			'period', (select jsonb_build_object('from', p.a, 'to', p.b, 'days', (select c.rate_period_days from app.city c)) from private.rate_period(at) p),
			'minimum_sample', (select c.minimum_sample from app.city c),
			'street', (select jsonb_build_object('id', s.id, 'name', s.name, 'name_en', s.name_en) from app.streets s where s.id = public_street.street_id),
			'totals', (select jsonb_build_object('due', coalesce(sum(x.is_due), 0), 'closed', coalesce(sum(x.is_closed), 0), 'open', coalesce(sum(x.is_open), 0)) from figures x),
			'categories', (select coalesce(jsonb_agg(jsonb_build_object('code', e.kind, 'open', e.open, 'due', e.due, 'closed', e.closed) order by e.open desc, e.due desc, e.kind), '[]')
				from (select x.kind, sum(x.is_open)::int as open, sum(x.is_due)::int as due, sum(x.is_closed)::int as closed from figures x group by x.kind) e where e.open + e.due > 0),
			'months', (select jsonb_agg(jsonb_build_object('month', to_char(m.day, 'YYYY-MM'),
					'filed', coalesce((select w.n from flow w where w.month = m.day and w.measure = 'filed'), 0),
					'closed', coalesce((select w.n from flow w where w.month = m.day and w.measure = 'closed'), 0)) order by m.day) from months m),
			'segments', (select jsonb_agg(jsonb_build_object('segment_id', g.id,
					'open', (select count(*) from app.case_facts f where f.segment_id = g.id and f.is_open),
					'closed', (select count(*) from app.case_facts f where f.segment_id = g.id and not f.is_open and f.closed_at >= since),
					'line', extensions.st_asgeojson(v.geom, 6)::jsonb -> 'coordinates') order by g.id)
				from app.segments g join app.segment_versions v on v.segment_id = g.id and v.valid_to is null
				where g.street_id = public_street.street_id and g.gone_at is null),
			'facilities', (select coalesce(jsonb_agg(jsonb_build_object('id', n.id, 'kind', n.kind, 'name', n.name, 'name_en', n.name_en, 'point', private.lng_lat(n.geom),
					'bays', n.bays, 'bays_free', n.bays_free, 'build_state', n.build_state, 'distance_m', (ceil(n.metres / 10) * 10)::int) order by n.metres, n.id), '[]')
				from (select f.*, private.metres(f.geom, shape) as metres from app.facilities f where f.kind = 'wash_site' and f.build_state <> 'closed'
					order by private.metres(f.geom, shape), f.id limit 3) n where n.metres <= 3000))
	);
end $$;
create function api.public_street(street_id bigint)
returns jsonb language sql stable set search_path = '' as $$ select private.public_street(street_id); $$;

revoke all on function private.categories_within(text), private.public_map(text), api.public_map(text), private.public_street(bigint), api.public_street(bigint)
	from public, anon, authenticated, service_role;
grant execute on function private.public_map(text), api.public_map(text), private.public_street(bigint), api.public_street(bigint)
	to anon, authenticated, service_role;
