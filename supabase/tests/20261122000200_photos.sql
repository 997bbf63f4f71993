begin;
select no_plan();
\ir district.psql

create temporary table a_case as select pg_temp.case_in('dispatched')::uuid as id;
create temporary table pictures (name text primary key, sha text not null);
grant select on pictures to public;
insert into pictures select n, pg_temp.photo(n) from unnest(array['one', 'two', 'three', 'loose']) n;
insert into app.evidence (case_id, sha256, role, recorded_at) select (select id from a_case), p.sha, 'near', private.clock() + o.n * interval '1 second' from (values (1, 'one'), (2, 'two'), (3, 'three')) o (n, name) join pictures p using (name);
create function pg_temp.sha(name text) returns text language sql stable as $$ select p.sha from pg_temp.pictures p where p.name = sha.name; $$;
create function pg_temp.judged(who text, name text, verdict text, covers text default '[]', revision int default 0) returns text language sql as $$
	select pg_temp.tried(who, format('select api.judge_photo(%L, %L, %L, %s)', pg_temp.sha(name), verdict, covers, coalesce(revision::text, 'null')));
$$;
create function pg_temp.public_id(name text) returns text language sql as $$ select p.public_id::text from app.photos p where p.sha256 = pg_temp.sha(name); $$;

-- ---- what waits ----
create function pg_temp.waits(after text default null) returns text[] language sql as $$
	select array(select p.name from jsonb_array_elements(pg_temp.tried('registrar', format('select api.photos_to_judge(10, %L)', after))::jsonb -> 'photos') with ordinality w (photo, n)
		join pg_temp.pictures p on p.sha = w.photo ->> 'sha256' order by w.n);
$$;
select is(pg_temp.waits(), array['one', 'two', 'three'], 'photos of cases wait, oldest first; what no case names does not');
select is(pg_temp.waits(pg_temp.sha('one')), array['two', 'three'], 'page by page');
select is(pg_temp.waits(repeat('0', 64)), array['one', 'two', 'three'], 'after one that is judged by now from the start');

-- ---- a judgement ----
select is(pg_temp.judged('team_a', 'one', 'cleared'), 'role_needed', 'who handles does not clear');
select is(pg_temp.judged('office', 'one', 'cleared'), 'role_needed', 'nor does the office');
select is(pg_temp.judged('registrar', 'one', 'public'), 'unknown_verdict', 'covered, cleared, withheld or open again');
select is(pg_temp.judged('registrar', 'one', 'covered'), 'covers_needed', 'covered is covered with something');
select is(pg_temp.judged('registrar', 'one', 'covered', t.covers), 'bad_covers', t.title) from (values
	('{}', 'covers are a list'), ('[{"x": "left"}]', 'of boxes'), ('[{"x": 0, "y": 0, "w": 0, "h": 0.1}]', 'with a width'), ('[{"x": 0, "y": 0, "w": 0.1}]', 'and a height'),
	('[{"x": -0.1, "y": 0, "w": 0.2, "h": 0.1}]', 'within the picture'), ('[{"x": 0.9, "y": 0, "w": 0.2, "h": 0.1}]', 'on every side'), ('[{"x": 0, "y": 0.95, "w": 0.2, "h": 0.1}]', 'below, too')) t (covers, title);
