import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { fromWgs84, type Datum, type Position } from '#lib/city/datum.ts';
import { nothingKnown, packStreets, type Known } from '#lib/city/import/known.ts';
import { RefusedFile } from '#lib/city/import/refused-file.ts';
import { areaCollection } from './area-collection.ts';
import type { AreaDraft, AreaOptions } from './area-draft.ts';
import { readAreaFile } from './area-file.ts';

type Properties = Record<string, unknown>;

const square = (west = 119.46, south = 32.79, size = 0.01): Position[] => [
	[west, south],
	[west + size, south],
	[west + size, south + size],
	[west, south + size],
	[west, south]
];
const polygon = (properties: Properties = {}, rings: unknown = [square()]) => ({
	type: 'Feature',
	properties: { name: '玉泉网格', team: '一中队', ...properties },
	geometry: { type: 'Polygon', coordinates: rings }
});
const collection = (features: unknown[], more: object = {}) =>
	JSON.stringify({ type: 'FeatureCollection', ...more, features });
const read = (content: string | Uint8Array, options: AreaOptions = {}, known: Known = nothingKnown()) =>
	readAreaFile(
		{
			name: 'areas.geojson',
			bytes: typeof content === 'string' ? new TextEncoder().encode(content) : content
		},
		{ kind: 'duty_grid', datum: 'wgs84', ...options },
		known
	);
const codes = ({ findings }: Pick<AreaDraft, 'findings'>) =>
	findings.map(({ code, level }) => `${level} ${code}`);
const refusal = (work: () => unknown) => {
	try {
		work();
	} catch (error) {
		if (error instanceof RefusedFile) return error.findings.map(({ code }) => code);
		throw error;
	}
	return null;
};

