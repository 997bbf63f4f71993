begin;
select plan(65);
\ir district.psql

create temporary table c (name text primary key, id uuid);
grant select on c to public;

-- ---- what is exposed ----
select is((select count(*)::int from pg_proc p where p.pronamespace = 'api'::regnamespace and (p.prosecdef or p.prorettype <> 'jsonb'::regtype)), 0, 'every exposed function is security invoker and answers jsonb');
select is((select count(*)::int from pg_class where relnamespace = 'api'::regnamespace), 0, 'nothing else is exposed');
select is((select count(*)::int from jsonb_array_elements(api.exposed_calls() -> 'calls') x where (x -> 'anon')::boolean), 8, 'without credentials eight calls are open');
select is((select count(*)::int from jsonb_array_elements(api.exposed_calls() -> 'calls') x where (x -> 'anon')::boolean <> has_function_privilege('anon', (select oid from pg_proc p where p.proname = x ->> 'name' and p.pronamespace = 'api'::regnamespace), 'execute')), 0, 'the start-up check is told the truth');
select is((select count(*)::int from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname in ('api', 'private') and p.proacl is null), 0, 'no function is open to everybody by default');
select is((select count(*)::int from pg_proc p join pg_namespace n on n.oid = p.pronamespace, aclexplode(p.proacl) a where n.nspname in ('api', 'private') and a.grantee = 0), 0, 'nor by a grant');

