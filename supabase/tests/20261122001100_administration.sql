begin;
select no_plan();
\ir district.psql

create function pg_temp.now_of(key text) returns bigint language sql stable as $$
	select max(v.id) from app.area_versions v join app.areas a on a.id = v.area_id where a.key = now_of.key;
$$;
-- An area as it is, with another shape.
create function pg_temp.change(key text, west float8, south float8, east float8, north float8, more jsonb default '{}') returns jsonb language sql stable as $$
	select jsonb_build_object('id', pg_temp.area(key), 'version', pg_temp.now_of(key), 'geometry', pg_temp.square(west, south, east, north)) || more;
$$;
create temporary table cases (name text primary key, id uuid);
create function pg_temp.area_now(c text) returns text language sql stable as $$
	select a.key from app.cases x left join app.areas a on a.id = x.area_id join pg_temp.cases y on y.id = x.id where y.name = area_now.c;
$$;

-- ---- areas: what changes ----
--
--    A: 119.450 – 119.460     B: 119.460 – 119.470     the border moves west by 500 m or so, to 119.455
--
insert into cases values
	('west', pg_temp.case_in('filed', 'a', '{"lng": 119.4520, "lat": 32.7901}')),
	('waits', pg_temp.case_in('filed', 'a', '{"lng": 119.4570, "lat": 32.7901}')),
	('out', pg_temp.case_in('dispatched', 'a', '{"lng": 119.4580, "lat": 32.7901}')),
	('back', pg_temp.case_in('reassigned', 'a', '{"lng": 119.4590, "lat": 32.7901}')),
	('done', pg_temp.case_in('closed', 'a', '{"lng": 119.4575, "lat": 32.7885}'));
grant select on cases to public;
create function pg_temp.moved_border() returns jsonb language sql stable as $$
	select jsonb_build_array(pg_temp.change('a', 119.450, 32.780, 119.455, 32.800), pg_temp.change('b', 119.455, 32.780, 119.470, 32.800));
$$;
select is(api.preview_areas(pg_temp.moved_border()) - 'list' - 'by_unit', '{"cases": 3, "other_unit": 3, "filed": 1, "dispatched": 2, "roles": 0}', 'what would change is counted: open cases, by whether they were dispatched');
select is(api.preview_areas(pg_temp.moved_border()) -> 'by_unit', '[{"from_unit": "一中队", "from_unit_en": null, "to_unit": "二中队", "to_unit_en": null, "cases": 3, "filed": 1}]', 'by unit');
select is((select string_agg(concat_ws(' ', x ->> 'from_area', x ->> 'to_area', x ->> 'filed'), ', ' order by x ->> 'filed') from jsonb_array_elements(api.preview_areas(pg_temp.moved_border()) -> 'list') x),
	'一网格 二网格 false, 一网格 二网格 false, 一网格 二网格 true', 'and named');
select is(pg_temp.area_now('waits'), 'a', 'counting writes nothing');
select is((select count(*)::int from app.area_versions), 3, 'no version either');

select is(api.save_areas(pg_temp.moved_border()) - 'areas', '{"moved": 1, "stayed": 2}', 'saved, what waits gets its area anew');
select is(pg_temp.area_now('waits'), 'b', 'a filed case');
select is(pg_temp.area_now('out'), 'a', 'a dispatched case stays where it is');
select is(pg_temp.area_now('back'), 'a', 'as does one that was handed back: it is dispatched anew by a person');
select is(pg_temp.area_now('done'), 'a', 'and a closed one');
select is(pg_temp.area_now('west'), 'a', 'what does not lie between the borders does not move');
select is((select e.kind from app.event_log e where e.case_id = (select id from cases where name = 'waits') order by e.recorded_at desc, e.kind = 'case.area_changed' desc limit 1), 'case.area_changed', 'the case''s own log tells of it');
select is((select count(*)::int from app.event_log e where e.kind = 'area.changed' and e.after ? 'area_id' and e.after ? 'version_id'), 2, 'each save is logged by its ids');
set constraints all immediate;
set constraints all deferred;
select is((api.replay_differences() ->> 'differences')::jsonb, '[]', 'and the log still equals the tables');
select is(api.preview_areas(jsonb_build_array(jsonb_build_object('id', pg_temp.area('a'), 'version', pg_temp.now_of('a'), 'unit', '二中队'))) - 'list' - 'by_unit',
	'{"cases": 0, "other_unit": 1, "filed": 0, "dispatched": 0, "roles": 0}', 'another unit for the same ground moves no case, and says whose become others''');

-- ---- what cannot be saved ----
create function pg_temp.refused(areas jsonb) returns text language plpgsql as $$
begin
	perform api.save_areas(areas);
	return 'saved';
exception when others then
	return sqlerrm;
