import type { LineString, MultiPolygon, Point, Polygon } from 'geojson';

/** What the database's import calls take, one object per row. Positions are WGS-84 [lng, lat]. */

export const streetClasses = [
	'primary',
	'secondary',
	'tertiary',
	'residential',
	'lane',
	'service',
	'path'
] as const;
export type StreetClass = (typeof streetClasses)[number];

export interface SegmentImport {
	/** Stable over re-imports: what a report's segment is found again by. */
	key: string;
	/** Null: the street is found by its name. */
	street_key: string | null;
	name: string | null;
	name_en: string | null;
	class: StreetClass;
	/** 1 along the line, -1 against it, 0 both ways. */
	oneway: 0 | 1 | -1;
	from_junction: string;
	to_junction: string;
	line: [number, number][];
}

export const areaKinds = [
	'duty_grid',
	'unit_grid',
	'market',
	'frontage',
	'corridor',
	'key_place',
	'permitted_line'
] as const;
export type AreaKind = (typeof areaKinds)[number];

export interface AreaImport {
	key: string;
	kind: AreaKind;
	name: string;
	name_en: string | null;
	/** The unit's name; a unit not known yet is created. */
	unit: string | null;
	unit_en?: string | null;
	geometry: Polygon | MultiPolygon;
}

export interface FeatureImport {
	key: string;
	kind: 'water' | 'green' | 'building' | 'place' | 'rail';
	name: string | null;
	name_en: string | null;
	/** Of a place: what it is, in the words of `placeKinds`. */
	place_kind?: string | null;
	/** Of a place: 1 is shown first. */
	rank?: number | null;
	geometry: Polygon | MultiPolygon | LineString | Point;
}

export const placeKinds = [
	'town',
	'village',
	'neighbourhood',
	'island',
	'square',
	'station',
	'market',
	'mall',
	'school',
	'hospital',
	'government',
	'police',
	'park',
	'attraction',
	'bridge'
] as const;
export type PlaceKind = (typeof placeKinds)[number];

export interface CityRecord {
	name: string;
	name_en: string | null;
	center: [number, number];
	bbox: [west: number, south: number, east: number, north: number];
	time_zone: string;
	/** Whose map data this is, as its licence wants it said; shown on every map. */
	attribution?: string;
	is_demo: boolean;
}

/** Where rows come from. `complete`: keys the file does not name are gone. */
export interface ImportHeader {
	id: string;
	source: string;
	datum: 'wgs84';
	file_sha256: string;
	complete: boolean;
}
