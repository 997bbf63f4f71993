-- What may be called. Every function is security invoker: row level security judges the caller's reads, and writes go
-- through the definer functions of `private`, which check the caller themselves.

---- anon: safe alone ----
create function api.city()
returns jsonb language sql stable set search_path = '' as $$
	select jsonb_build_object('name', c.name, 'name_en', c.name_en,
		'center', case when c.center_lng is not null then jsonb_build_array(c.center_lng, c.center_lat) end,
		'bbox', case when c.west is not null then jsonb_build_array(c.west, c.south, c.east, c.north) end,
		'time_zone', c.time_zone, 'is_demo', c.is_demo, 'simulating', c.simulating, 'streets_version', c.streets_version, 'attribution', c.attribution,
		'has_streets', exists (select from app.segments),
		'categories', (select jsonb_agg(jsonb_build_object('code', k.code, 'parent', k.parent, 'name', k.name, 'name_en', k.name_en,
			'tile', k.is_tile, 'is_leaf', k.parent is not null, 'duplicate_radius_m', k.duplicate_radius_m) order by k.position)
			from app.categories k where k.is_active),
		'reasons', (select jsonb_agg(jsonb_build_object('code', r.code, 'move', r.move, 'name', r.name, 'name_en', r.name_en) order by r.move, r.position)
			from app.reasons r))
	from app.city c;
$$;

create function api.basemap(after bigint default 0, max_rows int default 2000)
returns jsonb language sql stable set search_path = '' as $$
	with page as (
		select v.id, v.segment_id, s.key, s.street_id, v.name, v.name_en, v.class, v.oneway, v.from_junction, v.to_junction, v.length_m, v.geom
		from app.segment_versions v join app.segments s on s.id = v.segment_id
		where v.valid_to is null and v.segment_id > coalesce(after, 0)
		order by v.segment_id limit least(greatest(coalesce(max_rows, 2000), 1), 5000)
	)
	select jsonb_build_object('version', (select c.streets_version from app.city c),
		'segments', coalesce(jsonb_agg(jsonb_build_object('id', p.segment_id, 'street_id', p.street_id, 'name', p.name, 'name_en', p.name_en,
			'class', p.class, 'oneway', p.oneway, 'key', p.key, 'from_junction', p.from_junction, 'to_junction', p.to_junction, 'length_m', round(p.length_m::numeric, 1), 'line', extensions.st_asgeojson(p.geom, 6)::jsonb -> 'coordinates') order by p.segment_id), '[]'),
		'next', case when count(*) = least(greatest(coalesce(max_rows, 2000), 1), 5000) then max(p.segment_id) end)
	from page p;
$$;

-- Segments as `import_streets` takes them, key and junctions by name and positions in full: what is exported reads back in unchanged.
create function api.export_streets(after bigint default 0, max_rows int default 2000)
returns jsonb language sql stable set search_path = '' as $$
	with page as (
		select v.segment_id, g.key, nullif(s.key, v.name) as street_key, v.name, v.name_en, v.class, v.oneway, a.key as from_junction, b.key as to_junction, v.geom
		from app.segment_versions v join app.segments g on g.id = v.segment_id left join app.streets s on s.id = g.street_id
		join app.junctions a on a.id = v.from_junction join app.junctions b on b.id = v.to_junction
		where v.valid_to is null and v.segment_id > coalesce(after, 0)
		order by v.segment_id limit least(greatest(coalesce(max_rows, 2000), 1), 5000)
	)
	select jsonb_build_object('segments', coalesce(jsonb_agg(jsonb_build_object('key', p.key, 'street_key', p.street_key, 'name', p.name, 'name_en', p.name_en,
			'class', p.class, 'oneway', p.oneway, 'from_junction', p.from_junction, 'to_junction', p.to_junction,
			'line', extensions.st_asgeojson(p.geom, 9)::jsonb -> 'coordinates') order by p.segment_id), '[]'),
		'next', case when count(*) = least(greatest(coalesce(max_rows, 2000), 1), 5000) then max(p.segment_id) end)
	from page p;
$$;

create function api.base_features(after bigint default 0, max_rows int default 5000)
returns jsonb language sql stable set search_path = '' as $$
	with page as (
		select b.* from app.base_features b where b.id > coalesce(after, 0) order by b.id limit least(greatest(coalesce(max_rows, 5000), 1), 5000)
	)
	select jsonb_build_object('features', coalesce(jsonb_agg(jsonb_build_object('id', b.id, 'key', b.key, 'kind', b.kind, 'name', b.name, 'name_en', b.name_en,
			'place_kind', b.place_kind, 'rank', b.rank, 'geometry', extensions.st_asgeojson(b.geom, 6)::jsonb) order by b.id), '[]'),
		'next', case when count(*) = least(greatest(coalesce(max_rows, 5000), 1), 5000) then max(b.id) end)
	from page b;
$$;