select is(pg_temp.judged('registrar', 'one', 'covered', (select jsonb_agg('{"x": 0, "y": 0, "w": 0.1, "h": 0.1}'::jsonb)::text from generate_series(1, 61))), 'bad_covers', 'sixty at most');
select is(pg_temp.judged('registrar', 'loose', 'cleared'), 'not_found', 'what is no case''s evidence is nobody''s to publish');
select is(pg_temp.public_id('one'), null, 'none of that published it');
select is((pg_temp.judged('registrar', 'one', 'covered', '[{"x": 0.1, "y": 0.2, "w": 0.30004, "h": 0.1}]')::jsonb) - 'public_id', '{"state": "covered", "revision": 1}', 'covered');
select is((select covers from app.photos where sha256 = pg_temp.sha('one')), '[{"x": 0.1, "y": 0.2, "w": 0.3, "h": 0.1}]', 'with what was drawn');
select is(pg_temp.waits(), array['two', 'three'], 'it waits no more');
create temporary table first_address as select pg_temp.public_id('one') as id;
select is(api.public_photo((select id from first_address)) ->> 'sha256', pg_temp.sha('one'), 'it has an address');
select is(pg_temp.judged('closer', 'one', 'cleared'), 'judged_meanwhile', 'whoever looked at an older state is told');
select is(pg_temp.judged('closer', 'one', 'cleared', '[]', null), 'judged_meanwhile', 'or at none');
select is(pg_temp.judged('closer', 'one', 'cleared', '[{"x": 0.1, "y": 0.2, "w": 0.3, "h": 0.1}]', 1)::jsonb ->> 'state', 'cleared', 'covers can be taken away later');
select is((select covers from app.photos where sha256 = pg_temp.sha('one')), '[]', 'cleared is without covers');
select throws_ok(format('select api.public_photo(%L)', (select id from first_address)), 'PT404', 'not_found', 'and the old address is dead');
select is(api.public_photo(pg_temp.public_id('one')) ->> 'revision', '2', 'the new one lives');
select is(pg_temp.judged('data_officer', 'one', 'withheld', '[]', 2)::jsonb ->> 'public_id', null, 'withheld again it has none');
select is(pg_temp.waits(), array['two', 'three'], 'and has been judged');
select is(pg_temp.judged('dispatcher', 'one', 'reopened', '[]', 3)::jsonb ->> 'state', 'withheld', 'a judgement taken back');
select is(pg_temp.waits(), array['one', 'two', 'three'], 'waits again');
select is((select array_agg(j.state order by j.revision) from app.photo_judgements j where j.sha256 = pg_temp.sha('one')), array['covered', 'cleared', 'withheld', 'reopened'], 'all of it is kept');
select is(pg_temp.tried('registrar', format('select api.photo_judgement(%L) #>> ''{history,0,by}''', pg_temp.sha('one'))), 'name of dispatcher', 'with names, for colleagues');
select is(pg_temp.tried('registrar', format('select api.photo_judgement(%L)', pg_temp.sha('loose'))), 'not_found', 'of what is a case''s');
select is((select count(*)::int from app.event_log where kind = 'case.photo' and case_id = (select id from a_case)), 4, 'and in the log');
set constraints all immediate; set constraints all deferred;
select is(private.replay_differences() -> 'differences', '[]', 'which still replays');
select throws_ok($$update app.photo_judgements set state = 'cleared'$$, '42501', 'append_only', 'a judgement is not rewritten');
select throws_ok($$delete from app.photo_judgements$$, '42501', 'append_only', 'nor deleted');
select throws_ok($$insert into app.photo_judgements (sha256, revision, state, covers, staff_id) select sha, 9, 'public', '[]', pg_temp.person('closer') from pictures limit 1$$, '23514', null, 'a judgement is one of four');
select throws_ok($$update app.photos set public_id = gen_random_uuid(), state = 'cleared', judged_at = null$$, '23514', null, 'nothing is public that nobody judged');
select throws_ok($$update app.photos set public_id = gen_random_uuid(), state = 'withheld', judged_at = now()$$, '23514', null, 'nor what is withheld');
select throws_ok($$update app.photos set covers = '{}'$$, '23514', null, 'covers are a list');
select throws_ok($$update app.photos set revision = -1$$, '23514', null, 'revisions count up');

-- ---- what makes no picture ----
select is(api.note_unreadable(pg_temp.sha('three'), 'photo_too_heavy') ->> 'noted', 'true', 'that no picture could be made is noted');
select is(api.note_unreadable(pg_temp.sha('three'), 'photo_unreadable') ->> 'noted', 'false', 'once');
select throws_ok(format('select api.note_unreadable(%L, ''ugly'')', pg_temp.sha('three')), 'PT422', 'unknown_kind', 'for one of two reasons');
select is(pg_temp.judged('closer', 'three', 'cleared'), 'not_allowed_now', 'what nobody can look at is not cleared');
select is(pg_temp.judged('closer', 'three', 'withheld')::jsonb ->> 'state', 'withheld', 'but may be put aside');
select throws_ok($$update app.photos set unreadable = 'ugly'$$, '23514', null, 'and no other word is kept');
select is(api.photos_known(array[pg_temp.sha('one'), repeat('0', 64)]) -> 'known', jsonb_build_array(pg_temp.sha('one')), 'which photos have come can be asked');

-- ---- the case goes ----
select is(pg_temp.judged('closer', 'two', 'cleared')::jsonb ->> 'state', 'cleared', 'a clear one');
update app.cases set status = 'voided' where id = (select id from a_case);
select throws_ok(format('select api.public_photo(%L)', pg_temp.public_id('two')), 'PT404', 'not_found', 'of a voided case nothing is shown');
select throws_ok(format('select api.public_photo(%L)', t), 'PT404', 'not_found', 'nor under ' || coalesce(t, 'null')) from unnest(array['x', '', null, '00000000-0000-0000-0000-000000000000']) t;
select is(pg_temp.waits(), array[]::text[], 'and nothing of it waits');

