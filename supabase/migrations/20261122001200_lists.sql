-- The list of cases: one filter for list, map and export; search that does not grow with history; saved views; exports that are written down.

---- Indexes for the orders a list is read in. What was one column becomes that column in the order of the list, so that the next page is the next rows. ----
create index cases_newest on app.cases (filed_at, id);
drop index app.cases_filed;
create index cases_street_newest on app.cases (street_id, filed_at, id);
drop index app.cases_street;
create index cases_area_newest on app.cases (area_id, filed_at, id);
drop index app.cases_area;
create index cases_category_newest on app.cases (category, filed_at, id);
drop index app.cases_category;
create index cases_unit_newest on app.cases (unit_id, filed_at, id);
create index cases_closed on app.cases (closed_at) where closed_at is not null;
-- What is open is few beside what was ever filed; by urgency it is read from here alone.
create index cases_open_urgent on app.cases (coalesce(due_at, 'infinity'::timestamptz), id) where status not in ('closed', 'voided');
create index cases_open_unit_urgent on app.cases (unit_id, coalesce(due_at, 'infinity'::timestamptz), id) where status not in ('closed', 'voided');
create index cases_returned on app.cases (filed_at, id) where returned_count > 0;
create index cases_flagged on app.cases (filed_at, id) where is_flagged;
create index cases_recurring on app.cases (filed_at, id) where recurrence_of is not null;
create index cases_without_proof on app.cases (filed_at, id) where status = 'closed' and proof is null;
-- Numbers as people type them: from the front, from the back, or the last four digits with the newest first.
create index cases_number_front on app.cases (number collate "C");
create index cases_number_back on app.cases (reverse(number) collate "C");
create index cases_number_tail on app.cases (right(number, 4) collate "C", filed_at desc);

---- Search in what was written ----
-- Pairs of neighbouring signs, which suit Chinese as well as English, each joined with the month it was written in. A search walks the months
-- backwards and stops when it has enough: what a common word costs is a month's reports, however long the history is.
create table app.search_texts (
	id bigint generated always as identity primary key,
	report_id uuid references app.reports (id),
	case_id uuid references app.cases (id),
	note_id uuid unique references app.notes (id) on delete cascade,
	written_at timestamptz not null,
	pairs bigint[] not null
);
comment on table app.search_texts is 'Pairs of signs by month, of what reporters and the desk wrote: as personal as the text itself, and read by nobody who signs in.';
create unique index search_texts_report on app.search_texts (report_id) where note_id is null;
create index search_texts_subject on app.search_texts (report_id);
create index search_texts_case on app.search_texts (case_id);
create index search_texts_written on app.search_texts (written_at);
create index search_texts_pairs on app.search_texts using gin (pairs) with (gin_pending_list_limit = 512);
alter table app.search_texts enable row level security;
grant select on app.search_texts to service_role;

-- Text as it is compared, but for small letters: full-width signs plain, runs of space as one.
create function private.plain_words(body text)
returns text language sql immutable set search_path = '' as $$
	select btrim(regexp_replace(normalize(body, nfkc), '\s+', ' ', 'g'));
$$;

create function private.month_number(at timestamptz)
returns bigint language sql immutable set search_path = '' as $$
	select extract(year from at at time zone 'UTC')::bigint * 12 + extract(month from at at time zone 'UTC')::bigint - 1;
$$;

-- A pair is two code points of 21 bits, below the month.
create function private.pairs_of(body text, month bigint)
returns bigint[] language sql immutable set search_path = '' as $$
	select coalesce(array_agg(distinct (month << 42) | (ascii(s.sign)::bigint << 21) | ascii(s.following)), '{}')
	from (select x.sign, lead(x.sign) over (order by x.n) as following
		from unnest(string_to_array(lower(private.plain_words(body)), null)) with ordinality x (sign, n)) s
	where s.following is not null and s.sign <> ' ' and s.following <> ' ';
$$;

-- Definer: keeps the pairs beside what was written, whoever wrote it; an erased text loses them.
create function private.keep_report_pairs()
returns trigger language plpgsql security definer set search_path = '' as $$
begin
	if tg_op = 'UPDATE' then
		update app.search_texts t set pairs = private.pairs_of(new.description, private.month_number(t.written_at)) where t.report_id = new.id and t.note_id is null;
		if found then return null; end if;
	end if;
	if char_length(new.description) > 1 then
		insert into app.search_texts (report_id, written_at, pairs)
		values (new.id, new.recorded_at, private.pairs_of(new.description, private.month_number(new.recorded_at)));
	end if;
	return null;
end $$;
create trigger reports_pairs after insert or update of description on app.reports for each row execute function private.keep_report_pairs();

create function private.keep_note_pairs()
returns trigger language plpgsql security definer set search_path = '' as $$
begin
	if tg_table_name = 'notes' then
		update app.search_texts t set pairs = private.pairs_of(new.body, private.month_number(t.written_at)) where t.note_id = new.id;
		return null;
	end if;
	insert into app.search_texts (report_id, case_id, note_id, written_at, pairs)
	select case when new.case_id is null then new.report_id end, new.case_id, n.id, new.recorded_at, private.pairs_of(n.body, private.month_number(new.recorded_at))
	from app.notes n where n.id = new.note_id and (new.case_id is not null or new.report_id is not null)
	on conflict (note_id) do nothing;
	return null;
end $$;
comment on function private.keep_note_pairs() is 'Definer: keeps the pairs beside a note, whoever wrote it; the event says whose it is.';
create trigger notes_pairs after update of body on app.notes for each row execute function private.keep_note_pairs();
create trigger event_log_note_pairs after insert on app.event_log for each row when (new.note_id is not null) execute function private.keep_note_pairs();

insert into app.search_texts (report_id, written_at, pairs)
	select r.id, r.recorded_at, private.pairs_of(r.description, private.month_number(r.recorded_at)) from app.reports r where char_length(r.description) > 1;
insert into app.search_texts (report_id, case_id, note_id, written_at, pairs)
	select case when e.case_id is null then e.report_id end, e.case_id, n.id, e.recorded_at, private.pairs_of(n.body, private.month_number(e.recorded_at))
	from app.event_log e join app.notes n on n.id = e.note_id
	where (e.case_id is not null or e.report_id is not null) and exists (select from app.cases c where c.id = e.case_id union all select from app.reports r where r.id = e.report_id)
	on conflict (note_id) do nothing;

