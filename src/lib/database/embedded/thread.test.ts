import { afterAll, beforeAll, expect, test } from 'vitest';
import { memoryLog, openScratch, OWNER } from './scratch-database.ts';
import type { Scratch } from './scratch-database.ts';

const log = memoryLog();
let scratch: Scratch;
beforeAll(async () => {
	scratch = await openScratch(
		`create schema api;
		create table public.entries (id int primary key);
		create function api.forever() returns void language plpgsql as $$ begin loop null; end loop; end $$;`,
		{ log, limits: { normal: 3_000, intake: 3_000 }, bounds: { normal: 60 } }
	);
});
afterAll(() => scratch?.close());

const one = { sql: 'select 1 as one', params: [] };
const insert = (id: number) => ({ sql: 'insert into public.entries values ($1)', params: [id] });
const count = async () => {
	const [result] = await scratch.thread.run(OWNER, [
		{ sql: 'select count(*)::int4 as n from public.entries', params: [] }
	]);
	return result!.rows[0]!.n;
};

test('a stuck call is answered and the calls behind it still run', async () => {
	const before = scratch.thread.state().restarts;
	await scratch.thread.run(OWNER, [insert(1)]);
	const stuck = scratch.thread.run(OWNER, [insert(2), { sql: 'select api.forever()', params: [] }]);
	const behind = Array.from({ length: 20 }, (_, index) => scratch.thread.run(OWNER, [insert(10 + index)]));
	await expect(stuck).rejects.toMatchObject({ name: 'ExecutorUnavailable', status: 504, code: 'too_slow' });
	await Promise.all(behind);
	expect(await count()).toBe(21); // what was committed before, and all that waited; nothing of the stuck one
	expect(scratch.thread.state()).toMatchObject({ state: 'open', restarts: before + 1 });
	expect(log.lines.map(({ event }) => event)).toContain('database_reopened');
});

test('a full lane refuses at once and says when to come back', async () => {
	const calls = Array.from({ length: 80 }, () =>
		scratch.thread.run(OWNER, [one]).then(
			() => 'done',
			(error: unknown) => error
		)
	);
	const outcomes = await Promise.all(calls);
	const refused = outcomes.filter((outcome) => outcome !== 'done');
	expect(refused.length).toBe(80 - 60 - 1); // sixty wait, one is running
	expect(refused[0]).toMatchObject({ status: 503, code: 'busy', retryAfterSeconds: 2 });
});

test('intake overtakes what waits in other lanes', async () => {
	const order: string[] = [];
	const note = (name: string) => () => void order.push(name);
	await Promise.all([
		scratch.thread.run(OWNER, [one]).then(note('running')),
		scratch.thread.run(OWNER, [one], 'bulk').then(note('bulk')),
		scratch.thread.run(OWNER, [one], 'normal').then(note('normal')),
		scratch.thread.run(OWNER, [one], 'intake').then(note('intake'))
	]);
	expect(order).toEqual(['running', 'intake', 'normal', 'bulk']);
});

test('a result larger than the bound is refused and undone', async () => {
	const before = await count();
	const huge = { sql: `select repeat('x', 70 * 1024 * 1024) as body`, params: [] };
	await expect(scratch.thread.run(OWNER, [insert(900), huge], 'bulk')).rejects.toMatchObject({
		code: '54000'
	});
	expect(await count()).toBe(before);
});

test('a statement larger than the bound is refused', async () => {
	const long = { sql: 'select $1::text is null as empty', params: ['x'.repeat(33 * 1024 * 1024)] };
	await expect(scratch.thread.run(OWNER, [long])).rejects.toMatchObject({ code: '54000' });
});

// PGlite would go on with a broken stack and answer no rows.
test('a trap of the engine is never taken for an answer', async () => {
	await scratch.thread.run(OWNER, [
		{
			sql: `create function public.deeper(n int) returns int language plpgsql as $$
				begin return public.deeper(n + 1); end $$`
		}
	]);
	const fall = scratch.thread.run(OWNER, [{ sql: 'select public.deeper(1)', params: [] }]);
	await expect(fall).rejects.toMatchObject({ status: 503, code: 'restarted' });
	const [result] = await scratch.thread.run(OWNER, [one]);
	expect(result!.rows).toEqual([{ one: 1 }]);
});

test('listeners hear of commits that wrote something, and of no others', async () => {
	let heard = 0;
	const stop = scratch.thread.onCommit(() => (heard += 1));
	await scratch.thread.run(OWNER, [one]);
	await scratch.thread.run(OWNER, [insert(901), { sql: 'select 1 / 0', params: [] }]).catch(() => undefined);
	expect(heard).toBe(0);
	await scratch.thread.run(OWNER, [insert(902)]);
	expect(heard).toBe(1);
	stop();
	await scratch.thread.run(OWNER, [insert(903)]);
	expect(heard).toBe(1);
});

test('rows updated over and over are swept up, also while others wait', async () => {
	const busy = await openScratch(
		`create schema vault; -- which the login behind every request may not even look into
		create table vault.counter (id int primary key, n int);
		create index on vault.counter (n);
		insert into vault.counter select id, 0 from generate_series(1, 10) id;
		grant usage on schema vault to service_role;
		grant select, update on vault.counter to service_role;`,
		{ maintainAfterMs: 60_000, maintainAfterWrites: 150 }
	);
	const update = { sql: 'update vault.counter set n = n + 1', params: [] };
	for (let turn = 0; turn < 2; turn += 1) {
		await Promise.all(
			Array.from({ length: 200 }, () => busy.thread.run({ role: 'service_role', claims: {} }, [update]))
		);
	}
	const [result] = await busy.thread.run(OWNER, [
		{
			sql: `select vacuum_count::int4 as swept from pg_stat_user_tables where relname = 'counter'`,
			params: []
		}
	]);
	expect(result!.rows[0]!.swept).toBeGreaterThan(0);
	await busy.close();
});
