import { describe, expect, it } from 'vitest';
import { boxAround, streetRows, type PublicMap, type StreetCounts } from './public-map.ts';

const street = (street_id: number, counts: Partial<StreetCounts>): StreetCounts => ({
	street_id,
	name: `${street_id}号路`,
	name_en: null,
	due: 0,
	closed: 0,
	open: 0,
	...counts
});
const map = (parts: Partial<PublicMap>): PublicMap => ({
	taken_at: '2026-11-21T08:00:00Z',
	period: { from: '2026-10-22T00:00:00Z', to: '2026-11-21T08:00:00Z', days: 30 },
	category: null,
	totals: { open: 0, closed: 0, due: 0, overdue: 0, received_today: 0 },
	categories: [],
	segments: [],
	streets: [],
	facilities: [],
	campaign: null,
	...parts
});

describe('the list of streets', () => {
	it('begins with the most open cases', () => {
		const rows = streetRows(map({ streets: [street(1, { open: 2 }), street(2, { open: 7 })] }));
		expect(rows.map((row) => row.street_id)).toEqual([2, 1]);
	});

	it('says nothing of two out of two, and of nothing out of nothing', () => {
		const rows = streetRows(
			map({ streets: [street(1, { due: 2, closed: 2 }), street(2, {}), street(3, { due: 10, closed: 9 })] })
		);
		expect(Object.fromEntries(rows.map((row) => [row.street_id, row.standing]))).toEqual({
			1: 'small',
			2: 'none',
			3: 'enough'
		});
	});

	it('follows the city’s own minimum', () => {
		const [row] = streetRows(map({ minimum_sample: 2, streets: [street(1, { due: 2, closed: 2 })] }));
		expect(row?.standing).toBe('enough');
	});
});

describe('the box around a street', () => {
	it('holds all of its lines', () => {
		expect(
			boxAround([
				[
					[1, 5],
					[3, 4]
				],
				[[2, 7]]
			])
		).toEqual([1, 4, 3, 7]);
	});

	it('of nothing is none', () => {
		expect(boxAround([])).toBeNull();
	});
});
