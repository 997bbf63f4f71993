-- Handling at the kerb: sealed personal particulars, sites and vehicles, acts, notices.
--
-- A particular is a phone, plate, name or address. The web server seals it before it comes here (AES-256-GCM, the key never does) and opens it
-- after a reveal was written down; a keyed fingerprint finds the same plate again without reading it. A dump of this database holds neither.

---- what is handled: sites and vehicles ----
create table app.site_kinds (
	kind text primary key,
	name text not null,
	name_en text not null,
	position int not null
);
comment on table app.site_kinds is 'What a site can be.';
insert into app.site_kinds (kind, name, name_en, position) values ('shop', '门店', 'Shop', 1), ('stall', '摊点', 'Stall', 2), ('wash', '洗车点', 'Car wash', 3), ('other', '其他场所', 'Other site', 9);

create table app.vehicle_classes (
	class text primary key,
	name text not null,
	name_en text not null,
	position int not null
);
comment on table app.vehicle_classes is 'What a vehicle can be.';
insert into app.vehicle_classes (class, name, name_en, position) values ('car', '小汽车', 'Car', 1), ('electric_tricycle', '电动三轮车', 'Electric tricycle', 2),
	('pedal_tricycle', '人力三轮车', 'Pedal tricycle', 3), ('disabled_vehicle', '残疾人机动轮椅车', 'Disabled-person vehicle', 4);

create table app.sites (
	id uuid primary key default gen_random_uuid(),
	kind text not null references app.site_kinds (kind),
	name text not null check (private.is_plain_text(name, 80) and btrim(name) <> ''),
	geom extensions.geometry(Point, 4326) not null,
	segment_id bigint references app.segments (id),
	street_id bigint references app.streets (id),
	recorded_by uuid references app.staff (id),
	recorded_at timestamptz not null default private.clock()
);
comment on table app.sites is 'A shop, stall or wash site that cases are about: its sign''s name and its place, never its owner''s name.';
create index sites_kind on app.sites (kind);
create index sites_segment on app.sites (segment_id);
create index sites_street on app.sites (street_id);
create index sites_recorded_by on app.sites (recorded_by);
create index sites_geom on app.sites using gist (geom);

create table app.vehicles (
	id uuid primary key default gen_random_uuid(),
	class text not null references app.vehicle_classes (class),
	recorded_by uuid references app.staff (id),
	recorded_at timestamptz not null default private.clock()
);
comment on table app.vehicles is 'A vehicle that cases are about: its class. Its plate, if it has one, is a sealed particular.';
create index vehicles_class on app.vehicles (class);
create index vehicles_recorded_by on app.vehicles (recorded_by);

-- What a case is about. A wrong link is ended, not deleted.
create table app.case_links (
	id uuid primary key default gen_random_uuid(),
	case_id uuid not null references app.cases (id),
	site_id uuid references app.sites (id),
	vehicle_id uuid references app.vehicles (id),
	linked_by uuid references app.staff (id),
	linked_at timestamptz not null default private.clock(),
	ended_by uuid references app.staff (id),
	ended_at timestamptz,
	check (num_nonnulls(site_id, vehicle_id) = 1)
);
comment on table app.case_links is 'Which site or vehicle a case is about; an ended link was a mistake.';
create index case_links_case on app.case_links (case_id);
create index case_links_linked_by on app.case_links (linked_by);
create index case_links_ended_by on app.case_links (ended_by);
create unique index case_links_site on app.case_links (site_id, case_id) where ended_at is null and site_id is not null;
create unique index case_links_vehicle on app.case_links (vehicle_id, case_id) where ended_at is null and vehicle_id is not null;

---- sealed particulars ----
create table app.particular_rules (
	subject text not null check (subject in ('report', 'case', 'site', 'vehicle')),
	kind text not null check (kind in ('phone', 'plate', 'name', 'address')),
	purpose text not null check (private.is_plain_text(purpose, 80)),
	purpose_en text not null check (private.is_plain_text(purpose_en, 80)),
	-- Desk roles first: whoever holds several acts in the first that fits.
	roles text[] not null,
	retention text not null,
	keep_days int not null check (keep_days between 1 and 3650),
	primary key (subject, kind)
);
comment on table app.particular_rules is 'Which particulars are kept of what, why, for how long, and who may have them revealed.';
insert into app.particular_rules (subject, kind, purpose, purpose_en, roles, retention, keep_days) values
	('report', 'phone', '回访来电人', 'Calling the reporter back', '{registrar}', 'contacts', 180),
	('report', 'name', '回访来电人', 'Calling the reporter back', '{registrar}', 'contacts', 180),
	('report', 'address', '回访来电人', 'Calling the reporter back', '{registrar}', 'contacts', 180),
	('report', 'plate', '核对车辆', 'Identifying the vehicle', '{registrar,closer}', 'plates', 365),
	('case', 'plate', '核对车辆', 'Identifying the vehicle', '{registrar,closer,team,unit_handler}', 'plates', 365),
	('case', 'name', '送达文书', 'Serving a notice', '{closer,office,team,unit_handler}', 'notice_names', 730),
	('case', 'phone', '送达文书', 'Serving a notice', '{closer,office,team,unit_handler}', 'notice_names', 730),
	('case', 'address', '送达文书', 'Serving a notice', '{closer,office,team,unit_handler}', 'notice_names', 730),
	('vehicle', 'plate', '核对车辆', 'Identifying the vehicle', '{registrar,closer,office,team,unit_handler}', 'plates', 365),
	('site', 'name', '送达文书', 'Serving a notice', '{closer,office,team,unit_handler}', 'notice_names', 730),
	('site', 'phone', '送达文书', 'Serving a notice', '{closer,office,team,unit_handler}', 'notice_names', 730);

create table app.particulars (
	-- Given by the web server: what is sealed is bound to it, so that no row opens under another's name.
	id uuid primary key,
	report_id uuid references app.reports (id),
	case_id uuid references app.cases (id),
	site_id uuid references app.sites (id),
	vehicle_id uuid references app.vehicles (id),
	kind text not null check (kind in ('phone', 'plate', 'name', 'address')),
	purpose text not null check (private.is_plain_text(purpose, 80)),
	sealed text check (sealed ~ '^[A-Za-z0-9_-]+$' and length(sealed) between 40 and 2000),
	key_id text check (key_id ~ '^[0-9a-f]{8}$'),
	fingerprint text check (fingerprint ~ '^[0-9a-f]{32}$'),
	keep_until timestamptz not null,
	recorded_by uuid references app.staff (id),
	recorded_at timestamptz not null default private.clock(),
	erased_at timestamptz,
	erased_why text check (erased_why in ('expired', 'asked', 'mistaken', 'unlawful')),
	check (num_nonnulls(report_id, case_id, site_id, vehicle_id) = 1),
	-- Erasure leaves the row as a tombstone and nothing of what it held.
	check (num_nonnulls(sealed, key_id, fingerprint) = case when erased_at is null then 3 else 0 end),
	check ((erased_at is null) = (erased_why is null))
);
comment on table app.particulars is 'Phones, plates, names and addresses, sealed by the web server; an erased one is a tombstone.';
create index particulars_report on app.particulars (report_id);
create index particulars_case on app.particulars (case_id);
create index particulars_site on app.particulars (site_id);
create index particulars_vehicle on app.particulars (vehicle_id);
create index particulars_recorded_by on app.particulars (recorded_by);
create index particulars_fingerprint on app.particulars (fingerprint) where fingerprint is not null;
create index particulars_keep_until on app.particulars (keep_until) where erased_at is null;
create trigger particulars_never_deleted before delete or truncate on app.particulars for each statement execute function private.refuse_change();

create table app.reveals (
	id uuid primary key default gen_random_uuid(),
	particular_id uuid not null references app.particulars (id),
	staff_id uuid not null references app.staff (id),
	role text not null,
	reason_code text not null,
	note_id uuid not null references app.notes (id),
	recorded_at timestamptz not null default private.clock()
);
comment on table app.reveals is 'Who had a sealed particular opened, when, in which role and why.';
create index reveals_particular on app.reveals (particular_id);
create index reveals_staff on app.reveals (staff_id);
create index reveals_note on app.reveals (note_id);
create index reveals_recorded on app.reveals (recorded_at desc, id);
create trigger reveals_append_only before update or delete or truncate on app.reveals for each statement execute function private.refuse_change();

insert into app.reasons (move, code, name, name_en, position) values
	('reveal', 'call_back', '回访来电人', 'Calling back', 1),
	('reveal', 'identify', '核对车辆或当事人', 'Identifying a vehicle or person', 2),
	('reveal', 'serve_notice', '送达文书', 'Serving a notice', 3),
	('reveal', 'subject_request', '当事人查询本人信息', 'The person asks what is kept', 4),
	('reveal', 'lawful_request', '有权机关依法调取', 'An authority''s lawful request', 5),
	('erase', 'asked', '当事人申请删除', 'The person asks', 1),
	('erase', 'mistaken', '录入错误', 'Entered by mistake', 2),
	('erase', 'unlawful', '不应收集', 'Should not have been collected', 3);

create function private.particular_state(p app.particulars)
returns jsonb language sql stable set search_path = '' as $$
	select jsonb_build_object('particular_id', p.id, 'particular_kind', p.kind, 'report_id', p.report_id, 'case_id', p.case_id, 'site_id', p.site_id,
		'vehicle_id', p.vehicle_id, 'keep_until', private.utc(p.keep_until), 'erased_at', private.utc(p.erased_at), 'erased_why', p.erased_why);
$$;

-- How long one is kept: as long as the retention page says, where there is one; else as its rule does.
create function private.keep_until(subject text, kind text, since timestamptz)
returns timestamptz language plpgsql stable set search_path = '' as $$
declare
	rule app.particular_rules := (select x from app.particular_rules x where x.subject = keep_until.subject and x.kind = keep_until.kind);
	asks text := 'private.retention_days';
	days int;
begin
	if rule.kind is null then perform private.problem(422, 'unknown_kind', '{"field": "kind"}'); end if;
	if to_regprocedure(asks || '(text)') is not null then execute format('select %s($1)', asks) into days using rule.retention; end if;
	return since + make_interval(days => coalesce(days, rule.keep_days));
end $$;

-- Keeps one sealed particular ({id, kind, sealed, key_id, fingerprint}) of a report, case, site or vehicle and answers its id. Whoever calls has checked
-- the person. What the same subject holds already is not kept twice.
create function private.keep_particular(subject text, subject_id uuid, particular jsonb)
returns uuid language plpgsql set search_path = '' as $$
declare
	p app.particulars;
	rule app.particular_rules := (select x from app.particular_rules x where x.subject = keep_particular.subject and x.kind = particular ->> 'kind');
begin
	if rule.kind is null then perform private.problem(422, 'unknown_kind', '{"field": "kind"}'); end if;
	if coalesce(particular ->> 'id', '') !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' or coalesce(particular ->> 'sealed', '') !~ '^[A-Za-z0-9_-]+$' or length(particular ->> 'sealed') not between 40 and 2000
		or coalesce(particular ->> 'key_id', '') !~ '^[0-9a-f]{8}$' or coalesce(particular ->> 'fingerprint', '') !~ '^[0-9a-f]{32}$' then
		perform private.problem(422, 'bad_particular', jsonb_build_object('field', particular ->> 'kind'));
	end if;
	select x.* into p from app.particulars x where x.fingerprint = particular ->> 'fingerprint' and x.kind = rule.kind
		and subject_id in (x.report_id, x.case_id, x.site_id, x.vehicle_id) limit 1;
	if p.id is not null then return p.id; end if;
	insert into app.particulars (id, report_id, case_id, site_id, vehicle_id, kind, purpose, sealed, key_id, fingerprint, keep_until, recorded_by)
	values ((particular ->> 'id')::uuid, case when subject = 'report' then subject_id end, case when subject = 'case' then subject_id end,
		case when subject = 'site' then subject_id end, case when subject = 'vehicle' then subject_id end, rule.kind, rule.purpose,
		particular ->> 'sealed', particular ->> 'key_id', particular ->> 'fingerprint', private.keep_until(rule.subject, rule.kind, private.clock()), (select auth.uid()))
	on conflict (id) do nothing returning * into p;
	if p.id is null then perform private.problem(409, 'id_taken', '{"field": "id"}'); end if;
	perform private.describe('particular.kept', private.clock());
	perform private.log_change('particular', p.report_id, p.case_id, null, private.particular_state(p));
	return p.id;
