-- Time: working hours elapsed, limits per stage, what is asked for and approved, the ladder of an overdue case, who is told, and webhooks.

---- Working time ----

-- The working hours that lie between two moments, by the same calendar as private.add_working_hours: between(a, add(a, h)) = h.
create function private.working_hours_between(since timestamptz, until timestamptz)
returns numeric language sql stable set search_path = '' as $$
	select coalesce(round((sum(extract(epoch from least(t.b, d.day + h.ends) - greatest(t.a, d.day + h.starts)))
		filter (where greatest(t.a, d.day + h.starts) < least(t.b, d.day + h.ends)) / 3600)::numeric, 4), 0)
	from (select since at time zone c.time_zone as a, until at time zone c.time_zone as b from app.city c) t
	cross join lateral (select g::date as day from generate_series(t.a::date, t.b::date, interval '1 day') g) d
	left join app.working_days x on x.day = d.day
	join app.working_hours h on h.weekday = case when x.is_workday then 1 when not x.is_workday then 0 else extract(isodow from d.day) end;
$$;

-- Years between two moments of which no holiday is known: a limit that runs through one is reckoned as if nobody had a day off.
create function private.unknown_years(since timestamptz, until timestamptz)
returns int[] language sql stable set search_path = '' as $$
	select coalesce(array_agg(y order by y), '{}')
	from generate_series(extract(year from private.local_day(since))::int, extract(year from private.local_day(until))::int) y
	where not exists (select from app.working_days w where not w.is_workday and w.day >= make_date(y, 1, 1) and w.day < make_date(y + 1, 1, 1));
$$;

-- When the handling limit began, at the first dispatch, and when four fifths of it are used: worked out once, so that a light is two comparisons.
alter table app.cases add column limit_from timestamptz, add column warn_at timestamptz, add column stopped_at timestamptz, add column runs_from timestamptz,
	add column used_hours numeric not null default 0;
comment on column app.cases.limit_from is 'When the handling limit began to run: the first dispatch.';
comment on column app.cases.warn_at is 'When 80 % of the limit''s working time are used: the light turns yellow.';
comment on column app.cases.stopped_at is 'Since when an approved suspension stops the limit''s clock; null while it runs.';
comment on column app.cases.runs_from is 'Since when that clock runs without a stop, where it once stood still: the last time the case was resumed.';
comment on column app.cases.used_hours is 'Working hours of the limit that were used before then.';

-- The limit''s working hours, and when a share of them is used: what a clock that stood still did not count is no part of either.
create function private.limit_hours(c app.cases)
returns numeric language sql stable set search_path = '' as $$
	select c.used_hours + private.working_hours_between(coalesce(c.runs_from, c.limit_from, c.dispatched_at), c.due_at);
$$;

create function private.limit_share(c app.cases, share numeric)
returns timestamptz language sql stable set search_path = '' as $$
	select private.add_working_hours(coalesce(c.runs_from, c.limit_from, c.dispatched_at), greatest(private.limit_hours(c) * share - c.used_hours, 0));
$$;

create function private.keep_limit()
returns trigger language plpgsql set search_path = '' as $$
begin
	new.limit_from := coalesce(new.limit_from, new.dispatched_at);
	new.warn_at := case when new.due_at > new.limit_from then private.limit_share(new, 0.8) end;
	return new;
end $$;
create trigger cases_limit before insert or update of due_at on app.cases for each row when (new.due_at is not null and not private.is_bulk()) execute function private.keep_limit();

-- Green to 80 %, yellow to 100 %, red past it. A case that came with history has no 80 % of its own: the share of the time between stands for it.
create function private.light_of(c app.cases)
returns text language sql stable set search_path = '' as $$
	select case when c.status in ('closed', 'voided', 'suspended') or c.due_at is null then null
		when private.clock() > c.due_at then 'red'
		when private.clock() > coalesce(c.warn_at, c.dispatched_at + (c.due_at - c.dispatched_at) * 0.8) then 'yellow' else 'green' end;
$$;

create table app.stage_limits (
	id bigint generated always as identity primary key,
	category text references app.categories (code),
	stage text not null check (stage in ('registration', 'dispatch', 'verification')),
	working_hours numeric not null check (working_hours > 0 and working_hours <= 2000)
);
comment on table app.stage_limits is 'Working hours for registration (受理), dispatch (派遣) and verification (核查); no category: for all that have none of their own. Handling''s limit is the category''s.';
create unique index stage_limits_one on app.stage_limits (stage, coalesce(category, ''));
create index stage_limits_category on app.stage_limits (category);
insert into app.stage_limits (stage, working_hours) values ('registration', 1), ('dispatch', 1), ('verification', 7);

-- The limit of a stage for a category: its own, else its class's, else everyone's.
create function private.stage_limit(stage text, category text)
returns numeric language sql stable set search_path = '' as $$
	select l.working_hours from app.stage_limits l
	where l.stage = stage_limit.stage and (l.category is null or l.category = stage_limit.category
		or l.category = (select k.parent from app.categories k where k.code = stage_limit.category))
	order by case when l.category = stage_limit.category then 1 when l.category is not null then 2 else 3 end limit 1;
$$;

-- One stage's clock: working hours used of the limit, and its light. No limit, no light.
create function private.clock_of(stage text, since timestamptz, until timestamptz, limit_hours numeric, due_at timestamptz, used_hours numeric default null)
returns jsonb language sql stable set search_path = '' as $$
	select jsonb_build_object('stage', clock_of.stage, 'since', since, 'until', until, 'due_at', due_at, 'limit_hours', limit_hours, 'used_hours', round(u.used, 2),
		'light', case when limit_hours is null then null when u.used > limit_hours then 'red' when u.used > limit_hours * 0.8 then 'yellow' else 'green' end,
		'unknown_years', to_jsonb(private.unknown_years(since, coalesce(due_at, until, private.clock()))))
	from (select coalesce(used_hours, private.working_hours_between(since, coalesce(until, private.clock()))) as used) u
	where since is not null;
$$;

-- Definer: when the first report came in is part of the case's time, and its row may be closed to the caller. Called after the case was read under the caller's rights.
create function private.case_clocks(c app.cases)
returns jsonb language plpgsql stable security definer set search_path = '' as $$
declare
	reported timestamptz := (select min(r.recorded_at) from app.reports r where r.case_id = c.id);
	waits_since timestamptz := case when c.status = 'reassigned' then
		(select max(e.recorded_at) from app.event_log e where e.case_id = c.id and e.kind = 'case.reassigned') else c.filed_at end;
	begun timestamptz := coalesce(c.limit_from, c.dispatched_at);
	verify_since timestamptz := greatest(c.handled_at, c.disputed_at);
	worked_until timestamptz := case when c.status in ('handled', 'closed') then c.handled_at when c.status = 'voided' then begun else c.stopped_at end;
	hours numeric;
	clocks jsonb := '[]'::jsonb;
begin
	if c.is_history then return clocks; end if;
	hours := private.stage_limit('registration', c.category);
	clocks := clocks || coalesce(private.clock_of('registration', least(reported, c.filed_at), c.filed_at, hours, case when hours is not null then private.add_working_hours(least(reported, c.filed_at), hours) end), '[]');
	hours := private.stage_limit('dispatch', c.category);
	clocks := clocks || coalesce(private.clock_of('dispatch', waits_since, case when c.status not in ('filed', 'reassigned') then coalesce(begun, c.filed_at) end, hours,
		case when hours is not null then private.add_working_hours(waits_since, hours) end), '[]');
	if begun is not null and c.due_at is not null then
		clocks := clocks || coalesce(private.clock_of('handling', begun, worked_until, private.limit_hours(c), c.due_at,
			case when c.status = 'voided' then 0 else c.used_hours + private.working_hours_between(coalesce(c.runs_from, begun), coalesce(worked_until, private.clock())) end), '[]');
	end if;
	if c.status in ('handled', 'closed') and verify_since is not null then
		hours := private.stage_limit('verification', c.category);
		clocks := clocks || coalesce(private.clock_of('verification', verify_since, case when c.status = 'closed' then c.closed_at end, hours,
			case when hours is not null then private.add_working_hours(verify_since, hours) end), '[]');
	end if;
	return clocks;
end $$;

---- Who is told ----

create table app.notifications (
	id bigint generated always as identity primary key,
	staff_id uuid not null references app.staff (id),
	kind text not null check (kind in ('rung', 'asked', 'decided', 'returned', 'dispatched', 'resumed', 'disputed', 'flag', 'review')),
	case_id uuid references app.cases (id),
	report_id uuid references app.reports (id),
	-- The rung, or what was asked for: a code.
	about text,
	outcome text check (outcome in ('approved', 'refused')),
	at timestamptz not null,
	seen_at timestamptz
);
comment on table app.notifications is 'What a person is told in the application: ids and codes only. seen_at: when they had looked.';
create index notifications_staff on app.notifications (staff_id, id desc);
create index notifications_unseen on app.notifications (staff_id) where seen_at is null;
create index notifications_case on app.notifications (case_id);
create index notifications_report on app.notifications (report_id);

-- Whoever holds one of the roles today; of these units where units are named.
create function private.holders(roles text[], units bigint[] default null)
returns setof uuid language sql stable set search_path = '' as $$
	select distinct r.staff_id from app.staff_roles r join app.staff s on s.id = r.staff_id
	where s.is_active and r.role = any (holders.roles) and (units is null or r.unit_id = any (units))
		and r.valid_from <= private.clock() and (r.valid_to is null or r.valid_to > private.clock());
$$;

-- Nobody is told what they did themselves.
create function private.tell(people uuid[], kind text, case_id uuid, about text default null, outcome text default null)
returns void language sql set search_path = '' as $$
	insert into app.notifications (staff_id, kind, case_id, about, outcome, at)
	select distinct p, tell.kind, tell.case_id, tell.about, tell.outcome, private.clock() from unnest(people) p where p is distinct from (select auth.uid());
$$;

create function private.unit_people(unit bigint, roles text[] default '{team,unit_handler}')
returns uuid[] language sql stable set search_path = '' as $$
	select coalesce(array_agg(h), '{}') from private.holders(roles, array[unit]) h;
$$;

---- What is asked for by one and approved by another ----

alter table app.case_moves drop constraint case_moves_needs_check;
alter table app.case_moves add constraint case_moves_needs_check check (needs <@ array['unit', 'reason', 'note', 'review_at', 'proof', 'request']);
-- Neither is made on one's own any more: the unit asks, and making the move is the approval.
update app.case_moves set roles = '{dispatcher}', own_unit = false, not_if = '{handled_it}', needs = '{request}' where move = 'hand_back';
update app.case_moves set needs = '{request}' where move = 'suspend';

