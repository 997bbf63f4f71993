import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	between,
	boxInTheMiddle,
	grown,
	handles,
	isCoveredBy,
	MAX_COVERS,
	moved,
	pulled,
	readCovers,
	SMALLEST,
	tidy,
	usefulSuggestions,
	type Cover
} from './covers.ts';

const number = fc.double({ min: -3, max: 3, noNaN: true });
const fraction = fc.double({ min: 0, max: 1, noNaN: true });
const cover = fc.record({ x: fraction, y: fraction, w: fraction, h: fraction }).map(tidy);

function isInPicture({ x, y, w, h }: Cover): boolean {
	const isWithin = (from: number, length: number) => from >= 0 && length > 0 && from + length <= 1 + 1e-9;
	return isWithin(x, w) && isWithin(y, h) && w >= SMALLEST - 1e-4 && h >= SMALLEST - 1e-4;
}

describe('a cover', () => {
	it('stays in the picture and large enough to see, whatever is done to it', () => {
		fc.assert(
			fc.property(cover, number, number, fc.constantFrom(...handles), (box, dx, dy, handle) => {
				expect(isInPicture(moved(box, dx, dy))).toBe(true);
				expect(isInPicture(pulled(box, handle, dx, dy))).toBe(true);
				expect(isInPicture(grown(box, dx, dy))).toBe(true);
				expect(isInPicture(between({ x: dx, y: dy }, box))).toBe(true);
			})
		);
	});

	it('is the same drawn from either corner', () => {
		const [a, b] = [
			{ x: 0.2, y: 0.3 },
			{ x: 0.5, y: 0.9 }
		];
		expect(between(a, b)).toEqual({ x: 0.2, y: 0.3, w: 0.3, h: 0.6 });
		expect(between(b, a)).toEqual(between(a, b));
	});

	it('keeps its size when it is moved against an edge', () => {
		expect(moved({ x: 0.7, y: 0.1, w: 0.2, h: 0.2 }, 0.5, 0)).toEqual({ x: 0.8, y: 0.1, w: 0.2, h: 0.2 });
	});

	it('pulled by its left upper corner leaves the right lower one where it is', () => {
		expect(pulled({ x: 0.4, y: 0.4, w: 0.2, h: 0.2 }, 'nw', -0.1, 0.05)).toEqual({
			x: 0.3,
			y: 0.45,
			w: 0.3,
			h: 0.15
		});
	});

	it('pulled past its other side turns over', () => {
		expect(pulled({ x: 0.4, y: 0.4, w: 0.1, h: 0.1 }, 'e', -0.3, 0)).toEqual({
			x: 0.2,
			y: 0.4,
			w: 0.2,
			h: 0.1
		});
	});
});

describe('a new cover in the middle', () => {
	it('is square on the screen', () => {
		const { w, h } = boxInTheMiddle([], 16 / 9);
		expect(w * (16 / 9)).toBeCloseTo(h, 2);
	});

	it('does not lie on one that is there', () => {
		const first = boxInTheMiddle([], 1.5);
		expect(boxInTheMiddle([first], 1.5)).not.toEqual(first);
	});

	it('is in the middle of the part that is in view', () => {
		const { x, w } = boxInTheMiddle([], 1.5, { x: 0.5, y: 0.5, w: 0.5, h: 0.5 });
		expect(x + w / 2).toBeCloseTo(0.75, 2);
	});
});

describe('covers from a form', () => {
	it('are read when each is a box in the picture', () => {
		expect(readCovers('[{"x":0.1,"y":0.2,"w":0.3,"h":0.4}]')).toEqual([{ x: 0.1, y: 0.2, w: 0.3, h: 0.4 }]);
		expect(readCovers('[]')).toEqual([]);
	});

	it.each([
		['nothing', null],
		['no JSON', '{'],
		['no list', '{"x":0}'],
		['a side missing', '[{"x":0,"y":0,"w":0.1}]'],
		['outside', '[{"x":0.9,"y":0,"w":0.2,"h":0.1}]'],
		['negative', '[{"x":-0.1,"y":0,"w":0.2,"h":0.1}]'],
		['flat', '[{"x":0.1,"y":0,"w":0,"h":0.1}]'],
		['words', '[{"x":"0.1","y":0,"w":0.1,"h":0.1}]'],
		['null', '[null]'],
		['too many', JSON.stringify(Array(MAX_COVERS + 1).fill({ x: 0, y: 0, w: 0.1, h: 0.1 }))]
	])('are refused: %s', (_, text) => {
		expect(readCovers(text)).toBeNull();
	});
});

describe('suggestions', () => {
	const face = { x: 0.1, y: 0.1, w: 0.1, h: 0.1, kind: 'face' as const, score: 0.9 };

	it('for what is covered already are left out', () => {
		expect(usefulSuggestions([face], [{ x: 0.05, y: 0.05, w: 0.2, h: 0.2 }])).toEqual([]);
		expect(isCoveredBy(face, [{ x: 0.15, y: 0.1, w: 0.1, h: 0.1 }])).toBe(false);
	});

	it('about one face are one, the surer of them', () => {
		const again = { ...face, x: 0.105, score: 0.95 };
		expect(usefulSuggestions([face, again], [])).toEqual([again]);
	});

	it('that are no box are left out', () => {
		expect(
			usefulSuggestions(
				[
					{ ...face, w: Number.NaN },
					{ ...face, h: 0 }
				],
				[]
			)
		).toEqual([]);
	});

	it('that reach over the edge end at it', () => {
		expect(usefulSuggestions([{ ...face, x: -0.05 }], [])).toMatchObject([{ x: 0, w: 0.05 }]);
	});
});
