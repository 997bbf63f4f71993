import { hoursOfWeek, slotAt, slotsOfWeek, type ForecastGround, type ReportHistory } from './history.ts';
import { learnMix, mixOf } from './mix.ts';
import { learnSpreads, spreadAt, type Spreads } from './spread.ts';
import { followWeeks, type Traces } from './traces.ts';
import { firstLearned, learnWeights, weighted, type Weights } from './weights.ts';

/** What is expected in one week after the history, as columns. Made by `fitForecast`; read with the functions below. */
export interface Forecast {
	segments: number;
	categories: number;
	/** The week forecast: hours 168 · week … 168 · (week + 1) of the history's clock; as many whole weeks it rests on. */
	week: number;
	/** Reports of the history that lie on a segment and in those weeks. */
	reports: number;
	/** Expected reports of the week per category and segment: row c, column s at c · segments + s. */
	expected: Float32Array;
	/** Share of a category's week that falls into each two-hour slot, at c · 84 + slot; sums to 1 a category. */
	slots: Float64Array;
	/** By how much counts differ more than a Poisson's. */
	spreads: Spreads;
	/** How much each of `sources` (traces.ts) says, by quarter of length: what the forecast was learned to rest on. */
	weights: Weights;
	/** So many reports' worth of the city's mix of categories stands beside a segment's own. */
	mixPrior: number;
}

/** Which part of the week is asked for; what is absent is all of it. */
export interface ForecastPart {
	/** Categories wanted. */
	categories?: readonly number[];
	/** Slots of the week wanted, 0…83. */
	slots?: readonly number[];
}

/** Expected reports, as columns: entry s of every array is segment s. */
export interface Expected {
	mean: Float64Array;
	/** Negative binomial: variance = mean + spread · mean². `rangeOf(mean[s], spread[s])` is the range to show. */
	spread: Float64Array;
}

/** Fewer whole weeks teach nothing: the first two only leave traces. */
export const leastWeeks = 8;

/**
 * Expected reports of the week from hour 168 · `week` of the history, by segment × category × two-hour slot; nothing at or after
 * that hour is looked at. `week` is by default the first that the history does not fill.
 *
 *     expected(s, c, slot) = λ(s) · share(c | s) · share(slot | c)
 *
 * λ: a Poisson mean added up from what past reports leave behind, fading, on the segment and around it, and from the streets'
 * length; how much each says is learned from the city's own last 26 weeks by greatest likelihood (`learnWeights`). This is the
 * background-plus-triggering form of Mohler et al. 2011, JASA 106:100–108, and Mohler et al. 2015, JASA 110:1399–1411, in weeks
 * and on segments instead of a point process. share(c | s): the segment's own faded mix, drawn to the city's (`learnMix`).
 * share(slot | c): the category's week over the whole history, drawn to that of all reports; it is taken to be alike on all streets.
 *
 * Same input, same answer: nothing is random. Throws a RangeError below `leastWeeks`.
 */
export function fitForecast(ground: ForecastGround, history: ReportHistory, week?: number): Forecast {
	const at = week ?? weeksFilled(history);
	if (at < leastWeeks)
		throw new RangeError(`${at} whole weeks of reports when a forecast needs ${leastWeeks}`);
	return forecastFrom(followWeeks(ground, history, at, firstLearned(at)), history, at);
}

/** Whole weeks up to the last report: the week it lies in may not be over. */
export function weeksFilled({ hour }: ReportHistory): number {
	let latest = 0;
	for (const one of hour) latest = Math.max(latest, one);
	return Math.floor(latest / hoursOfWeek);
}

