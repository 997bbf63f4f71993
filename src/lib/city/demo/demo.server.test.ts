import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, serviceClient, type Client } from '#lib/database/client.server.ts';
import { openHome, type Home } from '#lib/database/home.server.ts';
import { workers } from '#lib/staff/personas.ts';
import { migratedDataDir } from '#test/support/migrated.ts';
import { readCity } from '../city.server.ts';
import { seedHistory } from './history.server.ts';
import { seedDemoCity } from './seed.server.ts';
import { Hands } from './simulation/hands.server.ts';
import { wakeTown } from './switch.server.ts';
import { startTown } from './town.server.ts';

const log = { info: () => {}, warn: () => {}, error: () => {} };
let dataDir: string;
let home: Home;
let client: Client;
const totals = async () => (await call<{ totals: Record<string, number> }>(client, 'wall_figures')).totals;

beforeAll(async () => {
	dataDir = await migratedDataDir('town');
	home = await openHome({ dataDir, demo: false, log });
	client = serviceClient(home);
	await seedDemoCity(home);
}, 180_000);

afterAll(async () => {
	await home?.close();
	await rm(dataDir, { recursive: true, force: true });
});

// In this order: each test finds the town as the one before left it.
test('the demo is drawn once: an invented city with streets, campaign and places to wash a car instead', async () => {
	const before = await readCity(home);
	expect(before).toMatchObject({
		name: '演示水城',
		name_en: 'Demo Canal Town',
		is_demo: true,
		has_streets: true
	});
	await seedDemoCity(home);
	expect(await readCity(home)).toEqual(before);
	const { campaign, facilities } = await call<{
		campaign: { days_left: number; figures: { value: number; is_lower_bound: boolean }[] };
		facilities: { name: string; kind: string; bays: number }[];
	}>(client, 'public_map');
	expect(campaign.days_left).toBeGreaterThanOrEqual(0);
	expect(campaign.figures.map(({ value, is_lower_bound }) => `${value}${is_lower_bound ? '+' : ''}`)).toEqual(
		[...['1000+', '2000+', '3', '5', '11', '126']]
	);
	const washed = facilities.filter(({ kind }) => kind === 'wash_site');
	expect(washed.map(({ name, bays }) => [name, bays])).toEqual([
		['宝塔社区停车场', 25],
		['泰北路计生站东侧', 14]
	]);
});

test('its history comes in whole, and a second time changes nothing', async () => {
	const progress: number[] = [];
	const first = await seedHistory(home, (done) => progress.push(done));
	expect(first).toMatchObject({ changed: 0, unchanged: 0, rejected: [] });
	expect(first.added).toBeGreaterThan(1750);
	expect(progress.at(-1)).toBe(first.added);
	const second = await seedHistory(home);
	expect(second).toMatchObject({ added: 0, changed: 0, unchanged: first.added, rejected: [] });
	expect(await call(client, 'number_differences')).toEqual({ facts: 0, counters: 0 });
}, 180_000);

test('switched on, the town reports and works cases under its own people’s identities; switched off, it rests', async () => {
	await wakeTown(home);
	const before = await totals();
	// As the server starts it: nobody listens to its steps.
	const town = startTown(home, log, { speed: 200 });
	const moved = ['received_today', 'filed_today', 'dispatched_today', 'closed_today'] as const;
	const still = async () => {
		const now = await totals();
		return moved.filter((name) => now[name]! <= before[name]!);
	};
	for (let tries = 0; tries < 120 && (await still()).length > 0; tries += 1) await sleep(500);
	expect(await still()).toEqual([]);

	await call(client, 'set_simulation', { is_on: false });
	// The step that is under way ends; none begins after it.
	await sleep(3_000);
	const resting = await totals();
	await sleep(1_500);
	expect(await totals()).toEqual(resting);
	await town.stop();
}, 180_000);

test('stopped, it writes nothing more, at once', async () => {
	await wakeTown(home);
	const town = startTown(home, log, { speed: 200 });
	await sleep(500);
	const asked = performance.now();
	await town.stop();
	expect(performance.now() - asked).toBeLessThan(5_000);
	const resting = await totals();
	await sleep(1_000);
	expect(await totals()).toEqual(resting);
}, 60_000);

test('an error is logged and does not end the town', async () => {
	const warned: string[] = [];
	let calls = 0;
	const broken: Home = {
		...home,
		fetch: (...args) => ((calls += 1) < 3 ? Promise.reject(new Error('gone')) : home.fetch(...args))
	};
	const steps: unknown[] = [];
	const town = startTown(
		broken,
		{ ...log, warn: (event) => warned.push(event) },
		{ speed: 500, onStep: (step) => steps.push(step) }
	);
	for (let tries = 0; tries < 200 && steps.length === 0; tries += 1) await sleep(50);
	await town.stop();
	expect(warned).toContain('town_step_failed');
	expect(steps.length).toBeGreaterThan(0);
}, 60_000);

test('its people sign in as themselves, each with their one role', async () => {
	const hands = new Hands(home);
	for (const { role, unit, id } of workers.slice(0, 5)) {
		const me = await call<{ id: string; roles: { role: string }[] }>(await hands.of(role, unit), 'me');
		expect(me).toMatchObject({ id, roles: [{ role }] });
	}
}, 60_000);