-- Definer: reads what reporters and the desk wrote, for the desk alone. The newest first; at most `most`, from at most 40 years.
-- A piece of the text around what was found comes along.
create function private.search_text(query text, most int)
returns table (report_id uuid, case_id uuid, written_at timestamptz, piece text)
language plpgsql stable security definer set search_path = '' set enable_seqscan = off as $$
declare
	wanted text := lower(private.plain_words(left(query, 80)));
	month bigint;
	oldest bigint;
	n int := 0;
	hit record;
	wanted_pairs bigint[];
begin
	if not private.is_desk() or coalesce(array_length(private.pairs_of(wanted, 0), 1), 0) = 0 then return; end if;
	select private.month_number(min(t.written_at)), private.month_number(max(t.written_at)) into oldest, month from app.search_texts t;
	oldest := greatest(oldest, month - 480);
	while month >= oldest and n < most loop
		-- Once a month, and not for every row that is looked at.
		wanted_pairs := private.pairs_of(wanted, month);
		for hit in
			select f.* from (
				select t.report_id, coalesce(t.case_id, r.case_id) as case_id, t.written_at, private.plain_words(coalesce(b.body, r.description)) as body
				from app.search_texts t left join app.reports r on r.id = t.report_id left join app.notes b on b.id = t.note_id
				where t.pairs operator(pg_catalog.@>) wanted_pairs
				) f where position(wanted in lower(f.body)) > 0 order by f.written_at desc
		loop
			report_id := hit.report_id; case_id := hit.case_id; written_at := hit.written_at;
			piece := substr(hit.body, greatest(position(wanted in lower(hit.body)) - 16, 1), 48 + char_length(wanted));
			return next;
			n := n + 1;
			exit when n >= most;
		end loop;
		month := month - 1;
	end loop;
end $$;

---- Who sees which cases, once per call instead of once per row ----
create function private.my_case_scope()
returns table (sees_all boolean, units bigint[], areas bigint[]) language sql stable set search_path = '' as $$
	select coalesce(bool_or(r.role in ('registrar', 'dispatcher', 'closer', 'office') or (r.role = 'inspector' and r.area_id is null)), false),
		array(select private.my_units()), coalesce(array_agg(r.area_id) filter (where r.role = 'inspector' and r.area_id is not null), '{}')
	from private.my_roles() r;
$$;

-- Definer: numbers are found by indexes that row level security cannot use. Asks itself what the caller may see.
-- From the front (E0551…), or from the back by four digits or more; the newest first.
create function private.cases_numbered(query text, most int)
returns setof uuid language plpgsql stable security definer set search_path = '' as $$
declare
	wanted text := upper(regexp_replace(normalize(left(query, 40), nfkc), '\s', '', 'g'));
	backwards text := reverse(wanted);
	scope record;
begin
	select * into scope from private.my_case_scope();
	if wanted ~ '^E[0-9A-Z]{1,30}$' then
		return query select c.id from app.cases c
			where c.number collate "C" >= wanted and c.number collate "C" < wanted || '~'
				and (scope.sees_all or c.unit_id = any (scope.units) or c.area_id = any (scope.areas))
			order by c.number collate "C" desc limit most;
	elsif wanted ~ '^[0-9]{4}$' then
		return query select c.id from app.cases c
			where right(c.number, 4) collate "C" = wanted and (scope.sees_all or c.unit_id = any (scope.units) or c.area_id = any (scope.areas))
			order by c.filed_at desc limit most;
	elsif wanted ~ '^[0-9]{5,30}$' then
		return query select c.id from app.cases c
			where reverse(c.number) collate "C" >= backwards and reverse(c.number) collate "C" < backwards || '~'
				and (scope.sees_all or c.unit_id = any (scope.units) or c.area_id = any (scope.areas))
			order by c.filed_at desc limit most;
	end if;
end $$;

---- Rows of cases, a page at a time ----
-- The light is private.light_of, written out where thousands of rows are read at once: with the clock asked once, and no call a row.
-- Definer: how many reports each case gathered, for those who may not read the reports themselves.
create function private.reports_in_cases(ids uuid[])
returns table (case_id uuid, n bigint) language sql stable security definer set search_path = '' as $$
	select r.case_id, count(*) from app.reports r where r.case_id = any (ids) group by r.case_id;
$$;

create function private.case_rows(ids uuid[])
returns table (id uuid, listed jsonb) language plpgsql stable set search_path = '' as $$
#variable_conflict use_column
declare
	at timestamptz := private.clock();
begin
	-- In PL/pgSQL, whose plan is kept: to plan it took longer than to read one case's row.
	return query with heard as materialized (select h.case_id, h.n from private.reports_in_cases(ids) h)
	select c.id, jsonb_build_object('id', c.id, 'number', c.number, 'status', c.status, 'status_name', t.name, 'status_name_en', t.name_en, 'version', c.version, 'source', c.source,
		'category', c.category, 'category_name', k.name, 'category_name_en', k.name_en, 'street_id', c.street_id, 'street', s.name, 'street_en', s.name_en,
		'area_id', c.area_id, 'area', v.name, 'area_en', v.name_en, 'unit_id', c.unit_id, 'unit', u.name, 'unit_en', u.name_en,
		'lng', extensions.st_x(c.geom), 'lat', extensions.st_y(c.geom), 'accuracy_m', c.accuracy_m, 'segment_distance_m', round(c.segment_distance_m::numeric, 1),
		'filed_at', c.filed_at, 'dispatched_at', c.dispatched_at, 'due_at', c.due_at, 'handling_at', c.handling_at, 'handled_at', c.handled_at)
		|| jsonb_build_object('closed_at', c.closed_at, 'review_at', c.review_at, 'returned_count', c.returned_count, 'disputed_count', c.disputed_count,
		'report_count', coalesce(h.n, 0),
		'closed_without_proof', c.status = 'closed' and c.proof is null, 'confirmed', c.confirmed, 'is_flagged', c.is_flagged, 'recurrence_of', c.recurrence_of,
		'traffic_light', case when c.status in ('closed', 'voided', 'suspended') or c.due_at is null then null when at > c.due_at then 'red'
			when at > coalesce(c.warn_at, c.dispatched_at + (c.due_at - c.dispatched_at) * 0.8) then 'yellow' else 'green' end)
	from app.cases c join app.case_statuses t on t.status = c.status join app.categories k on k.code = c.category
	left join app.streets s on s.id = c.street_id left join app.units u on u.id = c.unit_id
	left join app.area_versions v on v.area_id = c.area_id and v.valid_to is null
	left join heard h on h.case_id = c.id
	where c.id = any (ids);
