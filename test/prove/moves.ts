// Every move × state × role × ground × act of one's own, and every other call that changes a case or a report, comes to what the product says.
//
//   npm run prove moves                      every cell on native PostgreSQL, a tenth of them on the embedded engine;
//                                            test-results/moves.md is the table to read
//   npm run prove moves -- --home embedded   every cell on the embedded engine

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
	nativeIsMissing,
	openEmbeddedDatabase,
	openNativeDatabase,
	type OpenDatabase
} from '#test/permissions/databases.ts';
import { enterDistrict, plantOneOfEverything } from '#test/permissions/world.ts';
import { conclude, readProof } from '#test/support/proof.ts';
import { ROOT } from '#test/support/tools.ts';
import { tried } from '#test/workflow/cells.ts';
import { callsThatChange } from '#test/workflow/changing.ts';
import { writeTable } from '#test/workflow/markdown.ts';
import { enterPersonas } from '#test/workflow/personas.ts';
import { CALLS, tableCells } from '#test/workflow/table.ts';

const proof = readProof();
const facts: Record<string, number | string> = {};
const faults: string[] = [];

async function prove(home: string, open: () => Promise<OpenDatabase>, share: number): Promise<void> {
	const database = await open();
	try {
		await enterDistrict(database);
		await plantOneOfEverything(database);
		await enterPersonas(database);
		const changing = await callsThatChange(database);
		const unlisted = changing.filter((call) => !CALLS.includes(call));
		faults.push(...unlisted.map((call) => `${home}: ${call} is not in the table`));
		const cells = tableCells(changing).filter(() => share === 1 || proof.random() < share);
		const startedAt = performance.now();
		const came = await tried(database, cells);
		const seconds = (performance.now() - startedAt) / 1000;
		const wrong = cells.flatMap(({ cell, who, expected }, i) =>
			came[i] === expected ? [] : [`${home}: ${cell}, ${who}: expected ${expected}, came to ${came[i]}`]
		);
		faults.push(...wrong);
		facts[`${home}: cells`] = cells.length;
		facts[`${home}: as declared`] = cells.length - wrong.length;
		facts[`${home}: calls`] = changing.length;
		facts[`${home}: unlisted`] = unlisted.length;
		facts[`${home}: seconds`] = seconds.toFixed(1);
		if (share === 1) {
			const file = join(ROOT, 'test-results/moves.md');
			await mkdir(join(ROOT, 'test-results'), { recursive: true });
			await writeFile(file, writeTable(cells, came));
			facts[`${home}: written to`] = file;
		}
	} finally {
		await database.run('rollback').catch(() => undefined);
		await database.close();
	}
}

// `npm test` runs the whole table among the tests of the database; its sample here is the embedded engine's share.
if (proof.home !== 'embedded' && !nativeIsMissing && !proof.isSample)
	await prove('native', openNativeDatabase, 1);
if (proof.home !== 'native')
	await prove('embedded', openEmbeddedDatabase, proof.home === 'embedded' || nativeIsMissing ? 1 : 0.1);

for (const fault of faults.slice(0, 20)) console.log(`  ${fault}`);
conclude(
	'every move in every state comes to what the product says, whoever makes it',
	facts,
	faults.length === 0
);
