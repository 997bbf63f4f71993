import { describe, expect, it } from 'vitest';
import type { ImportFile } from '#lib/city/import/importer.ts';
import { nothingKnown } from '#lib/city/import/known.ts';
import { writeTable } from '#lib/city/tables/write-table.ts';
import { calendarColumns, calendarRows, proposeCalendar, readCalendar } from './calendar.ts';
import { readCategories } from './categories.ts';
import { facilityColumns, facilityRecord, readFacilities } from './facilities.ts';
import { areaColumns, asGeoJson, shapeOf, wktOf } from './geometry-table.ts';
import { readStaff } from './staff.ts';
import { readUnits } from './units.ts';

const csv = (text: string, name = 'a.csv'): ImportFile => ({ name, bytes: Buffer.from(text) });
const known = () => nothingKnown();

describe('a table of units', () => {
	it('takes Chinese and English headings, in any order, with stars and brackets', async () => {
		const chinese = await readUnits(csv('上级单位,*名称（必填）,编号\n,城市管理局,cgj\ncgj,一中队,1\n'));
		const english = await readUnits(csv('key,name,parent\ncgj,城市管理局,\n1,一中队,cgj\n'));
		expect(chinese.units).toEqual(english.units);
		expect(chinese).toMatchObject({ refused: 0, summary: [{ code: 'units', value: 2 }] });
	});

	it('finds the unit above by its name, also further down', async () => {
		const { units } = await readUnits(csv('编号,名称,上级\n1,一中队,城市管理局\ncgj,城市管理局,\n'));
		expect(units[0]).toEqual({ key: '1', name: '一中队', name_en: null, parent: 'cgj' });
	});

	it('keeps the good rows apart from the refused ones, which it names by their place in the file', async () => {
		const draft = await readUnits(csv('名称,上级\n甲,\n,甲\n乙,甲\n甲,\n'));
		expect(draft.units.map(({ name }) => name)).toEqual(['甲', '乙']);
		expect(draft.refused).toBe(2);
		expect(draft.findings.map(({ code, examples }) => [code, examples[0]!.row])).toEqual([
			['name_missing', 3],
			['key_twice', 5]
		]);
	});
});

describe('a table of categories', () => {
	it('says nothing of what it has no column for, and takes a unit away where the cell is empty', async () => {
		const { categories } = await readCategories(csv('代码,名称,默认责任单位,处置时限\n0501,游商,,7\n'));
		expect(categories).toEqual([{ code: '0501', name: '游商', default_unit: null, handle_working_hours: 7 }]);
	});
});

describe('a calendar', () => {
	it('is written and read back the same: holidays, working weekends, hours', async () => {
		const days = (await proposeCalendar(2026))!;
		const hours = [{ weekday: 1, starts: '08:30', ends: '12:00' }];
		const headed = calendarRows(days, hours).map((row) =>
			Object.fromEntries(calendarColumns.map(({ field, zh }) => [zh, row[field]]))
		);
		const columns = calendarColumns.map(({ zh }) => zh);
		for (const format of ['csv', 'xlsx'] as const) {
			const draft = await readCalendar({ name: `a.${format}`, bytes: writeTable(format, columns, headed) });
			expect(draft).toMatchObject({ refused: 0, days, hours, findings: [] });
		}
	});

	it('proposes what was published, and nothing for a year that was not', async () => {
		const days = await proposeCalendar(2026);
		expect(days).toContainEqual({ day: '2026-10-01', is_workday: false, name: '国庆节' });
		expect(days).toContainEqual({ day: '2026-10-10', is_workday: true, name: '国庆节调休' });
		expect(await proposeCalendar(2199)).toBeNull();
	});

	it('warns of a year whose holidays are not all there', async () => {
		const { findings, refused } = await readCalendar(csv('日期,类型,名称\n2027-01-01,休息,元旦\n'));
		expect([refused, findings[0]]).toMatchObject([0, { code: 'year_incomplete', detail: { years: '2027' } }]);
	});
});

