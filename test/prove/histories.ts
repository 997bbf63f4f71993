// Random histories of every call that changes a case or a report: the log, replayed, gives the tables, and the numbers agree (500 histories).
//
//   npm run prove histories                    500 of 100 steps each
//   npm run prove histories -- --size 20       20 of them
//   npm run prove histories -- --seed 7        those that were played under seed 7: the n-th is seeded 7 + n

import { nativeIsMissing, openEmbeddedDatabase, openNativeDatabase } from '#test/permissions/databases.ts';
import { enterDistrict } from '#test/permissions/world.ts';
import { conclude, readProof } from '#test/support/proof.ts';
import { callsThatChange } from '#test/workflow/changing.ts';
import { deedsThere, playHistory, preparePlay, replay } from '#test/workflow/play.ts';

/** Changes cases and reports, and is no part of a day's work. */
const NOT_PLAYED: Record<string, string> = {
	'api.import_history': 'writes a past set by set, outside the log of single changes; its own tests replay it'
};

const proof = readProof();
const size = proof.size(12, 500);
const steps = 100;
const isNative = !nativeIsMissing && proof.home !== 'embedded';
const database = await (isNative ? openNativeDatabase() : openEmbeddedDatabase());
const startedAt = performance.now();
const done = new Map<string, number>();
const refused = new Map<string, number>();
const took = new Map<string, number>();
const faults: string[] = [];
let events = 0;
let rows = 0;
const add = (sums: Map<string, number>, more: Record<string, number>) => {
	for (const [call, n] of Object.entries(more)) sums.set(call, (sums.get(call) ?? 0) + n);
};
try {
	await enterDistrict(database);
	await preparePlay(database);
	const deeds = await deedsThere(database);
	for (const call of await callsThatChange(database))
		if (!deeds.includes(call) && !(call in NOT_PLAYED)) faults.push(`${call} is in no history`);
	for (let n = 0; n < size; n += 1) {
		await database.run('savepoint history');
		const played = await playHistory(database, deeds, proof.seed + n, steps);
		await database.run('rollback to savepoint history; release savepoint history');
		add(done, played.done);
		add(refused, played.refused);
		add(took, played.took);
		events += played.events;
		rows += played.rows;
		faults.push(...played.faults.map((fault) => `seed ${proof.seed + n}: ${fault}`));
		if (n % 50 === 49) console.log(`${n + 1} histories, ${events} events, ${faults.length} faults`);
	}
	// The proof itself: one row changed behind the log's back is seen.
	await playHistory(database, deeds, proof.seed, steps);
	await database.run(
		`alter table app.cases disable trigger cases_log; update app.cases set returned_count = returned_count + 1 where id = (select id from app.cases limit 1)`
	);
	if ((await replay(database)).faults.length !== 1) faults.push('a case changed behind the log is not seen');
	// A call that nobody ever comes through with is not played at all.
	if (size >= 100)
		for (const call of deeds) if (!done.has(call)) faults.push(`${call} was never carried out, only refused`);
} finally {
	await database.run('rollback').catch(() => undefined);
	await database.close();
}

const sum = (counts: Map<string, number>) => [...counts.values()].reduce((total, n) => total + n, 0);
for (const fault of faults.slice(0, 20)) console.log(`  ${fault}`);
conclude(
	'the log of every history, replayed, gives the tables, and the numbers kept beside them agree',
	{
		histories: size,
		'deeds carried out': sum(done),
		'deeds refused': sum(refused),
		'calls played': done.size,
		'events replayed': events,
		'rows compared': rows,
		faults: faults.length,
		seconds: Math.round((performance.now() - startedAt) / 1000)
	},
	faults.length === 0
);
if (!proof.isSample)
	for (const call of [...took.keys()].sort()) {
		const [well, ill] = [done.get(call) ?? 0, refused.get(call) ?? 0];
		const each = (took.get(call)! / (well + ill)).toFixed(1);
		console.log(`  ${call.padEnd(26)} ${well} done, ${ill} refused, ${each} ms each`);
	}
