-- Accounts: how often a wrong password may be tried, which sessions are open and how they end, when a second factor is
-- demanded, and what an account may do until it has one. Passwords and factors themselves are the auth service's.

---- what is demanded of a sign-in ----
alter table app.roles add column needs_second_factor boolean not null default false;
comment on column app.roles.needs_second_factor is 'Who holds it proves a second factor, once the city demands it.';
update app.roles set needs_second_factor = true where role in ('registrar', 'dispatcher', 'closer', 'office', 'data_officer', 'admin');

create table app.sign_in_rules (
	id boolean primary key default true check (id),
	-- Null: as the city is. A real one demands it, the demo, whose people sign in by a button, does not.
	second_factor boolean,
	-- The grace to enrol counts from here, or from the account's making when that is later.
	second_factor_since timestamptz not null default private.clock(),
	grace_days int not null default 14 check (grace_days between 0 and 90),
	free_tries int not null default 5 check (free_tries between 3 and 20),
	network_tries int not null default 30 check (network_tries between 5 and 1000),
	window_minutes int not null default 15 check (window_minutes between 1 and 1440),
	first_wait_s int not null default 60 check (first_wait_s between 1 and 3600),
	longest_wait_s int not null default 900 check (longest_wait_s between first_wait_s and 86400),
	idle_hours int not null default 168 check (idle_hours between 1 and 8760),
	longest_hours int not null default 720 check (longest_hours between 1 and 8760)
);
comment on table app.sign_in_rules is 'What the city demands of a sign-in: second factor, waits after wrong passwords, how long a session lasts.';
insert into app.sign_in_rules default values;

---- tries that failed ----
create table app.sign_in_tries (
	subject text primary key check (length(subject) <= 120),
	kind text not null check (kind in ('account', 'code', 'device', 'network')),
	staff_id uuid references app.staff (id),
	failures int not null default 0,
	waits int not null default 0,
	last_at timestamptz not null default private.clock(),
	locked_until timestamptz not null default '-infinity'
);
comment on table app.sign_in_tries is 'Wrong passwords and codes in a row. subject is a keyed hash of a login, a device or a network; none can be read back.';
create index sign_in_tries_staff on app.sign_in_tries (staff_id);
create index sign_in_tries_age on app.sign_in_tries (last_at);

---- sessions and devices ----
create table app.sessions (
	id text primary key check (length(id) <= 100),
	staff_id uuid not null references app.staff (id),
	opened_at timestamptz not null default private.clock(),
	seen_at timestamptz not null default private.clock(),
	agent text check (private.is_plain_text(agent, 60)),
	network text check (private.is_plain_text(network, 40)),
	is_new_device boolean not null default false,
	noticed_at timestamptz,
	-- A wall is signed in once and runs for weeks.
	lasts boolean not null default false,
	-- A recovery code was given in place of the second factor.
	recovered_at timestamptz,
	ended_at timestamptz,
	end_reason text check (end_reason in ('signed_out', 'ended_by_self', 'ended_by_admin', 'password_changed', 'password_reset'))
);
comment on table app.sessions is 'Who is signed in where. id is the token''s session; the agent is a family of programs and the network a coarse block, never an address.';
create index sessions_staff on app.sessions (staff_id, opened_at desc);

create table app.known_devices (
	staff_id uuid not null references app.staff (id),
	device text not null check (length(device) <= 100),
	first_seen_at timestamptz not null default private.clock(),
	seen_at timestamptz not null default private.clock(),
	forgotten_at timestamptz,
	primary key (staff_id, device)
);
comment on table app.known_devices is 'Browsers a person has signed in with: the hash of a word only that browser holds. Strangers'' wrong passwords do not lock them.';

create table app.account_states (
	staff_id uuid primary key references app.staff (id),
	password_changed_at timestamptz,
	-- A one-time password was handed over: nothing else works until it is changed.
	password_due boolean not null default false
);
comment on table app.account_states is 'What is due on an account. The password itself is kept by the auth service alone.';

create table app.recovery_codes (
	code_hash text primary key check (length(code_hash) <= 100),
	staff_id uuid not null references app.staff (id),
	made_at timestamptz not null default private.clock(),
	used_at timestamptz,
	replaced_at timestamptz
);
comment on table app.recovery_codes is 'Codes that stand in for a lost second factor, each once. Keyed hashes; the codes are shown once and stored nowhere.';
create index recovery_codes_staff on app.recovery_codes (staff_id);

-- A city that has become a real one gives its people the whole grace.
create function private.begin_grace()
returns trigger language plpgsql security definer set search_path = '' as $$
begin
	update app.sign_in_rules set second_factor_since = private.clock();
	return null;
end $$;
comment on function private.begin_grace() is 'Definer: nobody writes the rules directly.';
create trigger city_begins_grace after update of is_demo on app.city
	for each row when (old.is_demo and not new.is_demo) execute function private.begin_grace();

---- the log: ids and codes ----
create function private.log_account(kind text, becomes jsonb)
returns void language plpgsql set search_path = '' as $$
begin
	perform private.describe(kind, private.clock());
	perform private.log_change('account', null, null, null, becomes);
