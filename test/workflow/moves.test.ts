// The workflow: every state of a case × every move × everybody, and every state of a report × every decision × everybody.
// What must happen is in moves.ts, written from the product's words; each cell is carried out and undone.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
	nativeIsMissing,
	openEmbeddedDatabase,
	openNativeDatabase,
	type OpenDatabase
} from '../permissions/databases.ts';
import { PEOPLE } from '../permissions/people.ts';
import { enterDistrict, plantOneOfEverything, tryAll, type Outcome } from '../permissions/world.ts';
import * as workflow from './moves.ts';

if (nativeIsMissing) console.warn(`The workflow is tried on the embedded engine alone (${nativeIsMissing}).`);

const MOVERS: workflow.Mover[] = [...PEOPLE, 'two_coats'];
const REVIEW = "'2026-10-28T00:00:00Z'";
const REASONS: Record<string, string> = {
	redispatch: 'wrong_unit',
	return: 'not_fixed',
	hand_back: 'not_our_ground',
	suspend: 'needs_works',
	void: 'nothing_there',
	decline: 'nonsense'
};

let database: OpenDatabase;
beforeAll(async () => {
	database = await (nativeIsMissing ? openEmbeddedDatabase() : openNativeDatabase());
	await enterDistrict(database);
	await plantOneOfEverything(database);
});
afterAll(async () => {
	await database?.run('rollback');
	await database?.close();
});

interface Given {
	unit?: string;
	reason?: string | null;
	note?: string | null;
	review_at?: string | null;
	without_proof?: boolean;
	version?: string;
	request?: string;
	at?: string;
}

/** A move with everything it may need, unless something else is given. */
function moving(caseId: string, move: string, given: Given = {}): string {
	const details = [
		`'unit_id', ${given.unit ?? "pg_temp.unit('一中队')"}`,
		`'review_at', ${given.review_at === undefined ? REVIEW : (given.review_at ?? 'null')}`,
		`'without_proof', ${given.without_proof ?? false}`
	];
	const reason = given.reason === undefined ? (REASONS[move] ?? null) : given.reason;
	const note = given.note === undefined ? '说明' : given.note;
	const text = (value: string | null) => (value === null ? 'null' : `'${value}'`);
	return `select 'becomes ' || (api.move_case(${caseId}, '${move}', ${given.version ?? 'null'}, jsonb_build_object(${details.join(', ')}), ${text(reason)}, ${text(note)}, ${given.at ?? 'null'}, ${given.request ?? 'null'}) ->> 'status')`;
}
const the = (name: string) => `pg_temp.the('${name}')::uuid`;
const cameTo = ({ outcome, answer }: Outcome) => (outcome === 'ok' ? answer : outcome);

interface Cell {
	cell: string;
	who: string;
	sql: string;
	expected: string;
}
async function expectCells(cells: Cell[]): Promise<void> {
	const outcomes = await tryAll(database, cells);
	const wrong = cells.flatMap(({ cell, who, expected }, i) => {
		const came = cameTo(outcomes[i]!);
		return came === expected ? [] : [`${cell}, ${who}: expected ${expected}, came to ${came}`];
	});
	console.log(`${cells.length} cells`);
	expect(wrong).toEqual([]);
}

/** Somebody of grid A who may make a move, to try what else could stop it. */
function someoneFor({ roles }: { roles: string[] }): string {
	const people: Record<string, string> = {
		team: 'team_a',
		inspector: 'inspector_a',
		unit_handler: 'handler_a'
	};
	return people[roles[0]!] ?? roles[0]!;
}
const byStaff = workflow.MOVES.filter(({ roles }) => !roles.includes('citizen'));