/** `fitForecast` from weeks already followed: they may go further than `week`, and must begin at `firstLearned(week)`. */
export function forecastFrom(traces: Traces, history: ReportHistory, week: number): Forecast {
	const { ground, pairCategory, pairSegment } = traces;
	const { categories } = ground;
	const segments = ground.metres.length;
	const trace = traces.traces[week];
	if (!trace) throw new RangeError(`week ${week} has nothing to be forecast from`);
	const weights = learnWeights(traces, week);
	const mix = learnMix(traces, week);
	const mean = weighted(weights, trace.fields);
	const { own, sum, city } = mixOf(traces, trace);
	const slots = slotShares(history, categories, week);
	const expected = new Float32Array(categories * segments);
	for (let c = 0; c < categories; c += 1)
		for (let s = 0; s < segments; s += 1)
			expected[c * segments + s] = (mean[s]! * mix.city * city[c]!) / (sum[s]! + mix.city);
	for (let p = 0; p < own.length; p += 1) {
		const s = pairSegment[p]!;
		expected[pairCategory[p]! * segments + s]! += (mean[s]! * own[p]!) / (sum[s]! + mix.city);
	}
	return {
		segments,
		categories,
		week,
		reports: traces.firstReport[week]!,
		expected,
		slots,
		spreads: learnSpreads(traces, week, weights, mix, slots),
		weights,
		mixPrior: mix.city
	};
}

/** So many reports' worth of the mean week stands beside a category's own. */
const slotPrior = 84;

function slotShares(
	{ segment, category, hour }: ReportHistory,
	categories: number,
	week: number
): Float64Array {
	const all = new Float64Array(slotsOfWeek).fill(1);
	const counts = new Float64Array(categories * slotsOfWeek);
	const sums = new Float64Array(categories);
	let reports = slotsOfWeek;
	for (let i = 0; i < hour.length; i += 1) {
		if (segment[i]! < 0 || hour[i]! < 0 || hour[i]! >= week * hoursOfWeek) continue;
		const slot = slotAt(hour[i]!);
		counts[category[i]! * slotsOfWeek + slot]! += 1;
		sums[category[i]!]! += 1;
		all[slot]! += 1;
		reports += 1;
	}
	return counts.map((count, i) => {
		const c = Math.floor(i / slotsOfWeek);
		return (count + (slotPrior * all[i % slotsOfWeek]!) / reports) / (sums[c]! + slotPrior);
	});
}

/** Expected reports per segment in a part of the week. */
export function expectedIn(forecast: Forecast, part: ForecastPart = {}): Expected {
	const { segments, expected, spreads } = forecast;
	const mean = new Float64Array(segments);
	const whole = new Float64Array(segments);
	const beyond = new Float64Array(segments);
	for (const c of categoriesOf(forecast, part)) {
		const share = shareOf(forecast, c, part);
		for (let s = 0; s < segments; s += 1) {
			const week = expected[c * segments + s]!;
			mean[s]! += share * week;
			whole[s]! += week;
			beyond[s]! += spreadAt(spreads.pair, week) * (share * week) ** 2;
		}
	}
	// The sum of all categories has a spread of its own; of some, theirs is added up, and never falls below what all share.
	const isAll = part.categories === undefined;
	const spread = mean.map((one, s) => {
		if (one === 0) return 0;
		return isAll
			? spreadAt(spreads.segment, whole[s]!)
			: Math.max(beyond[s]! / (one * one), spreads.segment.square);
	});
	return { mean, spread };
}

/** Expected reports of the whole city in a part of the week. */
export function expectedInCity(
	forecast: Forecast,
	part: ForecastPart = {}
): { mean: number; spread: number } {
	const { segments, expected, spreads, slots } = forecast;
	let [mean, weekly, beyond] = [0, 0, 0];
	for (const c of categoriesOf(forecast, part)) {
		const share = shareOf(forecast, c, part);
		let week = 0;
		for (let s = 0; s < segments; s += 1) week += expected[c * segments + s]!;
		mean += share * week;
		// A busy week is one for every category: their deviations are added, not their squares.
		weekly += share * week * Math.sqrt(spreads.city[c]!);
		for (const slot of part.slots ?? []) {
			const one = week * slots[c * slotsOfWeek + slot]!;
			beyond += spreadAt(spreads.slot, one) * one * one;
		}
	}
	return { mean, spread: mean > 0 ? (weekly * weekly + beyond) / (mean * mean) : 0 };
}

function categoriesOf({ categories }: Forecast, part: ForecastPart): readonly number[] {
	return part.categories ?? Array.from({ length: categories }, (_, c) => c);
}

function shareOf({ slots }: Forecast, c: number, part: ForecastPart): number {
	return part.slots ? part.slots.reduce((sum, slot) => sum + slots[c * slotsOfWeek + slot]!, 0) : 1;
}
