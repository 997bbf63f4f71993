begin;
select plan(64);
\ir district.psql

create function pg_temp.import(n int, complete boolean default false) returns jsonb language sql as $$
	select jsonb_build_object('id', pg_temp.numbered('import', n), 'source', 'test', 'datum', 'wgs84', 'complete', complete);
$$;
create function pg_temp.streets_of_district() returns jsonb language sql as $$
	select jsonb_build_array(
		pg_temp.line('j1', '金桥路', 'n1', 'n2', 119.445, 32.790, 119.455, 32.790), pg_temp.line('j2', '金桥路', 'n2', 'n3', 119.455, 32.790, 119.465, 32.790),
		pg_temp.line('j3', '金桥路', 'n3', 'n4', 119.465, 32.790, 119.475, 32.790), pg_temp.line('t1', '泰北路', 'n5', 'n2', 119.455, 32.780, 119.455, 32.790),
		pg_temp.line('t2', '泰北路', 'n2', 'n6', 119.455, 32.790, 119.455, 32.800), pg_temp.line('lane', null, 'n3', 'n7', 119.465, 32.790, 119.465, 32.800));
$$;

-- ---- a street is many segments ----
select is((select count(*)::int from app.streets), 2, 'segments of one name make one street');
select is((select count(*)::int from app.segments s join app.streets t on t.id = s.street_id where t.name = '金桥路'), 3, 'a street is its segments');
select is((select street_id from app.segments where key = 'lane'), null, 'a lane without a name belongs to no street');
select is((select count(*)::int from app.junctions), 7, 'segments meet at junctions');
select ok((select abs(length_m - 936.6) < 2 from app.segment_versions v join app.segments s on s.id = v.segment_id where s.key = 'j1'), 'a segment knows its length in metres');

-- ---- snapping ----
--   pin
--    |      nearest point of the nearest line
--  ==+====== 金桥路
select is((select s.key from private.snap(private.point(119.4583, 32.7905)) p join app.segments s on s.id = p.segment_id), 'j2', 'a point is snapped to the nearest segment');
select ok((select abs(p.distance_m - 55.45) < 0.5 and abs(extensions.st_x(p.on_street) - 119.4583) < 1e-6 and abs(extensions.st_y(p.on_street) - 32.79) < 1e-9
	from private.snap(private.point(119.4583, 32.7905)) p), 'with its distance and its place on the street');
select is((select p.segment_id from private.snap(private.point(119.4583, 32.7921)) p), null, 'further than the limit, it is snapped to nothing');
select is((select p.distance_m from private.snap(private.point(119.4583, 32.7921)) p), null, 'and has no distance then');
update app.city set snap_limit_m = 300;
select is((select s.key from private.snap(private.point(119.4583, 32.7921)) p join app.segments s on s.id = p.segment_id), 'j2', 'the city sets the limit');
update app.city set snap_limit_m = 200;
select is((select s.key from private.snap(private.point(119.4652, 32.7950)) p join app.segments s on s.id = p.segment_id), 'lane', 'a lane without a name is snapped to, too');
select is((select p.street_id from private.snap(private.point(119.4652, 32.7950)) p), null, 'and gives no street');

-- Against brute force: 400 random segments of up to ten corners, 300 random pins, distances on the spheroid.
select setseed(0.42);
do $$
declare
	batch jsonb := '[]';
	x float8; y float8;
	corners float8[];
begin
	for i in 1 .. 400 loop
		x := 119.50 + random() * 0.05; y := 32.74 + random() * 0.05;
		corners := array[x, y];
		for j in 0 .. (random() * 9)::int loop
			x := x + (random() - 0.5) * 0.004; y := y + (random() - 0.5) * 0.004;
			corners := corners || array[x, y];
		end loop;
		batch := batch || pg_temp.line('random ' || i, null, 'r' || i, 'R' || i, variadic corners);
	end loop;
	perform api.import_streets(pg_temp.import(1), batch);
end $$;
create temporary table compared as
	select p.id, s.segment_id, s.distance_m, s.on_street, p.pin, b.nearest, b.metres
	from (select i as id, private.point(119.498 + random() * 0.054, 32.738 + random() * 0.054) as pin from generate_series(1, 300) i) p,
	lateral private.snap(p.pin) s,
	lateral (select v.segment_id as nearest, private.metres(v.geom, p.pin) as metres from app.segment_versions v where v.valid_to is null order by 2 limit 1) b;
select is((select count(*)::int from compared where (distance_m is null) <> (metres > 200)), 0, 'a pin is snapped exactly when a line lies within the limit');
select cmp_ok((select max(abs(distance_m - metres)) from compared)::numeric, '<', 0.01, 'to within a centimetre, the distance is brute force''s');
select is((select count(*)::int from compared c where segment_id <> nearest and
	abs((select private.metres(v.geom, c.pin) from app.segment_versions v where v.segment_id = c.segment_id and v.valid_to is null) - metres) > 0.01), 0,
	'and so is the segment, but for ties');
