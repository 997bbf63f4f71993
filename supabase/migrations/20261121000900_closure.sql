-- Closure numbers: one fact row per case, additive day counters beside it, both kept by triggers in O(1).
create table app.case_facts (
	case_id uuid primary key references app.cases (id),
	street_id bigint, segment_id bigint, area_id bigint, unit_id bigint,
	category text not null,
	source text not null,
	filed_at timestamptz not null,
	dispatched_at timestamptz,
	due_at timestamptz,
	closed_at timestamptz,
	is_open boolean not null,
	is_voided boolean not null,
	is_suspended boolean not null,
	is_overdue boolean not null,
	on_time boolean,
	is_verified boolean not null,
	returned_count int not null,
	is_recurrence boolean not null
);
comment on table app.case_facts is 'What closure numbers need of a case, and nothing personal. closed_at is the last closure and null while open.';
create index case_facts_street on app.case_facts (street_id);
create index case_facts_area on app.case_facts (area_id);
create index case_facts_closed on app.case_facts (closed_at) where closed_at is not null;
create index case_facts_due on app.case_facts (due_at) where is_open;

-- 0 stands for "none" so that a counter has one row per combination.
create table app.day_counters (
	day date not null,
	measure text not null check (measure in ('received', 'filed', 'dispatched', 'closed')),
	street_id bigint not null,
	area_id bigint not null,
	unit_id bigint not null,
	category text not null,
	n int not null,
	primary key (day, measure, street_id, area_id, unit_id, category)
);
comment on table app.day_counters is 'Additive flow per local day: reports received; cases filed, dispatched (last), closed (last). Rates never come from it.';

-- The fact a case amounts to: a pure function of its row, so that a full recompute is this over app.cases.
create function private.fact_of(c app.cases)
returns app.case_facts language sql immutable set search_path = '' as $$
	select row(c.id, c.street_id, c.segment_id, c.area_id, c.unit_id, c.category, c.source, c.filed_at, c.dispatched_at, c.due_at,
		case when c.status = 'closed' then c.closed_at end,
		c.status not in ('closed', 'voided'), c.status = 'voided', c.status = 'suspended', c.overdue_at is not null,
		case when c.status = 'closed' then c.closed_at <= c.due_at end,
		c.status = 'closed' and (c.proof is not null or coalesce(c.confirmed, false)),
		c.returned_count, c.recurrence_of is not null)::app.case_facts;
$$;

create function private.keep_fact()
returns trigger language plpgsql set search_path = '' as $$
declare
	f app.case_facts := private.fact_of(new);
begin
	if tg_op = 'INSERT' then
		insert into app.case_facts select f.*;
	else
		update app.case_facts x set street_id = f.street_id, segment_id = f.segment_id, area_id = f.area_id, unit_id = f.unit_id,
			category = f.category, source = f.source, filed_at = f.filed_at, dispatched_at = f.dispatched_at, due_at = f.due_at,
			closed_at = f.closed_at, is_open = f.is_open, is_voided = f.is_voided, is_suspended = f.is_suspended,
			is_overdue = f.is_overdue, on_time = f.on_time, is_verified = f.is_verified, returned_count = f.returned_count,
			is_recurrence = f.is_recurrence
		where x.case_id = f.case_id;
	end if;
	return null;
end $$;
create trigger cases_fact after insert or update on app.cases for each row when (not private.is_bulk()) execute function private.keep_fact();

-- What one case or report adds to the counters.
create function private.counts_of(f app.case_facts)
returns table (day date, measure text, street_id bigint, area_id bigint, unit_id bigint, category text)
language sql stable set search_path = '' as $$
	select private.local_day(m.at), m.measure, coalesce(f.street_id, 0), coalesce(f.area_id, 0), coalesce(f.unit_id, 0), f.category
	from (values ('filed', f.filed_at), ('dispatched', f.dispatched_at), ('closed', f.closed_at)) m (measure, at)
	where m.at is not null and not f.is_voided;
$$;

