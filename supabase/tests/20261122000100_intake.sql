begin;
select no_plan();
\ir district.psql

create function pg_temp.sent(more jsonb, n int, body text default 'body') returns jsonb language sql as $$
	select api.submit_report(jsonb_build_object('id', pg_temp.numbered('sent', n), 'category', '0551', 'lng', 119.4583, 'lat', 32.7901, 'accuracy_m', 10) || more,
		encode(sha256(convert_to('sent code' || n, 'UTF8')), 'hex'), repeat('2', 64), encode(sha256(convert_to(body, 'UTF8')), 'hex'));
$$;
create function pg_temp.report_of(n int) returns app.reports language sql as $$ select r from app.reports r where r.id = pg_temp.numbered('sent', n); $$;

-- ---- what a report may claim ----
select is(pg_temp.sent('{"proof": "none"}', 1) ->> 'status', 'to_verify', 'what comes without proof of work waits for somebody on site');
select is(pg_temp.sent('{"proof": "work"}', 2) ->> 'status', 'received', 'proof of work brings it to the desk');
select is(pg_temp.sent('{"proof": "staff"}', 3) ->> 'status', 'received', 'an account is not claimed in the body');
select is((pg_temp.report_of(3)).proof, 'trusted', 'but known by the caller');
select is(pg_temp.sent('{"fix": {"lng": 119.46, "lat": 32.79, "accuracy_m": 12}, "wide_skipped": "unsafe"}', 4) ->> 'status', 'received', 'a fix beside the pin comes in');
select is((pg_temp.report_of(4)).fix_accuracy_m, 12::float8, 'with its accuracy');
select is((pg_temp.report_of(4)).wide_skipped, 'unsafe', 'and why there is no wide photo');
select is(pg_temp.tried('registrar', $$select api.report_detail(pg_temp.numbered('sent', 4)) #>> '{fix,distance_m}'$$), '160', 'the desk learns how far they lie apart');
select is(pg_temp.tried('registrar', $$select api.report_detail(pg_temp.numbered('sent', 3)) ->> 'fix'$$), 'nothing', 'and nothing when there was none');
select is((pg_temp.tried('team_a', $$select coalesce(private.fix_of(pg_temp.numbered('sent', 4))::text, 'closed')$$)), 'closed', 'a unit does not');
select is(pg_temp.sent('{"fix": {"lng": 400, "lat": 95}, "wide_skipped": "bored"}', 5) ->> 'status', 'received', 'claims that cannot be are left out');
select is((pg_temp.report_of(5)).fix_lng, null, 'the place');
select is((pg_temp.report_of(5)).wide_skipped, null, 'and the reason');
select throws_ok($$update app.reports set fix_lng = 119.4, fix_lat = null$$, '23514', null, 'half a fix is none');
select throws_ok($$update app.reports set fix_accuracy_m = -1$$, '23514', null, 'a fix has an accuracy of some metres');
select throws_ok($$update app.reports set wide_skipped = 'bored'$$, '23514', null, 'a wide photo is skipped for one of four reasons');
select throws_ok($$update app.reports set proof = 'honest'$$, '23514', null, 'proof is one of four');

-- ---- "this one" ----
create temporary table open_case as select pg_temp.case_in('dispatched')::uuid as id;
create temporary table done_case as select pg_temp.case_in('voided')::uuid as id;
select is(pg_temp.sent(jsonb_build_object('suggested_case', (select id from open_case)), 6) ->> 'status', 'received', 'a reporter may say which case it is');
select is((pg_temp.report_of(6)).suggested_case_id, (select id from open_case), 'which is kept');
select is((pg_temp.report_of(6)).case_id, null, 'and decides nothing');
select is(pg_temp.tried('registrar', $$select api.report_detail(pg_temp.numbered('sent', 6)) #>> '{suggested_case,id}'$$), (select id::text from open_case), 'the desk sees it');
select is(pg_temp.sent(jsonb_build_object('suggested_case', (select id from done_case)), 7) ->> 'status', 'received', 'a case that is over');
select is((pg_temp.report_of(7)).suggested_case_id, null, 'is not kept');
select is(pg_temp.sent('{"suggested_case": "nonsense"}', 8) ->> 'status', 'received', 'nor is nonsense');

-- ---- claims of a photo ----
select is(pg_temp.sent(jsonb_build_object('photos', jsonb_build_array(
	jsonb_build_object('sha256', repeat('a', 64), 'role', 'near', 'taken_at', '2026-09-28T01:00:00Z', 'lng', 119.4584, 'lat', 32.79, 'accuracy_m', 5),
	jsonb_build_object('sha256', repeat('b', 64), 'role', 'wide', 'taken_at', '2036-09-28T01:00:00Z', 'lng', 500, 'lat', 32.79, 'accuracy_m', 5))), 9) ->> 'status', 'received', 'photos bring their claims');
select is((select (e.lng, e.lat, e.accuracy_m, e.taken_at) from app.evidence e where e.sha256 = repeat('a', 64) and e.report_id = pg_temp.numbered('sent', 9)),
	(119.4584::float8, 32.79::float8, 5::float8, '2026-09-28T01:00:00Z'::timestamptz), 'which are kept');
select is((select (e.lng, e.accuracy_m, e.taken_at) from app.evidence e where e.sha256 = repeat('b', 64) and e.report_id = pg_temp.numbered('sent', 9)),
	(null::float8, null::float8, null::timestamptz), 'unless they cannot be');

-- ---- buckets ----
create function pg_temp.admitted(address text, level int) returns text language sql as $$
	select case when a ->> 'admitted' = 'true' then 'in' else coalesce('level ' || (a ->> 'level'), 'wait') end from api.admit(gen_random_uuid(), address, level) a;
$$;
select api.set_intake_limits('[{"kind": "plain", "capacity": 2, "per_hour": 2}, {"kind": "plain_all", "capacity": 3, "per_hour": 1}, {"kind": "usual", "capacity": 2, "per_hour": 60}, {"kind": "hard", "capacity": 1, "per_hour": 1}]');
select is(array(select pg_temp.admitted('one', 0) from generate_series(1, 3)), array['in', 'in', 'level 1'], 'without proof one address sends little, and is then asked for work');
select is(array(select pg_temp.admitted('two', 0) from generate_series(1, 2)), array['in', 'level 1'], 'all addresses together, too');
select is(array(select pg_temp.admitted('one', 1) from generate_series(1, 3)), array['in', 'in', 'level 2'], 'with the usual proof more, and is then asked for more work');
select is(array(select pg_temp.admitted('one', 2) from generate_series(1, 2)), array['in', 'wait'], 'with the hard one more still, until it has to wait');
select is(array(select pg_temp.admitted(a, null) from unnest(array['one', 'fresh', 'fresh', 'fresh']) a), array['level 2', 'level 1', 'level 1', 'level 1'], 'asking which level it takes takes nothing');
select is(pg_temp.admitted('three', 1), 'in', 'another address is not touched by it');
select is(pg_temp.admitted(null, 0), 'in', 'a sender the server trusts has no bucket');
select is((select array_agg(a ->> 'admitted') from generate_series(1, 3), lateral api.admit(pg_temp.numbered('sent', 2), 'one', 0) a), array['true', 'true', 'true'], 'a report that is here comes in again for nothing');
select private.set_clock(private.clock() + interval '1 minute');
select is(array(select pg_temp.admitted('one', 1) from generate_series(1, 2)), array['in', 'level 2'], 'a minute brings one more of sixty an hour');
select private.set_clock(private.clock() - interval '1 hour');
select is(pg_temp.admitted('one', 1), 'level 2', 'a clock that goes back gives nothing away');
select private.set_clock(private.clock() + interval '30 hours');
select is(pg_temp.admitted('four', 1), 'in', 'a day later');
select is((select count(*)::int from app.intake_buckets where key = 'one'), 0, 'what nobody touched is swept by whoever comes new');
select api.set_intake_limits('[{"kind": "all", "capacity": 1, "per_hour": 1}]');
delete from app.intake_buckets;
select is(array(select pg_temp.admitted('n' || i, 1) from generate_series(1, 3) i), array['in', 'level 2', 'level 2'], 'all strangers together have an end, and are asked for the hard work');
select api.set_intake_limits('[{"kind": "all_hard", "capacity": 1, "per_hour": 1}]');
select is(array(select pg_temp.admitted('h' || i, 2) from generate_series(1, 2) i), array['in', 'wait'], 'for which there is a reserve, with an end, too');
select is(api.admit(pg_temp.numbered('sent', 2), 'one', 0, 'another body') ->> 'admitted', 'false', 'another body under a known id is not free');
select is(api.admit(pg_temp.numbered('sent', 2), 'one', 0, encode(sha256('body'), 'hex')) ->> 'admitted', 'true', 'the same body is');
select is(api.known_receipt(pg_temp.numbered('sent', 2), encode(sha256('body'), 'hex')) ->> 'created', 'false', 'a report that is here has its receipt, whatever the rules have become');
select is(api.known_receipt(pg_temp.numbered('sent', 2), 'another'), null, 'for its own body only');
select is((array(select (api.take_token('pin', repeat('e', 64)) ->> 'taken') from generate_series(1, 11)))[10:11], array['true', 'false'], 'ten tries at a PIN');
select cmp_ok((api.take_token('pin', repeat('e', 64)) ->> 'retry_after')::int, '>', 100, 'and then minutes for each');
select throws_ok($$select api.take_token('pin', '')$$, 'PT422', 'unknown_kind', 'a key is needed');
select throws_ok($$select api.take_token('moon', 'x')$$, 'PT422', 'unknown_kind', 'and a kind there is');
select throws_ok($$select api.set_intake_limits('[{"kind": "usual", "capacity": 0, "per_hour": 1}]')$$, 'PT422', 'bad_number', 'a limit is at least one');
select throws_ok($$select api.set_intake_limits('[{"kind": "usual", "capacity": "many", "per_hour": 1}]')$$, 'PT422', 'bad_number', 'and a number');
select throws_ok($$select api.set_intake_limits('[{"kind": "usual"}]')$$, 'PT422', 'bad_number', 'that is given');
select throws_ok($$select api.set_intake_limits('[{"kind": "moon", "capacity": 1, "per_hour": 1}]')$$, 'PT422', 'unknown_kind', 'of a kind there is');
select throws_ok($$select api.set_intake_limits('{}')$$, 'PT422', 'bad_number', 'in a list');
select is(pg_temp.tried('admin', $$select api.set_intake_limits('[{"kind": "usual", "capacity": 7, "per_hour": 7}]') #>> '{limits,10,capacity}'$$), '7', 'an administrator sets them');
select is(pg_temp.tried('office', $$select api.set_intake_limits('[]')$$), 'role_needed', 'nobody else does');
select throws_ok(format('insert into app.intake_limits values (%L, %s, %s)', t.kind, t.capacity, t.per_hour), '23514', null, t.title) from (values
	('X', 1, 1, 'a kind has a plain name'), ('xx', 0, 1, 'a bucket holds one'), ('xx', 1, 0, 'and fills')) t (kind, capacity, per_hour, title);
select throws_ok(format('insert into app.intake_buckets values (''pin'', %L, 1, now())', repeat('x', 65)), '23514', null, 'a key is a hash at most');

-- ---- what a phone asks ----
select is(api.place_at(119.4602, 32.7893, 30) -> 'sides' -> 0 ->> 'name', '二网格', 'near a border the ground that holds the pin comes first');
select is(api.place_at(119.4602, 32.7893, 30) -> 'sides' -> 1 ->> 'name', '一网格', 'then the one within the fix''s accuracy');
select is((api.place_at(119.4602, 32.7893, 30) #>> '{sides,1,bearing}')::int, 270, 'to the west of it');
select ok((select s.point_lng < 119.46 and private.metres(private.point(s.point_lng, s.point_lat), private.point(119.46, 32.7893)) between 2 and 4
	from (select (x #>> '{sides,1,point,lng}')::float8 as point_lng, (x #>> '{sides,1,point,lat}')::float8 as point_lat from api.place_at(119.4602, 32.7893, 30) x) s), 'whose point lies three metres beyond');
select is(api.place_at(119.4602, 32.7893, 10) -> 'sides', '[]', 'a better fix leaves no question');
select is(api.place_at(119.4602, 32.7893) -> 'sides', '[]', 'nor does a pin set by hand');
select is(api.place_at(119.4602, 32.7893, 30) #>> '{street,name}', '金桥路', 'its street');
select is(api.place_at(120, 33) ->> 'inside', 'false', 'outside the city');
select throws_ok($$select api.place_at('NaN', 1)$$, 'PT422', 'bad_coordinates', 'a place is two numbers');
select throws_ok($$select api.place_at(null, 1)$$, 'PT422', 'bad_coordinates', 'both of them');
insert into app.facilities (key, kind, name, geom, bays, bays_free, build_state) values
	('far', 'wash_site', '远', private.point(119.469, 32.790), 4, 2, 'open'), ('near', 'wash_site', '近', private.point(119.4585, 32.7903), 4, 0, 'planned'), ('cam', 'camera', '探头', private.point(119.4583, 32.7901), null, null, 'open');
select is(api.place_at(119.4583, 32.7901) #>> '{wash_site,name}', '远', 'the nearest wash site that is open');

create temporary table here as select c.id, extensions.st_x(c.geom) as lng, extensions.st_y(c.geom) as lat from app.cases c where c.id = (select id from open_case);
select is((select api.nearby('0551', h.lng, h.lat) #>> '{cases,0,id}' from here h), (select id::text from open_case), 'an open case of the category near by');
select is((select (api.nearby('0551', h.lng, h.lat) #>> '{cases,0,distance_m}')::int % 10 from here h), 0, 'at a rounded distance');
select is((select count(distinct x.said)::int from here h, generate_series(0, 30) i, lateral (select api.nearby('0551', h.lng, h.lat) #>> '{cases,0,distance_m}' as said) x), 1, 'the same from the same place');
-- Wherever one asks from, what is said depends on the case's cell only: another case elsewhere in the cell says the same.
update app.cases c set on_street = private.point(extensions.st_x(extensions.st_snaptogrid(c.on_street, 0.0004)) + 0.00015, extensions.st_y(extensions.st_snaptogrid(c.on_street, 0.0004)) + 0.0001) where c.id = (select id from open_case);
create temporary table said as select i, (select api.nearby('0551', h.lng + i * 0.00005, h.lat) -> 'cases' #>> '{0,distance_m}' from here h) as metres from generate_series(-20, 20) i;
update app.cases c set on_street = private.point(extensions.st_x(c.on_street) - 0.0003, extensions.st_y(c.on_street) - 0.0002) where c.id = (select id from open_case);
select is((select count(*)::int from said s, here h where s.metres is distinct from (api.nearby('0551', h.lng + s.i * 0.00005, h.lat) -> 'cases' #>> '{0,distance_m}')), 0, 'nothing finer than its cell can be learnt');
select is((select api.nearby('0504', h.lng, h.lat) -> 'cases' from here h), '[]', 'not of another');
select is((select api.nearby('0551', h.lng + 0.01, h.lat) -> 'cases' from here h), '[]', 'not far away');
select throws_ok($$select api.nearby('05', 119.4583, 32.79)$$, 'PT422', 'unknown_category', 'a class is no category');
select throws_ok($$select api.nearby('0551', 119.4583, null)$$, 'PT422', 'bad_coordinates', 'a place is needed');
select is((select count(*)::int from jsonb_array_elements(api.street_names() -> 'streets') s where s ->> 'name' = '金桥路' and s #> '{point,lng}' is not null), 1, 'every street with a point on it');

select * from finish();
rollback;
