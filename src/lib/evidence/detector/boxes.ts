// From a model's numbers to boxes on the upright picture: read, thinned out, and cut to what is in the picture.
import { MAX_COVERS, overlap, type SuggestedCover } from '../covers.ts';
import type { Letterbox } from './letterbox.ts';
import type { Manifest } from './manifest.ts';

/** A model's output: numbers with their shape. */
export interface Output {
	data: ArrayLike<number>;
	dims: readonly number[];
}

/** More than this is noise, and thinning it out would take long. */
const MOST_CANDIDATES = 2000;

/** The boxes in `output`, most certain first, one for each thing. Throws a sentence when its shape is not as announced. */
export function readBoxes(output: Output, letterbox: Letterbox, manifest: Manifest): SuggestedCover[] {
	const found = manifest.output.format === 'yolov8' ? readYolo(output, manifest) : readRows(output, manifest);
	const unit = manifest.output.format === 'boxes' ? manifest.output.unit : 'pixels';
	return thinned(
		found.flatMap((corners) => onPicture(corners, letterbox, unit) ?? []),
		manifest.iou
	);
}

interface Corners {
	kind: SuggestedCover['kind'];
	score: number;
	left: number;
	top: number;
	right: number;
	bottom: number;
}

/**
 * Ultralytics' layout: one column per candidate with centre x and y, width, height and a score for every class; or the
 * same lying on its side. https://docs.ultralytics.com/modes/export
 */
function readYolo({ data, dims }: Output, { output, classes, score: least }: Manifest): Corners[] {
	const extra = output.format === 'yolov8' ? output.extra : 0;
	const channels = 4 + classes.length + extra;
	const [first = 0, second = 0] = dims.slice(-2);
	const isPlain = dims.length === 2 || (dims.length === 3 && dims[0] === 1);
	if (!isPlain || (first !== channels && second !== channels) || data.length !== first * second) {
		throw new Error(
			`Output "${output.name}" has the shape ${dims.join(' × ')}; with ${classes.length} classes${
				extra ? ` and ${extra} further channels` : ''
			} it should be 1 × ${channels} × the number of candidates.`
		);
	}
	const [count, perCandidate, perChannel] = first === channels ? [second, 1, second] : [first, second, 1];
	const found: Corners[] = [];
	for (let at = 0; at < count; at += 1) {
		const value = (channel: number) => data[at * perCandidate + channel * perChannel] as number;
		let score = 0;
		let best = -1;
		for (let index = 0; index < classes.length; index += 1) {
			if (value(4 + index) > score) [score, best] = [value(4 + index), index];
		}
		const kind = classes[best];
		if (!kind || !(score >= least)) continue;
		const [x, y, halfWidth, halfHeight] = [value(0), value(1), value(2) / 2, value(3) / 2];
		found.push({
			kind,
			score,
			left: x - halfWidth,
			top: y - halfHeight,
			right: x + halfWidth,
			bottom: y + halfHeight
		});
	}
	return found;
}

/** A model that has thinned out by itself: rows of left, top, right, bottom, score, class. */
function readRows({ data, dims }: Output, { output, classes, score: least }: Manifest): Corners[] {
	const isPlain = dims.length === 2 || (dims.length === 3 && dims[0] === 1);
	if (!isPlain || dims.at(-1) !== 6 || data.length % 6 !== 0) {
		throw new Error(
			`Output "${output.name}" has the shape ${dims.join(' × ')}; it should be 1 × the number of boxes × 6.`
		);
	}
	const found: Corners[] = [];
	for (let at = 0; at < data.length; at += 6) {
		const [left, top, right, bottom, score, index] = Array.from({ length: 6 }, (_, i) => data[at + i]) as [
			number,
			number,
			number,
			number,
			number,
			number
		];
		const kind = classes[index];
		if (kind && score >= least) found.push({ kind, score, left, top, right, bottom });
	}
	return found;
}

/** As shares of the upright picture; null for what lies outside it, or is no box. */
function onPicture(
	{ kind, score, ...corners }: Corners,
	{ width, height, left, top, innerWidth, innerHeight }: Letterbox,
	unit: 'pixels' | 'fractions'
): SuggestedCover | null {
	const [perX, perY] = unit === 'fractions' ? [width, height] : [1, 1];
	const within = (value: number) => Math.min(Math.max(value, 0), 1);
	const x = within((corners.left * perX - left) / innerWidth);
	const y = within((corners.top * perY - top) / innerHeight);
	const w = within((corners.right * perX - left) / innerWidth) - x;
	const h = within((corners.bottom * perY - top) / innerHeight) - y;
	return w > 0 && h > 0 && Number.isFinite(w * h) ? { x, y, w, h, kind, score: Math.min(score, 1) } : null;
}

/** Of boxes of one kind that lie upon each other, the most certain (non-maximum suppression). */
function thinned(found: SuggestedCover[], iou: number): SuggestedCover[] {
	const kept: SuggestedCover[] = [];
	const candidates = found.sort((a, b) => b.score - a.score).slice(0, MOST_CANDIDATES);
	for (const one of candidates) {
		if (kept.some((better) => better.kind === one.kind && overlap(better, one) > iou)) continue;
		kept.push(one);
		if (kept.length === MAX_COVERS) break;
	}
	return kept;
}