create table app.request_rules (
	kind text not null check (kind in ('extension', 'suspension', 'hand_back')),
	from_status text not null references app.case_statuses (status),
	ask_roles text[] not null,
	decide_roles text[] not null,
	not_if text[] not null default '{}' check (not_if <@ array['handled_it', 'dispatched_it', 'verified_it']),
	-- What an approval does; none: it gives time.
	move text,
	name text not null,
	name_en text not null,
	position int not null,
	primary key (kind, from_status),
	foreign key (move, from_status) references app.case_moves (move, from_status)
);
comment on table app.request_rules is 'What may be asked for in which state, by which roles of the case''s unit, and who decides: never the asker, nor who did what not_if names.';
create index request_rules_from on app.request_rules (from_status);
create index request_rules_move on app.request_rules (move, from_status);
insert into app.request_rules (kind, from_status, ask_roles, decide_roles, not_if, move, name, name_en, position)
	select v.kind, s.status, '{team,unit_handler}', v.decide, v.not_if, v.move, v.name, v.name_en, v.position
	from (values ('extension', '{closer}'::text[], '{handled_it}'::text[], null, '延期', 'Extension', 1),
		('suspension', '{closer}', '{handled_it,dispatched_it}', 'suspend', '挂账', 'Suspension', 2),
		('hand_back', '{dispatcher}', '{handled_it}', 'hand_back', '回退', 'Hand back', 3)) v (kind, decide, not_if, move, name, name_en, position)
	cross join unnest(array['dispatched', 'handling', 'returned']) s (status) where v.kind <> 'hand_back' or s.status <> 'handling';

insert into app.reasons (move, code, name, name_en, position) values
	('extend', 'weather', '恶劣天气', 'Bad weather', 1), ('extend', 'joint_action', '需联合执法', 'Joint action is needed', 2),
	('extend', 'person_absent', '当事人未到场', 'The person concerned is absent', 3), ('extend', 'short_of_means', '人手或设备不足', 'Short of hands or equipment', 4),
	('refuse_request', 'not_justified', '理由不充分', 'Not justified', 1), ('refuse_request', 'papers_missing', '缺少佐证材料', 'Papers are missing', 2),
	('refuse_request', 'still_in_time', '仍可按期处理', 'It can still be done in time', 3), ('refuse_request', 'it_is_yours', '确属本单位责任', 'It is your unit''s', 4),
	('keep_flag', 'supervise', '列入重点督办', 'To be supervised', 1), ('keep_flag', 'talk_to_unit', '约谈责任单位', 'The unit is to explain itself', 2),
	('clear_flag', 'cause_removed', '原因已查明并消除', 'The cause is known and removed', 1), ('clear_flag', 'returned_in_error', '返工判定有误', 'It was returned in error', 2);

create table app.case_requests (
	id uuid primary key default gen_random_uuid(),
	case_id uuid not null references app.cases (id),
	kind text not null check (kind in ('extension', 'suspension', 'hand_back')),
	unit_id bigint not null references app.units (id),
	state text not null default 'asked' check (state in ('asked', 'approved', 'refused', 'withdrawn', 'lapsed')),
	asked_by uuid not null references app.staff (id),
	asked_at timestamptz not null,
	reason_code text not null,
	note_id uuid references app.notes (id),
	hours numeric check (hours > 0 and hours <= 200),
	review_at timestamptz,
	-- The working time of an approved suspension is taken out of the limit when the case is resumed.
	stops_clock boolean not null default false,
	decided_by uuid references app.staff (id),
	decided_at timestamptz,
	decision_reason text,
	decision_note_id uuid references app.notes (id),
	due_before timestamptz,
	due_after timestamptz,
	check ((kind = 'extension') = (hours is not null)),
	check ((kind = 'suspension') = (review_at is not null)),
	check (kind = 'suspension' or not stops_clock),
	check ((state = 'asked') = (decided_at is null)),
	constraint case_requests_two_people check (state not in ('approved', 'refused') or (decided_by is not null and decided_by <> asked_by))
);
comment on table app.case_requests is 'Extension (延期), suspension (挂账) and hand-back (回退): asked for by one person of the unit, decided by another person. lapsed: the case moved on before anybody decided.';
create unique index case_requests_open on app.case_requests (case_id, kind) where state = 'asked';
create index case_requests_case on app.case_requests (case_id);
create index case_requests_unit on app.case_requests (unit_id);
create index case_requests_asker on app.case_requests (asked_by);
create index case_requests_decider on app.case_requests (decided_by);
create index case_requests_note on app.case_requests (note_id);
create index case_requests_decision_note on app.case_requests (decision_note_id);
create index case_requests_waiting on app.case_requests (asked_at) where state = 'asked';

create function private.request_state(q app.case_requests)
returns jsonb language sql stable set search_path = '' as $$
	select jsonb_build_object('request_id', q.id, 'kind', q.kind, 'state', q.state, 'unit_id', q.unit_id, 'hours', q.hours, 'review_at', private.utc(q.review_at),
		'stops_clock', nullif(q.stops_clock, false), 'due_before', private.utc(q.due_before), 'due_after', private.utc(q.due_after));
$$;

create function private.log_request()
returns trigger language plpgsql set search_path = '' as $$
begin
	if tg_op = 'INSERT' then
		perform private.log_change('request', null, new.case_id, null, private.request_state(new));
	else
		-- Which request it was stands in every line about it.
		perform private.log_change('request', null, new.case_id, private.request_state(old) - 'request_id' - 'kind', private.request_state(new));
	end if;
	return null;
end $$;
create trigger case_requests_log after insert or update on app.case_requests for each row execute function private.log_request();
create trigger case_requests_never_deleted before delete or truncate on app.case_requests for each statement execute function private.refuse_change();

-- Definer: requests and acts are judged whoever asks. Why the caller may not decide a request, as a code; null when they may.
create function private.why_not_decide(q app.case_requests, c app.cases)
returns text language plpgsql stable security definer set search_path = '' as $$
declare
	rule app.request_rules;
begin
	select r.* into rule from app.request_rules r where r.kind = q.kind and r.from_status = c.status;
	if q.state <> 'asked' or rule.kind is null then return 'request_decided'; end if;
	if private.role_for(rule.decide_roles, c.area_id) is null then return 'role_needed'; end if;
	if q.asked_by = (select auth.uid()) then return 'asked_it'; end if;
	return (select a.act from app.case_acts a where a.case_id = c.id and a.staff_id = (select auth.uid()) and a.act = any (rule.not_if) limit 1);
end $$;

-- Definer: requests are judged whoever asks.
-- Why the caller may not make a move, as a code; null when they may. Asked before showing a button and again by the move itself.
create or replace function private.why_not(c app.cases, rule app.case_moves)
returns text language plpgsql stable security definer set search_path = '' as $$
declare
	own_act text;
	asker uuid;
begin
	if private.role_for(rule.roles, c.area_id) is null then return 'role_needed'; end if;
	if rule.own_unit and not coalesce(c.unit_id in (select private.my_units()), false) then return 'not_your_unit'; end if;
	foreach own_act in array rule.not_if loop
		if exists (select from app.case_acts a where a.case_id = c.id and a.staff_id = (select auth.uid()) and a.act = own_act) then
			return own_act;
		end if;
	end loop;
	if 'request' = any (rule.needs) then
		asker := (select q.asked_by from app.case_requests q join app.request_rules r on r.kind = q.kind and r.from_status = c.status
			where q.case_id = c.id and q.state = 'asked' and r.move = rule.move);
		if asker is null then return 'nobody_asked'; end if;
		if asker = (select auth.uid()) then return 'asked_it'; end if;
	end if;
	return null;
end $$;

---- Failed twice: a flag for a named person ----

create table app.case_flags (
	id bigint generated always as identity primary key,
	case_id uuid not null references app.cases (id),
	raised_at timestamptz not null,
	returned_count int not null,
	decider uuid references app.staff (id),
	decision text check (decision in ('keep', 'clear')),
	decided_by uuid references app.staff (id),
	decided_at timestamptz,
	reason_code text,
	note_id uuid references app.notes (id),
	check ((decision is null) = (decided_at is null) and (decision is null) = (decided_by is null))
);
comment on table app.case_flags is 'A case that was returned twice: who is to decide about it, and what they decided with which reason. A flag proposes; a person decides.';
create unique index case_flags_open on app.case_flags (case_id) where decision is null;
create index case_flags_case on app.case_flags (case_id);
create index case_flags_decider on app.case_flags (decider) where decision is null;
create index case_flags_decided_by on app.case_flags (decided_by);
create index case_flags_note on app.case_flags (note_id);
create trigger case_flags_never_deleted before delete or truncate on app.case_flags for each statement execute function private.refuse_change();

-- Who may be asked to decide: the office before the closers, nobody who had a hand in the case, the one with the fewest such cases first.
create function private.flag_decider(c app.cases)
returns uuid language sql stable set search_path = '' as $$
	select p.staff_id from (select h as staff_id, 1 as rank from private.holders('{office}') h union all select h, 2 from private.holders('{closer}') h) p
	where not exists (select from app.case_acts a where a.case_id = c.id and a.staff_id = p.staff_id)
	order by p.rank, (select count(*) from app.case_flags f where f.decider = p.staff_id and f.decision is null), p.staff_id limit 1;
$$;

create function private.raise_flag(c app.cases)
returns void language plpgsql set search_path = '' as $$
declare
	who uuid := private.flag_decider(c);
begin
	if exists (select from app.case_flags f where f.case_id = c.id and f.decision is null) then return; end if;
	insert into app.case_flags (case_id, raised_at, returned_count, decider) values (c.id, private.clock(), c.returned_count, who);
	perform private.describe('flag.raised', private.clock(), 'clock');
	perform private.log_change('flag', null, c.id, null, jsonb_build_object('decider', who, 'returned_count', c.returned_count));
	if who is not null then
		insert into app.notifications (staff_id, kind, case_id, at) values (who, 'flag', c.id, private.clock());
	end if;
end $$;

-- Definer: the person named decides; where nobody is named or they no longer hold such a role, any of the office or the closers who had no hand in the case.
create function private.may_decide_flag(f app.case_flags)
returns boolean language sql stable security definer set search_path = '' as $$
	select f.decision is null and private.has_role('office', 'closer')
		and not exists (select from app.case_acts a where a.case_id = f.case_id and a.staff_id = (select auth.uid()))
		and (f.decider = (select auth.uid()) or f.decider is null or f.decider not in (select private.holders('{office,closer}')));
$$;

-- Definer: decides about a flag for the person it names, and checks that they are.
create function private.decide_flag(case_id uuid, decision text, reason_code text, note text, request_id uuid)
returns void language plpgsql security definer set search_path = '' as $$
declare
	c app.cases;
	f app.case_flags;
	kept_note uuid;
