import { photoStudio, type Urgency } from './studio/studio.server.ts';
import type { Cover } from './studio/task.ts';

export type { Cover };

/** The longest side of what people look at, and of what stands in lists. */
export const LARGE = 2048;
export const SMALL = 480;

/**
 * The picture staff look at: upright, at most 2048 pixels a side, WebP, opaque, in sRGB, its first frame only, and
 * without any metadata: no place, no time, no device, no thumbnail. A file that cannot be decoded is a 422.
 */
export async function makeDerivative(original: Uint8Array): Promise<Buffer> {
	return (await makePictures(original, [LARGE]))[0]!;
}

/** The same for lists: at most 480 pixels a side. */
export async function makeSmall(original: Uint8Array): Promise<Buffer> {
	return (await makePictures(original, [SMALL]))[0]!;
}

/** Both at the price of one decoding. */
export async function makeBoth(
	original: Uint8Array,
	urgency?: Urgency
): Promise<{ large: Buffer; small: Buffer }> {
	const [large, small] = await makePictures(original, [LARGE, SMALL], [], urgency);
	return { large: large!, small: small! };
}

/**
 * A picture in which covers hide what is beneath them, as fractions of the upright picture. They are opaque and drawn
 * into the pixels before the picture is encoded: what is covered is not in the file at any size.
 */
export async function renderCovered(
	original: Uint8Array,
	covers: readonly Cover[],
	longest: typeof LARGE | typeof SMALL = LARGE
): Promise<Buffer> {
	return (await makePictures(original, [longest], covers))[0]!;
}

async function makePictures(
	original: Uint8Array,
	sizes: number[],
	covers: readonly Cover[] = [],
	urgency?: Urgency
): Promise<Buffer[]> {
	for (const cover of covers) assertCover(cover);
	const task = { name: 'pictures', sizes, covers: covers.map(({ x, y, w, h }) => ({ x, y, w, h })) } as const;
	const made = await photoStudio().perform(task, original, urgency);
	return made.map((bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}

/** A cover that hides nothing would publish what somebody meant to hide. */
function assertCover({ x, y, w, h }: Cover): void {
	const isFraction = (value: number) => Number.isFinite(value) && value >= 0 && value <= 1;
	if (![x, y, w, h].every(isFraction) || w === 0 || h === 0 || x >= 1 || y >= 1) {
		throw new RangeError(`A cover of ${w} × ${h} at ${x}, ${y}: expected fractions of the picture.`);
	}
}
