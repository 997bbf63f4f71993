import type { Database } from './world.ts';

/** One way to break the database's own guards, and where to look first for who notices. */
export interface Mutant {
	kind: string;
	what: string;
	sql: string;
	/** `app.reports`, `private.snap`: the matrix' cells about it are tried first. */
	object: string;
	guard: 'matrix' | 'workflow' | 'pgtap';
	/** Which pgTAP file is tried first: the one of the migration that holds this. */
	named: string;
}

/** Everything that can be taken away or given, read from the catalogue: what is added later is broken, too. */
const FROM_CATALOGUE = `
with t as (
	select c.oid, c.relname::text as name, 'app.' || quote_ident(c.relname) as object from pg_class c where c.relnamespace = 'app'::regnamespace and c.relkind = 'r'
), f as (
	select p.oid, n.nspname || '.' || p.proname as object, p.proname::text as name, p.oid::regprocedure::text as signature, p.prosecdef from pg_proc p join pg_namespace n on n.oid = p.pronamespace
	where n.nspname in ('api', 'private')
), callers as (select unnest(array['anon', 'authenticated', 'service_role']) as role
), grants as (
	select t.object, t.name, r.role, v.verb, has_table_privilege(r.role, t.oid, v.verb) as held from t, callers r, unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) v (verb)
), columns as (
	select t.object, t.name, a.attname, r.role, has_column_privilege(r.role, t.oid, a.attnum, 'select') as held from t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped, callers r
	where has_any_column_privilege(r.role, t.oid, 'select') and not has_table_privilege(r.role, t.oid, 'select')
)
select 'policy dropped' as kind, t.object, format('drop policy %I on %s', p.polname, t.object) as sql, 'matrix' as guard, t.name as named from t join pg_policy p on p.polrelid = t.oid
union all select 'everything shown', t.object, format('create policy "mutant" on %s for select to authenticated using (true)', t.object), 'matrix', t.name from t
	where exists (select from pg_policy p where p.polrelid = t.oid) and not exists (select from pg_policy p where p.polrelid = t.oid and pg_get_expr(p.polqual, t.oid) = 'true')
union all select 'row level security off', t.object, format('alter table %s disable row level security', t.object), 'matrix', t.name from t
union all select case when g.held then 'grant revoked' else 'grant given' end, g.object, format(case when g.held then 'revoke %s on %s from %s' else 'grant %s on %s to %s' end, g.verb, g.object, g.role), 'matrix', g.name
	from grants g where not (g.verb = 'select' and not g.held and exists (select from columns c where c.object = g.object and c.role = g.role and c.held))
union all select case when c.held then 'column closed' else 'column opened' end, c.object, format(case when c.held then 'revoke select (%I) on %s from %s' else 'grant select (%I) on %s to %s' end, c.attname, c.object, c.role), 'matrix', c.name from columns c
union all select 'column writable', t.object, format('grant update (%I) on %s to authenticated', (select a.attname from pg_attribute a where a.attrelid = t.oid and a.attnum > 0 order by a.attnum desc limit 1), t.object), 'matrix', t.name from t
union all select 'sequence given', 'app.' || s.relname, format('grant %s on sequence app.%I to %s', v, s.relname, r.role), 'matrix', s.relname::text from pg_class s, callers r, unnest(array['usage', 'select', 'update']) v
	where s.relnamespace = 'app'::regnamespace and s.relkind = 'S'
union all select 'schema given', n, format('grant create on schema %s to %s', n, r.role), 'matrix', n from unnest(array['app', 'private', 'api']) n, callers r
union all select 'call closed', f.object, format('revoke execute on function %s from %s', f.signature, r.role), 'matrix', f.name from f, callers r where has_function_privilege(r.role, f.oid, 'execute')
union all select 'call opened', f.object, format('grant execute on function %s to %s', f.signature, r.role), 'matrix', f.name from f, callers r where not has_function_privilege(r.role, f.oid, 'execute')
union all select 'call opened to all', f.object, format('grant execute on function %s to public', f.signature), 'matrix', f.name from f where not has_function_privilege('anon', f.oid, 'execute')
union all select 'owner''s rights changed', f.object, format('alter function %s security %s', f.signature, case when f.prosecdef then 'invoker' else 'definer' end), 'matrix', f.name from f
union all select 'search path left open', f.object, format('alter function %s reset search_path', f.signature), 'matrix', f.name from f
union all select 'trigger off', t.object, format('alter table %s disable trigger %I', t.object, g.tgname), 'pgtap', g.tgname::text from t join pg_trigger g on g.tgrelid = t.oid and not g.tgisinternal
union all select 'check dropped', t.object, format('alter table %s drop constraint %I', t.object, k.conname), 'pgtap', t.name from t join pg_constraint k on k.conrelid = t.oid and k.contype = 'c'
union all select 'act forgiven', m.move || ' from ' || m.from_status, format('update app.case_moves set not_if = array_remove(not_if, %L) where move = %L and from_status = %L', a, m.move, m.from_status), 'workflow', 'case_moves' from app.case_moves m, unnest(m.not_if) a
union all select 'act forbidden', m.move || ' from ' || m.from_status, format('update app.case_moves set not_if = not_if || %L::text where move = %L and from_status = %L', a, m.move, m.from_status), 'workflow', 'case_moves'
	from app.case_moves m, unnest(array['handled_it', 'dispatched_it', 'verified_it']) a where not a = any (m.not_if) and m.roles <> '{citizen}'
union all select 'need forgotten', m.move || ' from ' || m.from_status, format('update app.case_moves set needs = array_remove(needs, %L) where move = %L and from_status = %L', n, m.move, m.from_status), 'workflow', 'case_moves' from app.case_moves m, unnest(m.needs) n
union all select 'any unit', m.move || ' from ' || m.from_status, format('update app.case_moves set own_unit = false where move = %L and from_status = %L', m.move, m.from_status), 'workflow', 'case_moves' from app.case_moves m where m.own_unit
union all select 'role added', m.move || ' from ' || m.from_status, format('update app.case_moves set roles = roles || %L::text where move = %L and from_status = %L', r.role, m.move, m.from_status), 'workflow', 'case_moves'
	from app.case_moves m, app.roles r where not r.role = any (m.roles) and r.role in ('registrar', 'dispatcher', 'closer', 'inspector', 'team', 'unit_handler', 'office') and m.roles <> '{citizen}'
union all select 'role removed', m.move || ' from ' || m.from_status, format('update app.case_moves set roles = array_remove(roles, %L) where move = %L and from_status = %L', r, m.move, m.from_status), 'workflow', 'case_moves' from app.case_moves m, unnest(m.roles) r where m.roles <> '{citizen}'
union all select 'move removed', m.move || ' from ' || m.from_status, format('with rules as (delete from app.request_rules where move = %1$L and from_status = %2$L) delete from app.case_moves where move = %1$L and from_status = %2$L', m.move, m.from_status), 'workflow', 'case_moves' from app.case_moves m where m.roles <> '{citizen}'
union all select 'move added', m.move || ' from ' || s.status, format('insert into app.case_moves select move, %L, to_status, roles, own_unit, not_if, needs, name, name_en, position from app.case_moves where move = %L limit 1', s.status, m.move), 'workflow', 'case_moves'
	from (select distinct x.move from app.case_moves x where x.roles <> '{citizen}') m, app.case_statuses s where not exists (select from app.case_moves y where y.move = m.move and y.from_status = s.status)
union all select 'decision removed', m.decision || ' from ' || m.from_status, format('delete from app.report_moves where decision = %L and from_status = %L', m.decision, m.from_status), 'workflow', 'report_moves' from app.report_moves m
union all select 'decision opened', m.decision || ' from ' || m.from_status, format('update app.report_moves set roles = roles || %L::text where decision = %L and from_status = %L', r, m.decision, m.from_status), 'workflow', 'report_moves'
	from app.report_moves m, unnest(array['inspector', 'dispatcher', 'team']) r where not r = any (m.roles)
`;