end $$;
select is(pg_temp.refused(jsonb_build_array(pg_temp.change('a', 1, 1, 2, 2, jsonb_build_object('version', 1)))), 'area_changed', 'an area somebody else has changed meanwhile');
select is(pg_temp.refused(jsonb_build_array(pg_temp.change('a', 1, 1, 2, 2))), 'area_outside_city', 'ground outside the city');
select is(pg_temp.refused(jsonb_build_array(pg_temp.change('a', 110, 30, 119.5, 33))), 'area_outside_city', 'half a country around it');
select is(pg_temp.refused(jsonb_build_array(pg_temp.change('a', 1, 1, 2, 2, '{"geometry": {"type": "Polygon", "coordinates": [[[119.45, 32.78], [119.46, 32.78], [119.46, 32.79], [119.45, 32.79], [119.45, 32.78]], [[119.455, 32.785], [119.47, 32.785], [119.47, 32.787], [119.455, 32.787], [119.455, 32.785]]]}}'))), 'invalid_polygon', 'a hole that leaves its area');
select is(pg_temp.refused(jsonb_build_array(pg_temp.change('a', 1, 1, 2, 2, '{"geometry": {"type": "Polygon", "coordinates": [[[119.45, 32.78], [119.46, 32.79], [119.46, 32.78], [119.45, 32.79], [119.45, 32.78]]]}}'))), 'invalid_polygon', 'a line that crosses itself');
select is(pg_temp.refused(jsonb_build_array(pg_temp.change('a', 1, 1, 2, 2, '{"geometry": {"type": "Point", "coordinates": [1, 2]}}'))), 'not_a_polygon', 'a point');
select is(pg_temp.refused(jsonb_build_array(pg_temp.change('a', 1, 1, 2, 2, '{"geometry": {"type": "Polygon", "coordinates": "x"}}'))), 'not_a_polygon', 'a polygon that is none');
select is(pg_temp.refused(jsonb_build_array(pg_temp.change('a', 1, 1, 2, 2, '{"geometry": {"type": "Polygon", "coordinates": []}}'))), 'not_a_polygon', 'an empty one');
select is(pg_temp.refused(jsonb_build_array(pg_temp.change('a', 400, 1, 401, 2))), 'bad_coordinates', 'places off the globe');
select is(pg_temp.refused(jsonb_build_array(jsonb_build_object('kind', 'duty_grid', 'name', '新网格'))), 'not_a_polygon', 'an area without ground');
select is(pg_temp.refused(jsonb_build_array(jsonb_build_object('kind', 'duty_grid', 'geometry', pg_temp.square(119.48, 32.78, 119.49, 32.79)))), 'area_name_missing', 'without a name');
select is(pg_temp.refused(jsonb_build_array(jsonb_build_object('kind', 'bar', 'name', 'x', 'geometry', pg_temp.square(119.48, 32.78, 119.49, 32.79)))), 'area_unknown_kind', 'of no kind');
select is(pg_temp.refused(jsonb_build_array(jsonb_build_object('kind', 'market', 'name', 'x', 'unit', '无', 'geometry', pg_temp.square(119.48, 32.78, 119.49, 32.79)))), 'unknown_unit', 'of a unit that is none');
select is(pg_temp.refused('[]'), 'batch_too_large', 'nothing');
select is(pg_temp.refused('[{"id": 999}]'), 'not_found', 'an area that is none');
select is(pg_temp.refused(jsonb_build_array(pg_temp.change('a', 119.450, 32.780, 119.455, 32.800, jsonb_build_object('restored_from', pg_temp.now_of('b'))))), 'not_found', 'another area''s version');
select is((select count(*)::int from app.area_versions), 5, 'and nothing of it was kept');

-- ---- history ----
select is((select (count(*), bool_or(x ->> 'made_how' = 'changed'), count(*) filter (where x ->> 'valid_to' is null))::text from jsonb_array_elements(api.area_history(pg_temp.area('a')) -> 'versions') x), '(2,t,1)', 'an area keeps its versions');
select pg_temp.become('admin');
select is(api.save_areas(jsonb_build_array(jsonb_build_object('id', pg_temp.area('a'), 'version', pg_temp.now_of('a'), 'restored_from', (select min(v.id) from app.area_versions v where v.area_id = pg_temp.area('a')),
	'geometry', pg_temp.square(119.450, 32.780, 119.460, 32.800))), false) - 'areas', '{"moved": 0, "stayed": 3}', 'an earlier shape comes back as a new version; undecided, nothing moves');