end $$;

---- what a session is worth ----
create function private.demands_second_factor()
returns boolean language plpgsql stable security definer set search_path = '' as $$
begin
	return (select coalesce(r.second_factor, not (select c.is_demo from app.city c)) from app.sign_in_rules r);
end $$;
comment on function private.demands_second_factor() is 'Definer: everyone''s rights hang on it, and only administrators read the rules.';

-- Until when the caller's account may do without. Definer: as above.
create function private.grace_end(person uuid)
returns timestamptz language plpgsql stable security definer set search_path = '' as $$
begin
	return (select greatest(s.created_at, r.second_factor_since) + make_interval(days => r.grace_days) from app.staff s, app.sign_in_rules r where s.id = person);
end $$;

-- Definer: the auth service's tables are closed to callers.
create function private.has_factor(person uuid)
returns boolean language plpgsql stable security definer set search_path = '' as $$
begin
	return exists (select from auth.mfa_factors f where f.user_id = person and f.status = 'verified');
end $$;

-- The second factor was proved in this session: by the token's own word, or by a recovery code, which the auth service
-- knows nothing of. A token without the word counts as one without the proof. Definer: nobody reads other people's sessions.
create function private.is_assured()
returns boolean language plpgsql stable security definer set search_path = '' as $$
declare
	claims jsonb := auth.jwt();
	me uuid := auth.uid();
begin
	return coalesce(claims ->> 'aal', 'aal1') = 'aal2'
		or exists (select from app.sessions s where s.id = claims ->> 'session_id' and s.staff_id = me and s.recovered_at is not null);
end $$;

-- Definer: as above.
create function private.password_due()
returns boolean language sql stable security definer set search_path = '' as $$
	select exists (select from app.account_states a where a.staff_id = (select auth.uid()) and a.password_due);
$$;

-- PL/pgSQL, here and below, because its plans are kept: these two are asked by every policy.
create or replace function private.session_ended()
returns boolean language plpgsql stable security definer set search_path = '' as $$
declare
	mine text := auth.jwt() ->> 'session_id';
	moment timestamptz;
begin
	if mine is null then return false; end if;
	moment := private.clock();
	return exists (select from app.ended_sessions e where e.session_id = mine)
		or exists (select from app.sessions s, app.sign_in_rules r where s.id = mine
			and (s.ended_at is not null or (not s.lasts and (s.seen_at < moment - make_interval(hours => r.idle_hours)
				or s.opened_at < moment - make_interval(hours => r.longest_hours)))));
end $$;

-- A session that has ended is nobody's, to its own reports as well.
create or replace function private.is_my_report(report_id uuid)
returns boolean language sql stable security definer set search_path = '' as $$
	select exists (select from app.reports r where r.id = report_id and r.reporter = (select auth.uid()) and not (select private.session_ended()));
$$;

create or replace function private.sees_report(report_id uuid)
returns boolean language sql stable set search_path = '' as $$
	select exists (select from app.reports r where r.id = sees_report.report_id and (private.is_desk()
		or (r.reporter = (select auth.uid()) and not (select private.session_ended()))
		or (r.status in ('received', 'to_verify') and exists (select from private.my_roles() m
			where m.role = 'inspector' and (m.area_id is null or m.area_id = r.area_id)))));
$$;

-- The caller's roles now. Definer: row level security on every other table asks it, and it must not depend on itself.
-- An account with a second factor has roles only where it was proved; without one, the roles that need it end with the grace.
create or replace function private.my_roles()
returns table (role text, unit_id bigint, area_id bigint)
language plpgsql stable security definer set search_path = '' as $$
declare
	me uuid := auth.uid();
	moment timestamptz;
	assured boolean := auth.jwt() ->> 'aal' = 'aal2';
	factor boolean := false;
	is_due boolean := false;
begin
	if me is null or private.session_ended() or exists (select from app.account_states a where a.staff_id = me and a.password_due) then return; end if;
	moment := private.clock();
	if assured is not true and not private.is_assured() then
		factor := private.has_factor(me);
		is_due := private.demands_second_factor() and private.grace_end(me) <= moment;
	end if;
	return query
		select r.role, r.unit_id, r.area_id
		from app.staff_roles r join app.staff s on s.id = r.staff_id join app.roles n on n.role = r.role
		where r.staff_id = me and s.is_active and r.valid_from <= moment and (r.valid_to is null or r.valid_to > moment)
			and not factor and not (is_due and n.needs_second_factor);
end $$;

-- The caller holds a role that needs a second factor, in a city that demands it.
create function private.needs_factor()
returns boolean language sql stable set search_path = '' as $$
	select private.demands_second_factor() and exists (select from app.staff_roles r join app.roles n on n.role = r.role
		where r.staff_id = (select auth.uid()) and n.needs_second_factor and r.valid_from <= private.clock() and (r.valid_to is null or r.valid_to > private.clock()));
$$;

-- What stands between the caller and their roles. Definer: reads the caller's own rows, whatever their session is worth.
create function private.sign_in_step()
returns text language sql stable security definer set search_path = '' as $$
	select case
		when not private.is_assured() and private.has_factor((select auth.uid())) then 'code'
		when private.password_due() then 'password'
		when not private.is_assured() and private.needs_factor() and private.grace_end((select auth.uid())) <= private.clock() then 'enrol'
	end;
