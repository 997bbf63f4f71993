import { describe, expect, test } from 'vitest';
import { daysOf, readBoardFilters, todayIn, usualFilters, writeBoardFilters } from './board-filters.ts';

const categories = [{ code: '05' }, { code: '0551' }];
const read = (text: string) =>
	readBoardFilters(new URLSearchParams(text), {
		categories,
		areas: [{ id: 3 }],
		street_classes: ['primary'],
		sources: ['citizen']
	});
const phase = { key: 'keep', name: '巩固', name_en: null, starts_on: '2026-10-01', ends_on: '2026-12-31' };
const campaign = {
	name: '整治',
	name_en: null,
	starts_on: '2026-03-15',
	ends_on: '2026-12-31',
	phases: [phase]
};

describe('the address of a board', () => {
	test('says nothing that is usual', () => {
		expect(writeBoardFilters(usualFilters)).toBe('');
	});

	test.each([
		'by=unit&indicator=on_time&rule=minus_suspended',
		'by=area&period=month&category=0551&sort=overdue',
		'period=custom&from=2026-03-01&to=2026-03-31',
		'period=phase.%E5%B7%A9%E5%9B%BA+1',
		'period=phase.keep&area=3&unit=7&below=without&street=9&class=primary&source=citizen&patrol=without&than=year'
	])('comes back as it was: %s', (text) => {
		expect(writeBoardFilters(read(text))).toBe(text);
	});

	test.each([
		'by=planet&sort=luck',
		'category=<script>',
		'category=__proto__',
		'category=0552',
		'period=phase',
		'area=4',
		'unit=0',
		'street=1e3',
		'class=secondary',
		'patrol=maybe',
		'from=2026-02-30',
		'rule='
	])('that nobody wrote, or that is out of date, is the usual board: %s', (text) => {
		expect(read(text)).toEqual(usualFilters);
	});

	test('with two days is a custom period without saying so', () => {
		expect(read('from=2026-03-01&to=2026-03-31').period).toBe('custom');
	});
});

describe('the days of a period', () => {
	const days = (text: string, today = '2026-11-21', of: typeof campaign | null = campaign) =>
		daysOf(read(text), today, of);

	test.each([
		['period=rate', { from: null, to: null }],
		['period=days30', { from: '2026-10-23', to: '2026-11-21' }],
		['period=month', { from: '2026-11-01', to: '2026-11-21' }],
		['period=last_month', { from: '2026-10-01', to: '2026-10-31' }],
		['period=campaign', { from: '2026-03-15', to: '2026-11-21' }],
		['period=phase.keep', { from: '2026-10-01', to: '2026-11-21' }],
		['period=phase.gone', { from: null, to: null }],
		['period=custom&from=2026-05-01&to=2026-05-02', { from: '2026-05-01', to: '2026-05-02' }]
	])('%s', (text, expected) => {
		expect(days(text)).toEqual(expected);
	});

	test('of a campaign that is over end with it, and of none are the usual ones', () => {
		expect(days('period=campaign', '2027-02-01')).toEqual({ from: '2026-03-15', to: '2026-12-31' });
		expect(days('period=campaign', '2026-11-21', null)).toEqual({ from: null, to: null });
	});

	test.each([
		['period=custom&from=2026-05-02&to=2026-05-01', 'turned'],
		['period=custom&from=2026-05-02', 'open'],
		['period=custom&from=2027-05-02&to=2027-06-01', 'future']
	])('%s is said to be %s', (text, fault) => {
		expect(days(text)).toBe(fault);
	});

	test('last month of a January is the December before', () => {
		expect(days('period=last_month', '2026-01-31')).toEqual({ from: '2025-12-01', to: '2025-12-31' });
	});
});

test('today is the city’s, not the server’s', () => {
	const lateInLondon = Date.parse('2026-11-21T20:00:00Z');
	expect(todayIn('Asia/Shanghai', lateInLondon)).toBe('2026-11-22');
	expect(todayIn('America/New_York', lateInLondon)).toBe('2026-11-21');
});
