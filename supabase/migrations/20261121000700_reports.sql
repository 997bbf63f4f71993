-- Reports, their photos as evidence, and where they happened.
create table app.reasons (
	code text not null,
	move text not null,
	name text not null,
	name_en text not null,
	position int not null default 0,
	primary key (move, code)
);
comment on table app.reasons is 'Reasons'' codes per decision or move: what the log keeps instead of free text.';
insert into app.reasons (move, code, name, name_en, position) values
	('decline', 'not_a_kerb_matter', '不属于街面问题', 'Not a kerbside matter', 1),
	('decline', 'outside_duty', '不在管辖范围', 'Outside our duty', 2),
	('decline', 'not_enough_to_act_on', '信息不足', 'Too little to act on', 3),
	('decline', 'permitted', '属于允许经营', 'It is permitted there', 4),
	('decline', 'nonsense', '无效上报', 'Not a real report', 5),
	('file', 'permitted_line_crossed', '划线区内但超出许可', 'Inside a permitted line, but beyond what is allowed', 1),
	('return', 'not_fixed', '问题未解决', 'Not fixed', 1),
	('return', 'partly_fixed', '整改不彻底', 'Only partly fixed', 2),
	('return', 'no_proof', '证明材料不足', 'Proof is missing', 3),
	('return', 'wrong_place', '处理地点不符', 'Handled in the wrong place', 4),
	('hand_back', 'not_our_ground', '不属本单位责任区', 'Not our ground', 1),
	('hand_back', 'not_our_duty', '不属本单位职责', 'Not our duty', 2),
	('suspend', 'needs_works', '需工程整治', 'Needs building works', 1),
	('suspend', 'seasonal', '季节性原因', 'Seasonal', 2),
	('suspend', 'law_procedure', '进入法律程序', 'Legal proceedings', 3),
	('void', 'filed_by_mistake', '误立案', 'Filed by mistake', 1),
	('void', 'nothing_there', '查无此事', 'Nothing there', 2),
	('void', 'duplicate', '重复立案', 'Filed twice', 3),
	('close', 'no_photo_possible', '无法拍照', 'No photo was possible', 1),
	('close', 'confirmed_on_site', '现场核实', 'Confirmed on site', 2),
	('redispatch', 'wrong_unit', '派错单位', 'Wrong unit', 1);

create table app.photos (
	sha256 text primary key check (sha256 ~ '^[0-9a-f]{64}$'),
	byte_size int not null check (byte_size between 1 and 20971520),
	media_type text not null check (media_type in ('image/jpeg', 'image/png', 'image/webp', 'image/heic', 'image/heif')),
	state text not null default 'withheld' check (state in ('withheld', 'covered', 'cleared')),
	taken_at timestamptz,
	lng float8, lat float8,
	width int, height int,
	recorded_at timestamptz not null default private.clock(),
	check (lng is null or private.is_lng_lat(lng, lat))
);
comment on table app.photos is 'Photos by content. The original is sealed; place and time are what its metadata claims.';

create sequence app.report_number as bigint;

create table app.reports (
	id uuid primary key,
	number bigint not null unique default nextval('app.report_number'),
	source text not null check (source in ('citizen', 'volunteer', 'inspector', 'hotline', 'import', 'api')),
	status text not null default 'received' check (status in ('received', 'filed', 'to_verify', 'declined')),
	category text not null references app.categories (code),
	geom extensions.geometry(Point, 4326) not null,
	accuracy_m float8 check (accuracy_m between 0 and 10000),
	location_source text not null check (location_source in ('device', 'photo', 'pin', 'typed', 'api', 'import')),
	description text not null default '' check (private.is_plain_text(description, 2000)),
	observed_at timestamptz not null,
	recorded_at timestamptz not null default private.clock(),
	segment_id bigint references app.segments (id),
	street_id bigint references app.streets (id),
	segment_distance_m float8,
	on_street extensions.geometry(Point, 4326),
	area_id bigint references app.areas (id),
	case_id uuid,
	reporter uuid references app.staff (id),
	code_hash text unique check (code_hash ~ '^[0-9a-f]{64}$'),
	pin_hash text check (pin_hash ~ '^[0-9a-f]{64}$'),
	body_hash text check (body_hash ~ '^[0-9a-f]{64}$')
);
comment on table app.reports is 'One submission (上报) by one citizen, inspector, hotline import or client. Never deleted by a merge.';
create index reports_status on app.reports (status, number);
create index reports_case on app.reports (case_id);
create index reports_category on app.reports (category);
create index reports_segment on app.reports (segment_id);
create index reports_street on app.reports (street_id);
create index reports_area on app.reports (area_id);
create index reports_reporter on app.reports (reporter);
create index reports_recorded on app.reports (recorded_at);

