import { rate, type Interval, type Share } from '../rates.ts';

/** One period of a control chart. */
export interface ChartPoint {
	share: Share;
	/** Null without cases: a gap in the line. */
	rate: number | null;
	/** Three-sigma limits at this period's number of cases; null without cases. */
	limits: Interval | null;
	/** 'beyond' the limits, or one of eight or more in a row on one side of the centre ('run'); null: nothing to say. */
	signal: 'beyond' | 'run' | null;
}

export interface ControlChart {
	/** The rate of all periods together. */
	centre: number;
	/** σ_z of Laney: how much more the periods vary than chance alone would make them; at least 1 here. */
	overdispersion: number;
	points: ChartPoint[];
}

/** Below this many periods a limit says nothing. */
export const fewestPeriods = 6;
const longestRun = 8;

/**
 * A p′-chart (Laney 2002, Quality Engineering 14:531–537): p̄ = Σx / Σn, σᵢ = √(p̄(1−p̄)/nᵢ), zᵢ = (pᵢ − p̄)/σᵢ, σ_z = the mean of
 * |zᵢ − zᵢ₋₁| ÷ 1.128, limits p̄ ± 3σᵢσ_z within 0–1. σ_z under 1 is taken as 1: limits are never narrower than the plain p-chart's.
 * Signals are Western Electric's first and fourth rule (one beyond three sigma, eight in a row on one side).
 *
 * `shares` in the order of time. Null with fewer than six periods that have cases, and when all stand at 0 or all at 1.
 */
export function controlChart(shares: readonly Share[]): ControlChart | null {
	const told = shares.filter(({ of }) => of > 0);
	if (told.length < fewestPeriods) return null;
	const of = told.reduce((sum, share) => sum + share.of, 0);
	const centre = told.reduce((sum, share) => sum + share.part, 0) / of;
	const spread = centre * (1 - centre);
	if (spread <= 0) return null;
	const z = told.map((share) => (share.part / share.of - centre) / Math.sqrt(spread / share.of));
	const moves = z.slice(1).reduce((sum, value, i) => sum + Math.abs(value - z[i]!), 0) / (z.length - 1);
	const overdispersion = Math.max(1, moves / 1.128);
	const points = shares.map((share): ChartPoint => {
		const p = rate(share);
		if (p === null) return { share, rate: null, limits: null, signal: null };
		const reach = 3 * overdispersion * Math.sqrt(spread / share.of);
		const limits = { low: Math.max(0, centre - reach), high: Math.min(1, centre + reach) };
		return { share, rate: p, limits, signal: p < limits.low || p > limits.high ? 'beyond' : null };
	});
	markRuns(points, centre);
	return { centre, overdispersion, points };
}

/** Periods without cases neither break a run nor lengthen it; one that lies on the centre breaks it. */
function markRuns(points: ChartPoint[], centre: number): void {
	let run: ChartPoint[] = [];
	let side = 0;
	for (const point of points) {
		if (point.rate === null) continue;
		const now = Math.sign(point.rate - centre);
		if (now !== side || now === 0) run = [];
		side = now;
		run.push(point);
		if (now !== 0 && run.length >= longestRun) for (const one of run) one.signal ??= 'run';
	}
}
