import { describe, expect, it } from 'vitest';
import { readDayHours, writeDay } from './week.ts';

describe('working time of a weekday', () => {
	it.each([
		['', []],
		['9:00-12:00', [['09:00', '12:00']]],
		[
			'09:00–12:00, 13:30–17:30',
			[
				['09:00', '12:00'],
				['13:30', '17:30']
			]
		],
		[
			'9：00至12：00；14点~18点',
			[
				['09:00', '12:00'],
				['14:00', '18:00']
			]
		]
	])('%j is read', (typed, expected) => {
		const hours = expected.map(([starts, ends]) => ({ weekday: 3, starts, ends }));
		expect(readDayHours(typed, 3)).toEqual(hours);
	});

	it.each(['9', '12:00-9:00', '9:00-12:00, 11:00-13:00', '9:00-12:00-13:00', '25:00-26:00', 'morning'])(
		'%j is refused',
		(typed) => {
			expect(readDayHours(typed, 1)).toBeNull();
		}
	);

	it('comes back as it was written', () => {
		const text = '08:30–12:00, 14:00–18:00';
		expect(writeDay(readDayHours(text, 2)!, 2)).toBe(text);
		expect(writeDay(readDayHours(text, 2)!, 3)).toBe('');
	});
});
