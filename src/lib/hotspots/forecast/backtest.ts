import { lixelsOf, networkDensity, segmentDensity } from '#lib/streets/network/density.ts';
import type { StreetNetwork } from '#lib/streets/network/street-network.ts';
import { randomFrom } from '../significance/random.ts';
import { catches, pai, pei, type Catch } from './accuracy.ts';
import {
	expectedIn,
	expectedInCity,
	forecastFrom,
	leastWeeks,
	weeksFilled,
	type Forecast
} from './forecast.ts';
import { hoursOfWeek, slotAt, slotsOfWeek, type ForecastGround, type ReportHistory } from './history.ts';
import { rangeOf } from './range.ts';
import { followWeeks } from './traces.ts';
import { firstLearned } from './weights.ts';

/** What chooses streets: the forecast, the count of the four weeks before, kernel density along the streets, the count of all weeks before. */
export const methods = ['forecast', 'month', 'kernel', 'history'] as const;
export type Method = (typeof methods)[number];

export interface BacktestOptions {
	/** How many of the last whole weeks are forecast, each from what lay before it. */
	weeks?: number;
	/** Shares of street length. */
	shares?: readonly number[];
	/** Draws of the bootstrap, and its seed. */
	draws?: number;
	seed?: number;
}

/** A figure and the interval in which 95 % of resampled backtests lie. */
export interface Estimate {
	value: number | null;
	low: number;
	high: number;
}

export interface MethodResult {
	/** By week, and in it by share of length. */
	weekly: Catch[][];
	/** Over all weeks, by share of length. */
	pai: Estimate[];
	pei: Estimate[];
	/** PAI of the forecast minus this method's, in the same weeks; of the forecast itself, zero. */
	behind: Estimate[];
}

/** How often counts lay within the range that was said to hold nine in ten. */
export interface Coverage {
	/** Cells that expected at least `from` and less than the next line's. */
	from: number;
	cells: number;
	within: number;
	below: number;
	above: number;
}

export interface Backtest {
	/** First week forecast, and how many. */
	firstWeek: number;
	weeks: number;
	shares: readonly number[];
	seed: number;
	methods: Record<Method, MethodResult>;
	/** What the kernel was given, the best of those tried in the weeks before the backtest: metres, and weeks (null: all). */
	kernel: { bandwidth: number; weeks: number | null };
	coverage: {
		/** Reports of a week on a segment. */
		segments: Coverage[];
		/** Reports of a category in a two-hour slot in the whole city. */
		slots: Coverage[];
	};
	/** Reports expected and seen, by week. */
	expected: Float64Array;
	seen: Float64Array;
}

/** A history whose reports say where on their segment they lie: metres from its first point. */
export interface PlacedHistory extends ReportHistory {
	along: Float64Array;
}

const month = 4;
const coverageFrom = [0.05, 1, 4];
const bandwidths = [25, 50, 100, 200];
const kernelWeeks = [4, 12, Infinity];
/** The kernel's bandwidth and memory are those that served best for the so many weeks before the first that is forecast. */
const tuningWeeks = 4;
const lixelMetres = 50;
/** Weeks resemble the weeks beside them: the bootstrap draws four in a row. */
const block = 4;

/** Which weeks can be tested: from the first with enough before it, at most `weeks` of the last. */
export function backtestWeeks(history: ReportHistory, weeks = 26): { first: number; weeks: number } {
	const filled = weeksFilled(history);
	const first = Math.max(leastWeeks + tuningWeeks, filled - weeks);
	return { first, weeks: Math.max(0, filled - first) };
}

/**
 * Rolling-origin backtest (Tashman 2000, International Journal of Forecasting 16:437–450): each of the last whole weeks is
 * forecast from the weeks before it alone, by the forecast and by plain ways, and each way's choice of the best 1, 2 and 5 % of street
 * length is held against what then came. Intervals: moving blocks of four weeks drawn with replacement (Künsch 1989, Annals of
 * Statistics 17:1217–1241), the same weeks for every method, middle 95 % of `draws`. Throws a RangeError when fewer than
 * `block` weeks can be forecast. `onWeek` hears of every week that is done, and of each forecast.
 */
