-- Cases and their workflow. The moves, who may make them and what they need are rows; the server enforces them.
create table app.case_statuses (
	status text primary key,
	name text not null,
	name_en text not null,
	is_open boolean not null,
	position int not null
);
comment on table app.case_statuses is 'The states of a case (案件).';
insert into app.case_statuses (status, name, name_en, is_open, position) values
	('filed', '待派遣', 'Filed', true, 1), ('dispatched', '已派遣', 'Dispatched', true, 2), ('handling', '处理中', 'Handling', true, 3),
	('handled', '待核查', 'Handled', true, 4), ('returned', '返工', 'Returned', true, 5), ('suspended', '挂账', 'Suspended', true, 6),
	('reassigned', '回退', 'Handed back', true, 7), ('closed', '已结案', 'Closed', false, 8), ('voided', '作废', 'Voided', false, 9);

create table app.case_moves (
	move text not null,
	from_status text not null references app.case_statuses (status),
	to_status text not null references app.case_statuses (status),
	roles text[] not null,
	own_unit boolean not null default false,
	not_if text[] not null default '{}',
	needs text[] not null default '{}',
	name text not null,
	name_en text not null,
	position int not null,
	primary key (move, from_status),
	check (not_if <@ array['handled_it', 'dispatched_it', 'verified_it']),
	check (needs <@ array['unit', 'reason', 'note', 'review_at', 'proof'])
);
comment on table app.case_moves is 'Every allowed move: from, to, which roles, whose unit, which acts of one''s own forbid it, what it needs.';
create index case_moves_from on app.case_moves (from_status);
create index case_moves_to on app.case_moves (to_status);
insert into app.case_moves (move, from_status, to_status, roles, own_unit, not_if, needs, name, name_en, position) values
	('dispatch', 'filed', 'dispatched', '{dispatcher}', false, '{}', '{unit}', '派遣', 'Dispatch', 1),
	('dispatch', 'reassigned', 'dispatched', '{dispatcher}', false, '{}', '{unit}', '派遣', 'Dispatch', 1),
	('redispatch', 'dispatched', 'dispatched', '{dispatcher}', false, '{}', '{unit,reason}', '改派', 'Dispatch elsewhere', 2),
	('begin', 'dispatched', 'handling', '{team,unit_handler}', true, '{}', '{}', '开始处理', 'Begin handling', 3),
	('begin', 'returned', 'handling', '{team,unit_handler}', true, '{}', '{}', '开始返工', 'Begin again', 3),
	('finish', 'handling', 'handled', '{team,unit_handler}', true, '{}', '{}', '处理完毕', 'Finish handling', 4),
	('close', 'handled', 'closed', '{closer,inspector}', false, '{handled_it,dispatched_it}', '{proof}', '核查结案', 'Verify and close', 5),
	('return', 'handled', 'returned', '{closer,inspector}', false, '{handled_it}', '{reason}', '返工', 'Return', 6),
	('hand_back', 'dispatched', 'reassigned', '{team,unit_handler}', true, '{}', '{reason}', '回退', 'Hand back', 7),
	('hand_back', 'returned', 'reassigned', '{team,unit_handler}', true, '{}', '{reason}', '回退', 'Hand back', 7),
	('suspend', 'dispatched', 'suspended', '{closer}', false, '{handled_it,dispatched_it}', '{reason,review_at}', '挂账', 'Suspend', 8),
	('suspend', 'handling', 'suspended', '{closer}', false, '{handled_it,dispatched_it}', '{reason,review_at}', '挂账', 'Suspend', 8),
	('suspend', 'returned', 'suspended', '{closer}', false, '{handled_it,dispatched_it}', '{reason,review_at}', '挂账', 'Suspend', 8),
	('resume', 'suspended', 'dispatched', '{closer,dispatcher}', false, '{}', '{}', '恢复处理', 'Resume', 9),
	('void', 'filed', 'voided', '{closer}', false, '{}', '{reason,note}', '作废', 'Void', 10),
	('void', 'reassigned', 'voided', '{closer}', false, '{dispatched_it}', '{reason,note}', '作废', 'Void', 10),
	('void', 'dispatched', 'voided', '{closer}', false, '{dispatched_it}', '{reason,note}', '作废', 'Void', 10),
	('dispute', 'closed', 'handled', '{citizen}', false, '{}', '{}', '市民认为未解决', 'Citizen says not solved', 11);

