import { describe, expect, test } from 'vitest';
import { hoursIn, sifted, type Sieve } from './selection.ts';
import { emptySpots, spotFlags } from './spots.ts';

const all: Sieve = { categories: null, hours: [0, 24], hasPatrolFound: true, hasRepeats: true };

describe('the sieve', () => {
	const spots = emptySpots(5);
	spots.hour.set([8, 20, 23, 24 + 2, 24 + 8]);
	spots.category.set([0, 1, 1, 2, 0]);
	spots.flags.set([0, spotFlags.patrolFound, spotFlags.repeat, 256 + spotFlags.open, 0]);

	test.each([
		['nothing chosen', {}, [1, 1, 1, 1, 1]],
		['two categories', { categories: [0, 2] }, [1, 0, 0, 1, 1]],
		['no category', { categories: [] }, [0, 0, 0, 0, 0]],
		['the morning', { hours: [6, 12] }, [1, 0, 0, 0, 1]],
		['the night, past midnight', { hours: [22, 4] }, [0, 0, 1, 1, 0]],
		['without what patrols found', { hasPatrolFound: false }, [1, 0, 1, 1, 1]],
		['without second reports', { hasRepeats: false }, [1, 1, 0, 1, 1]],
		['both at once', { categories: [1], hasPatrolFound: false }, [0, 0, 1, 0, 0]]
	] as [string, Partial<Sieve>, number[]][])('%s', (_, chosen, expected) => {
		expect([...sifted(spots, { ...all, ...chosen }, 3)]).toEqual(expected);
	});

	test('and what the robustness rules leave out', () => {
		expect([...sifted(spots, all, 3, Uint8Array.of(1, 0, 0, 0, 1))]).toEqual([0, 1, 1, 1, 0]);
	});
});

test('hours of the day go round', () => {
	expect(hoursIn([0, 24]).every(Boolean)).toBe(true);
	expect([...hoursIn([23, 1])].flatMap((isIn, hour) => (isIn ? [hour] : []))).toEqual([0, 23]);
});
