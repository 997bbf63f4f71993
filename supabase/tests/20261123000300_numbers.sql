begin;
select no_plan();
\ir district.psql

select private.set_clock('2026-09-28T02:30:00Z');

---- phases of a campaign ----
select lives_ok($$select api.set_campaign('{"key": "spring", "name": "春季整治", "starts_on": "2026-03-15", "ends_on": "2026-10-31",
	"phases": [{"key": "first", "name": "宣传发动", "name_en": "Telling", "starts_on": "2026-03-15", "ends_on": "2026-05-14"},
		{"key": "second", "name": "集中整治", "starts_on": "2026-05-15", "ends_on": "2026-10-31"}]}')$$, 'a campaign with its phases');
select is((select string_agg(p.key, ' ' order by p.position) from app.campaign_phases p), 'first second', 'in their order');
select lives_ok($$select api.set_campaign('{"key": "spring", "name": "春季整治", "starts_on": "2026-03-15", "ends_on": "2026-10-31"}')$$, 'told again without');
select is((select count(*)::int from app.campaign_phases), 0, 'it is told whole');
select throws_ok($$select api.set_campaign('{"key": "spring", "name": "x", "starts_on": "2026-03-15", "ends_on": "2026-10-31", "phases": {}}')$$, 'PT422', 'bad_campaign', 'phases come as a list');
select throws_ok($$select api.set_campaign('{"key": "spring", "name": "x", "starts_on": "2026-03-15", "ends_on": "2026-10-31",
	"phases": [{"key": "p", "name": "x", "starts_on": "2026-05-15", "ends_on": "2026-05-14"}]}')$$, 'PT422', 'bad_campaign', 'each ends after it begins');
select throws_ok($$select api.set_campaign('{"key": "spring", "name": "x", "starts_on": "2026-03-15", "ends_on": "2026-10-31",
	"phases": [{"key": "", "name": "x", "starts_on": "2026-05-15", "ends_on": "2026-05-16"}]}')$$, 'PT422', 'bad_campaign', 'and has a key');
select lives_ok($$select api.set_campaign('{"key": "spring", "name": "春季整治", "starts_on": "2026-03-15", "ends_on": "2026-10-31",
	"phases": [{"key": "first", "name": "宣传发动", "starts_on": "2026-03-15", "ends_on": "2026-05-14"}]}')$$, 'and once more');

select throws_ok(format($$select api.set_campaign('{"key": "spring", "name": "x", "starts_on": "2026-03-15", "ends_on": "2026-10-31",
	"phases": [{"key": "p", "name": "%s", "starts_on": "2026-05-15", "ends_on": "2026-05-16"}]}')$$, repeat('x', 121)), 'PT422', 'bad_campaign', 'a phase''s name is a name');
select throws_ok(format($$select api.set_campaign('{"key": "spring", "name": "x", "starts_on": "2026-03-15", "ends_on": "2026-10-31",
	"phases": [{"key": "p", "name": "x", "name_en": "%s", "starts_on": "2026-05-15", "ends_on": "2026-05-16"}]}')$$, repeat('x', 121)), 'PT422', 'bad_campaign', 'in English, too');

---- what numbers are cut by ----
create temporary table ground as select pg_temp.tried('office', 'select api.number_ground()')::jsonb as g;
select is((select g #>> '{campaigns,0,phases,0,key}' from ground), 'first', 'campaigns with their phases');
select is((select jsonb_array_length(g -> 'units') from ground), (select count(*)::int from app.units), 'every unit');
select ok((select bool_and(s ? 'length_m' and (s ->> 'length_m')::int > 0) from ground, jsonb_array_elements(g -> 'streets') s), 'streets with their lengths');
select is((select jsonb_array_length(g -> 'areas') from ground), (select count(*)::int from app.areas a join app.area_versions v on v.area_id = a.id and v.valid_to is null where a.kind = 'duty_grid'), 'duty areas, no others');
select is((select g ->> 'today' from ground), '2026-09-28', 'today as the city has it');
select is((select (g ->> 'minimum_sample')::int from ground), (select minimum_sample from app.city), 'and what it calls too few');
update app.segments set gone_at = private.clock();
select is(pg_temp.tried('office', $$select jsonb_array_length(api.number_ground() -> 'streets')::text$$), '0', 'streets that are gone are not offered');
update app.segments set gone_at = null;

---- reports received ----
select pg_temp.report('a', '{"category": "0504"}');
set constraints all immediate; set constraints all deferred;
create temporary table heard as select pg_temp.tried('office', $$select api.received_reports('street', '2026-09-28', '2026-09-28')$$)::jsonb as r;
select is((select (r ->> 'total')::int from heard), (select count(*)::int from app.reports r where private.local_day(r.recorded_at) = '2026-09-28'), 'every report of the day');
select is((select sum((x -> 1)::int)::int from heard, jsonb_array_elements(r -> 'rows') x), (select count(*)::int from app.reports r where private.local_day(r.recorded_at) = '2026-09-28' and r.street_id is not null), 'by street');
select is(pg_temp.tried('office', $$select api.received_reports('area', '2026-09-28', '2026-09-28', '0504') ->> 'total'$$),
	(select count(*)::text from app.reports r where private.local_day(r.recorded_at) = '2026-09-28' and r.category = '0504'), 'of one category');
select is(pg_temp.tried('office', $$select api.received_reports('street', '2026-09-27', '2026-09-27') ->> 'total'$$), '0', 'of no other day');
select is(pg_temp.tried('office', $$select api.received_reports('unit', '2026-09-28', '2026-09-28')$$), 'unknown_grouping', 'a report has no unit');
select is(pg_temp.tried('team_a', $$select api.received_reports('street', '2026-09-28', '2026-09-28') ->> 'total'$$), '0', 'a team reads no counters');
select * from finish();
rollback;
