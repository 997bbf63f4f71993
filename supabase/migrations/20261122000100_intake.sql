-- Intake from strangers: what a report may claim, how much one address may send, what a phone asks before it sends.

alter table app.reports
	add column proof text not null default 'trusted' check (proof in ('work', 'staff', 'none', 'trusted')),
	add column fix_lng float8, add column fix_lat float8,
	add column fix_accuracy_m float8 check (fix_accuracy_m between 0 and 10000),
	add column wide_skipped text check (wide_skipped in ('unsafe', 'no_room', 'same_view', 'other')),
	add column suggested_case_id uuid references app.cases (id),
	add constraint reports_fix_check check ((fix_lng is null) = (fix_lat is null) and (fix_lng is null or private.is_lng_lat(fix_lng, fix_lat)));
comment on column app.reports.proof is 'What stood against abuse: a proof of work, an account, nothing (then a person looks on site first), or a sender the server trusts.';
comment on column app.reports.fix_lng is 'Where the device said it was, when the report''s own place was set by hand.';
comment on column app.reports.suggested_case_id is 'The open case the reporter said it is (就是这个). The desk decides.';
create index reports_suggested_case on app.reports (suggested_case_id);
-- The reporter's own position is for nobody but the server and the desk's summary of it.
grant select (proof, wide_skipped, suggested_case_id) on app.reports to authenticated;

---- how much one sender may send ----
create table app.intake_limits (
	kind text primary key check (kind ~ '^[a-z_]{2,20}$'),
	capacity float8 not null check (capacity between 1 and 1e6),
	per_hour float8 not null check (per_hour between 0.1 and 1e7)
);
comment on table app.intake_limits is 'Token buckets: how many at once and how many an hour, per address (plain, usual, hard, …), per code (pin), or for all strangers together (all, plain_all).';
insert into app.intake_limits (kind, capacity, per_hour) values
	('plain', 5, 5), ('plain_all', 200, 200), ('usual', 20, 120), ('hard', 60, 240), ('all', 3000, 36000), ('all_hard', 1000, 12000),
	('follow', 60, 600), ('pin', 10, 20), ('nearby', 120, 1200), ('contact', 10, 20), ('photo', 300, 600);

create table app.intake_buckets (
	kind text not null references app.intake_limits (kind),
	key text not null check (length(key) between 1 and 64),
	tokens float8 not null,
	filled_at timestamptz not null,
	primary key (kind, key)
);
comment on table app.intake_buckets is 'What is left in each bucket. A key is a salted hash that changes by the day; rows untouched for a day are swept.';
create index intake_buckets_filled on app.intake_buckets (filled_at);

-- Takes one token. Null when there was one, else the seconds until there is.
create function private.take(kind text, key text)
returns int language plpgsql set search_path = '' as $$
declare
	l app.intake_limits := (select x from app.intake_limits x where x.kind = take.kind);
	moment timestamptz := private.clock();
	level float8;
begin
	if l.kind is null or coalesce(length(key), 0) not between 1 and 64 then perform private.problem(422, 'unknown_kind', '{"field": "kind"}'); end if;
	insert into app.intake_buckets (kind, key, tokens, filled_at) values (l.kind, take.key, l.capacity - 1, moment) on conflict do nothing;
	if found then
		-- Each new sender takes a few forgotten ones along, so that the table does not grow with history.
		delete from app.intake_buckets b where (b.kind, b.key) in (select o.kind, o.key from app.intake_buckets o
			where o.filled_at < moment - interval '1 day' order by o.filled_at limit 20 for update skip locked);
		return null;
	end if;
	select least(l.capacity, b.tokens + greatest(extract(epoch from moment - b.filled_at), 0) / 3600 * l.per_hour) into level
	from app.intake_buckets b where b.kind = l.kind and b.key = take.key for update;
	if level is null then return null; end if;
	if level < 1 then return greatest(ceil((1 - level) * 3600 / l.per_hour), 1)::int; end if;
	update app.intake_buckets b set tokens = level - 1, filled_at = greatest(b.filled_at, moment) where b.kind = l.kind and b.key = take.key;
	return null;
end $$;

-- Definer: writes for the service role.
create function private.take_token(kind text, key text)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	wait int := private.take(kind, key);
begin
	return jsonb_build_object('taken', wait is null, 'retry_after', wait);
end $$;

