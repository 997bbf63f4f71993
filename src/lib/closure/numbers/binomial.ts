/** ln Γ(x) for x > 0: Lanczos' approximation (g = 7, nine terms), about 15 digits. */
export function lnGamma(x: number): number {
	if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - lnGamma(1 - x);
	const y = x - 1;
	let sum = lanczos[0]!;
	for (let i = 1; i < lanczos.length; i += 1) sum += lanczos[i]! / (y + i);
	const t = y + 7.5;
	return 0.5 * Math.log(2 * Math.PI) + (y + 0.5) * Math.log(t) - t + Math.log(sum);
}
const lanczos = [
	0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
	12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7
];

/** P(X = k) of X ~ Binomial(n, p); 0 outside 0…n. */
export function binomialMass(k: number, n: number, p: number): number {
	if (k < 0 || k > n) return 0;
	if (p <= 0) return k === 0 ? 1 : 0;
	if (p >= 1) return k === n ? 1 : 0;
	const ln =
		lnGamma(n + 1) - lnGamma(k + 1) - lnGamma(n - k + 1) + k * Math.log(p) + (n - k) * Math.log1p(-p);
	return Math.exp(ln);
}

/**
 * The p-quantile of a binomial share, between the counts: with r the least count of which P(X ≤ r) ≥ `tail`,
 * (r − α) / n where α = (P(X ≤ r) − tail) / P(X = r) (Spiegelhalter 2005, Stat. Med. 24:1185–1202, A.1.1). Within 0–1.
 * Takes O(√n): it sums the distribution outwards from ten standard deviations below its mean.
 */
export function binomialShareQuantile(tail: number, n: number, p: number): number {
	if (n <= 0) return NaN;
	const from = Math.max(0, Math.floor(n * p - 10 * Math.sqrt(n * p * (1 - p)) - 10));
	let mass = binomialMass(from, n, p);
	let sum = mass;
	let k = from;
	while (sum < tail && k < n) {
		k += 1;
		// Each count from the one before it; anew now and then, so that errors do not add up.
		mass =
			(k - from) % 64 === 0 || mass === 0 ? binomialMass(k, n, p) : (mass * (n - k + 1) * p) / (k * (1 - p));
		sum += mass;
	}
	const alpha = mass > 0 ? (sum - tail) / mass : 0;
	return Math.min(1, Math.max(0, (k - Math.min(1, Math.max(0, alpha))) / n));
}
