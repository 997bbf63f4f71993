import { expect, test } from 'vitest';
import { mulberry32 } from '#test/support/proof.ts';
import { controlChart } from './control-chart.ts';

const months = (...rates: number[]) => rates.map((p) => ({ part: Math.round(p * 100), of: 100 }));

// p̄ = 0.9, σ = 0.03; the moves are 4/3, 8/3, … of σ: |z| steps by hand below.
test('has Laney’s limits', () => {
	const shares = months(0.88, 0.92, 0.88, 0.92, 0.88, 0.92);
	const chart = controlChart(shares)!;
	expect(chart.centre).toBeCloseTo(0.9, 12);
	expect(chart.overdispersion).toBeCloseTo(0.04 / 0.03 / 1.128, 10);
	expect(chart.points[0]!.limits!.low).toBeCloseTo(0.9 - 3 * 0.03 * chart.overdispersion, 10);
	expect(chart.points[0]!.limits!.high).toBe(1);
});

test('is never narrower than chance', () => {
	const chart = controlChart(months(0.9, 0.9, 0.91, 0.9, 0.9, 0.91))!;
	expect(chart.overdispersion).toBe(1);
});

test('marks the month that is beyond its limits', () => {
	const chart = controlChart(months(0.9, 0.91, 0.9, 0.89, 0.9, 0.91, 0.9, 0.9, 0.6, 0.9, 0.91, 0.9))!;
	expect(chart.points.map(({ signal }) => signal).indexOf('beyond')).toBe(8);
	expect(chart.points.filter(({ signal }) => signal === 'beyond')).toHaveLength(1);
});

test('marks eight in a row on one side, over a month without cases', () => {
	const shares = [
		...months(0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8),
		...months(0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9)
	];
	const chart = controlChart([...shares, { part: 0, of: 0 }, { part: 90, of: 100 }])!;
	expect(chart.points.slice(0, 8).every(({ signal }) => signal !== null)).toBe(true);
	expect(chart.points.at(-2)!.rate).toBeNull();
	expect(chart.points.at(-1)!.signal).toBe('run');
});

test('says nothing of few periods or of a rate that never moves', () => {
	expect(controlChart(months(0.9, 0.8, 0.9, 0.8, 0.9))).toBeNull();
	expect(controlChart(months(1, 1, 1, 1, 1, 1, 1))).toBeNull();
	expect(controlChart([])).toBeNull();
});

test('raises few false alarms where nothing changes', () => {
	const random = mulberry32(3);
	let beyond = 0;
	for (let chart = 0; chart < 100; chart += 1) {
		const shares = Array.from({ length: 24 }, () => {
			let part = 0;
			for (let i = 0; i < 80; i += 1) if (random() < 0.85) part += 1;
			return { part, of: 80 };
		});
		beyond += controlChart(shares)!.points.filter(({ signal }) => signal === 'beyond').length;
	}
	expect(beyond / 2400).toBeLessThan(0.01);
});
