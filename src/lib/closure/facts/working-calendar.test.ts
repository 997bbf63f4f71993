import { expect, test } from 'vitest';
import { factSeconds } from './fact-time.ts';
import { settingOf } from './facts.fixture.ts';
import { WorkingCalendar } from './working-calendar.ts';

const shanghai = new WorkingCalendar({
	...settingOf(),
	working_days: { '2026-10-01': false, '2026-10-02': false, '2026-10-10': true }
});
const hours = (calendar: WorkingCalendar, since: string, until: string) =>
	calendar.between(factSeconds(since), factSeconds(until)) / 3600;

test.each([
	['within a morning', '2026-09-28T09:00:00+08:00', '2026-09-28T10:30:00+08:00', 1.5],
	['over the midday break', '2026-09-28T11:00:00+08:00', '2026-09-28T15:00:00+08:00', 2],
	['from night to night', '2026-09-28T00:00:00+08:00', '2026-09-29T00:00:00+08:00', 7],
	['over a weekend', '2026-09-25T17:00:00+08:00', '2026-09-28T09:00:00+08:00', 1],
	['through a holiday', '2026-09-30T17:30:00+08:00', '2026-10-05T08:30:00+08:00', 0],
	['on a working Saturday', '2026-10-10T00:00:00+08:00', '2026-10-11T00:00:00+08:00', 7],
	[
		'a year, but for the two days off and one on',
		'2026-01-01T00:00:00+08:00',
		'2027-01-01T00:00:00+08:00',
		260 * 7
	],
	['backwards', '2026-09-28T10:30:00+08:00', '2026-09-28T09:00:00+08:00', 0]
])('working hours %s', (_, since, until, expected) => {
	expect(hours(shanghai, since, until)).toBe(expected);
});

test('a city that changes its clocks works by the wall clock', () => {
	const [starts, ends] = [0, 86_400];
	const around = new WorkingCalendar({
		time_zone: 'Europe/Berlin',
		working_hours: [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, starts, ends })),
		working_days: {}
	});
	// 29 March 2026 has 23 hours, and as wall-clock time 24.
	expect(hours(around, '2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z')).toBe(24);
	expect(hours(around, '2026-03-29T00:59:59Z', '2026-03-29T01:00:00Z') * 3600).toBe(3601);
	expect(hours(around, '2026-07-01T00:00:00Z', '2026-07-02T00:00:00Z')).toBe(24);
});