create function api.search_streets(query text, max_rows int default 8)
returns jsonb language sql stable set search_path = '' as $$
	with hits as (
		select s.id, s.name, s.name_en from app.streets s
		where btrim(coalesce(query, '')) <> '' and length(query) <= 80
			and (position(lower(btrim(query)) in lower(s.name)) > 0 or position(lower(btrim(query)) in lower(coalesce(s.name_en, ''))) > 0
				or position(lower(s.name) in lower(query)) > 0)
			and exists (select from app.segments g where g.street_id = s.id and g.gone_at is null)
		order by length(s.name), s.name, s.id limit least(greatest(coalesce(max_rows, 8), 1), 50)
	)
	select jsonb_build_object('streets', coalesce(jsonb_agg(jsonb_build_object('id', h.id, 'name', h.name, 'name_en', h.name_en,
		'point', (select private.lng_lat(extensions.st_lineinterpolatepoint(v.geom, 0.5)) from app.segment_versions v join app.segments g on g.id = v.segment_id
			where g.street_id = h.id and v.valid_to is null order by v.length_m desc, v.id limit 1)) order by length(h.name), h.name, h.id), '[]'))
	from hits h;
$$;

---- the web server, speaking for citizens and for itself: service_role only ----
create function api.submit_report(report jsonb, code_hash text, pin_hash text, body_hash text)
returns jsonb language plpgsql set search_path = '' as $$
begin
	if coalesce(report ->> 'source', 'citizen') not in ('citizen', 'volunteer', 'hotline', 'api', 'import') then
		perform private.problem(422, 'unknown_source', '{"field": "source"}');
	end if;
	return private.receive_report(report, coalesce(report ->> 'source', 'citizen'), null, code_hash, pin_hash, body_hash);
end $$;

create function api.record_photo(sha256 text, byte_size int, media_type text, claims jsonb default '{}')
returns jsonb language sql set search_path = '' as $$
	select private.record_photo(sha256, byte_size, media_type, claims);
$$;

-- Uniform: a wrong code and a wrong PIN answer alike.
create function private.followed(code_hash text, pin_hash text)
returns app.reports language plpgsql stable set search_path = '' as $$
declare
	r app.reports;
begin
	select x.* into r from app.reports x where x.code_hash = followed.code_hash and x.pin_hash = followed.pin_hash;
	if r.id is null then perform private.problem(404, 'not_found'); end if;
	return r;
end $$;

