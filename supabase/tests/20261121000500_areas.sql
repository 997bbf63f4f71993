begin;
select plan(46);
\ir district.psql

create function pg_temp.import(n int, complete boolean default false) returns jsonb language sql as $$
	select jsonb_build_object('id', pg_temp.numbered('import', n), 'source', 'test', 'datum', 'wgs84', 'complete', complete);
$$;
create function pg_temp.ground(key text, geometry jsonb, more jsonb default '{}') returns jsonb language sql as $$
	select jsonb_build_object('key', key, 'kind', 'duty_grid', 'name', '网格 ' || key, 'geometry', geometry) || more;
$$;
create function pg_temp.refused(area jsonb) returns jsonb language sql as $$
	select api.import_areas(jsonb_build_object('id', gen_random_uuid(), 'source', 'test', 'datum', 'wgs84'), jsonb_build_array(area)) #> '{rejected,0}';
$$;

-- ---- an invalid polygon is refused with its fault, never repaired ----
--   +   +      the two sides cross
--   |\ /|
--   | X |
--   |/ \|
--   +   +
select is(pg_temp.refused(pg_temp.ground('bow', '{"type": "Polygon", "coordinates": [[[119.45, 32.78], [119.46, 32.79], [119.45, 32.79], [119.46, 32.78], [119.45, 32.78]]]}')) - 'reason',
	'{"key": "bow", "name": "网格 bow", "problem": "invalid_polygon"}', 'a polygon that crosses itself is refused by name');
select alike(pg_temp.refused(pg_temp.ground('bow', '{"type": "Polygon", "coordinates": [[[119.45, 32.78], [119.46, 32.79], [119.45, 32.79], [119.46, 32.78], [119.45, 32.78]]]}')) ->> 'reason',
	'Self-intersection%', 'with the reason and the place');
select is_empty($$select 1 from app.areas where key = 'bow'$$, 'and leaves nothing behind');
select is(pg_temp.refused(area) ->> 'problem', problem, title) from (values
	(pg_temp.ground('x', '{"type": "LineString", "coordinates": [[119.45, 32.78], [119.46, 32.79]]}'), 'not_a_polygon', 'a line is no area'),
	(pg_temp.ground('x', '{"type": "Polygon", "coordinates": []}'), 'not_a_polygon', 'nothing is no area'),
	(pg_temp.ground('x', '{"type": "Polygon", "coordinates": [[[119.45, 32.78], [119.46, 32.79], [119.45, 32.79]]]}'), 'invalid_polygon', 'a ring that is open is no area'),
	(pg_temp.ground('x', '{"type": "Polygon", "coordinates": "round"}'), 'not_a_polygon', 'words are no area'),
	(pg_temp.ground('x', '"a square"'), 'not_a_polygon', 'nor is a name'),
	(pg_temp.ground('x', pg_temp.square(119, 32, 400, 95)), 'bad_coordinates', 'an area lies on the globe'),
	(pg_temp.ground('x', pg_temp.square(119, 32, 120, 33), '{"kind": "kingdom"}'), 'unknown_kind', 'an area is of a known kind'),
	(pg_temp.ground('x', pg_temp.square(119, 32, 120, 33), '{"name": ""}'), 'name_missing', 'an area has a name'),
	(pg_temp.ground('x', pg_temp.square(119, 32, 120, 33), '{"name": "a\u0001b"}'), 'name_missing', 'of plain text'),
	(pg_temp.ground('', pg_temp.square(119, 32, 120, 33)), 'key_missing', 'an area has a key')) t (area, problem, title);
select is(api.import_areas(pg_temp.import(1), jsonb_build_array(pg_temp.ground('bad', '{"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 1], [1, 0], [0, 0]]]}'),
	pg_temp.ground('good', pg_temp.square(119.48, 32.78, 119.49, 32.79)))) - 'rejected', '{"added": 1, "changed": 0, "unchanged": 0, "gone": 0}', 'the rest of the file goes in');
select throws_ok($$select api.import_areas(pg_temp.import(2), '{}')$$, 'PT422', 'batch_too_large', 'a batch is a list');

