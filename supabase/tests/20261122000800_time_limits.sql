begin;
select no_plan();
\ir district.psql

create temporary table c (name text primary key, id uuid not null);
grant select on c to public;
create function pg_temp.id(name text) returns uuid language sql stable as $$ select x.id from pg_temp.c x where x.name = id.name; $$;
create function pg_temp.at(moment timestamptz) returns void language sql as $$ select private.set_clock(moment); $$;
create function pg_temp.shanghai(at timestamptz) returns text language sql stable as $$ select to_char(at at time zone 'Asia/Shanghai', 'Dy MM-DD HH24:MI'); $$;

-- ---- working time elapsed, worked out by hand: 08:30–12:00 and 14:00–17:30, seven hours a day ----
select is(private.working_hours_between(t.since::timestamp at time zone 'Asia/Shanghai', t.until::timestamp at time zone 'Asia/Shanghai'), t.hours::numeric, t.title)
from (values
	('2026-09-28 10:00', '2026-09-28 12:00', 2, 'two hours of a morning'),
	('2026-09-28 10:00', '2026-09-28 15:00', 3, 'lunch does not count'),
	('2026-09-28 12:10', '2026-09-28 13:50', 0, 'within lunch no time passes'),
	('2026-09-28 17:30', '2026-09-29 08:30', 0, 'nor at night'),
	('2026-08-28 16:30', '2026-08-31 09:30', 2, 'a weekend lies between'),
	('2026-09-30 08:30', '2026-10-08 17:30', 14, '国庆: 30 September and 8 October, nothing between'),
	('2026-10-01 00:00', '2026-10-08 00:00', 0, '国庆: seven days without working time'),
	('2026-10-09 08:30', '2026-10-12 17:30', 21, '调休: Friday, Saturday 10 October, and Monday'),
	('2026-10-10 08:30', '2026-10-10 17:30', 7, '调休: a Saturday that is worked'),
	('2026-09-19 00:00', '2026-09-21 00:00', 7, '调休: Sunday, 20 September, alone'),
	('2026-02-13 08:30', '2026-02-24 17:30', 21, '春节: 13, 14 (调休) and 24 February'),
	('2026-02-15 00:00', '2026-02-24 00:00', 0, '春节: nine days without'),
	('2026-02-28 08:30', '2026-02-28 12:00', 3.5, '调休: Saturday, 28 February'),
	('2025-12-31 08:30', '2026-01-05 17:30', 21, '元旦: 31 December, Sunday 4 January (调休), and the fifth'),
	('2026-08-03 08:30', '2026-08-10 08:30', 35, 'a week'),
	('2026-09-28 15:00', '2026-09-28 10:00', 0, 'backwards nothing passes')) t (since, until, hours, title);
select setseed(0.37);
select is((select count(*)::int from (select timestamptz '2026-01-01' + random() * interval '330 days' as t, round((random() * 60)::numeric, 2) as h from generate_series(1, 300)) r
	where abs(private.working_hours_between(t, private.add_working_hours(t, h)) - h) > 0.0001), 0, 'between a moment and its limit lie the hours of the limit');
-- Berlin: clocks go back on 25 October 2026 and forward on 28 March 2027; the wall's hours stay.
update app.city set time_zone = 'Europe/Berlin';
select is(private.working_hours_between(t.since::timestamptz, t.until::timestamptz), t.hours::numeric, t.title)
from (values
	('2026-10-23 08:30+02', '2026-10-26 17:30+01', 14, 'Friday and Monday, a Sunday of 25 hours between'),
	('2026-10-23 17:00+02', '2026-10-26 09:00+01', 1, 'half an hour before it and half an hour after'),
	('2027-03-26 08:30+01', '2027-03-29 17:30+02', 14, 'and a Sunday of 23')) t (since, until, hours, title);
select is(private.add_working_hours('2026-10-23 17:00+02', 8), timestamptz '2026-10-27 09:00+01', 'a limit over the autumn''s Sunday');
select is(private.add_working_hours('2027-03-26 17:00+01', 8), timestamptz '2027-03-30 09:00+02', 'and over the spring''s');
update app.city set time_zone = 'Asia/Shanghai';
select is(private.unknown_years('2026-12-30 02:00Z', '2027-01-04 02:00Z'), '{2027}', 'a year of which no holiday is known is named');
select is(private.unknown_years('2026-03-01', '2026-11-01'), '{}', 'one that is known is not');

