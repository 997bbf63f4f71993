import { describe, expect, test } from 'vitest';
import { readWholeTable } from '#lib/city/tables/read-table.ts';
import { writeTable } from '#lib/city/tables/write-table.ts';
import { boardTable } from './board-export.ts';
import { readBoard, type BoardRow } from './board.ts';

const period = {
	from: '2026-11-01T00:00:00+08:00',
	to: '2026-12-01T00:00:00+08:00',
	from_day: '2026-11-01',
	to_day: '2026-11-30',
	days: 30
};
const row: BoardRow = {
	id: 1,
	name: '=金桥路',
	name_en: null,
	length_m: 1200,
	due: 16,
	closed: 9,
	on_time: 8,
	verified: 7,
	returned: 1,
	open: 7,
	overdue: 3,
	suspended_due: 2,
	filed: 12,
	window_over: 0,
	recurred: 0,
	by_source: [12],
	received: 20,
	median_hours: 6.5
};
const answer = { period, taken_at: '2026-12-01T01:00:00Z' };

describe('the table of a board', () => {
	const { lines } = readBoard({ rows: [row], minimum_sample: 10 }, 'on_time', 'minus_suspended');
	const { columns, rows } = boardTable(answer, lines, 'on_time', 'minus_suspended', '街道：金桥路');

	test('has what it takes to check each rate: numerator, denominator, interval, period', () => {
		expect(rows[0]).toMatchObject({
			名称: '=金桥路',
			指标: '按期结案率',
			指标分子: 8,
			指标分母: 14,
			按期结案率: 0.571429,
			应结案: 16,
			批准缓办: 2,
			时段开始: '2026-11-01'
		});
		expect(new Set(columns).size).toBe(columns.length);
	});

	test('has no rate, rather than 0, where nothing was due', () => {
		const idle = readBoard(
			{ rows: [{ ...row, due: 0, closed: 0 }], minimum_sample: 10 },
			'closure',
			'standard'
		);
		expect(boardTable(answer, idle.lines, 'closure').rows[0]).toMatchObject({ 结案率: null, 区间下限: null });
	});

	test.each(['csv', 'xlsx'] as const)(
		'comes back from %s as it was, a name that looks like a formula included',
		async (format) => {
			const table = await readWholeTable({
				name: `board.${format}`,
				bytes: writeTable(format, columns, rows)
			});
			const text = JSON.stringify(table);
			expect(text).toContain('=金桥路');
			expect(text).toContain('0.571429');
		}
	);
});
