begin;
select plan(41);
\ir district.psql

-- ---- roles hold within their dates ----
select pg_temp.become('registrar');
select ok(private.is_staff() and private.is_desk() and private.has_role('registrar'), 'a registrar is staff, and at the desk');
select ok(not private.has_role('dispatcher'), 'a registrar is no dispatcher');
select pg_temp.become('expired');
select ok(not private.is_staff(), 'a role that has ended is none');
select pg_temp.become('not_yet');
select ok(not private.is_staff(), 'a role that has not begun is none');
select pg_temp.become('inactive');
select ok(not private.is_staff(), 'a deactivated account has no role');
select pg_temp.become('nobody');
select ok(not private.is_staff(), 'an account without an entry has no role');
select is(api.me(), null, 'and is told so');
select pg_temp.become('anon');
select throws_ok($$select api.me()$$, '42501', null, 'the public has no account to ask about');
select pg_temp.become('owner');
select private.set_clock('2026-10-21 00:00:00Z');
select pg_temp.become('not_yet');
select ok(private.is_staff(), 'a role begins when its date comes');
select pg_temp.become('owner');
select private.set_clock('2026-09-28 02:00:00Z');

-- ---- a session that was ended has no role, however long its token lasts ----
create function pg_temp.in_session(session text) returns void language sql as $$
	select set_config('request.jwt.claims', (current_setting('request.jwt.claims')::jsonb || jsonb_build_object('session_id', session))::text, true);
$$;
select pg_temp.become('closer');
select pg_temp.in_session('one');
select ok(private.is_staff(), 'a session has the roles of its person');
select is(api.end_session(), '{"ended": true}', 'until it is ended');
select ok(not private.is_staff() and api.me() is null, 'then it has none');
select pg_temp.in_session('two');
select ok(private.is_staff(), 'another session of the same person goes on');
select pg_temp.become('owner');
select private.set_clock('2026-10-06 02:00:01Z');
select pg_temp.become('closer');
select pg_temp.in_session('two');
select api.end_session();
select pg_temp.become('owner');
select results_eq('select session_id from app.ended_sessions', $$values ('two')$$, 'what ended long ago is forgotten: its token has expired by itself');
select pg_temp.become('anon');
select throws_ok('select api.end_session()', '42501', null, 'the public has no session to end');
select pg_temp.become('owner');
select throws_ok($$insert into app.ended_sessions (session_id) values (repeat('x', 101))$$, '23514', null, 'a session''s id has a length');
select private.set_clock('2026-09-28 02:00:00Z');

-- ---- whose ground, whose cases ----
select pg_temp.become('team_a');
select results_eq('select u from private.my_units() u', $$values (pg_temp.unit('一中队'))$$, 'a team handles for its own unit');
select pg_temp.become('bureau');
select bag_eq('select u from private.my_units() u', $$values (pg_temp.unit('城管局')), (pg_temp.unit('一中队')), (pg_temp.unit('二中队'))$$,
	'a parent unit handles for the units below it');
select pg_temp.become('registrar');
select is_empty('select u from private.my_units() u', 'a desk handles for no unit');
select pg_temp.become('inspector_a');
select results_eq('select a from private.my_areas() a', $$values (pg_temp.area('a'))$$, 'an inspector inspects their areas');
select pg_temp.become('double_hat');
select results_eq('select a from private.my_areas() a', $$values (pg_temp.area('a'))$$, 'a volunteer''s area is not inspected by being an inspector elsewhere');
select pg_temp.become('owner');
update app.units set parent_id = pg_temp.unit('一中队') where key = '城管局';
select pg_temp.become('bureau');
select is((select count(*)::int from private.my_units()), 3, 'a ring of units by mistake does not hang the question whose they are');
select pg_temp.become('owner');
update app.units set parent_id = null where key = '城管局';

-- ---- what an entry must hold ----
select throws_ok($$insert into app.staff_roles (staff_id, role) values (pg_temp.person('registrar'), 'team')$$, '23514', null, 'a team needs a unit');
select throws_ok($$insert into app.staff_roles (staff_id, role) values (pg_temp.person('registrar'), 'unit_handler')$$, '23514', null, 'a unit handler needs a unit');
select throws_ok($$insert into app.staff_roles (staff_id, role, valid_from, valid_to) values (pg_temp.person('registrar'), 'closer', '2026-02-01', '2026-01-01')$$,
	'23514', null, 'a role does not end before it begins');
select throws_ok($$insert into app.staff_roles (staff_id, role) values (pg_temp.person('registrar'), 'emperor')$$, '23503', null, 'there are no other roles');
select throws_ok($$update app.units set parent_id = id where key = '一中队'$$, '23514', null, 'no unit stands under itself');
select throws_ok($$insert into app.units (key, name) values (repeat('x', 121), 'x')$$, '23514', null, 'a unit''s key has a length');
select throws_ok($$insert into app.units (key, name) values ('k', e'a\x02')$$, '23514', null, 'a unit''s name is plain text');
select throws_ok($$insert into app.units (key, name, name_en) values ('k', 'n', e'a\x02')$$, '23514', null, 'in English too');
select throws_ok($$update app.staff set name = repeat('x', 81) where id = pg_temp.person('wall')$$, '23514', null, 'a person''s name has a length');
select throws_ok($$update app.staff set login = e'a\x02' where id = pg_temp.person('wall')$$, '23514', null, 'a login is plain text');

-- ---- making and changing people ----
select throws_ok($$select api.upsert_staff('{"id": "00000000-0000-4000-8000-000000000077", "name": "x", "roles": []}')$$, 'PT422', 'bad_staff', 'a person without a role is refused');
select throws_ok($$select api.upsert_staff('{"name": "x", "roles": [{"role": "closer"}]}')$$, 'PT422', 'bad_staff', 'a person without an account is refused');
select throws_ok($$select api.upsert_staff('{"id": "00000000-0000-4000-8000-000000000077", "name": "x", "roles": [{"role": "emperor"}]}')$$,
	'PT422', 'unknown_role', 'an unknown role is refused');
select throws_ok($$select api.upsert_staff('{"id": "00000000-0000-4000-8000-000000000077", "roles": [{"role": "closer"}]}')$$, 'PT422', 'bad_staff', 'a person without a name is refused');
select lives_ok($$select api.upsert_staff('{"id": "00000000-0000-4000-8000-000000000077", "name": "新人", "login": "new", "roles": [{"role": "team", "unit": "三中队"}, {"role": "volunteer"}]}')$$,
	'a person holds several roles');
select is((select count(*)::int from app.units where key = '三中队'), 1, 'a unit that is named and not there is made');
select lives_ok($$select api.upsert_staff('{"id": "00000000-0000-4000-8000-000000000077", "name": "新人", "roles": [{"role": "team", "unit": "三中队"}]}')$$, 'a person is changed by the same call');
select is((select array_agg(role) from app.staff_roles where staff_id = '00000000-0000-4000-8000-000000000077'), '{team}', 'the roles given are the roles held');
select is((select login from app.staff where id = '00000000-0000-4000-8000-000000000077'), 'new', 'a login that is not given stays');

select * from finish();
rollback;
