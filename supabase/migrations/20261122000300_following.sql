-- Following a report: the covered photo of its closure, an answer with a photo, and news by push or e-mail where a citizen asked for it.

-- Sealed by the server: the database holds no address it could read, and forgets it when it has served.
create table app.report_contacts (
	id uuid primary key default gen_random_uuid(),
	report_id uuid not null references app.reports (id),
	kind text not null check (kind in ('push', 'email')),
	sealed text not null check (length(sealed) between 1 and 6000),
	language text not null check (language in ('zh-CN', 'en')),
	after_position bigint not null,
	recorded_at timestamptz not null default private.clock(),
	unique (report_id, sealed)
);
comment on table app.report_contacts is 'Where a citizen asked to be told about a report: encrypted by the web server, for this purpose only, erased at will and a month after the end.';

create table app.contact_erasures (
	id bigint generated always as identity primary key,
	report_id uuid not null references app.reports (id),
	kind text not null,
	why text not null check (why in ('asked', 'gone', 'expired')),
	recorded_at timestamptz not null default private.clock()
);
comment on table app.contact_erasures is 'That a contact was erased, when and why: what stays of it.';
create index contact_erasures_report on app.contact_erasures (report_id);

create table app.deliveries (
	id uuid primary key default gen_random_uuid(),
	contact_id uuid not null references app.report_contacts (id) on delete cascade,
	position bigint not null,
	step text not null,
	state text not null default 'waiting' check (state in ('waiting', 'sent', 'gave_up')),
	attempts int not null default 0,
	next_try_at timestamptz not null default private.clock(),
	unique (contact_id, position)
);
comment on table app.deliveries is 'News to be sent: which step, to which contact, how often tried.';
create index deliveries_waiting on app.deliveries (next_try_at) where state = 'waiting';

create table app.delivery_cursor (
	id boolean primary key default true check (id),
	position bigint not null default 0
);
comment on table app.delivery_cursor is 'Up to where the log was read for news.';
insert into app.delivery_cursor default values;

-- A closure may be answered for thirty days, until somebody has said that it is solved; what comes back later is a new report.
create function private.can_answer(c app.cases)
returns boolean language sql stable set search_path = '' as $$
	select c.status = 'closed' and c.confirmed is not true and c.closed_at > private.clock() - interval '30 days';
$$;

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
				where c.status = 'closed' and e.case_id = c.id and e.role = 'after' and p.public_id is not null order by e.recorded_at desc limit 1),
			'closure_photo', case when c.status = 'closed' then case
				when exists (select from app.evidence e join app.photos p on p.sha256 = e.sha256 where e.case_id = c.id and e.role = 'after' and p.public_id is not null) then 'shown'
				when exists (select from app.evidence e left join app.photos p on p.sha256 = e.sha256 where e.case_id = c.id and e.role = 'after' and p.judged_at is null) then 'checking'
				else 'none' end end,
			'contacts', (select coalesce(jsonb_agg(jsonb_build_object('id', x.id, 'kind', x.kind, 'since', x.recorded_at) order by x.recorded_at), '[]') from app.report_contacts x where x.report_id = r.id),
			'reason', (select jsonb_build_object('name', x.name, 'name_en', x.name_en)
				from app.event_log e join app.reasons x on x.move = 'decline' and x.code = e.reason_code
				where e.report_id = r.id and e.kind = 'report.declined' limit 1),
			'timeline', (select coalesce(jsonb_agg(jsonb_build_object('kind', e.kind,
				-- A phone's claim of when the photo was taken is not when we heard of it.
				'at', case when e.kind = 'report.received' then e.recorded_at else e.occurred_at end) order by h.position nulls last), '[]')
				from app.event_log e left join app.event_chain h on h.event_id = e.id
				where (e.report_id = r.id or (e.case_id = r.case_id and e.report_id is null)) and e.kind in ('report.received', 'report.filed', 'report.merged', 'report.to_verify',
					'report.declined', 'case.dispatched', 'case.redispatched', 'case.handling', 'case.handled', 'case.closed', 'case.returned', 'case.suspended',
					'case.resumed', 'case.reassigned', 'case.voided', 'case.disputed', 'case.confirmed')))
		from (select 1) one left join app.cases c on c.id = r.case_id
	);
end $$;

