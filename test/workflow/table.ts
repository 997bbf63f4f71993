// Every move × state × role × ground × act of one's own, and every other call that changes a case or a report. What each
// cell must come to is written here and in moves.ts, by hand, from the product's words; nothing of it is read from the database.
import { after, deciding, moving, the, type Cell } from './cells.ts';
import * as workflow from './moves.ts';
import { PERSONAS, ROLES, type Persona } from './personas.ts';

/** Who sees a case of grid A that unit A has: always, once it is dispatched, or never. */
const SIGHT: Record<string, 'always' | 'once dispatched'> = {
	registrar: 'always',
	dispatcher: 'always',
	closer: 'always',
	office: 'always',
	'inspector own': 'always',
	'inspector city': 'always',
	'team own': 'once dispatched',
	'team above': 'once dispatched',
	'unit_handler own': 'once dispatched',
	'unit_handler above': 'once dispatched'
};
const NEVER_DISPATCHED = ['filed', 'voided'];

const place = ({ role, ground }: Persona) => [role, ground].filter(Boolean).join(' ');
function sees(persona: Persona, state: string): boolean {
	const sight = SIGHT[place(persona)];
	return sight === 'always' || (sight === 'once dispatched' && !NEVER_DISPATCHED.includes(state));
}
function seesReport({ role, ground }: Persona, state: string): boolean {
	if (['registrar', 'dispatcher', 'closer', 'office'].includes(role)) return true;
	return role === 'inspector' && ground !== 'other' && ['received', 'to_verify'].includes(state);
}
const reached = ({ ground }: Persona) => ground !== 'other';

/** What somebody is answered who makes a move with everything it needs. */
export function expectedMove(persona: Persona, state: string, name: string): string {
	if (!sees(persona, state)) return 'PT404 not_found';
	const rule = workflow.MOVES.find(({ move, from }) => move === name && from === state);
	if (!rule || rule.roles.includes('citizen')) return 'PT409 not_allowed_now';
	if (!rule.roles.includes(persona.role)) return 'PT403 role_needed';
	if (rule.not_if.includes(persona.did)) return `PT403 ${persona.did}`;
	return `becomes ${rule.to}`;
}

export function expectedDecision(persona: Persona, state: string, name: string): string {
	const rules = workflow.DECISIONS.filter(({ decision }) => decision === name);
	// Whoever holds the role anywhere learns whether the decision fits, and is refused elsewhere.
	if (!rules.some(({ roles }) => roles.includes(persona.role))) return 'PT403 role_needed';
	const rule = rules.find(({ from }) => from === state);
	if (!rule) return 'PT409 not_allowed_now';
	if (!rule.roles.includes(persona.role) || !reached(persona)) return 'PT403 role_needed';
	return `becomes ${rule.to}`;
}

export interface TableCell extends Cell {
	call: string;
	state: string;
	/** The move or decision, where the call knows several. */
	step: string;
	persona: Persona;
}

/** One of the calls beside moves and decisions: on what it is tried, how, and what it must come to. */
interface OtherCall {
	/** What the owner does first, as SQL; what it selects is the id that `ID` stands for. */
	prepared?: (state: string) => string;
	/** The states it is tried in; one empty one when it is about no case or report that is there. */
	states: string[];
	sql: (state: string) => string;
	comes_to: (persona: Persona, state: string) => string;
}

const reportIn = (state: string) => the(state === 'filed' ? 'volunteer_report' : `${state}_a`);
const ID = "current_setting('tried.id')::uuid";
const PHOTO = "pg_temp.the('photo_unused')";
const hash = (text: string) => `encode(sha256('${text}'), 'hex')`;
const oneOf = (roles: string, then: string, otherwise = 'PT403 role_needed') => {
	for (const role of roles.split(' '))
		if (!ROLES.includes(role)) throw new Error(`There is no role ${role}.`);
	return ({ role }: Persona) => (roles.split(' ').includes(role) ? then : otherwise);
};
const suspensionOf = (state: string) => the(`suspension_${state}`);
const newReport = `jsonb_build_object('id', pg_temp.numbered('tried', 1), 'category', '0551', 'lng', 119.4563, 'lat', 32.7885)`;
const hashes = ['code', 'pin', 'body'].map((word) => hash(`tried ${word}`)).join(', ');

