import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serviceClient, type Client } from '#lib/database/client.server.ts';
import { openHome, setHome, type Home } from '#lib/database/home.server.ts';
import { tileSet } from '#lib/map/tiles.server.ts';
import { osmXml, type OsmWorld } from '#test/support/osm.ts';
import { migratedDataDir } from '#test/support/migrated.ts';
import { cityOf } from './city.server.ts';
import type { CityDraft } from './import/city-draft.ts';
import { streetsAsGeoJson } from './import/city-export.ts';
import { readCityFile } from './import/city-file.ts';
import { applyCity } from './import/city-import.ts';
import { nothingKnown } from './import/known.ts';
import { loadKnown } from './import/known.server.ts';

// A ladder of streets: two long ones and a rung at every node.
const length = 12;
const ladder: OsmWorld = {
	nodes: Array.from({ length: length * 2 }, (_, i) => ({
		id: i + 1,
		lng: 119.4600003 + (i % length) * 0.001,
		lat: 32.79 + Math.floor(i / length) * 0.002
	})),
	ways: [
		...[0, 1].map((side) => ({
			id: side + 1,
			refs: Array.from({ length }, (_, i) => side * length + i + 1),
			tags: { highway: 'primary', name: ['金桥路', '泰北路'][side]!, 'name:en': ['Jinqiao Road', ''][side]! }
		})),
		...Array.from({ length }, (_, i) => ({
			id: 10 + i,
			refs: [i + 1, length + i + 1],
			tags: { highway: 'residential', oneway: i % 2 === 0 ? 'yes' : 'no' } as Record<string, string>
		})),
		{ id: 90, refs: [1, 2, length + 2, length + 1, 1], tags: { natural: 'water', name: '镜湖' } },
		{ id: 91, refs: [3, length + 3], tags: { waterway: 'canal', name: '运河' } }
	]
};
const segments = 2 * (length - 1) + length;
let dataDir: string;
let home: Home;
let client: Client;

const read = (content: string, name = 'ladder.osm', known = nothingKnown()): Promise<CityDraft> =>
	readCityFile({ name, bytes: new TextEncoder().encode(content) }, {}, known);
const draftOf = (world: OsmWorld) => read(osmXml(world));
const version = async () => (await cityOf(client)).streets_version;

beforeAll(async () => {
	dataDir = await migratedDataDir('city');
	const log = { info: () => {}, warn: () => {}, error: () => {} };
	home = await openHome({ dataDir, demo: false, log });
	setHome(home);
	client = serviceClient(home);
}, 180_000);

afterAll(async () => {
	await home?.close();
	await rm(dataDir, { recursive: true, force: true });
});

// In this order: each test finds the city as the one before left it.
test('a dry run says what would come, and nothing is there afterwards', async () => {
	const applied = await applyCity(client, await draftOf(ladder), { dryRun: true });
	expect(applied).toEqual({ added: segments, changed: 0, unchanged: 0, gone: 0, rejected: [] });
	expect(await cityOf(client)).toMatchObject({ bbox: null, has_streets: false });
});

test('a draft with refused rows is not written', async () => {
	const faulty = await read(osmXml(ladder).replace('lat="32.79"', 'lat="NaN"'));
	expect(faulty.refused).toBe(1);
	await expect(applyCity(client, faulty)).rejects.toThrow('1 refused');
	expect((await cityOf(client)).has_streets).toBe(false);
});

test('the first import names the city after its file and says whose data it is', async () => {
	const applied = await applyCity(client, await draftOf(ladder), { nameEn: 'Ladder' });
	expect(applied).toEqual({ added: segments, changed: 0, unchanged: 0, gone: 0, rejected: [] });
	expect(await cityOf(client)).toMatchObject({
		name: 'ladder',
		name_en: 'Ladder',
		is_demo: false,
		has_streets: true,
		attribution: '© OpenStreetMap contributors'
	});
});

test('the same file again changes nothing: no segment, no tile', async () => {
	const before = await version();
	const applied = await applyCity(client, await draftOf(ladder));
	expect(applied).toEqual({ added: 0, changed: 0, unchanged: segments, gone: 0, rejected: [] });
	expect(await version()).toBe(before);
});

test('what was exported reads back in unchanged', async () => {
	let text = '';
	for await (const piece of streetsAsGeoJson(client)) text += piece;
	const draft = await read(text, 'export.geojson');
	expect(draft.segments).toHaveLength(segments);
	const applied = await applyCity(client, draft);
	expect(applied).toEqual({ added: 0, changed: 0, unchanged: segments, gone: 0, rejected: [] });
});

test('a part of the city leaves the rest as it is', async () => {
	const part = await draftOf({ ...ladder, ways: ladder.ways.slice(0, 1) });
	const dry = await applyCity(client, part, { partial: true, dryRun: true });
	const applied = await applyCity(client, part, { partial: true });
	expect(applied).toMatchObject({ gone: 0, rejected: [] });
	expect(dry).toEqual(applied);
	expect((await loadKnown(client)).streets.ids.length).toBeGreaterThanOrEqual(segments);
	await applyCity(client, await draftOf(ladder));
});

test('a dry run of a newer file counts what would be gone, and so does the import', async () => {
	const newer = await draftOf({ ...ladder, ways: ladder.ways.toSpliced(length + 1, 1) });
	const before = await version();
	const dry = await applyCity(client, newer, { dryRun: true });
	expect(await version()).toBe(before);
	const applied = await applyCity(client, newer);
	expect(applied.gone).toBeGreaterThan(0);
	expect(dry).toEqual(applied);
	expect(await version()).not.toBe(before);
});

test('a segment that was gone comes back as itself', async () => {
	const known = await loadKnown(client);
	await applyCity(client, await draftOf(ladder));
	const again = await loadKnown(client);
	expect([...again.streets.ids]).toEqual(expect.arrayContaining([...known.streets.ids]));
	expect(again.streets.ids).toHaveLength(segments);
});

test('the streets of another city are refused', async () => {
	const elsewhere = { ...ladder, nodes: ladder.nodes.map((node) => ({ ...node, lng: node.lng - 5 })) };
	const draft = await read(osmXml(elsewhere), 'other.osm', await loadKnown(client));
	expect(draft.refused).toBe(1);
	expect(draft.findings).toMatchObject([
		{ code: 'another_place', detail: { city: 'ladder', kilometres: 468 } }
	]);
});

test('what is known for readers is packed, named and in place', async () => {
	const { streets, city } = await loadKnown(client);
	expect(city).toMatchObject({ name: 'ladder', hasStreets: true });
	expect(streets.offsets).toHaveLength(segments + 1);
	const named = streets.names.indexOf('金桥路');
	const at = streets.offsets[named]! * 2;
	expect([streets.coords[at], streets.coords[at + 1]]).toEqual([
		expect.closeTo(119.46, 1),
		expect.closeTo(32.79, 2)
	]);
});

test('tiles are those of the city’s version, and no other version has any', async () => {
	const current = await version();
	const tiles = await tileSet(current);
	expect(tiles?.version).toBe(current);
	expect(tiles?.tile(12, 3407, 1652)?.length).toBeGreaterThan(200);
	expect(await tileSet('made-up')).toBeNull();
	expect(await tileSet(current)).toBe(tiles);
});
