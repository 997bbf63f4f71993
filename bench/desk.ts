// Desk with a long history: list, deep pages, map, case, inbox, search and export, from the database and as pages (native PostgreSQL behind a real PostgREST).
//
//   npm run bench desk                                      20,000 cases; about two minutes
//   npm run bench desk -- --sizes 20000,200000,1000000      how it grows; about fifteen
//   npm run bench desk -- --keep DIR                        the database stays there, to be looked into

import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { exportList } from '#lib/cases/list-export.server.ts';
import { readCaseFilter } from '#lib/cases/case-filter.ts';
import { setHome, type Home } from '#lib/database/home.server.ts';
import { mintToken } from '#lib/database/jwt.ts';
import { summarise } from '#test/support/figures.ts';
import { startNative } from '#test/support/native.ts';
import { SKIPPED } from '#test/support/proof.ts';
import { whyNoNative } from '#test/support/site.ts';
import { measurePages, type Asked } from './desk/pages.ts';

const { values } = parseArgs({
	options: {
		sizes: { type: 'string', default: '20000' },
		rounds: { type: 'string' },
		keep: { type: 'string' },
		sample: { type: 'boolean', default: false }
	}
});
const missing = whyNoNative();
if (missing) {
	console.log(`SKIPPED: ${missing}.`);
	process.exit(SKIPPED);
}
const sizes = values.sample ? [5_000] : values.sizes.split(',').map(Number);
const rounds = Number(values.rounds ?? (values.sample ? 3 : 40));
/** Photos, notes and the event log stand beside the newest cases only. */
const kept = values.sample ? 5_000 : 50_000;
const aim = { size: 200_000, p95: 150 };

const sqlOf = (name: string) => readFileSync(join(import.meta.dirname, 'desk', `${name}.sql`), 'utf8');
const home = await startNative({ fsync: false, directory: values.keep });
const admin = new pg.Client({ connectionString: home.cluster.adminUrl });
await admin.connect();
let failed = false;
try {
	await admin.query(sqlOf('ground'));
	await admin.query(sqlOf('before'));
	const table: string[][] = [];
	let since = 0;
	for (const size of sizes) {
		const startedAt = performance.now();
		const history = sqlOf('history')
			.replaceAll(':since', String(since))
			.replaceAll(':until', String(size))
			.replaceAll(':kept', String(kept));
		await admin.query(history);
		await admin.query('vacuum analyze');
		since = size;
		const bytes = await admin.query<{ cases: string; texts: string }>(
			"select pg_size_pretty(pg_total_relation_size('app.cases')) as cases, pg_size_pretty(pg_total_relation_size('app.search_texts')) as texts"
		);
		console.log(
			`\n${size.toLocaleString('en')} cases in ${Math.round((performance.now() - startedAt) / 1000)} s; cases ${bytes.rows[0]!.cases}, search ${bytes.rows[0]!.texts}; ` +
				`load ${loadavg()[0]!.toFixed(1)} on 2 cores' worth of neighbours`
		);
		table.push(...(await measure(size)));
		// The sample asks the database alone: to build the pages takes longer than all the rest.
		if (!values.sample) table.push(...(await measureAsPages(size)));
		if (size >= 200_000 || values.sample) await measureExport(size);
	}
	console.log('\nms, p50 / p95\n');
	const columns = [...new Set(table.map(([size]) => size!))];
	console.log(['request'.padEnd(44), ...columns.map((size) => size.padStart(16))].join(''));
	for (const name of new Set(table.map(([, name]) => name!))) {
		const cells = columns.map((size) => table.find((row) => row[0] === size && row[1] === name)?.[2] ?? '');
		console.log([name.padEnd(44), ...cells.map((cell) => cell.padStart(16))].join(''));
	}
	console.log(
		`\naim at ${aim.size.toLocaleString('en')}: every p95 ≤ ${aim.p95} ms: ${failed ? 'NOT met' : 'met'}`
	);
} finally {
	await admin.end();
	await home.close();
}

function tokenOf(n: number): string {
	const now = Math.floor(Date.now() / 1000);
	const claims = {
		role: 'authenticated',
		sub: `00000000-0000-4000-8000-00000000010${n}`,
		aal: 'aal2',
		session_id: `00000000-0000-4000-8000-0000000000f${n}`,
		iat: now,
		exp: now + 7200
	};
	return mintToken(claims, Buffer.from(home.jwtSecret));
}

