-- Facts in full: what every indicator needs of a case, with and without each filter, in one row that costs O(1) a change; and the
-- packed pages in which a web process takes all of them and then only what the log says has changed.

-- A number for each case, dense and in the order they were filed: where its fact stands in an array.
alter table app.cases add column fact_number bigint generated always as identity;
comment on column app.cases.fact_number is 'The position of the case''s fact among all facts, from 1. A number whose filing never happened stays empty.';

alter table app.case_facts add column number bigint, add column lng_e7 int, add column lat_e7 int, add column recurred_at timestamptz;
comment on column app.case_facts.number is 'app.cases.fact_number: the order of packed pages.';
comment on column app.case_facts.lng_e7 is 'Place on the street''s line, in ten-millionths of a degree; null where no street is near.';
comment on column app.case_facts.recurred_at is 'When the latest case that recurs from this one was opened, voided ones left out. A recurrence of the last closure if it is not before closed_at.';

-- The fact a case amounts to, given when it last recurred.
create function private.whole_fact(c app.cases, recurred_at timestamptz)
returns app.case_facts language sql immutable set search_path = '' as $$
	select row(c.id, c.street_id, c.segment_id, c.area_id, c.unit_id, c.category, c.source, c.filed_at, c.dispatched_at, c.due_at,
		case when c.status = 'closed' then c.closed_at end,
		c.status not in ('closed', 'voided'), c.status = 'voided', c.status = 'suspended', c.overdue_at is not null,
		case when c.status = 'closed' then c.closed_at <= c.due_at end,
		c.status = 'closed' and (c.proof is not null or coalesce(c.confirmed, false)),
		c.returned_count, c.recurrence_of is not null, c.fact_number,
		round(extensions.st_x(c.on_street) * 1e7)::int, round(extensions.st_y(c.on_street) * 1e7)::int, recurred_at)::app.case_facts;
$$;

-- The fact of a case from which none recurs.
create or replace function private.fact_of(c app.cases)
returns app.case_facts language sql immutable set search_path = '' as $$ select private.whole_fact(c, null); $$;

create function private.recurrences()
returns table (case_id uuid, at timestamptz) language sql stable set search_path = '' as $$
	select r.recurrence_of, max(r.opened_at) from app.cases r where r.recurrence_of is not null and r.status <> 'voided' group by r.recurrence_of;
$$;

-- Nothing is counted anew by it, and no trigger waits while the table is altered.
select set_config('kerbside.bulk', 'on', true);
update app.case_facts f set number = n.number, lng_e7 = n.lng_e7, lat_e7 = n.lat_e7, recurred_at = r.at
from app.cases c cross join lateral private.fact_of(c) n left join private.recurrences() r on r.case_id = c.id where f.case_id = c.id;
select set_config('kerbside.bulk', '', true);
alter table app.case_facts alter column number set not null, add constraint case_facts_number_key unique (number);

-- Two recurrences filed at once: the row is locked first, so that the second statement sees what the first writer committed.
create function private.keep_recurred(target uuid)
returns void language plpgsql set search_path = '' as $$
begin
	perform from app.case_facts f where f.case_id = target for update;
	update app.case_facts f set recurred_at = r.at
	from (select max(x.opened_at) as at from app.cases x where x.recurrence_of = target and x.status <> 'voided') r
	where f.case_id = target and f.recurred_at is distinct from r.at;
end $$;

-- The same columns as whole_fact, written out: plpgsql keeps its plans, and a call of an SQL function for each row would cost more than all the rest.
-- private.number_differences() finds where the two part.
create or replace function private.keep_fact()
returns trigger language plpgsql set search_path = '' as $$
begin
	if tg_op = 'INSERT' then
		insert into app.case_facts select f.* from private.whole_fact(new, null) f;
		if new.recurrence_of is not null then perform private.keep_recurred(new.recurrence_of); end if;
		return null;
	end if;
	update app.case_facts x set street_id = new.street_id, segment_id = new.segment_id, area_id = new.area_id, unit_id = new.unit_id,
		category = new.category, source = new.source, filed_at = new.filed_at, dispatched_at = new.dispatched_at, due_at = new.due_at,
		closed_at = case when new.status = 'closed' then new.closed_at end, is_open = new.status not in ('closed', 'voided'), is_voided = new.status = 'voided',
		is_suspended = new.status = 'suspended', is_overdue = new.overdue_at is not null, on_time = case when new.status = 'closed' then new.closed_at <= new.due_at end,
		is_verified = new.status = 'closed' and (new.proof is not null or coalesce(new.confirmed, false)), returned_count = new.returned_count,
		is_recurrence = new.recurrence_of is not null,
		lng_e7 = round(extensions.st_x(new.on_street) * 1e7)::int, lat_e7 = round(extensions.st_y(new.on_street) * 1e7)::int
	where x.case_id = new.id;
	if (old.recurrence_of, old.opened_at, old.status = 'voided') is distinct from (new.recurrence_of, new.opened_at, new.status = 'voided') then
		if old.recurrence_of is not null then perform private.keep_recurred(old.recurrence_of); end if;
		if new.recurrence_of is not null and new.recurrence_of is distinct from old.recurrence_of then perform private.keep_recurred(new.recurrence_of); end if;
	end if;
	return null;
