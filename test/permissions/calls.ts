import { perPerson, type Person } from './people.ts';

/**
 * What a call comes to: `ok`, `nothing` (it ran and answered null), `denied` (this very function is closed to them), or
 * the refusal's code. A call that breaks on a function beneath it is none of these.
 */
export interface Call {
	sql: string;
	comes_to: Record<Person, string>;
}

const CALLS: Record<string, Call[]> = {};

function call(name: string, sql: string, ...lines: [string, string][]): void {
	(CALLS[name] ??= []).push({ sql: `select ${name}(${sql})`, comes_to: perPerson(lines, 'denied') });
}
/** An answer of no rows, an empty list, counts as nothing. */
function list(name: string, sql: string, ...lines: [string, string][]): void {
	(CALLS[name] ??= []).push({
		sql: `select nullif(${name}(${sql})::text, '[]')`,
		comes_to: perPerson(lines, 'denied')
	});
}
function rows(name: string, sql: string, ...lines: [string, string][]): void {
	(CALLS[name] ??= []).push({
		sql: `select count(*) from ${name}(${sql})`,
		comes_to: perPerson(lines, 'denied')
	});
}

const the = (name: string, type = 'uuid') => `pg_temp.the('${name}')::${type}`;
const hash = (text: string) => `encode(sha256('${text}'), 'hex')`;
const opens = `${hash('CODE-volunteer')}, ${hash('PIN-volunteer')}`;
const point = 'extensions.st_setsrid(extensions.st_makepoint(119.4583, 32.7901), 4326)';
const now = "'2026-09-28 02:00:00Z'::timestamptz";
const body = (n: number) =>
	`jsonb_build_object('id', pg_temp.numbered('tried', ${n}), 'category', '0551', 'lng', 119.4563, 'lat', 32.7885)`;
const hashes = (n: number) => ['code', 'pin', 'body'].map((word) => hash(`tried ${word} ${n}`)).join(', ');
const newImport = (n: number) =>
	`jsonb_build_object('id', pg_temp.numbered('import', ${n}), 'source', 'tried', 'datum', 'wgs84')`;

const SERVICE: [string, string] = ['service_role', 'ok'];
const SIGNED_IN: [string, string] = ['signed_in', 'ok'];
const EVERYONE: [string, string] = ['everyone', 'ok'];
/** Set-up: the server's own key and administrators. */
const ADMIN: [string, string][] = [
	['service_role', 'ok'],
	['signed_in', 'PT403 role_needed'],
	['admin', 'ok']
];
const NOT_FOUND: [string, string] = ['signed_in', 'PT404 not_found'];
const ROLE_NEEDED: [string, string] = ['signed_in', 'PT403 role_needed'];

// ---- anyone may ask what the city is ----
call('api.city', '', EVERYONE);
call('api.basemap', '', EVERYONE);
call('api.base_features', '', EVERYONE);
call('api.search_streets', "'金桥'", EVERYONE);
call('api.search', "'金桥'", EVERYONE);
call('api.public_map', '', EVERYONE);
call('private.public_map', '', EVERYONE);

// ---- the web server, for citizens and for itself ----
call('api.submit_report', `${body(1)}, ${hashes(1)}`, SERVICE);
call('api.record_photo', `${hash('tried')}, 1, 'image/jpeg', '{}'`, SERVICE);
call('api.follow', opens, SERVICE);
call('api.follow', `${hash('CODE-volunteer')}, ${hash('another PIN')}`, ['service_role', 'PT404 not_found']);
call('api.answer_closure', `${opens}, true, null`, ['service_role', 'PT409 not_allowed_now']);
call('api.tail', '0', SERVICE);
call('api.wall_figures', '', SERVICE);
call('api.tick', '', SERVICE);

