import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migratedDataDir } from '#test/support/migrated.ts';
import { openHome, type Home } from './home.server.ts';
import { openAccount } from './open-account.server.ts';
import { ApiProblem } from './problem.ts';

let dataDir: string;
let home: Home;
beforeAll(async () => {
	dataDir = await migratedDataDir('account');
	home = await openHome({ dataDir, demo: false, log: { info() {}, warn() {}, error() {} } });
}, 120_000);
afterAll(async () => {
	await home?.close();
	await rm(dataDir, { recursive: true, force: true });
});

const account = { email: 'someone@example.com', password: 'a password nobody reads 1', mayReplace: true };

test('a refused entry leaves the login free', async () => {
	const refuse = () => Promise.reject(new ApiProblem(422, 'bad_staff'));
	await expect(openAccount(home, account, refuse)).rejects.toMatchObject({ code: 'bad_staff' });
	let entered = '';
	await openAccount(home, account, async (id) => void (entered = id));
	expect(entered).toMatch(/^[0-9a-f-]{36}$/);
});

test('an account left by a break-off is replaced by one that its owner can open', async () => {
	const email = 'left@example.com';
	const left = await home.createUser({ login: email, password: 'nobody knows this one 1' });
	let entered = '';
	await openAccount(home, { ...account, email }, async (id) => void (entered = id));
	expect(entered).not.toBe(left.id);
	const response = await home.fetch(`${home.url}/auth/v1/token?grant_type=password`, {
		method: 'POST',
		headers: { apikey: home.anonKey, 'content-type': 'application/json' },
		body: JSON.stringify({ email, password: account.password })
	});
	expect(response.status).toBe(200);
});

test('somebody else’s account is left alone', async () => {
	const email = 'other@example.com';
	await home.createUser({ login: email, password: 'nobody knows this one 2' });
	const taking = openAccount(home, { ...account, email, mayReplace: false }, () => Promise.resolve());
	await expect(taking).rejects.toMatchObject({ status: 409 });
});