select cmp_ok((select max(private.metres(c.on_street, v.geom)) from compared c join app.segment_versions v on v.segment_id = c.segment_id and v.valid_to is null)::numeric, '<', 0.01,
	'the place on the street lies on it');
select cmp_ok((select count(*)::int from compared where segment_id is not null), '>', 200, 'most of these pins were near a line');

-- ---- the same again ----
create temporary table before as select streets_version from app.city;
select is(api.import_streets(pg_temp.import(2), pg_temp.streets_of_district()) - 'rejected', '{"added": 0, "changed": 0, "unchanged": 6, "gone": 0}', 'a repeated import changes nothing');
select is((select count(*)::int from app.segment_versions v join app.segments s on s.id = v.segment_id where s.key in ('j1', 'j2', 'j3', 't1', 't2', 'lane')), 6, 'and makes no version');
select is((select streets_version from app.city), (select streets_version from before), 'what was drawn stays the version it was');
select throws_ok($$select api.import_streets(pg_temp.import(2), '[]')$$, 'PT409', 'import_finished', 'an import that is finished takes no more');
select throws_ok($$select api.import_areas(pg_temp.import(2), '[]')$$, 'PT409', 'import_finished', 'nor another kind');
select lives_ok($$select api.import_streets(pg_temp.import(3), '[]', false)$$, 'an import may come in batches');
select is(api.import_streets(pg_temp.import(3), pg_temp.streets_of_district(), true) ->> 'unchanged', '6', 'and counts over all of them');

-- ---- what changed is a version, and the segment stays itself ----
create temporary table kept as select pg_temp.case_in('handled', 'a', '{"lng": 119.4583, "lat": 32.7901}') as case_id, (select id from app.segments where key = 'j2') as segment_id;
select is((select segment_id from app.cases where id = (select case_id from kept)), (select segment_id from kept), 'a case lies on a segment');
select is(api.import_streets(pg_temp.import(4), jsonb_build_array(pg_temp.line('j2', '金桥路', 'n2', 'n3', 119.455, 32.790, 119.460, 32.7903, 119.465, 32.790))) - 'rejected',
	'{"added": 0, "changed": 1, "unchanged": 0, "gone": 0}', 'a segment whose line moved has changed');
select is((select count(*)::int from app.segment_versions v where v.segment_id = (select segment_id from kept)), 2, 'its old shape is kept');
select is((select count(*)::int from app.segment_versions v where v.segment_id = (select segment_id from kept) and valid_to is null), 1, 'and one is the current one');
select isnt((select streets_version from app.city), (select streets_version from before), 'what is drawn has another version');
select is(api.import_streets(pg_temp.import(5), jsonb_build_array(pg_temp.line('j2', '新金桥路', 'n2', 'n3', 119.455, 32.790, 119.465, 32.790))) ->> 'changed', '1', 'another name is a change');
select throws_ok($$insert into app.segment_versions (segment_id, class, from_junction, to_junction, length_m, geom, content)
	select segment_id, class, from_junction, to_junction, length_m, geom, content from app.segment_versions limit 1$$, '23505', null, 'a segment has one current version');

-- ---- a complete file says what is gone ----
--  j1 is broken in this file, t1 is missing
select is(api.import_streets(pg_temp.import(6, true), jsonb_build_array(pg_temp.line('j2', '金桥路', 'n2', 'n3', 119.455, 32.790, 119.465, 32.790)) || '[{"key": "j1", "line": [[1]]}]') ->> 'gone',
	(select (count(*) - 2)::text from app.segments), 'what a complete file does not name is gone');
select is((select gone_at from app.segments where key = 'j1'), null, 'a segment that it names and tells badly is not');
select is((select count(*)::int from app.segment_versions v join app.segments s on s.id = v.segment_id where s.key = 'j1' and v.valid_to is null), 1, 'and keeps its shape');
select is((select s.gone_at from app.segments s where s.key = 't1'), private.clock(), 'a gone segment keeps its row');
select is((select segment_id from app.cases where id = (select case_id from kept)), (select segment_id from kept), 'a case keeps its segment through all of it');
select is((select p.segment_id from private.snap(private.point(119.4552, 32.7830)) p), null, 'nothing is snapped to what is gone');
select lives_ok($$select api.import_streets(pg_temp.import(7, true), '[]', false)$$, 'the first batches of a complete import');
select is((select count(*)::int from app.segments where gone_at is null), 2, 'take nothing away');
select is(api.import_streets(pg_temp.import(8), pg_temp.streets_of_district()) ->> 'added', '4', 'what comes back is the same segment');
select is((select count(*)::int from app.segments where key = 't1'), 1, 'by its key');

