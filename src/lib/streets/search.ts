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
	/** Found by what was written: the piece of it, for the desk alone. */
	piece?: string | null;
}

export interface FoundReport extends Omit<FoundCase, 'number'> {
	number: number;
}

export interface Found {
	streets: FoundStreet[];
	places: FoundPlace[];
	/** Empty for the public. */
	cases: FoundCase[];
	/** Only for those who read reports. */
	reports?: FoundReport[];
}

/** Longer than any name; what is typed beyond it is left out. */
export const longestQuery = 80;

/** A query as people type it: full-width letters and figures become plain ones, spaces at the ends go. */
export function plainQuery(typed: string | null): string {
	return (typed ?? '').normalize('NFKC').trim().slice(0, longestQuery);
}

/**
 * Whether a query looks like a number plate or a phone number: such a thing is not searched for by an address, which browsers,
 * proxies and shared screens keep.
 */
export function namesSomebody(query: string): boolean {
	const signs = query.toUpperCase().replace(/[\s·•・.\-—_()]/g, '');
	return (
		/^[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][A-Z0-9]{4,6}[挂警学港澳领]?$/.test(
			signs
		) || /^(\+?86|0086)?1[3-9]\d{9}$/.test(signs)
	);
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
