import type { ImportKind } from '#lib/city/import/importer.ts';
import { m } from '#lib/i18n/messages.ts';

/** What can be imported here, in the order a new city does it; and which files each takes. */
export const kinds: readonly {
	kind: ImportKind;
	label: () => string;
	about: () => string;
	accept: string;
}[] = [
	{
		kind: 'city',
		label: m.admin_kind_city,
		about: m.admin_kind_city_about,
		accept: '.osm,.pbf,.gz,.geojson,.json,.csv,.xlsx'
	},
	{
		kind: 'areas',
		label: m.admin_kind_areas,
		about: m.admin_kind_areas_about,
		accept: '.geojson,.json,.gz,.zip,.csv,.xlsx'
	},
	{ kind: 'units', label: m.admin_units, about: m.admin_kind_units_about, accept: '.csv,.xlsx,.gz' },
	{ kind: 'staff', label: m.admin_staff, about: m.admin_kind_staff_about, accept: '.csv,.xlsx,.gz' },
	{
		kind: 'history',
		label: m.admin_kind_history,
		about: m.admin_kind_history_about,
		accept: '.csv,.tsv,.txt,.xlsx,.gz'
	},
	{
		kind: 'categories',
		label: m.admin_categories,
		about: m.admin_kind_categories_about,
		accept: '.csv,.xlsx,.gz'
	},
	{ kind: 'calendar', label: m.admin_calendar, about: m.admin_kind_calendar_about, accept: '.csv,.xlsx,.gz' },
	{
		kind: 'facilities',
		label: m.admin_facilities,
		about: m.admin_kind_facilities_about,
		accept: '.csv,.xlsx,.gz,.geojson,.json'
	},
	{ kind: 'shifts', label: m.shifts_title, about: m.admin_kind_shifts_about, accept: '.csv,.xlsx,.gz' },
	{
		kind: 'retention',
		label: m.retention_title,
		about: m.admin_kind_retention_about,
		accept: '.csv,.xlsx,.gz'
	}
];

export function isKind(value: unknown): value is ImportKind {
	return kinds.some(({ kind }) => kind === value);
}

export function kindLabel(kind: string): string {
	if (kind === 'streets') return m.admin_streets();
	if (kind === 'base_features') return m.admin_base_features();
	return kinds.find((one) => one.kind === kind)?.label() ?? kind;
}

/** Offsets Chinese maps come with; the word of the file decides, not a guess of ours. */
export const datumOptions = () => [
	{ value: 'wgs84', label: m.admin_datum_wgs84() },
	{ value: 'cgcs2000', label: m.admin_datum_cgcs2000() },
	{ value: 'gcj02', label: m.admin_datum_gcj02() },
	{ value: 'bd09', label: m.admin_datum_bd09() }
];
