import { describe, expect, test } from 'vitest';
import { readPatrolOptions } from './options.ts';

const now = Date.parse('2026-11-23T01:07:30Z');
const read = (text: string) => readPatrolOptions(new URLSearchParams(text), 'Asia/Shanghai', 7, now);

describe('how a patrol is to be planned', () => {
	test('unless told otherwise it begins now, for four hours, with the day and the unit for a seed', () => {
		expect(read('')).toEqual({
			startsAt: '2026-11-23T01:05:00.000Z',
			from: '09:05',
			hours: 4,
			minutes: 10,
			start: 'stop',
			end: 'open',
			share: 10,
			seed: '2026-11-23-7'
		});
	});

	test('as the address says', () => {
		expect(read('from=14:30&hours=6.5&minutes=5&start=facility&end=back&share=0&seed=lucky')).toMatchObject({
			startsAt: '2026-11-23T06:30:00.000Z',
			hours: 6.5,
			minutes: 5,
			start: 'facility',
			end: 'back',
			share: 0,
			seed: 'lucky'
		});
	});

	test.each([
		['from=25:00', { from: '09:05' }],
		['hours=99', { hours: 12 }],
		['hours=many', { hours: 4 }],
		['minutes=0', { minutes: 1 }],
		['share=400', { share: 50 }],
		['seed=<b>x</b>', { seed: 'bxb' }]
	])('never nonsense: %s', (text, expected) => {
		expect(read(text)).toMatchObject(expected);
	});
});
