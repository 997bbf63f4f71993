import { spreadOf } from './gi-star.ts';
import { placesIn, type Neighbours } from './neighbours.ts';
import { randomFrom } from './random.ts';

export interface PermutationOptions {
	/** How many random draws; the least p-value is 1 ÷ (permutations + 1). */
	permutations: number;
	/** A whole number; kept beside the result, it gives the same p-values again. */
	seed: number;
}

/** What `permutationP` draws unless told otherwise: enough for a false discovery rate over some ten thousand places. */
export const usualPermutations = 99_999;

/**
 * Random draws that all places with the same number of neighbours share: for each such number k, `permutations` ordered
 * samples of k + 1 places without replacement.
 */
export interface SharedDraws extends PermutationOptions {
	/** Places drawn from. */
	n: number;
	/** Draw d of `draws.get(k)` is its entries (k + 1) · d … (k + 1) · d + k: places 0 … n − 1. */
	draws: Map<number, Int32Array>;
}

/** Draws for every number of neighbours that occurs. Throws a RangeError for permutations that are not a positive whole number. */
export function sharedDraws(neighbours: Neighbours, { permutations, seed }: PermutationOptions): SharedDraws {
	if (!(Number.isInteger(permutations) && permutations > 0))
		throw new RangeError(`permutations ${permutations} must be a positive whole number`);
	const n = placesIn(neighbours);
	const random = randomFrom(seed);
	// Any order of the deck is as good a start as another, so it need not be restored between draws.
	const deck = Int32Array.from({ length: n }, (_, i) => i);
	const draws = new Map<number, Int32Array>();
	for (const k of [...new Set(countsOf(neighbours))].sort((a, b) => a - b)) {
		if (k === 0) continue;
		const drawn = new Int32Array(permutations * (k + 1));
		for (let d = 0; d < permutations; d++)
			for (let j = 0; j <= k; j++) {
				const at = j + random.below(n - j);
				const place = deck[at]!;
				deck[at] = deck[j]!;
				deck[j] = place;
				drawn[d * (k + 1) + j] = place;
			}
		draws.set(k, drawn);
	}
	return { n, permutations, seed, draws };
}

/** The draws with values put in: what chance alone would give a row of k neighbours. */
export interface Reference {
	shared: SharedDraws;
	values: Float64Array;
	/** Sum of the first k values of each draw, in the order drawn and ascending. */
	sums: Map<number, { drawn: Float64Array; ascending: Float64Array }>;
	/** Sums closer than this are equal: the same values added in another order differ in their last bits. */
	tolerance: number;
}

export function referenceOf(values: Float64Array, shared: SharedDraws): Reference {
	if (values.length !== shared.n)
		throw new RangeError(`${values.length} values when the draws are of ${shared.n} places`);
	const sums = new Map<number, { drawn: Float64Array; ascending: Float64Array }>();
	for (const [k, draws] of shared.draws) {
		const drawn = new Float64Array(shared.permutations);
		for (let d = 0, at = 0; d < drawn.length; d++, at += k + 1) {
			let sum = 0;
			for (let j = 0; j < k; j++) sum += values[draws[at + j]!]!;
			drawn[d] = sum;
		}
		sums.set(k, { drawn, ascending: drawn.slice().sort() });
	}
	return { shared, values, sums, tolerance: 1e-9 * spreadOf(values).deviation };
}

/** One-sided conditional permutation p-values: how often chance alone gives a row as high (as low), or more so. */
export interface PermutationP {
	high: Float64Array;
	low: Float64Array;
}

/**
 * Conditional permutation p-values of Gi* (Anselin 1995, Local indicators of spatial association, Geographical Analysis
 * 27(2), section 4; Ord and Getis 1995): the value of place i stays where it is, the other n − 1 values are dealt at
 * random to its k neighbours, and
 *
 *     p = (1 + number of draws whose Σⱼ wᵢⱼ xⱼ is at least the observed one) ÷ (permutations + 1)
 *
 * (Phipson and Smyth 2010). With place i held, mean, deviation and weights are the same in every draw, so comparing the
 * sums compares Gi*. 1 for a place without neighbours.
 *
 * All places with k neighbours share the same draws, and each p-value is still the exact conditional one: a draw is an
 * ordered sample of k + 1 of all n places; where it holds i among its first k, the last one steps in for i, and what
 * remains is uniform over samples of k from the other n − 1 (swapping the names of any two other places changes neither
 * the sampling nor the rule). Only the noise of the draws is common to the places. With weights 1 the sums are sorted once per k and looked up, and
 * only the draws that hold i are looked at again: O(permutations · Σk + n log permutations) instead of
 * O(permutations · n · k). Other weights take the long way, over the same draws.
 *
 * `origin`, when given, is a relabelling: place i has the value `reference.values[origin[i]]` (a permutation of 0 … n −
 * 1), and the sorted sums are used again.
 */
export function permutationP(
	reference: Reference,
	neighbours: Neighbours,
	origin?: Int32Array
): PermutationP {
	const { above, below } = countDraws(reference, neighbours, origin, true);
	return { high: asP(above, reference, neighbours), low: asP(below!, reference, neighbours) };
}