drop function api.answer_closure(text, text, boolean, uuid);
drop function private.answer_closure(app.reports, boolean, uuid);

-- Definer: writes for the service role. The citizen's answer to a closure. Confirmed counts as verified; "not solved" sends the case back to
-- verification, with a photo of what is still there when one was sent.
create function private.answer_closure(report app.reports, solved boolean, request_id uuid, photo_sha256 text)
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
	end if;
end $$;

create function api.answer_closure(code_hash text, pin_hash text, solved boolean, request_id uuid default null, photo_sha256 text default null)
returns jsonb language plpgsql set search_path = '' as $$
declare
	r app.reports := private.followed(code_hash, pin_hash);
begin
	if solved is null then perform private.problem(422, 'answer_needed', '{"field": "solved"}'); end if;
	perform private.answer_closure(r, solved, request_id, photo_sha256);
	return private.follow_answer(r);
end $$;

-- Definer: writes for the service role. At most three contacts a report; what happened before is not told again.
create function private.add_contact(report app.reports, kind text, sealed text, language text)
returns void language plpgsql security definer set search_path = '' as $$
begin
	if kind is null or kind not in ('push', 'email') then perform private.problem(422, 'unknown_kind', '{"field": "kind"}'); end if;
	if coalesce(length(sealed), 0) not between 1 and 6000 then perform private.problem(422, 'bad_contact', '{"field": "contact"}'); end if;
	perform from app.reports r where r.id = report.id for update;
	if exists (select from app.report_contacts x where x.report_id = report.id and x.sealed = add_contact.sealed) then return; end if;
	if (select count(*) from app.report_contacts x where x.report_id = report.id) >= 3 then perform private.problem(409, 'contacts_full'); end if;
	insert into app.report_contacts (report_id, kind, sealed, language, after_position)
	values (report.id, add_contact.kind, add_contact.sealed, case when add_contact.language = 'en' then 'en' else 'zh-CN' end, (select h.position from app.event_head h));
end $$;

-- Definer: deletes for the service role and for deliveries; a tombstone stays.
create function private.erase_contacts(report_id uuid, contact_id uuid, why text)
returns int language plpgsql security definer set search_path = '' as $$
declare
	n int;
begin
	with erased as (
		delete from app.report_contacts x where (erase_contacts.report_id is not null and x.report_id = erase_contacts.report_id) or x.id = erase_contacts.contact_id returning x.report_id, x.kind
	)
	insert into app.contact_erasures (report_id, kind, why) select e.report_id, e.kind, erase_contacts.why from erased e;
	get diagnostics n = row_count;
	return n;
end $$;

create function api.add_contact(code_hash text, pin_hash text, kind text, sealed text, language text default 'zh-CN')
returns jsonb language plpgsql set search_path = '' as $$
declare
	r app.reports := private.followed(code_hash, pin_hash);
begin
	perform private.add_contact(r, kind, sealed, language);
	return private.follow_answer(r);
end $$;

create function api.erase_contacts(code_hash text, pin_hash text)
returns jsonb language plpgsql set search_path = '' as $$
declare
	r app.reports := private.followed(code_hash, pin_hash);
begin
	return jsonb_build_object('erased', private.erase_contacts(r.id, null, 'asked'));
end $$;

-- Definer: writes for the service role. Reads the log on from where it was read, notes what is news to whom, and hands out what is to be sent now,
-- each for a while to one sender. Contacts whose report ended a month ago are erased.
create function private.claim_deliveries(max_rows int)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	moment timestamptz := private.clock();
	reached bigint;
	head bigint := (select h.position from app.event_head h);
	answer jsonb;