export function backtest(
	network: StreetNetwork,
	ground: ForecastGround,
	history: PlacedHistory,
	{ weeks: wanted = 26, shares = [0.01, 0.02, 0.05], draws = 2000, seed = 1 }: BacktestOptions = {},
	onWeek: (done: number, of: number, forecast: Forecast) => void = () => {}
): Backtest {
	const { first, weeks } = backtestWeeks(history, wanted);
	if (weeks < block)
		throw new RangeError(
			`${weeks} weeks can be forecast from those before them when expected ${block} or more`
		);
	const { metres, categories } = ground;
	const counts = weeklyCounts(history, metres.length, first + weeks);
	const kernel = kernelScorer(network, history);
	const tuned = tuneKernel(kernel, counts, metres, shares, first);
	const traces = followWeeks(ground, history, first + weeks, firstLearned(first));
	const weekly: Record<Method, Catch[][]> = { forecast: [], month: [], kernel: [], history: [] };
	const segments = new CoverageBands();
	const slots = new CoverageBands();
	const [expected, seen] = [new Float64Array(weeks), new Float64Array(weeks)];
	for (let i = 0; i < weeks; i += 1) {
		const w = first + i;
		const forecast = forecastFrom(traces, history, w);
		const { mean, spread } = expectedIn(forecast);
		const happened = counts[w]!;
		const scores: Record<Method, Float64Array> = {
			forecast: mean,
			month: sumOf(counts.slice(w - month, w)),
			kernel: kernel(w, tuned.bandwidth, tuned.weeks).map((density, s) => density * metres[s]!),
			history: sumOf(counts.slice(0, w))
		};
		for (const method of methods) weekly[method].push(catches(scores[method], happened, metres, shares));
		mean.forEach((one, s) => segments.add(happened[s]!, one, spread[s]!));
		const inSlots = slotCounts(history, categories, w);
		for (let c = 0; c < categories; c += 1)
			for (let slot = 0; slot < slotsOfWeek; slot += 1) {
				const city = expectedInCity(forecast, { categories: [c], slots: [slot] });
				slots.add(inSlots[c * slotsOfWeek + slot]!, city.mean, city.spread);
			}
		expected[i] = mean.reduce((a, b) => a + b, 0);
		seen[i] = happened.reduce((a, b) => a + b, 0);
		onWeek(i + 1, weeks, forecast);
	}
	return {
		firstWeek: first,
		weeks,
		shares,
		seed,
		methods: estimates(weekly, shares.length, draws, seed),
		kernel: { ...tuned, weeks: Number.isFinite(tuned.weeks) ? tuned.weeks : null },
		coverage: { segments: segments.lines, slots: slots.lines },
		expected,
		seen
	};
}

function weeklyCounts({ segment, hour }: ReportHistory, segments: number, weeks: number): Float64Array[] {
	const counts = Array.from({ length: weeks }, () => new Float64Array(segments));
	for (let i = 0; i < segment.length; i += 1)
		if (segment[i]! >= 0 && hour[i]! >= 0) {
			const week = counts[Math.floor(hour[i]! / hoursOfWeek)];
			if (week) week[segment[i]!]! += 1;
		}
	return counts;
}

function slotCounts(
	{ segment, category, hour }: ReportHistory,
	categories: number,
	week: number
): Uint32Array {
	const counts = new Uint32Array(categories * slotsOfWeek);
	for (let i = 0; i < segment.length; i += 1)
		if (segment[i]! >= 0 && Math.floor(hour[i]! / hoursOfWeek) === week)
			counts[category[i]! * slotsOfWeek + slotAt(hour[i]!)]! += 1;
	return counts;
}

function sumOf(weeks: readonly Float64Array[]): Float64Array {
	const sum = new Float64Array(weeks[0]!.length);
	for (const week of weeks) for (let s = 0; s < sum.length; s += 1) sum[s]! += week[s]!;
	return sum;
}

