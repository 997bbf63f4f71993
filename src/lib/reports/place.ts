import type { LocationSource } from './report.ts';

/** Where a report is made from, and how far that may be off. WGS-84 degrees, metres. */
export interface Place {
	lng: number;
	lat: number;
	accuracy_m: number | null;
	source: LocationSource;
}
export type Point = Pick<Place, 'lng' | 'lat'>;

/** A photo's place and the phone's own differ by so much that a person should say which is meant. */
export const DISAGREEMENT_M = 150;
/** A street typed by name stands for its middle; what is meant may be a few hundred metres along it. */
export const TYPED_ACCURACY_M = 300;

const radians = Math.PI / 180;
const earthRadius = 6_371_008;

/** Metres between two points, on a sphere: within half a percent, which is enough to ask a question. */
export function metresBetween(a: Point, b: Point): number {
	const dLat = (b.lat - a.lat) * radians;
	const dLng = (b.lng - a.lng) * radians;
	const h =
		Math.sin(dLat / 2) ** 2 + Math.cos(a.lat * radians) * Math.cos(b.lat * radians) * Math.sin(dLng / 2) ** 2;
	return 2 * earthRadius * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** The point that lies so many metres to the east and north. Seven decimals are a centimetre: nothing finer is meant. */
export function movedBy({ lng, lat }: Point, east: number, north: number): Point {
	const perDegree = earthRadius * radians;
	const round = (degrees: number) => Math.round(degrees * 1e7) / 1e7;
	return {
		lng: round(lng + east / (perDegree * Math.cos(lat * radians))),
		lat: round(lat + north / perDegree)
	};
}

/** Which of the eight winds leads from `a` to `b`: 0 is north, 2 east, 7 north-west. */
export function windFrom(a: Point, b: Point): number {
	const east = (b.lng - a.lng) * Math.cos(a.lat * radians);
	return windOf(Math.atan2(east, b.lat - a.lat) / radians);
}

/** The wind nearest to a bearing in degrees, clockwise from north. */
export function windOf(bearing: number): number {
	return ((Math.round(bearing / 45) % 8) + 8) % 8;
}

/** How far a fix may be off, as a person would put it. */
export function sharpness(accuracy_m: number | null): 'sharp' | 'fair' | 'vague' {
	if (accuracy_m === null || accuracy_m <= 25) return 'sharp';
	return accuracy_m <= 80 ? 'fair' : 'vague';
}

export interface Places {
	/** What the person pointed at, typed or pasted: it stands above what a machine measured. */
	pin: Place | null;
	photo: Place | null;
	fix: Place | null;
	preferred: 'photo' | 'device' | null;
}

/** The place that is sent: the pin, else what the person preferred, else the photo's, else the phone's. */
export function placeToSend({ pin, photo, fix, preferred }: Places): Place | null {
	if (pin) return pin;
	if (preferred === 'device' && fix) return fix;
	return photo ?? fix;
}

/** Metres by which photo and phone disagree, when that is worth saying; their own inaccuracy is allowed for. */
export function disagreement({ photo, fix }: Pick<Places, 'photo' | 'fix'>): number | null {
	if (!photo || !fix) return null;
	const metres = metresBetween(photo, fix);
	return metres > DISAGREEMENT_M + (fix.accuracy_m ?? 0) ? metres : null;
}

/** What the server says of a place; see api.place_at(). */
export interface PlaceAt {
	inside: boolean;
	street: { id: number; name: string; name_en: string | null } | null;
	distance_m: number | null;
	/** The duty areas the place may belong to; none when it is plain whose ground it is. */
	sides: Side[];
	wash_site: NearestSite | null;
}

export interface Side {
	area_id: number;
	name: string;
	name_en: string | null;
	/** The place as measured lies in this one. */
	holds: boolean;
	border_m: number;
	/** Degrees, clockwise from north: where this side lies, seen from the other. */
	bearing: number;
	point: Point;
}

export interface NearestSite {
	id: number;
	name: string;
	name_en: string | null;
	distance_m: number;
	bays: number | null;
	bays_free: number | null;
	point: Point;
}

/** An open case that may be what somebody stands before; see api.nearby(). Places are on the street, never a doorstep. */
export interface NearbyCase {
	id: string;
	status: string;
	category: string;
	street: string | null;
	street_en: string | null;
	age_days: number;
	distance_m: number;
	reports: number;
	/** Public id of a photo somebody has covered or cleared. */
	photo: string | null;
}

/** A local code: nationally there is none for washing cars on the pavement (占道洗车). */
export const CAR_WASH = '0551';