$$;

-- Until when the caller has to have a second factor; null: they have one, or need none. Definer: as above.
create function private.enrol_by()
returns timestamptz language sql stable security definer set search_path = '' as $$
	select case when private.needs_factor() and not private.has_factor((select auth.uid())) then private.grace_end((select auth.uid())) end;
$$;

create or replace function api.me()
returns jsonb language sql stable set search_path = '' as $$
	select case when s.id is null then null else jsonb_build_object('id', s.id, 'name', s.name,
		'roles', (select coalesce(jsonb_agg(jsonb_build_object('role', r.role, 'name', n.name, 'name_en', n.name_en, 'unit_id', r.unit_id, 'unit', u.name, 'unit_en', u.name_en,
			'area_id', r.area_id, 'area', v.name, 'area_en', v.name_en) order by n.position), '[]')
			from private.my_roles() r join app.roles n on n.role = r.role left join app.units u on u.id = r.unit_id
			left join app.area_versions v on v.area_id = r.area_id and v.valid_to is null),
		'units', (select coalesce(jsonb_agg(jsonb_build_object('id', u.id, 'name', u.name, 'name_en', u.name_en) order by u.id), '[]')
			from app.units u where u.id in (select private.my_units())),
		'step', private.sign_in_step(), 'enrol_by', private.enrol_by()) end
	from (select 1) one left join app.staff s on s.id = (select auth.uid()) and s.is_active and not (select private.session_ended());
$$;

---- counting ----
-- Counts a try before the password or code is looked at, so that a hundred at once are a hundred; nothing is counted while
-- a wait runs. A login nobody has is counted like any other. From a browser the person has signed in with before, that
-- browser's own count holds instead of the account's and the network's: strangers lock nobody out of their own desk.
create function private.charge_sign_in(account text, kind text, network text, device text, login text, person uuid)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	moment timestamptz := private.clock();
	rule app.sign_in_rules := (select r from app.sign_in_rules r);
	who uuid := coalesce(person, (select s.id from app.staff s where lower(s.login) = lower(charge_sign_in.login)));
	known boolean := exists (select from app.known_devices d where d.staff_id = who and d.device = charge_sign_in.device and d.forgotten_at is null);
	held app.sign_in_tries;
	wait_s int := 0;
	wait interval;
	subjects text[];
	kinds text[];
begin
	delete from app.sign_in_tries t where t.last_at < moment - interval '1 day' and t.locked_until < moment - interval '1 day';
	-- In one order for all, or two tries could wait for each other.
	if known then
		subjects := array['device:' || encode(sha256(convert_to(account || device, 'UTF8')), 'hex')];
		kinds := array['device'];
	else
		subjects := array['account:' || account] || case when network is not null then array['network:' || network] else '{}' end;
		kinds := array[charge_sign_in.kind, 'network'];
	end if;
	for i in 1 .. cardinality(subjects) loop
		insert into app.sign_in_tries (subject, kind, staff_id) values (subjects[i], kinds[i], case when kinds[i] <> 'network' then who end) on conflict do nothing;
		select t.* into held from app.sign_in_tries t where t.subject = subjects[i] for update;
		if held.locked_until > moment then wait_s := greatest(wait_s, ceil(extract(epoch from held.locked_until - moment))::int); end if;
	end loop;
	if wait_s > 0 then return jsonb_build_object('wait_s', wait_s, 'is_known', known); end if;

	for i in 1 .. cardinality(subjects) loop
		select t.* into held from app.sign_in_tries t where t.subject = subjects[i];
		if greatest(held.last_at, held.locked_until) < moment - make_interval(mins => rule.window_minutes) then
			held.failures := 0;
			held.waits := 0;
		end if;
		held.failures := held.failures + 1;
		if held.failures >= (case kinds[i] when 'network' then rule.network_tries else rule.free_tries end) then
			wait := make_interval(secs => least(rule.longest_wait_s, rule.first_wait_s * power(2, least(held.waits, 20))));
			held.waits := held.waits + 1;
			held.locked_until := moment + wait;
			if kinds[i] <> 'network' and who is not null then
				perform private.log_account('account.locked', jsonb_build_object('staff', who, 'by', kinds[i], 'until', private.utc(held.locked_until)));
			end if;
		end if;
		update app.sign_in_tries t set failures = held.failures, waits = held.waits, last_at = moment, locked_until = held.locked_until where t.subject = subjects[i];
	end loop;
	return jsonb_build_object('wait_s', 0, 'is_known', known);
end $$;
comment on function private.charge_sign_in(text, text, text, text, text, uuid) is 'Definer: nobody else writes the counts. Open to the web server alone.';

-- It was right: the account and the browser start afresh, the network only gets this one try back.
create function private.forgive_sign_in(account text, network text, device text)
returns void language plpgsql security definer set search_path = '' as $$
begin
	update app.sign_in_tries t set failures = 0, waits = 0, locked_until = '-infinity'
	where t.subject in ('account:' || account, 'device:' || encode(sha256(convert_to(account || coalesce(device, ''), 'UTF8')), 'hex'));
	update app.sign_in_tries t set failures = greatest(t.failures - 1, 0), locked_until = '-infinity' where t.subject = 'network:' || network;
