import { describe, expect, test } from 'vitest';
import { readLegs, readPlace } from './places.ts';

describe('a place somebody sent', () => {
	test('is two numbers on earth', () => {
		expect(readPlace({ lng: 119.5, lat: 32.8, note: 'x' })).toEqual({ lng: 119.5, lat: 32.8 });
	});

	test.each([
		null,
		7,
		'here',
		{},
		{ lng: '119', lat: 32 },
		{ lng: 181, lat: 0 },
		{ lng: 0, lat: NaN },
		{ lng: null, lat: 0 }
	])('is not %j', (value) => {
		expect(readPlace(value)).toBeNull();
	});
});

describe('legs somebody sent', () => {
	const leg = { from: { lng: 1, lat: 2 }, to: { lng: 3, lat: 4 } };

	test('are pairs of places', () => {
		expect(readLegs({ legs: [leg, leg] })).toEqual([leg, leg]);
		expect(readLegs({ legs: [] })).toEqual([]);
	});

	test.each([
		null,
		{},
		{ legs: {} },
		{ legs: [null] },
		{ legs: [{ from: leg.from }] },
		{ legs: Array(151).fill(leg) }
	])('are refused when one is none, or there are too many: %#', (body) => {
		expect(readLegs(body)).toBeNull();
	});
});
