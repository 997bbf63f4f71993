import type { MultiPolygon, Polygon } from 'geojson';
import type { AreaKind } from './shapes.ts';

/** What the city already holds, as a reader needs it to judge a file. Plain data: it crosses to a thread by copy. */
export interface Known {
	city: KnownCity;
	categories: KnownCategory[];
	units: KnownUnit[];
	streets: KnownStreets;
	areas: KnownArea[];
	/** Closed ones, by number: somebody's role may still be bound to one. */
	closedAreas: number[];
}

export interface KnownCity {
	name: string;
	nameEn: string | null;
	/** West, south, east, north; null in a city without streets. */
	bbox: [number, number, number, number] | null;
	center: [number, number] | null;
	timeZone: string;
	isDemo: boolean;
	hasStreets: boolean;
}

export interface KnownCategory {
	code: string;
	parent: string | null;
	name: string;
	nameEn: string | null;
	isLeaf: boolean;
}

export interface KnownUnit {
	id: number;
	key: string;
	name: string;
	nameEn: string | null;
	parentId: number | null;
}

export interface KnownArea {
	id: number;
	kind: AreaKind;
	name: string;
	nameEn: string | null;
	unitId: number | null;
	/** WGS-84. */
	geometry: Polygon | MultiPolygon;
}

/**
 * The current segments, packed: segment i is the vertices `offsets[i]` to `offsets[i + 1]` (exclusive) of `coords`,
 * which holds lng, lat, lng, lat … in WGS-84.
 */
export interface KnownStreets {
	coords: Float64Array;
	offsets: Uint32Array;
	/** By segment: its id, its street's id (0: none), its street's name ('' when it has none), its class. */
	ids: Float64Array;
	streetIds: Float64Array;
	names: string[];
	classes: string[];
}

/** A city of which nothing is known yet. */
export function nothingKnown(): Known {
	return {
		city: {
			name: '',
			nameEn: null,
			bbox: null,
			center: null,
			timeZone: 'Asia/Shanghai',
			isDemo: false,
			hasStreets: false
		},
		categories: [],
		units: [],
		streets: packStreets([]),
		areas: [],
		closedAreas: []
	};
}

export interface LooseSegment {
	id: number;
	street_id: number | null;
	name: string | null;
	class: string;
	line: readonly (readonly [number, number])[];
}

export function packStreets(segments: readonly LooseSegment[]): KnownStreets {
	const vertices = segments.reduce((sum, { line }) => sum + line.length, 0);
	const coords = new Float64Array(vertices * 2);
	const offsets = new Uint32Array(segments.length + 1);
	let at = 0;
	segments.forEach(({ line }, i) => {
		for (const [lng, lat] of line) {
			coords[at * 2] = lng;
			coords[at * 2 + 1] = lat;
			at += 1;
		}
		offsets[i + 1] = at;
	});
	return {
		coords,
		offsets,
		ids: Float64Array.from(segments, ({ id }) => id),
		streetIds: Float64Array.from(segments, ({ street_id }) => street_id ?? 0),
		names: segments.map(({ name }) => name ?? ''),
		classes: segments.map((segment) => segment.class)
	};
}