end $$;

create or replace function private.case_row(case_id uuid)
returns jsonb language sql stable set search_path = '' as $$
	select r.listed from private.case_rows(array[case_row.case_id]) r;
$$;

---- Plans that are kept ----
-- As before, but in PL/pgSQL: planning these anew for every case that is opened or moved took longer than the work itself. A move takes a third of the time.
create or replace function private.areas_at(pin extensions.geometry, accuracy_m float8)
returns table (area_id bigint, kind text, unit_id bigint, holds boolean, border_m float8)
language plpgsql stable set search_path = '' as $$
#variable_conflict use_column
begin
	return query select v.area_id, a.kind, a.unit_id, extensions.st_intersects(v.geom, pin),
		private.metres(extensions.st_boundary(v.geom), pin)
	from app.area_versions v join app.areas a on a.id = v.area_id
	where v.valid_to is null
		and v.geom operator(extensions.&&) private.box_around(pin, least(greatest(coalesce(accuracy_m, 0), 1), 200))
		and (extensions.st_intersects(v.geom, pin)
			or (a.kind = 'duty_grid' and private.metres(v.geom, pin) <= least(coalesce(accuracy_m, 0), 200)));
end $$;

create or replace function private.rules_of(rule_set uuid, revision int)
returns table ("position" int, id uuid, category text, area_id bigint, area_unit bigint, weekdays int[], starts time, ends time, hours text, choice text, unit_id bigint, built_in text)
language plpgsql stable set search_path = '' as $$
#variable_conflict use_column
begin
	return query select r.position, r.id, r.category, r.area_id, a.unit_id, r.weekdays, r.starts, r.ends, r.hours, r.choice, r.unit_id, null
	from app.dispatch_rules r left join app.areas a on a.id = r.area_id where r.rule_set = rules_of.rule_set and r.revision = rules_of.revision
	union all
	select n.last + b.n, null, null, null, null, null, null, null, null, b.choice, null, b.built_in
	from (select coalesce(max(r.position), 0) as last from app.dispatch_rules r where r.rule_set = rules_of.rule_set and r.revision = rules_of.revision) n,
		(values (1, 'area', 'duty_area'), (2, 'category', 'category_default')) b (n, choice, built_in);
end $$;

-- Definer: as before.
create or replace function private.timeline(report_id uuid, case_id uuid)
returns jsonb language plpgsql stable security definer set search_path = '' as $$
begin
	return (select coalesce(jsonb_agg(jsonb_build_object('position', h.position, 'kind', e.kind, 'at', e.recorded_at, 'occurred_at', e.occurred_at,
		'actor', case when e.kind in ('report.received', 'report.evidence') then null when private.is_desk() or e.actor = (select auth.uid()) then s.name end,
		'role', e.actor_role, 'before', e.before, 'after', case when e.kind like '%.evidence' then jsonb_build_object('evidence_role', e.after -> 'evidence_role') else e.after end,
		'reason_code', e.reason_code, 'reason', x.name, 'reason_en', x.name_en,
		-- What the desk wrote about a report is for those who decide about it, not for its reporter.
		-- Why a flag was kept or cleared is the desk's, as on the case's own page.
		'note', case when e.kind in ('flag.kept', 'case.flag_cleared') and not private.is_desk() then null
			when timeline.report_id is null or private.has_role('registrar', 'dispatcher', 'closer', 'office', 'inspector') then n.body end) order by h.position nulls last), '[]')
	from app.event_log e left join app.event_chain h on h.event_id = e.id
	left join app.staff s on s.id = e.actor left join app.notes n on n.id = e.note_id
	left join lateral (select y.name, y.name_en from app.reasons y where y.code = e.reason_code limit 1) x on true
	where (timeline.report_id is not null and e.report_id = timeline.report_id and (select private.sees_report(timeline.report_id)))
		or (timeline.case_id is not null and e.case_id = timeline.case_id and e.report_id is null
			and (select private.sees_case(c.unit_id, c.area_id, c.status) from app.cases c where c.id = timeline.case_id)));
end $$;

-- As before, but one pile is read by its index: with the pile unknown to the plan, every report there ever was was looked at.
create or replace function api.inbox(status text default 'received', max_rows int default 100, after_number bigint default null)
returns jsonb language plpgsql stable set search_path = '' as $$
declare
	longest int := least(greatest(coalesce(max_rows, 100), 1), 500);
	before bigint := coalesce(after_number, 9223372036854775807);
begin
	if inbox.status is null then
		return jsonb_build_object('total', (select count(*) from app.reports), 'reports', (select coalesce(jsonb_agg(private.report_row(r.id) order by r.number desc), '[]')
			from (select x.id, x.number from app.reports x where x.number < before order by x.number desc limit longest) r));
	end if;
	return jsonb_build_object('total', (select count(*) from app.reports r where r.status = inbox.status), 'reports', (select coalesce(jsonb_agg(private.report_row(r.id) order by r.number desc), '[]')
		from (select x.id, x.number from app.reports x where x.status = inbox.status and x.number < before order by x.number desc limit longest) r));
end $$;

-- Definer: as before, with its plan kept.
create or replace function private.lease_of(report_id uuid)
returns jsonb language plpgsql stable security definer set search_path = '' as $$
begin
	return (select jsonb_build_object('report_id', l.report_id, 'is_mine', l.staff_id = (select auth.uid()), 'since', l.taken_at, 'until', l.until,
			'by', case when private.is_desk() or l.staff_id = (select auth.uid()) then s.name end)
		from app.report_leases l join app.staff s on s.id = l.staff_id
		where l.report_id = lease_of.report_id and l.until > private.clock() and private.sees_report(l.report_id));
end $$;

