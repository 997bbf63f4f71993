import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '#test/support/tools.ts';
import * as workflow from '../workflow/cells.ts';
import { callsThatChange } from '../workflow/changing.ts';
import { enterPersonas } from '../workflow/personas.ts';
import { tableCells } from '../workflow/table.ts';
import { buildCells, readCatalogue, runCells } from './cells.ts';
import type { NativeDatabase } from './databases.ts';
import type { Mutant } from './mutations.ts';
import { DECLARED, readersOf } from './secrets.ts';
import { differencesOf } from './structure.ts';
import { enterDistrict, plantOneOfEverything } from './world.ts';

/** What is wrong with the database as it is, in a sentence; null when a judge is content. */
export type Complaint = string | null;

async function firstComplaint<Cell>(
	cells: Cell[],
	run: (part: Cell[]) => Promise<string[]>
): Promise<Complaint> {
	for (let at = 0; at < cells.length; at += 400) {
		const [wrong] = await run(cells.slice(at, at + 400));
		if (wrong) return wrong.replace(/\n.*/s, '');
	}
	return null;
}

/** What has to do with the mutant first, the rest after it. */
const ownFirst = <Cell>(cells: Cell[], isOwn: (cell: Cell) => boolean) => [
	...cells.filter(isOwn),
	...cells.filter((cell) => !isOwn(cell))
];

/** The matrix, the workflow and the secrets, in one transaction with the planted district; a savepoint for each mutant. */
export async function enterCourt(database: NativeDatabase) {
	await enterDistrict(database);
	await plantOneOfEverything(database);
	await enterPersonas(database);
	const cells = await buildCells(database, await readCatalogue(database));
	const moves = [
		...workflow.needCells(),
		...workflow.repeatCells(),
		...workflow.answerCells(),
		...workflow.decisionNeedCells(),
		...workflow.moveCells(),
		...workflow.decisionCells(),
		...tableCells(await callsThatChange(database))
	];

	async function askMatrix(object: string): Promise<Complaint> {
		const [difference] = differencesOf(await readCatalogue(database));
		if (difference) return difference;
		return firstComplaint(
			ownFirst(cells, (cell) => cell.object === object),
			(part) => runCells(database, part)
		);
	}
	const askWorkflow = (object: string) =>
		firstComplaint(
			ownFirst(moves, ({ cell }) => cell.includes(`, ${object.split(' ', 1)[0]}`)),
			(part) => workflow.runCells(database, part)
		);
	async function askSecrets(): Promise<Complaint> {
		const readers = await readersOf(database);
		const leak = Object.keys(DECLARED).find(
			(secret) => JSON.stringify(readers[secret]) !== JSON.stringify(DECLARED[secret])
		);
		return leak ? `${leak}: known to ${readers[leak]!.learned_by.join(', ')}` : null;
	}

	return {
		/** Everything, without a mutant: nobody may complain, or every mutant would seem to be noticed. */
		soundness: async () => (await askMatrix('')) ?? (await askWorkflow('')) ?? (await askSecrets()),
		async judge({ sql, guard, object }: Mutant): Promise<Complaint> {
			await database.run('savepoint mutant');
			try {
				await database.run(sql);
				if (guard === 'matrix') return await askMatrix(object);
				if (guard === 'workflow') return await askWorkflow(object);
				return (await askMatrix(object)) ?? (await askWorkflow(object)) ?? (await askSecrets());
			} finally {
				await database.run('rollback to savepoint mutant; release savepoint mutant');
			}
		},
		leave: () => database.run('rollback')
	};
}

/** The pgTAP files, each in a transaction of its own, in an empty city. */
export async function readTapFiles(database: NativeDatabase) {
	const folder = join(ROOT, 'supabase/tests');
	const district = await readFile(join(folder, 'district.psql'), 'utf8');
	const files: { file: string; sql: string; migration: string }[] = [];
	for (const file of (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()) {
		const text = await readFile(join(folder, file), 'utf8');
		const sql = text.replace(/^(begin|rollback);$/gm, '').replace(/^\\ir district\.psql$/m, () => district);
		files.push({ file, sql, migration: await readFile(join(ROOT, 'supabase/migrations', file), 'utf8') });
	}

	async function complaintOf({ file, sql }: (typeof files)[number], prepare: string): Promise<Complaint> {
		await database.run('begin');
		try {
			await database.run(prepare);
			const lines = await database.lines(sql).catch((error: Error) => [`not ok ${error.message}`]);
			const complaint = lines.find((line) => /^not ok|^# Looks like/.test(line));
			return complaint ? `${file}: ${complaint.split('\n', 1)[0]}` : null;
		} finally {
			await database.run('rollback');
		}
	}
	const makes = ({ migration }: (typeof files)[number], named: string) =>
		new RegExp(`(table|function|trigger) (app\\.|private\\.)?${named}\\b`).test(migration);
	async function ask(chosen: typeof files, prepare: string): Promise<Complaint> {
		for (const file of chosen) {
			const complaint = await complaintOf(file, prepare);
			if (complaint) return complaint;
		}
		return null;
	}

	return {
		soundness: () => ask(files, ''),
		/** The tests of the migration that holds what is broken. */
		judgeAtHome: ({ sql, named }: Mutant) =>
			ask(
				files.filter((file) => makes(file, named)),
				sql
			),
		/** All the others. */
		judgeElsewhere: ({ sql, named }: Mutant) =>
			ask(
				files.filter((file) => !makes(file, named)),
				sql
			)
	};
}