begin
	select x.* into c from app.cases x where x.id = decide_flag.case_id for update;
	if c.id is null or not private.sees_case(c.unit_id, c.area_id, c.status) then perform private.problem(404, 'not_found'); end if;
	perform private.need_role('office', 'closer');
	if private.already_done(request_id, c.id, 'decide_flag') then return; end if;
	select x.* into f from app.case_flags x where x.case_id = c.id and x.decision is null for update;
	if f.id is null then perform private.problem(409, 'flag_decided'); end if;
	if not private.may_decide_flag(f) then perform private.problem(403, 'flag_is_anothers'); end if;
	if decide_flag.decision is null or decide_flag.decision not in ('keep', 'clear') then perform private.problem(422, 'unknown_kind', '{"field": "decision"}'); end if;
	if decide_flag.reason_code is null or not exists (select from app.reasons x where x.move = decide_flag.decision || '_flag' and x.code = decide_flag.reason_code) then
		perform private.problem(422, 'reason_needed', '{"field": "reason_code"}');
	end if;
	kept_note := private.keep_note(note);
	update app.case_flags x set decision = decide_flag.decision, decided_by = (select auth.uid()), decided_at = private.clock(), reason_code = decide_flag.reason_code, note_id = kept_note where x.id = f.id;
	if decide_flag.decision = 'clear' then
		perform private.describe('case.flag_cleared', private.clock(), private.role_for('{office,closer}'), decide_flag.reason_code, kept_note, request_id);
		update app.cases x set is_flagged = false, version = x.version + 1 where x.id = c.id;
	else
		perform private.describe('flag.kept', private.clock(), private.role_for('{office,closer}'), decide_flag.reason_code, kept_note, request_id);
		perform private.log_change('flag', null, c.id, null, jsonb_build_object('decision', 'keep'));
	end if;
end $$;

---- The ladder of an overdue case ----

create table app.ladder_rungs (
	rung text primary key check (rung ~ '^[a-z0-9_]{1,40}$'),
	measure text not null check (measure in ('share', 'hours_past')),
	-- share: of the limit's working time; hours_past: working hours after the limit.
	value numeric not null check (value > 0 and (measure = 'hours_past' or value <= 1) and value <= 2000),
	whom text[] not null check (whom <@ array['team', 'unit_handler', 'parent', 'closer', 'office'] and cardinality(whom) > 0),
	name text not null check (private.is_plain_text(name, 80)),
	name_en text not null check (private.is_plain_text(name_en, 80)),
	is_active boolean not null default true,
	position int not null
);
comment on table app.ladder_rungs is 'The overdue ladder (超期分级提醒): when a case reaches a rung and whom it is told. parent: the handlers of the unit above.';
insert into app.ladder_rungs (rung, measure, value, whom, name, name_en, position) values
	('soon', 'share', 0.8, '{team,unit_handler}', '时限将到', 'Limit is near', 1),
	('due', 'share', 1.0, '{team,unit_handler,closer}', '时限已到', 'Limit is reached', 2),
	('late', 'hours_past', 7, '{unit_handler,parent,closer}', '超期一个工作日', 'One working day late', 3),
	('very_late', 'hours_past', 21, '{parent,closer,office}', '超期三个工作日', 'Three working days late', 4);

create table app.case_rungs (
	case_id uuid not null references app.cases (id),
	rung text not null references app.ladder_rungs (rung),
	at timestamptz not null,
	reached_at timestamptz,
	primary key (case_id, rung)
);
comment on table app.case_rungs is 'When an open case reaches each rung, worked out when its limit is set. A schedule: what was reached is in the event log.';
create index case_rungs_rung on app.case_rungs (rung);
create index case_rungs_due on app.case_rungs (at) where reached_at is null;

-- Plans the rungs of a case. `silently`: what lies behind already is nobody's news (a case that came with history).
create function private.plan_rungs(c app.cases, silently boolean default false)
returns void language plpgsql set search_path = '' as $$
declare
	total numeric := private.limit_hours(c);
begin
	insert into app.case_rungs (case_id, rung, at, reached_at)
	select c.id, p.rung, p.at, case when silently and p.at <= private.clock() then p.at end
	from (select l.rung, case when l.measure = 'hours_past' then private.add_working_hours(c.due_at, l.value)
			when l.value = 1 or total = 0 then c.due_at else private.limit_share(c, l.value) end as at
		from app.ladder_rungs l where l.is_active) p
	-- A limit that moved arms again what now lies ahead; what was told for a limit that stands is not told twice.
	on conflict (case_id, rung) do update set at = excluded.at, reached_at = case when excluded.at > private.clock() then null else coalesce(app.case_rungs.reached_at, excluded.reached_at) end;
end $$;

-- Definer: cases are moved by definers and by the importer; the schedule follows whoever moved them.
create function private.keep_rungs()
returns trigger language plpgsql security definer set search_path = '' as $$
begin
	if new.status in ('closed', 'voided') then
		delete from app.case_rungs r where r.case_id = new.id and r.reached_at is null;
	elsif new.due_at is not null and (tg_op = 'INSERT' or new.due_at is distinct from old.due_at or old.status in ('closed', 'voided')) then
		perform private.plan_rungs(new, tg_op = 'UPDATE' and old.status in ('closed', 'voided'));
	end if;
	return null;
end $$;
create trigger cases_rungs after insert or update of due_at, status on app.cases for each row when (not private.is_bulk()) execute function private.keep_rungs();

-- Who is told of a rung: whoever can do something about it in the state the case is in, the unit only while the case lies with it.
create function private.rung_people(c app.cases, whom text[])
returns uuid[] language sql stable set search_path = '' as $$
	select coalesce(array_agg(distinct p.id), '{}') from (
		select h as id from private.holders(array(select w from unnest(whom) w where w in ('team', 'unit_handler')), array[c.unit_id]) h where c.status in ('dispatched', 'handling', 'returned')
		union all select h from private.holders('{unit_handler}', array(select u.parent_id from app.units u where u.id = c.unit_id and u.parent_id is not null)) h
			where 'parent' = any (whom) and c.status in ('dispatched', 'handling', 'returned')
		union all select h from private.holders(array(select w from unnest(whom) w where w in ('closer', 'office'))) h
		-- Waiting to be verified, or to be dispatched again: it is theirs whose step is next.
		union all select h from private.holders('{closer}') h where c.status = 'handled'
		union all select h from private.holders('{dispatcher}') h where c.status = 'reassigned'
	) p;
$$;

-- Definer: writes for the service role. What time passing changes: a dispatched case whose limit is past becomes overdue, once, in the log; each rung of the
-- ladder is reached once and told to its people; a review date that has come is told to the closers.
create or replace function private.tick()
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	moment timestamptz := private.clock();
	n int;
	n_rungs int := 0;
	n_reviews int := 0;
	step record;
	c app.cases;
begin
	if not pg_try_advisory_xact_lock(20261121) then return '{"overdue": 0}'::jsonb; end if;
	perform private.describe('case.overdue', moment, 'clock');
	update app.cases o set overdue_at = moment
	where o.id in (select x.id from app.cases x
		where x.status in ('dispatched', 'handling', 'handled', 'returned', 'suspended') and x.overdue_at is null and x.due_at < moment
			-- While its clock stands still no limit is reached.
			and x.stopped_at is null
		order by x.due_at limit 500 for update skip locked);
	get diagnostics n = row_count;

	-- Cases that came in by the thousand have no schedule yet.
	for c in select y.* from app.cases y join app.case_facts f on f.case_id = y.id
		where f.is_open and f.due_at is not null and not exists (select from app.case_rungs r where r.case_id = y.id) and exists (select from app.ladder_rungs l where l.is_active)
		order by f.due_at desc limit 200 loop
		perform private.plan_rungs(c, true);
	end loop;

	for step in select r.case_id, r.rung, l.whom from app.case_rungs r join app.ladder_rungs l on l.rung = r.rung and l.is_active
		join app.cases y on y.id = r.case_id and y.status in ('dispatched', 'handling', 'handled', 'returned', 'reassigned')
		where r.reached_at is null and r.at <= moment order by r.at, l.position limit 300 for update of r skip locked loop
		select y.* into c from app.cases y where y.id = step.case_id;
		update app.case_rungs r set reached_at = moment where r.case_id = step.case_id and r.rung = step.rung;
		perform private.describe('rung.reached', moment, 'clock');
		perform private.log_change('rung', null, step.case_id, null, jsonb_build_object('rung', step.rung));
		perform private.tell(private.rung_people(c, step.whom), 'rung', step.case_id, step.rung);
		n_rungs := n_rungs + 1;
	end loop;

	for c in select y.* from app.cases y where y.status = 'suspended' and y.review_at <= moment
		and not exists (select from app.notifications o where o.case_id = y.id and o.kind = 'review' and o.at >= y.review_at) order by y.review_at limit 100 loop
		perform private.tell(array(select private.holders('{closer}')), 'review', c.id);
		n_reviews := n_reviews + 1;
	end loop;
	return jsonb_build_object('overdue', n, 'rungs', n_rungs, 'reviews', n_reviews);
end $$;

---- Moves ----

-- Definer: moves a case on behalf of the caller, whose role, unit, separation of duties and inputs it checks itself.
create or replace function private.move_case(case_id uuid, move text, expected_version int, details jsonb, reason_code text, note text,
	occurred_at timestamptz, request_id uuid)
returns void language plpgsql security definer set search_path = '' as $$
declare
	c app.cases;
	rule app.case_moves;
	asked app.case_requests;
	fault text;
	acting_as text;
	moment timestamptz;
	kept_note uuid;
	unit bigint;
	area bigint;
	proof uuid;
	suggestion jsonb;
	new_due timestamptz;
