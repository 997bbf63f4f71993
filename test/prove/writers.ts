// Sixteen writers beside two transactions that stay open: no event missed, doubled or out of order, no deadlock (native).
//
//   npm run prove writers                      2,560 events
//   npm run prove writers -- --size 10000      more of them

import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mkdtemp, rm } from 'node:fs/promises';
import pg from 'pg';
import { call, serviceClient } from '#lib/database/client.server.ts';
import { SqlError, type Identity } from '#lib/database/embedded/executor.ts';
import { openHome, type Home } from '#lib/database/home.server.ts';
import { pick, sleep, until } from '#test/support/figures.ts';
import { faultsOfLog } from '#test/support/log-faults.ts';
import { startNative, type NativeHome } from '#test/support/native.ts';
import { openPgExecutor, type PgExecutor } from '#test/support/pg-executor.ts';
import { Phone } from '#test/support/phone.ts';
import { conclude, mulberry32, readProof, skipProof } from '#test/support/proof.ts';
import { drawCity, quiet, whyNoNative, type Job, type Person } from '#test/support/site.ts';
import { ROOT } from '#test/support/tools.ts';

const WRITERS = 16;
const LIMIT_MS = 15 * 60_000;
/** Work crowds into a few places, so that reports merge and several people reach for one case. */
const PLACES = 12;

type Seen = { position: number; kind: string; report_id: string | null; case_id: string | null };

const missing = whyNoNative();
if (missing) skipProof(missing);
const proof = readProof();
const wanted = proof.size(320, 2560);
async function prove(home: Home, people: Record<Job, Person>): Promise<void> {
	const startedAt = performance.now();
	const tailer = follow(home);
	await proveBeside(home, people, tailer, startedAt).finally(() => tailer.stop());
}

async function proveBeside(
	home: Home,
	people: Record<Job, Person>,
	tailer: ReturnType<typeof follow>,
	startedAt: number
): Promise<void> {
	const idle = await openIdle(native);
	const writing = await openWriting(native);
	const work = new Work(executor, people, await Phone.at(native.url, proof.seed));
	const headOf = async () => Number((await one(`select position from app.event_head`)).position);

	let isOver = false;
	const writers = Promise.all(
		Array.from({ length: WRITERS }, async (_, number) => {
			const chance = mulberry32(proof.seed * 31 + number);
			while (!isOver) await work.doSomething(chance);
		})
	);
	const enough = until(`${wanted} events`, LIMIT_MS, async () => (await headOf()) >= wanted);
	await Promise.race([enough, writers]).finally(() => (isOver = true));
	await writers;
	const inSeconds = (performance.now() - startedAt) / 1000;

	// Both transactions are still open: whoever waits for them to end has stopped short of the head.
	const head = await headOf();
	const seenBeside = await until('The reader is at the head', 60_000, () => tailer.position >= head).then(
		() => tailer.seen.length,
		() => tailer.seen.length
	);
	await writing.query('commit');
	await idle.query('commit');
	await Promise.all([writing.end(), idle.end()]);
	const last = await headOf();
	await until('The late writer is seen', 60_000, () => tailer.position >= last).catch(() => undefined);
	await tailer.stop();

	const faults = [...work.faults, ...faultsOfReading(tailer.seen, await logged())];
	if (seenBeside !== head)
		faults.push(`beside the open transactions ${seenBeside} of ${head} events were seen`);
	if (last <= head) faults.push('the transaction that was open all along logged nothing');
	faults.push(...(await faultsOfLog((name) => call(serviceClient(home), name))));
	for (const fault of faults.slice(0, 20)) console.log(`  ${fault}`);
	conclude(
		'every event was read once and in order, beside transactions open all along',
		{
			writers: WRITERS,
			events: last,
			'read beside open work': seenBeside,
			'calls made': work.made,
			'calls refused': work.refused,
			'events per second': Math.round(head / inSeconds),
			seconds: Math.round(inSeconds),
			faults: faults.length
		},
		faults.length === 0 && last >= wanted && work.refused > 0
	);
}

