/** Counts against what the exposure of each place would lead one to expect. */
export interface Expectation {
	/** Expected counts at the rate of the whole city; they add up to the sum of the counts. */
	expected: Float64Array;
	/** (count − expected) ÷ √(expected + dispersion · expected²): like a standard score, whatever the exposure. */
	residual: Float64Array;
	/** Variance beyond Poisson's, moment estimate, at least 0. */
	dispersion: number;
	/** Counts per unit of exposure over all places. */
	rate: number;
}

/**
 * Makes places of unequal exposure comparable: a street of 2 km collects more reports than one of 200 m, and a block
 * patrolled daily more than one patrolled monthly. `exposure` is any amount ≥ 0 a place (street-km, patrol-hours,
 * residents). The Pearson residual under a negative binomial variance (Cameron and Trivedi 2013, Regression Analysis of
 * Count Data, section 3.3; NB2) has mean 0 and variance 1 wherever the city's rate holds, so that values can be dealt
 * from place to place as permutation does; plain rates cannot, as those of small exposure jump. The dispersion is the moment
 * estimate Σ((count − expected)² − expected) ÷ Σ expected². Places of exposure 0 have expected 0 and residual 0: leave them
 * out of the lattice if nothing can happen there. Throws a RangeError when nothing is exposed, or for lengths that differ.
 */
export function expectation(counts: Float64Array, exposure: Float64Array): Expectation {
	if (counts.length !== exposure.length)
		throw new RangeError(`${exposure.length} exposures when there are ${counts.length} counts`);
	let [count, exposed] = [0, 0];
	for (let i = 0; i < counts.length; i++) {
		if (!(exposure[i]! >= 0)) throw new RangeError(`place ${i} has exposure ${exposure[i]}`);
		if (exposure[i]! === 0) continue;
		count += counts[i]!;
		exposed += exposure[i]!;
	}
	if (!(exposed > 0)) throw new RangeError(`no place of ${counts.length} has any exposure`);
	const rate = count / exposed;
	const expected = exposure.map((amount) => amount * rate);
	let [beyond, squares] = [0, 0];
	for (let i = 0; i < counts.length; i++) {
		if (exposure[i]! === 0) continue;
		const off = counts[i]! - expected[i]!;
		beyond += off * off - expected[i]!;
		squares += expected[i]! * expected[i]!;
	}
	const dispersion = squares > 0 ? Math.max(0, beyond / squares) : 0;
	const residual = expected.map((mean, i) =>
		mean > 0 ? (counts[i]! - mean) / Math.sqrt(mean + dispersion * mean * mean) : 0
	);
	return { expected, residual, dispersion, rate };
}
