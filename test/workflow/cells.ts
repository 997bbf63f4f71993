import { peopleNamed } from '../permissions/people.ts';
import { tryAll, type Database } from '../permissions/world.ts';
import * as workflow from './moves.ts';

/** One field of the workflow: somebody tries one move in one state, with what it needs or without. */
export interface Cell {
	cell: string;
	who: string;
	sql: string;
	expected: string;
}

/** What a move is given; what is left out is what it needs. */
interface Given {
	unit?: string;
	reason?: string | null;
	note?: string | null;
	review_at?: string | null;
	without_proof?: boolean;
	version?: string;
	request?: string;
}

/** Whoever the table of roles does not know: the roles of the database, people with two roles or with none that is valid. */
const MOVERS: workflow.Mover[] = [
	...peopleNamed('anon service_role double_hat expired not_yet inactive nobody'),
	'two_coats'
];
const REASONS: Record<string, string> = {
	redispatch: 'wrong_unit',
	return: 'not_fixed',
	void: 'nothing_there',
	decline: 'nonsense'
};
const BY_STAFF = workflow.MOVES.filter(({ roles }) => !roles.includes('citizen'));

export const the = (name: string) => `pg_temp.the('${name}')::uuid`;
const text = (value: string | null) => (value === null ? 'null' : `'${value}'`);

export function moving(caseId: string, move: string, given: Given = {}): string {
	const {
		// Another than the one that has it, where it is to go elsewhere.
		unit = move === 'redispatch' ? "pg_temp.unit('二中队')" : "pg_temp.unit('一中队')",
		reason = REASONS[move] ?? null,
		note = '说明',
		review_at = "'2026-10-28T00:00:00Z'",
		without_proof = false,
		version = 'null',
		request = 'null'
	} = given;
	const details = `'unit_id', ${unit}, 'review_at', ${review_at ?? 'null'}, 'without_proof', ${without_proof}`;
	return `select 'becomes ' || (api.move_case(${caseId}, '${move}', ${version}, jsonb_build_object(${details}), ${text(reason)}, ${text(note)}, null, ${request}) ->> 'status')`;
}

export function deciding(
	reportId: string,
	decision: string,
	given: { case_id?: string; reason?: string | null } = {}
): string {
	const { reason = REASONS[decision] ?? null, case_id = decision === 'merge' ? the('handling_a') : 'null' } =
		given;
	return `select 'becomes ' || (api.decide_report(${reportId}, '${decision}', case_id => ${case_id}, reason_code => ${text(reason)}) ->> 'status')`;
}

/** The owner prepares something, then a person tries. */
export const after = (prepared: string, who: string, then: string) =>
	`select pg_temp.done_first($did$${prepared}$did$, '${who}', $then$${then}$then$)`;

/** Somebody of grid A who may make a move, to try what else could stop it. */
function someoneFor({ roles }: { roles: string[] }): string {
	const people: Record<string, string> = {
		team: 'team_a',
		inspector: 'inspector_a',
		unit_handler: 'handler_a'
	};
	return people[roles[0]!] ?? roles[0]!;
}

/** Every state × every move × people of no one role; those of one are in table.ts. */
export const moveCells = (): Cell[] =>
	workflow.CASE_STATES.flatMap((state) =>
		workflow.MOVE_NAMES.flatMap((move) =>
			MOVERS.map((who) => ({
				cell: `${state}, ${move}`,
				who,
				sql: moving(the(`${state}_a`), move),
				expected: workflow.expectedOfMove(who, state, move)
			}))
		)
	);

const LACKING: Record<string, [Given, string][]> = {
	unit: [
		[{ unit: '-1' }, 'PT422 unit_needed'],
		[{ unit: '0.5' }, 'PT422 unit_needed']
	],
	reason: [
		[{ reason: null }, 'PT422 reason_needed'],
		[{ reason: 'because' }, 'PT422 unknown_reason']
	],
	note: [
		[{ note: null }, 'PT422 note_needed'],
		[{ note: ' ' }, 'PT422 note_needed']
	],
	review_at: [
		[{ review_at: null }, 'PT422 review_date_needed'],
		[{ review_at: "'soon'" }, 'PT422 review_date_needed'],
		[{ review_at: "'2026-09-28T01:59:00Z'" }, 'PT422 review_date_needed'],
		[{ review_at: "'2028-09-28T00:00:00Z'" }, 'PT422 review_date_needed']
	]
};

