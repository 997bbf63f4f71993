import { readTaken, type TakenClaims } from './browser/claims.ts';
import { decode, isHeic, type Picture } from './browser/decoder.ts';
import { sha256Of } from './browser/hash.ts';
import { redraw, type Redrawn } from './browser/redrawing.ts';
import type { Answer, Order } from './browser/photo.worker.ts';
import { SENT, type Wish } from './browser/steps.ts';
import { HEAD_BYTES, MAX_PHOTO_BYTES, photoType } from './photo.ts';

export type { TakenClaims } from './browser/claims.ts';
export { sha256Of } from './browser/hash.ts';

export interface PreparedPhoto {
	blob: Blob;
	/** 0 when this browser could not decode the photo. */
	width: number;
	height: number;
	type: string;
	/** What the bytes said of place and time before their tags were dropped. */
	claims: TakenClaims;
	sha256: string;
	/** This browser could not decode the photo: it goes as it is, tags included, and the server drops them. */
	isOriginal: boolean;
}

export type PhotoFault = 'not_a_photo' | 'too_large';

/** A file that cannot become evidence, and that the server would refuse as well. */
export class UnfitPhoto extends Error {
	readonly code: PhotoFault;
	constructor(code: PhotoFault) {
		super(code);
		this.name = 'UnfitPhoto';
		this.code = code;
	}
}

interface Options {
	/** Ends the work; the promise is rejected with its reason. */
	signal?: AbortSignal;
}

/**
 * The one way of a photo into Kerbside from a browser: reads what it claims, then makes it upright, at most 2048 pixels a
 * side and about 250 KB, without any tag. Throws `UnfitPhoto`, or the signal's reason.
 */
export function preparePhoto(file: Blob, { signal }: Options = {}): Promise<PreparedPhoto> {
	return inTurn(async () => {
		signal?.throwIfAborted();
		const type = photoType(new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer()));
		const claims = await readTaken(file);
		const small = await redrawn(file, SENT, signal);
		if (!small && !type) throw new UnfitPhoto('not_a_photo');
		if (!small && file.size > MAX_PHOTO_BYTES) throw new UnfitPhoto('too_large');
		const sent = small ?? { blob: file, width: 0, height: 0, type: type as string };
		const sha256 = await sha256Of(sent.blob);
		signal?.throwIfAborted();
		return { ...sent, claims, sha256, isOriginal: !small };
	});
}

/**
 * A prepared photo made smaller still, for a phone without room: at most `longestSide` pixels a side, and `maxBytes` if
 * 320 pixels allow it. Where it cannot be decoded, what was given comes back.
 */
export function shrinkTo(
	blob: Blob,
	longestSide: number,
	maxBytes: number,
	{ signal }: Options = {}
): Promise<Omit<PreparedPhoto, 'claims'>> {
	return inTurn(async () => {
		signal?.throwIfAborted();
		const small = await redrawn(blob, { longestSide, maxBytes, smallestSide: 320 }, signal);
		const isSmaller = small !== null && small.blob.size < blob.size;
		const sent = isSmaller ? small : { blob, width: 0, height: 0, type: blob.type };
		return { ...sent, sha256: await sha256Of(sent.blob), isOriginal: !isSmaller };
	});
}

let last: Promise<unknown> = Promise.resolve();

/** One photo at a time: two of 50 megapixels at once are too much for a cheap phone. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
	const turn = last.then(work);
	last = turn.catch(() => {});
	return turn;
}

/**
 * In a worker, so that the page stays usable; what a worker cannot decode is tried as an image of the page, and only
 * then is the HEIC decoder loaded. Null: none of them could.
 */
async function redrawn(photo: Blob, wish: Wish, signal: AbortSignal | undefined): Promise<Redrawn | null> {
	const hasWorker = typeof Worker !== 'undefined' && typeof OffscreenCanvas !== 'undefined';
	const small = hasWorker
		? await inWorker({ photo, wish, mayLoadHeic: false }, signal)
		: await here(await decode(photo, { longestSide: wish.longestSide, mayLoadHeic: false }), wish);
	if (small) return small;
	signal?.throwIfAborted();
	const type = photoType(new Uint8Array(await photo.slice(0, HEAD_BYTES).arrayBuffer()));
	if (!type) return null;
	const onPage = typeof document === 'undefined' ? null : await here(await decodeAsImage(photo), wish);
	if (onPage || !isHeic(type)) return onPage;
	signal?.throwIfAborted();
	return hasWorker
		? inWorker({ photo, wish, mayLoadHeic: true }, signal)
		: here(await decode(photo, { longestSide: wish.longestSide, mayLoadHeic: true }), wish);
}

function here(picture: Picture | null, wish: Wish): Promise<Redrawn | null> {
	return picture ? redraw(picture, wish).catch(() => null) : Promise.resolve(null);
}

/** The oldest way, which every browser has; those that can decode a part of the picture do so by themselves. */
async function decodeAsImage(photo: Blob): Promise<Picture | null> {
	const address = URL.createObjectURL(photo);
	const image = new Image();
	const close = () => {
		image.src = '';
		URL.revokeObjectURL(address);
	};
	try {
		image.src = address;
		await image.decode();
		return { source: image, width: image.naturalWidth, height: image.naturalHeight, close };
	} catch {
		close();
		return null;
	}
}

/** Seconds of pure computing for HEIC on a cheap phone; whoever waits longer is better served by sending the original. */
const LIMIT_MS = 60_000;

/** Null when the worker cannot decode it, cannot start here (older browsers know no module workers), or takes too long. */
function inWorker(order: Order, signal: AbortSignal | undefined): Promise<Answer> {
	const worker = new Worker(new URL('./browser/photo.worker.ts', import.meta.url), { type: 'module' });
	let timer: ReturnType<typeof setTimeout> | undefined;
	return new Promise<Answer>((resolve, reject) => {
		timer = setTimeout(() => resolve(null), LIMIT_MS);
		signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
		worker.onmessage = ({ data }: MessageEvent<Answer>) => resolve(data);
		worker.onerror = () => resolve(null);
		worker.postMessage(order);
	}).finally(() => {
		clearTimeout(timer);
		worker.terminate();
	});
}
