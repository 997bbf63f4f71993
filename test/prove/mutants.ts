// Every guard of the database that is broken is noticed: policies, grants, checks, triggers, separation of duties.
//
//   PROVE_ONLY='check dropped|trigger off' npm run prove mutants     these kinds alone, with who noticed what

import { hasPgTap, nativeIsMissing, openNativeDatabase } from '../permissions/databases.ts';
import { enterCourt, readTapFiles, type Complaint } from '../permissions/judges.ts';
import { findMutants, type Mutant } from '../permissions/mutations.ts';
import { conclude, readProof, skipProof } from '../support/proof.ts';

if (nativeIsMissing) skipProof(nativeIsMissing);
if (!hasPgTap) skipProof('the extension pgtap is not installed');

const proof = readProof();
const startedAt = performance.now();
const database = await openNativeDatabase();
process.once('SIGINT', () => void database.close().then(() => process.exit(130)));

const all = await findMutants(database);
const only = process.env.PROVE_ONLY ? new RegExp(process.env.PROVE_ONLY) : null;
const wanted = only ? all.filter(({ kind, what }) => only.test(`${kind}: ${what}`)) : all;
const chosen = proof.isSample ? sampleOf(wanted, proof.size(40, 40)) : wanted;

const noticed = new Map<string, number>();
/** Those that a judge did not notice. */
async function tryAll(judge: string, mutants: Mutant[], ask: (mutant: Mutant) => Promise<Complaint>) {
	const survivors: Mutant[] = [];
	for (const [at, mutant] of mutants.entries()) {
		const complaint = await ask(mutant);
		if (complaint) noticed.set(judge, (noticed.get(judge) ?? 0) + 1);
		else survivors.push(mutant);
		if (only) console.log(`${mutant.what}\n\t${judge}: ${complaint ?? 'nothing'}`);
		else if (at % 250 === 249)
			console.log(`${judge}: ${at + 1} of ${mutants.length}, ${survivors.length} unnoticed`);
	}
	return survivors;
}

const sound: Complaint[] = [];
const isForTap = ({ guard }: Mutant) => guard === 'pgtap';
const tap = await readTapFiles(database);
// Beside a sample, `npm test` asks the same of the same judges in steps of their own.
if (!proof.isSample) sound.push(await tap.soundness());
const unseenAtHome = await tryAll('its own pgTAP file', chosen.filter(isForTap), tap.judgeAtHome);
// The court tries tens of thousands of cells on whatever nobody has noticed: all other files take a third of that.
const unseenByTap = await tryAll('another pgTAP file', unseenAtHome, tap.judgeElsewhere);

const court = await enterCourt(database);
if (!proof.isSample) sound.push(await court.soundness());
const isGuard = ({ kind }: Mutant) => kind === 'guard weakened';
const unseenInCourt = await tryAll(
	'matrix and workflow',
	[...chosen.filter((mutant) => !isForTap(mutant)), ...unseenByTap.filter(isGuard)],
	court.judge
);
await court.leave();

const survivors = [...unseenInCourt, ...unseenByTap.filter((mutant) => !isGuard(mutant))];
await database.close();

const complaints = sound.filter((complaint) => complaint !== null);
for (const complaint of complaints) console.log(`WITHOUT A MUTANT: ${complaint}`);
for (const { kind, what } of survivors) console.log(`SURVIVED: ${kind}: ${what}`);
conclude(
	'every broken guard is noticed',
	{
		mutants: all.length,
		tried: chosen.length,
		killed: chosen.length - survivors.length,
		...Object.fromEntries([...noticed].map(([judge, n]) => [`  by ${judge}`, n])),
		seconds: Math.round((performance.now() - startedAt) / 1000)
	},
	survivors.length === 0 && complaints.length === 0
);

/** Some of every kind, none twice. */
function sampleOf(mutants: Mutant[], size: number): Mutant[] {
	const kinds = new Map<string, number>();
	return mutants
		.map((mutant) => ({ mutant, order: proof.random() }))
		.sort((a, b) => a.order - b.order)
		.map(({ mutant, order }) => {
			const nth = (kinds.get(mutant.kind) ?? 0) + 1;
			kinds.set(mutant.kind, nth);
			return { mutant, nth, order };
		})
		.sort((a, b) => a.nth - b.nth || a.order - b.order)
		.slice(0, size)
		.map(({ mutant }) => mutant);
}
