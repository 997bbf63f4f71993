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

const newArea = `'name', 'x', 'geometry', pg_temp.square(119.41, 32.71, 119.42, 32.72)`;

const SERVICE: [string, string] = ['service_role', 'ok'];
const SIGNED_IN: [string, string] = ['signed_in', 'ok'];
const EVERYONE: [string, string] = ['everyone', 'ok'];
/** Set-up: the server's own key and administrators. */
const ADMIN: [string, string][] = [
	['service_role', 'ok'],
	['signed_in', 'PT403 role_needed'],
	['admin', 'ok']
];
const NOTHING_DUE: [string, string] = ['signed_in', 'nothing'];
const NOT_FOUND: [string, string] = ['signed_in', 'PT404 not_found'];
const ROLE_NEEDED: [string, string] = ['signed_in', 'PT403 role_needed'];

// ---- anyone may ask what the city is ----
call('api.city', '', EVERYONE);
call('api.basemap', '', EVERYONE);
call('api.base_features', '', EVERYONE);
call('api.search_streets', "'金桥'", EVERYONE);
call('api.search', "'金桥'", EVERYONE);
call('api.street_names', '', EVERYONE);
call('api.public_map', '', EVERYONE);
call('api.public_map', "'0551'", EVERYONE);
for (const name of ['api.public_street', 'private.public_street'])
	call(name, "(select s.id from app.streets s where s.name = '金桥路')", EVERYONE);
call('private.public_map', '', EVERYONE);

