import { describe, expect, test } from 'vitest';
import { alphabetOf, hoursIn, sifted, type Sieve } from './selection.ts';
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
		const alphabet = alphabetOf(spots);
		const isIn = sifted(alphabet, { ...all, ...chosen });
		expect(Array.from(alphabet.letter, (l) => isIn[l])).toEqual(expected);
	});

	test('and what the robustness rules leave out', () => {
		const alphabet = alphabetOf(spots, Uint8Array.of(1, 0, 0, 0, 1));
		const isIn = sifted(alphabet, all);
		expect(Array.from(alphabet.letter, (l) => isIn[l])).toEqual([0, 1, 1, 1, 0]);
	});
});

test('a letter is all that a figure is counted by', () => {
	const spots = emptySpots(2);
	spots.hour.set([49, 24 * 9_000 + 23]);
	spots.category.set([3, 300]);
	spots.flags.set([(5 << 8) | spotFlags.closed | spotFlags.repeat, spotFlags.open | spotFlags.unplaced]);
	const { letter, category, hour, flags } = alphabetOf(spots);
	expect(Array.from(letter, (l) => [category[l], hour[l], flags[l]])).toEqual([
		[3, 1, (5 << 8) | spotFlags.closed | spotFlags.repeat],
		[300, 23, spotFlags.open]
	]);
});

test('hours of the day go round', () => {
	expect(hoursIn([0, 24]).every(Boolean)).toBe(true);
	expect([...hoursIn([23, 1])].flatMap((isIn, hour) => (isIn ? [hour] : []))).toEqual([0, 23]);
});
