import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimalOf, instantIn, isUuid, numberOf, typedIn, uuidOf, wordsOf } from './words.ts';

describe('a date and time on the wall of a city', () => {
	it.each([
		['Asia/Shanghai', '2026-03-15', '09:00', '2026-03-15T01:00:00.000Z'],
		['UTC', '2026-03-15', '23:59', '2026-03-15T23:59:00.000Z'],
		// The night the clocks go forward: the morning is already summer time.
		['Europe/Berlin', '2026-03-29', '09:00', '2026-03-29T07:00:00.000Z'],
		['Europe/Berlin', '2026-10-25', '00:30', '2026-10-24T22:30:00.000Z']
	])('%s %s %s', (zone, date, time, expected) => {
		expect(instantIn(zone, date, time)).toBe(expected);
	});

	it.each(['', '15.3.2026', '2026-3-15', '2026-02-30', '2026-00-10'])(
		'is none when the date is none: %j',
		(date) => {
			expect(instantIn('Asia/Shanghai', date)).toBeNull();
		}
	);
});

describe('what was typed', () => {
	it('is kept as text, without files', () => {
		const form = new FormData();
		form.set('note', '还没处理');
		form.set('photo', new File(['x'], 'a.jpg'));
		expect(typedIn(form)).toEqual({ note: '还没处理' });
	});

	it('never makes a reader fail, whatever it is', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary' }), (text) => {
				const form = new FormData();
				form.set('field', text);
				const number = numberOf(form, 'field');
				expect(number === null || Number.isSafeInteger(number)).toBe(true);
				const decimal = decimalOf(form, 'field');
				expect(decimal === null || Number.isFinite(decimal)).toBe(true);
				expect(wordsOf(form, 'field')).not.toBe('');
				const id = uuidOf(form, 'field');
				expect(id === null || isUuid(id)).toBe(true);
			})
		);
	});
});