// ---- set-up ----
for (const schema of ['api', 'private']) {
	const setUp = (name: string, sql: string) => call(`${schema}.${name}`, sql, ...ADMIN);
	setUp(
		'upsert_staff',
		`jsonb_build_object('id', pg_temp.person('nobody'), 'name', 'x', 'roles', '[{"role": "admin"}]'::jsonb)`
	);
	setUp('import_streets', `${newImport(1)}, '[]', true`);
	setUp('import_areas', `${newImport(2)}, '[]', true`);
	setUp('import_base_features', `${newImport(3)}, '[]', true`);
	setUp('import_history', `${newImport(4)} || '{"source_key": "tried"}', '[]', true`);
	setUp('import_units', `${newImport(5)}, '[]'`);
	setUp('import_categories', `${newImport(6)}, '[]'`);
	setUp('import_calendar', `${newImport(7)}, '[]', '[]'`);
	setUp('import_facilities', `${newImport(8)}, '[]'`);
	setUp('set_city', `'{"name": "另一城市"}'`);
	setUp(
		'set_campaign',
		`'{"key": "tried", "name": "专项", "starts_on": "2026-03-15", "ends_on": "2026-06-30"}'`
	);
	setUp('set_simulation', 'true');
	setUp('staff_list', '');
}
call('api.verify_log', '', SERVICE);
call('api.replay_differences', '', SERVICE);
call('api.number_differences', '', SERVICE);
call('api.exposed_calls', '', SERVICE);

// ---- staff ----
const READS_CASE_A = 'desk inspector_a inspector_city double_hat team_a handler_a bureau';
const READS_CASE_B = 'desk inspector_b inspector_city team_b bureau';
const READS_REPORT_A = 'desk inspector_a inspector_city double_hat';

call('api.me', '', SIGNED_IN, ['inactive nobody', 'nothing']);
call('api.units', '', SERVICE, SIGNED_IN);
call('api.areas', '', SERVICE, SIGNED_IN);
call('api.export_streets', '', SERVICE, SIGNED_IN);
call('api.end_session', '', SIGNED_IN);
call('private.end_session', '', SIGNED_IN);
call('private.session_ended', '', SIGNED_IN);
call('api.inbox', '', SIGNED_IN);
call('api.cases', '', SIGNED_IN);
call('api.report_detail', the('received_a'), NOT_FOUND, [READS_REPORT_A, 'ok']);
call('api.report_detail', the('to_verify_b'), NOT_FOUND, ['desk inspector_b inspector_city', 'ok']);
call('api.report_detail', the('declined_a'), NOT_FOUND, ['desk', 'ok']);
call('api.report_detail', the('volunteer_report'), NOT_FOUND, ['desk volunteer', 'ok']);
call('api.case_detail', the('dispatched_a'), NOT_FOUND, [READS_CASE_A, 'ok']);
call('api.case_detail', the('handling_b'), NOT_FOUND, [READS_CASE_B, 'ok']);
// Not dispatched to any unit yet.
call('api.case_detail', the('filed_a'), NOT_FOUND, ['desk inspector_a inspector_city double_hat', 'ok']);
call('api.wall', '', ROLE_NEEDED, ['desk wall admin', 'ok']);
for (const schema of ['api', 'private']) {
	call(`${schema}.wall_points`, '30', ROLE_NEEDED, ['desk wall admin', 'ok']);
	call(`${schema}.board`, "'street', null, null, null", ROLE_NEEDED, ['desk wall admin', 'ok']);
}
call('api.patrol_work', '', SIGNED_IN);
call('api.export_cases', '', SERVICE, SIGNED_IN);
for (const name of ['imports', 'facilities', 'calendar', 'categories'])
	call(`api.${name}`, '', SERVICE, SIGNED_IN);

