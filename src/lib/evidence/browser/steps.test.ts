import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	eighthsOf,
	fitted,
	isBearable,
	SENT,
	stepAfter,
	stepsFor,
	type Encoding,
	type Wish
} from './steps.ts';

const phone = { width: 4000, height: 3000 };
const encodings: Encoding[] = ['image/webp', 'image/jpeg'];

/** What the steps come to when an encoder gives `bytesOf` for each. */
function taken(wish: Wish, bytesOf: (side: number, quality: number) => number) {
	const steps = stepsFor(wish, phone, 'image/webp');
	const tried: string[] = [];
	for (let at = 0; ;) {
		const { longestSide, quality } = steps[at]!;
		const bytes = bytesOf(longestSide, quality);
		tried.push(`${longestSide} at ${quality}`);
		const next = bytes <= wish.maxBytes ? null : stepAfter(steps, at, bytes, wish.maxBytes);
		if (next === null) return tried;
		expect(next).toBeGreaterThan(at);
		at = next;
	}
}

describe('the steps of making a photo smaller', () => {
	it('take quality down to the floor before pixels', () => {
		const [first, second, third, fourth] = stepsFor(SENT, phone, 'image/webp');
		expect([first, second, third].map((step) => step?.longestSide)).toEqual([2048, 2048, 2048]);
		expect(third?.quality).toBe(0.5);
		expect(fourth?.longestSide).toBe(1600);
	});

	it.each(encodings)('never go below the quality at which letters are legible (%s)', (encoding) => {
		const floor = encoding === 'image/webp' ? 0.5 : 0.58;
		const wish = { longestSide: 2048, maxBytes: 1, smallestSide: 320 };
		for (const step of stepsFor(wish, phone, encoding)) expect(step.quality).toBeGreaterThanOrEqual(floor);
	});

	it('get lighter with every step, whatever the photo and the wish', () => {
		const side = fc.integer({ min: 1, max: 20_000 });
		fc.assert(
			fc.property(side, side, fc.integer({ min: 320, max: 2048 }), (width, height, longestSide) => {
				for (const encoding of encodings) {
					const wish = { longestSide, maxBytes: 1, smallestSide: 320 };
					const weights = stepsFor(wish, { width, height }, encoding).map(({ weight }) => weight);
					expect(weights.length).toBeGreaterThan(0);
					expect(weights).toEqual([...new Set(weights)].sort((a, b) => b - a));
				}
			})
		);
	});

	it('never enlarge a small photo and never go below the smallest side', () => {
		const sides = (wish: Wish, width: number) =>
			new Set(stepsFor(wish, { width, height: 10 }, 'image/jpeg').map((step) => step.longestSide));
		expect(sides(SENT, 900)).toEqual(new Set([900]));
		expect(sides(SENT, 1200)).toEqual(new Set([1200, 1024]));
		expect(sides({ ...SENT, smallestSide: 320 }, 700)).toEqual(new Set([700, 640, 480, 320]));
	});

	it('stop at the first that is light enough', () => {
		expect(taken(SENT, () => 250_000)).toEqual(['2048 at 0.8']);
	});

	it('pass over those that cannot be light enough', () => {
		const heavy = (side: number, quality: number) => side ** 1.75 * quality;
		expect(taken(SENT, (side, quality) => heavy(side, quality)).length).toBeLessThanOrEqual(4);
	});

	it('end with the smallest when nothing is light enough', () => {
		expect(taken(SENT, () => 10_000_000).at(-1)).toBe('1024 at 0.5');
	});
});

describe('the size of a decoded photo', () => {
	it('fits the longest side and keeps at least one pixel', () => {
		expect(fitted(phone, 2048)).toEqual({ width: 2048, height: 1536 });
		expect(fitted({ width: 100, height: 50 }, 2048)).toEqual({ width: 100, height: 50 });
		expect(fitted({ width: 20_000, height: 1 }, 320)).toEqual({ width: 320, height: 1 });
	});

	it('is asked for in eighths, never less than needed', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 1, max: 12_000 }),
				fc.integer({ min: 1, max: 12_000 }),
				(width, height) => {
					const longest = Math.max(width, height);
					const wanted = eighthsOf({ width, height }, 2048);
					if (!wanted) {
						expect(longest).toBeLessThan(2048 * 1.15);
						return;
					}
					expect(Math.max(wanted.width, wanted.height)).toBeGreaterThanOrEqual(2048);
					// What a decoder makes of it: whole eighths that fit.
					const eighths = Math.floor(Math.min((8 * wanted.width) / width, (8 * wanted.height) / height));
					expect(Math.ceil((longest * eighths) / 8)).toBeGreaterThanOrEqual(2048);
				}
			)
		);
	});

	it('of 50 megapixels is bearable on a phone of two gigabytes, of 100 not', () => {
		expect(isBearable({ width: 8160, height: 6120 }, 4, 2)).toBe(true);
		expect(isBearable({ width: 12_000, height: 9000 }, 4, 2)).toBe(false);
		expect(isBearable({ width: 12_000, height: 9000 }, 4, 4)).toBe(true);
	});

	it('of billions of pixels is never bearable', () => {
		expect(isBearable({ width: 60_000, height: 60_000 }, 4, 1024)).toBe(false);
	});
});
