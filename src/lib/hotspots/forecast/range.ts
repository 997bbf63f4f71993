/**
 * The middle `level` of what a mean leaves possible: the counts between which chance stays on both sides with at most (1 − level) ÷ 2
 * beyond each. The count is negative binomial, variance = mean + spread · mean² (NB2: Cameron & Trivedi 2013, Regression
 * Analysis of Count Data, 3.3.1); Poisson at spread 0. Whole numbers: the range holds at least `level`. Above about 700
 * reports with little spread it is the normal's, to half a report.
 */
export function rangeOf(mean: number, spread: number, level = 0.9): [low: number, high: number] {
	if (!(mean >= 0) || !(spread >= 0) || !(level > 0 && level < 1))
		throw new RangeError(`mean ${mean}, spread ${spread} and level ${level} have no range`);
	const tail = (1 - level) / 2;
	const each = spread * mean;
	const logNone = each < 1e-9 ? -mean : -Math.log1p(each) / spread;
	if (logNone < -700) {
		const reach = normalQuantile(1 - tail) * Math.sqrt(mean + spread * mean * mean);
		return [Math.max(0, Math.round(mean - reach)), Math.round(mean + reach)];
	}
	let [count, chance, below] = [0, Math.exp(logNone), 0];
	let low = -1;
	for (;;) {
		const upTo = below + chance;
		if (low < 0 && upTo > tail) low = count;
		if (upTo >= 1 - tail || (count > mean && chance < 1e-17)) return [Math.max(low, 0), count];
		chance *= (mean + each * count) / ((count + 1) * (1 + each));
		below = upTo;
		count += 1;
	}
}

/** The normal's quantile for p > 0.5: Abramowitz & Stegun 26.2.23, off by less than 4.5e-4. */
function normalQuantile(p: number): number {
	const t = Math.sqrt(-2 * Math.log(1 - p));
	return (
		t -
		(2.515517 + 0.802853 * t + 0.010328 * t * t) / (1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t ** 3)
	);
}