create table app.report_moves (
	decision text not null,
	from_status text not null,
	to_status text not null,
	roles text[] not null,
	needs text[] not null default '{}',
	name text not null,
	name_en text not null,
	position int not null,
	primary key (decision, from_status)
);
comment on table app.report_moves is 'What may be decided about a report, by whom, and what it needs.';
insert into app.report_moves (decision, from_status, to_status, roles, needs, name, name_en, position) values
	('file', 'received', 'filed', '{registrar}', '{}', '立案', 'File', 1),
	('merge', 'received', 'filed', '{registrar}', '{case}', '并入已有案件', 'Add to an open case', 2),
	('verify', 'received', 'to_verify', '{registrar}', '{}', '先现场核实', 'Send to verify', 3),
	('decline', 'received', 'declined', '{registrar}', '{reason}', '不予立案', 'Decline', 4),
	('file', 'to_verify', 'filed', '{registrar,inspector}', '{}', '立案', 'File', 1),
	('merge', 'to_verify', 'filed', '{registrar,inspector}', '{case}', '并入已有案件', 'Add to an open case', 2),
	('decline', 'to_verify', 'declined', '{registrar,inspector}', '{reason}', '不予立案', 'Decline', 4);

create table app.case_sequences (
	prefix text primary key,
	last int not null
);
comment on table app.case_sequences is 'The last sequence number given per class, subclass and day.';

create table app.cases (
	id uuid primary key default gen_random_uuid(),
	number text not null unique check (number ~ '^E[0-9A-Z]{4,}[0-9]{12,}$'),
	version int not null default 1,
	status text not null default 'filed' references app.case_statuses (status),
	category text not null references app.categories (code),
	source text not null,
	geom extensions.geometry(Point, 4326) not null,
	accuracy_m float8,
	segment_id bigint references app.segments (id),
	street_id bigint references app.streets (id),
	segment_distance_m float8,
	on_street extensions.geometry(Point, 4326),
	area_id bigint references app.areas (id),
	unit_id bigint references app.units (id),
	opened_at timestamptz not null,
	filed_at timestamptz not null,
	dispatched_at timestamptz,
	due_at timestamptz,
	handling_at timestamptz,
	handled_at timestamptz,
	closed_at timestamptz,
	review_at timestamptz,
	overdue_at timestamptz,
	returned_count int not null default 0,
	disputed_count int not null default 0,
	disputed_at timestamptz,
	proof uuid references app.evidence (id),
	confirmed boolean,
	is_flagged boolean not null default false,
	recurrence_of uuid references app.cases (id),
	dispatch jsonb,
	-- Worked on before this installation: what its source does not tell (a unit, a limit) stays empty.
	is_history boolean not null default false,
	check (is_history or status in ('filed', 'voided', 'reassigned') or (unit_id is not null and dispatched_at is not null and due_at is not null)),
	check (status <> 'closed' or closed_at is not null)
);
comment on table app.cases is 'Cases (案件): what the city works on. closed_at is the last closure; proof null means closed without proof.';
create index cases_status on app.cases (status, filed_at desc);
create index cases_filed on app.cases (filed_at desc, id);
create index cases_unit on app.cases (unit_id, status);
create index cases_area on app.cases (area_id);
create index cases_street on app.cases (street_id);
create index cases_segment on app.cases (segment_id);
create index cases_category on app.cases (category);
create index cases_proof on app.cases (proof);
create index cases_recurrence on app.cases (recurrence_of);
create index cases_geom on app.cases using gist (geom);
create index cases_due on app.cases (due_at) where status in ('dispatched', 'handling', 'handled', 'returned', 'suspended') and overdue_at is null;
alter table app.reports add constraint reports_case foreign key (case_id) references app.cases (id);
alter table app.evidence add constraint evidence_case foreign key (case_id) references app.cases (id);

create table app.case_acts (
	case_id uuid not null references app.cases (id),
	staff_id uuid not null references app.staff (id),
	act text not null check (act in ('dispatched_it', 'handled_it', 'verified_it')),
	primary key (case_id, staff_id, act)
);
comment on table app.case_acts is 'Who dispatched, handled or verified a case: separation of duties is judged per case.';
create index case_acts_staff on app.case_acts (staff_id);

