import type { Trace, Traces } from './traces.ts';
import { firstLearned } from './weights.ts';

/** How far a segment's own mix of categories is believed. */
export interface Mix {
	/** So many reports' worth of the city's mix stands beside the segment's own. */
	city: number;
}

const tried = [0.5, 1, 2, 4, 8, 16, 32, 64];

/**
 * The mix of categories on a segment, with the city's mix as its prior (Dirichlet–multinomial):
 *
 *     share(c | s) = (gₛc + κ πc) ÷ (gₛ + κ)
 *
 * with g the faded counts of the segment, in the city's present proportions, π the city's shares of the coming week and κ
 * = `city`, of those tried the one under which the categories of the learning weeks' reports were most likely, each week
 * from what lay before it.
 */
export function learnMix(traces: Traces, week: number): Mix {
	const score = new Float64Array(tried.length);
	for (let w = firstLearned(week); w < week; w += 1) {
		const trace = traces.traces[w];
		if (!trace) continue;
		const { own, sum, city } = mixOf(traces, trace);
		for (let i = traces.firstReport[w]!; i < traces.firstReport[w + 1]!; i += 1) {
			const pair = traces.reportPair[i]!;
			const share = city[traces.pairCategory[pair]!]!;
			// A category the city has never had says nothing of the mix.
			if (share === 0) continue;
			const all = sum[traces.pairSegment[pair]!]!;
			tried.forEach((k, j) => (score[j]! += Math.log((own[pair]! + k * share) / (all + k))));
		}
	}
	return { city: tried[score.indexOf(score.reduce((a, b) => Math.max(a, b)))]! };
}

/** What `share(c | s)` is made of: faded counts a pair, their sum a segment, the city's shares. */
export function mixOf({ ground, pairCategory, pairSegment }: Traces, { mix, mixTotal, level }: Trace) {
	const sumOf = (values: Float64Array) => values.reduce((a, b) => a + b, 0);
	const [reports, remembered] = [sumOf(level), sumOf(mixTotal)];
	const city = level.map((one) => (reports > 0 ? one / reports : 0));
	const now = city.map((share, c) => (mixTotal[c]! > 0 ? (share * remembered) / mixTotal[c]! : 0));
	const own = new Float64Array(mix.length);
	const sum = new Float64Array(ground.metres.length);
	for (let pair = 0; pair < mix.length; pair += 1) {
		own[pair] = mix[pair]! * now[pairCategory[pair]!]!;
		sum[pairSegment[pair]!]! += own[pair]!;
	}
	return { own, sum, city };
}
