import { expect, test } from 'vitest';
import { caseTable } from './case-export.ts';
import { definitionOf, type NumberId } from './definitions.ts';
import type { NumberCase } from './number-case.ts';
import { emptyRow } from './tally.ts';

const one: NumberCase = {
	...{ fact_number: 3, id: 'a', number: 'E0504202612010003', status: 'closed', category: '0504' },
	...{ street_id: 9, unit_id: 2, area_id: null, source: 'hotline', returned_count: 1 },
	...{ filed_at: '2026-12-01T01:00:00Z', dispatched_at: null, due_at: null, closed_at: null }
};
const ground = {
	categories: [{ code: '0504', name: '店外经营', name_en: null }],
	areas: [],
	units: [{ id: 2, name: '大队', name_en: null }],
	streets: [{ id: 9, name: '金桥路', name_en: null }]
};
const period = {
	from: '2026-11-30T16:00:00Z',
	to: '2026-12-31T16:00:00Z',
	from_day: '2026-12-01',
	to_day: '2026-12-31',
	days: 31
};
const tableOf = (id: NumberId, cases: NumberCase[], received: number | null = null) =>
	caseTable(
		definitionOf(id)!,
		{
			counts: { ...emptyRow(), closed: 911, due: 972 },
			received,
			part: id === 'count.received' ? null : 'closed',
			of: 911,
			cases,
			period,
			taken_at: '2027-01-01T00:00:00Z'
		},
		'街道：金桥路',
		ground
	);

test('a file of cases says the number, what it is made of, and how many cases there are beside those listed', () => {
	const { columns, rows } = tableOf('rate.closure', [one]);
	expect(new Set(columns).size).toBe(columns.length);
	expect(rows).toHaveLength(1);
	expect(rows[0]).toMatchObject({ 案号: one.number, 街道: '金桥路', 责任单位: '大队', 最先上报者: '热线' });
	expect(rows[0]).toMatchObject({
		指标: '结案率',
		数值: 0.937243,
		指标分子: 911,
		指标分母: 972,
		案件总数: 911
	});
	expect(rows[0]).toMatchObject({ 筛选条件: '街道：金桥路' });
});

test('a number without a case has a line of its own', () => {
	expect(tableOf('rate.closure', []).rows).toEqual([
		expect.objectContaining({ 案号: null, 指标: '结案率', 数值: 0.937243 })
	]);
	expect(tableOf('rate.recurrence', []).rows[0]).toMatchObject({ 数值: null, 指标分子: 0, 指标分母: 0 });
	expect(tableOf('count.received', [], 12).rows[0]).toMatchObject({ 数值: 12, 案件总数: null });
});
