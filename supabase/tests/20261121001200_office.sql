begin;
select no_plan();
\ir district.psql

create function pg_temp.header(n int, more jsonb default '{}') returns jsonb language sql as $$
	select jsonb_build_object('id', pg_temp.numbered('office', n), 'source', 'test', 'datum', 'wgs84') || more;
$$;
create function pg_temp.first_problem(answer jsonb) returns text language sql as $$ select answer #>> '{rejected,0,problem}'; $$;

-- ---- units ----
select is(api.import_units(pg_temp.header(1, '{"dry_run": true}'), '[{"name": "三中队", "parent": "城管局"}, {"key": "一中队", "name": "一中队", "parent": "城管局"}]'),
	'{"added": 1, "changed": 0, "unchanged": 1, "gone": 0, "rejected": []}', 'a trial says what would come');
select is(pg_temp.unit('三中队'), null, 'and writes nothing');
select is(api.import_units(pg_temp.header(1), '[{"name": "三中队", "parent": "大队", "name_en": "Third"}, {"name": "大队"}, {"key": "一中队", "name": "第一中队", "parent": "城管局"}]'),
	'{"added": 2, "changed": 1, "unchanged": 0, "gone": 0, "rejected": []}', 'a parent may stand further down');
select is((select parent_id from app.units where key = '三中队'), pg_temp.unit('大队'), 'and is the parent');
select is((select name from app.units where key = '一中队'), '第一中队', 'a unit keeps its key under another name');
select is(api.import_units(pg_temp.header(2), '[{"name": "三中队", "parent": "大队", "name_en": "Third"}]') ->> 'unchanged', '1', 'the same again changes nothing');
select is(pg_temp.first_problem(api.import_units(pg_temp.header(3), '[{"name": ""}]')), 'name_missing', 'a unit has a name');
select is(pg_temp.first_problem(api.import_units(pg_temp.header(4), '[{"name": "四", "parent": "无"}]')), 'unknown_parent', 'and a parent that exists');
select is(pg_temp.first_problem(api.import_units(pg_temp.header(5), '[{"name": "四", "parent": "四"}]')), 'own_parent', 'other than itself');
select throws_ok($$select api.import_units(pg_temp.header(6), '[{"name": "大队", "parent": "三中队"}]')$$, 'PT422', 'units_in_a_circle', 'units form a tree');
select throws_ok($$select api.import_units(pg_temp.header(7), '{}')$$, 'PT422', 'batch_too_large', 'units come as a list');

-- ---- categories ----
select is(api.import_categories(pg_temp.header(10), (select api.categories() -> 'categories')), '{"added": 0, "changed": 0, "unchanged": 16, "gone": 0, "rejected": []}', 'what goes out comes in unchanged');
select is(api.import_categories(pg_temp.header(11), '[{"code": "0561", "parent": "05", "name": "违规广告", "default_unit": "二中队", "handle_working_hours": 3.5}, {"code": "0551", "handle_working_hours": 10}]'),
	'{"added": 1, "changed": 1, "unchanged": 0, "gone": 0, "rejected": []}', 'a local extension, and another limit');
select is((select (class_code, subclass_code, default_unit_id = pg_temp.unit('二中队'), handle_working_hours)::text from app.categories where code = '0561'), '(05,61,t,3.5)', 'a code tells class and subclass');
select is((select (name, handle_working_hours)::text from app.categories where code = '0551'), '(占道洗车,10)', 'what a file does not say stays');
select is(pg_temp.first_problem(api.import_categories(pg_temp.header(12), '[{"code": "x"}]')), 'bad_code', 'a code is digits and capitals');
select is(pg_temp.first_problem(api.import_categories(pg_temp.header(13), '[{"code": "0571"}]')), 'name_missing', 'a category has a name');
select is(pg_temp.first_problem(api.import_categories(pg_temp.header(14), '[{"code": "0571", "name": "x", "parent": "77"}]')), 'unknown_parent', 'and a class that exists');
select is(pg_temp.first_problem(api.import_categories(pg_temp.header(15), '[{"code": "0571", "name": "x", "default_unit": "无"}]')), 'unknown_unit', 'and a unit that exists');
select is(pg_temp.first_problem(api.import_categories(pg_temp.header(16), '[{"code": "0571", "name": "x", "handle_working_hours": "soon"}]')), 'bad_number', 'a limit in hours');
select is(pg_temp.first_problem(api.import_categories(pg_temp.header(17), '[{"code": "0571", "name": "x", "handle_working_hours": 0}]')), 'bad_number', 'of some length');
select throws_ok($$select api.import_categories(pg_temp.header(18), '{}')$$, 'PT422', 'batch_too_large', 'categories come as a list');