for (const name of ['api.decide_report', 'private.decide_report']) {
	call(name, `${the('received_a')}, 'file', null, null, null, null, null, null`, ROLE_NEEDED, [
		'registrar',
		'ok'
	]);
	call(name, `${the('to_verify_a')}, 'decline', null, null, 'nonsense', null, null, null`, ROLE_NEEDED, [
		'registrar inspector_a inspector_city double_hat',
		'ok'
	]);
}
for (const name of ['api.move_case', 'private.move_case']) {
	const move = (which: string, what: string, details = '{}', reason = 'null') =>
		`${the(which)}, '${what}', null, '${details}', ${reason}, null, null, null`;
	call(
		name,
		move('filed_a', 'dispatch'),
		NOT_FOUND,
		['desk', 'PT403 role_needed'],
		['dispatcher', 'ok'],
		['inspector_a inspector_city double_hat', 'PT403 role_needed']
	);
	call(
		name,
		move('dispatched_a', 'begin'),
		NOT_FOUND,
		[READS_CASE_A, 'PT403 role_needed'],
		['team_a handler_a bureau', 'ok']
	);
	call(
		name,
		move('handled_b', 'close'),
		NOT_FOUND,
		[READS_CASE_B, 'PT403 role_needed'],
		['closer inspector_b inspector_city', 'ok']
	);
	// Nobody undoes a closure but the citizen, and not by this call.
	call(name, move('closed_a', 'dispute'), NOT_FOUND, [READS_CASE_A, 'PT409 not_allowed_now']);
}
for (const name of ['api.attach_evidence', 'private.attach_evidence']) {
	call(
		name,
		`${the('handling_a')}, ${the('photo_unused', 'text')}, 'after', null, null, null, null`,
		NOT_FOUND,
		[READS_CASE_A, 'ok'],
		['dispatcher office', 'PT403 role_needed']
	);
	// Before its dispatch a case is no unit's.
	call(
		name,
		`${the('filed_a')}, ${the('photo_unused', 'text')}, 'near', null, null, null, null`,
		NOT_FOUND,
		['registrar closer inspector_a inspector_city double_hat', 'ok'],
		['dispatcher office', 'PT403 role_needed']
	);
}
for (const name of ['api.photo_access', 'private.photo_access']) {
	// `received` in grid A: the desk and the inspectors of that ground; data officers look after all photos.
	call(
		name,
		`${the('photo_received_a', 'text')}, 'derivative'`,
		NOT_FOUND,
		['strangers', 'PT403 role_needed'],
		[`${READS_REPORT_A} data_officer`, 'ok']
	);
	call(
		name,
		`${the('photo_volunteer', 'text')}, 'derivative'`,
		NOT_FOUND,
		['strangers', 'PT403 role_needed'],
		[`${READS_CASE_A} volunteer data_officer`, 'ok']
	);
	call(
		name,
		`${the('photo_volunteer', 'text')}, 'original: 核对'`,
		NOT_FOUND,
		['strangers', 'PT403 role_needed'],
		[`${READS_CASE_A} volunteer`, 'PT403 role_needed'],
		['closer data_officer', 'ok']
	);
	// What was declined is closed to inspectors again.
	call(
		name,
		`${the('photo_declined_a', 'text')}, 'derivative'`,
		NOT_FOUND,
		['strangers', 'PT403 role_needed'],
		['desk data_officer', 'ok']
	);
	// Evidence of nothing yet.
	call(name, `${the('photo_unused', 'text')}, 'derivative'`, NOT_FOUND, ['strangers', 'PT403 role_needed']);
}
for (const name of ['api.submit_staff_report', 'private.receive_staff_report']) {
	call(name, `${body(2)}, ${hashes(2)}`, ROLE_NEEDED, [
		'registrar inspector_a inspector_b inspector_city double_hat volunteer',
		'ok'
	]);
}

// ---- internals that run with the owner's rights on behalf of people, and so ask who is calling ----
rows('private.my_roles', '', SIGNED_IN);
rows('private.my_units', '', SIGNED_IN);
call('private.is_my_report', the('volunteer_report'), SIGNED_IN);
call('private.wall', '', ROLE_NEEDED, ['desk wall admin', 'ok']);
const NOTHING: [string, string] = ['signed_in', 'nothing'];
list('private.timeline', `${the('received_a')}, null`, NOTHING, [READS_REPORT_A, 'ok']);
list('private.timeline', `null, ${the('dispatched_a')}`, NOTHING, [READS_CASE_A, 'ok']);
call('private.decided', the('received_a'), NOTHING, [READS_REPORT_A, 'ok']);
list('private.reports_for_case', the('volunteer_case'), NOTHING, [READS_CASE_A, 'ok']);
// These tell no more than a number or a refusal's code about something whose random id is known already.
call('private.reports_in_case', the('volunteer_case'), SIGNED_IN);
call('private.evidence_fault_of', "pg_temp.numbered('evidence', 1)", ['signed_in', 'nothing']);
call('private.proof_of', 'null', ['signed_in', 'nothing']);
call('private.why_not', 'null::app.cases, null::app.case_moves', SIGNED_IN);

