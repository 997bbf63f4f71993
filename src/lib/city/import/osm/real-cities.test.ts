import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CityDraft } from '../city-draft.ts';
import { readCityFile } from '../city-file.ts';
import { nothingKnown } from '../known.ts';

// Real extracts are not part of the repository: without them these tests say so and are skipped.
const folder = join(resolve(process.env.KERBSIDE_SHARED_DATA ?? '../shared/data'), 'cities');
const isThere = existsSync(folder);
if (!isThere) console.warn(`Real cities are not read: there is no ${folder}.`);

async function read(name: string): Promise<CityDraft> {
	const bytes = new Uint8Array(await readFile(join(folder, name)));
	return readCityFile({ name, bytes }, {}, nothingKnown());
}
const rowsOf = ({ segments, features, bbox, center, summary, findings, preview }: CityDraft) => ({
	rows: Object.fromEntries([...segments, ...features].map((row) => [row.key, row])),
	bbox,
	center,
	summary,
	findings: findings.map(({ code, count, detail }) => ({ code, count, detail })),
	pictured: preview?.features.length
});

describe.skipIf(!isThere)('a real city', () => {
	test('is the same from XML and from PBF', async () => {
		const [xml, pbf] = [await read('shenzhen-nanshan.osm.gz'), await read('shenzhen-nanshan.osm.pbf')];
		expect(rowsOf(xml)).toEqual(rowsOf(pbf));
		expect(xml.refused).toBe(0);
		expect(xml.segments.length).toBeGreaterThan(1_000);
	});

	test('with gaps says in how many parts it is', async () => {
		const { findings } = await read('shanghai-huangpu.osm.gz');
		expect(findings.find(({ code }) => code === 'parts_not_connected')?.detail).toMatchObject({ parts: 76 });
	});

	test('that is a whole country keeps its streets’ own names', async () => {
		const { segments, features, refused } = await read('liechtenstein.osm.pbf');
		expect(refused).toBe(0);
		expect(segments.some(({ name }) => name === 'Landstrasse')).toBe(true);
		expect(features.filter(({ kind }) => kind === 'building').length).toBeGreaterThan(8_000);
	});

	test('from lines of GeoJSON says that its two districts do not touch', async () => {
		const { findings, refused } = await read('shenzhen-roads.geojson.gz');
		expect(refused).toBe(0);
		const parts = findings.find(({ code }) => code === 'parts_not_connected');
		expect(parts?.detail.largest).toBeLessThan(60);
	});

	test('that is an outline and not streets is refused', async () => {
		const { findings, refused } = await read('gaoyou-county-gcj02.json');
		expect(refused).toBe(1);
		expect(findings).toMatchObject([{ code: 'not_a_line' }]);
	});
});
