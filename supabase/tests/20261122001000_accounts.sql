begin;
select no_plan();
\ir district.psql

-- Speaks as somebody in a session, with or without the second factor proved.
create function pg_temp.sit(who text, session text, aal text default 'aal1') returns void language plpgsql as $$
begin
	perform pg_temp.become(who);
	perform set_config('request.jwt.claims', (current_setting('request.jwt.claims')::jsonb || jsonb_build_object('session_id', session, 'aal', aal))::text, true);
end $$;
create function pg_temp.at(moment timestamptz) returns void language plpgsql as $$
begin
	perform pg_temp.become('owner');
	perform private.set_clock(moment);
end $$;
create function pg_temp.logged(kind text) returns bigint language sql stable as $$ select count(*) from app.event_log e where e.kind = logged.kind; $$;
insert into auth.users (id, email) select p.id, p.name || '@staff.invalid' from pg_temp.people p on conflict do nothing;
update app.staff set login = 'reg' where id = pg_temp.person('registrar');
update app.city set is_demo = false;
update app.sign_in_rules set second_factor_since = '2026-09-01 00:00:00Z';
update app.staff set created_at = '2026-09-20 00:00:00Z';

-- ---- the second factor ----
select pg_temp.sit('registrar', 'r1');
select is((api.me() ->> 'enrol_by')::timestamptz, '2026-10-04 00:00:00Z', 'until when is said');
select ok(private.is_desk() and api.me() ->> 'step' is null, 'within the grace a registrar works without a second factor');
select pg_temp.at('2026-10-04 00:00:00Z');
select pg_temp.sit('registrar', 'r1');
select ok(not private.is_staff(), 'fourteen days after the account was made the role gives nothing');
select is(api.me() ->> 'step', 'enrol', 'and the account says what is missing');
select is((select count(*)::int from app.cases), 0, 'nor does a table');
select pg_temp.sit('inspector_a', 'i1');
select ok(private.is_staff() and api.me() ->> 'enrol_by' is null, 'an inspector does without');
select pg_temp.sit('registrar', 'r1', 'aal2');
select ok(private.is_desk(), 'a session that proved it works');
select pg_temp.become('registrar');
select set_config('request.jwt.claims', (current_setting('request.jwt.claims')::jsonb - 'aal')::text, true);
select ok(not private.is_staff(), 'a token that does not say is one without');
select pg_temp.become('owner');
update app.city set is_demo = true;
select pg_temp.sit('registrar', 'r1');
select ok(private.is_desk(), 'the demo demands none');
select pg_temp.become('owner');
update app.city set is_demo = false;
select pg_temp.sit('registrar', 'r1');
select ok(private.is_desk(), 'a demo that becomes a real city begins a grace of its own');
select pg_temp.at('2026-10-18 00:00:00Z');
select pg_temp.sit('registrar', 'r1');
select ok(not private.is_staff(), 'which ends as well');
select pg_temp.at('2026-09-28 02:00:00Z');
update app.sign_in_rules set second_factor_since = '2026-09-01 00:00:00Z';
insert into auth.mfa_factors (id, user_id, factor_type, status, created_at, updated_at)
values (gen_random_uuid(), pg_temp.person('inspector_a'), 'totp', 'unverified', now(), now());
select pg_temp.sit('inspector_a', 'i1');
select ok(private.is_staff(), 'a factor that was never switched on changes nothing');
select pg_temp.become('owner');
update auth.mfa_factors set status = 'verified';
-- Both sessions are known; that proves nothing.
select api.note_session('i1', pg_temp.person('inspector_a'), 'Chrome', '10.1.0.0/16'), api.note_session('i2', pg_temp.person('inspector_a'), 'Edge', '10.1.0.0/16');
select pg_temp.sit('inspector_a', 'i1');
select ok(not private.is_staff() and api.me() ->> 'step' = 'code', 'whoever has one has to prove it, whatever the role');
select is(api.my_account() -> 'sessions', '[]', 'and learns nothing of the other sessions until then');
select throws_ok($$select api.end_sessions()$$, 'PT403', 'role_needed', 'nor ends them');
select pg_temp.sit('inspector_a', 'i1', 'aal2');
select ok(private.is_staff() and api.me() ->> 'step' is null, 'proved, it opens');

