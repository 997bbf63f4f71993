import { bestEncoding, drawn, encoded, release, type Canvas } from './canvas.ts';
import type { Picture } from './decoder.ts';
import { fitted, stepAfter, stepsFor, type Encoding, type Wish } from './steps.ts';

/** A photo drawn anew: upright, without any tag. */
export interface Redrawn {
	blob: Blob;
	width: number;
	height: number;
	type: Encoding;
}

/** Encodes `picture` in measured steps until it weighs no more than wished, or nothing smaller is allowed. Closes it. */
export async function redraw(picture: Picture, wish: Wish): Promise<Redrawn> {
	const type = await bestEncoding();
	const steps = stepsFor(wish, picture, type);
	let master: Canvas;
	try {
		master = drawn(picture.source, fitted(picture, wish.longestSide));
	} finally {
		picture.close();
	}
	let canvas = master;
	try {
		for (let at: number | null = 0; ;) {
			const step = steps[at]!;
			const size = fitted(master, step.longestSide);
			if (canvas.width !== size.width || canvas.height !== size.height) {
				if (canvas !== master) release(canvas);
				canvas = drawn(master, size);
			}
			const blob = await encoded(canvas, type, step.quality);
			if (!blob) throw new Error(`This browser did not write ${type}`);
			at = blob.size <= wish.maxBytes ? null : stepAfter(steps, at, blob.size, wish.maxBytes);
			if (at === null) return { blob, ...size, type };
		}
	} finally {
		if (canvas !== master) release(canvas);
		release(master);
	}
}