end $$;
comment on function private.forgive_sign_in(text, text, text) is 'Definer: nobody else writes the counts. Open to the web server alone.';

---- opening and ending sessions ----
-- Notes that a session is in use; the first time, that it was opened, and whether with a browser not seen before.
create function private.note_session(session text, staff uuid, agent text, network text, device text)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	moment timestamptz := private.clock();
	is_first boolean := not exists (select from app.known_devices d where d.staff_id = staff);
	is_new boolean := false;
begin
	if not exists (select from app.staff s where s.id = staff) then return '{"noted": false}'::jsonb; end if;
	if device is not null then
		is_new := not exists (select from app.known_devices d where d.staff_id = staff and d.device = note_session.device and d.forgotten_at is null);
		insert into app.known_devices (staff_id, device, first_seen_at, seen_at) values (staff, device, moment, moment)
		on conflict on constraint known_devices_pkey do update set seen_at = excluded.seen_at, forgotten_at = null;
	end if;
	update app.sessions s set seen_at = moment where s.id = session and s.ended_at is null and s.seen_at < moment - interval '5 minutes';
	insert into app.sessions (id, staff_id, opened_at, seen_at, agent, network, is_new_device, lasts)
	values (session, staff, moment, moment, agent, network, is_new and not is_first,
		-- Only an account that is a wall and nothing else.
		coalesce((select bool_and(r.role = 'wall') from app.staff_roles r where r.staff_id = staff and (r.valid_to is null or r.valid_to > moment)), false))
	-- A browser counts as known only once the second factor was proved: the session is there before.
	on conflict (id) do update set is_new_device = excluded.is_new_device or app.sessions.is_new_device;
	return jsonb_build_object('noted', true, 'is_new_device', is_new and not is_first);
end $$;
comment on function private.note_session(text, uuid, text, text, text) is 'Definer: nobody else writes sessions. Open to the web server alone.';

-- Ends sessions for good: their tokens are worth nothing from the next call on, and cannot be renewed.
create function private.close_sessions(person uuid, sessions text[], reason text)
returns int language plpgsql set search_path = '' as $$
declare
	closed app.sessions;
	n int := 0;
begin
	for closed in update app.sessions s set ended_at = private.clock(), end_reason = reason
		where s.staff_id = person and s.id = any (sessions) and s.ended_at is null returning s.* loop
		n := n + 1;
		perform private.log_account('account.session_ended', jsonb_build_object('staff', closed.staff_id, 'session', closed.id, 'reason', reason));
	end loop;
	delete from auth.sessions a where a.user_id = person and a.id::text = any (sessions);
	return n;
end $$;

-- Every session the auth service or we know of, but one.
create function private.sessions_but(person uuid, kept text)
returns text[] language sql stable set search_path = '' as $$
	select coalesce(array_agg(x.id), '{}') from (
		select s.id from app.sessions s where s.staff_id = person and s.ended_at is null
		union select a.id::text from auth.sessions a where a.user_id = person) x where x.id is distinct from kept;
$$;

-- A session that was never noted ends as well, by its id.
create function private.bar_sessions(sessions text[])
returns void language plpgsql set search_path = '' as $$
begin
	delete from app.ended_sessions e where e.ended_at < private.clock() - make_interval(days => private.retention_days('ended_sessions'));
	insert into app.ended_sessions (session_id) select left(x, 100) from unnest(sessions) x on conflict do nothing;
end $$;

-- Definer: ends the caller's own session and forgets those that are long over.
create or replace function private.end_session()
returns void language plpgsql security definer set search_path = '' as $$
declare
	mine text := left((select auth.jwt()) ->> 'session_id', 100);
begin
	if mine is null then return; end if;
	perform private.bar_sessions(array[mine]);
	perform private.close_sessions((select auth.uid()), array[mine], 'signed_out');
end $$;

-- Definer: ends sessions of the caller's own; null means all others. Who has not proved the second factor may not.
create function private.end_sessions(session text)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	me uuid := (select auth.uid());
	here text := coalesce((select auth.jwt()) ->> 'session_id', '');
	ended text[];
begin
	if private.session_ended() or private.sign_in_step() is not distinct from 'code' or not exists (select from app.staff s where s.id = me and s.is_active) then
		perform private.problem(403, 'role_needed');
	end if;
	ended := private.sessions_but(me, here);
	if session is not null then
		if session <> all (ended) then perform private.problem(404, 'not_found'); end if;
		ended := array[session];
	end if;
	perform private.bar_sessions(ended);
	return jsonb_build_object('ended', private.close_sessions(me, ended, 'ended_by_self'));
end $$;

-- Definer: the caller's own account, whatever stands between them and their roles.
create function private.my_account()
returns jsonb language plpgsql stable security definer set search_path = '' as $$
declare
	me uuid := (select auth.uid());
	here text := (select auth.jwt()) ->> 'session_id';
	factor boolean := private.has_factor(me);
