import { spreadOf } from './gi-star.ts';
import { placesIn, type Neighbours } from './neighbours.ts';
import { randomFrom } from './random.ts';

export interface PermutationOptions {
	/** How many random draws; the least p-value is 1 ÷ (permutations + 1). */
	permutations: number;
	/** A whole number; kept beside the result, it gives the same p-values again. */
	seed: number;
}

/** Draws unless told otherwise: see `permutationsFor`. */
export const usualPermutations = 99_999;

/**
 * How many draws a false discovery rate over so many tested places needs. With m tests the first discovery must reach p =
 * rate ÷ m, and all places share the noise of what is beyond: ten draws (a relative error of a third) are to be expected there,
 * within 9,999 and 999,999 in all. With fewer, more relabellings than the rate says may show a false alarm, or none a
 * true one.
 */
export function permutationsFor(tested: number, rate: number): number {
	return Math.min(999_999, Math.max(9_999, Math.ceil((10 * tested) / rate) - 1));
}

/**
 * Random draws that all places share: `permutations` ordered samples of places without replacement. The first k + 1 of a
 * draw are such a sample, too, so that one draw serves places with any number k of neighbours.
 */
export interface SharedDraws extends PermutationOptions {
	/** Places drawn from. */
	n: number;
	/** Places in a draw: the greatest number of neighbours, and one. */
	size: number;
	/** Draw d is entries size · d … size · (d + 1) − 1: places 0 … n − 1. */
	places: Int32Array;
}

/** Draws for places with these neighbours. Throws a RangeError for permutations that are not a positive whole number. */
export function sharedDraws(neighbours: Neighbours, { permutations, seed }: PermutationOptions): SharedDraws {
	if (!(Number.isInteger(permutations) && permutations > 0))
		throw new RangeError(`permutations ${permutations} must be a positive whole number`);
	const n = placesIn(neighbours);
	const size = n === 0 ? 0 : 1 + countsOf(neighbours).reduce((most, k) => Math.max(most, k), 0);
	const random = randomFrom(seed);
	// Any order of the deck is as good a start as another, so it need not be restored between draws.
	const deck = Int32Array.from({ length: n }, (_, i) => i);
	const places = new Int32Array(permutations * size);
	for (let filled = 0; filled < places.length; filled += size)
		for (let j = 0; j < size; j++) {
			const at = j + random.below(n - j);
			const place = deck[at]!;
			deck[at] = deck[j]!;
			deck[j] = place;
			places[filled + j] = place;
		}
	return { n, permutations, seed, size, places };
}

/** The draws with values put in: what chance alone would give a row of k neighbours. */
export interface Reference {
	shared: SharedDraws;
	values: Float64Array;
	/** For each number k of neighbours that occurs: the sums of the first k values of the draws, ascending. */
	sums: Map<number, Float64Array>;
	/** Sums closer than this are equal: the same values added in another order differ in their last bits. */
	tolerance: number;
}

