-- Dispatch (派遣): rules by category, ground and time choose the unit. A set of rules is a version: drafted, put in force by somebody else from a
-- moment on, replaced by the next. A dispatched case never moves because rules changed.
create table app.dispatch_rule_sets (
	id uuid primary key default gen_random_uuid(),
	-- Given when it is put in force.
	version int unique check (version > 0),
	based_on uuid references app.dispatch_rule_sets (id),
	-- The revision that counts: of a draft the newest, of a version the one that was put in force.
	revision int not null default 0 check (revision >= 0),
	drafted_by uuid references app.staff (id),
	drafted_at timestamptz not null default private.clock(),
	applied_by uuid references app.staff (id),
	applied_at timestamptz,
	in_force_from timestamptz,
	withdrawn_by uuid references app.staff (id),
	withdrawn_at timestamptz,
	note_id uuid references app.notes (id),
	check ((version is null) = (in_force_from is null) and (version is null) = (applied_at is null))
);
comment on table app.dispatch_rule_sets is 'Sets of dispatch rules: a draft, or a version that holds from in_force_from until the next one''s.';
create unique index dispatch_rule_sets_draft on app.dispatch_rule_sets ((true)) where version is null and withdrawn_at is null;
-- One version begins at a moment; what was withdrawn before it began leaves the moment free.
create unique index dispatch_rule_sets_in_force on app.dispatch_rule_sets (in_force_from) where withdrawn_at is null;
create index dispatch_rule_sets_based_on on app.dispatch_rule_sets (based_on);
create index dispatch_rule_sets_drafted_by on app.dispatch_rule_sets (drafted_by);
create index dispatch_rule_sets_applied_by on app.dispatch_rule_sets (applied_by);
create index dispatch_rule_sets_withdrawn_by on app.dispatch_rule_sets (withdrawn_by);
create index dispatch_rule_sets_note on app.dispatch_rule_sets (note_id);

create table app.dispatch_rule_revisions (
	rule_set uuid not null references app.dispatch_rule_sets (id),
	revision int not null check (revision > 0),
	saved_by uuid references app.staff (id),
	saved_at timestamptz not null default private.clock(),
	primary key (rule_set, revision)
);
comment on table app.dispatch_rule_revisions is 'Every state a draft was saved in, and by whom: whoever wrote on it does not put it in force.';
create index dispatch_rule_revisions_saved_by on app.dispatch_rule_revisions (saved_by);

create table app.dispatch_rules (
	rule_set uuid not null,
	revision int not null,
	position int not null check (position between 1 and 200),
	-- The same rule keeps its id from revision to revision and from version to version.
	id uuid not null,
	category text references app.categories (code),
	area_id bigint references app.areas (id),
	weekdays int[] check (weekdays <@ array[1, 2, 3, 4, 5, 6, 7] and cardinality(weekdays) between 1 and 7),
	starts time,
	ends time,
	hours text check (hours in ('working', 'after_hours')),
	choice text not null check (choice in ('unit', 'area', 'category')),
	unit_id bigint references app.units (id),
	primary key (rule_set, revision, position),
	unique (rule_set, revision, id),
	foreign key (rule_set, revision) references app.dispatch_rule_revisions (rule_set, revision),
	check ((starts is null) = (ends is null) and starts <> ends),
	check ((choice = 'unit') = (unit_id is not null))
);
comment on table app.dispatch_rules is 'The rules of a revision, first match wins. Null means any: category (a class covers its children), area, weekdays, hours. A window that ends before it starts runs over midnight and belongs to the day it starts on.';
create index dispatch_rules_category on app.dispatch_rules (category);
create index dispatch_rules_area on app.dispatch_rules (area_id);
create index dispatch_rules_unit on app.dispatch_rules (unit_id);

create trigger dispatch_rule_revisions_append_only before update or delete or truncate on app.dispatch_rule_revisions for each statement execute function private.refuse_change();
create trigger dispatch_rules_append_only before update or delete or truncate on app.dispatch_rules for each statement execute function private.refuse_change();
create trigger dispatch_rule_sets_never_deleted before delete or truncate on app.dispatch_rule_sets for each statement execute function private.refuse_change();

create function private.keep_rule_set()
returns trigger language plpgsql set search_path = '' as $$
begin
	-- What has held, or was given up, stays as it was; a version that waits for its moment can only be withdrawn.
	if old.withdrawn_at is not null or (old.version is not null and (old.in_force_from <= private.clock() or new.withdrawn_at is null
		or (to_jsonb(new) - '{withdrawn_at,withdrawn_by}'::text[]) <> (to_jsonb(old) - '{withdrawn_at,withdrawn_by}'::text[]))) then
		raise exception using errcode = '42501', message = 'append_only', detail = tg_table_name;
	end if;
	return new;
end $$;
create trigger dispatch_rule_sets_kept before update on app.dispatch_rule_sets for each row execute function private.keep_rule_set();

-- What the log keeps of a set: which revision it is and what its rules come to, as a digest.
create function private.rule_set_state(s app.dispatch_rule_sets)
returns jsonb language sql stable set search_path = '' as $$
	select jsonb_build_object('revision', s.revision, 'version', s.version, 'in_force_from', private.utc(s.in_force_from), 'withdrawn_at', private.utc(s.withdrawn_at),
		'rules', (select encode(sha256(convert_to(coalesce(string_agg(jsonb_build_array(r.position, r.id, r.category, r.area_id, r.weekdays, r.starts, r.ends, r.hours, r.choice, r.unit_id)::text,
			chr(10) order by r.position), ''), 'UTF8')), 'hex') from app.dispatch_rules r where r.rule_set = s.id and r.revision = s.revision));
$$;

-- The set that holds at a moment; null while nobody has put one in force.
create function private.rules_in_force(at timestamptz)
returns app.dispatch_rule_sets language sql stable set search_path = '' as $$
	select s from app.dispatch_rule_sets s where s.in_force_from <= at and s.withdrawn_at is null order by s.in_force_from desc limit 1;
$$;