// ---- the web server, for citizens and for itself ----
call('api.submit_report', `${body(1)}, ${hashes(1)}`, SERVICE);
call('api.record_photo', `${hash('tried')}, 1, 'image/jpeg', '{}'`, SERVICE);
call('api.follow', opens, SERVICE);
call('api.follow', `${hash('CODE-volunteer')}, ${hash('another PIN')}`, ['service_role', 'PT404 not_found']);
call('api.answer_closure', `${opens}, true, null`, ['service_role', 'PT409 not_allowed_now']);
call('api.add_contact', `${opens}, 'email', 'sealed'`, SERVICE);
call('api.erase_contacts', opens, SERVICE);
call('api.erase_contact', "pg_temp.numbered('contact', 1)", SERVICE);
call('api.claim_deliveries', '', SERVICE);
call('api.delivery_done', "pg_temp.numbered('delivery', 1), 'sent'", SERVICE);
call('api.admit', "pg_temp.numbered('tried', 9), 'address', 1", SERVICE);
call('api.known_receipt', `pg_temp.numbered('tried', 9), 'x'`, ['service_role', 'nothing']);
call('api.photo_differences', '', SERVICE);
call('api.take_token', "'nearby', 'address'", SERVICE);
call('api.place_at', '119.4583, 32.7901, 10', SERVICE);
call('api.nearby', "'0504', 119.4583, 32.7901", SERVICE);
call('api.public_photo', "'00000000-0000-4000-8000-000000000000'", ['service_role', 'PT404 not_found']);
call('api.orphan_photos', now, SERVICE);
call('api.photos_known', "'{}'", SERVICE);
call('api.note_unreadable', `${the('photo_unused', 'text')}, 'photo_unreadable'`, SERVICE);
call('api.forget_photo', the('photo_unused', 'text'), SERVICE);
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
	setUp('import_shifts', `${newImport(9)}, '[]'`);
	setUp('import_retention', `${newImport(10)}, '[]'`);
	setUp('set_city', `'{"name": "另一城市"}'`);
	setUp(
		'set_campaign',
		`'{"key": "tried", "name": "专项", "starts_on": "2026-03-15", "ends_on": "2026-06-30"}'`
	);
	setUp('set_simulation', 'true');
	setUp('staff_list', '');
	setUp('set_intake_limits', "'[]'");
	setUp('preview_areas', `jsonb_build_array(jsonb_build_object('kind', 'market', ${newArea}))`);
	setUp('save_areas', `jsonb_build_array(jsonb_build_object('kind', 'market', ${newArea})), true`);
	setUp('save_facility', `'{"kind": "camera", "name": "x", "lng": 119.4583, "lat": 32.7901}'`);
	setUp(
		'save_shift',
		`'{"unit": "一中队", "name": "x", "starts": "08:00", "ends": "16:00", "weekdays": [1], "first_day": "2026-09-01"}'`
	);
	setUp('staff_holds', "pg_temp.person('team_a')");
	setUp('set_staff_active', "pg_temp.person('team_b'), true");
	setUp('set_role_dates', `${the('role_of_team', 'bigint')}, null, null`);
	setUp('set_retention', "'news_contacts', 31");
	call(`${schema}.retention`, '', ...ADMIN, ['data_officer', 'ok']);
}
call('api.sweep_retention', '', SERVICE);
call('private.sweep_retention', '', SERVICE);
call('api.area_history', "pg_temp.area('a')", SERVICE, ['signed_in', 'ok'], ['strangers', 'PT404 not_found']);
call('api.area_numbers', `array[pg_temp.area('a')]`, SERVICE, SIGNED_IN);
call('api.closed_areas', '', SERVICE, SIGNED_IN);
call('api.facility_history', the('wash', 'bigint'), SERVICE, SIGNED_IN);
call('api.shifts', '', SERVICE, SIGNED_IN);
call('api.staff_roles', "pg_temp.person('team_a')", SERVICE, SIGNED_IN);
call('api.intake_limits', '', SERVICE, SIGNED_IN);
call('api.verify_log', '', SERVICE);
call('api.replay_differences', '', SERVICE);
call('api.number_differences', '', SERVICE);
call('api.fact_setting', '', SERVICE);
call('api.fact_page', '', SERVICE);
call('api.fact_changes', '0', SERVICE);
call('api.fact_cases', "'{1}'", SIGNED_IN);
call('api.exposed_calls', '', SERVICE);
call('api.log_page', '', SERVICE);
call('api.log_marks', '', SERVICE);
call('api.photo_list', '', SERVICE);

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
// An account is looked at whatever stands between it and its roles.
for (const schema of ['api', 'private']) {
	call(`${schema}.my_account`, '', SIGNED_IN, ['inactive nobody', 'nothing']);
	call(`${schema}.notice_sessions`, '', SIGNED_IN);
	const nobodys = schema === 'api' ? '' : 'null';
	call(`${schema}.end_sessions`, nobodys, SIGNED_IN, ['inactive nobody', 'PT403 role_needed']);
	call(`${schema}.account_of`, "pg_temp.person('closer')", ...ADMIN);
	call(`${schema}.tend_account`, "pg_temp.person('closer'), 'lift_lock'", ...ADMIN);
	call(`${schema}.set_sign_in_rules`, "'{}'", ...ADMIN);
	// What the web server did at the auth service, and says so.
	const served = (name: string, sql: string) => call(`${schema}.${name}`, sql, SERVICE);
	served('charge_sign_in', "'tried', 'account', null, null, 'tried', null");
	served('forgive_sign_in', "'tried', null, null");
	served('note_session', "'tried', pg_temp.person('closer'), 'Chrome', '10.1.0.0/16', null");
	served('password_changed', "pg_temp.person('closer'), null");
	served('keep_recovery_codes', "pg_temp.person('closer'), array['tried']");
	served('use_recovery_code', "pg_temp.person('closer'), 'tried', 'tried'");
	served('ended_among', "array['ended']");
}
call('api.sign_in_rules', '', SERVICE, ['signed_in', 'nothing'], ['admin data_officer', 'ok']);
call('private.sign_in_step', '', NOTHING_DUE);
// The district is a demo, which demands none.
call('private.enrol_by', '', NOTHING_DUE);
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
	call(`${schema}.hotspot_spots`, '0, 100', ROLE_NEEDED, ['desk wall admin', 'ok']);
	call(`${schema}.patrol_hours`, '', ROLE_NEEDED, ['desk wall admin', 'ok']);
	call(`${schema}.hotspot_surroundings`, '119.4583, 32.7901, 150', ROLE_NEEDED, ['desk wall admin', 'ok']);
}
call('api.patrol_work', '', SIGNED_IN);
call('api.number_ground', '', SIGNED_IN);
call('api.received_reports', "'street', '2026-09-01', '2026-09-30'", SIGNED_IN);
call('api.export_cases', '', SERVICE, SIGNED_IN);