begin
	select x.* into c from app.cases x where x.id = move_case.case_id for update;
	if c.id is null then perform private.problem(404, 'not_found'); end if;
	if not private.sees_case(c.unit_id, c.area_id, c.status) then perform private.problem(404, 'not_found'); end if;
	if private.already_done(request_id, c.id, 'move_case') then return; end if;
	select m.* into rule from app.case_moves m where m.move = move_case.move and m.from_status = c.status;
	if rule.move is null or rule.roles = '{citizen}' then
		perform private.problem(409, 'not_allowed_now', jsonb_build_object('status', c.status));
	end if;
	fault := private.why_not(c, rule);
	if fault is not null then perform private.problem(403, fault, jsonb_build_object('move', rule.move)); end if;
	if expected_version is not null and expected_version <> c.version then
		perform private.problem(409, 'case_changed', jsonb_build_object('version', c.version, 'status', c.status));
	end if;
	acting_as := private.role_for(rule.roles, c.area_id);
	if 'request' = any (rule.needs) then
		-- What is approved is what was asked for, with the asker's reason.
		select q.* into asked from app.case_requests q join app.request_rules r on r.kind = q.kind and r.from_status = c.status
		where q.case_id = c.id and q.state = 'asked' and r.move = rule.move for update of q;
		reason_code := asked.reason_code;
	elsif reason_code is not null and not exists (select from app.reasons x where x.move = rule.move and x.code = move_case.reason_code) then
		perform private.problem(422, 'unknown_reason', '{"field": "reason_code"}');
	end if;
	if 'reason' = any (rule.needs) and reason_code is null then perform private.problem(422, 'reason_needed', '{"field": "reason_code"}'); end if;
	if 'note' = any (rule.needs) and coalesce(btrim(note), '') = '' then perform private.problem(422, 'note_needed', '{"field": "note"}'); end if;
	-- Whoever sees the case reads it.
	perform private.refuse_contact(note, 'note');
	moment := private.claimed_time(move_case.occurred_at, interval '30 days');
	if moment < c.filed_at then perform private.problem(422, 'time_too_old', jsonb_build_object('field', 'occurred_at', 'oldest', c.filed_at)); end if;
	-- A phone's clock may lag: no move lies before the one it follows, and no closure is dated back to be on time.
	moment := greatest(moment, c.dispatched_at, c.handling_at, c.handled_at, c.closed_at, asked.asked_at);
	-- A return, a suspension, a hand-back and a dispute have no column of their own; handling that begins before the return it follows would let the photos that
	-- failed prove the next closure.
	moment := greatest(moment, c.disputed_at, (select max(e.occurred_at) from app.event_log e where e.case_id = c.id
		and e.kind in ('case.returned', 'case.suspended', 'case.resumed', 'case.reassigned')));

	if 'unit' = any (rule.needs) then
		suggestion := private.suggest_dispatch(c.category, c.geom, c.accuracy_m);
		begin
			unit := case when details ->> 'unit_id' is null and rule.move = 'dispatch' then (suggestion ->> 'unit_id')::bigint else (details ->> 'unit_id')::bigint end;
			area := coalesce((details ->> 'area_id')::bigint, (suggestion ->> 'area_id')::bigint);
		exception when others then
			unit := null;
		end;
		if unit is null or not exists (select from app.units u where u.id = unit) then
			perform private.problem(422, 'unit_needed', '{"field": "unit_id"}');
		end if;
		if rule.move = 'redispatch' and unit = c.unit_id then
			perform private.problem(422, 'same_unit', '{"field": "unit_id"}');
		end if;
		if area is not null and not exists (select from app.areas a where a.id = area and a.kind = 'duty_grid') then
			perform private.problem(422, 'unknown_area', '{"field": "area_id"}');
		end if;
	end if;
	if 'review_at' = any (rule.needs) then
		c.review_at := private.review_date(details, moment);
	elsif asked.review_at is not null then
		if asked.review_at <= moment then perform private.problem(422, 'review_date_needed', '{"field": "review_at"}'); end if;
		c.review_at := asked.review_at;
	end if;
	if 'proof' = any (rule.needs) then
		proof := private.proof_of(c);
		if proof is null then
			if coalesce((details ->> 'without_proof')::boolean, false) is not true then
				perform private.problem(422, 'proof_needed', jsonb_build_object('field', 'proof', 'faults',
					(select coalesce(jsonb_agg(distinct private.evidence_fault(e, c)), '[]') from app.evidence e where e.case_id = c.id and e.role = 'after')));
			end if;
			if coalesce(btrim(note), '') = '' then perform private.problem(422, 'note_needed', '{"field": "note"}'); end if;
		end if;
	end if;
	-- The working time of a suspension that was approved to stop the clock is given back; a limit that was past before stays past.
	if rule.move = 'resume' then
		new_due := case when c.due_at > c.stopped_at then private.add_working_hours(moment, private.working_hours_between(c.stopped_at, c.due_at)) end;
	end if;

	kept_note := private.keep_note(note);
	if asked.id is not null then
		perform private.describe('request.approved', moment, acting_as, null, kept_note, request_id);
		update app.case_requests q set state = 'approved', decided_by = (select auth.uid()), decided_at = moment, decision_note_id = kept_note where q.id = asked.id;
		kept_note := asked.note_id;
	end if;
	perform private.describe('case.' || case rule.move
		when 'dispatch' then 'dispatched' when 'redispatch' then 'redispatched' when 'begin' then 'handling' when 'finish' then 'handled'
		when 'close' then 'closed' when 'return' then 'returned' when 'hand_back' then 'reassigned' when 'suspend' then 'suspended'
		when 'resume' then 'resumed' when 'void' then 'voided' end, moment, acting_as, reason_code, kept_note, request_id);
	update app.cases x set
		status = rule.to_status,
		version = x.version + 1,
		unit_id = coalesce(unit, x.unit_id),
		area_id = coalesce(area, x.area_id),
		dispatched_at = case when rule.move in ('dispatch', 'redispatch') then moment else x.dispatched_at end,
		-- The limit runs from the first dispatch: handing a case about does not make it any less late.
		due_at = coalesce(new_due, x.due_at, case when rule.move = 'dispatch' then private.add_working_hours(moment, k.handle_working_hours) end),
		used_hours = x.used_hours + case when new_due is not null then private.working_hours_between(coalesce(x.runs_from, x.limit_from), x.stopped_at) else 0 end,
		runs_from = case when new_due is not null then moment else x.runs_from end,
		stopped_at = case when rule.move = 'suspend' and asked.stops_clock then moment when rule.move = 'resume' then null else x.stopped_at end,
		overdue_at = case when new_due > private.clock() then null else x.overdue_at end,
		dispatch = case when suggestion is not null then suggestion || jsonb_build_object('chosen_unit_id', unit, 'chosen_area_id', area,
			'followed', unit = (suggestion ->> 'unit_id')::bigint) else x.dispatch end,
		handling_at = case when rule.move = 'begin' then moment else x.handling_at end,
		handled_at = case when rule.move = 'finish' then moment else x.handled_at end,
		closed_at = case when rule.move = 'close' then moment else x.closed_at end,
		proof = case when rule.move = 'close' then move_case_proof.id else x.proof end,
		confirmed = case when rule.move = 'close' then null else x.confirmed end,
		review_at = case when rule.move = 'suspend' then c.review_at when rule.move = 'resume' then null else x.review_at end,
		returned_count = x.returned_count + (rule.move = 'return')::int,
		is_flagged = x.is_flagged or (rule.move = 'return' and x.returned_count >= 1)
	from app.categories k, (select proof as id) move_case_proof
	where x.id = c.id and k.code = x.category;
	fault := c.unit_id::text;
	select x.* into c from app.cases x where x.id = c.id;

	insert into app.case_acts (case_id, staff_id, act)
	select c.id, (select auth.uid()), a.act
	from (values ('dispatch', 'dispatched_it'), ('redispatch', 'dispatched_it'), ('begin', 'handled_it'), ('finish', 'handled_it'),
		('close', 'verified_it'), ('return', 'verified_it')) a (move, act)
	where a.move = rule.move on conflict do nothing;

	-- What a unit asked for falls when the case leaves it, or the state in which it may be asked for.
	if exists (select from app.case_requests q where q.case_id = c.id and q.state = 'asked') then
		perform private.describe('request.lapsed', moment, 'clock');
		update app.case_requests q set state = 'lapsed', decided_at = moment where q.case_id = c.id and q.state = 'asked'
			and (q.unit_id is distinct from c.unit_id or not exists (select from app.request_rules r where r.kind = q.kind and r.from_status = c.status));
	end if;
	if asked.id is not null then perform private.tell(array[asked.asked_by], 'decided', c.id, asked.kind, 'approved'); end if;
	if rule.move in ('dispatch', 'redispatch') then perform private.tell(private.unit_people(c.unit_id), 'dispatched', c.id);
	elsif rule.move = 'return' then perform private.tell(private.unit_people(c.unit_id), 'returned', c.id);
	elsif rule.move = 'resume' then perform private.tell(private.unit_people(c.unit_id), 'resumed', c.id);
	end if;
	if rule.move = 'return' and c.is_flagged then perform private.raise_flag(c); end if;
end $$;

-- The date a suspended case is looked at again, as it was typed: in the future and within 400 days.
create function private.review_date(details jsonb, moment timestamptz)
returns timestamptz language plpgsql stable set search_path = '' as $$
declare
	wanted timestamptz;
begin
	begin
		wanted := (details ->> 'review_at')::timestamptz;
	exception when others then
		wanted := null;
	end;
	if wanted is null or wanted <= moment or wanted > moment + interval '400 days' then
		perform private.problem(422, 'review_date_needed', '{"field": "review_at"}');
	end if;
	return wanted;
end $$;

-- Definer: writes for the service role. The citizen's answer to a closure. Confirmed counts as verified; "not solved" sends the case back to
-- verification, with a photo of what is still there when one was sent.
create or replace function private.answer_closure(report app.reports, solved boolean, request_id uuid, photo_sha256 text)
returns void language plpgsql security definer set search_path = '' as $$
declare
	c app.cases;
	moment timestamptz := private.clock();
begin
	select x.* into c from app.cases x where x.id = report.case_id for update;
	if c.id is null then perform private.problem(409, 'not_allowed_now'); end if;
	if private.already_done(request_id, c.id, 'answer_closure') then return; end if;
	if not coalesce(private.can_answer(c), false) then perform private.problem(409, 'not_allowed_now', jsonb_build_object('status', c.status)); end if;
	if solved then
		perform private.describe('case.confirmed', moment, 'citizen', null, null, request_id);
		update app.cases x set confirmed = true, version = x.version + 1 where x.id = c.id;
	else
		if photo_sha256 is not null then
			-- It may arrive a moment after its name, as a report's photos may.
			if photo_sha256 !~ '^[0-9a-f]{64}$' then perform private.problem(422, 'photo_missing', '{"field": "photo"}'); end if;
			perform from app.photos p where p.sha256 = photo_sha256 for key share;
			insert into app.evidence (report_id, sha256, role) values (report.id, photo_sha256, 'near') on conflict do nothing;
			insert into app.evidence (case_id, sha256, role) values (c.id, photo_sha256, 'near') on conflict do nothing;
		end if;
		perform private.describe('case.disputed', moment, 'citizen', null, null, request_id);
		update app.cases x set status = 'handled', confirmed = false, disputed_count = x.disputed_count + 1, disputed_at = moment, version = x.version + 1 where x.id = c.id;
		-- It waits to be verified once more, by somebody who did not handle it.
		perform private.tell(array(select h from private.holders('{closer}') h
			where not exists (select from app.case_acts a where a.case_id = c.id and a.staff_id = h and a.act in ('handled_it', 'dispatched_it'))), 'disputed', c.id);
	end if;
end $$;

