import exifr from 'exifr';
import sharp from 'sharp';
import type { PhotoClaims, PhotoType } from './photo.ts';
import { heifSize } from './heif.ts';

const EXIF = {
	tiff: true,
	ifd0: { pick: [0x0100, 0x0101, 0x0112, 0x0132] as number[] },
	exif: { pick: [0x9003, 0x9011, 0x9010, 0xa002, 0xa003] as number[] },
	gps: true,
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

type Tags = Record<string, unknown>;

/**
 * Reads what a photo says of itself. Broken or hostile tags give fewer claims, never an error.
 * A time without an offset is read in the city's zone, which is where the photo was most likely taken.
 */
export async function readClaims(bytes: Buffer, type: PhotoType, timeZone: string): Promise<PhotoClaims> {
	const [size, tags] = await Promise.all([imageSize(bytes, type), readTags(bytes, type)]);
	return {
		...size,
		...orientationClaim(tags.ifd0?.Orientation),
		...timeClaim(tags, timeZone),
		...placeClaim(tags.gps)
	};
}

async function imageSize(bytes: Buffer, type: PhotoType): Promise<{ width?: number; height?: number }> {
	try {
		const found =
			type === 'image/heic' || type === 'image/heif'
				? heifSize(bytes)
				: await sharp(bytes, { limitInputPixels: false }).metadata();
		const isSize = (side: number | undefined) => side !== undefined && side > 0 && side <= 1_000_000;
		return found && isSize(found.width) && isSize(found.height)
			? { width: found.width, height: found.height }
			: {};
	} catch {
		return {};
	}
}

async function readTags(bytes: Buffer, type: PhotoType): Promise<{ ifd0?: Tags; exif?: Tags; gps?: Tags }> {
	try {
		// exifr does not open WebP; sharp hands out the TIFF block within.
		const source = type === 'image/webp' ? tiffBlock((await sharp(bytes).metadata()).exif) : bytes;
		if (!source) return {};
		return ((await exifr.parse(source, EXIF)) as { ifd0?: Tags; exif?: Tags; gps?: Tags } | undefined) ?? {};
	} catch {
		return {};
	}
}

function tiffBlock(exif: Buffer | undefined): Buffer | null {
	if (!exif) return null;
	return exif.subarray(0, 4).toString('latin1') === 'Exif' ? exif.subarray(6) : exif;
}

function orientationClaim(value: unknown): PhotoClaims {
	return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 8
		? { orientation: Number(value) }
		: {};
}

function placeClaim(gps: Tags | undefined): PhotoClaims {
	const lng = Number(gps?.longitude ?? NaN);
	const lat = Number(gps?.latitude ?? NaN);
	const isPlace = Number.isFinite(lng) && Number.isFinite(lat) && Math.abs(lng) <= 180 && Math.abs(lat) <= 90;
	// 0, 0 is what a phone writes when it has no fix.
	return isPlace && !(lng === 0 && lat === 0) ? { lng, lat } : {};
}

function timeClaim(
	{ exif, ifd0, gps }: { exif?: Tags; ifd0?: Tags; gps?: Tags },
	timeZone: string
): PhotoClaims {
	const wall = clockTime(asText(exif?.DateTimeOriginal) ?? asText(ifd0?.ModifyDate));
	const offset = offsetMinutes(asText(exif?.OffsetTimeOriginal) ?? asText(exif?.OffsetTime));
	if (wall !== null && offset !== null) return { taken_at: new Date(wall - offset * 60_000).toISOString() };
	const byGps = gpsTime(gps);
	if (byGps !== null || wall === null)
		return byGps === null ? {} : { taken_at: new Date(byGps).toISOString() };
	return { taken_at: new Date(inZone(wall, timeZone)).toISOString() };
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