// ---- lists, saved views and exports ----
call('api.case_list', '', SIGNED_IN);
call('api.case_list', `'{"text": "words", "status": ["all"]}'`, SIGNED_IN);
call('api.case_list', `'{"unit": "moon"}'`, ['signed_in', 'PT422 bad_filter']);
call('api.case_points', '', SIGNED_IN);
call('api.case_choices', '', SIGNED_IN);
call('api.saved_views', '', SIGNED_IN);
const STAFF: [string, string] = ['staff', 'ok'];
const view = `'{"name": "超期", "list": "cases", "query": "overdue=1"}'`;
for (const schema of ['api', 'private']) {
	call(`${schema}.save_view`, view, ROLE_NEEDED, STAFF);
	call(
		`${schema}.save_view`,
		`${view}::jsonb || jsonb_build_object('id', ${the('view_registrar')})`,
		ROLE_NEEDED,
		['staff', 'PT404 not_found'],
		['registrar', 'ok']
	);
	call(
		`${schema}.remove_view`,
		the('view_registrar'),
		ROLE_NEEDED,
		['staff', 'PT404 not_found'],
		['registrar', 'ok']
	);
	call(
		`${schema}.keep_tab`,
		`${the('view_team')}, true, true`,
		ROLE_NEEDED,
		['staff', 'PT404 not_found'],
		['team_a team_b', 'ok']
	);
	call(`${schema}.begin_export`, `'{}', 'newest', 'csv', false, null`, ROLE_NEEDED, STAFF);
	call(`${schema}.begin_export`, `'{}', 'newest', 'csv', true, '复核卷宗'`, ROLE_NEEDED, [
		'closer office',
		'ok'
	]);
	call(`${schema}.end_export`, `${the('export_closer')}, 3`, NOT_FOUND, ['closer', 'ok']);
}
call('api.export_page', the('export_closer'), NOT_FOUND, ['closer', 'ok']);
// Another filter than it was begun with.
call('api.export_page', `${the('export_closer')}, '{"overdue": true}'`, NOT_FOUND);
rows('private.open_export', `${the('export_closer')}, '{}', 'newest'`, NOT_FOUND, ['closer', 'ok']);
rows('private.words_of', `array[${the('volunteer_case')}], ${the('export_closer')}`, SIGNED_IN);
call('api.list_exports', '', SIGNED_IN);
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
const JUDGES = 'registrar dispatcher closer data_officer';
for (const schema of ['api', 'private']) {
	call(`${schema}.photos_to_judge`, 'null, null', ROLE_NEEDED, [JUDGES, 'ok']);
	call(`${schema}.photo_judgement`, the('photo_volunteer', 'text'), ROLE_NEEDED, [JUDGES, 'ok']);
	call(`${schema}.judge_photo`, `${the('photo_volunteer', 'text')}, 'cleared', '[]', 1`, ROLE_NEEDED, [
		JUDGES,
		'ok'
	]);
	// What is evidence of no case yet is nobody's to publish.
	call(`${schema}.judge_photo`, `${the('photo_received_a', 'text')}, 'cleared', '[]', 0`, ROLE_NEEDED, [
		JUDGES,
		'PT404 not_found'
	]);
}
for (const name of ['api.submit_staff_report', 'private.receive_staff_report']) {
	call(name, `${body(2)}, ${hashes(2)}`, ROLE_NEEDED, [
		'registrar inspector_a inspector_b inspector_city double_hat volunteer',
		'ok'
	]);
}

// ---- sealed particulars ----
const particular = (n: number) => `pg_temp.numbered('particular', ${n})`;
const why = "'call_back', 'because'";
for (const schema of ['api', 'private']) {
	// A caller's phone: the registrar. The unit that handles what the report became, never.
	call(`${schema}.reveal`, `${particular(1)}, ${why}`, ROLE_NEEDED, ['registrar', 'ok']);
	// A plate of grid A: the desk, and the unit whose case it is.
	call(
		`${schema}.reveal`,
		`${particular(2)}, ${why}`,
		ROLE_NEEDED,
		['registrar closer office team_a handler_a bureau', 'ok'],
		['team_b', 'PT403 not_your_unit']
	);
	call(`${schema}.report_particulars`, the('volunteer_report'), NOT_FOUND, ['desk volunteer', 'ok']);
	for (const [name, args] of [
		['reveals', 'null, null, null, null, null, null, null'],
		['erase_particular', `${particular(1)}, 'asked'`],
		['find_particulars', "md5('phone')"]
	] as const)
		call(`${schema}.${name}`, args, ROLE_NEEDED, ['data_officer', 'ok']);
	call(`${schema}.erase_expired`, '500', SERVICE);
	call(`${schema}.reseal_particular`, "'{}'", SERVICE);
}
call('api.sealed_particulars', `array[${particular(1)}]`, SERVICE);
call('api.stale_particulars', "'00000001'", SERVICE);