/** Guards inside functions, each weakened by a change of its text: [function, text, what it becomes]. */
const WEAKENED: [string, string, string][] = [
	['private.my_roles', 'and s.is_active', ''],
	['private.my_roles', 'and (r.valid_to is null or r.valid_to > moment)', ''],
	['private.my_roles', 'and r.valid_from <= moment', ''],
	['private.is_desk', "'registrar', ", "'team', 'registrar', "],
	['private.is_staff', 'exists', 'not exists'],
	['private.my_roles', 'or private.session_ended() or', 'or'],
	['private.my_roles', 'a.staff_id = me and a.password_due', 'false'],
	['private.my_roles', 'if assured is not true and', 'if false and'],
	['private.my_roles', 'factor := private.has_factor(me)', 'null'],
	['private.my_roles', 'and n.needs_second_factor', 'and false'],
	['private.is_assured', "coalesce(claims ->> 'aal', 'aal1')", "coalesce(claims ->> 'aal', 'aal2')"],
	['private.is_assured', 'and s.recovered_at is not null', ''],
	['private.has_factor', "and f.status = 'verified'", ''],
	['private.session_ended', 's.ended_at is not null or', ''],
	['private.session_ended', 's.seen_at <', 's.opened_at <'],
	['private.charge_sign_in', 'if wait_s > 0 then', 'if false then'],
	['private.charge_sign_in', 'd.staff_id = who and', ''],
	['private.charge_sign_in', 'power(2, least(held.waits, 20))', '1'],
	['private.use_recovery_code', 'and c.used_at is null and', 'and'],
	['private.use_recovery_code', 'and c.staff_id = staff', ''],
	['private.keep_recovery_codes', 'c.staff_id = staff and', 'false and'],
	['private.end_sessions', "or private.sign_in_step() is not distinct from 'code'", ''],
	[
		'private.my_account',
		"when private.sign_in_step() is not distinct from 'code' then '[]'",
		"when false then '[]'"
	],
	['private.close_sessions', 's.staff_id = person and', ''],
	['private.tend_account', "what in ('end_sessions', 'reset_password', 'drop_factor') and", 'false and'],
	['private.tend_account', 'perform private.need_admin()', 'null'],
	['private.set_sign_in_rules', 'perform private.need_admin()', 'null'],
	['private.end_session', "(select auth.jwt()) ->> 'session_id'", "'another'"],
	['private.my_units', 'join mine m on u.parent_id = m.id', 'join mine m on false'],
	['private.my_areas', "= 'inspector'", "in ('inspector', 'volunteer')"],
	['private.sees_case', 'coalesce(sees_case.unit_id in (select private.my_units()), false)', 'true'],
	['private.sees_case', ', false)', ', null)'],
	['private.sees_case', 'or r.area_id = sees_case.area_id', 'or true'],
	['private.sees_report', "r.status in ('received', 'to_verify')", 'true'],
	['private.sees_report', 'or m.area_id = r.area_id', 'or true'],
	[
		'private.sees_report',
		'or (r.reporter = (select auth.uid()) and not (select private.session_ended()))',
		''
	],
	[
		'private.role_for',
		"(r.role <> 'inspector' or r.area_id is null or r.area_id is not distinct from role_for.area_id)",
		'true'
	],
	['private.why_not', 'if rule.own_unit and', 'if false and'],
	['private.why_not', 'a.act = own_act', 'false'],
	['private.is_my_report', 'r.reporter = (select auth.uid())', 'true'],
	['private.timeline', '(select private.sees_report(timeline.report_id))', 'true'],
	['private.timeline', 'private.is_desk() or e.actor', 'true or e.actor'],
	['private.timeline', "e.kind in ('report.received', 'report.evidence')", 'false'],
	['private.reports_for_case', 'case when private.is_desk()', 'case when true'],
	['private.reports_for_case', 'and private.sees_case(c.unit_id, c.area_id, c.status)', ''],
	['private.decided', 'private.sees_report(r.id)', 'true'],
	['private.photo_access', 'private.sees_case(c.unit_id, c.area_id, c.status)', 'true'],
	['private.photo_access', "perform private.need_role('data_officer', 'closer')", 'null'],
	[
		'private.photo_access',
		'values (p.sha256, (select auth.uid()), photo_access.purpose)',
		'select p.sha256, (select auth.uid()), photo_access.purpose where false'
	],
	['private.wall', 'if not (', 'if false and not ('],
	['private.attach_evidence', 'or not (is_theirs or private.sees_case(c.unit_id, c.area_id, c.status))', ''],
	['private.attach_evidence', 'perform private.need_role(', 'perform concat('],
	['private.attach_evidence', 'if not (select s.is_open', 'if not (select true or s.is_open'],
	['private.attach_evidence', 'if taken_at is not null then', 'if false then'],
	['private.move_case', 'if not private.sees_case(c.unit_id, c.area_id, c.status) then', 'if false then'],
	['private.move_case', 'if fault is not null then', 'if false then'],
	['private.move_case', 'expected_version <> c.version', 'false'],
	['private.move_case', 'if moment < c.filed_at then', 'if false then'],
	[
		'private.move_case',
		'moment := greatest(moment, c.dispatched_at, c.handling_at, c.handled_at, c.closed_at, asked.asked_at)',
		'null'
	],
	['private.move_case', "if private.already_done(request_id, c.id, 'move_case') then", 'if false then'],
	['private.move_case', "a.kind = 'duty_grid'", 'true'],
	['private.move_case', 'x.returned_count >= 1', 'x.returned_count >= 2'],
	['private.move_case', "(rule.move = 'return')::int", '0'],
	['private.move_case', "('begin', 'handled_it'), ('finish', 'handled_it')", "('begin', 'handled_it')"],
	['private.move_case', "('dispatch', 'dispatched_it'), ", ''],
	['private.move_case', 'coalesce(new_due, x.due_at, case', 'coalesce(new_due, case'],
	['private.move_case', "if rule.move = 'redispatch' and unit = c.unit_id then", 'if false then'],
	['private.why_not', "if asker is null then return 'nobody_asked'; end if;", ''],
	['private.why_not', "if asker = (select auth.uid()) then return 'asked_it'; end if;", ''],
	['private.why_not_decide', "if q.asked_by = (select auth.uid()) then return 'asked_it'; end if;", ''],
	['private.why_not_decide', 'a.act = any (rule.not_if)', 'false'],
	[
		'private.ask_request',
		'if not coalesce(c.unit_id in (select private.my_units()), false) then',
		'if false then'
	],
	['private.ask_request', 'hours > 200', 'hours > 100000'],
	['private.decide_request', 'case when new_due > private.clock() then null else x.overdue_at end', 'null'],
	['private.decide_request', 'if fault is not null then', 'if false then'],
	['private.withdraw_request', 'and x.asked_by = (select auth.uid())', ''],
	['private.decide_flag', 'if not private.may_decide_flag(f) then', 'if false then'],
	['private.see_notifications', 'o.staff_id = (select auth.uid()) and', ''],
	['private.rung_people', "where 'parent' = any (whom) and", 'where'],
	['private.tick', 'r.at <= moment', 'r.at < moment'],
	['private.working_hours_between', 'when x.is_workday then 1', ''],
	['private.light_of', 'private.clock() > c.due_at', 'private.clock() >= c.due_at'],
	['private.decide_report', 'or not private.sees_case(target.unit_id, target.area_id, target.status)', ''],
	['private.decide_report', 'and exists (select from private.permitted_lines_at(r.geom))', 'and false'],
	['private.decide_report', 'where e.report_id = r.id on conflict do nothing', 'where false'],
	['private.decide_report', "and not (lease ->> 'is_mine')::boolean", 'and false'],
	['private.decide_report', 'set withdrawn_at = null', 'set withdrawn_at = withdrawn_at'],
	['private.undo_fault', 'if told.actor is distinct from (select auth.uid()) then', 'if false then'],
	['private.undo_fault', "interval '1 minute'", "interval '2 minutes'"],
	['private.undo_fault', 'e.recorded_at > told.recorded_at', 'false'],
	['private.undo_fault', 'or exists (select from app.reports o where o.case_id = c.id and o.id <> r.id)', ''],
	['private.undo_decision', "if told.kind = 'report.filed' then", 'if false then'],
	['private.undo_decision', "coalesce(told.before ->> 'category', x.category)", 'x.category'],
	['private.unmerge_report', "is distinct from 'report.merged'", 'is null'],
	['private.keep_leases', 'where l.until <= moment or', 'where true or'],
	['private.lease_of', 'and l.until > private.clock()', ''],
	['private.lease_of', 'case when private.is_desk() or', 'case when true or'],
	['private.follow_answer', 'and not (h.kind in (', 'and not (false and h.kind in ('],
	['private.already_done', 'or seen.actor is distinct from (select auth.uid())', ''],
	['private.already_done', 'seen.subject <> already_done.subject', 'false'],
	['private.evidence_fault', 'p.recorded_at < c.handling_at or e.recorded_at < c.handling_at', 'false'],
	['private.evidence_fault', 'coalesce(e.taken_at, p.taken_at) < c.handling_at', 'false'],
	[
		'private.evidence_fault',
		"or coalesce(e.taken_at, p.taken_at) > e.recorded_at + interval '5 minutes'",
		''
	],
	['private.evidence_fault', '> (select y.proof_radius_m from app.city y)', '> 35'],
	['private.evidence_fault', '> (select y.proof_radius_m from app.city y)', '> 28'],
	[
		'private.evidence_fault',
		'e.recorded_at <= c.disputed_at or coalesce(e.taken_at, p.taken_at) < c.disputed_at',
		'false'
	],
	['private.evidence_fault', 'e.accuracy_m > 2 * (select y.proof_radius_m from app.city y)', 'false'],
	['private.decide_report', "case when e.role in ('near', 'wide') then e.role else 'wide' end", 'e.role'],
	['private.claimed_time', "interval '5 minutes'", "interval '1 hour'"],
	['private.claimed_time', 'claimed < moment - oldest', 'false'],
	['private.claimed_time', 'least(claimed, moment)', 'claimed'],
	['private.check_place', 'if not (lng between', 'if false and not (lng between'],
	['private.check_place', "lng = 'NaN'::float8 or", ''],
	['private.receive_report', 'r.body_hash is distinct from receive_report.body_hash', 'false'],
	['private.receive_report', 'and c.is_active', ''],
	['private.receive_report', 'and c.parent is not null', ''],
	['private.receive_staff_report', 'if acting_as is null then perform', 'if false then perform'],
	['private.followed', 'and x.pin_hash = followed.pin_hash', ''],
	['private.followed', 'x.code_hash = followed.code_hash and', ''],
	['private.answer_closure', 'if not coalesce(private.can_answer(c), false) then', 'if false then'],
	['private.can_answer', "c.status = 'closed' and", ''],
	['private.can_answer', 'and c.confirmed is not true', ''],
	['private.can_answer', "and c.closed_at > private.clock() - interval '30 days'", ''],
	['private.receive_report', "case proof when 'none' then 'to_verify' else 'received' end", "'received'"],
	['private.admit', 'address_hash is null or', 'true or'],
	['private.take', 'if level < 1 then', 'if false then'],
	['private.judge_photo', 'if revision is distinct from p.revision then', 'if false then'],
	['private.judge_photo', 'if p.unreadable is not null and', 'if false and'],
	['private.photo_access', 'or e.id = first', 'or true'],
	['private.reveal', 'if fault is not null then', 'if false then'],
	['private.reveal', 'if reason_code is null then', 'if false then'],
	['private.reveal', "if coalesce(btrim(note), '') = '' then", 'if false then'],
	['private.reveal_fault', 'c.unit_id in (select private.my_units()) or exists', 'exists'],
	['private.reveal_fault', "if acting_as is null then return 'role_needed'; end if;", ''],
	['private.is_expired', 'p.keep_until < private.clock() and', ''],
	['private.erase', 'sealed = null, ', ''],
	['private.acting_for', "if acting_as in ('team', 'unit_handler') and", 'if false and'],
	['private.record_act', "if c.status <> 'handling' then", 'if false then'],
	['private.record_act', 'if k.rung > coalesce(proposed, 1) and not is_late then', 'if false then'],
	['private.record_act', 'and a.unit_id is not null and not', 'and not'],
	['private.record_act', "is_late := act -> 'keep_if_late' = 'true' and", 'is_late :='],
	['private.attach_evidence', 'coalesce(attach_evidence.taken_at < c.closed_at, false)', 'true'],
	['private.link_case', 'private.metres(x.geom, c.geom) <= 100 or', 'true or'],
	['private.refuse_contact', 'if private.holds_contact(body) then', 'if false then'],
	['private.find_vehicle', 'and private.has_subject(null, p.vehicle_id)', ''],
	['private.subjects', 'where is_site and x.is_seen and', 'where is_site and'],
	['private.record_act', "if private.already_done(request_id, c.id, 'record_act') then", 'if false then'],
	['private.ladder', 'a.occurred_at >= rule.since and', ''],
	['private.serve_notice', 'if n.served_at is not null then', 'if false then'],
	['private.serve_notice', 'if w.needs_photo and photo is null then', 'if false then'],
	['private.withdraw_notice', 'if reason_code is null then', 'if false then'],
	['private.set_notice_template', 'if based_on is distinct from was then', 'if false then'],
	['private.forget_photo', 'if not found or', 'if'],
	['private.claim_deliveries', 'and k.after_position < c.position', ''],
	['private.public_street', 'if shape is null then', 'if false then'],
	['private.answer_closure', 'confirmed = false, disputed_count', 'disputed_count'],
	['private.duplicates_of', '<= k.duplicate_radius_m', '<= k.duplicate_radius_m * 1.05'],
	['private.duplicates_of', 'and s.is_open', ''],
	['private.duplicates_of', 'and c.opened_at >= at - make_interval(days => k.duplicate_days)', ''],
	['private.recurrence_of', '<= k.recurrence_radius_m', '<= k.recurrence_radius_m * 1.15'],
	['private.recurrence_of', 'and c.closed_at >= at - make_interval(days => k.recurrence_days)', ''],
	[
		'private.snap',
		'exit when snap.distance_m + 8 <= reach or reach >= furthest',
		'exit when snap.distance_m is not null or reach >= furthest'
	],
	['private.snap', 'if snap.distance_m > furthest then', 'if false then'],
	['private.add_working_hours', 'when x.is_workday then 1', ''],
	['private.add_working_hours', 'when not x.is_workday then 0', ''],
	['private.figures', 'f.due_at >= a and', ''],
	['private.figures', 'f.closed_at < b', 'f.closed_at <= b'],
	['private.figures', 'f.closed_at >= a', 'f.closed_at > a'],
	['private.whole_fact', 'c.closed_at <= c.due_at', 'true'],
	['private.whole_fact', 'or coalesce(c.confirmed, false)', ''],
	['private.whole_fact', 'c.proof is not null or', ''],
	['private.link_history', 'c.closed_at <= new.filed_at', 'true'],
	['private.link_history', 'c.closed_at >= new.filed_at - make_interval(days => k.recurrence_days)', 'true'],
	['private.save_dispatch_rules', "perform private.need_role('dispatcher', 'office', 'admin')", 'null'],
	['private.save_dispatch_rules', 'elsif expected is distinct from draft.revision then', 'elsif false then'],
	['private.apply_dispatch_rules', "perform private.need_role('admin')", 'null'],
	['private.apply_dispatch_rules', 'r.saved_by = (select auth.uid())', 'false'],
	['private.apply_dispatch_rules', 'if expected is distinct from draft.revision then', 'if false then'],
	['private.apply_dispatch_rules', 's.in_force_from >= apply_dispatch_rules.in_force_from', 'false'],
	['private.withdraw_dispatch_rules', 'or s.in_force_from <= private.clock()', ''],
	['private.keep_rule_set', 'old.in_force_from <= private.clock() or', ''],
	['private.try_dispatch_rules', 'from moved where private.is_desk()', 'from moved where true'],
	['private.matching_rules', 'r.category = t.parent', 'false'],
	['private.matching_rules', 't.weekday_before = any (r.weekdays)', 't.weekday = any (r.weekdays)'],
	['private.matching_rules', 'when x.is_workday then 1 else 0', 'when x.is_workday then 0 else 1'],
	['private.matching_rules', 'where u.unit_id is not null', ''],
	['private.is_empty_unit', 'and p.is_active', ''],
	['private.suggest_under', 'o.n = 1 and (matched is null', 'false and (matched is null'],
	['private.rules_in_force', 's.in_force_from <= at and', ''],
	['private.would_go_elsewhere', "and b.unit_id is distinct from (c.dispatch ->> 'unit_id')::bigint", ''],
	['private.correct_place', "if c.status not in ('filed', 'reassigned', 'dispatched') or", 'if false and'],
	[
		'private.correct_place',
		"case when x.status = 'dispatched' then x.area_id else",
		'case when false then x.area_id else'
	],
	['private.correct_place', 'if acting_as is null then', 'if false then'],
	['private.tick', 'and x.overdue_at is null', ''],
	['private.tick', 'x.due_at < moment', 'x.due_at <= moment'],
	['private.log_change', "if changed_after = '{}' then return; end if;", ''],
	['private.chain_event', 'position = head.position + 1', 'position = head.position + 2'],
	['private.verify_log', '(select count(*) from app.event_log) <> head.position', 'false'],
	['private.live_event', "'status', ", "'actor', e.actor, 'status', "],
	[
		'private.import_streets',
		'where r.problem is not null and s.key = r.key',
		'where false and s.key = r.key'
	],
	['private.snap', 'when s.street_id is null then 8 else 0', 'when s.street_id is null then 0 else 0'],
	['private.need_admin', "perform private.need_role('admin')", 'null'],
	['private.board', 'if not (', 'if false and not ('],
	['private.board', 'f.due_at >= a and', ''],
	['private.board', 'and f.is_suspended', ''],
	['private.wall_points', 'if not (', 'if false and not ('],
	['private.wall_points', "r.status <> 'declined' order", 'true order'],
	['private.need_hotspot_role', 'if not (', 'if false and not ('],
	['private.hotspot_spots', "r.status <> 'declined' and", ''],
	['private.public_map', 'f.is_open or f.closed_at >= since', 'true'],
	['private.history_rows', 'when i.content = r.content then', 'when false then'],
	['private.history_rows', 't.version is distinct from i.case_version', 'false'],
	['private.history_rows', 'r.closed_at < r.opened_at or', ''],
	['private.history_rows', 'when not (r.lng between', 'when false and not (r.lng between'],
	[
		'private.import_history',
		'cross join lateral private.counts_of(f) k',
		'join lateral private.counts_of(f) k on false'
	],
	['private.chain_bulk', 'head.position := head.position + 1', 'head.position := head.position + 2'],
	['private.search_text', 'not private.is_desk() or', ''],
	['private.cases_numbered', 'scope.sees_all or', 'true or'],
	['private.words_of', 'and private.is_desk()', ''],
	['private.words_of', 'e.staff_id = (select auth.uid()) and', ''],
	['private.words_of', 'and e.has_words', ''],
	['private.open_export', 'and x.staff_id = (select auth.uid())', ''],
	['private.open_export', 'and x.filter_hash = private.filter_hash(filter, sort)', ''],
	['private.begin_export', "perform private.need_role('closer', 'office')", 'null'],
	['private.save_view', 'and v.owner = me returning', 'returning'],
	['private.remove_view', 'and v.owner = (select auth.uid())', ''],
	['private.keep_tab', 'and (v.owner = me or', 'and (true or'],
	['private.case_page', "else '<' end", "else '<=' end"],
	['private.case_page', 'limit 1001', 'limit 2'],
	['private.import_areas', 'when not extensions.st_isvalid(shape) then', 'when false then'],
	[
		'private.import_areas',
		'update app.areas a set last_import = opened.id where a.key = item',
		'update app.areas a set last_import = opened.id where false and a.key = item'
	],
	['private.area_changes', 'if not extensions.st_isvalid(change.shape) then', 'if false then'],
	['private.area_changes', "if (item ->> 'version')::bigint is distinct from now.id then", 'if false then'],
	['private.save_areas', "and e.is_filed and c.dispatched_at is null and c.status = 'filed'", ''],
	['private.save_areas', 'if not coalesce(moves_filed, false) then', 'if false then'],
	['private.area_effect', 'and s.is_open', ''],
	['private.save_facility', 'is distinct from was.version', 'is null'],
	['private.save_shift', 'and s.is_active', ''],
	['private.set_staff_active', 'if set_staff_active.staff_id = (select auth.uid())', 'if false'],
	['private.import_shifts', 'p.is_active and', ''],
	['private.import_retention', 'not between was.least_days and was.most_days', 'is null'],
	['private.keep_an_administrator', 'before[1] > 0', 'false'],
	['private.keep_an_administrator', 'before[2] > 0', 'false'],
	['private.set_retention', 'if days is null or days not between', 'if false and days not between'],
	['private.sweep_retention', 'p.recorded_at < before', 'true']
];

export async function findMutants(database: Database): Promise<Mutant[]> {
	const rows = await database.query<Omit<Mutant, 'what'>>(FROM_CATALOGUE);
	const catalogued = rows.map((row) => ({ ...row, what: row.sql }));
	const weakened: Mutant[] = [];
	for (const [object, from, to] of WEAKENED) {
		const [row] = await database.query<{ text: string }>('select pg_get_functiondef($1::regproc) as text', [
			object
		]);
		const text = row!.text;
		const at = text.indexOf(from);
		// The guard is no longer worded so: the list has to follow it, or it would try nothing.
		if (at < 0) throw new Error(`${object} does not say: ${from}`);
		const sql = text.slice(0, at) + to + text.slice(at + from.length);
		const named = object.split('.')[1]!;
		weakened.push({
			kind: 'guard weakened',
			object,
			what: `${object}: ${from} → ${to || 'nothing'}`,
			sql,
			guard: 'pgtap',
			named
		});
	}
	return [...catalogued, ...weakened];
}
