begin;
select no_plan();
\ir district.psql

create function pg_temp.row_of(report_id uuid) returns app.reports language sql as $$ select r from app.reports r where r.id = report_id; $$;
create function pg_temp.decided_by(who text, report_id uuid, decision text, case_id uuid default null, reason text default null, despite boolean default false, category text default null)
returns text language plpgsql as $$
begin
	return pg_temp.tried(who, format('select api.decide_report(%L, %L, %L, %L, %L, null, null, null, %L) ->> ''status''', report_id, decision, case_id, category, reason, despite));
end $$;
create function pg_temp.later(by interval) returns void language sql as $$ select private.set_clock(private.clock() + by); $$;
create function pg_temp.kinds(report_id uuid) returns text[] language sql as $$
	select array_agg(e.kind order by e.recorded_at, e.kind) from app.event_log e where e.report_id = kinds.report_id;
$$;

-- ---- undo ----
create temporary table mistake as select pg_temp.report('a', '{"category": "0504"}') as id;
select is(pg_temp.decided_by('registrar', (select id from mistake), 'file', category => '0501'), 'filed', 'a registrar files, under another category');
create temporary table mistaken_case as select pg_temp.case_of(id) as id from mistake;
select pg_temp.later('20 seconds');
select is(pg_temp.tried('maker_registrar', format('select api.undo_decision(%L)', (select id from mistake))), 'not_your_decision', 'a colleague does not take it back');
select is(pg_temp.tried('team_a', format('select api.undo_decision(%L)', (select id from mistake))), 'not_found', 'nor somebody who does not see it');
select ok((pg_temp.tried('registrar', format('select api.report_detail(%L) ->> ''undo_until''', (select id from mistake)))) <> 'nothing', 'until when it can be taken back is said');
select is(pg_temp.tried('maker_registrar', format('select api.report_detail(%L) ->> ''undo_until''', (select id from mistake))), 'nothing', 'to the one who decided');
select is(pg_temp.tried('registrar', format('select api.undo_decision(%L, %L) ->> ''status''', (select id from mistake), pg_temp.numbered('undo', 1))), 'received', 'who decided takes it back within a minute');
select is((select array[r.category, r.case_id::text] from app.reports r where r.id = (select id from mistake)), array['0504', null], 'the report is as it was');
select is((select array[c.status, e.reason_code] from app.cases c join app.event_log e on e.case_id = c.id and e.kind = 'case.voided' where c.id = (select id from mistaken_case)),
	array['voided', 'filed_by_mistake'], 'its case is voided as filed by mistake');
select is(pg_temp.kinds((select id from mistake)), array['report.filed', 'report.received', 'report.undone'], 'the log keeps both');
select is(pg_temp.tried('registrar', format('select api.undo_decision(%L, %L) ->> ''status''', (select id from mistake), pg_temp.numbered('undo', 1))), 'received', 'sent again it is done once');
select is(pg_temp.tried('registrar', format('select api.undo_decision(%L)', (select id from mistake))), 'nothing_to_undo', 'and not twice');
set constraints all immediate;
set constraints all deferred;
select is(private.number_differences()::text, '{"facts": 0, "counters": 0}', 'no number counts it');
select is(coalesce((select sum(n) from app.day_counters where measure = 'filed'), 0)::int, 0, 'nor as filed');
select is((private.replay_differences() -> 'differences')::text, '[]', 'the log folds to the tables');
select is((select array_agg(t ->> 'kind') from jsonb_array_elements(private.follow_answer(pg_temp.row_of((select id from mistake))) -> 'timeline') t), array['report.received'],
	'its reporter is not told of what was taken back');

