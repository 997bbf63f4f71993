// `npm run prove`: lists the long proofs, each a program of its own in test/prove/.
//
//   npm run prove                                  the list
//   npm run prove identities                       one of them, in full
//   npm run prove identities -- --seed 7           with a seed that was printed before
//   node test/prove.ts --sample --seed 7           all of them, on small samples; what `npm test` does

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lineOf, none } from './support/counts.ts';
import { SKIPPED } from './support/proof.ts';
import { ROOT } from './support/tools.ts';

const folder = join(ROOT, 'test/prove');
const names = readdirSync(folder)
	.filter((file) => file.endsWith('.ts'))
	.map((file) => file.slice(0, -3))
	.sort();

/** The first comment of the file says what is claimed. */
function claimOf(name: string): string {
	const [first = ''] = readFileSync(join(folder, `${name}.ts`), 'utf8').split('\n');
	return first.replace(/^\/\/\s*/, '');
}

function prove(name: string, args: string[]): number {
	console.log(`\n${name}: ${claimOf(name)}`);
	return (
		spawnSync(process.execPath, [join(folder, `${name}.ts`), ...args], { stdio: 'inherit', cwd: ROOT })
			.status ?? 1
	);
}

const [first, ...others] = process.argv.slice(2);
if (first === undefined) {
	for (const name of names) console.log(`${name.padEnd(14)} ${claimOf(name)}`);
} else if (first.startsWith('-')) {
	const counts = none();
	for (const name of names) {
		const code = prove(name, process.argv.slice(2));
		counts[code === 0 ? 'passed' : code === SKIPPED ? 'skipped' : 'failed'] += 1;
	}
	process.exitCode = counts.failed > 0 ? 1 : 0;
	console.log(`\n${lineOf(counts)}`);
} else if (names.includes(first)) {
	process.exitCode = prove(first, others);
} else {
	console.error(`There is no proof "${first}"; there are ${names.join(', ') || 'none'}.`);
	process.exitCode = 2;
}