-- ---- the calendar ----
select is(api.import_calendar(pg_temp.header(20), (select api.calendar() -> 'days'), (select api.calendar() -> 'hours')) ->> 'unchanged', '39', 'what goes out comes in unchanged');
select is(api.import_calendar(pg_temp.header(21), '[{"day": "2027-01-01", "is_workday": false, "name": "元旦"}]'),
	'{"added": 1, "changed": 0, "unchanged": 0, "gone": 0, "rejected": []}', 'another year is added');
select is((select count(*)::int from app.working_days), 40, 'beside the one that was known');
select is(api.calendar() -> 'known_years', '[2026, 2027]', 'and is known from now on');
select is(api.import_calendar(pg_temp.header(22), '[{"day": "2027-02-05", "is_workday": false, "name": "春节"}]') ->> 'gone', '1', 'a year is told whole');
select throws_ok($$select api.import_calendar(pg_temp.header(23), '[{"day": "soon", "is_workday": false}]')$$, 'PT422', 'bad_calendar', 'a day is a date');
select throws_ok($$select api.import_calendar(pg_temp.header(24), '[]', '[{"weekday": 9, "starts": "08:00", "ends": "12:00"}]')$$, 'PT422', 'bad_calendar', 'a week has seven');
select is((select count(*)::int from app.working_hours where weekday < 6), 10, 'and a week that is refused changes nothing');
select throws_ok($$select api.import_calendar(pg_temp.header(25), '{}')$$, 'PT422', 'batch_too_large', 'days come as a list');

-- ---- facilities ----
select is(api.import_facilities(pg_temp.header(30), '[{"key": "bt", "kind": "wash_site", "name": "宝塔社区停车场", "lng": 119.45, "lat": 32.78, "bays": 25, "build_state": "planned"}]'),
	'{"added": 1, "changed": 0, "unchanged": 0, "gone": 0, "rejected": []}', 'a wash site');
select is(api.import_facilities(pg_temp.header(31), (select jsonb_agg(f) from jsonb_array_elements(api.facilities() -> 'facilities') f)) ->> 'unchanged', '1', 'what goes out comes in unchanged');
select is(api.import_facilities(pg_temp.header(32), '[{"key": "bt", "kind": "wash_site", "name": "宝塔社区停车场", "lng": 119.4501, "lat": 32.78, "bays": 25, "build_state": "open"}]') ->> 'changed', '1', 'a site that opened has changed');
select is(pg_temp.first_problem(api.import_facilities(pg_temp.header(33), '[{"key": "", "kind": "wash_site", "name": "x", "lng": 1, "lat": 1}]')), 'key_missing', 'a facility has a key');
select is(pg_temp.first_problem(api.import_facilities(pg_temp.header(34), '[{"key": "x", "kind": "bar", "name": "x", "lng": 1, "lat": 1}]')), 'unknown_kind', 'a known kind');
select is(pg_temp.first_problem(api.import_facilities(pg_temp.header(35), '[{"key": "x", "kind": "camera", "lng": 1, "lat": 1}]')), 'name_missing', 'a name');
select is(pg_temp.first_problem(api.import_facilities(pg_temp.header(36), '[{"key": "x", "kind": "camera", "name": "x", "lng": 400, "lat": 1}]')), 'bad_coordinates', 'a place');
select is(pg_temp.first_problem(api.import_facilities(pg_temp.header(37), '[{"key": "x", "kind": "wash_site", "name": "x", "lng": 1, "lat": 1, "bays": 1, "bays_free": 2}]')), 'bad_number', 'no more free bays than bays');
select is(pg_temp.first_problem(api.import_facilities(pg_temp.header(38), '[{"key": "x", "kind": "wash_site", "name": "x", "lng": 1, "lat": 1, "build_state": "soon"}]')), 'unknown_build_state', 'a build state we know');
select throws_ok($$select api.import_facilities(pg_temp.header(39), '{}')$$, 'PT422', 'batch_too_large', 'facilities come as a list');