describe('a case', () => {
	it('knows the moves of the product and no other', async () => {
		const rows = await database.query<workflow.Move>(
			'select move, from_status as "from", to_status as "to", roles, own_unit, not_if, needs from app.case_moves'
		);
		const sorted = (moves: workflow.Move[]) =>
			moves.map((one) => JSON.stringify(one, Object.keys(one).sort())).sort();
		expect(sorted(rows)).toEqual(sorted(workflow.MOVES));
	});

	it('knows the states of the product and no other', async () => {
		const rows = await database.query<{ status: string; is_open: boolean }>(
			'select status, is_open from app.case_statuses order by position'
		);
		expect(rows.map(({ status }) => status).sort()).toEqual([...workflow.CASE_STATES].sort());
		expect(rows.filter(({ is_open }) => !is_open).map(({ status }) => status)).toEqual(['closed', 'voided']);
	});

	it('in each state answers each move of each person as declared', async () => {
		await expectCells(
			workflow.CASE_STATES.flatMap((state) =>
				workflow.MOVE_NAMES.flatMap((move) =>
					MOVERS.map((who) => ({
						cell: `${state}, ${move}`,
						who,
						sql: moving(the(`${state}_a`), move),
						expected: workflow.expectedOfMove(who, state, move)
					}))
				)
			)
		);
	}, 120_000);

	it('is refused to whoever did what the move excludes, and to nobody for another act', async () => {
		await expectCells(
			byStaff.flatMap((rule) =>
				workflow.ACTS.map((act) => {
					const who = someoneFor(rule);
					const did = `insert into app.case_acts (case_id, staff_id, act) values (${the(`${rule.from}_a`)}, pg_temp.person('${who}'), '${act}')`;
					return {
						cell: `${rule.from}, ${rule.move} after ${act}`,
						who: 'owner',
						sql: `select pg_temp.done_first($did$${did}$did$, '${who}', $then$${moving(the(`${rule.from}_a`), rule.move)}$then$)`,
						expected: rule.not_if.includes(act) ? `PT403 ${act}` : `becomes ${rule.to}`
					};
				})
			)
		);
	});

	it('says what a move lacks', async () => {
		const lacking: Record<string, [Given, string][]> = {
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
		await expectCells(
			byStaff.flatMap((rule) =>
				rule.needs
					.flatMap((need) => lacking[need] ?? [])
					.map(([given, expected]) => ({
						cell: `${rule.from}, ${rule.move} with ${JSON.stringify(given)}`,
						who: someoneFor(rule),
						sql: moving(the(`${rule.from}_a`), rule.move, given),
						expected
					}))
			)
		);
	});

	it('closes with proof, or with words that say why there is none', async () => {
		const unproven = `select pg_temp.done_first($did$update app.evidence set role = 'before' where case_id = ${the('handled_a')}$did$, 'closer', `;
		const closing = (given: Given) => `${unproven}$then$${moving(the('handled_a'), 'close', given)}$then$)`;
		await expectCells(
			[
				[{}, 'PT422 proof_needed'],
				[{ without_proof: true, note: null }, 'PT422 note_needed'],
				[{ without_proof: true }, 'becomes closed']
			].map(([given, expected]) => ({
				cell: `close ${JSON.stringify(given)}`,
				who: 'owner',
				sql: closing(given as Given),
				expected: expected as string
			}))
		);
	});

	it('refuses whoever saw an older version of it', async () => {
		const version = `(select c.version from app.cases c where c.id = ${the('handled_a')})`;
		await expectCells([
			{
				cell: 'the version seen',
				who: 'closer',
				sql: moving(the('handled_a'), 'close', { version }),
				expected: 'becomes closed'
			},
			{
				cell: 'an older one',
				who: 'closer',
				sql: moving(the('handled_a'), 'close', { version: `${version} - 1` }),
				expected: 'PT409 case_changed'
			}
		]);
	});

	it('acts once on a request that is sent twice, and on no other with its id', async () => {
		const request = "pg_temp.numbered('request', 7)";
		const first = moving(the('dispatched_a'), 'begin', { request });
		const again = (who: string, then: string) =>
			`select pg_temp.done_first($did$select pg_temp.as('team_a', $first$${first}$first$)$did$, '${who}', $then$${then}$then$)`;
		await expectCells([
			{ cell: 'the same', who: 'owner', sql: again('team_a', first), expected: 'becomes handling' },
			{
				cell: 'another case',
				who: 'owner',
				sql: again('team_a', moving(the('returned_a'), 'begin', { request })),
				expected: 'PT409 request_id_taken'
			},
			{
				cell: 'another person',
				who: 'owner',
				sql: again('handler_a', first),
				expected: 'PT409 request_id_taken'
			}
		]);
	});

	it('answers a citizen only once it is closed', async () => {
		await expectCells(
			workflow.CASE_STATES.flatMap((state) =>
				[true, false].map((solved) => ({
					cell: `${state}, solved ${solved}`,
					who: 'service_role',
					sql: `select 'becomes ' || (api.answer_closure(r.code_hash, r.pin_hash, ${solved}) ->> 'case_status') from app.reports r where r.case_id = ${the(`${state}_a`)}`,
					expected:
						state !== 'closed' ? 'PT409 not_allowed_now' : solved ? 'becomes closed' : 'becomes handled'
				}))
			)
		);
	});
});

describe('a report', () => {
	const deciding = (
		reportId: string,
		name: string,
		given: { case_id?: string; reason?: string | null } = {}
	) => {
		const reason = given.reason === undefined ? (REASONS[name] ?? null) : given.reason;
		const target = given.case_id ?? (name === 'merge' ? the('handling_a') : 'null');
		return `select 'becomes ' || (api.decide_report(${reportId}, '${name}', case_id => ${target}, reason_code => ${reason === null ? 'null' : `'${reason}'`}) ->> 'status')`;
	};
	const reportIn = (state: string) => the(state === 'filed' ? 'volunteer_report' : `${state}_a`);

	it('knows the decisions of the product and no other', async () => {
		const rows = await database.query<workflow.Decision>(
			'select decision, from_status as "from", to_status as "to", roles, needs from app.report_moves'
		);
		const sorted = (rules: workflow.Decision[]) =>
			rules.map((one) => JSON.stringify(one, Object.keys(one).sort())).sort();
		expect(sorted(rows)).toEqual(sorted(workflow.DECISIONS));
	});

	it('in each state answers each decision of each person as declared', async () => {
		await expectCells(
			workflow.REPORT_STATES.flatMap((state) =>
				workflow.DECISION_NAMES.flatMap((name) =>
					MOVERS.map((who) => ({
						cell: `${state}, ${name}`,
						who,
						sql: deciding(reportIn(state), name),
						expected: workflow.expectedOfDecision(who, state, name)
					}))
				)
			)
		);
	});

	it('says what a decision lacks', async () => {
		const lacks = (name: string, given: object, expected: string, who = 'registrar', state = 'received') => ({
			cell: `${name} ${JSON.stringify(given)}`,
			who,
			sql: deciding(the(`${state}_a`), name, given),
			expected
		});
		await expectCells([
			lacks('decline', { reason: null }, 'PT422 reason_needed'),
			lacks('decline', { reason: 'because' }, 'PT422 unknown_reason'),
			lacks('merge', { case_id: 'null' }, 'PT422 case_needed'),
			lacks('merge', { case_id: 'gen_random_uuid()' }, 'PT422 case_needed'),
			lacks('merge', { case_id: the('closed_a') }, 'PT409 case_not_open'),
			lacks('merge', { case_id: the('voided_a') }, 'PT409 case_not_open'),
			// A case the inspector cannot see is no case they can add to.
			lacks('merge', { case_id: the('handling_b') }, 'PT422 case_needed', 'inspector_a', 'to_verify')
		]);
	});
});
