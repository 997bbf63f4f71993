import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AnotherSecret, fetchThrough, greet, NobodyListens } from './control-client.ts';
import {
	fingerprintOf,
	MAX_TUNNELLED,
	openControl,
	removeLeftBehind,
	type ControlDoor
} from './control-server.ts';

const url = 'http://home.invalid';
let dataDir: string;
let doors: ControlDoor[];
beforeEach(async () => {
	dataDir = await mkdtemp(join(tmpdir(), 'kerbside-door-'));
	doors = [];
});
afterEach(async () => {
	for (const door of doors) await door.close();
	await rm(dataDir, { recursive: true, force: true });
});

/** A door before something that answers with what it was asked. */
async function openDoor(answer?: (request: Request) => Promise<Response>, directory = dataDir) {
	const echo = async (request: Request) =>
		Response.json({
			method: request.method,
			url: request.url,
			header: request.headers.get('x-test'),
			body: await request.text()
		});
	const hello = { token: 'token', key: fingerprintOf('service') };
	const door = await openControl({ dataDir: directory, url, fetch: answer ?? echo, hello });
	doors.push(door);
	return door;
}

const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

describe('the control socket', () => {
	it('carries method, path, query, headers and body there, and status, headers and body back', async () => {
		const { path } = await openDoor();
		const response = await fetchThrough(path)(`${url}/rest/v1/rpc/a%20b?x=街&y=%2F`, {
			method: 'POST',
			headers: { 'x-test': 'yes' },
			body: '{"名":"街面"}'
		});
		expect(response.status).toBe(200);
		expect(await response.json()).toEqual({
			method: 'POST',
			url: `${url}/rest/v1/rpc/a%20b?x=%E8%A1%97&y=%2F`,
			header: 'yes',
			body: '{"名":"街面"}'
		});
	});

	it('carries answers without a body, refusals and bytes as they are', async () => {
		const bytes = new Uint8Array([0, 255, 10, 13, 0]);
		const { path } = await openDoor(async ({ url: asked }) =>
			asked.endsWith('/none')
				? new Response(null, { status: 204 })
				: asked.endsWith('/no')
					? Response.json({ code: 'PT403' }, { status: 403, headers: { 'retry-after': '2' } })
					: new Response(bytes)
		);
		const ask = fetchThrough(path);
		expect((await ask(`${url}/none`)).status).toBe(204);
		const no = await ask(`${url}/no`);
		expect([no.status, no.headers.get('retry-after'), await no.json()]).toEqual([
			403,
			'2',
			{ code: 'PT403' }
		]);
		expect(new Uint8Array(await (await ask(`${url}/bytes`)).arrayBuffer())).toEqual(bytes);
	});

	it('is its owner’s alone in a directory that everybody may enter', async () => {
		await mkdir(join(dataDir, 'open'), { mode: 0o755 });
		const { path } = await openDoor(undefined, join(dataDir, 'open'));
		expect(await modeOf(path)).toBe(0o600);
		expect(process.umask()).not.toBe(0o177);
	});

	it('replaces a socket that a killed server left, and no other file', async () => {
		const script = `require('node:net').createServer().listen(${JSON.stringify(join(dataDir, 'control.sock'))}, () => console.log('listening'))`;
		const killed = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
		await new Promise((said) => killed.stdout.once('data', said));
		killed.kill('SIGKILL');
		await new Promise((ended) => killed.once('exit', ended));
		expect((await stat(join(dataDir, 'control.sock'))).isSocket()).toBe(true);
		const { path } = await openDoor();
		expect((await fetchThrough(path)(`${url}/x`)).status).toBe(200);

		const elsewhere = join(dataDir, 'elsewhere');
		await mkdir(elsewhere);
		await writeFile(join(elsewhere, 'control.sock'), 'a note of somebody');
		await expect(openDoor(undefined, elsewhere)).rejects.toThrow('is not a socket');
		expect(await readFile(join(elsewhere, 'control.sock'), 'utf8')).toBe('a note of somebody');
	});

	it('is gone after the server has stopped, which waits for the answer under way', async () => {
		const asked = Promise.withResolvers<void>();
		const go = Promise.withResolvers<void>();
		const door = await openDoor(async () => {
			asked.resolve();
			await go.promise;
			return Response.json('done');
		});
		const answer = fetchThrough(door.path)(`${url}/slow`);
		await asked.promise;
		const closed = door.close();
		go.resolve();
		expect(await (await answer).json()).toBe('done');
		await closed;
		expect(await readdir(dataDir)).toEqual([]);
		await expect(fetchThrough(door.path)(`${url}/x`)).rejects.toMatchObject({ code: 'ENOENT' });
	});

	it('lies in a private folder elsewhere when the directory’s path is too long, and leaves no trace there', async () => {
		const deep = join(dataDir, 'd'.repeat(60), 'e'.repeat(60));
		await mkdir(deep, { recursive: true });
		const door = await openDoor(undefined, deep);
		expect(dirname(dirname(door.path))).toBe(tmpdir());
		expect(await modeOf(dirname(door.path))).toBe(0o700);
		expect((await fetchThrough(door.path)(`${url}/x`)).status).toBe(200);
		await door.close();
		await expect(stat(dirname(door.path))).rejects.toMatchObject({ code: 'ENOENT' });
	});

	it('removes what a killed server left elsewhere, and nothing that is not such a folder', async () => {
		const left = await mkdtemp(join(tmpdir(), 'kerbside-control-'));
		await removeLeftBehind(join(left, 'control.sock'));
		await expect(stat(left)).rejects.toMatchObject({ code: 'ENOENT' });
		for (const path of [join(dataDir, 'control.sock'), join(dataDir, 'kerbside-control-abcdef/control.sock')])
			await removeLeftBehind(path);
		expect((await stat(dataDir)).isDirectory()).toBe(true);
	});

	it('refuses a body over its bound and goes on answering', async () => {
		const { path } = await openDoor();
		const large = 'x'.repeat(MAX_TUNNELLED + 1);
		await expect(fetchThrough(path)(`${url}/x`, { method: 'POST', body: large })).rejects.toThrow('exceeds');
		expect((await fetchThrough(path)(`${url}/x`)).status).toBe(200);
	});

	it('answers a fault of what is behind it as a fault, not with silence', async () => {
		const { path } = await openDoor(async () => {
			throw new Error('broken');
		});
		const response = await fetchThrough(path)(`${url}/x`);
		expect([response.status, await response.json()]).toEqual([500, { code: 'XX000', message: 'broken' }]);
	});
});

describe('a command at the socket', () => {
	it('knows the server by its lock and its key', async () => {
		const { path } = await openDoor();
		await greet(path, 'token', 'service', dataDir);
		await expect(greet(path, 'another token', 'service', dataDir)).rejects.toBeInstanceOf(NobodyListens);
		await expect(greet(path, 'token', 'another key', dataDir)).rejects.toBeInstanceOf(AnotherSecret);
	});

	it('finds nobody where nothing listens, something else does, or nobody answers in time', async () => {
		await expect(greet(join(dataDir, 'none.sock'), 'token', 'service', dataDir)).rejects.toBeInstanceOf(
			NobodyListens
		);
		const path = join(dataDir, 'silent.sock');
		const silent = createServer(() => {});
		await new Promise<void>((ready) => silent.listen(path, ready));
		await expect(greet(path, 'token', 'service', dataDir)).rejects.toBeInstanceOf(NobodyListens);
		silent.close();
	});
});
