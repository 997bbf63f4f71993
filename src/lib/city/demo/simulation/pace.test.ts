import { expect, test } from 'vitest';
import { mostOpen, mostPerDay, Pace, untilNextReport, untilNextStep } from './pace.ts';

const quiet = { open: 0, receivedToday: 0 };
const start = 1_800_000_000_000;

test('a day of asking every ten seconds gives no more reports than a day may have', () => {
	const pace = new Pace(start);
	let reports = 0;
	for (let at = start; at < start + 86_400_000; at += 10_000) reports += Number(pace.mayReport(at, quiet));
	expect(reports).toBeGreaterThan(mostPerDay * 0.9);
	expect(reports).toBeLessThanOrEqual(mostPerDay);
});

test('nothing is reported while too much is open, or once the day is full', () => {
	const pace = new Pace(start);
	expect(pace.mayReport(start, { open: mostOpen, receivedToday: 0 })).toBe(false);
	expect(pace.mayReport(start, { open: 0, receivedToday: mostPerDay })).toBe(false);
	expect(pace.mayReport(start, quiet)).toBe(true);
});

test('a report comes every 20 to 60 seconds by day, and more seldom at night', () => {
	for (const share of [0, 0.5, 1]) {
		expect(untilNextReport(11, share)).toBeGreaterThanOrEqual(20_000);
		expect(untilNextReport(18, share)).toBeGreaterThanOrEqual(20_000);
		expect(untilNextReport(11, share)).toBeLessThanOrEqual(60_000);
		expect(untilNextReport(2, share)).toBeGreaterThan(60_000);
	}
});

test('the desks hurry when much lies open', () => {
	expect(untilNextStep(100, 0.5)).toBeLessThan(untilNextStep(10, 0.5) / 5);
});
