import { photoType, type PhotoType } from '../photo.ts';
import { HEAD_LENGTH, pictureSize, type Size } from './picture.ts';
import { eighthsOf, isBearable } from './steps.ts';

/** A decoded picture, upright, at least as large as it was asked for if the photo is. */
export interface Picture extends Size {
	source: CanvasImageSource;
	close(): void;
}

export interface DecodeOptions {
	longestSide: number;
	/** Whether the HEIC decoder (half a megabyte over the wire) may be loaded. */
	mayLoadHeic: boolean;
}

/** Bytes of a decoded pixel; HEIC's is held as planes and as pixels at once. */
const PLAIN = 4;
const HEIC = 10;

/** Null: this browser cannot, or should not, decode the photo. */
export async function decode(photo: Blob, options: DecodeOptions): Promise<Picture | null> {
	const head = new Uint8Array(await photo.slice(0, HEAD_LENGTH).arrayBuffer());
	const type = photoType(head);
	const size = pictureSize(head);
	const memory = (navigator as { deviceMemory?: number }).deviceMemory;
	if (type === 'image/jpeg' && size) {
		const part = await decodePart(photo, size, options.longestSide);
		if (part) return part;
	}
	if (size && !isBearable(size, PLAIN, memory)) return null;
	const whole = await decodeWhole(photo, size, options.longestSide);
	if (whole || !options.mayLoadHeic || !isHeic(type)) return whole;
	const { decodeHeic } = await import('./heic.ts');
	return decodeHeic(photo, (found) => isBearable(found, HEIC, memory)).catch(() => null);
}

export function isHeic(type: PhotoType | null): boolean {
	return type === 'image/heic' || type === 'image/heif';
}

/**
 * JPEG decoded at as many eighths as needed: a picture of 50 megapixels never stands in memory whole. Only browsers with
 * WebCodecs do it.
 */
async function decodePart(photo: Blob, size: Size, longestSide: number): Promise<Picture | null> {
	const wanted = eighthsOf(size, longestSide);
	if (!wanted || typeof ImageDecoder === 'undefined') return null;
	const decoder = new ImageDecoder({
		data: photo.stream(),
		type: 'image/jpeg',
		desiredWidth: wanted.width,
		desiredHeight: wanted.height
	});
	try {
		const { image } = await decoder.decode();
		return {
			source: image,
			width: image.displayWidth,
			height: image.displayHeight,
			close: () => image.close()
		};
	} catch {
		return null;
	} finally {
		decoder.close();
	}
}

async function decodeWhole(photo: Blob, size: Size | null, longestSide: number): Promise<Picture | null> {
	if (typeof createImageBitmap === 'undefined') return null;
	// One side is enough: browsers differ on whether it is meant before or after turning, and either way the longer side
	// of what comes back is long enough.
	const isMuch = size && Math.min(size.width, size.height) > longestSide;
	const smaller = isMuch ? { resizeWidth: longestSide, resizeQuality: 'high' as const } : {};
	try {
		const bitmap = await createImageBitmap(photo, { imageOrientation: 'from-image', ...smaller });
		return { source: bitmap, width: bitmap.width, height: bitmap.height, close: () => bitmap.close() };
	} catch {
		return null;
	}
}