end $$;

-- What a case no longer adds to the counters is taken out, what it adds now put in: only days and places that differ, row by row, because
-- each of these small statements keeps its plan. Behind the chain's head, like every counter.
-- Definer: a deferred trigger runs as whoever commits.
create or replace function private.count_case()
returns trigger language plpgsql security definer set search_path = '' as $$
declare
	zone text;
	measures constant text[] := array['filed', 'dispatched', 'closed'];
	before timestamptz[];
	now timestamptz[];
	is_elsewhere boolean := true;
	was date;
	becomes date;
begin
	if tg_op = 'UPDATE' then
		is_elsewhere := (old.street_id, old.area_id, old.unit_id, old.category) is distinct from (new.street_id, new.area_id, new.unit_id, new.category);
		if not is_elsewhere and (old.filed_at, old.dispatched_at, old.closed_at, old.is_voided) is not distinct from (new.filed_at, new.dispatched_at, new.closed_at, new.is_voided) then
			return null;
		end if;
		if not old.is_voided then before := array[old.filed_at, old.dispatched_at, old.closed_at]; end if;
	end if;
	if not new.is_voided then now := array[new.filed_at, new.dispatched_at, new.closed_at]; end if;
	select c.time_zone into zone from app.event_head h, app.city c for update of h;
	for i in 1 .. 3 loop
		was := (before[i] at time zone zone)::date;
		becomes := (now[i] at time zone zone)::date;
		continue when not is_elsewhere and was is not distinct from becomes;
		if was is not null then
			insert into app.day_counters as k (day, measure, street_id, area_id, unit_id, category, n)
			values (was, measures[i], coalesce(old.street_id, 0), coalesce(old.area_id, 0), coalesce(old.unit_id, 0), old.category, -1)
			on conflict on constraint day_counters_pkey do update set n = k.n - 1;
		end if;
		if becomes is not null then
			insert into app.day_counters as k (day, measure, street_id, area_id, unit_id, category, n)
			values (becomes, measures[i], coalesce(new.street_id, 0), coalesce(new.area_id, 0), coalesce(new.unit_id, 0), new.category, 1)
			on conflict on constraint day_counters_pkey do update set n = k.n + 1;
		end if;
	end loop;
	return null;
end $$;

-- The same triggers, asking the setting itself instead of calling a function for every row.
drop trigger cases_fact on app.cases;
create trigger cases_fact after insert or update on app.cases for each row
	when (coalesce(current_setting('kerbside.bulk', true), '') <> 'on') execute function private.keep_fact();
drop trigger case_facts_counters on app.case_facts;
create constraint trigger case_facts_counters after insert or update on app.case_facts deferrable initially deferred for each row
	when (coalesce(current_setting('kerbside.bulk', true), '') <> 'on') execute function private.count_case();

