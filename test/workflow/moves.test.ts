// The workflow: every state of a case × every move × everybody, every state of a report × every decision × everybody, and every
// other call that changes either. What must happen is in moves.ts and table.ts, written from the product's words; each cell is
// carried out and undone. `npm run prove moves` writes the table down.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
	nativeIsMissing,
	openEmbeddedDatabase,
	openNativeDatabase,
	type OpenDatabase
} from '../permissions/databases.ts';
import { enterDistrict, plantOneOfEverything } from '../permissions/world.ts';
import {
	answerCells,
	decisionCells,
	decisionNeedCells,
	moveCells,
	needCells,
	repeatCells,
	runCells,
	type Cell
} from './cells.ts';
import { callsThatChange } from './changing.ts';
import { CASE_STATES, DECISIONS, MOVES } from './moves.ts';
import { enterPersonas } from './personas.ts';
import { CALLS, tableCells } from './table.ts';

if (nativeIsMissing) console.warn(`The workflow is tried on the embedded engine alone (${nativeIsMissing}).`);

let database: OpenDatabase;
let there: string[];
beforeAll(async () => {
	database = await (nativeIsMissing ? openEmbeddedDatabase() : openNativeDatabase());
	await enterDistrict(database);
	await plantOneOfEverything(database);
	await enterPersonas(database);
	there = await callsThatChange(database);
}, 300_000);
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

describe('every role on every ground, whatever they did before', () => {
	it('is tried on every call that changes a case or a report', () => {
		expect(there.filter((call) => !CALLS.includes(call))).toEqual([]);
	});

	it('comes to what is declared, cell by cell', () => expectCells(tableCells(there)), 300_000);

	it('does not, and is said not to, once a rule is loosened or a call is new', async () => {
		await database.run('savepoint before');
		try {
			await database.run(`
				update app.case_moves set not_if = '{}' where move = 'close';
				create function private.forget_it(id uuid) returns void language sql as $$ update app.cases c set confirmed = null where c.id = forget_it.id $$;
				create function api.forget_it(id uuid) returns void language sql as $$ select private.forget_it(id) $$`);
			const closing = tableCells(there).filter(({ state, step }) => state === 'handled' && step === 'close');
			const wrong = await runCells(database, closing);
			expect(wrong).toContain(
				'api.move_case, handled, close, closer handled_it: expected PT403 handled_it, came to becomes closed'
			);
			expect(await callsThatChange(database)).toContain('api.forget_it');
		} finally {
			await database.run('rollback to savepoint before');
		}
	});
});

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

	it('in each state answers each move of each person as declared', () => expectCells(moveCells()), 300_000);

	it('says what a move lacks, and closes with proof or with words that say why there is none', () =>
		expectCells(needCells()));

	it('refuses whoever saw an older version of it, and acts once on a request that is sent twice', () =>
		expectCells(repeatCells()));

	it('answers a citizen only once it is closed', () => expectCells(answerCells()));
});

describe('a report', () => {
	it('knows the decisions of the product and no other', async () => {
		const rows = await database.query<object>(
			'select decision, from_status as "from", to_status as "to", roles, needs from app.report_moves'
		);
		expect(sorted(rows)).toEqual(sorted(DECISIONS));
	});

	it('in each state answers each decision of each person as declared', () => expectCells(decisionCells()));

	it('says what a decision lacks', () => expectCells(decisionNeedCells()));
});
