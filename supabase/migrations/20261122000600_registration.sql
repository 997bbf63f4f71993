-- Registration (受理) for a whole shift: who has a report open, what its words suggest, taking a decision back within a minute, a report that held
-- two matters, a merge that was none, and what a caller tells on the phone.

alter table app.reports
	add column split_from uuid references app.reports (id),
	add column caller_mark text check (length(caller_mark) between 16 and 128);
comment on column app.reports.split_from is 'The report this one was split from: one submission that told of two matters.';
comment on column app.reports.caller_mark is 'A keyed fingerprint of the caller''s phone number, made by the web server: equal numbers count as one caller, none can be read back.';
create index reports_split_from on app.reports (split_from) where split_from is not null;
create index reports_caller on app.reports (caller_mark) where caller_mark is not null;
grant select (split_from) on app.reports to authenticated;

-- A photo that came with a report which does not belong to the case after all: kept, and no longer shown as the case's.
alter table app.evidence add column withdrawn_at timestamptz;
comment on column app.evidence.withdrawn_at is 'When its report was taken out of the case again; the row stays as the log tells of it.';
grant select (withdrawn_at) on app.evidence to authenticated;

create function private.evidence_withdrawn_logged()
returns trigger language plpgsql set search_path = '' as $$
begin
	perform private.describe(case when new.withdrawn_at is null then 'case.evidence_restored' else 'case.evidence_withdrawn' end, private.clock());
	perform private.log_change('case', null, new.case_id, null, jsonb_build_object('evidence_id', new.id, 'sha256', new.sha256, 'evidence_role', new.role));
	return null;
end $$;
create trigger evidence_withdrawn_log after update of withdrawn_at on app.evidence for each row
	when (old.withdrawn_at is distinct from new.withdrawn_at and new.case_id is not null) execute function private.evidence_withdrawn_logged();

create table app.report_leases (
	report_id uuid primary key references app.reports (id),
	staff_id uuid not null references app.staff (id),
	taken_at timestamptz not null,
	until timestamptz not null
);
comment on table app.report_leases is 'Who has an undecided report open, renewed while they look at it. Bookkeeping of the moment: not in the event log.';
create index report_leases_staff on app.report_leases (staff_id);
create index report_leases_until on app.report_leases (until);

create table app.category_terms (
	category text not null references app.categories (code),
	term text not null check (char_length(term) between 1 and 40 and private.is_plain_text(term, 40) and term = btrim(lower(term))),
	gone_at timestamptz,
	primary key (category, term)
);
comment on table app.category_terms is 'Words in a description that speak for a category; what is suggested says which of them it found.';
insert into app.category_terms (category, term)
select t.category, x from (values
	('0551', '洗车,冲车,擦车,水枪,污水横流,car wash,washing cars,hose'),
	('0509', '黑车,拉客,揽客,非法营运,黑摩的,摩的,宰客,illegal taxi,unlicensed taxi,touting'),
	('0504', '店外,出店,占道经营,门口摆,越门,店门口,桌椅,outside the shop,shop front,tables on'),
	('0501', '摆摊,地摊,流动摊,游商,小贩,卖水果,三轮车卖,早点摊,hawker,street vendor,stall'),
	('0502', '乞讨,要饭,流浪,begging,beggar'),
	('0503', '收废品,废品,收破烂,scrap'),
	('0505', '违停,乱停车,机动车停,汽车停,小车停,堵住路口,盲道停车,badly parked car,parked car'),
	('0506', '共享单车,自行车,电动车乱停,电瓶车,单车,bicycle,bike,scooter'),
	('0507', '堆放,堆物,建筑垃圾,杂物,沙堆,砖头,rubble,piled'),
	('0508', '噪音,喇叭,音响,吵,高音,noise,loudspeaker'),
	('0510', '烧烤,烤串,油烟,炭火,barbecue,grill'),
	('0511', '晾晒,晾衣,挂衣服,衣物,washing hung,laundry'),
	('0512', '盗版,非法出版,光碟,pirated'),
	('0513', '空调外机,外机,空调滴水,air conditioner')) t (category, words), unnest(string_to_array(t.words, ',')) x;

insert into app.reasons (move, code, name, name_en, position) values
	('unmerge', 'another_matter', '不是同一问题', 'Not the same matter', 1),
	('unmerge', 'another_place', '不在同一地点', 'Not the same place', 2);

---- the log: a report knows what it was split from ----
create or replace function private.report_state(r app.reports)
returns jsonb language sql stable set search_path = '' as $$
	select jsonb_build_object('status', r.status, 'number', r.number, 'source', r.source, 'category', r.category,
		'segment_id', r.segment_id, 'street_id', r.street_id, 'area_id', r.area_id, 'case_id', r.case_id, 'split_from', r.split_from);
$$;

---- leases: who has it open ----
-- Definer: the lease is for whoever reads the report; the name of who holds it for colleagues at the desk.
create function private.lease_of(report_id uuid)
returns jsonb language sql stable security definer set search_path = '' as $$
	select jsonb_build_object('report_id', l.report_id, 'is_mine', l.staff_id = (select auth.uid()), 'since', l.taken_at, 'until', l.until,
		'by', case when private.is_desk() or l.staff_id = (select auth.uid()) then s.name end)
	from app.report_leases l join app.staff s on s.id = l.staff_id
	where l.report_id = lease_of.report_id and l.until > private.clock() and private.sees_report(l.report_id);
$$;

