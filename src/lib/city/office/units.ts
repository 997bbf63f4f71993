import type { Draft, ImportFile } from '#lib/city/import/importer.ts';
import type { Known } from '#lib/city/import/known.ts';
import { draftOf, Judge, readSheet, type Column, type SheetOptions } from './sheet.ts';

/** A unit is known by its key for good; its name when the office gives no other. */
export interface UnitRow {
	key: string;
	name: string;
	name_en: string | null;
	/** The key of the unit above. */
	parent: string | null;
}
export interface UnitsDraft extends Draft {
	units: UnitRow[];
}

export const unitColumns: readonly Column[] = [
	{ field: 'key', zh: '编号', also: ['代码', '单位编号', 'id', 'code'] },
	{ field: 'name', zh: '名称', also: ['责任单位', '单位', '单位名称', 'unit'], isNeeded: true },
	{ field: 'name_en', zh: '英文名称', also: ['英文名', 'english'] },
	{ field: 'parent', zh: '上级单位', also: ['上级', '主管单位', '上级编号', '上级单位编号'] }
];
const most = 5000;

export async function readUnits(
	file: ImportFile,
	options: SheetOptions = {},
	_known?: Known
): Promise<UnitsDraft> {
	const sheet = await readSheet(file, unitColumns, most, options);
	const judge = new Judge();
	const found = new Map<string, { unit: UnitRow; row: (typeof sheet.rows)[number] }>();
	const keyOfName = new Map<string, string>();
	for (const row of sheet.rows) {
		const name = judge.text(row, 'name', row.at('key'), 120);
		const key = judge.text(row, 'key', name ?? '', 120) ?? name;
		const name_en = judge.text(row, 'name_en', key ?? '', 120);
		const parent = judge.text(row, 'parent', key ?? '', 120);
		if (!name || !key) {
			judge.refuse(row, 'name_missing', key ?? '');
			continue;
		}
		const other = found.get(key);
		if (other) judge.refuse(row, 'key_twice', key, name, { other: other.row.row });
		if (judge.refused.has(row.row)) continue;
		found.set(key, { unit: { key, name, name_en, parent }, row });
		keyOfName.set(name, key);
	}
	for (const { unit, row } of found.values()) {
		// People name the unit above by its name; a key of the same file is meant.
		if (unit.parent && !found.has(unit.parent)) unit.parent = keyOfName.get(unit.parent) ?? unit.parent;
		if (isInCircle(unit, found)) judge.refuse(row, 'units_in_a_circle', unit.key, unit.parent ?? '');
	}
	const units = [...found.values()].flatMap(({ unit, row }) => (judge.refused.has(row.row) ? [] : [unit]));
	return { ...draftOf('units', file, sheet, judge, { units: units.length }), units };
}

function isInCircle(unit: UnitRow, found: ReadonlyMap<string, { unit: UnitRow }>): boolean {
	const seen = new Set<string>();
	for (let at: UnitRow | undefined = unit; at?.parent; at = found.get(at.parent)?.unit) {
		if (at.parent === unit.key) return true;
		if (seen.has(at.key)) return false;
		seen.add(at.key);
	}
	return false;
}
