import { slotsOfWeek } from './history.ts';
import { mixOf, type Mix } from './mix.ts';
import { rangeOf } from './range.ts';
import type { Traces } from './traces.ts';
import { firstLearned, weighted, type Weights } from './weights.ts';

/** By how much counts differ more than a Poisson's: variance = mean + line · mean + square · mean². */
export interface Spread {
	line: number;
	square: number;
}

export interface Spreads {
	/** Of all reports on a segment in a week. */
	segment: Spread;
	/** Of one category on a segment in a week. */
	pair: Spread;
	/** Of one category in the whole city in a week: `square` of each; such sums are large, and `line` says nothing there. */
	city: Float64Array;
	/** Of one category in the whole city in a two-hour slot, beyond what `city` says of its week. */
	slot: Spread;
}

/** The negative binomial's spread at this mean: variance = mean + spread · mean². */
export function spreadAt({ line, square }: Spread, mean: number): number {
	return mean > 0 ? line / mean + square : 0;
}

/** Weeks' worth of the middle category that is mixed into each one's own spread. */
const pooledWeeks = 8;

/**
 * Spreads of the learning weeks, by moments: with r = (y − m)² − m, E r = line · m + square · m², so that line and square
 * solve Σ r = line Σ m + square Σ m² and Σ r m = line Σ m² + square Σ m³; below zero is zero. The means are those the
 * weights give for weeks they were learned from; they are a few dozen numbers against thousands of cells.
 */
export function learnSpreads(
	traces: Traces,
	week: number,
	weights: Weights,
	{ city: prior }: Mix,
	slotShares: Float64Array
): Spreads {
	const { ground, pairCategory, pairSegment, firstReport, reportPair } = traces;
	const { categories } = ground;
	// A pair that first occurs later is, for this week, one of the many that have seen nothing.
	const occurred = traces.traces[week]!.mix;
	const [segment, pair] = [new Moments(), new Moments()];
	const [off, known] = [new Float64Array(categories), new Float64Array(categories)];
	for (let w = firstLearned(week); w < week; w += 1) {
		const trace = traces.traces[w];
		if (!trace) continue;
		const mean = weighted(weights, trace.fields);
		const seen = new Float64Array(mean.length);
		const seenPair = new Float64Array(pairCategory.length);
		const seenCity = new Float64Array(categories);
		for (let i = firstReport[w]!; i < firstReport[w + 1]!; i += 1) {
			const one = reportPair[i]!;
			seenPair[one]! += 1;
			seen[pairSegment[one]!]! += 1;
			seenCity[pairCategory[one]!]! += 1;
		}
		mean.forEach((m, s) => segment.add(seen[s]!, m));
		const { own, sum, city } = mixOf(traces, trace);
		let rest = mean.reduce((a, b) => a + b, 0);
		for (let p = 0; p < own.length; p += 1) {
			if (occurred[p] === 0) continue;
			const s = pairSegment[p]!;
			const m = (mean[s]! * (own[p]! + prior * city[pairCategory[p]!]!)) / (sum[s]! + prior);
			pair.add(seenPair[p]!, m);
			rest -= m;
		}
		pair.addEmpty(Math.max(0, rest));
		for (let c = 0; c < categories; c += 1) {
			const m = trace.level[c]!;
			if (m === 0) continue;
			off[c]! += ((seenCity[c]! - m) ** 2 - m) / (m * m);
			known[c]! += 1;
		}
	}
	const pooled = Math.max(0, median(off.map((sum, c) => sum / known[c]!).filter(Number.isFinite)));
	const ofCity = off.map((sum, c) => Math.max(0, (sum + pooledWeeks * pooled) / (known[c]! + pooledWeeks)));
	return {
		segment: segment.solve(),
		pair: pair.solve(),
		city: ofCity,
		slot: slotSpread(traces, week, ofCity, slotShares)
	};
}

/** Two-hour slots are told by what their ranges held: bursts, as of a list typed in at once, would speak for all in moments. */
const slotSquares = [0, 0.01, 0.02, 0.04, 0.07, 0.1, 0.15, 0.2, 0.3, 0.45, 0.7, 1];
const largeSlot = 4;
const fewSlots = 50;

/**
 * The least of the values tried under which nine in ten of the learning weeks' counts lay within their nine-in-ten range,
 * over slots that expected 4 or more; where there are fewer than 50 of those, by moments over all.
 */
function slotSpread(traces: Traces, week: number, ofCity: Float64Array, slotShares: Float64Array): Spread {
	const { pairCategory, firstReport, reportPair, reportSlot } = traces;
	const moments = new Moments();
	const large: [count: number, mean: number, known: number][] = [];
	for (let w = firstLearned(week); w < week; w += 1) {
		const trace = traces.traces[w];
		if (!trace) continue;
		const seen = new Float64Array(slotShares.length);
		for (let i = firstReport[w]!; i < firstReport[w + 1]!; i += 1)
			seen[pairCategory[reportPair[i]!]! * slotsOfWeek + reportSlot[i]!]! += 1;
		seen.forEach((count, i) => {
			const c = Math.floor(i / slotsOfWeek);
			const mean = trace.level[c]! * slotShares[i]!;
			moments.add(count, mean, ofCity[c]);
			if (mean >= largeSlot) large.push([count, mean, ofCity[c]!]);
		});
	}
	if (large.length < fewSlots) return moments.solve();
	const holds = (square: number) => {
		const held = large.filter(([count, mean, known]) => {
			const [low, high] = rangeOf(mean, known + square);
			return low <= count && count <= high;
		});
		return held.length >= 0.9 * large.length;
	};
	return { line: 0, square: slotSquares.find(holds) ?? slotSquares.at(-1)! };
}

class Moments {
	#r = 0;
	#rm = 0;
	#m = 0;
	#m2 = 0;
	#m3 = 0;

	/** `known` is spread that is accounted for elsewhere. */
	add(count: number, mean: number, known = 0): void {
		const r = (count - mean) ** 2 - mean - known * mean * mean;
		this.#r += r;
		this.#rm += r * mean;
		this.#m += mean;
		this.#m2 += mean * mean;
		this.#m3 += mean ** 3;
	}

	/** Many cells of tiny means that together expect so much, and saw nothing. */
	addEmpty(mean: number): void {
		this.#r -= mean;
		this.#m += mean;
	}

	solve(): Spread {
		const determinant = this.#m * this.#m3 - this.#m2 ** 2;
		if (!(determinant > 0)) return { line: 0, square: this.#m2 > 0 ? Math.max(0, this.#r / this.#m2) : 0 };
		const line = (this.#r * this.#m3 - this.#rm * this.#m2) / determinant;
		const square = (this.#rm * this.#m - this.#r * this.#m2) / determinant;
		if (line < 0) return { line: 0, square: Math.max(0, this.#rm / this.#m3) };
		if (square < 0) return { line: Math.max(0, this.#r / this.#m), square: 0 };
		return { line, square };
	}
}

function median(values: Float64Array): number {
	return values.slice().sort()[values.length >> 1] ?? 0;
}
