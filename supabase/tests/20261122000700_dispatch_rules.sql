begin;
select no_plan();
\ir district.psql

-- The station's forecourt lies across the border of the two grids (lng 119.460):  119.458 [ 一网格 | 二网格 ] 119.462
select private.import_areas('{"id": "00000000-0000-7000-8000-0000000b0001", "source": "test", "datum": "wgs84"}', jsonb_build_array(
	jsonb_build_object('key', 'station', 'kind', 'key_place', 'name', '火车站广场', 'name_en', 'Station forecourt', 'unit', '城管局', 'geometry', pg_temp.square(119.458, 32.789, 119.462, 32.792)),
	jsonb_build_object('key', 'empty', 'kind', 'market', 'name', '空市场', 'geometry', pg_temp.square(119.451, 32.781, 119.452, 32.782))), true);
create temporary table made (name text primary key, id uuid);
create temporary table rule (n int primary key, body jsonb);
create function pg_temp.r(more jsonb) returns jsonb language sql as $$
	select '{"category": null, "area_id": null, "weekdays": null, "starts": null, "ends": null, "hours": null, "choice": "unit"}'::jsonb || more;
$$;
-- Drafted by the dispatcher, put in force by the administrator; answers the version or the refusal.
create function pg_temp.in_force(variadic rules jsonb[]) returns text language plpgsql as $$
declare
	draft jsonb;
	answer text := pg_temp.tried('dispatcher', format('select api.save_dispatch_rules(%L, (select s.revision from app.dispatch_rule_sets s where s.version is null and s.withdrawn_at is null))', to_jsonb(rules)));
begin
	if answer !~ '^{' then return answer; end if;
	draft := answer::jsonb;
	perform private.set_clock(private.clock() + interval '1 second');
	answer := pg_temp.tried('admin', format('select api.apply_dispatch_rules(%L, %s)', draft ->> 'rule_set', draft ->> 'revision'));
	return case when answer ~ '^{' then answer::jsonb ->> 'version' else answer end;