-- Definer: asks on behalf of the caller, whose role, unit and inputs it checks itself. details: {hours} or {review_at, stops_clock}.
create function private.ask_request(case_id uuid, kind text, details jsonb, reason_code text, note text, request_id uuid)
returns void language plpgsql security definer set search_path = '' as $$
declare
	c app.cases;
	rule app.request_rules;
	hours numeric;
	review timestamptz;
	moment timestamptz := private.clock();
	acting_as text;
	kept_note uuid;
begin
	select x.* into c from app.cases x where x.id = ask_request.case_id for update;
	if c.id is null or not private.sees_case(c.unit_id, c.area_id, c.status) then perform private.problem(404, 'not_found'); end if;
	if private.already_done(request_id, c.id, 'ask_request') then return; end if;
	select r.* into rule from app.request_rules r where r.kind = ask_request.kind and r.from_status = c.status;
	if rule.kind is null then perform private.problem(409, 'not_allowed_now', jsonb_build_object('status', c.status)); end if;
	acting_as := private.role_for(rule.ask_roles, c.area_id);
	if acting_as is null then perform private.problem(403, 'role_needed', jsonb_build_object('roles', to_jsonb(rule.ask_roles))); end if;
	if not coalesce(c.unit_id in (select private.my_units()), false) then perform private.problem(403, 'not_your_unit'); end if;
	if exists (select from app.case_requests q where q.case_id = c.id and q.kind = rule.kind and q.state = 'asked') then perform private.problem(409, 'request_open'); end if;
	if reason_code is null then perform private.problem(422, 'reason_needed', '{"field": "reason_code"}'); end if;
	if not exists (select from app.reasons x where x.move = coalesce(rule.move, 'extend') and x.code = ask_request.reason_code) then
		perform private.problem(422, 'unknown_reason', '{"field": "reason_code"}');
	end if;
	if rule.kind = 'extension' then
		begin
			hours := round((details ->> 'hours')::numeric, 2);
		exception when others then
			hours := null;
		end;
		-- NaN is greater than any number.
		if hours is null or hours <= 0 or hours > 200 then perform private.problem(422, 'hours_needed', '{"field": "hours", "most": 200}'); end if;
	elsif rule.kind = 'suspension' then
		review := private.review_date(details, moment);
	end if;
	kept_note := private.keep_note(note);
	perform private.describe('request.asked', moment, acting_as, reason_code, kept_note, request_id);
	insert into app.case_requests (case_id, kind, unit_id, asked_by, asked_at, reason_code, note_id, hours, review_at, stops_clock, due_before)
	values (c.id, rule.kind, c.unit_id, (select auth.uid()), moment, ask_request.reason_code, kept_note, hours, review,
		rule.kind = 'suspension' and coalesce(details -> 'stops_clock' = 'true', false), case when rule.kind = 'extension' then c.due_at end);
	perform private.tell(array(select h from private.holders(rule.decide_roles) h
		where not exists (select from app.case_acts a where a.case_id = c.id and a.staff_id = h and a.act = any (rule.not_if))), 'asked', c.id, rule.kind);
end $$;

-- Definer: decides on behalf of the caller, who is neither the asker nor somebody the rule excludes; checked here for every path.
create function private.decide_request(id uuid, approve boolean, reason_code text, note text, request_id uuid)
returns uuid language plpgsql security definer set search_path = '' as $$
declare
	q app.case_requests;
	c app.cases;
	rule app.request_rules;
	moment timestamptz := private.clock();
	fault text;
	new_due timestamptz;
	kept_note uuid;
begin
	select x.* into c from app.cases x where x.id = (select y.case_id from app.case_requests y where y.id = decide_request.id) for update;
	if c.id is null or not private.sees_case(c.unit_id, c.area_id, c.status) then perform private.problem(404, 'not_found'); end if;
	if private.already_done(request_id, decide_request.id, 'decide_request') then return c.id; end if;
	select x.* into q from app.case_requests x where x.id = decide_request.id for update;
	fault := private.why_not_decide(q, c);
	if fault = 'request_decided' then perform private.problem(409, fault, jsonb_build_object('state', q.state)); end if;
	if fault is not null then perform private.problem(403, fault); end if;
	if approve is null then perform private.problem(422, 'answer_needed', '{"field": "approve"}'); end if;
	select r.* into rule from app.request_rules r where r.kind = q.kind and r.from_status = c.status;
	if not approve then
		if decide_request.reason_code is null or not exists (select from app.reasons x where x.move = 'refuse_request' and x.code = decide_request.reason_code) then
			perform private.problem(422, 'reason_needed', '{"field": "reason_code"}');
		end if;
		kept_note := private.keep_note(note);
		perform private.describe('request.refused', moment, private.role_for(rule.decide_roles, c.area_id), decide_request.reason_code, kept_note, decide_request.request_id);
		update app.case_requests x set state = 'refused', decided_by = (select auth.uid()), decided_at = moment, decision_reason = decide_request.reason_code, decision_note_id = kept_note where x.id = q.id;
		perform private.tell(array[q.asked_by], 'decided', c.id, q.kind, 'refused');
		return c.id;
	end if;
	if rule.move is not null then
		perform private.move_case(c.id, rule.move, null, '{}', null, note, null, null);
		return c.id;
	end if;
	-- The hours are added to the limit as it stands, so that an extension asked for late does not begin anew.
	new_due := private.add_working_hours(c.due_at, q.hours);
	kept_note := private.keep_note(note);
	perform private.describe('request.approved', moment, private.role_for(rule.decide_roles, c.area_id), q.reason_code, kept_note, decide_request.request_id);
	update app.case_requests x set state = 'approved', decided_by = (select auth.uid()), decided_at = moment, decision_note_id = kept_note, due_before = c.due_at, due_after = new_due where x.id = q.id;
	perform private.describe('case.extended', moment, private.role_for(rule.decide_roles, c.area_id), q.reason_code, q.note_id, decide_request.request_id);
	update app.cases x set due_at = new_due, overdue_at = case when new_due > private.clock() then null else x.overdue_at end, version = x.version + 1 where x.id = c.id;
	perform private.tell(array[q.asked_by], 'decided', c.id, q.kind, 'approved');
	return c.id;
end $$;

-- Definer: takes back what the caller asked for and nobody has decided.
create function private.withdraw_request(id uuid)
returns uuid language plpgsql security definer set search_path = '' as $$
declare
	q app.case_requests;
begin
	select x.* into q from app.case_requests x where x.id = withdraw_request.id and x.asked_by = (select auth.uid()) for update;
	if q.id is null or not private.has_role('team', 'unit_handler') then perform private.problem(404, 'not_found'); end if;
	if q.state <> 'asked' then perform private.problem(409, 'request_decided', jsonb_build_object('state', q.state)); end if;
	perform private.describe('request.withdrawn', private.clock(), private.role_for('{team,unit_handler}'));
	update app.case_requests x set state = 'withdrawn', decided_at = private.clock() where x.id = q.id;
	return q.case_id;
end $$;

---- What the case page shows of time ----

-- Definer: names of colleagues are for the desk and for oneself; nothing for who does not see the case.
create function private.case_time(case_id uuid)
returns jsonb language plpgsql stable security definer set search_path = '' as $$
declare
	me uuid := (select auth.uid());
	shows_names boolean := private.is_desk();
	c app.cases;
begin
	select x.* into c from app.cases x where x.id = case_time.case_id;
	if c.id is null or not private.sees_case(c.unit_id, c.area_id, c.status) then return null; end if;
	return jsonb_build_object(
		'light', private.light_of(c), 'clocks', private.case_clocks(c),
		'original_due', (select q.due_before from app.case_requests q where q.case_id = c.id and q.kind = 'extension' and q.state = 'approved' order by q.decided_at limit 1),
		'unknown_years', to_jsonb(case when c.due_at is null then '{}' else private.unknown_years(coalesce(c.limit_from, c.dispatched_at), c.due_at) end),
		'offers', (select coalesce(jsonb_agg(jsonb_build_object('kind', r.kind, 'name', r.name, 'name_en', r.name_en, 'reasons',
				(select coalesce(jsonb_agg(jsonb_build_object('code', x.code, 'name', x.name, 'name_en', x.name_en) order by x.position), '[]') from app.reasons x where x.move = coalesce(r.move, 'extend'))) order by r.position), '[]')
			from app.request_rules r where r.from_status = c.status and private.role_for(r.ask_roles, c.area_id) is not null
				and c.unit_id in (select private.my_units()) and not exists (select from app.case_requests q where q.case_id = c.id and q.kind = r.kind and q.state = 'asked')),
		'requests', (select coalesce(jsonb_agg(jsonb_build_object('id', q.id, 'kind', q.kind, 'state', q.state, 'asked_at', q.asked_at, 'asked_by', case when shows_names or q.asked_by = me then s.name end,
				'is_mine', q.asked_by = me, 'reason', x.name, 'reason_en', x.name_en, 'note', n.body, 'hours', q.hours, 'review_at', q.review_at, 'stops_clock', q.stops_clock,
				'decided_at', q.decided_at, 'decided_by', case when shows_names or q.decided_by = me then d.name end, 'decision', y.name, 'decision_en', y.name_en, 'decision_note', dn.body,
				'due_before', q.due_before, 'due_after', q.due_after,
				'would_be_due', case when q.state = 'asked' and q.kind = 'extension' and c.due_at is not null then private.add_working_hours(c.due_at, q.hours) end,
				'may_decide', private.why_not_decide(q, c) is null, 'why_not', private.why_not_decide(q, c)) order by q.asked_at desc), '[]')
			from app.case_requests q left join app.staff s on s.id = q.asked_by left join app.staff d on d.id = q.decided_by left join app.notes n on n.id = q.note_id left join app.notes dn on dn.id = q.decision_note_id
			left join lateral (select z.name, z.name_en from app.reasons z where z.code = q.reason_code limit 1) x on true
			left join lateral (select z.name, z.name_en from app.reasons z where z.code = q.decision_reason limit 1) y on true where q.case_id = c.id),
		'refusals', (select jsonb_agg(jsonb_build_object('code', x.code, 'name', x.name, 'name_en', x.name_en) order by x.position) from app.reasons x where x.move = 'refuse_request'),
		'flag', (select jsonb_build_object('raised_at', f.raised_at, 'returned_count', f.returned_count, 'decider', case when shows_names then s.name end, 'decision', f.decision, 'decided_at', f.decided_at,
				'decided_by', case when shows_names then d.name end, 'reason', x.name, 'reason_en', x.name_en, 'note', case when shows_names then n.body end, 'may_decide', private.may_decide_flag(f),
				'reasons', (select jsonb_object_agg(z.move, z.list) from (select y.move, jsonb_agg(jsonb_build_object('code', y.code, 'name', y.name, 'name_en', y.name_en) order by y.position) as list
					from app.reasons y where y.move in ('keep_flag', 'clear_flag') group by y.move) z))
			from app.case_flags f left join app.staff s on s.id = f.decider left join app.staff d on d.id = f.decided_by left join app.notes n on n.id = f.note_id
			left join lateral (select z.name, z.name_en from app.reasons z where z.code = f.reason_code limit 1) x on true
			where f.case_id = c.id order by f.id desc limit 1),
		-- Whom a rung tells, and who was told: by name for the desk, by number for everyone else.
		'rungs', (select coalesce(jsonb_agg(jsonb_build_object('rung', l.rung, 'name', l.name, 'name_en', l.name_en, 'at', r.at, 'reached_at', r.reached_at, 'whom', to_jsonb(l.whom),
				'told_count', coalesce(t.n, 0), 'told', case when shows_names then coalesce(t.names, '[]') end) order by r.at, l.position), '[]')
			from app.case_rungs r join app.ladder_rungs l on l.rung = r.rung
			left join lateral (select count(distinct o.staff_id) as n, jsonb_agg(distinct s.name) as names from app.notifications o join app.staff s on s.id = o.staff_id
				where o.case_id = c.id and o.kind = 'rung' and o.about = r.rung and o.at >= r.reached_at) t on true
			where r.case_id = c.id),
		'recurrences', (select coalesce(jsonb_agg(jsonb_build_object('id', o.id, 'number', o.number, 'filed_at', o.filed_at) order by o.filed_at), '[]')
			from app.cases o where o.recurrence_of = c.id and private.sees_case(o.unit_id, o.area_id, o.status)),
		-- How many closures at this place came before this one, one after the other.
		'recurrence_count', (with recursive back as (select c.recurrence_of as id, 1 as n union all select o.recurrence_of, b.n + 1 from back b join app.cases o on o.id = b.id where o.recurrence_of is not null and b.n < 50)
			select coalesce(max(b.n), 0) from back b where b.id is not null));