/** `permutationP(…).high` alone, in about two thirds of the time. */
export function highP(reference: Reference, neighbours: Neighbours, origin?: Int32Array): Float64Array {
	return asP(countDraws(reference, neighbours, origin, false).above, reference, neighbours);
}

function asP(counts: Int32Array, { shared }: Reference, { start }: Neighbours): Float64Array {
	return Float64Array.from(counts, (count, i) =>
		start[i + 1] === start[i] ? 1 : (1 + count) / (shared.permutations + 1)
	);
}

/** How many draws reach the observed sum of each place from above, and from below when wanted. */
interface Counts {
	observed: Float64Array;
	above: Int32Array;
	below: Int32Array | null;
}

function countDraws(
	reference: Reference,
	neighbours: Neighbours,
	origin: Int32Array | undefined,
	isTwoSided: boolean
): Counts {
	const n = placesIn(neighbours);
	const { values: original, shared } = reference;
	if (n !== shared.n) throw new RangeError(`${n} places when the draws are of ${shared.n}`);
	const values = origin ? Float64Array.from(origin, (place) => original[place]!) : original;
	const counts = {
		observed: rowSums(values, neighbours),
		above: new Int32Array(n),
		below: isTwoSided ? new Int32Array(n) : null
	};
	if (neighbours.weight) countWeighted(reference, neighbours, origin, counts);
	else countShared(reference, neighbours, origin, counts);
	return counts;
}

/** Σⱼ wᵢⱼ xⱼ over the neighbours of each place, without itself. */
function rowSums(values: Float64Array, { start, list, weight }: Neighbours): Float64Array {
	return Float64Array.from(values, (_, i) => {
		let sum = 0;
		for (let at = start[i]!; at < start[i + 1]!; at++) sum += (weight?.[at] ?? 1) * values[list[at]!]!;
		return sum;
	});
}

function countShared(
	{ shared, values, sums, tolerance }: Reference,
	{ start }: Neighbours,
	origin: Int32Array | undefined,
	{ observed, above, below }: Counts
): void {
	const { n, permutations } = shared;
	for (let i = 0; i < n; i++) {
		const all = sums.get(start[i + 1]! - start[i]!);
		if (!all) continue;
		above[i] = permutations - firstAtLeast(all.ascending, observed[i]! - tolerance);
		if (below) below[i] = firstAbove(all.ascending, observed[i]! + tolerance);
	}
	const holder = origin ? inverse(origin) : null;
	for (const [k, draws] of shared.draws) {
		const { drawn } = sums.get(k)!;
		for (let d = 0, at = 0; d < permutations; d++, at += k + 1) {
			const sum = drawn[d]!;
			const last = values[draws[at + k]!]!;
			for (let j = 0; j < k; j++) {
				const place = draws[at + j]!;
				const i = holder ? holder[place]! : place;
				if (start[i + 1]! - start[i]! !== k) continue;
				const without = sum - values[place]! + last;
				const least = observed[i]! - tolerance;
				if (sum >= least !== without >= least) above[i]! += sum >= least ? -1 : 1;
				if (!below) continue;
				const most = observed[i]! + tolerance;
				if (sum <= most !== without <= most) below[i]! += sum <= most ? -1 : 1;
			}
		}
	}
}

function countWeighted(
	{ shared, values: original, tolerance }: Reference,
	{ start, weight }: Neighbours,
	origin: Int32Array | undefined,
	{ observed, above, below }: Counts
): void {
	const { n, permutations } = shared;
	for (let i = 0; i < n; i++) {
		const from = start[i]!;
		const k = start[i + 1]! - from;
		const draws = shared.draws.get(k);
		if (!draws) continue;
		const self = origin ? origin[i]! : i;
		const least = observed[i]! - tolerance;
		const most = observed[i]! + tolerance;
		for (let d = 0, at = 0; d < permutations; d++, at += k + 1) {
			let sum = 0;
			for (let j = 0; j < k; j++) {
				const place = draws[at + j]!;
				sum += weight![from + j]! * original[place === self ? draws[at + k]! : place]!;
			}
			if (sum >= least) above[i]! += 1;
			if (below && sum <= most) below[i]! += 1;
		}
	}
}

function inverse(origin: Int32Array): Int32Array {
	const holder = new Int32Array(origin.length);
	for (let i = 0; i < origin.length; i++) holder[origin[i]!] = i;
	return holder;
}

/** Index of the first of ascending values that is at least `least`; their number when none is. */
function firstAtLeast(ascending: Float64Array, least: number): number {
	let [low, high] = [0, ascending.length];
	while (low < high) {
		const middle = (low + high) >>> 1;
		if (ascending[middle]! >= least) high = middle;
		else low = middle + 1;
	}
	return low;
}

/** Index of the first of ascending values that is above `most`; their number when none is. */
function firstAbove(ascending: Float64Array, most: number): number {
	let [low, high] = [0, ascending.length];
	while (low < high) {
		const middle = (low + high) >>> 1;
		if (ascending[middle]! > most) high = middle;
		else low = middle + 1;
	}
	return low;
}

function countsOf({ start }: Neighbours): Int32Array {
	return Int32Array.from({ length: start.length - 1 }, (_, i) => start[i + 1]! - start[i]!);
}
