import { wilson, type Interval } from '#lib/closure/rates.ts';

/** Segments with the most a metre, the best first, until the next would bring their length beyond `share` of all streets. */
export function bestSegments(score: Float64Array, metres: Float64Array, share: number): Uint32Array {
	const perMetre = score.map((one, s) => (metres[s]! > 0 ? one / metres[s]! : 0));
	const order = Uint32Array.from(score, (_, s) => s).sort((a, b) => perMetre[b]! - perMetre[a]! || a - b);
	const budget = share * metres.reduce((a, b) => a + b, 0);
	let [taken, length] = [0, 0];
	while (taken < order.length && length + metres[order[taken]!]! <= budget) {
		length += metres[order[taken]!]!;
		taken += 1;
	}
	return order.subarray(0, taken);
}

/** What a choice of streets caught. */
export interface Catch {
	/** Reports on the streets chosen, and all there were. */
	hits: number;
	reports: number;
	/** Length chosen over all length. */
	lengthShare: number;
	/** Reports that the same share of length would have held at best, known afterwards. */
	best: number;
}

/** What is caught where `score` is greatest a metre, for each share of length. */
export function catches(
	score: Float64Array,
	counts: Float64Array,
	metres: Float64Array,
	shares: readonly number[]
): Catch[] {
	const sumOf = (chosen: Uint32Array, of: Float64Array) => chosen.reduce((sum, s) => sum + of[s]!, 0);
	const all = metres.reduce((a, b) => a + b, 0);
	const reports = counts.reduce((a, b) => a + b, 0);
	return shares.map((share) => {
		const chosen = bestSegments(score, metres, share);
		return {
			hits: sumOf(chosen, counts),
			reports,
			lengthShare: sumOf(chosen, metres) / all,
			best: sumOf(bestSegments(counts, metres, share), counts)
		};
	});
}

/**
 * Prediction accuracy index: how many times more of the reports lie on the streets chosen than on as much street anywhere, (hits
 * ÷ reports) ÷ (length ÷ all length) (Chainey, Tompson & Uhlig 2008, Security Journal 21:4–28, with length for area as in Rosser
 * et al. 2017, J Quant Criminol 33:569–594). Of several weeks: their reports taken together. Null where nothing happened.
 */
export function pai(weeks: readonly Catch[]): number | null {
	const [hits, reports] = [sum(weeks, 'hits'), sum(weeks, 'reports')];
	const length = sum(weeks, 'lengthShare') / weeks.length;
	return reports > 0 && length > 0 ? hits / reports / length : null;
}

/** The 95 % interval of one week's PAI: Wilson's of hits out of reports, over the share of length. Null where nothing happened. */
export function paiInterval({ hits, reports, lengthShare }: Catch): Interval | null {
	const share = wilson({ part: hits, of: reports });
	return share && lengthShare > 0 ? { low: share.low / lengthShare, high: share.high / lengthShare } : null;
}

/** Prediction efficiency index: hits over what the best choice of the same share would have held (Hunt 2016). */
export function pei(weeks: readonly Catch[]): number | null {
	const best = sum(weeks, 'best');
	return best > 0 ? sum(weeks, 'hits') / best : null;
}

function sum(weeks: readonly Catch[], of: keyof Catch): number {
	return weeks.reduce((all, week) => all + week[of], 0);
}