-- A set's rules and, behind them, the two that are built in: the duty grid's own unit, else the category's default unit.
create function private.rules_of(rule_set uuid, revision int)
returns table ("position" int, id uuid, category text, area_id bigint, area_unit bigint, weekdays int[], starts time, ends time, hours text, choice text, unit_id bigint, built_in text)
language sql stable set search_path = '' as $$
	select r.position, r.id, r.category, r.area_id, a.unit_id, r.weekdays, r.starts, r.ends, r.hours, r.choice, r.unit_id, null
	from app.dispatch_rules r left join app.areas a on a.id = r.area_id where r.rule_set = rules_of.rule_set and r.revision = rules_of.revision
	union all
	select n.last + b.n, null, null, null, null, null, null, null, null, b.choice, null, b.built_in
	from (select coalesce(max(r.position), 0) as last from app.dispatch_rules r where r.rule_set = rules_of.rule_set and r.revision = rules_of.revision) n,
		(values (1, 'area', 'duty_area'), (2, 'category', 'category_default')) b (n, choice, built_in);
$$;

-- What a rule looks at: the category, the moment, the areas that hold the place, and its duty grid with the grid's own unit.
create type private.dispatch_place as (n int, category text, at timestamptz, duty_area bigint, duty_unit bigint, held bigint[]);

-- Every rule that matches each place and names a unit there, for one place or two hundred thousand. A rule whose choice names nobody (an area without
-- a unit, a category without a default) is passed over. Weekdays are the wall calendar's; working hours follow public holidays and 调休.
create function private.matching_rules(rule_set uuid, revision int, places private.dispatch_place[])
returns table (n int, "position" int, unit_id bigint)
language sql stable set search_path = '' as $$
	with rules as materialized (select * from private.rules_of(matching_rules.rule_set, matching_rules.revision)),
	there as materialized (
		select p.n, p.category, k.parent, k.default_unit_id, p.duty_unit, p.held, h.here::time as clock, extract(isodow from h.here)::int as weekday,
			extract(isodow from h.here - interval '1 day')::int as weekday_before,
			-- Only where a rule asks: it is half of the cost.
			case when a.hours then exists (select from app.working_hours w where w.starts <= h.here::time and h.here::time < w.ends and w.weekday =
				coalesce((select case when x.is_workday then 1 else 0 end from app.working_days x where x.day = h.here::date), extract(isodow from h.here)::int)) end as is_working
		from unnest(places) p join app.categories k on k.code = p.category
		cross join (select c.time_zone from app.city c) z
		cross join (select coalesce(bool_or(r.hours is not null), false) as hours from rules r) a
		cross join lateral (select p.at at time zone z.time_zone as here) h
	)
	select t.n, r.position, u.unit_id
	from there t join rules r on (r.category is null or r.category = t.category or r.category = t.parent)
		and (r.area_id is null or r.area_id = any (t.held))
		and (r.hours is null or (r.hours = 'working') = t.is_working)
		and case when r.starts is null then r.weekdays is null or t.weekday = any (r.weekdays)
			when r.starts < r.ends then t.clock >= r.starts and t.clock < r.ends and (r.weekdays is null or t.weekday = any (r.weekdays))
			else (t.clock >= r.starts and (r.weekdays is null or t.weekday = any (r.weekdays)))
				or (t.clock < r.ends and (r.weekdays is null or t.weekday_before = any (r.weekdays))) end
	cross join lateral (select case r.choice when 'unit' then r.unit_id when 'category' then t.default_unit_id
		else case when r.area_id is null then t.duty_unit else r.area_unit end end as unit_id) u
	where u.unit_id is not null;
$$;

-- A rule as it is now, in facts: what its sentence is made of in either language, kept with the case that it sent somewhere.
create function private.rule_words(rule_set app.dispatch_rule_sets, at_position int)
returns jsonb language sql stable set search_path = '' as $$
	select jsonb_build_object('rule_set', rule_set.id, 'version', rule_set.version, 'position', r.position, 'id', r.id, 'built_in', r.built_in,
		'category', r.category, 'category_name', k.name, 'category_name_en', k.name_en, 'area_id', r.area_id, 'area', v.name, 'area_en', v.name_en, 'area_kind', a.kind,
		'weekdays', r.weekdays, 'starts', to_char(r.starts, 'HH24:MI'), 'ends', to_char(r.ends, 'HH24:MI'), 'hours', r.hours, 'choice', r.choice,
		'unit_id', r.unit_id, 'unit', u.name, 'unit_en', u.name_en)
	from private.rules_of(rule_set.id, rule_set.revision) r left join app.categories k on k.code = r.category left join app.areas a on a.id = r.area_id
	left join app.area_versions v on v.area_id = r.area_id and v.valid_to is null left join app.units u on u.id = r.unit_id
	where r.position = rule_words.at_position;
$$;

-- Which unit and duty area should have this place at this moment under these rules, and why. The duty area is the duty grid that holds the pin, whichever
-- rule chooses the unit; `polygon` is the area that decided. `ambiguous`: a boundary that matters lies within the pin's own accuracy.
create function private.suggest_under(rules app.dispatch_rule_sets, category text, pin extensions.geometry, accuracy_m float8, at timestamptz)
returns jsonb language plpgsql stable set search_path = '' as $$
declare
	reach float8 := least(coalesce(suggest_under.accuracy_m, 0), 200);
	best record; second record; next record;
	held bigint[];
	places private.dispatch_place[];
	-- The other sides of the boundaries near by: of the duty grid, and of each area that a rule names.
	others jsonb := '[]'::jsonb;
	other jsonb;
	matched jsonb;
	matched_at int; matched_unit bigint;
	runner_up jsonb;
	is_ambiguous boolean;
	boundary float8;
