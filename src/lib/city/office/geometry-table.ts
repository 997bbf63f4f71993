// Lines and areas in tables: their shape is one column of well-known text (WKT), which every map program reads.
import type { LineString, MultiPolygon, Polygon } from 'geojson';
import type { ImportFile } from '#lib/city/import/importer.ts';
import { refuseFile } from '#lib/city/import/refused-file.ts';
import { readSheet, type Column, type SheetOptions } from './sheet.ts';

type Shape = LineString | Polygon | MultiPolygon;
type Position = [number, number];

const geometry: Column = {
	field: 'geometry',
	zh: '几何',
	also: ['wkt', 'geom', '图形', '空间范围', 'the_geom'],
	isNeeded: true
};

export const streetColumns: readonly Column[] = [
	{ field: 'key', zh: '编号', also: ['id', '路段编号'] },
	{ field: 'street_key', zh: '街道编号' },
	{ field: 'name', zh: '名称', also: ['街道', '道路名称', '路名'] },
	{ field: 'name_en', zh: '英文名称', also: ['英文名'] },
	{ field: 'class', zh: '等级', also: ['道路等级', 'kind', 'highway'] },
	{ field: 'oneway', zh: '单行', also: ['单行道'] },
	{ field: 'u', zh: '起点路口' },
	{ field: 'v', zh: '终点路口' },
	geometry
];
export const areaColumns: readonly Column[] = [
	{ field: 'key', zh: '编号', also: ['id', '代码'] },
	{ field: 'kind', zh: '类型', also: ['种类'] },
	{ field: 'name', zh: '名称', also: ['责任区', '网格名称'] },
	{ field: 'name_en', zh: '英文名称', also: ['英文名'] },
	{ field: 'unit', zh: '责任单位', also: ['单位'] },
	geometry
];

export function wktOf(shape: Shape): string {
	const place = ([lng, lat]: readonly number[]) => `${lng} ${lat}`;
	const line = (positions: readonly (readonly number[])[]) => `(${positions.map(place).join(',')})`;
	const polygon = (rings: readonly (readonly (readonly number[])[])[]) => `(${rings.map(line).join(',')})`;
	switch (shape.type) {
		case 'LineString':
			return `LINESTRING${line(shape.coordinates)}`;
		case 'Polygon':
			return `POLYGON${polygon(shape.coordinates)}`;
		case 'MultiPolygon':
			return `MULTIPOLYGON(${shape.coordinates.map(polygon).join(',')})`;
	}
}

/** A line or an area from its text; null when it is neither. Whether its positions make sense is judged by whoever imports it. */
export function shapeOf(wkt: string): Shape | null {
	const found = /^\s*(?:SRID=4326;)?\s*(LINESTRING|POLYGON|MULTIPOLYGON)\s*Z?\s*(\(.*\))\s*$/is.exec(wkt);
	if (!found) return null;
	// The brackets and commas of WKT are those of JSON with other signs.
	const body = found[2]!;
	if (!/^[-+\d.eE\s,()]*$/.test(body)) return null;
	const json = body
		.replace(
			/[-+\d.eE]+(?:\s+[-+\d.eE]+)+/g,
			(position) => `[${position.trim().split(/\s+/).map(Number).join(',')}]`
		)
		.replaceAll('(', '[')
		.replaceAll(')', ']');
	let coordinates: unknown;
	try {
		coordinates = JSON.parse(json);
	} catch {
		return null;
	}
	const type = found[1]!.toUpperCase();
	if (type === 'LINESTRING')
		return isList(coordinates, 2) ? { type: 'LineString', coordinates: coordinates as Position[] } : null;
	if (type === 'POLYGON')
		return isList(coordinates, 3) ? { type: 'Polygon', coordinates: coordinates as Position[][] } : null;
	return isList(coordinates, 4) ? { type: 'MultiPolygon', coordinates: coordinates as Position[][][] } : null;
}

/** Lists within lists, numbers at the bottom. */
function isList(value: unknown, depth: number): boolean {
	if (depth === 0) return typeof value === 'number' && Number.isFinite(value);
	return Array.isArray(value) && value.length > 0 && value.every((item) => isList(item, depth - 1));
}

const most = 500_000;
/** Characters: some hundred thousand corners. */
const longestShape = 4_000_000;

/** A table of streets or areas as the GeoJSON their importers read; a file that is GeoJSON already, or no table, as it is. */
export async function asGeoJson(
	file: ImportFile,
	columns: readonly Column[],
	options: SheetOptions = {}
): Promise<ImportFile> {
	if (!/\.(csv|txt|tsv|xlsx|xlsm)(\.gz)?$/i.test(file.name)) return file;
	const sheet = await readSheet(file, columns, most, { ...options, bounds: { cell: longestShape } });
	const features = sheet.rows.map((row) => {
		const shape = shapeOf(row.at('geometry'));
		if (!shape) throw refuseFile('office', 'no_shape', {}, row.row, row.at('geometry').slice(0, 80));
		const properties = Object.fromEntries(
			columns.flatMap(({ field }) =>
				field === 'geometry' || row.at(field) === '' ? [] : [[field, row.at(field)]]
			)
		);
		return JSON.stringify({ type: 'Feature', properties, geometry: shape });
	});
	const bytes = Buffer.from(`{"type":"FeatureCollection","features":[${features.join(',')}]}`);
	return { name: file.name.replace(/\.(csv|txt|tsv|xlsx|xlsm)(\.gz)?$/i, '.geojson'), bytes };
}
