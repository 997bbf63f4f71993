begin;
select no_plan();
\ir district.psql

create function pg_temp.fact(c uuid) returns app.case_facts language sql as $$ select f.* from app.case_facts f where f.case_id = c; $$;
-- A packed column, unpacked.
create function pg_temp.column_of(facts jsonb, name text) returns int[] language sql as $$
	select array(select ('x' || encode(substring(b.bytes from i * 4 + 1 for 4), 'hex'))::bit(32)::int
		from (select decode(facts ->> name, 'base64') as bytes) b, generate_series(0, length(b.bytes) / 4 - 1) i);
$$;
-- One column in the order of another.
create function pg_temp.ordered(facts jsonb, name text) returns int[] language sql as $$
	select array_agg(v.v order by n.n) from unnest(pg_temp.column_of(facts, name), pg_temp.column_of(facts, 'number')) x (v, n), lateral (select x.v) v, lateral (select x.n) n;
$$;
create function pg_temp.head() returns bigint language sql as $$ select h.position from app.event_head h; $$;
create temporary table c (name text primary key, id uuid);

-- ---- one row per case ----
insert into c values ('first', pg_temp.case_in('filed')), ('second', pg_temp.case_in('dispatched', 'a', '{"category": "0509"}'));
select is((select (pg_temp.fact(id)).number from c where name = 'second') - (select (pg_temp.fact(id)).number from c where name = 'first'), 1::bigint, 'facts are numbered as they are filed');
select is((select array[(f).lng_e7, (f).lat_e7] from (select pg_temp.fact(id) as f from c where name = 'first') x),
	(select array[round(extensions.st_x(on_street) * 1e7), round(extensions.st_y(on_street) * 1e7)]::int[] from app.cases where id = (select id from c where name = 'first')), 'with the place on the street''s line');
set constraints all immediate; set constraints all deferred;
select is(private.number_differences(), '{"facts": 0, "counters": 0}', 'and equal plain SQL');

-- ---- recurrence ----
insert into c values ('closed', pg_temp.case_in('closed', 'a', '{"lng": 119.4583, "lat": 32.7901}'));
select is((select (pg_temp.fact(id)).recurred_at from c where name = 'closed'), null, 'nothing recurred yet');
select private.set_clock(private.clock() + interval '3 days');
insert into c values ('again', pg_temp.case_in('filed', 'a', '{"lng": 119.4583, "lat": 32.7901}'));
select is((select recurrence_of from app.cases where id = (select id from c where name = 'again')), (select id from c where name = 'closed'), 'the same thing again');
select is((select (pg_temp.fact(id)).recurred_at from c where name = 'closed'), (select opened_at from app.cases where id = (select id from c where name = 'again')), 'its closure was followed by a recurrence');
set constraints all immediate; set constraints all deferred;
select is(private.number_differences(), '{"facts": 0, "counters": 0}', 'as plain SQL finds');
savepoint voided;
select pg_temp.moved('maker_closer', (select id from c where name = 'again'), 'void', '{}', 'duplicate', '重复');
select is((select (pg_temp.fact(id)).recurred_at from c where name = 'closed'), null, 'a voided case was no recurrence');
set constraints all immediate; set constraints all deferred;
select is(private.number_differences(), '{"facts": 0, "counters": 0}', 'for plain SQL neither');
rollback to savepoint voided;
set constraints all immediate; set constraints all deferred;