create table app.report_duplicates (
	report_id uuid not null references app.reports (id),
	case_id uuid not null references app.cases (id),
	distance_m float8 not null,
	age_days float8 not null,
	primary key (report_id, case_id)
);
comment on table app.report_duplicates is 'Open cases of the same category that were near when the report came in.';
create index report_duplicates_case on app.report_duplicates (case_id);

-- What the reporter is told.
create function private.receipt(r app.reports, created boolean)
returns jsonb language plpgsql stable set search_path = '' as $$
begin
	return (
		select jsonb_build_object('id', r.id, 'number', r.number, 'status', r.status, 'created', created,
			'needs', (select coalesce(jsonb_agg(e.sha256 order by e.sha256), '[]') from app.evidence e
				where e.report_id = r.id and not exists (select from app.photos p where p.sha256 = e.sha256)),
			'street', (select jsonb_build_object('id', s.id, 'name', s.name, 'name_en', s.name_en) from app.streets s where s.id = r.street_id),
			'segment_distance_m', round(r.segment_distance_m::numeric, 1),
			'areas', (select coalesce(jsonb_agg(jsonb_build_object('id', v.area_id, 'name', v.name, 'name_en', v.name_en, 'kind', a.kind) order by a.kind, v.area_id), '[]')
				from app.report_areas m join app.areas a on a.id = m.area_id
				join app.area_versions v on v.area_id = m.area_id and v.valid_to is null where m.report_id = r.id and m.holds),
			'possible_duplicates', (select count(*) from app.report_duplicates d where d.report_id = r.id))
	);
end $$;

-- A moment as text that does not depend on the session's time zone.
create function private.utc(at timestamptz)
returns text language sql stable strict set search_path = '' as $$
	select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
$$;

create function private.case_state(c app.cases)
returns jsonb language sql stable set search_path = '' as $$
	select jsonb_build_object('number', c.number, 'status', c.status, 'category', c.category, 'source', c.source, 'segment_id', c.segment_id,
		'street_id', c.street_id, 'area_id', c.area_id, 'unit_id', c.unit_id,
		'opened_at', private.utc(c.opened_at), 'filed_at', private.utc(c.filed_at), 'dispatched_at', private.utc(c.dispatched_at),
		'due_at', private.utc(c.due_at), 'handling_at', private.utc(c.handling_at), 'handled_at', private.utc(c.handled_at),
		'closed_at', private.utc(c.closed_at), 'review_at', private.utc(c.review_at), 'overdue_at', private.utc(c.overdue_at),
		'returned_count', c.returned_count, 'disputed_count', c.disputed_count, 'disputed_at', private.utc(c.disputed_at), 'proof', c.proof, 'confirmed', c.confirmed,
		'is_flagged', c.is_flagged, 'recurrence_of', c.recurrence_of);
$$;

create function private.log_case()
returns trigger language plpgsql set search_path = '' as $$
begin
	perform private.log_change('case', null, new.id, case when tg_op = 'UPDATE' then private.case_state(old) end, private.case_state(new));
	return null;
end $$;
create trigger cases_log after insert or update on app.cases for each row when (not private.is_bulk()) execute function private.log_case();
create trigger cases_never_deleted before delete or truncate on app.cases for each statement execute function private.refuse_change();

-- Open cases of the category within its duplicate radius and days.
create function private.duplicates_of(category text, pin extensions.geometry, at timestamptz)
returns table (case_id uuid, distance_m float8, age_days float8)
language sql stable set search_path = '' as $$
	select c.id, private.metres(c.geom, pin), extract(epoch from at - c.opened_at) / 86400
	from app.cases c join app.categories k on k.code = c.category join app.case_statuses s on s.status = c.status
	where c.category = duplicates_of.category and s.is_open
		and c.geom operator(extensions.&&) private.box_around(pin, k.duplicate_radius_m)
		and private.metres(c.geom, pin) <= k.duplicate_radius_m
		and c.opened_at >= at - make_interval(days => k.duplicate_days)
	order by 2 limit 20;
$$;