end $$;

create function api.case_time(case_id uuid)
returns jsonb language plpgsql stable set search_path = '' as $$
begin
	if not exists (select from app.cases x where x.id = case_time.case_id) then perform private.problem(404, 'not_found'); end if;
	return private.case_time(case_id);
end $$;

create function api.ask_request(case_id uuid, kind text, details jsonb default '{}', reason_code text default null, note text default null, request_id uuid default null)
returns jsonb language plpgsql set search_path = '' as $$
begin
	perform private.ask_request(case_id, kind, coalesce(details, '{}'), reason_code, note, request_id);
	return api.case_time(case_id);
end $$;
create function api.decide_request(id uuid, approve boolean, reason_code text default null, note text default null, request_id uuid default null)
returns jsonb language plpgsql set search_path = '' as $$
declare
	decided uuid := private.decide_request(id, approve, reason_code, note, request_id);
begin
	return api.case_time(decided);
end $$;
create function api.withdraw_request(id uuid)
returns jsonb language plpgsql set search_path = '' as $$
declare
	withdrawn uuid := private.withdraw_request(id);
begin
	return api.case_time(withdrawn);
end $$;
create function api.decide_flag(case_id uuid, decision text, reason_code text default null, note text default null, request_id uuid default null)
returns jsonb language plpgsql set search_path = '' as $$
begin
	perform private.decide_flag(case_id, decision, reason_code, note, request_id);
	return api.case_time(case_id);
end $$;

-- What waits for the caller's decision, oldest first, flags among it; and what the caller asked for that nobody has decided yet.
create function api.open_requests(max_rows int default 100)
returns jsonb language sql stable set search_path = '' as $$
	with most as (select least(greatest(coalesce(max_rows, 100), 1), 500) as n), open as (
		select x.asked_by = (select auth.uid()) as is_mine, x.asked_at, jsonb_build_object('id', x.id, 'kind', x.kind, 'case_id', x.case_id, 'number', c.number, 'asked_at', x.asked_at, 'hours', x.hours, 'review_at', x.review_at,
			'due_at', c.due_at, 'street', s.name, 'street_en', s.name_en, 'category_name', k.name, 'category_name_en', k.name_en, 'unit', u.name, 'unit_en', u.name_en) as line
		from app.case_requests x join app.cases c on c.id = x.case_id join app.categories k on k.code = c.category join app.units u on u.id = x.unit_id left join app.streets s on s.id = c.street_id
		where x.state = 'asked' and (x.asked_by = (select auth.uid()) or private.why_not_decide(x, c) is null)
	)
	select jsonb_build_object(
		'requests', (select coalesce(jsonb_agg(o.line order by o.asked_at), '[]') from (select * from open where not is_mine order by asked_at limit (select n from most)) o),
		'mine', (select coalesce(jsonb_agg(o.line order by o.asked_at), '[]') from (select * from open where is_mine order by asked_at limit (select n from most)) o),
		'flags', (select coalesce(jsonb_agg(jsonb_build_object('case_id', f.case_id, 'number', f.number, 'raised_at', f.raised_at, 'returned_count', f.returned_count, 'street', f.street, 'street_en', f.street_en,
				'category_name', f.category_name, 'category_name_en', f.category_name_en) order by f.raised_at), '[]')
			from (select x.case_id, c.number, x.raised_at, x.returned_count, s.name as street, s.name_en as street_en, k.name as category_name, k.name_en as category_name_en
				from app.case_flags x join app.cases c on c.id = x.case_id join app.categories k on k.code = c.category left join app.streets s on s.id = c.street_id
				where x.decision is null and private.may_decide_flag(x) order by x.raised_at limit (select n from most)) f));
$$;

---- Notifications, each person's own ----

create function api.notifications(max_rows int default 100, before bigint default null)
returns jsonb language sql stable set search_path = '' as $$
	select jsonb_build_object('unseen', (select count(*) from app.notifications u where u.staff_id = (select auth.uid()) and u.seen_at is null),
		'notifications', coalesce(jsonb_agg(jsonb_build_object('id', o.id, 'kind', o.kind, 'case_id', c.id, 'case_number', c.number, 'report_id', o.report_id, 'about', o.about, 'outcome', o.outcome,
			'rung', l.name, 'rung_en', l.name_en, 'street', s.name, 'street_en', s.name_en, 'category_name', k.name, 'category_name_en', k.name_en, 'due_at', c.due_at, 'at', o.at, 'seen_at', o.seen_at) order by o.id desc), '[]'))
	from (select x.* from app.notifications x where x.staff_id = (select auth.uid()) and (before is null or x.id < before) order by x.id desc limit least(greatest(coalesce(max_rows, 100), 1), 500)) o
	-- A case that is no longer the reader's to see is not opened by having been told of it.
	left join app.cases c on c.id = o.case_id left join app.streets s on s.id = c.street_id left join app.categories k on k.code = c.category
	left join app.ladder_rungs l on o.kind = 'rung' and l.rung = o.about;
$$;
create function api.unseen()
returns jsonb language sql stable set search_path = '' as $$
	select jsonb_build_object('unseen', (select count(*) from app.notifications u where u.staff_id = (select auth.uid()) and u.seen_at is null));
$$;
-- Definer: marks the caller's own as seen, all up to one; nobody else's.
create function private.see_notifications(up_to bigint)
returns int language plpgsql security definer set search_path = '' as $$
declare
	n int;
begin
	update app.notifications o set seen_at = private.clock() where o.staff_id = (select auth.uid()) and o.seen_at is null and o.id <= see_notifications.up_to;
	get diagnostics n = row_count;
	return n;
end $$;
create function api.see_notifications(up_to bigint)
returns jsonb language sql set search_path = '' as $$ select jsonb_build_object('seen', private.see_notifications(up_to)); $$;

---- Rules, kept by administrators ----

create function private.limits_state()
returns jsonb language sql stable set search_path = '' as $$
	select coalesce(jsonb_object_agg(coalesce(l.category, '*') || '.' || l.stage, l.working_hours), '{}') from app.stage_limits l;
$$;

-- Definer: writes for the service role and administrators. [{category | null, stage, working_hours | null}]: no hours takes a limit of a category's own away.
-- The stage `handling` is the category's own limit.
create function private.set_limits(limits jsonb)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	was jsonb := private.limits_state();
	handling_was jsonb := (select jsonb_object_agg(k.code || '.handling', k.handle_working_hours) from app.categories k);
	item jsonb;
	hours numeric;
begin
	perform private.need_admin();
	if jsonb_typeof(limits) is distinct from 'array' or jsonb_array_length(limits) > 2000 then perform private.problem(422, 'batch_too_large', '{"most": 2000}'); end if;
	for item in select value from jsonb_array_elements(limits) loop
		begin
			hours := nullif(item ->> 'working_hours', '')::numeric;
		exception when others then
			hours := -1;
		end;
		if hours is not null and not (hours > 0 and hours <= 2000) then perform private.problem(422, 'bad_limit', jsonb_build_object('field', 'working_hours')); end if;
		if item ->> 'category' is not null and not exists (select from app.categories k where k.code = item ->> 'category') then
			perform private.problem(422, 'unknown_category', '{"field": "category"}');
		end if;
		if item ->> 'stage' = 'handling' then
			if hours is null or item ->> 'category' is null then perform private.problem(422, 'bad_limit', '{"field": "working_hours"}'); end if;
			update app.categories k set handle_working_hours = hours where k.code = item ->> 'category';
		elsif coalesce(item ->> 'stage', '') not in ('registration', 'dispatch', 'verification') then
			perform private.problem(422, 'unknown_kind', '{"field": "stage"}');
		elsif hours is null then
			delete from app.stage_limits l where l.stage = item ->> 'stage' and l.category is not distinct from item ->> 'category';
		else
			update app.stage_limits l set working_hours = hours where l.stage = item ->> 'stage' and l.category is not distinct from item ->> 'category';
			if not found then insert into app.stage_limits (category, stage, working_hours) values (item ->> 'category', item ->> 'stage', hours); end if;
		end if;
	end loop;
	perform private.describe('limits.changed', private.clock(), case when (select auth.uid()) is not null then 'admin' end);
	perform private.log_change('limits', null, null, was || coalesce(handling_was, '{}'), private.limits_state() || (select jsonb_object_agg(k.code || '.handling', k.handle_working_hours) from app.categories k)
		|| (select coalesce(jsonb_object_agg(w.key, null), '{}') from jsonb_each(was) w where not private.limits_state() ? w.key));
	return jsonb_build_object('saved', true);
end $$;

create function private.ladder_state()
returns jsonb language sql stable set search_path = '' as $$
	select coalesce(jsonb_object_agg(l.rung, jsonb_build_object('measure', l.measure, 'value', l.value, 'whom', l.whom, 'is_active', l.is_active)), '{}') from app.ladder_rungs l;
$$;