-- ---- recovery codes ----
select pg_temp.become('service_role');
select api.note_session('i1', pg_temp.person('inspector_a'), 'Chrome', '10.1.0.0/16');
select is(api.keep_recovery_codes(pg_temp.person('inspector_a'), array['h1', 'h2']), '{"kept": 2}', 'codes are kept as hashes');
select is(api.use_recovery_code(pg_temp.person('inspector_b'), 'i1', 'h1') ->> 'ok', 'false', 'a code is one person''s');
select is(api.use_recovery_code(pg_temp.person('inspector_a'), 'i1', 'h1'), '{"ok": true, "left": 1}', 'it stands in for the factor');
select pg_temp.sit('inspector_a', 'i1');
select ok(private.is_staff(), 'in that session');
select pg_temp.sit('inspector_a', 'i2');
select ok(not private.is_staff(), 'and no other');
select pg_temp.become('service_role');
select is(api.use_recovery_code(pg_temp.person('inspector_a'), 'i2', 'h1') ->> 'ok', 'false', 'once');
select api.keep_recovery_codes(pg_temp.person('inspector_a'), array['h3']);
select is(api.use_recovery_code(pg_temp.person('inspector_a'), 'i2', 'h2') ->> 'ok', 'false', 'new codes put the old ones out of use');

-- ---- wrong passwords ----
create function pg_temp.try(n int, login text default 'reg', device text default null, network text default null) returns jsonb language plpgsql as $$
declare
	answer jsonb;
begin
	perform pg_temp.become('service_role');
	for i in 1 .. n loop answer := api.charge_sign_in('account of ' || login, login => login, device => device, network => network); end loop;
	return answer;
end $$;
select is(pg_temp.try(5) ->> 'wait_s', '0', 'five tries are looked at');
select is(pg_temp.logged('account.locked'), 1::bigint, 'the fifth is logged');
select is(pg_temp.try(1), '{"wait_s": 60, "is_known": false}', 'then the account waits a minute');
select is(pg_temp.try(5, 'nobody-has-this') || pg_temp.try(1, 'nobody-has-this'), '{"wait_s": 60, "is_known": false}', 'as a login nobody has does');
select is(pg_temp.logged('account.locked'), 1::bigint, 'which is nobody''s to log');
select is((select e.after ->> 'staff' from app.event_log e where e.kind = 'account.locked'), pg_temp.person('registrar')::text, 'by the id of the account');
select pg_temp.at('2026-09-28 02:01:00Z');
select is(pg_temp.try(1) ->> 'wait_s', '0', 'after the wait one more');
select is(pg_temp.try(1) ->> 'wait_s', '120', 'and the wait doubles');
select pg_temp.at('2026-09-28 02:30:00Z');
select is(pg_temp.try(4) ->> 'wait_s', '0', 'a quarter of an hour of quiet, and it starts afresh');
select pg_temp.become('service_role');
select api.forgive_sign_in('account of reg');
select is(pg_temp.try(4) ->> 'wait_s', '0', 'the right password starts it afresh, too');
select is(pg_temp.try(5, 'one') || pg_temp.try(0, 'one'), null, 'no try, no answer');
do $$ begin
	for i in 1 .. 30 loop perform pg_temp.try(1, 'guess ' || i, null, 'net'); end loop;
end $$;
select is(pg_temp.try(1, 'team', null, 'net') ->> 'wait_s', '60', 'a network that guesses at many accounts waits');
select is(pg_temp.try(1, 'team', null, 'another') ->> 'wait_s', '0', 'and the same person elsewhere does not');

-- ---- a browser the person has signed in with ----
select pg_temp.become('service_role');
select is(api.note_session('r2', pg_temp.person('registrar'), 'Firefox', '10.1.0.0/16', 'desk-browser') ->> 'is_new_device', 'false', 'the first browser is no news');
select pg_temp.try(10);
select is(pg_temp.try(1, 'reg', 'desk-browser', 'net'), '{"wait_s": 0, "is_known": true}', 'strangers lock nobody out of their own browser');
select is(pg_temp.try(1, 'reg', 'another-browser') ->> 'is_known', 'false', 'another browser waits');
select is(pg_temp.try(1, 'other', 'desk-browser') ->> 'is_known', 'false', 'it is known for its own person alone');
select pg_temp.try(4, 'reg', 'desk-browser');
select is(pg_temp.try(1, 'reg', 'desk-browser') ->> 'wait_s', '60', 'and guessing from it ends as well');
select pg_temp.become('admin');
select ok(api.account_of(pg_temp.person('registrar')) ->> 'locked_until' is not null, 'an administrator sees the lock');
select is(api.tend_account(pg_temp.person('registrar'), 'lift_lock'), '{"ended": 0}', 'and lifts it');
select is(pg_temp.try(1, 'reg', 'desk-browser') ->> 'wait_s', '0', 'for the browser');
select is(pg_temp.try(1) ->> 'wait_s', '0', 'and the account');

