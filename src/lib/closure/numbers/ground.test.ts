import { describe, expect, test } from 'vitest';
import { usualFilters } from '../board-filters.ts';
import { factMoment } from '../facts/fact-time.ts';
import {
	campaignOf,
	daysCompared,
	receivedBy,
	selectionOf,
	unitsWithin,
	type GroundCampaign
} from './ground.ts';

const units = [
	{ id: 1, name: '支队', name_en: null, parent: null },
	{ id: 2, name: '大队', name_en: null, parent: 1 },
	{ id: 3, name: '中队', name_en: null, parent: 2 },
	{ id: 4, name: '公司', name_en: null, parent: null }
];
const iso = (seconds: number) => new Date(factMoment(seconds)!).toISOString();

test('a unit counts with all below it', () => {
	expect(unitsWithin(units, 1)).toEqual([1, 2, 3]);
	expect(unitsWithin(units, 4)).toEqual([4]);
});

test('days are the city’s, both counted in', () => {
	const asked = { ...usualFilters, category: '05', unit: '2', source: 'hotline', patrol: 'without' as const };
	const categories = [
		{ code: '05', parent: null },
		{ code: '0551', parent: '05' }
	];
	const days = { from: '2026-11-01', to: '2026-11-30' };
	const found = selectionOf(asked, days, 'Asia/Shanghai', { units }, categories);
	expect([iso(found.from), iso(found.until)]).toEqual([
		'2026-10-31T16:00:00.000Z',
		'2026-11-30T16:00:00.000Z'
	]);
	expect(found).toMatchObject({ categories: ['05', '0551'], units: [2, 3], sources: [3], patrol: 'without' });
	expect(found.streets).toBeNull();
});

test('a unit may be asked for without those below it', () => {
	const days = { from: '2026-11-01', to: '2026-11-30' };
	const alone = { ...usualFilters, unit: '2', below: 'without' as const };
	expect(selectionOf(alone, days, 'Asia/Shanghai', { units }, []).units).toEqual([2]);
});

test('reports are counted by street or by area, and not where a filter asks for what they do not have', () => {
	const by = (filters: Partial<typeof usualFilters>) => receivedBy({ ...usualFilters, ...filters });
	expect([by({}), by({ by: 'unit' }), by({ by: 'area' })]).toEqual(['street', 'street', 'area']);
	expect([by({ street: '9' }), by({ by: 'area', area: '3' })]).toEqual(['street', 'area']);
	expect([by({ area: '3' }), by({ by: 'area', street: '9' })]).toEqual([null, null]);
	expect([by({ unit: '1' }), by({ class: 'primary' }), by({ patrol: 'only' })]).toEqual([null, null, null]);
});

test('where clocks are moved a day begins when it does', () => {
	const days = { from: '2026-03-08', to: '2026-03-08' };
	const found = selectionOf(usualFilters, days, 'America/New_York', { units }, []);
	expect(found.until - found.from).toBe(23 * 3600);
});

describe('what a period is compared with', () => {
	test('as many days just before', () => {
		expect(daysCompared({ from: '2026-03-01', to: '2026-03-31' }, 'before')).toEqual({
			from: '2026-01-29',
			to: '2026-02-28'
		});
	});

	test('the same days of the year before', () => {
		expect(daysCompared({ from: '2024-02-29', to: '2024-03-31' }, 'year')).toEqual({
			from: '2023-02-28',
			to: '2023-03-31'
		});
	});
});

test('the campaign that is on comes before the next, and that before the last', () => {
	const one = (key: string, starts_on: string, ends_on: string): GroundCampaign => ({
		...{ key, name: key, name_en: null, starts_on, ends_on, phases: [] }
	});
	const all = [one('past', '2025-01-01', '2025-12-31'), one('next', '2027-01-01', '2027-02-01')];
	const on = one('on', '2026-01-01', '2026-12-31');
	expect(campaignOf({ campaigns: [...all, on], today: '2026-06-01' })!.key).toBe('on');
	expect(campaignOf({ campaigns: all, today: '2026-06-01' })!.key).toBe('next');
	expect(campaignOf({ campaigns: all.slice(0, 1), today: '2026-06-01' })!.key).toBe('past');
	expect(campaignOf({ campaigns: [], today: '2026-06-01' })).toBeNull();
});
