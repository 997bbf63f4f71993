import { describe, expect, it } from 'vitest';
import { readHours } from './limit-form.ts';

describe('a limit that is typed', () => {
	it.each([
		['7', 7],
		[' 3.5 ', 3.5],
		['3,5', 3.5],
		['１４', 14],
		['2000', 2000],
		['', null],
		['  ', null]
	])('%j is %j', (typed, hours) => expect(readHours(typed)).toBe(hours));

	it.each(['0', '-1', '2000.1', '1e3', 'seven', 'NaN', '7h', '0x10'])('%j is none', (typed) =>
		expect(readHours(typed)).toBeUndefined()
	);
});
