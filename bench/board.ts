// Any filtered board over 1 and 10 million facts in one pass, beside the same board in SQL over the same facts (native PostgreSQL), equal to the last case.
//
//   npm run bench board                          1,000,000 facts and, without SQL, 10,000,000; about three minutes
//   npm run bench board -- --sizes 1000000       one size

import { parseArgs } from 'node:util';
import pg from 'pg';
import { factColumns, factFlag, factSources, type FactTable } from '#lib/closure/facts/fact-table.ts';
import { never } from '#lib/closure/facts/fact-time.ts';
import { Zones } from '#lib/closure/facts/zones.ts';
import { everything, type Selection } from '#lib/closure/numbers/selection.ts';
import { tally, type Tally } from '#lib/closure/numbers/tally.ts';
import { startCluster } from '#test/support/cluster.ts';
import { mulberry32 } from '#test/support/proof.ts';
import { findTools } from '#test/support/tools.ts';

const { values } = parseArgs({
	options: { sizes: { type: 'string' }, sample: { type: 'boolean', default: false } }
});
const sizes = (values.sizes ?? (values.sample ? '20000' : '1000000,10000000')).split(',').map(Number);
const rounds = values.sample ? 3 : 9;
/** SQL is asked for sizes up to this one: loading ten million rows takes longer than all the rest. */
const mostSql = 1_000_000;
const day = 86_400;
const years = 3 * 365 * day;

/** Three years of a city with a thousand streets, eighty areas and thirty units. */
function cityOf(n: number): FactTable {
	const random = mulberry32(20_161);
	const columns = factColumns(n);
	const one = (of: number) => Math.floor(random() * of);
	for (let row = 0; row < n; row += 1) {
		const filed = Math.floor((row * years) / n);
		const isOpen = row > n * 0.97 && random() < 0.5;
		const closed = filed + one(6 * day);
		columns.filedAt[row] = filed;
		columns.dispatchedAt[row] = filed + 3600;
		columns.dueAt[row] = filed + 3 * day;
		columns.closedAt[row] = isOpen ? never : closed;
		columns.workSeconds[row] = isOpen ? -1 : Math.max(0, Math.floor((closed - filed - 3600) / 3));
		columns.street[row] = 1 + Math.floor(random() * random() * 1000);
		columns.area[row] = 1 + one(80);
		columns.unit[row] = 1 + one(30);
		columns.category[row] = one(14);
		columns.source[row] = one(factSources.length);
		columns.streetClass[row] = 1 + one(8);
		columns.flags[row] =
			(random() < 0.1 ? factFlag.returned : 0) |
			(isOpen
				? factFlag.open | (random() < 0.05 ? factFlag.suspended : 0)
				: (closed <= filed + 3 * day ? factFlag.onTime : 0) |
					(random() < 0.8 ? factFlag.verified : 0) |
					(random() < 0.05 ? factFlag.recurred : 0));
	}
	const zones = new Zones();
	for (let row = 0; row < n; row += 1) zones.touch(row);
	zones.refresh(columns, n);
	return {
		...columns,
		zones,
		length: n,
		position: 0,
		categories: Array.from({ length: 14 }, (_, i) => `05${String(i).padStart(2, '0')}`),
		recurrenceSeconds: new Int32Array(14).fill(14 * day),
		streetClasses: ['', ...Array.from({ length: 8 }, (_, i) => `class ${i + 1}`)]
	};
}

const all = everything(0, years);
const boards: [name: string, selection: Selection][] = [
	['three years, all', all],
	['three years, without what patrols found', { ...all, patrol: 'without' }],
	[
		'three years, 5 categories, 9 units, hotline and citizens',
		{
			...all,
			categories: ['0500', '0503', '0504', '0508', '0509'],
			units: [1, 2, 3, 4, 5, 6, 7, 8, 9],
			sources: [0, 3]
		}
	],
	['the last 30 days, all', everything(years - 30 * day, years)]
];