-- Definer: writes for whoever may decide about the report they have open; others only learn who has what open. A lease lasts two minutes from its last
-- renewal, and is somebody else's only once it is over.
create function private.keep_leases(open_report uuid, left_report uuid)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	moment timestamptz := private.clock();
	r app.reports;
begin
	if not private.is_staff() then perform private.problem(403, 'role_needed'); end if;
	update app.report_leases l set until = moment where l.report_id = left_report and l.staff_id = (select auth.uid()) and l.until > moment;
	select x.* into r from app.reports x where x.id = open_report and private.sees_report(x.id);
	if exists (select from app.report_moves m where m.from_status = r.status and private.role_for(m.roles, r.area_id) is not null) then
		-- Asked every few seconds, written a few times a minute.
		insert into app.report_leases as l (report_id, staff_id, taken_at, until) values (r.id, (select auth.uid()), moment, moment + interval '2 minutes')
		on conflict on constraint report_leases_pkey do update set staff_id = excluded.staff_id, until = excluded.until,
			taken_at = case when l.staff_id = excluded.staff_id and l.until > moment then l.taken_at else moment end
		where l.until <= moment or (l.staff_id = excluded.staff_id and l.until < moment + interval '100 seconds');
	end if;
	return jsonb_build_object('leases', (select coalesce(jsonb_agg(private.lease_of(l.report_id) order by l.taken_at, l.report_id), '[]')
		from app.report_leases l where l.until > moment and private.sees_report(l.report_id)));
end $$;

create function api.keep_leases(open_report uuid default null, left_report uuid default null)
returns jsonb language sql set search_path = '' as $$ select private.keep_leases(open_report, left_report); $$;

---- what helps to decide ----
-- The category the words of a description speak for most, and which words those are.
create function private.suggested_category(description text)
returns jsonb language sql stable set search_path = '' as $$
	select jsonb_build_object('category', k.code, 'name', k.name, 'name_en', k.name_en, 'terms', to_jsonb(f.terms))
	from (select t.category, array_agg(t.term order by char_length(t.term) desc, t.term) as terms, sum(char_length(t.term)) as weight
		from app.category_terms t where t.gone_at is null and position(t.term in lower(left(suggested_category.description, 2000))) > 0 group by t.category) f
	join app.categories k on k.code = f.category and k.is_active
	order by cardinality(f.terms) desc, f.weight desc, k.position limit 1;
$$;

-- Open cases around a place, those that may be the same matter first; distance and age as the desk reads them.
create function private.cases_near(category text, pin extensions.geometry, at timestamptz)
returns jsonb language plpgsql stable set search_path = '' as $$
begin
	return (
		select coalesce(jsonb_agg(jsonb_build_object('case_id', n.id, 'number', n.number, 'status', n.status, 'category', n.category,
			'category_name', k.name, 'category_name_en', k.name_en, 'street', s.name, 'street_en', s.name_en, 'lng', extensions.st_x(n.geom), 'lat', extensions.st_y(n.geom),
			'distance_m', round(n.metres::numeric, 1), 'age_days', round((extract(epoch from at - n.opened_at) / 86400)::numeric, 1), 'is_duplicate', n.is_duplicate,
			'report_count', private.reports_in_case(n.id),
			'photo', (select e.sha256 from app.evidence e join app.photos p on p.sha256 = e.sha256 where e.case_id = n.id and e.withdrawn_at is null
				order by e.role <> 'near', e.recorded_at desc limit 1)) order by n.is_duplicate desc, n.metres, n.id), '[]')
		from (select c.*, q.metres, c.category = cases_near.category and q.metres <= d.duplicate_radius_m and c.opened_at >= at - make_interval(days => d.duplicate_days) as is_duplicate
			from app.cases c join app.case_statuses t on t.status = c.status and t.is_open
			join app.categories d on d.code = c.category
			cross join lateral (select private.metres(c.geom, pin) as metres) q
			where c.geom operator(extensions.&&) private.box_around(pin, greatest(120, d.duplicate_radius_m)) and q.metres <= greatest(120, d.duplicate_radius_m)
			order by is_duplicate desc, q.metres, c.id limit 8) n
		join app.categories k on k.code = n.category left join app.streets s on s.id = n.street_id);
end $$;

-- Definer: how many earlier reports came from the same account or the same caller, and what became of them; never whose they are. Null when nobody can know.
create function private.reporter_history(report_id uuid)
returns jsonb language sql stable security definer set search_path = '' as $$
	select jsonb_build_object('by', case when r.caller_mark is not null then 'caller' else 'account' end, 'earlier', count(o.id),
		'filed', count(o.id) filter (where o.status = 'filed'), 'declined', count(o.id) filter (where o.status = 'declined'))
	from app.reports r left join app.reports o on o.id <> r.id and o.split_from is null and o.number < r.number
		and case when r.caller_mark is not null then o.caller_mark = r.caller_mark else o.reporter = r.reporter and o.source = r.source end
	where r.id = reporter_history.report_id and private.is_desk()
		-- Who takes a call is not who reports.
		and (r.caller_mark is not null or (r.reporter is not null and r.source in ('inspector', 'volunteer')))
	group by r.id;
$$;

---- decisions ----
drop function api.decide_report(uuid, text, uuid, text, text, text, timestamptz, uuid);
drop function private.decide_report(uuid, text, uuid, text, text, text, timestamptz, uuid);

