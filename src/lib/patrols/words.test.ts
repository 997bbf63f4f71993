import { describe, expect, test } from 'vitest';
import { caseStop, checkStop, type WorkCase } from './stop.ts';
import { distanceWord, durationWord, whyWord } from './words.ts';

const shift = { startsAt: '2026-11-23T01:00:00.000Z', hours: 4, serviceMinutes: 10 };
const zone = 'Asia/Shanghai';
const work: WorkCase = {
	id: '1',
	number: 'E0551202611230001',
	status: 'dispatched',
	category: '0551',
	category_name: '占道洗车',
	category_name_en: null,
	street: '金桥路',
	street_en: null,
	lng: 119.5,
	lat: 32.8,
	due_at: null,
	returned_count: 0
};
const why = (due_at: string | null) => whyWord(caseStop({ ...work, due_at }, shift), shift.startsAt, zone);

describe('why a stop is on the route', () => {
	test.each([
		['2026-11-20T22:00:00Z', '超期 2 天'],
		['2026-11-22T12:00:00Z', '超期 13 小时'],
		['2026-11-23T00:20:00Z', '超期 40 分钟'],
		['2026-11-23T03:20:00Z', '11:20 到期'],
		['2026-11-25T03:20:00Z', '11-25 11:20 到期'],
		[null, '没有时限']
	])('a case due %s: %s', (due, words) => {
		expect(why(due)).toBe(words);
	});

	test('a street drawn by lot says so', () => {
		const stop = checkStop({ street_id: 3, name: '泰北路', name_en: null, lng: 119.5, lat: 32.8 });
		expect(whyWord(stop, shift.startsAt, zone)).toBe('随机抽查');
	});
});

test.each([
	[0, '0 米'],
	[44, '40 米'],
	[949, '950 米'],
	[1234, '1.2 公里']
])('%i metres are %s', (metres, words) => {
	expect(distanceWord(metres)).toBe(words);
});

test.each([
	[0, '0 分钟'],
	[4, '1 分钟'],
	[3540, '59 分钟'],
	[3600, '1 小时 0 分'],
	[8040, '2 小时 14 分']
])('%i seconds are %s', (seconds, words) => {
	expect(durationWord(seconds)).toBe(words);
});