-- ---- what everyone may ask ----
select pg_temp.become('anon');
select is(api.city() -> 'bbox', '[119.4, 32.7, 119.6, 32.9]', 'the city has its box');
select is(api.city() ->> 'is_demo', 'true', 'and says that it is a demonstration');
select is((select count(*)::int from jsonb_array_elements(api.city() -> 'categories') k where (k -> 'is_leaf')::boolean), 15, 'the categories to choose from');
select is(jsonb_array_length(api.basemap() -> 'segments'), 6, 'the basemap has every segment');
select is(api.basemap(0, 4) ->> 'next' , (api.basemap(0, 4) #>> '{segments,3,id}'), 'in pages');
select is(jsonb_array_length(api.basemap((api.basemap(0, 4) ->> 'next')::bigint, 4) -> 'segments'), 2, 'that go on where they ended');
select is(api.basemap((api.basemap(0, 4) ->> 'next')::bigint, 4) -> 'next', 'null', 'and end');
select is(api.search_streets('金桥') #>> '{streets,0,name}', '金桥路', 'a street is found by a part of its name');
select is(api.search_streets('泰北路 ROAD') #>> '{streets,0,name}', '泰北路', 'in either language, in any case');
select is(api.search_streets('金桥路 12 号对面') #>> '{streets,0,name}', '金桥路', 'and within an address');
select is((select jsonb_array_length(api.search_streets(q) -> 'streets') from (values ('')) v (q)), 0, 'nothing finds nothing');
select is(jsonb_array_length(api.search_streets(repeat('路', 81)) -> 'streets'), 0, 'nor does a speech');
select is(jsonb_array_length(api.search_streets('%') -> 'streets'), 0, 'nor a wildcard');
select ok((select abs((s #>> '{streets,0,point,lat}')::float8 - 32.79) < 1e-6 from (select api.search_streets('金桥') as s) x), 'a typed place is on the street');
select pg_temp.become('owner');

-- ---- the inbox ----
select pg_temp.report('a', '{"description": "第一"}'), pg_temp.report('b'), pg_temp.report('a');
select pg_temp.become('registrar');
select is(api.inbox() ->> 'total', '3', 'the desk sees what came in');
select is(jsonb_array_length(api.inbox(max_rows => 2) -> 'reports'), 2, 'in pages');
select is(jsonb_array_length(api.inbox(max_rows => 2, after_number => (api.inbox(max_rows => 2) #>> '{reports,1,number}')::bigint) -> 'reports'), 1, 'that go on where they ended');
select is(api.inbox('filed') ->> 'total', '0', 'by its state');
select pg_temp.become('inspector_b');
select is(api.inbox() ->> 'total', '1', 'an inspector sees what waits in their area');
select pg_temp.become('nobody');
select is(api.inbox() ->> 'total', '0', 'an account without a role sees nothing');
select is(api.me(), null, 'and is nobody');
select pg_temp.become('team_a');
select is(api.me() #>> '{units,0,name}', '一中队', 'a team knows its unit');
select is(api.me() #>> '{roles,0,name_en}', 'Enforcement team', 'and its role');
select pg_temp.become('owner');

-- ---- cases ----
insert into c values ('dispatched', pg_temp.case_in('dispatched', 'a')), ('filed', pg_temp.case_in('filed', 'b')), ('closed', pg_temp.case_in('closed', 'a')), ('suspended', pg_temp.case_in('suspended', 'a'));
select pg_temp.become('dispatcher');
select is(api.cases() ->> 'total', '4', 'the desk sees every case');
select is(api.cases(array['filed', 'closed']) ->> 'total', '2', 'by their states');
select is(api.cases(query => '金桥') ->> 'total', (select count(*)::text from app.cases x join app.streets s on s.id = x.street_id where s.name = '金桥路'), 'by street');
select is(api.cases(query => lower((select number from app.cases where id = (select id from c where name = 'filed')))) ->> 'total', '1', 'by number');
select is(api.cases(query => '%') ->> 'total', '0', 'and not by wildcards');
select is(jsonb_array_length(api.cases(max_rows => -5) -> 'cases'), 1, 'a page has at least one case');
select pg_temp.become('team_b');
select is(api.cases() ->> 'total', '0', 'a team does not see another unit''s cases');
select pg_temp.become('team_a');
select is(api.cases() ->> 'total', '3', 'but all of its own');
select is((api.case_detail((select id from c where name = 'dispatched')) #> '{reports,0}') - '{recorded_at,description}'::text[], '{"id": null, "number": null, "source": null}', 'a unit does not learn which report it was, or from whom');
select is((select jsonb_agg(m ->> 'move' order by m ->> 'move') from jsonb_array_elements(api.case_detail((select id from c where name = 'dispatched')) -> 'moves') m where (m -> 'allowed')::boolean), '["begin"]', 'and is told what it may do');
select pg_temp.become('owner');

-- ---- the traffic light: green to 80 %, yellow to 100 %, red past it ----
create function pg_temp.light(at timestamptz, which text default 'dispatched') returns text language plpgsql as $$
begin
	perform private.set_clock(at);
	return pg_temp.tried('registrar', format('select coalesce(api.case_detail(%L) ->> ''traffic_light'', ''none'')', (select id from c where name = which)));
end $$;
select is(pg_temp.light(t.at), t.light, t.title) from app.cases x cross join lateral (values
	(x.dispatched_at, 'green', 'a case begins green'), (x.warn_at, 'green', 'until four fifths of its working time'), (x.warn_at + interval '1 second', 'yellow', 'then it is yellow'), (x.due_at, 'yellow', 'to its limit'), (x.due_at + interval '1 second', 'red', 'and past it red')) t (at, light, title)
where x.id = (select id from c where name = 'dispatched');
select is(pg_temp.light('2027-01-01', 'filed'), 'none', 'a case without a limit has none');
select is(pg_temp.light('2027-01-01', 'closed'), 'none', 'nor has one that is closed');
select is(pg_temp.light('2027-01-01', 'suspended'), 'none', 'nor one that is suspended');
select is(pg_temp.tried('registrar', 'select api.cases(only_overdue => true) ->> ''total'''), '2', 'past their limits, open cases are overdue');
select private.set_clock('2026-09-28 02:00:00Z');

-- ---- the citizen ----
create temporary table reporter as select r.code_hash, r.pin_hash, r.number from app.reports r where r.case_id = (select id from c where name = 'closed');
grant select on reporter to public;
set constraints all immediate;
set constraints all deferred;
select is((select jsonb_agg(t -> 'kind') from jsonb_array_elements(api.follow((select code_hash from reporter), (select pin_hash from reporter)) -> 'timeline') t),
	'["report.received", "report.filed", "case.dispatched", "case.handling", "case.handled", "case.closed"]', 'a citizen follows it step by step');
select throws_ok($$select api.follow((select code_hash from reporter), repeat('0', 64))$$, 'PT404', 'not_found', 'with the right PIN only');
select throws_ok($$select api.follow(repeat('0', 64), (select pin_hash from reporter))$$, 'PT404', 'not_found', 'and the right code');
select throws_ok($$select api.follow(null, null)$$, 'PT404', 'not_found', 'no code is a wrong code');

-- ---- photos ----
select pg_temp.photo('seen');
select pg_temp.report('a', jsonb_build_object('photos', jsonb_build_array(jsonb_build_object('sha256', encode(sha256('seen'), 'hex'), 'role', 'near'))));
select is(pg_temp.tried('registrar', $$select api.photo_access(encode(sha256('seen'), 'hex')) ->> 'bucket'$$), 'derivatives', 'staff see the derivative');
select is((select count(*)::int from app.photo_accesses), 0, 'which is not written down');
select is(pg_temp.tried('registrar', $$select api.photo_access(encode(sha256('seen'), 'hex'), 'original: 核对')$$), 'role_needed', 'the original is sealed');
select is(pg_temp.tried('closer', $$select api.photo_access(encode(sha256('seen'), 'hex'), 'original: 核对') ->> 'bucket'$$), 'originals', 'and opened to few');
select is((select staff_id from app.photo_accesses), pg_temp.person('closer'), 'whose access is written down');
select is(pg_temp.tried('closer', $$select api.photo_access(encode(sha256('seen'), 'hex'), 'curiosity')$$), 'unknown_purpose', 'there is a purpose');

-- ---- walls and streams ----
select is((api.tail(0) -> 'head'), (select to_jsonb(position) from app.event_head), 'the tail knows the head');
select is(jsonb_array_length(api.tail((select position from app.event_head) - 3) -> 'events'), 3, 'and gives what came after');
select is(jsonb_array_length(api.tail(0, 5) -> 'events'), 5, 'in pages');
select is(api.tail(99999999) -> 'events', '[]', 'and nothing from the future');
select pg_temp.become('wall');
select is((select count(*)::int from jsonb_array_elements(api.wall() -> 'recent') e where e ?| array['report_id', 'case_id', 'description', 'actor']), 0, 'a wall learns of events and of no report');
select is(jsonb_array_length(api.wall() -> 'streets') || ' ' || jsonb_array_length(api.wall() -> 'areas') || ' ' || jsonb_array_length(api.wall() -> 'flow'), '2 2 14', 'it has streets, areas and a fortnight');
select pg_temp.become('team_a');
select throws_ok('select api.wall()', 'PT403', 'role_needed', 'a team has no wall');
select pg_temp.become('owner');

select * from finish();
rollback;
