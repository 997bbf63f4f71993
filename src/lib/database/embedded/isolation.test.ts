import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Identity } from './executor.ts';
import { openScratch, OWNER } from './scratch-database.ts';
import type { Scratch } from './scratch-database.ts';

const CALLS = 600;

let scratch: Scratch;
beforeAll(async () => {
	scratch = await openScratch(`
		create schema api;
		grant usage on schema api to anon, authenticated, service_role;
		create table api.notes (owner uuid not null, body text not null);
		alter table api.notes enable row level security;
		grant select, insert on api.notes to authenticated;
		create policy "people read their own notes" on api.notes for select to authenticated using (owner = auth.uid());
		create policy "people write their own notes" on api.notes for insert to authenticated with check (owner = auth.uid());
		create function api.crash() returns void language plpgsql as $$ begin perform 1 / 0; end $$;
		create function api.linger() returns text language sql volatile as $$
			select set_config('kerbside.left_behind', coalesce(auth.uid()::text, 'anon'), false)
		$$;`);
});
afterAll(() => scratch?.close());

const WHO_AM_I = {
	sql: `select current_user::text as role, auth.uid()::text as id, auth.jwt() as claims,
		current_setting('request.path', true) as path, current_setting('kerbside.left_behind', true) as left_behind`,
	params: []
};

test('no call runs under the role, claims or settings of another, whatever fails beside it', async () => {
	let crossed = 0;
	let failed = 0;
	const outcomes = Array.from({ length: CALLS }, async (_, index) => {
		const id = randomUUID();
		const role = (['anon', 'authenticated', 'service_role'] as const)[index % 3]!;
		const identity: Identity = { role, claims: role === 'anon' ? { role } : { role, sub: id, turn: index } };
		const path = `/rpc/turn-${index}`;
		const work = [WHO_AM_I, { sql: 'select api.linger()', params: [] }, WHO_AM_I];
		const isDoomed = index % 5 === 0;
		if (isDoomed) work.splice(1, 0, { sql: 'select api.crash()', params: [] });
		const lane = (['intake', 'normal', 'bulk'] as const)[index % 2];
		try {
			const results = await scratch.thread.run(identity, work, lane, { request: { method: 'POST', path } });
			for (const { rows } of [results[0]!, results.at(-1)!]) {
				const { role: ran, id: sub, claims, path: at } = rows[0] as Record<string, unknown>;
				const isOwn =
					ran === role &&
					sub === (role === 'anon' ? null : id) &&
					JSON.stringify(claims) === JSON.stringify(sorted(identity.claims)) &&
					at === path;
				if (!isOwn) crossed += 1;
			}
			if (![null, ''].includes(results[0]!.rows[0]!.left_behind as string | null)) crossed += 1;
		} catch (error) {
			if (!isDoomed || (error as { code?: string }).code !== '22012') throw error;
			failed += 1;
		}
	});
	await Promise.all(outcomes);
	expect({ crossed, failed }).toEqual({ crossed: 0, failed: CALLS / 5 });
});

test('another person does not see a row, and a failed call leaves none', async () => {
	const people = Array.from({ length: 40 }, () => randomUUID());
	const as = (sub: string): Identity => ({ role: 'authenticated', claims: { role: 'authenticated', sub } });
	const insert = (owner: string) => ({ sql: `insert into api.notes values ($1, 'kept')`, params: [owner] });
	const crash = { sql: 'select api.crash()', params: [] };
	await Promise.all(
		people.flatMap((owner, index) => [
			scratch.thread.run(as(owner), [insert(owner)]),
			scratch.thread.run(as(owner), [insert(owner), crash]).catch(() => undefined),
			scratch.thread.run(as(people[(index + 1) % people.length]!), [insert(owner)]).catch(() => undefined)
		])
	);
	const read = { sql: 'select owner::text as owner from api.notes', params: [] };
	const seen = await Promise.all(people.map((owner) => scratch.thread.run(as(owner), [read])));
	expect(seen.map(([result]) => result!.rows)).toEqual(people.map((owner) => [{ owner }]));
});

test('what a call sets for the session is gone before the next', async () => {
	await scratch.thread.run(OWNER, [
		{ sql: `set role authenticated; set kerbside.left_behind = 'something'; set statement_timeout = 1` }
	]);
	const [result] = await scratch.thread.run({ role: 'anon', claims: {} }, [WHO_AM_I]);
	expect(result!.rows[0]).toMatchObject({ role: 'anon', left_behind: '' });
	const [owner] = await scratch.thread.run(OWNER, [WHO_AM_I]);
	expect(owner!.rows[0]!.role).toBe('postgres');
});

test('a read-only call cannot write', async () => {
	const sub = randomUUID();
	const identity: Identity = { role: 'authenticated', claims: { sub } };
	const write = scratch.thread.run(
		identity,
		[{ sql: `insert into api.notes values ($1, 'x')`, params: [sub] }],
		'normal',
		{
			readOnly: true
		}
	);
	await expect(write).rejects.toMatchObject({ code: '25006' });
});

/** jsonb keeps keys by length, then by their bytes. */
function sorted(claims: Record<string, unknown>): Record<string, unknown> {
	const keys = Object.keys(claims).sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
	return Object.fromEntries(keys.map((key) => [key, claims[key]]));
}