-- ---- broken lines are refused and named, the rest goes in ----
select is(api.import_streets(pg_temp.import(9), '[
	{"line": [[119.5, 32.7], [119.6, 32.7]]}, {"key": "k1", "line": [[119.5, 32.7]]}, {"key": "k2", "line": [[119.5, 32.7], [400, 95]], "from_junction": "a", "to_junction": "b"},
	{"key": "k3", "line": [[119.5, 32.7], ["119.6", 32.7]], "from_junction": "a", "to_junction": "b"}, {"key": "k4", "line": [[119.5, 32.7], [119.6, 32.7]], "from_junction": "a"},
	{"key": "k5", "line": [[119.5, 32.7], [119.5, 32.7]], "from_junction": "a", "to_junction": "b"}, {"key": "k6", "line": "straight on"},
	{"key": "fine", "line": [[119.5, 32.7], [119.51, 32.7]], "from_junction": "a", "to_junction": "b"}]'),
	'{"added": 1, "changed": 0, "unchanged": 0, "gone": 0, "rejected": [{"key": null, "problem": "key_missing"}, {"key": "k1", "problem": "line_too_short"},
	{"key": "k2", "problem": "bad_coordinates"}, {"key": "k3", "problem": "bad_coordinates"}, {"key": "k4", "problem": "junction_missing"},
	{"key": "k5", "problem": "line_without_length"}, {"key": "k6", "problem": "line_too_short"}]}', 'each broken line is named with what is wrong');
select throws_ok($$select api.import_streets(pg_temp.import(10), '{}')$$, 'PT422', 'batch_too_large', 'a batch is a list');
select throws_ok($$select api.import_streets(pg_temp.import(10), (select jsonb_agg(i) from generate_series(1, 2001) i))$$, 'PT422', 'batch_too_large', 'of at most 2,000');
select throws_ok($$select api.import_streets('{"id": "00000000-0000-7000-8000-0000000000ff", "source": "x", "datum": "mars"}', '[]')$$, '23514', null, 'an import names its datum');
select throws_ok($$insert into app.imports (id, kind, source, datum, is_complete) values (gen_random_uuid(), 'streets', repeat('x', 201), 'wgs84', false)$$, '23514', null, 'and a source of a sane length');
select throws_ok($$insert into app.imports (id, kind, source, datum, is_complete, file_sha256) values (gen_random_uuid(), 'streets', 'x', 'wgs84', false, 'abc')$$, '23514', null, 'and its file by SHA-256');
select throws_ok($$insert into app.imports (id, kind, source, datum, is_complete) values (gen_random_uuid(), 'rumours', 'x', 'wgs84', false)$$, '23514', null, 'and what it brings');
select throws_ok($$update app.segment_versions set oneway = 2$$, '23514', null, 'a segment is one-way in one of two directions, or not');
select throws_ok($$update app.segment_versions set class = repeat('x', 41)$$, '23514', null, 'a class is a word');
select throws_ok($$update app.streets set name = e'a\x01'$$, '23514', null, 'a street''s name is plain text');
select throws_ok($$update app.streets set name_en = e'a\x01'$$, '23514', null, 'in English, too');
select throws_ok($$update app.segments set key = repeat('x', 201) where key = 'j1'$$, '23514', null, 'a key has a length');
create function pg_temp.feature(more jsonb) returns jsonb language sql as $$
	select api.import_base_features(jsonb_build_object('id', gen_random_uuid(), 'source', 'test', 'datum', 'wgs84'),
		jsonb_build_array('{"key": "f", "kind": "water", "name": "河", "geometry": {"type": "Point", "coordinates": [119.45, 32.78]}}'::jsonb || more));
$$;
select lives_ok($$select pg_temp.feature('{}')$$, 'the basemap has features');
select throws_ok($$select pg_temp.feature('{"kind": "volcano"}')$$, '23514', null, 'of known kinds');
select throws_ok($$select pg_temp.feature('{"name": "a\u0001"}')$$, '23514', null, 'with names of plain text');
select throws_ok($$select pg_temp.feature('{"name_en": "a\u0001"}')$$, '23514', null, 'in English, too');

select throws_ok($$select pg_temp.feature('{"kind": "place", "place_kind": "A Station"}')$$, '23514', null, 'a kind of place is a word');
select throws_ok($$select pg_temp.feature('{"rank": 0}')$$, '23514', null, 'a rank is from 1 to 99');

-- ---- a report belongs to a street ----
--  4 m beside the lane without a name, 9 m or 30 m above 金桥路
select is((select street_id from private.snap(private.point(119.465043, 32.790081))), (select id from app.streets where name = '金桥路'), 'a street a little further than an unnamed lane is the one meant');
select is((select street_id from private.snap(private.point(119.465043, 32.790270))), null, 'much further, it is not');

-- ---- who reads ----
select pg_temp.become('anon');
select cmp_ok((select count(*)::int from app.segment_versions), '>', 0, 'everyone reads the shapes of segments');
select throws_ok('select * from app.imports', '42501', null, 'but not who imported them');
select throws_ok($$select api.import_streets(pg_temp.import(11), '[]')$$, '42501', null, 'and imports none');
select pg_temp.become('owner');

select * from finish();
rollback;