-- ---- sessions ----
select pg_temp.become('service_role');
select api.note_session('r3', pg_temp.person('registrar'), 'Chrome', '10.2.0.0/16');
select is(api.note_session('r3', pg_temp.person('registrar'), 'Chrome', '10.2.0.0/16', 'phone') ->> 'is_new_device', 'true', 'a second browser is news');
select is(api.note_session('x', '00000000-0000-4000-8000-0000000000ff', 'Chrome') ->> 'noted', 'false', 'nobody''s session is not noted');
select pg_temp.sit('registrar', 'r2', 'aal2');
select is((select jsonb_agg(s ->> 'id' order by s ->> 'id') from jsonb_array_elements(api.my_account() -> 'sessions') s), '["r2", "r3"]', 'a person sees their own sessions');
select is((select s ->> 'is_new_device' from jsonb_array_elements(api.my_account() -> 'sessions') s where s ->> 'id' = 'r3'), 'true', 'the new one marked');
select api.notice_sessions();
select is((select s ->> 'is_new_device' from jsonb_array_elements(api.my_account() -> 'sessions') s where s ->> 'id' = 'r3'), 'false', 'until they have seen it');
select pg_temp.sit('closer', 'c1', 'aal2');
select throws_ok($$select api.end_sessions('r3')$$, 'PT404', 'not_found', 'nobody ends another''s');
select pg_temp.become('owner');
insert into auth.sessions (id, user_id) values ('00000000-0000-4000-8000-0000000000a1', pg_temp.person('registrar'));
select pg_temp.sit('registrar', 'r3', 'aal2');
select ok(private.is_desk(), 'a session works');
select pg_temp.become('owner');
create temporary table own_report as select pg_temp.report('a') as id;
update app.reports set reporter = pg_temp.person('registrar') where id = (select id from own_report);
grant select on own_report to public;
select pg_temp.sit('registrar', 'r3', 'aal2');
select ok(private.is_my_report((select id from own_report)), 'and has its own reports');
select pg_temp.sit('registrar', 'r2', 'aal2');
select is(api.end_sessions('r3'), '{"ended": 1}', 'until it is ended from another');
select pg_temp.sit('registrar', 'r3', 'aal2');
select ok(not private.is_my_report((select id from own_report)), 'which it then has no longer');
select ok(not private.is_staff() and api.me() is null and api.my_account() is null, 'then it is worth nothing');
select pg_temp.become('service_role');
select is(api.ended_among(array['r2', 'r3', 'never']), '["r3"]', 'and a web process finds it among its streams');
select ok(pg_temp.logged('account.session_ended') = 1, 'it is logged');
select pg_temp.become('owner');
select is(private.close_sessions(pg_temp.person('closer'), array['r2'], 'signed_out'), 0, 'a session is ended as its own person''s');
select pg_temp.sit('inspector_a', 'i2', 'aal2');
select ok(private.is_staff(), 'another one works as well');
select pg_temp.become('owner');
update app.sessions set ended_at = private.clock(), end_reason = 'signed_out' where id = 'i2';
select pg_temp.sit('inspector_a', 'i2', 'aal2');
select ok(not private.is_staff(), 'until its row says that it ended');
select pg_temp.sit('registrar', 'r2', 'aal2');
select api.end_sessions();
select pg_temp.become('owner');
select is_empty($$select from auth.sessions a where a.user_id = pg_temp.person('registrar')$$, 'all others: one we never saw cannot be renewed');
select pg_temp.sit('registrar', '00000000-0000-4000-8000-0000000000a1', 'aal2');
select ok(not private.is_staff(), 'and is worth nothing either');
select pg_temp.at('2026-10-05 02:29:00Z');
select pg_temp.sit('registrar', 'r2', 'aal2');
select ok(private.is_staff(), 'a session lasts a week unused');
select pg_temp.at('2026-10-05 02:31:00Z');
select pg_temp.sit('registrar', 'r2', 'aal2');
select ok(not private.is_staff(), 'and no longer');
select pg_temp.at('2026-09-28 02:30:00Z');
select pg_temp.become('service_role');
select api.note_session('w1', pg_temp.person('wall'), 'Chrome', '10.1.0.0/16');
select api.note_session('d1', pg_temp.person('double_hat'), 'Chrome', '10.1.0.0/16');
select pg_temp.at('2026-12-31 00:00:00Z');
select pg_temp.sit('wall', 'w1');
select ok(private.is_staff(), 'a wall runs for months');
select pg_temp.at('2026-09-28 02:30:00Z');
do $$ begin
	for i in 1 .. 29 loop
		perform pg_temp.at('2026-09-28 02:30:00Z'::timestamptz + make_interval(days => i));
		perform pg_temp.become('service_role');
		perform api.note_session('d1', pg_temp.person('double_hat'));
	end loop;
