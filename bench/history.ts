// Rows of last year's cases brought in per second, what a batch takes and how much memory it needs (both homes).
//
//   npm run bench history                                      Boston's 121,145 requests in each home
//   npm run bench history -- --home embedded --rows 20000

import { parseArgs } from 'node:util';
import {
	bostonRequests,
	openBoston,
	readRequests,
	whyNoBoston,
	writeRequests
} from '#test/support/boston.ts';
import { SKIPPED } from '#test/support/proof.ts';
import { homesFor } from '#test/support/site.ts';

const { values } = parseArgs({
	options: { home: { type: 'string' }, rows: { type: 'string' }, sample: { type: 'boolean', default: false } }
});
const missing = whyNoBoston();
if (missing) {
	console.log(`SKIPPED: ${missing}.`);
	process.exit(SKIPPED);
}
const rows = values.rows ? Number(values.rows) : values.sample ? 1_500 : undefined;
const aims = { embedded: 500, native: 2_000 };
const mostMegabytes = 1_500;
const mostBatchMs = 1_000;

for (const kind of homesFor(values.sample ? 'embedded' : values.home)) {
	const boston = await openBoston(kind);
	try {
		const file = await bostonRequests(rows);
		const startedAt = performance.now();
		const draft = await readRequests(boston, file);
		const readSeconds = (performance.now() - startedAt) / 1000;
		console.log(
			`\n${kind}: ${boston.segments} segments; ${draft.total} rows read in ${readSeconds.toFixed(1)} s (${Math.round(draft.total / readSeconds)}/s)`
		);
		for (const name of ['first', 'again'] as const) {
			const { applied, seconds, slowestMs, megabytes, processor } = await writeRequests(boston, draft);
			const rate = draft.rows / seconds;
			console.log(
				`  ${name.padEnd(6)} ${Math.round(rate)} rows/s, slowest batch ${Math.round(slowestMs)} ms, ${megabytes} MB; ` +
					`added ${applied.added}, unchanged ${applied.unchanged}, rejected ${applied.rejected.length}`
			);
			const spent = [...processor].filter(([, some]) => some > 0.1);
			console.log(
				`         processor ms per row: ${spent.map(([program, some]) => `${program} ${((1000 * some) / draft.rows).toFixed(2)}`).join(', ')}`
			);
			if (name === 'again') continue;
			const isMet = rate >= aims[kind] && megabytes <= mostMegabytes && slowestMs <= mostBatchMs;
			console.log(
				`  aim: ≥ ${aims[kind]} rows/s, batches < 1 s, ≤ ${mostMegabytes} MB: ${isMet ? 'met' : 'NOT met'}`
			);
		}
	} finally {
		await boston.close();
	}
}