describe('a file of areas', () => {
	test('becomes areas with names, units and keys', () => {
		const draft = read(collection([{ ...polygon(), id: 3 }]), { unit: 'team' });
		expect(draft.areas).toEqual([
			{
				key: 'duty_grid:3',
				kind: 'duty_grid',
				name: '玉泉网格',
				name_en: null,
				unit: '一中队',
				geometry: { type: 'Polygon', coordinates: [square().map(rounded)] }
			}
		]);
		expect(draft).toMatchObject({ refused: 0, complete: true, source: 'areas.geojson', datum: 'wgs84' });
		expect(draft.sha256).toMatch(/^[0-9a-f]{64}$/);
	});

	test('may be packed, with a byte order mark, in GBK, or a bare list of features', () => {
		const text = collection([polygon()]);
		expect(read(gzipSync(text)).areas).toHaveLength(1);
		expect(read('\uFEFF' + text).areas).toHaveLength(1);
		expect(read(JSON.stringify([polygon()])).areas).toHaveLength(1);
		const inGbk = Buffer.concat(
			collection([polygon({ name: '@', team: '' })])
				.split('@')
				.flatMap((part, i) =>
					i === 0 ? [Buffer.from(part)] : [Buffer.from([0xbd, 0xf0, 0xc7, 0xc5]), Buffer.from(part)]
				)
		);
		const draft = read(inGbk);
		expect(draft.areas[0]!.name).toBe('金桥');
		expect(codes(draft)).toContain('note read_as_gbk');
	});

	test('proposes the properties for name and unit from what they are called', () => {
		const rows = [
			polygon({ name: undefined, team: undefined, OBJECTID: 7, 网格名称: '金桥', 责任单位: '二中队' })
		];
		const draft = read(collection(rows));
		expect(draft.properties).toMatchObject({ name: '网格名称', unit: '责任单位' });
		expect(draft.areas[0]).toMatchObject({ name: '金桥', unit: '二中队' });
	});

	test('proposes a name from what stands in the properties, when no word for it is known', () => {
		const rows = ['金桥', '泰北', '佳醇'].map((x, i) =>
			polygon({ name: undefined, team: undefined, f1: 'A', f2: `${i}`, f3: x }, [square(119.46 + i / 50)])
		);
		expect(read(collection(rows)).areas.map(({ name }) => name)).toEqual(['金桥', '泰北', '佳醇']);
	});

	test('without a unit, when told so, has none', () => {
		expect(read(collection([polygon()]), { unit: '' }).areas[0]!.unit).toBeNull();
	});

	test('that is cut short is refused as broken, and one that is no JSON as none', () => {
		expect(refusal(() => read(collection([polygon()]).slice(0, -20)))).toEqual(['json_broken']);
		expect(refusal(() => read('name,unit\n玉泉网格,一中队\n'))).toEqual(['not_json']);
	});

	test('of a property that is not there is refused with those that are', () => {
		expect(refusal(() => read(collection([polygon()]), { name: 'NAME' }))).toEqual(['name_property_missing']);
		expect(refusal(() => read(collection([polygon()]), { unit: 'dept' }))).toEqual(['unit_property_missing']);
	});

	test('without a kind in it needs to be told', () => {
		expect(refusal(() => read(collection([polygon()]), { kind: null }))).toEqual(['kind_needed']);
	});

	test('that we wrote is read back as it was, whatever its kinds', () => {
		const areas = [
			{
				key: 'duty_grid:1',
				kind: 'duty_grid' as const,
				name: '甲',
				name_en: 'A',
				unit: '一中队',
				unit_en: 'Squad 1'
			},
			{ key: 'demo:market:2', kind: 'market' as const, name: '乙', name_en: null, unit: null, unit_en: null }
		].map((area, i) => ({
			...area,
			geometry: { type: 'MultiPolygon' as const, coordinates: [[square(119.46 + i / 10).map(rounded)]] }
		}));
		const draft = read(JSON.stringify(areaCollection(areas)), { kind: null, datum: null });
		expect(draft.areas).toEqual(
			areas.map(({ unit_en, geometry, ...area }) => ({
				...area,
				...(unit_en ? { unit_en } : {}),
				geometry: { type: 'Polygon', coordinates: geometry.coordinates[0] }
			}))
		);
		expect(codes(draft)).not.toContain('warning datum_assumed');
	});

	test('keeps its good rows in the draft and lists and draws the others', () => {
		const bowTie = [square()[0]!, square()[2]!, square()[1]!, square()[3]!, square()[0]!];
		const draft = read(collection([polygon(), polygon({ name: '领结' }, [bowTie])]));
		expect(draft.areas.map(({ name }) => name)).toEqual(['玉泉网格']);
		expect(draft.refused).toBe(1);
		const found = draft.findings.find(({ code }) => code === 'ring_crosses_itself');
		expect(found).toMatchObject({ level: 'refused', count: 1, examples: [{ row: 2, key: '领结' }] });
		const roles = draft.preview!.features.map(
			({ properties, geometry }) => `${properties!.role} ${geometry.type}`
		);
		expect(roles).toEqual(['invalid MultiLineString', 'invalid Point', 'area Polygon']);
	});

	test.each<[string, unknown, string]>([
		['no name', polygon({ name: ' ' }), 'name_missing'],
		['a name of 121 letters', polygon({ name: '街'.repeat(121) }), 'name_too_long'],
		['a unit of 121 letters', polygon({ unit: '队'.repeat(121) }), 'unit_too_long'],
		['a control character', polygon({ name: '金桥\u0000' }), 'strange_text'],
		['no geometry', { ...polygon(), geometry: null }, 'not_a_polygon'],
		['a line', { ...polygon(), geometry: { type: 'LineString', coordinates: square() } }, 'not_a_polygon'],
		['text for numbers', polygon({}, [square().map(([x, y]) => [`${x}`, `${y}`])]), 'not_numbers'],
		['latitude first', polygon({}, [square().map(([x, y]) => [y, x])]), 'swapped'],
		['numbers off the globe', polygon({}, [[...square(), [400, 95]]]), 'out_of_range'],
		['a ring that is open', polygon({}, [square().slice(0, 4)]), 'ring_open'],
		['a place in another province', polygon({}, [square(113.9, 22.5)]), 'far_away'],
		['a size no city has', polygon({}, [square(118, 31, 4)]), 'too_large']
	])('with %s refuses that row', (_, row, code) => {
		const others = [0, 1].map((i) => polygon({ name: `网格 ${i}` }, [square(119.48 + i / 50)]));
		const draft = read(collection([...others, row]), {
			unit: 'unit' in (row as { properties: object }).properties ? 'unit' : null
		});
		expect(codes(draft)).toContain(`refused ${code}`);
		expect(draft.areas).toHaveLength(2);
	});

	test('with a key used twice refuses the second', () => {
		const draft = read(collection([polygon(), polygon({}, [square(119.48)])]));
		expect(draft.findings.find(({ code }) => code === 'duplicate_key')?.examples[0]?.row).toBe(2);
	});

	test('outside the city is refused with the distance', () => {
		const known = {
			...nothingKnown(),
			city: { ...nothingKnown().city, bbox: [113.9, 22.5, 114, 22.6] as [number, number, number, number] }
		};
		const draft = read(collection([polygon()]), {}, known);
		const found = draft.findings.find(({ code }) => code === 'outside_city');
		expect(found?.level).toBe('refused');
		expect(found?.detail.kilometres).toBeGreaterThan(1200);
		expect(found?.detail.kilometres).toBeLessThan(1350);
	});

	test('with overlaps and gaps is imported, and they are listed and drawn', () => {
		const draft = read(
			collection([
				polygon(),
				polygon({ name: '东' }, [square(119.469)]),
				polygon({ name: '远' }, [square(119.4792)])
			])
		);
		expect(draft.refused).toBe(0);
		expect(codes(draft)).toEqual(expect.arrayContaining(['warning overlap', 'warning gap']));
		const roles = draft.preview!.features.map(({ properties }) => properties!.role);
		expect(roles).toEqual(['overlap', 'gap', 'area', 'area', 'area']);
		const overlap = draft.findings.find(({ code }) => code === 'overlap')!;
		expect(Number(overlap.detail.square_metres)).toBeGreaterThan(100_000);
		expect(overlap.examples[0]!.key).toBe('玉泉网格 / 东');
	});

	test('imported as a part is compared with what stays', () => {
		const staying = {
			id: 1,
			kind: 'duty_grid' as const,
			name: '老网格',
			nameEn: null,
			unitId: null,
			geometry: { type: 'Polygon' as const, coordinates: [square(119.465)] }
		};
		const known = { ...nothingKnown(), areas: [staying] };
		expect(codes(read(collection([polygon()]), { partial: true }, known))).toContain('warning overlap');
		expect(codes(read(collection([polygon()]), {}, known))).not.toContain('warning overlap');
	});

	test('drops heights and says so', () => {
		const draft = read(collection([polygon({}, [square().map(([x, y]) => [x, y, 4.2])])]));
		expect(draft.areas[0]!.geometry.coordinates[0]![0]).toHaveLength(2);
		expect(codes(draft)).toContain('note heights_left_out');
	});

	test.each([
		['EPSG:4326', null],
		['urn:ogc:def:crs:OGC:1.3:CRS84', null],
		['urn:ogc:def:crs:EPSG::4490', null],
		['EPSG:4214', ['other_datum']],
		['urn:ogc:def:crs:EPSG::3857', ['projected']],
		['EPSG:4547', ['projected']]
	])('that names the system %s', (name, expected) => {
		const text = collection([polygon()], { crs: { type: 'name', properties: { name } } });
		expect(refusal(() => read(text, { datum: null }))).toEqual(expected);
	});
});

