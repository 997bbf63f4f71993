import { spawn } from 'node:child_process';
import { appendFile, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ApiProblem } from '../problem.ts';
import { memoryLog } from './scratch-database.ts';
import { IntakeSpool } from './spool.ts';
import type { SpoolRecord } from './spool.ts';

let directory: string;
let log = memoryLog();
beforeEach(async () => {
	directory = await mkdtemp(join(tmpdir(), 'kerbside-spool-'));
	log = memoryLog();
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const open = (more = {}) => IntakeSpool.open({ directory, log, retryAfterMs: [5, 10, 20], ...more });
const record = (id: string, body = {}): SpoolRecord => ({
	id,
	kind: 'report',
	body: { text: `车占道 ${id}`, ...body }
});
const segments = async () => (await readdir(directory)).filter((name) => name.endsWith('.log')).sort();
const until = async (isSo: () => boolean) => {
	for (let tries = 0; !isSo(); tries += 1) {
		if (tries > 400) throw new Error('It did not happen within two seconds.');
		await new Promise((done) => setTimeout(done, 5));
	}
};

/** A spool whose process ended without a word, with these records in it. */
async function leaveBehind(...records: SpoolRecord[]): Promise<void> {
	const spool = await open();
	for (const one of records) await spool.append(one);
	await spool.close();
}

test('a submission answers with the consumer’s outcome', async () => {
	const spool = await open();
	spool.attach(async ({ id }) => ({ number: `R-${id}` }));
	expect(await spool.submit(record('a'), 1_000)).toEqual({ acknowledged: false, outcome: { number: 'R-a' } });
	await spool.close();
	expect(await segments()).toEqual([]); // nothing is left to see to
});

test('a consumer’s refusal is the submitter’s answer and is not kept', async () => {
	const spool = await open();
	spool.attach(async () => Promise.reject(new ApiProblem(422, 'outside_city')));
	await expect(spool.submit(record('a'), 1_000)).rejects.toMatchObject({ status: 422, code: 'outside_city' });
	expect(await spool.refused()).toEqual([]);
	expect(spool.state().pending).toBe(0);
	await spool.close();
});

test('past the deadline a submission is acknowledged, and seen to afterwards', async () => {
	const spool = await open();
	const seen: string[] = [];
	let isDatabaseBack = false;
	spool.attach(async ({ id }) => {
		if (!isDatabaseBack) throw new ApiProblem(503, 'busy');
		seen.push(id);
		return null;
	});
	expect(await spool.submit(record('a'), 30)).toEqual({ acknowledged: true });
	isDatabaseBack = true;
	await until(() => spool.state().pending === 0);
	expect(seen).toEqual(['a']);
	await spool.close();
});

test('a refusal after the acknowledgement is kept for a person', async () => {
	const spool = await open();
	let isDatabaseBack = false;
	spool.attach(async () =>
		Promise.reject(isDatabaseBack ? new ApiProblem(422, 'outside_city') : new ApiProblem(503, 'busy'))
	);
	await spool.submit(record('a'), 20);
	isDatabaseBack = true;
	await until(() => spool.state().pending === 0);
	const [file] = await spool.refused();
	const kept = JSON.parse(await readFile(join(directory, 'refused', file!), 'utf8')) as {
		problem: object;
		record: object;
	};
	expect(kept).toMatchObject({ problem: { status: 422, code: 'outside_city' }, record: record('a') });
	expect(JSON.stringify(log.lines)).not.toContain('车占道');
	await spool.close();
});

test('a record the database cannot digest is set aside and does not stop the others', async () => {
	const spool = await open({ retryAfterMs: [1] });
	spool.attach(async ({ id }) => (id === 'poison' ? Promise.reject(new Error('internal')) : null));
	const poisoned = spool.submit(record('poison'), 5);
	expect(await spool.submit(record('sound'), 1_000)).toMatchObject({ acknowledged: false });
	expect(await poisoned).toEqual({ acknowledged: true });
	await until(() => spool.state().pending === 0);
	expect(await spool.refused()).toEqual(['poison.json']);
	await spool.close();
});

test('what was left behind is offered again, in the order it came', async () => {
	const ids = Array.from({ length: 50 }, (_, index) => `r${index}`);
	await leaveBehind(...ids.map((id) => record(id)));
	const spool = await open();
	expect(spool.state().pending).toBe(50);
	const seen: string[] = [];
	spool.attach(async ({ id }) => (seen.push(id), null));
	await until(() => spool.state().pending === 0);
	expect(seen).toEqual(ids);
	await spool.close();
	const again = await open();
	expect(again.state().pending).toBe(0);
	await again.close();
});

test('a new submission does not wait for the backlog', async () => {
	await leaveBehind(record('old 1'), record('old 2'));
	const spool = await open();
	let release = () => {};
	const held = new Promise<void>((resolve) => (release = resolve));
	spool.attach(async ({ id }) => {
		if (id.startsWith('old')) await held;
		return id;
	});
	expect(await spool.submit(record('new'), 1_000)).toEqual({ acknowledged: false, outcome: 'new' });
	release();
	await until(() => spool.state().pending === 0);
	await spool.close();
});

test.each([
	['half a frame', async (path: string) => appendFile(path, Buffer.from([0, 0, 1, 0, 9, 9, 9, 9, 123, 34]))],
	['a header that promises gigabytes', async (path: string) => appendFile(path, Buffer.alloc(12, 255))],
	['zeros', async (path: string) => appendFile(path, Buffer.alloc(4096))],
	['a last frame cut by one byte', async (path: string) => truncate(path, (await readFile(path)).length - 1)]
])('a torn tail is cut, and what came before it is kept: %s', async (name, tear) => {
	await leaveBehind(record('a'), record('b'), record('c'));
	const [segment] = await segments();
	await tear(join(directory, segment!));
	const spool = await open();
	expect(log.lines.map(({ event }) => event)).toEqual(['spool_tail_cut']);
	await spool.append(record('d')); // goes where the tail was
	await spool.close();
	const again = await open();
	const seen: string[] = [];
	again.attach(async ({ id }) => (seen.push(id), null));
	await until(() => again.state().pending === 0);
	expect(seen).toEqual(name.startsWith('a last') ? ['a', 'b', 'd'] : ['a', 'b', 'c', 'd']);
	await again.close();
});

test('a byte turned on the disk ends the reading there; nothing wrong is ever offered', async () => {
	await leaveBehind(record('a'), record('b'));
	const path = join(directory, (await segments())[0]!);
	const bytes = await readFile(path);
	bytes[bytes.length - 5]! ^= 1;
	await writeFile(path, bytes);
	const spool = await open();
	const seen: unknown[] = [];
	spool.attach(async (one) => (seen.push(one), null));
	await until(() => spool.state().pending === 0);
	expect(seen).toEqual([record('a')]);
	await spool.close();
});

test('sending the same record again while it is pending is sending it once', async () => {
	const spool = await open();
	const seen: string[] = [];
	const both = [spool.submit(record('a'), 1_000), spool.submit(record('a'), 1_000)];
	await until(() => spool.state().pending === 1);
	const third = spool.submit(record('a'), 1_000);
	spool.attach(async ({ id }) => (seen.push(id), 'once'));
	expect(await Promise.all([...both, third])).toEqual(
		Array(3).fill({ acknowledged: false, outcome: 'once' })
	);
	expect(seen).toEqual(['a']);
	await spool.close();
});

test('a record that differs in nothing that counts is the same record, and the first one stands', async () => {
	const spool = await open();
	const seen: unknown[] = [];
	spool.attach(
		async ({ body }) => {
			seen.push((body as { at: number }).at);
			await new Promise((done) => setTimeout(done, 100));
			return 'once';
		},
		({ body }) => (body as { text: string }).text
	);
	const first = spool.submit(record('a', { at: 1 }), 1_000);
	await until(() => spool.isPending('a'));
	expect(await spool.submit(record('a', { at: 2 }), 1_000)).toMatchObject({ outcome: 'once' });
	await expect(first).resolves.toMatchObject({ outcome: 'once' });
	expect(seen).toEqual([1]);
	await spool.close();
});

test('what a former process left counts in the same way', async () => {
	await leaveBehind(record('a', { at: 1 }));
	const spool = await open();
	spool.attach(
		async () => new Promise((done) => setTimeout(done, 100, null)),
		({ body }) => (body as { text: string }).text
	);
	await spool.append(record('a', { at: 2 }));
	await expect(spool.append(record('a', { text: '别的' }))).rejects.toMatchObject({ code: 'id_taken' });
	await spool.close();
});

test('another record under the same id is refused', async () => {
	const spool = await open();
	await spool.append(record('a'));
	await expect(spool.append(record('a', { lng: 1 }))).rejects.toMatchObject({
		status: 409,
		code: 'id_taken'
	});
	await spool.close();
});

test('a full backlog refuses, with the seconds to wait', async () => {
	const spool = await open({ maxBacklog: 3 });
	await Promise.all(['a', 'b', 'c'].map((id) => spool.append(record(id))));
	await expect(spool.submit(record('d'), 10)).rejects.toMatchObject({
		status: 503,
		detail: { retry_after: 10 }
	});
	await spool.close();
});

test('files whose records are done are deleted, and numbers go on', async () => {
	const spool = await open();
	spool.attach(async () => null);
	const bulky = { text: 'x'.repeat(1024 * 1024) };
	for (let index = 0; index < 20; index += 1) await spool.submit(record(`r${index}`, bulky), 5_000);
	expect((await segments()).length).toBeLessThanOrEqual(2);
	await spool.close();
}, 20_000);

test('every acknowledged record survives a kill, whatever was being written', async () => {
	const script = `
		import { IntakeSpool } from ${JSON.stringify(join(import.meta.dirname, 'spool.ts'))};
		const log = { info() {}, warn() {}, error() {} };
		const spool = await IntakeSpool.open({ directory: ${JSON.stringify(directory)}, log });
		for (let n = 0; ; n += 1) {
			await Promise.all(Array.from({ length: 8 }, async (_, i) => {
				const id = n + '-' + i;
				await spool.append({ id, kind: 'report', body: { text: 'x'.repeat(n % 500) } });
				process.stdout.write(id + '\\n');
			}));
		}`;
	const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
		stdio: ['ignore', 'pipe', 'inherit']
	});
	let output = '';
	child.stdout.on('data', (data: Buffer) => {
		output += String(data);
		if (output.length > 4_000) child.kill('SIGKILL');
	});
	await new Promise((resolve) => child.once('close', resolve));
	const acknowledged = output.slice(0, output.lastIndexOf('\n')).split('\n');
	const spool = await open();
	const seen = new Map<string, number>();
	spool.attach(async ({ id }) => (seen.set(id, (seen.get(id) ?? 0) + 1), null));
	await until(() => spool.state().pending === 0);
	expect(acknowledged.length).toBeGreaterThan(100);
	expect(acknowledged.filter((id) => seen.get(id) !== 1)).toEqual([]);
	await spool.close();
}, 30_000);