/** A case of a stall; a letter to it. */
const linked = (state: string) =>
	`select pg_temp.as('maker_team_a', format($link$select api.link_case(%L, '{"site": {"kind": "stall", "name": "摊点"}}')$link$, ${the(`${state}_a`)}))::jsonb ->> 'link_id'`;
const noticed = (state: string) =>
	`select pg_temp.as('maker_team_a', format($act$select api.record_act(%L, jsonb_build_object('kind', 'letter', 'skip_reason', 'danger', 'notice', '{"found": "占道经营"}'::jsonb,
		'site_id', api.link_case(%1$L, '{"site": {"kind": "stall", "name": "摊点"}}') ->> 'site_id'))$act$, ${the(`${state}_a`)}))::jsonb ->> 'notice_id'`;

/** Only the web server may call these: to everybody who is signed in the door itself is closed. */
const ONLY_THE_SERVER: Record<string, string> = {
	'api.submit_report': `${newReport}, ${hashes}`,
	'api.answer_closure': `${hash('code')}, ${hash('pin')}, true, null`,
	'api.add_contact': `${hash('code')}, ${hash('pin')}, 'email', 'sealed'`,
	'api.erase_contacts': `${hash('code')}, ${hash('pin')}`,
	'api.erase_contact': "pg_temp.numbered('contact', 1)",
	'api.claim_deliveries': '',
	'api.delivery_done': "pg_temp.numbered('delivery', 1), 'sent'",
	'api.tick': '',
	'api.erase_expired': '',
	'api.sweep_retention': '',
	'api.reseal_particular': "'{}'"
};

/** As `code` says: only while a case is open. */
const onCase = (state: string, persona: Persona, roles: string, then: string, states?: string[]): string => {
	if (!sees(persona, state)) return 'PT404 not_found';
	const closed = ['closed', 'voided'].includes(state) ? 'PT409 case_not_open' : null;
	const role = oneOf(roles, '')(persona);
	return role || (states ? (states.includes(state) ? then : 'PT409 not_allowed_now') : (closed ?? then));
};

