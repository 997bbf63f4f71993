-- The event log: append-only, one row per change, chained and numbered at commit.
--
-- Rows are inserted while a transaction works. A deferred constraint trigger gives each its position and its link in the
-- hash chain when the transaction commits: the order of positions is the order of commits and has no gap, so a
-- reader that has seen `position` has seen everything up to it. Writers hold the chain's head only while committing.
create table app.event_log (
	id uuid primary key default gen_random_uuid(),
	kind text not null check (kind ~ '^[a-z_]+\.[a-z_]+$'),
	report_id uuid,
	case_id uuid,
	actor uuid,
	actor_role text,
	occurred_at timestamptz not null,
	recorded_at timestamptz not null default private.clock(),
	before jsonb not null default '{}',
	after jsonb not null default '{}',
	reason_code text,
	note_id uuid,
	request_id uuid
);
comment on table app.event_log is 'Every change: who, when (claimed and recorded), before, after, a reason''s code. Ids and codes only: no contact, plate or free text.';
create index event_log_report on app.event_log (report_id);
create index event_log_case on app.event_log (case_id);

create table app.event_chain (
	position bigint primary key,
	event_id uuid not null unique references app.event_log (id),
	hash bytea not null,
	previous_hash bytea not null
);
comment on table app.event_chain is 'The log''s gapless positions and hash chain, given at commit.';

create table app.event_head (
	id boolean primary key default true check (id),
	epoch uuid not null default gen_random_uuid(),
	position bigint not null default 0,
	hash bytea not null default sha256('kerbside')
);
comment on table app.event_head is 'The chain''s end. Locked only while a transaction commits.';
insert into app.event_head default values;