-- The closed case of the category this place recurs from, the latest within radius and days.
create function private.recurrence_of(category text, pin extensions.geometry, at timestamptz)
returns uuid language sql stable set search_path = '' as $$
	select c.id
	from app.cases c join app.categories k on k.code = c.category
	where c.category = recurrence_of.category and c.status = 'closed'
		and c.geom operator(extensions.&&) private.box_around(pin, k.recurrence_radius_m)
		and private.metres(c.geom, pin) <= k.recurrence_radius_m
		and c.closed_at <= at and c.closed_at >= at - make_interval(days => k.recurrence_days)
	order by c.closed_at desc limit 1;
$$;

create function private.next_case_number(category text, at timestamptz)
returns text language plpgsql set search_path = '' as $$
declare
	start text;
	n int;
begin
	select 'E' || k.class_code || k.subclass_code || to_char(private.local_day(at), 'YYYYMMDD') into start
	from app.categories k where k.code = category;
	insert into app.case_sequences (prefix, last) values (start, 1)
	on conflict (prefix) do update set last = app.case_sequences.last + 1 returning last into n;
	return start || lpad(n::text, greatest(4, length(n::text)), '0');
end $$;

-- Which unit and duty area should have this place, and why.
create function private.suggest_dispatch(category text, pin extensions.geometry, accuracy_m float8)
returns jsonb language plpgsql stable set search_path = '' as $$
begin
	return (
		with grids as (
			select a.area_id, a.unit_id, a.holds, a.border_m, v.name, v.name_en, u.name as unit, u.name_en as unit_en
			from private.areas_at(pin, accuracy_m) a
			join app.area_versions v on v.area_id = a.area_id and v.valid_to is null
			left join app.units u on u.id = a.unit_id
			where a.kind = 'duty_grid'
		), best as (select * from grids where holds order by area_id limit 1),
		second as (select * from grids g where g.area_id is distinct from (select area_id from best) order by g.border_m limit 1),
		fallback as (select u.id, u.name, u.name_en from app.categories k join app.units u on u.id = k.default_unit_id where k.code = category)
		select jsonb_build_object(
			'area_id', b.area_id, 'area', b.name, 'area_en', b.name_en,
			'unit_id', coalesce(b.unit_id, f.id), 'unit', coalesce(b.unit, f.name), 'unit_en', coalesce(b.unit_en, f.name_en),
			'rule', case when b.unit_id is not null then 'duty_area' when f.id is not null then 'category_default' else 'none' end,
			'ambiguous', coalesce(b.border_m <= coalesce(suggest_dispatch.accuracy_m, 0), false) and s.area_id is not null,
			'border_m', round(b.border_m::numeric, 1),
			'runner_up', case when s.area_id is not null then jsonb_build_object('area_id', s.area_id, 'area', s.name, 'area_en', s.name_en,
				'unit_id', s.unit_id, 'unit', s.unit, 'unit_en', s.unit_en, 'border_m', round(s.border_m::numeric, 1)) end)
		from (select 1) one left join best b on true left join second s on true left join fallback f on true
	);
end $$;

create function private.permitted_lines_at(pin extensions.geometry)
returns table (area_id bigint, name text, name_en text) language sql stable set search_path = '' as $$
	select v.area_id, v.name, v.name_en from app.area_versions v join app.areas a on a.id = v.area_id
	where a.kind = 'permitted_line' and v.valid_to is null and extensions.st_intersects(v.geom, pin);
$$;

-- A request's own id lets it be sent again: true when it was already carried out for this subject.
create function private.already_done(request_id uuid, subject uuid, call text)
returns boolean language plpgsql set search_path = '' as $$
declare
	seen app.handled_requests;
begin
	if request_id is null then return false; end if;
	insert into app.handled_requests (id, actor, subject, call)
	values (request_id, (select auth.uid()), already_done.subject, already_done.call)
	on conflict (id) do nothing;
	if found then return false; end if;
	select h.* into seen from app.handled_requests h where h.id = request_id;
	if seen.subject <> already_done.subject or seen.call <> already_done.call or seen.actor is distinct from (select auth.uid()) then
		perform private.problem(409, 'request_id_taken');
	end if;
	return true;
end $$;

create function private.keep_note(body text)
returns uuid language plpgsql set search_path = '' as $$
declare
	kept uuid;
