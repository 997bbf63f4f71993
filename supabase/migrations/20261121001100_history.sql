-- History: last year's cases, brought in by the thousand rows. Set by set: one batch writes its reports, cases, facts, counters
-- and log rows in a few statements each, and ends with one walk along the hash chain.
create table app.imported_rows (
	source_key text not null check (private.is_plain_text(source_key, 80)),
	key text not null check (private.is_plain_text(key, 120)),
	report_id uuid not null references app.reports (id),
	case_id uuid references app.cases (id),
	case_version int,
	content text not null,
	last_import uuid not null references app.imports (id),
	primary key (source_key, key)
);
comment on table app.imported_rows is 'Which row of which source became which report and case, and the state it was brought in with: the same file again changes nothing.';
create index imported_rows_report on app.imported_rows (report_id);
create index imported_rows_case on app.imported_rows (case_id);
create index imported_rows_import on app.imported_rows (last_import);

alter table app.imported_rows enable row level security;
grant select on app.imported_rows to authenticated, service_role;
create policy "administrators and the data officer read what was imported" on app.imported_rows for select to authenticated
	using ((select private.has_role('admin', 'data_officer')));

create type private.history_row as (n int, key text, id uuid, category text, geom extensions.geometry, accuracy_m float8, source text,
	description text, status text, opened_at timestamptz, filed_at timestamptz, dispatched_at timestamptz, due_at timestamptz,
	handling_at timestamptz, handled_at timestamptz, closed_at timestamptz, review_at timestamptz, unit_id bigint, returned_count int,
	disputed_count int, confirmed boolean, is_flagged boolean, merged_into text, photos jsonb, after_photo text, dispatched_by uuid,
	handled_by uuid, verified_by uuid, content text, problem text, was text, case_id uuid, segment_id bigint, street_id bigint,
	segment_distance_m float8, on_street extensions.geometry, area_id bigint, number text);

-- An id that a source's row always gets, so that a row sent twice is one row.
create function private.history_id(what text, source_key text, key text)
returns uuid language sql immutable set search_path = '' as $$
	select md5(what || chr(10) || source_key || chr(10) || key)::uuid;
$$;

-- Reads a batch: every row checked and matched with what is here. problem says why a row is refused; was says what becomes of the others:
-- added, changed, unchanged, or kept (people have worked on the case here since, so the file no longer speaks for it).
create function private.history_rows(source_key text, given jsonb)
returns private.history_row[] language plpgsql stable set search_path = '' as $$
declare
	c app.city := (select x from app.city x);
	moment timestamptz := private.clock();
	-- A little outside the streets' box a row of the past comes in without a street: old records are less exact than new reports.
	margin float8 := greatest(c.snap_limit_m, 1000) / (111320 * cos(radians(coalesce(c.north, 0))));
