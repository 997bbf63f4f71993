/** Counts against what the exposure of each place would lead one to expect. */
export interface Expectation {
	/** Expected counts at `rate`; where nothing was cut, they add up to the sum of the counts. */
	expected: Float64Array;
	/** (count − expected) ÷ √(expected + dispersion · expected²), cut at `cap`: like a standard score, whatever the exposure. */
	residual: Float64Array;
	/** Variance beyond Poisson's, moment estimate, at least 0. */
	dispersion: number;
	/** Counts, cut, per unit of exposure over all places. */
	rate: number;
}

/**
 * Makes places of unequal exposure comparable: a street of 2 km collects more reports than one of 200 m, and a block
 * patrolled daily more than one patrolled monthly. `exposure` is any amount ≥ 0 a place (street-km, patrol-hours,
 * residents). The Pearson residual under a negative binomial variance (Cameron and Trivedi 2013, Regression Analysis of
 * Count Data, section 3.3; NB2) has mean 0 and variance 1 wherever the city's rate holds, so that values can be dealt
 * from place to place as permutation does; plain rates cannot, as those of small exposure jump. Dispersion is the
 * moment estimate Σ((count − expected)² − expected) ÷ Σ expected². Rate and dispersion are taken with what lies above `cap` standard deviations cut to
 * that (winsorised, repeated until it stands: Huber and Ronchetti 2009, Robust Statistics, section 7.8), so that one place with thousands of reports does
 * not make every other look ordinary. Places of exposure 0 have expected 0 and residual 0: leave them out of the lattice if nothing can happen
 * there. Throws a RangeError when nothing is exposed, for lengths that differ, and for a cap that is not positive.
 */
export function expectation(counts: Float64Array, exposure: Float64Array, cap = Infinity): Expectation {
	if (!(cap > 0)) throw new RangeError(`cap ${cap} must be positive`);
	if (counts.length !== exposure.length)
		throw new RangeError(`${exposure.length} exposures when there are ${counts.length} counts`);
	for (let i = 0; i < exposure.length; i++)
		if (!(exposure[i]! >= 0)) throw new RangeError(`place ${i} has exposure ${exposure[i]}`);
	const exposed = exposure.reduce((sum, amount) => sum + amount, 0);
	if (!(exposed > 0)) throw new RangeError(`no place of ${counts.length} has any exposure`);
	let [rate, dispersion] = momentsOf(counts, exposure, exposed, Infinity, 0, 0);
	for (let round = 1; cap !== Infinity && round < mostRounds; round++) {
		const [last, spread] = [rate, dispersion];
		[rate, dispersion] = momentsOf(counts, exposure, exposed, cap, last, spread);
		if (Math.abs(rate - last) <= 1e-5 * last && Math.abs(dispersion - spread) <= 1e-5 * spread) break;
	}
	const expected = exposure.map((amount) => amount * rate);
	const residual = expected.map((mean, i) =>
		mean > 0 ? Math.min(cap, (counts[i]! - mean) / Math.sqrt(mean + dispersion * mean * mean)) : 0
	);
	return { expected, residual, dispersion, rate };
}

const mostRounds = 50;

/** Counts, cut by an earlier estimate, per exposure; and the moment estimate of the dispersion around it. */
function momentsOf(
	counts: Float64Array,
	exposure: Float64Array,
	exposed: number,
	cap: number,
	lastRate: number,
	lastDispersion: number
): [rate: number, dispersion: number] {
	// One report is never too many, however little is expected.
	const cut = (i: number) => {
		const mean = lastRate * exposure[i]!;
		const most = cap === Infinity ? cap : mean + cap * Math.sqrt(mean + lastDispersion * mean * mean);
		return Math.min(counts[i]!, Math.max(1, most));
	};
	let count = 0;
	for (let i = 0; i < counts.length; i++) if (exposure[i]! > 0) count += cut(i);
	const rate = count / exposed;
	let [beyond, squares] = [0, 0];
	for (let i = 0; i < counts.length; i++) {
		const mean = rate * exposure[i]!;
		const off = mean > 0 ? cut(i) - mean : 0;
		beyond += off * off - mean;
		squares += mean * mean;
	}
	return [rate, squares > 0 ? Math.max(0, beyond / squares) : 0];
}
