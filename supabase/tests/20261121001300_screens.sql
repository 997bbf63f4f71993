begin;
select no_plan();
\ir district.psql

create function pg_temp.header(n int) returns jsonb language sql as $$
	select jsonb_build_object('id', pg_temp.numbered('screens', n), 'source', 'test', 'datum', 'wgs84', 'source_key', 'screens');
$$;
-- 972 due, 911 closed, 737 of them on time: what 天门 published for December 2016.
select api.import_history(pg_temp.header(1), (
	select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('key', i::text, 'category', '0551', 'lng', 119.4583, 'lat', 32.7901, 'unit', '一中队', 'opened_at', '2026-09-01T02:00:00Z',
		'dispatched_at', '2026-09-01T03:00:00Z', 'due_at', '2026-09-15T02:00:00Z', 'status', case when i <= 911 then 'closed' when i <= 970 then 'dispatched' else 'suspended' end,
		'closed_at', case when i <= 737 then '2026-09-10T02:00:00Z' when i <= 911 then '2026-09-16T02:00:00Z' end)))
	from generate_series(1, 972) i));
set constraints all immediate; set constraints all deferred;
create function pg_temp.board(more text default '') returns jsonb language sql as $$ select pg_temp.tried('office', format('select api.board(%s)', more))::jsonb; $$;
create function pg_temp.row_of(board jsonb, name text) returns jsonb language sql as $$ select r from jsonb_array_elements(board -> 'rows') r where r ->> 'name' = row_of.name; $$;