-- Definer: decides about a report on behalf of the caller, whose role, duty and inputs it checks itself. What a colleague has open is decided only on
-- purpose (`despite_lease`).
create function private.decide_report(report_id uuid, decision text, case_id uuid, category text, reason_code text, note text,
	occurred_at timestamptz, request_id uuid, despite_lease boolean default false)
returns void language plpgsql security definer set search_path = '' as $$
declare
	r app.reports;
	rule app.report_moves;
	acting_as text;
	target app.cases;
	new_category text;
	kept_note uuid;
	moment timestamptz;
	lease jsonb;
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
	lease := private.lease_of(r.id);
	if not coalesce(despite_lease, false) and not (lease ->> 'is_mine')::boolean then
		perform private.problem(409, 'report_leased', jsonb_build_object('by', lease -> 'by', 'until', lease -> 'until'));
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
	-- What is written while filing is read by the unit: a caller's number would tell it who reported. (refuse_contact: of a later migration.)
	if rule.decision = 'file' then perform private.refuse_contact(note, 'note'); end if;
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
	update app.report_leases l set until = private.clock() where l.report_id = r.id and l.staff_id = (select auth.uid()) and l.until > private.clock();
	if target.id is not null then
		-- The new report's photos belong to the case too; what it already has is not added twice, and what was taken out with this report comes back.
		insert into app.evidence (case_id, sha256, role, added_by, recorded_at, taken_at, lng, lat, accuracy_m)
		-- Only those who work on a case show its "after".
		select target.id, e.sha256, case when e.role in ('near', 'wide') then e.role else 'wide' end, e.added_by, e.recorded_at, e.taken_at, e.lng, e.lat, e.accuracy_m
		from app.evidence e where e.report_id = r.id on conflict do nothing;
		update app.evidence x set withdrawn_at = null
		where x.case_id = target.id and x.withdrawn_at is not null and x.sha256 in (select e.sha256 from app.evidence e where e.report_id = r.id);
	end if;
end $$;

-- The last that was decided about a report, or taken back.
create function private.last_decision(report_id uuid)
returns app.event_log language sql stable set search_path = '' as $$
	select e from app.event_log e left join app.event_chain h on h.event_id = e.id
	where e.report_id = last_decision.report_id
		and e.kind in ('report.filed', 'report.merged', 'report.to_verify', 'report.declined', 'report.undone', 'report.unmerged')
	order by e.recorded_at desc, h.position desc nulls first limit 1;
$$;

-- Why a decision cannot be taken back by the caller now; null when it can: their own, a minute old at most, and nothing came of it yet.
create function private.undo_fault(r app.reports, told app.event_log)
returns text language plpgsql stable set search_path = '' as $$
declare
	c app.cases;
begin
	if told.id is null or told.kind in ('report.undone', 'report.unmerged') then return 'nothing_to_undo'; end if;
	if told.actor is distinct from (select auth.uid()) then return 'not_your_decision'; end if;
	if private.role_for(array[told.actor_role], r.area_id) is null then return 'role_needed'; end if;
	if told.recorded_at < private.clock() - interval '1 minute' then return 'undo_too_late'; end if;
	if r.case_id is null then return null; end if;
	select x.* into c from app.cases x where x.id = r.case_id;
	if exists (select from app.event_log e where e.case_id = c.id and e.report_id is null and e.recorded_at > told.recorded_at) then return 'case_moved_on'; end if;
	if told.kind = 'report.filed' and (c.version > 1 or c.status <> 'filed' or exists (select from app.reports o where o.case_id = c.id and o.id <> r.id)) then
		return 'case_moved_on';
	end if;
	return null;
end $$;

-- What came with a report is no longer shown as the case's, unless another report of the case brought it, too.
create function private.withdraw_evidence(report_id uuid, case_id uuid)
returns void language sql set search_path = '' as $$
	update app.evidence x set withdrawn_at = private.clock()
	where x.case_id = withdraw_evidence.case_id and x.withdrawn_at is null and x.role in ('near', 'wide')
		and x.sha256 in (select e.sha256 from app.evidence e where e.report_id = withdraw_evidence.report_id)
		and not exists (select from app.evidence e join app.reports o on o.id = e.report_id
			where o.case_id = withdraw_evidence.case_id and o.id <> withdraw_evidence.report_id and e.sha256 = x.sha256);
$$;

-- Definer: takes the caller's own decision back while undo_fault allows it. The log keeps both; a case that was filed by it is voided, and so counts nowhere.
create function private.undo_decision(report_id uuid, request_id uuid)
returns void language plpgsql security definer set search_path = '' as $$
declare
	r app.reports;
	told app.event_log;
	fault text;
	moment timestamptz := private.clock();
begin
	-- The case first, as those lock it who move it.
	perform from app.cases c where c.id = (select x.case_id from app.reports x where x.id = undo_decision.report_id) for update;
	select x.* into r from app.reports x where x.id = undo_decision.report_id for update;
	told := private.last_decision(r.id);
	if r.id is null or not (private.sees_report(r.id) or coalesce(told.actor = (select auth.uid()), false)) then perform private.problem(404, 'not_found'); end if;
	if private.already_done(request_id, r.id, 'undo_decision') then return; end if;
	fault := private.undo_fault(r, told);
	if fault is not null then perform private.problem(case fault when 'role_needed' then 403 else 409 end, fault); end if;
	if told.kind = 'report.merged' then perform private.withdraw_evidence(r.id, r.case_id); end if;
	perform private.describe('report.undone', moment, told.actor_role, null, null, request_id);
	update app.reports x set status = told.before ->> 'status', category = coalesce(told.before ->> 'category', x.category), case_id = null where x.id = r.id;
	if told.kind = 'report.filed' then
		perform private.describe('case.voided', moment, told.actor_role, 'filed_by_mistake', null, request_id);
		update app.cases x set status = 'voided', version = x.version + 1 where x.id = r.case_id;
	end if;