/** The same board as one statement over a plain table of the same facts. */
function sqlOf({ from, until, at, categories, units, sources, patrol }: Selection, table: FactTable): string {
	const lists: [string, readonly number[] | null | undefined][] = [
		['category', categories?.map((code) => table.categories.indexOf(code))],
		['unit', units],
		['source', sources]
	];
	const where = lists.flatMap(([column, ids]) => (ids ? [`${column} in (${ids.join(', ')})`] : []));
	if (patrol === 'without') where.push('source <> 2');
	return `select street, sum(is_closed::int)::int as closed, sum((is_closed or is_late)::int)::int as due,
		sum((is_closed and flags & 8 > 0)::int)::int as on_time, sum((is_closed and flags & 16 > 0)::int)::int as verified,
		sum(((is_closed or is_late) and flags & 32 > 0)::int)::int as returned, sum((is_late and flags & 4 > 0)::int)::int as suspended_due,
		sum((flags & 2 > 0 and filed < ${until})::int)::int as open, sum((flags & 2 > 0 and due < ${at})::int)::int as overdue,
		sum((is_closed and closed + ${14 * day} <= ${at})::int)::int as window_over,
		sum((is_closed and closed + ${14 * day} <= ${at} and flags & 128 > 0)::int)::int as recurred,
		sum((filed >= ${from} and filed < ${until})::int)::int as filed,
		percentile_cont(0.5) within group (order by worked) filter (where is_closed and worked >= 0) as worked
	from (select f.*, closed >= ${from} and closed < ${until} as is_closed,
			due >= ${from} and due < ${until} and dispatched < ${until} and closed >= ${until} as is_late from facts f
		${where.length > 0 ? `where ${where.join(' and ')}` : ''}) f group by street`;
}

async function loadSql(client: pg.Client, table: FactTable): Promise<void> {
	await client.query(`create unlogged table facts (filed bigint, dispatched bigint, due bigint, closed bigint, worked int,
		street int, unit int, category int, source int, flags int)`);
	const columns = [
		...[table.filedAt, table.dispatchedAt, table.dueAt, table.closedAt, table.workSeconds],
		...[table.street, table.unit, table.category, table.source, table.flags]
	];
	for (let from = 0; from < table.length; from += 50_000) {
		const until = Math.min(table.length, from + 50_000);
		await client.query(
			`insert into facts select * from unnest(${columns.map((_, i) => `$${i + 1}::bigint[]`).join(', ')})`,
			columns.map((column) => Array.from(column.subarray(from, until)))
		);
	}
	await client.query('vacuum analyze facts');
}

type SqlRow = Record<string, number | null> & { street: number };

/** Where the two boards differ; empty when they are one. */
function differences(ours: Tally, theirs: readonly SqlRow[]): string[] {
	const found: string[] = [];
	for (const { street, worked, ...counts } of theirs) {
		const row = ours.rows.get(street);
		for (const [count, n] of Object.entries(counts))
			if ((row?.[count as 'closed'] ?? 0) !== n) found.push(`street ${street}: ${count}`);
		const hours = worked === null ? null : Math.round(worked! / 360) / 10;
		if ((row?.medianHours ?? null) !== hours) found.push(`street ${street}: hours`);
	}
	return found;
}

/** Median milliseconds of the clock and of the processor: on a busy machine the two are far apart. */
function median(run: () => unknown): { clock: number; processor: number } {
	const clock: number[] = [];
	const processor: number[] = [];
	for (let round = 0; round < rounds; round += 1) {
		const [begun, used] = [performance.now(), process.cpuUsage()];
		run();
		const { user, system } = process.cpuUsage(used);
		clock.push(performance.now() - begun);
		processor.push((user + system) / 1000);
	}
	const middle = (times: number[]) => times.sort((a, b) => a - b)[rounds >> 1]!;
	return { clock: middle(clock), processor: middle(processor) };
}

const cluster = findTools().postgres ? await startCluster({ fsync: false }) : null;
try {
	if (!cluster) console.log('No PostgreSQL on this machine: ours alone.');
	for (const size of sizes) {
		const table = cityOf(size);
		console.log(`${size.toLocaleString('en')} facts, by street, median of ${rounds}:`);
		const client = cluster && size <= mostSql ? new pg.Client({ connectionString: cluster.adminUrl }) : null;
		await client?.connect();
		if (client) await loadSql(client, table);
		for (const [name, selection] of boards) {
			const ours = median(() => tally(table, selection, 'street'));
			const counts = median(() => tally(table, selection, 'street', { withHours: false }));
			const ms = ({ clock, processor }: typeof ours) =>
				`${clock.toFixed(1).padStart(7)} ms (processor ${processor.toFixed(1)})`;
			let line = `  ${ms(ours)}, without median hours ${ms(counts)}: ${name}`;
			if (client) {
				const sql = sqlOf(selection, table);
				const begun = performance.now();
				const { rows } = await client.query<SqlRow>(sql);
				const theirs = performance.now() - begun;
				const wrong = differences(tally(table, selection, 'street'), rows);
				line += `; SQL ${theirs.toFixed(0)} ms, ${(theirs / ours.clock).toFixed(0)} ×, ${wrong.length === 0 ? 'equal' : 'NOT EQUAL'}`;
				if (wrong.length > 0) {
					console.error(wrong.slice(0, 5).join('\n'));
					process.exitCode = 1;
				}
			}
			console.log(line);
		}
		await client?.query('drop table facts');
		await client?.end();
	}
} finally {
	await cluster?.close();
}
