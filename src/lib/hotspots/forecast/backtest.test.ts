import { describe, expect, it } from 'vitest';
import { bestSegments, catches, pai, paiInterval, pei } from './accuracy.ts';
import { backtest, backtestWeeks } from './backtest.ts';
import { fitForecast } from './forecast.ts';
import { makeTown } from './town.fixture.ts';

describe('accuracy', () => {
	// Ten streets of 100 m; four of ten reports on the first, one on each of six others.
	const metres = new Float64Array(10).fill(100);
	const counts = Float64Array.of(4, 1, 1, 1, 1, 1, 1, 0, 0, 0);

	it('is how many times more of the reports lie on the streets chosen than on as much street anywhere', () => {
		const [one] = catches(counts, counts, metres, [0.1]);
		expect(one).toEqual({ hits: 4, reports: 10, lengthShare: 0.1, best: 4 });
		expect(pai([one!])).toBeCloseTo(4, 12);
		expect(pei([one!])).toBe(1);
	});

	it('is 1 for a choice that is no better than any, and 0 for the worst', () => {
		expect(pai(catches(Float64Array.of(0, 5, 0, 0, 0, 0, 0, 0, 0, 0), counts, metres, [0.1]))).toBeCloseTo(
			1,
			12
		);
		const worst = catches(Float64Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 5), counts, metres, [0.1]);
		expect([pai(worst), pei(worst)]).toEqual([0, 0]);
	});

	it('is nothing where nothing happened', () => {
		const none = catches(counts, new Float64Array(10), metres, [0.1]);
		expect([pai(none), pei(none)]).toEqual([null, null]);
	});

	it('has the interval of its share', () => {
		// Wilson's of 180 out of 200 is 85.1–93.4 %.
		const { low, high } = paiInterval({ hits: 180, reports: 200, lengthShare: 0.05, best: 200 })!;
		expect([low, high].map((end) => Number((100 * 0.05 * end).toFixed(1)))).toEqual([85.1, 93.4]);
		expect(paiInterval({ hits: 0, reports: 0, lengthShare: 0.05, best: 0 })).toBe(null);
	});

	it('chooses by reports a metre, and never more length than was said', () => {
		const score = Float64Array.of(3, 2, 1, 1);
		const lengths = Float64Array.of(300, 50, 100, 150);
		expect([...bestSegments(score, lengths, 0.3)]).toEqual([1]);
		expect([...bestSegments(score, lengths, 0.75)]).toEqual([1, 0, 2]);
	});
});

describe('a backtest', () => {
	const { network, ground, history } = makeTown({ weeks: 25 });
	const forecasts: unknown[] = [];
	const result = backtest(network, ground, history, { weeks: 8, draws: 100 }, (_done, _of, forecast) =>
		forecasts.push(forecast)
	);

	it('takes the last whole weeks, as far as enough lies before them', () => {
		expect([result.firstWeek, result.weeks]).toEqual([16, 8]);
		expect(backtestWeeks(history)).toEqual({ first: 12, weeks: 12 });
		expect(() => backtest(network, ground, makeTown({ weeks: 14 }).history)).toThrow(
			'1 weeks can be forecast'
		);
	});

	it('forecasts each week as it would have been forecast then', () => {
		expect(forecasts[3]).toEqual(fitForecast(ground, history, 19));
	});

	it('sees that a chequerboard with hot streets can be forecast', () => {
		// Six of 112 streets hold two thirds: a choice of 5 % of length is five of them, ten times as good as any.
		const { value, low, high } = result.methods.forecast.pai[2]!;
		expect(value).toBeGreaterThan(8);
		expect(low).toBeLessThanOrEqual(value!);
		expect(high).toBeGreaterThanOrEqual(value!);
		expect(result.methods.forecast.behind[2]).toEqual({ value: 0, low: 0, high: 0 });
	});

	it('holds every way against the same weeks', () => {
		for (const method of Object.values(result.methods)) {
			expect(method.weekly.map(([one]) => one!.reports)).toEqual([...result.seen]);
			expect(method.pei[1]!.value).toBeLessThanOrEqual(1);
		}
	});

	it('draws the same weeks from the same seed, and others from another', () => {
		const again = (seed: number) => backtest(network, ground, history, { weeks: 8, draws: 100, seed });
		expect(again(1)).toEqual(result);
		expect(again(2).methods.forecast.pai[0]!.value).toBe(result.methods.forecast.pai[0]!.value);
		expect(again(2).methods.month.pai[1]).not.toEqual(result.methods.month.pai[1]);
	});

	it('counts every street in the ranges it is told by', () => {
		for (const { cells, within, below, above } of result.coverage.segments)
			expect(within + below + above).toBe(cells);
	});
});