-- ---- the light, in working time ----
-- Monday 10:00, 14 hours: due Wednesday 10:00. 80 % are 11.2 hours, 5.5 of them on Monday: Tuesday 16:12.
insert into c values ('light', pg_temp.case_in('dispatched', 'a'));
select is(pg_temp.shanghai((select due_at from app.cases where id = pg_temp.id('light'))), 'Wed 09-30 10:00', 'the limit');
select is(pg_temp.shanghai((select warn_at from app.cases where id = pg_temp.id('light'))), 'Tue 09-29 16:12', '80 % of its working time');
create function pg_temp.light_at(moment text) returns text language plpgsql as $$
declare
	was timestamptz := private.clock();
	light text;
begin
	perform private.set_clock(moment::timestamp at time zone 'Asia/Shanghai');
	select private.light_of(x) into light from app.cases x where x.id = pg_temp.id('light');
	perform private.set_clock(was);
	return light;
end $$;
select is(pg_temp.light_at(t.at), t.light, t.title) from (values
	('2026-09-28 10:00', 'green', 'green at first'), ('2026-09-29 16:12', 'green', 'green to 80 %'), ('2026-09-29 16:13', 'yellow', 'yellow past it'),
	('2026-09-30 10:00', 'yellow', 'yellow to the limit'), ('2026-09-30 10:01', 'red', 'red past it')) t (at, light, title);
select is((select jsonb_agg(k ->> 'stage') from jsonb_array_elements(private.case_clocks((select x from app.cases x where x.id = pg_temp.id('light')))) k), '["registration", "dispatch", "handling"]', 'each stage has its clock');

-- ---- limits of stages ----
select is(private.stage_limit('dispatch', '0551'), 1::numeric, 'what everyone''s limit is');
select api.set_limits('[{"category": "0551", "stage": "dispatch", "working_hours": 3}, {"category": "0509", "stage": "handling", "working_hours": 5}]');
select is(private.stage_limit('dispatch', '0551'), 3::numeric, 'a category may have its own');
select is(private.stage_limit('dispatch', '0509'), 1::numeric, 'another keeps everyone''s');
select is((select handle_working_hours from app.categories where code = '0509'), 5::numeric, 'handling''s is the category''s');
select api.set_limits('[{"category": "0551", "stage": "dispatch", "working_hours": null}]');
select is(private.stage_limit('dispatch', '0551'), 1::numeric, 'and may lose it again');
select is((select count(*)::int from app.event_log where kind = 'limits.changed'), 2, 'each change is in the log');
select throws_ok($$select api.set_limits('[{"category": null, "stage": "dispatch", "working_hours": 0}]')$$, 'PT422', 'bad_limit', 'a limit is longer than nothing');
select is(pg_temp.tried('closer', $$select api.set_limits('[]')$$), 'role_needed', 'and set by administrators');