-- ---- packed ----
create temporary table page as select api.fact_page() as p;
select is((select (p #>> '{facts,count}')::int from page), (select count(*)::int from app.cases), 'a page holds every case');
select is((select p -> 'next' from page), 'null', 'when it is the only one');
select is((select (p ->> 'position')::bigint from page), pg_temp.head(), 'as of the log''s head');
select is((select pg_temp.ordered(p -> 'facts', 'number') from page), array(select f.number::int from app.case_facts f order by f.number), 'column by column: numbers');
select results_eq($$select unnest(pg_temp.ordered(p -> 'facts', 'filed')), unnest(pg_temp.ordered(p -> 'facts', 'dispatched')), unnest(pg_temp.ordered(p -> 'facts', 'closed')) from page$$,
	$$select floor(extract(epoch from f.filed_at - timestamptz '2000-01-01 00:00Z'))::int, coalesce(floor(extract(epoch from f.dispatched_at - timestamptz '2000-01-01 00:00Z'))::int, 2147483647),
		coalesce(floor(extract(epoch from f.closed_at - timestamptz '2000-01-01 00:00Z'))::int, 2147483647) from app.case_facts f order by f.number$$, 'times in whole seconds, and what has not happened');
select is((select array_agg((p #>> array['facts', 'categories', i::text]) order by n) from page, unnest(pg_temp.ordered(p -> 'facts', 'category')) with ordinality x (i, n)),
	array(select f.category from app.case_facts f order by f.number), 'categories by their place in a list');
select is((select array_agg(x.flags & 255 order by n) from page, unnest(pg_temp.ordered(p -> 'facts', 'flags')) with ordinality x (flags, n)),
	array(select f.is_open::int * 2 + coalesce(f.on_time, false)::int * 8 + f.is_verified::int * 16 + f.is_recurrence::int * 64
		+ (f.closed_at is not null and f.recurred_at is not null)::int * 128 from app.case_facts f order by f.number), 'what is so and what is not in bits');
select is((select (api.fact_page(0, 2) ->> 'next')::bigint), (select f.number from app.case_facts f order by f.number offset 1 limit 1), 'page by page');
select is(api.fact_page((select max(number) from app.case_facts)) #>> '{facts,count}', '0', 'nothing after the last');

-- ---- what the log says ----
create temporary table mark as select pg_temp.head() as position;
select is(api.fact_changes((select position from mark)) -> 'facts', 'null', 'nothing changed since now');
select pg_temp.moved('maker_team_a', (select id from c where name = 'second'), 'begin');
set constraints all immediate; set constraints all deferred;
select is(pg_temp.column_of(api.fact_changes((select position from mark)) -> 'facts', 'number'), array[(select (pg_temp.fact(id)).number::int from c where name = 'second')], 'the case that was moved, and no other');
select is((api.fact_changes((select position from mark)) ->> 'position')::bigint, pg_temp.head(), 'up to the head');
select private.set_clock(private.clock() + interval '1 minute');
update mark set position = pg_temp.head();
select pg_temp.moved('maker_closer', (select id from c where name = 'again'), 'void', '{}', 'duplicate', '重复');
set constraints all immediate; set constraints all deferred;
select is((select array_agg(n order by n) from unnest(pg_temp.column_of(api.fact_changes((select position from mark)) -> 'facts', 'number')) n),
	array(select (pg_temp.fact(id)).number::int from c where name in ('again', 'closed') order by 1), 'with a recurrence the case it recurs from');
select is((api.fact_changes(0, 1) ->> 'position')::bigint, 1::bigint, 'so many entries of the log at a time');
select is(api.fact_changes(9007199254740991) ->> 'position', pg_temp.head()::text, 'a place the log never reached is its head');

-- ---- the setting ----
create temporary table setting as select api.fact_setting() as s;
select is((select s #>> '{working_hours,0,starts}' from setting), '30600', 'working hours in seconds of the day');
select is((select s #>> '{working_days,2026-10-01}' from setting), 'false', 'holidays');
select is((select array_length(pg_temp.column_of(s -> 'segments', 'segment'), 1) from setting), (select count(*)::int from app.segments), 'every segment has its class');
select is(api.fact_changes(0) ->> 'setting', (select s ->> 'version' from setting), 'changes name the setting they belong to');
insert into app.working_days (day, is_workday, name) values ('2027-10-01', false, '国庆节');
select isnt(api.fact_changes(0) ->> 'setting', (select s ->> 'version' from setting), 'and another when the calendar is another');

-- ---- whose cases ----
select is(jsonb_array_length((pg_temp.tried('registrar', $$select api.fact_cases(array(select number from app.case_facts))$$))::jsonb -> 'cases'), (select count(*)::int from app.cases), 'the desk sees which cases stand behind facts');
select is((pg_temp.tried('team_a', $$select api.fact_cases(array[1, 2, 3]::bigint[])$$))::jsonb -> 'cases', '[]', 'a team does not');
select * from finish();
rollback;
