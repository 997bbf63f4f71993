import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nothingKnown } from '#lib/city/import/known.ts';
import { serviceClient, type Client } from '#lib/database/client.server.ts';
import { openHome, setHome, type Home } from '#lib/database/home.server.ts';
import { migratedDataDir } from '#test/support/migrated.ts';
import { readAreaFile } from './area-file.ts';
import { applyAreas, exportAreas } from './areas.server.ts';

let dataDir: string;
let home: Home;
let client: Client;

const square = (west: number) => [
	[west, 32.79],
	[west + 0.01, 32.79],
	[west + 0.01, 32.8],
	[west, 32.8],
	[west, 32.79]
];
const area = (id: number, kind: string, more: object = {}) => ({
	type: 'Feature',
	properties: { id, kind, name: `责任区 ${id}`, unit: '一中队', ...more },
	geometry: { type: 'Polygon', coordinates: [square(119.4 + id / 100)] }
});
const draftOf = (content: unknown, options: object = {}) =>
	readAreaFile(
		{ name: 'areas.geojson', bytes: new TextEncoder().encode(JSON.stringify(content)) },
		{ datum: 'wgs84', ...options },
		nothingKnown()
	);
const first = [area(1, 'duty_grid'), area(2, 'duty_grid', { name_en: 'Two', unit: null }), area(3, 'market')];
const nothing = { added: 0, changed: 0, unchanged: 0, gone: 0, rejected: [] };

beforeAll(async () => {
	dataDir = await migratedDataDir('areas');
	const log = { info: () => {}, warn: () => {}, error: () => {} };
	home = await openHome({ dataDir, demo: false, log });
	setHome(home);
	client = serviceClient(home);
}, 180_000);

afterAll(async () => {
	await home?.close();
	await rm(dataDir, { recursive: true, force: true });
});

test('a dry run says what would happen and writes nothing', async () => {
	expect(await applyAreas(client, draftOf(first), { dryRun: true })).toEqual({ ...nothing, added: 3 });
	expect((await exportAreas(client)).features).toEqual([]);
});

test('areas are written, with progress, and the same file again changes nothing', async () => {
	const steps: number[] = [];
	const draft = draftOf(first);
	const applied = await applyAreas(client, draft, { onProgress: (done) => steps.push(done) });
	expect(applied).toEqual({ ...nothing, added: 3 });
	expect(steps.at(-1)).toBe(3);
	expect(await applyAreas(client, draft)).toEqual({ ...nothing, unchanged: 3 });
});

test('what is exported reads back in unchanged: kinds, keys, units and English names', async () => {
	const exported = await exportAreas(client);
	expect(exported.features.map(({ properties }) => properties)).toEqual([
		{ key: 'duty_grid:1', kind: 'duty_grid', name: '责任区 1', name_en: null, unit: '一中队', unit_en: null },
		{ key: 'duty_grid:2', kind: 'duty_grid', name: '责任区 2', name_en: 'Two', unit: null, unit_en: null },
		{ key: 'market:3', kind: 'market', name: '责任区 3', name_en: null, unit: '一中队', unit_en: null }
	]);
	expect(await applyAreas(client, draftOf(exported))).toEqual({ ...nothing, unchanged: 3 });
});

test('a part leaves the others; a complete file lets go what it does not name, of its kinds alone', async () => {
	const moved = [area(1, 'duty_grid', { unit: '二中队' })];
	expect(await applyAreas(client, draftOf(moved, { partial: true }))).toEqual({ ...nothing, changed: 1 });
	const tried = await applyAreas(client, draftOf(moved), { dryRun: true });
	expect(tried).toEqual({ ...nothing, unchanged: 1, gone: 1 });
	expect(await applyAreas(client, draftOf(moved))).toEqual(tried);
	const left = (await exportAreas(client)).features.map(({ properties }) => properties!.key);
	expect(left).toEqual(['duty_grid:1', 'market:3']);
});

test('the export may be of one kind', async () => {
	expect((await exportAreas(client, 'market')).features).toHaveLength(1);
});

test(
	'more areas than fit into one call are written in several, as one import',
	{ timeout: 30_000 },
	async () => {
		const many = Array.from({ length: 600 }, (_, i) => area(i + 10, 'unit_grid'));
		const batches: number[] = [];
		const applied = await applyAreas(client, draftOf(many), { onProgress: (done) => batches.push(done) });
		expect(applied).toEqual({ ...nothing, added: 600 });
		expect(batches).toEqual([250, 500, 600]);
		expect(await applyAreas(client, draftOf(many.slice(1)))).toEqual({ ...nothing, unchanged: 599, gone: 1 });
	}
);