end $$;
select pg_temp.sit('double_hat', 'd1');
select ok(private.is_staff(), 'used every day, a session goes on');
select pg_temp.at('2026-10-28 02:31:00Z');
select pg_temp.sit('double_hat', 'd1');
select ok(not private.is_staff(), 'for thirty days');
select pg_temp.at('2026-09-28 02:30:00Z');

-- ---- passwords ----
select pg_temp.become('service_role');
select api.note_session('c1', pg_temp.person('closer'), 'Chrome', '10.1.0.0/16'), api.note_session('c2', pg_temp.person('closer'), 'Edge', '10.1.0.0/16');
select is(api.password_changed(pg_temp.person('closer'), 'c1'), '{"ended": 1}', 'a changed password ends the other sessions');
select pg_temp.sit('closer', 'c1');
select ok(private.is_desk(), 'and not this one');
select pg_temp.become('admin');
select throws_ok($$select api.tend_account(pg_temp.person('admin'), 'reset_password')$$, 'PT409', 'not_on_oneself', 'administrators do not reset themselves');
select throws_ok($$select api.tend_account(pg_temp.person('closer'), 'promote')$$, 'PT422', 'bad_request', 'nor anything else');
select is(api.tend_account(pg_temp.person('closer'), 'reset_password'), '{"ended": 1}', 'a reset ends every session');
select ok((api.account_of(pg_temp.person('closer')) ->> 'password_due')::boolean, 'and leaves a change due');
select pg_temp.sit('closer', 'c3', 'aal2');
select ok(not private.is_staff() and api.me() ->> 'step' = 'password', 'with the one-time password nothing opens');
select is((select count(*)::int from app.staff), 1, 'no table either');
select pg_temp.become('service_role');
select api.password_changed(pg_temp.person('closer'), 'c3');
select pg_temp.sit('closer', 'c3', 'aal2');
select ok(private.is_desk(), 'until it is changed');

-- ---- an administrator's hand ----
select pg_temp.become('admin');
select is(api.tend_account(pg_temp.person('closer'), 'end_sessions') ->> 'ended', '0', 'a lost phone: everything ends');
select is(api.account_of(pg_temp.person('registrar')) ->> 'devices', '2', 'browsers are known');
select api.tend_account(pg_temp.person('registrar'), 'end_sessions');
select is(api.account_of(pg_temp.person('registrar')) ->> 'devices', '0', 'and none after');
select pg_temp.become('closer');
select throws_ok($$select api.account_of(pg_temp.person('registrar'))$$, 'PT403', 'role_needed', 'nobody else looks at accounts');
select throws_ok($$select api.tend_account(pg_temp.person('registrar'), 'lift_lock')$$, 'PT403', 'role_needed', 'nor tends them');
select throws_ok($$select api.set_sign_in_rules('{"second_factor": false}')$$, 'PT403', 'role_needed', 'nor sets the rules');
select pg_temp.become('admin');
select throws_ok($$select api.set_sign_in_rules('{"grace_days": 900}')$$, 'PT422', 'bad_sign_in_rules', 'a grace has an end');
select throws_ok($$select api.set_sign_in_rules('{"free_tries": "many"}')$$, 'PT422', 'bad_sign_in_rules', 'a number is a number');
select is(api.set_sign_in_rules('{"second_factor": false, "idle_hours": 12}') -> 'is_demanded', 'false', 'an administrator may switch it off');
select is((select r.idle_hours || ' ' || r.grace_days from app.sign_in_rules r), '12 14', 'what is left out stays');
select is(api.set_sign_in_rules('{"second_factor": null}') -> 'is_demanded', 'true', 'and on again');
select is((select r.second_factor_since from app.sign_in_rules r), '2026-09-28 02:30:00Z', 'which begins the grace anew');
select api.upsert_staff(jsonb_build_object('id', pg_temp.person('office'), 'name', 'x', 'roles', '[{"role": "office"}, {"role": "wall"}]'::jsonb));
select pg_temp.become('owner');
select ok(pg_temp.logged('account.rules_changed') = 2, 'both are logged');
select is((select jsonb_array_length(e.after -> 'roles') || ' ' || e.actor from app.event_log e where e.kind = 'staff.changed'), '2 ' || pg_temp.person('admin'),
	'rights that change are logged, by ids');
