// `npm run bench`: lists the benchmarks, each a program of its own in bench/.
//
//   npm run bench                       the list
//   npm run bench live                  one of them, in full
//   node bench/run.ts --sample          all of them, just long enough to see that they still run

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lineOf, none } from '../test/support/counts.ts';
import { SKIPPED } from '../test/support/proof.ts';

const folder = import.meta.dirname;
const names = readdirSync(folder)
	.filter((file) => file.endsWith('.ts') && file !== 'run.ts')
	.map((file) => file.slice(0, -3))
	.sort();

/** The first comment of the file says what is measured. */
function aboutOf(name: string): string {
	const [first = ''] = readFileSync(join(folder, `${name}.ts`), 'utf8').split('\n');
	return first.replace(/^\/\/\s*/, '');
}

function bench(name: string, args: string[]): number {
	console.log(`\n${name}: ${aboutOf(name)}`);
	const cwd = join(folder, '..');
	return (
		spawnSync(process.execPath, [join(folder, `${name}.ts`), ...args], { stdio: 'inherit', cwd }).status ?? 1
	);
}

const [first, ...others] = process.argv.slice(2);
if (first === undefined) {
	for (const name of names) console.log(`${name.padEnd(10)} ${aboutOf(name)}`);
} else if (first === '--sample') {
	const counts = none();
	for (const name of names) {
		const code = bench(name, process.argv.slice(2));
		counts[code === 0 ? 'passed' : code === SKIPPED ? 'skipped' : 'failed'] += 1;
	}
	process.exitCode = counts.failed > 0 ? 1 : 0;
	console.log(`\n${lineOf(counts)}`);
} else if (names.includes(first)) {
	process.exitCode = bench(first, others);
} else {
	console.error(`There is no benchmark "${first}"; there are ${names.join(', ')}.`);
	process.exitCode = 2;
}
