// The workflow: every state of a case × every move × everybody, and every state of a report × every decision × everybody.
// What must happen is in moves.ts, written from the product's words; each cell is carried out and undone.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
	nativeIsMissing,
	openEmbeddedDatabase,
	openNativeDatabase,
	type OpenDatabase
} from '../permissions/databases.ts';
import { enterDistrict, plantOneOfEverything } from '../permissions/world.ts';
import {
	actCells,
	after,
	deciding,
	decisionCells,
	moveCells,
	moving,
	needCells,
	runCells,
	the,
	type Cell
} from './cells.ts';
import { CASE_STATES, DECISIONS, MOVES } from './moves.ts';

if (nativeIsMissing) console.warn(`The workflow is tried on the embedded engine alone (${nativeIsMissing}).`);

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

async function expectCells(cells: Cell[]): Promise<void> {
	const wrong = await runCells(database, cells);
	console.log(`${cells.length} cells`);
	expect(wrong).toEqual([]);
}
const sorted = (rules: object[]) =>
	rules.map((rule) => JSON.stringify(rule, Object.keys(rule).sort())).sort();

describe('a case', () => {
	it('knows the moves of the product and no other', async () => {
		const rows = await database.query<object>(
			'select move, from_status as "from", to_status as "to", roles, own_unit, not_if, needs from app.case_moves'
		);
		expect(sorted(rows)).toEqual(sorted(MOVES));
	});

	it('knows the states of the product and no other', async () => {
		const rows = await database.query<{ status: string; is_open: boolean }>(
			'select status, is_open from app.case_statuses order by position'
		);
		expect(rows.map(({ status }) => status).sort()).toEqual([...CASE_STATES].sort());
		expect(rows.filter(({ is_open }) => !is_open).map(({ status }) => status)).toEqual(['closed', 'voided']);
	});

	it('in each state answers each move of each person as declared', () => expectCells(moveCells()), 120_000);

	it('is refused to whoever did what the move excludes, and to nobody for another act', () =>
		expectCells(actCells()));

	it('says what a move lacks, and closes with proof or with words that say why there is none', () =>
		expectCells(needCells()));

	it('refuses whoever saw an older version of it', async () => {
		const seen = `(select c.version from app.cases c where c.id = ${the('handled_a')})`;
		const closing = (version: string) => moving(the('handled_a'), 'close', { version });
		await expectCells([
			{ cell: 'the version seen', who: 'closer', sql: closing(seen), expected: 'becomes closed' },
			{ cell: 'an older one', who: 'closer', sql: closing(`${seen} - 1`), expected: 'PT409 case_changed' }
		]);
	});

	it('acts once on a request that is sent twice, and on no other with its id', async () => {
		const request = "pg_temp.numbered('request', 7)";
		const first = moving(the('dispatched_a'), 'begin', { request });
		const again = (who: string, then: string) =>
			after(`select pg_temp.as('team_a', $first$${first}$first$)`, who, then);
		const another = moving(the('returned_a'), 'begin', { request });
		await expectCells([
			{ cell: 'the same', who: 'owner', sql: again('team_a', first), expected: 'becomes handling' },
			{
				cell: 'another case',
				who: 'owner',
				sql: again('team_a', another),
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
		const answering = (state: string, solved: boolean) =>
			`select 'becomes ' || (api.answer_closure(r.code_hash, r.pin_hash, ${solved}) ->> 'case_status') from app.reports r where r.case_id = ${the(`${state}_a`)}`;
		await expectCells(
			CASE_STATES.flatMap((state) =>
				[true, false].map((solved) => ({
					cell: `${state}, solved ${solved}`,
					who: 'service_role',
					sql: answering(state, solved),
					expected:
						state !== 'closed' ? 'PT409 not_allowed_now' : solved ? 'becomes closed' : 'becomes handled'
				}))
			)
		);
	});
});

describe('a report', () => {
	it('knows the decisions of the product and no other', async () => {
		const rows = await database.query<object>(
			'select decision, from_status as "from", to_status as "to", roles, needs from app.report_moves'
		);
		expect(sorted(rows)).toEqual(sorted(DECISIONS));
	});

	it('in each state answers each decision of each person as declared', () => expectCells(decisionCells()));

	it('says what a decision lacks', async () => {
		const lacks = (
			decision: string,
			given: object,
			expected: string,
			who = 'registrar',
			state = 'received'
		) => ({
			cell: `${decision} ${JSON.stringify(given)}`,
			who,
			sql: deciding(the(`${state}_a`), decision, given),
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