-- What a filter asks of `app.cases c`, as SQL whose every value is a quoted literal: planned anew each time, with the values known, so that the
-- indexes of what is open, or of one unit's, are seen to fit. Row level security judges the rows besides.
-- filter: {status: [..] | ["all"], unit, category, area: ids and codes, street: a name or part of one, source, light, overdue, returned, flagged, recurring: true,
-- proof: with | without, filed_from, filed_to, closed_from, closed_to, due_from, due_to: days of the city, both counted in, text}.
create function private.case_conditions(filter jsonb)
returns text language plpgsql stable set search_path = '' as $$
declare
	told text[] := array[]::text[];
	scope record;
	states text[];
	codes text[];
	ids bigint[];
	at timestamptz := private.clock();
	period text;
	word text;
	found_cases uuid[];
begin
	select * into scope from private.my_case_scope();
	-- Nothing that the policy would not say: it only lets an index be used that an "or" hides.
	if not scope.sees_all and cardinality(scope.areas) = 0 then
		told := told || case when cardinality(scope.units) = 1 then format('c.unit_id = %s', scope.units[1]) else format('c.unit_id = any (%L)', scope.units) end;
	end if;
	begin
		states := array(select jsonb_array_elements_text(coalesce(filter -> 'status', '[]')));
		if cardinality(states) = 0 then
			told := told || 'c.status not in (''closed'', ''voided'')'::text;
		elsif states <> '{all}' then
			if exists (select from unnest(states) x (status) where not exists (select from app.case_statuses s where s.status = x.status)) then raise exception 'status'; end if;
			told := told || case when cardinality(states) = 1 then format('c.status = %L', states[1]) else format('c.status = any (%L)', states) end;
			if not states && '{closed,voided}' then told := told || 'c.status not in (''closed'', ''voided'')'::text; end if;
		end if;
		if filter ? 'unit' then
			ids := array(with recursive below as (select (filter ->> 'unit')::bigint as id union select u.id from app.units u join below b on u.parent_id = b.id) select b.id from below b);
			told := told || case when cardinality(ids) = 1 then format('c.unit_id = %s', ids[1]) else format('c.unit_id = any (%L)', ids) end;
		end if;
		if filter ? 'category' then
			codes := array(select k.code from app.categories k where k.parent = filter ->> 'category' or (k.code = filter ->> 'category' and k.parent is not null));
			-- A class that holds every category asks nothing.
			if cardinality(codes) = 1 then told := told || format('c.category = %L', codes[1]);
			elsif exists (select from app.categories k where k.parent is not null and not k.code = any (codes)) then told := told || format('c.category = any (%L)', codes); end if;
		end if;
		if filter ? 'area' then told := told || format('c.area_id = %s', (filter ->> 'area')::bigint); end if;
		if filter ? 'street' then
			word := lower(btrim(left(filter ->> 'street', 80)));
			ids := array(select s.id from app.streets s where lower(s.name) = word or lower(s.name_en) = word);
			-- Part of a name will do when no street is called just that.
			if cardinality(ids) = 0 then
				ids := array(select s.id from app.streets s where position(word in lower(s.name)) > 0 or position(word in lower(coalesce(s.name_en, ''))) > 0 limit 500);
			end if;
			told := told || case when cardinality(ids) = 1 then format('c.street_id = %s', ids[1]) else format('c.street_id = any (%L)', ids) end;
		end if;
		if filter ? 'source' then told := told || format('c.source = %L', filter ->> 'source'); end if;
		if filter ? 'light' then
			told := told || 'c.status not in (''closed'', ''voided'') and c.status <> ''suspended'''::text || case filter ->> 'light'
				when 'red' then format('c.due_at < %L', at)
				when 'yellow' then format('c.due_at >= %L and coalesce(c.warn_at, c.dispatched_at + (c.due_at - c.dispatched_at) * 0.8) < %1$L', at)
				when 'green' then format('c.due_at >= %L and coalesce(c.warn_at, c.dispatched_at + (c.due_at - c.dispatched_at) * 0.8) >= %1$L', at)
				else 'false' end;
		end if;
		if (filter -> 'overdue')::boolean then told := told || format('c.status not in (''closed'', ''voided'') and c.due_at < %L', at); end if;
		if (filter -> 'returned')::boolean then told := told || 'c.returned_count > 0'::text; end if;
		if (filter -> 'flagged')::boolean then told := told || 'c.is_flagged'::text; end if;
		if (filter -> 'recurring')::boolean then told := told || 'c.recurrence_of is not null'::text; end if;
		if filter ? 'proof' then told := told || format('c.status = ''closed'' and c.proof is %s null', case filter ->> 'proof' when 'without' then '' else 'not' end); end if;
		foreach period in array array['filed', 'closed', 'due'] loop
			if filter ? (period || '_from') then told := told || format('c.%s_at >= %L', period, private.day_start((filter ->> (period || '_from'))::date)); end if;
			if filter ? (period || '_to') then told := told || format('c.%s_at < %L', period, private.day_start((filter ->> (period || '_to'))::date + 1)); end if;
		end loop;
		if coalesce(btrim(filter ->> 'text'), '') <> '' then
			word := lower(btrim(left(filter ->> 'text', 80)));
			ids := array(select s.id from app.streets s where position(word in lower(s.name)) > 0 or position(word in lower(coalesce(s.name_en, ''))) > 0 limit 500);
			found_cases := array(select private.cases_numbered(word, 1000) union select h.case_id from private.search_text(word, 1000) h where h.case_id is not null);
			-- Asked for apart where it can be: an "or" of the two lets no index of either give the order. What was found lies in the newest months: from the
			-- oldest side a plan would walk all the years before.
			told := told || case when cardinality(ids) = 0 then format('c.id = any (%L)', found_cases)
					|| coalesce((select format(' and c.filed_at >= %L', min(x.filed_at)) from app.cases x where x.id = any (found_cases) having count(*) > 0), '')
				when cardinality(found_cases) = 0 then format('c.street_id = any (%L)', ids)
				else format('(c.street_id = any (%L) or c.id = any (%L))', ids, found_cases) end;
		end if;
	exception when others then
		perform private.problem(422, 'bad_filter');
	end;
	return coalesce(nullif(array_to_string(told, ' and '), ''), 'true');
end $$;