-- Definer: writes for the service role. Whether a stranger's report may come in now: level 0 without proof of work, 1 with the usual one, 2 with the
-- hard one. People behind one busy address are asked for more work, not turned away. A report that is here already comes in again for nothing.
-- Without a level it only answers which one is asked for now, and takes nothing.
create function private.admit(report_id uuid, address_hash text, level int, body_hash text)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	wait int;
begin
	if address_hash is null or exists (select from app.reports r where r.id = admit.report_id and (admit.body_hash is null or r.body_hash = admit.body_hash)) then
		return '{"admitted": true, "level": null, "retry_after": null}'::jsonb;
	end if;
	if level is null then
		return jsonb_build_object('admitted', false, 'retry_after', null, 'level', case when (
			select least(l.capacity, b.tokens + greatest(extract(epoch from private.clock() - b.filled_at), 0) / 3600 * l.per_hour)
			from app.intake_buckets b join app.intake_limits l on l.kind = b.kind where b.kind = 'usual' and b.key = address_hash) < 1 then 2 else 1 end);
	end if;
	wait := private.take(case when level >= 2 then 'hard' when level = 1 then 'usual' else 'plain' end, address_hash);
	if wait is not null then
		return jsonb_build_object('admitted', false, 'level', case when level < 2 then greatest(level, 0) + 1 end, 'retry_after', wait);
	end if;
	wait := case when level <= 0 then private.take('plain_all', '*') end;
	if wait is not null then return jsonb_build_object('admitted', false, 'level', 1, 'retry_after', wait); end if;
	-- Strangers together have an end, and beyond it a reserve for those who do the hard work.
	wait := case when level >= 2 then null else private.take('all', '*') end;
	if wait is null and level >= 2 and private.take('all', '*') is not null then wait := private.take('all_hard', '*'); end if;
	return jsonb_build_object('admitted', wait is null, 'level', case when wait is not null and level < 2 then 2 end, 'retry_after', wait);
end $$;

-- Definer: writes for the service role and administrators. [{kind, capacity, per_hour}] of kinds there are.
create function private.set_intake_limits(limits jsonb)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	item jsonb;
begin
	perform private.need_admin();
	if jsonb_typeof(limits) is distinct from 'array' then perform private.problem(422, 'bad_number', '{"field": "limits"}'); end if;
	for item in select value from jsonb_array_elements(limits) loop
		begin
			update app.intake_limits l set capacity = (item ->> 'capacity')::float8, per_hour = (item ->> 'per_hour')::float8 where l.kind = item ->> 'kind';
			if not found then perform private.problem(422, 'unknown_kind', '{"field": "kind"}'); end if;
		exception when data_exception or check_violation or not_null_violation then
			perform private.problem(422, 'bad_number', jsonb_build_object('field', item ->> 'kind'));
		end;
	end loop;
	return api.intake_limits();
end $$;

create function api.intake_limits()
returns jsonb language sql stable set search_path = '' as $$
	select jsonb_build_object('limits', coalesce(jsonb_agg(jsonb_build_object('kind', l.kind, 'capacity', l.capacity, 'per_hour', l.per_hour) order by l.kind), '[]')) from app.intake_limits l;
$$;
create function api.set_intake_limits(limits jsonb)
returns jsonb language sql set search_path = '' as $$ select private.set_intake_limits(limits); $$;
create function api.admit(report_id uuid, address_hash text, level int, body_hash text default null)
returns jsonb language sql set search_path = '' as $$ select private.admit(report_id, address_hash, level, body_hash); $$;
-- The receipt of a report that is here already, with this very body; null of any other.
create function api.known_receipt(report_id uuid, body_hash text)
returns jsonb language sql stable set search_path = '' as $$
	select private.receipt(r, false) from app.reports r where r.id = known_receipt.report_id and r.body_hash = known_receipt.body_hash;
$$;
create function api.take_token(kind text, key text)
returns jsonb language sql set search_path = '' as $$ select private.take_token(kind, key); $$;

