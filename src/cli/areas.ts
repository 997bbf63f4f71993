// `npm run areas -- import FILE …`, `export FILE`, `from-blocks …`: responsible areas in and out, and drawn from street
// blocks where a city has none. A file is all or nothing; the same file again changes nothing.
import { writeFile } from 'node:fs/promises';
import { areaCollection } from '#lib/areas/area-collection.ts';
import { applyAreas, exportAreas, readAreas } from '#lib/areas/areas.server.ts';
import { dutyAreasFrom } from '#lib/areas/duty-areas.ts';
import { leftOpen } from '#lib/areas/streets-covered.ts';
import { datums, isDatum } from '#lib/city/datum.ts';
import { loadKnown } from '#lib/city/import/known.server.ts';
import { areaKinds, type AreaKind } from '#lib/city/import/shapes.ts';
import { areaColumns, asGeoJson } from '#lib/city/office/geometry-table.ts';
import { serviceClient } from '#lib/database/client.server.ts';
import { openFileOrGiveUp, printDraft, printReport, progress, readArguments, withHome } from './importing.ts';
import { giveUp } from './opening.ts';

const usage = `用法 / Usage:
  npm run areas -- import FILE [--kind KIND] [--name PROPERTY] [--unit PROPERTY] [--datum ${datums.join('|')}]
                          [--name-en PROPERTY] [--key PROPERTY] [--partial] [--skip-faulty] [--dry-run] [--draw FILE.geojson]
  npm run areas -- export FILE.geojson [--kind KIND]
  npm run areas -- from-blocks [--kind duty_grid] [--count N | --target-area 平方公里/km²] [--write FILE.geojson]

  FILE           GeoJSON（.geojson .json，可 .gz）或 zip 压缩的 Shapefile / or a zipped Shapefile
  --kind         ${areaKinds.join(' | ')}
  --name --unit  名称、责任单位所在的属性，不写则自动判断；--unit "" 表示没有 / properties with the name and the unit;
                 proposed from a look at the file unless told; --unit "" for none
  --datum        坐标系 / of the file's coordinates
  --partial      未列出的责任区保留 / keep areas of these kinds that the file does not name
  --skip-faulty  有问题的不导入，其余照常 / leave faulty rows out and import the rest
  --dry-run      只看结果，不写入 / say what would happen and write nothing
  --draw         把责任区、问题、重叠和空隙画成 GeoJSON / draw areas, faults, overlaps and gaps into a file`;

const { values, positionals } = readArguments(usage, {
	allowPositionals: true,
	options: {
		kind: { type: 'string' },
		name: { type: 'string' },
		unit: { type: 'string' },
		'name-en': { type: 'string' },
		key: { type: 'string' },
		datum: { type: 'string' },
		partial: { type: 'boolean', default: false },
		'skip-faulty': { type: 'boolean', default: false },
		'dry-run': { type: 'boolean', default: false },
		draw: { type: 'string' },
		count: { type: 'string' },
		'target-area': { type: 'string' },
		write: { type: 'string' }
	}
});
const [command, path, ...rest] = positionals;
const kind = areaKinds.find((known): known is AreaKind => known === values.kind) ?? null;
if ((values.kind !== undefined && !kind) || rest.length > 0) giveUp(usage);

if (command === 'import' && path) await importFile(path);
else if (command === 'export' && path) await exportFile(path);
else if (command === 'from-blocks' && !path) await drawFromBlocks();
else giveUp(usage);

async function importFile(from: string): Promise<void> {
	const datum = values.datum ?? null;
	if (datum !== null && !isDatum(datum)) giveUp(usage);
	const file = await openFileOrGiveUp(from);
	await withHome(async (home) => {
		const client = serviceClient(home);
		const options = {
			kind,
			name: values.name ?? null,
			unit: values.unit ?? null,
			nameEn: values['name-en'] ?? null,
			key: values.key ?? null,
			datum,
			partial: values.partial
		};
		// A table with the shapes as WKT, as our own export writes it, is read too.
		const draft = await readAreas(await asGeoJson(file, areaColumns), options, await loadKnown(client));
		const isSkipping = values['skip-faulty'] && draft.refused > 0 && draft.areas.length > 0;
		const isFine = await printDraft(isSkipping ? { ...draft, refused: 0 } : draft);
		if (isSkipping)
			console.log(`略过有问题的 ${draft.refused} 个。/ ${draft.refused} faulty rows are left out.`);
		if (values.draw) {
			await writeFile(values.draw, JSON.stringify(draft.preview));
			console.log(`已画入 / drawn into ${values.draw}`);
		}
		if (!isFine || draft.areas.length === 0) return;
		// What the database would refuse is known before anything is written.
		const tried = await applyAreas(client, draft, { dryRun: true });
		const mayWrite = !values['dry-run'] && (tried.rejected.length === 0 || values['skip-faulty']);
		await printReport(
			mayWrite ? await applyAreas(client, draft, { onProgress: progress('写入', 'writing') }) : tried
		);
		if (!mayWrite) console.log('没有写入。/ Nothing was written.');
	});
}

async function exportFile(to: string): Promise<void> {
	await withHome(async (home) => {
		const areas = await exportAreas(serviceClient(home), kind);
		await writeFile(to, JSON.stringify(areas));
		console.log(`责任区 / Areas: ${areas.features.length} → ${to}`);
	});
}

async function drawFromBlocks(): Promise<void> {
	const count = values.count === undefined ? null : Number(values.count);
	const squareKilometres = values['target-area'] === undefined ? null : Number(values['target-area']);
	const isCount = count === null || (Number.isInteger(count) && count >= 1 && count <= 5000);
	const isArea = squareKilometres === null || (squareKilometres > 0 && squareKilometres < 1000);
	if (!isCount || !isArea) giveUp(usage);
	await withHome(async (home) => {
		const { streets } = await loadKnown(serviceClient(home));
		const drawn = dutyAreasFrom(streets, { kind: kind ?? 'duty_grid', count, squareKilometres });
		if (drawn.areas.length === 0) {
			throw new Error(
				'道路没有围成街区，无法划分。/ The streets enclose no blocks, so no areas can be drawn.'
			);
		}
		const kilometres = drawn.areas.map(({ streetMetres }) => streetMetres / 1000);
		console.log(`街区 / Blocks: ${drawn.blocks}；责任区 / areas: ${drawn.areas.length}`);
		console.log(
			`每区道路 / streets in each: ${Math.min(...kilometres).toFixed(1)}–${Math.max(...kilometres).toFixed(1)} km`
		);
		for (const { name, streetMetres, squareMetres } of drawn.areas.slice(0, 20)) {
			console.log(
				`  ${name}  ${(streetMetres / 1000).toFixed(1)} km  ${(squareMetres / 1e6).toFixed(2)} km²`
			);
		}
		const open = leftOpen(streets, drawn.areas);
		if (open && open.metres > 100) {
			const [left, of] = [open.metres, open.of].map((metres) => (metres / 1000).toFixed(1));
			console.log(
				`街区之外的道路 / streets outside all blocks: ${left} km（共 / of ${of} km）。请补画这些责任区。/ Draw areas for them by hand.`
			);
		}
		const file = values.write ?? 'areas-from-blocks.geojson';
		await writeFile(file, JSON.stringify(areaCollection(drawn.areas)));
		console.log(
			`已写入 ${file}。请核对名称，填写 unit（责任单位），再导入：npm run areas -- import ${file}\n` +
				`Written to ${file}. Check the names, fill in "unit", then import: npm run areas -- import ${file}`
		);
	});
}
