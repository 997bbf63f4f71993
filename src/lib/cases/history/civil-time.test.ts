import { describe, expect, it } from 'vitest';
import { findDateOrder, readCivilTime } from './civil-time.ts';
import { TimeZone, zoneAround } from './time-zone.ts';

const zone = new TimeZone('Asia/Shanghai');
const newYork = new TimeZone('America/New_York');
const at = (text: string, in_ = zone, order: 'mdy' | 'dmy' = 'mdy') => {
	const civil = readCivilTime(text, order);
	return civil && new Date(in_.moment(civil).at).toISOString();
};

describe('a time as an office writes it', () => {
	it.each([
		['2026年11月21日 14:05', '2026-11-21T06:05:00.000Z'],
		['２０２６年１１月２１日　１４：０５', '2026-11-21T06:05:00.000Z'],
		['2026年11月21日 下午2时5分', '2026-11-21T06:05:00.000Z'],
		['2026年11月21日 星期六 14:05:09', '2026-11-21T06:05:09.000Z'],
		['2026/11/21', '2026-11-20T16:00:00.000Z'],
		['2026.1.2 8:00', '2026-01-02T00:00:00.000Z'],
		['20261121', '2026-11-20T16:00:00.000Z'],
		['20261121140509', '2026-11-21T06:05:09.000Z'],
		['11/21/2026 02:05:00 PM', '2026-11-21T06:05:00.000Z'],
		['11/21/2026 12:05 AM', '2026-11-20T16:05:00.000Z'],
		['2026-11-21 14:05:00', '2026-11-21T06:05:00.000Z'],
		['2026-11-21T06:05:00Z', '2026-11-21T06:05:00.000Z'],
		['2026-11-21T06:05:00.123+02:00', '2026-11-21T04:05:00.000Z'],
		['2026-11-21 24:00', '2026-11-21T16:00:00.000Z'],
		['21-Nov-2026 14:05', '2026-11-21T06:05:00.000Z']
	])('%s is %s', (text, expected) => {
		expect(at(text)).toBe(expected);
	});

	it.each([
		'',
		'昨天',
		'2026-02-30',
		'2026-13-01',
		'2026-11-21 25:00',
		'2026-11-21 14:65',
		'45000',
		'1/2/26',
		'--'
	])('%j is none', (text) => {
		expect(readCivilTime(text, 'mdy')).toBeNull();
	});

	it('with the day first is read so when told', () => {
		expect(at('03/04/2026', zone, 'dmy')).toBe('2026-04-02T16:00:00.000Z');
	});
});

it.each([
	[['03/04/2026', '11/21/2026'], 'mdy'],
	[['03/04/2026', '21/11/2026'], 'dmy'],
	[['03/04/2026', '2026-11-21'], null]
])('the order of %j is %j', (texts, order) => {
	expect(findDateOrder(texts).order).toBe(order);
});

describe('summer time', () => {
	it('gives one hour twice: the first is meant', () => {
		const moment = newYork.moment(readCivilTime('11/01/2015 01:16:00 AM', 'mdy')!);
		expect([new Date(moment.at).toISOString(), moment.oddity]).toEqual(['2015-11-01T05:16:00.000Z', 'twice']);
	});

	it('leaves one hour out: it is moved on', () => {
		const moment = newYork.moment(readCivilTime('03/08/2015 02:30:00 AM', 'mdy')!);
		expect([new Date(moment.at).toISOString(), moment.oddity]).toEqual(['2015-03-08T07:30:00.000Z', 'gap']);
	});

	it.each([
		['03/08/2015 01:59:59 AM', '2015-03-08T06:59:59.000Z'],
		['03/08/2015 03:00:00 AM', '2015-03-08T07:00:00.000Z'],
		['11/01/2015 12:59:59 AM', '2015-11-01T04:59:59.000Z'],
		['11/01/2015 02:00:00 AM', '2015-11-01T07:00:00.000Z']
	])('%s is sure', (text, expected) => {
		const moment = newYork.moment(readCivilTime(text, 'mdy')!);
		expect([new Date(moment.at).toISOString(), moment.oddity]).toEqual([expected, null]);
	});
});

it('a zone is guessed from a place, and not where we know none', () => {
	expect([zoneAround(119.9, 32.4), zoneAround(-71.06, 42.36), zoneAround(0, 0)]).toEqual([
		'Asia/Shanghai',
		'America/New_York',
		null
	]);
});
