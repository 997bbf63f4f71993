import exifr from 'exifr';
import sharp from 'sharp';
import { orientationClaim, placeClaim, TAGS_WANTED, timeClaim, type TagBlocks } from '../claims.ts';
import { hasMetaBox, heifSize } from '../heif.ts';
import type { PhotoClaims, PhotoType } from '../photo.ts';

/**
 * Reads what a photo says of itself. Broken or hostile tags give fewer claims, never an error.
 * A time without an offset is read in the city's zone, which is where the photo was most likely taken.
 */
export async function readClaims(bytes: Buffer, type: PhotoType, timeZone: string): Promise<PhotoClaims> {
	const [size, tags] = await Promise.all([imageSize(bytes, type), readTags(bytes, type)]);
	const orientation = orientationClaim(tags.ifd0);
	const taken_at = timeClaim(tags, timeZone);
	const place = placeClaim(tags.gps);
	return {
		...size,
		...(orientation && { orientation }),
		...(taken_at && { taken_at }),
		...(place && { lng: place.lng, lat: place.lat })
	};
}

const isHeif = (type: PhotoType) => type === 'image/heic' || type === 'image/heif';

async function imageSize(bytes: Buffer, type: PhotoType): Promise<{ width?: number; height?: number }> {
	try {
		const found = isHeif(type) ? heifSize(bytes) : await sharp(bytes, { limitInputPixels: false }).metadata();
		const isSize = (side: number | undefined) => side !== undefined && side > 0 && side <= 1_000_000;
		return found && isSize(found.width) && isSize(found.height)
			? { width: found.width, height: found.height }
			: {};
	} catch {
		return {};
	}
}

async function readTags(bytes: Buffer, type: PhotoType): Promise<TagBlocks> {
	try {
		if (isHeif(type) && !hasMetaBox(bytes)) return {};
		// exifr does not open WebP; sharp hands out the TIFF block within.
		const source = type === 'image/webp' ? tiffBlock((await sharp(bytes).metadata()).exif) : bytes;
		if (!source) return {};
		return ((await exifr.parse(source, TAGS_WANTED)) as TagBlocks | undefined) ?? {};
	} catch {
		return {};
	}
}

function tiffBlock(exif: Buffer | undefined): Buffer | null {
	if (!exif) return null;
	return exif.subarray(0, 4).toString('latin1') === 'Exif' ? exif.subarray(6) : exif;
}
