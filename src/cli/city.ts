// `npm run city -- import FILE [--name NAME] [--name-en NAME] [--attribution TEXT] [--datum wgs84|gcj02|bd09] [--partial]`:
// the city's streets from a GeoJSON file of lines. All or nothing; the same file again changes nothing.
import { basename } from 'node:path';
import { importStreets, readCity, setCity } from '#lib/city/city.server.ts';
import { around, extentOf } from '#lib/city/import/extent.ts';
import { readFeatures } from '#lib/city/import/features.ts';
import { datums, isDatum } from '#lib/city/import/positions.ts';
import { segmentsFrom } from '#lib/city/import/streets.ts';
import { hasProblems, printReport, readArguments, readFileOrGiveUp, withHome } from './importing.ts';
import { giveUp } from './opening.ts';

const usage = `用法 / Usage: npm run city -- import FILE [--name 名称] [--name-en NAME] [--attribution 来源] [--datum ${datums.join('|')}] [--partial]
  FILE       GeoJSON (.geojson 或/or .geojson.gz)，LineString：name, kind, oneway, u, v
  --attribution  数据来源，显示在地图上 / whose data it is, shown on every map: '© OpenStreetMap contributors'
  --datum    坐标系，默认 wgs84 / datum of the file, wgs84 unless told
  --partial  文件只是全市的一部分，未列出的路段保留 / the file is a part of the city: keep segments it does not name`;

const { values, positionals } = readArguments(usage, {
	allowPositionals: true,
	options: {
		name: { type: 'string' },
		'name-en': { type: 'string' },
		attribution: { type: 'string' },
		datum: { type: 'string', default: 'wgs84' },
		partial: { type: 'boolean', default: false }
	}
});
const [command, path, ...rest] = positionals;
const datum = values.datum;
if (command !== 'import' || !path || rest.length > 0 || !isDatum(datum)) giveUp(usage);

const { text, sha256 } = await readFileOrGiveUp(path);
const read = readFeatures(text);
const { segments, problems, leftOut } = segmentsFrom(read.features, datum);
if (hasProblems([...read.problems, ...problems])) process.exit();

await withHome(async (home) => {
	const city = await readCity(home);
	if (city.is_demo) {
		throw new Error(
			'这里是演示城市。请换一个空的数据目录（DATA_DIR）并设置 DEMO=off。/ ' +
				'This is the demo city. Use an empty DATA_DIR with DEMO=off.'
		);
	}
	const extent = extentOf(segments.map(({ line }) => line));
	const isFirst = city.bbox === null;
	const fileName = basename(path).replace(/\.geojson(\.gz)?$|\.json(\.gz)?$/i, '');
	await setCity(home, {
		name: values.name ?? (isFirst ? fileName : city.name),
		name_en: values['name-en'] ?? (isFirst ? fileName : city.name_en),
		center: values.partial && city.center ? city.center : extent.center,
		bbox: values.partial && city.bbox ? around(city.bbox, extent.bbox) : extent.bbox,
		time_zone: 'Asia/Shanghai',
		...(values.attribution ? { attribution: values.attribution } : {}),
		is_demo: false
	});
	const source = { source: basename(path), sha256, complete: !values.partial };
	const report = await importStreets(home, source, segments);
	const streets = new Set(segments.flatMap(({ name }) => (name ? [name] : []))).size;
	console.log(`路段 / Segments: ${segments.length}；街道 / streets: ${streets}`);
	if (leftOut > 0) {
		console.log(`略过无名小路 / Unnamed paths and service ways left out: ${leftOut}`);
	}
	printReport(report);
});