begin
	select coalesce(array_agg(a.area_id), '{}') into held from private.areas_at(pin, suggest_under.accuracy_m) a where a.holds;
	select g.area_id, g.unit_id, g.border_m into best from private.areas_at(pin, suggest_under.accuracy_m) g where g.kind = 'duty_grid' and g.holds order by g.area_id limit 1;
	select g.area_id, g.unit_id, g.border_m into second from private.areas_at(pin, suggest_under.accuracy_m) g
	where g.kind = 'duty_grid' and g.area_id is distinct from best.area_id order by g.border_m, g.area_id limit 1;
	select coalesce(jsonb_agg(jsonb_build_object('area_id', r.area_id, 'holds', x.holds, 'border_m', x.border_m) order by x.border_m), '[]') into others
	from (select distinct y.area_id from private.rules_of(rules.id, rules.revision) y where y.area_id is not null) r
	join app.area_versions v on v.area_id = r.area_id and v.valid_to is null and v.geom operator(extensions.&&) private.box_around(pin, reach)
	cross join lateral (select v.area_id = any (held) as holds, private.metres(extensions.st_boundary(v.geom), pin) as border_m) x
	where x.border_m <= reach and reach > 0;

	-- 0: as it lies; 1: in the neighbouring duty grid; 2 and on: on the other side of a rule's area.
	places := array[row(0, category, at, best.area_id, best.unit_id, held)::private.dispatch_place];
	if second.area_id is not null then
		places := places || row(1, category, at, second.area_id, second.unit_id, array_remove(held, best.area_id) || second.area_id)::private.dispatch_place;
	end if;
	for i in 0 .. jsonb_array_length(others) - 1 loop
		other := others -> i;
		places := places || row(i + 2, category, at, best.area_id, best.unit_id,
			case when (other ->> 'holds')::boolean then array_remove(held, (other ->> 'area_id')::bigint) else held || (other ->> 'area_id')::bigint end)::private.dispatch_place;
	end loop;

	select m.position, m.unit_id into next from private.matching_rules(rules.id, rules.revision, places[1:1]) m order by m.position limit 1;
	matched_at := next.position;
	matched_unit := next.unit_id;
	matched := private.rule_words(rules, matched_at);
	-- Beyond which boundary it would go elsewhere: to another unit or, where the ground decides, to another duty grid; the nearest first.
	select o.n, o.position, o.unit_id, case when o.n = 1 then second.area_id else (others -> (o.n - 2) ->> 'area_id')::bigint end as area_id, b.border_m into next
	from (select distinct on (m.n) m.* from private.matching_rules(rules.id, rules.revision, places[2:]) m order by m.n, m.position) o
	cross join lateral (select case when o.n = 1 then second.border_m else (others -> (o.n - 2) ->> 'border_m')::float8 end as border_m) b
	where o.unit_id is distinct from matched_unit or (o.n = 1 and (matched is null or (matched ->> 'choice' = 'area' and matched ->> 'area_id' is null)))
	order by b.border_m, o.n limit 1;
	is_ambiguous := (coalesce(best.border_m <= coalesce(suggest_under.accuracy_m, 0), false) and second.area_id is not null) or coalesce(next.n > 1, false);
	if next.n is not null then
		runner_up := jsonb_build_object('by', 'area', 'area_id', next.area_id, 'unit_id', next.unit_id, 'position', next.position, 'border_m', round(next.border_m::numeric, 1));
	else
		-- No boundary would change it: the next rule that names somebody else.
		select m.position, m.unit_id into next from private.matching_rules(rules.id, rules.revision, places[1:1]) m
		where m.position > matched_at and m.unit_id <> matched_unit order by m.position limit 1;
		if next.position is not null then
			runner_up := jsonb_build_object('by', 'rule', 'area_id', best.area_id, 'unit_id', next.unit_id, 'position', next.position, 'border_m', null);
		elsif second.area_id is not null then
			runner_up := jsonb_build_object('by', 'area', 'area_id', second.area_id, 'unit_id', coalesce(second.unit_id, matched_unit), 'position', matched_at, 'border_m', round(second.border_m::numeric, 1));
		end if;
	end if;
	boundary := least(best.border_m, (select min((o ->> 'border_m')::float8) from jsonb_array_elements(others) o));
	return (
		select jsonb_build_object(
			'area_id', best.area_id, 'area', d.name, 'area_en', d.name_en, 'unit_id', matched_unit, 'unit', u.name, 'unit_en', u.name_en,
			'rule', coalesce(case when matched is not null then coalesce(matched ->> 'built_in', 'rule') end, 'none'),
			'matched', matched, 'rule_set', rules.id, 'rule_version', coalesce(rules.version, 0), 'at', suggest_under.at,
			'polygon', case when p.id is not null then jsonb_build_object('area_id', p.area_id, 'area_version_id', p.id, 'kind', a.kind, 'name', p.name, 'name_en', p.name_en,
				'border_m', round(private.metres(extensions.st_boundary(p.geom), pin)::numeric, 1)) end,
			'ambiguous', is_ambiguous, 'border_m', round(best.border_m::numeric, 1), 'boundary_m', round(boundary::numeric, 1),
			'runner_up', case when runner_up is not null then runner_up || (
				select jsonb_build_object('area', y.name, 'area_en', y.name_en, 'unit', x.name, 'unit_en', x.name_en)
				from (select 1) one left join app.units x on x.id = (runner_up ->> 'unit_id')::bigint
				left join app.area_versions y on y.area_id = (runner_up ->> 'area_id')::bigint and y.valid_to is null) end)
		from (select 1) one
		left join app.area_versions d on d.area_id = best.area_id and d.valid_to is null
		left join app.units u on u.id = matched_unit
		left join app.area_versions p on p.area_id = coalesce((matched ->> 'area_id')::bigint, best.area_id) and p.valid_to is null
		left join app.areas a on a.id = p.area_id
	);
end $$;

-- Which unit and duty area should have this place now, and why.
create or replace function private.suggest_dispatch(category text, pin extensions.geometry, accuracy_m float8)
returns jsonb language sql stable set search_path = '' as $$
	select private.suggest_under(private.rules_in_force(private.clock()), category, pin, accuracy_m, private.clock());
$$;

-- Folds the log and compares: every report and case whose table row is not what its events say. Other subjects have no row to compare.
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

---- Drafting and putting in force ----
-- Definer: saves the whole list as the draft's next revision, for dispatchers, the office and administrators, whose role it checks itself. `expected` is the
-- revision that was changed (null: there was no draft, the rules in force were). Rules: [{id, category, area_id, weekdays, starts, ends, hours, choice, unit_id}].
create function private.save_dispatch_rules(rules jsonb, expected int)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	draft app.dispatch_rule_sets;
	was jsonb;
	item jsonb;
	n int := 0;
	r app.dispatch_rules;