/** By the call's name, and a word where one call is tried in several ways. */
const OTHERS: Record<string, OtherCall> = {
	'api.attach_evidence': {
		states: workflow.CASE_STATES,
		sql: (state) =>
			`select 'added' from api.attach_evidence(${the(`${state}_a`)}, ${PHOTO}, 'wide', null, null, null, null)`,
		comes_to: (persona, state) => {
			if (!sees(persona, state)) return 'PT404 not_found';
			if (!['team', 'unit_handler', 'inspector', 'closer', 'registrar'].includes(persona.role))
				return 'PT403 role_needed';
			return ['closed', 'voided'].includes(state) ? 'PT409 case_not_open' : 'added';
		}
	},
	'api.submit_staff_report': {
		states: [''],
		sql: () => `select 'received' from api.submit_staff_report(${newReport}, ${hashes})`,
		comes_to: oneOf('registrar inspector volunteer', 'received')
	},
	// Somebody else decided about all of these; one's own undo is tried, with its minute, in the database's own tests.
	'api.undo_decision': {
		states: workflow.REPORT_STATES,
		sql: (state) => `select 'undone' from api.undo_decision(${reportIn(state)})`,
		comes_to: (persona, state) => {
			if (!seesReport(persona, state)) return 'PT404 not_found';
			return state === 'received' ? 'PT409 nothing_to_undo' : 'PT409 not_your_decision';
		}
	},
	'api.unmerge_report': {
		states: [''],
		sql: () => `select 'taken out' from api.unmerge_report(${the('merged')}, 'another_matter')`,
		comes_to: oneOf('registrar', 'taken out')
	},
	'api.split_report': {
		states: workflow.REPORT_STATES,
		sql: (state) =>
			`select 'split' from api.split_report(${reportIn(state)}, pg_temp.numbered('tried', 2), '0504', 'x')`,
		comes_to: (persona, state) => {
			if (persona.role !== 'registrar') return 'PT403 role_needed';
			return state === 'declined' ? 'PT409 not_allowed_now' : 'split';
		}
	},
	'api.attach_to_report': {
		states: workflow.REPORT_STATES,
		sql: (state) => `select 'added' from api.attach_to_report(${reportIn(state)}, ${PHOTO}, 'near')`,
		comes_to: (persona, state) => {
			if (!seesReport(persona, state)) return 'PT404 not_found';
			if (!['registrar', 'inspector'].includes(persona.role)) return 'PT403 role_needed';
			return ['received', 'to_verify'].includes(state) ? 'added' : 'PT409 not_allowed_now';
		}
	},
	'api.keep_leases': {
		states: workflow.REPORT_STATES,
		sql: (state) => `select 'kept' from api.keep_leases(${reportIn(state)})`,
		comes_to: () => 'kept'
	},
	'api.import_history': {
		states: [''],
		sql: () =>
			`select 'imported' from api.import_history(jsonb_build_object('id', pg_temp.numbered('import', 1), 'source', 'tried', 'datum', 'wgs84', 'source_key', 'tried'), '[]', true)`,
		comes_to: oneOf('admin', 'imported')
	},
	// ---- dispatch ----
	'api.correct_place': {
		states: workflow.CASE_STATES,
		sql: (state) =>
			`select 'moved' from api.correct_place(${the(`${state}_a`)}, 119.4583, 32.7901, 'bad_fix')`,
		comes_to: (persona, state) =>
			onCase(state, persona, 'registrar dispatcher', 'moved', ['filed', 'dispatched', 'reassigned'])
	},
	// ---- time ----
	'api.ask_request': {
		states: workflow.CASE_STATES,
		sql: (state) =>
			`select 'asked' from api.ask_request(${the(`${state}_a`)}, 'extension', '{"hours": 7}', 'weather')`,
		comes_to: (persona, state) => {
			if (!sees(persona, state)) return 'PT404 not_found';
			if (!['dispatched', 'handling', 'returned'].includes(state)) return 'PT409 not_allowed_now';
			return ['team', 'unit_handler'].includes(persona.role) ? 'asked' : 'PT403 role_needed';
		}
	},
	'api.decide_request': {
		states: ['dispatched', 'handling', 'returned'],
		sql: (state) =>
			`select 'refused' from api.decide_request(${suspensionOf(state)}, false, 'not_justified')`,
		comes_to: (persona, state) => {
			if (!sees(persona, state)) return 'PT404 not_found';
			if (persona.role !== 'closer') return 'PT403 role_needed';
			return ['handled_it', 'dispatched_it'].includes(persona.did) ? `PT403 ${persona.did}` : 'refused';
		}
	},
	'api.decide_request extension': {
		states: ['dispatched', 'handling', 'returned'],
		prepared: (state) =>
			`select pg_temp.asked('maker_team_a', ${the(`${state}_a`)}, 'extension', '{"hours": 8}', 'weather')`,
		sql: () => `select 'decided' from api.decide_request(${ID}, true)`,
		// Nobody gives themselves more time, nor to who handled the case with them.
		comes_to: (persona, state) => {
			if (!sees(persona, state)) return 'PT404 not_found';
			if (persona.role !== 'closer') return 'PT403 role_needed';
			return persona.did === 'handled_it' ? 'PT403 handled_it' : 'decided';
		}
	},
	// Only whoever asked, and none of these did.
	'api.withdraw_request': {
		states: ['dispatched'],
		sql: (state) => `select 'withdrawn' from api.withdraw_request(${suspensionOf(state)})`,
		comes_to: () => 'PT404 not_found'
	},
	'api.decide_flag': {
		states: workflow.CASE_STATES,
		sql: (state) => `select 'kept' from api.decide_flag(${the(`${state}_a`)}, 'keep', 'supervise')`,
		// No case of the district was returned twice.
		comes_to: (persona, state) =>
			onCase(state, persona, 'office closer', 'PT409 flag_decided', workflow.CASE_STATES)
	},
	'api.see_notifications': {
		states: [''],
		sql: () => `select 'seen' from api.see_notifications(1)`,
		comes_to: () => 'seen'
	},
	'api.set_ladder': {
		states: [''],
		sql: () =>
			`select 'set' from api.set_ladder('[{"rung": "soon", "measure": "share", "value": 0.7, "whom": ["team"], "name": "时限将到", "name_en": "Limit is near", "is_active": true, "position": 1}]')`,
		comes_to: oneOf('admin', 'set')
	},
	// ---- acts at the kerb ----
	'api.record_act': {
		states: workflow.CASE_STATES,
		sql: (state) => `select 'done' from api.record_act(${the(`${state}_a`)}, '{"kind": "persuasion"}')`,
		comes_to: (persona, state) => onCase(state, persona, 'team unit_handler', 'done', ['handling'])
	},
	'api.link_case': {
		states: workflow.CASE_STATES,
		sql: (state) =>
			`select 'linked' from api.link_case(${the(`${state}_a`)}, '{"site": {"kind": "stall", "name": "摊点"}}')`,
		comes_to: (persona, state) =>
			onCase(state, persona, 'registrar dispatcher closer office team unit_handler', 'linked')
	},
	'api.unlink_case': {
		states: ['handling'],
		prepared: (state) => linked(state),
		sql: () => `select 'ended' from api.unlink_case(${ID})`,
		comes_to: (persona, state) =>
			onCase(state, persona, 'registrar dispatcher closer office team unit_handler', 'ended')
	},
	'api.serve_notice': {
		states: ['handling'],
		prepared: (state) => noticed(state),
		sql: () => `select 'served' from api.serve_notice(${ID}, '{"way": "in_person"}')`,
		comes_to: (persona, state) => onCase(state, persona, 'team unit_handler', 'served')
	},
	'api.withdraw_notice': {
		states: ['handling'],
		prepared: (state) => noticed(state),
		sql: () => `select 'withdrawn' from api.withdraw_notice(${ID}, 'wrong_facts')`,
		comes_to: (persona, state) => onCase(state, persona, 'closer office team unit_handler', 'withdrawn')
	},
	'api.erase_particular': {
		states: [''],
		sql: () => `select 'erased' from api.erase_particular(pg_temp.numbered('particular', 9), 'asked')`,
		comes_to: oneOf('data_officer', 'PT404 not_found')
	},
	// ---- set-up ----
	'api.save_areas': {
		states: [''],
		sql: () => `select 'saved' from api.save_areas('[]')`,
		// No area at all is no batch.
		comes_to: oneOf('admin', 'PT422 batch_too_large')
	},
	'api.import_retention': {
		states: [''],
		sql: () =>
			`select 'imported' from api.import_retention(jsonb_build_object('id', pg_temp.numbered('import', 11), 'source', 'tried', 'datum', 'wgs84'), '[]')`,
		comes_to: oneOf('admin', 'imported')
	},
	'api.set_retention': {
		states: [''],
		sql: () => `select 'set' from api.set_retention('nothing', 30)`,
		comes_to: oneOf('admin', 'PT404 not_found')
	},
	...Object.fromEntries(
		Object.entries(ONLY_THE_SERVER).map(([name, given]) => [
			name,
			{
				states: [''],
				sql: () => `select 'done' from ${name}(${given})`,
				comes_to: () => `permission denied for function ${name.split('.')[1]}`
			}
		])
	)
};