end $$;

-- Definer: takes a merged report out of its case again, for registrars, while the case is open. It waits for a decision as before.
create function private.unmerge_report(report_id uuid, reason_code text, note text, request_id uuid)
returns void language plpgsql security definer set search_path = '' as $$
declare
	r app.reports;
	c app.cases;
	acting_as text := private.role_for('{registrar}');
begin
	if acting_as is null then perform private.problem(403, 'role_needed', '{"roles": ["registrar"]}'); end if;
	perform from app.cases x where x.id = (select y.case_id from app.reports y where y.id = unmerge_report.report_id) for update;
	select x.* into r from app.reports x where x.id = unmerge_report.report_id for update;
	if r.id is null then perform private.problem(404, 'not_found'); end if;
	if private.already_done(request_id, r.id, 'unmerge_report') then return; end if;
	if r.case_id is null or (private.last_decision(r.id)).kind is distinct from 'report.merged' then
		perform private.problem(409, 'not_allowed_now', jsonb_build_object('status', r.status));
	end if;
	select x.* into c from app.cases x where x.id = r.case_id;
	if not (select s.is_open from app.case_statuses s where s.status = c.status) then
		perform private.problem(409, 'case_not_open', jsonb_build_object('status', c.status));
	end if;
	if reason_code is null then perform private.problem(422, 'reason_needed', '{"field": "reason_code"}'); end if;
	if not exists (select from app.reasons x where x.move = 'unmerge' and x.code = unmerge_report.reason_code) then
		perform private.problem(422, 'unknown_reason', '{"field": "reason_code"}');
	end if;
	perform private.withdraw_evidence(r.id, c.id);
	perform private.describe('report.unmerged', private.clock(), acting_as, reason_code, private.keep_note(note), request_id);
	update app.reports x set status = 'received', case_id = null where x.id = r.id;
end $$;

-- Definer: a second matter in one report becomes a report of its own, for registrars: same source, place, time and photos, another category and words.
-- Sent again under the same new id it is split once.
create function private.split_report(report_id uuid, new_id uuid, category text, description text, request_id uuid)
returns void language plpgsql security definer set search_path = '' as $$
declare
	r app.reports;
	n app.reports;
	acting_as text := private.role_for('{registrar}');
begin
	if acting_as is null then perform private.problem(403, 'role_needed', '{"roles": ["registrar"]}'); end if;
	select x.* into r from app.reports x where x.id = split_report.report_id for update;
	if r.id is null then perform private.problem(404, 'not_found'); end if;
	if private.already_done(request_id, r.id, 'split_report') then return; end if;
	if new_id is null then perform private.problem(422, 'bad_id', '{"field": "id"}'); end if;
	if r.status = 'declined' then perform private.problem(409, 'not_allowed_now', jsonb_build_object('status', r.status)); end if;
	if not exists (select from app.categories k where k.code = split_report.category and k.parent is not null and k.is_active) then
		perform private.problem(422, 'unknown_category', '{"field": "category"}');
	end if;
	description := btrim(coalesce(description, ''));
	if not private.is_plain_text(description, 2000) then perform private.problem(422, 'bad_text', '{"field": "description", "longest": 2000}'); end if;
	if description = '' then perform private.problem(422, 'words_needed', '{"field": "description"}'); end if;
	perform private.describe('report.split', private.clock(), acting_as, null, null, request_id);
	insert into app.reports (id, source, category, geom, accuracy_m, location_source, description, observed_at, segment_id, street_id, segment_distance_m,
		on_street, area_id, reporter, proof, fix_lng, fix_lat, fix_accuracy_m, wide_skipped, split_from, caller_mark)
	values (new_id, r.source, split_report.category, r.geom, r.accuracy_m, r.location_source, split_report.description, r.observed_at, r.segment_id, r.street_id,
		r.segment_distance_m, r.on_street, r.area_id, r.reporter, r.proof, r.fix_lng, r.fix_lat, r.fix_accuracy_m, r.wide_skipped, r.id, r.caller_mark)
	on conflict (id) do nothing returning * into n;
	if n.id is null then perform private.problem(409, 'id_taken', '{"field": "id"}'); end if;
	insert into app.report_areas (report_id, area_id, holds, border_m) select n.id, a.area_id, a.holds, a.border_m from app.report_areas a where a.report_id = r.id;
	insert into app.evidence (report_id, sha256, role, added_by, recorded_at, taken_at, lng, lat, accuracy_m)
	select n.id, e.sha256, e.role, e.added_by, e.recorded_at, e.taken_at, e.lng, e.lat, e.accuracy_m from app.evidence e where e.report_id = r.id;
	insert into app.report_duplicates (report_id, case_id, distance_m, age_days)
	select n.id, d.case_id, d.distance_m, d.age_days from private.duplicates_of(n.category, n.geom, n.observed_at) d;
end $$;

-- Definer: adds a photo to an undecided report for whoever decides about it, as the inspector does who looks at it on site.
create function private.attach_to_report(report_id uuid, sha256 text, role text, taken_at timestamptz, lng float8, lat float8, accuracy_m float8)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	r app.reports;
	e app.evidence;