begin
	return array(
		select row(r.n, r.key, coalesce(r.id, i.report_id, private.history_id('report', history_rows.source_key, r.key)), r.category,
			case when private.is_lng_lat(r.lng, r.lat) then private.point(r.lng, r.lat) end, r.accuracy_m, coalesce(r.source, 'import'),
			coalesce(r.description, ''), r.status, r.opened_at, coalesce(r.filed_at, r.opened_at),
			case when r.status not in ('received', 'declined', 'filed', 'voided') then coalesce(r.dispatched_at, r.filed_at, r.opened_at) else r.dispatched_at end,
			r.due_at, r.handling_at, r.handled_at, case when r.status = 'closed' or coalesce(r.disputed_count, 0) > 0 then r.closed_at end,
			r.review_at, u.id, coalesce(r.returned_count, 0), coalesce(r.disputed_count, 0), r.confirmed, coalesce(r.is_flagged, false), r.merged_into,
			coalesce(r.photos, '[]'), r.after_photo, (r.actors ->> 'dispatched_by')::uuid, (r.actors ->> 'handled_by')::uuid, (r.actors ->> 'verified_by')::uuid,
			r.content,
			case
				when coalesce(r.key, '') = '' or not private.is_plain_text(r.key, 120) then 'key_missing'
				when row_number() over (partition by r.key order by r.n) > 1 then 'duplicate_key'
				when not exists (select from app.categories k where k.code = r.category and k.parent is not null) then 'unknown_category'
				when not coalesce(private.is_lng_lat(r.lng, r.lat), false) then 'bad_coordinates'
				when c.west is null then 'city_not_set_up'
				when not (r.lng between c.west - margin and c.east + margin and r.lat between c.south - margin and c.north + margin) then 'outside_city'
				when r.status is null or r.status not in ('received', 'declined', 'filed', 'dispatched', 'handling', 'handled', 'returned', 'suspended', 'closed', 'voided') then 'unknown_status'
				when coalesce(r.source, 'import') not in ('citizen', 'volunteer', 'inspector', 'hotline', 'import', 'api') then 'unknown_source'
				when not private.is_plain_text(coalesce(r.description, ''), 2000) then 'bad_text'
				when r.opened_at is null or r.opened_at > moment + interval '1 day' or r.opened_at < timestamptz '1970-01-01' then 'bad_time'
				when r.status = 'closed' and r.closed_at is null then 'closing_time_missing'
				when r.closed_at < r.opened_at or r.closed_at > moment + interval '1 day' then 'closed_before_opened'
				when coalesce(r.filed_at, r.opened_at) > r.dispatched_at or r.dispatched_at > r.handling_at or r.handling_at > r.handled_at or r.handled_at > r.closed_at then 'times_out_of_order'
				when coalesce(r.returned_count, 0) not between 0 and 1000 or coalesce(r.disputed_count, 0) not between 0 and 1000 then 'bad_count'
				when r.accuracy_m not between 0 and 10000 then 'bad_accuracy'
				when r.unit is not null and u.id is null then 'unknown_unit'
			end,
			case
				-- The city's own report, read back in: what is here is newer.
				when i.report_id is null and o.id is not null then 'unchanged'
				when i.report_id is null then 'added'
				when i.content = r.content then 'unchanged'
				when (i.case_id is not null and t.version is distinct from i.case_version) or r.merged_into is not null then 'kept'
				when i.case_id is null and o.status <> 'received' then 'kept'
				else 'changed'
			end,
			case when r.status in ('received', 'declined') then null
				when r.merged_into is null then coalesce(i.case_id, private.history_id('case', history_rows.source_key, r.key))
				else coalesce((select m.case_id from app.imported_rows m where m.source_key = history_rows.source_key and m.key = r.merged_into),
					private.history_id('case', history_rows.source_key, r.merged_into)) end,
			null, null, null, null, null, t.number)::private.history_row
		from (
			select x.n::int as n, x.item ->> 'key' as key, (x.item ->> 'id')::uuid as id, x.item ->> 'category' as category, (x.item ->> 'lng')::float8 as lng,
				(x.item ->> 'lat')::float8 as lat, (x.item ->> 'accuracy_m')::float8 as accuracy_m, x.item ->> 'source' as source, x.item ->> 'description' as description,
				x.item ->> 'status' as status, (x.item ->> 'opened_at')::timestamptz as opened_at, (x.item ->> 'filed_at')::timestamptz as filed_at,
				(x.item ->> 'dispatched_at')::timestamptz as dispatched_at, (x.item ->> 'due_at')::timestamptz as due_at, (x.item ->> 'handling_at')::timestamptz as handling_at,
				(x.item ->> 'handled_at')::timestamptz as handled_at, (x.item ->> 'closed_at')::timestamptz as closed_at, (x.item ->> 'review_at')::timestamptz as review_at,
				x.item ->> 'unit' as unit, (x.item ->> 'returned_count')::int as returned_count, (x.item ->> 'disputed_count')::int as disputed_count,
				(x.item ->> 'confirmed')::boolean as confirmed, (x.item ->> 'is_flagged')::boolean as is_flagged, x.item ->> 'merged_into' as merged_into,
				x.item -> 'photos' as photos, x.item ->> 'after_photo' as after_photo, x.item -> 'actors' as actors,
				encode(sha256(convert_to(x.item::text, 'UTF8')), 'hex') as content
			from jsonb_array_elements(given) with ordinality x (item, n)
		) r
		left join app.imported_rows i on i.source_key = history_rows.source_key and i.key = r.key
		left join app.reports o on o.id = coalesce(r.id, i.report_id, private.history_id('report', history_rows.source_key, r.key))
		left join app.cases t on t.id = i.case_id
		-- By its key, or by the name that exports and people call it.
		left join lateral (select x.id from app.units x where x.key = r.unit or x.name = r.unit order by x.key = r.unit desc, x.id limit 1) u on true
		order by r.n);