create function private.count_by(day date, measure text, street_id bigint, area_id bigint, unit_id bigint, category text, by int)
returns void language sql set search_path = '' as $$
	insert into app.day_counters (day, measure, street_id, area_id, unit_id, category, n)
	values (count_by.day, count_by.measure, count_by.street_id, count_by.area_id, count_by.unit_id, count_by.category, count_by.by)
	on conflict on constraint day_counters_pkey do update set n = app.day_counters.n + excluded.n;
$$;

-- Counters are touched at commit, behind the chain's head: the one lock every writer takes last, so they never deadlock.
-- Definer: a deferred trigger runs as whoever commits.
create function private.count_case()
returns trigger language plpgsql security definer set search_path = '' as $$
begin
	perform private.lock_head();
	if tg_op = 'UPDATE' then
		perform private.count_by(x.day, x.measure, x.street_id, x.area_id, x.unit_id, x.category, sum(x.by)::int)
		from (select o.*, -1 as by from private.counts_of(old) o union all select w.*, 1 from private.counts_of(new) w) x
		group by x.day, x.measure, x.street_id, x.area_id, x.unit_id, x.category having sum(x.by) <> 0;
	else
		perform private.count_by(w.day, w.measure, w.street_id, w.area_id, w.unit_id, w.category, 1) from private.counts_of(new) w;
	end if;
	return null;
end $$;
create constraint trigger case_facts_counters after insert or update on app.case_facts
	deferrable initially deferred for each row when (not private.is_bulk()) execute function private.count_case();

-- Definer: a deferred trigger runs as whoever commits.
create function private.count_report()
returns trigger language plpgsql security definer set search_path = '' as $$
begin
	perform private.lock_head();
	if tg_op = 'UPDATE' then
		if (old.recorded_at, old.street_id, old.area_id, old.category) is not distinct from (new.recorded_at, new.street_id, new.area_id, new.category) then
			return null;
		end if;
		perform private.count_by(private.local_day(old.recorded_at), 'received', coalesce(old.street_id, 0), coalesce(old.area_id, 0), 0, old.category, -1);
	end if;
	perform private.count_by(private.local_day(new.recorded_at), 'received', coalesce(new.street_id, 0), coalesce(new.area_id, 0), 0, new.category, 1);
	return null;
end $$;
create constraint trigger reports_counters after insert or update on app.reports
	deferrable initially deferred for each row when (not private.is_bulk()) execute function private.count_report();

-- Facts and counters against plain SQL over the tables.
create function private.number_differences()
returns jsonb language sql stable set search_path = '' as $$
	with facts as (
		(select (private.fact_of(c)).* from app.cases c except select * from app.case_facts)
		union all (select * from app.case_facts except select (private.fact_of(c)).* from app.cases c)
	), plain as (
		select d.day, d.measure, d.street_id, d.area_id, d.unit_id, d.category, count(*)::int as n from (
			select private.local_day(r.recorded_at) as day, 'received' as measure, coalesce(r.street_id, 0) as street_id, coalesce(r.area_id, 0) as area_id,
				0::bigint as unit_id, r.category from app.reports r
			union all select private.local_day(c.filed_at), 'filed', coalesce(c.street_id, 0), coalesce(c.area_id, 0), coalesce(c.unit_id, 0), c.category
				from app.cases c where c.status <> 'voided'
			union all select private.local_day(c.dispatched_at), 'dispatched', coalesce(c.street_id, 0), coalesce(c.area_id, 0), coalesce(c.unit_id, 0), c.category
				from app.cases c where c.status <> 'voided' and c.dispatched_at is not null
			union all select private.local_day(c.closed_at), 'closed', coalesce(c.street_id, 0), coalesce(c.area_id, 0), coalesce(c.unit_id, 0), c.category
				from app.cases c where c.status = 'closed'
		) d group by 1, 2, 3, 4, 5, 6
	), kept as (select k.day, k.measure, k.street_id, k.area_id, k.unit_id, k.category, k.n from app.day_counters k where k.n <> 0)
	select jsonb_build_object('facts', (select count(*) from facts),
		'counters', (select count(*) from ((select * from plain except select * from kept) union all (select * from kept except select * from plain)) x));
