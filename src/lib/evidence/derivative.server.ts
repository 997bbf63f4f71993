import sharp from 'sharp';
import { ApiProblem } from '#lib/database/problem.ts';
import { heicToJpeg } from './heic.server.ts';
import { lanes } from './lanes.ts';
import { photoType } from './photo.ts';

/** No phone makes more than 200 megapixels; a bomb of a few kilobytes announces billions. */
const MAX_PIXELS = 210_000_000;
const MAX_HEIC_PIXELS = 60_000_000;
const LONGEST_SIDE = 2048;
const inLane = lanes(2, 100);

/**
 * The picture staff look at: upright, at most 2048 pixels a side, WebP, and without any metadata: no place, no time,
 * no device, no thumbnail. A file that cannot be decoded is a 422, whatever is wrong with it.
 */
export function makeDerivative(original: Buffer): Promise<Buffer> {
	return inLane(async () => {
		try {
			return await toWebp(await decodable(original));
		} catch {
			throw new ApiProblem(422, 'photo_unreadable');
		}
	});
}

async function decodable(original: Buffer): Promise<Buffer> {
	const type = photoType(original.subarray(0, 32));
	if (!type) throw new Error('not a photo');
	return type === 'image/heic' || type === 'image/heif'
		? heicToJpeg(original, MAX_HEIC_PIXELS, 30_000)
		: original;
}

/** sharp keeps no metadata unless asked to; `rotate()` bakes the orientation tag into the pixels before it is dropped. */
function toWebp(bytes: Buffer): Promise<Buffer> {
	return sharp(bytes, {
		limitInputPixels: MAX_PIXELS,
		failOn: 'error',
		animated: false,
		sequentialRead: true
	})
		.rotate()
		.resize(LONGEST_SIDE, LONGEST_SIDE, { fit: 'inside', withoutEnlargement: true })
		.toColourspace('srgb')
		.webp({ quality: 80, effort: 3 })
		.timeout({ seconds: 15 })
		.toBuffer();
}