-- ---- an extension is asked for by one and approved by another ----
insert into c values ('more time', pg_temp.case_in('handling', 'a'));
select is(pg_temp.tried('team_b', format('select api.ask_request(%L, ''extension'', ''{"hours": 7}'', ''weather'')', pg_temp.id('more time'))), 'not_found', 'another unit does not see it');
select is(pg_temp.tried('closer', format('select api.ask_request(%L, ''extension'', ''{"hours": 7}'', ''weather'')', pg_temp.id('more time'))), 'role_needed', 'the desk does not ask for the unit');
select is(pg_temp.tried('two_coats', format('select api.ask_request(%L, ''extension'', ''{"hours": 7}'', ''weather'')', pg_temp.id('more time'))), 'not_your_unit', 'nor a team for another''s');
select is(pg_temp.tried('team_a', format('select api.ask_request(%L, ''extension'', ''{"hours": 7}'')', pg_temp.id('more time'))), 'reason_needed', 'it has a reason');
select is(pg_temp.tried('team_a', format('select api.ask_request(%L, ''extension'', ''{"hours": 7}'', ''seasonal'')', pg_temp.id('more time'))), 'unknown_reason', 'one of its own');
select is(pg_temp.tried('team_a', format('select api.ask_request(%L, ''extension'', %L, ''weather'')', pg_temp.id('more time'), jsonb_build_object('hours', h))), 'hours_needed', 'and hours: ' || h)
from unnest(array['0', '-1', '201', 'NaN', 'many']) h;
create temporary table r as select pg_temp.asked('team_a', pg_temp.id('more time'), 'extension', '{"hours": 7}', 'weather') as id;
grant select on r to public;
select is(pg_temp.tried('handler_a', format('select api.ask_request(%L, ''extension'', ''{"hours": 3}'', ''weather'')', pg_temp.id('more time'))), 'request_open', 'one at a time');
select bag_eq($$select staff_id, about from app.notifications where kind = 'asked' and case_id = pg_temp.id('more time')$$, $$values (pg_temp.person('closer'), 'extension'), (pg_temp.person('maker_closer'), 'extension')$$, 'exactly the closers are told');
select is(pg_temp.tried('closer', 'select jsonb_path_query_array(api.open_requests(), ''$.requests[*].id'')'), jsonb_build_array((select id from r))::text, 'it waits for the closer''s decision');
select is(pg_temp.tried('team_a', 'select jsonb_build_array(jsonb_path_query_array(api.open_requests(), ''$.mine[*].id''), api.open_requests() -> ''requests'')'), jsonb_build_array(jsonb_build_array((select id from r)), '[]'::jsonb)::text, 'and is the asker''s own that waits');
select is(pg_temp.tried('team_a', format('select api.decide_request(%L, true)', (select id from r))), 'role_needed', 'the asker does not decide');
select is(pg_temp.tried('dispatcher', format('select api.decide_request(%L, true)', (select id from r))), 'role_needed', 'nor a dispatcher');
-- Somebody who is both: what they asked for is decided by another.
insert into app.staff_roles (staff_id, role, valid_from) values (pg_temp.person('team_a'), 'closer', '2026-01-01'), (pg_temp.person('maker_team_a'), 'closer', '2026-01-01');
select is(pg_temp.tried('team_a', format('select api.decide_request(%L, true)', (select id from r))), 'asked_it', 'also when they are a closer besides');
select is(pg_temp.tried('maker_team_a', format('select api.decide_request(%L, true)', (select id from r))), 'handled_it', 'nor does who handled the case');
select throws_ok(format('update app.case_requests set state = ''approved'', decided_by = asked_by, decided_at = asked_at where id = %L', (select id from r)), '23514', null, 'the table itself holds two people apart');
delete from app.staff_roles where role = 'closer' and staff_id in (pg_temp.person('team_a'), pg_temp.person('maker_team_a'));
select is(pg_temp.tried('closer', format('select api.decide_request(%L, false)', (select id from r))), 'reason_needed', 'a refusal has its reason');
select is(pg_temp.tried('closer', format('select private.decide_request(%L, true, null, null, null)', (select id from r))), pg_temp.id('more time')::text, 'the closer approves');
select is(pg_temp.shanghai((select due_at from app.cases where id = pg_temp.id('more time'))), 'Thu 10-08 10:00', 'seven working hours later: 国庆 lies between');
select results_eq($$select pg_temp.shanghai(due_before), pg_temp.shanghai(due_after), state from app.case_requests where id = (select id from r)$$, $$values ('Wed 09-30 10:00', 'Thu 10-08 10:00', 'approved')$$, 'both limits are kept');
select is((select after ->> 'due_at' from app.event_log where kind = 'case.extended' and case_id = pg_temp.id('more time')), '2026-10-08T02:00:00.000000Z', 'and stand in the log');
select results_eq($$select staff_id, about, outcome from app.notifications where kind = 'decided' and case_id = pg_temp.id('more time')$$, $$values (pg_temp.person('team_a'), 'extension', 'approved')$$, 'the asker is told');
select is(pg_temp.tried('closer', format('select api.decide_request(%L, true)', (select id from r))), 'request_decided', 'what is decided is decided');
select is(pg_temp.tried('team_a', format('select api.case_time(%L) ->> ''original_due'' is not null', pg_temp.id('more time'))), 'true', 'the first limit stays known');
-- Late already: an extension that comes too late leaves it late, one that reaches past now does not.
insert into c values ('late', pg_temp.case_in('handling', 'a'));
select pg_temp.at('2026-10-08 08:00:00Z');
select api.tick();
select isnt((select overdue_at from app.cases where id = pg_temp.id('late')), null, 'past its limit');
update r set id = pg_temp.asked('team_a', pg_temp.id('late'), 'extension', '{"hours": 1}', 'weather');
select pg_temp.become('closer'); select api.decide_request((select id from r), true); select pg_temp.become('owner');
select isnt((select overdue_at from app.cases where id = pg_temp.id('late')), null, 'an hour more leaves it overdue');
update r set id = pg_temp.asked('team_a', pg_temp.id('late'), 'extension', '{"hours": 14}', 'weather');
select pg_temp.become('closer'); select api.decide_request((select id from r), true); select pg_temp.become('owner');
select results_eq($$select overdue_at, private.light_of(x) from app.cases x where id = pg_temp.id('late')$$, $$values (null::timestamptz, 'yellow')$$, 'fourteen more, and it is in time');
set constraints all immediate;
select is(private.number_differences(), '{"facts": 0, "counters": 0}', 'facts and counters know');
set constraints all deferred;

