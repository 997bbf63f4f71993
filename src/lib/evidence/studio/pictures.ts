import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { heifProfile } from '../heif.ts';
import { photoType, type PhotoType } from '../photo.ts';
import { decodeHeic } from './heic.ts';
import { MAX_PICTURE_BYTES, MAX_PIXELS, TooHeavy, type Cover, type PicturesTask } from './task.ts';

/** Covers are drawn at this size, and smaller pictures are made of the covered one. */
const LONGEST_SIDE = 2048;
/** A mid grey: it hides whatever colour was there, and shows that somebody covered it. */
const COVER_GREY = 0x6b;

interface Raster {
	pixels: Buffer;
	width: number;
	height: number;
	channels: number;
}

/** WebPs of a photo, upright, opaque, in sRGB, of its first frame, with nothing in them but pixels. */
export async function makePictures(
	original: Uint8Array,
	{ sizes, covers }: PicturesTask
): Promise<Uint8Array[]> {
	const raster = await decode(original, covers.length ? LONGEST_SIDE : Math.max(...sizes));
	for (const cover of covers) hide(raster, cover);
	const pictures: Uint8Array[] = [];
	for (const size of sizes) pictures.push(await encode(raster, size));
	return pictures;
}

async function decode(original: Uint8Array, longest: number): Promise<Raster> {
	const type = photoType(original.subarray(0, 32));
	if (!type) throw new Error('Not a photo.');
	const { data, info } = await upright(await open(original, type))
		.resize(longest, longest, { fit: 'inside', withoutEnlargement: true })
		.flatten({ background: '#fff' })
		.toColourspace('srgb')
		.raw({ depth: 'uchar' })
		.toBuffer({ resolveWithObject: true });
	const raster = { pixels: data, width: info.width, height: info.height, channels: info.channels };
	const profile = isHeif(type) ? heifProfile(original) : null;
	return profile ? inSrgb(raster, profile) : raster;
}

const isHeif = (type: PhotoType) => type === 'image/heic' || type === 'image/heif';

async function open(original: Uint8Array, type: PhotoType): Promise<Sharp> {
	if (isHeif(type)) {
		const { data, width, height } = await decodeHeic(original);
		return sharp(data, { raw: { width, height, channels: 4 }, limitInputPixels: MAX_PIXELS });
	}
	const options = { failOn: 'error', animated: false, sequentialRead: true } as const;
	const { width, height } = await sharp(original, { ...options, limitInputPixels: false }).metadata();
	if (width * height > MAX_PIXELS) throw new TooHeavy(`${width} × ${height} pixels.`);
	return sharp(original, { ...options, limitInputPixels: MAX_PIXELS });
}

/** sharp reads a profile from files only, so bare pixels take the way over a PNG that carries it (PNG, 11.3.2.3). */
async function inSrgb(raster: Raster, profile: Uint8Array): Promise<Raster> {
	const png = await rasterOf(raster).png({ compressionLevel: 0 }).toBuffer();
	const body = Buffer.concat([Buffer.from('iCCPprofile\0\0', 'latin1'), deflateSync(profile)]);
	const chunk = Buffer.alloc(body.length + 8);
	chunk.writeUInt32BE(body.length - 4, 0);
	body.copy(chunk, 4);
	chunk.writeUInt32BE(crc32(body), body.length + 4);
	const whole = Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]);
	const pixels = await sharp(whole).toColourspace('srgb').removeAlpha().raw({ depth: 'uchar' }).toBuffer();
	return pixels.length === raster.pixels.length ? { ...raster, pixels } : raster;
}

function rasterOf({ pixels, width, height, channels }: Raster): Sharp {
	return sharp(pixels, { raw: { width, height, channels: channels as 1 | 2 | 3 | 4 } });
}

/** Bakes the orientation tag into the pixels; sharp drops it afterwards with every other tag. */
function upright(picture: Sharp): Sharp {
	return picture.autoOrient();
}

/**
 * Fills a rectangle with one grey, a little beyond its edges. Nothing computed from what was there stays: blurred or
 * pixelated plates have been read again. The margin is wider than the reach of the filter that shrank the picture
 * (4 pixels), so no pixel outside it knows anything of what is inside.
 */
function hide({ pixels, width, height, channels }: Raster, { x, y, w, h }: Cover): void {
	const margin = Math.max(6, Math.ceil(0.004 * Math.max(width, height)));
	const left = Math.max(0, Math.floor(x * width) - margin);
	const right = Math.min(width, Math.ceil((x + w) * width) + margin);
	const top = Math.max(0, Math.floor(y * height) - margin);
	const bottom = Math.min(height, Math.ceil((y + h) * height) + margin);
	for (let row = top; row < bottom; row += 1) {
		const start = (row * width + left) * channels;
		pixels.fill(COVER_GREY, start, start + Math.max(0, right - left) * channels);
	}
}

async function encode(raster: Raster, longest: number): Promise<Uint8Array> {
	const made = await rasterOf(raster)
		.resize(longest, longest, { fit: 'inside', withoutEnlargement: true })
		.webp({ quality: 80, effort: 3 })
		.toBuffer();
	if (made.length > MAX_PICTURE_BYTES) throw new TooHeavy(`A picture of ${made.length} bytes.`);
	return made;
}