$$;

-- [a, b): the period rates are read over, whole local days up to now.
create function private.rate_period(at timestamptz)
returns table (a timestamptz, b timestamptz) language sql stable rows 1 set search_path = '' as $$
	select private.day_start(private.local_day(at) - c.rate_period_days + 1), at from app.city c;
$$;

-- One pass over the facts that can count. due = closures in [a, b') plus dispatched cases whose limit lies in [a, b') and
-- which are open at b'. plpgsql, like the other figures: its plans are kept, where SQL functions are planned at each call.
create function private.figures(a timestamptz, b timestamptz, only_streets bigint[] default null, only_areas bigint[] default null)
returns table (case_id uuid, street_id bigint, area_id bigint, is_closed int, is_due int, on_time int, verified int, returned int, is_open int, overdue int)
language plpgsql stable set search_path = '' as $$
begin
	return query
	select k.case_id, k.street_id, k.area_id, k.closed::int, k.due::int, (k.closed and coalesce(k.on_time, false))::int,
		(k.closed and k.is_verified)::int, (k.due and k.returned_count > 0)::int, k.is_open::int, (k.is_open and k.due_at < b)::int
	from (
		select f.*, c.closed,
			(c.closed or (f.is_open and f.dispatched_at is not null and f.due_at >= a and f.due_at < b)) and not f.is_voided as due
		from app.case_facts f, lateral (select (f.closed_at is not null and f.closed_at >= a and f.closed_at < b) and not f.is_voided as closed) c
		where (f.is_open or f.closed_at >= a) and (only_streets is null or f.street_id = any (only_streets))
			and (only_areas is null or f.area_id = any (only_areas))
	) k;
end $$;

create function private.street_figures(only_streets bigint[], at timestamptz)
returns jsonb language plpgsql stable set search_path = '' as $$
declare
	since timestamptz := (select p.a from private.rate_period(at) p);
	first_day date := private.local_day(since);
begin
	return (
		with cases as (
			select g.street_id, sum(g.is_due)::int as due, sum(g.is_closed)::int as closed, sum(g.on_time)::int as on_time,
				sum(g.verified)::int as verified, sum(g.is_open)::int as open, sum(g.overdue)::int as overdue
			from private.figures(since, at, only_streets) g where g.street_id is not null group by g.street_id
		), heard as (
			select k.street_id, sum(k.n)::int as received from app.day_counters k
			where k.measure = 'received' and k.day >= first_day and k.street_id <> 0
				and (only_streets is null or k.street_id = any (only_streets)) group by k.street_id
		)
		select coalesce(jsonb_agg(jsonb_build_object('street_id', s.id, 'name', s.name, 'name_en', s.name_en, 'due', coalesce(c.due, 0),
			'closed', coalesce(c.closed, 0), 'on_time', coalesce(c.on_time, 0), 'verified', coalesce(c.verified, 0), 'open', coalesce(c.open, 0),
			'overdue', coalesce(c.overdue, 0), 'received', coalesce(h.received, 0)) order by s.id), '[]')
		from app.streets s left join cases c on c.street_id = s.id left join heard h on h.street_id = s.id
		where only_streets is null or s.id = any (only_streets)
	);
end $$;

create function private.area_figures(only_areas bigint[], at timestamptz)
returns jsonb language plpgsql stable set search_path = '' as $$
declare
	since timestamptz := (select p.a from private.rate_period(at) p);
	first_day date := private.local_day(since);
begin
	return (
		with cases as (
			select g.area_id, sum(g.is_due)::int as due, sum(g.is_closed)::int as closed, sum(g.is_open)::int as open, sum(g.overdue)::int as overdue
			from private.figures(since, at, null, only_areas) g where g.area_id is not null group by g.area_id
		), heard as (
			select k.area_id, sum(k.n)::int as received from app.day_counters k
			where k.measure = 'received' and k.day >= first_day and k.area_id <> 0
				and (only_areas is null or k.area_id = any (only_areas)) group by k.area_id
		)
		select coalesce(jsonb_agg(jsonb_build_object('area_id', a.id, 'due', coalesce(c.due, 0), 'closed', coalesce(c.closed, 0),
			'open', coalesce(c.open, 0), 'overdue', coalesce(c.overdue, 0), 'received', coalesce(h.received, 0)) order by a.id), '[]')
		from app.areas a left join cases c on c.area_id = a.id left join heard h on h.area_id = a.id
		where a.gone_at is null and a.kind = 'duty_grid' and (only_areas is null or a.id = any (only_areas))
	);
