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

/** Who reads what. Loaded when asked for: a file of areas needs no reader of spreadsheets. */
export const readers: Partial<Record<ImportKind, () => Promise<Reader>>> = {
	city: async () => (await import('./city-file.ts')).readCityFile,
	areas: async () => (await import('#lib/areas/area-file.ts')).readAreaFile,
	units: async () => (await import('#lib/city/office/units.ts')).readUnits,
	categories: async () => (await import('#lib/city/office/categories.ts')).readCategories,
	calendar: async () => (await import('#lib/city/office/calendar.ts')).readCalendar,
	facilities: async () => (await import('#lib/city/office/facilities.ts')).readFacilities,
	staff: async () => (await import('#lib/city/office/staff.ts')).readStaff,
	history: async () => (await import('#lib/cases/history/read-history.ts')).readHistory
};