-- The bytes that a link covers: every column, in one fixed order, times in UTC to the microsecond.
create function private.event_text(e app.event_log, at_position bigint)
returns text language sql stable set search_path = '' as $$
	select jsonb_build_array(at_position, e.id, e.kind, e.report_id, e.case_id, e.actor, e.actor_role,
		to_char(e.occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
		to_char(e.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
		e.before, e.after, e.reason_code, e.note_id, e.request_id)::text;
$$;

create function private.lock_head()
returns app.event_head language sql set search_path = '' as $$
	select h.* from app.event_head h for update;
$$;

-- Definer: a deferred trigger runs as whoever commits.
create function private.chain_event()
returns trigger language plpgsql security definer set search_path = '' as $$
declare
	head app.event_head := private.lock_head();
	link bytea;
begin
	link := sha256(head.hash || convert_to(private.event_text(new, head.position + 1), 'UTF8'));
	insert into app.event_chain (position, event_id, hash, previous_hash) values (head.position + 1, new.id, link, head.hash);
	update app.event_head set position = head.position + 1, hash = link;
	return null;
end $$;

create constraint trigger event_log_chain after insert on app.event_log
	deferrable initially deferred for each row when (not private.is_bulk()) execute function private.chain_event();

-- The same links for many events at once, in the order given: the head is read and written once. Called last in a bulk
-- transaction, so that the head is held only while it commits.
create function private.chain_bulk(event_ids uuid[])
returns void language plpgsql set search_path = '' as $$
declare
	head app.event_head := private.lock_head();
	first bigint := head.position;
	e app.event_log;
	links bytea[] := array[head.hash];
begin
	for e in select l.* from unnest(event_ids) with ordinality x (id, n) join app.event_log l on l.id = x.id order by x.n loop
		head.position := head.position + 1;
		head.hash := sha256(head.hash || convert_to(private.event_text(e, head.position), 'UTF8'));
		links := links || head.hash;
	end loop;
	insert into app.event_chain (position, event_id, hash, previous_hash)
	select first + x.n, x.id, links[x.n + 1], links[x.n] from unnest(event_ids) with ordinality x (id, n);
	update app.event_head h set position = head.position, hash = head.hash;
end $$;

create function private.refuse_change()
returns trigger language plpgsql set search_path = '' as $$
begin
	raise exception using errcode = '42501', message = 'append_only', detail = tg_table_name;
end $$;

create trigger event_log_append_only before update or delete or truncate on app.event_log
	for each statement execute function private.refuse_change();
create trigger event_chain_append_only before update or delete or truncate on app.event_chain
	for each statement execute function private.refuse_change();

-- What the next changes of this transaction are called and who makes them; the tables' triggers write the log.
create function private.describe(kind text, occurred_at timestamptz, actor_role text default null, reason_code text default null,
	note_id uuid default null, request_id uuid default null)
returns void language sql set search_path = '' as $$
	select set_config('kerbside.event', jsonb_build_object('kind', kind, 'occurred_at', occurred_at, 'actor_role', actor_role,
		'reason_code', reason_code, 'note_id', note_id, 'request_id', request_id)::text, true);
$$;

-- Writes one event: only what differs between `was` and `becomes` is kept.
create function private.log_change(subject text, report_id uuid, case_id uuid, was jsonb, becomes jsonb)
returns void language plpgsql set search_path = '' as $$
declare
	told jsonb := coalesce(nullif(current_setting('kerbside.event', true), ''), '{}')::jsonb;
	changed_before jsonb;
	changed_after jsonb;
begin
	select coalesce(jsonb_object_agg(b.key, was -> b.key) filter (where was ? b.key), '{}'), coalesce(jsonb_object_agg(b.key, b.value), '{}')
	into changed_before, changed_after
	from jsonb_each(becomes) b where case when was is null then b.value <> 'null' else was -> b.key is distinct from b.value end;
	if changed_after = '{}' then return; end if;
	insert into app.event_log (kind, report_id, case_id, actor, actor_role, occurred_at, before, after, reason_code, note_id, request_id)
	values (case when split_part(coalesce(told ->> 'kind', ''), '.', 1) = subject then told ->> 'kind' else subject || '.changed' end,
		log_change.report_id, log_change.case_id, (select auth.uid()), told ->> 'actor_role',
		coalesce((told ->> 'occurred_at')::timestamptz, private.clock()), coalesce(changed_before, '{}'), changed_after,
		told ->> 'reason_code', (told ->> 'note_id')::uuid, (told ->> 'request_id')::uuid);
end $$;

-- Recomputes the chain from `after`; the first position that does not fit is named.
create function private.verify_log(after bigint)
returns jsonb language plpgsql stable set search_path = '' as $$
declare
	link record;
	expected bytea := (select c.hash from app.event_chain c where c.position = verify_log.after);
	reached bigint := verify_log.after;
	head app.event_head;
begin
	if expected is null then expected := sha256('kerbside'); end if;
	for link in
		select c.position, c.hash, c.previous_hash, e as event, e.id as event_id
		from app.event_chain c left join app.event_log e on e.id = c.event_id where c.position > verify_log.after order by c.position
	loop
		if link.position <> reached + 1 or link.event_id is null or link.previous_hash <> expected
			or link.hash <> sha256(expected || convert_to(private.event_text(link.event, link.position), 'UTF8')) then
			return jsonb_build_object('ok', false, 'checked', reached - verify_log.after, 'first_bad', reached + 1);
		end if;
		expected := link.hash;
		reached := link.position;
	end loop;
	select * into head from app.event_head;
	if head.position <> reached or head.hash <> expected
		or (select count(*) from app.event_log) <> head.position then
		return jsonb_build_object('ok', false, 'checked', reached - verify_log.after, 'first_bad', reached + 1);
	end if;
	return jsonb_build_object('ok', true, 'checked', reached - verify_log.after, 'first_bad', null);
end $$;

alter table app.event_log enable row level security;
alter table app.event_chain enable row level security;
alter table app.event_head enable row level security;
grant select on app.event_log, app.event_chain, app.event_head to authenticated, service_role;
create policy "desk staff read the log" on app.event_log for select to authenticated using ((select private.is_desk()) or (select private.has_role('data_officer')));
create policy "desk staff read the chain" on app.event_chain for select to authenticated using ((select private.is_desk()) or (select private.has_role('data_officer')));
create policy "staff read the chain's end" on app.event_head for select to authenticated using ((select private.is_staff()));
