import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { overlap, rate, standing, wilson } from './rates.ts';

const percent = (share: number | null, digits: number) =>
	share === null ? null : (share * 100).toFixed(digits);
const interval = (part: number, of: number) => {
	const found = wilson({ part, of })!;
	return `${percent(found.low, 1)}–${percent(found.high, 1)}`;
};

// Published in a bulletin of 天门, December 2016.
test.each([
	['closure rate', 911, 972, '93.72'],
	['on-time closure rate', 737, 972, '75.82'],
	['closure rate of events', 902, 956, '94.35'],
	['closure rate of components', 9, 16, '56.25']
])('the %s of %i out of %i is %s %%', (_, part, of, expected) => {
	expect(percent(rate({ part, of }), 2)).toBe(expected);
});

test.each([
	[9, 16, '33.2–76.9'],
	[2, 2, '34.2–100.0'],
	[180, 200, '85.1–93.4']
])('the 95 %% interval of %i out of %i is %s', (part, of, expected) => {
	expect(interval(part, of)).toBe(expected);
});

test('2 of 2 and 180 of 200 cannot be told apart', () => {
	expect(overlap(wilson({ part: 2, of: 2 })!, wilson({ part: 180, of: 200 })!)).toBe(true);
	expect(overlap(wilson({ part: 100, of: 200 })!, wilson({ part: 180, of: 200 })!)).toBe(false);
});

describe('nothing due to close', () => {
	test('has no rate and no interval', () => {
		expect(rate({ part: 0, of: 0 })).toBeNull();
		expect(wilson({ part: 0, of: 0 })).toBeNull();
		expect(standing({ part: 0, of: 0 })).toBe('none');
	});
});

test('nine cases are too few and ten are enough, unless the city says otherwise', () => {
	expect(standing({ part: 9, of: 9 })).toBe('small');
	expect(standing({ part: 0, of: 10 })).toBe('enough');
	expect(standing({ part: 9, of: 9 }, 5)).toBe('enough');
});

test('the interval always holds the rate and lies within 0 and 1', () => {
	fc.assert(
		fc.property(
			fc.integer({ min: 1, max: 100_000 }),
			fc.double({ min: 0, max: 1, noNaN: true }),
			(of, share) => {
				const part = Math.round(of * share);
				const { low, high } = wilson({ part, of })!;
				// Rounding may leave the ends of 0 and 1 a hair inside.
				return low >= 0 && high <= 1 && low <= part / of + 1e-12 && high >= part / of - 1e-12;
			}
		)
	);
});
