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
	answerCells,
	decisionCells,
	decisionNeedCells,
	moveCells,
	needCells,
	repeatCells,
	runCells,
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
