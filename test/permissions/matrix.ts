import { perPerson, type Person } from './people.ts';

/** SQL for the rows a person reads, `true` for all, `false` for none, or `denied` when the table itself is closed to them. */
export type Sees = Record<Person, string>;

export interface Table {
	sees: Sees;
	/** Columns that only these roles of the database may read, where the table itself is open to more. */
	hidden?: Record<string, string>;
}

const ALL = 'true';
const NONE = 'false';
const table = (lines: [string, string][], hidden?: Table['hidden']): Table => ({
	sees: perPerson(lines, 'denied'),
	hidden
});

const everyone = table([['everyone', ALL]]);
const serviceOnly = table([['service_role', ALL]]);
const forStaff = (...more: [string, string][]): Table =>
	table([['signed_in', NONE], ['service_role', ALL], ...more]);
const staffOnly = forStaff(['staff', ALL]);

const GRID_A = "area_id = pg_temp.area('a')";
const GRID_B = "area_id = pg_temp.area('b')";
const WAITS = "status in ('received', 'to_verify')";
const MINE = 'reporter = $me';
const IN_A = `(${GRID_A} and ${WAITS}) or ${MINE}`;

/** Reports by who reads them; what hangs on a report follows it. */
const reports: [string, string][] = [
	['desk', ALL],
	['inspector_a double_hat', IN_A],
	['inspector_b', `(${GRID_B} and ${WAITS}) or ${MINE}`],
	['inspector_city', `${WAITS} or ${MINE}`],
	['volunteer', MINE]
];
const cases: [string, string][] = [
	['desk inspector_city', ALL],
	['inspector_a double_hat', GRID_A],
	['inspector_b', GRID_B],
	['team_a handler_a', "unit_id = pg_temp.unit('一中队')"],
	['team_b', "unit_id = pg_temp.unit('二中队')"],
	['bureau', "unit_id in (pg_temp.unit('一中队'), pg_temp.unit('二中队'), pg_temp.unit('城管局'))"]
];
const within = (column: string, parent: string, key: string, lines: [string, string][]) =>
	lines.map(([words, rows]): [string, string] => [
		words,
		`${column} in (select p.${key} from app.${parent} p where ${rows})`
	]);

/** Sites and vehicles are read through the cases that are about them. */
const linked = (column: string) =>
	cases.map(([words, rows]): [string, string] => [
		words,
		`id in (select l.${column} from app.case_links l join app.cases c on c.id = l.case_id where l.ended_at is null and (${rows}))`
	]);

/** Evidence is read through its report or through its case. */
const evidence: [string, string][] = ['signed_in', ...new Set([...reports, ...cases].map(([w]) => w))]
	.flatMap((words) => words.split(' '))
	.map((words) => {
		const rows = (of: [string, string][]) =>
			perPerson(of, NONE)[words === 'desk' ? 'registrar' : (words as Person)] ?? NONE;
		return [
			words,
			`report_id in (select p.id from app.reports p where ${rows(reports)}) or case_id in (select p.id from app.cases p where ${rows(cases)})`
		];
	});