begin
	select x.position into reached from app.delivery_cursor x for update skip locked;
	if reached is not null and reached < head then
		if exists (select from app.report_contacts) then
			head := least(head, reached + 20000);
			insert into app.deliveries (contact_id, position, step)
			select k.id, c.position, e.kind
			from app.event_chain c join app.event_log e on e.id = c.event_id
			join app.reports r on r.id = e.report_id or (e.report_id is null and r.case_id = e.case_id)
			join app.report_contacts k on k.report_id = r.id and k.after_position < c.position
			where c.position > reached and c.position <= head and e.kind in ('report.filed', 'report.merged', 'report.to_verify', 'report.declined', 'case.dispatched', 'case.handled',
				'case.closed', 'case.returned', 'case.suspended', 'case.voided')
			on conflict do nothing;
		end if;
		update app.delivery_cursor x set position = head;
		perform private.erase_contacts(null, k.id, 'expired') from app.report_contacts k join app.reports r on r.id = k.report_id left join app.cases c on c.id = r.case_id
		where greatest(case when r.status = 'declined' then r.recorded_at end, case when c.status in ('closed', 'voided') then coalesce(c.closed_at, c.filed_at) end) < moment - interval '30 days'
			and k.recorded_at < moment - interval '30 days';
	end if;
	update app.deliveries d set state = 'gave_up' where d.state = 'waiting' and d.attempts >= 5 and d.next_try_at <= moment;
	with taken as (
		update app.deliveries d set attempts = d.attempts + 1, next_try_at = moment + interval '1 minute' * (4 ^ least(d.attempts, 4))
		where d.id in (select x.id from app.deliveries x where x.state = 'waiting' and x.next_try_at <= moment order by x.next_try_at, x.id
			limit least(greatest(coalesce(max_rows, 50), 1), 500) for update skip locked)
		returning d.id, d.contact_id, d.step, d.position
	)
	select jsonb_build_object('deliveries', coalesce(jsonb_agg(jsonb_build_object('id', t.id, 'contact_id', k.id, 'kind', k.kind, 'sealed', k.sealed, 'language', k.language,
		'number', r.number, 'step', t.step) order by t.position), '[]'))
	into answer from taken t join app.report_contacts k on k.id = t.contact_id join app.reports r on r.id = k.report_id;
	return answer;
end $$;

-- Definer: writes for the service role. 'gone': the address no longer exists, so it is erased.
create function private.delivery_done(id uuid, outcome text)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	contact uuid := (select d.contact_id from app.deliveries d where d.id = delivery_done.id);
begin
	if outcome is null or outcome not in ('sent', 'gone', 'failed') then perform private.problem(422, 'unknown_kind', '{"field": "outcome"}'); end if;
	if outcome = 'gone' then
		return jsonb_build_object('erased', private.erase_contacts(null, contact, 'gone'));
	end if;
	update app.deliveries d set state = 'sent' where d.id = delivery_done.id and outcome = 'sent';
	return jsonb_build_object('erased', 0);
end $$;

-- From a link in the news itself, which may have reached somebody else than meant: this one contact and no other.
create function api.erase_contact(contact_id uuid)
returns jsonb language sql set search_path = '' as $$ select jsonb_build_object('erased', private.erase_contacts(null, contact_id, 'asked')); $$;

create function api.claim_deliveries(max_rows int default 50)
returns jsonb language sql set search_path = '' as $$ select private.claim_deliveries(max_rows); $$;
create function api.delivery_done(id uuid, outcome text)
returns jsonb language sql set search_path = '' as $$ select private.delivery_done(id, outcome); $$;

alter table app.report_contacts enable row level security;
alter table app.contact_erasures enable row level security;
alter table app.deliveries enable row level security;
alter table app.delivery_cursor enable row level security;
grant select on app.report_contacts, app.contact_erasures, app.deliveries, app.delivery_cursor to service_role;
grant select on app.contact_erasures to authenticated;
create policy "the data officer reads what was erased" on app.contact_erasures for select to authenticated using ((select private.has_role('data_officer')));

revoke all on function private.can_answer(app.cases), private.answer_closure(app.reports, boolean, uuid, text), private.add_contact(app.reports, text, text, text), private.erase_contacts(uuid, uuid, text),
	private.claim_deliveries(int), private.delivery_done(uuid, text), api.answer_closure(text, text, boolean, uuid, text), api.add_contact(text, text, text, text, text),
	api.erase_contacts(text, text), api.erase_contact(uuid), api.claim_deliveries(int), api.delivery_done(uuid, text) from public, anon, authenticated, service_role;
grant execute on function private.can_answer(app.cases), private.answer_closure(app.reports, boolean, uuid, text), private.add_contact(app.reports, text, text, text), private.erase_contacts(uuid, uuid, text),
	private.claim_deliveries(int), private.delivery_done(uuid, text), api.answer_closure(text, text, boolean, uuid, text), api.add_contact(text, text, text, text, text),
	api.erase_contacts(text, text), api.erase_contact(uuid), api.claim_deliveries(int), api.delivery_done(uuid, text) to service_role;