// ---- registration ----
for (const schema of ['api', 'private']) {
	call(`${schema}.keep_leases`, 'null, null', SIGNED_IN, ['strangers', 'PT403 role_needed']);
	call(
		`${schema}.undo_decision`,
		`${the('just_declined')}, null`,
		NOT_FOUND,
		['desk', 'PT409 not_your_decision'],
		['registrar', 'ok']
	);
	call(`${schema}.unmerge_report`, `${the('merged')}, 'another_matter', null, null`, ROLE_NEEDED, [
		'registrar',
		'ok'
	]);
	call(
		`${schema}.split_report`,
		`${the('received_a')}, pg_temp.numbered('tried', 5), '0504', 'x', null`,
		ROLE_NEEDED,
		['registrar', 'ok']
	);
	call(
		`${schema}.attach_to_report`,
		`${the('received_a')}, ${the('photo_unused', 'text')}, 'near', null, null, null, null`,
		NOT_FOUND,
		['desk', 'PT403 role_needed'],
		['registrar inspector_a inspector_city double_hat', 'ok']
	);
	call(`${schema}.set_category_terms`, "'0551', '{洗车}'", ROLE_NEEDED, ['registrar office admin', 'ok']);
}
call('api.around', "'0551', 119.4583, 32.7901", ROLE_NEEDED, ['desk', 'ok']);
call('api.category_terms', '', SIGNED_IN);
// ---- at the kerb ----
const UNIT_A = 'team_a handler_a bureau';
for (const schema of ['api', 'private']) {
	call(`${schema}.case_enforcement`, the('handling_a'), NOT_FOUND, [READS_CASE_A, 'ok']);
	call(`${schema}.notice`, the('notice_a'), NOT_FOUND, [READS_CASE_A, 'ok']);
	call(`${schema}.subject_history`, "pg_temp.numbered('site', 1), null", NOT_FOUND, [READS_CASE_A, 'ok']);
	// A site that no case is about is the desk's.
	call(`${schema}.subject_history`, "pg_temp.numbered('site', 3), null", NOT_FOUND, ['desk', 'ok']);
	const byUnit = (name: string, args: string) =>
		call(`${schema}.${name}`, args, NOT_FOUND, [READS_CASE_A, 'PT403 role_needed'], [UNIT_A, 'ok']);
	byUnit('record_act', `${the('handling_a')}, '{"kind": "persuasion"}', null`);
	byUnit('serve_notice', `${the('notice_a')}, '{"way": "in_person"}'`);
	call(
		`${schema}.withdraw_notice`,
		`${the('notice_a')}, 'wrong_facts', null`,
		NOT_FOUND,
		[READS_CASE_A, 'PT403 role_needed'],
		[`${UNIT_A} closer office`, 'ok']
	);
	for (const [name, args] of [
		['link_case', `${the('handling_a')}, jsonb_build_object('site_id', pg_temp.numbered('site', 3))`],
		['unlink_case', the('link_a')]
	] as const)
		call(`${schema}.${name}`, args, NOT_FOUND, [READS_CASE_A, 'PT403 role_needed'], [`${UNIT_A} desk`, 'ok']);
	call(`${schema}.subjects`, "'site', null, 50, 0", ROLE_NEEDED, [
		'desk admin inspector_a inspector_b inspector_city double_hat team_a team_b handler_a bureau',
		'ok'
	]);
	// Whoever may have a plate revealed may look for one.
	call(`${schema}.find_vehicle`, "md5('plate')", ROLE_NEEDED, [
		'registrar closer office team_a team_b handler_a bureau',
		'ok'
	]);
	call(`${schema}.set_notice_template`, "'letter', '告知信', 'x', 1", ROLE_NEEDED, ['office admin', 'ok']);
}
call('api.notice_templates', '', SIGNED_IN);
// ---- time, requests, notifications ----
const openRequest = the('suspension_dispatched');
call('api.case_time', the('dispatched_a'), NOT_FOUND, [READS_CASE_A, 'ok']);
call('private.case_time', the('dispatched_a'), ['signed_in', 'nothing'], [READS_CASE_A, 'ok']);
for (const name of ['api.ask_request', 'private.ask_request'])
	call(
		name,
		`${the('dispatched_a')}, 'extension', '{"hours": 7}', 'weather', null, null`,
		NOT_FOUND,
		[READS_CASE_A, 'PT403 role_needed'],
		['team_a handler_a bureau', 'ok']
	);