begin
	if coalesce(btrim(body), '') = '' then return null; end if;
	if not private.is_plain_text(body, 2000) then
		perform private.problem(422, 'bad_text', '{"field": "note", "longest": 2000}');
	end if;
	insert into app.notes (body, author) values (btrim(body), (select auth.uid())) returning id into kept;
	return kept;
end $$;

-- The caller's role that a rule accepts; refused when none does. The log keeps in which role a move was made.
create function private.role_for(wanted text[], area_id bigint default null)
returns text language sql stable set search_path = '' as $$
	select r.role from private.my_roles() r
	where r.role = any (wanted) and (r.role <> 'inspector' or r.area_id is null or r.area_id is not distinct from role_for.area_id)
	order by array_position(wanted, r.role) limit 1;
$$;

-- Definer: decides about a report on behalf of the caller, whose role, duty and inputs it checks itself.
create function private.decide_report(report_id uuid, decision text, case_id uuid, category text, reason_code text, note text,
	occurred_at timestamptz, request_id uuid)
returns void language plpgsql security definer set search_path = '' as $$
declare
	r app.reports;
	rule app.report_moves;
	acting_as text;
	target app.cases;
	new_category text;
	kept_note uuid;
	moment timestamptz;
begin
	select x.* into r from app.reports x where x.id = decide_report.report_id for update;
	if r.id is null then perform private.problem(404, 'not_found'); end if;
	if not exists (select from app.report_moves m, private.my_roles() y where m.decision = decide_report.decision and y.role = any (m.roles)) then
		perform private.problem(403, 'role_needed');
	end if;
	if private.already_done(request_id, r.id, 'decide_report') then return; end if;
	select m.* into rule from app.report_moves m where m.decision = decide_report.decision and m.from_status = r.status;
	if rule.decision is null then
		perform private.problem(409, 'not_allowed_now', jsonb_build_object('status', r.status));
	end if;
	acting_as := private.role_for(rule.roles, r.area_id);
	if acting_as is null then
		perform private.problem(403, 'role_needed', jsonb_build_object('roles', to_jsonb(rule.roles)));
	end if;
	if reason_code is not null and not exists (select from app.reasons x where x.move = rule.decision and x.code = decide_report.reason_code) then
		perform private.problem(422, 'unknown_reason', '{"field": "reason_code"}');
	end if;
	if 'reason' = any (rule.needs) and reason_code is null then
		perform private.problem(422, 'reason_needed', '{"field": "reason_code"}');
	end if;
	if rule.decision = 'file' and reason_code is null and exists (select from private.permitted_lines_at(r.geom)) then
		perform private.problem(422, 'permitted_line_reason_needed', '{"field": "reason_code"}');
	end if;
	new_category := coalesce(decide_report.category, r.category);
	if not exists (select from app.categories k where k.code = new_category and k.parent is not null) then
		perform private.problem(422, 'unknown_category', '{"field": "category"}');
	end if;
	moment := greatest(private.claimed_time(decide_report.occurred_at, interval '30 days'), r.observed_at);
	kept_note := private.keep_note(note);

	if rule.decision = 'merge' then
		select c.* into target from app.cases c where c.id = decide_report.case_id for update;
		if target.id is null or not private.sees_case(target.unit_id, target.area_id, target.status) then
			perform private.problem(422, 'case_needed', '{"field": "case_id"}');
		end if;
		if not (select s.is_open from app.case_statuses s where s.status = target.status) then
			perform private.problem(409, 'case_not_open', jsonb_build_object('status', target.status));
		end if;
	elsif rule.decision = 'file' then
		perform private.describe('case.filed', moment, acting_as, reason_code, kept_note, request_id);
		insert into app.cases (number, category, source, geom, accuracy_m, segment_id, street_id, segment_distance_m, on_street, area_id,
			opened_at, filed_at, recurrence_of)
		values (private.next_case_number(new_category, moment), new_category, r.source, r.geom, r.accuracy_m, r.segment_id, r.street_id,
			r.segment_distance_m, r.on_street, r.area_id, r.observed_at, moment, private.recurrence_of(new_category, r.geom, moment))
		returning * into target;
	end if;
	perform private.describe('report.' || case rule.to_status when 'filed' then case rule.decision when 'merge' then 'merged' else 'filed' end
		else rule.to_status end, moment, acting_as, reason_code, kept_note, request_id);
	update app.reports x set status = rule.to_status, case_id = target.id, category = new_category where x.id = r.id;
	if target.id is not null then
		-- The new report's photos belong to the case too; what it already has is not added twice.
		insert into app.evidence (case_id, sha256, role, added_by, recorded_at, taken_at, lng, lat, accuracy_m)
		-- Only those who work on a case show its "after".
		select target.id, e.sha256, case when e.role in ('near', 'wide') then e.role else 'wide' end, e.added_by, e.recorded_at, e.taken_at, e.lng, e.lat, e.accuracy_m
		from app.evidence e where e.report_id = r.id on conflict do nothing;
	end if;
