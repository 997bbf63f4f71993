// What a search finds: streets and places by a piece of their name, and for staff cases by theirs.

export interface Point {
	lng: number;
	lat: number;
}

export interface FoundStreet {
	id: number;
	name: string;
	name_en: string | null;
	/** A place on the street: where a map goes. */
	point: Point | null;
}

export interface FoundPlace {
	id: number;
	name: string;
	name_en: string | null;
	kind: string | null;
	point: Point;
}

export interface FoundCase {
	id: string;
	number: string;
	status: string;
	street: string | null;
	street_en: string | null;
}

export interface Found {
	streets: FoundStreet[];
	places: FoundPlace[];
	/** Empty for the public. */
	cases: FoundCase[];
}

/** Longer than any name; what is typed beyond it is left out. */
export const longestQuery = 80;

/** A query as people type it: full-width letters and figures become plain ones, spaces at the ends go. */
export function plainQuery(typed: string | null): string {
	return (typed ?? '').normalize('NFKC').trim().slice(0, longestQuery);
}

/** Where on a map something is, as the address of a page says it: `at=120.12345,33.12345`. */
export function writePlace({ lng, lat }: Point): string {
	return `${lng.toFixed(5)},${lat.toFixed(5)}`;
}

/** Reads it back; null for anything that is no place on the globe. */
export function readPlace(text: string | null): Point | null {
	const match = /^(-?\d{1,3}(?:\.\d{1,7})?),(-?\d{1,2}(?:\.\d{1,7})?)$/.exec(text ?? '');
	if (!match) return null;
	const [lng, lat] = [Number(match[1]), Number(match[2])];
	return Math.abs(lng) <= 180 && Math.abs(lat) <= 90 ? { lng, lat } : null;
}

/** The public map, flown to a place; without scripts the address still leads to the street's row in the list. */
export function mapHref(point: Point | null, streetId?: number): string {
	const search = point
		? `?at=${writePlace(point)}${streetId === undefined ? '' : `&street=${streetId}`}`
		: '';
	return `/${search}${streetId === undefined ? '' : `#street-${streetId}`}`;
}