for (const name of ['api.decide_request', 'private.decide_request']) {
	call(
		name,
		`${openRequest}, true, null, null, null`,
		NOT_FOUND,
		[READS_CASE_A, 'PT403 role_needed'],
		['closer', 'ok']
	);
	call(name, 'null::uuid, true, null, null, null', NOT_FOUND);
}
for (const name of ['api.withdraw_request', 'private.withdraw_request']) call(name, openRequest, NOT_FOUND);
for (const name of ['api.decide_flag', 'private.decide_flag'])
	call(
		name,
		`${the('handled_b')}, 'keep', 'supervise', null, null`,
		NOT_FOUND,
		[READS_CASE_B, 'PT403 role_needed'],
		['closer', 'PT403 flag_is_anothers'],
		['office', 'ok']
	);
call('api.open_requests', '', SIGNED_IN);
call('api.notifications', '', SIGNED_IN);
call('api.unseen', '', SIGNED_IN);
for (const schema of ['api', 'private']) {
	call(`${schema}.see_notifications`, '0', SIGNED_IN);
	for (const [name, sql] of [
		['set_limits', `'[]'`],
		['set_ladder', `'[]'`],
		[
			'set_webhook',
			`'{"name": "x", "url": "https://city.example", "kinds": ["case.filed"], "sealed_secret": "x"}'`
		],
		['retry_webhook', `'00000000-0000-4000-8000-000000000000'`],
		['calendar_gaps', '']
	] as const)
		call(`${schema}.${name}`, sql, ...ADMIN);
	call(`${schema}.claim_webhooks`, '1', SERVICE);
	call(`${schema}.webhook_done`, "pg_temp.numbered('hook', 1), 'sent', null", SERVICE);
}
call('api.webhooks', '', ...ADMIN);
call('private.webhook_list', '', ...ADMIN);
call('api.limits', '', SERVICE, SIGNED_IN);
call('private.light_of', 'null::app.cases', ['signed_in service_role', 'nothing']);
call('private.why_not_decide', 'null::app.case_requests, null::app.cases', SIGNED_IN);
call('private.may_decide_flag', 'null::app.case_flags', SIGNED_IN);

// ---- internals that run with the owner's rights on behalf of people, and so ask who is calling ----
rows('private.my_roles', '', SIGNED_IN);
rows('private.my_units', '', SIGNED_IN);
call('private.is_my_report', the('volunteer_report'), SIGNED_IN);
call('private.wall', '', ROLE_NEEDED, ['desk wall admin', 'ok']);
const NOTHING: [string, string] = ['signed_in', 'nothing'];
list('private.timeline', `${the('received_a')}, null`, NOTHING, [READS_REPORT_A, 'ok']);
list('private.timeline', `null, ${the('dispatched_a')}`, NOTHING, [READS_CASE_A, 'ok']);
call('private.decided', the('received_a'), NOTHING, [READS_REPORT_A, 'ok']);
call('private.fix_of', the('volunteer_report'), NOTHING, ['desk volunteer', 'ok']);
call('private.fix_of', the('received_a'), NOTHING);
rows('private.cases_numbered', "'0001', 5", SIGNED_IN);
rows('private.search_text', "'words', 50", SIGNED_IN);
call('private.lease_of', the('witness'), NOTHING, [READS_REPORT_A, 'ok']);
call('private.reporter_history', the('volunteer_report'), NOTHING, ['desk', 'ok']);
call('private.undo_until', the('just_declined'), NOTHING, ['registrar', 'ok']);
call('private.last_decision', the('just_declined'), NOTHING, ['desk data_officer', 'ok']);
call('private.suggested_category', "'洗车'", NOTHING, ['staff', 'ok']);
call('private.cases_near', `'0551', ${point}, ${now}`, SIGNED_IN);
list('private.reports_for_case', the('volunteer_case'), NOTHING, [READS_CASE_A, 'ok']);
// These tell no more than a number or a refusal's code about something whose random id is known already.
call('private.reports_in_case', the('volunteer_case'), SIGNED_IN);
rows('private.reports_in_cases', `array[${the('volunteer_case')}]`, SIGNED_IN);
call('private.evidence_fault_of', "pg_temp.numbered('evidence', 1)", ['signed_in', 'nothing']);
call('private.proof_of', 'null', ['signed_in', 'nothing']);
call('private.why_not', 'null::app.cases, null::app.case_moves', SIGNED_IN);

