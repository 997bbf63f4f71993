// `npm run areas -- import FILE --kind KIND --name PROPERTY --unit PROPERTY [--datum wgs84|gcj02|bd09] [--partial]`:
// responsible areas from a GeoJSON file of polygons. All or nothing; the same file again changes nothing.
import { basename } from 'node:path';
import { importAreas, readCity } from '#lib/city/city.server.ts';
import { areasFrom } from '#lib/city/import/areas.ts';
import { readFeatures } from '#lib/city/import/features.ts';
import { datums, isDatum } from '#lib/city/import/positions.ts';
import { areaKinds, type AreaKind } from '#lib/city/import/shapes.ts';
import { hasProblems, printReport, readArguments, readFileOrGiveUp, withHome } from './importing.ts';
import { giveUp } from './opening.ts';

const usage = `用法 / Usage: npm run areas -- import FILE --kind KIND [--name PROPERTY] [--unit PROPERTY] [--datum ${datums.join('|')}] [--partial]
  FILE       GeoJSON (.geojson 或/or .geojson.gz)，Polygon / MultiPolygon
  --kind     ${areaKinds.join(' | ')}
  --name     名称所在的属性，默认 name / property that holds the name
  --unit     责任单位所在的属性 / property that holds the unit's name
  --partial  未列出的责任区保留 / keep areas of this kind that the file does not name`;

const { values, positionals } = readArguments(usage, {
	allowPositionals: true,
	options: {
		kind: { type: 'string' },
		name: { type: 'string', default: 'name' },
		unit: { type: 'string' },
		datum: { type: 'string', default: 'wgs84' },
		partial: { type: 'boolean', default: false }
	}
});
const [command, path, ...rest] = positionals;
const datum = values.datum;
const kind = areaKinds.find((known): known is AreaKind => known === values.kind);
if (command !== 'import' || !path || rest.length > 0 || !kind || !isDatum(datum)) giveUp(usage);

const { text, sha256 } = await readFileOrGiveUp(path);
const read = readFeatures(text);

await withHome(async (home) => {
	const city = await readCity(home);
	const plan = {
		kind,
		nameProperty: values.name,
		unitProperty: values.unit ?? null,
		datum,
		city: city.has_streets ? city.bbox : null
	};
	const { areas, problems } = areasFrom(read.features, plan);
	if (hasProblems([...read.problems, ...problems])) return;
	const source = { source: basename(path), sha256, complete: !values.partial };
	const report = await importAreas(home, source, areas);
	const units = new Set(areas.flatMap(({ unit }) => (unit ? [unit] : []))).size;
	console.log(`责任区 / Areas: ${areas.length}；责任单位 / units: ${units}`);
	printReport(report);
});
