begin;
select no_plan();
\ir district.psql

-- ---- the map, of all and of one category ----
select pg_temp.case_in('filed', 'a', '{"category": "0509"}'), pg_temp.case_in('filed', 'a', '{"category": "0504"}'),
	pg_temp.case_in('closed', 'a', '{"category": "0504"}'), pg_temp.case_in('voided', 'a', '{"category": "0504"}'), pg_temp.report('a', '{"category": "0505"}');
set constraints all immediate; set constraints all deferred;
create function pg_temp.map(category text default null) returns jsonb language sql as $$
	select pg_temp.tried('anon', format('select api.public_map(%L)', category))::jsonb;
$$;
create function pg_temp.sum_of(map jsonb, list text, figure text) returns int language sql as $$
	select coalesce(sum((x ->> figure)::int), 0)::int from jsonb_array_elements(map -> list) x;
$$;
select private.set_clock(private.clock() + interval '1 minute');
create temporary table every as select pg_temp.map() as map;
create temporary table stalls as select pg_temp.map('0504') as map;
select is((select pg_temp.sum_of(map, 'segments', 'open') from every), 2, 'open cases of every category, and what nobody filed is none');
select is((select pg_temp.sum_of(map, 'segments', 'open') from stalls), 1, 'or of one');
select is((select pg_temp.sum_of(map, 'segments', 'closed') from stalls), 1, 'with its recently closed ones, and none that is void');
select is((select map #>> '{totals,due}' from stalls), (select s ->> 'due' from stalls, jsonb_array_elements(map -> 'categories') s where s ->> 'code' = '0504'), 'what is due follows the category');
select is((select pg_temp.sum_of(map, 'streets', 'closed') from stalls), 1, 'so does what was closed, street by street');
select is((select pg_temp.sum_of(pg_temp.map('0509'), 'streets', 'closed')), 0, 'another category''s closures are not its own');
select is((select pg_temp.sum_of(map, 'streets', 'due') from every), (select (map #>> '{totals,due}')::int from every), 'the whole is the sum of its streets');
select is((select map -> 'categories' from stalls), (select map -> 'categories' from every), 'the other categories stay there to choose');
select is(pg_temp.map('05') - 'category' - 'taken_at', (select map - 'category' - 'taken_at' from every), 'a class holds its categories');
select is(pg_temp.tried('anon', $$select api.public_map('9999')$$), 'unknown_category', 'a category there is');
select ok((select map::text !~ '(number|report_id|case_id|received)"' from stalls), 'no number, no id of anyone''s report, none that is only received');

-- ---- one street ----
create temporary table street as
	select pg_temp.tried('anon', format('select api.public_street(%s)', (select s.id from app.streets s where s.name = '金桥路')))::jsonb as s;
select is((select s #>> '{street,name}' from street), '金桥路', 'a street by its id');
select is((select jsonb_array_length(s -> 'segments') from street), 3, 'with its segments');
select ok((select bool_and(exists (select from app.segment_versions v where extensions.st_intersects(extensions.st_buffer(v.geom, 0.000002),
	extensions.st_setsrid(extensions.st_makepoint((c ->> 0)::float8, (c ->> 1)::float8), 4326))))
	from street, jsonb_array_elements(s -> 'segments') g, jsonb_array_elements(g -> 'line') c), 'every coordinate lies on the street');
select is((select (s #>> '{totals,open}')::int from street), (select pg_temp.sum_of(s, 'segments', 'open') from street), 'open on the street is open on its segments');
select is((select (s #>> '{totals,closed}')::int from street), (select pg_temp.sum_of(s, 'categories', 'closed') from street), 'closed by category adds up');
select is((select jsonb_array_length(s -> 'months') from street), 6, 'half a year by month');
select is((select s #>> '{months,5,month}' from street), '2026-09', 'up to now');
select is((select pg_temp.sum_of(s, 'months', 'filed') from street), (select count(*)::int from app.case_facts f where f.street_id = (s #>> '{street,id}')::bigint and not f.is_voided), 'with what was filed')
	from street;
select ok((select s::text !~ '(number|report_id|case_id|received)"' from street), 'and nobody''s report');
select is(pg_temp.tried('anon', 'select api.public_street(0)'), 'not_found', 'a street there is');
select is(pg_temp.tried('anon', 'select api.public_street(null)'), 'not_found', 'and not nothing');
select is(pg_temp.tried('anon', 'select private.categories_within(null)'), 'permission denied for function categories_within', 'the way of counting is nobody''s to call');
select * from finish();
rollback;