begin
	select x.* into r from app.reports x where x.id = attach_to_report.report_id and private.sees_report(x.id) for update;
	if r.id is null then perform private.problem(404, 'not_found'); end if;
	if private.role_for('{registrar,inspector}', r.area_id) is null then perform private.problem(403, 'role_needed', '{"roles": ["registrar", "inspector"]}'); end if;
	if r.status not in ('received', 'to_verify') then perform private.problem(409, 'not_allowed_now', jsonb_build_object('status', r.status)); end if;
	if coalesce(attach_to_report.sha256, '') !~ '^[0-9a-f]{64}$' or not exists (select from app.photos p where p.sha256 = attach_to_report.sha256) then
		perform private.problem(422, 'photo_missing', '{"field": "photo"}');
	end if;
	if role is null or role not in ('near', 'wide') then perform private.problem(422, 'unknown_photo_role', '{"field": "role"}'); end if;
	if (lng is null) <> (lat is null) or (lng is not null and not private.is_lng_lat(lng, lat)) then
		perform private.problem(422, 'bad_coordinates', '{"field": "lng"}');
	end if;
	if accuracy_m is not null and not accuracy_m between 0 and 10000 then accuracy_m := null; end if;
	if taken_at is not null then taken_at := private.claimed_time(taken_at, interval '30 days'); end if;
	insert into app.evidence (report_id, sha256, role, added_by, taken_at, lng, lat, accuracy_m)
	values (r.id, attach_to_report.sha256, attach_to_report.role, (select auth.uid()), attach_to_report.taken_at,
		attach_to_report.lng, attach_to_report.lat, attach_to_report.accuracy_m)
	on conflict on constraint evidence_report_id_sha256_key do nothing;
	select x.* into e from app.evidence x where x.report_id = r.id and x.sha256 = attach_to_report.sha256;
	return jsonb_build_object('evidence_id', e.id);
end $$;

-- Until when the caller may take back what they decided; null when they may not.
create function private.undo_until(report_id uuid)
returns timestamptz language sql stable security definer set search_path = '' as $$
	select case when private.undo_fault(r, private.last_decision(r.id)) is null then (private.last_decision(r.id)).recorded_at + interval '1 minute' end
	from app.reports r where r.id = undo_until.report_id;
$$;
comment on function private.undo_until(uuid) is 'Definer: reads the log on behalf of people who may not; answers only about the caller''s own decision.';

-- Definer: an inspector who has decided no longer sees the report itself, but learns what became of it; nobody else does.
create or replace function private.decided(report_id uuid)
returns jsonb language sql stable security definer set search_path = '' as $$
	select jsonb_build_object('id', r.id, 'number', r.number, 'status', r.status, 'case_id', r.case_id,
		'case_number', (select c.number from app.cases c where c.id = r.case_id), 'undo_until', private.undo_until(r.id))
	from app.reports r where r.id = decided.report_id and (private.sees_report(r.id)
		or exists (select from app.event_log e where e.report_id = r.id and e.actor = (select auth.uid())));
$$;

create function api.decide_report(report_id uuid, decision text, case_id uuid default null, category text default null, reason_code text default null,
	note text default null, occurred_at timestamptz default null, request_id uuid default null, despite_lease boolean default false)
returns jsonb language plpgsql set search_path = '' as $$
begin
	perform private.decide_report(report_id, decision, case_id, category, reason_code, note, occurred_at, request_id, despite_lease);
	return private.decided(decide_report.report_id);
end $$;

create function api.undo_decision(report_id uuid, request_id uuid default null)
returns jsonb language plpgsql set search_path = '' as $$
begin
	perform private.undo_decision(report_id, request_id);
	return private.decided(undo_decision.report_id);
end $$;

create function api.unmerge_report(report_id uuid, reason_code text, note text default null, request_id uuid default null)
returns jsonb language plpgsql set search_path = '' as $$
begin
	perform private.unmerge_report(report_id, reason_code, note, request_id);
	return private.decided(unmerge_report.report_id);
end $$;

create function api.split_report(report_id uuid, new_id uuid, category text, description text, request_id uuid default null)
returns jsonb language plpgsql set search_path = '' as $$
begin
	perform private.split_report(report_id, new_id, category, description, request_id);
	return private.decided(new_id);
end $$;

create function api.attach_to_report(report_id uuid, sha256 text, role text, taken_at timestamptz default null, lng float8 default null, lat float8 default null, accuracy_m float8 default null)
returns jsonb language sql set search_path = '' as $$
	select private.attach_to_report(report_id, sha256, role, taken_at, lng, lat, accuracy_m);
$$;

---- the hotline ----
-- Definer: inserts for a signed-in reporter, whose role it checks; the reporter is the caller. What a registrar enters, or anybody enters as a call, is the
-- hotline's: then the caller's number is kept sealed (keep_particular, of a later migration), and its fingerprint for counting.
create or replace function private.receive_staff_report(report jsonb, code_hash text, pin_hash text, body_hash text)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	is_call boolean := coalesce(report ->> 'source' = 'hotline', false);
	acting_as text := private.role_for(case when is_call then '{registrar}'::text[] else '{inspector,volunteer,registrar}' end);
	receipt jsonb;