end $$;

-- Why the caller may not have this one revealed, as a code; null when they may. A reporter's particulars are never for those who handle the case
-- the report became, in whatever role they ask.
create function private.reveal_fault(p app.particulars)
returns text language plpgsql stable set search_path = '' as $$
declare
	acting_as text := private.role_for((select r.roles from app.particular_rules r
		where r.kind = p.kind and r.subject = case when p.report_id is not null then 'report' when p.case_id is not null then 'case' when p.site_id is not null then 'site' else 'vehicle' end));
begin
	if acting_as is null then return 'role_needed'; end if;
	if p.report_id is not null then
		if exists (select from app.reports r join app.cases c on c.id = r.case_id where r.id in (select private.split_family(p.report_id))
			and (c.unit_id in (select private.my_units()) or exists (select from app.case_acts a where a.case_id = c.id and a.staff_id = (select auth.uid()) and a.act = 'handled_it'))) then
			return 'handles_the_case';
		end if;
		if not private.sees_report(p.report_id) then return 'not_found'; end if;
		return case when p.erased_at is not null then 'particular_erased' end;
	end if;
	-- A unit's people: of their own cases only.
	if not exists (select from app.cases c where (c.id = p.case_id or c.id in (select l.case_id from app.case_links l where l.ended_at is null and (l.site_id = p.site_id or l.vehicle_id = p.vehicle_id)))
		and private.sees_case(c.unit_id, c.area_id, c.status) and (acting_as not in ('team', 'unit_handler') or coalesce(c.unit_id in (select private.my_units()), false))) then
		return case when acting_as in ('team', 'unit_handler') then 'not_your_unit' else 'not_found' end;
	end if;
	return case when p.erased_at is not null then 'particular_erased' end;
end $$;

-- What is kept about one subject, without any of its values: for those who have the subject before them.
create function private.particulars_for(report_id uuid, case_id uuid, site_id uuid, vehicle_id uuid)
returns jsonb language sql stable set search_path = '' as $$
	select coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'kind', p.kind, 'purpose', p.purpose, 'purpose_en', r.purpose_en, 'keep_until', p.keep_until,
		'erased_at', p.erased_at, 'erased_why', p.erased_why, 'why_not', private.reveal_fault(p)) order by p.recorded_at, p.id), '[]')
	from app.particulars p left join app.particular_rules r on r.kind = p.kind and r.purpose = p.purpose
		and r.subject = case when p.report_id is not null then 'report' when p.case_id is not null then 'case' when p.site_id is not null then 'site' else 'vehicle' end
	where p.report_id = particulars_for.report_id or p.case_id = particulars_for.case_id or p.site_id = particulars_for.site_id or p.vehicle_id = particulars_for.vehicle_id;
$$;

-- Definer: tells which particulars a report has, for those who read it and do not handle what it became.
create function private.report_particulars(report_id uuid)
returns jsonb language plpgsql stable security definer set search_path = '' as $$
begin
	if not private.sees_report(report_id) then perform private.problem(404, 'not_found'); end if;
	return jsonb_build_object('particulars', (select coalesce(jsonb_agg(x.value), '[]') from jsonb_array_elements(private.particulars_for(report_id, null, null, null)) x
		where coalesce(x.value ->> 'why_not', '') <> 'handles_the_case'));
end $$;

-- Definer: hands out what is sealed, after writing down who asks and why. The caller's right is judged here.
create function private.reveal(particular_id uuid, reason_code text, note text)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	p app.particulars;
	fault text;
	acting_as text;
	seen app.reveals;
begin
	select x.* into p from app.particulars x where x.id = reveal.particular_id for share;
	if p.id is null then perform private.problem(404, 'not_found'); end if;
	fault := private.reveal_fault(p);
	if fault is not null then
		perform private.problem(case fault when 'not_found' then 404 when 'particular_erased' then 410 else 403 end, fault);
	end if;
	if reason_code is null then perform private.problem(422, 'reason_needed', '{"field": "reason_code"}'); end if;
	if not exists (select from app.reasons x where x.move = 'reveal' and x.code = reveal.reason_code) then perform private.problem(422, 'unknown_reason', '{"field": "reason_code"}'); end if;
	if coalesce(btrim(note), '') = '' then perform private.problem(422, 'note_needed', '{"field": "note"}'); end if;
	acting_as := private.role_for((select r.roles from app.particular_rules r
		where r.kind = p.kind and r.subject = case when p.report_id is not null then 'report' when p.case_id is not null then 'case' when p.site_id is not null then 'site' else 'vehicle' end));
	insert into app.reveals (particular_id, staff_id, role, reason_code, note_id)
	values (p.id, (select auth.uid()), acting_as, reveal.reason_code, private.keep_note(note)) returning * into seen;
	-- The note stays beside the reveal: whoever reads the case's course reads that it happened, not what was written about a person.
	perform private.describe('particular.revealed', private.clock(), acting_as, reason_code);
	perform private.log_change('particular', p.report_id, p.case_id, null, jsonb_build_object('particular_id', p.id, 'reveal_id', seen.id, 'particular_kind', p.kind));
	return jsonb_build_object('id', p.id, 'kind', p.kind, 'sealed', p.sealed, 'key_id', p.key_id, 'reveal_id', seen.id);
end $$;

-- A report with all that was split from it, or that it was split from: one reporter's.
create function private.split_family(report_id uuid)
returns setof uuid language sql stable set search_path = '' as $$
	with recursive up as (
		select r.id, r.split_from from app.reports r where r.id = split_family.report_id
		union all
		select r.id, r.split_from from up join app.reports r on r.id = up.split_from
	), family as (
		select up.id from up where up.split_from is null
		union all
		select r.id from family f join app.reports r on r.split_from = f.id
	) select f.id from family f;
$$;

-- Empties one and leaves its tombstone.
create function private.erase(p app.particulars, why text)
returns void language plpgsql set search_path = '' as $$
declare
	now_empty app.particulars;
begin
	update app.particulars x set sealed = null, key_id = null, fingerprint = null, erased_at = private.clock(), erased_why = erase.why where x.id = p.id and x.erased_at is null
	returning * into now_empty;
	if now_empty.id is null then return; end if;
	-- Who called before was counted by the same fingerprint.
	if p.report_id is not null and p.kind = 'phone' then
		update app.reports r set caller_mark = null where r.id in (select private.split_family(p.report_id)) and r.caller_mark is not null;
	end if;
	perform private.describe('particular.erased', private.clock(), case when why = 'expired' then 'clock' end, case when why <> 'expired' then why end);
	perform private.log_change('particular', p.report_id, p.case_id, private.particular_state(p), private.particular_state(now_empty));
end $$;

-- Definer: the data officer erases one particular of a person who asks, or that should not be here.
create function private.erase_particular(particular_id uuid, why text)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	p app.particulars;
begin
	perform private.need_role('data_officer');
	if why is null or not exists (select from app.reasons x where x.move = 'erase' and x.code = why) then perform private.problem(422, 'unknown_reason', '{"field": "why"}'); end if;
	select x.* into p from app.particulars x where x.id = erase_particular.particular_id for update;
	if p.id is null then perform private.problem(404, 'not_found'); end if;
	perform private.erase(p, why);
	return jsonb_build_object('id', p.id, 'erased', p.erased_at is null);
end $$;

-- Whether its time is over: nothing is taken from a case that is still open.
create function private.is_expired(p app.particulars)
returns boolean language sql stable set search_path = '' as $$
	select p.erased_at is null and p.keep_until < private.clock() and not exists (
		select from app.cases c join app.case_statuses s on s.status = c.status and s.is_open
		where c.id = p.case_id or c.id = (select r.case_id from app.reports r where r.id = p.report_id)
			or c.id in (select l.case_id from app.case_links l where l.ended_at is null and (l.site_id = p.site_id or l.vehicle_id = p.vehicle_id)));
$$;

-- Definer: writes for the service role. Erases what is past its time, at most `max_rows` at once, and says how many.
create function private.erase_expired(max_rows int)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	p app.particulars;
	n int := 0;
	kinds jsonb := '{}'::jsonb;
	tells text := 'private.note_sweep';
	kind text;
begin
	for p in select x.* from app.particulars x where x.erased_at is null and x.keep_until < private.clock() and private.is_expired(x)
		order by x.keep_until limit least(greatest(coalesce(max_rows, 500), 1), 500) for update skip locked loop
		perform private.erase(p, 'expired');
		kind := (select r.retention from app.particular_rules r where r.kind = p.kind
			and r.subject = case when p.report_id is not null then 'report' when p.case_id is not null then 'case' when p.site_id is not null then 'site' else 'vehicle' end);
		kinds := kinds || jsonb_build_object(kind, coalesce((kinds ->> kind)::int, 0) + 1);
		n := n + 1;
	end loop;
	if n > 0 and to_regprocedure(tells || '(text, integer)') is not null then
		for kind in select k from jsonb_object_keys(kinds) k loop
			execute format('select %s($1, $2)', tells) using kind, (kinds ->> kind)::int;
		end loop;
	end if;
	return jsonb_build_object('erased', n);
end $$;

-- What the next sweep would erase and what earlier ones left, by kind of retention.
create function private.expiring_particulars()
returns table (kind text, due bigint, tombstones bigint) language sql stable set search_path = '' as $$
	select r.retention, count(*) filter (where p.keep_until < private.clock() and private.is_expired(p)), count(*) filter (where p.erased_at is not null)
	from app.particular_rules r left join app.particulars p on p.kind = r.kind
		and r.subject = case when p.report_id is not null then 'report' when p.case_id is not null then 'case' when p.site_id is not null then 'site' else 'vehicle' end
	group by r.retention;
$$;

-- Definer: the data officer reads who had what revealed, and why.
create function private.reveals(from_day date, to_day date, kind text, reason_code text, staff_id uuid, max_rows int, after uuid)
returns jsonb language plpgsql stable security definer set search_path = '' as $$
declare
	a timestamptz := private.day_start(coalesce(from_day, private.local_day(private.clock()) - 29));
	b timestamptz := private.day_start(coalesce(to_day, private.local_day(private.clock())) + 1);
	mark app.reveals := (select x from app.reveals x where x.id = reveals.after);
begin
	perform private.need_role('data_officer');
	return (
		with hits as (
			select v.id, v.recorded_at, v.staff_id, v.role, v.reason_code, v.note_id, p.kind, p.report_id, p.case_id, p.site_id, p.vehicle_id, p.erased_at
			from app.reveals v join app.particulars p on p.id = v.particular_id
			where v.recorded_at >= a and v.recorded_at < b and (reveals.kind is null or p.kind = reveals.kind) and (reveals.reason_code is null or v.reason_code = reveals.reason_code)
				and (reveals.staff_id is null or v.staff_id = reveals.staff_id)
		)
		select jsonb_build_object('total', (select count(*) from hits),
			'people', (select coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'name', s.name, 'n', n.n) order by n.n desc, s.name), '[]')
				from (select v.staff_id, count(*) as n from app.reveals v where v.recorded_at >= a and v.recorded_at < b group by v.staff_id) n join app.staff s on s.id = n.staff_id),
			'reveals', (select coalesce(jsonb_agg(jsonb_build_object('id', h.id, 'at', h.recorded_at, 'person', s.name, 'role', o.name, 'role_en', o.name_en, 'kind', h.kind,
				'subject', case when h.report_id is not null then 'report' when h.case_id is not null then 'case' when h.site_id is not null then 'site' else 'vehicle' end,
				'report_number', r.number, 'case_number', c.number, 'site', w.name, 'vehicle_id', h.vehicle_id,
				'reason_code', h.reason_code, 'reason', x.name, 'reason_en', x.name_en, 'note', n.body, 'erased_at', h.erased_at) order by h.recorded_at desc, h.id), '[]')
				from (select * from hits y where mark.id is null or (y.recorded_at, y.id) < (mark.recorded_at, mark.id)
					order by y.recorded_at desc, y.id desc limit least(greatest(coalesce(max_rows, 100), 1), 5000)) h
				join app.staff s on s.id = h.staff_id left join app.roles o on o.role = h.role left join app.notes n on n.id = h.note_id
				left join app.reasons x on x.move = 'reveal' and x.code = h.reason_code
				left join app.reports r on r.id = h.report_id left join app.cases c on c.id = h.case_id left join app.sites w on w.id = h.site_id))
	);