// ---- dispatch: proposed by those who dispatch, put in force by an administrator ----
const WRITES_RULES = 'dispatcher office admin';
for (const schema of ['api', 'private']) {
	call(`${schema}.save_dispatch_rules`, "'[]', null", ROLE_NEEDED, [WRITES_RULES, 'ok']);
	call(`${schema}.try_dispatch_rules`, '31', ROLE_NEEDED, [WRITES_RULES, 'PT409 no_draft']);
	call(`${schema}.apply_dispatch_rules`, `${the('rule_set')}, 1, null, null`, ROLE_NEEDED, [
		'admin',
		'PT409 rules_not_draft'
	]);
	call(
		`${schema}.withdraw_dispatch_rules`,
		the('rule_set'),
		ROLE_NEEDED,
		[WRITES_RULES, 'PT403 role_needed'],
		['admin', 'PT409 rules_not_draft']
	);
}
call('api.dispatch_rules', '', ROLE_NEEDED, [WRITES_RULES, 'ok']);
call('api.would_go_elsewhere', '', ROLE_NEEDED, ['dispatcher office closer', 'ok']);
call('api.dispatch_reason', the('dispatched_a'), NOT_FOUND, [READS_CASE_A, 'ok']);
call(
	'api.correct_place',
	`${the('filed_a')}, 119.4512, 32.7886, 'bad_fix'`,
	NOT_FOUND,
	['desk inspector_a inspector_city double_hat', 'PT403 role_needed'],
	['registrar dispatcher', 'ok']
);
call(
	'private.correct_place',
	`${the('filed_a')}, null, 119.4512, 32.7886, 'bad_fix', null, null`,
	NOT_FOUND,
	['desk inspector_a inspector_city double_hat', 'PT403 role_needed'],
	['registrar dispatcher', 'ok']
);

// ---- internals that run with the caller's rights ----
call('private.lng_lat', point, EVERYONE);
call('private.is_lng_lat', '1, 2', SERVICE);
rows('private.snap', point, SERVICE);
call('private.problem', "400, 'tried'", ['signed_in service_role', 'PT400 tried']);
call('private.clock', '', ['signed_in service_role', 'ok']);
call('private.point', '1, 2', SIGNED_IN, SERVICE);
call('private.metres', `${point}, ${point}`, SIGNED_IN, SERVICE);
call('private.box_around', `${point}, 10`, SIGNED_IN, SERVICE);
call('private.has_role', "'registrar'", SIGNED_IN);
call('private.is_staff', '', SIGNED_IN);
call('private.is_desk', '', SIGNED_IN);
rows('private.my_areas', '', SIGNED_IN);
rows('private.areas_at', `${point}, 10`, SIGNED_IN, SERVICE);
rows('private.duplicates_of', `'0504', ${point}, ${now}`, SIGNED_IN);
rows('private.permitted_lines_at', point, SIGNED_IN);
call('private.suggest_dispatch', `'0504', ${point}, 10`, SIGNED_IN);
rows('private.rules_in_force', now, SIGNED_IN);
rows('private.rules_of', `${the('rule_set')}, 1`, SIGNED_IN);
rows(
	'private.matching_rules',
	`${the('rule_set')}, 1, array[row(0, '0504', ${now}, null, null, '{}')::private.dispatch_place]`,
	SIGNED_IN
);
for (const [name, args] of [
	['private.rule_words', ', 1'],
	['private.rules_list', ''],
	['private.rule_set_row', '']
])
	call(name!, `null::app.dispatch_rule_sets${args}`, SIGNED_IN);
call('private.is_empty_unit', '1', ['signed_in', 'nothing'], ['staff', 'ok']);
call('private.suggest_under', `null, '0504', ${point}, 10, ${now}`, SIGNED_IN);
call(
	'private.places_of',
	`array[${the('dispatched_a')}], '{}'`,
	['signed_in', 'nothing'],
	[READS_CASE_A, 'ok']
);
list('private.areas_named', `${the('rule_set')}, 1`, SIGNED_IN);
call('private.would_go_elsewhere', '10', SIGNED_IN);
call('private.role_for', "'{registrar}'", ['signed_in', 'nothing'], ['registrar', 'ok']);
call('private.report_row', the('received_a'), ['signed_in', 'nothing'], [READS_REPORT_A, 'ok']);
call('private.case_row', the('dispatched_a'), ['signed_in', 'nothing'], [READS_CASE_A, 'ok']);
call('private.photos_of', `${the('received_a')}, null`, SIGNED_IN);
rows('private.my_case_scope', '', SIGNED_IN);
rows('private.case_rows', `array[${the('dispatched_a')}]`, SIGNED_IN);
call('private.case_conditions', "'{}'", SIGNED_IN);
rows('private.case_page', "'{}', 'newest', null, 10, true", SIGNED_IN);
call('private.plain_words', "'Ａ'", SIGNED_IN);

