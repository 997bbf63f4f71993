import { rate, type Interval, type Share } from '../rates.ts';
import { binomialShareQuantile } from './binomial.ts';

/** Two-sided limits of a funnel: outside the inner ones about 1 in 20 lies by chance, outside the outer ones 1 in 500. */
export interface FunnelLimits {
	inner: Interval;
	outer: Interval;
}

/** Where one unit lies in the funnel: 'in', beyond the inner limits ('low', 'high') or beyond the outer ('far_low', 'far_high'). */
export type FunnelPlace = 'in' | 'low' | 'high' | 'far_low' | 'far_high';

/** A funnel round the rate of all units together. */
export interface Funnel {
	/** The rate all units have together. */
	target: number;
	/**
	 * How much more the units differ than chance alone would make them: the variance is multiplied by it. 1 when they do
	 * not differ more.
	 */
	overdispersion: number;
	/** Units it was measured from. */
	units: number;
	limitsAt(of: number): FunnelLimits;
	placeOf(share: Share): FunnelPlace | null;
}

const inner = 1.959963984540054;
/** Two-sided 99.8 %. */
const outer = 3.090232306167813;

/**
 * A funnel plot's limits for shares (Spiegelhalter 2005, Stat. Med. 24:1185–1202). The target is Σx / Σn. Overdispersion φ is the mean of
 * squared standardised residuals zᵢ = (pᵢ − θ) / √(θ(1−θ)/nᵢ), of which the lowest and the highest tenth are pulled in
 * (§ 4.1, winsorised); it counts only when I·φ is beyond chance, φ > 1 + 2√(2/I), I the units. Without it limits are the exact binomial
 * quantiles, interpolated between counts (A.1.1), the upper one taken as the lower one of the failures: so a count lies outside exactly
 * when its tail, itself included, is less likely than the limit says, and 2 of 2 is never remarkable. With it θ ± z√(φθ(1−θ)/n), within 0–1.
 *
 * Null without cases, and when all units stand at 0 or all at 1: no funnel has then a width. Units without cases are left out.
 */
export function funnel(shares: readonly Share[]): Funnel | null {
	const units = shares.filter(({ of }) => of > 0);
	const of = units.reduce((sum, unit) => sum + unit.of, 0);
	const target = of > 0 ? units.reduce((sum, unit) => sum + unit.part, 0) / of : 0;
	const spread = target * (1 - target);
	if (spread <= 0) return null;
	const residuals = units
		.map((unit) => (unit.part / unit.of - target) / Math.sqrt(spread / unit.of))
		.sort((a, b) => a - b);
	const overdispersion = measured(winsorised(residuals, 0.1));
	const limitsAt = (n: number): FunnelLimits => {
		const between = (z: number, tail: number): Interval => {
			if (overdispersion > 1) {
				const reach = z * Math.sqrt((overdispersion * spread) / n);
				return { low: Math.max(0, target - reach), high: Math.min(1, target + reach) };
			}
			return {
				low: binomialShareQuantile(tail, n, target),
				high: 1 - binomialShareQuantile(tail, n, 1 - target)
			};
		};
		return { inner: between(inner, 0.025), outer: between(outer, 0.001) };
	};
	return {
		target,
		overdispersion,
		units: units.length,
		limitsAt,
		placeOf(share) {
			const p = rate(share);
			if (p === null) return null;
			const limits = limitsAt(share.of);
			if (p < limits.outer.low) return 'far_low';
			if (p > limits.outer.high) return 'far_high';
			if (p < limits.inner.low) return 'low';
			return p > limits.inner.high ? 'high' : 'in';
		}
	};
}

/** Sorted values, the lowest and the highest share of them set to the nearest that stays. */
function winsorised(sorted: readonly number[], share: number): number[] {
	const cut = Math.floor(sorted.length * share);
	const [low, high] = [sorted[cut]!, sorted[sorted.length - 1 - cut]!];
	return sorted.map((value) => Math.min(high, Math.max(low, value)));
}

function measured(residuals: readonly number[]): number {
	const phi = residuals.reduce((sum, z) => sum + z * z, 0) / residuals.length;
	return phi > 1 + 2 * Math.sqrt(2 / residuals.length) ? phi : 1;
}
