// Facts after 1,000 changes: kept by triggers in the database and from the log in the web process, beside working all of them out again.
//
//   npm run bench facts                                     100,000 cases; about two minutes
//   npm run bench facts -- --sizes 100000,1000000,10000000  how it grows; about an hour, 12 GB of disk

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { FactKeeper, type FactSource } from '#lib/closure/facts/fact-keeper.ts';
import { FactThread } from '#lib/closure/facts/fact-thread.ts';
import { summarise } from '#test/support/figures.ts';
import { startCluster } from '#test/support/cluster.ts';
import { bootstrap, migrate } from '#test/support/migrations.ts';
import { SKIPPED } from '#test/support/proof.ts';
import { whyNoNative } from '#test/support/site.ts';

const { values } = parseArgs({
	options: {
		sizes: { type: 'string', default: '100000' },
		rounds: { type: 'string', default: '15' },
		changes: { type: 'string', default: '1000' },
		sample: { type: 'boolean', default: false }
	}
});
const missing = whyNoNative();
if (missing) {
	console.log(`SKIPPED: ${missing}.`);
	process.exit(SKIPPED);
}
const sizes = values.sample ? [3_000] : values.sizes.split(',').map(Number);
const rounds = values.sample ? 2 : Number(values.rounds);
const changes = values.sample ? 200 : Number(values.changes);
const aim = { size: 10_000_000, times: 5_000 };

const sqlOf = (name: string) => readFileSync(join(import.meta.dirname, 'facts', `${name}.sql`), 'utf8');
const cluster = await startCluster({ fsync: false });
const owner = new pg.Client({ connectionString: cluster.adminUrl });
const table: string[][] = [['cases', 'step', 'ms', 'full recompute', 'times']];
try {
	await bootstrap(cluster);
	await migrate(cluster);
	await owner.connect();
	await owner.query("set work_mem = '256MB'; set maintenance_work_mem = '512MB'; set jit = off");
	await owner.query(sqlOf('ground'));
	let since = 0;
	for (const size of sizes) {
		await grow(since, size);
		since = size;
		await measure(size);
	}
	const widths = table[0]!.map((_, at) => Math.max(...table.map((row) => row[at]!.length)));
	console.log();
	for (const row of table) console.log(row.map((cell, at) => cell.padStart(widths[at]!)).join('   '));
} finally {
	await owner.end();
	await cluster.close();
}

interface Trigger {
	'Trigger Name': string;
	Time: number;
	Calls: number;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
	const begun = performance.now();
	await work();
	return performance.now() - begun;
}

async function grow(from: number, to: number): Promise<void> {
	const step = 500_000;
	const took = await timed(async () => {
		await owner.query('set session_replication_role = replica');
		for (let at = from; at < to; at += step) {
			const until = String(Math.min(to, at + step));
			await owner.query(sqlOf('cases').replaceAll(':since', String(at)).replaceAll(':until', until));
		}
		await owner.query('set session_replication_role = default');
		await owner.query('vacuum analyze app.cases');
	});
	console.log(`\n${to.toLocaleString('en')} cases in ${seconds(took)}`);
}

async function measure(size: number): Promise<void> {
	const recompute = await timed(() => owner.query(sqlOf('recompute')));
	await owner.query('vacuum analyze app.case_facts');
	await owner.query('vacuum analyze app.day_counters');
	const source: FactSource = {
		setting: () => ask('api.fact_setting()', []),
		page: (after, max) => ask('api.fact_page($1, $2)', [after, max]),
		changes: (after, max) => ask('api.fact_changes($1, $2)', [after, max])
	};
	const keeper = new FactKeeper(source, () => new FactThread(600_000));
	try {
		const load = await timed(() => keeper.current());
		const [kept, followed]: number[][] = [[], []];
		for (let round = 0; round < rounds; round += 1) {
			kept!.push(await change(round));
			followed!.push(await timed(() => keeper.current()));
		}
		const { answer } = await keeper.ask('extent', undefined);
		if (answer.cases !== size) throw new Error(`The thread holds ${answer.cases} cases of ${size}.`);
		add(size, `facts and counters in the database after ${changes} changes`, kept!, recompute);
		add(size, `the web process follows ${changes} changes`, followed!, load);
	} finally {
		await keeper.close();
	}
	if (values.sample) await verify();
}

/** The median of the rounds beside the one recompute. */
function add(size: number, what: string, rounds: number[], whole: number): void {
	const { p50 } = summarise(rounds);
	const times = Math.round(whole / p50);
	const verdict = size >= aim.size ? ` (aim ${aim.times.toLocaleString('en')})` : '';
	table.push([
		size.toLocaleString('en'),
		what,
		p50.toFixed(1),
		seconds(whole),
		`${times.toLocaleString('en')}×${verdict}`
	]);
}

/**
 * Milliseconds that facts and counters take of so many changes anywhere in the past, as PostgreSQL itself clocks their triggers.
 * Ten to a transaction: in one for all, each would look for the log's head among a thousand versions of it.
 */
async function change(round: number): Promise<number> {
	let [ms, calls] = [0, 0];
	for (let first = 1; first <= changes; first += 10) {
		const given = { ':first': first, ':last': first + 9, ':round': round };
		const sql = Object.entries(given).reduce(
			(text, [name, n]) => text.replaceAll(name, String(n)),
			sqlOf('change')
		);
		await owner.query('begin; set constraints all immediate');
		const { rows } = await owner.query<{ 'QUERY PLAN': [{ Triggers: Trigger[] }] }>(sql);
		await owner.query('commit');
		// Counters hang on the facts: their time is in that of the facts' own trigger.
		const facts = rows[0]!['QUERY PLAN'][0].Triggers.find(
			(trigger) => trigger['Trigger Name'] === 'cases_fact'
		);
		ms += facts?.Time ?? 0;
		calls += facts?.Calls ?? 0;
	}
	if (calls < changes * 0.9) throw new Error(`Only ${calls} cases changed of ${changes}.`);
	return (ms / calls) * changes;
}

async function verify(): Promise<void> {
	const differences = await ask<{ facts: number; counters: number }>('private.number_differences()', []);
	console.log(`facts and counters beside plain SQL: ${JSON.stringify(differences)} differences`);
	if (differences.facts || differences.counters) process.exitCode = 1;
}

async function ask<Answer>(sql: string, parameters: unknown[]): Promise<Answer> {
	return (await owner.query<{ answer: Answer }>(`select ${sql} as answer`, parameters)).rows[0]!.answer;
}

function seconds(ms: number): string {
	return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 0)} s`;
}