-- One page of the list by its filter: the cases in their order, where the next page begins, and how many there are, counted no further than 1001.
-- sort: urgent (open ones by their limit, those without one last), newest or oldest (filed). after: what the page before gave as `next`.
create function private.case_page(filter jsonb, sort text, after text, max_rows int, counts boolean)
returns table (ids uuid[], next text, total int) language plpgsql stable set search_path = '' as $$
declare
	conditions text := private.case_conditions(filter);
	key text := case sort when 'urgent' then 'coalesce(c.due_at, ''infinity''::timestamptz)' else 'c.filed_at' end;
	forwards boolean := sort <> 'newest';
	direction text := case when forwards then 'asc' else 'desc' end;
	beginning text := '';
begin
	if sort not in ('urgent', 'newest', 'oldest') then perform private.problem(422, 'bad_filter'); end if;
	if sort = 'urgent' then conditions := conditions || ' and c.status not in (''closed'', ''voided'')'; end if;
	if after is not null then
		begin
			beginning := format(' and (%s, c.id) %s (%L::timestamptz, %L::uuid)', key, case when forwards then '>' else '<' end,
				split_part(after, '_', 1)::timestamptz, split_part(after, '_', 2)::uuid);
		exception when others then
			perform private.problem(422, 'bad_filter');
		end;
	end if;
	execute format('select coalesce(array_agg(h.id order by h.key %1$s, h.id %1$s), ''{}''), case when count(*) = %2$s then
			(array_agg(case when h.key = ''infinity'' then ''infinity'' else private.utc(h.key) end || ''_'' || h.id order by h.key %1$s, h.id %1$s))[%2$s] end
		from (select c.id, %3$s as key from app.cases c where %4$s%5$s order by %3$s %1$s, c.id %1$s limit %2$s) h',
		direction, max_rows, key, conditions, beginning) into ids, next;
	if counts then
		if after is null and next is null then total := cardinality(ids);
		else execute format('select count(*) from (select 1 from app.cases c where %s limit 1001) h', conditions) into total;
		end if;
	end if;
	return next;
end $$;

create function api.case_list(filter jsonb default '{}', sort text default 'newest', after text default null, max_rows int default 100)
returns jsonb language plpgsql stable set search_path = '' as $$
declare
	page record;
	asked text;
	emptied text[] := array[]::text[];
begin
	select * into page from private.case_page(coalesce(filter, '{}'), coalesce(sort, 'newest'), after, least(greatest(coalesce(max_rows, 100), 1), 500), true);
	if page.total = 0 then
		-- Which one of the filters, taken away, would show something again.
		for asked in select k from jsonb_object_keys(coalesce(filter, '{}')) k order by k limit 12 loop
			if exists (select from private.case_page(case asked when 'status' then filter || '{"status": ["all"]}' else filter - asked end, coalesce(sort, 'newest'), null, 1, false) p where cardinality(p.ids) > 0) then
				emptied := emptied || asked;
			end if;
		end loop;
		if not coalesce(filter, '{}') ? 'status' and exists (select from private.case_page(coalesce(filter, '{}') || '{"status": ["all"]}', 'newest', null, 1, false) p where cardinality(p.ids) > 0) then
			emptied := emptied || 'status'::text;
		end if;
	end if;
	return jsonb_build_object('total', least(page.total, 1000), 'is_more', page.total > 1000, 'next', page.next, 'emptied_by', to_jsonb(emptied),
		'cases', (select coalesce(jsonb_agg(r.listed order by array_position(page.ids, r.id)), '[]') from private.case_rows(page.ids) r));
end $$;

-- The same list as dots on a map: the first of it in its own order. [id, lng, lat, state, light]
create function api.case_points(filter jsonb default '{}', sort text default 'newest', max_rows int default 2000)
returns jsonb language plpgsql stable set search_path = '' as $$
declare
	page record;
	at timestamptz := private.clock();
begin
	select * into page from private.case_page(coalesce(filter, '{}'), coalesce(sort, 'newest'), null, least(greatest(coalesce(max_rows, 2000), 1), 5000), false);
	return jsonb_build_object('is_more', page.next is not null, 'points', (select coalesce(jsonb_agg(jsonb_build_array(c.id,
			round(extensions.st_x(c.geom)::numeric, 6), round(extensions.st_y(c.geom)::numeric, 6), c.status,
			case when c.status in ('closed', 'voided', 'suspended') or c.due_at is null then null when at > c.due_at then 'red'
				when at > coalesce(c.warn_at, c.dispatched_at + (c.due_at - c.dispatched_at) * 0.8) then 'yellow' else 'green' end)), '[]')
		from app.cases c where c.id = any (page.ids)));
end $$;

-- What the list's filter offers: units, and the duty areas by name.
create function api.case_choices()
returns jsonb language sql stable set search_path = '' as $$
	select jsonb_build_object(
		'units', (select coalesce(jsonb_agg(jsonb_build_object('id', u.id, 'name', u.name, 'name_en', u.name_en, 'parent_id', u.parent_id) order by u.id), '[]') from app.units u),
		'areas', (select coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'name', v.name, 'name_en', v.name_en) order by v.name, a.id), '[]')
			from app.areas a join app.area_versions v on v.area_id = a.id and v.valid_to is null where a.kind = 'duty_grid'));
$$;

-- As before, on the same engine: a total is counted no further than 1001.
create or replace function api.cases(status text[] default null, max_rows int default 100, after_filed timestamptz default null, only_overdue boolean default false, query text default null)
returns jsonb language plpgsql stable set search_path = '' as $$
declare
	page record;
	filter jsonb := jsonb_strip_nulls(jsonb_build_object('status', coalesce(to_jsonb(cases.status), '["all"]'), 'overdue', nullif(only_overdue, false), 'text', nullif(btrim(query), '')));
begin
	select * into page from private.case_page(filter, 'newest', case when after_filed is not null then private.utc(after_filed) || '_00000000-0000-0000-0000-000000000000' end,
		least(greatest(coalesce(max_rows, 100), 1), 500), true);
	return jsonb_build_object('total', page.total,
		'cases', (select coalesce(jsonb_agg(r.listed order by array_position(page.ids, r.id)), '[]') from private.case_rows(page.ids) r));
end $$;

