begin;
select no_plan();
\ir district.psql

create temporary table c (name text primary key, id uuid);
grant select on c to public;
create function pg_temp.the(name text) returns uuid language sql stable as $$ select c.id from pg_temp.c where c.name = the.name; $$;
create function pg_temp.sealed(kind text, n int, value text default 'x') returns jsonb language sql immutable as $$
	select jsonb_build_object('id', pg_temp.numbered('particular', n), 'kind', kind, 'sealed', repeat('sealed', 10), 'key_id', '0000000a', 'fingerprint', md5(value));
$$;
create temporary table hotline as select pg_temp.report('a') as id;
insert into c select 'report', id from hotline;
select private.keep_particular('report', pg_temp.the('report'), pg_temp.sealed('phone', 1, '138'));

-- ---- what is kept ----
select is((select purpose || ' ' || (keep_until - recorded_at) from app.particulars where id = pg_temp.numbered('particular', 1)), '回访来电人 180 days', 'a caller''s phone is kept for a purpose and a time');
select is(private.keep_particular('report', pg_temp.the('report'), pg_temp.sealed('phone', 2, '138')), pg_temp.numbered('particular', 1), 'the same once');
select throws_ok(format('select private.keep_particular(%L, %L, %L)', t.subject, pg_temp.the('report'), t.body), 'PT422', t.code, t.title) from (values
	('report', '{"kind": "shoe_size"}', 'unknown_kind', 'what has no rule is not kept'), ('case', pg_temp.sealed('shoe_size', 3)::text, 'unknown_kind', 'of nothing'),
	('report', '{"kind": "phone", "id": "00000000-0000-7000-8000-000000000003", "sealed": "13812345678", "key_id": "0000000a", "fingerprint": "00000000000000000000000000000000"}', 'bad_particular', 'nor what is not sealed'),
	('report', (pg_temp.sealed('phone', 3) || '{"fingerprint": "138"}')::text, 'bad_particular', 'nor what has a readable fingerprint'),
	('report', (pg_temp.sealed('phone', 3) || '{"key_id": "new"}')::text, 'bad_particular', 'nor what names no key'), ('report', (pg_temp.sealed('phone', 3) - 'id')::text, 'bad_particular', 'nor what has no id')) t (subject, body, code, title);
select throws_ok(format('select private.keep_particular(''report'', %L, %L)', pg_temp.the('report'), pg_temp.sealed('phone', 1, 'another')), 'PT409', 'id_taken', 'an id is one value''s');
select throws_ok('delete from app.particulars', '42501', 'append_only', 'none is deleted');
select throws_ok('update app.particulars set sealed = null', '23514', null, 'what is emptied is a tombstone');
select throws_ok('update app.particulars set sealed = ''13812345678''', '23514', null, 'what is kept is sealed');
select throws_ok('update app.particulars set fingerprint = ''138''', '23514', null, 'and its fingerprint is one');
select throws_ok('update app.particulars set key_id = ''x''', '23514', null, 'and its key is named');
select throws_ok('update app.particulars set kind = ''shoe_size''', '23514', null, 'of a kind there is');
select throws_ok('update app.particulars set report_id = null', '23514', null, 'of something');
select throws_ok('update app.particulars set erased_why = ''asked''', '23514', null, 'a reason is an erasure''s');
select throws_ok($$update app.particular_rules set keep_days = 0 where subject = 'report'$$, '23514', null, 'nothing is kept for no time');
select throws_ok($$insert into app.particular_rules values ('moon', 'phone', 'x', 'x', '{}', 'contacts', 1)$$, '23514', null, 'of the moon nothing is');
select throws_ok($$insert into app.particular_rules values ('report', 'shoe_size', 'x', 'x', '{}', 'contacts', 1)$$, '23514', null, 'there are four kinds');
select throws_ok($$update app.particular_rules set purpose = e'\x07'$$, '23514', null, 'a purpose is plain text');
select throws_ok($$update app.particular_rules set purpose_en = e'\x07'$$, '23514', null, 'in both languages');
select throws_ok($$update app.particulars set purpose = e'\x07'$$, '23514', null, 'with every one, too');

-- ---- who may have it revealed ----
create function pg_temp.revealed(who text, n int, reason text default 'call_back', note text default '回访') returns text language sql as $$
	select pg_temp.tried(who, format('select api.reveal(%L, %L, %L) ->> ''kind''', pg_temp.numbered('particular', n), reason, note));
$$;
select is(pg_temp.revealed('registrar', 1, null), 'reason_needed', 'a reveal needs a reason');
select is(pg_temp.revealed('registrar', 1, 'curious'), 'unknown_reason', 'a known one');
select is(pg_temp.revealed('registrar', 1, 'call_back', ' '), 'note_needed', 'and a note');
select is(pg_temp.revealed('registrar', 99), 'not_found', 'of something there is');
select is(pg_temp.revealed(who, 1), 'role_needed', who || ' is not shown a reporter''s phone') from unnest(array['team_a', 'handler_a', 'bureau', 'dispatcher', 'closer', 'office', 'inspector_city', 'data_officer', 'admin', 'volunteer']) who;
select is((select count(*)::int from app.reveals), 0, 'a refusal reveals nothing');
select is(pg_temp.revealed('registrar', 1), 'phone', 'the registrar calls back');
select is((select count(*)::int from app.reveals where staff_id = pg_temp.person('registrar')), 1, 'and it is written down');
select is((select after - 'reveal_id' from app.event_log where kind = 'particular.revealed'), jsonb_build_object('particular_id', pg_temp.numbered('particular', 1), 'particular_kind', 'phone'), 'in the log as ids');
select is((select note_id from app.event_log where kind = 'particular.revealed'), null, 'the note stays outside of it');
select throws_ok('update app.reveals set role = ''x''', '42501', 'append_only', 'a reveal is not rewritten');
select throws_ok('delete from app.reveals', '42501', 'append_only', 'nor deleted');
-- Somebody who is a registrar and of the unit that handles what the report became.
insert into app.staff_roles (staff_id, role, unit_id) select pg_temp.person('registrar'), 'team', pg_temp.unit('一中队');
insert into c select 'case', pg_temp.filed(pg_temp.the('report'));
select pg_temp.moved('maker_dispatcher', pg_temp.the('case'), 'dispatch');
select is(pg_temp.revealed('registrar', 1), 'handles_the_case', 'who handles the case is not shown its reporter, in whatever role');
select is(pg_temp.tried('registrar', format('select api.report_particulars(%L) -> ''particulars''', pg_temp.the('report'))), '[]', 'nor told what is kept');
delete from app.staff_roles where staff_id = pg_temp.person('registrar') and role = 'team';
select is(pg_temp.tried('registrar', format('select api.report_particulars(%L) #>> ''{particulars,0,kind}''', pg_temp.the('report'))), 'phone', 'others of the desk are told');
select is(pg_temp.tried('dispatcher', format('select api.report_particulars(%L) #>> ''{particulars,0,why_not}''', pg_temp.the('report'))), 'role_needed', 'and why they may not');
select is(pg_temp.tried('team_a', format('select api.report_particulars(%L)', pg_temp.the('report'))), 'not_found', 'the unit is told nothing');
insert into app.case_acts values (pg_temp.the('case'), pg_temp.person('registrar'), 'handled_it');
select is(pg_temp.revealed('registrar', 1), 'handles_the_case', 'nor who handled it before they changed office');
delete from app.case_acts where staff_id = pg_temp.person('registrar');

