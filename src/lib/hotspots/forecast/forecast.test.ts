import { describe, expect, it } from 'vitest';
import { expectedIn, expectedInCity, fitForecast, leastWeeks } from './forecast.ts';
import { localHours, slotAt } from './history.ts';
import { makeTown } from './town.fixture.ts';

const { ground, history, hot } = makeTown();
const forecast = fitForecast(ground, history, 24);
const sum = (values: Iterable<number>) => [...values].reduce((a, b) => a + b, 0);

describe('what is expected', () => {
	it('is as much as the city has in a week', () => {
		expect(sum(expectedIn(forecast).mean)).toBeGreaterThan(54);
		expect(sum(expectedIn(forecast).mean)).toBeLessThan(66);
		expect(forecast.reports).toBe(24 * 60);
	});

	it('is most where it was most', () => {
		const { mean } = expectedIn(forecast);
		const best = Array.from(mean.keys()).sort((a, b) => mean[b]! - mean[a]!);
		expect(best.slice(0, hot.length).sort((a, b) => a - b)).toEqual(hot);
		// Two thirds of 60 reports on six segments.
		expect(mean[hot[0]!]).toBeGreaterThan(5.5);
		expect(mean[hot[0]!]).toBeLessThan(8.5);
	});

	it('is a little on a street that never had a report', () => {
		const alone = { ...history, segment: history.segment.map((s) => (s === 30 ? -1 : s)) };
		const [mean] = [expectedIn(fitForecast(ground, alone, 24)).mean[30]!];
		expect(mean).toBeGreaterThan(0);
		expect(mean).toBeLessThan(0.5);
	});

	it('looks at nothing that comes later', () => {
		const until = fitForecast(ground, history, 16);
		const later = history.hour.map((hour) => (hour < 16 * 168 ? 0 : 1));
		const changed = {
			...history,
			segment: history.segment.map((s, i) => (later[i] ? 3 : s)),
			category: history.category.map((c, i) => (later[i] ? 1 - c : c))
		};
		expect(fitForecast(ground, changed, 16)).toEqual(until);
	});

	it('does not ask in which order reports are given', () => {
		const order = Array.from(history.hour.keys()).reverse();
		const turned = {
			segment: Int32Array.from(order, (i) => history.segment[i]!),
			category: Uint16Array.from(order, (i) => history.category[i]!),
			hour: Float64Array.from(order, (i) => history.hour[i]!)
		};
		const { mean } = expectedIn(fitForecast(ground, turned, 24));
		expectedIn(forecast).mean.forEach((one, s) => expect(mean[s]).toBeCloseTo(one, 6));
	});

	it('begins with the first week that is not full', () => {
		expect(fitForecast(ground, history).week).toBe(23);
	});

	it('refuses a history that is too short, and says by how much', () => {
		expect(() => fitForecast(ground, history, leastWeeks - 1)).toThrow('7 whole weeks');
	});

	it('refuses a report on a segment that is not there', () => {
		const lost = { ...history, segment: history.segment.map((s) => (s === 0 ? 9999 : s)) };
		expect(() => fitForecast(ground, lost, 24)).toThrow(RangeError);
	});
});

describe('a part of the week', () => {
	const evening = [9, 10].flatMap((slot) => [0, 1, 2, 3, 4, 5, 6].map((day) => 12 * day + slot));
	const others = Array.from({ length: 84 }, (_, slot) => slot).filter((slot) => !evening.includes(slot));

	it('adds up with the rest to the week', () => {
		const [week, a, b] = [{}, { slots: evening }, { slots: others }].map(
			(part) => expectedIn(forecast, part).mean
		);
		week!.forEach((one, s) => expect(a![s]! + b![s]!).toBeCloseTo(one, 6));
	});

	it('adds up over categories to all of them', () => {
		const [all, a, b] = [{}, { categories: [0] }, { categories: [1] }].map(
			(part) => expectedIn(forecast, part).mean
		);
		all!.forEach((one, s) => expect(a![s]! + b![s]!).toBeCloseTo(one, 6));
	});

	it('is where the category lives, and when', () => {
		const { mean } = expectedIn(forecast, { categories: [1], slots: evening });
		const all = expectedIn(forecast, { categories: [1] }).mean;
		expect(sum(mean) / sum(all)).toBeGreaterThan(0.7);
		expect(sum(hot.map((s) => mean[s]!)) / sum(mean)).toBeGreaterThan(0.85);
	});

	it('is for the city what it is for its streets together', () => {
		const part = { categories: [1], slots: evening };
		expect(expectedInCity(forecast, part).mean).toBeCloseTo(sum(expectedIn(forecast, part).mean), 6);
	});

	it('is less certain than chance alone would be, never more', () => {
		for (const one of expectedIn(forecast, { categories: [0] }).spread) expect(one).toBeGreaterThanOrEqual(0);
	});
});

describe('hours of the wall clock', () => {
	it('count from the Monday before the first', () => {
		// Wednesday, 30 September 2026, 23:30 and the next day 00:30 in Shanghai.
		const { hour, monday } = localHours(
			Float64Array.of(Date.UTC(2026, 8, 30, 15, 30), Date.UTC(2026, 8, 30, 16, 30)),
			'Asia/Shanghai'
		);
		expect(monday).toBe('2026-09-28');
		expect([...hour]).toEqual([71.5, 72.5]);
	});

	it('keep a Tuesday evening where it is when clocks change', () => {
		const evenings = Float64Array.of(Date.UTC(2026, 2, 3, 23), Date.UTC(2026, 2, 10, 22));
		expect([...localHours(evenings, 'America/New_York').hour]).toEqual([42, 42 + 168]);
	});

	it('fall into two-hour slots of the week', () => {
		expect([0, 1.99, 2, 167.9, 168].map(slotAt)).toEqual([0, 0, 1, 83, 0]);
	});
});