async function ask(token: string, name: string, args: unknown): Promise<Record<string, unknown>> {
	const response = await fetch(`${home.url}/rest/v1/rpc/${name}`, {
		method: 'POST',
		headers: {
			apikey: home.anonKey,
			authorization: `Bearer ${token}`,
			'content-type': 'application/json',
			'content-profile': 'api'
		},
		body: JSON.stringify(args)
	});
	const answer = (await response.json()) as Record<string, unknown>;
	if (!response.ok) throw new Error(`${name}: ${response.status} ${JSON.stringify(answer)}`);
	return answer;
}

/** Every request in turn, so that a noisy moment hits them alike. */
async function measure(size: number): Promise<string[][]> {
	const [registrar, handler, inspector] = [tokenOf(1), tokenOf(2), tokenOf(3)];
	// As deep as the list goes: the page that begins after nine tenths of it.
	const { rows: deep } = await admin.query<{ at: string; id: string; newest: string; number: string }>(
		`select private.utc(c.filed_at) as at, c.id, (select id from app.cases order by filed_at desc offset 20 limit 1) as newest,
		(select number from app.cases order by filed_at offset 10 limit 1) as number from app.cases c order by c.filed_at desc offset $1 limit 1`,
		[Math.floor(size * 0.9)]
	);
	const { at, id, newest, number } = deep[0]!;
	const all = { status: ['all'] };
	const list = (filter: unknown, sort = 'newest', after?: string) => ({ filter, sort, after, max_rows: 100 });
	const before = { status: null, max_rows: 100 };
	const open = ['filed', 'dispatched', 'handling', 'handled', 'returned', 'suspended', 'reassigned'];
	const requests: [name: string, token: string, call: string, args: unknown][] = [
		['list: open, newest (registrar)', registrar, 'case_list', list({})],
		['list: open, most urgent (registrar)', registrar, 'case_list', list({}, 'urgent')],
		['list: open, most urgent (unit handler)', handler, 'case_list', list({}, 'urgent')],
		['list: open, most urgent (inspector)', inspector, 'case_list', list({}, 'urgent')],
		['list: everything (registrar)', registrar, 'case_list', list(all)],
		['list: everything (unit handler)', handler, 'case_list', list(all)],
		['list: everything, oldest (registrar)', registrar, 'case_list', list(all, 'oldest')],
		['list: everything (inspector)', inspector, 'case_list', list(all)],
		['list: page after nine tenths of all', registrar, 'case_list', list(all, 'newest', `${at}_${id}`)],
		[
			'list: one street and category, all',
			registrar,
			'case_list',
			list({ ...all, street: '测7路', category: '0551' })
		],
		[
			'list: closed without proof, one area',
			registrar,
			'case_list',
			list({ status: ['closed'], proof: 'without', area: 7 })
		],
		['list: red light, one unit', registrar, 'case_list', list({ light: 'red', unit: 5 }, 'urgent')],
		[
			'list: returned, a month two years ago',
			registrar,
			'case_list',
			list({ ...all, returned: true, filed_from: '2024-11-01', filed_to: '2024-11-30' })
		],
		[
			'list: nothing fits (says which filter)',
			registrar,
			'case_list',
			list({ ...all, source: 'hotline', street: '测7路' })
		],
		['list: text, a common word', registrar, 'case_list', list({ ...all, text: '盲道' })],
		[
			'list: text, a common word, oldest',
			registrar,
			'case_list',
			list({ ...all, text: '占道洗车' }, 'oldest')
		],
		['map: open, 2,000 dots', registrar, 'case_points', { filter: {}, sort: 'urgent' }],
		['map: everything, 2,000 dots', registrar, 'case_points', { filter: all }],
		['case page', registrar, 'case_detail', { case_id: newest }],
		['inbox', registrar, 'inbox', {}],
		['search: a common word', registrar, 'search', { query: '占道洗车' }],
		['search: a rare word', registrar, 'search', { query: '红色三轮车' }],
		['search: a word there is not', registrar, 'search', { query: '直升机停机坪' }],
		['search: number', registrar, 'search', { query: number }],
		['search: last four digits', registrar, 'search', { query: number.slice(-4) }],
		['search: last four digits (unit handler)', handler, 'search', { query: number.slice(-4) }],
		['before: list, open', registrar, 'cases_before', { ...before, status: open }],
		['before: list, everything', registrar, 'cases_before', before],
		['before: list, everything (unit handler)', handler, 'cases_before', before],
		['before: list, by street', registrar, 'cases_before', { ...before, query: '测7路' }],
		['before: search, number', registrar, 'search_before', { query: number }]
	];
	const times = new Map(requests.map(([name]) => [name, [] as number[]]));
	for (let round = -2; round < rounds; round += 1) {
		for (const [name, token, call, args] of requests) {
			// What takes a second is believed after fewer rounds.
			if (name.startsWith('before') && round >= Math.max(3, rounds / 8)) continue;
			const startedAt = performance.now();
			await ask(token, call, args);
			if (round >= 0) times.get(name)!.push(performance.now() - startedAt);
		}
	}
	const summary = new Map([...times].map(([name, some]) => [name, summarise(some)]));
	const ratio = (now: string, then: string) =>
		console.log(
			`  ${then.replace('before: ', '')}: ${(summary.get(then)!.p50 / summary.get(now)!.p50).toFixed(1)} times faster`
		);
	ratio('list: open, newest (registrar)', 'before: list, open');
	ratio('list: everything (registrar)', 'before: list, everything');
	ratio('list: everything (unit handler)', 'before: list, everything (unit handler)');
	ratio('search: number', 'before: search, number');
	return [...summary].map(([name, { p50, p95 }]) => {
		if (size === aim.size && !name.startsWith('before') && p95 > aim.p95) failed = true;
		return [size.toLocaleString('en'), name, `${p50.toFixed(0)} / ${p95.toFixed(0)}`];
	});
}