-- ---- the board ----
select is(pg_temp.board() -> 'totals' ->> 'due', '972', 'due to close, as published');
select is(round(100.0 * (pg_temp.board() #>> '{totals,closed}')::int / 972, 2), 93.72, 'the closure rate to two decimals');
select is(round(100.0 * (pg_temp.board() #>> '{totals,on_time}')::int / 972, 2), 75.82, 'the on-time rate, too');
select is(pg_temp.board() #>> '{totals,suspended_due}', '2', 'suspended ones, for the rule that leaves them out');
select is(pg_temp.row_of(pg_temp.board(), '金桥路') ->> 'due', '972', 'by street');
select is(pg_temp.row_of(pg_temp.board($$'unit'$$), '一中队') ->> 'closed', '911', 'by unit');
select is(pg_temp.row_of(pg_temp.board($$'area'$$), '一网格') ->> 'overdue', '61', 'by area');
select is(pg_temp.row_of(pg_temp.board(), '泰北路') ->> 'due', '0', 'a street with nothing to close is there');
select is(pg_temp.board() #>> '{totals,median_hours}', '48.0', 'the median in working hours: 4.5 + 3 × 7 + 3 × 7 + 1.5');
select is(pg_temp.board($$'street', '2026-09-16', '2026-09-16'$$) #>> '{totals,due}', '174', 'one day: what closed on it; limits of another day are not its');
select is(pg_temp.board($$'street', '2026-09-15', '2026-09-15'$$) #>> '{totals,due}', '235', 'the day of the limit: what was open at its end, though closed since');
select is(pg_temp.board($$'street', null, null, '0509'$$) #>> '{totals,due}', '0', 'by category');
select is(pg_temp.board($$'street', null, null, '05'$$) #>> '{totals,due}', '972', 'or by its class');
select is(pg_temp.tried('office', $$select api.board('moon')$$), 'unknown_grouping', 'by what there is');
select is(pg_temp.tried('office', $$select api.board('street', '2026-09-02', '2026-09-01')$$), 'bad_period', 'a period begins before it ends');
select is(pg_temp.tried('office', $$select api.board('street', null, null, '9999')$$), 'unknown_category', 'of a category there is');
select is(pg_temp.tried('team_a', $$select api.board()$$), 'role_needed', 'a team does not read the city''s board');
select pg_temp.case_in('voided');
set constraints all immediate; set constraints all deferred;
select is(pg_temp.board() -> 'totals' ->> 'open', '61', 'what is void is nowhere');

-- ---- the public map ----
select pg_temp.case_in('filed', 'a', '{"category": "0509"}'), pg_temp.report('a', '{"category": "0504"}');
set constraints all immediate; set constraints all deferred;
create temporary table public_map as select pg_temp.tried('anon', 'select api.public_map()')::jsonb as map;
select is((select sum((s ->> 'open')::int) from public_map, jsonb_array_elements(map -> 'segments') s), 62::bigint, 'the public sees open cases per segment');
select is((select s -> 'by_category' ->> '0509' from public_map, jsonb_array_elements(map -> 'segments') s where s -> 'by_category' ? '0509'), '1', 'by category');
select is((select count(*)::int from public_map, jsonb_array_elements(map -> 'segments') s where s -> 'by_category' ? '0504'), 0, 'and no report that nobody filed');
select ok((select map::text !~ '(lng|lat|number|report_id|case_id)"' from public_map), 'no doorstep, no number, no id of anyone''s report');
select is((select map #>> '{streets,0,name}' from public_map), '金桥路', 'by street, the busiest first');

-- ---- the wall's places ----
select is(pg_temp.tried('team_a', 'select api.wall_points()'), 'role_needed', 'places are for the wall');
create temporary table points as select pg_temp.tried('wall', 'select api.wall_points(30)')::jsonb as p;
select is((select (p ->> 'n')::int from points), 975, 'every report of the time that was not declined');
select is((select jsonb_array_length(p -> 'lng') + jsonb_array_length(p -> 'lat') + jsonb_array_length(p -> 'hour') + jsonb_array_length(p -> 'category') + jsonb_array_length(p -> 'open') from points), 975 * 5, 'as columns of one length');
select is((select round(((p #>> '{origin,1}')::numeric + (p #>> '{lat,0}')::numeric / 1e6), 5) from points), 32.79000, 'on the street, not where the phone stood');
select ok((select p::text !~ 'report|case|number' from points), 'without saying whose');
select pg_temp.become('registrar');
select api.decide_report((select r.id from app.reports r where r.status = 'received' limit 1), 'decline', reason_code => 'nonsense');
select pg_temp.become('owner');
select is(pg_temp.tried('wall', $$select api.wall_points(30) ->> 'n'$$), '974', 'what is declined leaves the map');

-- ---- search ----
select api.import_base_features(pg_temp.header(9), '[{"key": "s", "kind": "place", "name": "金桥汽车站", "place_kind": "station", "rank": 1, "geometry": {"type": "Point", "coordinates": [119.45, 32.79]}}]');
select is(pg_temp.tried('anon', $$select api.search('金桥') #>> '{streets,0,name}'$$), '金桥路', 'search finds a street');
select is(pg_temp.tried('anon', $$select api.search('汽车') #>> '{places,0,name}'$$), '金桥汽车站', 'a place');
select is(pg_temp.tried('anon', $$select api.search('e0551') -> 'cases'$$), '[]', 'and no case for strangers');
select is(pg_temp.tried('closer', $$select jsonb_array_length(api.search('e0551') -> 'cases')$$), '8', 'but for the desk');
select is(pg_temp.tried('team_b', $$select api.search('e0551') -> 'cases'$$), '[]', 'and not another unit''s');
select is(pg_temp.tried('anon', $$select api.search('')$$)::jsonb, '{"streets": [], "places": [], "cases": []}', 'nothing finds nothing');

-- ---- the patrol ----
select is((select count(*)::int from jsonb_array_elements(pg_temp.tried('team_a', 'select api.patrol_work()')::jsonb -> 'cases')), 59, 'a team sees what it has to drive to');
select is((select count(*)::int from jsonb_array_elements(pg_temp.tried('team_b', format('select api.patrol_work(%s)', pg_temp.unit('一中队')))::jsonb -> 'cases')), 0, 'and not another''s');
select is(pg_temp.tried('closer', format('select api.patrol_work(%s) #>> ''{unit,name}''', pg_temp.unit('一中队'))), '一中队', 'the desk names the unit');
select * from finish();
rollback;
