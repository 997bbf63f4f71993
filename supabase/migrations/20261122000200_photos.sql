-- Photos before the public: withheld until a person has covered or cleared them, and never under an address that stays.

alter table app.photos
	add column public_id uuid unique,
	add column covers jsonb not null default '[]' check (jsonb_typeof(covers) = 'array' and jsonb_array_length(covers) <= 60),
	add column revision int not null default 0 check (revision >= 0),
	add column judged_at timestamptz,
	add column judged_by uuid references app.staff (id),
	add column unreadable text check (unreadable in ('photo_unreadable', 'photo_too_heavy')),
	add constraint photos_public_check check (public_id is null or (state <> 'withheld' and judged_at is not null));
comment on column app.photos.public_id is 'The address of the published derivative; a new one at every judgement, none while withheld.';
comment on column app.photos.covers is 'What is covered: {x, y, w, h} as fractions of the upright picture.';
comment on column app.photos.unreadable is 'Why the server could make no picture of it; the original is kept all the same.';
create index photos_judged_by on app.photos (judged_by);
create index photos_recorded on app.photos (recorded_at);
create index photos_unjudged on app.photos (sha256) where judged_at is null;
create index evidence_of_photo on app.evidence (sha256, recorded_at) where case_id is not null;

create table app.photo_judgements (
	sha256 text not null references app.photos (sha256),
	revision int not null,
	state text not null check (state in ('withheld', 'covered', 'cleared', 'reopened')),
	covers jsonb not null,
	staff_id uuid not null references app.staff (id),
	recorded_at timestamptz not null default private.clock(),
	primary key (sha256, revision)
);
comment on table app.photo_judgements is 'Who covered, cleared or withheld a photo, and when.';
create index photo_judgements_staff on app.photo_judgements (staff_id);
create trigger photo_judgements_append_only before update or delete or truncate on app.photo_judgements for each statement execute function private.refuse_change();