-- ---- suspension and hand-back ----
insert into c values ('works', pg_temp.case_in('handling', 'a'));
select is(pg_temp.tried('closer', format('select api.move_case(%L, ''suspend'', null, %L, ''needs_works'')', pg_temp.id('works'), jsonb_build_object('review_at', '2026-11-20T00:00:00Z'))), 'nobody_asked', 'no closer suspends of their own accord');
select is(pg_temp.tried('team_a', format('select api.move_case(%L, ''hand_back'', null, ''{}'', ''not_our_ground'')', (select pg_temp.id('light')))), 'role_needed', 'no unit hands back of its own accord');
select is(pg_temp.tried('team_a', format('select api.ask_request(%L, ''hand_back'', ''{}'', ''not_our_ground'')', pg_temp.id('works'))), 'not_allowed_now', 'nor asks to once it handles it');
select is(pg_temp.tried('team_a', format('select api.ask_request(%L, ''suspension'', ''{}'', ''needs_works'')', pg_temp.id('works'))), 'review_date_needed', 'a suspension has its review date');
update r set id = pg_temp.asked('team_a', pg_temp.id('works'), 'suspension', '{"review_at": "2026-10-20T00:00:00Z", "stops_clock": true}', 'needs_works');
insert into app.staff_roles (staff_id, role, valid_from) values (pg_temp.person('team_a'), 'closer', '2026-01-01');
select is(pg_temp.tried('team_a', format('select api.move_case(%L, ''suspend'')', pg_temp.id('works'))), 'asked_it', 'who asked for it does not make the move either');
delete from app.staff_roles where role = 'closer' and staff_id = pg_temp.person('team_a');
select pg_temp.become('closer'); select api.move_case(pg_temp.id('works'), 'suspend'); select pg_temp.become('owner');
select results_eq($$select status, review_at from app.cases where id = pg_temp.id('works')$$, $$values ('suspended', timestamptz '2026-10-20T00:00:00Z')$$, 'making the move is the approval');
select results_eq($$select state, decided_by from app.case_requests where id = (select id from r)$$, $$values ('approved', pg_temp.person('closer'))$$, 'and the request knows');
select is((select array_agg(kind order by kind) from app.event_log where case_id = pg_temp.id('works') and kind in ('request.asked', 'request.approved', 'case.suspended')), '{case.suspended,request.approved,request.asked}', 'all of it is in the log');
-- Dispatched Thursday 16:00 with 14 hours: due Saturday (调休) 16:00. A week later it is resumed: 14 hours from then.
select pg_temp.at('2026-10-20 00:00:00Z');
select api.tick();
select bag_eq($$select staff_id from app.notifications where kind = 'review' and case_id = pg_temp.id('works')$$, $$values (pg_temp.person('closer')), (pg_temp.person('maker_closer'))$$, 'its review date comes to the closers');
select is(api.tick() -> 'reviews', '0', 'once');
select pg_temp.moved('closer', pg_temp.id('works'), 'resume');
select is(pg_temp.shanghai((select due_at from app.cases where id = pg_temp.id('works'))), 'Wed 10-21 17:30', 'where the clock was stopped, what was left of the limit begins anew');
select is((select overdue_at from app.cases where id = pg_temp.id('works')), null, 'and it is in time');
select is((select private.light_of(x) from app.cases x where x.id = pg_temp.id('works')), 'green', 'the time it stood still is no part of the 80 %');
select is((select round((k ->> 'limit_hours')::numeric, 2) from jsonb_array_elements(private.case_clocks((select x from app.cases x where x.id = pg_temp.id('works')))) k where k ->> 'stage' = 'handling'), 14.00, 'nor of the limit');
select is((select round((k ->> 'used_hours')::numeric, 2) from jsonb_array_elements(private.case_clocks((select x from app.cases x where x.id = pg_temp.id('works')))) k where k ->> 'stage' = 'handling'), 0.00, 'of which nothing is used yet');
select is((api.tick() ->> 'rungs')::int, 0, 'and nobody is told that a limit is near which is not');
select is_empty($$select 1 from app.event_log where case_id = pg_temp.id('works') and kind = 'case.overdue'$$, 'nor was it ever overdue while its clock stood still');
insert into c values ('winter', pg_temp.case_in('suspended', 'a'));
create temporary table due as select due_at from app.cases where id = pg_temp.id('winter');
select pg_temp.at('2026-10-26 02:00:00Z');
select pg_temp.moved('closer', pg_temp.id('winter'), 'resume');
select is((select due_at from app.cases where id = pg_temp.id('winter')), (select due_at from due), 'otherwise the limit stays what it was');
insert into c values ('elsewhere', pg_temp.case_in('dispatched', 'a'));
update r set id = pg_temp.asked('team_a', pg_temp.id('elsewhere'), 'hand_back', '{}', 'not_our_ground');
select pg_temp.become('dispatcher'); select api.decide_request((select id from r), false, 'it_is_yours', '地图核对过'); select pg_temp.become('owner');
select results_eq($$select state, decision_reason from app.case_requests where id = (select id from r)$$, $$values ('refused', 'it_is_yours')$$, 'a dispatcher refuses with a reason');
update r set id = pg_temp.asked('handler_a', pg_temp.id('elsewhere'), 'hand_back', '{}', 'not_our_duty');
select is(pg_temp.tried('team_a', format('select api.withdraw_request(%L)', (select id from r))), 'not_found', 'only the asker takes it back');
select pg_temp.become('handler_a'); select api.withdraw_request((select id from r)); select pg_temp.become('owner');
select is((select state from app.case_requests where id = (select id from r)), 'withdrawn', 'the asker does');
update r set id = pg_temp.asked('handler_a', pg_temp.id('elsewhere'), 'hand_back', '{}', 'not_our_duty');
select pg_temp.moved('maker_team_a', pg_temp.id('elsewhere'), 'begin');
select is((select state from app.case_requests where id = (select id from r)), 'lapsed', 'who begins no longer hands back');
select throws_ok('delete from app.case_requests', '42501', 'append_only', 'nothing that was asked for is deleted');

