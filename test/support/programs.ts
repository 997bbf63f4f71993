// A folder of programs that each end with an exit code: `test/prove/` and `bench/`.

import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lineOf, none } from './counts.ts';
import { SKIPPED } from './proof.ts';
import { ROOT } from './tools.ts';

/** How much of what a failed program printed is said again at the end. */
const lastLines = 25;

/**
 * Runs what the command line asks for: nothing lists the programs of a folder, `--sample` (with whatever follows) runs all of
 * them one after the other and ends with their counts, a name runs that one with the words behind it.
 *
 * @param folder absolute; every `.ts` file in it but `run.ts` is a program, and its first comment says what it is about
 * @param what what one of them is called, for the message about an unknown name
 * @param isWanted which of them are run when all are asked for, by their number in the list; the others are named as left for another day
 */
export async function runPrograms(
	folder: string,
	what: string,
	args: readonly string[],
	isWanted: (index: number) => boolean = () => true
): Promise<void> {
	const names = readdirSync(folder)
		.filter((file) => file.endsWith('.ts') && file !== 'run.ts')
		.map((file) => file.slice(0, -3))
		.sort();
	const about = (name: string) =>
		readFileSync(join(folder, `${name}.ts`), 'utf8')
			.split('\n', 1)[0]!
			.replace(/^\/\/\s*/, '');
	const [first, ...others] = args;
	if (first === undefined) {
		for (const name of names) console.log(`${name.padEnd(14)} ${about(name)}`);
	} else if (first.startsWith('-')) {
		const counts = none();
		const failures: string[] = [];
		const later = names.filter((_, index) => !isWanted(index));
		if (later.length > 0) console.log(`Tomorrow's: ${later.join(', ')}.`);
		for (const name of names.filter((_, index) => isWanted(index))) {
			console.log(`\n${name}: ${about(name)}`);
			const startedAt = performance.now();
			const { code, last } = await runOne(join(folder, `${name}.ts`), args);
			const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
			console.log(`${name} took ${seconds} s`);
			counts[code === 0 ? 'passed' : code === SKIPPED ? 'skipped' : 'failed'] += 1;
			if (code !== 0 && code !== SKIPPED)
				failures.push(`FAILED: ${name} (exit code ${code})\n${last.join('\n')}`);
		}
		for (const failure of failures) console.log(`\n${failure}`);
		process.exitCode = counts.failed > 0 ? 1 : 0;
		console.log(`\n${lineOf(counts)}`);
	} else if (names.includes(first)) {
		console.log(`\n${first}: ${about(first)}`);
		const program = [join(folder, `${first}.ts`), ...others];
		process.exitCode = spawnSync(process.execPath, program, { stdio: 'inherit', cwd: ROOT }).status ?? 1;
	} else {
		console.error(`There is no ${what} "${first}"; there are ${names.join(', ') || 'none'}.`);
		process.exitCode = 2;
	}
}

/** One program, its output passed on as it comes. A program that a signal ended has failed. */
async function runOne(file: string, args: readonly string[]): Promise<{ code: number; last: string[] }> {
	const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'pipe'], cwd: ROOT });
	let last: string[] = [];
	let rest = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding('utf8').on('data', (text: string) => {
			process.stdout.write(text);
			const lines = (rest + text).split('\n');
			rest = lines.pop()!;
			last = [...last, ...lines].slice(-lastLines);
		});
	}
	const code = await new Promise<number>((resolve, reject) => {
		child.once('error', reject);
		child.once('close', (exitCode) => resolve(exitCode ?? 1));
	});
	return { code, last: rest ? [...last, rest] : last };
}