type KernelScorer = (week: number, bandwidth: number, weeks: number) => Float64Array;

function kernelScorer(network: StreetNetwork, { segment, along, hour }: PlacedHistory): KernelScorer {
	const lixels = lixelsOf(network, lixelMetres);
	return (week, bandwidth, weeks) => {
		const [from, until] = [(week - weeks) * hoursOfWeek, week * hoursOfWeek];
		const wanted = segment.map((s, i) => (hour[i]! >= Math.max(0, from) && hour[i]! < until ? s : -1));
		return segmentDensity(lixels, networkDensity(network, lixels, { segment: wanted, along }, bandwidth, 4));
	};
}

function tuneKernel(
	kernel: KernelScorer,
	counts: readonly Float64Array[],
	metres: Float64Array,
	shares: readonly number[],
	first: number
): { bandwidth: number; weeks: number } {
	const origin = first - tuningWeeks;
	const happened = sumOf(counts.slice(origin, first));
	let best = { bandwidth: bandwidths[0]!, weeks: kernelWeeks[0]!, hits: -1 };
	for (const bandwidth of bandwidths)
		for (const weeks of kernelWeeks) {
			const score = kernel(origin, bandwidth, weeks).map((density, s) => density * metres[s]!);
			const hits = catches(score, happened, metres, shares).reduce(
				(sum, one) => sum + one.hits / one.lengthShare,
				0
			);
			if (hits > best.hits) best = { bandwidth, weeks, hits };
		}
	return { bandwidth: best.bandwidth, weeks: best.weeks };
}

class CoverageBands {
	readonly lines: Coverage[] = coverageFrom.map((from) => ({
		from,
		cells: 0,
		within: 0,
		below: 0,
		above: 0
	}));

	add(count: number, mean: number, spread: number): void {
		const line = this.lines.findLast(({ from }) => mean >= from);
		if (!line) return;
		const [low, high] = rangeOf(mean, spread);
		line.cells += 1;
		line[count < low ? 'below' : count > high ? 'above' : 'within'] += 1;
	}
}

function estimates(
	weekly: Record<Method, Catch[][]>,
	shares: number,
	draws: number,
	seed: number
): Record<Method, MethodResult> {
	const weeks = weekly.forecast.length;
	const random = randomFrom(seed);
	const drawn = Array.from({ length: draws }, () =>
		Array.from({ length: Math.ceil(weeks / block) }, () => random.below(weeks))
			.flatMap((start) => Array.from({ length: block }, (_, i) => (start + i) % weeks))
			.slice(0, weeks)
	);
	const estimate = (of: (pick: readonly number[]) => number | null): Estimate => {
		const values = Float64Array.from(drawn, (pick) => of(pick) ?? NaN)
			.filter(Number.isFinite)
			.sort();
		const at = (share: number) => values[Math.round(share * (values.length - 1))] ?? NaN;
		return { value: of(Array.from({ length: weeks }, (_, i) => i)), low: at(0.025), high: at(0.975) };
	};
	const resultOf = (method: Method): MethodResult => {
		const all = <T>(of: (share: number) => T) => Array.from({ length: shares }, (_, share) => of(share));
		const of = (one: Method, pick: readonly number[], share: number) =>
			pick.map((w) => weekly[one][w]![share]!);
		return {
			weekly: weekly[method],
			pai: all((share) => estimate((pick) => pai(of(method, pick, share)))),
			pei: all((share) => estimate((pick) => pei(of(method, pick, share)))),
			behind: all((share) =>
				estimate((pick) => {
					const [ours, theirs] = [pai(of('forecast', pick, share)), pai(of(method, pick, share))];
					return ours === null || theirs === null ? null : ours - theirs;
				})
			)
		};
	};
	return {
		forecast: resultOf('forecast'),
		month: resultOf('month'),
		kernel: resultOf('kernel'),
		history: resultOf('history')
	};
}