-- ---- identity ----
select is(api.import_areas(pg_temp.import(3), jsonb_build_array(pg_temp.ground('good', pg_temp.square(119.48, 32.78, 119.49, 32.79)))) ->> 'unchanged', '1', 'a repeated import changes nothing');
select is((select count(*)::int from app.area_versions where area_id = pg_temp.area('good')), 1, 'and makes no version');
select is(api.import_areas(pg_temp.import(4), jsonb_build_array(pg_temp.ground('good', pg_temp.square(119.48, 32.78, 119.49, 32.795)))) ->> 'changed', '1', 'another shape is a change');
select is(api.import_areas(pg_temp.import(5), jsonb_build_array(pg_temp.ground('good', pg_temp.square(119.48, 32.78, 119.49, 32.795), '{"unit": "四中队"}'))) ->> 'changed', '1', 'another unit is a change');
select is((select count(*)::int from app.area_versions where area_id = pg_temp.area('good')), 3, 'each is a version');
select is((select unit_id from app.area_versions where area_id = pg_temp.area('good') and valid_to is null), pg_temp.unit('四中队'), 'which says who answers for it');
select throws_ok($$insert into app.area_versions (area_id, name, geom, content) select area_id, name, geom, content from app.area_versions limit 1$$, '23505', null, 'an area has one current version');
select throws_ok($$insert into app.areas (key, kind) values ('z', 'kingdom')$$, '23503', null, 'there are no other kinds');
select throws_ok($$update app.area_versions set name = repeat('x', 121)$$, '23514', null, 'a name has a length');
select throws_ok($$update app.areas set key = repeat('x', 201) where key = 'a'$$, '23514', null, 'so has a key');
select throws_ok($$update app.area_versions set name_en = e'a\x01'$$, '23514', null, 'in English it is plain text, too');
insert into app.facilities (key, kind, name, geom, bays, bays_free) values ('f', 'wash_site', '集中洗车点', private.point(119.4, 32.7), 2, 2);
select throws_ok(format('update app.facilities set %s', t.change), '23514', null, t.title) from (values
	('bays_free = 3', 'no more bays are free than there are'), ('bays = -1, bays_free = null', 'there are not fewer than none'), ('kind = ''palace''', 'a facility is of a known kind'),
	('build_state = ''dreamt''', 'in a known state'), ('name = repeat(''x'', 121)', 'with a name'), ('name_en = repeat(''x'', 121)', 'in English, too')) t (change, title);

-- ---- a complete file says what is gone ----
create temporary table kept as select pg_temp.case_in('dispatched', 'a') as case_id;
select is(api.import_areas(pg_temp.import(6, true), jsonb_build_array(pg_temp.ground('b', pg_temp.square(119.460, 32.780, 119.470, 32.800), '{"name": "二网格", "name_en": "Grid B", "unit": "二中队"}'),
	pg_temp.ground('good', '{"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 1], [1, 0], [0, 0]]]}'))) - 'rejected', '{"added": 0, "changed": 0, "unchanged": 1, "gone": 1}',
	'what a complete file does not name is gone');
select isnt((select gone_at from app.areas where key = 'a'), null, 'that is grid A');
select is((select gone_at from app.areas where key = 'good'), null, 'an area that it names and draws badly is not gone');
select is((select gone_at from app.areas where key = 'line'), null, 'a file of duty grids says nothing about permitted lines');
select is((select area_id from app.cases where id = (select case_id from kept)), pg_temp.area('a'), 'a case keeps its area');
create temporary table meanwhile as select pg_temp.report('a') as id;
select is((select area_id from app.reports where id = (select id from meanwhile)), null, 'a new report does not fall in what is gone');
select is(api.import_areas(pg_temp.import(7), jsonb_build_array(pg_temp.ground('a', pg_temp.square(119.450, 32.780, 119.460, 32.800), '{"unit": "一中队"}'))) ->> 'added', '1', 'what comes back');
create temporary table later as select pg_temp.report('a') as id;
select is((select area_id from app.reports where id = (select id from later)), pg_temp.area('a'), 'is the same area');

-- ---- which areas hold a point ----
select results_eq($$select kind, holds from private.areas_at(private.point(119.4565, 32.7962), 5) order by kind$$, $$values ('duty_grid', true), ('permitted_line', true)$$, 'a point may lie in several areas');
select results_eq($$select area_id, holds from private.areas_at(private.point(119.45995, 32.785), 10) order by area_id$$,
	$$values (pg_temp.area('a'), true), (pg_temp.area('b'), false)$$, 'a duty grid whose border lies within the point''s accuracy is named beside the one that holds it');
select results_eq($$select area_id from private.areas_at(private.point(119.45995, 32.785), 2)$$, $$values (pg_temp.area('a'))$$, 'and not when the point is surer than that');
select is_empty($$select 1 from private.areas_at(private.point(119.45995, 32.9), 10000)$$, 'a wild accuracy does not reach across the city');

-- ---- who reads ----
select pg_temp.become('wall');
select cmp_ok((select count(*)::int from app.areas), '>', 0, 'staff read areas');
select pg_temp.become('nobody');
select is_empty('select 1 from app.areas', 'an account without a role does not');

select * from finish();
rollback;