end $$;

-- private.snap for many places at once, each place once: nearly all lie within 42 m of their street, and for these one query does.
-- What it leaves unanswered, because something a little farther off might still be nearer, is asked one by one.
create function private.snap_all(pins extensions.geometry[])
returns table (pin extensions.geometry, segment_id bigint, street_id bigint, distance_m float8, on_street extensions.geometry)
language sql stable set search_path = '' as $$
	with places as (
		select distinct x.pin, cos(radians(extensions.st_y(x.pin))) as narrow, extensions.st_expand(x.pin,
			50 / (111320 * greatest(cos(radians(extensions.st_y(x.pin))), 0.01)), 50 / 110540::float8) as box
		from unnest(pins) x (pin)
	), near as materialized (
		select p.pin, n.*
		from places p left join lateral (
			select v.segment_id, s.street_id, m.metres, f.foot
			from app.segment_versions v
			join app.segments s on s.id = v.segment_id
			cross join lateral (select extensions.st_setsrid(extensions.st_scale(extensions.st_closestpoint(
				extensions.st_setsrid(extensions.st_scale(v.geom, p.narrow, 1), 4326),
				extensions.st_setsrid(extensions.st_scale(p.pin, p.narrow, 1), 4326)), 1 / p.narrow, 1), 4326) as foot) f
			cross join lateral (select extensions.st_distance(f.foot::extensions.geography, p.pin::extensions.geography) as metres) m
			where v.valid_to is null and v.geom operator(extensions.&&) p.box
			order by m.metres + case when s.street_id is null then 8 else 0 end, v.segment_id limit 1
		) n on true
	)
	select n.pin, n.segment_id, n.street_id, n.metres, n.foot from near n
	where n.metres + 8 <= 50 and (select c.snap_limit_m from app.city c) >= 50
	union all
	select n.pin, s.* from near n cross join lateral private.snap(n.pin) s
	where (n.metres + 8 <= 50 and (select c.snap_limit_m from app.city c) >= 50) is not true;
$$;

-- Where each row lies: its segment, street and duty area; and, for new cases, the numbers of their days.
create function private.history_placed(rows private.history_row[])
returns private.history_row[] language sql stable set search_path = '' as $$
	with starts as (
		select r.n, case when r.number is null and r.case_id is not null and r.merged_into is null
			then 'E' || k.class_code || k.subclass_code || to_char(r.filed_at at time zone (select c.time_zone from app.city c), 'YYYYMMDD') end as start
		from unnest(rows) r join app.categories k on k.code = r.category
	), numbered as (
		select s.n, s.start, coalesce(q.last, 0) + row_number() over (partition by s.start order by r.filed_at, r.n) as number
		from starts s join unnest(rows) r on r.n = s.n left join app.case_sequences q on q.prefix = s.start where s.start is not null
	)
	select array_agg(row(r.n, r.key, r.id, r.category, r.geom, r.accuracy_m, r.source, r.description, r.status, r.opened_at, r.filed_at, r.dispatched_at,
		r.due_at, r.handling_at, r.handled_at, r.closed_at, r.review_at, r.unit_id, r.returned_count, r.disputed_count, r.confirmed, r.is_flagged, r.merged_into,
		r.photos, r.after_photo, r.dispatched_by, r.handled_by, r.verified_by, r.content, r.problem, r.was, r.case_id,
		s.segment_id, s.street_id, s.distance_m, s.on_street,
		(select min(v.area_id) from app.area_versions v join app.areas a on a.id = v.area_id
			where v.valid_to is null and a.kind = 'duty_grid' and extensions.st_intersects(v.geom, r.geom)),
		coalesce(r.number, d.start || lpad(d.number::text, greatest(4, length(d.number::text)), '0')))::private.history_row order by r.n)
	from unnest(rows) r left join numbered d on d.n = r.n
	join private.snap_all(array(select x.geom from unnest(rows) x)) s on s.pin operator(extensions.=) r.geom;