end $$;

-- Definer: the data officer finds what is kept about one phone or plate, by its fingerprint.
create function private.find_particulars(fingerprint text)
returns jsonb language plpgsql stable security definer set search_path = '' as $$
begin
	perform private.need_role('data_officer');
	return jsonb_build_object('particulars', (select coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'kind', p.kind, 'purpose', p.purpose,
			'subject', case when p.report_id is not null then 'report' when p.case_id is not null then 'case' when p.site_id is not null then 'site' else 'vehicle' end,
			'recorded_at', p.recorded_at, 'keep_until', p.keep_until, 'reveals', (select count(*) from app.reveals v where v.particular_id = p.id)) order by p.recorded_at, p.id), '[]')
		from app.particulars p where p.fingerprint = find_particulars.fingerprint));
end $$;

-- Definer: writes for the service role. The same value sealed under a newer key.
create function private.reseal_particular(particular jsonb)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	was app.particulars;
begin
	select x.* into was from app.particulars x where x.id = (particular ->> 'id')::uuid and x.erased_at is null for update;
	if was.id is null then return jsonb_build_object('resealed', false); end if;
	update app.particulars p set sealed = particular ->> 'sealed', key_id = particular ->> 'key_id', fingerprint = particular ->> 'fingerprint' where p.id = was.id;
	-- A caller is counted by the same fingerprint: calls from before and after the key was changed are one person's.
	if was.report_id is not null then
		update app.reports r set caller_mark = particular ->> 'fingerprint' where r.id in (select private.split_family(was.report_id)) and r.caller_mark = was.fingerprint;
	end if;
	return jsonb_build_object('resealed', true);
end $$;

create function api.report_particulars(report_id uuid)
returns jsonb language sql stable set search_path = '' as $$ select private.report_particulars(report_id); $$;
create function api.reveal(particular_id uuid, reason_code text default null, note text default null)
returns jsonb language sql set search_path = '' as $$ select private.reveal(particular_id, reason_code, note); $$;
create function api.reveals(from_day date default null, to_day date default null, kind text default null, reason_code text default null, staff_id uuid default null,
	max_rows int default 100, after uuid default null)
returns jsonb language sql stable set search_path = '' as $$ select private.reveals(from_day, to_day, kind, reason_code, staff_id, max_rows, after); $$;
create function api.erase_particular(particular_id uuid, why text)
returns jsonb language sql set search_path = '' as $$ select private.erase_particular(particular_id, why); $$;
create function api.find_particulars(fingerprint text)
returns jsonb language sql stable set search_path = '' as $$ select private.find_particulars(fingerprint); $$;

---- the web server's own: service_role only ----
-- For masks such as 苏K·••••5: what is sealed, to the one who can open it. Nobody signed in may call this.
create function api.sealed_particulars(ids uuid[])
returns jsonb language sql stable set search_path = '' as $$
	select jsonb_build_object('particulars', coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'kind', p.kind, 'sealed', p.sealed, 'key_id', p.key_id)), '[]'))
	from app.particulars p where p.id = any (ids[1:500]) and p.erased_at is null;
$$;
-- What is still sealed under another key than this one.
create function api.stale_particulars(key_id text, max_rows int default 200)
returns jsonb language sql stable set search_path = '' as $$
	select jsonb_build_object('particulars', coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'kind', p.kind, 'sealed', p.sealed, 'key_id', p.key_id)), '[]'))
	from (select x.* from app.particulars x where x.erased_at is null and x.key_id <> stale_particulars.key_id order by x.recorded_at, x.id limit least(greatest(coalesce(max_rows, 200), 1), 500)) p;
$$;
create function api.reseal_particular(particular jsonb)
returns jsonb language sql set search_path = '' as $$ select private.reseal_particular(particular); $$;
create function api.erase_expired(max_rows int default 500)
returns jsonb language sql set search_path = '' as $$ select private.erase_expired(max_rows); $$;

---- the ladder: what is proposed next, and by whom decided ----
create table app.rungs (
	rung int primary key check (rung between 1 and 9),
	name text not null,
	name_en text not null
);
comment on table app.rungs is 'The escalation ladder. It proposes; a named person decides; nothing is punished by itself and no fine is computed.';
insert into app.rungs (rung, name, name_en) values (1, '劝导、现场改正', 'Persuasion, corrected on the spot'), (2, '告知信', 'Letter'), (3, '限期整改通知书', 'Order with a deadline'), (4, '移交、取缔', 'Transfer or closure');

create table app.ladder_rules (
	subject text primary key check (subject in ('site', 'vehicle')),
	period_days int not null check (period_days between 1 and 3650)
);
comment on table app.ladder_rules is 'How far back what was done to a site or vehicle counts.';
insert into app.ladder_rules (subject, period_days) values ('site', 180), ('vehicle', 180);

create table app.act_kinds (
	kind text primary key,
	name text not null,
	name_en text not null,
	rung int references app.rungs (rung),
	needs_deadline boolean not null default false,
	-- The paper that goes with it, where there is one.
	notice_kind text,
	needs_notice boolean not null default false,
	is_active boolean not null default true,
	position int not null
);
comment on table app.act_kinds is 'What can be done at the kerb.';
create index act_kinds_rung on app.act_kinds (rung);

create table app.behaviours (
	category text not null references app.categories (code),
	code text not null check (code ~ '^[a-z_]{2,20}$'),
	name text not null,
	name_en text not null,
	is_active boolean not null default true,
	position int not null,
	primary key (category, code)
);
comment on table app.behaviours is 'Second-level codes: what somebody did, within a category.';
insert into app.behaviours (category, code, name, name_en, position) values ('0509', 'touting', '拉客', 'Touting', 1), ('0509', 'fighting', '抢客', 'Fighting for fares', 2),
	('0509', 'overcharging', '宰客', 'Overcharging', 3), ('0509', 'refusing', '拒载', 'Refusing a fare', 4), ('0509', 'detour', '绕路', 'Detour', 5), ('0509', 'tickets', '黄牛', 'Ticket touting', 6);

---- notices ----
create table app.notice_kinds (
	kind text primary key check (kind ~ '^[a-z_]{2,20}$'),
	name text not null,
	name_en text not null,
	-- What stands before the year: 城管告字〔2026〕第0001号.
	mark text not null unique,
	roles text[] not null,
	needs_deadline boolean not null default false,
	position int not null
);
comment on table app.notice_kinds is 'Kinds of notices (文书): each is numbered for itself, year by year.';
insert into app.notice_kinds (kind, name, name_en, mark, roles, needs_deadline, position) values
	('letter', '告知信', 'Letter', '城管告字', '{team,unit_handler}', false, 1), ('order', '限期整改通知书', 'Order with a deadline', '城管限改字', '{team,unit_handler}', true, 2);
alter table app.act_kinds add constraint act_kinds_notice foreign key (notice_kind) references app.notice_kinds (kind);
create index act_kinds_notice on app.act_kinds (notice_kind);
insert into app.act_kinds (kind, name, name_en, rung, needs_deadline, notice_kind, needs_notice, position) values
	('persuasion', '劝导', 'Persuasion', 1, false, null, false, 1), ('corrected', '现场改正', 'Corrected on the spot', 1, false, null, false, 2),
	('letter', '告知信', 'Letter', 2, false, 'letter', false, 3), ('order', '限期整改', 'Order with a deadline', 3, true, 'order', true, 4),
	('transfer', '移交', 'Transfer', 4, false, null, false, 5), ('nothing_found', '查无此事', 'Nothing found', null, false, null, false, 6);