/** What sixteen people do all at once, as often as not to the same report or case. */
class Work {
	readonly faults: string[] = [];
	made = 0;
	refused = 0;
	readonly #executor: PgExecutor;
	readonly #people: Record<Job, Person>;
	readonly #phone: Phone;
	readonly #places: [number, number][];
	readonly #reports: string[] = [];
	readonly #cases: string[] = [];

	constructor(executor: PgExecutor, people: Record<Job, Person>, phone: Phone) {
		this.#executor = executor;
		this.#people = people;
		this.#phone = phone;
		this.#places = Array.from({ length: PLACES }, () => {
			const { lng, lat } = phone.writeReport([]);
			return [lng, lat];
		});
	}

	async doSomething(chance: () => number): Promise<void> {
		const dice = chance();
		if (this.#reports.length < 5 || dice < 0.3) await this.#submit(chance);
		else if (this.#cases.length < 3 || dice < 0.55) await this.#decide(chance);
		else if (dice < 0.98) await this.#move(chance);
		else
			await this.#ask({ role: 'service_role', claims: { role: 'service_role' } }, 'api.tick()', [], chance);
	}

	async #submit(chance: () => number): Promise<void> {
		const [lng, lat] = pick(chance, this.#places);
		const photo = this.#phone.takePhoto();
		const report = { ...this.#phone.writeReport([photo]), lng, lat, source: 'citizen' };
		const call = 'api.submit_report($1::jsonb, null, null, $2)';
		const identity: Identity = { role: 'service_role', claims: { role: 'service_role' } };
		const done = await this.#ask(identity, call, [JSON.stringify(report), photo.sha256], chance);
		if (done) this.#reports.push(report.id);
	}

	async #decide(chance: () => number): Promise<void> {
		const decision = pick(chance, ['file', 'file', 'file', 'merge', 'verify', 'decline']);
		const caseId = decision === 'merge' && this.#cases.length > 0 ? pick(chance, this.#cases) : null;
		const reason =
			decision === 'decline' ? 'nonsense' : decision === 'file' ? 'permitted_line_crossed' : null;
		const call = 'api.decide_report($1, $2, $3, null, $4, null, null, $5)';
		const args = [pick(chance, this.#latest(this.#reports)), decision, caseId, reason, randomUUID()];
		const done = await this.#ask(this.#as('registrar'), call, args, chance);
		const opened = done?.case_id as string | null | undefined;
		if (opened && !this.#cases.includes(opened)) this.#cases.push(opened);
	}

	async #move(chance: () => number): Promise<void> {
		const [job, move, reason, details, note] = pick(chance, [
			['dispatcher', 'dispatch', null, {}, null],
			['dispatcher', 'dispatch', null, {}, null],
			['team', 'begin', null, {}, null],
			['team', 'finish', null, {}, null],
			// Nobody asked: refused, whoever tries.
			['dispatcher', 'hand_back', null, {}, null],
			['inspector', 'return', 'not_fixed', {}, null],
			['closer', 'close', null, { without_proof: true }, '现场核实']
		] as const);
		const args = [
			pick(chance, this.#latest(this.#cases)),
			move,
			JSON.stringify(details),
			reason,
			note,
			randomUUID()
		];
		await this.#ask(this.#as(job), 'api.move_case($1, $2, null, $3::jsonb, $4, $5, null, $6)', args, chance);
	}

	/** The newest few, so that writers meet. */
	#latest(ids: string[]): string[] {
		return ids.slice(-24);
	}

	#as(job: Job): Identity {
		return { role: 'authenticated', claims: { role: 'authenticated', sub: this.#people[job].id } };
	}

	/** Some transactions dawdle between their work and their commit, so that commits come in another order than inserts. */
	async #ask(identity: Identity, sql: string, params: unknown[], chance: () => number) {
		this.made += 1;
		const pause = chance() < 0.3 ? 0.03 * chance() : 0;
		try {
			const [result] = await this.#executor.run(identity, [
				{ sql: `select ${sql} as answer`, params },
				{ sql: 'select pg_sleep($1)', params: [pause] }
			]);
			return result!.rows[0]!.answer as Record<string, unknown>;
		} catch (error) {
			const code = error instanceof SqlError ? error.code : null;
			if (!code?.startsWith('PT4')) this.faults.push(`${sql}: ${code} ${(error as Error).message}`);
			this.refused += 1;
			return null;
		}
	}
}

/** Reads the log as a web process does: page after page, from the last position it has seen, through PostgREST. */
function follow(home: Home) {
	const client = serviceClient(home);
	const seen: Seen[] = [];
	let isStopped = false;
	const state = {
		seen,
		position: 0,
		async stop() {
			isStopped = true;
			await reading;
		}
	};
	const reading = read();
	reading.catch(() => (isStopped = true)); // told by stop()
	return state;

	async function read(): Promise<void> {
		while (!isStopped) {
			const { events } = await call<{ events: Seen[] }>(client, 'tail', {
				after: state.position,
				max_rows: 100
			});
			seen.push(...events);
			state.position = events.at(-1)?.position ?? state.position;
			if (events.length === 0) await sleep(5);
		}
	}
}

async function connect(connectionString: string): Promise<pg.Client> {
	const client = new pg.Client({ connectionString });
	// A proof that fails ends the server before it comes to ending this.
	client.on('error', () => undefined);
	await client.connect();
	return client;
}

async function openIdle({ cluster }: NativeHome): Promise<pg.Client> {
	const client = await connect(cluster.adminUrl);
	await client.query('begin isolation level repeatable read');
	await client.query('select count(*) from app.event_log');
	return client;
}

/** Has written, and goes on living before it commits. */
async function openWriting({ cluster, url }: NativeHome): Promise<pg.Client> {
	const client = await connect(cluster.adminUrl);
	const report = { ...(await Phone.at(url, proof.seed + 1)).writeReport([]), source: 'citizen' };
	await client.query('begin');
	await client.query('set local role service_role');
	await client.query(`select api.submit_report($1::jsonb, null, null, $2)`, [
		JSON.stringify(report),
		'a'.repeat(64)
	]);
	return client;
}

async function one(sql: string): Promise<Record<string, unknown>> {
	const [result] = await executor.run({ role: 'postgres', claims: {} }, [{ sql, params: [] }]);
	return result!.rows[0]!;
}

async function logged(): Promise<Seen[]> {
	const { log } =
		await one(`select jsonb_agg(jsonb_build_object('position', c.position, 'kind', e.kind, 'report_id', e.report_id,
		'case_id', e.case_id) order by c.position) as log from app.event_chain c join app.event_log e on e.id = c.event_id`);
	return log as Seen[];
}

function faultsOfReading(seen: readonly Seen[], log: readonly Seen[]): string[] {
	const faults: string[] = [];
	seen.forEach(({ position }, index) => {
		if (position !== index + 1) faults.push(`event ${index + 1} that was read has position ${position}`);
	});
	if (seen.length !== log.length)
		faults.push(`${seen.length} events were read, ${log.length} are in the log`);
	log.forEach(({ position, kind, report_id, case_id }, index) => {
		const read = seen[index];
		// A report's event tells of its case too, once it has one.
		const isSame =
			read?.kind === kind && read.report_id === report_id && (read.case_id === case_id || !case_id);
		if (position !== index + 1 || !isSame) faults.push(`position ${position} was read as something else`);
	});
	return faults;
}

const scratch = await mkdtemp(join(tmpdir(), 'kerbside-writers-'));
const native = await startNative();
const executor = openPgExecutor(native.cluster.adminUrl, WRITERS + 2);
try {
	const { url: supabaseUrl, anonKey, serviceKey } = native;
	const home = await openHome({
		dataDir: scratch,
		demo: false,
		root: ROOT,
		log: quiet,
		supabaseUrl,
		anonKey,
		serviceKey
	});
	await prove(home, await drawCity(home));
	await home.close();
} finally {
	await executor.close();
	await native.close();
	await rm(scratch, { recursive: true, force: true });
}
