import { describe, expect, it } from 'vitest';
import {
	openCategories,
	streetRows,
	type PublicMap,
	type SegmentCounts,
	type StreetCounts
} from './public-map.ts';

const street = (street_id: number, counts: Partial<StreetCounts>): StreetCounts => ({
	street_id,
	name: `${street_id}号路`,
	name_en: null,
	due: 0,
	closed: 0,
	open: 0,
	received: 0,
	...counts
});
const segment = (
	segment_id: number,
	street_id: number | null,
	by_category: Record<string, number>
): SegmentCounts => ({
	segment_id,
	street_id,
	open: Object.values(by_category).reduce((sum, n) => sum + n, 0),
	closed: 0,
	by_category
});
const map = (parts: Partial<PublicMap>): PublicMap => ({
	taken_at: '2026-11-21T08:00:00Z',
	period: { from: '2026-10-22T00:00:00Z', to: '2026-11-21T08:00:00Z', days: 30 },
	totals: { open: 0, closed: 0, due: 0, overdue: 0, received_today: 0 },
	segments: [],
	streets: [],
	facilities: [],
	campaign: null,
	...parts
});

describe('the list of streets', () => {
	it('begins with the most open cases', () => {
		const rows = streetRows(map({ streets: [street(1, { open: 2 }), street(2, { open: 7 })] }), null);
		expect(rows.map((row) => row.street_id)).toEqual([2, 1]);
	});

	it('says nothing of two out of two, and of nothing out of nothing', () => {
		const rows = streetRows(
			map({ streets: [street(1, { due: 2, closed: 2 }), street(2, {}), street(3, { due: 10, closed: 9 })] }),
			null
		);
		expect(Object.fromEntries(rows.map((row) => [row.street_id, row.standing]))).toEqual({
			1: 'small',
			2: 'none',
			3: 'enough'
		});
	});

	it('follows the city’s own minimum', () => {
		const [row] = streetRows(map({ minimum_sample: 2, streets: [street(1, { due: 2, closed: 2 })] }), null);
		expect(row?.standing).toBe('enough');
	});

	it('with a category counts its open cases only, and leaves out streets that have none', () => {
		const rows = streetRows(
			map({
				streets: [street(1, { open: 3, due: 12, closed: 9 }), street(2, { open: 4 })],
				segments: [
					segment(10, 1, { '0551': 1, '0504': 1 }),
					segment(11, 1, { '0551': 1 }),
					segment(12, 2, { '0504': 4 })
				]
			}),
			'0551'
		);
		expect(rows.map(({ street_id, open, share }) => [street_id, open, share])).toEqual([[1, 2, 0.75]]);
	});
});

describe('the categories to choose from', () => {
	it('are those with open cases, the most first', () => {
		const segments = [
			segment(1, 1, { a: 1, b: 2 }),
			segment(2, null, { a: 4 }),
			{ ...segment(3, 1, {}), by_category: null }
		];
		expect(openCategories(segments)).toEqual([
			{ code: 'a', open: 5 },
			{ code: 'b', open: 2 }
		]);
	});
});