create table app.notice_templates (
	kind text not null references app.notice_kinds (kind),
	version int not null check (version > 0),
	title text not null check (private.is_plain_text(title, 60) and btrim(title) <> ''),
	body text not null check (private.is_plain_text(body, 2000) and btrim(body) <> ''),
	set_by uuid references app.staff (id),
	set_at timestamptz not null default private.clock(),
	primary key (kind, version)
);
comment on table app.notice_templates is 'The words of a notice, version by version; {{…}} is filled in. What was issued keeps the version it was issued with.';
create index notice_templates_set_by on app.notice_templates (set_by);
create trigger notice_templates_append_only before update or delete or truncate on app.notice_templates for each statement execute function private.refuse_change();
insert into app.notice_templates (kind, version, title, body) values
	('letter', 1, '告知信', '{{addressee}}：

为维护街面秩序，{{unit}}于{{date}}在{{street}}巡查时发现：{{found}}（{{category}}）。

根据城市市容和环境卫生管理的有关规定，请您自觉规范经营和停放，保持门前道路畅通、整洁。如有困难，可与我们联系，我们将为您介绍合法的经营、停放或洗车地点。

感谢您对城市管理工作的理解与支持。'),
	('order', 1, '限期整改通知书', '{{addressee}}：

{{unit}}于{{date}}在{{street}}检查时发现：{{found}}（{{category}}）。

上述行为不符合城市市容和环境卫生管理的有关规定。现责令你（单位）于{{deadline}}前自行整改完毕。逾期未整改的，我单位将依法移交有权机关处理。

如对本通知有异议，可在收到之日起向本单位陈述、申辩。');

create table app.notice_sequences (
	kind text not null references app.notice_kinds (kind),
	year int not null,
	last int not null check (last > 0),
	primary key (kind, year)
);
comment on table app.notice_sequences is 'The last number given per kind and year. Its row is held until the notice is written: no number is skipped.';

create table app.service_ways (
	way text primary key,
	name text not null,
	name_en text not null,
	needs_witness boolean not null,
	needs_photo boolean not null,
	position int not null
);
comment on table app.service_ways is 'How a notice can be served (送达), and what each way needs.';
insert into app.service_ways (way, name, name_en, needs_witness, needs_photo, position) values ('in_person', '直接送达', 'In person', false, false, 1),
	('refused', '拒收，留置送达', 'Refused, left in the presence of a witness', true, true, 2), ('posted', '现场张贴', 'Posted on site', false, true, 3);

create table app.acts (
	id uuid primary key default gen_random_uuid(),
	case_id uuid not null references app.cases (id),
	kind text not null references app.act_kinds (kind),
	site_id uuid references app.sites (id),
	vehicle_id uuid references app.vehicles (id),
	category text,
	behaviour text,
	before_photo uuid references app.evidence (id),
	after_photo uuid references app.evidence (id),
	lng float8, lat float8,
	accuracy_m float8 check (accuracy_m between 0 and 10000),
	deadline timestamptz,
	skipped_from int,
	skip_reason text,
	note_id uuid references app.notes (id),
	staff_id uuid not null references app.staff (id),
	unit_id bigint not null references app.units (id),
	-- What had become of the case when this came in, where somebody else had gone on with it meanwhile; it changes nothing of that.
	late_status text references app.case_statuses (status),
	occurred_at timestamptz not null,
	recorded_at timestamptz not null default private.clock(),
	foreign key (category, behaviour) references app.behaviours (category, code),
	check ((lng is null) = (lat is null) and (lng is null or private.is_lng_lat(lng, lat))),
	check ((skipped_from is null) = (skip_reason is null)),
	check (num_nonnulls(site_id, vehicle_id) <= 1)
);
comment on table app.acts is 'What was done at the kerb (劝导, 告知信, 现场改正, 限期整改, 移交, 查无此事): by whom, when, where, to what, with which photos.';
create index acts_case on app.acts (case_id, occurred_at);
create index acts_kind on app.acts (kind);
create index acts_site on app.acts (site_id);
create index acts_vehicle on app.acts (vehicle_id);
create index acts_behaviour on app.acts (category, behaviour);
create index acts_before on app.acts (before_photo);
create index acts_after on app.acts (after_photo);
create index acts_note on app.acts (note_id);
create index acts_staff on app.acts (staff_id);
create index acts_unit on app.acts (unit_id);
create index acts_late on app.acts (late_status) where late_status is not null;
create trigger acts_append_only before update or delete or truncate on app.acts for each statement execute function private.refuse_change();

create table app.notices (
	id uuid primary key default gen_random_uuid(),
	kind text not null references app.notice_kinds (kind),
	year int not null,
	number int not null check (number > 0),
	label text not null unique,
	case_id uuid not null references app.cases (id),
	act_id uuid references app.acts (id),
	site_id uuid references app.sites (id),
	vehicle_id uuid references app.vehicles (id),
	addressee uuid references app.particulars (id),
	template_version int not null,
	deadline timestamptz,
	found_note uuid not null references app.notes (id),
	unit_id bigint not null references app.units (id),
	issued_by uuid not null references app.staff (id),
	issued_at timestamptz not null,
	served_way text references app.service_ways (way),
	served_at timestamptz,
	served_by uuid references app.staff (id),
	served_photo uuid references app.evidence (id),
	witness uuid references app.particulars (id),
	withdrawn_at timestamptz,
	withdrawn_by uuid references app.staff (id),
	withdrawn_why text,
	withdrawn_note uuid references app.notes (id),
	unique (kind, year, number),
	foreign key (kind, template_version) references app.notice_templates (kind, version),
	-- A notice is to somebody: a place, a vehicle or a person.
	check (num_nonnulls(site_id, vehicle_id, addressee) >= 1),
	check (num_nonnulls(served_way, served_at, served_by) in (0, 3)),
	check (num_nonnulls(withdrawn_at, withdrawn_by, withdrawn_why) in (0, 3))
);
comment on table app.notices is 'Notices (文书), numbered without gaps per kind and year; a withdrawn one keeps its number.';
create index notices_case on app.notices (case_id);
create index notices_act on app.notices (act_id);
create index notices_site on app.notices (site_id);
create index notices_vehicle on app.notices (vehicle_id);
create index notices_addressee on app.notices (addressee);
create index notices_template on app.notices (kind, template_version);
create index notices_found on app.notices (found_note);
create index notices_unit on app.notices (unit_id);
create index notices_issued_by on app.notices (issued_by);
create index notices_way on app.notices (served_way);
create index notices_served_by on app.notices (served_by);
create index notices_photo on app.notices (served_photo);
create index notices_witness on app.notices (witness);
create index notices_withdrawn_by on app.notices (withdrawn_by);
create index notices_withdrawn_note on app.notices (withdrawn_note);
create trigger notices_never_deleted before delete or truncate on app.notices for each statement execute function private.refuse_change();

insert into app.reasons (move, code, name, name_en, position) values
	('skip_rung', 'danger', '危及公共安全', 'Danger to the public', 1),
	('skip_rung', 'uncooperative', '拒不配合', 'Refuses to cooperate', 2),
	('skip_rung', 'known_elsewhere', '在他处已多次处理', 'Dealt with elsewhere before', 3),
	('skip_rung', 'instructed', '上级交办', 'Instructed from above', 4),
	('withdraw', 'wrong_addressee', '对象有误', 'Wrong addressee', 1),
	('withdraw', 'wrong_facts', '事实有误', 'Wrong facts', 2),
	('withdraw', 'issued_twice', '重复开具', 'Issued twice', 3),
	('withdraw', 'complied_before', '送达前已整改', 'Put right before it was served', 4);

create function private.act_state(a app.acts)
returns jsonb language sql stable set search_path = '' as $$
	select jsonb_build_object('act_id', a.id, 'act_kind', a.kind, 'site_id', a.site_id, 'vehicle_id', a.vehicle_id, 'behaviour', a.behaviour, 'before_photo', a.before_photo,
		'after_photo', a.after_photo, 'deadline', private.utc(a.deadline), 'skipped_from', a.skipped_from, 'unit_id', a.unit_id, 'late_status', a.late_status);
$$;

create function private.notice_state(n app.notices)
returns jsonb language sql stable set search_path = '' as $$
	select jsonb_build_object('notice_id', n.id, 'notice_kind', n.kind, 'label', n.label, 'act_id', n.act_id, 'site_id', n.site_id, 'vehicle_id', n.vehicle_id, 'addressee', n.addressee,
		'template_version', n.template_version, 'deadline', private.utc(n.deadline), 'found_note', n.found_note, 'served_way', n.served_way, 'served_at', private.utc(n.served_at),
		'served_photo', n.served_photo, 'witness', n.witness, 'withdrawn_at', private.utc(n.withdrawn_at), 'withdrawn_why', n.withdrawn_why, 'withdrawn_note', n.withdrawn_note);
$$;

-- What was done to a site or vehicle within the period that counts, and the rung the ladder proposes next. What was withdrawn does not count.
create function private.ladder(site_id uuid, vehicle_id uuid, at timestamptz)
returns jsonb language sql stable set search_path = '' as $$
	with rule as (
		select r.period_days, at - make_interval(days => r.period_days) as since from app.ladder_rules r where r.subject = case when ladder.site_id is not null then 'site' else 'vehicle' end
	), done as (
		select k.rung, a.occurred_at from app.acts a join app.act_kinds k on k.kind = a.kind, rule
		where (a.site_id = ladder.site_id or a.vehicle_id = ladder.vehicle_id) and a.occurred_at >= rule.since and a.occurred_at <= at and k.rung is not null
			and not exists (select from app.notices n where n.act_id = a.id and n.withdrawn_at is not null)
	)
	select jsonb_build_object('period_days', rule.period_days, 'since', rule.since, 'reached', (select max(d.rung) from done d),
		'next', least(coalesce((select max(d.rung) from done d), 0) + 1, (select max(r.rung) from app.rungs r)),
		'counts', (select coalesce(jsonb_agg(jsonb_build_object('rung', x.rung, 'name', r.name, 'name_en', r.name_en, 'n', x.n, 'last', x.last) order by x.rung), '[]')
			from (select d.rung, count(*) as n, max(d.occurred_at) as last from done d group by d.rung) x join app.rungs r on r.rung = x.rung))
	from rule;
$$;

-- A telephone or identity number in words that anybody who sees the case reads: such a thing is kept sealed or not at all.
create function private.holds_contact(body text)
returns boolean language sql immutable set search_path = '' as $$
	select coalesce(pg_catalog.normalize(body, 'NFKC') ~ '(^|[^0-9])((\+?86[- ]?)?1[3-9][0-9]([- ]?[0-9]{4}){2}|0[0-9]{2,3}[- ][0-9]{7,8}|[0-9]{17}[0-9Xx])([^0-9]|$)', false);
$$;

create function private.refuse_contact(body text, field text)
returns void language plpgsql immutable set search_path = '' as $$
begin
	if private.holds_contact(body) then perform private.problem(422, 'contact_in_text', jsonb_build_object('field', field)); end if;
end $$;

-- The caller's unit that has a case, or the last of them that had it until lately: the log says when it was taken from them. A phone may be without a
-- signal for a shift or a weekend; a week later what they add is no longer what they did while it was theirs. Null for everybody else.
create function private.unit_of_mine(c app.cases)
returns bigint language sql stable set search_path = '' as $$
	select case when c.unit_id in (select private.my_units()) then c.unit_id
		else (select (e.before ->> 'unit_id')::bigint from app.event_log e where e.case_id = c.id and split_part(e.kind, '.', 1) = 'case'
			and (e.before ->> 'unit_id')::bigint in (select private.my_units()) and e.recorded_at > private.clock() - interval '7 days' order by e.recorded_at desc limit 1) end;
$$;

-- The caller may act in a case: a team or handler of its unit. Answers the role they act in; refuses with why not.
create function private.acting_for(c app.cases, roles text[])
returns text language plpgsql stable set search_path = '' as $$
declare
	acting_as text := private.role_for(roles);
begin
	if c.id is null or not private.sees_case(c.unit_id, c.area_id, c.status) then perform private.problem(404, 'not_found'); end if;
	if acting_as is null then perform private.problem(403, 'role_needed', jsonb_build_object('roles', to_jsonb(roles))); end if;
	if acting_as in ('team', 'unit_handler') and not coalesce(c.unit_id in (select private.my_units()), false) then perform private.problem(403, 'not_your_unit'); end if;
	return acting_as;
end $$;

-- Whether the caller sees a case that is about this site or vehicle.
create function private.has_subject(site_id uuid, vehicle_id uuid)
returns boolean language sql stable set search_path = '' as $$
	select private.is_desk() or exists (select from app.case_links l join app.cases c on c.id = l.case_id
		where l.ended_at is null and (l.site_id = has_subject.site_id or l.vehicle_id = has_subject.vehicle_id) and private.sees_case(c.unit_id, c.area_id, c.status));
$$;

-- Definer: says what a case is about, for the unit that handles it and for the desk. subject: {site_id}, {vehicle_id}, {site: {kind, name, lng, lat}} or
-- {vehicle: {class, plate}}; a plate that is known already is that vehicle.
create function private.link_case(case_id uuid, subject jsonb)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	c app.cases;
	acting_as text;
	site uuid;
	vehicle uuid;
	l app.case_links;
	snapped record;
	pin extensions.geometry;
	is_known boolean := true;
begin
	select x.* into c from app.cases x where x.id = link_case.case_id for update;
	acting_as := private.acting_for(c, '{registrar,dispatcher,closer,office,team,unit_handler}');
	if not (select s.is_open from app.case_statuses s where s.status = c.status) then perform private.problem(409, 'case_not_open', jsonb_build_object('status', c.status)); end if;
	begin
		site := (subject ->> 'site_id')::uuid;
		vehicle := (subject ->> 'vehicle_id')::uuid;
	exception when data_exception then
		perform private.problem(422, 'bad_id', '{"field": "site_id"}');
	end;
	-- A unit's people name what is before them: a site that is near, or what a case of theirs is about already.
	if not private.is_desk() and (site is not null and not exists (select from app.sites x where x.id = site and (private.metres(x.geom, c.geom) <= 100 or private.has_subject(x.id, null)))
		or vehicle is not null and not private.has_subject(null, vehicle)) then
		perform private.problem(422, 'unknown_subject', '{"field": "subject"}');
	end if;
	if jsonb_typeof(subject -> 'site') = 'object' then
		if not exists (select from app.site_kinds k where k.kind = subject #>> '{site,kind}') then perform private.problem(422, 'unknown_kind', '{"field": "site_kind"}'); end if;
		if coalesce(btrim(subject #>> '{site,name}'), '') = '' or not private.is_plain_text(subject #>> '{site,name}', 80) then perform private.problem(422, 'bad_text', '{"field": "site_name", "longest": 80}'); end if;
		perform private.refuse_contact(subject #>> '{site,name}', 'site_name');
		pin := case when subject #> '{site,lng}' is null then c.geom end;
		if pin is null then
			perform private.check_place((subject #>> '{site,lng}')::float8, (subject #>> '{site,lat}')::float8);
			pin := private.point((subject #>> '{site,lng}')::float8, (subject #>> '{site,lat}')::float8);
		end if;
		snapped := private.snap(pin);
		-- The same sign at the same door is the same site.
		select x.id into site from app.sites x where x.name = btrim(subject #>> '{site,name}') and private.metres(x.geom, pin) <= 50 order by private.metres(x.geom, pin) limit 1;
		if site is null then
			is_known := false;
			insert into app.sites (kind, name, geom, segment_id, street_id, recorded_by)
			values (subject #>> '{site,kind}', btrim(subject #>> '{site,name}'), pin, snapped.segment_id, snapped.street_id, (select auth.uid())) returning id into site;
		end if;
	elsif jsonb_typeof(subject -> 'vehicle') = 'object' then
		if not exists (select from app.vehicle_classes k where k.class = subject #>> '{vehicle,class}') then perform private.problem(422, 'unknown_kind', '{"field": "vehicle_class"}'); end if;
		if jsonb_typeof(subject #> '{vehicle,plate}') = 'object' then
			select p.vehicle_id into vehicle from app.particulars p where p.kind = 'plate' and p.vehicle_id is not null and p.fingerprint = subject #>> '{vehicle,plate,fingerprint}' limit 1;
		end if;
		if vehicle is null then
			is_known := false;
			insert into app.vehicles (class, recorded_by) values (subject #>> '{vehicle,class}', (select auth.uid())) returning id into vehicle;
			if jsonb_typeof(subject #> '{vehicle,plate}') = 'object' then perform private.keep_particular('vehicle', vehicle, subject #> '{vehicle,plate}'); end if;
		end if;
	end if;
	if site is not null and not exists (select from app.sites x where x.id = site) or vehicle is not null and not exists (select from app.vehicles x where x.id = vehicle)
		or num_nonnulls(site, vehicle) <> 1 then
		perform private.problem(422, 'unknown_subject', '{"field": "subject"}');
	end if;
	select x.* into l from app.case_links x where x.case_id = c.id and x.ended_at is null and (x.site_id = site or x.vehicle_id = vehicle);
	if l.id is null then
		insert into app.case_links (case_id, site_id, vehicle_id, linked_by) values (c.id, site, vehicle, (select auth.uid())) returning * into l;
		perform private.describe('link.made', private.clock(), acting_as);
		perform private.log_change('link', null, c.id, null, jsonb_build_object('link_id', l.id, 'site_id', l.site_id, 'vehicle_id', l.vehicle_id));
	end if;
	return jsonb_build_object('link_id', l.id, 'site_id', l.site_id, 'vehicle_id', l.vehicle_id, 'known', is_known);
end $$;

-- Definer: ends a link that was a mistake, for the same people.
create function private.unlink_case(link_id uuid)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	l app.case_links;
	c app.cases;
	acting_as text;
begin
	select x.* into l from app.case_links x where x.id = unlink_case.link_id for update;
	select x.* into c from app.cases x where x.id = l.case_id;
	acting_as := private.acting_for(c, '{registrar,dispatcher,closer,office,team,unit_handler}');
	if l.ended_at is null then
		update app.case_links x set ended_at = private.clock(), ended_by = (select auth.uid()) where x.id = l.id;
		perform private.describe('link.ended', private.clock(), acting_as);
		perform private.log_change('link', null, c.id, jsonb_build_object('link_id', l.id), jsonb_build_object('link_id', l.id, 'ended_at', private.utc(private.clock())));
	end if;
	return jsonb_build_object('link_id', l.id, 'case_id', l.case_id);
end $$;

-- The next notice of a kind in a local year. The sequence's row stays held until the transaction ends: who writes beside it waits, and nothing is skipped.
create function private.next_notice_number(kind text, year int)
returns int language sql set search_path = '' as $$
	insert into app.notice_sequences (kind, year, last) values (next_notice_number.kind, next_notice_number.year, 1)
	on conflict on constraint notice_sequences_pkey do update set last = app.notice_sequences.last + 1 returning last;
$$;

-- Definer: writes down what a team did in a case of its unit while it is handled, and issues the paper that goes with it. act: {kind, site_id | vehicle_id,
-- behaviour, before_photo, after_photo, lng, lat, accuracy_m, deadline, skip_reason, note, occurred_at, notice: {found, addressee}, keep_if_late}.
-- Where others have gone on with the case meanwhile, what was done is kept beside what they did if keep_if_late says so: with no paper, since its number
-- would be given for a case that is over, and without a change to the case.
create function private.record_act(case_id uuid, act jsonb, request_id uuid)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	c app.cases;
	k app.act_kinds;
	a app.acts;
	n app.notices;
	template int;
	acting_as text;
	moment timestamptz;
	proposed int;
	writes_notice boolean := coalesce(jsonb_typeof(act -> 'notice') = 'object', false);
	is_late boolean := false;
begin
	select x.* into c from app.cases x where x.id = record_act.case_id for update;
	a.unit_id := c.unit_id;
	if act -> 'keep_if_late' = 'true' and c.status <> 'handling' or c.unit_id not in (select private.my_units()) then
		acting_as := private.role_for('{team,unit_handler}');
		a.unit_id := private.unit_of_mine(c);
		-- What their unit has and can begin with is not late.
		is_late := act -> 'keep_if_late' = 'true' and acting_as is not null and a.unit_id is not null and not (a.unit_id = c.unit_id and c.status in ('dispatched', 'returned'));
	end if;
	if not coalesce(is_late, false) then
		is_late := false;
		acting_as := private.acting_for(c, '{team,unit_handler}');
		a.unit_id := c.unit_id;
	end if;
	if private.already_done(request_id, c.id, 'record_act') then
		-- What it came to the first time; the id of the request tells which.
		return (select jsonb_build_object('act_id', e.after ->> 'act_id', 'notice_id', (select x.id from app.notices x where x.act_id = (e.after ->> 'act_id')::uuid),
			'late', e.after ->> 'late_status' is not null, 'in_sight', private.sees_case(c.unit_id, c.area_id, c.status))
			from app.event_log e where e.request_id = record_act.request_id and e.kind = 'act.recorded' limit 1);
	end if;
	if is_late then a.late_status := c.status;
	elsif c.status <> 'handling' then perform private.problem(409, 'not_allowed_now', jsonb_build_object('status', c.status)); end if;
	select x.* into k from app.act_kinds x where x.kind = act ->> 'kind' and x.is_active;
	if k.kind is null then perform private.problem(422, 'unknown_act', '{"field": "kind"}'); end if;
	begin
		a.site_id := (act ->> 'site_id')::uuid;
		a.vehicle_id := (act ->> 'vehicle_id')::uuid;
		a.before_photo := (act ->> 'before_photo')::uuid;
		a.after_photo := (act ->> 'after_photo')::uuid;
		a.lng := (act ->> 'lng')::float8;
		a.lat := (act ->> 'lat')::float8;
		a.accuracy_m := (act ->> 'accuracy_m')::float8;
		a.deadline := (act ->> 'deadline')::timestamptz;
		moment := (act ->> 'occurred_at')::timestamptz;
	exception when data_exception then
		perform private.problem(422, 'bad_value');
	end;
	if (a.lng is null) <> (a.lat is null) or (a.lng is not null and not private.is_lng_lat(a.lng, a.lat)) then perform private.problem(422, 'bad_coordinates', '{"field": "lng"}'); end if;
	if a.accuracy_m is not null and not a.accuracy_m between 0 and 10000 then a.accuracy_m := null; end if;
	-- Nothing was done before handling began; a phone's clock may lag.
	moment := greatest(private.claimed_time(moment, interval '30 days'), case when is_late then c.filed_at else c.handling_at end);
	perform private.refuse_contact(act ->> 'note', 'note');
	perform private.refuse_contact(act #>> '{notice,found}', 'found');
	if num_nonnulls(a.site_id, a.vehicle_id) > 1 or (num_nonnulls(a.site_id, a.vehicle_id) = 1 and not exists (select from app.case_links l
		where l.case_id = c.id and l.ended_at is null and (l.site_id = a.site_id or l.vehicle_id = a.vehicle_id))) then
		perform private.problem(422, 'unknown_subject', '{"field": "subject"}');
	end if;
	if (a.before_photo is not null and not exists (select from app.evidence e where e.id = a.before_photo and e.case_id = c.id))
		or (a.after_photo is not null and not exists (select from app.evidence e where e.id = a.after_photo and e.case_id = c.id and e.role = 'after')) then
		perform private.problem(422, 'photo_missing', '{"field": "photo"}');
	end if;
	a.behaviour := nullif(act ->> 'behaviour', '');
	if a.behaviour is not null then
		a.category := c.category;
		if not exists (select from app.behaviours b where b.category = c.category and b.code = a.behaviour and b.is_active) then perform private.problem(422, 'unknown_behaviour', '{"field": "behaviour"}'); end if;
	end if;
	if is_late then
		-- It was done: nothing of it is asked for again. What the paper would have said stays as a note.
		writes_notice := false;
		if not (a.deadline > moment and a.deadline <= moment + interval '400 days') then a.deadline := null; end if;
		act := act || jsonb_build_object('note', concat_ws(e'\n', nullif(btrim(act ->> 'note'), ''), nullif(btrim(act #>> '{notice,found}'), '')));
	elsif k.needs_deadline and a.deadline is null then perform private.problem(422, 'deadline_needed', '{"field": "deadline"}'); end if;
	if a.deadline is not null and (a.deadline <= moment or a.deadline > moment + interval '400 days') then perform private.problem(422, 'bad_deadline', '{"field": "deadline"}'); end if;
	if k.needs_notice and not writes_notice and not is_late then perform private.problem(422, 'notice_needed', '{"field": "found"}'); end if;
	if k.rung is not null and num_nonnulls(a.site_id, a.vehicle_id) = 1 then
		proposed := (private.ladder(a.site_id, a.vehicle_id, moment) ->> 'next')::int;
	end if;
	-- Without a site or vehicle there is no history to go by: the ladder starts at its foot.
	if k.rung > coalesce(proposed, 1) and not is_late then
		a.skipped_from := coalesce(proposed, 1);
		a.skip_reason := nullif(act ->> 'skip_reason', '');
		if a.skip_reason is null then perform private.problem(422, 'skip_reason_needed', jsonb_build_object('field', 'skip_reason', 'proposed', a.skipped_from)); end if;
		if not exists (select from app.reasons x where x.move = 'skip_rung' and x.code = a.skip_reason) then perform private.problem(422, 'unknown_reason', '{"field": "skip_reason"}'); end if;
	end if;
	a.note_id := private.keep_note(act ->> 'note');
	insert into app.acts (case_id, kind, site_id, vehicle_id, category, behaviour, before_photo, after_photo, lng, lat, accuracy_m, deadline, skipped_from, skip_reason, note_id, staff_id, unit_id, late_status, occurred_at)
	values (c.id, k.kind, a.site_id, a.vehicle_id, a.category, a.behaviour, a.before_photo, a.after_photo, a.lng, a.lat, a.accuracy_m, a.deadline, a.skipped_from, a.skip_reason, a.note_id,
		(select auth.uid()), a.unit_id, a.late_status, moment) returning * into a;
	-- Whoever did something in a case does not verify it, whether or not it was they who began.
	insert into app.case_acts (case_id, staff_id, act) values (c.id, a.staff_id, 'handled_it') on conflict do nothing;
	perform private.describe('act.recorded', moment, acting_as, a.skip_reason, a.note_id, request_id);
	perform private.log_change('act', null, c.id, null, private.act_state(a));

	if writes_notice then
		if k.notice_kind is null then perform private.problem(422, 'no_notice_here', '{"field": "kind"}'); end if;
		if private.role_for((select x.roles from app.notice_kinds x where x.kind = k.notice_kind)) is null then perform private.problem(403, 'role_needed'); end if;
		if coalesce(btrim(act #>> '{notice,found}'), '') = '' then perform private.problem(422, 'found_needed', '{"field": "found"}'); end if;
		-- It goes onto one page.
		if length(act #>> '{notice,found}') > 200 then perform private.problem(422, 'bad_text', '{"field": "found", "longest": 200}'); end if;
		if jsonb_typeof(act #> '{notice,addressee}') = 'object' then n.addressee := private.keep_particular('case', c.id, act #> '{notice,addressee}'); end if;
		if num_nonnulls(a.site_id, a.vehicle_id, n.addressee) = 0 then perform private.problem(422, 'addressee_needed', '{"field": "addressee"}'); end if;
		template := (select max(t.version) from app.notice_templates t where t.kind = k.notice_kind);
		n.year := extract(year from private.local_day(moment));
		n.found_note := private.keep_note(act #>> '{notice,found}');
		n.number := private.next_notice_number(k.notice_kind, n.year);
		insert into app.notices (kind, year, number, label, case_id, act_id, site_id, vehicle_id, addressee, template_version, deadline, found_note, unit_id, issued_by, issued_at)
		values (k.notice_kind, n.year, n.number, (select x.mark from app.notice_kinds x where x.kind = k.notice_kind) || '〔' || n.year || '〕第' || lpad(n.number::text, greatest(4, length(n.number::text)), '0') || '号',
			c.id, a.id, a.site_id, a.vehicle_id, n.addressee, template, a.deadline, n.found_note, c.unit_id, (select auth.uid()), moment) returning * into n;
		perform private.describe('notice.issued', moment, acting_as);
		perform private.log_change('notice', null, c.id, null, private.notice_state(n));
	end if;
	return jsonb_build_object('act_id', a.id, 'notice_id', n.id, 'label', n.label, 'late', is_late, 'in_sight', private.sees_case(c.unit_id, c.area_id, c.status));
end $$;

-- Definer: writes down how a notice was served. served: {way, served_at, photo, witness}.
create function private.serve_notice(notice_id uuid, served jsonb)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	n app.notices;
	becomes app.notices;
	c app.cases;
	w app.service_ways;
	acting_as text;
	moment timestamptz;
	photo uuid;
	witness uuid;
begin
	select x.* into n from app.notices x where x.id = serve_notice.notice_id for update;
	select x.* into c from app.cases x where x.id = n.case_id;
	acting_as := private.acting_for(c, '{team,unit_handler}');
	if n.withdrawn_at is not null then perform private.problem(409, 'notice_withdrawn'); end if;
	if n.served_at is not null then perform private.problem(409, 'notice_served'); end if;
	select x.* into w from app.service_ways x where x.way = served ->> 'way';
	if w.way is null then perform private.problem(422, 'unknown_way', '{"field": "way"}'); end if;
	begin
		moment := (served ->> 'served_at')::timestamptz;
		photo := (served ->> 'photo')::uuid;
	exception when data_exception then
		perform private.problem(422, 'bad_value');
	end;
	moment := private.claimed_time(moment, interval '30 days');
	if moment < n.issued_at then perform private.problem(422, 'served_before_issued', '{"field": "served_at"}'); end if;
	if w.needs_photo and photo is null then perform private.problem(422, 'service_photo_needed', '{"field": "photo"}'); end if;
	if photo is not null and not exists (select from app.evidence e where e.id = photo and e.case_id = n.case_id) then perform private.problem(422, 'photo_missing', '{"field": "photo"}'); end if;
	if w.needs_witness and jsonb_typeof(served -> 'witness') is distinct from 'object' then perform private.problem(422, 'witness_needed', '{"field": "witness"}'); end if;
	if jsonb_typeof(served -> 'witness') = 'object' then witness := private.keep_particular('case', n.case_id, served -> 'witness'); end if;
	update app.notices x set served_way = w.way, served_at = moment, served_by = (select auth.uid()), served_photo = photo, witness = serve_notice_kept.witness
	from (select witness) serve_notice_kept (witness) where x.id = n.id returning x.* into becomes;
	perform private.describe('notice.served', moment, acting_as);
	perform private.log_change('notice', null, n.case_id, private.notice_state(n), private.notice_state(becomes));
	return jsonb_build_object('notice_id', n.id, 'served_at', moment);
end $$;

-- Definer: takes a notice back. Its number stays.
create function private.withdraw_notice(notice_id uuid, reason_code text, note text)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	n app.notices;
	becomes app.notices;
	c app.cases;
	acting_as text;
begin
	select x.* into n from app.notices x where x.id = withdraw_notice.notice_id for update;
	select x.* into c from app.cases x where x.id = n.case_id;
	acting_as := private.acting_for(c, '{closer,office,team,unit_handler}');
	if n.withdrawn_at is not null then perform private.problem(409, 'notice_withdrawn'); end if;
	if reason_code is null then perform private.problem(422, 'reason_needed', '{"field": "reason_code"}'); end if;
	if not exists (select from app.reasons x where x.move = 'withdraw' and x.code = withdraw_notice.reason_code) then perform private.problem(422, 'unknown_reason', '{"field": "reason_code"}'); end if;
	perform private.refuse_contact(note, 'note');
	n.withdrawn_note := private.keep_note(note);
	update app.notices x set withdrawn_at = private.clock(), withdrawn_by = (select auth.uid()), withdrawn_why = reason_code, withdrawn_note = n.withdrawn_note where x.id = n.id returning x.* into becomes;
	n.withdrawn_note := null;
	perform private.describe('notice.withdrawn', private.clock(), acting_as, reason_code, becomes.withdrawn_note);
	perform private.log_change('notice', null, n.case_id, private.notice_state(n), private.notice_state(becomes));
	return jsonb_build_object('notice_id', n.id, 'label', n.label);
end $$;

-- Definer: the office writes the words of a kind of notice. Each change is a version; what was issued keeps its own.
create function private.set_notice_template(kind text, title text, body text, based_on int)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	was int;
	unknown text;
begin
	perform private.need_role('office', 'admin');
	perform from app.notice_kinds k where k.kind = set_notice_template.kind for update;
	if not found then perform private.problem(422, 'unknown_kind', '{"field": "kind"}'); end if;
	was := (select max(t.version) from app.notice_templates t where t.kind = set_notice_template.kind);
	if based_on is distinct from was then perform private.problem(409, 'template_changed', jsonb_build_object('version', was)); end if;
	if coalesce(btrim(title), '') = '' or not private.is_plain_text(title, 60) then perform private.problem(422, 'bad_text', '{"field": "title", "longest": 60}'); end if;
	if coalesce(btrim(body), '') = '' or not private.is_plain_text(body, 2000) then perform private.problem(422, 'bad_text', '{"field": "body", "longest": 2000}'); end if;
	-- One A4 page: so many lines of 28 signs at most.
	if (select sum(greatest(ceil(length(l) / 28.0), 1)) from unnest(string_to_array(replace(body, e'\r', ''), e'\n')) l) > 18 then perform private.problem(422, 'template_too_long', '{"field": "body"}'); end if;
	unknown := (select x[1] from regexp_matches(body, '\{\{([^{}]*)\}\}', 'g') x
		where x[1] not in ('addressee', 'unit', 'date', 'street', 'category', 'found', 'deadline', 'case', 'vehicle', 'site') limit 1);
	if unknown is not null then perform private.problem(422, 'unknown_placeholder', jsonb_build_object('field', 'body', 'word', left(unknown, 40))); end if;
	insert into app.notice_templates (kind, version, title, body, set_by)
	values (set_notice_template.kind, coalesce(was, 0) + 1, btrim(title), btrim(replace(body, e'\r', '')), (select auth.uid()));
	perform private.describe('template.changed', private.clock());
	perform private.log_change('template', null, null, jsonb_build_object('notice_kind', null, 'template_version', was), jsonb_build_object('notice_kind', set_notice_template.kind, 'template_version', coalesce(was, 0) + 1));
	return jsonb_build_object('kind', set_notice_template.kind, 'version', coalesce(was, 0) + 1);
end $$;

-- A row each for lists. A colleague's name is for the desk and for themselves; who issued a notice stands on it.
create function private.act_rows(case_id uuid, site_id uuid, vehicle_id uuid)
returns jsonb language sql stable set search_path = '' as $$
	select coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'kind', a.kind, 'name', k.name, 'name_en', k.name_en, 'rung', k.rung, 'at', a.occurred_at, 'recorded_at', a.recorded_at,
		'case_id', c.id, 'case_number', c.number, 'may_open', private.sees_case(c.unit_id, c.area_id, c.status), 'unit', u.name, 'unit_en', u.name_en,
		'person', case when private.is_desk() or a.staff_id = (select auth.uid()) then s.name end, 'site_id', a.site_id, 'site', w.name, 'vehicle_id', a.vehicle_id, 'vehicle', v.name, 'vehicle_en', v.name_en,
		'behaviour', b.name, 'behaviour_en', b.name_en, 'deadline', a.deadline, 'late_status', a.late_status, 'skipped_from', a.skipped_from, 'skip_reason', x.name, 'skip_reason_en', x.name_en,
		'has_place', a.lng is not null, 'distance_m', round(private.metres(private.point(a.lng, a.lat), c.geom)::numeric),
		'before_photo', (select e.sha256 from app.evidence e where e.id = a.before_photo), 'after_photo', (select e.sha256 from app.evidence e where e.id = a.after_photo),
		'note', case when private.sees_case(c.unit_id, c.area_id, c.status) then n.body end,
		'notice_id', (select y.id from app.notices y where y.act_id = a.id), 'notice', (select y.label from app.notices y where y.act_id = a.id)) order by a.occurred_at desc, a.id), '[]')
	from app.acts a join app.act_kinds k on k.kind = a.kind join app.cases c on c.id = a.case_id join app.units u on u.id = a.unit_id join app.staff s on s.id = a.staff_id
	left join app.sites w on w.id = a.site_id left join app.vehicles h on h.id = a.vehicle_id left join app.vehicle_classes v on v.class = h.class
	left join app.behaviours b on b.category = a.category and b.code = a.behaviour left join app.reasons x on x.move = 'skip_rung' and x.code = a.skip_reason left join app.notes n on n.id = a.note_id
	where a.case_id = act_rows.case_id or a.site_id = act_rows.site_id or a.vehicle_id = act_rows.vehicle_id;
$$;

create function private.notice_rows(case_id uuid, site_id uuid, vehicle_id uuid)
returns jsonb language sql stable set search_path = '' as $$
	select coalesce(jsonb_agg(jsonb_build_object('id', n.id, 'kind', n.kind, 'name', k.name, 'name_en', k.name_en, 'label', n.label, 'issued_at', n.issued_at, 'deadline', n.deadline,
		'case_id', c.id, 'case_number', c.number, 'may_open', private.sees_case(c.unit_id, c.area_id, c.status),
		'is_late', n.deadline < private.clock() and n.withdrawn_at is null and (select t.is_open from app.case_statuses t where t.status = c.status),
		'served_at', n.served_at, 'served_way', w.name, 'served_way_en', w.name_en, 'withdrawn_at', n.withdrawn_at, 'withdrawn_why', x.name, 'withdrawn_why_en', x.name_en) order by n.issued_at desc, n.id), '[]')
	from app.notices n join app.notice_kinds k on k.kind = n.kind join app.cases c on c.id = n.case_id left join app.service_ways w on w.way = n.served_way
	left join app.reasons x on x.move = 'withdraw' and x.code = n.withdrawn_why
	where n.case_id = notice_rows.case_id or n.site_id = notice_rows.site_id or n.vehicle_id = notice_rows.vehicle_id;
$$;

-- The cases a site or vehicle was in, with the state of each; whoever has one of them before them sees that there were others.
create function private.linked_cases(site_id uuid, vehicle_id uuid)
returns jsonb language sql stable set search_path = '' as $$
	select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'number', c.number, 'status', c.status, 'category_name', k.name, 'category_name_en', k.name_en, 'street', s.name, 'street_en', s.name_en,
		'opened_at', c.opened_at, 'closed_at', c.closed_at, 'closed_without_proof', c.status = 'closed' and c.proof is null, 'returned_count', c.returned_count, 'unit', u.name, 'unit_en', u.name_en, 'may_open', private.sees_case(c.unit_id, c.area_id, c.status)) order by c.opened_at desc, c.id), '[]')
	from app.case_links l join app.cases c on c.id = l.case_id join app.categories k on k.code = c.category left join app.streets s on s.id = c.street_id left join app.units u on u.id = c.unit_id
	where l.ended_at is null and (l.site_id = linked_cases.site_id or l.vehicle_id = linked_cases.vehicle_id);
$$;

-- Definer: what was done in a case and to what it is about, for who sees the case.
create function private.case_enforcement(case_id uuid)
returns jsonb language plpgsql stable security definer set search_path = '' as $$
declare
	c app.cases := (select x from app.cases x where x.id = case_enforcement.case_id);
	at timestamptz := private.clock();
begin
	if c.id is null or not private.sees_case(c.unit_id, c.area_id, c.status) then perform private.problem(404, 'not_found'); end if;
	return jsonb_build_object('case_id', c.id, 'status', c.status,
		'may_act', private.role_for('{team,unit_handler}') is not null and coalesce(c.unit_id in (select private.my_units()), false),
		'may_link', (select t.is_open from app.case_statuses t where t.status = c.status) and (private.is_desk() or coalesce(c.unit_id in (select private.my_units()), false)),
		'acts', private.act_rows(c.id, null, null), 'notices', private.notice_rows(c.id, null, null), 'particulars', private.particulars_for(null, c.id, null, null),
		'links', (select coalesce(jsonb_agg(jsonb_build_object('id', l.id, 'site_id', l.site_id, 'vehicle_id', l.vehicle_id, 'name', coalesce(w.name, v.name), 'name_en', coalesce(w.name, v.name_en),
			'kind', coalesce(sk.name, ''), 'kind_en', coalesce(sk.name_en, ''), 'cases', (select count(*) from app.case_links o where o.ended_at is null and (o.site_id = l.site_id or o.vehicle_id = l.vehicle_id)),
			'ladder', private.ladder(l.site_id, l.vehicle_id, at), 'particulars', private.particulars_for(null, null, l.site_id, l.vehicle_id)) order by l.linked_at, l.id), '[]')
			from app.case_links l left join app.sites w on w.id = l.site_id left join app.site_kinds sk on sk.kind = w.kind left join app.vehicles h on h.id = l.vehicle_id left join app.vehicle_classes v on v.class = h.class
			where l.case_id = c.id and l.ended_at is null),
		'near', (select coalesce(jsonb_agg(jsonb_build_object('id', q.id, 'name', q.name, 'kind', q.kind, 'metres', q.metres) order by q.metres, q.id), '[]')
			from (select w.id, w.name, w.kind, round(private.metres(w.geom, c.geom))::int as metres from app.sites w where w.geom operator(extensions.&&) private.box_around(c.geom, 100)
				and private.metres(w.geom, c.geom) <= 100 and not exists (select from app.case_links l where l.case_id = c.id and l.site_id = w.id and l.ended_at is null) order by 4 limit 5) q),
		'site_kinds', (select jsonb_agg(jsonb_build_object('kind', k.kind, 'name', k.name, 'name_en', k.name_en) order by k.position) from app.site_kinds k),
		'vehicle_classes', (select jsonb_agg(jsonb_build_object('class', k.class, 'name', k.name, 'name_en', k.name_en) order by k.position) from app.vehicle_classes k),
		'act_kinds', (select jsonb_agg(jsonb_build_object('kind', k.kind, 'name', k.name, 'name_en', k.name_en, 'rung', k.rung, 'needs_deadline', k.needs_deadline, 'notice_kind', k.notice_kind, 'needs_notice', k.needs_notice) order by k.position)
			from app.act_kinds k where k.is_active),
		'rungs', (select jsonb_agg(jsonb_build_object('rung', r.rung, 'name', r.name, 'name_en', r.name_en) order by r.rung) from app.rungs r),
		'behaviours', (select coalesce(jsonb_agg(jsonb_build_object('code', b.code, 'name', b.name, 'name_en', b.name_en) order by b.position), '[]') from app.behaviours b where b.category = c.category and b.is_active),
		-- Washing is legal somewhere: the nearest site that is open and has room. 占道洗车 is the city's own code.
		'wash_site', case when c.category = '0551' then (select jsonb_build_object('name', f.name, 'name_en', f.name_en, 'bays', f.bays, 'bays_free', f.bays_free, 'point', private.lng_lat(f.geom),
				'distance_m', round(private.metres(f.geom, c.geom))) from app.facilities f where f.kind = 'wash_site' and f.build_state = 'open' and coalesce(f.bays_free, 1) > 0
			order by private.metres(f.geom, c.geom), f.id limit 1) end);
end $$;

-- Definer: the history of a site or vehicle, for the desk and for who has one of its cases.
create function private.subject_history(site_id uuid, vehicle_id uuid)
returns jsonb language plpgsql stable security definer set search_path = '' as $$
declare
	answer jsonb;
begin
	if num_nonnulls(site_id, vehicle_id) <> 1 or not private.has_subject(site_id, vehicle_id) then
		perform private.problem(404, 'not_found');
	end if;
	if site_id is not null then
		select jsonb_build_object('id', w.id, 'name', w.name, 'kind', k.name, 'kind_en', k.name_en, 'street', s.name, 'street_en', s.name_en, 'point', private.lng_lat(w.geom), 'recorded_at', w.recorded_at)
		into answer from app.sites w join app.site_kinds k on k.kind = w.kind left join app.streets s on s.id = w.street_id where w.id = subject_history.site_id;
	else
		select jsonb_build_object('id', h.id, 'name', k.name, 'name_en', k.name_en, 'recorded_at', h.recorded_at)
		into answer from app.vehicles h join app.vehicle_classes k on k.class = h.class where h.id = subject_history.vehicle_id;
	end if;
	if answer is null then perform private.problem(404, 'not_found'); end if;
	return answer || jsonb_build_object('ladder', private.ladder(site_id, vehicle_id, private.clock()), 'cases', private.linked_cases(site_id, vehicle_id), 'acts', private.act_rows(null, site_id, vehicle_id),
		'notices', private.notice_rows(null, site_id, vehicle_id), 'particulars', private.particulars_for(null, null, site_id, vehicle_id),
		'rungs', (select jsonb_agg(jsonb_build_object('rung', r.rung, 'name', r.name, 'name_en', r.name_en) order by r.rung) from app.rungs r));
end $$;

-- Definer: sites, or vehicles, those with the newest case first: all of them for the desk, for others what a case of theirs is about. `words` are looked
-- for in a site's name and street; a plate is looked for with api.find_vehicle.
create function private.subjects(kind text, words text, max_rows int, after int)
returns jsonb language plpgsql stable security definer set search_path = '' as $$
declare
	is_site boolean := kind = 'site';
	wanted text := '%' || replace(replace(replace(btrim(words), '\', '\\'), '%', '\%'), '_', '\_') || '%';
	sees_all boolean := private.is_desk();
	longest int := least(greatest(coalesce(max_rows, 50), 1), 200);
begin
	if kind is null or kind not in ('site', 'vehicle') then perform private.problem(422, 'unknown_kind', '{"field": "kind"}'); end if;
	perform private.need_role('registrar', 'dispatcher', 'closer', 'office', 'admin', 'inspector', 'team', 'unit_handler');
	return (
		with told as (
			select coalesce(l.site_id, l.vehicle_id) as id, count(*) as cases, count(*) filter (where t.is_open) as open_cases, max(c.opened_at) as last_case,
				bool_or(sees_all or private.sees_case(c.unit_id, c.area_id, c.status)) as is_seen
			from app.case_links l join app.cases c on c.id = l.case_id join app.case_statuses t on t.status = c.status
			where l.ended_at is null and (l.site_id is not null) = is_site group by 1
		), hits as (
			select x.*, w.name, null::text as name_en, k.name as kind_name, k.name_en as kind_name_en, s.name as street, s.name_en as street_en
			from told x join app.sites w on w.id = x.id join app.site_kinds k on k.kind = w.kind left join app.streets s on s.id = w.street_id
			where is_site and x.is_seen and (coalesce(words, '') = '' or w.name ilike wanted or s.name ilike wanted or s.name_en ilike wanted)
			union all
			select x.*, k.name, k.name_en, null, null, null, null from told x join app.vehicles h on h.id = x.id join app.vehicle_classes k on k.class = h.class
			where not is_site and x.is_seen
		)
		select jsonb_build_object('total', (select count(*) from hits), 'subjects', coalesce(jsonb_agg(jsonb_build_object('id', h.id, 'name', h.name, 'name_en', h.name_en, 'kind', h.kind_name, 'kind_en', h.kind_name_en,
			'street', h.street, 'street_en', h.street_en, 'cases', h.cases, 'open_cases', h.open_cases, 'last_case', h.last_case,
			'ladder', private.ladder(case when is_site then h.id end, case when not is_site then h.id end, private.clock()),
			'particulars', case when is_site then '[]'::jsonb else private.particulars_for(null, null, null, h.id) end) order by h.last_case desc, h.id), '[]'),
			'rungs', (select jsonb_agg(jsonb_build_object('rung', r.rung, 'name', r.name, 'name_en', r.name_en) order by r.rung) from app.rungs r),
			'may_seek', private.role_for((select r.roles from app.particular_rules r where r.subject = 'vehicle' and r.kind = 'plate')) is not null)
		from (select * from hits order by last_case desc, id limit longest offset greatest(coalesce(after, 0), 0)) h
	);
end $$;

-- Definer: finds the vehicle of a plate by its fingerprint, for who may have plates revealed, and writes down that it was looked for. A unit finds what
-- a case of its own is about.
create function private.find_vehicle(fingerprint text)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	acting_as text := private.role_for((select r.roles from app.particular_rules r where r.subject = 'vehicle' and r.kind = 'plate'));
	found_one app.particulars;
begin
	if acting_as is null then perform private.problem(403, 'role_needed'); end if;
	if coalesce(fingerprint, '') !~ '^[0-9a-f]{32}$' then perform private.problem(422, 'bad_particular', '{"field": "plate"}'); end if;
	select p.* into found_one from app.particulars p where p.kind = 'plate' and p.vehicle_id is not null and p.fingerprint = find_vehicle.fingerprint
		and private.has_subject(null, p.vehicle_id) limit 1;
	perform private.describe('particular.sought', private.clock(), acting_as);
	perform private.log_change('particular', null, null, null, jsonb_build_object('particular_kind', 'plate', 'particular_id', found_one.id, 'vehicle_id', found_one.vehicle_id));
	return jsonb_build_object('vehicle_id', found_one.vehicle_id);
end $$;

-- Definer: a notice with all that is printed on it, for who sees its case. Who issued it stands on it; its addressee's name stays sealed.
create function private.notice(notice_id uuid)
returns jsonb language plpgsql stable security definer set search_path = '' as $$
declare
	n app.notices := (select x from app.notices x where x.id = notice.notice_id);
	c app.cases := (select x from app.cases x where x.id = n.case_id);
begin
	if c.id is null or not private.sees_case(c.unit_id, c.area_id, c.status) then perform private.problem(404, 'not_found'); end if;
	return (
		select jsonb_build_object('id', n.id, 'kind', n.kind, 'name', k.name, 'name_en', k.name_en, 'label', n.label, 'title', t.title, 'body', t.body, 'template_version', t.version,
			'case_id', c.id, 'case_number', c.number, 'category', g.name, 'category_en', g.name_en, 'street', s.name, 'street_en', s.name_en, 'unit', u.name, 'unit_en', u.name_en,
			'site_id', w.id, 'site', w.name, 'vehicle_id', h.id, 'vehicle', v.name, 'vehicle_en', v.name_en,
			'addressee', n.addressee, 'witness', n.witness, 'plates', (select coalesce(jsonb_agg(p.id), '[]') from app.particulars p where p.vehicle_id = h.id and p.kind = 'plate'),
			'particulars', (select coalesce(jsonb_agg(x.value), '[]') from jsonb_array_elements(private.particulars_for(null, c.id, null, h.id)) x
				where (x.value ->> 'id')::uuid in (n.addressee, n.witness) or x.value ->> 'kind' = 'plate'),
			'found', f.body, 'deadline', n.deadline, 'issued_at', n.issued_at, 'issued_by', i.name,
			'served_at', n.served_at, 'served_way', y.name, 'served_way_en', y.name_en, 'served_by', (select z.name from app.staff z where z.id = n.served_by),
			'served_photo', (select e.sha256 from app.evidence e where e.id = n.served_photo),
			'withdrawn_at', n.withdrawn_at, 'withdrawn_why', x.name, 'withdrawn_why_en', x.name_en, 'withdrawn_note', (select z.body from app.notes z where z.id = n.withdrawn_note),
			'is_demo', d.is_demo, 'city', d.name,
			'may_serve', n.served_at is null and n.withdrawn_at is null and private.role_for('{team,unit_handler}') is not null and coalesce(c.unit_id in (select private.my_units()), false),
			'may_withdraw', n.withdrawn_at is null and (private.has_role('closer', 'office') or coalesce(c.unit_id in (select private.my_units()), false)),
			'ways', (select jsonb_agg(jsonb_build_object('way', z.way, 'name', z.name, 'name_en', z.name_en, 'needs_witness', z.needs_witness, 'needs_photo', z.needs_photo) order by z.position) from app.service_ways z),
			'photos', (select coalesce(jsonb_agg(jsonb_build_object('id', e.id, 'role', e.role, 'recorded_at', e.recorded_at) order by e.recorded_at desc), '[]') from app.evidence e where e.case_id = c.id))
		from app.notice_kinds k join app.notice_templates t on t.kind = k.kind and t.version = n.template_version join app.categories g on g.code = c.category join app.units u on u.id = n.unit_id
		join app.staff i on i.id = n.issued_by join app.notes f on f.id = n.found_note cross join app.city d
		left join app.streets s on s.id = c.street_id left join app.sites w on w.id = n.site_id left join app.vehicles h on h.id = n.vehicle_id left join app.vehicle_classes v on v.class = h.class
		left join app.service_ways y on y.way = n.served_way left join app.reasons x on x.move = 'withdraw' and x.code = n.withdrawn_why
		where k.kind = n.kind);
end $$;

create function api.case_enforcement(case_id uuid)
returns jsonb language sql stable set search_path = '' as $$ select private.case_enforcement(case_id); $$;
create function api.subject_history(site_id uuid default null, vehicle_id uuid default null)
returns jsonb language sql stable set search_path = '' as $$ select private.subject_history(site_id, vehicle_id); $$;
create function api.notice(notice_id uuid)
returns jsonb language sql stable set search_path = '' as $$ select private.notice(notice_id); $$;
create function api.subjects(kind text, words text default null, max_rows int default 50, after int default 0)
returns jsonb language sql stable set search_path = '' as $$ select private.subjects(kind, words, max_rows, after); $$;
create function api.find_vehicle(fingerprint text)
returns jsonb language sql set search_path = '' as $$ select private.find_vehicle(fingerprint); $$;
create function api.link_case(case_id uuid, subject jsonb)
returns jsonb language sql set search_path = '' as $$ select private.link_case(case_id, subject); $$;
create function api.unlink_case(link_id uuid)
returns jsonb language sql set search_path = '' as $$ select private.unlink_case(link_id); $$;
create function api.record_act(case_id uuid, act jsonb, request_id uuid default null)
returns jsonb language sql set search_path = '' as $$ select private.record_act(case_id, act, request_id); $$;
create function api.serve_notice(notice_id uuid, served jsonb)
returns jsonb language sql set search_path = '' as $$ select private.serve_notice(notice_id, served); $$;
create function api.withdraw_notice(notice_id uuid, reason_code text default null, note text default null)
returns jsonb language sql set search_path = '' as $$ select private.withdraw_notice(notice_id, reason_code, note); $$;
create function api.set_notice_template(kind text, title text, body text, based_on int)
returns jsonb language sql set search_path = '' as $$ select private.set_notice_template(kind, title, body, based_on); $$;
-- The words of each kind of notice, the newest first.
create function api.notice_templates()
returns jsonb language sql stable set search_path = '' as $$
	select jsonb_build_object('kinds', coalesce(jsonb_agg(jsonb_build_object('kind', k.kind, 'name', k.name, 'name_en', k.name_en, 'mark', k.mark,
		'versions', (select coalesce(jsonb_agg(jsonb_build_object('version', t.version, 'title', t.title, 'body', t.body, 'set_at', t.set_at) order by t.version desc), '[]') from app.notice_templates t where t.kind = k.kind)) order by k.position), '[]'))
	from app.notice_kinds k;
$$;

---- evidence: a claim may be old ----
-- Definer: adds a photo to a case for someone who works on it, with their device's claims. A photo of long ago is kept with its time: it shows what
-- was, and proves no closure (private.evidence_fault). One that was taken while a unit had the case is not lost when it comes after others have ended it.
create or replace function private.attach_evidence(case_id uuid, sha256 text, role text, taken_at timestamptz, lng float8, lat float8, accuracy_m float8)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	c app.cases;
	e app.evidence;
	fault text;
	is_theirs boolean;
begin
	select x.* into c from app.cases x where x.id = attach_evidence.case_id for update;
	is_theirs := c.id is not null and private.role_for('{team,unit_handler}') is not null and private.unit_of_mine(c) is not null;
	if c.id is null or not (is_theirs or private.sees_case(c.unit_id, c.area_id, c.status)) then perform private.problem(404, 'not_found'); end if;
	perform private.need_role('team', 'unit_handler', 'inspector', 'closer', 'registrar');
	if not (select s.is_open from app.case_statuses s where s.status = c.status) and not (is_theirs and coalesce(attach_evidence.taken_at < c.closed_at, false)) then
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
	if taken_at is not null then taken_at := private.claimed_time(taken_at, interval '100 years'); end if;
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


---- the log ----
-- What is folded are reports and cases; other subjects have events of their own, which tell no state of these.
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

---- who may ----
alter table app.site_kinds enable row level security;
alter table app.vehicle_classes enable row level security;
alter table app.sites enable row level security;
alter table app.vehicles enable row level security;
alter table app.case_links enable row level security;
alter table app.particular_rules enable row level security;
alter table app.particulars enable row level security;
alter table app.reveals enable row level security;
grant select on app.site_kinds, app.vehicle_classes, app.sites, app.vehicles, app.case_links, app.particular_rules, app.reveals to authenticated, service_role;
grant select on app.particulars to service_role;
create policy "staff read the kinds of sites" on app.site_kinds for select to authenticated using ((select private.is_staff()));
create policy "staff read the classes of vehicles" on app.vehicle_classes for select to authenticated using ((select private.is_staff()));
create policy "staff read the rules of particulars" on app.particular_rules for select to authenticated using ((select private.is_staff()));
create policy "who reads a case reads what it is about" on app.case_links for select to authenticated using (exists (select from app.cases c where c.id = case_id));
create policy "who reads one of its cases reads a site" on app.sites for select to authenticated
	using ((select private.is_desk()) or exists (select from app.case_links l where l.site_id = sites.id and l.ended_at is null));
create policy "who reads one of its cases reads a vehicle" on app.vehicles for select to authenticated
	using ((select private.is_desk()) or exists (select from app.case_links l where l.vehicle_id = vehicles.id and l.ended_at is null));
create policy "the data officer reads reveals" on app.reveals for select to authenticated using ((select private.has_role('data_officer')));

revoke all on function private.split_family(uuid), private.particular_state(app.particulars), private.keep_until(text, text, timestamptz), private.keep_particular(text, uuid, jsonb), private.reveal_fault(app.particulars),
	private.particulars_for(uuid, uuid, uuid, uuid), private.report_particulars(uuid), private.reveal(uuid, text, text), private.erase(app.particulars, text),
	private.erase_particular(uuid, text), private.is_expired(app.particulars), private.erase_expired(int), private.expiring_particulars(),
	private.reveals(date, date, text, text, uuid, int, uuid), private.find_particulars(text), private.reseal_particular(jsonb),
	api.report_particulars(uuid), api.reveal(uuid, text, text), api.reveals(date, date, text, text, uuid, int, uuid), api.erase_particular(uuid, text), api.find_particulars(text),
	api.sealed_particulars(uuid[]), api.stale_particulars(text, int), api.reseal_particular(jsonb), api.erase_expired(int) from public, anon, authenticated, service_role;
grant execute on function private.report_particulars(uuid), private.reveal(uuid, text, text), private.erase_particular(uuid, text),
	private.reveals(date, date, text, text, uuid, int, uuid), private.find_particulars(text),
	api.report_particulars(uuid), api.reveal(uuid, text, text), api.reveals(date, date, text, text, uuid, int, uuid), api.erase_particular(uuid, text), api.find_particulars(text) to authenticated;
grant execute on function private.erase_expired(int), private.reseal_particular(jsonb), api.sealed_particulars(uuid[]), api.stale_particulars(text, int), api.reseal_particular(jsonb),
	api.erase_expired(int) to service_role;

alter table app.rungs enable row level security;
alter table app.ladder_rules enable row level security;
alter table app.act_kinds enable row level security;
alter table app.behaviours enable row level security;
alter table app.notice_kinds enable row level security;
alter table app.notice_templates enable row level security;
alter table app.notice_sequences enable row level security;
alter table app.service_ways enable row level security;
alter table app.acts enable row level security;
alter table app.notices enable row level security;
grant select on app.rungs, app.ladder_rules, app.act_kinds, app.behaviours, app.notice_kinds, app.notice_templates, app.service_ways to authenticated, service_role;
-- Acts and notices name people: they are read through the functions above.
grant select on app.acts, app.notices, app.notice_sequences to service_role;
create policy "staff read the ladder" on app.rungs for select to authenticated using ((select private.is_staff()));
create policy "staff read how far back it counts" on app.ladder_rules for select to authenticated using ((select private.is_staff()));
create policy "staff read the kinds of acts" on app.act_kinds for select to authenticated using ((select private.is_staff()));
create policy "staff read second-level codes" on app.behaviours for select to authenticated using ((select private.is_staff()));
create policy "staff read the kinds of notices" on app.notice_kinds for select to authenticated using ((select private.is_staff()));
create policy "staff read the words of notices" on app.notice_templates for select to authenticated using ((select private.is_staff()));
create policy "staff read the ways of service" on app.service_ways for select to authenticated using ((select private.is_staff()));

revoke all on function private.act_state(app.acts), private.notice_state(app.notices), private.ladder(uuid, uuid, timestamptz), private.acting_for(app.cases, text[]), private.holds_contact(text), private.refuse_contact(text, text),
	private.unit_of_mine(app.cases), private.has_subject(uuid, uuid), private.subjects(text, text, int, int), private.find_vehicle(text), api.subjects(text, text, int, int), api.find_vehicle(text), private.link_case(uuid, jsonb),
	private.unlink_case(uuid), private.next_notice_number(text, int), private.record_act(uuid, jsonb, uuid), private.serve_notice(uuid, jsonb), private.withdraw_notice(uuid, text, text),
	private.set_notice_template(text, text, text, int), private.act_rows(uuid, uuid, uuid), private.notice_rows(uuid, uuid, uuid), private.linked_cases(uuid, uuid), private.case_enforcement(uuid),
	private.subject_history(uuid, uuid), private.notice(uuid), api.case_enforcement(uuid), api.subject_history(uuid, uuid), api.notice(uuid), api.link_case(uuid, jsonb), api.unlink_case(uuid),
	api.record_act(uuid, jsonb, uuid), api.serve_notice(uuid, jsonb), api.withdraw_notice(uuid, text, text), api.set_notice_template(text, text, text, int), api.notice_templates()
	from public, anon, authenticated, service_role;
grant execute on function private.subjects(text, text, int, int), private.find_vehicle(text), api.subjects(text, text, int, int), api.find_vehicle(text), private.link_case(uuid, jsonb), private.unlink_case(uuid), private.record_act(uuid, jsonb, uuid), private.serve_notice(uuid, jsonb), private.withdraw_notice(uuid, text, text),
	private.set_notice_template(text, text, text, int), private.case_enforcement(uuid), private.subject_history(uuid, uuid), private.notice(uuid),
	api.case_enforcement(uuid), api.subject_history(uuid, uuid), api.notice(uuid), api.link_case(uuid, jsonb), api.unlink_case(uuid), api.record_act(uuid, jsonb, uuid), api.serve_notice(uuid, jsonb),
	api.withdraw_notice(uuid, text, text), api.set_notice_template(text, text, text, int), api.notice_templates() to authenticated;