-- ---- the ladder: each rung once, to its people ----
select pg_temp.at('2026-11-02 02:00:00Z');
insert into c values ('ladder', pg_temp.case_in('handling', 'a'));
-- Monday 10:00, 14 hours: 80 % on Tuesday 16:12, due on Wednesday 10:00, seven hours late on Thursday 10:00, 21 on Monday 10:00.
select results_eq($$select rung, pg_temp.shanghai(at) from app.case_rungs where case_id = pg_temp.id('ladder') order by at$$,
	$$values ('soon', 'Tue 11-03 16:12'), ('due', 'Wed 11-04 10:00'), ('late', 'Thu 11-05 10:00'), ('very_late', 'Mon 11-09 10:00')$$, 'the rungs, in working time');
create function pg_temp.told(rung text) returns text[] language sql stable as $$
	select array_agg(p.name order by p.name) from app.notifications o join pg_temp.people p on p.id = o.staff_id where o.kind = 'rung' and o.case_id = pg_temp.id('ladder') and o.about = told.rung;
$$;
select pg_temp.at('2026-11-03 08:11:00Z'); select api.tick();
select is(pg_temp.told('soon'), null, 'a minute before nobody is told');
select pg_temp.at('2026-11-03 08:12:00Z'); select api.tick();
select is(pg_temp.told('soon'), '{handler_a,maker_team_a,team_a}', 'at 80 % the unit''s people are');
select is(api.tick() -> 'rungs', '0', 'once');
select pg_temp.at('2026-11-04 02:00:00Z'); select api.tick();
select is(pg_temp.told('due'), '{closer,handler_a,maker_closer,maker_team_a,team_a}', 'at the limit the closers, too');
select pg_temp.at('2026-11-05 02:00:00Z'); select api.tick();
select is(pg_temp.told('late'), '{bureau,closer,handler_a,maker_closer}', 'a working day late, the unit above');
select pg_temp.at('2026-11-09 02:00:00Z'); select api.tick();
select is(pg_temp.told('very_late'), '{bureau,closer,maker_closer,office}', 'three days late, the office');
select is(pg_temp.tried('closer', format('select jsonb_path_query_first(api.case_time(%L), ''$.rungs[*] ? (@.rung == "late") .told_count'')', pg_temp.id('ladder'))), '4', 'whom a rung told stands on the case');
select is(pg_temp.tried('team_a', format('select jsonb_path_query_array(api.case_time(%L), ''$.rungs[*].told'')', pg_temp.id('ladder'))), '[null, null, null, null]', 'by name for the desk alone');
select is((select array_agg(after ->> 'rung' order by recorded_at) from app.event_log where kind = 'rung.reached' and case_id = pg_temp.id('ladder')), '{soon,due,late,very_late}', 'and each stands in the log once');
select api.set_ladder('[{"rung": "weeks_late", "measure": "hours_past", "value": 22, "whom": ["office"], "name": "超期很久", "name_en": "Very, very late"}]');
select api.tick();
select is(pg_temp.told('very_late'), '{bureau,closer,maker_closer,office}', 'a ladder that was changed tells nobody twice');
select pg_temp.at('2026-11-09 03:00:00Z'); select api.tick();
select is(pg_temp.told('weeks_late'), '{office}', 'and its new rung is reached by cases that have climbed the others already');
select pg_temp.at('2026-11-09 02:00:00Z');
select pg_temp.proven('maker_team_a', pg_temp.id('ladder'));
insert into c values ('waits', pg_temp.case_in('handled', 'a'));
select pg_temp.at('2026-11-10 08:30:00Z'); select api.tick();
select bag_eq($$select distinct p.name from app.notifications o join pg_temp.people p on p.id = o.staff_id where o.kind = 'rung' and o.case_id = pg_temp.id('waits')$$, $$values ('closer'), ('maker_closer')$$, 'a case that waits to be verified is its closers'' matter');
insert into c values ('closed', pg_temp.case_in('closed', 'a'));
select is_empty($$select 1 from app.case_rungs where case_id = pg_temp.id('closed')$$, 'a closed case climbs no ladder');
select is(pg_temp.tried('closer', $$select api.set_ladder('[]')$$), 'role_needed', 'the ladder is kept by administrators');
select throws_ok($$select api.set_ladder('[{"rung": "x", "measure": "share", "value": 2, "whom": ["team"], "name": "x"}]')$$, 'PT422', 'bad_rung', 'and its rungs make sense');

