import { describe, expect, it } from 'vitest';
import {
	dayIn,
	readDay,
	readNumber,
	readTime,
	readTruth,
	readWeekday,
	readWhole,
	startOfDay
} from './cells.ts';

describe('a cell', () => {
	it.each([
		['2026-10-01', '2026-10-01'],
		['2026/1/9', '2026-01-09'],
		['2026.1.9', '2026-01-09'],
		['2026年1月9日', '2026-01-09'],
		['２０２６年１月９日', '2026-01-09'],
		['20260109', '2026-01-09'],
		['46031', '2026-01-09'],
		['2026-01-09 00:00:00', '2026-01-09'],
		['2026-02-30', undefined],
		['01/09/2026', undefined],
		['7', undefined],
		['明天', undefined]
	])('%s is the day %s', (text, day) => expect(readDay(text)).toBe(day));

	it.each([
		['8:30', '08:30'],
		['08:30:00', '08:30'],
		['8点半', '08:30'],
		['17时30分', '17:30'],
		['0.354166666666667', '08:30'],
		['24:00', '24:00'],
		['25:00', undefined],
		['8.30', undefined]
	])('%s is the time %s', (text, time) => expect(readTime(text)).toBe(time));

	it.each([
		['1,250', 1250],
		['25位', 25],
		['５０ m', 50],
		['-3.5', -3.5],
		['1.39E+10', undefined],
		['NaN', undefined],
		['12 或 13', undefined],
		['', undefined]
	])('%j is the number %s', (text, number) => expect(readNumber(text)).toBe(number));

	it('is a whole number only when it is one', () => {
		expect([readWhole('14'), readWhole('14.5')]).toEqual([14, undefined]);
	});

	it.each([
		['周一', 1],
		['星期日', 7],
		['礼拜天', 7],
		['Sunday', 7],
		['3', 3],
		['Feiertag', undefined]
	])('%s is weekday %s', (text, weekday) => expect(readWeekday(text)).toBe(weekday));

	it.each([
		['是', true],
		['√', true],
		['No', false],
		['0', false],
		['也许', undefined]
	])('%s means %s', (text, truth) => expect(readTruth(text)).toBe(truth));
});

describe('the beginning of a day', () => {
	it.each([
		['2026-05-01', 'Asia/Shanghai', '2026-04-30T16:00:00.000Z'],
		['2026-03-08', 'America/New_York', '2026-03-08T05:00:00.000Z'],
		['2026-03-09', 'America/New_York', '2026-03-09T04:00:00.000Z']
	])('%s in %s is %s, whatever clocks do', (day, timeZone, moment) => {
		expect(startOfDay(day, timeZone)).toBe(moment);
		expect(dayIn(moment, timeZone)).toBe(day);
	});
});