// ---- the web server's own ----
call('private.set_clock', now, ['service_role', 'nothing']);
call('private.utc', now, SERVICE, SIGNED_IN);
call('private.local_day', now, SERVICE);
call('private.day_start', "'2026-09-28'", SERVICE, SIGNED_IN);
rows('private.rate_period', now, SERVICE);
call('private.receive_report', `${body(3)}, 'citizen', null, ${hashes(3)}`, SERVICE);
call('private.record_photo', `${hash('tried')}, 1, 'image/jpeg', '{}'`, SERVICE);
rows('private.followed', opens, SERVICE);
call('private.follow_answer', 'null::app.reports', SERVICE);
call('private.answer_closure', 'null::app.reports, true, null, null', [
	'service_role',
	'PT409 not_allowed_now'
]);
call('private.take_token', "'nearby', 'address'", SERVICE);
call('private.admit', "pg_temp.numbered('tried', 9), 'address', 1, null", SERVICE);
call('private.can_answer', 'null::app.cases', ['service_role', 'nothing']);
call('private.receipt', 'null::app.reports, true', SERVICE);
call('private.note_unreadable', `${the('photo_unused', 'text')}, 'photo_unreadable'`, SERVICE);
call('private.forget_photo', the('photo_unused', 'text'), SERVICE);
call('private.add_contact', "null::app.reports, 'fax', 'sealed', 'en'", [
	'service_role',
	'PT422 unknown_kind'
]);
call('private.erase_contacts', "null, null, 'asked'", SERVICE);
call('private.claim_deliveries', '1', SERVICE);
call('private.delivery_done', "pg_temp.numbered('delivery', 1), 'sent'", SERVICE);
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
call('private.whole_fact', `null::app.cases, ${now}`, SERVICE);
rows('private.recurrences', '', SERVICE);
call('private.fact_column', "''", SERVICE);
call('private.packed_facts', "'{1}'", SERVICE);
call('private.fact_setting_version', '', SERVICE);

export { CALLS };

/** Internals nobody calls from outside: triggers, and steps of the functions above. */
export const SEALED = [
	...['need_hotspot_role', 'packed'],
	...['working_hours_between', 'unknown_years', 'keep_limit', 'stage_limit', 'clock_of', 'case_clocks'],
	...['limit_hours', 'limit_share', 'keep_recurred', 'keep_history_recurred', 'link_history'],
	...['holders', 'tell', 'unit_people', 'request_state', 'log_request', 'flag_decider', 'raise_flag'],
	...['plan_rungs', 'keep_rungs', 'rung_people', 'review_date', 'limits_state'],
	...['ladder_state', 'webhook_kinds', 'webhook_state'],
	...[
		'add_working_hours',
		'already_done',
		'begin_import',
		'campaign',
		'categories_within',
		'chain_bulk',
		'chain_event',
		'keep_rule_set',
		'rule_set_state'
	],
	...[
		'check_place',
		'claimed_time',
		'history_id',
		'history_placed',
		'history_rows',
		'is_bulk',
		'line_of',
		'take'
	],
	...['count_by', 'count_case', 'count_report', 'counts_of', 'describe', 'evidence_fault'],
	...['evidence_logged', 'evidence_withdrawn_logged', 'withdraw_evidence', 'undo_fault'],
	...['evidence_of_filed', 'finish_import', 'is_plain_text', 'keep_fact', 'keep_note'],
	...['bar_sessions', 'begin_grace', 'close_sessions', 'demands_second_factor', 'grace_end', 'has_factor'],
	...[
		'is_assured',
		'needs_factor',
		'log_account',
		'password_due',
		'sessions_but',
		'sessions_of',
		'staff_state'
	],
	...['lock_head', 'log_case', 'log_change', 'log_report', 'need_admin', 'need_role'],
	...['next_case_number', 'working_slots'],
	...['particular_state', 'keep_until', 'keep_particular', 'reveal_fault', 'particulars_for'],
	'split_family',
	...['holds_contact', 'refuse_contact', 'unit_of_mine', 'has_subject'],
	...['filter_hash', 'keep_note_pairs', 'keep_report_pairs', 'month_number', 'pairs_of'],
	...[
		'area_changes',
		'area_effect',
		'area_state',
		'contacts_due',
		'facility_state',
		'keep_facility',
		'note_sweep',
		'old_sessions'
	],
	...['retention_days', 'retention_due', 'shift_state'],
	...['erase', 'is_expired', 'expiring_particulars', 'act_state', 'notice_state', 'ladder', 'acting_for'],
	...['next_notice_number', 'act_rows', 'notice_rows', 'linked_cases'],
	...['recurrence_of', 'refuse_change', 'sees_case', 'sees_report', 'snap_all', 'unit_named', 'unit_called'],
	...['administrators', 'keep_an_administrator']
].map((name) => `private.${name}`);