$$;

-- Definer: writes for the service role and administrators. One batch of at most 1,000 rows of history; row: see history_rows. Returns the import's
-- running counts, this batch's refusals, how many rows were kept as they are here, and how many lie near no street.
create function private.import_history(import jsonb, history jsonb, is_last boolean)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	is_dry boolean := coalesce((import ->> 'dry_run')::boolean, false);
	source_key text := import ->> 'source_key';
	moment timestamptz := private.clock();
	opened app.imports;
	rows private.history_row[];
	refused jsonb;
	n_added int; n_changed int; n_unchanged int; n_kept int; n_astray int := 0;
	r private.history_row;
	events uuid[];
begin
	perform private.need_admin();
	if coalesce(source_key, '') = '' or not private.is_plain_text(source_key, 80) then
		perform private.problem(422, 'bad_import', '{"field": "source_key"}');
	end if;
	if jsonb_typeof(history) is distinct from 'array' or jsonb_array_length(history) > 1000 then
		perform private.problem(422, 'batch_too_large', '{"most": 1000}'::jsonb);
	end if;
	begin
		rows := private.history_rows(source_key, history);
	exception when data_exception then
		perform private.problem(422, 'bad_row', jsonb_build_object('reason', sqlerrm));
	end;
	-- One more report of a case that neither this batch nor an earlier one holds.
	rows := array(select row(x.n, x.key, x.id, x.category, x.geom, x.accuracy_m, x.source, x.description, x.status, x.opened_at, x.filed_at, x.dispatched_at,
		x.due_at, x.handling_at, x.handled_at, x.closed_at, x.review_at, x.unit_id, x.returned_count, x.disputed_count, x.confirmed, x.is_flagged, x.merged_into,
		x.photos, x.after_photo, x.dispatched_by, x.handled_by, x.verified_by, x.content,
		coalesce(x.problem, case when x.merged_into is not null and x.case_id is not null and not exists (select from app.cases c where c.id = x.case_id)
			and not exists (select from unnest(rows) y where y.key = x.merged_into and y.problem is null and y.merged_into is null and y.case_id is not null)
			then 'merged_into_missing' end),
		x.was, x.case_id, x.segment_id, x.street_id, x.segment_distance_m, x.on_street, x.area_id, x.number)::private.history_row from unnest(rows) x order by x.n);
	select coalesce(jsonb_agg(jsonb_build_object('key', x.key, 'problem', x.problem)) filter (where x.problem is not null), '[]'),
		count(*) filter (where x.problem is null and x.was = 'added'), count(*) filter (where x.problem is null and x.was = 'changed'),
		count(*) filter (where x.problem is null and x.was = 'unchanged'), count(*) filter (where x.problem is null and x.was = 'kept')
	into refused, n_added, n_changed, n_unchanged, n_kept from unnest(rows) x;
	if is_dry then
		return jsonb_build_object('added', n_added, 'changed', n_changed, 'unchanged', n_unchanged, 'gone', 0, 'kept', n_kept, 'rejected', refused,
			'present', (select count(*) from app.imported_rows i where i.source_key = import_history.import ->> 'source_key'));
	end if;
	opened := private.begin_import(import, 'history');
	rows := array(select x from unnest(rows) x where x.problem is null and x.was in ('added', 'changed'));

	if cardinality(rows) > 0 then
		rows := private.history_placed(rows);
		n_astray := (select count(*) from unnest(rows) x where x.segment_id is null);

		-- Rows brought up to date, one by one: few, and written as any other change is.
		foreach r in array rows loop
			continue when r.was <> 'changed' or not exists (select from app.cases c where c.id = r.case_id);
			perform private.describe('case.imported', coalesce(r.closed_at, r.handled_at, r.dispatched_at, r.filed_at));
			update app.cases c set status = r.status, unit_id = coalesce(r.unit_id, c.unit_id), dispatched_at = r.dispatched_at, due_at = r.due_at, handling_at = r.handling_at,
				handled_at = r.handled_at, closed_at = r.closed_at, review_at = r.review_at, returned_count = r.returned_count, disputed_count = r.disputed_count,
				confirmed = r.confirmed, is_flagged = r.is_flagged, version = c.version + 1,
				overdue_at = case when r.due_at < coalesce(case when r.status = 'closed' then r.closed_at end, moment) then r.due_at end
			where c.id = r.case_id;
		end loop;

		perform set_config('kerbside.bulk', 'on', true);
		insert into app.case_sequences (prefix, last)
		select s.start, max(s.seq) from (
			select 'E' || k.class_code || k.subclass_code || to_char(x.filed_at at time zone (select c.time_zone from app.city c), 'YYYYMMDD') as start, x.number
			from unnest(rows) x join app.categories k on k.code = x.category
			where x.case_id is not null and x.merged_into is null and not exists (select from app.cases c where c.id = x.case_id)
		) p cross join lateral (select p.start, substr(p.number, length(p.start) + 1)::int as seq) s
		group by s.start order by s.start
		on conflict (prefix) do update set last = greatest(app.case_sequences.last, excluded.last);

		insert into app.cases (id, number, status, category, source, geom, accuracy_m, segment_id, street_id, segment_distance_m, on_street, area_id, unit_id,
			opened_at, filed_at, dispatched_at, due_at, handling_at, handled_at, closed_at, review_at, overdue_at, returned_count, disputed_count, disputed_at,
			confirmed, is_flagged, is_history)
		select x.case_id, x.number, x.status, x.category, x.source, x.geom, x.accuracy_m, x.segment_id, x.street_id, x.segment_distance_m, x.on_street, x.area_id, x.unit_id,
			x.opened_at, x.filed_at, x.dispatched_at, x.due_at, x.handling_at, x.handled_at, x.closed_at, x.review_at,
			case when x.due_at < coalesce(case when x.status = 'closed' then x.closed_at end, moment) and x.status <> 'voided' then x.due_at end,
			x.returned_count, x.disputed_count, case when x.disputed_count > 0 then x.closed_at end, x.confirmed, x.is_flagged, true
		from unnest(rows) x where x.case_id is not null and x.merged_into is null and not exists (select from app.cases c where c.id = x.case_id)
		order by x.filed_at, x.n;
		insert into app.reports (id, source, status, category, geom, accuracy_m, location_source, description, observed_at, recorded_at, segment_id, street_id,
			segment_distance_m, on_street, area_id, case_id)
		select x.id, x.source, case when x.case_id is not null then 'filed' else x.status end, x.category, x.geom, x.accuracy_m, 'import', x.description,
			x.opened_at, x.opened_at, x.segment_id, x.street_id, x.segment_distance_m, x.on_street, x.area_id, x.case_id
		from unnest(rows) x where x.was = 'added' order by x.opened_at, x.n;
		insert into app.report_areas (report_id, area_id, holds, border_m)
		select x.id, v.area_id, true, private.metres(extensions.st_boundary(v.geom), x.geom)
		from unnest(rows) x join app.area_versions v on v.valid_to is null and extensions.st_intersects(v.geom, x.geom) where x.was = 'added';
		insert into app.evidence (report_id, sha256, role, recorded_at)
		select x.id, p ->> 'sha256', p ->> 'role', x.opened_at from unnest(rows) x, jsonb_array_elements(x.photos) p where x.was = 'added' on conflict do nothing;
		insert into app.evidence (case_id, sha256, role, added_by, recorded_at, taken_at, lng, lat, accuracy_m)
		select x.case_id, x.after_photo, 'after', s.id, coalesce(x.handled_at, x.closed_at), coalesce(x.handled_at, x.closed_at),
			extensions.st_x(x.geom), extensions.st_y(x.geom), 8
		from unnest(rows) x left join app.staff s on s.id = x.handled_by
		where x.was = 'added' and x.after_photo is not null and x.case_id is not null and x.merged_into is null on conflict do nothing;
		update app.cases c set proof = e.id from unnest(rows) x join app.evidence e on e.case_id = x.case_id and e.role = 'after' and e.sha256 = x.after_photo
		where c.id = x.case_id and x.was = 'added' and x.status = 'closed' and c.closed_at is not null;
		insert into app.case_acts (case_id, staff_id, act)
		select x.case_id, a.who, a.act from unnest(rows) x cross join lateral (values (x.dispatched_by, 'dispatched_it'), (x.handled_by, 'handled_it'), (x.verified_by, 'verified_it')) a (who, act)
		where x.case_id is not null and x.merged_into is null and exists (select from app.staff s where s.id = a.who) on conflict do nothing;

		insert into app.case_facts
		select f.* from unnest(rows) x join app.cases c on c.id = x.case_id cross join lateral private.fact_of(c) f
		where x.merged_into is null and not exists (select from app.case_facts k where k.case_id = c.id);
		with written as (
			insert into app.event_log (kind, report_id, case_id, actor, occurred_at, recorded_at, after, request_id)
			select e.kind, e.report_id, e.case_id, (select auth.uid()), e.at, moment, e.after, opened.id
			from (
				select 1 as step, x.n, 'case.imported' as kind, null::uuid as report_id, c.id as case_id, coalesce(x.closed_at, x.handled_at, x.dispatched_at, x.filed_at) as at,
					jsonb_strip_nulls(private.case_state(c)) as after
				from unnest(rows) x join app.cases c on c.id = x.case_id where x.merged_into is null and (x.was = 'added' or not exists (select from app.event_log l where l.case_id = c.id))
				union all
				select 2, x.n, 'report.imported', p.id, p.case_id, x.opened_at, jsonb_strip_nulls(private.report_state(p))
					|| case when x.photos <> '[]' then jsonb_build_object('sha256', (select jsonb_agg(h ->> 'sha256') from jsonb_array_elements(x.photos) h)) else '{}' end
				from unnest(rows) x join app.reports p on p.id = x.id where x.was = 'added'
			) e order by e.n, e.step
			returning id, occurred_at
		) select array_agg(w.id) into events from written w;
		perform set_config('kerbside.bulk', '', true);

		-- A row that was still a report when it came and is a case now.
		foreach r in array rows loop
			continue when r.was <> 'changed' or not exists (select from app.reports p where p.id = r.id and (p.case_id is distinct from r.case_id or r.case_id is null));
			perform private.describe('report.imported', r.opened_at);
			update app.reports p set status = case when r.case_id is not null then 'filed' else r.status end, case_id = r.case_id where p.id = r.id;
		end loop;

		insert into app.imported_rows (source_key, key, report_id, case_id, case_version, content, last_import)
		select source_key, x.key, x.id, x.case_id, c.version, x.content, opened.id from unnest(rows) x left join app.cases c on c.id = x.case_id
		on conflict on constraint imported_rows_pkey do update set case_id = excluded.case_id, case_version = excluded.case_version, content = excluded.content, last_import = excluded.last_import;

		-- From here to the commit the chain's head is held: counters first, then the links.
		perform private.lock_head();
		insert into app.day_counters (day, measure, street_id, area_id, unit_id, category, n)
		select q.day, q.measure, q.street_id, q.area_id, q.unit_id, q.category, count(*)::int from (
			select private.local_day(x.opened_at) as day, 'received' as measure, coalesce(x.street_id, 0) as street_id, coalesce(x.area_id, 0) as area_id, 0::bigint as unit_id, x.category
			from unnest(rows) x where x.was = 'added'
			union all
			select k.day, k.measure, k.street_id, k.area_id, k.unit_id, k.category
			from app.event_log l join app.case_facts f on f.case_id = l.case_id cross join lateral private.counts_of(f) k
			where l.id = any (events) and l.kind = 'case.imported'
		) q group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6
		on conflict on constraint day_counters_pkey do update set n = app.day_counters.n + excluded.n;
		perform private.chain_bulk(coalesce(events, '{}'));
	end if;

	opened := private.finish_import(opened.id, n_added, n_changed, n_unchanged, 0, jsonb_array_length(refused), is_last);
	return jsonb_build_object('added', opened.added, 'changed', opened.changed, 'unchanged', opened.unchanged, 'gone', 0, 'kept', n_kept,
		'rejected', refused, 'not_snapped', n_astray);