create function private.follow_answer(r app.reports)
returns jsonb language plpgsql stable set search_path = '' as $$
begin
	return (
		select jsonb_build_object('number', r.number, 'status', r.status, 'received_at', r.recorded_at,
			'category', (select jsonb_build_object('name', k.name, 'name_en', k.name_en) from app.categories k where k.code = r.category),
			'street', (select jsonb_build_object('name', s.name, 'name_en', s.name_en) from app.streets s where s.id = r.street_id),
			'case_number', c.number, 'case_status', c.status, 'due_at', case when c.status not in ('closed', 'voided') then c.due_at end, 'closed_at', case when c.status = 'closed' then c.closed_at end,
			'confirmed', c.confirmed, 'closed_photo', null,
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

create function api.follow(code_hash text, pin_hash text)
returns jsonb language sql stable set search_path = '' as $$
	select private.follow_answer(private.followed(code_hash, pin_hash));
$$;

create function api.answer_closure(code_hash text, pin_hash text, solved boolean, request_id uuid default null)
returns jsonb language plpgsql set search_path = '' as $$
declare
	r app.reports := private.followed(code_hash, pin_hash);
begin
	if solved is null then perform private.problem(422, 'answer_needed', '{"field": "solved"}'); end if;
	perform private.answer_closure(r, solved, request_id);
	return private.follow_answer(r);
end $$;

-- What a live screen may know of an event: where on the street, what, which state; nobody's name, words or exact place.
create function private.live_event(e app.event_log, at_position bigint)
returns jsonb language plpgsql stable set search_path = '' as $$
begin
	return (
		select jsonb_build_object('position', at_position, 'kind', e.kind, 'at', case when e.kind = 'report.imported' then e.occurred_at else e.recorded_at end, 'occurred_at', e.occurred_at,
			'report_id', e.report_id, 'case_id', coalesce(e.case_id, r.case_id), 'case_number', c.number,
			'street_id', x.street_id, 'street', s.name, 'street_en', s.name_en, 'segment_id', coalesce(c.segment_id, r.segment_id),
			'area_id', x.area_id, 'area', v.name, 'area_en', v.name_en, 'unit_id', c.unit_id,
			'category', x.category, 'category_name', k.name, 'category_name_en', k.name_en,
			'status', coalesce(c.status, r.status), 'point', private.lng_lat(coalesce(c.on_street, r.on_street)),
			'was_street_id', (e.before ->> 'street_id')::bigint, 'was_area_id', (e.before ->> 'area_id')::bigint)
		from (select 1) one
		left join app.reports r on r.id = e.report_id
		left join app.cases c on c.id = coalesce(e.case_id, r.case_id)
		left join lateral (select coalesce(c.street_id, r.street_id) as street_id, coalesce(c.area_id, r.area_id) as area_id, coalesce(c.category, r.category) as category) x on true
		left join app.streets s on s.id = x.street_id
		left join app.area_versions v on v.area_id = x.area_id and v.valid_to is null
		left join app.categories k on k.code = x.category
	);
end $$;

create function api.tail(after bigint, max_rows int default 500)
returns jsonb language plpgsql stable set search_path = '' as $$
begin
	return (
		select jsonb_build_object('epoch', h.epoch, 'head', h.position, 'events',
			case when h.position > coalesce(after, 0) then (
				-- History comes by the thousand: that it came is enough, and a screen takes a fresh snapshot.
				select coalesce(jsonb_agg(case when e.kind in ('report.imported', 'case.imported') then jsonb_build_object('position', c.position, 'kind', e.kind)
					else private.live_event(e, c.position) end order by c.position), '[]')
				from (select * from app.event_chain x where x.position > coalesce(after, 0) order by x.position limit least(greatest(coalesce(max_rows, 500), 1), 1000)) c
				join app.event_log e on e.id = c.event_id)
			else '[]' end)
		from app.event_head h
	);
end $$;

create function api.wall_figures(street_ids bigint[] default '{}', area_ids bigint[] default '{}')
returns jsonb language plpgsql stable set search_path = '' as $$
begin
	return (
		select jsonb_build_object('taken_at', t.at, 'period', (select jsonb_build_object('from', p.a, 'to', p.b) from private.rate_period(t.at) p),
			'totals', private.totals(t.at), 'streets', private.street_figures(coalesce(street_ids, '{}'), t.at),
			'areas', private.area_figures(coalesce(area_ids, '{}'), t.at), 'flow_today', private.flow(1, t.at) -> 0,
			'overdue', private.overdue_ladder(t.at), 'next_due', private.next_due(t.at))
		from (select private.clock() as at) t
	);
end $$;

create function api.tick()
returns jsonb language sql set search_path = '' as $$ select private.tick(); $$;

create function api.upsert_staff(staff jsonb)
returns jsonb language sql set search_path = '' as $$ select private.upsert_staff(staff); $$;

create function api.import_streets(import jsonb, segments jsonb, is_last boolean default true)
returns jsonb language sql set search_path = '' as $$ select private.import_streets(import, segments, is_last); $$;

create function api.import_areas(import jsonb, areas jsonb, is_last boolean default true)
returns jsonb language sql set search_path = '' as $$ select private.import_areas(import, areas, is_last); $$;

create function api.import_base_features(import jsonb, features jsonb, is_last boolean default true)
returns jsonb language sql set search_path = '' as $$ select private.import_base_features(import, features, is_last); $$;

-- Definer: writes for the service role.
create function private.set_city(city jsonb)
returns jsonb language plpgsql security definer set search_path = '' as $$
begin
	perform private.need_admin();
	update app.city y set name = coalesce(city ->> 'name', name), name_en = coalesce(city ->> 'name_en', name_en),
		center_lng = coalesce((city #>> '{center,0}')::float8, center_lng), center_lat = coalesce((city #>> '{center,1}')::float8, center_lat),
		west = coalesce((city #>> '{bbox,0}')::float8, west), south = coalesce((city #>> '{bbox,1}')::float8, south),
		east = coalesce((city #>> '{bbox,2}')::float8, east), north = coalesce((city #>> '{bbox,3}')::float8, north),
		time_zone = coalesce((select z.name from pg_catalog.pg_timezone_names z where z.name = city ->> 'time_zone'), time_zone),
		attribution = coalesce(city ->> 'attribution', attribution), is_demo = coalesce((city ->> 'is_demo')::boolean, is_demo);
	return api.city();
end $$;

create function api.set_city(city jsonb)
returns jsonb language sql set search_path = '' as $$ select private.set_city(city); $$;

create function api.verify_log(after bigint default 0)
returns jsonb language sql stable set search_path = '' as $$ select private.verify_log(coalesce(after, 0)); $$;

create function api.replay_differences()
returns jsonb language sql stable set search_path = '' as $$ select private.replay_differences(); $$;

create function api.number_differences()
returns jsonb language sql stable set search_path = '' as $$ select private.number_differences(); $$;

-- Everything in `api` and `app` and who may touch it: what the start-up check calls without credentials.
create function api.exposed_calls()
returns jsonb language sql stable set search_path = '' as $$
	select jsonb_build_object(
		'calls', (select jsonb_agg(jsonb_build_object('name', p.proname,
			'args', (select coalesce(jsonb_agg(jsonb_build_object('name', p.proargnames[i], 'type', pg_catalog.format_type(p.proargtypes[i - 1], null)) order by i), '[]')
				from generate_series(1, p.pronargs) i),
			'anon', has_function_privilege('anon', p.oid, 'execute'), 'authenticated', has_function_privilege('authenticated', p.oid, 'execute'),
			'service_role', has_function_privilege('service_role', p.oid, 'execute')) order by p.proname)
			from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace where n.nspname = 'api'),
		'tables', (select jsonb_agg(c.relname order by c.relname) from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
			where n.nspname = 'app' and c.relkind in ('r', 'v', 'm')));
$$;

---- staff ----
create function api.me()
returns jsonb language sql stable set search_path = '' as $$
	select case when s.id is null then null else jsonb_build_object('id', s.id, 'name', s.name,
		'roles', (select coalesce(jsonb_agg(jsonb_build_object('role', r.role, 'name', n.name, 'name_en', n.name_en, 'unit_id', r.unit_id, 'unit', u.name, 'unit_en', u.name_en,
			'area_id', r.area_id, 'area', v.name, 'area_en', v.name_en) order by n.position), '[]')
			from private.my_roles() r join app.roles n on n.role = r.role left join app.units u on u.id = r.unit_id
			left join app.area_versions v on v.area_id = r.area_id and v.valid_to is null),
		'units', (select coalesce(jsonb_agg(jsonb_build_object('id', u.id, 'name', u.name, 'name_en', u.name_en) order by u.id), '[]')
			from app.units u where u.id in (select private.my_units()))) end
	from (select 1) one left join app.staff s on s.id = (select auth.uid()) and s.is_active and not (select private.session_ended());
$$;

create function api.end_session()
returns jsonb language plpgsql set search_path = '' as $$
begin
	perform private.end_session();
	return '{"ended": true}'::jsonb;
end $$;

create function api.units()
returns jsonb language sql stable set search_path = '' as $$
	select jsonb_build_object('units', coalesce(jsonb_agg(jsonb_build_object('id', u.id, 'key', u.key, 'name', u.name, 'name_en', u.name_en, 'parent_id', u.parent_id) order by u.id), '[]'))
	from app.units u;
$$;

create function private.report_row(report_id uuid)
returns jsonb language plpgsql stable set search_path = '' as $$
begin
	return (
		select jsonb_build_object('id', r.id, 'number', r.number, 'status', r.status, 'source', r.source, 'category', r.category,
			'category_name', k.name, 'category_name_en', k.name_en, 'street_id', r.street_id, 'street', s.name, 'street_en', s.name_en,
			'area_id', r.area_id, 'area', v.name, 'area_en', v.name_en, 'lng', extensions.st_x(r.geom), 'lat', extensions.st_y(r.geom),
			'accuracy_m', r.accuracy_m, 'location_source', r.location_source, 'segment_distance_m', round(r.segment_distance_m::numeric, 1), 'observed_at', r.observed_at, 'recorded_at', r.recorded_at,
			'description', r.description, 'case_id', r.case_id,
			'photo_count', (select count(*) from app.evidence e where e.report_id = r.id),
			'possible_duplicates', (select count(*) from app.report_duplicates d where d.report_id = r.id))
		from app.reports r join app.categories k on k.code = r.category left join app.streets s on s.id = r.street_id
		left join app.area_versions v on v.area_id = r.area_id and v.valid_to is null
		where r.id = report_row.report_id
	);
end $$;

create function api.inbox(status text default 'received', max_rows int default 100, after_number bigint default null)
returns jsonb language sql stable set search_path = '' as $$
	select jsonb_build_object('total', (select count(*) from app.reports r where inbox.status is null or r.status = inbox.status),
		'reports', (select coalesce(jsonb_agg(private.report_row(r.id) order by r.number desc), '[]') from (
			select x.id, x.number from app.reports x
			where (inbox.status is null or x.status = inbox.status) and (after_number is null or x.number < after_number)
			order by x.number desc limit least(greatest(coalesce(max_rows, 100), 1), 500)) r));
$$;

create function private.photos_of(report_id uuid, case_id uuid)
returns jsonb language plpgsql stable set search_path = '' as $$
begin
	return (
		select coalesce(jsonb_agg(jsonb_build_object('evidence_id', e.id, 'sha256', e.sha256, 'role', e.role, 'present', p.sha256 is not null,
			'state', coalesce(p.state, 'withheld'), 'recorded_at', e.recorded_at, 'taken_at', coalesce(e.taken_at, p.taken_at),
			'lng', coalesce(e.lng, p.lng), 'lat', coalesce(e.lat, p.lat)) order by e.recorded_at, e.sha256), '[]')
		from app.evidence e left join app.photos p on p.sha256 = e.sha256
		where e.report_id = photos_of.report_id or e.case_id = photos_of.case_id
	);
end $$;

-- Definer: names the actor of an event for colleagues at the desk and for the actor; citizens have none. Asks itself who may see the report or the case.
create function private.timeline(report_id uuid, case_id uuid)
returns jsonb language sql stable security definer set search_path = '' as $$
	select coalesce(jsonb_agg(jsonb_build_object('position', h.position, 'kind', e.kind, 'at', e.recorded_at, 'occurred_at', e.occurred_at,
		'actor', case when e.kind in ('report.received', 'report.evidence') then null when private.is_desk() or e.actor = (select auth.uid()) then s.name end,
		'role', e.actor_role, 'before', e.before, 'after', case when e.kind like '%.evidence' then jsonb_build_object('evidence_role', e.after -> 'evidence_role') else e.after end,
		'reason_code', e.reason_code, 'reason', x.name, 'reason_en', x.name_en,
		-- What the desk wrote about a report is for those who decide about it, not for its reporter.
		'note', case when timeline.report_id is null or private.has_role('registrar', 'dispatcher', 'closer', 'office', 'inspector') then n.body end) order by h.position nulls last), '[]')
	from app.event_log e left join app.event_chain h on h.event_id = e.id
	left join app.staff s on s.id = e.actor left join app.notes n on n.id = e.note_id
	left join lateral (select y.name, y.name_en from app.reasons y where y.code = e.reason_code limit 1) x on true
	where (timeline.report_id is not null and e.report_id = timeline.report_id and (select private.sees_report(timeline.report_id)))
		or (timeline.case_id is not null and e.case_id = timeline.case_id and e.report_id is null
			and (select private.sees_case(c.unit_id, c.area_id, c.status) from app.cases c where c.id = timeline.case_id));
$$;

create function api.report_detail(report_id uuid)
returns jsonb language plpgsql stable set search_path = '' as $$
declare
	r record;
begin
	select x.id, x.geom, x.category, x.status, x.area_id, x.observed_at, x.case_id into r from app.reports x where x.id = report_detail.report_id;
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
		'permitted_lines', (select coalesce(jsonb_agg(jsonb_build_object('id', l.area_id, 'name', l.name, 'name_en', l.name_en)), '[]') from private.permitted_lines_at(r.geom) l),
		'decisions', (select coalesce(jsonb_agg(jsonb_build_object('decision', m.decision, 'name', m.name, 'name_en', m.name_en, 'needs', m.needs,
			'allowed', private.role_for(m.roles, r.area_id) is not null,
			'why_not', case when private.role_for(m.roles, r.area_id) is null then 'role_needed' end,
			'reasons', (select coalesce(jsonb_agg(jsonb_build_object('code', x.code, 'name', x.name, 'name_en', x.name_en) order by x.position), '[]') from app.reasons x where x.move = m.decision)) order by m.position), '[]')
			from app.report_moves m where m.from_status = r.status),
		'events', private.timeline(r.id, null));
end $$;

create function api.decide_report(report_id uuid, decision text, case_id uuid default null, category text default null, reason_code text default null,
	note text default null, occurred_at timestamptz default null, request_id uuid default null)
returns jsonb language plpgsql set search_path = '' as $$
begin
	perform private.decide_report(report_id, decision, case_id, category, reason_code, note, occurred_at, request_id);
	return private.decided(decide_report.report_id);
end $$;

-- Definer: an inspector who has decided no longer sees the report itself, but learns what became of it; nobody else does.
create function private.decided(report_id uuid)
returns jsonb language sql stable security definer set search_path = '' as $$
	select jsonb_build_object('id', r.id, 'number', r.number, 'status', r.status, 'case_id', r.case_id,
		'case_number', (select c.number from app.cases c where c.id = r.case_id))
	from app.reports r where r.id = decided.report_id and (private.sees_report(r.id)
		or exists (select from app.event_log e where e.report_id = r.id and e.actor = (select auth.uid())));
$$;

-- Definer: inserts for a signed-in reporter, whose role it checks; the reporter is the caller.
create function private.receive_staff_report(report jsonb, code_hash text, pin_hash text, body_hash text)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	acting_as text := private.role_for('{inspector,volunteer,registrar}');
begin
	if acting_as is null then
		select r.role into acting_as from private.my_roles() r where r.role in ('inspector', 'volunteer', 'registrar') limit 1;
	end if;
	if acting_as is null then perform private.problem(403, 'role_needed', '{"roles": ["inspector", "volunteer", "registrar"]}'); end if;
	return private.receive_report(report, case acting_as when 'registrar' then 'hotline' else acting_as end, (select auth.uid()), code_hash, pin_hash, body_hash);
end $$;

create function api.submit_staff_report(report jsonb, code_hash text, pin_hash text, body_hash text)
returns jsonb language sql set search_path = '' as $$
	select private.receive_staff_report(report, code_hash, pin_hash, body_hash);
$$;

-- The ground as it is now, of every kind: who answers for it, or what is allowed on it.
create function api.areas()
returns jsonb language sql stable set search_path = '' as $$
	select jsonb_build_object('areas', coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'key', a.key, 'kind', a.kind, 'name', v.name, 'name_en', v.name_en,
		'unit_id', v.unit_id, 'unit', u.name, 'unit_en', u.name_en, 'geometry', extensions.st_asgeojson(v.geom, 7)::jsonb) order by a.id), '[]'))
	from app.areas a join app.area_versions v on v.area_id = a.id and v.valid_to is null left join app.units u on u.id = v.unit_id;
$$;

-- Definer: how many reports a case gathered, for those who may not read the reports themselves.
create function private.reports_in_case(case_id uuid)
returns bigint language sql stable security definer set search_path = '' as $$
	select count(*) from app.reports r where r.case_id = reports_in_case.case_id;
$$;

create function private.case_row(case_id uuid)
returns jsonb language plpgsql stable set search_path = '' as $$
begin
	return (
		select jsonb_build_object('id', c.id, 'number', c.number, 'status', c.status, 'status_name', t.name, 'status_name_en', t.name_en, 'version', c.version, 'source', c.source,
			'category', c.category, 'category_name', k.name, 'category_name_en', k.name_en, 'street_id', c.street_id, 'street', s.name, 'street_en', s.name_en,
			'area_id', c.area_id, 'area', v.name, 'area_en', v.name_en, 'unit_id', c.unit_id, 'unit', u.name, 'unit_en', u.name_en,
			'lng', extensions.st_x(c.geom), 'lat', extensions.st_y(c.geom), 'accuracy_m', c.accuracy_m, 'segment_distance_m', round(c.segment_distance_m::numeric, 1),
			'filed_at', c.filed_at, 'dispatched_at', c.dispatched_at, 'due_at', c.due_at, 'handling_at', c.handling_at, 'handled_at', c.handled_at,
			'closed_at', c.closed_at, 'review_at', c.review_at, 'returned_count', c.returned_count, 'disputed_count', c.disputed_count,
			'report_count', private.reports_in_case(c.id),
			'closed_without_proof', c.status = 'closed' and c.proof is null, 'confirmed', c.confirmed, 'is_flagged', c.is_flagged, 'recurrence_of', c.recurrence_of,
			'traffic_light', case when not t.is_open or c.due_at is null or c.status = 'suspended' then null
				when private.clock() > c.due_at then 'red'
				when private.clock() > c.dispatched_at + (c.due_at - c.dispatched_at) * 0.8 then 'yellow' else 'green' end)
		from app.cases c join app.case_statuses t on t.status = c.status join app.categories k on k.code = c.category
		left join app.streets s on s.id = c.street_id left join app.units u on u.id = c.unit_id
		left join app.area_versions v on v.area_id = c.area_id and v.valid_to is null
		where c.id = case_row.case_id
	);
end $$;

create function api.cases(status text[] default null, max_rows int default 100, after_filed timestamptz default null, only_overdue boolean default false, query text default null)
returns jsonb language sql stable set search_path = '' as $$
	with hits as (
		select c.id, c.filed_at from app.cases c left join app.streets s on s.id = c.street_id
		where (cases.status is null or c.status = any (cases.status))
			and (not coalesce(only_overdue, false) or (c.due_at < private.clock() and c.status not in ('closed', 'voided')))
			and (coalesce(btrim(query), '') = '' or position(upper(btrim(query)) in c.number) > 0 or position(lower(btrim(query)) in lower(s.name)) > 0
				or position(lower(btrim(query)) in lower(coalesce(s.name_en, ''))) > 0)
	)
	select jsonb_build_object('total', (select count(*) from hits),
		'cases', (select coalesce(jsonb_agg(private.case_row(h.id) order by h.filed_at desc, h.id), '[]') from (
			select * from hits x where after_filed is null or x.filed_at < after_filed
			order by x.filed_at desc, x.id limit least(greatest(coalesce(max_rows, 100), 1), 500)) h));
$$;

-- Definer: the reports of a case. A citizen's own words may say who they are, so only the desk reads them; the registrar's note tells the unit what it needs. Called after the case itself was read under the caller's rights.
create function private.reports_for_case(case_id uuid)
returns jsonb language sql stable security definer set search_path = '' as $$
	select coalesce(jsonb_agg(case when private.is_desk()
		then jsonb_build_object('id', r.id, 'number', r.number, 'recorded_at', r.recorded_at, 'source', r.source, 'description', r.description)
		else jsonb_build_object('id', null, 'number', null, 'recorded_at', r.recorded_at, 'source', null, 'description', null) end order by r.number), '[]')
	from app.reports r join app.cases c on c.id = r.case_id
	where r.case_id = reports_for_case.case_id and private.sees_case(c.unit_id, c.area_id, c.status);
$$;

create function api.case_detail(case_id uuid)
returns jsonb language plpgsql stable set search_path = '' as $$
declare
	c app.cases;
begin
	select x.* into c from app.cases x where x.id = case_detail.case_id;
	if c.id is null then perform private.problem(404, 'not_found'); end if;
	return private.case_row(c.id) || jsonb_build_object(
		'reports', private.reports_for_case(c.id),
		'photos', (select coalesce(jsonb_agg(p.value || jsonb_build_object('proof_fault', private.evidence_fault_of((p.value ->> 'evidence_id')::uuid))), '[]')
			from jsonb_array_elements(private.photos_of(null, c.id)) p),
		'moves', (select coalesce(jsonb_agg(jsonb_build_object('move', m.move, 'to_status', m.to_status, 'name', m.name, 'name_en', m.name_en, 'needs', m.needs,
			'allowed', w.fault is null, 'why_not', w.fault,
			'reasons', (select coalesce(jsonb_agg(jsonb_build_object('code', x.code, 'name', x.name, 'name_en', x.name_en) order by x.position), '[]') from app.reasons x where x.move = m.move)) order by m.position), '[]')
			from app.case_moves m, lateral (select private.why_not(c, m) as fault) w where m.from_status = c.status and m.roles <> '{citizen}'),
		'has_proof', private.proof_of(c) is not null,
		'dispatch', jsonb_build_object('suggestion', private.suggest_dispatch(c.category, c.geom, c.accuracy_m), 'stored', c.dispatch),
		'permitted_lines', (select coalesce(jsonb_agg(jsonb_build_object('id', l.area_id, 'name', l.name, 'name_en', l.name_en)), '[]') from private.permitted_lines_at(c.geom) l),
		'events', private.timeline(null, c.id));
end $$;

-- Definer: evidence's own columns are partly hidden from the caller; the fault is not.
create function private.evidence_fault_of(evidence_id uuid)
returns text language sql stable security definer set search_path = '' as $$
	select private.evidence_fault(e, c) from app.evidence e join app.cases c on c.id = e.case_id where e.id = evidence_fault_of.evidence_id;
$$;

create function api.move_case(case_id uuid, move text, expected_version int default null, details jsonb default '{}', reason_code text default null,
	note text default null, occurred_at timestamptz default null, request_id uuid default null)
returns jsonb language plpgsql set search_path = '' as $$
begin
	perform private.move_case(case_id, move, expected_version, coalesce(details, '{}'), reason_code, note, occurred_at, request_id);
	if not exists (select from app.cases c where c.id = move_case.case_id) then
		-- Handed to another unit: done, and no longer the caller's to see.
		return jsonb_build_object('id', move_case.case_id, 'out_of_sight', true);
	end if;
	return api.case_detail(move_case.case_id);
end $$;

create function api.attach_evidence(case_id uuid, sha256 text, role text, taken_at timestamptz default null, lng float8 default null, lat float8 default null, accuracy_m float8 default null)
returns jsonb language sql set search_path = '' as $$
	select private.attach_evidence(case_id, sha256, role, taken_at, lng, lat, accuracy_m);
$$;

-- Definer: an access to a sealed original is written down before it is allowed.
create function private.photo_access(sha256 text, purpose text)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	p app.photos;
begin
	if purpose is null or not (purpose = 'derivative' or (purpose like 'original: _%' and private.is_plain_text(purpose, 170))) then perform private.problem(422, 'unknown_purpose'); end if;
	if not private.is_staff() then perform private.problem(403, 'role_needed'); end if;
	if not exists (select from app.evidence e left join app.cases c on c.id = e.case_id
		where e.sha256 = photo_access.sha256 and ((e.case_id is not null and private.sees_case(c.unit_id, c.area_id, c.status))
			or (e.report_id is not null and private.sees_report(e.report_id)) or private.has_role('data_officer'))) then
		perform private.problem(404, 'not_found');
	end if;
	select x.* into p from app.photos x where x.sha256 = photo_access.sha256;
	if p.sha256 is null then perform private.problem(404, 'not_found'); end if;
	if purpose <> 'derivative' then
		perform private.need_role('data_officer', 'closer');
		insert into app.photo_accesses (sha256, staff_id, purpose) values (p.sha256, (select auth.uid()), photo_access.purpose);
	end if;
	return jsonb_build_object('sha256', p.sha256, 'media_type', p.media_type, 'state', p.state,
		'bucket', case purpose when 'derivative' then 'derivatives' else 'originals' end,
		'path', left(p.sha256, 2) || '/' || p.sha256 || case purpose when 'derivative' then '.webp' else '' end);
end $$;

create function api.photo_access(sha256 text, purpose text default 'derivative')
returns jsonb language sql set search_path = '' as $$ select private.photo_access(sha256, purpose); $$;

-- Definer: a wall reads totals, names and states of the city''s events, none of which is personal; it may read no case or report.
create function private.wall()
returns jsonb language plpgsql stable security definer set search_path = '' as $$
declare
	at timestamptz := private.clock();
	h app.event_head := (select x from app.event_head x);
begin
	if not (private.has_role('wall', 'admin') or private.is_desk()) then
		perform private.problem(403, 'role_needed', '{"roles": ["wall"]}');
	end if;
	return jsonb_build_object('epoch', h.epoch, 'position', h.position, 'taken_at', at,
		'city', (select jsonb_build_object('name', c.name, 'name_en', c.name_en, 'is_demo', c.is_demo, 'time_zone', c.time_zone, 'minimum_sample', c.minimum_sample,
			'streets_version', c.streets_version, 'center', jsonb_build_array(c.center_lng, c.center_lat), 'bbox', jsonb_build_array(c.west, c.south, c.east, c.north)) from app.city c),
		'period', (select jsonb_build_object('from', p.a, 'to', p.b, 'days', (select c.rate_period_days from app.city c)) from private.rate_period(at) p),
		'definitions', jsonb_build_array(
			jsonb_build_object('id', 'closure_rate', 'name', '结案率', 'name_en', 'Closure rate', 'formula', '已结案 ÷ 应结案', 'formula_en', 'closed ÷ due to close'),
			jsonb_build_object('id', 'on_time_closure_rate', 'name', '按期结案率', 'name_en', 'On-time closure rate', 'formula', '按期结案 ÷ 应结案', 'formula_en', 'closed on time ÷ due to close'),
			jsonb_build_object('id', 'verified_closure_rate', 'name', '核实结案率', 'name_en', 'Verified closure rate', 'formula', '有证明或经市民确认的结案 ÷ 应结案', 'formula_en', 'closed with proof or citizen confirmation ÷ due to close'),
			jsonb_build_object('id', 'due', 'name', '应结案', 'name_en', 'Due to close', 'formula', '期内已结案 + 期内到期且仍未结案的已派遣案件', 'formula_en', 'closed in the period + dispatched cases whose limit lies in it and which are still open'),
			jsonb_build_object('id', 'overdue', 'name', '当前超期', 'name_en', 'Overdue now', 'formula', '已过时限且未结案的案件数', 'formula_en', 'open cases past their time limit')),
		'totals', private.totals(at), 'streets', private.street_figures(null, at),
		'areas', (select coalesce(jsonb_agg(f.value || jsonb_build_object('name', v.name, 'name_en', v.name_en, 'kind', a.kind, 'unit', u.name, 'unit_en', u.name_en,
			'geometry', extensions.st_asgeojson(v.geom, 6)::jsonb) order by a.id), '[]')
			from jsonb_array_elements(private.area_figures(null, at)) f
			join app.areas a on a.id = (f.value ->> 'area_id')::bigint join app.area_versions v on v.area_id = a.id and v.valid_to is null
			left join app.units u on u.id = v.unit_id),
		'recent', (select coalesce(jsonb_agg(private.live_event(e, c.position) - 'report_id' - 'case_id' || '{"kind": "report.received"}' order by c.position desc), '[]')
			from (select x.* from app.event_chain x join app.event_log y on y.id = x.event_id where x.position > h.position - 2000 and y.kind in ('report.received', 'report.imported')
				order by x.position desc limit 12) c join app.event_log e on e.id = c.event_id),
		'flow', private.flow(14, at),
		'categories', (select coalesce(jsonb_agg(jsonb_build_object('code', k.code, 'name', k.name, 'name_en', k.name_en, 'received', n.received) order by n.received desc, k.code), '[]')
			from (select d.category, sum(d.n) as received from app.day_counters d, private.rate_period(at) p where d.measure = 'received' and d.day >= private.local_day(p.a) group by d.category) n
			join app.categories k on k.code = n.category),
		'overdue', private.overdue_ladder(at), 'next_due', private.next_due(at), 'campaign', private.campaign(at));
end $$;

create function api.wall()
returns jsonb language sql stable set search_path = '' as $$ select private.wall(); $$;

---- Grants. Nothing is granted by default; every call is named here. ----
revoke all on all functions in schema api, private from public, anon, authenticated, service_role;
grant execute on function api.city(), api.basemap(bigint, int), api.base_features(bigint, int), api.search_streets(text, int) to anon, authenticated, service_role;
grant execute on function api.submit_report(jsonb, text, text, text), api.record_photo(text, int, text, jsonb), api.follow(text, text),
	api.answer_closure(text, text, boolean, uuid), api.tail(bigint, int), api.wall_figures(bigint[], bigint[]), api.tick(),
	api.verify_log(bigint), api.replay_differences(), api.number_differences(), api.exposed_calls() to service_role;
-- Set-up: the server's own key, and administrators, whom the functions ask for their role.
grant execute on function api.upsert_staff(jsonb), api.import_streets(jsonb, jsonb, boolean), api.import_areas(jsonb, jsonb, boolean),
	api.import_base_features(jsonb, jsonb, boolean), api.set_city(jsonb), private.upsert_staff(jsonb), private.import_streets(jsonb, jsonb, boolean),
	private.import_areas(jsonb, jsonb, boolean), private.import_base_features(jsonb, jsonb, boolean), private.set_city(jsonb) to authenticated, service_role;
grant execute on function api.export_streets(bigint, int) to authenticated, service_role;
grant execute on function api.units(), api.areas() to service_role;
grant execute on function api.me(), api.end_session(), api.units(), api.areas(), api.inbox(text, int, bigint), api.report_detail(uuid),
	api.decide_report(uuid, text, uuid, text, text, text, timestamptz, uuid), api.submit_staff_report(jsonb, text, text, text),
	api.cases(text[], int, timestamptz, boolean, text), api.case_detail(uuid),
	api.move_case(uuid, text, int, jsonb, text, text, timestamptz, uuid), api.attach_evidence(uuid, text, text, timestamptz, float8, float8, float8),
	api.photo_access(text, text), api.wall() to authenticated;

-- Internals that invoker functions and policies call under the caller's own rights.
grant execute on function private.lng_lat(extensions.geometry) to anon;
grant execute on function private.problem(int, text, jsonb), private.clock(), private.point(float8, float8), private.lng_lat(extensions.geometry),
	private.metres(extensions.geometry, extensions.geometry), private.box_around(extensions.geometry, float8),
	private.session_ended(), private.end_session(), private.my_roles(), private.has_role(text[]), private.is_staff(), private.is_desk(), private.my_units(), private.my_areas(), private.is_my_report(uuid),
	private.areas_at(extensions.geometry, float8), private.duplicates_of(text, extensions.geometry, timestamptz),
	private.permitted_lines_at(extensions.geometry), private.suggest_dispatch(text, extensions.geometry, float8),
	private.role_for(text[], bigint), private.why_not(app.cases, app.case_moves), private.proof_of(app.cases), private.evidence_fault_of(uuid),
	private.report_row(uuid), private.photos_of(uuid, uuid), private.timeline(uuid, uuid), private.case_row(uuid), private.reports_in_case(uuid),
	private.reports_for_case(uuid), private.decide_report(uuid, text, uuid, text, text, text, timestamptz, uuid), private.decided(uuid),
	private.move_case(uuid, text, int, jsonb, text, text, timestamptz, uuid), private.attach_evidence(uuid, text, text, timestamptz, float8, float8, float8),
	private.photo_access(text, text), private.receive_staff_report(jsonb, text, text, text), private.wall() to authenticated;
grant execute on function private.problem(int, text, jsonb), private.clock(), private.set_clock(timestamptz), private.lng_lat(extensions.geometry),
	private.utc(timestamptz), private.local_day(timestamptz), private.day_start(date), private.rate_period(timestamptz),
	private.receive_report(jsonb, text, uuid, text, text, text), private.record_photo(text, int, text, jsonb),
	private.followed(text, text), private.follow_answer(app.reports), private.answer_closure(app.reports, boolean, uuid),
	private.live_event(app.event_log, bigint), private.event_text(app.event_log, bigint),
	private.figures(timestamptz, timestamptz, bigint[], bigint[]), private.street_figures(bigint[], timestamptz), private.area_figures(bigint[], timestamptz),
	private.flow(int, timestamptz), private.totals(timestamptz), private.overdue_ladder(timestamptz), private.next_due(timestamptz),
	private.tick(), private.verify_log(bigint), private.replay_differences(), private.number_differences(),
	private.report_state(app.reports), private.case_state(app.cases), private.fact_of(app.cases) to service_role;