end $$;

-- Why the caller may not make a move, as a code; null when they may. Asked before showing a button and again by the move itself.
create function private.why_not(c app.cases, rule app.case_moves)
returns text language plpgsql stable security definer set search_path = '' as $$
declare
	own_act text;
begin
	if private.role_for(rule.roles, c.area_id) is null then return 'role_needed'; end if;
	if rule.own_unit and not coalesce(c.unit_id in (select private.my_units()), false) then return 'not_your_unit'; end if;
	foreach own_act in array rule.not_if loop
		if exists (select from app.case_acts a where a.case_id = c.id and a.staff_id = (select auth.uid()) and a.act = own_act) then
			return own_act;
		end if;
	end loop;
	return null;
end $$;

-- Definer (proof_of): evidence names who added it, which the caller may not read.
-- The newest after-photo that proves the closure: present, taken within the proof radius of the case and after handling began,
-- by the device's fix kept with the evidence or, failing that, by the photo's own metadata.
create function private.evidence_fault(e app.evidence, c app.cases)
returns text language sql stable set search_path = '' as $$
	select case
		when e.role <> 'after' then 'not_an_after_photo'
		when p.sha256 is null then 'photo_missing'
		when c.handling_at is null then 'handling_not_begun'
		-- What the server already held when handling began shows nothing of it, whatever time is claimed for it now.
		when p.recorded_at < c.handling_at or e.recorded_at < c.handling_at then 'taken_before_handling'
		-- What a citizen has said does not show the matter solved cannot prove it again.
		when e.recorded_at <= c.disputed_at or coalesce(e.taken_at, p.taken_at) < c.disputed_at then 'taken_before_dispute'
		when coalesce(e.taken_at, p.taken_at) is null or coalesce(e.taken_at, p.taken_at) > e.recorded_at + interval '5 minutes' then 'time_unknown'
		when coalesce(e.taken_at, p.taken_at) < c.handling_at then 'taken_before_handling'
		when coalesce(e.lng, p.lng) is null then 'place_unknown'
		when e.lng is not null and e.accuracy_m > 2 * (select y.proof_radius_m from app.city y) then 'place_too_vague'
		when private.metres(private.point(coalesce(e.lng, p.lng), coalesce(e.lat, p.lat)), c.geom)
			> (select y.proof_radius_m from app.city y) then 'taken_too_far_away'
	end
	from (select 1) one left join app.photos p on p.sha256 = e.sha256;
$$;

create function private.proof_of(c app.cases)
returns uuid language sql stable security definer set search_path = '' as $$
	select e.id from app.evidence e
	where e.case_id = c.id and e.role = 'after' and private.evidence_fault(e, c) is null
	order by e.recorded_at desc limit 1;
$$;

-- Definer: moves a case on behalf of the caller, whose role, unit, separation of duties and inputs it checks itself.
create function private.move_case(case_id uuid, move text, expected_version int, details jsonb, reason_code text, note text,
	occurred_at timestamptz, request_id uuid)