select is(pg_temp.decided_by('registrar', (select id from mistake), 'decline', reason => 'nonsense'), 'declined', 'decided again');
select pg_temp.later('61 seconds');
select is(pg_temp.tried('registrar', format('select api.undo_decision(%L)', (select id from mistake))), 'undo_too_late', 'after a minute it stands');
select is((private.follow_answer(pg_temp.row_of((select id from mistake))) #>> '{reason,name_en}'), 'Not a real report', 'and its reporter is told why');

create temporary table moved_on as select pg_temp.report('a') as id;
select pg_temp.decided_by('registrar', (select id from moved_on), 'file');
select pg_temp.later('5 seconds');
select pg_temp.moved('dispatcher', pg_temp.case_of((select id from moved_on)), 'dispatch');
select is(pg_temp.tried('registrar', format('select api.undo_decision(%L)', (select id from moved_on))), 'case_moved_on', 'a case that was dispatched meanwhile is not taken back');

create temporary table joined as select pg_temp.report('a', '{"category": "0509"}') as first, pg_temp.report('a', '{"category": "0509"}') as second;
select pg_temp.decided_by('registrar', (select first from joined), 'file');
select pg_temp.decided_by('registrar', (select second from joined), 'merge', pg_temp.case_of((select first from joined)));
select is(pg_temp.tried('registrar', format('select api.undo_decision(%L)', (select first from joined))), 'case_moved_on', 'nor one that gathered another report');
select is(pg_temp.tried('registrar', format('select api.undo_decision(%L) ->> ''status''', (select second from joined))), 'received', 'the other report is taken out first');
select is(pg_temp.tried('registrar', format('select api.undo_decision(%L) ->> ''status''', (select first from joined))), 'received', 'then it is');

create temporary table checked as select pg_temp.report('a', '{"proof": "none"}') as id;
select is(pg_temp.decided_by('inspector_a', (select id from checked), 'decline', reason => 'nonsense'), 'declined', 'an inspector decides on site');
select is(pg_temp.tried('inspector_a', format('select api.undo_decision(%L) ->> ''status''', (select id from checked))), 'to_verify', 'and takes it back, to what it was');

-- ---- out of a case again ----
create temporary table merged as select pg_temp.case_in('dispatched', 'a', '{"category": "0509"}')::uuid as case_id,
	pg_temp.report('a', jsonb_build_object('photos', jsonb_build_array(jsonb_build_object('sha256', pg_temp.photo('merged by mistake'), 'role', 'near')))) as id;
select pg_temp.decided_by('registrar', (select id from merged), 'merge', (select case_id from merged));
create function pg_temp.photos_shown() returns int language sql as $$ select jsonb_array_length(private.photos_of(null, (select case_id from merged))); $$;
select is(pg_temp.photos_shown(), 1, 'a merged report brings its photo');
select pg_temp.later('1 hour');
select is(pg_temp.tried('dispatcher', format('select api.unmerge_report(%L, ''another_matter'')', (select id from merged))), 'role_needed', 'a registrar takes it out again');
select is(pg_temp.tried('registrar', format('select api.unmerge_report(%L, null)', (select id from merged))), 'reason_needed', 'with a reason');
select is(pg_temp.tried('registrar', format('select api.unmerge_report(%L, ''nonsense'')', (select id from merged))), 'unknown_reason', 'that there is');
select is(pg_temp.tried('registrar', format('select api.report_detail(%L) #>> ''{unmerge,reasons,0,code}''', (select id from merged))), 'another_matter', 'which its page offers');
select is(pg_temp.tried('registrar', format('select api.unmerge_report(%L, ''another_matter'', ''看错了'') ->> ''status''', (select id from merged))), 'received', 'then it waits for a decision again');
select pg_temp.later('1 second');
select is(pg_temp.photos_shown(), 0, 'its photo is no longer the case''s');
select is((select count(*)::int from app.evidence e where e.case_id = (select case_id from merged)), 1, 'and kept');
select is((select array[e.reason_code, n.body] from app.event_log e join app.notes n on n.id = e.note_id where e.kind = 'report.unmerged'), array['another_matter', '看错了'], 'the log says why');
select pg_temp.decided_by('registrar', (select id from merged), 'merge', (select case_id from merged));
select is(pg_temp.photos_shown(), 1, 'merged once more it brings the photo back');
select is((select count(*)::int from app.event_log e where e.kind in ('case.evidence_withdrawn', 'case.evidence_restored')), 2, 'each step in the log');
select is(pg_temp.tried('registrar', format('select api.unmerge_report(%L, ''another_matter'')', (select first from joined))), 'not_allowed_now', 'what was not merged is not taken out');
update app.cases set status = 'voided' where id = (select case_id from merged);
select is(pg_temp.tried('registrar', format('select api.unmerge_report(%L, ''another_matter'')', (select id from merged))), 'case_not_open', 'nor out of a case that is over');

-- ---- split ----
create temporary table twofold as select pg_temp.report('a', jsonb_build_object('category', '0504', 'description', '店外摆桌,还有人洗车', 'photos', jsonb_build_array(
	jsonb_build_object('sha256', pg_temp.photo('two matters'), 'role', 'near')))) as id;
create function pg_temp.split(who text, n int, category text, words text) returns text language sql as $$
	select pg_temp.tried(who, format('select api.split_report(%L, %L, %L, %L, %L) ->> ''status''', (select id from twofold), pg_temp.numbered('split', n), category, words, pg_temp.numbered('split request', n)));
$$;
select is(pg_temp.split('dispatcher', 1, '0551', '洗车'), 'role_needed', 'a registrar splits');
select is(pg_temp.split('registrar', 1, '05', '洗车'), 'unknown_category', 'under a category');
select is(pg_temp.split('registrar', 1, '0551', ' '), 'words_needed', 'in words of its own');
select is(pg_temp.split('registrar', 1, '0551', '路边洗车'), 'received', 'the second matter waits as a report of its own');
select is(pg_temp.split('registrar', 1, '0551', '路边洗车'), 'received', 'once, however often it is sent');
select is((select array_agg(r.description) from app.reports r where r.split_from = (select id from twofold)), array['路边洗车'], 'linked to the first');
select is((select (n.source, n.street_id, n.area_id, n.observed_at) = (o.source, o.street_id, o.area_id, o.observed_at) from app.reports n join app.reports o on o.id = n.split_from), true, 'from the same source, place and time');
select is((select array_agg(e.sha256) from app.evidence e where e.report_id = pg_temp.numbered('split', 1)), array[pg_temp.photo('two matters')], 'with its photos');
select is((select e.after ->> 'split_from' from app.event_log e where e.kind = 'report.split'), (select id::text from twofold), 'the log says from what');
select is(pg_temp.tried('registrar', format('select api.report_detail(%L) #>> ''{splits,0,id}''', (select id from twofold))), pg_temp.numbered('split', 1)::text, 'the first one names the second');
select is(pg_temp.tried('registrar', format('select api.split_report(%L, %L, ''0551'', ''x'')', (select id from twofold), (select id from mistake))), 'id_taken', 'no report is overwritten');
select pg_temp.decided_by('registrar', pg_temp.numbered('split', 1), 'decline', reason => 'nonsense');
select throws_ok($$delete from app.reports where id = pg_temp.numbered('split', 1)$$, '42501', null, 'no report is ever deleted');

-- ---- leases ----
create temporary table shared as select pg_temp.report('a') as id, pg_temp.report('b') as other;
create function pg_temp.opened(who text, report_id uuid, left_report uuid default null) returns text language sql as $$
	select pg_temp.tried(who, format('select string_agg(coalesce(l ->> ''by'', ''somebody'') || case when (l ->> ''is_mine'')::boolean then '' (me)'' else '''' end, '', '') from jsonb_array_elements(api.keep_leases(%L, %L) -> ''leases'') l', report_id, left_report));
$$;
select is(pg_temp.opened('registrar', (select id from shared)), 'name of registrar (me)', 'who opens a report holds it');
select is(pg_temp.opened('maker_registrar', (select id from shared)), 'name of registrar', 'a colleague who opens it learns who does');
select is(pg_temp.opened('dispatcher', (select other from shared)), 'name of registrar', 'who decides nothing holds nothing');
select is(pg_temp.opened('inspector_a', null), 'somebody', 'an inspector learns that somebody does, and not who');
select is(pg_temp.opened('inspector_b', null), 'nothing', 'of what waits in their own area');
select is(pg_temp.opened('team_a', (select id from shared)), 'nothing', 'units see none');
select is(pg_temp.opened('citizen', null), 'nothing', 'nor citizens');
select is(pg_temp.tried('nobody', 'select api.keep_leases()'), 'role_needed', 'strangers may not ask');
select is(pg_temp.decided_by('maker_registrar', (select id from shared), 'file'), 'report_leased', 'what a colleague has open is not decided unknowingly');
select pg_temp.later('90 seconds');
select is(pg_temp.opened('registrar', (select id from shared)), 'name of registrar (me)', 'looking at it renews');
select pg_temp.later('90 seconds');
select is(pg_temp.opened('maker_registrar', (select id from shared)), 'name of registrar', 'so it is still held');
select is(pg_temp.opened('registrar', null, (select id from shared)), 'nothing', 'who leaves it lets go');
select is(pg_temp.opened('maker_registrar', (select id from shared)), 'name of maker_registrar (me)', 'then it is a colleague''s');
select is(pg_temp.decided_by('registrar', (select id from shared), 'file', despite => true), 'filed', 'on purpose it is decided all the same');
select pg_temp.opened('maker_registrar', (select other from shared));
select is(pg_temp.tried('registrar', format('select api.report_detail(%L) #>> ''{lease,by}''', (select other from shared))), 'name of maker_registrar', 'the report itself says who has it');
select pg_temp.later('121 seconds');
select is(pg_temp.decided_by('registrar', (select other from shared), 'file'), 'filed', 'after two minutes without a sign nobody holds it');

-- ---- what helps to decide ----
select is(private.suggested_category('路边有人用水枪洗车,还摆摊') -> 'terms', '["水枪", "洗车"]'::jsonb, 'the words say which category');
select is(private.suggested_category('路边有人用水枪洗车,还摆摊') ->> 'category', '0551', 'the one with more of them');
select is(private.suggested_category('没什么'), null, 'or none');
select is(private.suggested_category('A CAR WASH') ->> 'category', '0551', 'large letters are letters');
select is(pg_temp.tried('dispatcher', $$select api.set_category_terms('0551', '{x}')$$), 'role_needed', 'the office keeps the words');
select is(pg_temp.tried('office', $$select api.set_category_terms('05', '{x}')$$), 'unknown_category', 'of a category that can be reported');
select is(pg_temp.tried('office', $$select api.set_category_terms('0551', array[repeat('x', 41)])$$), 'bad_text', 'short ones');
select is(pg_temp.tried('office', $$select 'ok' from api.set_category_terms('0551', '{" Foam ","foam",洗车}')$$), 'ok', 'adds and takes away');
select is(array(select t.term from app.category_terms t where t.category = '0551' and t.gone_at is null order by 1), array['foam', '洗车'], 'each once, trimmed');
select is(private.suggested_category('水枪'), null, 'a word taken away counts no more');
select is((select e.after ->> 'category' from app.event_log e where e.kind = 'category.terms'), '0551', 'the change is logged');

create temporary table near_case as select pg_temp.case_in('filed', 'a', '{"category": "0551", "lng": 119.4583, "lat": 32.7901}')::uuid as id, pg_temp.case_in('filed', 'a', '{"category": "0504", "lng": 119.45835, "lat": 32.7901}')::uuid as other;
select is(pg_temp.tried('registrar', $$select string_agg((n ->> 'category') || ' ' || (n ->> 'is_duplicate'), ', ') from jsonb_array_elements(api.around('0551', 119.4584, 32.7901) -> 'cases') n$$),
	'0551 true, 0504 false', 'open cases around, those of the same category first');
select is(pg_temp.tried('team_a', $$select api.around('0551', 119.4584, 32.7901)$$), 'role_needed', 'for the desk');
select is(pg_temp.tried('registrar', $$select api.around('0551', 400, 95)$$), 'bad_coordinates', 'around a place on the globe');
select is(pg_temp.tried('registrar', $$select api.around('0551', 119.4565, 32.7962) #>> '{permitted_lines,0,name_en}'$$), 'Night market', 'with the lines it is allowed in');

-- ---- history ----
create function pg_temp.by_volunteer(n int) returns uuid language plpgsql as $$
begin
	perform pg_temp.become('volunteer');
	perform api.submit_staff_report(jsonb_build_object('id', pg_temp.numbered('volunteered', n), 'category', '0551', 'lng', 119.4583, 'lat', 32.79),
		encode(sha256(convert_to('v' || n, 'UTF8')), 'hex'), repeat('3', 64), encode(sha256(convert_to('v' || n, 'UTF8')), 'hex'));
	perform pg_temp.become('owner');
	return pg_temp.numbered('volunteered', n);
end $$;
select pg_temp.by_volunteer(1), pg_temp.by_volunteer(2), pg_temp.by_volunteer(3);
select pg_temp.decided_by('registrar', pg_temp.numbered('volunteered', 1), 'file');
select pg_temp.decided_by('registrar', pg_temp.numbered('volunteered', 2), 'decline', reason => 'nonsense');
select is(pg_temp.tried('registrar', $$select api.report_detail(pg_temp.numbered('volunteered', 3)) -> 'history'$$)::jsonb, '{"by": "account", "earlier": 2, "filed": 1, "declined": 1}', 'how often somebody reported before, and what became of it');
select is(pg_temp.tried('volunteer', $$select api.report_detail(pg_temp.numbered('volunteered', 3)) ->> 'history'$$), 'nothing', 'is for the desk');
select is(pg_temp.tried('registrar', format('select api.report_detail(%L) ->> ''history''', (select id from mistake))), 'nothing', 'and nothing of strangers');
select is(pg_temp.tried('volunteer', $$select api.submit_staff_report(jsonb_build_object('id', pg_temp.numbered('called', 1), 'category', '0551', 'lng', 119.4583, 'lat', 32.79, 'source', 'hotline'), repeat('4', 64), repeat('5', 64), repeat('6', 64))$$),
	'role_needed', 'a call is taken by a registrar');

-- ---- a photo from the site ----
create temporary table on_site as select pg_temp.report('a', '{"proof": "none"}') as id;
create function pg_temp.attached(who text, label text, role text default 'near') returns text language sql as $$
	select pg_temp.tried(who, format('select case when api.attach_to_report(%L, %L, %L) ? ''evidence_id'' then ''ok'' end', (select id from on_site), pg_temp.photo(label), role));
$$;
select is(pg_temp.attached('inspector_a', 'seen there'), 'ok', 'an inspector adds what they see');
select is(pg_temp.attached('inspector_a', 'seen there'), 'ok', 'once');
select is((select count(*)::int from app.evidence e where e.report_id = (select id from on_site)), 1, 'and it is there once');
select is(pg_temp.attached('inspector_b', 'seen elsewhere'), 'not_found', 'where it is theirs to look');
select is(pg_temp.attached('dispatcher', 'seen nowhere'), 'role_needed', 'and to decide');
select is(pg_temp.attached('inspector_a', 'after', 'after'), 'unknown_photo_role', 'a report has no "after"');
select is(pg_temp.tried('inspector_a', format('select api.attach_to_report(%L, %L, ''near'')', (select id from on_site), repeat('9', 64))), 'photo_missing', 'of photos that came');
select pg_temp.decided_by('inspector_a', (select id from on_site), 'decline', reason => 'nonsense');
select is(pg_temp.attached('registrar', 'too late'), 'not_allowed_now', 'until it is decided');

---- What the tables refuse, whoever writes ----
select pg_temp.refuses('category_terms', '{"category": "0551", "term": "摊"}', t.guard, t.bad) from (values
	('category_terms_term_check', '{"term": ""}'::jsonb)) t (guard, bad);

select * from finish();
rollback;
