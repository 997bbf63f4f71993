begin;
select plan(121);
\ir district.psql

create function pg_temp.state_of(c uuid) returns text language sql as $$ select x.status from app.cases x where x.id = c; $$;
create function pg_temp.at(moment timestamptz) returns void language sql as $$ select private.set_clock(moment); $$;
create temporary table c (name text primary key, id uuid);

-- ---- filing: the number of a case ----
insert into c values ('first', pg_temp.case_in('filed')), ('second', pg_temp.case_in('filed'));
select is((select number from app.cases where id = (select id from c where name = 'first')), 'E0551202609280001', 'a case''s number is E, class, subclass, day and sequence');
select is((select number from app.cases where id = (select id from c where name = 'second')), 'E0551202609280002', 'the next is the next');
insert into c values ('taxi', pg_temp.case_in('filed', 'a', '{"category": "0509"}'));
select is((select number from app.cases where id = (select id from c where name = 'taxi')), 'E0509202609280001', 'each class and subclass counts for itself');
select is(private.next_case_number('0551', '2026-09-28 15:59:59Z'), 'E0551202609280003', 'until midnight in the city');
select is(private.next_case_number('0551', '2026-09-28 16:00:00Z'), 'E0551202609290001', 'when a new day begins');
update app.case_sequences set last = 9999 where prefix = 'E055120260928';
select is(private.next_case_number('0551', private.clock()), 'E05512026092810000', 'the sequence has at least four digits, and more when it needs them');
select throws_ok($$insert into app.cases (number, category, source, geom, opened_at, filed_at) values ('5', '0551', 'api', private.point(119, 32), now(), now())$$, '23514', null, 'a number has this form');
select throws_ok($$update app.cases set number = 'E0509202609280001' where id = (select id from c where name = 'first')$$, '23505', null, 'and there is one of each');
select throws_ok($$update app.cases set status = 'handling' where id = (select id from c where name = 'first')$$, '23514', null, 'a case is handled by a unit, with a limit');
select throws_ok($$update app.cases set status = 'lost', unit_id = 1, dispatched_at = now(), due_at = now() where id = (select id from c where name = 'first')$$, '23503', null, 'there are no other states');
select throws_ok($$update app.cases set status = 'closed', unit_id = 1, dispatched_at = now(), due_at = now() where id = (select id from c where name = 'first')$$, '23514', null, 'a closed case has its closure');
select throws_ok($$delete from app.cases$$, '42501', 'append_only', 'a case is never deleted');
select throws_ok($$insert into app.case_acts values ((select id from c where name = 'first'), pg_temp.person('closer'), 'slept')$$, '23514', null, 'there are no other acts');
select throws_ok($$insert into app.case_moves values ('wish', 'filed', 'closed', '{closer}', false, '{was_tired}', '{}', 'x', 'x', 1)$$, '23514', null, 'what forbids a move is an act');
select throws_ok($$insert into app.case_moves values ('wish', 'filed', 'closed', '{closer}', false, '{}', '{luck}', 'x', 'x', 1)$$, '23514', null, 'what a move needs is known');
select results_eq($$select category, segment_id, street_id, area_id, source, status, version from app.cases where id = (select id from c where name = 'first')$$,
	$$select category, segment_id, street_id, area_id, source, 'filed', 1 from app.reports where case_id = (select id from c where name = 'first')$$, 'a case begins as its report');

-- ---- duplicates: same category, 50 m, 14 days, still open ----
--  0.0005° of longitude is 46.8 m here, 0.00055° is 51.5 m
create function pg_temp.duplicates(more jsonb) returns int language plpgsql as $$
declare
	r uuid := pg_temp.report('a', '{"lng": 119.4583, "lat": 32.7901, "category": "0504"}' || more);
begin
	return (select count(*) from app.report_duplicates d where d.report_id = r);