end $$;
-- The unit suggested for a category at a place and moment, with the matched position: `二中队 1`.
create function pg_temp.goes(category text, at text default '2026-09-28 10:00', lng float8 default 119.459, lat float8 default 32.7901) returns text language sql as $$
	select coalesce(s ->> 'unit', 'nobody') || ' ' || coalesce(s #>> '{matched,position}', '-')
	from private.suggest_under(private.rules_in_force(private.clock()), category, private.point(lng, lat), 5, at::timestamp at time zone 'Asia/Shanghai') s;
$$;

-- ---- before anybody wrote a rule ----
select is(private.suggest_dispatch('0509', private.point(119.455, 32.7901), 5) #>> '{matched,built_in}', 'duty_area', 'what was always so is a rule that is built in');
select is((private.suggest_dispatch('0509', private.point(119.455, 32.7901), 5) ->> 'rule_version')::int, 0, 'of no version');
select is(pg_temp.goes('0509', lng => 119.455), '一中队 1', 'the duty grid''s own unit comes first');
select is(pg_temp.goes('0509', lng => 119.472), 'nobody -', 'then the category''s, if it has one');

-- ---- precedence ----
select is(pg_temp.in_force(
	pg_temp.r(jsonb_build_object('category', '0509', 'area_id', pg_temp.area('station'), 'starts', '22:00', 'ends', '06:00', 'unit_id', pg_temp.unit('二中队'))),
	pg_temp.r(jsonb_build_object('category', '0509', 'area_id', pg_temp.area('station'), 'unit_id', pg_temp.unit('一中队'))),
	pg_temp.r(jsonb_build_object('category', '05', 'area_id', pg_temp.area('station'), 'choice', 'area', 'unit_id', null)),
	pg_temp.r(jsonb_build_object('category', '0504', 'area_id', pg_temp.area('empty'), 'choice', 'area', 'unit_id', null))), '1', 'the first version');
select is(pg_temp.goes('0509', '2026-09-28 23:00'), '二中队 1', 'the first rule that matches wins');
select is(pg_temp.goes('0509', '2026-09-28 10:00'), '一中队 2', 'outside its hours the next');
select is(pg_temp.goes('0504'), '城管局 3', 'a class covers its children, and an area''s own unit is the area''s');
select is(pg_temp.goes('0509', lng => 119.455), '一中队 5', 'outside the area the built-in rules follow');
select is(pg_temp.goes('0504', lng => 119.4515, lat => 32.7815), '一中队 5', 'a rule that names nobody, of an area without a unit, is passed over');
select is((private.suggest_under(private.rules_in_force(private.clock()), '0509', private.point(119.459, 32.7901), 5, '2026-09-28 23:00+08') - '{matched,runner_up,polygon,at,rule_set}'::text[])
	- '{border_m,boundary_m,area_id,unit_id}'::text[],
	'{"area": "一网格", "area_en": "Grid A", "unit": "二中队", "unit_en": null, "rule": "rule", "rule_version": 1, "ambiguous": false}', 'the duty area is the grid, whoever is sent');
select is((private.suggest_under(private.rules_in_force(private.clock()), '0509', private.point(119.459, 32.7901), 5, '2026-09-28 23:00+08') -> 'matched') - '{rule_set,id,area_id,unit_id}'::text[],
	'{"version": 1, "position": 1, "built_in": null, "category": "0509", "category_name": "黑车拉客", "category_name_en": "Unlicensed taxi", "area": "火车站广场", "area_en": "Station forecourt", "area_kind": "key_place", "weekdays": null, "starts": "22:00", "ends": "06:00", "hours": null, "choice": "unit", "unit": "二中队", "unit_en": null}',
	'the rule in facts, of which its sentence is made');
select is((private.suggest_dispatch('0504', private.point(119.459, 32.7901), 5) #>> '{polygon,area_version_id}')::bigint, (select v.id from app.area_versions v where v.area_id = pg_temp.area('station')), 'the outline that decided, as it was');
select is((private.suggest_dispatch('0509', private.point(119.459, 32.7901), 5) -> 'runner_up') - '{area_id,unit_id,area_en,unit_en}'::text[],
	'{"by": "rule", "area": "一网格", "unit": "城管局", "position": 3, "border_m": null}', 'the runner-up is the next rule that names somebody else');

-- ---- time ----
select is(pg_temp.in_force(
	pg_temp.r(jsonb_build_object('weekdays', '[5]'::jsonb, 'starts', '22:00', 'ends', '06:00', 'unit_id', pg_temp.unit('二中队'))),
	pg_temp.r(jsonb_build_object('weekdays', '[6, 7]'::jsonb, 'starts', '08:00', 'ends', '12:00', 'unit_id', pg_temp.unit('城管局'))),
	pg_temp.r(jsonb_build_object('category', '0504', 'hours', 'working', 'unit_id', pg_temp.unit('城管局'))),
	pg_temp.r(jsonb_build_object('category', '0504', 'hours', 'after_hours', 'unit_id', pg_temp.unit('二中队')))), '2', 'the next version');
select is(t.goes, t.wanted, t.what) from (values
	(pg_temp.goes('0509', '2026-10-16 22:00'), '二中队 1', 'Friday night begins at ten'),
	(pg_temp.goes('0509', '2026-10-16 21:59'), '一中队 5', 'not a minute earlier'),
	(pg_temp.goes('0509', '2026-10-17 05:59'), '二中队 1', 'and lasts into Saturday'),
	(pg_temp.goes('0509', '2026-10-17 06:00'), '一中队 5', 'until six'),
	(pg_temp.goes('0509', '2026-10-16 02:00'), '一中队 5', 'Friday''s small hours are Thursday''s night'),
	(pg_temp.goes('0509', '2026-10-17 23:00'), '一中队 5', 'Saturday night is another'),
	(pg_temp.goes('0509', '2026-10-19 02:00'), '一中队 5', 'Monday''s small hours are Sunday''s night, which no rule names'),
	(pg_temp.goes('0509', '2026-10-17 08:00'), '城管局 2', 'a window within the day'),
	(pg_temp.goes('0509', '2026-10-17 12:00'), '一中队 5', 'its end is outside'),
	(pg_temp.goes('0509', '2026-10-10 08:30'), '城管局 2', 'a working Saturday is a Saturday on the wall'),
	(pg_temp.goes('0504', '2026-10-13 10:00'), '城管局 3', 'Tuesday morning is working time'),
	(pg_temp.goes('0504', '2026-10-13 12:30'), '二中队 4', 'lunch is not'),
	(pg_temp.goes('0504', '2026-10-01 10:00'), '二中队 4', 'a public holiday is after hours all day'),
	(pg_temp.goes('0504', '2026-10-10 14:00'), '城管局 3', 'a 调休 Saturday is worked'),
	(pg_temp.goes('0504', '2026-10-17 14:00'), '二中队 4', 'another Saturday is not')) t (goes, wanted, what);
update app.city set time_zone = 'America/New_York';
select is((select s #>> '{matched,position}' from private.suggest_under(private.rules_in_force(private.clock()), '0509', private.point(119.459, 32.7901), 5, '2026-10-17 02:30Z') s), '1', 'hours are those of the city''s own zone');
update app.city set time_zone = 'Asia/Shanghai';

select is(pg_temp.in_force(pg_temp.r(jsonb_build_object('weekdays', '[7]'::jsonb, 'starts', '23:00', 'ends', '02:00', 'hours', 'after_hours', 'unit_id', pg_temp.unit('二中队')))), '3', 'Sunday night');
select is(t.goes, t.wanted, t.what) from (values
	(pg_temp.goes('0509', '2026-10-19 00:00'), '二中队 1', 'runs on over the end of the week'),
	(pg_temp.goes('0509', '2026-10-19 01:59'), '二中队 1', 'to its last minute'),
	(pg_temp.goes('0509', '2026-10-19 02:00'), '一中队 2', 'and no longer'),
	(pg_temp.goes('0509', '2026-10-18 01:00'), '一中队 2', 'the night before is Saturday''s')) t (goes, wanted, what);
update app.city set time_zone = 'America/New_York';
select is((select string_agg(coalesce(s #>> '{matched,position}', '-'), ' ' order by at) from unnest(array['2026-11-01 03:30Z', '2026-11-02 04:30Z', '2026-11-02 06:59Z', '2026-11-02 07:00Z']::timestamptz[]) at,
	private.suggest_under(private.rules_in_force(private.clock()), '0509', private.point(119.459, 32.7901), 5, at) s), '2 1 1 2', 'also where the clocks were put back that day');
update app.city set time_zone = 'Asia/Shanghai';

-- ---- ambiguity: 0.00005° of longitude is 4.7 m here ----
select is(pg_temp.in_force(pg_temp.r(jsonb_build_object('category', '0509', 'area_id', pg_temp.area('station'), 'unit_id', pg_temp.unit('二中队')))), '4', 'one rule for the forecourt');
create function pg_temp.near(lng float8, accuracy float8, category text default '0509') returns text language sql as $$
	select concat_ws(' ', s ->> 'unit', s ->> 'ambiguous', s #>> '{runner_up,by}', s #>> '{runner_up,unit}', s #>> '{runner_up,area}') from private.suggest_dispatch(category, private.point(lng, 32.7901), accuracy) s;
$$;
select is(pg_temp.near(119.45795, 10), '一中队 true area 二中队 火车站广场', 'just outside an area that a rule names');
select is(pg_temp.near(119.45795, 4), '一中队 false', 'not when the fix is better than the distance');
select is(pg_temp.near(119.45805, 10), '二中队 true area 一中队 火车站广场', 'just inside it');
select is(pg_temp.near(119.45805, 10, '0504'), '一中队 false', 'another category does not mind that boundary');
select is(pg_temp.near(119.45995, 12, '0504'), '一中队 true area 二中队 二网格', 'the border of two duty grids');
select is(pg_temp.near(119.45995, 12), '二中队 true rule 一中队 一网格', 'it makes the duty area uncertain where the unit is not');

-- ---- drafting ----
select is(pg_temp.tried('registrar', $$select api.save_dispatch_rules('[]')$$), 'role_needed', 'a registrar writes no rules');
select is(pg_temp.tried('team_a', $$select api.save_dispatch_rules('[]')$$), 'role_needed', 'nor does a team');
select is(pg_temp.tried('dispatcher', format('select api.save_dispatch_rules(%L)', jsonb_build_array(t.rule))), t.code, t.what) from (values
	(pg_temp.r('{"unit_id": 999999}'), 'unit_needed', 'a rule names a unit there is'),
	(pg_temp.r('{}'), 'unit_needed', 'or says whose'),
	(pg_temp.r('{"choice": "somebody"}'), 'bad_rule', 'in one of three ways'),
	(pg_temp.r('{"choice": "area", "category": "9999"}'), 'unknown_category', 'a category there is'),
	(pg_temp.r(jsonb_build_object('choice', 'area', 'area_id', pg_temp.area('line'))), 'unknown_area', 'an area somebody answers for'),
	(pg_temp.r('{"choice": "area", "starts": "08:00"}'), 'bad_rule_time', 'a window has an end'),
	(pg_temp.r('{"choice": "area", "starts": "08:00", "ends": "08:00"}'), 'bad_rule_time', 'and is longer than nothing'),
	(pg_temp.r('{"choice": "area", "starts": "25:00", "ends": "08:00"}'), 'bad_rule', 'in hours of a day'),
	(pg_temp.r('{"choice": "area", "weekdays": [8]}'), 'bad_rule', 'on days of a week'),
	(pg_temp.r('{"choice": "area", "weekdays": []}'), 'bad_rule', 'on one at least'),
	(pg_temp.r('{"choice": "area", "hours": "sometimes"}'), 'bad_rule', 'in working time or not')) t (rule, code, what);
select is(pg_temp.tried('dispatcher', format('select api.save_dispatch_rules(%L)', (select jsonb_agg(pg_temp.r('{"choice": "area"}')) from generate_series(1, 201)))), 'too_many_rules', 'two hundred are enough');
select is((select count(*)::int from app.dispatch_rule_sets where version is null), 0, 'what is refused leaves nothing behind');

create temporary table draft as select pg_temp.tried('dispatcher', format('select api.save_dispatch_rules(%L)', jsonb_build_array(pg_temp.r('{"choice": "area", "weekdays": [1, 2, 3, 4, 5, 6, 7]}'))))::jsonb as d;
select is((select d ->> 'revision' from draft), '1', 'a draft begins at its first revision');
select is((select r.weekdays from app.dispatch_rules r join draft on r.rule_set = (d ->> 'rule_set')::uuid), null, 'every day of the week is any day');
select is((select s.based_on from app.dispatch_rule_sets s join draft on s.id = (d ->> 'rule_set')::uuid), (select id from app.dispatch_rule_sets where version = 4), 'and knows what it was drafted from');
select is(pg_temp.tried('office', $$select api.save_dispatch_rules('[]')$$), 'rules_changed', 'somebody who did not see it does not write over it');
select is(pg_temp.tried('office', $$select api.save_dispatch_rules('[]', 2)$$), 'rules_changed', 'nor a revision that never was');
select is(pg_temp.tried('office', $$select api.save_dispatch_rules('[]', 1) ->> 'revision'$$), '2', 'another may go on with it');
select is((select count(*)::int from app.dispatch_rules r join draft on r.rule_set = (d ->> 'rule_set')::uuid), 1, 'earlier revisions stay');
select is(pg_temp.goes('0509'), '二中队 1', 'a draft sends nobody anywhere');
select throws_ok($$update app.dispatch_rules set position = 9$$, '42501', 'append_only', 'a rule that was saved does not change');
select throws_ok($$delete from app.dispatch_rule_revisions$$, '42501', 'append_only', 'nor who saved it');
select throws_ok($$delete from app.dispatch_rule_sets$$, '42501', 'append_only', 'no set goes away');
select throws_ok($$update app.dispatch_rule_sets set revision = 0 where version = 4$$, '42501', 'append_only', 'a version that held stays as it was');
select throws_ok($$insert into app.dispatch_rule_sets (revision) values (0)$$, '23505', null, 'there is one draft at a time');

-- ---- a different person puts it in force ----
create function pg_temp.apply(who text, more text default '') returns text language sql as $$
	select pg_temp.tried(who, format('select api.apply_dispatch_rules(%L, 2%s) ->> ''version''', (select d ->> 'rule_set' from draft), more));
$$;
select is(pg_temp.apply('dispatcher'), 'role_needed', 'a dispatcher proposes');
select is(pg_temp.apply('office'), 'role_needed', 'so does the office');
select is(pg_temp.tried('admin', format('select api.apply_dispatch_rules(%L, 1)', (select d ->> 'rule_set' from draft))), 'rules_changed', 'what was read is what is put in force');
select is(pg_temp.apply('admin', ', private.clock() - interval ''1 hour'''), 'bad_rules_moment', 'not backwards');
select is(pg_temp.tried('admin', $$select api.save_dispatch_rules('[]', 2) ->> 'revision'$$), '3', 'an administrator may write on it');
select is(pg_temp.tried('admin', format('select api.apply_dispatch_rules(%L, 3)', (select d ->> 'rule_set' from draft))), 'own_rules', 'and then does not put it in force');
select is(pg_temp.tried('office', $$select api.save_dispatch_rules('[]', 3) ->> 'revision'$$), '4', 'not even');
select is(pg_temp.tried('admin', format('select api.apply_dispatch_rules(%L, 4)', (select d ->> 'rule_set' from draft))), 'own_rules', 'after somebody else wrote the last of it');
select is(pg_temp.tried('registrar', format('select api.withdraw_dispatch_rules(%L)', (select d ->> 'rule_set' from draft))), 'role_needed', 'a registrar gives nothing up');
select isnt(pg_temp.tried('dispatcher', format('select api.withdraw_dispatch_rules(%L) ->> ''rule_set''', (select d ->> 'rule_set' from draft))), 'role_needed', 'a draft may be given up');
select is(pg_temp.tried('admin', format('select api.apply_dispatch_rules(%L, 4)', (select d ->> 'rule_set' from draft))), 'rules_not_draft', 'and is no draft then');
select is(pg_temp.tried('dispatcher', format('select api.withdraw_dispatch_rules(%L)', (select id from app.dispatch_rule_sets where version = 4))), 'role_needed', 'what is in force is not a dispatcher''s to give up');
select is(pg_temp.tried('admin', format('select api.withdraw_dispatch_rules(%L)', (select id from app.dispatch_rule_sets where version = 4))), 'rules_not_draft', 'nor an administrator''s');

-- ---- from a later moment on ----
update draft set d = pg_temp.tried('dispatcher', $$select api.save_dispatch_rules('[]')$$)::jsonb;
select is(pg_temp.tried('admin', format('select api.apply_dispatch_rules(%L, 1, private.clock() + interval ''1 day'', ''明日起执行'') ->> ''version''', (select d ->> 'rule_set' from draft))), '5', 'from tomorrow on');
select is(pg_temp.goes('0509'), '二中队 1', 'not yet');
update draft set d = pg_temp.tried('dispatcher', $$select api.save_dispatch_rules('[]')$$)::jsonb;
select is(pg_temp.tried('admin', format('select api.apply_dispatch_rules(%L, 1)', (select d ->> 'rule_set' from draft))), 'rules_scheduled', 'what waits is not overtaken');
select private.set_clock(private.clock() + interval '25 hours');
select is(pg_temp.goes('0509'), '一中队 1', 'then it holds');
select private.set_clock('2026-09-28 02:30:00Z');
select isnt(pg_temp.tried('admin', format('select api.withdraw_dispatch_rules(%L) ->> ''rule_set''', (select id from app.dispatch_rule_sets where version = 5))), 'rules_not_draft', 'before its moment it can be withdrawn');
select is(pg_temp.tried('admin', format('select api.apply_dispatch_rules(%L, 1) ->> ''version''', (select d ->> 'rule_set' from draft))), '6', 'and the next take its place');
select is((select string_agg(kind, ' ' order by kind) from (select distinct kind from app.event_log where kind like 'rules.%') k), 'rules.applied rules.drafted rules.withdrawn', 'the log knows each of these');
select is((select jsonb_build_object('version', after -> 'version', 'actor', actor = pg_temp.person('admin'), 'set', after ? 'rule_set', 'digest', length(after ->> 'rules')) from app.event_log where kind = 'rules.applied' order by recorded_at desc, after ->> 'version' desc limit 1),
	'{"version": 6, "actor": true, "set": true, "digest": null}', 'by whom and which, with a digest of the rules where they changed');
select is((select count(distinct after ->> 'rules')::int from app.event_log where kind = 'rules.drafted' and after ? 'rules') > 1, true, 'each draft by its digest');

-- ---- trying before applying, and what stays ----
insert into made values ('free', pg_temp.case_in('filed', 'a', '{"category": "0509", "lng": 119.459, "lat": 32.7895}')), ('sent', pg_temp.case_in('dispatched', 'a', '{"category": "0509", "lng": 119.4585, "lat": 32.7895}')),
	('far', pg_temp.case_in('dispatched', 'a', '{"category": "0509", "lng": 119.452, "lat": 32.7895}')), ('other', pg_temp.case_in('dispatched', 'a', '{"category": "0504", "lng": 119.459, "lat": 32.7898}'));
select is(pg_temp.tried('dispatcher', 'select api.try_dispatch_rules()'), 'no_draft', 'there is nothing to try yet');
update draft set d = pg_temp.tried('dispatcher', format('select api.save_dispatch_rules(%L)', jsonb_build_array(pg_temp.r(jsonb_build_object('category', '0509', 'area_id', pg_temp.area('station'), 'unit_id', pg_temp.unit('二中队'))))))::jsonb;
select is(pg_temp.tried('team_a', 'select api.try_dispatch_rules()'), 'role_needed', 'a team tries no rules');
create temporary table trial as select pg_temp.tried('dispatcher', 'select api.try_dispatch_rules()')::jsonb as t;
select is((select t -> 'moved' from trial), '2', 'two of them would have gone elsewhere');
select is((select t -> 'cases' from trial), '4', 'of four');
select is((select jsonb_agg(x - '{from_unit_id,to_unit_id,from_en,to_en}'::text[]) from trial, jsonb_array_elements(t -> 'moves') x), '[{"from": "一中队", "to": "二中队", "cases": 2}]', 'from whom to whom');
select is((select array_agg(x ->> 'id' order by x ->> 'id') from trial, jsonb_array_elements(t -> 'rows') x), (select array_agg(id::text order by id::text) from made where name in ('free', 'sent')), 'and which');
select is(pg_temp.tried('admin', 'select api.try_dispatch_rules() -> ''moved'''), '2', 'who approves sees how many');
select is(pg_temp.tried('admin', 'select api.try_dispatch_rules() -> ''rows'''), '[]', 'and no case');
select private.set_clock(private.clock() + interval '5 days');
select is(pg_temp.tried('dispatcher', 'select api.try_dispatch_rules(4) -> ''cases'''), '0', 'over as many days as asked');
select private.set_clock(private.clock() - interval '5 days');
select private.set_clock(private.clock() + interval '1 minute');
create temporary table before as select id, unit_id, area_id, version, dispatch from app.cases;
select is(pg_temp.tried('dispatcher', 'select api.would_go_elsewhere() -> ''total'''), '0', 'nothing would go elsewhere yet');
select is(pg_temp.tried('admin', format('select api.apply_dispatch_rules(%L, 1) ->> ''version''', (select d ->> 'rule_set' from draft))), '7', 'put in force');
select is_empty('select id, unit_id, area_id, version, dispatch from app.cases except select * from before', 'no case moves');
select is(pg_temp.tried('dispatcher', 'select api.would_go_elsewhere() -> ''total'''), '1', 'one that is dispatched would go elsewhere now');
select is(pg_temp.tried('dispatcher', 'select api.would_go_elsewhere() #>> ''{rows,0,id}'''), (select id::text from made where name = 'sent'), 'and is named');
select is(pg_temp.tried('registrar', 'select api.would_go_elsewhere()'), 'role_needed', 'for those who dispatch');
select is(pg_temp.tried('dispatcher', format('select api.dispatch_reason(%L) ->> ''differs''', (select id from made where name = 'sent'))), 'true', 'on its own page, too');
select is(pg_temp.tried('dispatcher', format('select api.dispatch_reason(%L) #>> ''{stored,rule}''', (select id from made where name = 'sent'))), 'duty_area', 'beside the reason of then');
select is(pg_temp.tried('dispatcher', format('select api.dispatch_reason(%L) ->> ''differs''', (select id from made where name = 'far'))), 'false', 'not on that of another');
select is(pg_temp.tried('team_b', format('select api.dispatch_reason(%L)', (select id from made where name = 'far'))), 'not_found', 'who does not see the case learns nothing of it');
select pg_temp.moved('dispatcher', (select id from made where name = 'sent'), 'redispatch', jsonb_build_object('unit_id', pg_temp.unit('二中队')), 'rules_changed');
select is(pg_temp.tried('dispatcher', 'select api.would_go_elsewhere() -> ''total'''), '0', 'until a dispatcher sends it there');
select is((select dispatch #>> '{matched,version}' from app.cases where id = (select id from made where name = 'sent')), '7', 'and the case keeps the rule that said so');
-- On purpose elsewhere: not a thing to put right.
select pg_temp.moved('dispatcher', (select id from made where name = 'sent'), 'redispatch', jsonb_build_object('unit_id', pg_temp.unit('一中队')), 'wrong_unit');
select is(pg_temp.tried('dispatcher', 'select api.would_go_elsewhere() -> ''total'''), '0', 'what a dispatcher sent elsewhere on purpose stays there unasked');

-- ---- the pin put right: 0.0009° of longitude is 84 m ----
create function pg_temp.put(which text, who text default 'dispatcher', lng float8 default 119.4576, lat float8 default 32.7895, reason text default 'bad_fix') returns text language sql as $$
	select pg_temp.tried(who, format('select api.correct_place(%L, %L, %L, %L)', (select id from made where name = which), lng, lat, reason));
$$;
select is(pg_temp.put('free', 'team_a'), 'not_found', 'a team that does not see it does not move it');
select is(pg_temp.put('free', 'closer'), 'role_needed', 'a closer does not');
select is(pg_temp.put('free', reason => null), 'reason_needed', 'it takes a reason');
select is(pg_temp.put('free', reason => 'wrong_unit'), 'unknown_reason', 'that belongs to it');
select is(pg_temp.put('free', lng => 0), 'outside_city', 'a place in the city');
select is(pg_temp.tried('dispatcher', format('select api.correct_place(%L, 119.45, 32.79, ''bad_fix'', 99)', (select id from made where name = 'free'))), 'case_changed', 'of the case as it was seen');
select is((pg_temp.tried('dispatcher', format('select api.dispatch_reason(%L)', (select id from made where name = 'free')))::jsonb #>> '{suggestion,unit}'), '二中队', 'in the forecourt it would go to one unit');
select is((pg_temp.put('free', 'registrar')::jsonb #>> '{suggestion,unit}'), '一中队', '131 m off to another');
select is((select concat_ws(' ', round(moved_m), extensions.st_x(was), extensions.st_x(becomes)) from app.place_corrections), '131 119.459 119.4576', 'with where it was and is');
select is((select concat_ws(' ', version, accuracy_m, extensions.st_x(geom), unit_id) from app.cases where id = (select id from made where name = 'free')), '2 119.4576', 'whoever put it there vouches for it');
select is((select concat_ws(' ', reason_code, actor_role, after ->> 'moved_m', after ? 'correction_id', after::text ~ '119[.]|32[.]') from app.event_log where kind = 'place.corrected'), 'bad_fix registrar 131 t f', 'the log keeps who, why and how far, and no place');
create temporary table unmoved as select unit_id, area_id, dispatch from app.cases where id = (select id from made where name = 'other');
select is((pg_temp.put('other', lng => 119.4605)::jsonb ->> 'differs'), 'true', 'a dispatched case says that it would go elsewhere now');
select is((select jsonb_build_array(unit_id, area_id, dispatch) from app.cases where id = (select id from made where name = 'other')), (select jsonb_build_array(unit_id, area_id, dispatch) from unmoved), 'and stays where it was sent');
select pg_temp.moved('team_a', (select id from made where name = 'other'), 'begin');
select is(pg_temp.put('other'), 'not_allowed_now', 'once it is being handled the pin is what photos are measured against');
select throws_ok($$update app.place_corrections set moved_m = 0$$, '42501', 'append_only', 'a correction is not corrected');

-- ---- ground that was split, and a unit that nobody works for any more ----
create function pg_temp.listed(key text) returns text language sql as $$
	select pg_temp.tried('dispatcher', format('select api.dispatch_rules() #>> ''{rules,0,%s}''', key));
$$;
select is(pg_temp.listed('area_gone') || pg_temp.listed('unit_empty'), 'falsefalse', 'a rule in order has nothing to be said against it');
update app.staff s set is_active = false from app.staff_roles r where r.staff_id = s.id and r.unit_id in (pg_temp.unit('二中队'), pg_temp.unit('城管局'));
select is(pg_temp.listed('unit_empty'), 'true', 'a rule that sends to a unit without people says so');
select is(pg_temp.goes('0509'), '二中队 1', 'and holds until somebody changes it');
select private.import_areas('{"id": "00000000-0000-7000-8000-0000000b0002", "source": "test", "datum": "wgs84"}', jsonb_build_array(
	jsonb_build_object('key', 'station-west', 'kind', 'key_place', 'name', '火车站西广场', 'geometry', pg_temp.square(119.458, 32.789, 119.460, 32.792))), true);
update app.area_versions v set valid_to = private.clock() where v.area_id = pg_temp.area('station') and v.valid_to is null;
update app.areas a set gone_at = private.clock() where a.id = pg_temp.area('station');
select is(pg_temp.listed('area_gone'), 'true', 'a rule for an area that was split is listed as one that never matches');
select is(pg_temp.goes('0509'), '一中队 2', 'its ground falls to the next rule');
select is((select dispatch #>> '{polygon,name}' from app.cases where id = (select id from made where name = 'sent')), '火车站广场', 'a case that was sent by it keeps the reason of then');
set constraints all immediate;
select is(private.replay_differences() -> 'differences', '[]', 'the log still tells every case and report');
select is(private.verify_log(0) -> 'ok', 'true', 'in one chain');

---- What the tables refuse, whoever writes ----
select pg_temp.refuses('dispatch_rule_sets', '{"revision": 1}', t.guard, t.bad) from (values
	('dispatch_rule_sets_version_check', '{"version": 0, "in_force_from": "2026-09-28T02:00:00Z", "applied_at": "2026-09-28T02:00:00Z"}'::jsonb),
	('dispatch_rule_sets_revision_check', '{"revision": -1}'::jsonb),
	('dispatch_rule_sets_check', '{"version": 90}'::jsonb),
	('dispatch_rule_sets_check', '{"version": 90, "in_force_from": "2026-09-28T02:00:00Z"}'::jsonb)) t (guard, bad);
select pg_temp.refuses('dispatch_rule_revisions', '{"rule_set": "00000000-0000-4000-8000-000000000001", "revision": 1}', t.guard, t.bad) from (values
	('dispatch_rule_revisions_revision_check', '{"revision": 0}'::jsonb)) t (guard, bad);
select pg_temp.refuses('dispatch_rules', '{"rule_set": "00000000-0000-4000-8000-000000000001", "revision": 1, "position": 1, "id": "00000000-0000-4000-8000-000000000002", "choice": "area"}', t.guard, t.bad) from (values
	('dispatch_rules_position_check', '{"position": 201}'::jsonb),
	('dispatch_rules_position_check', '{"position": 0}'::jsonb),
	('dispatch_rules_check', '{"starts": "08:00"}'::jsonb),
	('dispatch_rules_check', '{"starts": "08:00", "ends": "08:00"}'::jsonb),
	('dispatch_rules_check1', '{"choice": "unit"}'::jsonb),
	('dispatch_rules_check1', '{"unit_id": 1}'::jsonb)) t (guard, bad);

-- ---- a moment that was withdrawn is free again ----
create function pg_temp.scheduled() returns text language plpgsql as $$
begin
	update draft set d = pg_temp.tried('dispatcher', 'select api.save_dispatch_rules(''[]'')')::jsonb;
	return pg_temp.tried('admin', format('select api.apply_dispatch_rules(%L, 1, private.clock() + interval ''3 days'') ->> ''version''', (select d ->> 'rule_set' from draft)));
end $$;
create temporary table planned as select pg_temp.scheduled() as version;
select pg_temp.tried('admin', format('select api.withdraw_dispatch_rules(%L)', (select d ->> 'rule_set' from draft)));
select is(pg_temp.scheduled(), (select (version::int + 1)::text from planned), 'rules that were put right begin when the withdrawn ones would have');

select * from finish();
rollback;