returns void language plpgsql security definer set search_path = '' as $$
declare
	c app.cases;
	rule app.case_moves;
	fault text;
	acting_as text;
	moment timestamptz;
	kept_note uuid;
	unit bigint;
	area bigint;
	proof uuid;
	suggestion jsonb;
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
	if reason_code is not null and not exists (select from app.reasons x where x.move = rule.move and x.code = move_case.reason_code) then
		perform private.problem(422, 'unknown_reason', '{"field": "reason_code"}');
	end if;
	if 'reason' = any (rule.needs) and reason_code is null then perform private.problem(422, 'reason_needed', '{"field": "reason_code"}'); end if;
	if 'note' = any (rule.needs) and coalesce(btrim(note), '') = '' then perform private.problem(422, 'note_needed', '{"field": "note"}'); end if;
	moment := private.claimed_time(move_case.occurred_at, interval '30 days');
	if moment < c.filed_at then perform private.problem(422, 'time_too_old', jsonb_build_object('field', 'occurred_at', 'oldest', c.filed_at)); end if;
	-- A phone's clock may lag: no move lies before the one it follows, and no closure is dated back to be on time.
	moment := greatest(moment, c.dispatched_at, c.handling_at, c.handled_at, c.closed_at);

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
		begin
			c.review_at := (details ->> 'review_at')::timestamptz;
		exception when others then
			c.review_at := null;
		end;
		if c.review_at is null or c.review_at <= moment or c.review_at > moment + interval '400 days' then
			perform private.problem(422, 'review_date_needed', '{"field": "review_at"}');
		end if;
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

	kept_note := private.keep_note(note);
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
		due_at = coalesce(x.due_at, case when rule.move = 'dispatch' then private.add_working_hours(moment, k.handle_working_hours) end),
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

	insert into app.case_acts (case_id, staff_id, act)
	select c.id, (select auth.uid()), a.act
	from (values ('dispatch', 'dispatched_it'), ('redispatch', 'dispatched_it'), ('begin', 'handled_it'), ('finish', 'handled_it'),
		('close', 'verified_it'), ('return', 'verified_it')) a (move, act)
	where a.move = rule.move on conflict do nothing;
end $$;

-- Who sees a case: the desk all, units their own, inspectors their areas'.
create function private.sees_case(unit_id bigint, area_id bigint, status text)
returns boolean language sql stable set search_path = '' as $$
	select private.is_desk()
		-- Before its dispatch a case is no unit's: null must not pass for "yes" where the answer is negated.
		or coalesce(sees_case.unit_id in (select private.my_units()), false)
		or exists (select from private.my_roles() r where r.role = 'inspector' and (r.area_id is null or r.area_id = sees_case.area_id));
$$;

-- Definer: adds a photo to a case for someone who works on it, with their device's claims.
create function private.attach_evidence(case_id uuid, sha256 text, role text, taken_at timestamptz, lng float8, lat float8, accuracy_m float8)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	c app.cases;
	e app.evidence;
	fault text;
begin
	select x.* into c from app.cases x where x.id = attach_evidence.case_id for update;
	if c.id is null or not private.sees_case(c.unit_id, c.area_id, c.status) then perform private.problem(404, 'not_found'); end if;
	perform private.need_role('team', 'unit_handler', 'inspector', 'closer', 'registrar');
	if not (select s.is_open from app.case_statuses s where s.status = c.status) then
		perform private.problem(409, 'case_not_open', jsonb_build_object('status', c.status));
	end if;
	if coalesce(attach_evidence.sha256, '') !~ '^[0-9a-f]{64}$' or not exists (select from app.photos p where p.sha256 = attach_evidence.sha256) then
		perform private.problem(422, 'photo_missing', '{"field": "photo"}');
	end if;
	if role is null or role not in ('near', 'wide', 'before', 'after') then perform private.problem(422, 'unknown_photo_role', '{"field": "role"}'); end if;
	if (lng is null) <> (lat is null) or (lng is not null and not private.is_lng_lat(lng, lat)) then
		perform private.problem(422, 'bad_coordinates', '{"field": "lng"}');
	end if;
	if accuracy_m is not null and not accuracy_m between 0 and 10000 then accuracy_m := null; end if;
	if taken_at is not null then taken_at := private.claimed_time(taken_at, interval '30 days'); end if;
	insert into app.evidence (case_id, sha256, role, added_by, taken_at, lng, lat, accuracy_m)
	values (c.id, attach_evidence.sha256, attach_evidence.role, (select auth.uid()), attach_evidence.taken_at,
		attach_evidence.lng, attach_evidence.lat, attach_evidence.accuracy_m)
	on conflict on constraint evidence_case_id_sha256_role_key do nothing returning * into e;
	if e.id is null then
		select x.* into e from app.evidence x where x.case_id = c.id and x.sha256 = attach_evidence.sha256 and x.role = attach_evidence.role;
	end if;
	fault := private.evidence_fault(e, c);
	return jsonb_build_object('evidence_id', e.id, 'counts_as_proof', fault is null, 'why_not', fault);
