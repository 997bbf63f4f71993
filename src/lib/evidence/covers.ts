/** A part of a photo that nobody outside may see. Fractions (0 to 1) of the upright picture, from its left upper corner. */
export interface Cover {
	x: number;
	y: number;
	w: number;
	h: number;
}

/** What a detector thinks ought to be covered. A person accepts it, or does not. */
export interface SuggestedCover extends Cover {
	kind: 'face' | 'plate';
	/** 0 to 1: how sure the model is. */
	score: number;
}

/** withheld: nobody outside sees it; covered, cleared: a person has published it with or without covers. */
export type PhotoState = 'withheld' | 'covered' | 'cleared';
/** What a person says of a photo; reopened takes back what they said, and the photo waits again. */
export type Verdict = PhotoState | 'reopened';

export interface Point {
	x: number;
	y: number;
}

/** Which sides of a box a handle moves: 'n', 'se', … as on a map. */
export const handles = ['nw', 'n', 'ne', 'e', 'se', 's', 'sw', 'w'] as const;
export type Handle = (typeof handles)[number];

export const MAX_COVERS = 60;
/** Smaller than this nobody can see what is covered, nor take hold of it. */
export const SMALLEST = 0.008;

const within = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);
/** Four digits after the point are a fifth of a pixel in the largest picture we keep. */
const round = (value: number) => Math.round(value * 10_000) / 10_000;

/** The same box, inside the picture and no smaller than the smallest. */
export function tidy({ x, y, w, h }: Cover): Cover {
	const [width, height] = [within(w, SMALLEST, 1), within(h, SMALLEST, 1)];
	const [left, top] = [round(within(x, 0, 1 - width)), round(within(y, 0, 1 - height))];
	return { x: left, y: top, w: round(Math.min(width, 1 - left)), h: round(Math.min(height, 1 - top)) };
}

/** The box between two points, whichever was first; points outside the picture count as on its edge. */
export function between(a: Point, b: Point): Cover {
	const [ax, ay, bx, by] = [a.x, a.y, b.x, b.y].map((value) => within(value, 0, 1)) as [
		number,
		number,
		number,
		number
	];
	return tidy({
		x: Math.min(ax, bx),
		y: Math.min(ay, by),
		w: Math.abs(ax - bx),
		h: Math.abs(ay - by)
	});
}

/** Moved as far as the picture reaches; the size stays. */
export function moved(cover: Cover, dx: number, dy: number): Cover {
	return tidy({ ...cover, x: cover.x + dx, y: cover.y + dy });
}

/** One handle pulled: its sides follow, the opposite ones stay. Pulled past them, the box turns over. */
export function pulled(cover: Cover, handle: Handle, dx: number, dy: number): Cover {
	let [left, top, right, bottom] = [cover.x, cover.y, cover.x + cover.w, cover.y + cover.h];
	if (handle.includes('w')) left += dx;
	if (handle.includes('e')) right += dx;
	if (handle.includes('n')) top += dy;
	if (handle.includes('s')) bottom += dy;
	return between({ x: left, y: top }, { x: right, y: bottom });
}

/** Larger or smaller by keyboard: the right and the lower side move, and stop before they meet the others. */
export function grown(cover: Cover, dx: number, dy: number): Cover {
	const w = within(cover.w + dx, SMALLEST, 1 - cover.x);
	const h = within(cover.h + dy, SMALLEST, 1 - cover.y);
	return tidy({ ...cover, w, h });
}

/**
 * A new box for somebody without a pointer: square on the screen, in the middle of what is in view, and a little off
 * where a box is already.
 */
export function boxInTheMiddle(
	others: readonly Cover[],
	ratio: number,
	view: Cover = { x: 0, y: 0, w: 1, h: 1 }
): Cover {
	const side = 0.16 * Math.min(view.w * ratio, view.h);
	const [w, h] = [side / ratio, side];
	const [left, top] = [view.x + (view.w - w) / 2, view.y + (view.h - h) / 2];
	for (let step = 0; step < 8; step += 1) {
		const box = tidy({ x: left + step * 0.3 * w, y: top + step * 0.3 * h, w, h });
		if (!others.some((other) => isNear(other, box))) return box;
	}
	return tidy({ x: left, y: top, w, h });
}

const isNear = (a: Cover, b: Cover) => Math.abs(a.x - b.x) < 0.01 && Math.abs(a.y - b.y) < 0.01;

/** How much of two boxes is common to both, 0 to 1. */
export function overlap(a: Cover, b: Cover): number {
	const width = Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x, b.x);
	const height = Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y, b.y);
	if (width <= 0 || height <= 0) return 0;
	const common = width * height;
	return common / (a.w * a.h + b.w * b.h - common);
}

/** Whether a box covers (nearly) all that another would. */
export function isCoveredBy(inner: Cover, covers: readonly Cover[]): boolean {
	return covers.some((outer) => {
		const width = Math.min(inner.x + inner.w, outer.x + outer.w) - Math.max(inner.x, outer.x);
		const height = Math.min(inner.y + inner.h, outer.y + outer.h) - Math.max(inner.y, outer.y);
		return width > 0 && height > 0 && width * height >= 0.9 * inner.w * inner.h;
	});
}

/** A detector's answer as somebody else wrote it: what is no box in the picture, or what is covered already, is left out. */
export function usefulSuggestions(
	found: readonly SuggestedCover[],
	covers: readonly Cover[]
): SuggestedCover[] {
	const boxes = found
		.filter(({ x, y, w, h }) => [x, y, w, h].every(Number.isFinite) && w > 0 && h > 0)
		.map((one) => ({
			...one,
			...between({ x: one.x, y: one.y }, { x: one.x + one.w, y: one.y + one.h })
		}))
		.filter((one) => !isCoveredBy(one, covers))
		.sort((a, b) => b.score - a.score);
	// Two models, or one twice, about the same face.
	return boxes
		.filter((one, at) => boxes.slice(0, at).every((better) => overlap(one, better) < 0.6))
		.slice(0, MAX_COVERS);
}

/** Covers as a form carries them; null when that is no list of boxes in a picture. */
export function readCovers(text: unknown): Cover[] | null {
	if (typeof text !== 'string' || text.length > 20_000) return null;
	let given: unknown;
	try {
		given = JSON.parse(text);
	} catch {
		return null;
	}
	if (!Array.isArray(given) || given.length > MAX_COVERS) return null;
	const covers = given.map(coverOf);
	return covers.every((cover) => cover !== null) ? covers : null;
}

function coverOf(value: unknown): Cover | null {
	if (typeof value !== 'object' || value === null) return null;
	const { x, y, w, h } = value as Record<string, unknown>;
	const numbers = [x, y, w, h].filter((side) => typeof side === 'number' && side >= 0 && side <= 1);
	if (numbers.length !== 4) return null;
	const cover = { x, y, w, h } as Cover;
	const isInside = cover.x + cover.w <= 1.0001 && cover.y + cover.h <= 1.0001;
	return isInside && cover.w > 0 && cover.h > 0 ? tidy(cover) : null;
}

/** A fraction as people say it: 0.204 is 20. */
export const percent = (fraction: number) => Math.round(fraction * 100);
