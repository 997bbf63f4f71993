begin;
select no_plan();
\ir district.psql

create temporary table mine as select pg_temp.report('a') as id;
create temporary table pair as select r.code_hash as code, r.pin_hash as pin from app.reports r where r.id = (select id from mine);
create function pg_temp.followed() returns jsonb language sql as $$ select api.follow((select code from pair), (select pin from pair)); $$;
create function pg_temp.contact(kind text, sealed text, language text default 'zh-CN') returns jsonb language sql as $$
	select api.add_contact((select code from pair), (select pin from pair), kind, sealed, language); $$;
create function pg_temp.claimed() returns text[] language sql as $$
	select array(select d ->> 'step' || ' ' || (d ->> 'sealed') from jsonb_array_elements(api.claim_deliveries(50) -> 'deliveries') with ordinality x (d, n) order by n); $$;
create function pg_temp.settle() returns void language plpgsql as $$ begin set constraints all immediate; set constraints all deferred; end $$;

-- ---- contacts ----
select pg_temp.settle();
select is(pg_temp.claimed(), array[]::text[], 'nobody asked to be told');
select is(jsonb_array_length(pg_temp.contact('email', 'sealed one') -> 'contacts'), 1, 'somebody asks');
select is(jsonb_array_length(pg_temp.contact('email', 'sealed one') -> 'contacts'), 1, 'twice is once');
select is(pg_temp.contact('push', 'sealed two', 'en') #>> '{contacts,1,kind}', 'push', 'or on the device');
select is((select language from app.report_contacts where sealed = 'sealed two'), 'en', 'in their language');
select pg_temp.contact('push', 'sealed three', 'fr');
select is((select language from app.report_contacts where sealed = 'sealed three'), 'zh-CN', 'which is one of two');
select throws_ok($$select pg_temp.contact('email', 'sealed four')$$, 'PT409', 'contacts_full', 'three are enough');
select throws_ok($$select pg_temp.contact('fax', 'x')$$, 'PT422', 'unknown_kind', 'by push or e-mail');
select throws_ok($$select pg_temp.contact('email', '')$$, 'PT422', 'bad_contact', 'with something to write to');
select throws_ok($$select pg_temp.contact('email', repeat('x', 6001))$$, 'PT422', 'bad_contact', 'of bearable length');
select throws_ok($$select api.add_contact('x', 'y', 'email', 'z')$$, 'PT404', 'not_found', 'by who holds code and PIN');
select throws_ok($$select api.erase_contacts('x', 'y')$$, 'PT404', 'not_found', 'erased by them, too');
select is(position('sealed' in pg_temp.followed()::text), 0, 'what was given is not shown again');

-- ---- news ----
select is(pg_temp.claimed(), array[]::text[], 'what happened before is not told again');
select pg_temp.filed((select id from mine));
select pg_temp.moved('dispatcher', pg_temp.case_of((select id from mine)), 'dispatch');
select pg_temp.settle();
select is(pg_temp.claimed(), array[]::text[], 'nothing is told while it can still be taken back');
select private.set_clock(private.clock() + interval '1 minute');
select is((select count(*)::int from unnest(pg_temp.claimed())), 6, 'then: filed and dispatched, to three');
select is(pg_temp.claimed(), array[]::text[], 'each is with one sender for a while');
select is((select distinct state from app.deliveries), 'waiting', 'until it was sent');
select api.delivery_done(d.id, 'sent') from app.deliveries d where d.step = 'report.filed';
select api.delivery_done(d.id, 'failed') from app.deliveries d where d.step = 'case.dispatched';
select private.set_clock(private.clock() + interval '2 minutes');
select is((select count(*)::int from unnest(pg_temp.claimed()) s where s like 'case.dispatched%'), 3, 'what failed is tried again');
select is((select count(*)::int from app.deliveries where state = 'sent'), 3, 'what was sent is not');
select is((select (api.delivery_done(d.id, 'gone') ->> 'erased')::int from app.deliveries d join app.report_contacts k on k.id = d.contact_id where k.sealed = 'sealed three' and d.step = 'case.dispatched'), 1, 'an address that is gone is erased');
select is((select array_agg(e.why) from app.contact_erasures e), array['gone'], 'and that it was is kept');
select throws_ok($$select api.delivery_done(gen_random_uuid(), 'maybe')$$, 'PT422', 'unknown_kind', 'an outcome is one of three');
do $$ begin for i in 1..6 loop perform private.set_clock(private.clock() + interval '10 hours'); perform api.claim_deliveries(50); end loop; end $$;
select is((select array_agg(distinct d.state order by d.state) from app.deliveries d), array['gave_up', 'sent'], 'five tries are enough');
select is((select max(attempts) from app.deliveries), 5, 'no more are made');
select is((api.erase_contact((select id from app.report_contacts where sealed = 'sealed two')) ->> 'erased')::int, 1, 'a link in the news erases this contact');
select is((api.erase_contact(null) ->> 'erased')::int, 0, 'and nothing else');
select is((api.erase_contacts((select code from pair), (select pin from pair)) ->> 'erased')::int, 1, 'code and PIN the rest');
select is((select count(*)::int from app.report_contacts), 0, 'nothing of it stays');
select is((select count(*)::int from app.deliveries), 0, 'nor what was to be sent');
select is((select count(*)::int from app.contact_erasures), 3, 'but that it was');

create temporary table filed_before as select pg_temp.report('a') as id;
select pg_temp.filed((select id from filed_before));
select pg_temp.settle();
select api.add_contact(r.code_hash, r.pin_hash, 'email', 'sealed after it was filed') from app.reports r where r.id = (select id from filed_before);
select is(pg_temp.claimed(), array[]::text[], 'who asks after the filing is not told of it');
select api.erase_contacts(r.code_hash, r.pin_hash) from app.reports r where r.id = (select id from filed_before);
delete from app.contact_erasures where report_id = (select id from filed_before);

-- ---- the end of a contact ----
select pg_temp.contact('email', 'late');
create temporary table declined as select pg_temp.report('a') as id;
select api.add_contact(r.code_hash, r.pin_hash, 'email', 'sealed of declined') from app.reports r where r.id = (select id from declined);
grant select on declined to public;
select pg_temp.tried('registrar', $$select api.decide_report((select id from pg_temp.declined), 'decline', reason_code => 'nonsense')$$);
select pg_temp.settle();
select pg_temp.claimed();
select private.set_clock(private.clock() + interval '1 minute');
select is(pg_temp.claimed(), array['report.declined sealed of declined'], 'a refusal is news');
select api.delivery_done(d.id, 'sent') from app.deliveries d where d.step = 'report.declined';
create temporary table undone as select pg_temp.report('a') as id;
grant select on undone to public;
select api.add_contact(r.code_hash, r.pin_hash, 'email', 'sealed of undone') from app.reports r where r.id = (select id from undone);
select pg_temp.tried('registrar', $$select api.decide_report((select id from pg_temp.undone), 'decline', reason_code => 'nonsense')$$);
select pg_temp.settle();
select pg_temp.claimed();
select pg_temp.tried('registrar', $$select api.undo_decision((select id from pg_temp.undone))$$);
select pg_temp.settle();
select private.set_clock(private.clock() + interval '2 minutes');
select is(pg_temp.claimed(), array[]::text[], 'one that was taken back is none');
select is((select count(*)::int from app.deliveries d join app.report_contacts k on k.id = d.contact_id where k.sealed = 'sealed of undone'), 0, 'and does not wait');
select api.erase_contacts(r.code_hash, r.pin_hash) from app.reports r where r.id = (select id from undone);
select private.set_clock(private.clock() + interval '31 days');
select pg_temp.report('b');
select pg_temp.settle();
select pg_temp.claimed();
select is((select array_agg(sealed) from app.report_contacts), array['late'], 'a month after the end it is erased; while the case is open it is not');

-- ---- the closure's photo ----
create temporary table shut as select pg_temp.case_in('closed')::uuid as id;
create temporary table shut_pair as select r.code_hash as code, r.pin_hash as pin, r.id from app.reports r where r.case_id = (select id from shut);
create function pg_temp.shut_followed() returns jsonb language sql as $$ select api.follow(code, pin) from shut_pair; $$;
update app.cases set proof = null where id = (select id from shut); delete from app.evidence e where e.case_id = (select id from shut) and e.role = 'after';
select is(pg_temp.shut_followed() ->> 'closure_photo', 'none', 'closed without an after-photo');
create temporary table after_photo as select pg_temp.photo('after it') as sha;
insert into app.evidence (case_id, sha256, role) select (select id from shut), sha, 'after' from after_photo;
select is(pg_temp.shut_followed() ->> 'closure_photo', 'checking', 'one that nobody judged is being checked');
select is(pg_temp.shut_followed() ->> 'closed_photo', null, 'and not shown');
grant select on after_photo to public;
select is(pg_temp.tried('closer', $$select api.judge_photo((select sha from pg_temp.after_photo), 'cleared', '[]', 0) ->> 'state'$$), 'cleared', 'a person clears it');
select is(pg_temp.shut_followed() ->> 'closure_photo', 'shown', 'then it is');
select is((pg_temp.shut_followed() ->> 'closed_photo')::uuid, (select p.public_id from app.photos p join after_photo a on a.sha = p.sha256), 'under its address');
select is(pg_temp.tried('closer', $$select api.judge_photo((select sha from pg_temp.after_photo), 'withheld', '[]', 1) ->> 'state'$$), 'withheld', 'withheld');
select is(pg_temp.shut_followed() ->> 'closure_photo', 'none', 'there is none to show');
select is(pg_temp.shut_followed() ->> 'can_answer', 'true', 'a closure can be answered');

-- ---- while it can be answered ----
update app.cases set confirmed = true where id = (select id from shut);
select is(pg_temp.shut_followed() ->> 'can_answer', 'false', 'what somebody confirmed is answered');
select throws_ok($$select api.answer_closure(code, pin, false, pg_temp.numbered('answer', 9)) from shut_pair$$, 'PT409', 'not_allowed_now', 'and cannot be denied');
update app.cases set confirmed = null, closed_at = closed_at - interval '31 days', filed_at = filed_at - interval '40 days', opened_at = opened_at - interval '40 days' where id = (select id from shut);
select is(pg_temp.shut_followed() ->> 'can_answer', 'false', 'after thirty days it is a new report');
select throws_ok($$select api.answer_closure(code, pin, false, pg_temp.numbered('answer', 9)) from shut_pair$$, 'PT409', 'not_allowed_now', 'not an answer');
update app.cases set closed_at = closed_at + interval '31 days', filed_at = filed_at + interval '40 days', opened_at = opened_at + interval '40 days' where id = (select id from shut);
select is(pg_temp.shut_followed() ->> 'can_answer', 'true', 'until then it can be answered');

-- ---- "not solved", with a photo ----
select throws_ok($$select api.answer_closure(code, pin, false, pg_temp.numbered('answer', 1), 'no photo') from shut_pair$$, 'PT422', 'photo_missing', 'a photo is named by its SHA-256');
select is((select api.answer_closure(code, pin, false, pg_temp.numbered('answer', 1), repeat('f', 64)) ->> 'case_status' from shut_pair), 'handled', 'not solved sends it back to verification');
select is((select count(*)::int from app.evidence e where e.sha256 = repeat('f', 64) and (e.report_id = (select id from shut_pair) or e.case_id = (select id from shut))), 2, 'and its photo is evidence of both');
select is((select count(*)::int from app.event_log where kind = 'case.disputed' and case_id = (select id from shut)), 1, 'logged as a dispute');
select is((select api.answer_closure(code, pin, false, pg_temp.numbered('answer', 1), repeat('f', 64)) ->> 'case_status' from shut_pair), 'handled', 'the same answer again changes nothing');
select is((select c.disputed_count from app.cases c where c.id = (select id from shut)), 1, 'counted once');

select throws_ok($$insert into app.report_contacts (report_id, kind, sealed, language, after_position) select id, 'fax', 'x', 'en', 0 from mine$$, '23514', null, 'a contact is push or e-mail');
select throws_ok($$insert into app.report_contacts (report_id, kind, sealed, language, after_position) select id, 'push', '', 'en', 0 from mine$$, '23514', null, 'not empty');
select throws_ok($$insert into app.report_contacts (report_id, kind, sealed, language, after_position) select id, 'push', 'x', 'fr', 0 from mine$$, '23514', null, 'in one of two languages');
select throws_ok($$insert into app.contact_erasures (report_id, kind, why) select id, 'push', 'boredom' from mine$$, '23514', null, 'an erasure has one of three reasons');
select throws_ok($$insert into app.deliveries (contact_id, position, step, state) select id, 1, 'x', 'lost' from app.report_contacts$$, '23514', null, 'news is waiting, sent or given up');
select throws_ok($$insert into app.delivery_cursor (id) values (false)$$, '23514', null, 'there is one cursor');

select * from finish();
rollback;
