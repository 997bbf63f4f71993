import type { Draft, ImportFile, ImportKind } from './importer.ts';
import type { Known } from './known.ts';

/**
 * Reads a file of one kind: pure, so that it may run in a thread of its own. Throws `RefusedFile` when the file as a
 * whole cannot be read; rows at fault are findings of level `refused` and counted in `draft.refused`.
 */
export type Reader<D extends Draft = Draft, Options = never> = (
	file: ImportFile,
	options: Options,
	known: Known
) => D | Promise<D>;

/** Streets and areas come as tables, too: their shape is a column of well-known text. */
const geometryTables = () => import('#lib/city/office/geometry-table.ts');

/** Who reads what. Loaded when asked for: a file of areas needs no reader of spreadsheets. */
export const readers: Record<ImportKind, () => Promise<Reader>> = {
	city: async () => {
		const [{ readCityFile }, tables] = await Promise.all([import('./city-file.ts'), geometryTables()]);
		return async (file, options, known) =>
			readCityFile(await tables.asGeoJson(file, tables.streetColumns), options, known);
	},
	areas: async () => {
		const [{ readAreaFile }, tables] = await Promise.all([
			import('#lib/areas/area-file.ts'),
			geometryTables()
		]);
		return async (file, options, known) =>
			readAreaFile(await tables.asGeoJson(file, tables.areaColumns), options, known);
	},
	units: async () => (await import('#lib/city/office/units.ts')).readUnits,
	categories: async () => (await import('#lib/city/office/categories.ts')).readCategories,
	calendar: async () => (await import('#lib/city/office/calendar.ts')).readCalendar,
	facilities: async () => (await import('#lib/city/office/facilities.ts')).readFacilities,
	staff: async () => (await import('#lib/city/office/staff.ts')).readStaff,
	shifts: async () => (await import('#lib/city/office/shifts.ts')).readShifts,
	retention: async () => (await import('#lib/city/office/retention.ts')).readRetention,
	history: async () => (await import('#lib/cases/history/read-history.ts')).readHistory
};
