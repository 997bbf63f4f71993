import { decode } from './decoder.ts';
import { redraw, type Redrawn } from './redrawing.ts';
import type { Wish } from './steps.ts';

export interface Order {
	photo: Blob;
	wish: Wish;
	mayLoadHeic: boolean;
}

/** Null: not decodable here. */
export type Answer = Redrawn | null;

// One order for the whole life of this worker: ending it is how its memory is given back.
addEventListener('message', async ({ data }: MessageEvent<Order>) => {
	const { photo, wish, mayLoadHeic } = data;
	const picture = await decode(photo, { longestSide: wish.longestSide, mayLoadHeic }).catch(() => null);
	const answer: Answer = picture && (await redraw(picture, wish).catch(() => null));
	postMessage(answer);
});