begin
	if private.session_ended() or not exists (select from app.staff s where s.id = me and s.is_active) then return null; end if;
	return (
		select jsonb_build_object('id', s.id, 'name', s.name, 'login', s.login, 'step', private.sign_in_step(),
			'second_factor', jsonb_build_object('has', factor, 'is_assured', private.is_assured(), 'is_demanded', private.needs_factor(),
				'grace_ends_at', private.grace_end(me),
				'codes_left', (select count(*) from app.recovery_codes c where c.staff_id = me and c.used_at is null and c.replaced_at is null)),
			'password_changed_at', (select a.password_changed_at from app.account_states a where a.staff_id = me),
			-- Until the second factor is proved, whoever has the password learns nothing of the others.
			'sessions', case when private.sign_in_step() is not distinct from 'code' then '[]' else private.sessions_of(me, here) end)
		from app.staff s where s.id = me
	);
end $$;

create function private.sessions_of(person uuid, here text)
returns jsonb language sql stable set search_path = '' as $$
	select coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'opened_at', s.opened_at, 'seen_at', s.seen_at, 'agent', s.agent, 'network', s.network,
		'is_here', s.id is not distinct from here, 'is_new_device', s.is_new_device and s.noticed_at is null, 'lasts', s.lasts) order by s.seen_at desc, s.id), '[]')
	from app.sessions s, app.sign_in_rules r where s.staff_id = person and s.ended_at is null
		and (s.lasts or (s.seen_at >= private.clock() - make_interval(hours => r.idle_hours) and s.opened_at >= private.clock() - make_interval(hours => r.longest_hours)));
$$;

-- Definer: "that was me" about sign-ins from a new device, by the caller about their own.
create function private.notice_sessions()
returns jsonb language plpgsql security definer set search_path = '' as $$
begin
	if private.session_ended() or private.sign_in_step() is not null then perform private.problem(403, 'role_needed'); end if;
	update app.sessions s set noticed_at = private.clock() where s.staff_id = (select auth.uid()) and s.is_new_device and s.noticed_at is null;
	return '{"noticed": true}'::jsonb;
end $$;

---- passwords and factors: what the web server did at the auth service, and what follows from it ----
create function private.password_changed(staff uuid, session text)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	others text[] := private.sessions_but(staff, session);
begin
	insert into app.account_states (staff_id, password_changed_at, password_due) values (staff, private.clock(), false)
	on conflict (staff_id) do update set password_changed_at = excluded.password_changed_at, password_due = false;
	perform private.bar_sessions(others);
	perform private.log_account('account.password_changed', jsonb_build_object('staff', staff));
	return jsonb_build_object('ended', private.close_sessions(staff, others, 'password_changed'));
end $$;
comment on function private.password_changed(uuid, text) is 'Definer: open to the web server alone, which has just changed it.';

create function private.keep_recovery_codes(staff uuid, hashes text[])
returns jsonb language plpgsql security definer set search_path = '' as $$
begin
	update app.recovery_codes c set replaced_at = private.clock() where c.staff_id = staff and c.used_at is null and c.replaced_at is null;
	insert into app.recovery_codes (code_hash, staff_id) select h, staff from unnest(hashes) h;
	perform private.log_account(case when cardinality(hashes) > 0 then 'account.second_factor_on' else 'account.second_factor_off' end,
		jsonb_build_object('staff', staff, 'codes', cardinality(hashes)));
	return jsonb_build_object('kept', cardinality(hashes));
end $$;
comment on function private.keep_recovery_codes(uuid, text[]) is 'Definer: open to the web server alone. No codes: the second factor is off.';

-- Two uses of one code at once: one of them finds it used.
create function private.use_recovery_code(staff uuid, session text, hash text)
returns jsonb language plpgsql security definer set search_path = '' as $$
begin
	update app.recovery_codes c set used_at = private.clock()
	where c.code_hash = hash and c.staff_id = staff and c.used_at is null and c.replaced_at is null;
	if not found then return '{"ok": false}'::jsonb; end if;
	update app.sessions s set recovered_at = private.clock() where s.id = session and s.staff_id = staff and s.ended_at is null;
	perform private.log_account('account.recovery_code_used', jsonb_build_object('staff', staff, 'session', session));
	return jsonb_build_object('ok', true, 'left', (select count(*) from app.recovery_codes c where c.staff_id = staff and c.used_at is null and c.replaced_at is null));
end $$;
comment on function private.use_recovery_code(uuid, text, text) is 'Definer: open to the web server alone.';

-- Which of these have ended: a web process closes the streams it holds open for them.
create function private.ended_among(sessions text[])
returns jsonb language sql stable security definer set search_path = '' as $$
	select coalesce(jsonb_agg(x), '[]') from unnest(sessions) x
	where exists (select from app.sessions s where s.id = x and s.ended_at is not null) or exists (select from app.ended_sessions e where e.session_id = x);
$$;
comment on function private.ended_among(text[]) is 'Definer: open to the web server alone.';

