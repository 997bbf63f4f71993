import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DataDirHeld, takeLock } from './lock.ts';
import type { Holder } from './lock.ts';

let directory: string;
let path: string;
beforeEach(async () => {
	directory = await mkdtemp(join(tmpdir(), 'kerbside-lock-'));
	path = join(directory, 'kerbside.lock');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const holder = async () => JSON.parse(await readFile(path, 'utf8')) as Holder;

/** Another process that takes the lock, says how that went, and holds it until told to go. */
function taker(code = '') {
	const script = `
		import { takeLock } from ${JSON.stringify(join(import.meta.dirname, 'lock.ts'))};
		try { await takeLock(${JSON.stringify(directory)}, { address: 'http://127.0.0.1:1' }); console.log('taken'); }
		catch (error) { console.log(error.name + ': ' + error.message); process.exit(0); }
		${code}
		setInterval(() => {}, 1000);`;
	const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
		stdio: ['ignore', 'pipe', 'inherit']
	});
	const said = new Promise<string>((resolve) =>
		child.stdout.once('data', (data: Buffer) => resolve(String(data).trim()))
	);
	const ended = new Promise((resolve) => child.once('exit', resolve));
	return { said, ended, kill: () => (child.kill('SIGKILL'), ended) };
}

test('a second taker is refused and told who holds the directory', async () => {
	const lock = await takeLock(directory);
	await lock.note({ address: 'http://127.0.0.1:5180' });
	const second = takeLock(directory);
	await expect(second).rejects.toBeInstanceOf(DataDirHeld);
	await expect(second).rejects.toThrow(`process ${process.pid}`);
	await expect(second).rejects.toThrow('http://127.0.0.1:5180');
	await lock.release();
	await (await takeLock(directory)).release();
	expect(await readdir(directory)).toEqual([]);
});

test('another process is refused while the first lives, and takes over when it was killed', async () => {
	const first = taker();
	expect(await first.said).toBe('taken');
	await expect(takeLock(directory)).rejects.toBeInstanceOf(DataDirHeld);
	await first.kill();
	const lock = await takeLock(directory);
	expect((await holder()).pid).toBe(process.pid);
	await lock.release();
});

test('of many that find a dead holder at once, one takes over', async () => {
	const dead = taker();
	await dead.said;
	await dead.kill();
	const takers = Array.from({ length: 6 }, () => taker());
	const said = await Promise.all(takers.map((one) => one.said));
	expect(said.filter((line) => line === 'taken')).toHaveLength(1);
	expect(said.filter((line) => line.startsWith('DataDirHeld'))).toHaveLength(5);
	await Promise.all(takers.map((one) => one.kill()));
}, 30_000);

test('within one process too, one of many takes over', async () => {
	for (let round = 0; round < 10; round += 1) {
		await writeFile(
			path,
			JSON.stringify({ ...(await described()), pid: 2 ** 22 + 5, token: crypto.randomUUID() })
		);
		const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => takeLock(directory)));
		const taken = outcomes.filter((outcome) => outcome.status === 'fulfilled');
		expect(taken).toHaveLength(1);
		await taken[0]!.value.release();
	}
});

test('a live process that merely has the dead holder’s number is no holder', async () => {
	await writeFile(
		path,
		JSON.stringify({ ...(await described()), process_started: '1', token: crypto.randomUUID() })
	);
	await (await takeLock(directory)).release();
});

test('a holder before the last boot is dead, one on another machine is alive while it is heard of', async () => {
	const other = { ...(await described()), boot_id: 'another-boot' };
	await writeFile(path, JSON.stringify({ ...other, token: crypto.randomUUID() }));
	await (await takeLock(directory)).release();
	await writeFile(path, JSON.stringify({ ...other, host: 'another-machine', token: crypto.randomUUID() }));
	await expect(takeLock(directory)).rejects.toThrow('another-machine');
});

test('a lock file cut short by a power loss holds nobody up', async () => {
	await writeFile(path, '{"pid": 12');
	await (await takeLock(directory)).release();
});

test('a lock that another took over is not released by the first', async () => {
	const lock = await takeLock(directory);
	await writeFile(path, JSON.stringify({ ...(await holder()), token: crypto.randomUUID() }));
	await lock.release();
	expect((await holder()).pid).toBe(process.pid);
});

async function described(): Promise<Holder> {
	const elsewhere = await mkdtemp(join(tmpdir(), 'kerbside-lock-'));
	const lock = await takeLock(elsewhere);
	const mine = JSON.parse(await readFile(join(elsewhere, 'kerbside.lock'), 'utf8')) as Holder;
	await lock.release();
	await rm(elsewhere, { recursive: true });
	return mine;
}
