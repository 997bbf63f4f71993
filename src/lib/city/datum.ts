import gcoord from 'gcoord';

/** Datums a file may be in. CGCS2000, of 天地图 and of surveys since 2008, equals WGS-84 to a few centimetres. */
export const datums = ['wgs84', 'gcj02', 'bd09', 'cgcs2000'] as const;
export type Datum = (typeof datums)[number];
export type Position = [lng: number, lat: number];

export function isDatum(word: string): word is Datum {
	return (datums as readonly string[]).includes(word);
}

/** To WGS-84, rounded to 1e-7° (about a centimetre) so that the same file always gives the same numbers. */
export function toWgs84(position: Position, datum: Datum): Position {
	return rounded(moveToWgs84(position, datum));
}

/** To WGS-84 as computed: for measuring, where a rounded copy of every point would only cost time. */
export function moveToWgs84(position: Position, datum: Datum): Position {
	if (datum === 'wgs84' || datum === 'cgcs2000') return position;
	return gcoord.transform(position, datum === 'gcj02' ? gcoord.GCJ02 : gcoord.BD09, gcoord.WGS84);
}

/** Where a map in the datum draws a WGS-84 position. Storage is never shifted; pictures over shifted tiles are. */
export function fromWgs84(position: Position, datum: Datum): Position {
	if (datum === 'wgs84' || datum === 'cgcs2000') return position;
	return rounded(gcoord.transform(position, gcoord.WGS84, datum === 'gcj02' ? gcoord.GCJ02 : gcoord.BD09));
}

function rounded([lng, lat]: Position): Position {
	return [Math.round(lng * 1e7) / 1e7, Math.round(lat * 1e7) / 1e7];
}