---- administrators ----
-- Definer: administrators see where a person is signed in, and what waits on the account.
create function private.account_of(staff uuid)
returns jsonb language plpgsql stable security definer set search_path = '' as $$
begin
	perform private.need_admin();
	return (
		select jsonb_build_object('id', s.id, 'name', s.name, 'login', s.login, 'is_active', s.is_active, 'has_factor', private.has_factor(s.id),
			'grace_ends_at', private.grace_end(s.id), 'is_demanded', private.demands_second_factor(),
			'password_due', coalesce((select a.password_due from app.account_states a where a.staff_id = s.id), false),
			'password_changed_at', (select a.password_changed_at from app.account_states a where a.staff_id = s.id),
			'locked_until', (select max(t.locked_until) from app.sign_in_tries t where t.staff_id = s.id and t.locked_until > private.clock()),
			'devices', (select count(*) from app.known_devices d where d.staff_id = s.id and d.forgotten_at is null),
			'sessions', private.sessions_of(s.id, (select auth.jwt()) ->> 'session_id'))
		from app.staff s where s.id = account_of.staff
	);
end $$;

-- Definer: an administrator's hand on somebody's account. `what`: lift_lock; end_sessions (a lost phone: its sessions end and
-- no browser is known any more); reset_password (due for a change, everything ends); drop_factor.
create function private.tend_account(staff uuid, what text)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	all_of text[] := private.sessions_but(staff, null);
	n int := 0;
begin
	perform private.need_admin();
	if not exists (select from app.staff s where s.id = tend_account.staff) then perform private.problem(404, 'not_found'); end if;
	if what in ('end_sessions', 'reset_password', 'drop_factor') and tend_account.staff = (select auth.uid()) then
		perform private.problem(409, 'not_on_oneself');
	end if;
	if what = 'lift_lock' then
		update app.sign_in_tries t set failures = 0, waits = 0, locked_until = '-infinity' where t.staff_id = tend_account.staff;
		perform private.log_account('account.lock_lifted', jsonb_build_object('staff', staff));
	elsif what = 'end_sessions' then
		update app.known_devices d set forgotten_at = private.clock() where d.staff_id = tend_account.staff and d.forgotten_at is null;
		perform private.log_account('account.devices_forgotten', jsonb_build_object('staff', staff));
	elsif what = 'reset_password' then
		insert into app.account_states (staff_id, password_due) values (staff, true) on conflict (staff_id) do update set password_due = true;
		perform private.log_account('account.password_reset', jsonb_build_object('staff', staff));
	elsif what = 'drop_factor' then
		update app.recovery_codes c set replaced_at = private.clock() where c.staff_id = tend_account.staff and c.used_at is null and c.replaced_at is null;
		perform private.log_account('account.second_factor_off', jsonb_build_object('staff', staff));
	else
		perform private.problem(422, 'bad_request');
	end if;
	if what <> 'lift_lock' then
		perform private.bar_sessions(all_of);
		n := private.close_sessions(staff, all_of, case what when 'reset_password' then 'password_reset' else 'ended_by_admin' end);
	end if;
	return jsonb_build_object('ended', n);
end $$;

-- Definer: what the city demands of a sign-in, read and set by administrators. Left out stays; second_factor null: as the city is.
create function private.set_sign_in_rules(rules jsonb)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	was app.sign_in_rules := (select r from app.sign_in_rules r);
	becomes app.sign_in_rules;
	demanded boolean := private.demands_second_factor();
begin
	perform private.need_admin();
	begin
		becomes := jsonb_populate_record(was, coalesce(rules, '{}') - 'id' - 'second_factor_since');
		update app.sign_in_rules r set second_factor = becomes.second_factor, grace_days = becomes.grace_days, free_tries = becomes.free_tries,
			network_tries = becomes.network_tries, window_minutes = becomes.window_minutes, first_wait_s = becomes.first_wait_s,
			longest_wait_s = becomes.longest_wait_s, idle_hours = becomes.idle_hours, longest_hours = becomes.longest_hours;
	exception when check_violation or not_null_violation or invalid_text_representation or numeric_value_out_of_range then
		perform private.problem(422, 'bad_sign_in_rules');
	end;
	-- Switched on anew: everybody has the whole grace.
	if not demanded and private.demands_second_factor() then
		update app.sign_in_rules set second_factor_since = private.clock();
	end if;
	perform private.describe('account.rules_changed', private.clock());
	perform private.log_change('account', null, null, to_jsonb(was) - 'id', (select to_jsonb(r) - 'id' from app.sign_in_rules r));
	return (select to_jsonb(r) - 'id' || jsonb_build_object('is_demanded', private.demands_second_factor()) from app.sign_in_rules r);
end $$;

---- staff: changes are logged ----
create function private.staff_state(person uuid)
returns jsonb language sql stable set search_path = '' as $$
	select jsonb_build_object('staff', s.id, 'is_active', s.is_active, 'roles', (select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('role', r.role,
		'unit_id', r.unit_id, 'area_id', r.area_id, 'valid_from', private.utc(r.valid_from), 'valid_to', private.utc(r.valid_to))) order by r.role, r.unit_id, r.area_id, r.valid_from), '[]')
		from app.staff_roles r where r.staff_id = s.id))
	from app.staff s where s.id = person;
