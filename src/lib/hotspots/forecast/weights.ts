import { sources, type Traces } from './traces.ts';

/** Weeks the weights are learned from, and rounds of learning: more change the third decimal. */
const learnedFrom = 26;
const rounds = 60;
/** Short and long segments differ in how much their own past says: each quarter by length learns for itself. */
const lengthClasses = 4;

/** How much each source says, learned from the city's own weeks. */
export interface Weights {
	/** Row g, column k at g · sources + k. */
	weights: Float64Array;
	/** Class of each segment: 0, the shortest quarter, to 3. */
	classOf: Uint8Array;
}

/** The first week whose forecast `learnWeights` for `week` needs a trace of. */
export function firstLearned(week: number): number {
	return Math.max(2, week - learnedFrom);
}

/**
 * Weights w ≥ 0 with which reports of week v on segment s are Poisson of mean Σₖ wₖ · fieldₖ(v, s), of greatest likelihood
 * over the weeks before `week` (at most 26), by expectation–maximisation: each report is shared out among the sources
 * in proportion to what each said, and a source's weight is what it received over what it said,
 *
 *     wₖ ← Σ y · wₖ fₖ / (Σⱼ wⱼ fⱼ)  ÷  Σ fₖ
 *
 * (Mohler et al. 2011, Self-exciting point process modeling of crime, JASA 106:100–108, there for point processes; the step is
 * that of Richardson 1972 and Lucy 1974). The likelihood is concave in w: there is one greatest. Only segments with reports
 * are visited in a round. Where nothing was seen, all weights are alike.
 */
export function learnWeights(
	{ ground, traces, firstReport, reportPair, pairSegment }: Traces,
	week: number
): Weights {
	const segments = ground.metres.length;
	const n = sources.length;
	const classOf = lengthClassesOf(ground.metres);
	const said = new Float64Array(lengthClasses * n);
	const [groups, counts, rows]: [number[], number[], number[]] = [[], [], []];
	for (let w = firstLearned(week); w < week; w += 1) {
		const trace = traces[w];
		if (!trace) continue;
		for (let k = 0; k < n; k += 1)
			for (let s = 0; s < segments; s += 1) said[classOf[s]! * n + k]! += trace.fields[k * segments + s]!;
		const seen = new Map<number, number>();
		for (let i = firstReport[w]!; i < firstReport[w + 1]!; i += 1) {
			const s = pairSegment[reportPair[i]!]!;
			seen.set(s, (seen.get(s) ?? 0) + 1);
		}
		for (const [s, count] of seen) {
			groups.push(classOf[s]!);
			counts.push(count);
			for (let k = 0; k < n; k += 1) rows.push(trace.fields[k * segments + s]!);
		}
	}
	const fields = Float64Array.from(rows);
	let weights = new Float64Array(lengthClasses * n).fill(1 / n);
	for (let round = 0; round < rounds && groups.length > 0; round += 1) {
		const received = new Float64Array(lengthClasses * n);
		for (let i = 0; i < groups.length; i += 1) {
			const at = groups[i]! * n;
			let mean = 0;
			for (let k = 0; k < n; k += 1) mean += weights[at + k]! * fields[i * n + k]!;
			if (mean === 0) continue;
			const each = counts[i]! / mean;
			for (let k = 0; k < n; k += 1) received[at + k]! += each * weights[at + k]! * fields[i * n + k]!;
		}
		weights = received.map((sum, j) => (said[j]! > 0 ? sum / said[j]! : 0));
	}
	return { weights, classOf };
}

/** Expected reports of a week per segment: each source's field, times its weight. */
export function weighted({ weights, classOf }: Weights, fields: Float32Array): Float64Array {
	const segments = classOf.length;
	const n = sources.length;
	const mean = new Float64Array(segments);
	for (let k = 0; k < n; k += 1)
		for (let s = 0; s < segments; s += 1)
			mean[s]! += weights[classOf[s]! * n + k]! * fields[k * segments + s]!;
	return mean;
}

function lengthClassesOf(metres: Float64Array): Uint8Array {
	const classOf = new Uint8Array(metres.length);
	Uint32Array.from(metres, (_, s) => s)
		.sort((a, b) => metres[a]! - metres[b]!)
		.forEach((s, place) => (classOf[s] = Math.floor((lengthClasses * place) / metres.length)));
	return classOf;
}