---- what a report may claim ----
-- Definer: writes for the service role. A report comes in: numbered, snapped, placed, checked for duplicates and logged in this one transaction.
-- The same id with the same body again answers as the first time; with another body it is refused. Without proof of work or account it waits for
-- somebody on site.
create or replace function private.receive_report(report jsonb, source text, reporter uuid, code_hash text, pin_hash text, body_hash text)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	wanted uuid;
	r app.reports;
	pin extensions.geometry;
	snapped record;
	ground jsonb;
	was_there boolean := true;
	oldest interval := case when source = 'import' then interval '100 years' else interval '30 days' end;
	proof text := case when reporter is not null then 'staff' when report ->> 'proof' in ('work', 'none') then report ->> 'proof' else 'trusted' end;
	fix jsonb := case when jsonb_typeof(report -> 'fix') = 'object' and private.is_lng_lat((report #>> '{fix,lng}')::float8, (report #>> '{fix,lat}')::float8) then report -> 'fix' end;
begin
	begin
		wanted := (report ->> 'id')::uuid;
	exception when others then
		wanted := null;
	end;
	if wanted is null then
		perform private.problem(422, 'bad_id', '{"field": "id"}');
	end if;
	select x.* into r from app.reports x where x.id = wanted;
	if r.id is null then
		if not exists (select from app.categories c where c.code = report ->> 'category' and c.parent is not null and c.is_active) then
			perform private.problem(422, 'unknown_category', '{"field": "category"}');
		end if;
		if not coalesce(private.is_plain_text(coalesce(report ->> 'description', ''), 2000), false) then
			perform private.problem(422, 'bad_text', '{"field": "description", "longest": 2000}');
		end if;
		perform private.check_place((report ->> 'lng')::float8, (report ->> 'lat')::float8);
		pin := private.point((report ->> 'lng')::float8, (report ->> 'lat')::float8);
		snapped := private.snap(pin);
		ground := (select coalesce(jsonb_agg(a), '[]') from private.areas_at(pin, (report ->> 'accuracy_m')::float8) a);
		r.observed_at := private.claimed_time((report ->> 'observed_at')::timestamptz, oldest);
		perform private.describe('report.received', r.observed_at, case when reporter is null then 'citizen' end);
		-- A photo's row is held until this report is known: nobody clears it away as nobody's meanwhile.
		perform from app.photos p where p.sha256 in (select x ->> 'sha256' from jsonb_array_elements(coalesce(report -> 'photos', '[]')) x) order by p.sha256 for key share;
		insert into app.reports (id, source, status, category, geom, accuracy_m, location_source, description, observed_at, segment_id, street_id,
			segment_distance_m, on_street, area_id, reporter, code_hash, pin_hash, body_hash, proof, fix_lng, fix_lat, fix_accuracy_m, wide_skipped, suggested_case_id)
		values (wanted, receive_report.source, case proof when 'none' then 'to_verify' else 'received' end, report ->> 'category', pin, (report ->> 'accuracy_m')::float8,
			coalesce(report ->> 'location_source', 'api'), coalesce(report ->> 'description', ''), r.observed_at,
			snapped.segment_id, snapped.street_id, snapped.distance_m, snapped.on_street,
			(select min((h -> 'area_id')::bigint) from jsonb_array_elements(ground) h where (h -> 'holds')::boolean and h ->> 'kind' = 'duty_grid'),
			receive_report.reporter, receive_report.code_hash, receive_report.pin_hash, receive_report.body_hash, proof,
			(fix ->> 'lng')::float8, (fix ->> 'lat')::float8, case when (fix ->> 'accuracy_m')::float8 between 0 and 10000 then (fix ->> 'accuracy_m')::float8 end,
			case when report ->> 'wide_skipped' in ('unsafe', 'no_room', 'same_view', 'other') then report ->> 'wide_skipped' end,
			(select c.id from app.cases c join app.case_statuses s on s.status = c.status and s.is_open where c.id::text = lower(report ->> 'suggested_case')))
		on conflict (id) do nothing returning * into r;
		was_there := r.id is null;
		if was_there then
			select x.* into r from app.reports x where x.id = wanted;
		else
			insert into app.report_areas (report_id, area_id, holds, border_m)
			select r.id, h.area_id, h.holds, h.border_m from jsonb_to_recordset(ground) h (area_id bigint, holds boolean, border_m float8);
			-- What the photo said of itself before it was made small: claims, kept where they are sound.
			insert into app.evidence (report_id, sha256, role, added_by, taken_at, lng, lat, accuracy_m)
			select r.id, p.sha256, p.role, receive_report.reporter, case when p.taken_at <= private.clock() + interval '5 minutes' then p.taken_at end,
				case when private.is_lng_lat(p.lng, p.lat) then p.lng end, case when private.is_lng_lat(p.lng, p.lat) then p.lat end,
				case when private.is_lng_lat(p.lng, p.lat) and p.accuracy_m between 0 and 10000 then p.accuracy_m end
			from jsonb_to_recordset(coalesce(report -> 'photos', '[]')) p (sha256 text, role text, taken_at timestamptz, lng float8, lat float8, accuracy_m float8)
			on conflict do nothing;
			insert into app.report_duplicates (report_id, case_id, distance_m, age_days)
			select r.id, d.case_id, d.distance_m, d.age_days from private.duplicates_of(r.category, pin, r.observed_at) d;
		end if;
	end if;
	if was_there and r.body_hash is distinct from receive_report.body_hash then
		perform private.problem(409, 'id_taken', '{"field": "id"}');
	end if;
	return private.receipt(r, not was_there);
end $$;

-- Definer: how far the device's own fix lay from the report's place, for those who read the report; the fix itself is where its sender stood.
create function private.fix_of(report_id uuid)
returns jsonb language sql stable security definer set search_path = '' as $$
	select jsonb_build_object('distance_m', round(private.metres(private.point(r.fix_lng, r.fix_lat), r.geom)), 'accuracy_m', r.fix_accuracy_m)
	from app.reports r where r.id = fix_of.report_id and r.fix_lng is not null and private.sees_report(r.id);
$$;

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
			'possible_duplicates', (select count(*) from app.report_duplicates d where d.report_id = r.id))
		from app.reports r join app.categories k on k.code = r.category left join app.streets s on s.id = r.street_id
		left join app.area_versions v on v.area_id = r.area_id and v.valid_to is null
		where r.id = report_row.report_id
	);