-- ---- failed twice ----
insert into c values ('poor', pg_temp.case_in('returned', 'a'));
select bag_eq($$select p.name from app.notifications o join pg_temp.people p on p.id = o.staff_id where o.kind = 'returned' and o.case_id = pg_temp.id('poor')$$, $$values ('handler_a'), ('maker_team_a'), ('team_a')$$, 'returned, the unit is told');
select is_empty($$select 1 from app.case_flags$$, 'once raises no flag');
select pg_temp.moved('maker_team_a', pg_temp.id('poor'), 'begin');
select pg_temp.proven('maker_team_a', pg_temp.id('poor'));
select pg_temp.moved('maker_team_a', pg_temp.id('poor'), 'finish');
select pg_temp.moved('maker_closer', pg_temp.id('poor'), 'return', '{}', 'partly_fixed');
select results_eq($$select decider, decision from app.case_flags where case_id = pg_temp.id('poor')$$, $$values (pg_temp.person('office'), null::text)$$, 'twice names a person of the office');
select results_eq($$select staff_id from app.notifications where kind = 'flag' and case_id = pg_temp.id('poor')$$, $$values (pg_temp.person('office'))$$, 'who is told');
select is(pg_temp.tried('office', 'select jsonb_path_query_array(api.open_requests(), ''$.flags[*].case_id'')'), jsonb_build_array(pg_temp.id('poor'))::text, 'and for whom alone it waits');
select is(pg_temp.tried('closer', 'select api.open_requests() -> ''flags'''), '[]', 'not for another');
select is(pg_temp.tried('closer', format('select api.decide_flag(%L, ''clear'', ''cause_removed'')', pg_temp.id('poor'))), 'flag_is_anothers', 'another does not decide');
select is(pg_temp.tried('team_a', format('select api.decide_flag(%L, ''clear'', ''cause_removed'')', pg_temp.id('poor'))), 'role_needed', 'least of all the team');
select is(pg_temp.tried('office', format('select api.decide_flag(%L, ''clear'')', pg_temp.id('poor'))), 'reason_needed', 'without a reason nobody');
select pg_temp.become('office'); select api.decide_flag(pg_temp.id('poor'), 'clear', 'cause_removed', '已约谈'); select pg_temp.become('owner');
select results_eq($$select is_flagged, version from app.cases where id = pg_temp.id('poor')$$, $$select false, max(version) from app.cases where id = pg_temp.id('poor')$$, 'cleared, it is no longer flagged');
select is((select reason_code from app.event_log where kind = 'case.flag_cleared' and case_id = pg_temp.id('poor')), 'cause_removed', 'the log has the reason');
select is(pg_temp.tried(t.who, format('select jsonb_path_query_first(private.timeline(null, %L), ''$[*] ? (@.kind == "case.flag_cleared").note'') #>> ''{}''', pg_temp.id('poor'))), t.note, t.title) from (values
	('office', '已约谈', 'and the desk the words'), ('team_a', 'nothing', 'which the unit does not read, here as little as on the case')) t (who, note, title);

-- ---- recurrence, within 30 m and 14 days of the closure ----
insert into c values ('first', pg_temp.case_in('closed', 'b', '{"lng": 119.4671, "lat": 32.7991}'));
insert into c values ('again', pg_temp.filed(pg_temp.report('b', '{"lng": 119.4671, "lat": 32.79928}')));
select is((select recurrence_of from app.cases where id = pg_temp.id('again')), pg_temp.id('first'), '20 m away it is the same trouble again');
select is(pg_temp.tried('closer', format('select api.case_time(%L) ->> ''recurrence_count''', pg_temp.id('again'))), '1', 'counted');
select is(pg_temp.tried('closer', format('select api.case_time(%L) #>> ''{recurrences,0,id}''', pg_temp.id('first'))), pg_temp.id('again')::text, 'and shown with the case that did not last');