begin
	perform private.need_role('dispatcher', 'office', 'admin');
	if jsonb_typeof(rules) is distinct from 'array' or jsonb_array_length(rules) > 200 then perform private.problem(422, 'too_many_rules', '{"most": 200}'); end if;
	select s.* into draft from app.dispatch_rule_sets s where s.version is null and s.withdrawn_at is null for update;
	if draft.id is null then
		if expected is not null then perform private.problem(409, 'rules_changed'); end if;
		insert into app.dispatch_rule_sets (based_on, drafted_by) values ((private.rules_in_force(private.clock())).id, (select auth.uid())) on conflict do nothing returning * into draft;
		if draft.id is null then perform private.problem(409, 'rules_changed'); end if;
	elsif expected is distinct from draft.revision then
		perform private.problem(409, 'rules_changed', jsonb_build_object('revision', draft.revision));
	end if;
	was := case when draft.revision > 0 then private.rule_set_state(draft) end;
	insert into app.dispatch_rule_revisions (rule_set, revision, saved_by) values (draft.id, draft.revision + 1, (select auth.uid()));
	for item in select value from jsonb_array_elements(rules) loop
		n := n + 1;
		begin
			r := row(draft.id, draft.revision + 1, n, coalesce((item ->> 'id')::uuid, gen_random_uuid()), item ->> 'category', (item ->> 'area_id')::bigint,
				case when jsonb_typeof(item -> 'weekdays') = 'array' then (select coalesce(array_agg(distinct d::int order by d::int), '{}') from jsonb_array_elements_text(item -> 'weekdays') d) end,
				(item ->> 'starts')::time, (item ->> 'ends')::time, item ->> 'hours', item ->> 'choice', (item ->> 'unit_id')::bigint)::app.dispatch_rules;
		exception when data_exception then
			perform private.problem(422, 'bad_rule', jsonb_build_object('row', n));
		end;
		if cardinality(r.weekdays) = 7 then r.weekdays := null; end if;
		if r.category is not null and not exists (select from app.categories k where k.code = r.category) then perform private.problem(422, 'unknown_category', jsonb_build_object('field', 'category', 'row', n)); end if;
		if r.area_id is not null and not exists (select from app.areas a where a.id = r.area_id and a.kind <> 'permitted_line') then
			perform private.problem(422, 'unknown_area', jsonb_build_object('field', 'area_id', 'row', n));
		end if;
		if r.choice = 'unit' and not exists (select from app.units u where u.id = r.unit_id) then perform private.problem(422, 'unit_needed', jsonb_build_object('field', 'unit_id', 'row', n)); end if;
		if (r.starts is null) <> (r.ends is null) or r.starts = r.ends then perform private.problem(422, 'bad_rule_time', jsonb_build_object('field', 'starts', 'row', n)); end if;
		begin
			insert into app.dispatch_rules select r.*;
		exception when integrity_constraint_violation then
			perform private.problem(422, 'bad_rule', jsonb_build_object('row', n));
		end;
	end loop;
	update app.dispatch_rule_sets s set revision = s.revision + 1 where s.id = draft.id returning * into draft;
	perform private.describe('rules.drafted', private.clock(), private.role_for('{dispatcher,office,admin}'));
	perform private.log_change('rules', null, null, was, jsonb_build_object('rule_set', draft.id) || private.rule_set_state(draft));
	return jsonb_build_object('rule_set', draft.id, 'revision', draft.revision);
end $$;

-- Definer: an administrator who wrote nothing of it puts a draft in force, now or from a later moment on. `expected` is the revision they read.
create function private.apply_dispatch_rules(rule_set uuid, expected int, in_force_from timestamptz, note text)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	draft app.dispatch_rule_sets;
	was jsonb;
	moment timestamptz := private.clock();
begin
	perform private.need_role('admin');
	select s.* into draft from app.dispatch_rule_sets s where s.id = apply_dispatch_rules.rule_set for update;
	if draft.id is null then perform private.problem(404, 'not_found'); end if;
	if draft.version is not null or draft.withdrawn_at is not null then perform private.problem(409, 'rules_not_draft'); end if;
	if expected is distinct from draft.revision then perform private.problem(409, 'rules_changed', jsonb_build_object('revision', draft.revision)); end if;
	if exists (select from app.dispatch_rule_revisions r where r.rule_set = draft.id and r.saved_by = (select auth.uid())) then perform private.problem(403, 'own_rules'); end if;
	in_force_from := coalesce(apply_dispatch_rules.in_force_from, moment);
	if in_force_from < moment - interval '5 minutes' or in_force_from > moment + interval '366 days' then perform private.problem(422, 'bad_rules_moment', '{"field": "in_force_from"}'); end if;
	in_force_from := greatest(in_force_from, moment);
	if exists (select from app.dispatch_rule_sets s where s.in_force_from >= apply_dispatch_rules.in_force_from and s.withdrawn_at is null) then
		perform private.problem(409, 'rules_scheduled', '{"field": "in_force_from"}');
	end if;
	was := private.rule_set_state(draft);
	update app.dispatch_rule_sets s set version = (select coalesce(max(x.version), 0) + 1 from app.dispatch_rule_sets x), applied_by = (select auth.uid()), applied_at = moment,
		in_force_from = apply_dispatch_rules.in_force_from, note_id = private.keep_note(note)
	where s.id = draft.id returning * into draft;
	perform private.describe('rules.applied', moment, 'admin', null, draft.note_id);
	perform private.log_change('rules', null, null, was, jsonb_build_object('rule_set', draft.id) || private.rule_set_state(draft));
	return jsonb_build_object('rule_set', draft.id, 'version', draft.version, 'in_force_from', draft.in_force_from);
end $$;

-- Definer: a draft is given up by those who may draft; a version that waits for its moment by an administrator.
create function private.withdraw_dispatch_rules(rule_set uuid)
returns jsonb language plpgsql security definer set search_path = '' as $$
declare
	s app.dispatch_rule_sets;
	was jsonb;
