// `npm test`: everything there is to check, one step after the other, on whatever tools the machine has. What cannot run
// for lack of a tool says so and is counted as skipped. The last line is always `N passed, N failed, N skipped`.
//
// A whole run works in three lanes side by side, since most of it waits: they take the longest steps first, so that none ends long
// before the others; each line then begins with its step. Steps that are asked for by name run one after the other.
//
//   node test/run.ts                        everything
//   node test/run.ts --only pgtap,unit      these steps
//   node test/run.ts --only unit -- closure further words go to vitest (here: files whose name contains them)

import { AsyncLocalStorage } from 'node:async_hooks';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildPages } from './support/build-pages.ts';
import { startCluster } from './support/cluster.ts';
import { countTap, countVitest, failedTests, lineOf, none, one, sum, type Counts } from './support/counts.ts';
import { addExtension, bootstrap, migrate } from './support/migrations.ts';
import { findTools, hasExtension, ROOT } from './support/tools.ts';

interface Answer {
	code: number;
	output: string;
}

const LIMIT_MS = 24 * 60_000;
const BIN = join(ROOT, 'node_modules/.bin');
const tools = findTools();
const printing = new AsyncLocalStorage<string>();
/** The last lines of each step, said again at the end should it fail: there somebody looks first. */
const lastLines = 60;
const printed = new Map<string, string[]>();
const scratch = await mkdtemp(join(tmpdir(), 'kerbside-test-'));
// The demo town's first start is made once for all steps.
process.env.KERBSIDE_PREPARED ??= await mkdtemp(join(scratch, 'prepared-'));

const { values, positionals } = parseArgs({ options: { only: { type: 'string' } }, allowPositionals: true });

const steps: Record<string, () => Promise<Counts>> = {
	types: () =>
		check('svelte-kit', ['sync'], 'svelte-check', ['--tsconfig', './tsconfig.json', '--fail-on-warnings']),
	lint: () => check('eslint', ['.']),
	format: () => check('prettier', ['--check', '.', '--log-level', 'warn']),
	unit: () => vitest('unit'),
	conformance: () => vitest('conformance'),
	pgtap,
	database: () => vitest('database'),
	proofs,
	benchmarks,
	e2e: () => vitest('e2e')
};

/** Programs that answer with their exit code alone: one check, however many there are. */
async function check(...commands: (string | string[])[]): Promise<Counts> {
	for (let at = 0; at < commands.length; at += 2) {
		const { code } = await run(join(BIN, commands[at] as string), commands[at + 1] as string[]);
		if (code !== 0) return one('failed');
	}
	return one('passed');
}

async function vitest(project: string): Promise<Counts> {
	const report = join(scratch, `${project}.json`);
	const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
	const args = ['run', '--project', project, '--passWithNoTests', ...reporters, ...positionals];
	const { code } = await run(join(BIN, 'vitest'), args);
	const text = await readFile(report, 'utf8').catch(() => null);
	if (text === null) return one(code === 0 ? 'skipped' : 'failed');
	const found = JSON.parse(text);
	for (const name of failedTests(found)) print(`FAILED: ${name}`);
	return countVitest(found, code);
}

/** supabase/tests/*.sql on a cluster of their own, as the owner without superuser rights; each file rolls itself back. */
async function pgtap(): Promise<Counts> {
	const folder = join(ROOT, 'supabase/tests');
	const files = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.sql')).sort();
	const missing = !tools.postgres
		? 'PostgreSQL is not installed'
		: !tools.pgProve
			? 'pg_prove is not installed'
			: !hasExtension(tools, 'pgtap')
				? 'the extension pgtap is not installed'
				: null;
	if (missing) {
		skip(`${files.length} files of pgTAP tests`, missing);
		return { ...none(), skipped: files.length };
	}
	if (files.length === 0) return none();
	const cluster = await startCluster({ fsync: false });
	try {
		await bootstrap(cluster);
		await addExtension(cluster, 'pgtap');
		await migrate(cluster);
		const url = new URL(cluster.ownerUrl);
		const { code, output } = await run(
			tools.pgProve!,
			['--verbose', '--norc', '--dbname', 'postgres', ...files.map((name) => join('supabase/tests', name))],
			{
				PGHOST: url.hostname,
				PGPORT: url.port,
				PGUSER: url.username,
				PGPASSWORD: url.password,
				PGOPTIONS: ''
			},
			// What the tests' own queries print is nobody's concern.
			(line) =>
				/^(not ok|#|supabase\/tests|psql:|Failed|Dubious|Test Summary|\s+(Failed|Parse|Non-zero)|Result|Files|All)/.test(
					line
				)
		);
		return countTap(output, code);
	} finally {
		await cluster.close();
	}
}

/** The long proofs, each on a small sample; the seed changes by the day and is printed, so that a failure comes again. */
function proofs(): Promise<Counts> {
	const seed = process.env.PROVE_SEED ?? new Date().toISOString().slice(0, 10).replaceAll('-', '');
	return programs(['test/prove.ts', '--sample', '--seed', seed]);
}