-- Definer: writes for the service role and administrators. [{rung, measure, value, whom, name, name_en, is_active}]; rungs that are not named stay.
-- Open cases are planned anew by the next ticks, silently for what lies behind.
create function private.set_ladder(rungs jsonb)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	was jsonb := private.ladder_state();
	item jsonb;
begin
	perform private.need_admin();
	if jsonb_typeof(rungs) is distinct from 'array' or jsonb_array_length(rungs) > 20 then perform private.problem(422, 'batch_too_large', '{"most": 20}'); end if;
	for item in select value from jsonb_array_elements(rungs) loop
		begin
			insert into app.ladder_rungs (rung, measure, value, whom, name, name_en, is_active, position)
			values (item ->> 'rung', item ->> 'measure', (item ->> 'value')::numeric, array(select jsonb_array_elements_text(item -> 'whom')), btrim(item ->> 'name'), btrim(coalesce(item ->> 'name_en', item ->> 'name')),
				coalesce((item ->> 'is_active')::boolean, true), coalesce((select max(l.position) + 1 from app.ladder_rungs l), 1))
			on conflict (rung) do update set measure = excluded.measure, value = excluded.value, whom = excluded.whom, name = excluded.name, name_en = excluded.name_en, is_active = excluded.is_active;
		exception when data_exception or integrity_constraint_violation then
			perform private.problem(422, 'bad_rung', jsonb_build_object('rung', item ->> 'rung'));
		end;
	end loop;
	if private.ladder_state() <> was then
		-- Those that have climbed a part of it too: what they reached is in the log, and planned silently it is told to nobody twice.
		delete from app.case_rungs r using app.cases c where c.id = r.case_id and c.status not in ('closed', 'voided');
		perform private.describe('ladder.changed', private.clock(), case when (select auth.uid()) is not null then 'admin' end);
		perform private.log_change('ladder', null, null, was, private.ladder_state());
	end if;
	return jsonb_build_object('saved', true);
end $$;

create function api.limits()
returns jsonb language sql stable set search_path = '' as $$
	select jsonb_build_object(
		'categories', (select coalesce(jsonb_agg(jsonb_build_object('code', k.code, 'parent', k.parent, 'name', k.name, 'name_en', k.name_en, 'handling', k.handle_working_hours) order by k.position, k.code), '[]') from app.categories k where k.parent is not null),
		'limits', (select coalesce(jsonb_agg(jsonb_build_object('category', l.category, 'stage', l.stage, 'working_hours', l.working_hours) order by l.category nulls first, l.stage), '[]') from app.stage_limits l),
		'rungs', (select coalesce(jsonb_agg(jsonb_build_object('rung', r.rung, 'measure', r.measure, 'value', r.value, 'whom', to_jsonb(r.whom), 'name', r.name, 'name_en', r.name_en, 'is_active', r.is_active) order by r.position, r.rung), '[]') from app.ladder_rungs r));
$$;
create function api.set_limits(limits jsonb)
returns jsonb language sql set search_path = '' as $$ select private.set_limits(limits); $$;
create function api.set_ladder(rungs jsonb)
returns jsonb language sql set search_path = '' as $$ select private.set_ladder(rungs); $$;

-- Definer: administrators learn in which years limits lie that were reckoned without holidays, and how many open cases that is; no case is named.
create function private.calendar_gaps()
returns jsonb language plpgsql stable security definer set search_path = '' as $$
begin
	perform private.need_admin();
	return (select jsonb_build_object('gaps', coalesce(jsonb_agg(jsonb_build_object('year', g.year, 'cases', g.n) order by g.year), '[]')) from (
		select extract(year from private.local_day(f.due_at))::int as year, count(*) as n from app.case_facts f where f.is_open and f.due_at is not null group by 1) g
		where not exists (select from app.working_days w where not w.is_workday and w.day >= make_date(g.year, 1, 1) and w.day < make_date(g.year + 1, 1, 1)));
end $$;
create function api.calendar_gaps()
returns jsonb language sql stable set search_path = '' as $$ select private.calendar_gaps(); $$;

---- Webhooks: what happens, told to other systems of the city ----

create table app.webhooks (
	id uuid primary key default gen_random_uuid(),
	name text not null check (private.is_plain_text(name, 80)),
	url text not null check (url ~ '^https?://' and private.is_plain_text(url, 500)),
	kinds text[] not null check (cardinality(kinds) between 1 and 50),
	sealed_secret text not null check (length(sealed_secret) between 1 and 2000),
	is_active boolean not null default true,
	created_by uuid references app.staff (id),
	created_at timestamptz not null default private.clock()
);
comment on table app.webhooks is 'Addresses that are told of events by kind. The secret that signs is sealed under the installation''s key.';
create index webhooks_created_by on app.webhooks (created_by);

create table app.webhook_deliveries (
	id uuid primary key default gen_random_uuid(),
	webhook_id uuid not null references app.webhooks (id),
	position bigint not null,
	state text not null default 'waiting' check (state in ('waiting', 'sent', 'gave_up')),
	attempts int not null default 0,
	next_try_at timestamptz not null default private.clock(),
	last_try_at timestamptz,
	-- A word or a status: nothing the other side said.
	last_outcome text check (private.is_plain_text(last_outcome, 60)),
	unique (webhook_id, position)
);
comment on table app.webhook_deliveries is 'One event for one webhook: waiting, sent, or given up after eight tries.';
create index webhook_deliveries_waiting on app.webhook_deliveries (next_try_at) where state = 'waiting';

create table app.webhook_cursor (
	id boolean primary key default true check (id),
	position bigint not null
);
comment on table app.webhook_cursor is 'How far the log was read for webhooks.';
insert into app.webhook_cursor (position) select h.position from app.event_head h;

-- Which events may be told: what happens to cases and reports, never a photo, an account or a contact.
create function private.webhook_kinds()
returns text[] language sql immutable set search_path = '' as $$
	-- What is taken back is told as well: whoever was told that a report was declined would believe it for good.
	select array['report.received', 'report.filed', 'report.merged', 'report.to_verify', 'report.declined', 'report.undone', 'report.unmerged', 'report.split', 'case.filed', 'case.dispatched', 'case.redispatched', 'case.handling', 'case.handled',
		'case.closed', 'case.returned', 'case.suspended', 'case.resumed', 'case.reassigned', 'case.voided', 'case.confirmed', 'case.disputed', 'case.overdue', 'case.extended', 'case.flag_cleared',
		'request.asked', 'request.approved', 'request.refused', 'rung.reached', 'flag.raised', 'flag.kept'];
$$;

-- Definer: writes for the service role and administrators. {id?, name, url, kinds, sealed_secret?, is_active}. The host may be checked only by the server, which sends.
create function private.set_webhook(webhook jsonb)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	was app.webhooks;
	becomes app.webhooks;
begin
	perform private.need_admin();
	if coalesce(jsonb_typeof(webhook -> 'kinds'), '') <> 'array' or exists (select from jsonb_array_elements_text(webhook -> 'kinds') k where not k = any (private.webhook_kinds())) then
		perform private.problem(422, 'unknown_kind', '{"field": "kinds"}');
	end if;
	begin
		select x.* into was from app.webhooks x where x.id = (webhook ->> 'id')::uuid for update;
		if webhook ->> 'id' is not null and was.id is null then perform private.problem(404, 'not_found'); end if;
		if was.id is null then
			insert into app.webhooks (name, url, kinds, sealed_secret, is_active, created_by)
			values (btrim(webhook ->> 'name'), webhook ->> 'url', array(select jsonb_array_elements_text(webhook -> 'kinds')), webhook ->> 'sealed_secret', coalesce((webhook ->> 'is_active')::boolean, true), (select auth.uid()))
			returning * into becomes;
		else
			update app.webhooks x set name = btrim(coalesce(webhook ->> 'name', x.name)), url = coalesce(webhook ->> 'url', x.url), kinds = array(select jsonb_array_elements_text(webhook -> 'kinds')),
				sealed_secret = coalesce(webhook ->> 'sealed_secret', x.sealed_secret), is_active = coalesce((webhook ->> 'is_active')::boolean, x.is_active)
			where x.id = was.id returning * into becomes;
		end if;
	exception when data_exception or integrity_constraint_violation then
		perform private.problem(422, 'bad_webhook', '{"field": "url"}');
	end;
	-- An address may hold a password: the log keeps which, when and for what, not where.
	perform private.describe('webhook.changed', private.clock(), case when (select auth.uid()) is not null then 'admin' end);
	perform private.log_change('webhook', null, null, case when was.id is not null then private.webhook_state(was) - 'webhook_id' end, private.webhook_state(becomes));
	return jsonb_build_object('id', becomes.id);
end $$;
create function private.webhook_state(w app.webhooks)
returns jsonb language sql immutable set search_path = '' as $$
	select jsonb_build_object('webhook_id', w.id, 'kinds', w.kinds, 'is_active', w.is_active, 'address', left(encode(sha256(convert_to(w.url, 'UTF8')), 'hex'), 16));
$$;

-- Definer: administrators see their webhooks and how the last deliveries went, never the secret.
create function private.webhook_list()
returns jsonb language plpgsql stable security definer set search_path = '' as $$
begin
	perform private.need_admin();
	return jsonb_build_object('kinds', to_jsonb(private.webhook_kinds()),
		'webhooks', (select coalesce(jsonb_agg(jsonb_build_object('id', w.id, 'name', w.name, 'url', w.url, 'kinds', to_jsonb(w.kinds), 'is_active', w.is_active, 'created_at', w.created_at,
			'waiting', (select count(*) from app.webhook_deliveries d where d.webhook_id = w.id and d.state = 'waiting'),
			'sent', (select count(*) from app.webhook_deliveries d where d.webhook_id = w.id and d.state = 'sent'),
			'gave_up', (select count(*) from app.webhook_deliveries d where d.webhook_id = w.id and d.state = 'gave_up')) order by w.created_at, w.id), '[]') from app.webhooks w),
		'deliveries', (select coalesce(jsonb_agg(jsonb_build_object('id', d.id, 'webhook_id', d.webhook_id, 'position', d.position, 'kind', e.kind, 'state', d.state, 'attempts', d.attempts,
			'last_try_at', d.last_try_at, 'next_try_at', d.next_try_at, 'last_outcome', d.last_outcome) order by d.position desc, d.id), '[]')
			from (select x.* from app.webhook_deliveries x order by x.position desc, x.id limit 50) d join app.event_chain c on c.position = d.position join app.event_log e on e.id = c.event_id));
end $$;

-- Definer: administrators let what was given up be tried again.
create function private.retry_webhook(webhook_id uuid)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	n int;
begin
	perform private.need_admin();
	update app.webhook_deliveries d set state = 'waiting', attempts = 0, next_try_at = private.clock() where d.webhook_id = retry_webhook.webhook_id and d.state = 'gave_up';
	get diagnostics n = row_count;
	return jsonb_build_object('waiting', n);