describe('a table of facilities', () => {
	const site = {
		key: 'a',
		kind: 'wash_site' as const,
		name: '宝塔社区停车场',
		name_en: null,
		lng: 119.465122,
		lat: 32.795007,
		bays: 25,
		bays_free: 9,
		build_state: 'building' as const,
		outcome: 'rebuilt' as const
	};

	it.each(['csv', 'xlsx', 'geojson'] as const)('is written as %s and read back the same', async (format) => {
		const fields = facilityColumns.map(({ field }) => field);
		const bytes = writeTable(format, fields, [facilityRecord(site)]);
		expect((await readFacilities({ name: `a.${format}`, bytes })).facilities).toEqual([site]);
	});

	it('moves positions of another datum, and keeps a place far from the streets out', async () => {
		const text = '类型,名称,经度,纬度\n摄像头,甲,119.47,32.80\n摄像头,乙,113.9,22.5\n';
		const city = { ...known().city, bbox: [119.4, 32.7, 119.5, 32.85] as [number, number, number, number] };
		const draft = await readFacilities(csv(text), { datum: 'gcj02' }, { ...known(), city });
		expect(draft.refused).toBe(1);
		const { lng, lat } = draft.facilities[0]!;
		expect(Math.hypot((119.47 - lng) * 94_000, (32.8 - lat) * 111_000)).toBeGreaterThan(300);
		expect(Math.hypot((119.47 - lng) * 94_000, (32.8 - lat) * 111_000)).toBeLessThan(700);
	});
});

describe('a table of staff', () => {
	it('gathers the rows of one person, with units, areas and days in the city’s own time', async () => {
		const area = { id: 7, kind: 'duty_grid' as const, name: '古城', nameEn: null, unitId: null };
		const areas = [{ ...area, geometry: { type: 'Polygon' as const, coordinates: [] } }];
		const draft = await readStaff(
			csv(
				'姓名,登录名,角色,单位,责任区,有效期起,有效期止\n张三,Zhang,受理员、派遣员,,,,\n张三,zhang,执法队,一中队,古城,2026-05-01,2026-05-31\n'
			),
			{},
			{ ...known(), areas }
		);
		const [first, second, third] = draft.staff[0]!.roles;
		expect(draft).toMatchObject({ refused: 0, staff: [{ login: 'zhang', name: '张三' }] });
		expect([first!.role, second!.role]).toEqual(['registrar', 'dispatcher']);
		expect(third).toEqual({
			role: 'team',
			unit: '一中队',
			area_id: 7,
			valid_from: '2026-04-30T16:00:00.000Z',
			valid_to: '2026-05-31T16:00:00.000Z'
		});
	});

	it('leaves a person out whole when one of their rows is refused', async () => {
		const draft = await readStaff(
			csv('姓名,登录名,角色\n张三,zhang,受理员\n张三,zhang,市长\n李四,li,派遣员\n')
		);
		expect(draft.staff.map(({ login }) => login)).toEqual(['li']);
		expect(draft.refused).toBe(1);
	});
});

describe('a shape in a cell', () => {
	const hole = [
		[
			[0, 0],
			[4, 0],
			[4, 4],
			[0, 0]
		],
		[
			[1, 1],
			[2, 1],
			[2, 2],
			[1, 1]
		]
	];
	it.each([
		{
			type: 'LineString' as const,
			coordinates: [
				[119.4612345, 32.7],
				[119.5, 32.75]
			]
		},
		{ type: 'Polygon' as const, coordinates: hole },
		{ type: 'MultiPolygon' as const, coordinates: [hole, [hole[0]!]] }
	])('is written and read back the same: $type', (shape) => expect(shapeOf(wktOf(shape))).toEqual(shape));

	it.each([
		'',
		'POINT(1 2)',
		'POLYGON((0 0,1 1',
		'LINESTRING(0 0,alert(1) 2)',
		'POLYGON(0 0,1 1)',
		'LINESTRING()',
		'LINESTRING(1e999 0,1 1)'
	])('is none when the text is %j', (text) => expect(shapeOf(text)).toBeNull());

	it('makes a table of areas the GeoJSON that areas are read from, and leaves GeoJSON alone', async () => {
		const file = csv('名称,类型,几何\n古城,duty_grid,"POLYGON((0 0,1 0,1 1,0 0))"\n');
		const made = await asGeoJson(file, areaColumns);
		expect(made.name).toBe('a.geojson');
		expect(JSON.parse(Buffer.from(made.bytes).toString())).toMatchObject({
			features: [{ properties: { name: '古城', kind: 'duty_grid' }, geometry: { type: 'Polygon' } }]
		});
		expect(await asGeoJson(made, areaColumns)).toBe(made);
		await expect(asGeoJson(csv('名称,几何\n古城,somewhere\n'), areaColumns)).rejects.toThrow(
			'office_no_shape'
		);
	});
});
