import { describe, expect, test } from 'vitest';
import { dayOf, dayText, readChoice, sieveOf, usualChoice, writeChoice, type Choice } from './address.ts';

describe('the address', () => {
	test('says what is chosen, and brings it back', () => {
		const choice: Choice = {
			...{ view: 'hexagons', first: 9_700, last: 9_730, categories: ['0551', '05'], hours: [22, 4] },
			...{ hasPatrolFound: false, hasRepeats: false, exposure: 'patrol', radius: 250 },
			hasDoubtful: true
		};
		expect(readChoice(new URLSearchParams(writeChoice(choice)))).toEqual(choice);
	});

	test('of the usual is empty', () => {
		expect(writeChoice(usualChoice)).toBe('');
		expect(readChoice(new URLSearchParams())).toEqual(usualChoice);
	});

	test.each([
		'view=moon',
		'from=2026-02-30',
		'to=yesterday',
		'hours=25-3',
		'hours=1-',
		'size=3',
		'per=head',
		'category=<script>'
	])('that is not understood is the usual: %s', (text) => {
		expect(readChoice(new URLSearchParams(text))).toEqual(usualChoice);
	});
});

test('days are those of the calendar', () => {
	expect(dayText(0)).toBe('2000-01-01');
	expect(dayOf('2026-11-22')).toBe(9_822);
	expect(dayText(9_822)).toBe('2026-11-22');
});

test('a class lets in the categories below it', () => {
	const categories = [
		{ code: '05', parent: null },
		{ code: '0504', parent: '05' },
		{ code: '0701', parent: '07' }
	];
	expect(sieveOf({ ...usualChoice, categories: ['05'] }, categories).categories).toEqual([0, 1]);
	expect(sieveOf({ ...usualChoice, categories: ['0999'] }, categories).categories).toBeNull();
});
