// A year of a real city's requests comes in over its road graph: every trap named by the import, a second import changes nothing.
//
//   npm run prove boston                     121,145 rows in each home; needs KERBSIDE_SHARED_DATA, or ../shared/data
//   npm run prove boston -- --home native --size 20000

import { describeFinding, type Finding } from '#lib/city/import/importer.ts';
import { m } from '#lib/i18n/messages.ts';
import {
	bostonRequests,
	openBoston,
	readRequests,
	whyNoBoston,
	writeRequests,
	type Boston
} from '#test/support/boston.ts';
import { faultsOfLog } from '#test/support/log-faults.ts';
import { conclude, readProof, skipProof } from '#test/support/proof.ts';
import { homesFor } from '#test/support/site.ts';

const whole = 121_145;
const proof = readProof();
const missing = whyNoBoston();
if (missing) skipProof(missing);
const size = proof.size(1_500, whole);
const mostMegabytes = 1_500;

/** What the data's own description warns of, and what looking at the data adds. In the whole file, exactly so often. */
const traps: Record<string, number> = {
	default_place: 17_070,
	closed_just_before_opened: 197,
	late_by_source: 30_446,
	hour_came_twice: 1,
	numbers_missing: 323_788,
	no_due: 26_991,
	same_twice: 401
};
const faults: string[] = [];

function expect(what: string, got: unknown, wanted: unknown): void {
	if (got !== wanted) faults.push(`${what}: ${String(got)}, expected ${String(wanted)}`);
}

const facts: Record<string, string | number> = {};
for (const kind of homesFor(proof.isSample ? 'embedded' : proof.home)) {
	const boston = await openBoston(kind);
	try {
		await comeIn(boston);
	} finally {
		await boston.close();
	}
}
for (const fault of faults) console.log(`  not so: ${fault}`);
conclude('a year of real requests comes in once, with every trap named', facts, faults.length === 0);

async function comeIn(boston: Boston): Promise<void> {
	const { kind } = boston;
	const startedAt = performance.now();
	const draft = await readRequests(boston, await bostonRequests(size === whole ? undefined : size));
	facts[`${kind}: segments`] = boston.segments;
	facts[`${kind}: read (s)`] = ((performance.now() - startedAt) / 1000).toFixed(1);
	console.log(`\n${kind}: what the import says of ${draft.total} rows`);
	for (const finding of draft.findings) show(finding);
	expect('rows read', draft.total, size);
	expect('rows refused', draft.refused, 0);
	expect('the time zone', draft.mapping.time_zone, 'America/New_York');
	expect('the date order', draft.mapping.date_order, 'mdy');
	if (size === whole) {
		for (const [code, count] of Object.entries(traps))
			expect(code, draft.findings.find((one) => one.code === code)?.count ?? 0, count);
		expect(
			'months in which something is missing',
			draft.findings.some(({ code }) => code === 'missing_in_months'),
			true
		);
	}

	const first = await writeRequests(boston, draft);
	facts[`${kind}: rows per second`] = Math.round(draft.rows / first.seconds);
	facts[`${kind}: slowest batch (ms)`] = Math.round(first.slowestMs);
	facts[`${kind}: processor ms per row`] = [...first.processor]
		.filter(([, spent]) => spent > 0.1)
		.map(([name, spent]) => `${name} ${((1000 * spent) / draft.rows).toFixed(2)}`)
		.join(', ');
	facts[`${kind}: memory at most (MB)`] = first.megabytes;
	expect(`${kind}: added`, first.applied.added, size);
	expect(`${kind}: refused by the database`, first.applied.rejected.length, 0);
	if (first.megabytes > mostMegabytes) faults.push(`${kind}: ${first.megabytes} MB`);

	for (const [name, fact] of Object.entries(facts))
		if (name.startsWith(kind)) console.log(`  ${name.padEnd(36)} ${fact}`);

	const again = await writeRequests(
		boston,
		await readRequests(boston, await bostonRequests(size === whole ? undefined : size), {
			mapping: draft.mapping
		})
	);
	facts[`${kind}: again, rows per second`] = Math.round(draft.rows / again.seconds);
	expect(`${kind}: added again`, again.applied.added, 0);
	expect(`${kind}: changed`, again.applied.changed, 0);
	expect(`${kind}: unchanged`, again.applied.unchanged, size);
	await checkLog(boston);
}

/** The log's chain, the facts and the counters say the same after a bulk import as after anything else. */
async function checkLog({ kind, ask }: Boston): Promise<void> {
	const [log, replay, numbers] = await ask([
		'select private.verify_log(0) as answer',
		'select private.replay_differences() as answer',
		'select private.number_differences() as answer'
	]);
	const answers = { verify_log: log, replay_differences: replay, number_differences: numbers };
	for (const fault of await faultsOfLog(async (check) => answers[check])) faults.push(`${kind}: ${fault}`);
}

function show(finding: Finding): void {
	const mark = { refused: '✗', warning: '!', note: '·' }[finding.level];
	console.log(`  ${mark} ${describeFinding(finding, m, 'en')}`);
	if (finding.level === 'note') return;
	for (const { row, key, text } of finding.examples.slice(0, 3))
		console.log(`      ${[row && `row ${row}`, key, text].filter(Boolean).join('  ')}`);
}