end $$;

-- Definer: writes for the service role. Reads the log on, notes what is to be told to whom, and hands out what is due, each for a while to one sender.
create function private.claim_webhooks(max_rows int)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	moment timestamptz := private.clock();
	reached bigint;
	head bigint := (select h.position from app.event_head h);
	taken uuid[];
begin
	select x.position into reached from app.webhook_cursor x for update skip locked;
	if reached is not null and reached < head then
		if exists (select from app.webhooks w where w.is_active) then
			head := least(head, reached + 20000);
			insert into app.webhook_deliveries (webhook_id, position)
			select w.id, c.position from app.event_chain c join app.event_log e on e.id = c.event_id join app.webhooks w on w.is_active and e.kind = any (w.kinds)
			where c.position > reached and c.position <= head on conflict do nothing;
		end if;
		update app.webhook_cursor x set position = head where true;
	end if;
	-- Eight tries over about a day and a half: a receiver may be down for a night.
	update app.webhook_deliveries d set state = 'gave_up' where d.state = 'waiting' and d.attempts >= 8 and d.next_try_at <= moment;
	with claimed as (
		update app.webhook_deliveries d set attempts = d.attempts + 1, last_try_at = moment, next_try_at = moment + interval '1 minute' * (3 ^ least(d.attempts, 7))
		where d.id in (select x.id from app.webhook_deliveries x join app.webhooks w on w.id = x.webhook_id and w.is_active where x.state = 'waiting' and x.next_try_at <= moment
			order by x.next_try_at, x.position limit least(greatest(coalesce(max_rows, 8), 1), 100) for update of x skip locked)
		returning d.id
	) select array_agg(claimed.id) into taken from claimed;
	return (
		select jsonb_build_object('deliveries', coalesce(jsonb_agg(jsonb_build_object('id', d.id, 'url', w.url, 'sealed_secret', w.sealed_secret, 'attempt', d.attempts,
			-- Ids, numbers and codes: whoever may know more asks for it with a name of their own.
			'event', jsonb_build_object('position', d.position, 'kind', e.kind, 'at', private.utc(e.recorded_at), 'occurred_at', private.utc(e.occurred_at), 'case_id', k.id, 'case_number', k.number,
				'report_id', e.report_id, 'report_number', r.number, 'status', coalesce(k.status, r.status), 'category', coalesce(k.category, r.category), 'unit_id', k.unit_id, 'area_id', k.area_id,
				'street_id', coalesce(k.street_id, r.street_id), 'due_at', private.utc(k.due_at), 'reason_code', e.reason_code, 'rung', e.after -> 'rung', 'request', e.after -> 'kind')) order by d.position), '[]'))
		from app.webhook_deliveries d join app.webhooks w on w.id = d.webhook_id join app.event_chain c on c.position = d.position join app.event_log e on e.id = c.event_id
		left join app.cases k on k.id = coalesce(e.case_id, (select o.case_id from app.reports o where o.id = e.report_id)) left join app.reports r on r.id = e.report_id
		where d.id = any (taken));
end $$;

-- Definer: writes for the service role.
create function private.webhook_done(id uuid, outcome text, why text)
returns jsonb language plpgsql security definer set search_path = '' as $$
begin
	if outcome is null or outcome not in ('sent', 'failed') then perform private.problem(422, 'unknown_kind', '{"field": "outcome"}'); end if;
	update app.webhook_deliveries d set state = case when outcome = 'sent' then 'sent' when d.attempts >= 8 then 'gave_up' else 'waiting' end, last_outcome = left(why, 60) where d.id = webhook_done.id;
	return jsonb_build_object('done', true);
end $$;

create function api.webhooks()
returns jsonb language sql stable set search_path = '' as $$ select private.webhook_list(); $$;
create function api.set_webhook(webhook jsonb)
returns jsonb language sql set search_path = '' as $$ select private.set_webhook(webhook); $$;
create function api.retry_webhook(webhook_id uuid)
returns jsonb language sql set search_path = '' as $$ select private.retry_webhook(webhook_id); $$;
create function api.claim_webhooks(max_rows int default 8)
returns jsonb language sql set search_path = '' as $$ select private.claim_webhooks(max_rows); $$;
create function api.webhook_done(id uuid, outcome text, why text default null)
returns jsonb language sql set search_path = '' as $$ select private.webhook_done(id, outcome, why); $$;

---- The log's fold: reports and cases are compared; lines about anything else are not parts of their rows ----
create or replace function private.replay_differences()
returns jsonb language sql stable set search_path = '' as $$
	with steps as (
		select coalesce(e.report_id, e.case_id) as id, split_part(e.kind, '.', 1) as subject, c.position, s.key, s.value
		from app.event_chain c join app.event_log e on e.id = c.event_id, jsonb_each(e.after) s
		where split_part(e.kind, '.', 1) in ('report', 'case') and s.key not in ('evidence_id', 'sha256', 'evidence_role', 'photo_state', 'photo_revision')
	), folded as (
		select subject, id, jsonb_object_agg(key, value) as state
		from (select distinct on (subject, id, key) subject, id, key, value from steps order by subject, id, key, position desc) last
		group by subject, id
	), actual as (
		select 'report' as subject, r.id, private.report_state(r) as state from app.reports r
		union all select 'case', c.id, private.case_state(c) from app.cases c
	)
	select jsonb_build_object('compared', (select count(*) from actual), 'differences',
		coalesce(jsonb_agg(jsonb_build_object('subject', coalesce(a.subject, f.subject), 'id', coalesce(a.id, f.id)))
			filter (where jsonb_strip_nulls(a.state) is distinct from jsonb_strip_nulls(f.state)), '[]'))
	from actual a full join folded f on f.subject = a.subject and f.id = a.id;
$$;

---- Who reads and calls what ----
alter table app.stage_limits enable row level security;
alter table app.notifications enable row level security;
alter table app.request_rules enable row level security;
alter table app.case_requests enable row level security;
alter table app.case_flags enable row level security;
alter table app.ladder_rungs enable row level security;
alter table app.case_rungs enable row level security;
alter table app.webhooks enable row level security;
alter table app.webhook_deliveries enable row level security;
alter table app.webhook_cursor enable row level security;
grant select on app.stage_limits, app.notifications, app.request_rules, app.case_requests, app.case_flags, app.ladder_rungs, app.case_rungs to authenticated, service_role;
grant select on app.webhooks, app.webhook_deliveries, app.webhook_cursor to service_role;
create policy "staff read the limits of stages" on app.stage_limits for select to authenticated using ((select private.is_staff()));
create policy "people read what they were told" on app.notifications for select to authenticated using (staff_id = (select auth.uid()) and (select private.is_staff()));
create policy "staff read what may be asked for" on app.request_rules for select to authenticated using ((select private.is_staff()));
create policy "who reads a case reads what was asked for" on app.case_requests for select to authenticated using (exists (select from app.cases c where c.id = case_id));
create policy "desk staff read flags" on app.case_flags for select to authenticated using ((select private.is_desk()));
create policy "staff read the ladder" on app.ladder_rungs for select to authenticated using ((select private.is_staff()));
create policy "who reads a case reads its rungs" on app.case_rungs for select to authenticated using (exists (select from app.cases c where c.id = case_id));

revoke all on function private.limit_hours(app.cases), private.limit_share(app.cases, numeric), private.working_hours_between(timestamptz, timestamptz), private.unknown_years(timestamptz, timestamptz), private.keep_limit(), private.light_of(app.cases), private.stage_limit(text, text),
	private.clock_of(text, timestamptz, timestamptz, numeric, timestamptz, numeric), private.case_clocks(app.cases), private.holders(text[], bigint[]), private.tell(uuid[], text, uuid, text, text), private.unit_people(bigint, text[]),
	private.request_state(app.case_requests), private.log_request(), private.why_not_decide(app.case_requests, app.cases), private.flag_decider(app.cases), private.raise_flag(app.cases), private.may_decide_flag(app.case_flags),
	private.decide_flag(uuid, text, text, text, uuid), private.plan_rungs(app.cases, boolean), private.keep_rungs(), private.rung_people(app.cases, text[]), private.review_date(jsonb, timestamptz),
	private.ask_request(uuid, text, jsonb, text, text, uuid), private.decide_request(uuid, boolean, text, text, uuid), private.withdraw_request(uuid), private.case_time(uuid), private.see_notifications(bigint),
	private.limits_state(), private.set_limits(jsonb), private.ladder_state(), private.set_ladder(jsonb), private.calendar_gaps(), private.webhook_kinds(), private.set_webhook(jsonb), private.webhook_state(app.webhooks),
	private.webhook_list(), private.retry_webhook(uuid), private.claim_webhooks(int), private.webhook_done(uuid, text, text),
	api.case_time(uuid), api.ask_request(uuid, text, jsonb, text, text, uuid), api.decide_request(uuid, boolean, text, text, uuid), api.withdraw_request(uuid), api.decide_flag(uuid, text, text, text, uuid), api.open_requests(int),
	api.notifications(int, bigint), api.unseen(), api.see_notifications(bigint), api.limits(), api.set_limits(jsonb), api.set_ladder(jsonb), api.calendar_gaps(), api.webhooks(), api.set_webhook(jsonb), api.retry_webhook(uuid),
	api.claim_webhooks(int), api.webhook_done(uuid, text, text) from public, anon, authenticated, service_role;
grant execute on function private.light_of(app.cases), private.why_not_decide(app.case_requests, app.cases), private.may_decide_flag(app.case_flags), private.decide_flag(uuid, text, text, text, uuid), private.ask_request(uuid, text, jsonb, text, text, uuid),
	private.decide_request(uuid, boolean, text, text, uuid), private.withdraw_request(uuid), private.case_time(uuid), private.see_notifications(bigint),
	api.case_time(uuid), api.ask_request(uuid, text, jsonb, text, text, uuid), api.decide_request(uuid, boolean, text, text, uuid), api.withdraw_request(uuid), api.decide_flag(uuid, text, text, text, uuid), api.open_requests(int),
	api.notifications(int, bigint), api.unseen(), api.see_notifications(bigint) to authenticated;
grant execute on function api.limits(), api.set_limits(jsonb), api.set_ladder(jsonb), api.calendar_gaps(), api.webhooks(), api.set_webhook(jsonb), api.retry_webhook(uuid),
	private.set_limits(jsonb), private.set_ladder(jsonb), private.calendar_gaps(), private.set_webhook(jsonb), private.webhook_list(), private.retry_webhook(uuid) to authenticated, service_role;
grant execute on function private.claim_webhooks(int), private.webhook_done(uuid, text, text), api.claim_webhooks(int), api.webhook_done(uuid, text, text), private.light_of(app.cases) to service_role;