-- ---- notifications are one's own; webhooks hold no personal data ----
select is(pg_temp.tried('office', 'select count(*) from app.notifications where staff_id <> auth.uid()'), '0', 'nobody reads another''s');
select pg_temp.become('office'); select api.see_notifications(9223372036854775807); select pg_temp.become('owner');
select results_eq($$select distinct p.name from app.notifications o join pg_temp.people p on p.id = o.staff_id where o.seen_at is not null$$, $$values ('office')$$, 'nor marks them as seen');
select is(pg_temp.tried('office', 'select api.unseen() ->> ''unseen'''), '0', 'and none is left unseen');
set constraints all immediate;
select isnt(api.set_webhook('{"name": "12345", "url": "https://city.example/hook", "kinds": ["case.dispatched", "rung.reached"], "sealed_secret": "sealed"}') ->> 'id', null, 'a webhook');
select throws_ok($$select api.set_webhook('{"name": "x", "url": "ftp://city.example", "kinds": ["case.closed"], "sealed_secret": "s"}')$$, 'PT422', 'bad_webhook', 'over the web');
select throws_ok($$select api.set_webhook('{"name": "x", "url": "https://city.example", "kinds": ["case.photo"], "sealed_secret": "s"}')$$, 'PT422', 'unknown_kind', 'about what may be told');
select is_empty($$select k.decision from app.report_moves k where not 'report.undone' = any (private.webhook_kinds())$$, 'that a decision was taken back may be told like the decision');
update app.webhook_cursor set position = 0;
create temporary table told as select jsonb_array_elements(api.claim_webhooks(100) -> 'deliveries') as d;
select cmp_ok((select count(*)::int from told), '>', 10, 'what happened is handed out');
select is((select count(*)::int from jsonb_array_elements(api.claim_webhooks(100) -> 'deliveries') x where x ->> 'id' in (select d ->> 'id' from told)), 0, 'to one sender at a time');
select is((select array_agg(distinct d #>> '{event,kind}') from told), '{case.dispatched,rung.reached}', 'of the kinds that were chosen');
select is_empty($$select 1 from told where d::text ~ 'WORDS|name of|login|note|"lng"|"lat"|actor'$$, 'ids, numbers and codes');
select api.webhook_done((select (d ->> 'id')::uuid from told limit 1), 'failed', 'status_500');
update app.webhook_deliveries set attempts = 8, next_try_at = private.clock() where last_outcome = 'status_500';
select api.claim_webhooks(1);
select is((select state from app.webhook_deliveries where last_outcome = 'status_500'), 'gave_up', 'after eight tries it is given up');
select is(pg_temp.tried('admin', 'select (api.webhooks() #> ''{webhooks,0}'')::text ~ ''sealed'''), 'false', 'no secret is shown');
select is(pg_temp.tried('admin', 'select api.webhooks() #>> ''{webhooks,0,gave_up}'''), '1', 'and what was given up is');

-- ---- the log replays ----
select is(api.replay_differences() -> 'differences', '[]', 'the tables equal a replay of the log');
select is(api.verify_log() ->> 'ok', 'true', 'and the log is whole');
select is(private.number_differences(), '{"facts": 0, "counters": 0}', 'facts and counters equal plain SQL');

---- What the tables refuse, whoever writes ----
select throws_ok('delete from app.case_flags', '42501', 'append_only', 'a flag that was raised is not deleted');
select pg_temp.refuses('stage_limits', '{"stage": "dispatch", "working_hours": 1, "category": "0551"}', t.guard, t.bad) from (values
	('stage_limits_stage_check', '{"stage": "handling"}'::jsonb),
	('stage_limits_working_hours_check', '{"working_hours": 0}'::jsonb),
	('stage_limits_working_hours_check', '{"working_hours": 2001}'::jsonb)) t (guard, bad);
select pg_temp.refuses('notifications', '{"staff_id": "00000000-0000-4000-8000-000000000001", "kind": "flag", "at": "2026-09-28T02:00:00Z"}', t.guard, t.bad) from (values
	('notifications_kind_check', '{"kind": "gossip"}'::jsonb),
	('notifications_outcome_check', '{"outcome": "perhaps"}'::jsonb)) t (guard, bad);
select pg_temp.refuses('request_rules', '{"kind": "extension", "from_status": "filed", "ask_roles": ["team"], "decide_roles": ["closer"], "name": "延期", "name_en": "Extension", "position": 9}', t.guard, t.bad) from (values
	('request_rules_kind_check', '{"kind": "favour"}'::jsonb),
	('request_rules_not_if_check', '{"not_if": ["asked_it"]}'::jsonb)) t (guard, bad);
select pg_temp.refuses('case_requests', '{"case_id": "00000000-0000-4000-8000-000000000001", "kind": "hand_back", "unit_id": 1, "asked_by": "00000000-0000-4000-8000-000000000002", "asked_at": "2026-09-28T02:00:00Z", "reason_code": "not_our_ground"}', t.guard, t.bad) from (values
	('case_requests_kind_check', '{"kind": "favour"}'::jsonb),
	('case_requests_state_check', '{"state": "forgotten", "decided_at": "2026-09-28T02:00:00Z"}'::jsonb),
	('case_requests_hours_check', '{"kind": "extension", "hours": 0}'::jsonb),
	('case_requests_hours_check', '{"kind": "extension", "hours": 201}'::jsonb),
	('case_requests_check', '{"kind": "extension"}'::jsonb),
	('case_requests_check', '{"hours": 3}'::jsonb),
	('case_requests_check1', '{"kind": "suspension"}'::jsonb),
	('case_requests_check1', '{"review_at": "2026-09-28T02:00:00Z"}'::jsonb),
	('case_requests_check2', '{"stops_clock": true}'::jsonb),
	('case_requests_check3', '{"decided_at": "2026-09-28T02:00:00Z"}'::jsonb),
	('case_requests_check3', '{"state": "withdrawn"}'::jsonb)) t (guard, bad);
select pg_temp.refuses('case_flags', '{"case_id": "00000000-0000-4000-8000-000000000001", "raised_at": "2026-09-28T02:00:00Z", "returned_count": 2}', t.guard, t.bad) from (values
	('case_flags_decision_check', '{"decision": "wave through", "decided_at": "2026-09-28T02:00:00Z", "decided_by": "00000000-0000-4000-8000-000000000002"}'::jsonb),
	('case_flags_check', '{"decision": "keep", "decided_at": "2026-09-28T02:00:00Z"}'::jsonb),
	('case_flags_check', '{"decision": "keep", "decided_by": "00000000-0000-4000-8000-000000000002"}'::jsonb)) t (guard, bad);
select pg_temp.refuses('ladder_rungs', '{"rung": "tried", "measure": "share", "value": 0.5, "whom": ["team"], "name": "试", "name_en": "Tried", "position": 9}', t.guard, t.bad) from (values
	('ladder_rungs_rung_check', '{"rung": "Not so"}'::jsonb),
	('ladder_rungs_measure_check', '{"measure": "miles"}'::jsonb),
	('ladder_rungs_whom_check', '{"whom": []}'::jsonb),
	('ladder_rungs_whom_check', '{"whom": ["citizen"]}'::jsonb),
	('ladder_rungs_name_check', jsonb_build_object('name', repeat('x', 81))),
	('ladder_rungs_name_en_check', jsonb_build_object('name_en', repeat('x', 81)))) t (guard, bad);
select pg_temp.refuses('webhooks', '{"name": "试", "url": "https://example.org", "kinds": ["case.filed"], "sealed_secret": "x"}', t.guard, t.bad) from (values
	('webhooks_name_check', jsonb_build_object('name', repeat('x', 81))),
	('webhooks_kinds_check', '{"kinds": []}'::jsonb),
	('webhooks_sealed_secret_check', '{"sealed_secret": ""}'::jsonb)) t (guard, bad);
select pg_temp.refuses('webhook_deliveries', '{"webhook_id": "00000000-0000-4000-8000-000000000001", "position": 1}', t.guard, t.bad) from (values
	('webhook_deliveries_state_check', '{"state": "lost"}'::jsonb),
	('webhook_deliveries_last_outcome_check', jsonb_build_object('last_outcome', repeat('x', 61)))) t (guard, bad);
select pg_temp.refuses('webhook_cursor', '{"position": 1}', t.guard, t.bad) from (values
	('webhook_cursor_id_check', '{"id": false}'::jsonb)) t (guard, bad);

-- ---- handling that is said to have begun before the return it follows ----
insert into c values ('begun anew', pg_temp.case_in('handled', 'a'));
create temporary table failed as select private.clock() as at;
select pg_temp.at((select at + interval '5 minutes' from failed));
select pg_temp.proven('team_a', pg_temp.id('begun anew'));
select pg_temp.at((select at + interval '30 minutes' from failed));
select pg_temp.moved('maker_closer', pg_temp.id('begun anew'), 'return', '{}', 'not_fixed');
select pg_temp.at((select at + interval '40 minutes' from failed));
select pg_temp.moved('maker_team_a', pg_temp.id('begun anew'), 'begin', at => (select at + interval '1 minute' from failed));
select is((select handling_at from app.cases where id = pg_temp.id('begun anew')), (select at + interval '30 minutes' from failed), 'no handling begins before the return it follows');
select pg_temp.moved('maker_team_a', pg_temp.id('begun anew'), 'finish');
select is(pg_temp.tried('closer', format('select api.move_case(%L, ''close'')', pg_temp.id('begun anew'))), 'proof_needed', 'and the photo that was there when it failed proves nothing');

select * from finish();
rollback;