create table app.report_areas (
	report_id uuid not null references app.reports (id),
	area_id bigint not null references app.areas (id),
	holds boolean not null,
	border_m float8 not null,
	primary key (report_id, area_id)
);
comment on table app.report_areas is 'The areas a report fell in when it was received, and duty grids it may belong to (border within its accuracy).';
create index report_areas_area on app.report_areas (area_id);

create table app.evidence (
	id uuid primary key default gen_random_uuid(),
	report_id uuid references app.reports (id),
	case_id uuid,
	sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
	role text not null check (role in ('near', 'wide', 'before', 'after')),
	added_by uuid references app.staff (id),
	recorded_at timestamptz not null default private.clock(),
	taken_at timestamptz,
	lng float8, lat float8,
	accuracy_m float8 check (accuracy_m between 0 and 10000),
	check (lng is null or private.is_lng_lat(lng, lat)),
	check (report_id is not null or case_id is not null),
	unique (report_id, sha256),
	unique (case_id, sha256, role)
);
comment on table app.evidence is 'Evidence (证据): which photo shows what for which report or case; who, when and where are the device''s claims.';
create index evidence_sha256 on app.evidence (sha256);
create index evidence_added_by on app.evidence (added_by);

create table app.photo_accesses (
	id bigint generated always as identity primary key,
	sha256 text not null,
	staff_id uuid,
	purpose text not null check (private.is_plain_text(purpose, 200)),
	recorded_at timestamptz not null default private.clock()
);
comment on table app.photo_accesses is 'Who opened a sealed original, when and what for.';

create function private.report_state(r app.reports)
returns jsonb language sql stable set search_path = '' as $$
	select jsonb_build_object('status', r.status, 'number', r.number, 'source', r.source, 'category', r.category,
		'segment_id', r.segment_id, 'street_id', r.street_id, 'area_id', r.area_id, 'case_id', r.case_id);
$$;

create function private.log_report()
returns trigger language plpgsql set search_path = '' as $$
begin
	perform private.log_change('report', new.id, new.case_id, case when tg_op = 'UPDATE' then private.report_state(old) end,
		private.report_state(new));
	return null;
end $$;
create trigger reports_log after insert or update on app.reports for each row when (not private.is_bulk()) execute function private.log_report();
create trigger reports_never_deleted before delete or truncate on app.reports for each statement execute function private.refuse_change();

-- A claimed time: not past the server's clock by more than five minutes of drift, not older than `oldest`.
-- A little in the future counts as now.
create function private.claimed_time(claimed timestamptz, oldest interval)
returns timestamptz language plpgsql stable set search_path = '' as $$
declare
	moment timestamptz := private.clock();
begin
	if claimed is null then return moment; end if;
	if claimed > moment + interval '5 minutes' then
		perform private.problem(422, 'time_in_the_future', jsonb_build_object('field', 'observed_at', 'server_time', moment));
	elsif claimed < moment - oldest then
		perform private.problem(422, 'time_too_old', jsonb_build_object('field', 'observed_at', 'oldest', moment - oldest));
	end if;
	return least(claimed, moment);
end $$;

-- Refuses a point that is no number, swapped, or outside the city, with a hint.
create function private.check_place(lng float8, lat float8)
returns void language plpgsql stable set search_path = '' as $$
declare
	c app.city := (select x from app.city x);
	margin float8;
begin
	if lng is null or lat is null or lng = 'NaN'::float8 or lat = 'NaN'::float8 or abs(lng) = 'Infinity'::float8 or abs(lat) = 'Infinity'::float8 then
		perform private.problem(422, 'bad_coordinates', '{"field": "lng"}');
	end if;
	if c.west is null then
		perform private.problem(422, 'city_not_set_up');
	end if;
	-- A kerb at the edge counts: as far out as a street would still be found.
	margin := c.snap_limit_m / (111320 * cos(radians(c.north)));
	if not (lng between c.west - margin and c.east + margin and lat between c.south - margin and c.north + margin) then
		perform private.problem(422, case when lat between c.west and c.east and lng between c.south and c.north then 'coordinates_swapped' else 'outside_city' end,
			jsonb_build_object('field', 'lng', 'bbox', jsonb_build_array(c.west, c.south, c.east, c.north)));
	end if;
end $$;