select is(api.area_history(pg_temp.area('a')) #>> '{versions,0,made_how}', 'restored', 'and says so');
select is(api.area_history(pg_temp.area('a')) #>> '{versions,0,made_by}', 'name of admin', 'with who did it');
select is(api.save_areas(jsonb_build_array(jsonb_build_object('id', pg_temp.area('b'), 'version', pg_temp.now_of('b'), 'gone', true))) ->> 'stayed', '0', 'an area is closed');
select is((select count(*)::int from jsonb_array_elements(api.areas() -> 'areas') x where x ->> 'key' = 'b'), 0, 'and is no longer on the map');
select is((select string_agg(x ->> 'name', ',') from jsonb_array_elements(api.closed_areas() -> 'areas') x), '二网格', 'but among the closed ones');
select is(pg_temp.refused(jsonb_build_array(jsonb_build_object('id', pg_temp.area('b'), 'version', pg_temp.now_of('b'), 'gone', true))), 'not_allowed_now', 'only once');
select pg_temp.become('owner');
select is(pg_temp.area_now('waits'), 'a', 'its filed case went to the ground it lies on now');
select pg_temp.become('admin');
select lives_ok($$select api.save_areas(jsonb_build_array(jsonb_build_object('id', pg_temp.area('b'), 'version', pg_temp.now_of('b'), 'restored_from', pg_temp.now_of('b'))))$$, 'it can come back');
select is((select count(*)::int from jsonb_array_elements(api.areas() -> 'areas') x where x ->> 'key' = 'b'), 1, 'as it was');
select is((select (api.save_areas(jsonb_build_array(jsonb_build_object('kind', 'duty_grid', 'name', '新网格', 'unit', '城管局', 'geometry', pg_temp.square(119.440, 32.780, 119.450, 32.800)))) ->> 'stayed')), '0', 'a new area is drawn');
select is((select (a.key like 'duty\_grid:drawn-%', u.key)::text from app.areas a join app.units u on u.id = a.unit_id order by a.id desc limit 1), '(t,城管局)', 'with a key of its own and its unit');
select pg_temp.become('owner');
select is((select string_agg(e.kind, ',' order by e.kind) from app.event_log e where e.kind like 'area.%' and e.actor = pg_temp.person('admin')), 'area.closed,area.drawn,area.restored,area.restored', 'every step is in the log under the person''s name');

-- What goes out comes in unchanged: drawn areas, too.
select is((select api.import_areas(jsonb_build_object('id', pg_temp.numbered('again', 1), 'source', 'test', 'datum', 'wgs84', 'dry_run', dry),
	(select jsonb_agg(jsonb_build_object('key', x ->> 'key', 'kind', x ->> 'kind', 'name', x ->> 'name', 'name_en', x ->> 'name_en', 'unit', x ->> 'unit', 'geometry', x -> 'geometry')) from jsonb_array_elements(api.areas() -> 'areas') x)) ->> 'unchanged'
	from (values (true)) t (dry)), '4', 'a trial of an export changes nothing');
select is(api.import_areas(jsonb_build_object('id', pg_temp.numbered('again', 2), 'source', 'test', 'datum', 'wgs84'),
	(select jsonb_agg(jsonb_build_object('key', x ->> 'key', 'kind', x ->> 'kind', 'name', x ->> 'name', 'name_en', x ->> 'name_en', 'unit', x ->> 'unit', 'geometry', x -> 'geometry')) from jsonb_array_elements(api.areas() -> 'areas') x)) ->> 'unchanged',
	'4', 'nor does the import of it');

-- An office names a unit by its key or by its name; neither makes a second one of it.
update app.units u set key = 'zd2' where u.name = '二中队';
select is((select api.import_areas(jsonb_build_object('id', pg_temp.numbered('named', n), 'source', 'test', 'datum', 'wgs84', 'dry_run', n = 3),
	jsonb_build_array(jsonb_build_object('key', 'b', 'kind', 'duty_grid', 'name', '二网格', 'name_en', 'Grid B', 'unit', word, 'geometry', (select x -> 'geometry' from jsonb_array_elements(api.areas() -> 'areas') x where x ->> 'key' = 'b'))), true)
	->> 'unchanged'), '1', 'a unit is known by its ' || word) from (values (1, 'zd2'), (2, '二中队'), (3, '二中队')) t (n, word);
insert into app.units (key, name) values ('zd2b', '二中队');
select is(private.unit_called('二中队'), null, 'a name of two units is nobody''s');
delete from app.units where key = 'zd2b';
update app.units u set key = '二中队' where u.key = 'zd2';

-- ---- facilities ----
select pg_temp.become('admin');
create temporary table made as select api.save_facility('{"kind": "wash_site", "name": "宝塔社区停车场", "lng": 119.455, "lat": 32.785, "bays": 25, "bays_free": 20, "build_state": "building"}') as it;
select is((select api.save_facility(jsonb_build_object('id', it -> 'id', 'version', 1, 'kind', 'wash_site', 'name', '宝塔社区停车场', 'lng', 119.455, 'lat', 32.785, 'bays', 25, 'bays_free', 3, 'build_state', 'building')) ->> 'version' from made), '2', 'free bays change');
select is((select jsonb_array_length(api.facility_history((it ->> 'id')::bigint) -> 'versions') from made), 1, 'and leave no history');
select is((select api.save_facility(jsonb_build_object('id', it -> 'id', 'version', 2, 'kind', 'wash_site', 'name', '宝塔社区停车场', 'lng', 119.456, 'lat', 32.785, 'bays', 25, 'bays_free', 3, 'build_state', 'open', 'outcome', 'relocated')) ->> 'version' from made), '3', 'it is relocated');
select is((select concat_ws(' ', v ->> 'build_state', v ->> 'outcome', v ->> 'made_by') from made, jsonb_array_elements(api.facility_history((it ->> 'id')::bigint) -> 'versions') with ordinality x (v, n) where n = 1), 'open relocated name of admin', 'which its history tells');
create function pg_temp.facility(more jsonb) returns text language plpgsql as $$
begin
	perform api.save_facility('{"kind": "camera", "name": "x", "lng": 119.455, "lat": 32.785}'::jsonb || more);
	return 'saved';
exception when others then
	return sqlerrm;
end $$;
select is((select pg_temp.facility(jsonb_build_object('id', it -> 'id', 'version', 2)) from made), 'facility_changed', 'a facility somebody else has changed meanwhile');
select is(pg_temp.facility('{"id": 999}'), 'not_found', 'one that is none');
select is(pg_temp.facility('{"name": ""}'), 'facility_name_missing', 'one without a name');
select is(pg_temp.facility('{"outcome": "closed"}'), 'facility_unknown_outcome', 'closed and open at once');
select is(pg_temp.facility('{"outcome": "gone"}'), 'facility_unknown_outcome', 'an outcome that is none of the three');
select pg_temp.become('owner');
select is((select string_agg(e.kind, ',' order by e.kind) from app.event_log e where e.kind like 'facility.%'), 'facility.added,facility.changed,facility.changed', 'what a person changes is logged');
select throws_ok($$insert into app.facilities (key, kind, name, geom, outcome) values ('y', 'camera', 'y', private.point(119.4, 32.7), 'closed')$$, '23514', null, 'an open facility is not closed');
select throws_ok($$update app.facilities set outcome = 'gone'$$, '23514', null, 'there are three outcomes');
update app.facilities set build_state = 'closed', outcome = 'closed' where key like 'entered-%';
select is((select outcome from app.facility_versions where valid_to is null and facility_id = (select (it ->> 'id')::bigint from made)), 'closed', 'whoever writes it leaves its history');
select is(api.import_facilities(jsonb_build_object('id', pg_temp.numbered('again', 3), 'source', 'test', 'datum', 'wgs84'), (select jsonb_agg(f) from jsonb_array_elements(api.facilities() -> 'facilities') f)) ->> 'unchanged', '1', 'what goes out comes in unchanged, outcome and all');
select is(api.import_facilities(jsonb_build_object('id', pg_temp.numbered('again', 4), 'source', 'test', 'datum', 'wgs84'), (select jsonb_agg(f - 'outcome' || '{"build_state": "open"}') from jsonb_array_elements(api.facilities() -> 'facilities') f)) ->> 'changed', '1', 'an older file opens it again');
select is((select outcome from app.facilities where key like 'entered-%'), null, 'and what is open is no longer closed');

-- ---- shifts ----
select pg_temp.become('admin');
create function pg_temp.shift(more jsonb) returns text language plpgsql as $$
begin
	return api.save_shift('{"unit": "一中队", "name": "早班", "starts": "08:00", "ends": "16:00", "weekdays": [1, 2, 3, 4, 5], "first_day": "2026-10-01"}'::jsonb || more) ->> 'version';
exception when others then
	return sqlerrm;
end $$;
select is(pg_temp.shift(jsonb_build_object('members', jsonb_build_array(pg_temp.person('team_a')))), '1', 'a shift with one person');
select is(api.shifts() #>> '{shifts,0,members,0,name}', 'name of team_a', 'who is named');
select is(pg_temp.shift(jsonb_build_object('id', api.shifts() #> '{shifts,0,id}', 'version', 1, 'ends', '02:00', 'starts', '18:00', 'weekdays', '[7, 6, 6]'::jsonb, 'members', jsonb_build_array(pg_temp.person('handler_a')))), '2', 'past midnight, at weekends, by another');
select is(api.shifts() #> '{shifts,0,weekdays}', '[6, 7]', 'each day once, in order');
select is(pg_temp.shift(jsonb_build_object('id', api.shifts() #> '{shifts,0,id}', 'version', 1)), 'shift_changed', 'a shift somebody else has changed meanwhile');
select is(pg_temp.shift('{"id": 999}'), 'not_found', 'one that is none');
select is(pg_temp.shift('{"unit": "无"}'), 'unknown_unit', 'of no unit');
select is(pg_temp.shift('{"members": ["00000000-0000-4000-8000-000000000099"]}'), 'unknown_person', 'with nobody we know');
select is(pg_temp.shift(jsonb_build_object('members', jsonb_build_array(pg_temp.person('inactive')))), 'unknown_person', 'or somebody who left');
select is(pg_temp.shift('{"weekdays": [8]}'), 'bad_shift', 'on an eighth day');
select is(pg_temp.shift('{"weekdays": []}'), 'bad_shift', 'on none');
select is(pg_temp.shift('{"ends": "08:00"}'), 'bad_shift', 'without length');
select is(pg_temp.shift('{"starts": "soon"}'), 'bad_shift', 'at no hour');
select is(pg_temp.shift('{"last_day": "2026-09-01"}'), 'bad_shift', 'ending before it begins');
select is(pg_temp.shift('{"name": ""}'), 'bad_shift', 'without a name');
select pg_temp.become('owner');
select is((select count(*)::int from app.shift_members where left_at is not null), 1, 'who left a shift is remembered');
select is((select string_agg(e.kind, ',' order by e.kind) from app.event_log e where e.kind like 'shift.%'), 'shift.added,shift.changed', 'shifts are logged');
select throws_ok($$insert into app.shift_members (shift_id, staff_id) select shift_id, staff_id from app.shift_members where left_at is null$$, '23505', null, 'nobody works a shift twice');

-- What goes out comes in unchanged, what is broken is named, and a trial writes nothing.
select pg_temp.become('admin');
create function pg_temp.file_of_shifts() returns jsonb language sql as $$
	select jsonb_agg(s - 'id' - 'version' || jsonb_build_object('members', (select coalesce(jsonb_agg(m -> 'id'), '[]') from jsonb_array_elements(s -> 'members') m)))
	from jsonb_array_elements(api.shifts() -> 'shifts') s;
$$;
create function pg_temp.import_shift(more jsonb, is_dry boolean default false) returns jsonb language sql as $$
	select api.import_shifts(jsonb_build_object('id', gen_random_uuid(), 'source', 'test', 'datum', 'wgs84', 'dry_run', is_dry), jsonb_build_array('{"key": "s9", "unit": "一中队", "name": "中班",
		"starts": "12:00", "ends": "20:00", "weekdays": [1, 2], "first_day": "2026-10-01", "members": []}'::jsonb || more)) - 'gone' - 'unchanged';
$$;
create function pg_temp.fault_of(more jsonb) returns text language sql as $$
	select concat_ws(' ', x -> 'rejected' -> 0 ->> 'problem', x -> 'rejected' -> 0 ->> 'text', case when x ->> 'added' <> '0' then 'written' end) from pg_temp.import_shift(more) x;
$$;
select is(api.import_shifts(jsonb_build_object('id', pg_temp.numbered('again', 5), 'source', 'test', 'datum', 'wgs84'), pg_temp.file_of_shifts()) - 'unchanged',
	'{"added": 0, "changed": 0, "gone": 0, "rejected": []}', 'an export of shifts changes nothing');
select is(pg_temp.import_shift('{}', true), '{"added": 1, "changed": 0, "rejected": []}', 'a trial counts a new shift');
select is(pg_temp.import_shift(jsonb_build_object('members', jsonb_build_array(pg_temp.person('team_a')))), '{"added": 1, "changed": 0, "rejected": []}', 'and writes none: it is new again');
select is(pg_temp.import_shift('{}'::jsonb || jsonb_build_object('ends', '21:00', 'members', jsonb_build_array(pg_temp.person('team_b'))), true), '{"added": 0, "changed": 1, "rejected": []}', 'another end, other people: a change');
select is(pg_temp.fault_of('{"key": ""}'), 'key_missing', 'a shift has a key');
select is(pg_temp.fault_of('{"key": "x", "name": ""}'), 'name_missing', 'a name');
select is(pg_temp.fault_of('{"key": "x", "unit": "无"}'), 'unknown_unit', 'a unit there is');
select is(pg_temp.fault_of('{"key": "x", "members": ["nobody-here"]}'), 'unknown_person nobody-here', 'people there are, or they are named');
select is(pg_temp.fault_of(jsonb_build_object('key', 'x', 'members', jsonb_build_array(pg_temp.person('inactive')))), 'unknown_person ' || pg_temp.person('inactive'), 'and who have not left');
select is(pg_temp.fault_of('{"key": "x", "ends": "12:00"}'), 'bad_time', 'an end');
select is(pg_temp.fault_of('{"key": "x", "ends": "25:00"}'), 'bad_shift', 'on the clock');
select is(pg_temp.fault_of('{"key": "x", "weekdays": []}'), 'bad_weekday', 'days');
select is(pg_temp.fault_of('{"key": "x", "last_day": "2026-09-01"}'), 'bad_day', 'in order');
select throws_ok($$select api.import_shifts('{}', '{}')$$, 'PT422', 'batch_too_large', 'shifts come as a list');
select pg_temp.become('owner');

-- ---- people who leave ----
insert into cases values ('held', pg_temp.case_in('handling', 'a', '{"lng": 119.4530, "lat": 32.7905}'));
select pg_temp.become('admin');
select is((select concat(x ->> 'cases', ' ', (x #>> '{list,0,id}')::uuid = (select id from cases where name = 'held')) from api.staff_holds(pg_temp.person('maker_team_a')) x), '1 t', 'what somebody still holds is named');
select is(api.staff_holds(pg_temp.person('handler_a')) #>> '{alone,0,role}', 'unit_handler', 'and what nobody else covers');
select is(jsonb_array_length(api.staff_holds(pg_temp.person('team_a')) -> 'alone'), 0, 'a team of two covers itself');
select is(api.staff_holds(pg_temp.person('handler_a')) ->> 'shifts', '1', 'and the shifts');
select is(api.set_staff_active(pg_temp.person('handler_a'), false), '{"is_active": false}', 'somebody leaves');
select is(api.staff_holds(pg_temp.person('handler_a')) ->> 'shifts', '0', 'and their shifts');
select is(pg_temp.tried('handler_a', 'select api.me()'), 'nothing', 'and is nobody here any more');
select pg_temp.become('admin');
select is(api.set_staff_active(pg_temp.person('handler_a'), true), '{"is_active": true}', 'somebody comes back');
select is(pg_temp.tried('admin', $$select api.set_staff_active(pg_temp.person('admin'), false)$$), 'not_oneself', 'nobody shuts the door behind themselves');
select is(pg_temp.tried('admin', $$select api.set_staff_active(pg_temp.numbered('staff', 1), false)$$), 'not_found', 'nor for nobody');
select pg_temp.become('service_role');
select api.note_session('lost-1', pg_temp.person('handler_a'), 'Chrome', '10.1.0.0/16');
select pg_temp.become('admin');
select api.set_staff_active(pg_temp.person('handler_a'), false);
select pg_temp.become('service_role');
select is(api.ended_among(array['lost-1']), '["lost-1"]', 'who leaves is signed out everywhere, and open streams are told');
select pg_temp.become('admin');
select api.set_staff_active(pg_temp.person('handler_a'), true);

-- The last administrator: by their own hand, by a file the server imports, by dates, by somebody who administers only for a while.
create function pg_temp.without_admin(person uuid) returns text language plpgsql as $$
begin
	perform api.upsert_staff(jsonb_build_object('id', person, 'name', 'x', 'roles', '[{"role": "office"}]'::jsonb));
	return 'done';
exception when others then
	return sqlerrm;
end $$;
select is(pg_temp.without_admin(pg_temp.person('admin')), 'last_administrator', 'the last administrator does not take the role from themselves');
select pg_temp.become('service_role');
select is(pg_temp.without_admin(pg_temp.person('admin')), 'last_administrator', 'nor does a file of staff');
select pg_temp.become('admin');
select is((select count(*)::int from app.staff_roles r where r.staff_id = pg_temp.person('admin') and r.role = 'admin'), 1, 'it is as it was');
select api.upsert_staff(jsonb_build_object('id', pg_temp.person('office'), 'name', 'x', 'roles', jsonb_build_array('{"role": "office"}'::jsonb, jsonb_build_object('role', 'admin', 'valid_to', private.clock() + interval '1 day'))));
select is(pg_temp.without_admin(pg_temp.person('admin')), 'last_administrator', 'somebody who administers until tomorrow does not last');
select pg_temp.become('office');
select is(pg_temp.tried('office', $$select api.set_staff_active(pg_temp.person('admin'), false)$$), 'last_administrator', 'nor puts the last one out');
select is(pg_temp.tried('office', $$select api.set_role_dates((api.staff_roles(pg_temp.person('admin')) #>> '{roles,0,id}')::bigint, null, private.clock() + interval '1 hour')$$), 'last_administrator', 'nor by a date');
select pg_temp.become('admin');
select api.upsert_staff(jsonb_build_object('id', pg_temp.person('office'), 'name', 'x', 'roles', '[{"role": "office"}, {"role": "admin"}]'::jsonb));
select is(pg_temp.without_admin(pg_temp.person('admin')), 'done', 'with a second one, the first may go');
select pg_temp.become('office');
select api.upsert_staff(jsonb_build_object('id', pg_temp.person('admin'), 'name', 'name of admin', 'roles', '[{"role": "admin"}]'::jsonb));
select pg_temp.become('admin');
select api.upsert_staff(jsonb_build_object('id', pg_temp.person('office'), 'name', 'name of office', 'roles', '[{"role": "office"}]'::jsonb));
select is(pg_temp.tried('admin', $$select api.staff_holds(pg_temp.numbered('staff', 1))$$), 'not_found', 'who holds nothing');
select pg_temp.become('admin');
select lives_ok($$select api.set_role_dates((api.staff_roles(pg_temp.person('team_a')) #>> '{roles,0,id}')::bigint, null, '2026-12-31T16:00:00Z')$$, 'a role gets an end');
select is((api.staff_roles(pg_temp.person('team_a')) #>> '{roles,0,valid_to}')::timestamptz, '2026-12-31T16:00:00Z'::timestamptz, 'which it keeps');
select is(pg_temp.tried('admin', $$select api.set_role_dates((api.staff_roles(pg_temp.person('team_a')) #>> '{roles,0,id}')::bigint, '2027-01-01', '2026-12-31')$$), 'bad_dates', 'after its beginning');
select is(pg_temp.tried('admin', $$select api.set_role_dates((api.staff_roles(pg_temp.person('admin')) #>> '{roles,0,id}')::bigint, null, '2027-12-31')$$), 'not_oneself', 'not the administrator''s own');
select is(pg_temp.tried('admin', $$select api.set_role_dates(0, null, null)$$), 'not_found', 'and one that exists');
select is((select string_agg(e.kind, ',' order by e.kind) from app.event_log e where e.kind in ('staff.deactivated', 'staff.reactivated', 'staff.role_changed')), 'staff.deactivated,staff.deactivated,staff.reactivated,staff.reactivated,staff.role_changed', 'rights are in the log');

-- ---- retention ----
select pg_temp.become('admin');
select is((api.retention() #> '{rules,0}') - 'name' - 'name_en' - 'basis' - 'basis_en', '{"kind": "news_contacts", "days": 30, "least_days": 1, "most_days": 90, "due": 0, "last_sweep": null, "erased": 0}', 'a rule with what it would erase');
select is(api.set_retention('access_logs', 200) ->> 'days', '200', 'within bounds it can be changed');
select is(pg_temp.tried('admin', $$select api.set_retention('access_logs', 179)$$), 'retention_out_of_range', 'not below the law''s');
select is(pg_temp.tried('admin', $$select api.set_retention('news_contacts', 91)$$), 'retention_out_of_range', 'nor above');
select is(pg_temp.tried('admin', $$select api.set_retention('faces', 1)$$), 'not_found', 'of a kind there is');
select is(pg_temp.tried('data_officer', $$select api.retention() #>> '{rules,3,kind}'$$), 'notice_names', 'the data officer reads the rules');
select is(pg_temp.tried('data_officer', $$select api.set_retention('news_contacts', 10)$$), 'role_needed', 'and does not set them');
select is((select e.after ->> 'retention_kind' from app.event_log e where e.kind = 'retention.changed'), 'access_logs', 'a change is logged');
select pg_temp.become('admin');
create function pg_temp.import_rule(rule jsonb, is_dry boolean default false) returns jsonb language sql as $$
	select api.import_retention(jsonb_build_object('id', gen_random_uuid(), 'source', 'test', 'datum', 'wgs84', 'dry_run', is_dry), jsonb_build_array(rule)) - 'added' - 'gone';
$$;
select is(api.import_retention(jsonb_build_object('id', pg_temp.numbered('again', 6), 'source', 'test', 'datum', 'wgs84'), api.retention() -> 'rules') - 'added' - 'gone',
	'{"changed": 0, "unchanged": 6, "rejected": []}', 'an export of the rules changes nothing');
select is(pg_temp.import_rule('{"kind": "plates", "days": 90}', true), '{"changed": 1, "unchanged": 0, "rejected": []}', 'a trial counts');
select is(pg_temp.import_rule('{"kind": "plates", "days": 90}'), '{"changed": 1, "unchanged": 0, "rejected": []}', 'and writes nothing');
select is(pg_temp.import_rule('{"kind": "plates", "days": "90"}'), '{"changed": 0, "unchanged": 1, "rejected": []}', 'as the import does');
select is(pg_temp.import_rule('{"kind": "plates", "days": 29}') -> 'rejected', '[{"key": "plates", "problem": "retention_out_of_range", "least": 30, "most": 1095}]', 'a rule keeps to its range');
select is(pg_temp.import_rule('{"kind": "plates", "days": "1e2"}') #>> '{rejected,0,problem}', 'retention_out_of_range', 'a number is a number');
select is(pg_temp.import_rule('{"kind": "faces", "days": 29}') -> 'rejected', '[{"key": "faces", "problem": "unknown_retention"}]', 'and is of a kind there is');
select throws_ok($$select api.import_retention('{}', '{}')$$, 'PT422', 'batch_too_large', 'rules come as a list');
select pg_temp.become('owner');
insert into app.photo_accesses (sha256, purpose, recorded_at) values ('x', '旧', private.clock() - interval '201 days'), ('x', '新', private.clock() - interval '199 days');
insert into app.ended_sessions (session_id, ended_at) values ('old', private.clock() - interval '8 days');
select is((select string_agg(x ->> 'due', ',') from jsonb_array_elements(api.retention() -> 'rules') x where x ->> 'kind' in ('access_logs', 'ended_sessions')), '1,1', 'what is due is counted');
select is(api.sweep_retention(), '{"news_contacts": 0, "access_logs": 1, "ended_sessions": 1}', 'and erased by age');
select is((select string_agg(purpose, ',') from app.photo_accesses where sha256 = 'x'), '新', 'only that');
select is((select string_agg(concat(kind, days, ':', erased), ' ' order by kind) from app.retention_sweeps), 'access_logs200:1 ended_sessions7:1 news_contacts30:0', 'a tombstone says how many, by which rule');
select is(api.sweep_retention(), '{"news_contacts": 0, "access_logs": 0, "ended_sessions": 0}', 'again, there is nothing');
select api.sweep_retention();
select is((select count(*)::int from app.retention_sweeps), 5, 'and nights without anything leave one line');
-- What a session tells of its person goes with it; that it ended stays.
insert into app.sessions (id, staff_id, opened_at, seen_at, agent, network, ended_at) values
	('over', pg_temp.person('team_a'), private.clock() - interval '20 days', private.clock() - interval '9 days', 'Firefox', '10.0.0.0/16', private.clock() - interval '8 days'),
	('late', pg_temp.person('team_a'), private.clock() - interval '20 days', private.clock() - interval '7 days', 'Firefox', '10.0.0.0/16', private.clock() - interval '6 days'),
	('idle', pg_temp.person('team_a'), private.clock() - interval '20 days', private.clock() - interval '15 days', 'Firefox', '10.0.0.0/16', null),
	('open', pg_temp.person('team_a'), private.clock() - interval '20 days', private.clock(), 'Firefox', '10.0.0.0/16', null);
select is((select x ->> 'due' from jsonb_array_elements(api.retention() -> 'rules') x where x ->> 'kind' = 'ended_sessions'), '2', 'sessions that are over are due');
select is(api.sweep_retention() ->> 'ended_sessions', '2', 'and lose with what and from where they were opened');
select results_eq($$select id, agent is null and network is null, ended_at is null from app.sessions where id in ('over', 'late', 'idle', 'open') order by id$$,
	$$values ('idle', true, true), ('late', false, false), ('open', false, true), ('over', true, false)$$, 'alone, and no session comes back by it');
select throws_ok($$update app.retention_rules set days = 0 where kind = 'access_logs'$$, '23514', null, 'the bounds are the table''s');
select throws_ok($$insert into app.retention_rules select 'X', name, name_en, basis, basis_en, days, least_days, most_days, 9 from app.retention_rules limit 1$$, '23514', null, 'a kind is a word');
select throws_ok($$update app.retention_rules set least_days = -1$$, '23514', null, 'time does not run back');
select throws_ok($$insert into app.retention_sweeps (kind, days, erased) values ('contacts', 1, -1)$$, '23514', null, 'nothing comes back');
-- The same rule holds where news is sent.
insert into app.report_contacts (id, report_id, kind, sealed, language, after_position, recorded_at)
select pg_temp.numbered('contact', 1), r.id, 'email', 'S', 'en', 0, private.clock() - interval '11 days' from app.reports r where r.case_id = (select id from cases where name = 'done') limit 1;
update app.cases set closed_at = private.clock() - interval '11 days' where id = (select id from cases where name = 'done');
select is((select x ->> 'due' from jsonb_array_elements(api.retention() -> 'rules') x where x ->> 'kind' = 'news_contacts'), '0', 'a contact is kept while the rule says so');
update app.retention_rules set days = 10 where kind = 'news_contacts';
select is(api.sweep_retention() ->> 'news_contacts', '1', 'and erased when it says so');
select is((select count(*)::int from app.contact_erasures where why = 'expired'), 1, 'with a tombstone');
-- It counts from the end: a report that waited for longer than that is declined, and its reporter can still be told.
create temporary table waited as select pg_temp.report('a') as id;
grant select on waited to public;
insert into app.report_contacts (id, report_id, kind, sealed, language, after_position, recorded_at)
select pg_temp.numbered('contact', 2), w.id, 'email', 'S', 'en', 0, private.clock() from waited w;
create temporary table waited_since as select private.clock() as at;
select private.set_clock((select at + interval '20 days' from waited_since));
select pg_temp.become('maker_registrar'); select api.decide_report((select id from waited), 'decline', reason_code => 'nonsense'); select pg_temp.become('owner');
select is_empty('select 1 from private.contacts_due()', 'the end of a report is when it was declined, not when it came');
select private.set_clock((select at + interval '31 days' from waited_since));
select is((select array_agg(d.contact_id) from private.contacts_due() d), array[pg_temp.numbered('contact', 2)], 'and its contact goes when the time since then is over');
select private.set_clock((select at from waited_since));

-- ---- for whom ----
select is(pg_temp.tried('office', 'select api.preview_areas(pg_temp.moved_border())'), 'role_needed', 'ground is an administrator''s');
select is(pg_temp.tried('office', 'select api.save_areas(pg_temp.moved_border())'), 'role_needed', 'alone');
select is(pg_temp.tried('office', $$select api.save_facility('{}')$$), 'role_needed', 'facilities');
select is(pg_temp.tried('office', $$select api.save_shift('{}')$$), 'role_needed', 'shifts');
select is(pg_temp.tried('data_officer', $$select api.set_staff_active(pg_temp.person('team_a'), false)$$), 'role_needed', 'people');
select is(pg_temp.tried('data_officer', $$select api.set_role_dates(1)$$), 'role_needed', 'and their roles');
select is(pg_temp.tried('registrar', $$select api.staff_holds(pg_temp.person('team_a'))$$), 'role_needed', 'and what they hold');

---- What the tables refuse, whoever writes ----
select pg_temp.refuses('retention_sweeps', '{"kind": "tried", "days": 30, "erased": 0}', t.guard, t.bad) from (values
	('retention_sweeps_erased_check', '{"erased": -1}'::jsonb)) t (guard, bad);

select * from finish();
rollback;