select ok((select e.after::text !~ 'name of' and e.before::text !~ 'name of' from app.event_log e where e.kind = 'staff.changed'), 'never by names');

select throws_ok($$insert into app.sign_in_rules (first_wait_s, longest_wait_s) values (100, 50)$$, '23514', null, 'a wait grows');
select throws_ok($$insert into app.sign_in_tries (subject, kind) values ('x', 'mood')$$, '23514', null, 'what is counted has a kind');
select throws_ok($$insert into app.sessions (id, staff_id, agent) values ('x', pg_temp.person('admin'), e'a\x02')$$, '23514', null, 'a program''s name is plain');
select throws_ok($$update app.sessions set end_reason = 'mood'$$, '23514', null, 'an end has a reason');

---- What the tables refuse, whoever writes ----
select pg_temp.refuses('sign_in_rules', '{}', t.guard, t.bad) from (values
	('sign_in_rules_id_check', '{"id": false}'::jsonb),
	('sign_in_rules_free_tries_check', '{"free_tries": 2}'::jsonb),
	('sign_in_rules_free_tries_check', '{"free_tries": 21}'::jsonb),
	('sign_in_rules_network_tries_check', '{"network_tries": 4}'::jsonb),
	('sign_in_rules_network_tries_check', '{"network_tries": 1001}'::jsonb),
	('sign_in_rules_window_minutes_check', '{"window_minutes": 0}'::jsonb),
	('sign_in_rules_window_minutes_check', '{"window_minutes": 1441}'::jsonb),
	('sign_in_rules_first_wait_s_check', '{"first_wait_s": 0, "longest_wait_s": 60}'::jsonb),
	('sign_in_rules_first_wait_s_check', '{"first_wait_s": 3601, "longest_wait_s": 4000}'::jsonb),
	('sign_in_rules_idle_hours_check', '{"idle_hours": 0}'::jsonb),
	('sign_in_rules_longest_hours_check', '{"longest_hours": 8761}'::jsonb)) t (guard, bad);
select pg_temp.refuses('sign_in_tries', '{"subject": "x", "kind": "account"}', t.guard, t.bad) from (values
	('sign_in_tries_subject_check', jsonb_build_object('subject', repeat('x', 121)))) t (guard, bad);
select pg_temp.refuses('sessions', '{"id": "x", "staff_id": "00000000-0000-4000-8000-000000000001"}', t.guard, t.bad) from (values
	('sessions_id_check', jsonb_build_object('id', repeat('x', 101))),
	('sessions_network_check', jsonb_build_object('network', repeat('x', 41)))) t (guard, bad);
select pg_temp.refuses('known_devices', '{"staff_id": "00000000-0000-4000-8000-000000000001", "device": "x"}', t.guard, t.bad) from (values
	('known_devices_device_check', jsonb_build_object('device', repeat('x', 101)))) t (guard, bad);
select pg_temp.refuses('recovery_codes', '{"code_hash": "x", "staff_id": "00000000-0000-4000-8000-000000000001"}', t.guard, t.bad) from (values
	('recovery_codes_code_hash_check', jsonb_build_object('code_hash', repeat('x', 101)))) t (guard, bad);

select * from finish();
rollback;
