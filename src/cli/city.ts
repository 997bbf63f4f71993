// `npm run city -- import FILE …` and `npm run city -- export FILE`: the city's streets, basemap and places from a
// street file, and its streets back into one. All or nothing; the same file again changes nothing.
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { cityOf } from '#lib/city/city.server.ts';
import { datums, isDatum, type Datum } from '#lib/city/datum.ts';
import { streetsAsGeoJson } from '#lib/city/import/city-export.ts';
import { applyCity, readCity } from '#lib/city/import/city-import.ts';
import type { Box } from '#lib/city/import/extent.ts';
import { loadKnown } from '#lib/city/import/known.server.ts';
import { asGeoJson, streetColumns } from '#lib/city/office/geometry-table.ts';
import { serviceClient } from '#lib/database/client.server.ts';
import { openFileOrGiveUp, printDraft, printReport, progress, readArguments, withHome } from './importing.ts';
import { giveUp } from './opening.ts';

const usage = `用法 / Usage:
npm run city -- import FILE [--name 名称] [--name-en NAME] [--datum ${datums.join('|')}] [--bbox W,S,E,N] [--partial] [--dry-run]
                            [--attribution 来源] [--time-zone Asia/Shanghai]
  FILE       .osm、.osm.gz、.osm.pbf；或/or GeoJSON (.geojson, .geojson.gz): LineString, name, kind, oneway, u, v
  --datum    坐标系，默认 wgs84（OSM 数据即是）/ datum of the file; wgs84 unless told, as OSM data is
  --bbox W,S,E,N  只导入此范围（WGS-84 度）/ only streets with their middle in this box, in degrees of WGS-84
  --partial  文件只是全市的一部分，未列出的路段保留 / the file is a part of the city: keep segments it does not name
  --dry-run  只检查，不写入 / say what would happen and write nothing
  --attribution  数据来源，显示在地图上 / whose data it is, shown on every map; of OSM files '© OpenStreetMap contributors'
npm run city -- export FILE.geojson
  全市路段，可原样导回 / all segments; importing the file again changes nothing`;

const { values, positionals } = readArguments(usage, {
	allowPositionals: true,
	options: {
		name: { type: 'string' },
		'name-en': { type: 'string' },
		attribution: { type: 'string' },
		'time-zone': { type: 'string' },
		datum: { type: 'string', default: 'wgs84' },
		bbox: { type: 'string' },
		partial: { type: 'boolean', default: false },
		'dry-run': { type: 'boolean', default: false }
	}
});
const [command, path, ...rest] = positionals;
const { datum, partial } = values;
const isDryRun = values['dry-run'];
if (!path || rest.length > 0 || !isDatum(datum)) giveUp(usage);
const timeZone = values['time-zone'];
if (timeZone !== undefined && !isTimeZone(timeZone)) {
	giveUp(`没有这个时区 / There is no such time zone: ${timeZone} (Asia/Shanghai, Europe/Zurich, …)`);
}

const within = values.bbox === undefined ? undefined : boxOf(values.bbox);
if (within === null) giveUp(`范围应为 / A box is: --bbox 113.90,22.52,113.98,22.58 (west,south,east,north)`);

if (command === 'import') await importCity(path, datum);
else if (command === 'export') await exportCity(path);
else giveUp(usage);

async function importCity(path: string, datum: Datum): Promise<void> {
	const file = await openFileOrGiveUp(path);
	await withHome(async (home) => {
		const client = serviceClient(home);
		const known = await loadKnown(client);
		if (known.city.isDemo) {
			throw new Error(
				'这里是演示城市。请换一个空的数据目录（DATA_DIR）并设置 DEMO=off。/ ' +
					'This is the demo city. Use an empty DATA_DIR with DEMO=off.'
			);
		}
		const started = performance.now();
		// A table with the lines as WKT, as our own export writes it, is read too.
		const draft = await readCity(
			await asGeoJson(file, streetColumns),
			{ datum, ...(within ? { within } : {}) },
			known
		);
		const readIn = performance.now() - started;
		console.log(`${file.name}:`);
		if (!(await printDraft(draft))) return;
		const applied = await applyCity(client, draft, {
			name: values.name,
			nameEn: values['name-en'],
			attribution: values.attribution,
			timeZone,
			partial,
			dryRun: isDryRun,
			onProgress: progress('正在写入', 'Writing')
		});
		if (isDryRun) console.log('预览，没有写入 / Nothing was written; an import would give:');
		await printReport(applied);
		const seconds = (ms: number) => (ms / 1000).toFixed(1);
		const writtenIn = performance.now() - started - readIn;
		console.log(`读取 / read ${seconds(readIn)} s；写入 / written ${seconds(writtenIn)} s`);
	});
}

async function exportCity(path: string): Promise<void> {
	await withHome(async (home) => {
		const client = serviceClient(home);
		const { name } = await cityOf(client);
		// Whole or not at all: a file of the same name is replaced only by a finished one.
		const draft = `${path}.${process.pid}.part`;
		try {
			await pipeline(Readable.from(streetsAsGeoJson(client)), createWriteStream(draft, { flags: 'wx' }));
			await rename(draft, path);
		} catch (error) {
			await rm(draft, { force: true });
			throw error;
		}
		console.log(`已导出“${name}”的街道 / The streets of “${name}” are in ${path}`);
	});
}

function boxOf(text: string): Box | null {
	const box = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
	const [west, south, east, north] = box as Box;
	const isBox = box.length === 4 && box.every(Number.isFinite) && west < east && south < north;
	return isBox ? [west, south, east, north] : null;
}

function isTimeZone(word: string): boolean {
	try {
		return Boolean(new Intl.DateTimeFormat('en', { timeZone: word }));
	} catch {
		return false;
	}
}
