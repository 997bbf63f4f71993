import { expect, test } from 'vitest';
import { usualFilters } from '../board-filters.ts';
import { numberHref, ownHref, rowFilters } from './number-address.ts';

const filters = { ...usualFilters, by: 'unit' as const, sort: 'due' as const, unit: '1' };

test('a number of a row is asked for as the row counts: a unit without those below it', () => {
	expect(numberHref('count.due', rowFilters('unit', 7, filters))).toBe(
		'/numbers/count.due?unit=7&below=without'
	);
	expect(numberHref('count.due', rowFilters('street', 9, filters))).toBe(
		'/numbers/count.due?unit=1&street=9'
	);
});

test('and so is its own page', () => {
	expect(ownHref('unit', 7, filters)).toBe('/board/unit/7?below=without');
	expect(ownHref('street', 9, { ...filters, street: '3' })).toBe('/board/street/9?unit=1');
});
