import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anonClient, call, serviceClient, staffClient } from './client.server.ts';
import { memoryLog, ROOT } from './embedded/scratch-database.ts';
import { assertNotExposed } from './exposure.server.ts';
import { getHome, openHome, setHome } from './home.server.ts';
import type { Home } from './home.server.ts';
import { ApiProblem } from './problem.ts';

const STAFF = '00000000-0000-4000-8000-00000000000a';
let dataDir: string;
let home: Home;
const open = () => openHome({ dataDir, demo: false, log: memoryLog(), root: ROOT });
beforeAll(async () => {
	dataDir = await mkdtemp(join(tmpdir(), 'kerbside-home-'));
	// As a first start leaves it that was killed while it made the database.
	await mkdir(join(dataDir, 'database'));
	await writeFile(join(dataDir, 'database/PG_VERSION'), '17');
	await writeFile(join(dataDir, 'database.unfinished'), '');
	home = await open();
}, 120_000);
afterAll(async () => {
	await home?.close();
	await rm(dataDir, { recursive: true, force: true });
});

test('a first start that was killed does not stand in the way of the next', async () => {
	expect(await readdir(dataDir)).not.toContain('database.unfinished');
	expect(await readdir(join(dataDir, 'database'))).toContain('pg_wal');
});

test('a new home answers, is found again, and tells strangers nothing', async () => {
	setHome(home);
	expect(getHome()).toBe(home);
	expect(await call(anonClient(), 'city')).toMatchObject({ has_streets: false });
	expect(await home.health()).toMatchObject({ ok: true, detail: { kind: 'embedded', state: 'open' } });
	await assertNotExposed(home);
});

test('a refusal arrives as a problem with its own word', async () => {
	const asked = call(serviceClient(home), 'follow', { code_hash: '0'.repeat(64), pin_hash: '0'.repeat(64) });
	await expect(asked).rejects.toMatchObject({ status: 404, code: 'not_found' });
	await expect(call(anonClient(home), 'tick')).rejects.toBeInstanceOf(ApiProblem);
});

test('an argument left undefined takes its default, and nothing but reads goes through a read', async () => {
	expect(await call(anonClient(home), 'basemap', { after: undefined })).toMatchObject({ segments: [] });
	await expect(call(serviceClient(home), 'upsert_staff', { staff: {} }, { isRead: true })).rejects.toThrow();
});

test('staff sign in and speak as themselves, also beside one another', async () => {
	await home.createUser({ id: STAFF, login: 'zhang@kerbside.invalid', password: 'kerb stone river lamp' });
	await expect(
		home.createUser({ login: 'zhang@kerbside.invalid', password: 'kerb stone river lamp' })
	).rejects.toMatchObject({ status: 409, code: 'login_taken' });
	const roles = [{ role: 'registrar' }];
	await call(serviceClient(home), 'upsert_staff', {
		staff: { id: STAFF, name: '张三', login: 'zhang', roles }
	});
	const client = anonClient(home);
	const { data } = await client.auth.signInWithPassword({
		email: 'zhang@kerbside.invalid',
		password: 'kerb stone river lamp'
	});
	expect(await call(staffClient(data.session!.access_token, home), 'me')).toMatchObject({ name: '张三' });
	// The client somebody signed in with still speaks as nobody, and so does the next one.
	await expect(call(client, 'me')).rejects.toMatchObject({ status: 401 });
	await expect(call(anonClient(home), 'me')).rejects.toMatchObject({ status: 401 });
});

test('listeners hear of a write, and of no read', async () => {
	let heard = 0;
	const stop = home.onEvent(() => (heard += 1));
	await call(anonClient(home), 'city');
	await call(serviceClient(home), 'tail', { after: 0 });
	expect(heard).toBe(0);
	await call(serviceClient(home), 'upsert_staff', {
		staff: { id: STAFF, name: '张三', roles: [{ role: 'closer' }] }
	});
	expect(heard).toBe(1);
	stop();
});

test('a second start on the same data is refused and told who holds it', async () => {
	await home.announce('http://127.0.0.1:5180');
	await expect(open()).rejects.toThrow(`in use by process ${process.pid}`);
	await expect(open()).rejects.toThrow('serving http://127.0.0.1:5180');
	expect(await home.health()).toMatchObject({ ok: true });
});

test('the secret is on the disk for its owner alone, and the same after a restart', async () => {
	const path = join(dataDir, 'secrets.json');
	expect((await stat(path)).mode & 0o777).toBe(0o600);
	const { secret, anonKey, serviceKey } = home;
	expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ secret: secret.toString('base64') });
	await home.close();
	home = await open();
	expect(home.secret.equals(secret)).toBe(true);
	expect([home.anonKey, home.serviceKey]).toEqual([anonKey, serviceKey]);
	const { data } = await anonClient(home).auth.signInWithPassword({
		email: 'zhang@kerbside.invalid',
		password: 'kerb stone river lamp'
	});
	expect(data.user?.id).toBe(STAFF);
}, 60_000);