begin
	perform private.need_role('dispatcher', 'office', 'admin');
	select x.* into s from app.dispatch_rule_sets x where x.id = withdraw_dispatch_rules.rule_set for update;
	if s.id is null then perform private.problem(404, 'not_found'); end if;
	if s.version is not null then perform private.need_role('admin'); end if;
	if s.withdrawn_at is not null or s.in_force_from <= private.clock() then perform private.problem(409, 'rules_not_draft'); end if;
	was := private.rule_set_state(s);
	update app.dispatch_rule_sets x set withdrawn_at = private.clock(), withdrawn_by = (select auth.uid()) where x.id = s.id returning * into s;
	perform private.describe('rules.withdrawn', private.clock(), private.role_for('{dispatcher,office,admin}'));
	perform private.log_change('rules', null, null, was, jsonb_build_object('rule_set', s.id) || private.rule_set_state(s));
	return jsonb_build_object('rule_set', s.id);
end $$;

---- Trying before applying, and what would go elsewhere now ----
-- Cases as rules see them: n is their place in `ids`. `named`: areas that rules name; duty grids are always looked at. The moment is the dispatch, else the filing.
create function private.places_of(ids uuid[], named bigint[])
returns private.dispatch_place[] language sql stable set search_path = '' as $$
	with those as materialized (
		select x.n::int as n, c.category, coalesce(c.dispatched_at, c.filed_at) as at, c.geom from unnest(ids) with ordinality x (id, n) join app.cases c on c.id = x.id
	), ground as (
		-- By the areas' index: comparing each case with each area took 9.5 s for 20,000 cases and 100 areas.
		select t.n, min(a.id) filter (where a.kind = 'duty_grid') as grid, array_agg(a.id) as held
		from those t join app.area_versions v on v.valid_to is null and v.geom operator(extensions.&&) t.geom and extensions.st_intersects(v.geom, t.geom)
		join app.areas a on a.id = v.area_id and (a.kind = 'duty_grid' or a.id = any (named)) group by t.n
	)
	select array_agg(row(t.n, t.category, t.at, g.grid, a.unit_id, coalesce(g.held, '{}'))::private.dispatch_place)
	from those t left join ground g on g.n = t.n left join app.areas a on a.id = g.grid;
$$;

create function private.areas_named(rule_set uuid, revision int)
returns bigint[] language sql stable set search_path = '' as $$
	select coalesce(array_agg(distinct r.area_id), '{}') from app.dispatch_rules r where r.rule_set = areas_named.rule_set and r.revision = areas_named.revision and r.area_id is not null;
$$;

-- Definer: an administrator approves rules without reading cases. The draft against the rules in force, over the cases filed in the last `days` days (the
-- newest 50,000 at most: two seconds, where a request has eight), each at the moment of its own dispatch: how many would have gone elsewhere, from which unit to which; the cases themselves only for the desk.
create function private.try_dispatch_rules(days int)
returns jsonb language plpgsql stable security definer set search_path = '' as $$
declare
	moment timestamptz := private.clock();
	since timestamptz := moment - make_interval(days => least(greatest(coalesce(days, 31), 1), 366));
	now_in_force app.dispatch_rule_sets := private.rules_in_force(moment);
	draft app.dispatch_rule_sets;
	ids uuid[];
	places private.dispatch_place[];
begin
	perform private.need_role('dispatcher', 'office', 'admin');
	select s.* into draft from app.dispatch_rule_sets s where s.version is null and s.withdrawn_at is null;
	if draft.id is null then perform private.problem(409, 'no_draft'); end if;
	ids := array(select c.id from app.cases c where c.filed_at >= since and c.status <> 'voided' order by c.filed_at desc, c.id limit 50000);
	places := private.places_of(ids, private.areas_named(now_in_force.id, now_in_force.revision) || private.areas_named(draft.id, draft.revision));
	return (
		with was as materialized (select distinct on (m.n) m.n, m.position, m.unit_id from private.matching_rules(now_in_force.id, now_in_force.revision, places) m order by m.n, m.position),
		becomes as materialized (select distinct on (m.n) m.n, m.position, m.unit_id from private.matching_rules(draft.id, draft.revision, places) m order by m.n, m.position),
		moved as materialized (
			select n, w.unit_id as from_unit, b.unit_id as to_unit, b.position from was w full join becomes b using (n) where w.unit_id is distinct from b.unit_id
		), shown as (select * from moved where private.is_desk() order by n limit 200)
		select jsonb_build_object('rule_set', draft.id, 'revision', draft.revision, 'version', coalesce(now_in_force.version, 0), 'since', since, 'until', moment, 'cases', cardinality(ids),
			'is_cut', cardinality(ids) = 50000, 'moved', (select count(*) from moved),
			'moves', (select coalesce(jsonb_agg(jsonb_build_object('from_unit_id', f.id, 'from', f.name, 'from_en', f.name_en, 'to_unit_id', t.id, 'to', t.name, 'to_en', t.name_en, 'cases', g.n)
				order by g.n desc, f.id, t.id), '[]') from (select m.from_unit, m.to_unit, count(*) as n from moved m group by 1, 2) g left join app.units f on f.id = g.from_unit left join app.units t on t.id = g.to_unit),
			'by_rule', (select coalesce(jsonb_agg(jsonb_build_object('position', g.position, 'cases', g.n) order by g.position), '[]') from (select b.position, count(*) as n from becomes b group by 1) g),
			'rows', (select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'number', c.number, 'status', c.status, 'category', c.category, 'category_name', k.name, 'category_name_en', k.name_en,
				'street', s.name, 'street_en', s.name_en, 'at', coalesce(c.dispatched_at, c.filed_at), 'lng', extensions.st_x(c.geom), 'lat', extensions.st_y(c.geom),
				'from', f.name, 'from_en', f.name_en, 'to', t.name, 'to_en', t.name_en, 'position', m.position) order by m.n), '[]')
				from shown m join app.cases c on c.id = ids[m.n] join app.categories k on k.code = c.category left join app.streets s on s.id = c.street_id
				left join app.units f on f.id = m.from_unit left join app.units t on t.id = m.to_unit))
	);