// ---- internals that run with the caller's rights ----
call('private.lng_lat', point, EVERYONE);
call('private.problem', "400, 'tried'", ['signed_in service_role', 'PT400 tried']);
call('private.clock', '', ['signed_in service_role', 'ok']);
call('private.point', '1, 2', SIGNED_IN);
call('private.metres', `${point}, ${point}`, SIGNED_IN);
call('private.box_around', `${point}, 10`, SIGNED_IN);
call('private.has_role', "'registrar'", SIGNED_IN);
call('private.is_staff', '', SIGNED_IN);
call('private.is_desk', '', SIGNED_IN);
rows('private.my_areas', '', SIGNED_IN);
rows('private.areas_at', `${point}, 10`, SIGNED_IN);
rows('private.duplicates_of', `'0504', ${point}, ${now}`, SIGNED_IN);
rows('private.permitted_lines_at', point, SIGNED_IN);
call('private.suggest_dispatch', `'0504', ${point}, 10`, SIGNED_IN);
call('private.role_for', "'{registrar}'", ['signed_in', 'nothing'], ['registrar', 'ok']);
call('private.report_row', the('received_a'), ['signed_in', 'nothing'], [READS_REPORT_A, 'ok']);
call('private.case_row', the('dispatched_a'), ['signed_in', 'nothing'], [READS_CASE_A, 'ok']);
call('private.photos_of', `${the('received_a')}, null`, SIGNED_IN);

// ---- the web server's own ----
call('private.set_clock', now, ['service_role', 'nothing']);
call('private.utc', now, SERVICE);
call('private.local_day', now, SERVICE);
call('private.day_start', "'2026-09-28'", SERVICE);
rows('private.rate_period', now, SERVICE);
call('private.receive_report', `${body(3)}, 'citizen', null, ${hashes(3)}`, SERVICE);
call('private.record_photo', `${hash('tried')}, 1, 'image/jpeg', '{}'`, SERVICE);
rows('private.followed', opens, SERVICE);
call('private.follow_answer', 'null::app.reports', SERVICE);
call('private.answer_closure', 'null::app.reports, true, null', ['service_role', 'PT409 not_allowed_now']);
call('private.live_event', 'null::app.event_log, 1', SERVICE);
call('private.event_text', 'null::app.event_log, 1', SERVICE);
rows('private.figures', `${now}, ${now}`, SERVICE);
call('private.street_figures', `null, ${now}`, SERVICE);
call('private.area_figures', `null, ${now}`, SERVICE);
call('private.flow', `14, ${now}`, SERVICE);
call('private.totals', now, SERVICE);
call('private.overdue_ladder', now, SERVICE);
call('private.next_due', now, SERVICE);
call('private.tick', '', SERVICE);
call('private.verify_log', '0', SERVICE);
call('private.replay_differences', '', SERVICE);
call('private.number_differences', '', SERVICE);
call('private.report_state', 'null::app.reports', SERVICE);
call('private.case_state', 'null::app.cases', SERVICE);
call('private.fact_of', 'null::app.cases', SERVICE);

export { CALLS };

/** Internals nobody calls from outside: triggers, and steps of the functions above. */
export const SEALED = [
	...['add_working_hours', 'already_done', 'begin_import', 'campaign', 'chain_bulk', 'chain_event'],
	...['check_place', 'claimed_time', 'history_id', 'history_placed', 'history_rows', 'is_bulk', 'line_of'],
	...['count_by', 'count_case', 'count_report', 'counts_of', 'describe', 'evidence_fault'],
	...['evidence_logged', 'finish_import', 'is_lng_lat', 'is_plain_text', 'keep_fact', 'keep_note'],
	...['lock_head', 'log_case', 'log_change', 'log_report', 'need_admin', 'need_role'],
	...['next_case_number', 'receipt', 'working_slots'],
	...['recurrence_of', 'refuse_change', 'sees_case', 'sees_report', 'snap', 'snap_all', 'unit_named']
].map((name) => `private.${name}`);

/** Functions that run with the owner's rights; each asks for itself who is calling, or is open to the web server alone. */
export const DEFINERS = [
	// on behalf of the signed-in caller
	...[
		'session_ended',
		'end_session',
		'my_roles',
		'my_units',
		'is_my_report',
		'why_not',
		'proof_of',
		'evidence_fault_of',
		'timeline',
		'decided'
	],
	...['reports_for_case', 'reports_in_case', 'decide_report', 'move_case', 'attach_evidence', 'photo_access'],
	...['receive_staff_report', 'wall', 'wall_points', 'board', 'staff_list'],
	// counts for everyone, nothing else
	'public_map',
	// the web server's writes
	...['receive_report', 'record_photo', 'answer_closure', 'tick', 'upsert_staff', 'set_city'],
	...['import_streets', 'import_areas', 'import_base_features', 'import_history', 'import_units'],
	...['import_categories', 'import_calendar', 'import_facilities', 'set_campaign', 'set_simulation'],
	// deferred triggers, which run as whoever commits
	...['chain_event', 'count_case', 'count_report']
].map((name) => `private.${name}`);