---- Search everywhere ----
-- Streets and places by a piece of their name for everyone; for staff cases and reports by number, for the desk also by what was written.
-- A plate is looked for with api.find_vehicle, which writes down who did.
create or replace function api.search(query text, max_rows int default 8)
returns jsonb language plpgsql stable set search_path = '' as $$
declare
	wanted text := lower(btrim(left(coalesce(query, ''), 80)));
	most int := least(greatest(coalesce(max_rows, 8), 1), 50);
	found jsonb := '{"cases": []}'::jsonb;
	ids uuid[];
	texts jsonb := '[]'::jsonb;
	report_number bigint := case when wanted ~ '^#?[0-9]{1,15}$' then ltrim(wanted, '#')::bigint end;
begin
	if wanted <> '' and (select auth.uid()) is not null then
		ids := array(select private.cases_numbered(wanted, most));
		texts := (select coalesce(jsonb_agg(to_jsonb(h)), '[]') from private.search_text(wanted, most) h);
		found := jsonb_build_object(
			'cases', (select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'number', c.number, 'status', c.status, 'street', s.name, 'street_en', s.name_en,
					'piece', x.piece) order by x.n), '[]')
				from (select distinct on (y.id) y.id, y.piece, y.n from (
						select i.id, null as piece, i.n from unnest(ids) with ordinality i (id, n)
						union all select (t.value ->> 'case_id')::uuid, t.value ->> 'piece', 1000 + t.n from jsonb_array_elements(texts) with ordinality t (value, n) where t.value ->> 'case_id' is not null) y
					order by y.id, y.n) x
				join app.cases c on c.id = x.id left join app.streets s on s.id = c.street_id),
			'reports', (select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'number', r.number, 'status', r.status, 'street', s.name, 'street_en', s.name_en, 'piece', x.piece) order by x.n), '[]')
				from (select q.id, null as piece, 0 as n from app.reports q where q.number = report_number
					union all select (t.value ->> 'report_id')::uuid, t.value ->> 'piece', t.n from jsonb_array_elements(texts) with ordinality t (value, n) where t.value ->> 'case_id' is null) x
				join app.reports r on r.id = x.id left join app.streets s on s.id = r.street_id));
	end if;
	return jsonb_build_object(
		'streets', api.search_streets(wanted, most) -> 'streets',
		'places', (select coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'name', p.name, 'name_en', p.name_en, 'kind', p.place_kind,
				'point', private.lng_lat(extensions.st_pointonsurface(p.geom))) order by p.rank, length(p.name), p.id), '[]')
			from (select b.* from app.base_features b where wanted <> '' and b.kind = 'place'
				and (position(wanted in lower(b.name)) > 0 or position(wanted in lower(coalesce(b.name_en, ''))) > 0)
				order by b.rank, length(b.name), b.id limit most) p)) || found;
end $$;

---- Saved views ----
create table app.saved_views (
	id uuid primary key default gen_random_uuid(),
	owner uuid not null references app.staff (id),
	name text not null check (private.is_plain_text(name, 40) and btrim(name) <> ''),
	list text not null check (list in ('cases', 'inbox')),
	-- The list's own address, in the one order it is always written in.
	query text not null check (private.is_plain_text(query, 600)),
	shared_with text references app.roles (role),
	created_at timestamptz not null default private.clock(),
	unique (owner, name)
);
comment on table app.saved_views is 'A filter somebody goes back to, by name; shared with a role if its owner says so. A bookmark: its owner may throw it away.';
create index saved_views_shared on app.saved_views (shared_with) where shared_with is not null;
create table app.view_tabs (
	staff_id uuid not null references app.staff (id),
	view_id uuid not null references app.saved_views (id) on delete cascade,
	is_default boolean not null default false,
	pinned_at timestamptz not null default private.clock(),
	primary key (staff_id, view_id)
);
comment on table app.view_tabs is 'Saved views that a person keeps as tabs at the desk; one of them may be what the desk opens with.';
create index view_tabs_view on app.view_tabs (view_id);
create unique index view_tabs_default on app.view_tabs (staff_id) where is_default;
alter table app.saved_views enable row level security;
alter table app.view_tabs enable row level security;
grant select on app.saved_views, app.view_tabs to authenticated, service_role;
create policy "people read their own views and those shared with their roles" on app.saved_views for select to authenticated
	using ((owner = (select auth.uid()) and (select private.is_staff())) or shared_with in (select r.role from private.my_roles() r));
create policy "people read their own tabs" on app.view_tabs for select to authenticated using (staff_id = (select auth.uid()) and (select private.is_staff()));

create function api.saved_views()
returns jsonb language sql stable set search_path = '' as $$
	select jsonb_build_object('views', coalesce(jsonb_agg(jsonb_build_object('id', v.id, 'name', v.name, 'list', v.list, 'query', v.query, 'shared_with', v.shared_with,
		'is_mine', v.owner = (select auth.uid()), 'is_tab', t.view_id is not null, 'is_default', coalesce(t.is_default, false)) order by t.pinned_at nulls last, v.name, v.id), '[]'))
	from app.saved_views v left join app.view_tabs t on t.view_id = v.id;
$$;

-- Definer: writes the caller's own view, or changes one. view: {id, name, list, query, shared_with}
create function private.save_view(view jsonb)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	me uuid := (select auth.uid());
	kept uuid;
begin
	if me is null or not private.is_staff() then perform private.problem(403, 'role_needed'); end if;
	if not coalesce(private.is_plain_text(view ->> 'name', 40) and btrim(view ->> 'name') <> '', false) then perform private.problem(422, 'bad_view_name', '{"field": "name"}'); end if;
	if not coalesce(view ->> 'list' in ('cases', 'inbox') and private.is_plain_text(view ->> 'query', 600), false) then perform private.problem(422, 'bad_filter'); end if;
	if view ->> 'shared_with' is not null and not private.has_role(view ->> 'shared_with') then perform private.problem(422, 'share_with_own_role', '{"field": "shared_with"}'); end if;
	if exists (select from app.saved_views v where v.owner = me and v.name = btrim(view ->> 'name') and v.id is distinct from (view ->> 'id')::uuid) then
		perform private.problem(409, 'view_name_taken', '{"field": "name"}');
	end if;
	if view ->> 'id' is null then
		if (select count(*) from app.saved_views v where v.owner = me) >= 50 then perform private.problem(409, 'too_many_views', '{"most": 50}'); end if;
		insert into app.saved_views (owner, name, list, query, shared_with)
		values (me, btrim(view ->> 'name'), view ->> 'list', view ->> 'query', view ->> 'shared_with') returning id into kept;
	else
		update app.saved_views v set name = btrim(view ->> 'name'), list = view ->> 'list', query = view ->> 'query', shared_with = view ->> 'shared_with'
		where v.id = (view ->> 'id')::uuid and v.owner = me returning v.id into kept;
		if kept is null then perform private.problem(404, 'not_found'); end if;
	end if;
	return jsonb_build_object('id', kept);
