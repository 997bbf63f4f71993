import fc from 'fast-check';
import { expect, test } from 'vitest';
import { difference } from './difference.ts';

// Table II of Newcombe 1998, method 10; the first share is `after`.
test.each([
	[56, 70, 48, 80, 0.0524, 0.3339],
	[9, 10, 3, 10, 0.1705, 0.809],
	[6, 7, 2, 7, 0.0582, 0.8062],
	[5, 56, 0, 29, -0.0381, 0.1926],
	[0, 10, 0, 20, -0.1611, 0.2775],
	[0, 10, 0, 10, -0.2775, 0.2775],
	[10, 10, 0, 20, 0.6791, 1],
	[10, 10, 0, 10, 0.6075, 1]
])('%i of %i less %i of %i lies between the published limits', (a, n, b, k, low, high) => {
	const found = difference({ part: b, of: k }, { part: a, of: n })!;
	expect(found.interval.low).toBeCloseTo(low, 4);
	expect(found.interval.high).toBeCloseTo(high, 4);
});

test('nothing due in either period has no difference', () => {
	expect(difference({ part: 0, of: 0 }, { part: 1, of: 2 })).toBeNull();
	expect(difference({ part: 1, of: 2 }, { part: 0, of: 0 })).toBeNull();
});

test('2 of 2 after 180 of 200 is no change', () => {
	expect(difference({ part: 180, of: 200 }, { part: 2, of: 2 })!.reading).toBe('same');
});

const share = fc
	.tuple(fc.integer({ min: 1, max: 2000 }), fc.double({ min: 0, max: 1, noNaN: true }))
	.map(([of, p]) => ({ part: Math.round(of * p), of }));

test('turned about it is the same difference with the other sign', () => {
	fc.assert(
		fc.property(share, share, (a, b) => {
			const [there, back] = [difference(a, b)!, difference(b, a)!];
			expect(there.difference).toBeCloseTo(-back.difference, 12);
			expect(there.interval.low).toBeCloseTo(-back.interval.high, 12);
			expect(there.interval.low).toBeLessThanOrEqual(there.difference);
			expect(there.interval.high).toBeGreaterThanOrEqual(there.difference);
		})
	);
});
