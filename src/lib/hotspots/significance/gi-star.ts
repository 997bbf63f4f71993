import { placesIn, type Neighbours } from './neighbours.ts';

/** Mean and standard deviation of all places, as Gi* uses them: the divisor of the variance is n. */
export interface Spread {
	mean: number;
	deviation: number;
}

export function spreadOf(values: Float64Array): Spread {
	let sum = 0;
	for (const value of values) sum += value;
	const mean = sum / values.length;
	let squares = 0;
	for (const value of values) squares += (value - mean) * (value - mean);
	return { mean, deviation: Math.sqrt(squares / values.length) };
}

/** Σⱼ wᵢⱼ xⱼ of each place over its neighbours and, with weight 1, itself. */
export function sumsAround(values: Float64Array, neighbours: Neighbours, sums?: Float64Array): Float64Array {
	const { start, list, weight } = neighbours;
	const n = placesIn(neighbours);
	const answer = sums ?? new Float64Array(n);
	for (let i = 0; i < n; i++) {
		let sum = values[i]!;
		const end = start[i + 1]!;
		if (weight) for (let at = start[i]!; at < end; at++) sum += weight[at]! * values[list[at]!]!;
		else for (let at = start[i]!; at < end; at++) sum += values[list[at]!]!;
		answer[i] = sum;
	}
	return answer;
}

/**
 * Getis and Ord's Gi*, standardised (Ord and Getis 1995, Local spatial autocorrelation statistics, Geographical Analysis
 * 27(4), eq. 14 and table 1), with the place itself in its sum at weight 1:
 *
 *     Gi* = (Σⱼ wᵢⱼ xⱼ − Wᵢ x̄) ÷ (s · √((n Sᵢ − Wᵢ²) ÷ (n − 1))),   Wᵢ = Σⱼ wᵢⱼ,  Sᵢ = Σⱼ wᵢⱼ²,  s² = Σⱼ (xⱼ − x̄)² ÷ n
 *
 * It is what R's `spdep::localG(x, nb2listw(include.self(nb), style = "B"))` returns. `values` has one finite number a
 * place; the answer (or `into`) one standard score a place: above 0 where high values lie together. NaN where it is not
 * defined: all values equal, or a place whose row holds every place. The standard score is a description; significance
 * comes from `permutationP`, as counts are not normal. Throws a RangeError when there are not as many values as places.
 */
export function giStar(values: Float64Array, neighbours: Neighbours, into?: Float64Array): Float64Array {
	const n = placesIn(neighbours);
	if (values.length !== n) throw new RangeError(`${values.length} values when there are ${n} places`);
	const { start, weight } = neighbours;
	const { mean, deviation } = spreadOf(values);
	const answer = sumsAround(values, neighbours, into);
	for (let i = 0; i < n; i++) {
		let [weights, squares] = [1, 1];
		if (weight)
			for (let at = start[i]!; at < start[i + 1]!; at++) {
				weights += weight[at]!;
				squares += weight[at]! * weight[at]!;
			}
		else weights = squares = 1 + start[i + 1]! - start[i]!;
		const scale = deviation * Math.sqrt((n * squares - weights * weights) / (n - 1));
		answer[i] = scale > 0 ? (answer[i]! - weights * mean) / scale : NaN;
	}
	return answer;
}