/** Puts values into draws, for places with these neighbours; with weights other than 1 nothing can be summed beforehand. */
export function referenceOf(values: Float64Array, shared: SharedDraws, neighbours: Neighbours): Reference {
	const { n, permutations, size, places } = shared;
	if (values.length !== n) throw new RangeError(`${values.length} values when the draws are of ${n} places`);
	const sums = new Map<number, Float64Array>();
	const occurring = neighbours.weight ? [] : [...new Set(countsOf(neighbours))].filter((k) => k > 0);
	for (const k of occurring) sums.set(k, new Float64Array(permutations));
	const bySize = Array.from({ length: size }, (_, k) => sums.get(k));
	for (let d = 0, at = 0; d < permutations; d++, at += size)
		for (let k = 1, sum = 0; k < size; k++) {
			sum += values[places[at + k - 1]!]!;
			const column = bySize[k];
			if (column) column[d] = sum;
		}
	for (const column of sums.values()) column.sort();
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
 * All places share the draws, and each p-value is still the exact conditional one: the first k + 1 of a draw are an ordered
 * sample of all n places; where it holds i among its first k, the last one steps in for i, and what remains is uniform
 * over samples of k from the other n − 1 (swapping the names of any two other places changes neither the sampling nor the
 * rule). Only the noise of the draws is common to the places. With weights 1 the sums are sorted once per k and looked up,
 * and only places that a draw holds are looked at again: O((permutations + n) · log permutations) instead of O(permutations · n · k).
 * Other weights take the long way, over the same draws.
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

/** Draws that can matter for small p-values, by number; a few per cent of all, so that relabelling again and again is quick. */
export interface Tail {
	reference: Reference;
	draws: Int32Array;
}

/**
 * The draws that decide p-values of at most `most`. A place's own value may stand in up to k ÷ n of the draws, so sums among the highest `most` + k ÷ n
 * are kept, and draws that reach them when their last place steps in for another.
 */
export function tailOf(reference: Reference, most = 0.005): Tail {
	const { shared, values, sums } = reference;
	const { permutations, size, places } = shared;
	const from = [...sums].map(([k, ascending]) => {
		const rank = Math.floor((1 - most - (2 * k) / shared.n) * permutations) - 1;
		return [k, (ascending[rank] ?? -Infinity) - 2 * reference.tolerance] as const;
	});
	const kept = new Int32Array(permutations);
	let filled = 0;
	const prefix = new Float64Array(size + 1);
	const least = new Float64Array(size + 1).fill(Infinity);
	for (let d = 0, at = 0; d < permutations; d++, at += size) {
		for (let j = 0; j < size; j++) {
			const value = values[places[at + j]!]!;
			prefix[j + 1] = prefix[j]! + value;
			least[j + 1] = Math.min(least[j]!, value);
		}
		for (const [k, top] of from) {
			const without = prefix[k]! - least[k]! + values[places[at + k]!]!;
			if (Math.max(prefix[k]!, without) < top) continue;
			kept[filled++] = d;
			break;
		}
	}
	return { reference, draws: kept.slice(0, filled) };
}

/**
 * `highP` of a relabelling, the same where p is at most what the tail was made for. Above it, not every draw that holds the
 * place itself is looked at again, which moves p by k ÷ n at most.
 */
export function tailP({ reference, draws }: Tail, neighbours: Neighbours, origin: Int32Array): Float64Array {
	return asP(countDraws(reference, neighbours, origin, false, draws).above, reference, neighbours);
}

function asP(counts: Int32Array, { shared }: Reference, { start }: Neighbours): Float64Array {
	const p = new Float64Array(counts.length);
	for (let i = 0; i < p.length; i++)
		p[i] = start[i + 1] === start[i] ? 1 : (1 + counts[i]!) / (shared.permutations + 1);
	return p;
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
	isTwoSided: boolean,
	only?: Int32Array
): Counts {
	const n = placesIn(neighbours);
	const { values: original, shared } = reference;
	if (n !== shared.n) throw new RangeError(`${n} places when the draws are of ${shared.n}`);
	const values = origin ? original.map((_, i) => original[origin[i]!]!) : original;
	const counts = {
		observed: rowSums(values, neighbours),
		above: new Int32Array(n),
		below: isTwoSided ? new Int32Array(n) : null
	};
	if (neighbours.weight) countWeighted(reference, neighbours, origin, counts);
	else countShared(reference, neighbours, origin, counts, only);
	return counts;
}

/** Σⱼ wᵢⱼ xⱼ over the neighbours of each place, without itself. */
function rowSums(values: Float64Array, { start, list, weight }: Neighbours): Float64Array {
	const sums = new Float64Array(values.length);
	for (let i = 0, at = 0; i < sums.length; i++) {
		let sum = 0;
		for (const end = start[i + 1]!; at < end; at++)
			sum += weight ? weight[at]! * values[list[at]!]! : values[list[at]!]!;
		sums[i] = sum;
	}
	return sums;
}

function countShared(
	{ shared, values, sums, tolerance }: Reference,
	{ start }: Neighbours,
	origin: Int32Array | undefined,
	{ observed, above, below }: Counts,
	only?: Int32Array
): void {
	const { n, permutations, size, places } = shared;
	for (let i = 0; i < n; i++) {
		const ascending = sums.get(start[i + 1]! - start[i]!);
		if (!ascending) continue;
		above[i] = permutations - firstAtLeast(ascending, observed[i]! - tolerance);
		if (below) below[i] = firstAbove(ascending, observed[i]! + tolerance);
	}
	const holder = origin ? inverse(origin) : null;
	const prefix = new Float64Array(size + 1);
	const draws = only?.length ?? permutations;
	for (let d = 0; d < draws; d++) {
		const at = size * (only ? only[d]! : d);
		for (let j = 0; j < size; j++) prefix[j + 1] = prefix[j]! + values[places[at + j]!]!;
		for (let j = 0; j < size - 1; j++) {
			const place = places[at + j]!;
			const i = holder ? holder[place]! : place;
			const k = start[i + 1]! - start[i]!;
			if (j >= k) continue;
			const sum = prefix[k]!;
			const without = sum - values[place]! + values[places[at + k]!]!;
			const least = observed[i]! - tolerance;
			if (sum >= least !== without >= least) above[i]! += sum >= least ? -1 : 1;
			if (!below) continue;
			const most = observed[i]! + tolerance;
			if (sum <= most !== without <= most) below[i]! += sum <= most ? -1 : 1;
		}
	}
}

function countWeighted(
	{ shared, values: original, tolerance }: Reference,
	{ start, weight }: Neighbours,
	origin: Int32Array | undefined,
	{ observed, above, below }: Counts
): void {
	const { n, permutations, size, places } = shared;
	for (let i = 0; i < n; i++) {
		const from = start[i]!;
		const k = start[i + 1]! - from;
		if (k === 0) continue;
		const self = origin ? origin[i]! : i;
		const least = observed[i]! - tolerance;
		const most = observed[i]! + tolerance;
		for (let d = 0, at = 0; d < permutations; d++, at += size) {
			let sum = 0;
			for (let j = 0; j < k; j++) {
				const place = places[at + j]!;
				sum += weight![from + j]! * original[place === self ? places[at + k]! : place]!;
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