end $$;

-- Open dispatched cases that the rules and areas of today would send elsewhere, judged at the moment of their dispatch. Where a dispatcher then chose
-- another unit than the one suggested, on purpose, only a new suggestion counts. Row level security shows each person their own.
create function private.would_go_elsewhere(max_rows int)
returns jsonb language plpgsql stable set search_path = '' as $$
declare
	rules app.dispatch_rule_sets := private.rules_in_force(private.clock());
	ids uuid[] := array(select c.id from app.cases c where c.status in ('dispatched', 'handling', 'returned', 'suspended') and not c.is_history order by c.filed_at desc, c.id limit 50000);
	places private.dispatch_place[] := private.places_of(ids, private.areas_named(rules.id, rules.revision));
begin
	return (
		with becomes as materialized (select distinct on (m.n) m.n, m.position, m.unit_id from private.matching_rules(rules.id, rules.revision, places) m order by m.n, m.position),
		elsewhere as materialized (
			select b.n, b.position, b.unit_id from becomes b join app.cases c on c.id = ids[b.n]
			where b.unit_id <> c.unit_id and b.unit_id is distinct from (c.dispatch ->> 'unit_id')::bigint
		)
		select jsonb_build_object('total', (select count(*) from elsewhere), 'version', coalesce(rules.version, 0), 'rows', (
			select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'number', c.number, 'version', c.version, 'status', c.status, 'category', c.category, 'category_name', k.name, 'category_name_en', k.name_en,
				'street', s.name, 'street_en', s.name_en, 'dispatched_at', c.dispatched_at, 'due_at', c.due_at, 'unit_id', c.unit_id, 'unit', f.name, 'unit_en', f.name_en,
				'to_unit_id', t.id, 'to', t.name, 'to_en', t.name_en, 'matched', private.rule_words(rules, e.position),
				'may_redispatch', exists (select from app.case_moves m where m.move = 'redispatch' and m.from_status = c.status)) order by e.n), '[]')
			from (select * from elsewhere x order by x.n limit least(greatest(coalesce(max_rows, 200), 1), 1000)) e join app.cases c on c.id = ids[e.n] join app.categories k on k.code = c.category
			left join app.streets s on s.id = c.street_id left join app.units f on f.id = c.unit_id left join app.units t on t.id = e.unit_id))
	);
end $$;

---- A case's place, corrected before it is handled ----
create table app.place_corrections (
	id uuid primary key default gen_random_uuid(),
	case_id uuid not null references app.cases (id),
	was extensions.geometry(Point, 4326) not null,
	becomes extensions.geometry(Point, 4326) not null,
	moved_m float8 not null,
	staff_id uuid not null references app.staff (id),
	recorded_at timestamptz not null default private.clock()
);
comment on table app.place_corrections is 'Where a case was said to be and where it is: the log names the correction, the places stay here.';
create index place_corrections_case on app.place_corrections (case_id);
create index place_corrections_staff on app.place_corrections (staff_id);
create trigger place_corrections_append_only before update or delete or truncate on app.place_corrections for each statement execute function private.refuse_change();

insert into app.reasons (move, code, name, name_en, position) values
	('correct_place', 'bad_fix', '定位偏差', 'The fix was off', 1),
	('correct_place', 'wrong_side', '标错街侧或路口', 'Wrong side of the street', 2),
	('correct_place', 'photo_shows', '照片显示在别处', 'The photos show another place', 3),
	('correct_place', 'asked', '已向上报人核实', 'The reporter was asked', 4),
	('redispatch', 'rules_changed', '派遣规则已变更', 'The dispatch rules changed', 2),
	('redispatch', 'place_corrected', '位置已更正', 'The place was corrected', 3);

-- Definer: puts a case's pin right for a registrar or dispatcher, whose role it checks itself, before handling begins (afterwards the pin is what a
-- photo is measured against). Snapped again; whoever put it there by hand vouches for it, so no accuracy is left. A dispatched case keeps unit and duty area.
create function private.correct_place(case_id uuid, expected_version int, lng float8, lat float8, reason_code text, note text, request_id uuid)
returns void language plpgsql security definer set search_path = '' as $$
declare
	c app.cases;
	k app.place_corrections;
	pin extensions.geometry;
	snapped record;
	acting_as text := private.role_for('{registrar,dispatcher}');
	kept_note uuid;
	moment timestamptz := private.clock();
begin
	select x.* into c from app.cases x where x.id = correct_place.case_id for update;
	if c.id is null or not private.sees_case(c.unit_id, c.area_id, c.status) then perform private.problem(404, 'not_found'); end if;
	if acting_as is null then perform private.problem(403, 'role_needed', '{"roles": ["registrar", "dispatcher"]}'); end if;
	if private.already_done(request_id, c.id, 'correct_place') then return; end if;
	if c.status not in ('filed', 'reassigned', 'dispatched') or c.handling_at is not null then perform private.problem(409, 'not_allowed_now', jsonb_build_object('status', c.status)); end if;
	if expected_version is not null and expected_version <> c.version then
		perform private.problem(409, 'case_changed', jsonb_build_object('version', c.version, 'status', c.status));
	end if;
	if reason_code is null or not exists (select from app.reasons x where x.move = 'correct_place' and x.code = correct_place.reason_code) then
		perform private.problem(422, case when reason_code is null then 'reason_needed' else 'unknown_reason' end, '{"field": "reason_code"}');
	end if;
	-- refuse_contact: of a later migration; the unit reads the note.
	perform private.refuse_contact(note, 'note');
	perform private.check_place(lng, lat);
	pin := private.point(lng, lat);
	snapped := private.snap(pin);
	kept_note := private.keep_note(note);
	insert into app.place_corrections (case_id, was, becomes, moved_m, staff_id) values (c.id, c.geom, pin, private.metres(c.geom, pin), (select auth.uid())) returning * into k;
	perform private.describe('place.corrected', moment, acting_as, correct_place.reason_code, kept_note, request_id);
	perform private.log_change('place', null, c.id, jsonb_build_object('segment_id', c.segment_id, 'street_id', c.street_id, 'area_id', c.area_id),
		jsonb_build_object('correction_id', k.id, 'moved_m', round(k.moved_m), 'segment_id', snapped.segment_id, 'street_id', snapped.street_id));
	perform private.describe('case.place_corrected', moment, acting_as, correct_place.reason_code, kept_note);
	update app.cases x set geom = pin, accuracy_m = null, segment_id = snapped.segment_id, street_id = snapped.street_id, segment_distance_m = snapped.distance_m, on_street = snapped.on_street,
		area_id = case when x.status = 'dispatched' then x.area_id else (select min(a.area_id) from private.areas_at(pin, 0) a where a.holds and a.kind = 'duty_grid') end,
		version = x.version + 1
	where x.id = c.id;