end $$;

---- what a phone asks before it sends ----
-- Where a place is: its street, the duty grids it may belong to within the fix's accuracy with a point on each one's side, the nearest legal wash site.
create function api.place_at(lng float8, lat float8, accuracy_m float8 default null)
returns jsonb language plpgsql stable set search_path = '' as $$
declare
	pin extensions.geometry;
	snapped record;
	c app.city := (select x from app.city x);
	sides jsonb;
begin
	if lng is null or lat is null or not coalesce(private.is_lng_lat(lng, lat), false) then perform private.problem(422, 'bad_coordinates', '{"field": "lng"}'); end if;
	pin := private.point(lng, lat);
	snapped := private.snap(pin);
	with near as (
		select a.area_id, a.holds, a.border_m, v.name, v.name_en, v.geom, extensions.st_closestpoint(v.geom, pin) as edge
		from private.areas_at(pin, least(greatest(coalesce(accuracy_m, 0), 0), 100)) a join app.area_versions v on v.area_id = a.area_id and v.valid_to is null
		where a.kind = 'duty_grid' and (a.holds or a.border_m <= least(greatest(coalesce(accuracy_m, 0), 0), 100))
	), placed as (
		-- A few metres beyond the border, straight on from the pin; where the ground is too narrow for that, any point of it close by.
		select n.*, case when n.holds then pin else (
			select case when extensions.st_intersects(n.geom, q.beyond) then q.beyond
				else coalesce(extensions.st_pointonsurface(nullif(extensions.st_intersection(n.geom, private.box_around(n.edge, 6)), 'GEOMETRYCOLLECTION EMPTY')), n.edge) end
			from (select extensions.st_setsrid(extensions.st_makepoint(
				extensions.st_x(n.edge) + (extensions.st_x(n.edge) - lng) * 3 / greatest(n.border_m, 1), extensions.st_y(n.edge) + (extensions.st_y(n.edge) - lat) * 3 / greatest(n.border_m, 1)), 4326) as beyond) q) end as point
		from near n
	), turned as (
		select p.*, coalesce((select degrees(extensions.st_azimuth(pin::extensions.geography, coalesce(o.point, pin)::extensions.geography)) from placed o where o.area_id <> p.area_id and not o.holds order by o.border_m limit 1), 0) as other,
			degrees(extensions.st_azimuth(pin::extensions.geography, p.point::extensions.geography)) as own
		from placed p
	)
	select jsonb_agg(jsonb_build_object('area_id', t.area_id, 'name', t.name, 'name_en', t.name_en, 'holds', t.holds, 'border_m', round(t.border_m::numeric, 1),
		'bearing', round(case when t.holds then (t.other + 180)::numeric % 360 else coalesce(t.own, 0)::numeric end), 'point', private.lng_lat(t.point)) order by t.holds desc, t.border_m, t.area_id)
	into sides from turned t;
	return jsonb_build_object(
		'inside', c.west is not null and lng between c.west and c.east and lat between c.south and c.north,
		'street', (select jsonb_build_object('id', s.id, 'name', s.name, 'name_en', s.name_en) from app.streets s where s.id = snapped.street_id),
		'distance_m', round(snapped.distance_m::numeric, 1),
		'sides', case when jsonb_array_length(coalesce(sides, '[]')) > 1 then sides else '[]'::jsonb end,
		'wash_site', (select jsonb_build_object('id', f.id, 'name', f.name, 'name_en', f.name_en, 'bays', f.bays, 'bays_free', f.bays_free, 'point', private.lng_lat(f.geom),
				'distance_m', round(private.metres(f.geom, pin)))
			from app.facilities f where f.kind = 'wash_site' and f.build_state = 'open' order by private.metres(f.geom, pin), f.id limit 1));