begin
	if acting_as is null and not is_call then
		select r.role into acting_as from private.my_roles() r where r.role in ('inspector', 'volunteer', 'registrar') limit 1;
	end if;
	if acting_as is null then perform private.problem(403, 'role_needed', '{"roles": ["inspector", "volunteer", "registrar"]}'); end if;
	receipt := private.receive_report(report, case acting_as when 'registrar' then 'hotline' else acting_as end, (select auth.uid()), code_hash, pin_hash, body_hash);
	if (receipt ->> 'created')::boolean and acting_as = 'registrar' and jsonb_typeof(report -> 'caller') = 'object' then
		perform private.keep_particular('report', (receipt ->> 'id')::uuid, report -> 'caller');
		update app.reports r set caller_mark = report #>> '{caller,fingerprint}' where r.id = (receipt ->> 'id')::uuid;
	end if;
	return receipt;
end $$;

-- What stands around a place while somebody is on the phone: open cases, and lines within which it is allowed.
create function api.around(category text, lng float8, lat float8)
returns jsonb language plpgsql stable set search_path = '' as $$
begin
	if not private.is_desk() then perform private.problem(403, 'role_needed', '{"roles": ["registrar"]}'); end if;
	if not coalesce(lng between -180 and 180 and lat between -90 and 90, false) then perform private.problem(422, 'bad_coordinates', '{"field": "lng"}'); end if;
	return jsonb_build_object('cases', private.cases_near(category, private.point(lng, lat), private.clock()),
		'permitted_lines', (select coalesce(jsonb_agg(jsonb_build_object('id', l.area_id, 'name', l.name, 'name_en', l.name_en)), '[]') from private.permitted_lines_at(private.point(lng, lat)) l));
end $$;

---- words that speak for a category ----
create function api.category_terms()
returns jsonb language sql stable set search_path = '' as $$
	select jsonb_build_object('categories', coalesce(jsonb_agg(jsonb_build_object('category', k.code, 'name', k.name, 'name_en', k.name_en,
		'terms', (select coalesce(jsonb_agg(t.term order by t.term), '[]') from app.category_terms t where t.category = k.code and t.gone_at is null)) order by k.position, k.code), '[]'))
	from app.categories k where k.parent is not null and k.is_active;
$$;

-- Definer: writes for the office, registrars and administrators. The words of one category, all of them.
create function private.set_category_terms(category text, terms text[])
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	acting_as text := private.role_for('{office,registrar,admin}');
	wanted text[];
	was text[];
begin
	if acting_as is null then perform private.problem(403, 'role_needed', '{"roles": ["office", "registrar", "admin"]}'); end if;
	perform from app.categories k where k.code = set_category_terms.category and k.parent is not null for update;
	if not found then perform private.problem(422, 'unknown_category', '{"field": "category"}'); end if;
	wanted := array(select distinct btrim(lower(x)) from unnest(terms) x where btrim(x) <> '' order by 1);
	if cardinality(wanted) > 100 or exists (select from unnest(wanted) x where char_length(x) > 40 or not private.is_plain_text(x, 40)) then
		perform private.problem(422, 'bad_text', '{"field": "terms", "longest": 40}');
	end if;
	was := array(select t.term from app.category_terms t where t.category = set_category_terms.category and t.gone_at is null order by 1);
	update app.category_terms t set gone_at = private.clock() where t.category = set_category_terms.category and t.gone_at is null and t.term <> all (wanted);
	insert into app.category_terms (category, term) select set_category_terms.category, x from unnest(wanted) x
	on conflict on constraint category_terms_pkey do update set gone_at = null;
	perform private.describe('category.terms', private.clock(), acting_as);
	if was <> wanted then
		perform private.log_change('category', null, null, jsonb_build_object('terms', to_jsonb(was)), jsonb_build_object('category', set_category_terms.category, 'terms', to_jsonb(wanted)));
	end if;
	return api.category_terms();
end $$;
create function api.set_category_terms(category text, terms text[])
returns jsonb language sql set search_path = '' as $$ select private.set_category_terms(category, terms); $$;

---- what the desk reads ----
create or replace function private.photos_of(report_id uuid, case_id uuid)
returns jsonb language plpgsql stable set search_path = '' as $$
begin
	return (
		select coalesce(jsonb_agg(jsonb_build_object('evidence_id', e.id, 'sha256', e.sha256, 'role', e.role, 'present', p.sha256 is not null,
			'state', coalesce(p.state, 'withheld'), 'is_judged', p.judged_at is not null, 'unreadable', p.unreadable,
			'recorded_at', e.recorded_at, 'taken_at', coalesce(e.taken_at, p.taken_at),
			'lng', coalesce(e.lng, p.lng), 'lat', coalesce(e.lat, p.lat)) order by e.recorded_at, e.sha256), '[]')
		from app.evidence e left join app.photos p on p.sha256 = e.sha256
		where (e.report_id = photos_of.report_id or e.case_id = photos_of.case_id) and e.withdrawn_at is null
	);
end $$;

