import { expectation } from './exposure.ts';
import { discoveries } from './false-discovery.ts';
import { giStar } from './gi-star.ts';
import type { Neighbours } from './neighbours.ts';
import {
	highP,
	referenceOf,
	sharedDraws,
	usualPermutations,
	type PermutationOptions,
	type Reference,
	type SharedDraws
} from './permutation.ts';

export interface SignificanceOptions extends PermutationOptions {
	/** The false discovery rate kept, in (0, 1). */
	rate: number;
	/**
	 * Places with fewer reports of their own are not tested: one report is an incident. Nor are those with no more than expected, whatever lies
	 * around them. Both look at the place's own value alone, on which its conditional p-value does not depend.
	 */
	leastCount: number;
	/**
	 * Residuals above it are cut to it (see `expectation`): one address that reports daily then makes no hotspots of all the
	 * places around it, and hides no others. Infinity cuts nothing; 3 when absent.
	 */
	cap?: number;
}

export const usualSignificance = {
	permutations: usualPermutations,
	rate: 0.05,
	leastCount: 3,
	cap: 3
} as const;

/** Significant hotspots of one lattice or network, as columns: entry i of every array is place i. */
export interface Significance {
	options: SignificanceOptions;
	counts: Float64Array;
	/** Counts at the city's rate over the place's exposure; with no exposure given, the mean count. */
	expected: Float64Array;
	/** What was compared: the residuals of `expectation`; with the same exposure everywhere and no cut, counts on another scale. */
	values: Float64Array;
	/** Gi* of `values`. */
	score: Float64Array;
	/** Conditional permutation p-value, that values around are as high by chance. */
	p: Float64Array;
	/** Adjusted by Benjamini and Hochberg over the tested places; NaN where not tested. */
	adjusted: Float64Array;
	/** 1 where it is a hotspot at the rate asked for. */
	hot: Uint8Array;
	/** Places tested, and hotspots among them. */
	tested: number;
	count: number;
	/** For the same places, draws and values again: `shuffleTest` relabels over it. */
	reference: Reference;
}

/**
 * Gi*, conditional permutation p-values and a false discovery rate in one: which places have more reports in and around
 * them than chance would deal there. `counts` has the reports of each place; `exposure`, when given, the street-km,
 * patrol-hours or other amount per place that reports would be proportional to. `draws` of an earlier call with the same
 * neighbours, permutations and seed save drawing again.
 */
export function significantHotspots(
	counts: Float64Array,
	neighbours: Neighbours,
	options: SignificanceOptions,
	{ exposure, draws }: { exposure?: Float64Array; draws?: SharedDraws } = {}
): Significance {
	const everywhere = exposure ?? new Float64Array(counts.length).fill(1);
	const { expected, residual: values } = expectation(
		counts,
		everywhere,
		options.cap ?? usualSignificance.cap
	);
	const reference = referenceOf(values, draws ?? sharedDraws(neighbours, options), neighbours);
	const p = highP(reference, neighbours);
	const enough = Uint8Array.from(counts, (count, i) => Number(isTestable(count, values[i]!, options)));
	const { found, adjusted, tested, count } = discoveries(p, options.rate, enough);
	const score = giStar(values, neighbours);
	return { options, counts, expected, values, score, p, adjusted, hot: found, tested, count, reference };
}

/** Whether a place may be called a hotspot at all: enough reports, and more than are expected there. */
export function isTestable(count: number, value: number, { leastCount }: SignificanceOptions): boolean {
	return count >= leastCount && value > 0;
}