end $$;

-- Definer: writes for the service role. The citizen's answer to a closure. Confirmed counts as verified; "not solved" sends the case back to verification.
create function private.answer_closure(report app.reports, solved boolean, request_id uuid)
returns void language plpgsql security definer set search_path = '' as $$
declare
	c app.cases;
	moment timestamptz := private.clock();
begin
	select x.* into c from app.cases x where x.id = report.case_id for update;
	if c.id is null then perform private.problem(409, 'not_allowed_now'); end if;
	if private.already_done(request_id, c.id, 'answer_closure') then return; end if;
	if c.status <> 'closed' then perform private.problem(409, 'not_allowed_now', jsonb_build_object('status', c.status)); end if;
	if solved then
		perform private.describe('case.confirmed', moment, 'citizen', null, null, request_id);
		update app.cases x set confirmed = true, version = x.version + 1 where x.id = c.id;
	else
		perform private.describe('case.disputed', moment, 'citizen', null, null, request_id);
		update app.cases x set status = 'handled', confirmed = false, disputed_count = x.disputed_count + 1, disputed_at = moment, version = x.version + 1 where x.id = c.id;
	end if;
end $$;

-- Definer: writes for the service role. What time passing changes: a dispatched case whose limit is past becomes overdue, once, in the log.
create function private.tick()
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	moment timestamptz := private.clock();
	n int;
begin
	if not pg_try_advisory_xact_lock(20261121) then return '{"overdue": 0}'::jsonb; end if;
	perform private.describe('case.overdue', moment, 'clock');
	update app.cases c set overdue_at = moment
	where c.id in (select x.id from app.cases x
		where x.status in ('dispatched', 'handling', 'handled', 'returned', 'suspended') and x.overdue_at is null and x.due_at < moment
		order by x.due_at limit 500 for update skip locked);
	get diagnostics n = row_count;
	return jsonb_build_object('overdue', n);
end $$;

-- Folds the log and compares: every report and case whose table row is not what its events say.
create function private.replay_differences()
returns jsonb language sql stable set search_path = '' as $$
	with steps as (
		select coalesce(e.report_id, e.case_id) as id, split_part(e.kind, '.', 1) as subject, c.position, s.key, s.value
		from app.event_chain c join app.event_log e on e.id = c.event_id, jsonb_each(e.after) s
		where s.key not in ('evidence_id', 'sha256', 'evidence_role')
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

alter table app.case_statuses enable row level security;
alter table app.case_moves enable row level security;
alter table app.report_moves enable row level security;
alter table app.case_sequences enable row level security;
alter table app.cases enable row level security;
alter table app.case_acts enable row level security;
alter table app.report_duplicates enable row level security;
grant select on app.case_statuses, app.case_moves, app.report_moves, app.cases, app.case_acts, app.report_duplicates to authenticated, service_role;
grant select on app.case_sequences to service_role;
create policy "staff read the states of cases" on app.case_statuses for select to authenticated using ((select private.is_staff()));
create policy "staff read the allowed moves" on app.case_moves for select to authenticated using ((select private.is_staff()));
create policy "staff read the decisions about reports" on app.report_moves for select to authenticated using ((select private.is_staff()));
create policy "desk reads all cases, units their own, inspectors their areas'" on app.cases for select to authenticated
	using ((select private.is_desk()) or unit_id in (select private.my_units())
		or ((select private.has_role('inspector')) and (area_id in (select private.my_areas())
			or (select exists (select from private.my_roles() m where m.role = 'inspector' and m.area_id is null)))));
create policy "desk staff read who acted" on app.case_acts for select to authenticated using ((select private.is_desk()));
create policy "who reads a report reads its possible duplicates" on app.report_duplicates for select to authenticated
	using (exists (select from app.reports r where r.id = report_id));
create policy "who reads a report or a case reads its evidence" on app.evidence for select to authenticated
	using (exists (select from app.reports r where r.id = report_id) or exists (select from app.cases c where c.id = case_id));
create policy "who reads evidence reads what is known of its photo" on app.photos for select to authenticated
	using (exists (select from app.evidence e where e.sha256 = photos.sha256));
