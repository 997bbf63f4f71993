import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migratedDataDir } from '#test/support/migrated.ts';
import { call, serviceClient } from '../client.server.ts';
import { openHome } from '../home.server.ts';
import type { Home } from '../home.server.ts';
import { memoryLog, ROOT } from './scratch-database.ts';

let dataDir: string;
let home: Home;
let drawn = 0;
const open = (demo = true) =>
	openHome({
		dataDir,
		demo,
		as: 'server',
		log: memoryLog(),
		root: ROOT,
		afterMigrate: async () => void (drawn += 1)
	});
const reopen = async (demo = true) => {
	await home.close();
	home = await open(demo);
};
beforeAll(async () => {
	dataDir = await migratedDataDir('fill');
	home = await open();
}, 120_000);
afterAll(async () => {
	await home?.close();
	await rm(dataDir, { recursive: true, force: true });
});

test('the demo is drawn before the home is open, and its history waits until it is asked for', () => {
	expect([drawn, home.seeding]).toEqual([1, { done: 0, of: 0 }]);
});

test('says how far it is, and calls are answered meanwhile', async () => {
	const seen: unknown[] = [];
	await expect(
		home.fillDemo(async (filled, onProgress) => {
			onProgress(300, 1500);
			seen.push(filled === home, home.seeding, await call(serviceClient(home), 'city'));
			throw new Error('killed here');
		})
	).rejects.toThrow('killed here');
	expect(seen).toEqual([true, { done: 300, of: 1500 }, expect.objectContaining({ has_streets: false })]);
});

test('what was cut short is begun again by the next start, what is done never again', async () => {
	await reopen();
	expect([drawn, home.seeding]).toEqual([2, { done: 0, of: 0 }]);
	let filled = 0;
	await home.fillDemo(async () => void (filled += 1));
	expect([filled, home.seeding]).toEqual([1, null]);
	await home.fillDemo(async () => void (filled += 1));
	await reopen();
	await home.fillDemo(async () => void (filled += 1));
	expect([drawn, filled, home.seeding]).toEqual([2, 1, null]);
}, 60_000);