const callOf = (key: string) => key.split(' ')[0]!;
const wayOf = (key: string) => key.split(' ')[1] ?? '';

/** Every call of the table; the database's calls that change a case or a report must be among these. */
export const CALLS = [
	...new Set(['api.move_case', 'api.decide_report', ...Object.keys(OTHERS).map(callOf)])
].sort();

/** The cells of the calls that there are. */
export function tableCells(there: string[] = CALLS): TableCell[] {
	const add = (
		call: string,
		state: string,
		step: string,
		sql: string,
		expected: (p: Persona) => string,
		prepared?: string
	) =>
		PERSONAS.map((persona) => ({
			...{ call, state, step, persona },
			cell: [call, state, step].filter(Boolean).join(', '),
			who: prepared ? 'owner' : persona.name,
			sql: prepared
				? after(`select set_config('tried.id', (${prepared})::text, true)`, persona.name, sql)
				: sql,
			expected: expected(persona)
		}));
	return [
		...workflow.CASE_STATES.flatMap((state) =>
			workflow.MOVE_NAMES.flatMap((move) =>
				add('api.move_case', state, move, moving(the(`${state}_a`), move), (persona) =>
					expectedMove(persona, state, move)
				)
			)
		),
		...workflow.REPORT_STATES.flatMap((state) =>
			workflow.DECISION_NAMES.flatMap((decision) =>
				add('api.decide_report', state, decision, deciding(reportIn(state), decision), (persona) =>
					expectedDecision(persona, state, decision)
				)
			)
		),
		...Object.entries(OTHERS)
			.filter(([key]) => there.includes(callOf(key)))
			.flatMap(([key, { states, sql, comes_to, prepared }]) =>
				states.flatMap((state) =>
					add(
						callOf(key),
						state,
						wayOf(key),
						sql(state),
						(persona) => comes_to(persona, state),
						prepared?.(state)
					)
				)
			)
	];
}
