import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCityFile } from '#lib/city/import/city-file.ts';
import { applyCity } from '#lib/city/import/city-import.ts';
import { nothingKnown } from '#lib/city/import/known.ts';
import { loadKnown } from '#lib/city/import/known.server.ts';
import { writeTable, type TableRecord } from '#lib/city/tables/write-table.ts';
import { serviceClient, type Client } from '#lib/database/client.server.ts';
import { openHome, type Home } from '#lib/database/home.server.ts';
import { migratedDataDir } from '#test/support/migrated.ts';
import { applyHistory, exportCases, exportColumns } from './history.server.ts';
import type { HistoryDraft } from './history.ts';
import { readHistory } from './read-history.ts';
import { onStreet } from './small-city.fixture.ts';

const count = 60;
let dataDir: string;
let home: Home;
let client: Client;

beforeAll(async () => {
	dataDir = await migratedDataDir('history');
	home = await openHome({ dataDir, demo: false, log: { info: () => {}, warn: () => {}, error: () => {} } });
	client = serviceClient(home);
	const features = Array.from({ length: 5 }, (_, i) => ({
		type: 'Feature',
		properties: { key: `s${i}`, name: `第${i + 1}街`, kind: 'residential' },
		geometry: { type: 'LineString', coordinates: [onStreet(i, 0), onStreet(i, 4)] }
	}));
	const bytes = new TextEncoder().encode(JSON.stringify({ type: 'FeatureCollection', features }));
	await applyCity(client, await readCityFile({ name: 'streets.geojson', bytes }, {}, nothingKnown()), {
		name: '小城'
	});
}, 180_000);

afterAll(async () => {
	await home?.close();
	await rm(dataDir, { recursive: true, force: true });
});

/** Cases of two months, a third of them open; `changed` says what else is in some of them. */
async function draftOf(changed: Record<number, Record<string, string>> = {}): Promise<HistoryDraft> {
	const rows = Array.from({ length: count }, (_, i) => {
		const [lng, lat] = onStreet(i % 5, (i % 37) / 10);
		const day = String(1 + (i % 28)).padStart(2, '0');
		const isOpen = i % 3 === 0;
		return [
			['编号', `甲${i}`],
			['上报时间', `2026-0${1 + (i % 2)}-${day} 09:${String(i % 60).padStart(2, '0')}`],
			['截止时间', `2026-0${1 + (i % 2)}-${day} 17:30`],
			['结案时间', isOpen ? '' : `2026-03-${day} 10:00`],
			['状态', isOpen ? '待处置' : '已结案'],
			['类别', ['占道洗车', '店外经营'][i % 2]!],
			['责任单位', ['城关中队', '河东中队'][i % 2]!],
			['经度', String(lng)],
			['纬度', String(lat)]
		].map(([name, value]): [string, string] => [name!, changed[i]?.[name!] ?? value!]);
	});
	const table = [rows[0]!.map(([name]) => name), ...rows.map((row) => row.map(([, value]) => value))];
	const bytes = new TextEncoder().encode(table.map((cells) => cells.join(',')).join('\n'));
	return readHistory({ name: '台账.csv', bytes }, {}, await loadKnown(client));
}

async function exported(): Promise<TableRecord[]> {
	const rows: TableRecord[] = [];
	for await (const row of exportCases(client)) rows.push(row);
	return rows;
}

test('a dry run says what would happen and writes nothing', async () => {
	const applied = await applyHistory(client, await draftOf(), { dryRun: true });
	expect(applied).toMatchObject({ added: count, changed: 0, unchanged: 0, rejected: [] });
	expect(await exported()).toEqual([]);
});

test('history comes in with its units, streets and times', async () => {
	const seen: number[] = [];
	const applied = await applyHistory(client, await draftOf(), { onProgress: (done) => seen.push(done) });
	expect(applied).toMatchObject({ added: count, unchanged: 0, kept: 0, notSnapped: 0, rejected: [] });
	expect(seen.at(-1)).toBe(count);
	const rows = await exported();
	expect(rows.length).toBe(count);
	expect(new Set(rows.map(({ unit }) => unit))).toEqual(new Set(['城关中队', '河东中队']));
	expect(rows.filter(({ status }) => status === 'closed').length).toBe(40);
	expect(rows.every(({ street }) => /^第\d街$/.test(String(street)))).toBe(true);
});

test('the same file again changes nothing', async () => {
	expect(await applyHistory(client, await draftOf())).toMatchObject({
		added: 0,
		changed: 0,
		unchanged: count
	});
});

test('a case that was closed since is brought up to date', async () => {
	const closed = { 状态: '已结案', 结案时间: '2026-04-01 10:00' };
	expect(await applyHistory(client, await draftOf({ 0: closed }))).toMatchObject({
		changed: 1,
		unchanged: count - 1
	});
	const rows = await exported();
	expect(rows.filter(({ status }) => status === 'closed').length).toBe(41);
});

test.each(['csv', 'xlsx', 'geojson'] as const)(
	'an export as %s reads back in and changes nothing',
	async (format) => {
		const before = await exported();
		const bytes = writeTable(format, exportColumns, before);
		const draft = await readHistory({ name: `cases.${format}`, bytes }, {}, await loadKnown(client));
		expect([draft.refused, draft.rows, draft.newUnits]).toEqual([0, count, []]);
		expect(await applyHistory(client, draft)).toMatchObject({
			added: 0,
			changed: 0,
			unchanged: count,
			rejected: []
		});
		expect(await exported()).toEqual(before);
	}
);