-- Facts and counters against plain SQL over the tables.
create or replace function private.number_differences()
returns jsonb language sql stable set search_path = '' as $$
	with meant as (
		select f.* from app.cases c left join private.recurrences() r on r.case_id = c.id cross join lateral private.whole_fact(c, r.at) f
	), facts as (
		(select * from meant except select * from app.case_facts) union all (select * from app.case_facts except select * from meant)
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

---- Packed pages ----

-- A column of big-endian int4 as base64, in one line.
create function private.fact_column(numbers bytea)
returns text language sql immutable set search_path = '' as $$
	select translate(encode(coalesce(numbers, ''), 'base64'), E'\n', '');
$$;

-- Facts as parallel columns. Times are whole seconds since 2000-01-01 UTC, rounded down, the largest int for what has not happened or lies past 2068 (written
-- out: a function of its own would cost more than all the rest). category and source are positions in the lists sent along. flags: 1 voided, 2 open, 4 suspended, 8 on time,
-- 16 verified, 32 returned at least once, 64 a recurrence, 128 its last closure was followed by one.
create function private.packed_facts(numbers bigint[])
returns jsonb language sql stable set search_path = '' as $$
	with rows as materialized (
		select f.* from app.case_facts f where f.number = any (numbers)
	), words as materialized (
		select array(select distinct r.category from rows r order by 1) as categories, array(select distinct r.source from rows r order by 1) as sources
	)
	-- One pass for all columns, so that they stand in one order, whichever it is.
	select jsonb_build_object('count', count(*), 'categories', to_jsonb(min(w.categories)), 'sources', to_jsonb(min(w.sources)),
		'number', private.fact_column(string_agg(int4send(r.number::int), ''::bytea)),
		'filed', private.fact_column(string_agg(int4send(greatest(-2147483648, least(2147483647, coalesce(floor(date_part('epoch', r.filed_at)) - 946684800, 2147483647)))::int), ''::bytea)),
		'dispatched', private.fact_column(string_agg(int4send(greatest(-2147483648, least(2147483647, coalesce(floor(date_part('epoch', r.dispatched_at)) - 946684800, 2147483647)))::int), ''::bytea)),
		'due', private.fact_column(string_agg(int4send(greatest(-2147483648, least(2147483647, coalesce(floor(date_part('epoch', r.due_at)) - 946684800, 2147483647)))::int), ''::bytea)),
		'closed', private.fact_column(string_agg(int4send(greatest(-2147483648, least(2147483647, coalesce(floor(date_part('epoch', r.closed_at)) - 946684800, 2147483647)))::int), ''::bytea)),
		'street', private.fact_column(string_agg(int4send(coalesce(r.street_id, 0)::int), ''::bytea)),
		'segment', private.fact_column(string_agg(int4send(coalesce(r.segment_id, 0)::int), ''::bytea)),
		'area', private.fact_column(string_agg(int4send(coalesce(r.area_id, 0)::int), ''::bytea)),
		'unit', private.fact_column(string_agg(int4send(coalesce(r.unit_id, 0)::int), ''::bytea)),
		'lng', private.fact_column(string_agg(int4send(coalesce(r.lng_e7, 2147483647)), ''::bytea)),
		'lat', private.fact_column(string_agg(int4send(coalesce(r.lat_e7, 2147483647)), ''::bytea)),
		'category', private.fact_column(string_agg(int4send(array_position(w.categories, r.category) - 1), ''::bytea)),
		'source', private.fact_column(string_agg(int4send(array_position(w.sources, r.source) - 1), ''::bytea)),
		'flags', private.fact_column(string_agg(int4send(r.is_voided::int + 2 * r.is_open::int + 4 * r.is_suspended::int + 8 * coalesce(r.on_time, false)::int
			+ 16 * r.is_verified::int + 32 * (r.returned_count > 0)::int + 64 * r.is_recurrence::int + 128 * coalesce(r.recurred_at >= r.closed_at, false)::int), ''::bytea)))
	from rows r cross join words w;
$$;

-- What the facts are read by and what changes without the log: changed when any of it did.
create function private.fact_setting_version()
returns text language sql stable set search_path = '' as $$
	select md5(jsonb_build_array((select jsonb_build_array(c.time_zone, c.streets_version) from app.city c),
		(select jsonb_agg(jsonb_build_array(h.weekday, h.starts, h.ends) order by h.weekday, h.starts) from app.working_hours h),
		(select jsonb_agg(jsonb_build_array(d.day, d.is_workday) order by d.day) from app.working_days d),
		(select jsonb_agg(jsonb_build_array(k.code, k.parent, k.recurrence_days) order by k.code) from app.categories k))::text);
$$;

-- The working calendar, each category's window for recurrences, and the class of each segment that has one, gone ones by their last.
create function api.fact_setting()
returns jsonb language sql stable set search_path = '' as $$
	with classes as materialized (
		select distinct on (v.segment_id) v.segment_id, v.class from app.segment_versions v order by v.segment_id, v.valid_to desc nulls first, v.id desc
	), names as materialized (select array(select distinct c.class from classes c order by 1) as names)
	select jsonb_build_object('version', private.fact_setting_version(), 'time_zone', (select c.time_zone from app.city c),
		'working_hours', (select coalesce(jsonb_agg(jsonb_build_object('weekday', h.weekday, 'starts', extract(epoch from h.starts)::int, 'ends', extract(epoch from h.ends)::int)
			order by h.weekday, h.starts), '[]') from app.working_hours h),
		'working_days', (select coalesce(jsonb_object_agg(d.day, d.is_workday), '{}') from app.working_days d),
		'categories', (select coalesce(jsonb_agg(jsonb_build_object('code', k.code, 'parent', k.parent, 'recurrence_days', k.recurrence_days) order by k.code), '[]') from app.categories k),
		'segments', jsonb_build_object('classes', (select to_jsonb(n.names) from names n),
			'segment', (select private.fact_column(string_agg(int4send(c.segment_id::int), ''::bytea order by c.segment_id)) from classes c),
			'class', (select private.fact_column(string_agg(int4send(array_position(n.names, c.class) - 1), ''::bytea order by c.segment_id)) from classes c, names n)));
$$;

-- The facts after a number, at most max_rows; `position` is the log's head at that moment. next: what to pass as `after` for the following page; null at the end.
create function api.fact_page(after bigint default 0, max_rows int default 2000)
returns jsonb language sql stable set search_path = '' as $$
	with wanted as materialized (
		select f.number from app.case_facts f where f.number > coalesce(after, 0) order by f.number limit least(greatest(coalesce(max_rows, 2000), 1), 100000)
	)
	select jsonb_build_object('epoch', h.epoch, 'position', h.position, 'taken_at', private.clock(), 'facts', private.packed_facts(array(select w.number from wanted w)),
		'next', (select case when count(*) = least(greatest(coalesce(max_rows, 2000), 1), 100000) then max(w.number) end from wanted w),
		'last', (select max(f.number) from app.case_facts f))
	from app.event_head h;
$$;

-- The facts of every case that the log names after a position, read as they are now; at most max_events entries of the log. A case from which
-- another recurs is named by the other's entry. facts: null when no case is named. plpgsql: this is asked before every answer, and its plans are kept.
create function api.fact_changes(after bigint, max_events int default 2000)
returns jsonb language plpgsql stable set search_path = '' as $$
declare
	head app.event_head := (select h from app.event_head h);
	since constant bigint := coalesce(after, 0);
	reached bigint := least(head.position, since);
	numbers bigint[] := array[]::bigint[];
begin
	if head.position > since then
		select coalesce(max(l.position), reached) into reached
		from (select c.position from app.event_chain c where c.position > since order by c.position limit least(greatest(coalesce(max_events, 2000), 1), 20000)) l;
		numbers := array(
			with named as materialized (
				select e.case_id, (e.before ->> 'recurrence_of')::uuid as was_of
				from app.event_chain l join app.event_log e on e.id = l.event_id where l.position > since and l.position <= reached and e.case_id is not null
			), touched as (
				select n.case_id as id from named n union select n.was_of from named n union select c.recurrence_of from named n join app.cases c on c.id = n.case_id
			)
			select f.number from touched t join app.case_facts f on f.case_id = t.id);
	end if;
	return jsonb_build_object('epoch', head.epoch, 'head', head.position, 'taken_at', private.clock(), 'position', reached,
		'setting', private.fact_setting_version(), 'facts', case when numbers <> '{}' then private.packed_facts(numbers) end);
end $$;

-- Which cases stand behind facts, as far as the caller may see them: row level security decides.
create function api.fact_cases(numbers bigint[])
returns jsonb language sql stable set search_path = '' as $$
	select jsonb_build_object('cases', coalesce(jsonb_agg(jsonb_build_object('fact_number', c.fact_number, 'id', c.id, 'number', c.number, 'status', c.status,
		'category', c.category, 'street_id', c.street_id, 'unit_id', c.unit_id, 'area_id', c.area_id, 'source', c.source, 'filed_at', c.filed_at, 'dispatched_at', c.dispatched_at,
		'due_at', c.due_at, 'closed_at', c.closed_at, 'returned_count', c.returned_count) order by c.fact_number), '[]'))
	from app.case_facts f join app.cases c on c.id = f.case_id where f.number = any (numbers[1:1000]);
$$;

revoke all on function private.whole_fact(app.cases, timestamptz), private.recurrences(), private.keep_recurred(uuid), private.fact_column(bytea),
	private.packed_facts(bigint[]), private.fact_setting_version(), api.fact_setting(), api.fact_page(bigint, int), api.fact_changes(bigint, int), api.fact_cases(bigint[])
	from public, anon, authenticated, service_role;
grant execute on function private.whole_fact(app.cases, timestamptz), private.recurrences(), private.fact_column(bytea),
	private.packed_facts(bigint[]), private.fact_setting_version(), api.fact_setting(), api.fact_page(bigint, int), api.fact_changes(bigint, int) to service_role;
grant execute on function api.fact_cases(bigint[]) to authenticated;
