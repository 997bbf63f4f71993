// How far a photo is made smaller, and in which order: quality first, down to where a number plate stops being legible,
// and only then the number of pixels. Everything here is arithmetic; the encoder is elsewhere.
import type { Size } from './picture.ts';

export interface Step {
	longestSide: number;
	/** As a canvas takes it, 0 to 1. */
	quality: number;
	/** Bytes, roughly, compared with other steps of the same photo. */
	weight: number;
}

export interface Wish {
	longestSide: number;
	/** What the photo should not exceed; the last step is taken even when it does. */
	maxBytes: number;
	/** Nothing smaller than this, whatever it weighs. */
	smallestSide: number;
}

/** What a form sends: small enough for a bad signal, large enough for a plate across the street. */
export const SENT: Wish = { longestSide: 2048, maxBytes: 250_000, smallestSide: 1024 };

export type Encoding = 'image/webp' | 'image/jpeg';

/**
 * Qualities with the share of bytes they take. The last is the floor: a plate of twelve pixels' height was still read at
 * it, and for the same bytes a larger picture at the floor keeps letters better than a smaller fine one.
 */
const QUALITIES: Record<Encoding, { quality: number; share: number }[]> = {
	'image/webp': [
		{ quality: 0.8, share: 1 },
		{ quality: 0.65, share: 0.7 },
		{ quality: 0.5, share: 0.58 }
	],
	'image/jpeg': [
		{ quality: 0.82, share: 1 },
		{ quality: 0.7, share: 0.75 },
		{ quality: 0.58, share: 0.63 }
	]
};

const SIDES = [2048, 1600, 1280, 1024, 800, 640, 480, 320];
/** Measured on photos of streets, hills and noise: less than square, for a smaller picture has more detail per pixel. */
const GROWTH = 1.75;

/** The steps from the best picture the wish allows to the smallest, each lighter than the one before. */
export function stepsFor(wish: Wish, picture: Size, encoding: Encoding): Step[] {
	const longest = Math.min(wish.longestSide, Math.max(picture.width, picture.height));
	const sides = [longest, ...SIDES.filter((side) => side < longest && side >= wish.smallestSide)];
	const steps: Step[] = [];
	for (const longestSide of sides) {
		for (const { quality, share } of QUALITIES[encoding]) {
			const weight = longestSide ** GROWTH * share;
			if (weight < (steps.at(-1)?.weight ?? Infinity)) steps.push({ longestSide, quality, weight });
		}
	}
	return steps;
}

/**
 * The step to try after `steps[at]` gave `bytes`: the next one, or a later one when those between cannot close the gap.
 * Null: there is nothing smaller.
 */
export function stepAfter(steps: Step[], at: number, bytes: number, maxBytes: number): number | null {
	const here = steps[at];
	if (!here || at + 1 >= steps.length) return null;
	// Erring on the heavy side, so that a step that would have done is seldom passed over.
	const wanted = here.weight * (maxBytes / bytes) * 1.15;
	const next = steps.findIndex((step, index) => index > at && step.weight <= wanted);
	return next < 0 ? steps.length - 1 : next;
}

/** `picture` within `longestSide`, never enlarged. */
export function fitted(picture: Size, longestSide: number): Size {
	const scale = Math.min(1, longestSide / Math.max(picture.width, picture.height));
	return {
		width: Math.max(1, Math.round(picture.width * scale)),
		height: Math.max(1, Math.round(picture.height * scale))
	};
}

/**
 * How to ask a decoder for less than the whole picture: JPEG comes in eighths. The answer is a little larger than needed,
 * so that drawing it smaller smooths it. Null: the whole picture is wanted.
 */
export function eighthsOf(picture: Size, longestSide: number): Size | null {
	const eighths = Math.ceil((8 * longestSide) / Math.max(picture.width, picture.height));
	if (eighths >= 8) return null;
	// A third of an eighth more: decoders round down to the eighth that fits.
	const share = (eighths + 1 / 3) / 8;
	return { width: Math.ceil(picture.width * share), height: Math.ceil(picture.height * share) };
}

/** No phone makes more than this; a bomb of a few kilobytes announces billions. The server draws the same line. */
const MOST_PIXELS = 210_000_000;
/** An eighth of the phone's memory for one picture: more, and a browser on a cheap phone ends the page. */
const SHARE_OF_MEMORY = 1 / 8;
const ASSUMED_GIGABYTES = 2;

/** Whether the whole picture fits this phone's memory when decoded, at `bytesPerPixel`. `gigabytes`: as browsers tell it. */
export function isBearable(picture: Size, bytesPerPixel: number, gigabytes = ASSUMED_GIGABYTES): boolean {
	const pixels = picture.width * picture.height;
	return pixels <= MOST_PIXELS && pixels * bytesPerPixel <= gigabytes * 1024 ** 3 * SHARE_OF_MEMORY;
}
