// Who may do what: every object of the database × every person × every verb, each tried and undone. What the matrix says is
// in matrix.ts (tables) and calls.ts (functions); an object that neither knows fails here.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CALLS } from './calls.ts';
import { buildCells, expectedRows, readCatalogue, runCells, type Catalogue, type Cell } from './cells.ts';
import { nativeIsMissing, openEmbeddedDatabase, openNativeDatabase, type OpenDatabase } from './databases.ts';
import { TABLES } from './matrix.ts';
import { PEOPLE } from './people.ts';
import { DECLARED, readersOf } from './secrets.ts';
import { differencesOf } from './structure.ts';
import { enterDistrict, plantOneOfEverything } from './world.ts';

if (nativeIsMissing)
	console.warn(`SKIPPED: the permission matrix on native PostgreSQL (${nativeIsMissing}).`);

const engines: [string, string | null, () => Promise<OpenDatabase>][] = [
	['native PostgreSQL', nativeIsMissing, openNativeDatabase],
	['the embedded engine', null, openEmbeddedDatabase]
];

describe.each(engines)('the permission matrix on %s', (_name, missing, open) => {
	let database: OpenDatabase;
	let catalogue: Catalogue;
	let cells: Cell[];

	beforeAll(async () => {
		if (missing) return;
		database = await open();
		await enterDistrict(database);
		await plantOneOfEverything(database);
		catalogue = await readCatalogue(database);
		cells = await buildCells(database, catalogue);
	}, 300_000);
	afterAll(async () => {
		await database?.run('rollback');
		await database?.close();
	});

	it.skipIf(missing)('declares every object there is, and none that is not', () => {
		expect(differencesOf(catalogue)).toEqual([]);
	});

	it.skipIf(missing)('tells apart all, own and no rows of every table that shows some', async () => {
		const rows = await expectedRows(database, catalogue.tables);
		for (const [name, { sees }] of Object.entries(TABLES)) {
			const partial = [...rows].filter(([key]) => key.startsWith(`${name} `) && !/ (true|false) /.test(key));
			const isPartial =
				new Set(Object.values(sees)).size > 3 || Object.values(sees).some((rule) => / /.test(rule));
			if (isPartial)
				expect(
					partial.some(([, { seen, all }]) => seen > 0 && seen < all),
					name
				).toBe(true);
			const [all] = [...rows].filter(([key]) => key.startsWith(`${name} true`));
			expect(all?.[1].all, `${name} is empty`).toBeGreaterThan(0);
		}
	});

	it.skipIf(missing)(
		'comes out as declared, cell by cell',
		async () => {
			const wrong = await runCells(database, cells);
			const objects = new Set(cells.map((cell) => cell.object)).size;
			console.log(`${cells.length} cells: ${objects} objects, ${PEOPLE.length} people`);
			expect(wrong).toEqual([]);
		},
		300_000
	);

	it.skipIf(missing)(
		'tells each person what they may know, and the log nothing but ids',
		async () => {
			expect(await readersOf(database)).toEqual(DECLARED);
		},
		300_000
	);

	it.skipIf(missing)('lets a call succeed for at least one person, or says why not', () => {
		const never = Object.entries(CALLS).filter(([, calls]) =>
			calls.every(({ comes_to }) => Object.values(comes_to).every((result) => result === 'denied'))
		);
		expect(never.map(([name]) => name)).toEqual([]);
	});
});