-- ---- the campaign ----
select lives_ok($$select api.set_campaign('{"key": "spring", "name": "春季整治", "starts_on": "2026-03-15", "ends_on": "2026-10-31",
	"figures": [{"key": "leaflets", "name": "宣传单", "value": 1000, "is_lower_bound": true, "as_of": "2026-06-30"}, {"key": "closed", "name": "关停", "value": 3, "as_of": "2026-06-30"}]}')$$, 'a campaign with its figures');
select is(private.campaign(private.clock()) ->> 'days_left', '33', 'counts down to its end');
select is(private.campaign(private.clock()) #>> '{figures,0,is_lower_bound}', 'true', 'a lower bound stays one');
select lives_ok($$select api.set_campaign('{"key": "spring", "name": "春季整治", "starts_on": "2026-03-15", "ends_on": "2026-10-31", "figures": []}')$$, 'told again');
select is((select count(*)::int from app.campaign_figures), 0, 'it is told whole');
select throws_ok($$select api.set_campaign('{"key": "x", "name": "x", "starts_on": "2026-03-15", "ends_on": "2026-03-14"}')$$, 'PT422', 'bad_campaign', 'it ends after it begins');
select throws_ok($$select api.set_campaign('{"key": "", "name": "x", "starts_on": "2026-03-15", "ends_on": "2026-03-16"}')$$, 'PT422', 'bad_campaign', 'and has a key');
insert into app.campaign_figures (campaign, key, name, value, as_of) values ('spring', 'f', '图', 1, '2026-06-30');
select throws_ok($$update app.campaigns set starts_on = ends_on + 1$$, '23514', null, 'dates in their order');
select throws_ok($$insert into app.campaigns (key, name, starts_on, ends_on) values (repeat('k', 81), 'x', '2026-01-01', '2026-01-02')$$, '23514', null, 'a short key');
select throws_ok($$update app.campaigns set name = e'a\x01'$$, '23514', null, 'a plain name');
select throws_ok($$update app.campaigns set name_en = e'a\x01'$$, '23514', null, 'in English, too');
select throws_ok($$update app.campaign_figures set key = repeat('k', 81)$$, '23514', null, 'a figure has a short key');
select throws_ok($$update app.campaign_figures set name = e'a\x01'$$, '23514', null, 'a plain name');
select throws_ok($$update app.campaign_figures set name_en = e'a\x01'$$, '23514', null, 'in English, too');
select throws_ok($$update app.campaign_figures set value = -1$$, '23514', null, 'and counts something');

-- ---- the demo's switch ----
select is(api.set_simulation(true), '{"simulating": true}', 'the demo town can be switched on');
select is(api.city() -> 'simulating', 'true', 'and says so');
select throws_ok($$update app.city set is_demo = false$$, '23514', null, 'a real city never simulates');
select is(api.set_simulation(false), '{"simulating": false}', 'one switch stops it');
select api.set_city('{"is_demo": false}');
select throws_ok($$select api.set_simulation(true)$$, 'PT409', 'not_a_demo', 'a real city has no such switch');

-- ---- people ----
select is((select s -> 'roles' -> 0 ->> 'role_name' from jsonb_array_elements(api.staff_list() -> 'staff') s where s ->> 'login' = 'login of team_a'), '执法队', 'the list of people tells their roles');
select is(pg_temp.tried('office', 'select api.staff_list()'), 'role_needed', 'to administrators');
select is(pg_temp.tried('office', $$select api.import_units(pg_temp.header(50), '[]')$$), 'role_needed', 'who alone set up');
select is(pg_temp.tried('admin', $$select api.import_units(pg_temp.header(50), '[{"name": "五中队"}]') ->> 'added'$$), '1', 'the city');
select is(pg_temp.tried('admin', $$select bool_or(i ->> 'kind' = 'units') from jsonb_array_elements(api.imports() -> 'imports') i$$), 'true', 'and see what was imported');
select is(pg_temp.tried('registrar', 'select api.imports() -> ''imports'''), '[]', 'others do not');
select * from finish();
rollback;