create or replace function private.replay_differences()
returns jsonb language sql stable set search_path = '' as $$
	with steps as (
		select coalesce(e.report_id, e.case_id) as id, split_part(e.kind, '.', 1) as subject, c.position, s.key, s.value
		from app.event_chain c join app.event_log e on e.id = c.event_id, jsonb_each(e.after) s
		where s.key not in ('evidence_id', 'sha256', 'evidence_role', 'photo_state', 'photo_revision')
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

-- A photo named by a report that has a case already (history that comes in whole, a citizen's answer) belongs to the case too, as it does when a
-- report is filed.
create function private.evidence_of_filed()
returns trigger language plpgsql set search_path = '' as $$
begin
	insert into app.evidence (case_id, sha256, role, added_by, recorded_at, taken_at, lng, lat, accuracy_m)
	select r.case_id, new.sha256, case when new.role in ('near', 'wide') then new.role else 'wide' end, new.added_by, new.recorded_at, new.taken_at, new.lng, new.lat, new.accuracy_m
	from app.reports r where r.id = new.report_id and r.case_id is not null on conflict do nothing;
	return null;
end $$;
create trigger evidence_of_filed after insert on app.evidence for each row when (new.report_id is not null) execute function private.evidence_of_filed();

-- Definer: photos of filed cases that wait for a person's judgement, oldest first, for those who may judge.
create function private.photos_to_judge(max_rows int, after text)
returns jsonb language plpgsql stable security definer set search_path = '' as $$
begin
	perform private.need_role('registrar', 'dispatcher', 'closer', 'data_officer');
	return (
		with waiting as (
			select p.sha256, e.role, e.recorded_at, coalesce(e.taken_at, p.taken_at) as taken_at, e.case_id, e.number, e.category, e.street_id,
				p.state, p.covers, p.revision, p.unreadable
			from app.photos p cross join lateral (select x.role, x.recorded_at, x.taken_at, x.case_id, c.number, c.category, c.street_id
				from app.evidence x join app.cases c on c.id = x.case_id
				where x.sha256 = p.sha256 and c.status <> 'voided' order by x.recorded_at limit 1) e
			where p.judged_at is null
		)
		select jsonb_build_object('total', (select count(*) from waiting), 'photos', coalesce(jsonb_agg(jsonb_build_object('sha256', w.sha256, 'role', w.role,
			'recorded_at', w.recorded_at, 'taken_at', w.taken_at, 'case_id', w.case_id, 'case_number', w.number, 'category', w.category, 'category_name', k.name, 'category_name_en', k.name_en,
			'street', s.name, 'street_en', s.name_en, 'state', w.state, 'covers', w.covers, 'revision', w.revision, 'unreadable', w.unreadable) order by w.recorded_at, w.sha256), '[]'))
		from (select * from waiting x where after is null or (x.recorded_at, x.sha256) > (select y.recorded_at, y.sha256 from waiting y where y.sha256 = after)
			or not exists (select from waiting y where y.sha256 = after) order by x.recorded_at, x.sha256 limit least(greatest(coalesce(max_rows, 20), 1), 200)) w
		join app.categories k on k.code = w.category left join app.streets s on s.id = w.street_id);
end $$;

-- Definer: a photo's judgements with names, for those who may judge. Only what is evidence of a case.
create function private.photo_judgement(sha256 text)
returns jsonb language plpgsql stable security definer set search_path = '' as $$
declare
	p app.photos;
begin
	perform private.need_role('registrar', 'dispatcher', 'closer', 'data_officer');
	select x.* into p from app.photos x where x.sha256 = photo_judgement.sha256 and exists (select from app.evidence e where e.sha256 = x.sha256 and e.case_id is not null);
	if p.sha256 is null then perform private.problem(404, 'not_found'); end if;
	return (select jsonb_build_object('sha256', p.sha256, 'state', p.state, 'covers', p.covers, 'revision', p.revision, 'unreadable', p.unreadable, 'is_judged', p.judged_at is not null, 'public_id', p.public_id,
		'role', e.role, 'recorded_at', e.recorded_at, 'taken_at', coalesce(e.taken_at, p.taken_at), 'case_id', c.id, 'case_number', c.number, 'category', c.category,
		'category_name', k.name, 'category_name_en', k.name_en, 'street', s.name, 'street_en', s.name_en,
		'history', (select coalesce(jsonb_agg(jsonb_build_object('state', j.state, 'by', t.name, 'at', j.recorded_at, 'covers_count', jsonb_array_length(j.covers)) order by j.revision desc), '[]')
			from app.photo_judgements j join app.staff t on t.id = j.staff_id where j.sha256 = p.sha256))
		from app.evidence e join app.cases c on c.id = e.case_id join app.categories k on k.code = c.category left join app.streets s on s.id = c.street_id
		where e.sha256 = p.sha256 order by e.recorded_at limit 1);
end $$;

-- Definer: a person's judgement on a photo, by those who register, dispatch or close, and the data officer. The address it was published under ends.
-- 'reopened' takes a judgement back: the photo is withheld and waits again.
create function private.judge_photo(sha256 text, verdict text, covers jsonb, revision int)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	p app.photos;
	moment timestamptz := private.clock();
	was text;
	boxes jsonb;
	subject record;
begin
	perform private.need_role('registrar', 'dispatcher', 'closer', 'data_officer');
	select x.* into p from app.photos x where x.sha256 = judge_photo.sha256 and exists (select from app.evidence e where e.sha256 = x.sha256 and e.case_id is not null) for update;
	if p.sha256 is null then perform private.problem(404, 'not_found'); end if;
	if verdict is null or verdict not in ('covered', 'cleared', 'withheld', 'reopened') then perform private.problem(422, 'unknown_verdict', '{"field": "verdict"}'); end if;
	if revision is distinct from p.revision then
		perform private.problem(409, 'judged_meanwhile', jsonb_build_object('state', p.state, 'revision', p.revision));
	end if;
	covers := coalesce(covers, '[]');
	if jsonb_typeof(covers) <> 'array' or jsonb_array_length(covers) > 60 then perform private.problem(422, 'bad_covers', '{"field": "covers"}'); end if;
	begin
		boxes := (select coalesce(jsonb_agg(jsonb_build_object('x', round((b ->> 'x')::numeric, 4), 'y', round((b ->> 'y')::numeric, 4), 'w', round((b ->> 'w')::numeric, 4), 'h', round((b ->> 'h')::numeric, 4))), '[]')
			from jsonb_array_elements(covers) b);
	exception when data_exception then
		perform private.problem(422, 'bad_covers', '{"field": "covers"}');
	end;
	if exists (select from jsonb_to_recordset(boxes) b (x numeric, y numeric, w numeric, h numeric)
		where not coalesce(b.x >= 0 and b.y >= 0 and b.w > 0 and b.h > 0 and b.x + b.w <= 1.0002 and b.y + b.h <= 1.0002, false)) then
		perform private.problem(422, 'bad_covers', '{"field": "covers"}');
	end if;
	if verdict = 'covered' and jsonb_array_length(boxes) = 0 then perform private.problem(422, 'covers_needed', '{"field": "covers"}'); end if;
	if p.unreadable is not null and verdict in ('covered', 'cleared') then perform private.problem(409, 'not_allowed_now', jsonb_build_object('unreadable', p.unreadable)); end if;
	if verdict = 'cleared' then boxes := '[]'; end if;
	was := p.state;
	update app.photos x set state = case verdict when 'reopened' then 'withheld' else verdict end, covers = boxes, revision = x.revision + 1,
		judged_at = case when verdict <> 'reopened' then moment end, judged_by = case when verdict <> 'reopened' then (select auth.uid()) end,
		public_id = case when verdict in ('covered', 'cleared') then gen_random_uuid() end where x.sha256 = p.sha256 returning * into p;
	insert into app.photo_judgements (sha256, revision, state, covers, staff_id) values (p.sha256, p.revision, verdict, p.covers, (select auth.uid()));
	-- A real photo belongs to one or two cases; one that hundreds share is told of the newest.
	for subject in select e.case_id, max(e.recorded_at) from app.evidence e where e.sha256 = p.sha256 and e.case_id is not null group by e.case_id order by 2 desc, 1 limit 20 loop
		perform private.describe('case.photo', moment, (select r.role from private.my_roles() r where r.role in ('registrar', 'dispatcher', 'closer', 'data_officer') order by r.role limit 1));
		perform private.log_change('case', null, subject.case_id, jsonb_build_object('photo_state', was), jsonb_build_object('sha256', p.sha256, 'photo_state', p.state, 'photo_revision', p.revision));
	end loop;
	return jsonb_build_object('state', p.state, 'revision', p.revision, 'public_id', p.public_id);
end $$;

create function api.photos_to_judge(max_rows int default 20, after text default null)
returns jsonb language sql stable set search_path = '' as $$ select private.photos_to_judge(max_rows, after); $$;
create function api.photo_judgement(sha256 text)
returns jsonb language sql stable set search_path = '' as $$ select private.photo_judgement(sha256); $$;
create function api.judge_photo(sha256 text, verdict text, covers jsonb default '[]', revision int default 0)
returns jsonb language sql set search_path = '' as $$ select private.judge_photo(sha256, verdict, covers, revision); $$;

-- What may be shown under a public address: judged by a person, and evidence of a case that stands.
create function api.public_photo(public_id text)
returns jsonb language plpgsql stable set search_path = '' as $$
declare
	p app.photos;
begin
	select x.* into p from app.photos x where x.public_id = case when public_photo.public_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then public_photo.public_id::uuid end and x.state in ('covered', 'cleared')
		and exists (select from app.evidence e join app.cases c on c.id = e.case_id where e.sha256 = x.sha256 and c.status <> 'voided');
	if p.sha256 is null then perform private.problem(404, 'not_found'); end if;
	return jsonb_build_object('sha256', p.sha256, 'revision', p.revision, 'covers', p.covers, 'state', p.state);
end $$;

-- Definer: writes for the service role, once. Whatever made no picture stays withheld.
create function private.note_unreadable(sha256 text, code text)
returns jsonb language plpgsql security definer set search_path = '' as $$
begin
	if code is null or code not in ('photo_unreadable', 'photo_too_heavy') then perform private.problem(422, 'unknown_kind', '{"field": "code"}'); end if;
	update app.photos p set unreadable = note_unreadable.code where p.sha256 = note_unreadable.sha256 and p.unreadable is null;
	return jsonb_build_object('noted', found);
end $$;
create function api.note_unreadable(sha256 text, code text)
returns jsonb language sql set search_path = '' as $$ select private.note_unreadable(sha256, code); $$;

-- Photos whose state is not what the log says of them, and evidence the log tells of that is not there as it was told.
create function api.photo_differences()
returns jsonb language sql stable set search_path = '' as $$
	with judged as (
		select distinct on (e.after ->> 'sha256') e.after ->> 'sha256' as sha256, e.after ->> 'photo_state' as state, (e.after ->> 'photo_revision')::int as revision
		from app.event_log e join app.event_chain c on c.event_id = e.id where e.kind = 'case.photo' order by e.after ->> 'sha256', c.position desc
	), told as (
		select (e.after ->> 'evidence_id')::uuid as id, e.after ->> 'sha256' as sha256, e.after ->> 'evidence_role' as role
		from app.event_log e where e.kind in ('case.evidence', 'report.evidence')
	), wrong as (
		select 'photo' as subject, p.sha256 as id from app.photos p left join judged j on j.sha256 = p.sha256
		where p.revision <> coalesce(j.revision, 0) or p.state <> coalesce(j.state, 'withheld')
		union all select 'evidence', t.id::text from told t left join app.evidence e on e.id = t.id where e.id is null or e.sha256 <> t.sha256 or e.role <> t.role
	)
	select jsonb_build_object('compared', (select count(*) from app.photos) + (select count(*) from told),
		'differences', (select coalesce(jsonb_agg(jsonb_build_object('subject', w.subject, 'id', w.id) order by w.subject, w.id), '[]') from wrong w));
$$;

-- Which of these have come in.
create function api.photos_known(sha256s text[])
returns jsonb language sql stable set search_path = '' as $$
	select jsonb_build_object('known', coalesce(jsonb_agg(p.sha256 order by p.sha256), '[]')) from app.photos p where p.sha256 = any (sha256s);
$$;

create or replace function private.photos_of(report_id uuid, case_id uuid)
returns jsonb language plpgsql stable set search_path = '' as $$
begin
	return (
		select coalesce(jsonb_agg(jsonb_build_object('evidence_id', e.id, 'sha256', e.sha256, 'role', e.role, 'present', p.sha256 is not null,
			'state', coalesce(p.state, 'withheld'), 'is_judged', p.judged_at is not null, 'unreadable', p.unreadable,
			'recorded_at', e.recorded_at, 'taken_at', coalesce(e.taken_at, p.taken_at),
			'lng', coalesce(e.lng, p.lng), 'lat', coalesce(e.lat, p.lat)) order by e.recorded_at, e.sha256), '[]')
		from app.evidence e left join app.photos p on p.sha256 = e.sha256
		where e.report_id = photos_of.report_id or e.case_id = photos_of.case_id
	);
end $$;

-- Definer: an access to a sealed original is written down before it is allowed. What somebody added themselves opens a photo only if nobody had named
-- it before: whoever learns a hash elsewhere and names it in a report or a case of theirs sees nothing by that.
create or replace function private.photo_access(sha256 text, purpose text)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	p app.photos;
	first uuid := (select f.id from app.evidence f where f.sha256 = photo_access.sha256 order by f.recorded_at, f.case_id is not null, f.id limit 1);
begin
	if purpose is null or not (purpose = 'derivative' or (purpose like 'original: _%' and private.is_plain_text(purpose, 170))) then perform private.problem(422, 'unknown_purpose'); end if;
	if not private.is_staff() then perform private.problem(403, 'role_needed'); end if;
	if not exists (select from app.evidence e left join app.cases c on c.id = e.case_id
		where e.sha256 = photo_access.sha256 and (private.has_role('data_officer') or ((e.added_by is distinct from (select auth.uid()) or e.id = first or private.is_desk())
			and ((e.case_id is not null and private.sees_case(c.unit_id, c.area_id, c.status)) or (e.report_id is not null and private.sees_report(e.report_id)))))) then
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

-- Photos that came and that no report or case names.
create function api.orphan_photos(before timestamptz, max_rows int default 100)
returns jsonb language sql stable set search_path = '' as $$
	select jsonb_build_object('photos', coalesce(jsonb_agg(o.sha256 order by o.recorded_at, o.sha256), '[]'))
	from (select p.sha256, p.recorded_at from app.photos p where p.recorded_at < before and not exists (select from app.evidence e where e.sha256 = p.sha256)
		order by p.recorded_at, p.sha256 limit least(greatest(coalesce(max_rows, 100), 1), 1000)) o;
$$;

-- Definer: deletes for the service role, and only what nothing names. Waits for a report that is just naming it.
create function private.forget_photo(sha256 text)
returns jsonb language plpgsql security definer set search_path = '' as $$
begin
	perform from app.photos p where p.sha256 = forget_photo.sha256 for update;
	if not found or exists (select from app.evidence e where e.sha256 = forget_photo.sha256) then return '{"forgotten": false}'::jsonb; end if;
	delete from app.photos p where p.sha256 = forget_photo.sha256;
	return '{"forgotten": true}'::jsonb;
end $$;
create function api.forget_photo(sha256 text)
returns jsonb language sql set search_path = '' as $$ select private.forget_photo(sha256); $$;

alter table app.photo_judgements enable row level security;
grant select on app.photo_judgements to authenticated, service_role;
create policy "desk and data officer read who judged photos" on app.photo_judgements for select to authenticated
	using ((select private.is_desk()) or (select private.has_role('data_officer')));

revoke all on function private.evidence_of_filed(), private.photos_to_judge(int, text), private.photo_judgement(text), private.judge_photo(text, text, jsonb, int), private.forget_photo(text),
	private.note_unreadable(text, text), api.note_unreadable(text, text), api.photos_known(text[]), api.photo_differences(), api.photos_to_judge(int, text), api.photo_judgement(text), api.judge_photo(text, text, jsonb, int), api.public_photo(text), api.orphan_photos(timestamptz, int),
	api.forget_photo(text) from public, anon, authenticated, service_role;
grant execute on function private.photos_to_judge(int, text), private.photo_judgement(text), private.judge_photo(text, text, jsonb, int),
	api.photos_to_judge(int, text), api.photo_judgement(text), api.judge_photo(text, text, jsonb, int) to authenticated;
grant execute on function api.photo_differences(), private.forget_photo(text), private.note_unreadable(text, text), api.note_unreadable(text, text), api.photos_known(text[]), api.public_photo(text), api.orphan_photos(timestamptz, int), api.forget_photo(text) to service_role;