describe('the datum of a file', () => {
	// Duty areas whose borders run along streets, as they do; streets unevenly apart.
	const at = [0, 0.0031, 0.0074, 0.0119, 0.0152, 0.0201, 0.0239, 0.0288].map((x) => x);
	const bend = (t: number, i: number) => 0.0006 * Math.sin(t * 400 + i * 2);
	const along = (i: number, isEastward: boolean) =>
		Array.from({ length: 59 }, (_, k): Position => {
			const t = k * 0.0005;
			const [x, y] = isEastward ? [t, at[i]! + bend(t, i)] : [at[i]! + bend(t, i + 3), t];
			return [119.44 + x, 32.77 + y];
		});
	const lines = at.flatMap((_, i) => [along(i, true), along(i, false)]);
	const known: Known = {
		...nothingKnown(),
		streets: packStreets(
			lines.map((line, id) => ({ id, street_id: null, name: null, class: 'residential', line }))
		)
	};
	const strips = at.slice(0, -1).map((_, i) => {
		const ring = [...along(i, true), ...along(i + 1, true).reverse()];
		return [...ring, ring[0]!];
	});
	const fileIn = (datum: Datum, properties: Properties = {}) =>
		collection(
			strips.map((ring, i) =>
				polygon({ name: `网格 ${i}`, ...properties }, [ring.map((p) => fromWgs84(p, datum))])
			)
		);

	test('is measured by its borders, which run along streets', () => {
		expect(codes(read(fileIn('wgs84'), { datum: null }, known))).toContain('note datum_fits');
	});

	test.each(['gcj02', 'bd09'] as const)('that fits the streets only as %s must be named', (datum) => {
		const draft = read(fileIn(datum), { datum: null }, known);
		expect(codes(draft)).toContain(`refused datum_measured_${datum}`);
		expect(draft).toMatchObject({ areas: [], refused: strips.length });
		const named = read(fileIn(datum), { datum }, known);
		expect(named.refused).toBe(0);
		expect(named.areas[0]!.geometry.coordinates[0]![0]![0]).toBeCloseTo(119.44, 4);
	});

	test('named by a person holds, with a warning when the streets say otherwise', () => {
		const draft = read(fileIn('gcj02'), { datum: 'wgs84' }, known);
		expect(draft.refused).toBe(0);
		expect(codes(draft).some((code) => code.startsWith('warning lies_off_'))).toBe(true);
	});

	test('of a file with the properties of consumer maps must be named', () => {
		const county = collection([
			polygon({ adcode: 321084, acroutes: [100000], childrenNum: 0, level: 'district' }, [
				square(119.2, 32.6, 0.5)
			])
		]);
		const draft = read(county, { datum: null }, known);
		expect(codes(draft)).toContain('refused datum_consumer_map');
		const found = draft.findings.find(({ code }) => code === 'datum_consumer_map')!;
		expect(found.detail.signs).toContain('adcode');
		expect(Number(found.detail.metres)).toBeGreaterThan(300);
		expect(read(county, { datum: 'gcj02' }, known).refused).toBe(0);
	});

	test('that nothing speaks for or against is assumed, and said so', () => {
		expect(codes(read(collection([polygon()]), { datum: null }))).toContain('warning datum_assumed');
		expect(codes(read(collection([polygon({}, [square(-71.06, 42.36)])]), { datum: null }))).not.toContain(
			'warning datum_assumed'
		);
	});
});

function rounded([lng, lat]: Position): Position {
	return [Math.round(lng * 1e7) / 1e7, Math.round(lat * 1e7) / 1e7];
}
