// Every guard of the database that is broken is noticed: policies, grants, checks, triggers, separation of duties.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildCells, readCatalogue, runCells, type Cell } from '../permissions/cells.ts';
import { hasPgTap, nativeIsMissing, openNativeDatabase } from '../permissions/databases.ts';
import { findMutants, type Mutant } from '../permissions/mutations.ts';
import { DECLARED, readersOf } from '../permissions/secrets.ts';
import { differencesOf } from '../permissions/structure.ts';
import { enterDistrict, plantOneOfEverything } from '../permissions/world.ts';
import { conclude, readProof, skipProof } from '../support/proof.ts';
import { ROOT } from '../support/tools.ts';
import * as workflow from '../workflow/cells.ts';

if (nativeIsMissing) skipProof(nativeIsMissing);
if (!hasPgTap) skipProof('the extension pgtap is not installed');

const proof = readProof();
const database = await openNativeDatabase();
const startedAt = performance.now();

/** Each file's statements without its transaction, in the order in which they are worth asking. */
const folder = join(ROOT, 'supabase/tests');
const district = await readFile(join(folder, 'district.psql'), 'utf8');
const tapFiles: { file: string; sql: string; source: string }[] = [];
for (const file of (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()) {
	const text = await readFile(join(folder, file), 'utf8');
	const sql = text
		.replace(/^begin;$/m, '')
		.replace(/^rollback;$/m, '')
		.replace(/^\\ir district\.psql$/m, () => district);
	tapFiles.push({ file, sql, source: await readFile(join(ROOT, 'supabase/migrations', file), 'utf8') });
}

/** What a pgTAP file says against the database as it is, or null when it is content. */
async function complaintOf({ file, sql }: (typeof tapFiles)[number]): Promise<string | null> {
	try {
		const lines = await database.lines(sql);
		const complaint = lines.find((line) => /^not ok|^# Looks like/.test(line));
		return complaint ? `${file}: ${complaint.split('\n', 1)[0]}` : null;
	} catch (error) {
		return `${file}: ${(error as Error).message}`;
	}
}

await enterDistrict(database);
await plantOneOfEverything(database);
const all = await findMutants(database);
// PROVE_ONLY='check dropped|trigger off' tries these kinds alone.
const only = new RegExp(process.env.PROVE_ONLY ?? '');
const mutants = all.filter(({ kind, what }) => only.test(`${kind}: ${what}`));
const chosen = proof.isSample
	? sampleOf(mutants, proof.size(60, 60))
	: mutants.slice(0, proof.size(0, mutants.length));
const cells = await buildCells(database, await readCatalogue(database));
const cellsOf = Map.groupBy(cells, ({ object }) => object);
const workflowCells = [
	...workflow.actCells(),
	...workflow.needCells(),
	...workflow.moveCells(),
	...workflow.decisionCells()
];

/** Tries the cells in parts, and stops at the first that is wrong. */
async function firstWrong<C extends Cell | workflow.Cell>(all: C[], run: (part: C[]) => Promise<string[]>) {
	for (let at = 0; at < all.length; at += 400) {
		const [wrong] = await run(all.slice(at, at + 400));
		if (wrong) return wrong;
	}
	return null;
}
const askMatrix = async (mutant: Mutant): Promise<string | null> => {
	const [difference] = differencesOf(await readCatalogue(database));
	if (difference) return difference;
	const own = cellsOf.get(mutant.object) ?? [];
	const others = cells.filter(({ object }) => object !== mutant.object);
	return firstWrong([...own, ...others], (part) => runCells(database, part));
};
const askWorkflow = (mutant: Mutant) => {
	const [move] = mutant.object.split(' ');
	const about = (cell: workflow.Cell) => cell.cell.includes(`, ${move}`);
	const [own, others] = [workflowCells.filter(about), workflowCells.filter((cell) => !about(cell))];
	return firstWrong([...own, ...others], (part) => workflow.runCells(database, part));
};
const askSecrets = async (): Promise<string | null> => {
	const readers = await readersOf(database);
	const [leak] = Object.keys(DECLARED).filter(
		(secret) => JSON.stringify(readers[secret]) !== JSON.stringify(DECLARED[secret])
	);
	return leak ? `${leak}: known to ${readers[leak]!.learned_by.join(', ')}` : null;
};

/** Among the people and cases of the district; one savepoint per mutant. */
async function killedInDistrict(mutant: Mutant): Promise<string | null> {
	await database.run('savepoint mutant');
	try {
		await database.run(mutant.sql);
		if (mutant.guard === 'matrix') return await askMatrix(mutant);
		if (mutant.guard === 'workflow') return await askWorkflow(mutant);
		return (await askMatrix(mutant)) ?? (await askWorkflow(mutant)) ?? (await askSecrets());
	} catch (error) {
		return `the check broke: ${(error as Error).message}`;
	} finally {
		await database.run('rollback to savepoint mutant; release savepoint mutant');
	}
}

/** In an empty city; one transaction per mutant. The file of the migration that holds the guard is asked first. */
async function killedByTap(mutant: Mutant): Promise<string | null> {
	const order = tapFiles.toSorted((a, b) => rank(b) - rank(a));
	function rank({ source }: (typeof tapFiles)[number]) {
		const made = new RegExp(`(table|function|trigger) (app\\.|private\\.)?${mutant.named}\\b`).test(source);
		return made ? 2 : source.includes(mutant.named) ? 1 : 0;
	}
	for (const file of order) {
		await database.run('begin');
		try {
			await database.run(mutant.sql);
			await database.run('savepoint untouched');
			const complaint = await complaintOf(file);
			if (complaint) return complaint;
		} finally {
			await database.run('rollback');
		}
	}
	return null;
}

// Without a mutant nobody complains: or every mutant would seem to die.
const sound: string[] = [];
const [first] = [
	await askMatrix({ object: '' } as Mutant),
	await askWorkflow({ object: '' } as Mutant),
	await askSecrets()
].filter(Boolean);
if (first) sound.push(first);

const survivors: Mutant[] = [];
/** When only some kinds are tried, who noticed is of interest. */
function explain({ what }: Mutant, killed: string | null): void {
	if (process.env.PROVE_ONLY) console.log(`${what}\n\t${killed ?? 'nobody noticed'}`);
}
const killers = new Map<string, number>();
const count = (by: string) => killers.set(by, (killers.get(by) ?? 0) + 1);
const forTap: Mutant[] = [];
for (const [at, mutant] of chosen.entries()) {
	if (mutant.guard === 'pgtap' && mutant.kind !== 'guard weakened') {
		forTap.push(mutant);
		continue;
	}
	const killed = await killedInDistrict(mutant);
	explain(mutant, killed);
	if (killed) count(mutant.guard === 'pgtap' ? 'matrix or workflow' : mutant.guard);
	else if (mutant.guard === 'pgtap') forTap.push(mutant);
	else survivors.push(mutant);
	if (!proof.isSample && at % 200 === 199)
		console.log(`${at + 1} of ${chosen.length} tried, ${survivors.length} survived`);
}
await database.run('rollback');

if (forTap.length) {
	for (const file of proof.isSample ? [] : tapFiles) {
		await database.run('begin');
		const complaint = await complaintOf(file);
		await database.run('rollback');
		if (complaint) sound.push(complaint);
	}
	for (const mutant of forTap) {
		const killed = await killedByTap(mutant);
		explain(mutant, killed);
		if (killed) count('pgTAP');
		else survivors.push(mutant);
	}
}
await database.close();

for (const complaint of sound) console.log(`WITHOUT A MUTANT: ${complaint}`);
for (const { kind, what } of survivors) console.log(`SURVIVED: ${kind}: ${what}`);
conclude(
	'every broken guard is noticed',
	{
		mutants: all.length,
		tried: chosen.length,
		killed: chosen.length - survivors.length,
		...Object.fromEntries([...killers].map(([by, n]) => [`  by ${by}`, n])),
		seconds: Math.round((performance.now() - startedAt) / 1000)
	},
	survivors.length === 0 && sound.length === 0
);

/** Without repetition, and some of every kind. */
function sampleOf(all: Mutant[], size: number): Mutant[] {
	const shuffled = all.map((mutant) => ({ mutant, order: proof.random() })).sort((a, b) => a.order - b.order);
	const seen = new Map<string, number>();
	return shuffled
		.map(({ mutant, order }) => {
			const nth = (seen.get(mutant.kind) ?? 0) + 1;
			seen.set(mutant.kind, nth);
			return { mutant, nth, order };
		})
		.sort((a, b) => a.nth - b.nth || a.order - b.order)
		.slice(0, size)
		.map(({ mutant }) => mutant);
}