export const TABLES: Record<string, Table> = {
	account_states: serviceOnly,
	act_kinds: staffOnly,
	acts: serviceOnly,
	area_kinds: staffOnly,
	area_versions: staffOnly,
	areas: staffOnly,
	base_features: everyone,
	behaviours: staffOnly,
	campaign_figures: everyone,
	campaign_phases: everyone,
	campaigns: everyone,
	case_acts: forStaff(['desk', ALL]),
	case_facts: forStaff(['desk wall admin', ALL]),
	case_flags: forStaff(['desk', ALL]),
	case_links: forStaff(...within('case_id', 'cases', 'id', cases)),
	case_moves: staffOnly,
	case_requests: forStaff(...within('case_id', 'cases', 'id', cases)),
	case_rungs: forStaff(...within('case_id', 'cases', 'id', cases)),
	case_sequences: serviceOnly,
	case_statuses: staffOnly,
	cases: forStaff(...cases),
	categories: everyone,
	category_codes: staffOnly,
	category_terms: staffOnly,
	city: everyone,
	contact_erasures: forStaff(['data_officer', ALL]),
	day_counters: forStaff(['desk wall admin', ALL]),
	deliveries: serviceOnly,
	delivery_cursor: serviceOnly,
	dispatch_rule_revisions: staffOnly,
	dispatch_rule_sets: staffOnly,
	dispatch_rules: staffOnly,
	event_chain: forStaff(['desk data_officer', ALL]),
	event_head: staffOnly,
	event_log: forStaff(['desk data_officer', ALL]),
	evidence: forStaff(...evidence),
	facilities: staffOnly,
	facility_versions: staffOnly,
	handled_requests: serviceOnly,
	hotspot_settings: staffOnly,
	ended_sessions: serviceOnly,
	imported_rows: forStaff(['data_officer admin', ALL]),
	imports: forStaff(['data_officer admin', ALL]),
	intake_buckets: serviceOnly,
	intake_limits: forStaff(['admin data_officer', ALL]),
	junctions: staffOnly,
	ladder_rungs: staffOnly,
	list_exports: forStaff(['staff', 'staff_id = $me'], ['data_officer', ALL]),
	known_devices: serviceOnly,
	ladder_rules: staffOnly,
	notes: serviceOnly,
	notice_kinds: staffOnly,
	notice_sequences: serviceOnly,
	notice_templates: staffOnly,
	notices: serviceOnly,
	notifications: forStaff(['staff', 'staff_id = $me']),
	particular_rules: staffOnly,
	particulars: serviceOnly,
	photo_accesses: forStaff(['data_officer', ALL]),
	photo_judgements: forStaff(['desk data_officer', ALL]),
	photos: forStaff(...within('sha256', 'evidence', 'sha256', evidence)),
	place_corrections: forStaff(['desk', ALL]),
	reasons: everyone,
	recovery_codes: serviceOnly,
	report_areas: forStaff(...within('report_id', 'reports', 'id', reports)),
	report_contacts: serviceOnly,
	report_duplicates: forStaff(...within('report_id', 'reports', 'id', reports)),
	report_leases: forStaff(['desk', ALL]),
	report_moves: staffOnly,
	reports: forStaff(...reports),
	request_rules: staffOnly,
	reveals: forStaff(['data_officer', ALL]),
	roles: staffOnly,
	saved_views: forStaff(['staff', 'owner = $me'], ['team_a team_b', "owner = $me or shared_with = 'team'"]),
	// As personal as what was written.
	search_texts: serviceOnly,
	rungs: staffOnly,
	segment_versions: everyone,
	segments: everyone,
	service_ways: staffOnly,
	site_kinds: staffOnly,
	sites: forStaff(...linked('site_id'), ['desk', ALL]),
	retention_rules: staffOnly,
	retention_sweeps: forStaff(['admin data_officer', ALL]),
	shift_members: forStaff(
		['signed_in', 'staff_id = $me'],
		['strangers', 'staff_id = $me'],
		['desk admin', ALL]
	),
	shifts: staffOnly,
	sessions: serviceOnly,
	sign_in_rules: forStaff(['admin data_officer', ALL]),
	sign_in_tries: serviceOnly,
	staff: forStaff(['signed_in', 'id = $me'], ['nobody', NONE], ['desk data_officer admin', ALL]),
	staff_roles: forStaff(['signed_in', 'staff_id = $me'], ['nobody', NONE], ['data_officer admin', ALL]),
	stage_limits: staffOnly,
	streets: everyone,
	units: staffOnly,
	vehicle_classes: staffOnly,
	vehicles: forStaff(...linked('vehicle_id'), ['desk', ALL]),
	view_tabs: forStaff(['staff', 'staff_id = $me']),
	webhook_cursor: serviceOnly,
	webhook_deliveries: serviceOnly,
	webhooks: serviceOnly,
	working_days: staffOnly,
	working_hours: staffOnly
};
// Who reported, and what opens a report from outside, is for nobody who is signed in.
TABLES.reports!.hidden = Object.fromEntries(
	[
		...['reporter', 'code_hash', 'pin_hash', 'body_hash', 'caller_mark'],
		...['fix_lng', 'fix_lat', 'fix_accuracy_m']
	].map((column) => [column, 'service_role'])
);
TABLES.evidence!.hidden = { added_by: 'service_role' };

/** Nobody takes a number from outside the functions that give them. */
export const SEQUENCES = [
	...['cases_fact_number_seq', 'case_flags_id_seq', 'notifications_id_seq', 'stage_limits_id_seq'],
	...[
		'area_versions_id_seq',
		'areas_id_seq',
		'base_features_id_seq',
		'contact_erasures_id_seq',
		'facilities_id_seq',
		'facility_versions_id_seq',
		'retention_sweeps_id_seq',
		'shift_members_id_seq',
		'shifts_id_seq'
	],
	...['junctions_id_seq', 'photo_accesses_id_seq', 'report_number', 'segment_versions_id_seq'],
	...['search_texts_id_seq', 'segments_id_seq', 'staff_roles_id_seq', 'streets_id_seq', 'units_id_seq']
];

/** Photos are read and written by the web server alone: no policy opens storage to anyone else. */
export const STORAGE = ['buckets', 'objects'];

export const SCHEMAS = ['api', 'app', 'private'];