$$;

-- Who administers: now, and without an end. Taken before a change of anybody's rights, one such change at a time: two administrators who each take the other's
-- role must not both succeed.
create function private.administrators()
returns int[] language plpgsql set search_path = '' as $$
begin
	perform pg_advisory_xact_lock(hashtextextended('kerbside.administrators', 0));
	return (
		select array[count(distinct r.staff_id), count(distinct r.staff_id) filter (where r.valid_to is null)]
		from app.staff_roles r join app.staff s on s.id = r.staff_id and s.is_active
		where r.role = 'admin' and r.valid_from <= private.clock() and (r.valid_to is null or r.valid_to > private.clock())
	);
end $$;

-- Refuses the change when a city that had somebody to administer it would be left without, now or once the dates of those who are left have passed.
create function private.keep_an_administrator(before int[])
returns void language plpgsql set search_path = '' as $$
declare
	now int[] := private.administrators();
begin
	if (before[1] > 0 and now[1] = 0) or (before[2] > 0 and now[2] = 0) then perform private.problem(409, 'last_administrator'); end if;
end $$;

-- Definer: creates or changes a person's entry and roles. The account itself is made by the auth service.
-- staff: {id, name, login, roles: [{role, unit | unit_id, area_id, valid_from, valid_to}]}; a unit named that does not exist is made.
create or replace function private.upsert_staff(staff jsonb)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	person uuid := (staff ->> 'id')::uuid;
	was jsonb := private.staff_state(person);
	entry jsonb;
	unit bigint;
	administrators int[];
begin
	perform private.need_admin();
	administrators := private.administrators();
	if person is null or not coalesce(private.is_plain_text(staff ->> 'name', 80), false) or jsonb_array_length(coalesce(staff -> 'roles', '[]')) = 0 then
		perform private.problem(422, 'bad_staff');
	end if;
	insert into app.staff (id, name, login) values (person, staff ->> 'name', staff ->> 'login')
	on conflict (id) do update set name = excluded.name, login = coalesce(excluded.login, app.staff.login), is_active = true;
	delete from app.staff_roles r where r.staff_id = person;
	for entry in select value from jsonb_array_elements(staff -> 'roles') loop
		if not exists (select from app.roles r where r.role = entry ->> 'role') then
			perform private.problem(422, 'unknown_role', jsonb_build_object('role', entry ->> 'role'));
		end if;
		unit := (entry ->> 'unit_id')::bigint;
		if unit is null and entry ->> 'unit' is not null then
			unit := private.unit_named(entry ->> 'unit', null);
		end if;
		insert into app.staff_roles (staff_id, role, unit_id, area_id, valid_from, valid_to)
		values (person, entry ->> 'role', unit, (entry ->> 'area_id')::bigint,
			coalesce((entry ->> 'valid_from')::timestamptz, '2000-01-01'), (entry ->> 'valid_to')::timestamptz);
	end loop;
	perform private.keep_an_administrator(administrators);
	-- Set-up by the server's own key is no person's act, until it changes what is there.
	if was is not null or (select auth.uid()) is not null then
		perform private.describe('staff.changed', private.clock());
		perform private.log_change('staff', null, null, was, private.staff_state(person));
	end if;
	return jsonb_build_object('id', person);
end $$;

-- Definer: administrators see everyone's account and roles, ended ones too.
create or replace function private.staff_list()
returns jsonb language plpgsql stable security definer set search_path = '' as $$
begin
	perform private.need_admin();
	return (
		select jsonb_build_object('staff', coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'name', s.name, 'login', s.login, 'is_active', s.is_active,
			'has_factor', private.has_factor(s.id),
			'is_locked', exists (select from app.sign_in_tries t where t.staff_id = s.id and t.locked_until > private.clock()),
			'seen_at', (select max(x.seen_at) from app.sessions x where x.staff_id = s.id),
			'roles', (select coalesce(jsonb_agg(jsonb_build_object('role', r.role, 'role_name', n.name, 'role_name_en', n.name_en, 'unit_id', r.unit_id, 'unit', u.name,
				'unit_key', u.key, 'area_id', r.area_id, 'area', v.name, 'valid_from', r.valid_from, 'valid_to', r.valid_to) order by n.position, r.id), '[]')
				from app.staff_roles r join app.roles n on n.role = r.role left join app.units u on u.id = r.unit_id
				left join app.area_versions v on v.area_id = r.area_id and v.valid_to is null where r.staff_id = s.id)) order by s.name, s.id), '[]'))
		from app.staff s
	);
end $$;

---- what may be called ----
create function api.charge_sign_in(account text, kind text default 'account', network text default null, device text default null, login text default null, person uuid default null)
returns jsonb language sql set search_path = '' as $$ select private.charge_sign_in(account, kind, network, device, login, person); $$;
create function api.forgive_sign_in(account text, network text default null, device text default null)
returns jsonb language plpgsql set search_path = '' as $$
begin
	perform private.forgive_sign_in(account, network, device);
	return '{"forgiven": true}'::jsonb;
