import { spawn } from 'node:child_process';
import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migratedDataDir } from '#test/support/migrated.ts';
import { anonClient, call, serviceClient } from '../client.server.ts';
import { openHome } from '../home.server.ts';
import type { Home } from '../home.server.ts';
import type { Holder } from './lock.ts';
import { memoryLog, ROOT } from './scratch-database.ts';

const PERSON = '00000000-0000-4000-8000-00000000000c';
let dataDir: string;
let server: Home;
const open = (as?: 'server' | 'command') =>
	openHome({ dataDir, demo: false, as, log: memoryLog(), root: ROOT });
const holder = async () => JSON.parse(await readFile(join(dataDir, 'kerbside.lock'), 'utf8')) as Holder;

beforeAll(async () => {
	dataDir = await migratedDataDir('command');
	server = await open('server');
}, 120_000);
afterAll(async () => {
	await server?.close();
	await rm(dataDir, { recursive: true, force: true });
});

test('a command speaks through the server that holds the data, with the same keys', async () => {
	const command = await open('command');
	expect([command.anonKey, command.serviceKey]).toEqual([server.anonKey, server.serviceKey]);
	expect(await command.health()).toMatchObject({ ok: true, detail: { through: process.pid } });
	expect(await call(anonClient(command), 'city')).toMatchObject({ has_streets: false });

	await command.createUser({ id: PERSON, login: 'chen@kerbside.invalid', password: 'kerb stone river lamp' });
	await call(serviceClient(command), 'upsert_staff', {
		staff: { id: PERSON, name: '陈七', login: 'chen', roles: [{ role: 'closer' }] }
	});
	const { data } = await anonClient(server).auth.signInWithPassword({
		email: 'chen@kerbside.invalid',
		password: 'kerb stone river lamp'
	});
	expect(data.user?.id).toBe(PERSON);
	await command.close();
	expect(await server.health()).toMatchObject({ ok: true });
});

test('through the socket nobody may do more than their key allows', async () => {
	const command = await open('command');
	await expect(call(anonClient(command), 'tick')).rejects.toMatchObject({ status: 401 });
	const response = await command.fetch(`${command.url}/rest/v1/rpc/city`, { method: 'POST', body: '{}' });
	expect(response.status).toBe(401);
});

test('what a command writes is heard by the server’s own listeners', async () => {
	let heard = 0;
	const stop = server.onEvent(() => (heard += 1));
	const command = await open('command');
	await call(serviceClient(command), 'upsert_staff', {
		staff: { id: PERSON, name: '陈七', roles: [{ role: 'closer' }] }
	});
	stop();
	expect(heard).toBe(1);
});

test('while a command writes in bulk, what pages ask goes first', async () => {
	const command = await open('command');
	const done: string[] = [];
	const bulk = Array.from({ length: 20 }, () =>
		call(serviceClient(command), 'verify_log').then(() => done.push('command'))
	);
	// The socket hands them over; from here on both wait in the same queue.
	await bulk[0];
	const pages = Array.from({ length: 5 }, () =>
		call(anonClient(server), 'city').then(() => done.push('page'))
	);
	await Promise.all([...bulk, ...pages]);
	expect(done.lastIndexOf('page')).toBeLessThan(done.lastIndexOf('command'));
});

test('a second server is refused and told who holds the data; its socket is left alone', async () => {
	await expect(open('server')).rejects.toThrow(`in use by process ${process.pid}`);
	const command = await open('command');
	expect(await command.health()).toMatchObject({ ok: true });
});

test('the socket is in the data directory for its owner alone, and gone with the server', async () => {
	const path = join(dataDir, 'control.sock');
	expect((await stat(path)).mode & 0o777).toBe(0o600);
	expect(await holder()).toMatchObject({ is_server: true, control: 'control.sock' });
	await server.close();
	await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' });
	const alone = await open('command');
	expect(await alone.health()).toMatchObject({ ok: true, detail: { state: 'open' } });
	// A command that holds the data answers nobody: the next one is told to come again.
	await expect(open('command')).rejects.toThrow(`in use by process ${process.pid}`);
	await alone.close();
	server = await open('server');
}, 60_000);

test('a command waits for a server that is still starting', async () => {
	await server.close();
	const starting = open('server');
	await expect.poll(() => holder().catch(() => null)).toMatchObject({ is_server: true, control: null });
	const command = await open('command');
	server = await starting;
	expect(await command.health()).toMatchObject({ detail: { through: process.pid } });
}, 60_000);

test('after a server was killed, a command opens the data itself, and the next server replaces its socket', async () => {
	await server.close();
	const script = `
		import { openHome } from ${JSON.stringify(join(ROOT, 'src/lib/database/home.server.ts'))};
		const log = { info() {}, warn() {}, error() {} };
		await openHome({ dataDir: ${JSON.stringify(dataDir)}, demo: false, as: 'server', log, root: ${JSON.stringify(ROOT)} });
		console.log('open');`;
	const killed = spawn(process.execPath, ['--input-type=module', '-e', script], {
		stdio: ['ignore', 'pipe', 'inherit']
	});
	await new Promise((said) => killed.stdout.once('data', said));
	const through = await open('command');
	expect(await through.health()).toMatchObject({ ok: true, detail: { through: killed.pid } });
	killed.kill('SIGKILL');
	await new Promise((ended) => killed.once('exit', ended));
	expect((await stat(join(dataDir, 'control.sock'))).isSocket()).toBe(true);
	expect(await through.health()).toMatchObject({ ok: false });
	// A call under way finds the server gone and says so; it does not hang.
	await expect(call(anonClient(through), 'city')).rejects.toMatchObject({ status: 503, code: 'unreachable' });

	const alone = await open('command');
	expect(await alone.health()).toMatchObject({ detail: { state: 'open' } });
	await alone.close();
	server = await open('server');
	expect(await (await open('command')).health()).toMatchObject({ detail: { through: process.pid } });
}, 120_000);