/** The same as whoever sits at a desk waits for it, and what one live event costs: the list is read again, and what is open. */
async function measureAsPages(size: number): Promise<string[][]> {
	const [registrar, handler, inspector] = [tokenOf(1), tokenOf(2), tokenOf(3)];
	const { rows } = await admin.query<{ id: string; mine: string }>(
		`select (select id from app.cases order by filed_at desc offset 20 limit 1) as id,
			(select id from app.cases where unit_id = 5 and status = 'handling' order by filed_at desc limit 1) as mine`
	);
	const { id, mine } = rows[0]!;
	const worst = `list=cases&status=all&sort=oldest&q=${encodeURIComponent('占道洗车')}`;
	const asked: Asked[] = [
		['page: inbox (registrar)', registrar, '/desk?list=inbox'],
		['page: list, open (registrar)', registrar, '/desk?list=cases'],
		['page: list, open (unit handler)', handler, '/desk?list=cases'],
		['page: list, open (inspector)', inspector, '/desk?list=cases'],
		['page: list, everything, oldest', registrar, '/desk?list=cases&status=all&sort=oldest'],
		['page: list, a common word, oldest', registrar, `/desk?${worst}`],
		['page: case (registrar)', registrar, `/desk/cases/${id}?list=cases`],
		['page: case (unit handler)', handler, `/desk/cases/${mine}?list=cases`],
		['data: dots of everything', registrar, '/desk/points?list=cases&status=all'],
		['data: dots of a unit', handler, '/desk/points?list=cases'],
		['live: inbox again', registrar, '/desk/now?list=inbox'],
		['live: list again', registrar, '/desk/now?list=cases'],
		['live: list and case again', registrar, `/desk/now?list=cases&cases=${id}`],
		['live: a common word again', registrar, `/desk/now?${worst}`]
	].map(([name, token, path]) => ({ name: name!, token: token!, path: path! }));
	const { times, costs } = await measurePages(home, asked, rounds);
	return [...times].map(([name, some]) => {
		const { p50, p95 } = summarise(some);
		if (size === aim.size && p95 > aim.p95) failed = true;
		const { cpu, kb } = costs.get(name)!;
		console.log(
			`  ${name}: ${cpu.toFixed(0)} ms of the web server's processor, ${kb.toFixed(0)} thousand signs`
		);
		return [size.toLocaleString('en'), name, `${p50.toFixed(0)} / ${p95.toFixed(0)}`];
	});
}

/** The whole list as a file, through the web server's own code: how long, how large, and what memory grew by. */
async function measureExport(size: number): Promise<void> {
	setHome({
		kind: 'supabase',
		url: home.url,
		anonKey: home.anonKey,
		serviceKey: home.serviceKey,
		fetch
	} as unknown as Home);
	for (const format of ['csv', 'xlsx'] as const) {
		globalThis.gc?.();
		const before = process.memoryUsage().rss;
		let most = before;
		let bytes = 0;
		const startedAt = performance.now();
		const filter = readCaseFilter(new URLSearchParams('status=all'));
		const city = { name: '测速市', time_zone: 'Asia/Shanghai', is_demo: true };
		for await (const piece of exportList(tokenOf(1), {
			filter,
			filterText: 'all',
			format,
			words: null,
			city
		})) {
			bytes += piece.length;
			most = Math.max(most, process.memoryUsage().rss);
		}
		const seconds = (performance.now() - startedAt) / 1000;
		const mega = (n: number) => Math.round(n / 1024 / 1024);
		console.log(
			`  export ${format}: ${size.toLocaleString('en')} rows in ${seconds.toFixed(1)} s (${Math.round(size / seconds)}/s), ${mega(bytes)} MB; memory ${mega(before)} → at most ${mega(most)} MB`
		);
	}
}