end $$;

-- Definer: throws the caller's own view away, and the tabs that show it.
create function private.remove_view(view_id uuid)
returns jsonb language plpgsql security definer set search_path = '' as $$
begin
	if not private.is_staff() then perform private.problem(403, 'role_needed'); end if;
	delete from app.saved_views v where v.id = remove_view.view_id and v.owner = (select auth.uid());
	if not found then perform private.problem(404, 'not_found'); end if;
	return jsonb_build_object('id', view_id);
end $$;

-- Definer: writes the caller's own tabs, of views they may read.
create function private.keep_tab(view_id uuid, is_tab boolean, is_default boolean)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	me uuid := (select auth.uid());
begin
	if not private.is_staff() then perform private.problem(403, 'role_needed'); end if;
	if not exists (select from app.saved_views v where v.id = keep_tab.view_id and (v.owner = me or v.shared_with in (select r.role from private.my_roles() r))) then
		perform private.problem(404, 'not_found');
	end if;
	if not coalesce(keep_tab.is_tab, true) then
		delete from app.view_tabs t where t.staff_id = me and t.view_id = keep_tab.view_id;
	else
		if keep_tab.is_default then update app.view_tabs t set is_default = false where t.staff_id = me and t.is_default; end if;
		insert into app.view_tabs (staff_id, view_id, is_default) values (me, keep_tab.view_id, coalesce(keep_tab.is_default, false))
		on conflict on constraint view_tabs_pkey do update set is_default = excluded.is_default;
	end if;
	return jsonb_build_object('id', view_id);
end $$;

create function api.save_view(view jsonb)
returns jsonb language sql set search_path = '' as $$ select private.save_view(view); $$;
create function api.remove_view(view_id uuid)
returns jsonb language sql set search_path = '' as $$ select private.remove_view(view_id); $$;
create function api.keep_tab(view_id uuid, is_tab boolean default true, is_default boolean default false)
returns jsonb language sql set search_path = '' as $$ select private.keep_tab(view_id, is_tab, is_default); $$;

---- Exports of the list ----
create table app.list_exports (
	id uuid primary key default gen_random_uuid(),
	staff_id uuid not null references app.staff (id),
	format text not null check (format in ('csv', 'xlsx')),
	-- Of the filter and the order, not the filter itself: a text searched for may name somebody.
	filter_hash text not null check (filter_hash ~ '^[0-9a-f]{64}$'),
	has_words boolean not null default false,
	purpose text check (private.is_plain_text(purpose, 200)),
	row_count int,
	began_at timestamptz not null default private.clock(),
	ended_at timestamptz,
	check (not has_words or btrim(purpose) <> '')
);
comment on table app.list_exports is 'Who took a list out as a file, when, how many rows, and what for when it holds what people wrote.';
create index list_exports_staff on app.list_exports (staff_id, began_at desc);
create index list_exports_began on app.list_exports (began_at desc);
alter table app.list_exports enable row level security;
grant select on app.list_exports to authenticated, service_role;
create policy "people read their own exports, the data officer everyone's" on app.list_exports for select to authenticated
	using ((staff_id = (select auth.uid()) and (select private.is_staff())) or (select private.has_role('data_officer')));

create function private.filter_hash(filter jsonb, sort text)
returns text language sql immutable set search_path = '' as $$
	select encode(sha256(convert_to(coalesce(filter, '{}')::text || ' ' || coalesce(sort, 'newest'), 'UTF8')), 'hex');
$$;

-- Definer: an export is written down before its first row. What people wrote goes out only for a shift leader or the office, who say what for.
create function private.begin_export(filter jsonb, sort text, format text, with_words boolean, purpose text)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	kept app.list_exports;
begin
	if not private.is_staff() then perform private.problem(403, 'role_needed'); end if;
	if format is null or format not in ('csv', 'xlsx') then perform private.problem(422, 'bad_filter'); end if;
	if coalesce(with_words, false) then
		perform private.need_role('closer', 'office');
		if not coalesce(private.is_plain_text(purpose, 200) and char_length(btrim(purpose)) >= 4, false) then perform private.problem(422, 'purpose_needed', '{"field": "purpose"}'); end if;
	end if;
	insert into app.list_exports (staff_id, format, filter_hash, has_words, purpose)
	values ((select auth.uid()), begin_export.format, private.filter_hash(filter, sort), coalesce(with_words, false), case when with_words then btrim(begin_export.purpose) end)
	returning * into kept;
	return jsonb_build_object('id', kept.id, 'began_at', kept.began_at);
end $$;

-- Definer: the caller's own export that is under way, with the filter it began with.
create function private.open_export(export_id uuid, filter jsonb, sort text)
returns app.list_exports language plpgsql stable security definer set search_path = '' as $$
declare
	e app.list_exports;
begin
	select x.* into e from app.list_exports x where x.id = open_export.export_id and x.staff_id = (select auth.uid()) and x.ended_at is null
		and x.began_at > private.clock() - interval '2 hours' and x.filter_hash = private.filter_hash(filter, sort);
	if e.id is null or not private.is_staff() then perform private.problem(404, 'not_found'); end if;
	return e;
end $$;

-- Definer: what reporters wrote about cases the caller sees, for an export that was begun with a purpose.
create function private.words_of(ids uuid[], export_id uuid)
returns table (case_id uuid, words text) language sql stable security definer set search_path = '' as $$
	select r.case_id, string_agg(r.description, ' / ' order by r.number)
	from app.reports r
	where r.case_id = any (ids) and r.description <> '' and private.is_desk()
		and exists (select from app.list_exports e where e.id = words_of.export_id and e.staff_id = (select auth.uid()) and e.has_words and e.ended_at is null)
	group by r.case_id;