/** Functions that run with the owner's rights; each asks for itself who is calling, or is open to the web server alone. */
export const DEFINERS = [
	// on behalf of the signed-in caller
	...[
		'apply_dispatch_rules',
		'correct_place',
		'is_empty_unit',
		'save_dispatch_rules',
		'try_dispatch_rules',
		'withdraw_dispatch_rules',
		'session_ended',
		'end_session',
		'is_assured',
		'password_due',
		'sign_in_step',
		'enrol_by',
		'my_account',
		'end_sessions',
		'notice_sessions',
		'account_of',
		'tend_account',
		'set_sign_in_rules',
		'my_roles',
		'my_units',
		'is_my_report',
		'why_not',
		'proof_of',
		'evidence_fault_of',
		'timeline',
		'decided',
		'fix_of'
	],
	...[
		'search_text',
		'cases_numbered',
		'reports_in_cases',
		'words_of',
		'keep_report_pairs',
		'keep_note_pairs'
	],
	...['save_view', 'remove_view', 'keep_tab', 'begin_export', 'open_export', 'end_export'],
	...['lease_of', 'keep_leases', 'reporter_history', 'undo_until', 'undo_decision', 'unmerge_report'],
	...['split_report', 'attach_to_report', 'set_category_terms'],
	...['reports_for_case', 'reports_in_case', 'decide_report', 'move_case', 'attach_evidence', 'photo_access'],
	...[
		'receive_staff_report',
		'wall',
		'wall_points',
		'board',
		'hotspot_spots',
		'patrol_hours',
		'hotspot_surroundings',
		'staff_list',
		'photos_to_judge',
		'photo_judgement',
		'judge_photo'
	],
	...['report_particulars', 'reveal', 'reveals', 'erase_particular', 'find_particulars'],
	// administration
	...[
		'preview_areas',
		'save_areas',
		'save_facility',
		'save_shift',
		'staff_holds',
		'set_staff_active',
		'set_role_dates'
	],
	...['retention', 'retention_days', 'retention_due', 'set_retention', 'sweep_retention'],
	...['erase_expired', 'reseal_particular', 'case_enforcement', 'subject_history', 'notice'],
	...['subjects', 'find_vehicle'],
	...['link_case', 'unlink_case', 'record_act', 'serve_notice', 'withdraw_notice', 'set_notice_template'],
	...['case_time', 'case_clocks', 'ask_request', 'decide_request', 'withdraw_request', 'why_not_decide'],
	...['decide_flag', 'may_decide_flag', 'see_notifications', 'calendar_gaps'],
	// rules and webhooks, kept by administrators
	...['set_limits', 'set_ladder', 'set_webhook', 'webhook_list', 'retry_webhook'],
	...['claim_webhooks', 'webhook_done'],
	// a schedule that follows whoever moved the case
	'keep_rungs',
	// counts for everyone, nothing else
	'public_map',
	'public_street',
	// a word about one person, for the functions above alone
	...['demands_second_factor', 'grace_end', 'has_factor', 'begin_grace'],
	// the web server's writes
	...['charge_sign_in', 'forgive_sign_in', 'note_session', 'password_changed', 'keep_recovery_codes'],
	...['use_recovery_code', 'ended_among'],
	...[
		'take_token',
		'admit',
		'set_intake_limits',
		'forget_photo',
		'note_unreadable',
		'add_contact',
		'erase_contacts',
		'claim_deliveries',
		'delivery_done'
	],
	...['receive_report', 'record_photo', 'answer_closure', 'tick', 'upsert_staff', 'set_city'],
	...['import_streets', 'import_areas', 'import_base_features', 'import_history', 'import_units'],
	...['import_categories', 'import_calendar', 'import_facilities', 'import_shifts', 'import_retention'],
	...['set_campaign', 'set_simulation'],
	// deferred triggers, which run as whoever commits
	...['chain_event', 'count_case', 'count_report']
].map((name) => `private.${name}`);