end $$;
create function api.note_session(session text, staff uuid, agent text default null, network text default null, device text default null)
returns jsonb language sql set search_path = '' as $$ select private.note_session(session, staff, agent, network, device); $$;
create function api.password_changed(staff uuid, session text default null)
returns jsonb language sql set search_path = '' as $$ select private.password_changed(staff, session); $$;
create function api.keep_recovery_codes(staff uuid, hashes text[])
returns jsonb language sql set search_path = '' as $$ select private.keep_recovery_codes(staff, hashes); $$;
create function api.use_recovery_code(staff uuid, session text, hash text)
returns jsonb language sql set search_path = '' as $$ select private.use_recovery_code(staff, session, hash); $$;
create function api.ended_among(sessions text[])
returns jsonb language sql stable set search_path = '' as $$ select private.ended_among(sessions); $$;
create function api.my_account()
returns jsonb language sql stable set search_path = '' as $$ select private.my_account(); $$;
create function api.end_sessions(session text default null)
returns jsonb language sql set search_path = '' as $$ select private.end_sessions(session); $$;
create function api.notice_sessions()
returns jsonb language sql set search_path = '' as $$ select private.notice_sessions(); $$;
create function api.account_of(staff uuid)
returns jsonb language sql stable set search_path = '' as $$ select private.account_of(staff); $$;
create function api.tend_account(staff uuid, what text)
returns jsonb language sql set search_path = '' as $$ select private.tend_account(staff, what); $$;
create function api.sign_in_rules()
returns jsonb language sql stable set search_path = '' as $$
	select to_jsonb(r) - 'id' || jsonb_build_object('is_demanded', coalesce(r.second_factor, not (select c.is_demo from app.city c))) from app.sign_in_rules r;
$$;
create function api.set_sign_in_rules(rules jsonb)
returns jsonb language sql set search_path = '' as $$ select private.set_sign_in_rules(rules); $$;

alter table app.sign_in_rules enable row level security;
alter table app.sign_in_tries enable row level security;
alter table app.sessions enable row level security;
alter table app.known_devices enable row level security;
alter table app.account_states enable row level security;
alter table app.recovery_codes enable row level security;
grant select on app.sign_in_rules to authenticated, service_role;
grant select on app.sign_in_tries, app.sessions, app.known_devices, app.account_states, app.recovery_codes to service_role;
create policy "administrators and data officers read what a sign-in demands" on app.sign_in_rules for select to authenticated
	using ((select private.has_role('admin', 'data_officer')));

revoke all on function private.begin_grace(), private.log_account(text, jsonb), private.demands_second_factor(), private.grace_end(uuid), private.has_factor(uuid),
	private.is_assured(), private.password_due(), private.needs_factor(), private.enrol_by(), private.sign_in_step(), private.charge_sign_in(text, text, text, text, text, uuid), private.forgive_sign_in(text, text, text),
	private.note_session(text, uuid, text, text, text), private.close_sessions(uuid, text[], text), private.sessions_but(uuid, text), private.bar_sessions(text[]),
	private.end_sessions(text), private.my_account(), private.sessions_of(uuid, text), private.notice_sessions(), private.password_changed(uuid, text),
	private.keep_recovery_codes(uuid, text[]), private.use_recovery_code(uuid, text, text), private.ended_among(text[]), private.account_of(uuid),
	private.tend_account(uuid, text), private.set_sign_in_rules(jsonb), private.staff_state(uuid), private.administrators(), private.keep_an_administrator(int[]),
	api.charge_sign_in(text, text, text, text, text, uuid), api.forgive_sign_in(text, text, text), api.note_session(text, uuid, text, text, text),
	api.password_changed(uuid, text), api.keep_recovery_codes(uuid, text[]), api.use_recovery_code(uuid, text, text), api.ended_among(text[]), api.my_account(),
	api.end_sessions(text), api.notice_sessions(), api.account_of(uuid), api.tend_account(uuid, text), api.sign_in_rules(), api.set_sign_in_rules(jsonb)
	from public, anon, authenticated, service_role;
-- What trusts the server's word is granted to the server alone.
grant execute on function api.charge_sign_in(text, text, text, text, text, uuid), api.forgive_sign_in(text, text, text), api.note_session(text, uuid, text, text, text),
	api.password_changed(uuid, text), api.keep_recovery_codes(uuid, text[]), api.use_recovery_code(uuid, text, text), api.ended_among(text[]),
	private.charge_sign_in(text, text, text, text, text, uuid), private.forgive_sign_in(text, text, text), private.note_session(text, uuid, text, text, text),
	private.password_changed(uuid, text), private.keep_recovery_codes(uuid, text[]), private.use_recovery_code(uuid, text, text), private.ended_among(text[])
	to service_role;
grant execute on function api.my_account(), private.my_account(), api.end_sessions(text), private.end_sessions(text), api.notice_sessions(), private.notice_sessions(),
	private.sign_in_step(), private.enrol_by() to authenticated;
grant execute on function api.account_of(uuid), private.account_of(uuid), api.tend_account(uuid, text), private.tend_account(uuid, text),
	api.sign_in_rules(), api.set_sign_in_rules(jsonb), private.set_sign_in_rules(jsonb) to authenticated, service_role;