-- ---- the data officer ----
select is(pg_temp.tried('data_officer', 'select api.reveals() #>> ''{reveals,0,note}'''), '回访', 'the data officer sees who, when and why');
select is(pg_temp.tried('data_officer', format('select api.reveals(%s) ->> ''total''', t.args)), t.n, t.title) from (values
	('kind => ''plate''', '0', 'by kind'), ('kind => ''phone''', '1', 'or that kind'), ('reason_code => ''identify''', '0', 'by reason'), ('to_day => ''2026-09-27''', '0', 'by day'),
	('from_day => ''2026-09-28'', to_day => ''2026-09-28''', '1', 'both counted in'), (format('staff_id => %L', pg_temp.person('closer')), '0', 'by person')) t (args, n, title);
select is(pg_temp.tried('data_officer', 'select jsonb_array_length(api.reveals(after => (select id from app.reveals)) -> ''reveals'')::text'), '0', 'and page by page');
select is(pg_temp.tried(who, 'select api.reveals()'), 'role_needed', who || ' does not') from unnest(array['registrar', 'closer', 'office', 'admin', 'team_a']) who;
select is(pg_temp.tried('data_officer', format('select api.find_particulars(%L) #>> ''{particulars,0,kind}''', md5('138'))), 'phone', 'a person''s are found by fingerprint');

-- ---- erasure ----
select is(pg_temp.tried('data_officer', format('select api.erase_particular(%L, %L)', pg_temp.numbered('particular', 1), why)), 'unknown_reason', 'erasure has a reason, not ' || coalesce(why, 'none')) from unnest(array['bored', null, 'expired']) why;
select is(pg_temp.tried('registrar', format('select api.erase_particular(%L, ''asked'')', pg_temp.numbered('particular', 1))), 'role_needed', 'and is the data officer''s');
select is(pg_temp.tried('data_officer', format('select api.erase_particular(%L, ''asked'')', pg_temp.numbered('particular', 98))), 'not_found', 'of something there is');
select is(pg_temp.tried('data_officer', format('select api.erase_particular(%L, ''asked'') ->> ''erased''', pg_temp.numbered('particular', 1))), 'true', 'who erases');
select is((select coalesce(sealed, '') || coalesce(fingerprint, '') || erased_why from app.particulars where id = pg_temp.numbered('particular', 1)), 'asked', 'a tombstone stays and nothing else');
select is(pg_temp.revealed('registrar', 1), 'particular_erased', 'which reveals nothing');
select is(pg_temp.tried('data_officer', format('select api.erase_particular(%L, ''asked'') ->> ''erased''', pg_temp.numbered('particular', 1))), 'false', 'once');
select is((select reason_code from app.event_log where kind = 'particular.erased'), 'asked', 'it is in the log');

-- ---- time passes ----
select private.keep_particular('report', pg_temp.the('report'), pg_temp.sealed('phone', 4, '139'));
insert into c select 'loose', pg_temp.report('b');
select private.keep_particular('report', pg_temp.the('loose'), pg_temp.sealed('phone', 5, '137'));
select is(api.erase_expired() ->> 'erased', '0', 'nothing is erased before its time');
select private.set_clock('2027-03-28 03:00:00Z');
select is((select due from private.expiring_particulars() where kind = 'contacts'), 1::bigint, 'what the next sweep erases can be counted');
select is(api.erase_expired() ->> 'erased', '1', 'past its time it is');
select is((select array_agg(p.id order by p.id) from app.particulars p where p.erased_why = 'expired'), array[pg_temp.numbered('particular', 5)], 'but not what an open case may need');
select is((select tombstones from private.expiring_particulars() where kind = 'contacts'), 2::bigint, 'tombstones are counted, too');
select is((select actor_role from app.event_log where kind = 'particular.erased' order by recorded_at desc limit 1), 'clock', 'the log says that it was time');
update app.cases set status = 'closed', closed_at = private.clock() where id = pg_temp.the('case');
select is(api.erase_expired() ->> 'erased', '1', 'once it is closed it goes, too');
select private.set_clock('2026-09-28 03:00:00Z');

