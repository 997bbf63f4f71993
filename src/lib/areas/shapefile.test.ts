import { expect, test } from 'vitest';
import { Findings } from '#lib/city/import/findings.ts';
import { RefusedFile } from '#lib/city/import/refused-file.ts';
import {
	dbfOf,
	gaussKrugerPrj,
	gbk,
	shpOf,
	wgs84Prj,
	zipOf,
	type Shapefile
} from '#test/support/shapefile.ts';
import { datumOfWkt } from './coordinate-system.ts';
import { readShapefile, unzip } from './shapefile.ts';

/** Clockwise, as the format wants outer rings. */
const box = (west: number, south: number, east: number, north: number) => [
	[west, south],
	[west, north],
	[east, north],
	[east, south],
	[west, south]
];
const outer = box(119.46, 32.79, 119.47, 32.8);
const hole = box(119.462, 32.792, 119.464, 32.794).reverse();
const other = box(119.48, 32.79, 119.49, 32.8);
const rows = [{ 名称: '金桥网格', 单位: '一中队' }];
const read = (files: Shapefile) => {
	const findings = new Findings('ground');
	const raw = readShapefile(unzip(zipOf(files)), findings);
	return { ...raw, codes: findings.list().map(({ code }) => code) };
};
const refusal = (files: Shapefile) => {
	try {
		read(files);
	} catch (error) {
		if (error instanceof RefusedFile) return error.findings[0]!.code;
		throw error;
	}
	return null;
};

test('a zipped Shapefile gives its polygons and their properties', () => {
	const raw = read({ shp: shpOf([[outer]]), dbf: dbfOf(rows), prj: wgs84Prj, cpg: 'UTF-8' });
	expect(raw.rows).toEqual([
		{
			row: 1,
			id: null,
			properties: { 名称: '金桥网格', 单位: '一中队' },
			geometry: { type: 'Polygon', coordinates: [outer] }
		}
	]);
	expect(raw).toMatchObject({ declared: 'wgs84', codes: [] });
});

test('rings are told by their direction: a hole goes to the part it lies in', () => {
	const raw = read({ shp: shpOf([[outer, other, hole]]), dbf: dbfOf(rows), prj: wgs84Prj });
	expect(raw.rows[0]!.geometry).toEqual({ type: 'MultiPolygon', coordinates: [[outer, hole], [other]] });
});

test('a file with every ring the wrong way round has outer rings only', () => {
	const turned = [...outer].reverse();
	expect(read({ shp: shpOf([[turned]]), dbf: dbfOf(rows) }).rows[0]!.geometry!.coordinates).toEqual([turned]);
});

test('polygons with heights are polygons', () => {
	expect(read({ shp: shpOf([[outer]], 15), dbf: dbfOf(rows) }).rows[0]!.geometry!.coordinates).toEqual([
		outer
	]);
});

test('a record without a shape stays in its place', () => {
	const raw = read({ shp: shpOf([null, [outer]]), dbf: dbfOf([{ name: '甲' }, { name: '乙' }]) });
	expect(raw.rows.map(({ geometry, properties }) => [properties.name, geometry?.type])).toEqual([
		['甲', undefined],
		['乙', 'Polygon']
	]);
});

test.each<[string, string | undefined, typeof gbk | undefined, string[]]>([
	['GBK, and says so', 'GBK', gbk, []],
	['GBK, and says nothing', undefined, gbk, []],
	['GBK, and says UTF-8', 'UTF-8', gbk, ['encoding_not_as_told']],
	['UTF-8, and says so', 'UTF-8', undefined, []],
	['UTF-8, and says GBK', '936', undefined, ['encoding_not_as_told']]
])('a table in %s is read', (_, cpg, encode, codes) => {
	const raw = read({
		shp: shpOf([[outer]]),
		dbf: dbfOf(rows, encode),
		prj: wgs84Prj,
		...(cpg ? { cpg } : {})
	});
	expect(raw.rows[0]!.properties).toEqual({ 名称: '金桥网格', 单位: '一中队' });
	expect(raw.codes).toEqual(codes);
});

test('a name cut in the middle of a character loses that character only', () => {
	const raw = read({ shp: shpOf([[outer]]), dbf: dbfOf([{ name: '金桥网格' }], undefined, 10) });
	expect(raw.rows[0]!.properties.name).toBe('金桥网');
});

test.each<[string, Shapefile, string]>([
	['no shapes', { dbf: dbfOf(rows) }, 'zip_without_shapefile'],
	['no table', { shp: shpOf([[outer]]) }, 'dbf_missing'],
	['a table of another length', { shp: shpOf([[outer], [other]]), dbf: dbfOf(rows) }, 'dbf_other_length'],
	['a table cut short', { shp: shpOf([[outer]]), dbf: dbfOf(rows).subarray(0, 120) }, 'dbf_broken'],
	['shapes cut short', { shp: shpOf([[outer]]).subarray(0, 150), dbf: dbfOf(rows) }, 'shp_broken'],
	['points', { shp: shpOf([], 1), dbf: dbfOf(rows) }, 'shp_not_polygons'],
	['metres', { shp: shpOf([[outer]]), dbf: dbfOf(rows), prj: gaussKrugerPrj }, 'projected']
])('a Shapefile with %s is refused', (_, files, code) => {
	expect(refusal(files)).toBe(code);
});

test.each([
	[wgs84Prj, 'wgs84'],
	[
		'GEOGCS["China Geodetic Coordinate System 2000",DATUM["China_2000",SPHEROID["CGCS2000",6378137,298.257222101]]]',
		'cgcs2000'
	],
	['GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000"]]', 'cgcs2000'],
	['GEOGCRS["WGS 84",ENSEMBLE["World Geodetic System 1984 ensemble"]]', 'wgs84']
])('%.40s… is taken', (wkt, datum) => {
	expect(datumOfWkt(wkt)).toBe(datum);
});

test.each([
	['GEOGCS["GCS_Beijing_1954",DATUM["D_Beijing_1954"]]', 'other_datum'],
	['GEOGCS["GCS_Xian_1980",DATUM["D_Xian_1980"]]', 'other_datum'],
	['PROJCS["WGS_1984_Web_Mercator_Auxiliary_Sphere",GEOGCS["GCS_WGS_1984"]]', 'projected'],
	['PROJCRS["CGCS2000 / 3-degree Gauss-Kruger CM 120E"]', 'projected'],
	['hello', 'prj_unknown'],
	['', 'prj_unknown']
])('%.40s… is refused', (wkt, code) => {
	expect(() => datumOfWkt(wkt)).toThrow(`ground_${code}`);
});
