import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openHome, setHome, type Home } from '#lib/database/home.server.ts';
import { tileSet } from '#lib/map/tiles.server.ts';
import { importAreas, importStreets, readCity } from './city.server.ts';
import { demoDistrict } from './demo/district.ts';
import { seedDemoCity } from './demo/seed.server.ts';

const district = demoDistrict();
const source = { source: 'test', sha256: '0'.repeat(64), complete: true };
let dataDir: string;
let home: Home;

beforeAll(async () => {
	dataDir = await mkdtemp(join(tmpdir(), 'kerbside-city-'));
	const log = { info: () => {}, warn: () => {}, error: () => {} };
	home = await openHome({ dataDir, demo: false, log });
	setHome(home);
	await seedDemoCity(home);
}, 180_000);

afterAll(async () => {
	await home?.close();
	await rm(dataDir, { recursive: true, force: true });
});

// In this order: each test finds the city as the one before left it.
test('the demo district is drawn whole, and the city says that it is a demo', async () => {
	const city = await readCity(home);
	expect(city).toMatchObject({ name: '演示市', is_demo: true, has_streets: true, bbox: district.city.bbox });
	const again = await importStreets(home, source, district.segments);
	expect(again).toEqual({ added: 0, changed: 0, unchanged: district.segments.length, gone: 0, rejected: [] });
});

test('the same areas again change nothing, and every polygon of the demo is valid', async () => {
	const again = await importAreas(home, source, district.areas);
	expect(again).toEqual({ added: 0, changed: 0, unchanged: district.areas.length, gone: 0, rejected: [] });
});

test('an unchanged import keeps the basemap’s version, a changed one gives it a new one', async () => {
	const { streets_version: before } = await readCity(home);
	await importStreets(home, source, district.segments);
	expect((await readCity(home)).streets_version).toBe(before);

	const [first, second, ...rest] = district.segments;
	const report = await importStreets(home, source, [{ ...first!, name: '改名路' }, ...rest]);
	expect(report).toMatchObject({ added: 0, changed: 1, unchanged: rest.length, gone: 1 });
	expect(second).toBeDefined();
	expect((await readCity(home)).streets_version).not.toBe(before);
});

test('a segment that was gone comes back as itself', async () => {
	const report = await importStreets(home, source, district.segments);
	expect(report).toMatchObject({ changed: 1, gone: 0, unchanged: district.segments.length - 2 });
	expect(report.added + report.changed).toBe(2);
});

test('tiles are those of the city’s version, and no other version has any', async () => {
	const { streets_version } = await readCity(home);
	const tiles = await tileSet(streets_version);
	expect(tiles?.version).toBe(streets_version);
	// The whole district lies within this tile of zoom 12.
	expect(tiles?.tile(12, 3407, 1652)?.length).toBeGreaterThan(10_000);
	expect(await tileSet('made-up')).toBeNull();
	expect(await tileSet(streets_version)).toBe(tiles);
});
