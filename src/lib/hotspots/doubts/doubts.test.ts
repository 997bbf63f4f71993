import { expect, test } from 'vitest';
import { doubtsAbout, effectiveNumber, keptReports } from './doubts.ts';
import { binomialTail, patrolFound } from './patrol-found.ts';
import type { PlacedReports } from './spots.ts';

type Row = [x: number, y: number, hour: number, category: number];
const columns = (rows: readonly Row[]): PlacedReports => ({
	x: Float64Array.from(rows, ([x]) => x),
	y: Float64Array.from(rows, ([, y]) => y),
	hour: Float64Array.from(rows, ([, , hour]) => hour),
	category: Uint16Array.from(rows, ([, , , category]) => category)
});
/** A city: one report every 20 m along a street, days apart. */
const city = Array.from({ length: 300 }, (_, i): Row => [20 * i, 500, 50 * i, i % 4]);
const at = (x: number, n: number, hours: number, kind: (i: number) => number) =>
	Array.from({ length: n }, (_, i): Row => [x, -500, hours * i, kind(i)]);

test('an ordinary city raises no doubt', () => {
	expect(doubtsAbout(columns(city))).toEqual([]);
});

test('one spot with an implausible share is a default place, and all of it is set aside', () => {
	const rows = [...city, ...at(7, 60, 100, (i) => i % 6), ...at(900, 5, 400, () => 1)];
	const [doubt, ...others] = doubtsAbout(columns(rows));
	expect(others).toEqual([]);
	expect(doubt).toMatchObject({ reason: 'default_place', x: 7, y: -500, count: 60, times: 12 });
	expect(doubt!.setAside).toHaveLength(60);
	expect(keptReports(rows.length, [doubt!]).reduce((sum, one) => sum + one, 0)).toBe(rows.length - 60);
});

test('a busy corner among other busy corners is none', () => {
	const rows = [...city, ...at(7, 40, 100, (i) => i % 6), ...at(900, 30, 100, (i) => i % 6)];
	expect(doubtsAbout(columns(rows))).toEqual([]);
});

test('one address that reports the same every day keeps one report a week', () => {
	const rows = [...city, ...at(7, 28, 24, () => 2), ...at(900, 10, 24 * 9, () => 2)];
	const [doubt, ...others] = doubtsAbout(columns(rows));
	expect(others).toEqual([]);
	expect(doubt).toMatchObject({ reason: 'daily_place', category: 2, count: 28, days: 28, span: 28 });
	expect(28 - doubt!.setAside.length).toBe(4);
});

test('the same again within a day is a repetition: the first is kept, in whatever order they came', () => {
	const again: Row[] = [
		[7, -500, 110, 1],
		[7, -500, 100, 1],
		[7.2, -500, 123, 1],
		[7, -500, 125, 1],
		[7, -500, 101, 2]
	];
	const [doubt, ...others] = doubtsAbout(columns([...again, ...city]));
	expect(others).toEqual([]);
	expect(doubt).toMatchObject({ reason: 'repeated', category: 1, count: 4 });
	expect([...doubt!.setAside]).toEqual([0, 2]);
});

test('the effective number of kinds', () => {
	expect(effectiveNumber([3, 3, 3])).toBeCloseTo(1, 12);
	expect(effectiveNumber([1, 2, 3, 4])).toBeCloseTo(4, 12);
});

test('a place that only patrols know stands out from the city’s share', () => {
	const place = Int32Array.from({ length: 101 }, (_, i) => (i === 100 ? -1 : i < 10 ? 0 : 1));
	const isFound = Uint8Array.from(place, (_, i) => Number(i < 10 || i % 9 === 1));
	const { count, found, share, p } = patrolFound(place, isFound, 3);
	expect([...count, ...found]).toEqual([10, 90, 0, 10, 10, 0]);
	expect(share).toBe(0.2);
	expect(p[0]).toBeCloseTo(0.2 ** 10, 15);
	expect(p[1]).toBeGreaterThan(0.9);
	expect(p[2]).toBe(1);
});

test('the binomial tail is the sum of its terms', () => {
	// 10 trials of ½: (120 + 45 + 10 + 1) ÷ 1024.
	expect(binomialTail(7, 10, 0.5)).toBeCloseTo(176 / 1024, 14);
	expect(binomialTail(1, 5_000, 0.001)).toBeCloseTo(1 - 0.999 ** 5_000, 12);
	expect([
		binomialTail(0, 3, 0.2),
		binomialTail(4, 3, 0.2),
		binomialTail(2, 3, 0),
		binomialTail(2, 3, 1)
	]).toEqual([1, 0, 0, 1]);
});