-- Definer: writes for the service role. A report comes in: numbered, snapped, placed, checked for duplicates and logged in this one transaction.
-- The same id with the same body again answers as the first time; with another body it is refused.
create function private.receive_report(report jsonb, source text, reporter uuid, code_hash text, pin_hash text, body_hash text)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	wanted uuid;
	r app.reports;
	pin extensions.geometry;
	snapped record;
	ground jsonb;
	was_there boolean := true;
	oldest interval := case when source = 'import' then interval '100 years' else interval '30 days' end;
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
		insert into app.reports (id, source, category, geom, accuracy_m, location_source, description, observed_at, segment_id, street_id,
			segment_distance_m, on_street, area_id, reporter, code_hash, pin_hash, body_hash)
		values (wanted, receive_report.source, report ->> 'category', pin, (report ->> 'accuracy_m')::float8,
			coalesce(report ->> 'location_source', 'api'), coalesce(report ->> 'description', ''), r.observed_at,
			snapped.segment_id, snapped.street_id, snapped.distance_m, snapped.on_street,
			(select min((h -> 'area_id')::bigint) from jsonb_array_elements(ground) h where (h -> 'holds')::boolean and h ->> 'kind' = 'duty_grid'),
			receive_report.reporter, receive_report.code_hash, receive_report.pin_hash, receive_report.body_hash)
		on conflict (id) do nothing returning * into r;
		was_there := r.id is null;
		if was_there then
			select x.* into r from app.reports x where x.id = wanted;
		else
			insert into app.report_areas (report_id, area_id, holds, border_m)
			select r.id, h.area_id, h.holds, h.border_m from jsonb_to_recordset(ground) h (area_id bigint, holds boolean, border_m float8);
			insert into app.evidence (report_id, sha256, role, added_by)
			select r.id, p ->> 'sha256', p ->> 'role', receive_report.reporter
			from jsonb_array_elements(coalesce(report -> 'photos', '[]')) p
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

-- Definer: writes for the service role.
create function private.record_photo(sha256 text, byte_size int, media_type text, claims jsonb)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	fits boolean := coalesce(private.is_lng_lat((claims ->> 'lng')::float8, (claims ->> 'lat')::float8), false);
	n int;
begin
	insert into app.photos (sha256, byte_size, media_type, taken_at, lng, lat, width, height)
	values (record_photo.sha256, record_photo.byte_size, record_photo.media_type, (claims ->> 'taken_at')::timestamptz,
		case when fits then (claims ->> 'lng')::float8 end, case when fits then (claims ->> 'lat')::float8 end,
		(claims ->> 'width')::int, (claims ->> 'height')::int)
	on conflict do nothing;
	get diagnostics n = row_count;
	return jsonb_build_object('sha256', record_photo.sha256, 'known', n = 0);
end $$;

create function private.evidence_logged()
returns trigger language plpgsql set search_path = '' as $$
begin
	perform private.describe(case when new.case_id is null then 'report' else 'case' end || '.evidence', coalesce(new.taken_at, new.recorded_at));
	perform private.log_change(case when new.case_id is null then 'report' else 'case' end, new.report_id, new.case_id, null,
		jsonb_build_object('evidence_id', new.id, 'sha256', new.sha256, 'evidence_role', new.role));
	return null;
end $$;
create trigger evidence_log after insert on app.evidence for each row when (not private.is_bulk()) execute function private.evidence_logged();

alter table app.reasons enable row level security;
alter table app.photos enable row level security;
alter table app.reports enable row level security;
alter table app.report_areas enable row level security;
alter table app.evidence enable row level security;
alter table app.photo_accesses enable row level security;
grant select on app.reasons to anon, authenticated, service_role;
grant select on app.reports, app.photos, app.report_areas, app.evidence, app.photo_accesses to service_role;
-- Who reported, and what opens a report from outside, is for nobody at the desk.
grant select (id, number, source, status, category, geom, accuracy_m, location_source, description, observed_at, recorded_at,
	segment_id, street_id, segment_distance_m, on_street, area_id, case_id) on app.reports to authenticated;
grant select on app.report_areas, app.photo_accesses, app.photos to authenticated;
grant select (id, report_id, case_id, sha256, role, recorded_at, taken_at, lng, lat, accuracy_m) on app.evidence to authenticated;

-- Definer: asks whose a report is without showing the column to the caller.
create function private.is_my_report(report_id uuid)
returns boolean language sql stable security definer set search_path = '' as $$
	select exists (select from app.reports r where r.id = report_id and r.reporter = (select auth.uid()));
$$;

-- The same three rules as the policies below, for definer functions: the desk all, reporters their own, inspectors what waits in their areas.
create function private.sees_report(report_id uuid)
returns boolean language sql stable set search_path = '' as $$
	select exists (select from app.reports r where r.id = sees_report.report_id and (private.is_desk() or r.reporter = (select auth.uid())
		or (r.status in ('received', 'to_verify') and exists (select from private.my_roles() m
			where m.role = 'inspector' and (m.area_id is null or m.area_id = r.area_id)))));
$$;

create policy "everyone reads reasons" on app.reasons for select to anon, authenticated using (true);
create policy "desk reads all, inspectors what waits there, people their own" on app.reports for select to authenticated
	using ((select private.is_desk())
		or (status in ('received', 'to_verify') and (select private.has_role('inspector'))
			and (area_id in (select private.my_areas()) or (select exists (select from private.my_roles() m where m.role = 'inspector' and m.area_id is null))))
		or private.is_my_report(id));
create policy "who reads a report reads its areas" on app.report_areas for select to authenticated
	using (exists (select from app.reports r where r.id = report_id));
create policy "the data officer reads accesses to originals" on app.photo_accesses for select to authenticated
	using ((select private.has_role('data_officer')));