end $$;
insert into c values ('stall', pg_temp.case_in('dispatched', 'a', '{"lng": 119.4583, "lat": 32.7901, "category": "0504"}'));
select is(pg_temp.duplicates('{}'), 1, 'the same thing again is offered to be added');
select is(pg_temp.duplicates('{"lng": 119.4588}'), 1, 'within fifty metres');
select is(pg_temp.duplicates('{"lng": 119.45885}'), 0, 'and not beyond');
select is(pg_temp.duplicates('{"lng": 119.45868, "lat": 32.79044}'), 0, 'in any direction: 52 m to the north-east');
select is(pg_temp.duplicates('{"category": "0505"}'), 0, 'another category is another thing');
update app.categories set duplicate_radius_m = 100 where code = '0504';
select is(pg_temp.duplicates('{"lng": 119.45885}'), 1, 'the radius is the category''s');
update app.categories set duplicate_radius_m = 50 where code = '0504';
select pg_temp.at('2026-10-12 01:59:00Z');
select is(pg_temp.duplicates('{}'), 1, 'for fourteen days');
select pg_temp.at('2026-10-12 02:01:00Z');
select is(pg_temp.duplicates('{}'), 0, 'and no longer');
select pg_temp.at('2026-09-28 02:00:00Z');
select is((select distinct round(distance_m) from app.report_duplicates where distance_m > 40 and distance_m < 48), 47::float8, 'with its distance');
select pg_temp.moved('maker_team_a', (select id from c where name = 'stall'), 'begin');
select pg_temp.proven('maker_team_a', (select id from c where name = 'stall'));
select pg_temp.moved('maker_team_a', (select id from c where name = 'stall'), 'finish');
select is(pg_temp.duplicates('{}'), 1, 'as long as it is open');

-- ---- a merge gathers reports, and deletes none ----
create temporary table witness as select pg_temp.report('a', jsonb_build_object('lng', 119.4583, 'lat', 32.7901, 'category', '0504', 'photos', jsonb_build_array(jsonb_build_object('sha256', repeat('e', 64), 'role', 'wide')))) as id;
select pg_temp.tried('registrar', format('select api.decide_report(%L, ''merge'', case_id => %L)', (select id from witness), (select id from c where name = 'stall')));
select is((select status from app.reports where id = (select id from witness)), 'filed', 'a merged report is filed');
select is((select count(*)::int from app.reports where case_id = (select id from c where name = 'stall')), 2, 'and stays beside the first');
select is((select count(*)::int from app.evidence where case_id = (select id from c where name = 'stall') and sha256 = repeat('e', 64)), 1, 'its photos are the case''s too');
select is((select array_agg(kind order by kind) from app.event_log where report_id = (select id from witness) and kind like 'report.%'), '{report.evidence,report.merged,report.received}', 'and the log says so');
select pg_temp.moved('maker_closer', (select id from c where name = 'stall'), 'close');
select is(pg_temp.duplicates('{}'), 0, 'a closed case is no duplicate');

create temporary table helpful as select pg_temp.report('a', jsonb_build_object('lng', 119.4513, 'lat', 32.7901, 'category', '0504', 'photos', jsonb_build_array(jsonb_build_object('sha256', repeat('f', 64), 'role', 'after')))) as id;
insert into c values ('helped', pg_temp.filed((select id from helpful)));
select is((select role from app.evidence where case_id = (select id from c where name = 'helped')), 'wide', 'a photo that a citizen calls "after" is no after-photo of the case');

-- ---- recurrence: same category, 30 m, 14 days after a closure ----
--  0.0003° of longitude is 28.1 m here, 0.00035° is 32.8 m
create function pg_temp.recurs_from(more jsonb) returns uuid language plpgsql as $$
declare
	made uuid := pg_temp.filed(pg_temp.report('a', '{"lng": 119.4583, "lat": 32.7901, "category": "0504"}' || more));
begin
	return (select recurrence_of from app.cases where id = made);
end $$;
select is(pg_temp.recurs_from('{"lng": 119.4586}'), (select id from c where name = 'stall'), 'a new case within thirty metres of a closure is a recurrence of it');
select is(pg_temp.recurs_from('{"lng": 119.45865}'), null, 'and not beyond');
select is(pg_temp.recurs_from('{"lng": 119.45855, "lat": 32.79031}'), null, 'in any direction: 33 m to the north-east');
select is(pg_temp.recurs_from('{"category": "0505"}'), null, 'another category does not recur');
select is((select count(*)::int from app.cases where recurrence_of = (select id from c where name = 'stall')), 1, 'the link is kept with the new case');
select is((select count(*)::int from app.case_facts where is_recurrence), 1, 'and counted');
select pg_temp.at('2026-10-12 01:59:00Z');
select is(private.recurrence_of('0504', private.point(119.4583, 32.7901), private.clock()), (select id from c where name = 'stall'), 'for fourteen days after the closure');
select pg_temp.at('2026-10-12 02:01:00Z');
select is(private.recurrence_of('0504', private.point(119.4583, 32.7901), private.clock()), null, 'and no longer');
select pg_temp.at('2026-09-28 02:00:00Z');

