import type { Share } from './rates.ts';

/**
 * What the city's own rows say of a rate before a row's cases are looked at: a beta distribution by its mean and its
 * weight, the number of cases it counts for (α = mean · weight, β = (1 − mean) · weight).
 */
export interface BetaPrior {
	mean: number;
	weight: number;
	/** Rows it was fitted from. */
	rows: number;
}

/** From fewer rows the spread between them says nothing. */
const fewestRows = 5;
/** Rows as alike as chance makes them would give an endless weight; more than this is not told from one rate for all. */
const heaviest = 10_000;

/**
 * Fits the beta-binomial by weighted moments (Kleinman 1973, J. Am. Stat. Assoc. 68:46–54): rows with shares xᵢ/nᵢ have mean μ and
 * an intraclass correlation ρ = 1 / (weight + 1); weights wᵢ = nᵢ / (1 + ρ(nᵢ − 1)) start at nᵢ and settle with ρ.
 *
 *   μ = Σwᵢpᵢ / Σwᵢ,   S = Σwᵢ(pᵢ − μ)²
 *   ρ = (S − μ(1−μ)·A) / (μ(1−μ)·(B − A)),   A = Σ(wᵢ/nᵢ)(1 − wᵢ/w),   B = Σwᵢ(1 − wᵢ/w)
 *
 * Null when there are fewer than five rows with cases, or when all of them are at 0 or all at 1.
 */
export function fitPrior(shares: readonly Share[]): BetaPrior | null {
	const rows = shares.filter(({ of }) => of > 0);
	if (rows.length < fewestRows) return null;
	let rho = 0;
	let mean = 0;
	for (let round = 0; round < 50; round += 1) {
		const weights = rows.map(({ of }) => of / (1 + rho * (of - 1)));
		const whole = weights.reduce((sum, weight) => sum + weight, 0);
		mean = rows.reduce((sum, { part, of }, i) => sum + (weights[i]! * part) / of, 0) / whole;
		const spread = mean * (1 - mean);
		if (spread <= 0) return null;
		let [between, a, b] = [0, 0, 0];
		rows.forEach(({ part, of }, i) => {
			const weight = weights[i]!;
			between += weight * (part / of - mean) ** 2;
			a += (weight / of) * (1 - weight / whole);
			b += weight * (1 - weight / whole);
		});
		// Rows of one case each say nothing of how far rows differ.
		const next = b - a > 1e-9 ? (between - spread * a) / (spread * (b - a)) : 0;
		const bounded = Math.min(0.99, Math.max(1 / (heaviest + 1), next));
		const isSettled = Math.abs(bounded - rho) < 1e-9;
		rho = bounded;
		if (isSettled) break;
	}
	return { mean, weight: 1 / rho - 1, rows: rows.length };
}

/**
 * The empirical-Bayes estimate of a row's rate: the mean of the beta distribution after its cases were seen,
 * (x + mean · weight) / (n + weight) (Efron, Morris 1975, J. Am. Stat. Assoc. 70:311–319, for the idea; the beta-binomial pair for
 * the formula). Few cases are drawn far towards the city's mean, many hardly at all.
 */
export function shrunken({ part, of }: Share, { mean, weight }: Pick<BetaPrior, 'mean' | 'weight'>): number {
	return (part + mean * weight) / (of + weight);
}