end $$;

create function private.flow(days int, at timestamptz)
returns jsonb language plpgsql stable set search_path = '' as $$
declare
	today date := private.local_day(at);
begin
	return (
		select jsonb_agg(jsonb_build_object('day', d.day, 'received', coalesce(k.received, 0), 'filed', coalesce(k.filed, 0),
			'dispatched', coalesce(k.dispatched, 0), 'closed', coalesce(k.closed, 0)) order by d.day)
		from (select today - o as day from generate_series(0, days - 1) o) d
		left join (
			select x.day, sum(x.n) filter (where x.measure = 'received') as received, sum(x.n) filter (where x.measure = 'filed') as filed,
				sum(x.n) filter (where x.measure = 'dispatched') as dispatched, sum(x.n) filter (where x.measure = 'closed') as closed
			from app.day_counters x where x.day > today - days and x.day <= today group by x.day
		) k on k.day = d.day
	);
end $$;

create function private.totals(at timestamptz)
returns jsonb language plpgsql stable set search_path = '' as $$
declare
	since timestamptz := (select p.a from private.rate_period(at) p);
	today jsonb := private.flow(1, at) -> 0;
begin
	return (
		select jsonb_build_object('due', coalesce(sum(g.is_due), 0), 'closed', coalesce(sum(g.is_closed), 0), 'on_time', coalesce(sum(g.on_time), 0),
			'verified', coalesce(sum(g.verified), 0), 'returned', coalesce(sum(g.returned), 0), 'open', coalesce(sum(g.is_open), 0),
			'overdue', coalesce(sum(g.overdue), 0),
			'received_today', today -> 'received', 'filed_today', today -> 'filed', 'dispatched_today', today -> 'dispatched',
			'closed_today', today -> 'closed',
			'received_total', (select coalesce(sum(k.n), 0) from app.day_counters k where k.measure = 'received'))
		from private.figures(since, at) g
	);
end $$;

create function private.overdue_ladder(at timestamptz)
returns jsonb language plpgsql stable set search_path = '' as $$
begin
	return (
		select jsonb_agg(jsonb_build_object('band', b.band, 'cases', (
			select count(*) from app.case_facts f where f.is_open and f.due_at < at
				and at - f.due_at >= b.least and at - f.due_at < b.most)) order by b.least)
		from (values ('<1d', interval '0', interval '1 day'), ('1-3d', interval '1 day', interval '3 days'), ('>3d', interval '3 days', interval '100 years')) b (band, least, most)
	);
end $$;

create function private.next_due(at timestamptz)
returns jsonb language plpgsql stable set search_path = '' as $$
begin
	return (
		select (select jsonb_build_object('number', c.number, 'due_at', f.due_at, 'street', s.name, 'street_en', s.name_en,
			'category_name', k.name, 'category_name_en', k.name_en)
			from app.case_facts f join app.cases c on c.id = f.case_id join app.categories k on k.code = f.category left join app.streets s on s.id = f.street_id
			where f.is_open and f.due_at >= at order by f.due_at limit 1)
	);
end $$;

alter table app.case_facts enable row level security;
alter table app.day_counters enable row level security;
grant select on app.case_facts, app.day_counters to authenticated, service_role;
create policy "desk and wall read case facts" on app.case_facts for select to authenticated
	using ((select private.is_desk()) or (select private.has_role('wall', 'admin')));
create policy "desk and wall read day counters" on app.day_counters for select to authenticated
	using ((select private.is_desk()) or (select private.has_role('wall', 'admin')));