-- ---- keys change ----
select private.keep_particular('report', pg_temp.the('loose'), pg_temp.sealed('phone', 6, '136'));
select is(api.stale_particulars('0000000a') -> 'particulars', '[]', 'what the present key sealed is as it should be');
select is(api.stale_particulars('0000000b') #>> '{particulars,0,id}', pg_temp.numbered('particular', 6)::text, 'what another did is named');
select is(api.reseal_particular(pg_temp.sealed('phone', 6, '136') || '{"key_id": "0000000b"}') ->> 'resealed', 'true', 'and sealed again');
select is(api.stale_particulars('0000000b') -> 'particulars', '[]', 'and done');
select is(api.reseal_particular(pg_temp.sealed('phone', 1) || '{"key_id": "0000000b"}') ->> 'resealed', 'false', 'a tombstone stays one');
select is(jsonb_array_length(api.sealed_particulars(array[pg_temp.numbered('particular', 1), pg_temp.numbered('particular', 6)]) -> 'particulars'), 1, 'the web server gets what is sealed, and no tombstones');

-- ---- what a case is about ----
insert into c values ('stall', pg_temp.case_in('handling', 'a', '{"category": "0504", "lng": 119.4571, "lat": 32.7911}')), ('again', pg_temp.case_in('handling', 'a', '{"category": "0504", "lng": 119.4581, "lat": 32.7951}')),
	('taxi', pg_temp.case_in('handling', 'b', '{"category": "0509"}')), ('waiting', pg_temp.case_in('dispatched')), ('done', pg_temp.case_in('closed')), ('wash', pg_temp.case_in('handling', 'a', '{"category": "0551"}'));
create function pg_temp.linked(who text, which text, subject jsonb) returns text language sql as $$
	select pg_temp.tried(who, format('select api.link_case(%L, %L)', pg_temp.the(which), subject));
$$;
select is(pg_temp.linked(t.who, t.which, t.subject::jsonb), t.code, t.title) from (values
	('team_b', 'stall', '{"site": {"kind": "stall", "name": "x"}}', 'not_found', 'another unit says nothing about a case'), ('inspector_a', 'stall', '{"site": {"kind": "stall", "name": "x"}}', 'role_needed', 'nor does an inspector'),
	('two_coats', 'stall', '{"site": {"kind": "stall", "name": "x"}}', 'not_your_unit', 'nor who sees it in another coat'), ('team_a', 'done', '{"site": {"kind": "stall", "name": "x"}}', 'case_not_open', 'a closed case stays as it is'),
	('team_a', 'stall', '{}', 'unknown_subject', 'it is about something'), ('team_a', 'stall', '{"site_id": "00000000-0000-4000-8000-000000000001"}', 'unknown_subject', 'that there is'),
	('team_a', 'stall', '{"site_id": "x"}', 'bad_id', 'by its id'), ('team_a', 'stall', '{"site": {"kind": "castle", "name": "x"}}', 'unknown_kind', 'a site of a kind'), ('team_a', 'stall', '{"site": {"kind": "stall", "name": " "}}', 'bad_text', 'with a name'),
	('team_a', 'stall', '{"site": {"kind": "stall", "name": "x", "lng": 0, "lat": 0}}', 'outside_city', 'in the city'), ('team_a', 'stall', '{"vehicle": {"class": "plane"}}', 'unknown_kind', 'or a vehicle of a class')) t (who, which, subject, code, title);
select is(pg_temp.linked('team_a', 'stall', '{"site": {"kind": "stall", "name": "老王烧饼"}}')::jsonb ->> 'known', 'false', 'a stall is new');
insert into c select 'site', id from app.sites;
select is(pg_temp.linked('team_a', 'stall', '{"site": {"kind": "stall", "name": " 老王烧饼"}}')::jsonb ->> 'known', 'true', 'the same sign at the same door is the same stall');
select is((select count(*)::int from app.case_links), 1, 'and is named once');
select is(pg_temp.linked('registrar', 'again', jsonb_build_object('site_id', pg_temp.the('site')))::jsonb ->> 'site_id', pg_temp.the('site')::text, 'the desk may say so, too');
select is(pg_temp.linked('team_b', 'taxi', jsonb_build_object('vehicle', jsonb_build_object('class', 'electric_tricycle', 'plate', pg_temp.sealed('plate', 20, '苏K12345'))))::jsonb ->> 'known', 'false', 'a tricycle with a plate');
insert into c select 'vehicle', id from app.vehicles;
insert into c values ('taxi again', pg_temp.case_in('handling', 'b', '{"category": "0509"}'));
select is(pg_temp.linked('team_b', 'taxi again', jsonb_build_object('vehicle', jsonb_build_object('class', 'electric_tricycle', 'plate', pg_temp.sealed('plate', 21, '苏K12345'))))::jsonb ->> 'vehicle_id', pg_temp.the('vehicle')::text, 'the same plate is the same tricycle');
select is((select count(*)::int from app.vehicles), 1, 'there is one of it');
select is(pg_temp.revealed('team_b', 20, 'identify'), 'plate', 'its unit may have the plate of its own case');
select is(pg_temp.revealed('team_a', 20, 'identify'), 'not_your_unit', 'another may not');
select is(pg_temp.revealed('two_coats', 20, 'identify'), 'plate', 'who is of that unit may');
select is(pg_temp.revealed('registrar', 20, 'identify'), 'plate', 'so may the registrar');
insert into app.vehicles (id, class) values (pg_temp.numbered('vehicle', 9), 'car');
select private.keep_particular('vehicle', pg_temp.numbered('vehicle', 9), pg_temp.sealed('plate', 22, '苏K99999'));
select is(pg_temp.revealed('registrar', 22, 'identify'), 'not_found', 'a plate of no case is for nobody');
select throws_ok($$insert into app.case_links (case_id) values (pg_temp.the('stall'))$$, '23514', null, 'a link is to one thing');
select is(pg_temp.tried('team_b', format('select api.unlink_case(%L)', (select id from app.case_links where case_id = pg_temp.the('stall')))), 'not_found', 'a link is not another unit''s to end');
select is(pg_temp.tried('office', format('select api.unlink_case(%L)', pg_temp.numbered('link', 1))), 'not_found', 'one that is not cannot end');

-- ---- acts ----
create function pg_temp.acted(who text, which text, act jsonb, request uuid default null) returns text language sql as $$
	select pg_temp.tried(who, format('select api.record_act(%L, %L, %L)', pg_temp.the(which), act, request));
$$;
create temporary table before_photo as select e.id from app.evidence e where false;
select is(pg_temp.acted(t.who, t.which, t.act::jsonb), t.code, t.title) from (values
	('team_b', 'stall', '{"kind": "persuasion"}', 'not_found', 'another unit does nothing in a case'), ('registrar', 'stall', '{"kind": "persuasion"}', 'role_needed', 'nor does the desk'), ('two_coats', 'stall', '{"kind": "persuasion"}', 'not_your_unit', 'nor who only sees it'),
	('team_a', 'waiting', '{"kind": "persuasion"}', 'not_allowed_now', 'nothing is done before handling begins'), ('team_a', 'done', '{"kind": "persuasion"}', 'not_allowed_now', 'nor after the end'),
	('team_a', 'stall', '{"kind": "fine"}', 'unknown_act', 'nobody is fined here'), ('team_a', 'stall', '{}', 'unknown_act', 'an act has a kind'), ('team_a', 'stall', '{"kind": "persuasion", "lng": 1}', 'bad_coordinates', 'a place is whole'),
	('team_a', 'stall', '{"kind": "persuasion", "lng": 400, "lat": 95}', 'bad_coordinates', 'and on the globe'), ('team_a', 'stall', '{"kind": "persuasion", "lng": "here"}', 'bad_value', 'in numbers'), ('team_a', 'stall', '{"kind": "persuasion", "occurred_at": "2027-01-01T00:00:00Z"}', 'time_in_the_future', 'not in the future'),
	('team_a', 'stall', '{"kind": "persuasion", "before_photo": "00000000-0000-4000-8000-000000000001"}', 'photo_missing', 'a photo is the case''s evidence'), ('team_a', 'stall', '{"kind": "persuasion", "behaviour": "touting"}', 'unknown_behaviour', 'a stall does not tout'),
	('team_a', 'stall', '{"kind": "persuasion", "site_id": "00000000-0000-4000-8000-000000000001"}', 'unknown_subject', 'it is done to what the case is about'), ('team_a', 'stall', '{"kind": "order"}', 'deadline_needed', 'an order has a deadline'),
	('team_a', 'stall', '{"kind": "order", "deadline": "2026-09-27T00:00:00Z"}', 'bad_deadline', 'to come'), ('team_a', 'stall', '{"kind": "order", "deadline": "2029-09-27T00:00:00Z"}', 'bad_deadline', 'but not for ever'), ('team_a', 'stall', '{"kind": "order", "deadline": "2026-10-02T00:00:00Z"}', 'notice_needed', 'and a paper'),
	('team_a', 'stall', '{"kind": "order", "deadline": "2026-10-02T00:00:00Z", "notice": {"found": "x"}}', 'skip_reason_needed', 'a rung is skipped with a reason'), ('team_a', 'stall', '{"kind": "order", "deadline": "2026-10-02T00:00:00Z", "notice": {"found": "x"}, "skip_reason": "mood"}', 'unknown_reason', 'a known one'),
	('team_a', 'stall', '{"kind": "transfer"}', 'skip_reason_needed', 'up to the last'), ('team_a', 'stall', '{"kind": "persuasion", "notice": {"found": "x"}}', 'no_notice_here', 'persuasion has no paper'),
	('team_a', 'stall', '{"kind": "letter", "skip_reason": "instructed", "notice": {"found": " "}}', 'found_needed', 'a paper says what was found'), ('team_a', 'stall', '{"kind": "letter", "skip_reason": "instructed", "notice": {"found": "店外摆摊"}}', 'addressee_needed', 'and to whom'),
	('team_a', 'stall', jsonb_build_object('kind', 'letter', 'skip_reason', 'instructed', 'notice', jsonb_build_object('found', repeat('字', 301)))::text, 'bad_text', 'in few words'),
	('team_a', 'stall', '{"kind": "letter", "skip_reason": "instructed", "notice": {"found": "x", "addressee": {"kind": "name", "id": "x"}}}', 'bad_particular', 'a name is sealed')) t (who, which, act, code, title);
select is((select count(*)::int from app.acts), 0, 'none of that was done');
select is((select count(*)::int from app.notice_sequences), 0, 'nor any number used');
select is(pg_temp.acted('handler_a', 'wash', '{"kind": "nothing_found", "note": "现场无车"}')::jsonb ? 'act_id', true, 'nothing was there: no rung');
select is(pg_temp.acted('team_b', 'taxi', '{"kind": "persuasion", "behaviour": "touting"}')::jsonb ? 'act_id', true, 'taxis have second-level codes');
create temporary table site_json as select jsonb_build_object('site_id', pg_temp.the('site')) as j;
create function pg_temp.proposed(which text) returns text language sql as $$ select pg_temp.tried('team_a', format('select api.case_enforcement(%L) #>> ''{links,0,ladder,next}''', pg_temp.the(which))); $$;
select is(pg_temp.proposed('stall'), '1', 'the ladder begins with persuasion');
select is(pg_temp.acted('team_a', 'stall', (select j from site_json) || '{"kind": "persuasion", "lng": 119.4571, "lat": 32.7911, "accuracy_m": 99999}', pg_temp.numbered('request', 71))::jsonb ->> 'notice_id', null, 'persuaded');
select is(pg_temp.acted('team_a', 'stall', (select j from site_json) || '{"kind": "persuasion"}', pg_temp.numbered('request', 71))::jsonb ->> 'act_id', (select id::text from app.acts where site_id = pg_temp.the('site')), 'sent twice it was done once');
select is((select accuracy_m from app.acts where site_id = pg_temp.the('site')), null, 'a senseless accuracy is none');
select is(pg_temp.proposed('again'), '2', 'another case of the same stall goes on from there');
select is(pg_temp.acted('team_a', 'again', (select j from site_json) || '{"kind": "transfer", "deadline": null}'), 'skip_reason_needed', 'two rungs at once ask why');
select is(pg_temp.acted('team_a', 'again', (select j from site_json) || '{"kind": "letter", "notice": {"found": "店外摆摊"}}')::jsonb ->> 'label', '城管告字〔2026〕第0001号', 'a letter is numbered');
select is(pg_temp.proposed('stall'), '3', 'then an order');
create function pg_temp.ordered(which text, n int) returns text language sql as $$
	select pg_temp.acted('team_a', which, (select j from site_json) || jsonb_build_object('kind', 'order', 'deadline', '2026-10-02T00:00:00Z', 'notice', jsonb_build_object('found', '店外摆摊', 'addressee', pg_temp.sealed('name', n, '王')))) ::jsonb ->> 'label';
$$;
select is(pg_temp.ordered('stall', 31), '城管限改字〔2026〕第0001号', 'an order has numbers of its own');
select is(pg_temp.proposed('stall'), '4', 'and then others');
select is(pg_temp.acted('team_a', 'stall', (select j from site_json) || '{"kind": "transfer"}')::jsonb ? 'act_id', true, 'handed over');
select is(pg_temp.proposed('stall'), '4', 'there is no rung beyond');
update app.ladder_rules set period_days = 1 where subject = 'site';
select private.set_clock('2026-09-30 02:00:00Z');
select is(pg_temp.proposed('stall'), '1', 'what is long ago does not count: how long is data');
update app.ladder_rules set period_days = 180 where subject = 'site';
select private.set_clock('2026-09-28 03:00:00Z');
select is((select distinct e.actor_role || (e.after ? 'note') from app.event_log e where e.kind = 'act.recorded'), 'teamfalse', 'acts are in the log as ids') from (select 1) x where not exists (select from app.event_log e where e.kind = 'act.recorded' and e.actor_role <> 'team');
select is((select count(*)::int from app.event_log where kind = 'act.recorded'), (select count(*)::int from app.acts), 'each of them');
select throws_ok('update app.acts set kind = ''letter''', '42501', 'append_only', 'an act is not rewritten');
select throws_ok(format('insert into app.acts (case_id, kind, staff_id, unit_id, occurred_at, %s) values (pg_temp.the(''stall''), ''persuasion'', pg_temp.person(''team_a''), pg_temp.unit(''一中队''), now(), %s)', t.k, t.v), '23514', null, t.title) from (values
	('accuracy_m', '-1', 'an accuracy is a distance'), ('lng', '1', 'a place has two numbers'), ('skipped_from', '1', 'a skip has its reason'), ('site_id, vehicle_id', 'pg_temp.the(''site''), pg_temp.the(''vehicle'')', 'an act is done to one thing')) t (k, v, title);

-- ---- numbers without gaps ----
select is(private.next_notice_number('order', 2026), 2, 'the next is the next');
select is(private.next_notice_number('order', 2027), 1, 'each year begins anew');
update app.notice_sequences set last = 1 where kind = 'order' and year = 2026;
select is(pg_temp.ordered('stall', 32), '城管限改字〔2026〕第0002号', 'a refused one uses no number');
select is((select array_agg(n.number order by n.number) from app.notices n where n.kind = 'order'), '{1,2}', 'there is no gap');
select throws_ok('update app.notices set number = 1, kind = ''order''', '23505', null, 'nor a number twice');
select throws_ok('update app.notices set number = 0', '23514', null, 'numbers begin with one');
select throws_ok('delete from app.notices', '42501', 'append_only', 'none goes');
select throws_ok('update app.notices set site_id = null, addressee = null', '23514', null, 'a notice is to somebody');
select throws_ok('update app.notices set served_way = ''posted''', '23514', null, 'served is when, how and by whom');
select throws_ok('update app.notices set withdrawn_why = ''wrong_facts''', '23514', null, 'withdrawn is when, why and by whom');
select throws_ok('update app.notice_sequences set last = 0', '23514', null, 'a sequence begins with one');
select throws_ok('update app.ladder_rules set period_days = 0', '23514', null, 'no period is empty');
select throws_ok($$insert into app.ladder_rules values ('moon', 1)$$, '23514', null, 'the moon has no ladder');
select throws_ok($$insert into app.rungs values (0, 'x', 'x')$$, '23514', null, 'the lowest rung is the first');
select throws_ok($$insert into app.behaviours values ('0509', 'X', 'x', 'x', true, 1)$$, '23514', null, 'codes are plain words');
select throws_ok($$insert into app.notice_kinds values ('X', 'x', 'x', 'x', '{}', false, 1)$$, '23514', null, 'kinds of notices, too');
select throws_ok($$insert into app.sites (kind, name, geom) values ('stall', ' ', private.point(119, 32))$$, '23514', null, 'a site has a name');
select is((select name from app.service_ways where way = 'refused'), '拒收，留置送达', 'ways of service are data');

-- ---- served ----
insert into c select 'order', id from app.notices where label like '%限改%0001号';
create function pg_temp.served(who text, served jsonb, which text default 'order') returns text language sql as $$
	select pg_temp.tried(who, format('select api.serve_notice(%L, %L) ->> ''notice_id''', pg_temp.the(which), served));
$$;
select pg_temp.proven('team_a', pg_temp.the('stall'));
create temporary table photo as select e.id from app.evidence e where e.case_id = pg_temp.the('stall') limit 1;
select is(pg_temp.served(t.who, t.served::jsonb), t.code, t.title) from (values
	('team_b', '{"way": "in_person"}', 'not_found', 'another unit serves nothing'), ('closer', '{"way": "in_person"}', 'role_needed', 'nor does the desk'), ('two_coats', '{"way": "in_person"}', 'not_your_unit', 'nor who only sees it'),
	('team_a', '{"way": "by_pigeon"}', 'unknown_way', 'in a way there is'), ('team_a', '{"way": "posted"}', 'service_photo_needed', 'what is posted is shown'), ('team_a', '{"way": "posted", "photo": "x"}', 'bad_value', 'by a photo'),
	('team_a', '{"way": "posted", "photo": "00000000-0000-4000-8000-000000000001"}', 'photo_missing', 'of this case'), ('team_a', '{"way": "in_person", "served_at": "2026-09-27T00:00:00Z"}', 'served_before_issued', 'after it was issued'),
	('team_a', '{"way": "in_person", "served_at": "2027-09-27T00:00:00Z"}', 'time_in_the_future', 'and not yet to come')) t (who, served, code, title);
select is(pg_temp.served('team_a', jsonb_build_object('way', 'refused', 'photo', (select id from photo))), 'witness_needed', 'who refuses is seen refusing');
select is(pg_temp.served('team_a', jsonb_build_object('way', 'refused', 'photo', (select id from photo), 'witness', pg_temp.sealed('name', 33, '李'))), pg_temp.the('order')::text, 'by a witness');
select is(pg_temp.served('team_a', '{"way": "in_person"}'), 'notice_served', 'once');
select is((select after ->> 'served_way' from app.event_log where kind = 'notice.served'), 'refused', 'and in the log');
select is(pg_temp.revealed('team_a', 31, 'serve_notice'), 'name', 'the addressee''s name is opened for serving');
select is(pg_temp.revealed('team_b', 31, 'serve_notice'), 'not_your_unit', 'by that unit');
select is(pg_temp.revealed('registrar', 31, 'serve_notice'), 'role_needed', 'and not by everybody');

-- ---- withdrawn ----
create function pg_temp.withdrawn(who text, reason text, which text default 'order') returns text language sql as $$
	select pg_temp.tried(who, format('select api.withdraw_notice(%L, %L, ''记录'') ->> ''label''', pg_temp.the(which), reason));
$$;
select is(pg_temp.withdrawn(t.who, t.reason), t.code, t.title) from (values ('team_b', 'wrong_facts', 'not_found', 'another unit takes nothing back'), ('dispatcher', 'wrong_facts', 'role_needed', 'nor does the dispatcher'), ('team_a', null, 'reason_needed', 'it needs a reason'),
	('team_a', 'mood', 'unknown_reason', 'a known one'), ('office', 'wrong_facts', '城管限改字〔2026〕第0001号', 'the office may'), ('team_a', 'wrong_facts', 'notice_withdrawn', 'once')) t (who, reason, code, title);
select is(pg_temp.served('team_a', '{"way": "in_person"}'), 'notice_withdrawn', 'what is withdrawn is not served');
select is(pg_temp.ordered('stall', 34), '城管限改字〔2026〕第0003号', 'its number stays its own');

-- ---- the words ----
create function pg_temp.worded(who text, kind text, body text, based_on int default 1, title text default '告知信') returns text language sql as $$
	select pg_temp.tried(who, format('select api.set_notice_template(%L, %L, %L, %L) ->> ''version''', kind, title, body, based_on));
$$;
select is(pg_temp.worded(t.who, t.kind, t.body, t.based, t.title), t.code, t.what) from (values ('team_a', 'letter', 'x', 1, 'x', 'role_needed', 'a team does not write the law'), ('closer', 'letter', 'x', 1, 'x', 'role_needed', 'nor does the closer'),
	('office', 'poem', 'x', 1, 'x', 'unknown_kind', 'of kinds there are'), ('office', 'letter', 'x', 0, 'x', 'template_changed', 'on top of what it is'), ('office', 'letter', 'x', null, 'x', 'template_changed', 'known to them'), ('office', 'letter', ' ', 1, 'x', 'bad_text', 'with words'),
	('office', 'letter', 'x', 1, ' ', 'bad_text', 'and a title'), ('office', 'letter', '{{fine}}', 1, 'x', 'unknown_placeholder', 'no fine is filled in'), ('office', 'letter', repeat(e'x\n', 40), 1, 'x', 'template_too_long', 'on one page'),
	('office', 'letter', '{{addressee}}：请改。', 1, '告知信', '2', 'the office writes'), ('office', 'letter', 'x', 1, 'x', 'template_changed', 'one after another')) t (who, kind, body, based, title, code, what);
select is((select template_version from app.notices where kind = 'letter'), 1, 'what was issued keeps its words');
select throws_ok('update app.notice_templates set body = ''x''', '42501', 'append_only', 'a version is not rewritten');
select throws_ok(format('insert into app.notice_templates (kind, version, title, body) values (''letter'', %s, %L, %L)', t.v, t.title, t.body), '23514', null, t.what) from (values (0, 'x', 'x', 'versions count up'), (9, ' ', 'x', 'a title is words'), (9, 'x', ' ', 'a body, too')) t (v, title, body, what);

-- ---- who reads it ----
select is(pg_temp.tried(who, format('select api.case_enforcement(%L)', pg_temp.the('stall'))), 'not_found', who || ' reads nothing of it') from unnest(array['team_b', 'volunteer', 'data_officer', 'citizen', 'wall']) who;
select is(pg_temp.tried('team_a', format('select jsonb_array_length(api.case_enforcement(%L) -> ''acts'')::text', pg_temp.the('stall'))), '5', 'the unit reads its acts');
select is(pg_temp.tried('handler_a', format('select api.case_enforcement(%L) #>> ''{acts,0,person}''', pg_temp.the('stall'))), 'nothing', 'not by which colleague');
select is(pg_temp.tried('registrar', format('select api.case_enforcement(%L) #>> ''{acts,0,person}''', pg_temp.the('stall'))), 'name of team_a', 'the desk does');
select is(pg_temp.tried('team_a', format('select api.subject_history(site_id => %L) ->> ''name''', pg_temp.the('site'))), '老王烧饼', 'a site''s history is for who has one of its cases');
select is(pg_temp.tried('team_b', format('select api.subject_history(site_id => %L)', pg_temp.the('site'))), 'not_found', 'and for nobody else');
select is(pg_temp.tried('office', format('select jsonb_array_length(api.subject_history(vehicle_id => %L) -> ''cases'')::text', pg_temp.the('vehicle'))), '2', 'the desk reads a vehicle''s');
select is(pg_temp.tried('office', 'select api.subject_history()'), 'not_found', 'of something');
select is(pg_temp.tried('team_a', format('select api.notice(%L) ->> ''issued_by''', pg_temp.the('order'))), 'name of team_a', 'who issued a notice stands on it');
select is(pg_temp.tried('team_b', format('select api.notice(%L)', pg_temp.the('order'))), 'not_found', 'another unit does not read it');
insert into app.facilities (key, kind, name, geom, bays, bays_free) values ('full', 'wash_site', '满位', (select geom from app.cases where id = pg_temp.the('wash')), 4, 0), ('free', 'wash_site', '有位', private.point(119.457, 32.785), 4, 2);
select is(pg_temp.tried('team_a', format('select api.case_enforcement(%L) #>> ''{wash_site,name}''', pg_temp.the('wash'))), '有位', 'a car wash is told where there is room');
select is(pg_temp.tried('team_a', format('select api.case_enforcement(%L) ->> ''wash_site''', pg_temp.the('stall'))), 'nothing', 'a stall is not');

-- ---- another has gone on with it meanwhile ----
insert into c values ('raced', pg_temp.case_in('closed')), ('moved on', pg_temp.case_in('handling', 'a', '{"category": "0504"}'));
create temporary table as_it_stood as select c.id, private.case_state(c) as state from app.cases c where c.id = pg_temp.the('raced');
select is(pg_temp.acted('team_a', 'raced', '{"kind": "persuasion", "keep_if_late": "yes"}'), 'not_allowed_now', 'who does not say so adds nothing to a closed case');
select is(pg_temp.acted('team_b', 'raced', '{"kind": "persuasion", "keep_if_late": true}'), 'not_found', 'nor does a unit that never had it');
select is(pg_temp.acted('registrar', 'raced', '{"kind": "persuasion", "keep_if_late": true}'), 'role_needed', 'nor the desk');
select is(pg_temp.acted('team_a', 'waiting', '{"kind": "persuasion", "keep_if_late": true}'), 'not_allowed_now', 'what can still begin is not late');
select is(pg_temp.acted('team_a', 'raced', '{"kind": "letter", "keep_if_late": true, "occurred_at": "2026-09-28T02:30:00Z", "note": "摊主已答应", "notice": {"found": "占道洗车"}, "deadline": "2020-01-01T00:00:00Z"}', pg_temp.numbered('request', 81))::jsonb - 'act_id',
	'{"notice_id": null, "label": null, "late": true, "in_sight": true}', 'what was done at the kerb is kept, with no paper');
select is(pg_temp.acted('team_a', 'raced', '{"kind": "letter", "keep_if_late": true}', pg_temp.numbered('request', 81))::jsonb ->> 'late', 'true', 'sent twice it is kept once');
select is((select array_agg(a.late_status || ' ' || n.body) from app.acts a join app.notes n on n.id = a.note_id where a.case_id = pg_temp.the('raced')), array[e'closed 摊主已答应\n占道洗车'], 'beside what became of the case, with all its words');
select is((select private.case_state(c) from app.cases c where c.id = pg_temp.the('raced')), (select state from as_it_stood), 'and nothing of the case is overwritten');
select is(pg_temp.tried('closer', format('select api.case_enforcement(%L) #>> ''{acts,0,late_status}''', pg_temp.the('raced'))), 'closed', 'the desk sees that it came late');
select is(pg_temp.tried('team_a', format('select api.attach_evidence(%L, %L, ''after'', ''2026-09-28T01:30:00Z'') ->> ''counts_as_proof''', pg_temp.the('raced'), pg_temp.photo('taken before it was closed'))), 'false', 'a photo taken in time is not lost');
select is(pg_temp.tried('team_a', format('select api.attach_evidence(%L, %L, ''after'', %L)', pg_temp.the('raced'), pg_temp.photo('taken since'), private.clock())), 'case_not_open', 'one taken since is of no closed case');
select is(pg_temp.tried('team_b', format('select api.attach_evidence(%L, %L, ''after'', ''2026-09-28T01:30:00Z'')', pg_temp.the('raced'), pg_temp.photo('taken before it was closed'))), 'not_found', 'another unit''s is none at all');
select is((select c.proof from app.cases c where c.id = pg_temp.the('raced')), (select (state ->> 'proof')::uuid from as_it_stood), 'what the closure rests on stays');
-- Handed to another unit, which goes on with it.
update app.cases set unit_id = pg_temp.unit('二中队') where id = pg_temp.the('moved on');
select is(pg_temp.acted('team_a', 'moved on', '{"kind": "persuasion"}'), 'not_found', 'what has gone to another unit is out of sight');
select is(pg_temp.acted('team_a', 'moved on', '{"kind": "transfer", "keep_if_late": true}')::jsonb ->> 'in_sight', 'false', 'but what was done in it is kept');
select is((select late_status || (unit_id = pg_temp.unit('一中队'))::text || coalesce(skipped_from::text, ' not asked why') from app.acts where case_id = pg_temp.the('moved on')), 'handlingtrue not asked why', 'as the first unit''s');
select is(pg_temp.tried('team_b', format('select api.case_enforcement(%L) #>> ''{acts,0,unit}''', pg_temp.the('moved on'))), (select name from app.units where key = '一中队'), 'beside the second''s');
select is(pg_temp.acted('team_b', 'moved on', '{"kind": "persuasion", "keep_if_late": true}')::jsonb ->> 'late', 'false', 'which is not late');
select ok(exists (select from app.case_acts a where a.case_id = pg_temp.the('moved on') and a.act = 'handled_it' and a.staff_id = pg_temp.person('team_b')), 'who acts has handled it, and verifies nothing of it');

-- ---- words that say too much ----
select is(private.holds_contact(t.body), t.holds, t.body) from (values ('电话13812345678', true), ('138 1234-5678找我', true), ('１３８１２３４５６７８', true), ('+86 13812345678', true), ('0523-83211234', true), ('身份证321281199001011234', true), ('32128119900101123X', true),
	('金桥路138号', false), ('案件E0551202609280001', false), ('2026-09-28 12:30', false), ('长12345678901米', false), (null, false)) t (body, holds);
select is(pg_temp.acted('team_a', 'stall', jsonb_build_object('kind', 'persuasion', 'note', '联系 13812345678')), 'contact_in_text', 'a phone number does not stay readable in a note');
select is(pg_temp.acted('team_a', 'stall', jsonb_build_object('kind', 'letter', 'skip_reason', 'instructed', 'notice', jsonb_build_object('found', '店主 138 1234 5678'))), 'contact_in_text', 'nor on a paper');
select is(pg_temp.linked('team_a', 'stall', '{"site": {"kind": "stall", "name": "老李 13812345678"}}'), 'contact_in_text', 'nor in a sign''s name');

-- ---- what is another unit's ----
insert into app.sites (id, kind, name, geom) values (pg_temp.numbered('site', 8), 'shop', '远处的店', private.point(119.50, 32.80));
select is(pg_temp.linked('team_a', 'stall', jsonb_build_object('site_id', pg_temp.numbered('site', 8))), 'unknown_subject', 'a unit does not name a site far away, and so reads its history');
select is(pg_temp.linked('team_a', 'stall', jsonb_build_object('vehicle_id', pg_temp.the('vehicle'))), 'unknown_subject', 'nor a vehicle it never had before it');
select is(pg_temp.linked('team_b', 'taxi again', jsonb_build_object('vehicle_id', pg_temp.the('vehicle')))::jsonb ->> 'known', 'true', 'one of its own cases it does');
select is(pg_temp.linked('dispatcher', 'stall', jsonb_build_object('site_id', pg_temp.numbered('site', 8)))::jsonb ->> 'known', 'true', 'the desk names any');
select is(pg_temp.tried('team_a', format('select api.unlink_case(%L) ->> ''case_id''', (select id from app.case_links where site_id = pg_temp.numbered('site', 8)))), pg_temp.the('stall')::text, 'whose case it is takes a wrong one back');

-- ---- found again ----
create function pg_temp.listed(who text, args text) returns text language sql as $$ select pg_temp.tried(who, format('select (select string_agg(x ->> ''name'', '' '' order by x ->> ''name'') from jsonb_array_elements(api.subjects(%s) -> ''subjects'') x)', args)); $$;
select is(pg_temp.listed(t.who, t.args), t.names, t.title) from (values ('team_a', '''site''', '老王烧饼', 'a unit lists the sites of its cases'), ('team_b', '''site''', 'nothing', 'and no other''s'), ('office', '''site''', '老王烧饼', 'the desk all of them'),
	('team_b', '''vehicle''', '电动三轮车', 'vehicles as well'), ('team_a', '''vehicle''', 'nothing', 'of its own'), ('office', '''site'', ''烧饼''', '老王烧饼', 'by their sign'), ('office', '''site'', ''%''', 'nothing', 'word for word'),
	('office', '''site'', null, 50, 1', 'nothing', 'page by page'), ('office', '''moon''', 'unknown_kind', 'there are two kinds'), ('citizen', '''site''', 'role_needed', 'it is not for the public')) t (who, args, names, title);
select is(pg_temp.tried('office', 'select api.subjects(''site'') #>> ''{subjects,0,cases}'''), '2', 'with how many cases');
create function pg_temp.sought(who text, mark text) returns text language sql as $$ select pg_temp.tried(who, format('select api.find_vehicle(%L) ->> ''vehicle_id''', mark)); $$;
select is(pg_temp.sought(t.who, t.mark), t.answer, t.title) from (values ('registrar', md5('苏K12345'), pg_temp.the('vehicle')::text, 'a plate finds its vehicle'), ('team_b', md5('苏K12345'), pg_temp.the('vehicle')::text, 'for the unit that has it'),
	('team_a', md5('苏K12345'), 'nothing', 'and not for another'), ('registrar', md5('苏K00000'), 'nothing', 'none finds none'), ('dispatcher', md5('苏K12345'), 'role_needed', 'by right only'), ('inspector_city', md5('苏K12345'), 'role_needed', 'of those who need plates'), ('registrar', '苏K12345', 'bad_particular', 'and never readable')) t (who, mark, answer, title);
select is((select array_agg((e.after ->> 'vehicle_id' is not null) || e.actor_role order by e.recorded_at, e.after ->> 'vehicle_id' is null, e.actor_role) from app.event_log e where e.kind = 'particular.sought'), '{trueregistrar,trueteam,falseregistrar,falseteam}', 'who looked is written down');

-- ---- an old photo ----
select is(pg_temp.tried('team_a', format('select api.attach_evidence(%L, %L, ''after'', ''2026-01-01T00:00:00Z'', 119.4571, 32.7911, 5) ->> ''why_not''', pg_temp.the('stall'), pg_temp.photo('long ago'))), 'taken_before_handling', 'a photo of long ago is kept with its time and proves nothing');
select is(pg_temp.tried('team_a', format('select api.attach_evidence(%L, %L, ''after'', ''2027-01-01T00:00:00Z'')', pg_temp.the('stall'), pg_temp.photo('to come'))), 'time_in_the_future', 'one of the future is refused');


set constraints all immediate; set constraints all deferred;
select is(private.replay_differences() -> 'differences', '[]', 'reports and cases still replay');

---- What the tables refuse, whoever writes ----
select pg_temp.refuses('particular_rules', '{"subject": "report", "kind": "name", "purpose": "试", "purpose_en": "Tried", "roles": ["registrar"], "retention": "tried", "keep_days": 30}', t.guard, t.bad) from (values
	('particular_rules_subject_check', '{"subject": "dog"}'::jsonb),
	('particular_rules_keep_days_check', '{"keep_days": 0}'::jsonb),
	('particular_rules_keep_days_check', '{"keep_days": 3651}'::jsonb)) t (guard, bad);
select pg_temp.refuses('particulars', '{"id": "00000000-0000-4000-8000-000000000001", "kind": "phone", "purpose": "试", "keep_until": "2026-09-28T02:00:00Z", "report_id": "00000000-0000-4000-8000-000000000002", "erased_at": "2026-09-28T02:00:00Z", "erased_why": "asked"}', t.guard, t.bad) from (values
	('particulars_erased_why_check', '{"erased_why": "bored"}'::jsonb)) t (guard, bad);

-- ---- one call, two reports ----
insert into c select 'call', pg_temp.report('a');
select private.keep_particular('report', pg_temp.the('call'), pg_temp.sealed('phone', 70, '136'));
update app.reports set caller_mark = md5('136') where id = pg_temp.the('call');
select pg_temp.tried('registrar', format('select api.split_report(%L, %L, ''0551'', ''第二件事'')', pg_temp.the('call'), pg_temp.numbered('part', 1)));
insert into c select 'part', pg_temp.filed(pg_temp.numbered('part', 1));
insert into app.case_acts values (pg_temp.the('part'), pg_temp.person('registrar'), 'handled_it');
select is(pg_temp.revealed('registrar', 70), 'handles_the_case', 'who handles what was split from a report is not shown its reporter');
delete from app.case_acts where staff_id = pg_temp.person('registrar');
select private.reseal_particular(pg_temp.sealed('phone', 70, '136 under another key'));
select is((select array_agg(r.caller_mark) from app.reports r where r.id in (pg_temp.the('call'), pg_temp.numbered('part', 1))), array_fill(md5('136 under another key'), array[2]), 'a caller stays the same one under another key');
select is(pg_temp.tried('data_officer', format('select api.erase_particular(%L, ''asked'') ->> ''erased''', pg_temp.numbered('particular', 70))), 'true', 'and erased');
select is_empty(format('select 1 from app.reports r where r.caller_mark is not null and r.id in (%L, %L)', pg_temp.the('call'), pg_temp.numbered('part', 1)), 'leaves no fingerprint, not on the other part either');

-- ---- a note that the unit reads holds no number of whoever reported ----
insert into c select 'told', pg_temp.report('a');
select is(pg_temp.tried('registrar', format('select api.decide_report(%L, ''file'', note => ''上报人 138 1234 5678，请先联系'')', pg_temp.the('told'))), 'contact_in_text', 'not when it is filed');
insert into c select 'told case', pg_temp.filed(pg_temp.the('told'));
select is(pg_temp.tried('dispatcher', format('select api.move_case(%L, ''dispatch'', note => ''请联系 13812345678'')', pg_temp.the('told case'))), 'contact_in_text', 'nor when it is dispatched');
select is(pg_temp.tried('dispatcher', format('select api.correct_place(%L, 119.455, 32.79, ''asked'', note => ''13812345678 说在路口'')', pg_temp.the('told case'))), 'contact_in_text', 'nor when its place is put right');

-- ---- a unit that lost a case long ago ----
insert into c select 'lost', pg_temp.case_in('dispatched', 'a');
select pg_temp.moved('maker_dispatcher', pg_temp.the('lost'), 'redispatch', jsonb_build_object('unit_id', pg_temp.unit('二中队')), 'wrong_unit');
create function pg_temp.adds(label text) returns text language sql as $$
	select pg_temp.tried('team_a', format('select api.attach_evidence(%L, %L, ''after'', private.clock(), 119.451, 32.7885) ->> ''evidence_id''', pg_temp.the('lost'), pg_temp.photo(label)));
$$;
select private.set_clock(private.clock() + interval '6 days');
select matches(pg_temp.adds('a weekend without a signal'), '^[0-9a-f-]{36}$', 'what a phone without a signal kept may still be added to it');
select private.set_clock(private.clock() + interval '2 days');
select is(pg_temp.adds('later'), 'not_found', 'a week later no more');
select is(pg_temp.tried('team_a', format('select api.record_act(%L, ''{"kind": "transfer", "keep_if_late": true}'')', pg_temp.the('lost'))), 'not_found', 'nor is anything said to have been done in it');

select * from finish();
rollback;