/** Every move without each thing it needs; a closure without proof. */
export const needCells = (): Cell[] => {
	const unproven = `update app.evidence set role = 'before' where case_id = ${the('handled_a')}`;
	const closing: [Given, string][] = [
		[{}, 'PT422 proof_needed'],
		[{ without_proof: true, note: null }, 'PT422 note_needed'],
		[{ without_proof: true }, 'becomes closed']
	];
	return [
		...BY_STAFF.flatMap((rule) =>
			rule.needs
				.flatMap((need) => LACKING[need] ?? [])
				.map(([given, expected]) => ({
					cell: `${rule.from}, ${rule.move} with ${JSON.stringify(given)}`,
					who: someoneFor(rule),
					sql: moving(the(`${rule.from}_a`), rule.move, given),
					expected
				}))
		),
		// In grid B nobody asked.
		...BY_STAFF.filter(({ needs }) => needs.includes('request')).map((rule) => ({
			cell: `${rule.from}, ${rule.move} that nobody asked for`,
			who: someoneFor(rule),
			sql: moving(the(`${rule.from}_b`), rule.move),
			expected: 'PT403 nobody_asked'
		})),
		...closing.map(([given, expected]) => ({
			cell: `handled, close without proof, with ${JSON.stringify(given)}`,
			who: 'owner',
			sql: after(unproven, 'closer', moving(the('handled_a'), 'close', given)),
			expected
		}))
	];
};

/** Every state of a report × every decision × the same people. */
export const decisionCells = (): Cell[] =>
	workflow.REPORT_STATES.flatMap((state) =>
		workflow.DECISION_NAMES.flatMap((decision) =>
			MOVERS.map((who) => ({
				cell: `${state}, ${decision}`,
				who,
				sql: deciding(the(state === 'filed' ? 'volunteer_report' : `${state}_a`), decision),
				expected: workflow.expectedOfDecision(who, state, decision)
			}))
		)
	);

/** Whoever saw an older version is refused; a request that is sent twice acts once, and lends its id to no other. */
export const repeatCells = (): Cell[] => {
	const seen = `(select c.version from app.cases c where c.id = ${the('handled_a')})`;
	const closing = (version: string) => moving(the('handled_a'), 'close', { version });
	const request = "pg_temp.numbered('request', 7)";
	const first = moving(the('dispatched_a'), 'begin', { request });
	const again = (who: string, then: string) =>
		after(`select pg_temp.as('team_a', $first$${first}$first$)`, who, then);
	const another = moving(the('returned_a'), 'begin', { request });
	const cell = (name: string, who: string, sql: string, expected: string): Cell => ({
		...{ cell: name, who, sql, expected }
	});
	return [
		cell('handled, close in the version seen', 'closer', closing(seen), 'becomes closed'),
		cell('handled, close in an older version', 'closer', closing(`${seen} - 1`), 'PT409 case_changed'),
		cell('dispatched, begin twice', 'owner', again('team_a', first), 'becomes handling'),
		cell('another case, begin', 'owner', again('team_a', another), 'PT409 request_id_taken'),
		cell('another person, begin', 'owner', again('handler_a', first), 'PT409 request_id_taken')
	];
};

/** A citizen answers a closure, and nothing else. */
export const answerCells = (): Cell[] => {
	const answering = (state: string, solved: boolean) =>
		`select 'becomes ' || (api.answer_closure(r.code_hash, r.pin_hash, ${solved}) ->> 'case_status') from app.reports r where r.case_id = ${the(`${state}_a`)}`;
	return workflow.CASE_STATES.flatMap((state) =>
		[true, false].map((solved) => ({
			cell: `${state}, answer ${solved}`,
			who: 'service_role',
			sql: answering(state, solved),
			expected: state !== 'closed' ? 'PT409 not_allowed_now' : solved ? 'becomes closed' : 'becomes handled'
		}))
	);
};

/** Every decision without each thing it needs. */
export const decisionNeedCells = (): Cell[] => {
	type What = Parameters<typeof deciding>[2];
	const lacks = (decision: string, given: What, expected: string, who = 'registrar', state = 'received') => ({
		cell: `${state}, ${decision} with ${JSON.stringify(given)}`,
		who,
		sql: deciding(the(`${state}_a`), decision, given),
		expected
	});
	return [
		lacks('decline', { reason: null }, 'PT422 reason_needed'),
		lacks('decline', { reason: 'because' }, 'PT422 unknown_reason'),
		lacks('merge', { case_id: 'null' }, 'PT422 case_needed'),
		lacks('merge', { case_id: 'gen_random_uuid()' }, 'PT422 case_needed'),
		lacks('merge', { case_id: the('closed_a') }, 'PT409 case_not_open'),
		lacks('merge', { case_id: the('voided_a') }, 'PT409 case_not_open'),
		// A case the inspector cannot see is no case they can add to.
		lacks('merge', { case_id: the('handling_b') }, 'PT422 case_needed', 'inspector_a', 'to_verify')
	];
};

/** What each cell came to: the call's answer, or what it was refused with. */
export async function tried(database: Database, cells: Cell[]): Promise<string[]> {
	const outcomes = await tryAll(database, cells);
	return outcomes.map(({ outcome, answer }) => (outcome === 'ok' ? answer! : outcome));
}

/** The cells that did not come out as declared, as sentences. */
export async function runCells(database: Database, cells: Cell[]): Promise<string[]> {
	const came = await tried(database, cells);
	return cells.flatMap(({ cell, who, expected }, i) =>
		came[i] === expected ? [] : [`${cell}, ${who}: expected ${expected}, came to ${came[i]}`]
	);
}