/** Whether benchmarks still run: half of them today, half tomorrow. What they measure is for a quiet machine (`npm run bench`). */
function benchmarks(): Promise<Counts> {
	return programs(['bench/run.ts', '--sample'], { BENCH_DAY: String(Math.floor(Date.now() / 86_400_000)) });
}

/** A program that runs others and ends with their counts. */
async function programs(args: string[], environment: Record<string, string> = {}): Promise<Counts> {
	const { code, output } = await run(process.execPath, args, environment);
	const found = /^(\d+) passed, (\d+) failed, (\d+) skipped$/m.exec(output);
	if (!found) return one('failed');
	const counts = { passed: Number(found[1]), failed: Number(found[2]), skipped: Number(found[3]) };
	return code !== 0 && counts.failed === 0 ? sum(counts, one('failed')) : counts;
}

/** What a step prints, behind its name where another runs beside it. */
function print(line: string): void {
	const name = printing.getStore();
	if (name) printed.set(name, [...(printed.get(name) ?? []), line].slice(-lastLines));
	console.log(name ? `${name.padEnd(11)} │ ${line}` : line);
}

function skip(what: string, reason: string): void {
	print(`SKIPPED: ${what} (${reason}).`);
}

async function run(
	program: string,
	args: string[],
	environment: Record<string, string> = {},
	isShown: (line: string) => boolean = () => true
): Promise<Answer> {
	const child = spawn(program, args, {
		cwd: ROOT,
		stdio: ['ignore', 'pipe', 'pipe'],
		env: { ...process.env, PATH: `${BIN}${delimiter}${process.env.PATH}`, ...environment }
	});
	const clock = setTimeout(() => {
		print(`${program} took longer than ${LIMIT_MS / 60_000} minutes and was ended.`);
		child.kill('SIGKILL');
	}, LIMIT_MS);
	let output = '';
	let rest = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding('utf8').on('data', (text: string) => {
			output += text;
			const lines = (rest + text).split('\n');
			rest = lines.pop()!;
			for (const line of lines.filter(isShown)) print(line);
		});
	}
	const code = await new Promise<number>((resolve) => {
		child.once('error', (error) => {
			print(String(error));
			resolve(127);
		});
		child.once('close', (exitCode) => resolve(exitCode ?? 1));
	});
	clearTimeout(clock);
	if (rest && isShown(rest)) print(rest);
	return { code, output };
}

const wanted = values.only?.split(',') ?? Object.keys(steps);
const unknown = wanted.filter((name) => !(name in steps));
if (unknown.length) {
	console.error(`There is no step "${unknown.join('", "')}"; there are ${Object.keys(steps).join(', ')}.`);
	process.exit(2);
}
// tsconfig.json extends a file that SvelteKit writes; without it nothing reads TypeScript in a fresh clone.
if (!existsSync(join(ROOT, '.svelte-kit/tsconfig.json'))) await run(join(BIN, 'svelte-kit'), ['sync']);
if (!tools.chromium) skip('whatever needs a browser', 'Chromium is not installed');

const isWhole = values.only === undefined && availableParallelism() > 1;
// Several lanes serve the built pages: made once, before any needs them.
if (isWhole) await buildPages(print);
/** Two cores are idle for a quarter of the time with two lanes, and hardly at all with three. */
const LANES = 3;
const LONGEST_FIRST = ['e2e', 'proofs', 'unit', 'benchmarks', 'database'];
const waiting = isWhole
	? [...LONGEST_FIRST, ...wanted.filter((name) => !LONGEST_FIRST.includes(name))]
	: [...wanted];
const summary = new Map<string, string>();
const failures: string[] = [];
let total = none();
async function lane(): Promise<void> {
	for (let name = waiting.shift(); name; name = waiting.shift()) {
		const next = name;
		await (isWhole ? printing.run(next, () => step(next)) : step(next));
	}
}
await Promise.all(Array.from({ length: isWhole ? LANES : 1 }, lane));
await rm(scratch, { recursive: true, force: true });
for (const failure of failures) console.log(`\n${failure}`);
console.log(`\n${wanted.map((name) => summary.get(name)).join('\n')}\n`);
process.exitCode = total.failed > 0 ? 1 : 0;
console.log(lineOf(total));

async function step(name: string): Promise<void> {
	print(`── ${name} ${'─'.repeat(Math.max(0, 70 - name.length))}`);
	const startedAt = performance.now();
	const counts = await steps[name]!().catch((error: unknown) => {
		print(String((error as Error).stack ?? error));
		return one('failed');
	});
	total = sum(total, counts);
	if (isWhole && counts.failed > 0) failures.push(`FAILED: ${name}\n${printed.get(name)?.join('\n')}`);
	const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
	summary.set(name, `${name.padEnd(12)} ${lineOf(counts).padEnd(40)} ${seconds.padStart(6)} s`);
}