$$;

create function api.begin_export(filter jsonb default '{}', sort text default 'newest', format text default 'csv', with_words boolean default false, purpose text default null)
returns jsonb language sql set search_path = '' as $$ select private.begin_export(filter, sort, format, with_words, purpose); $$;

-- One page of the file, in the list's own order. Fields without a value are absent.
create function api.export_page(export_id uuid, filter jsonb default '{}', sort text default 'newest', after text default null, max_rows int default 2000)
returns jsonb language plpgsql stable set search_path = '' as $$
declare
	e app.list_exports := private.open_export(export_id, filter, sort);
	page record;
	at timestamptz := private.clock();
begin
	select * into page from private.case_page(coalesce(filter, '{}'), coalesce(sort, 'newest'), after, least(greatest(coalesce(max_rows, 2000), 1), 5000), false);
	return jsonb_build_object('next', page.next, 'rows', (
		with heard as materialized (select h.case_id, h.n from private.reports_in_cases(page.ids) h),
		told as materialized (select w.case_id, w.words from private.words_of(page.ids, case when e.has_words then export_page.export_id end) w)
		select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('number', c.number, 'status', c.status, 'category', c.category, 'category_name', k.name, 'category_name_en', k.name_en,
			'source', c.source, 'street', s.name, 'street_en', s.name_en, 'area', v.name, 'area_en', v.name_en, 'unit', u.name, 'unit_en', u.name_en,
			'lng', round(extensions.st_x(c.geom)::numeric, 6), 'lat', round(extensions.st_y(c.geom)::numeric, 6),
			'filed_at', c.filed_at, 'dispatched_at', c.dispatched_at, 'due_at', c.due_at, 'handling_at', c.handling_at, 'handled_at', c.handled_at, 'closed_at', c.closed_at,
			'light', case when c.status in ('closed', 'voided', 'suspended') or c.due_at is null then null when at > c.due_at then 'red'
				when at > coalesce(c.warn_at, c.dispatched_at + (c.due_at - c.dispatched_at) * 0.8) then 'yellow' else 'green' end,
			'returned_count', c.returned_count, 'report_count', coalesce(h.n, 0), 'is_flagged', c.is_flagged, 'is_recurrence', c.recurrence_of is not null,
			'has_proof', case when c.status = 'closed' then c.proof is not null end, 'words', w.words)) order by o.n), '[]')
		from unnest(page.ids) with ordinality o (id, n) join app.cases c on c.id = o.id join app.categories k on k.code = c.category
		left join app.streets s on s.id = c.street_id left join app.units u on u.id = c.unit_id
		left join app.area_versions v on v.area_id = c.area_id and v.valid_to is null
		left join heard h on h.case_id = c.id left join told w on w.case_id = c.id));
end $$;

-- Definer: how many rows went out.
create function private.end_export(export_id uuid, row_count int)
returns jsonb language plpgsql security definer set search_path = '' as $$
begin
	update app.list_exports x set row_count = end_export.row_count, ended_at = private.clock()
	where x.id = end_export.export_id and x.staff_id = (select auth.uid()) and x.ended_at is null and end_export.row_count >= 0;
	if not found then perform private.problem(404, 'not_found'); end if;
	return jsonb_build_object('id', export_id);
end $$;
create function api.end_export(export_id uuid, row_count int)
returns jsonb language sql set search_path = '' as $$ select private.end_export(export_id, row_count); $$;

create function api.list_exports(max_rows int default 200)
returns jsonb language sql stable set search_path = '' as $$
	select jsonb_build_object('exports', coalesce(jsonb_agg(jsonb_build_object('id', x.id, 'person', s.name, 'format', x.format, 'filter_hash', x.filter_hash, 'has_words', x.has_words,
		'purpose', x.purpose, 'row_count', x.row_count, 'began_at', x.began_at, 'ended_at', x.ended_at) order by x.began_at desc), '[]'))
	from (select * from app.list_exports e order by e.began_at desc limit least(greatest(coalesce(max_rows, 200), 1), 1000)) x left join app.staff s on s.id = x.staff_id;
$$;

revoke all on function private.plain_words(text), private.month_number(timestamptz), private.pairs_of(text, bigint), private.keep_report_pairs(), private.keep_note_pairs(),
	private.search_text(text, int), private.my_case_scope(), private.cases_numbered(text, int), private.reports_in_cases(uuid[]), private.case_rows(uuid[]),
	private.case_conditions(jsonb), private.case_page(jsonb, text, text, int, boolean), api.case_list(jsonb, text, text, int), api.case_points(jsonb, text, int), api.case_choices(),
	api.saved_views(), private.save_view(jsonb), private.remove_view(uuid), private.keep_tab(uuid, boolean, boolean), api.save_view(jsonb), api.remove_view(uuid), api.keep_tab(uuid, boolean, boolean),
	private.filter_hash(jsonb, text), private.begin_export(jsonb, text, text, boolean, text), private.open_export(uuid, jsonb, text), private.words_of(uuid[], uuid),
	api.begin_export(jsonb, text, text, boolean, text), api.export_page(uuid, jsonb, text, text, int), private.end_export(uuid, int), api.end_export(uuid, int), api.list_exports(int)
	from public, anon, authenticated, service_role;
grant execute on function private.plain_words(text), private.search_text(text, int), private.my_case_scope(), private.cases_numbered(text, int), private.reports_in_cases(uuid[]), private.case_rows(uuid[]),
	private.case_conditions(jsonb), private.case_page(jsonb, text, text, int, boolean), api.case_list(jsonb, text, text, int), api.case_points(jsonb, text, int), api.case_choices(),
	api.saved_views(), private.save_view(jsonb), private.remove_view(uuid), private.keep_tab(uuid, boolean, boolean), api.save_view(jsonb), api.remove_view(uuid), api.keep_tab(uuid, boolean, boolean),
	private.begin_export(jsonb, text, text, boolean, text), private.open_export(uuid, jsonb, text), private.words_of(uuid[], uuid),
	api.begin_export(jsonb, text, text, boolean, text), api.export_page(uuid, jsonb, text, text, int), private.end_export(uuid, int), api.end_export(uuid, int), api.list_exports(int),
	private.utc(timestamptz), private.day_start(date) to authenticated;
