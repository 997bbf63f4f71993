import { beforeAll, describe, expect, test } from 'vitest';
import { distance, fromLngLat } from '../plane.ts';
import { demoDistrict } from '../district.ts';
import { townHours } from '../office.ts';
import { historyDays, sightings } from './events.ts';
import { townHistory, type TownGround, type TownRow } from './history.ts';
import { hawkersWay, townHotspots } from './hotspots.ts';
import { Kerbs } from './kerbs.ts';
import { weather } from './rhythm.ts';
import { day, dayStart, hour, localHour, WorkingClock, zoneOffset } from './working-time.ts';

const district = demoDistrict();
const slow = new Set(['0551', '0507', '0508', '0599']);
const codes = ['0551', '0509', '0504', '0501', '0505', '0506', '0507', '0508', '0510', '0599'];
const ground: TownGround = {
	segments: district.segments,
	areas: district.areas,
	workingTime: { hours: townHours, days: [{ day: '2026-10-01', is_workday: false }] },
	categories: codes.map((code) => ({
		code,
		handle_working_hours: slow.has(code) ? 14 : 7,
		duplicate_radius_m: 50,
		duplicate_days: 14
	})),
	photos: {
		seen: { carwash: ['a'], taxi: ['b'], stall: ['c'] },
		waiting: { carwash: ['e'], taxi: ['f'], stall: ['g'] },
		after: 'd'
	}
};
const now = new Date('2026-11-20T08:00:00Z');
let rows: TownRow[];
let cases: TownRow[];

beforeAll(() => {
	rows = townHistory(now, ground);
	cases = rows.filter(
		({ status, merged_into }) => !merged_into && status !== 'received' && status !== 'declined'
	);
});

const of = (unit: string) => cases.filter((row) => row.unit === unit);
const share = (some: readonly unknown[], all: readonly unknown[]) => some.length / all.length;

describe('the history of the demo town', () => {
	test('is the same for the same moment, and moves with it', () => {
		expect(townHistory(now, ground)).toEqual(rows);
		const later = townHistory(new Date(now.getTime() + day), ground);
		expect(later.at(-1)!.opened_at > rows.at(-1)!.opened_at).toBe(true);
	});

	test('has about 1,900 reports, of which about 1,500 became cases', () => {
		expect(rows.length).toBeGreaterThan(1750);
		expect(rows.length).toBeLessThan(2100);
		expect(cases.length).toBeGreaterThan(1380);
		expect(cases.length).toBeLessThan(1650);
		for (const status of ['received', 'declined'])
			expect(rows.some((row) => row.status === status)).toBe(true);
		expect(rows.filter(({ merged_into }) => merged_into).length).toBeGreaterThan(100);
	});

	test('lies within three months, and no moment of it in the future', () => {
		const first = dayStart(now.getTime()) - (historyDays - 1) * day;
		for (const row of rows) {
			const { opened_at, filed_at, dispatched_at, handling_at, handled_at, closed_at } = row;
			expect(Date.parse(opened_at)).toBeGreaterThanOrEqual(first);
			for (const at of [opened_at, filed_at, dispatched_at, handling_at, handled_at, closed_at])
				if (at) expect(Date.parse(at), row.key).toBeLessThanOrEqual(now.getTime());
		}
	});

	test('has every row’s moments in their order', () => {
		for (const row of rows) {
			const { opened_at, filed_at, dispatched_at, handling_at, handled_at, closed_at } = row;
			const moments = [opened_at, filed_at, dispatched_at, handling_at, handled_at, closed_at].filter(
				Boolean
			);
			expect(moments.toSorted(), row.key).toEqual(moments);
		}
	});

	test('counts time limits in working hours from the dispatch on', () => {
		const clock = new WorkingClock(ground.workingTime);
		for (const { key, category, dispatched_at, due_at } of cases) {
			if (!due_at) continue;
			const due = clock.after(Date.parse(dispatched_at!), slow.has(category) ? 14 : 7);
			expect(Math.abs(Date.parse(due_at) - due), key).toBeLessThan(2000);
		}
	});

	test('merges a report only into a case before it, of its category and near', () => {
		const known = new Map<string, TownRow>();
		for (const row of rows) {
			if (row.merged_into) {
				const target = known.get(row.merged_into)!;
				expect(target.merged_into, row.key).toBeUndefined();
				expect(target.category).toBe(row.category);
				const metres = distance(fromLngLat([row.lng, row.lat]), fromLngLat([target.lng, target.lat]));
				expect(metres).toBeLessThanOrEqual(50);
			}
			known.set(row.key, row);
		}
	});

	test('names only units that there are', () => {
		const units = new Set(district.areas.map(({ unit }) => unit));
		for (const { key, unit } of cases) if (unit) expect(units, key).toContain(unit);
	});

	test('has two units that cheat: one closes without proof, one within minutes, and citizens say so', () => {
		const proven = (unit: string) => {
			const closed = of(unit).filter(({ status }) => status === 'closed');
			return share(
				closed.filter((row) => row.after_photo),
				closed
			);
		};
		const disputed = (unit: string) =>
			share(
				of(unit).filter((row) => row.disputed_count),
				of(unit)
			);
		const within = (minutes: number, unit: string) => {
			const done = of(unit).filter((row) => row.handled_at);
			return share(
				done.filter(
					({ handling_at, handled_at }) =>
						Date.parse(handled_at!) - Date.parse(handling_at!) < minutes * 60_000
				),
				done
			);
		};
		expect(proven('城管四中队')).toBeLessThan(0.35);
		expect(proven('城管一中队')).toBeGreaterThan(0.9);
		expect(within(10, '城管五中队')).toBeGreaterThan(0.5);
		expect(within(10, '城管一中队')).toBeLessThan(0.02);
		for (const cheat of ['城管四中队', '城管五中队']) expect(disputed(cheat)).toBeGreaterThan(0.05);
		for (const honest of ['城管一中队', '城管二中队']) expect(disputed(honest)).toBeLessThan(0.05);
	});

	test('has units of different speed', () => {
		const onTime = (unit: string) => {
			const closed = of(unit).filter(({ status }) => status === 'closed');
			return share(
				closed.filter(({ closed_at, due_at }) => closed_at! <= due_at!),
				closed
			);
		};
		expect(onTime('城管一中队')).toBeGreaterThan(0.8);
		expect(onTime('城管三中队')).toBeLessThan(0.65);
	});

	test('leaves work lying today: waiting, in hand, on hold, some of it overdue for hours and some for days', () => {
		const overdue = cases
			.filter(({ status }) => ['dispatched', 'handling', 'handled', 'returned'].includes(status))
			.map(({ due_at }) => (now.getTime() - Date.parse(due_at!)) / hour)
			.filter((hours) => hours > 0);
		expect(overdue.length).toBeGreaterThan(10);
		expect(
			share(
				overdue.filter((hours) => hours > 72),
				overdue
			)
		).toBeLessThan(0.9);
		expect(overdue.some((hours) => hours < 24)).toBe(true);
		for (const status of ['dispatched', 'handling', 'handled', 'suspended'])
			expect(cases.some((row) => row.status === status)).toBe(true);
		expect(cases.some((row) => row.returned_count)).toBe(true);
	});
});