-- ---- history ----
insert into pictures values ('past', pg_temp.photo('past'));
select api.import_history('{"id": "00000000-0000-7000-8000-00000000b001", "source": "photos", "source_key": "photos", "datum": "wgs84"}', jsonb_build_array(
	jsonb_build_object('key', '1', 'category', '0501', 'lng', 119.4583, 'lat', 32.7902, 'status', 'closed', 'opened_at', '2025-05-05T02:00:00Z', 'closed_at', '2025-05-06T02:00:00Z', 'unit', '一中队',
		'photos', jsonb_build_array(jsonb_build_object('sha256', pg_temp.sha('past'), 'role', 'near')))));
select is((select count(*)::int from app.evidence e where e.sha256 = pg_temp.sha('past') and e.case_id is not null), 1, 'a photo of a past case is the case''s evidence, too');
select is(pg_temp.waits(), array['past'], 'and waits to be judged like any other');

-- ---- a hash learnt elsewhere ----
select private.set_clock(private.clock() + interval '1 minute');
create function pg_temp.named(who text, n int, name text) returns text language sql as $$
	select pg_temp.tried(who, format('select api.submit_staff_report(%L, %L, %L, %L) ->> ''created''', jsonb_build_object('id', pg_temp.numbered('hash', n), 'category', '0504', 'lng', 119.4583, 'lat', 32.7901,
		'photos', jsonb_build_array(jsonb_build_object('sha256', pg_temp.sha(name), 'role', 'near'))), encode(sha256(convert_to('h' || n, 'UTF8')), 'hex'), repeat('2', 64), repeat('3', 64)));
$$;
create function pg_temp.opened(who text, name text) returns text language sql as $$ select pg_temp.tried(who, format('select api.photo_access(%L) ->> ''bucket''', pg_temp.sha(name))); $$;
select is(pg_temp.opened('volunteer', 'three'), 'not_found', 'somebody else''s photo is not a volunteer''s to see');
select is(pg_temp.named('volunteer', 1, 'three'), 'true', 'whoever names it in a report of their own');
select is(pg_temp.opened('volunteer', 'three'), 'not_found', 'still does not see it');
select is(pg_temp.opened('registrar', 'three'), 'derivatives', 'the desk does');
create temporary table handling_case as select pg_temp.case_in('handling', 'b')::uuid as id;
grant select on handling_case to public;
select is(pg_temp.tried('team_b', format('select api.attach_evidence((select id from pg_temp.handling_case), %L, ''before'', null, null, null, null) ->> ''counts_as_proof''', pg_temp.sha('three'))), 'false', 'nor does who names it as evidence');
select is(pg_temp.opened('team_b', 'three'), 'not_found', 'in a case of theirs');
insert into pictures values ('mine', pg_temp.photo('mine'));
select is(pg_temp.named('volunteer', 2, 'mine'), 'true', 'a photo that they were the first to name');
select is(pg_temp.opened('volunteer', 'mine'), 'derivatives', 'they see');

-- ---- photos against the log ----
set constraints all immediate; set constraints all deferred;
select is(api.photo_differences() -> 'differences', '[]', 'photos are what the log says of them');
update app.photos set state = 'cleared', public_id = gen_random_uuid() where sha256 = pg_temp.sha('past') and judged_at is not null;
update app.photos set state = 'cleared', judged_at = now(), public_id = gen_random_uuid() where sha256 = pg_temp.sha('past');
select is(api.photo_differences() #>> '{differences,0,id}', pg_temp.sha('past'), 'one that was published behind its back is named');
update app.photos set state = 'withheld', judged_at = null, public_id = null where sha256 = pg_temp.sha('past');

-- ---- what nobody names ----
select is(api.orphan_photos(private.clock() + interval '1 second') -> 'photos', jsonb_build_array(pg_temp.sha('loose')), 'a photo that came and was never named');
select is(api.orphan_photos(private.clock() - interval '1 day') -> 'photos', '[]', 'has its time');
select is(api.forget_photo(pg_temp.sha('one')) ->> 'forgotten', 'false', 'evidence is not forgotten');
select is(api.forget_photo(pg_temp.sha('loose')) ->> 'forgotten', 'true', 'what nobody names is');
select is(api.forget_photo(pg_temp.sha('loose')) ->> 'forgotten', 'false', 'once');

select * from finish();
rollback;