create or replace function private.report_row(report_id uuid)
returns jsonb language plpgsql stable set search_path = '' as $$
begin
	return (
		select jsonb_build_object('id', r.id, 'number', r.number, 'status', r.status, 'source', r.source, 'category', r.category,
			'category_name', k.name, 'category_name_en', k.name_en, 'street_id', r.street_id, 'street', s.name, 'street_en', s.name_en,
			'area_id', r.area_id, 'area', v.name, 'area_en', v.name_en, 'lng', extensions.st_x(r.geom), 'lat', extensions.st_y(r.geom),
			'accuracy_m', r.accuracy_m, 'location_source', r.location_source, 'segment_distance_m', round(r.segment_distance_m::numeric, 1), 'observed_at', r.observed_at, 'recorded_at', r.recorded_at,
			'description', r.description, 'case_id', r.case_id,
			'proof', r.proof, 'wide_skipped', r.wide_skipped, 'fix', private.fix_of(r.id),
			'suggested_case', (select jsonb_build_object('id', c.id, 'number', c.number) from app.cases c where c.id = r.suggested_case_id),
			'photo_count', (select count(*) from app.evidence e where e.report_id = r.id),
			'possible_duplicates', (select count(*) from app.report_duplicates d where d.report_id = r.id),
			'lease', private.lease_of(r.id))
		from app.reports r join app.categories k on k.code = r.category left join app.streets s on s.id = r.street_id
		left join app.area_versions v on v.area_id = r.area_id and v.valid_to is null
		where r.id = report_row.report_id
	);
end $$;

create or replace function api.report_detail(report_id uuid)
returns jsonb language plpgsql stable set search_path = '' as $$
declare
	r record;
begin
	select x.id, x.geom, x.category, x.status, x.area_id, x.observed_at, x.case_id, x.description, x.split_from into r from app.reports x where x.id = report_detail.report_id;
	if r.id is null then perform private.problem(404, 'not_found'); end if;
	return private.report_row(r.id) || jsonb_build_object(
		'photos', private.photos_of(r.id, null),
		'areas', (select coalesce(jsonb_agg(jsonb_build_object('id', m.area_id, 'name', v.name, 'name_en', v.name_en, 'kind', a.kind, 'holds', m.holds,
			'border_m', round(m.border_m::numeric, 1)) order by m.holds desc, m.border_m), '[]')
			from app.report_areas m join app.areas a on a.id = m.area_id join app.area_versions v on v.area_id = m.area_id and v.valid_to is null
			where m.report_id = r.id),
		'duplicates', (select coalesce(jsonb_agg(jsonb_build_object('case_id', c.id, 'number', c.number, 'status', c.status,
			'lng', extensions.st_x(c.geom), 'lat', extensions.st_y(c.geom),
			'distance_m', round(d.distance_m::numeric, 1), 'age_days', round(d.age_days::numeric, 1)) order by d.distance_m), '[]')
			from private.duplicates_of(r.category, r.geom, r.observed_at) d join app.cases c on c.id = d.case_id),
		'nearby', (select coalesce(jsonb_agg(n) filter (where n ->> 'case_id' is distinct from r.case_id::text), '[]') from jsonb_array_elements(private.cases_near(r.category, r.geom, r.observed_at)) n),
		'permitted_lines', (select coalesce(jsonb_agg(jsonb_build_object('id', l.area_id, 'name', l.name, 'name_en', l.name_en)), '[]') from private.permitted_lines_at(r.geom) l),
		'history', private.reporter_history(r.id),
		'suggested_category', private.suggested_category(r.description),
		'split_from', (select jsonb_build_object('id', o.id, 'number', o.number) from app.reports o where o.id = r.split_from),
		'splits', (select coalesce(jsonb_agg(jsonb_build_object('id', o.id, 'number', o.number) order by o.number), '[]') from app.reports o where o.split_from = r.id),
		'undo_until', private.undo_until(r.id),
		'can_split', r.status <> 'declined' and private.role_for('{registrar}') is not null,
		'unmerge', (select jsonb_build_object('reasons', (select coalesce(jsonb_agg(jsonb_build_object('code', x.code, 'name', x.name, 'name_en', x.name_en) order by x.position), '[]')
				from app.reasons x where x.move = 'unmerge'))
			from app.cases c join app.case_statuses t on t.status = c.status
			where c.id = r.case_id and t.is_open and private.role_for('{registrar}') is not null and (private.last_decision(r.id)).kind = 'report.merged'),
		'decisions', (select coalesce(jsonb_agg(jsonb_build_object('decision', m.decision, 'name', m.name, 'name_en', m.name_en, 'needs', m.needs,
			'allowed', private.role_for(m.roles, r.area_id) is not null,
			'why_not', case when private.role_for(m.roles, r.area_id) is null then 'role_needed' end,
			'reasons', (select coalesce(jsonb_agg(jsonb_build_object('code', x.code, 'name', x.name, 'name_en', x.name_en) order by x.position), '[]') from app.reasons x where x.move = m.decision)) order by m.position), '[]')
			from app.report_moves m where m.from_status = r.status),
		'events', private.timeline(r.id, null));
end $$;