end $$;

create function api.import_history(import jsonb, history jsonb, is_last boolean default true)
returns jsonb language sql set search_path = '' as $$ select private.import_history(import, history, is_last); $$;

-- What the caller may see of the cases, in the shape that import_history takes: one row per report, in the order of the cases' numbers.
-- next: what to pass as `after` for the following page; null at the end.
create function api.export_cases(after text default null, max_rows int default 1000)
returns jsonb language plpgsql stable set search_path = '' as $$
declare
	wanted int := least(greatest(coalesce(max_rows, 1000), 1), 2000);
begin
	return (
		with page as (
			select c.* from app.cases c where c.number > coalesce(export_cases.after, '') order by c.number limit wanted
		), heard as (
			select r.id, r.case_id, r.number, r.source, r.observed_at, row_number() over (partition by r.case_id order by r.number) as nth
			from app.reports r where r.case_id in (select p.id from page p)
		)
		select jsonb_build_object(
			'rows', coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('id', h.id, 'key', p.number || case when h.nth > 1 then '/' || h.number else '' end,
				'merged_into', case when h.nth > 1 then p.number end, 'category', p.category, 'category_name', k.name, 'source', coalesce(h.source, p.source),
				'status', case p.status when 'reassigned' then 'filed' else p.status end, 'lng', round(extensions.st_x(p.geom)::numeric, 6), 'lat', round(extensions.st_y(p.geom)::numeric, 6), 'street', s.name, 'area', v.name, 'unit', u.name,
				'opened_at', coalesce(h.observed_at, p.opened_at), 'filed_at', p.filed_at, 'dispatched_at', p.dispatched_at, 'due_at', p.due_at, 'handling_at', p.handling_at, 'handled_at', p.handled_at,
				'closed_at', p.closed_at, 'returned_count', nullif(p.returned_count, 0), 'disputed_count', nullif(p.disputed_count, 0), 'confirmed', p.confirmed,
				'has_proof', case when p.status = 'closed' then p.proof is not null end)) order by p.number, h.nth), '[]'),
			'next', (select case when count(*) = wanted then max(x.number) end from page x))
		from page p left join heard h on h.case_id = p.id join app.categories k on k.code = p.category
		left join app.streets s on s.id = p.street_id left join app.units u on u.id = p.unit_id
		left join app.area_versions v on v.area_id = p.area_id and v.valid_to is null
	);
end $$;

revoke all on function private.snap_all(extensions.geometry[]), private.history_id(text, text, text), private.history_rows(text, jsonb), private.history_placed(private.history_row[]),
	private.import_history(jsonb, jsonb, boolean), api.import_history(jsonb, jsonb, boolean), api.export_cases(text, int) from public, anon, authenticated, service_role;
grant execute on function private.import_history(jsonb, jsonb, boolean), api.import_history(jsonb, jsonb, boolean) to authenticated, service_role;
grant execute on function api.export_cases(text, int) to authenticated, service_role;
