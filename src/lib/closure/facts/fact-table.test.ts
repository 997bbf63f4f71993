import { expect, test } from 'vitest';
import { factFlag, factTable, nowhere, patrolFound } from './fact-table.ts';
import { factMoment, factSeconds, never } from './fact-time.ts';

const bits = (flags: number) =>
	Object.entries(factFlag)
		.filter(([, bit]) => flags & bit)
		.map(([name]) => name);

test('a moment is rounded down, so whole-second bounds decide as the microsecond would', () => {
	expect(factSeconds('2000-01-01T00:00:01.999Z')).toBe(1);
	expect(factSeconds('1999-12-31T23:59:59.500Z')).toBe(-1);
	expect(factMoment(factSeconds('2026-11-23T08:00:00Z'))).toBe(Date.parse('2026-11-23T08:00:00Z'));
	expect(factMoment(never)).toBeNull();
	expect(() => factSeconds('yesterday')).toThrow('No moment: yesterday.');
});

test('what follows from the times is worked out', () => {
	const table = factTable([
		{
			filedAt: '2026-11-01T00:00:00Z',
			dispatchedAt: '2026-11-01T01:00:00Z',
			dueAt: '2026-11-02T00:00:00Z',
			isSuspended: true
		},
		{
			filedAt: '2026-11-01T00:00:00Z',
			dispatchedAt: '2026-11-01T01:00:00Z',
			dueAt: '2026-11-02T00:00:00Z',
			closedAt: '2026-11-02T00:00:00Z',
			isVerified: true,
			hasRecurred: true,
			isSuspended: true
		},
		{
			filedAt: '2026-11-01T00:00:00Z',
			closedAt: '2026-11-02T00:00:00Z',
			isVoided: true,
			source: 'inspector',
			place: [113.9, 22.5]
		}
	]);
	expect([...table.flags].map(bits)).toEqual([
		['open', 'suspended'],
		['onTime', 'verified', 'recurred'],
		['voided']
	]);
	expect([...table.workSeconds]).toEqual([-1, 23 * 3600, -1]);
	expect(table.closedAt[0]).toBe(never);
	expect(table.closedAt[2]).toBe(never);
	expect([table.source[0], table.source[2]]).toEqual([0, patrolFound]);
	expect([table.lng[0], table.lng[2]]).toEqual([nowhere, 1_139_000_000]);
});

test('categories and street classes are coded as they come', () => {
	const filedAt = 0;
	const table = factTable([
		{ filedAt, category: '0551' },
		{ filedAt, category: '0504', streetClass: 'primary' },
		{ filedAt, category: '0551' }
	]);
	expect(table.categories).toEqual(['0551', '0504']);
	expect([...table.category]).toEqual([0, 1, 0]);
	expect(table.streetClasses[table.streetClass[1]!]).toBe('primary');
	expect([...table.recurrenceSeconds]).toEqual([1_209_600, 1_209_600]);
});