-- ---- the desk's decision ----
create temporary table market as select pg_temp.report('a', '{"lng": 119.4565, "lat": 32.7962}') as id;
select is(pg_temp.tried('registrar', format('select api.decide_report(%L, ''file'')', (select id from market))), 'permitted_line_reason_needed', 'a stall inside a permitted line is filed with a reason only');
select is((pg_temp.tried('registrar', format('select api.report_detail(%L)', (select id from market)))::jsonb #>> '{permitted_lines,0,name}'), '夜市划线区', 'and says which line');
select isnt(pg_temp.tried('registrar', format('select api.decide_report(%L, ''file'', reason_code => ''permitted_line_crossed'') ->> ''case_id''', (select id from market))), 'nothing', 'with one it is');
select is((select reason_code from app.event_log where report_id = (select id from market) and kind = 'report.filed'), 'permitted_line_crossed', 'the log keeps the reason');
create temporary table other as select pg_temp.report('a') as id;
select is(pg_temp.tried('registrar', format('select api.decide_report(%L, ''file'', category => ''9999'')', (select id from other))), 'unknown_category', 'a report is filed as something known');
select is(pg_temp.tried('registrar', format('select api.decide_report(%L, ''file'', category => ''05'')', (select id from other))), 'unknown_category', 'and not as a whole class');
select is(pg_temp.tried('registrar', format('select api.decide_report(%L, ''file'', note => e''a\x07'')', (select id from other))), 'bad_text', 'a note is plain text');
select is(pg_temp.tried('registrar', format('select api.decide_report(%L, ''file'', category => ''0509'') ->> ''status''', (select id from other))), 'filed', 'the desk may know better what it is');
select is((select category || (select k.category from app.cases k where k.id = r.case_id) from app.reports r where r.id = (select id from other)), '05090509', 'then report and case are that');
select is(pg_temp.tried('registrar', format('select api.decide_report(%L, ''file'')', (select id from other))), 'not_allowed_now', 'what is decided is decided');

-- ---- dispatch says why ----
insert into c values ('near', pg_temp.case_in('filed', 'a', '{"lng": 119.45995, "lat": 32.7901, "accuracy_m": 12}')), ('far', pg_temp.case_in('filed', 'a', '{"lng": 119.4583, "lat": 32.7901, "accuracy_m": 12}')),
	('nowhere', pg_temp.case_in('filed', 'a', '{"lng": 119.4720, "lat": 32.7901}'));
create function pg_temp.suggested(which text) returns jsonb language sql as $$
	select private.suggest_dispatch(x.category, x.geom, x.accuracy_m) from app.cases x where x.id = (select id from c where name = which);
$$;
select is(pg_temp.suggested('far') - '{border_m,area_id,unit_id,at,matched,polygon,boundary_m,rule_set,rule_version}'::text[], '{"area": "一网格", "area_en": "Grid A", "unit": "一中队", "unit_en": null, "rule": "duty_area", "ambiguous": false, "runner_up": null}', 'the unit of the duty grid');
select is(pg_temp.suggested('near') ->> 'ambiguous', 'true', 'a pin within its own accuracy of a border is ambiguous');
select is(pg_temp.suggested('near') #>> '{runner_up,area}', '二网格', 'and the runner-up is named');
select is(pg_temp.suggested('nowhere') ->> 'rule', 'none', 'where nobody answers for the ground there is no suggestion');
select is(pg_temp.tried('maker_dispatcher', format('select api.move_case(%L, ''dispatch'')', (select id from c where name = 'nowhere'))), 'unit_needed', 'and a unit has to be named');
update app.categories set default_unit_id = pg_temp.unit('二中队') where code = '0551';
select is(pg_temp.suggested('nowhere') - '{border_m,area_id,unit_id,at,matched,polygon,boundary_m,rule_set,rule_version}'::text[], '{"area": null, "area_en": null, "unit": "二中队", "unit_en": null, "rule": "category_default", "ambiguous": false, "runner_up": null}', 'unless the category has one');
update app.categories set default_unit_id = null;
select pg_temp.moved('maker_dispatcher', (select id from c where name = 'far'), 'dispatch');
select is((select dispatch ->> 'followed' from app.cases where id = (select id from c where name = 'far')), 'true', 'the suggestion that was followed is kept');
select is((select due_at from app.cases where id = (select id from c where name = 'far')), timestamptz '2026-09-30 10:00+08', 'with a limit in working time: fourteen hours from Monday, ten o''clock');
select pg_temp.moved('maker_dispatcher', (select id from c where name = 'far'), 'redispatch', jsonb_build_object('unit_id', pg_temp.unit('二中队'), 'area_id', pg_temp.area('b')), 'wrong_unit');
select is((select dispatch ->> 'followed' from app.cases where id = (select id from c where name = 'far')), 'false', 'so is one that was not');
select is((select jsonb_build_object('unit', unit_id, 'area', area_id) from app.cases where id = (select id from c where name = 'far')), jsonb_build_object('unit', pg_temp.unit('二中队'), 'area', pg_temp.area('b')), 'and where it went instead');
select is(pg_temp.tried('maker_dispatcher', format('select api.move_case(%L, ''dispatch'', details => ''{"area_id": %s}'')', (select id from c where name = 'near'), pg_temp.area('line'))), 'unknown_area', 'an area that answers is a duty grid');

-- ---- proof: an after-photo, within 30 m, after handling began ----
create function pg_temp.proof(which text, role text default 'after', taken timestamptz default null, lng float8 default 119.4583, lat float8 default 32.7901, photo_claims jsonb default '{}') returns text language plpgsql as $$
declare
	sha text := pg_temp.photo('proof ' || which, photo_claims);
begin
	return coalesce(pg_temp.tried('maker_team_a', format('select coalesce(api.attach_evidence(%L, %L, %L, %L, %L, %L, 5) ->> ''why_not'', ''counts'')', (select id from c where name = 'wash'), sha, role, taken, lng, lat)), 'nothing');
end $$;
insert into c values ('wash', pg_temp.case_in('dispatched', 'a', '{"lng": 119.4583, "lat": 32.7901}'));
select is(pg_temp.proof('too early', taken => private.clock()), 'handling_not_begun', 'before handling began nothing proves its end');
select pg_temp.at('2026-09-28 03:00:00Z');
select pg_temp.moved('maker_team_a', (select id from c where name = 'wash'), 'begin');
select pg_temp.at('2026-09-28 04:00:00Z');
select is(pg_temp.proof('early', taken => '2026-09-28 02:59:59Z'), 'taken_before_handling', 'a photo taken before handling began does not count');
select is(pg_temp.proof('timeless'), 'time_unknown', 'nor one of an unknown time');
select is(pg_temp.proof('placeless', taken => private.clock(), lng => null, lat => null), 'place_unknown', 'nor one of an unknown place');
select is(pg_temp.proof('far', taken => private.clock(), lng => 119.45863), 'taken_too_far_away', 'nor one from 31 m away');
select is(pg_temp.tried('maker_team_a', format('select api.attach_evidence(%L, %L, ''after'', %L, 119.4583, 32.7901, %s) ->> ''why_not''', (select id from c where name = 'wash'), pg_temp.photo('proof vague'), private.clock(), 60.1)), 'place_too_vague', 'nor one whose place is too vague to say');
select is(pg_temp.proof('wide', role => 'wide', taken => private.clock()), 'not_an_after_photo', 'nor one that shows something else');
select private.set_clock('2026-09-28 02:30:00Z');
select pg_temp.photo('proof old');
select pg_temp.at('2026-09-28 04:00:00Z');
select is(pg_temp.proof('old', taken => private.clock()), 'taken_before_handling', 'what the server held before handling began shows nothing of it, whatever time is claimed');
insert into app.evidence (case_id, sha256, role, recorded_at) select (select id from c where name = 'wash'), pg_temp.photo('added early', '{"taken_at": "2026-09-28T03:30:00Z", "lng": 119.4583, "lat": 32.7901}'), 'after', '2026-09-28 02:30:00Z';
select is((select private.evidence_fault_of(e.id) from app.evidence e where e.sha256 = encode(sha256('added early'), 'hex')), 'taken_before_handling', 'nor does what was promised before');
select is(pg_temp.proof('future', taken => '2026-09-28 04:06:00Z'), 'time_in_the_future', 'a photo is not taken in the future');
select is(pg_temp.proof('future metadata', photo_claims => '{"taken_at": "2036-01-01T00:00:00Z"}'), 'time_unknown', 'not even by its own metadata');
select is(pg_temp.tried('maker_team_a', format('select api.attach_evidence(%L, %L, ''after'')', (select id from c where name = 'wash'), repeat('9', 64))), 'photo_missing', 'a photo is there before it shows anything');
select is(pg_temp.proof('role', role => 'selfie'), 'unknown_photo_role', 'and shows a known thing');
select is(pg_temp.proof('half', lat => null), 'bad_coordinates', 'half a place is none');
select is(pg_temp.proof('wrapped', lng => 400, lat => 95), 'bad_coordinates', 'a place is on the globe');
select is(private.proof_of((select x from app.cases x where id = (select id from c where name = 'wash'))), null, 'none of these is proof');
select pg_temp.moved('maker_team_a', (select id from c where name = 'wash'), 'finish');
select is(pg_temp.tried('maker_closer', format('select api.move_case(%L, ''close'')', (select id from c where name = 'wash'))), 'proof_needed', 'so it cannot be closed');
select is(pg_temp.proof('near enough', taken => '2026-09-28 03:00:00Z', lng => 119.45861), 'counts', 'one from 29 m away, at the moment handling began, is proof');
select isnt(private.proof_of((select x from app.cases x where id = (select id from c where name = 'wash'))), null, 'and is found');
select is(pg_temp.proof('by its metadata', lng => null, lat => null, photo_claims => '{"taken_at": "2026-09-28T03:30:00Z", "lng": 119.4583, "lat": 32.7901}'), 'counts', 'a photo''s own metadata say when and where, too');
select pg_temp.moved('maker_closer', (select id from c where name = 'wash'), 'close');
select isnt((select proof from app.cases where id = (select id from c where name = 'wash')), null, 'the closure names its proof');
select is(pg_temp.proof('late', taken => private.clock()), 'case_not_open', 'a closed case takes no more photos');
select is((select is_verified from app.case_facts where case_id = (select id from c where name = 'wash')), true, 'a closure with proof is verified');
insert into c values ('unproven', pg_temp.case_in('handling', 'a'));
select pg_temp.moved('maker_team_a', (select id from c where name = 'unproven'), 'finish');
select pg_temp.moved('maker_closer', (select id from c where name = 'unproven'), 'close', '{"without_proof": true}', 'no_photo_possible', '夜间无法拍照');
select results_eq($$select x.proof, f.is_verified, f.closed_at is not null from app.cases x join app.case_facts f on f.case_id = x.id where x.id = (select id from c where name = 'unproven')$$,
	$$values (null::uuid, false, true)$$, 'a closure with words only is closed and not verified');

-- ---- nobody verifies what they handled, and the dispatcher of a case cannot close it ----
select private.upsert_staff(jsonb_build_object('id', pg_temp.person('two_coats'), 'name', 'x', 'roles', '[{"role": "dispatcher"}, {"role": "closer"}, {"role": "team", "unit": "一中队"}]'::jsonb));
insert into c values ('own', pg_temp.case_in('filed', 'a'));
select pg_temp.moved('two_coats', (select id from c where name = 'own'), 'dispatch');
select pg_temp.moved('maker_team_a', (select id from c where name = 'own'), 'begin');
select pg_temp.proven('maker_team_a', (select id from c where name = 'own'));
select pg_temp.moved('maker_team_a', (select id from c where name = 'own'), 'finish');
select is(pg_temp.tried('two_coats', format('select api.move_case(%L, ''close'')', (select id from c where name = 'own'))), 'dispatched_it', 'who dispatched a case cannot close it');
select is(pg_temp.tried('two_coats', format('select m ->> ''why_not'' from jsonb_array_elements(api.case_detail(%L) -> ''moves'') m where m ->> ''move'' = ''close''', (select id from c where name = 'own'))), 'dispatched_it', 'and is told so before trying');
insert into c values ('handled by me', pg_temp.case_in('dispatched', 'a'));
select pg_temp.moved('two_coats', (select id from c where name = 'handled by me'), 'begin');
select pg_temp.proven('two_coats', (select id from c where name = 'handled by me'));
select pg_temp.moved('maker_team_a', (select id from c where name = 'handled by me'), 'finish');
select is(pg_temp.tried('two_coats', format('select api.move_case(%L, ''close'')', (select id from c where name = 'handled by me'))), 'handled_it', 'who handled a case cannot close it');
select is(pg_temp.tried('two_coats', format('select api.move_case(%L, ''return'', reason_code => ''not_fixed'')', (select id from c where name = 'handled by me'))), 'handled_it', 'nor send it back');
insert into c values ('finished by me', pg_temp.case_in('handling', 'a'));
select pg_temp.proven('maker_team_a', (select id from c where name = 'finished by me'));
select pg_temp.moved('two_coats', (select id from c where name = 'finished by me'), 'finish');
select is(pg_temp.tried('two_coats', format('select api.move_case(%L, ''close'')', (select id from c where name = 'finished by me'))), 'handled_it', 'nor does who finished what another began');
select is(pg_temp.tried('two_coats', format('select api.move_case(%L, ''close'') ->> ''status''', pg_temp.case_in('handled', 'b'))), 'closed', 'what they had no part in they close');

-- ---- times are claimed, and bounded ----
insert into c values ('timed', pg_temp.case_in('filed', 'a'));
select is(pg_temp.tried('maker_dispatcher', format('select api.move_case(%L, ''dispatch'', occurred_at => ''2026-09-28 04:06:00Z'')', (select id from c where name = 'timed'))), 'time_in_the_future', 'nothing was done in the future');
select is(pg_temp.tried('maker_dispatcher', format('select api.move_case(%L, ''dispatch'', occurred_at => ''2026-09-28 03:59:00Z'')', (select id from c where name = 'timed'))), 'time_too_old', 'nor before the case was filed');
select pg_temp.moved('maker_dispatcher', (select id from c where name = 'timed'), 'dispatch');
select pg_temp.at('2026-10-20 02:00:00Z');
select pg_temp.moved('maker_team_a', (select id from c where name = 'timed'), 'begin', at => '2026-10-19 02:00:00Z');
select is((select handling_at from app.cases where id = (select id from c where name = 'timed')), timestamptz '2026-10-19 02:00:00Z', 'work done offline keeps its time');
select pg_temp.moved('maker_team_a', (select id from c where name = 'timed'), 'finish', at => '2026-10-18 02:00:00Z');
select is((select handled_at from app.cases where id = (select id from c where name = 'timed')), timestamptz '2026-10-19 02:00:00Z', 'but nothing ends before it began');
select pg_temp.moved('maker_closer', (select id from c where name = 'timed'), 'close', '{"without_proof": true}', 'no_photo_possible', '说明', '2026-09-29 00:00:00Z');
select is((select on_time from app.case_facts where case_id = (select id from c where name = 'timed')), false, 'and a late closure cannot be dated back to be on time');

-- ---- returned, suspended, handed back ----
insert into c values ('poor', pg_temp.case_in('returned', 'a'));
select results_eq($$select returned_count, is_flagged, unit_id from app.cases where id = (select id from c where name = 'poor')$$, $$values (1, false, pg_temp.unit('一中队'))$$, 'returned once, it is the same unit''s again');
select pg_temp.moved('maker_team_a', (select id from c where name = 'poor'), 'begin');
select pg_temp.proven('maker_team_a', (select id from c where name = 'poor'));
select pg_temp.moved('maker_team_a', (select id from c where name = 'poor'), 'finish');
select pg_temp.moved('maker_closer', (select id from c where name = 'poor'), 'return', '{}', 'partly_fixed');
select results_eq($$select returned_count, is_flagged from app.cases where id = (select id from c where name = 'poor')$$, $$values (2, true)$$, 'returned twice, it is flagged for the office');
insert into c values ('works', pg_temp.case_in('suspended', 'a'));
select isnt((select review_at from app.cases where id = (select id from c where name = 'works')), null, 'a suspended case has its review date');
select is((select is_suspended from app.case_facts where case_id = (select id from c where name = 'works')), true, 'and counts as suspended');
select pg_temp.moved('maker_closer', (select id from c where name = 'works'), 'resume');
select results_eq($$select status, review_at from app.cases where id = (select id from c where name = 'works')$$, $$values ('dispatched', null::timestamptz)$$, 'resumed, it is dispatched again');
insert into c values ('not ours', pg_temp.case_in('reassigned', 'a'));
select pg_temp.moved('maker_dispatcher', (select id from c where name = 'not ours'), 'dispatch', jsonb_build_object('unit_id', pg_temp.unit('二中队')));
select is((select unit_id from app.cases where id = (select id from c where name = 'not ours')), pg_temp.unit('二中队'), 'handed back, it goes to another unit');

-- ---- the citizen's answer ----
insert into c values ('claimed done', pg_temp.case_in('closed', 'a'));
create temporary table reporter as select code_hash, pin_hash from app.reports where case_id = (select id from c where name = 'claimed done');
select is(api.answer_closure((select code_hash from reporter), (select pin_hash from reporter), false, pg_temp.numbered('answer', 1)) ->> 'case_status', 'handled', '"not solved" sends a closed case back to verification');
select is((select is_verified or closed_at is not null from app.case_facts where case_id = (select id from c where name = 'claimed done')), false, 'where it is neither closed nor verified');
select is(api.answer_closure((select code_hash from reporter), (select pin_hash from reporter), false, pg_temp.numbered('answer', 1)) ->> 'case_status', 'handled', 'sent twice, it counts once');
select results_eq($$select disputed_count, confirmed from app.cases where id = (select id from c where name = 'claimed done')$$, $$values (1, false)$$, 'that is, once');
select throws_ok($$select api.answer_closure((select code_hash from reporter), (select pin_hash from reporter), false)$$, 'PT409', 'not_allowed_now', 'an open case is not disputed');
select is(pg_temp.tried('maker_closer', format('select api.move_case(%L, ''close'')', (select id from c where name = 'claimed done'))), 'proof_needed', 'what a citizen disputed proves nothing any more');
select pg_temp.at(private.clock() + interval '1 minute');
select pg_temp.proven('maker_closer', (select id from c where name = 'claimed done'));
select pg_temp.moved('maker_closer', (select id from c where name = 'claimed done'), 'close');
select pg_temp.at(private.clock() - interval '1 minute');
select api.answer_closure((select code_hash from reporter), (select pin_hash from reporter), true);
select is((select confirmed from app.cases where id = (select id from c where name = 'claimed done')), true, '"solved" confirms the closure');
select throws_ok($$select api.answer_closure((select code_hash from reporter), encode(sha256('1'), 'hex'), true)$$, 'PT404', 'not_found', 'a wrong PIN answers nothing');
select throws_ok($$select api.answer_closure(encode(sha256('1'), 'hex'), (select pin_hash from reporter), true)$$, 'PT404', 'not_found', 'and a wrong code answers alike');

-- ---- time passing is a change, once ----
insert into c values ('late', pg_temp.case_in('dispatched', 'b'));
select is(api.tick() -> 'overdue', (select to_jsonb(count(*)) from app.cases x where x.due_at < private.clock() and x.status in ('dispatched', 'handling', 'handled', 'returned', 'suspended')), 'what is past its limit becomes overdue');
select is(api.tick() -> 'overdue', '0', 'once');
select pg_temp.at((select due_at from app.cases where id = (select id from c where name = 'late')));
select api.tick();
select is((select overdue_at from app.cases where id = (select id from c where name = 'late')), null, 'at its limit a case is not overdue');
select pg_temp.at((select due_at + interval '1 second' from app.cases where id = (select id from c where name = 'late')));
select cmp_ok((api.tick() ->> 'overdue')::int, '>=', 1, 'a second later it is');
select is((select count(*)::int from app.event_log where kind = 'case.overdue' and case_id = (select id from c where name = 'late')), 1, 'the log has it once');
select pg_temp.moved('maker_dispatcher', (select id from c where name = 'late'), 'redispatch', jsonb_build_object('unit_id', pg_temp.unit('一中队')), 'wrong_unit');
select isnt((select overdue_at from app.cases where id = (select id from c where name = 'late')), null, 'handed to another unit it is no less late');
select is(pg_temp.tried('maker_dispatcher', format('select api.move_case(%L, ''redispatch'', null, %L, ''wrong_unit'')', (select id from c where name = 'late'), jsonb_build_object('unit_id', pg_temp.unit('一中队')))), 'same_unit', 'and the unit that has it is no other unit');

-- ---- the tables are what the log says ----
set constraints all immediate;
select is(api.replay_differences() -> 'differences', '[]', 'the tables equal a replay of the log');
select is(api.verify_log() ->> 'ok', 'true', 'and the log is whole');
set constraints all deferred;
alter table app.cases disable trigger cases_log;
update app.cases set unit_id = pg_temp.unit('一中队') where id = (select id from c where name = 'far');
select is(api.replay_differences() #> '{differences}', jsonb_build_array(jsonb_build_object('subject', 'case', 'id', (select id from c where name = 'far'))), 'a change beside the log is found');

select * from finish();
rollback;