end $$;

---- What may be called ----
-- Whether nobody works for a unit or above it: what is sent there waits unseen. Null for no unit. Definer: who holds a role is the administrators' to read.
create function private.is_empty_unit(unit bigint)
returns boolean language sql stable security definer set search_path = '' as $$
	with recursive up as (
		select u.id, u.parent_id from app.units u where u.id = unit
		union
		select u.id, u.parent_id from app.units u join up on u.id = up.parent_id
	)
	select not exists (select from app.staff_roles r join app.staff p on p.id = r.staff_id and p.is_active
		where r.unit_id in (select id from up) and r.role in ('team', 'unit_handler') and r.valid_from <= private.clock() and (r.valid_to is null or r.valid_to > private.clock()))
	where unit is not null and (select private.is_staff());
$$;

-- Rules as a page lists them.
create function private.rules_list(s app.dispatch_rule_sets)
returns jsonb language sql stable set search_path = '' as $$
	select coalesce(jsonb_agg(private.rule_words(s, r.position) || jsonb_build_object('area_unit_id', r.area_unit,
		'area_gone', r.area_id is not null and not exists (select from app.area_versions v where v.area_id = r.area_id and v.valid_to is null),
		'unit_empty', private.is_empty_unit(case r.choice when 'unit' then r.unit_id when 'area' then r.area_unit end)) order by r.position), '[]')
	from private.rules_of(s.id, s.revision) r;
$$;

create function private.rule_set_row(s app.dispatch_rule_sets)
returns jsonb language sql stable set search_path = '' as $$
	select jsonb_build_object('id', s.id, 'version', s.version, 'revision', s.revision, 'based_on', (select b.version from app.dispatch_rule_sets b where b.id = s.based_on),
		'drafted_at', s.drafted_at, 'applied_at', s.applied_at, 'applied_by', (select p.name from app.staff p where p.id = s.applied_by), 'in_force_from', s.in_force_from,
		'replaced_at', (select min(x.in_force_from) from app.dispatch_rule_sets x where x.in_force_from > s.in_force_from and x.withdrawn_at is null), 'withdrawn_at', s.withdrawn_at,
		'rules', (select count(*) from app.dispatch_rules r where r.rule_set = s.id and r.revision = s.revision),
		'saved_at', (select max(r.saved_at) from app.dispatch_rule_revisions r where r.rule_set = s.id),
		'authors', (select coalesce(jsonb_agg(distinct p.name), '[]') from app.dispatch_rule_revisions r join app.staff p on p.id = r.saved_by where r.rule_set = s.id),
		'is_mine', exists (select from app.dispatch_rule_revisions r where r.rule_set = s.id and r.saved_by = (select auth.uid())));
$$;

-- What a page about the rules shows: those in force, the draft, those that wait for their moment, and the last versions.
create function api.dispatch_rules(version int default null)
returns jsonb language plpgsql stable set search_path = '' as $$
declare
	moment timestamptz := private.clock();
	shown app.dispatch_rule_sets;
	draft app.dispatch_rule_sets;
begin
	if not private.has_role('dispatcher', 'office', 'admin') then perform private.problem(403, 'role_needed', '{"roles": ["dispatcher", "office", "admin"]}'); end if;
	if version is null then shown := private.rules_in_force(moment);
	else
		select s.* into shown from app.dispatch_rule_sets s where s.version = dispatch_rules.version;
		if shown.id is null then perform private.problem(404, 'not_found'); end if;
	end if;
	select s.* into draft from app.dispatch_rule_sets s where s.version is null and s.withdrawn_at is null;
	return jsonb_build_object('in_force', case when shown.id is not null then private.rule_set_row(shown) end, 'rules', private.rules_list(shown),
		'draft', case when draft.id is not null then private.rule_set_row(draft) || jsonb_build_object('list', private.rules_list(draft)) end,
		'history', (select coalesce(jsonb_agg(private.rule_set_row(s) order by s.applied_at desc), '[]') from (select x.* from app.dispatch_rule_sets x where x.version is not null order by x.applied_at desc limit 50) s));
end $$;

create function api.save_dispatch_rules(rules jsonb, expected_revision int default null)
returns jsonb language sql set search_path = '' as $$ select private.save_dispatch_rules(rules, expected_revision); $$;
create function api.apply_dispatch_rules(rule_set uuid, expected_revision int, in_force_from timestamptz default null, note text default null)
returns jsonb language sql set search_path = '' as $$ select private.apply_dispatch_rules(rule_set, expected_revision, in_force_from, note); $$;
create function api.withdraw_dispatch_rules(rule_set uuid)
returns jsonb language sql set search_path = '' as $$ select private.withdraw_dispatch_rules(rule_set); $$;
create function api.try_dispatch_rules(days int default 31)
returns jsonb language sql stable set search_path = '' as $$ select private.try_dispatch_rules(days); $$;

create function api.would_go_elsewhere(max_rows int default 200)
returns jsonb language plpgsql stable set search_path = '' as $$
begin
	if not private.has_role('dispatcher', 'office', 'closer') then perform private.problem(403, 'role_needed', '{"roles": ["dispatcher", "office", "closer"]}'); end if;
	return private.would_go_elsewhere(max_rows);
end $$;