end $$;

-- Open cases of a category that may be what somebody stands before. Each stands for its cell of about forty metres, in what is found and in what
-- distance is said: however often and from wherever one asks, nothing finer can be learnt.
create function api.nearby(category text, lng float8, lat float8)
returns jsonb language plpgsql stable set search_path = '' as $$
declare
	k app.categories := (select x from app.categories x where x.code = nearby.category and x.parent is not null);
	here record;
begin
	if k.code is null then perform private.problem(422, 'unknown_category', '{"field": "category"}'); end if;
	if lng is null or lat is null or not coalesce(private.is_lng_lat(lng, lat), false) then perform private.problem(422, 'bad_coordinates', '{"field": "lng"}'); end if;
	here := private.snap(private.point(lng, lat));
	return (select jsonb_build_object('radius_m', k.duplicate_radius_m, 'cases', coalesce(jsonb_agg(jsonb_build_object('id', n.id, 'status', n.status, 'category', n.category,
			'street', s.name, 'street_en', s.name_en, 'age_days', greatest(floor(extract(epoch from private.clock() - n.opened_at) / 86400), 0)::int,
			'distance_m', greatest(ceil(n.metres / 10) * 10, 10)::int, 'reports', (select count(*) from app.reports r where r.case_id = n.id),
			'photo', (select p.public_id from app.evidence e join app.photos p on p.sha256 = e.sha256 where e.case_id = n.id and p.public_id is not null
				order by e.role <> 'near', e.role = 'after', e.recorded_at desc limit 1)) order by n.metres, n.id), '[]'))
		from (select c.id, c.status, c.category, c.street_id, c.opened_at, q.metres
			from app.cases c join app.case_statuses t on t.status = c.status
			cross join lateral (select private.metres(extensions.st_snaptogrid(c.on_street, 0.0004), here.on_street) as metres) q
			where t.is_open and c.category = k.code and c.on_street is not null and here.on_street is not null
				and c.on_street operator(extensions.&&) private.box_around(here.on_street, k.duplicate_radius_m + 80)
				and q.metres <= k.duplicate_radius_m + 25
				and c.opened_at >= private.clock() - make_interval(days => k.duplicate_days)
			order by 6, c.id limit 6) n left join app.streets s on s.id = n.street_id);
end $$;
create index cases_on_street on app.cases using gist (on_street);

-- Every street there is, with a point on it: what a phone keeps to understand a typed street without a network.
create function api.street_names()
returns jsonb language sql stable set search_path = '' as $$
	select jsonb_build_object('version', (select c.streets_version from app.city c), 'streets', coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'name', s.name, 'name_en', s.name_en,
		'point', private.lng_lat(extensions.st_lineinterpolatepoint(l.geom, 0.5))) order by s.name, s.id), '[]'))
	from app.streets s join lateral (select v.geom from app.segment_versions v join app.segments g on g.id = v.segment_id
		where g.street_id = s.id and g.gone_at is null and v.valid_to is null order by v.length_m desc, v.id limit 1) l on true;
$$;

alter table app.intake_limits enable row level security;
alter table app.intake_buckets enable row level security;
grant select on app.intake_limits to authenticated, service_role;
grant select on app.intake_buckets to service_role;
create policy "administrators read the limits of intake" on app.intake_limits for select to authenticated using ((select private.has_role('admin', 'data_officer')));

revoke all on function private.take(text, text), private.take_token(text, text), private.admit(uuid, text, int, text), private.set_intake_limits(jsonb), private.fix_of(uuid),
	api.intake_limits(), api.set_intake_limits(jsonb), api.admit(uuid, text, int, text), api.take_token(text, text), api.place_at(float8, float8, float8),
	api.nearby(text, float8, float8), api.street_names(), api.known_receipt(uuid, text) from public, anon, authenticated, service_role;
grant execute on function api.street_names() to anon, authenticated, service_role;
grant execute on function api.intake_limits(), api.set_intake_limits(jsonb), private.set_intake_limits(jsonb) to authenticated, service_role;
grant execute on function private.fix_of(uuid) to authenticated;
grant execute on function private.take_token(text, text), private.admit(uuid, text, int, text), api.admit(uuid, text, int, text), api.take_token(text, text),
	api.place_at(float8, float8, float8), api.nearby(text, float8, float8), api.known_receipt(uuid, text), private.receipt(app.reports, boolean),
	private.is_lng_lat(float8, float8), private.point(float8, float8), private.metres(extensions.geometry, extensions.geometry), private.box_around(extensions.geometry, float8),
	private.snap(extensions.geometry), private.areas_at(extensions.geometry, float8) to service_role;
