import type { LocationSource } from './report.ts';

/** Where a report is made from, and how far that may be off. WGS-84 degrees, metres. */
export interface Place {
	lng: number;
	lat: number;
	accuracy_m: number | null;
	source: LocationSource;
}

/** A photo's place and the phone's own differ by so much that a person should say which is meant. */
export const DISAGREEMENT_M = 150;
/** A street typed by name stands for its middle; what is meant may be a few hundred metres along it. */
export const TYPED_ACCURACY_M = 300;

/** Metres between two points, on a sphere: within half a percent, which is enough to ask a question. */
export function metresBetween(a: { lng: number; lat: number }, b: { lng: number; lat: number }): number {
	const radians = Math.PI / 180;
	const dLat = (b.lat - a.lat) * radians;
	const dLng = (b.lng - a.lng) * radians;
	const h =
		Math.sin(dLat / 2) ** 2 + Math.cos(a.lat * radians) * Math.cos(b.lat * radians) * Math.sin(dLng / 2) ** 2;
	return 2 * 6_371_008 * Math.asin(Math.min(1, Math.sqrt(h)));
}

export interface Places {
	/** Set by hand on the map: what a person pointed at stands above what a machine measured. */
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