-- Why a case is where it is, or where it should go: today's suggestion (of a dispatched case at the moment of its dispatch), what was stored then, whether
-- the two differ, and the outline that decided.
create function api.dispatch_reason(case_id uuid)
returns jsonb language plpgsql stable set search_path = '' as $$
declare
	c app.cases;
	rules app.dispatch_rule_sets := private.rules_in_force(private.clock());
	suggestion jsonb;
begin
	select x.* into c from app.cases x where x.id = dispatch_reason.case_id;
	if c.id is null then perform private.problem(404, 'not_found'); end if;
	suggestion := private.suggest_under(rules, c.category, c.geom, c.accuracy_m, coalesce(c.dispatched_at, private.clock()));
	return jsonb_build_object('status', c.status, 'is_dispatched', c.dispatched_at is not null and c.status not in ('filed', 'reassigned'), 'suggestion', suggestion, 'stored', c.dispatch,
		'differs', c.dispatched_at is not null and c.status in ('dispatched', 'handling', 'returned', 'suspended') and (suggestion ->> 'unit_id')::bigint <> c.unit_id
			and (suggestion ->> 'unit_id') is distinct from (c.dispatch ->> 'unit_id'),
		'outline', (select jsonb_build_object('area_id', v.area_id, 'name', v.name, 'name_en', v.name_en, 'is_current', v.valid_to is null, 'geometry', extensions.st_asgeojson(v.geom, 6)::jsonb)
			from app.area_versions v where v.id = coalesce((c.dispatch #>> '{polygon,area_version_id}')::bigint, (suggestion #>> '{polygon,area_version_id}')::bigint)),
		'may_correct', private.role_for('{registrar,dispatcher}') is not null and c.status in ('filed', 'reassigned', 'dispatched') and c.handling_at is null,
		'corrections', (select count(*) from app.place_corrections k where k.case_id = c.id));
end $$;

-- As before, but whom the rules would send is asked only while a case can be sent to somebody.
create or replace function api.case_detail(case_id uuid)
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
		'dispatch', jsonb_build_object('suggestion', case when exists (select from app.case_moves m where m.from_status = c.status and 'unit' = any (m.needs))
			then private.suggest_dispatch(c.category, c.geom, c.accuracy_m) end, 'stored', c.dispatch),
		'permitted_lines', (select coalesce(jsonb_agg(jsonb_build_object('id', l.area_id, 'name', l.name, 'name_en', l.name_en)), '[]') from private.permitted_lines_at(c.geom) l),
		'events', private.timeline(null, c.id));
end $$;

create function api.correct_place(case_id uuid, lng float8, lat float8, reason_code text, expected_version int default null, note text default null, request_id uuid default null)
returns jsonb language plpgsql set search_path = '' as $$
begin
	perform private.correct_place(case_id, expected_version, lng, lat, reason_code, note, request_id);
	return api.dispatch_reason(correct_place.case_id);
end $$;

alter table app.dispatch_rule_sets enable row level security;
alter table app.dispatch_rule_revisions enable row level security;
alter table app.dispatch_rules enable row level security;
alter table app.place_corrections enable row level security;
grant select on app.dispatch_rule_sets, app.dispatch_rule_revisions, app.dispatch_rules, app.place_corrections to authenticated, service_role;
create policy "staff read the versions of the dispatch rules" on app.dispatch_rule_sets for select to authenticated using ((select private.is_staff()));
create policy "staff read who wrote the dispatch rules" on app.dispatch_rule_revisions for select to authenticated using ((select private.is_staff()));
create policy "staff read the dispatch rules" on app.dispatch_rules for select to authenticated using ((select private.is_staff()));
create policy "desk staff read where cases were moved from" on app.place_corrections for select to authenticated using ((select private.is_desk()));

revoke all on function private.keep_rule_set(), private.rule_set_state(app.dispatch_rule_sets), private.rules_in_force(timestamptz), private.rules_of(uuid, int),
	private.matching_rules(uuid, int, private.dispatch_place[]), private.rule_words(app.dispatch_rule_sets, int),
	private.suggest_under(app.dispatch_rule_sets, text, extensions.geometry, float8, timestamptz), private.save_dispatch_rules(jsonb, int),
	private.apply_dispatch_rules(uuid, int, timestamptz, text), private.withdraw_dispatch_rules(uuid), private.places_of(uuid[], bigint[]), private.areas_named(uuid, int),
	private.try_dispatch_rules(int), private.would_go_elsewhere(int), private.correct_place(uuid, int, float8, float8, text, text, uuid),
	private.is_empty_unit(bigint), private.rules_list(app.dispatch_rule_sets), private.rule_set_row(app.dispatch_rule_sets), api.dispatch_rules(int), api.save_dispatch_rules(jsonb, int),
	api.apply_dispatch_rules(uuid, int, timestamptz, text), api.withdraw_dispatch_rules(uuid), api.try_dispatch_rules(int), api.would_go_elsewhere(int), api.dispatch_reason(uuid),
	api.correct_place(uuid, float8, float8, text, int, text, uuid) from public, anon, authenticated, service_role;
grant execute on function private.rules_in_force(timestamptz), private.rules_of(uuid, int), private.matching_rules(uuid, int, private.dispatch_place[]),
	private.rule_words(app.dispatch_rule_sets, int), private.suggest_under(app.dispatch_rule_sets, text, extensions.geometry, float8, timestamptz),
	private.save_dispatch_rules(jsonb, int), private.apply_dispatch_rules(uuid, int, timestamptz, text), private.withdraw_dispatch_rules(uuid),
	private.places_of(uuid[], bigint[]), private.areas_named(uuid, int), private.try_dispatch_rules(int), private.would_go_elsewhere(int),
	private.correct_place(uuid, int, float8, float8, text, text, uuid), private.is_empty_unit(bigint), private.rules_list(app.dispatch_rule_sets), private.rule_set_row(app.dispatch_rule_sets),
	api.dispatch_rules(int), api.save_dispatch_rules(jsonb, int), api.apply_dispatch_rules(uuid, int, timestamptz, text), api.withdraw_dispatch_rules(uuid),
	api.try_dispatch_rules(int), api.would_go_elsewhere(int), api.dispatch_reason(uuid), api.correct_place(uuid, float8, float8, text, int, text, uuid) to authenticated;