describe('what is seen in the demo town', () => {
	const seen = sightings(now.getTime(), district.segments);
	const near = (category: string, place: readonly [number, number], metres: number) =>
		seen.filter((one) => one.category === category && distance(fromLngLat(one.place), place) < metres);

	test('is taxis at the station, stalls at the markets and car washes on two roads', () => {
		const count = (hotspot: string, category: string) =>
			seen.filter((one) => one.hotspot === hotspot && one.category === category).length;
		expect(count('bus-station', '0509')).toBeGreaterThan(100);
		expect(count('yanshi-market', '0504')).toBeGreaterThan(70);
		const washed = seen.filter(({ category }) => category === '0551');
		const there = washed.filter(({ street }) => street === '泰北路' || street === '金桥路');
		expect(share(there, washed)).toBeGreaterThan(0.6);
	});

	test('moves: the hawkers are at one end of their way in the first weeks, at the other in the last', () => {
		const kerbs = new Kerbs(district.segments);
		const hawkers = townHotspots(kerbs).find(({ key }) => key === 'hawkers')!;
		const spotOf = (week: number) => fromLngLat(kerbs.place(hawkers.spots(week)[0]!, 0, 0));
		const [first, last] = [spotOf(0), spotOf(hawkersWay.length - 1)];
		expect(distance(first, last)).toBeGreaterThan(800);
		const half = now.getTime() - (historyDays / 2) * day;
		for (const [place, isEarly] of [
			[first, true],
			[last, false]
		] as const) {
			const there = near('0501', place, 80).filter(({ hotspot }) => hotspot === 'hawkers');
			expect(there.length).toBeGreaterThan(3);
			for (const { at } of there) expect(at < half).toBe(isEarly);
		}
	});

	test('is less on days of rain, and barbecues are an evening’s matter', () => {
		const rain = weather(historyDays);
		const first = dayStart(now.getTime()) - (historyDays - 1) * day;
		const mean = (isWet: boolean) => {
			const days = rain.flatMap((wet, n) => (wet === isWet ? [n] : []));
			const on = seen.filter(({ at }) => rain[Math.floor((at - first) / day)] === isWet);
			return on.length / days.length;
		};
		expect(mean(true)).toBeLessThan(0.8 * mean(false));
		const barbecues = seen.filter(({ category }) => category === '0510');
		expect(
			share(
				barbecues.filter(({ at }) => localHour(at) >= 17),
				barbecues
			)
		).toBeGreaterThan(0.9);
	});
});

describe('working time', () => {
	const clock = new WorkingClock(ground.workingTime);
	const at = (local: string) => Date.parse(`${local}Z`) - zoneOffset;

	test.each([
		['within a slot', '2026-11-20T09:00', 2, '2026-11-20T11:00'],
		['over noon', '2026-11-20T11:00', 2, '2026-11-20T15:00'],
		['from the night', '2026-11-20T03:00', 1, '2026-11-20T09:30'],
		['into the next day', '2026-11-20T20:00', 2, '2026-11-21T09:30'],
		['over a holiday', '2026-09-30T20:30', 1, '2026-10-02T09:00']
	])('counts %s', (_, since, hours, until) => {
		expect(clock.after(at(since), hours)).toBe(at(until));
	});

	test('says when a calendar has none', () => {
		expect(() => new WorkingClock({ hours: [], days: [] }).after(now.getTime(), 1)).toThrow(
			'no 1 working hours'
		);
	});
});
