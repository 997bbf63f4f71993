import type { Datum } from '#lib/city/datum.ts';
import { refuseFile } from '#lib/city/import/refused-file.ts';

/**
 * What a file's own word on its coordinate system means for us. Longitude and latitude on WGS-84 or CGCS2000 are taken;
 * a projected system or an older datum is refused with its name, because only the program that made the file converts
 * it well. Throws `RefusedFile`.
 *
 * @param wkt the text of a .prj file
 */
export function datumOfWkt(wkt: string): Datum {
	const text = wkt.replace(/^\uFEFF/, '').trim();
	const [, root = '', name = ''] = /^(\w+)\s*\[\s*"([^"]{0,200})"/.exec(text) ?? [];
	if (/^(PROJCS|PROJCRS|BOUNDCRS|COMPD_CS|COMPOUNDCRS)$/i.test(root)) {
		throw refuseFile('ground', 'projected', { system: name });
	}
	if (!/^(GEOGCS|GEOGCRS|GEODCRS|GEODETICCRS|GEOGRAPHICCRS)$/i.test(root)) {
		throw refuseFile('ground', 'prj_unknown', { text: text.slice(0, 80) });
	}
	const datum = datumNamed(`${name} ${/\b(?:DATUM|ENSEMBLE)\s*\[\s*"([^"]{0,200})"/i.exec(text)?.[1] ?? ''}`);
	if (!datum) throw refuseFile('ground', 'other_datum', { system: name });
	return datum;
}

/** The same for the `crs` member of older GeoJSON; null when it has none. */
export function datumOfCrs(crs: unknown): Datum | null {
	if (crs === undefined || crs === null) return null;
	const name = nameOf(crs);
	if (name === null) throw refuseFile('ground', 'prj_unknown', { text: JSON.stringify(crs).slice(0, 80) });
	if (/CRS84$|EPSG:{1,2}4326$/i.test(name.trim())) return 'wgs84';
	if (/EPSG:{1,2}4490$/i.test(name.trim())) return 'cgcs2000';
	const datum = datumNamed(name);
	if (datum) return datum;
	throw refuseFile(
		'ground',
		/EPSG:{1,2}4(214|610|555|267|269|258)$/i.test(name) ? 'other_datum' : 'projected',
		{
			system: name.slice(0, 80)
		}
	);
}

function nameOf(crs: unknown): string | null {
	if (typeof crs === 'string') return crs;
	if (typeof crs !== 'object' || crs === null || !('properties' in crs)) return null;
	const { properties } = crs;
	if (typeof properties !== 'object' || properties === null || !('name' in properties)) return null;
	return typeof properties.name === 'string' ? properties.name : null;
}

function datumNamed(name: string): Datum | null {
	if (/\bWGS[_ ]?(19)?84\b|GCS_WGS_1984|D_WGS_1984|World Geodetic System 1984/i.test(name)) return 'wgs84';
	if (/CGCS[_ ]?2000|China[_ ]Geodetic[_ ]Coordinate[_ ]System[_ ]2000|China[_ ]2000/i.test(name))
		return 'cgcs2000';
	if (/GCJ[-_ ]?02|火星/i.test(name)) return 'gcj02';
	if (/BD[-_ ]?09/i.test(name)) return 'bd09';
	return null;
}
