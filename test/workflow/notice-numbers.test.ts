// Two teams issue notices at once, on connections of their own: no number is given twice, and none is missing, whoever
// breaks off in between.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nativeIsMissing } from '#test/permissions/databases.ts';
import { startCluster, type Cluster } from '#test/support/cluster.ts';
import { bootstrap, migrate } from '#test/support/migrations.ts';
import { ROOT } from '#test/support/tools.ts';

if (nativeIsMissing) console.warn(`SKIPPED: notices on two connections (${nativeIsMissing}).`);

const EACH = 30;

describe.skipIf(nativeIsMissing !== null)('notices on two connections', () => {
	let cluster: Cluster;
	let owner: pg.Client;
	let team = '';
	let cases: string[] = [];
	const clients: pg.Client[] = [];

	async function connect(): Promise<pg.Client> {
		const client = new pg.Client({ connectionString: cluster.ownerUrl });
		await client.connect();
		clients.push(client);
		return client;
	}

	beforeAll(async () => {
		cluster = await startCluster({ fsync: false });
		await bootstrap(cluster);
		await migrate(cluster);
		owner = await connect();
		// The district stays: both connections are to see it.
		await owner.query('begin');
		await owner.query(await readFile(join(ROOT, 'supabase/tests/district.psql'), 'utf8'));
		const rows = await owner.query<{ id: string }>(
			"select pg_temp.case_in('handling', 'a', '{\"category\": \"0504\"}') as id from generate_series(1, 2)"
		);
		cases = rows.rows.map(({ id }) => id);
		team = (await owner.query<{ id: string }>("select pg_temp.person('team_a') as id")).rows[0]!.id;
		await owner.query('commit');
	});

	afterAll(async () => {
		for (const client of clients) await client.end();
		await cluster?.close();
	});

	/** In a transaction that the caller ends. */
	async function issue(client: pg.Client, case_id: string): Promise<string> {
		const claims = JSON.stringify({ sub: team, role: 'authenticated', aal: 'aal2' });
		const name = { id: crypto.randomUUID(), kind: 'name', sealed: 'sealed'.repeat(10), key_id: '0000000a' };
		const act = {
			kind: 'letter',
			skip_reason: 'instructed',
			notice: {
				found: '店外摆摊',
				addressee: { ...name, fingerprint: crypto.randomUUID().replaceAll('-', '') }
			}
		};
		await client.query('begin');
		await client.query("select set_config('request.jwt.claims', $1, true)", [claims]);
		await client.query('set local role authenticated');
		const sql = "select api.record_act($1, $2) ->> 'label' as label";
		return (await client.query<{ label: string }>(sql, [case_id, JSON.stringify(act)])).rows[0]!.label;
	}

	it('wait for each other, and what one gives up the next one gets', async () => {
		const [one, other] = [await connect(), await connect()];
		const first = await issue(one, cases[0]!);
		let isDone = false;
		const second = issue(other, cases[1]!).finally(() => (isDone = true));
		await new Promise((resolve) => setTimeout(resolve, 300));
		expect(isDone).toBe(false);
		await one.query('rollback');
		expect(await second).toBe(first);
		await other.query('commit');
	});

	it('count up without a gap, though every third one breaks off', async () => {
		const work = async (case_id: string, breaksAt: number) => {
			const client = await connect();
			for (let n = 0; n < EACH; n += 1) {
				await issue(client, case_id);
				await client.query(n % 3 === breaksAt ? 'rollback' : 'commit');
			}
		};
		await Promise.all([work(cases[0]!, 0), work(cases[1]!, 1)]);
		const { rows } = await owner.query<{ number: number }>(
			"select n.number from app.notices n where n.kind = 'letter' order by n.number"
		);
		const issued = 1 + 2 * ((EACH * 2) / 3);
		expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: issued }, (_, at) => at + 1));
		const { rows: labels } = await owner.query<{ label: string }>(
			"select n.label from app.notices n where n.kind = 'letter' order by n.number desc limit 1"
		);
		expect(labels[0]!.label).toMatch(new RegExp(`〔\\d{4}〕第${String(issued).padStart(4, '0')}号$`));
	});
});
