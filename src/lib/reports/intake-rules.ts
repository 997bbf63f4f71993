import type { FieldError, Report } from './report.ts';

export interface Category {
	code: string;
	parent: string | null;
	name: string;
	name_en: string | null;
	tile: boolean;
	is_leaf: boolean;
}

/** What intake must know of the city: the part of api.city() that its rules and forms read. */
export interface IntakeCity {
	name: string;
	name_en: string | null;
	center: [number, number] | null;
	bbox: [number, number, number, number] | null;
	time_zone: string;
	is_demo: boolean;
	has_streets: boolean;
	streets_version: string;
	categories: Category[];
}

/** A kerb at the city's edge lies outside the box of its streets; the database takes it within `snap_limit_m`, 200 m. */
const EDGE_METRES = 199;

/**
 * What the database would refuse a report for, judged from what is known of the city, so that a report can be
 * acknowledged while the database is busy without being refused afterwards. Null: nothing.
 */
export function refusal(report: Report, city: IntakeCity): (FieldError & { bbox?: number[] }) | null {
	if (!city.categories.some((category) => category.code === report.category && category.is_leaf)) {
		return { pointer: '/category', code: 'unknown_category' };
	}
	if (!city.bbox) return { pointer: '/lng', code: 'city_not_set_up' };
	const [west, south, east, north] = city.bbox;
	const reach = EDGE_METRES / (111_320 * Math.cos((north * Math.PI) / 180));
	const isInside = (lng: number, lat: number) =>
		lng >= west - reach && lng <= east + reach && lat >= south - reach && lat <= north + reach;
	if (isInside(report.lng, report.lat)) return null;
	const isSwapped = isInside(report.lat, report.lng);
	return { pointer: '/lng', code: isSwapped ? 'coordinates_swapped' : 'outside_city', bbox: city.bbox };
}