---- what its reporter is told: a decision that was taken back is none ----
create or replace function private.follow_answer(r app.reports)
returns jsonb language plpgsql stable set search_path = '' as $$
begin
	return (
		select jsonb_build_object('number', r.number, 'status', r.status, 'received_at', r.recorded_at,
			'category', (select jsonb_build_object('name', k.name, 'name_en', k.name_en) from app.categories k where k.code = r.category),
			'street', (select jsonb_build_object('name', s.name, 'name_en', s.name_en) from app.streets s where s.id = r.street_id),
			'case_number', c.number, 'case_status', c.status, 'due_at', case when c.status not in ('closed', 'voided') then c.due_at end, 'closed_at', case when c.status = 'closed' then c.closed_at end,
			'confirmed', c.confirmed, 'can_answer', private.can_answer(c),
			'closed_photo', (select p.public_id from app.evidence e join app.photos p on p.sha256 = e.sha256
				where c.status = 'closed' and e.case_id = c.id and e.role = 'after' and p.public_id is not null
				-- What came in after the closure shows it only where nothing else does.
				order by e.recorded_at > c.closed_at, e.recorded_at desc limit 1),
			'closure_photo', case when c.status = 'closed' then case
				when exists (select from app.evidence e join app.photos p on p.sha256 = e.sha256 where e.case_id = c.id and e.role = 'after' and p.public_id is not null) then 'shown'
				when exists (select from app.evidence e left join app.photos p on p.sha256 = e.sha256 where e.case_id = c.id and e.role = 'after' and p.judged_at is null) then 'checking'
				else 'none' end end,
			'contacts', (select coalesce(jsonb_agg(jsonb_build_object('id', x.id, 'kind', x.kind, 'since', x.recorded_at) order by x.recorded_at), '[]') from app.report_contacts x where x.report_id = r.id),
			'reason', (select jsonb_build_object('name', x.name, 'name_en', x.name_en)
				from app.event_log e join app.reasons x on x.move = 'decline' and x.code = e.reason_code
				where r.status = 'declined' and e.report_id = r.id and e.kind = 'report.declined' order by e.recorded_at desc limit 1),
			'timeline', (select coalesce(jsonb_agg(jsonb_build_object('kind', h.kind,
				-- A phone's claim of when the photo was taken is not when we heard of it.
				'at', case when h.kind = 'report.received' then h.recorded_at else h.occurred_at end) order by h.position nulls last), '[]')
				from (select l.id, l.kind, l.recorded_at, l.occurred_at, x.position, lead(l.kind) over (partition by l.kind in
						('report.filed', 'report.merged', 'report.to_verify', 'report.declined', 'report.undone', 'report.unmerged') order by l.recorded_at, x.position nulls last) as next_kind
					from app.event_log l left join app.event_chain x on x.event_id = l.id
					where l.report_id = r.id or (l.case_id = r.case_id and l.report_id is null)) h
				where h.kind in ('report.received', 'report.filed', 'report.merged', 'report.to_verify',
					'report.declined', 'case.dispatched', 'case.redispatched', 'case.handling', 'case.handled', 'case.closed', 'case.returned', 'case.suspended',
					'case.resumed', 'case.reassigned', 'case.voided', 'case.disputed', 'case.confirmed')
					and not (h.kind in ('report.filed', 'report.merged', 'report.to_verify', 'report.declined') and coalesce(h.next_kind in ('report.undone', 'report.unmerged'), false))))
		from (select 1) one left join app.cases c on c.id = r.case_id
	);
end $$;

alter table app.report_leases enable row level security;
alter table app.category_terms enable row level security;
grant select on app.report_leases, app.category_terms to authenticated, service_role;
create policy "desk staff read who has a report open" on app.report_leases for select to authenticated using ((select private.is_desk()));
create policy "staff read the words of categories" on app.category_terms for select to authenticated using ((select private.is_staff()));

revoke all on function private.evidence_withdrawn_logged(), private.lease_of(uuid), private.keep_leases(uuid, uuid), private.suggested_category(text),
	private.cases_near(text, extensions.geometry, timestamptz), private.reporter_history(uuid),
	private.decide_report(uuid, text, uuid, text, text, text, timestamptz, uuid, boolean), private.last_decision(uuid), private.undo_fault(app.reports, app.event_log),
	private.withdraw_evidence(uuid, uuid), private.undo_decision(uuid, uuid), private.unmerge_report(uuid, text, text, uuid),
	private.split_report(uuid, uuid, text, text, uuid), private.attach_to_report(uuid, text, text, timestamptz, float8, float8, float8), private.undo_until(uuid),
	private.set_category_terms(text, text[]), api.keep_leases(uuid, uuid), api.decide_report(uuid, text, uuid, text, text, text, timestamptz, uuid, boolean),
	api.undo_decision(uuid, uuid), api.unmerge_report(uuid, text, text, uuid), api.split_report(uuid, uuid, text, text, uuid),
	api.attach_to_report(uuid, text, text, timestamptz, float8, float8, float8), api.around(text, float8, float8), api.category_terms(), api.set_category_terms(text, text[])
	from public, anon, authenticated, service_role;
grant execute on function private.lease_of(uuid), private.keep_leases(uuid, uuid), private.suggested_category(text), private.cases_near(text, extensions.geometry, timestamptz),
	private.reporter_history(uuid), private.decide_report(uuid, text, uuid, text, text, text, timestamptz, uuid, boolean), private.last_decision(uuid),
	private.undo_decision(uuid, uuid), private.unmerge_report(uuid, text, text, uuid), private.split_report(uuid, uuid, text, text, uuid),
	private.attach_to_report(uuid, text, text, timestamptz, float8, float8, float8), private.undo_until(uuid), private.set_category_terms(text, text[]),
	api.keep_leases(uuid, uuid), api.decide_report(uuid, text, uuid, text, text, text, timestamptz, uuid, boolean),
	api.undo_decision(uuid, uuid), api.unmerge_report(uuid, text, text, uuid), api.split_report(uuid, uuid, text, text, uuid),
	api.attach_to_report(uuid, text, text, timestamptz, float8, float8, float8), api.around(text, float8, float8), api.category_terms(), api.set_category_terms(text, text[])
	to authenticated;
