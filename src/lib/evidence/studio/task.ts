import type { PhotoClaims, PhotoType } from '../photo.ts';

/** A rectangle that hides what is beneath it: fractions (0 to 1) of the upright picture, from its upper left corner. */
export interface Cover {
	x: number;
	y: number;
	w: number;
	h: number;
}

export interface ClaimsTask {
	name: 'claims';
	type: PhotoType;
	timeZone: string;
}

/** One decoding, one WebP for each of `sizes` (the longest side in pixels), all with the same covers. */
export interface PicturesTask {
	name: 'pictures';
	sizes: number[];
	covers: Cover[];
}

export type Task = ClaimsTask | PicturesTask;

export interface Results {
	claims: PhotoClaims;
	pictures: Uint8Array[];
}

/** Why a photo gives no picture: it cannot be decoded, or only at a price nobody should pay. */
export type Refusal = 'photo_unreadable' | 'photo_too_heavy';

export interface Job {
	id: number;
	task: Task;
	bytes: Uint8Array;
}

/** From the decoding process: it is there, or it has done a job. `rss` in bytes says whether it is worth keeping. */
export type Message =
	| { ready: true }
	| { id: number; rss: number; result: Results[Task['name']] }
	| { id: number; rss: number; refusal: Refusal };

/** What a decoder says of a photo it will not open. Whatever else goes wrong in it makes the photo unreadable. */
export class TooHeavy extends Error {}

/** No phone makes more than 200 megapixels; a bomb of a few kilobytes announces billions. */
export const MAX_PIXELS = 210_000_000;
/** HEVC is decoded whole, with four bytes a pixel and several copies; phones stop at 48 megapixels. */
export const MAX_HEIC_PIXELS = 60_000_000;
export const MAX_PICTURE_BYTES = 8 * 1024 * 1024;

/** What one decoding process may take; beyond it, it is ended and the photo refused. */
export interface Limits {
	/** Resident memory of the process. */
	megabytes: number;
	/** Processor time of one job of each kind. Not wall time: on a busy machine a good photo waits long. */
	cpuSeconds: Record<Task['name'], number>;
}

/**
 * Measured peaks: a JPEG of 200 megapixels 200 MB (decoded line by line), a progressive one 740, a PNG of 200 megapixels
 * 220, interlaced 750, a HEIC of 12 megapixels 280 and of 48 about 850. Only pictures no camera makes, such as a
 * progressive JPEG of 200 megapixels without chroma subsampling, come to more. No picture took more than 5 s of the
 * processor, and no claims more than 50 ms.
 */
export const LIMITS: Limits = { megabytes: 1024, cpuSeconds: { claims: 2, pictures: 25 } };
