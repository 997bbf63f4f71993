// What the tags of a photo claim, from the tags as exifr hands them out: raw, grouped by block. The same in the browser,
// before shrinking drops the tags, and on the server.
import type { PhotoClaims } from './photo.ts';

type Tags = Record<string, unknown>;

export interface TagBlocks {
	ifd0?: Tags;
	exif?: Tags;
	gps?: Tags;
}

/** What exifr is asked for: a dozen tags, untranslated, and nothing that says who or with what. */
export const TAGS_WANTED = {
	tiff: true,
	ifd0: { pick: [0x0100, 0x0101, 0x0112, 0x0132] as number[] },
	exif: { pick: [0x9003, 0x9011, 0x9010, 0xa002, 0xa003] as number[] },
	gps: { pick: [1, 2, 3, 4, 7, 0x1d, 0x1f] as number[] },
	ifd1: false,
	interop: false,
	xmp: false,
	icc: false,
	iptc: false,
	jfif: false,
	makerNote: false,
	userComment: false,
	mergeOutput: false,
	translateKeys: true,
	translateValues: false,
	reviveValues: false
};

/** Null without a place; 0, 0 is what a phone writes when it has no fix. */
export function placeClaim(gps: Tags | undefined): { lng: number; lat: number; accuracy_m?: number } | null {
	const lng = Number(gps?.longitude ?? NaN);
	const lat = Number(gps?.latitude ?? NaN);
	if (!(Math.abs(lng) <= 180 && Math.abs(lat) <= 90) || (lng === 0 && lat === 0)) return null;
	const error = Number(gps?.GPSHPositioningError ?? NaN);
	return error > 0 && error <= 10_000 ? { lng, lat, accuracy_m: error } : { lng, lat };
}

/** When the photo was taken, as ISO time; a clock without an offset and without satellites' time is read in `timeZone`. */
export function timeClaim({ exif, ifd0, gps }: TagBlocks, timeZone: string): string | null {
	const wall = clockTime(asText(exif?.DateTimeOriginal) ?? asText(ifd0?.ModifyDate));
	const offset = offsetMinutes(asText(exif?.OffsetTimeOriginal) ?? asText(exif?.OffsetTime));
	if (wall !== null && offset !== null) return new Date(wall - offset * 60_000).toISOString();
	const byGps = gpsTime(gps);
	if (byGps !== null) return new Date(byGps).toISOString();
	return wall === null ? null : new Date(inZone(wall, timeZone)).toISOString();
}

export function orientationClaim(ifd0: Tags | undefined): PhotoClaims['orientation'] {
	const value = Number(ifd0?.Orientation ?? NaN);
	return Number.isInteger(value) && value >= 1 && value <= 8 ? value : undefined;
}

/** What a clock showed ("2026:03:15 08:30:00"), as if it were UTC; null for days and hours that do not exist. */
function clockTime(text: string | undefined): number | null {
	const found = /^(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d:\d\d:\d\d)/.exec(text ?? '');
	if (!found) return null;
	const [, year = '', month, day, time] = found;
	const iso = `${year}-${month}-${day}T${time}`;
	const at = Date.parse(`${iso}Z`);
	// 30 February would be carried over to March; before 1990 no phone took a photo.
	return Number(year) >= 1990 && !Number.isNaN(at) && new Date(at).toISOString().startsWith(iso) ? at : null;
}

/** GPS stamps are UTC and need no guess about the zone. */
function gpsTime(gps: Tags | undefined): number | null {
	const stamp = gps?.GPSTimeStamp;
	if (!Array.isArray(stamp) || stamp.length < 3) return null;
	const time = stamp.slice(0, 3).map((part) => String(Math.floor(Number(part))).padStart(2, '0'));
	return clockTime(`${asText(gps?.GPSDateStamp)} ${time.join(':')}`);
}

function offsetMinutes(text: string | undefined): number | null {
	const found = /^([+-])(\d\d):?(\d\d)/.exec(text ?? '');
	const [, sign, hours, minutes] = found ?? [];
	if (!found || Number(hours) > 14 || Number(minutes) > 59) return null;
	return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

/** The instant at which clocks in `timeZone` show `wall` (given as if it were UTC). */
function inZone(wall: number, timeZone: string): number {
	const shown = new Intl.DateTimeFormat('en-US', {
		timeZone,
		hourCycle: 'h23',
		year: 'numeric',
		month: 'numeric',
		day: 'numeric',
		hour: 'numeric',
		minute: 'numeric',
		second: 'numeric'
	}).formatToParts(wall);
	const part = (type: string) => Number(shown.find((p) => p.type === type)?.value);
	const asShown = Date.UTC(
		part('year'),
		part('month') - 1,
		part('day'),
		part('hour'),
		part('minute'),
		part('second')
	);
	return wall - (asShown - wall);
}

function asText(value: unknown): string | undefined {
	return typeof value === 'string' ? value.replaceAll('\0', '').trim() : undefined;
}
