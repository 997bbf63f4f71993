// In simulated cities with planted clusters, at most one hotspot in twenty is false, and the clusters are found.
//
//   npm run prove hotspots                   200 cities of 2,700 hexagons a row; draws docs/images/hotspots.svg

import { latticeInBox } from '#lib/hotspots/significance/hexagon-lattice.ts';
import { permutationsFor, sharedDraws } from '#lib/hotspots/significance/permutation.ts';
import { shuffleTest } from '#lib/hotspots/significance/shuffle.ts';
import { significantHotspots } from '#lib/hotspots/significance/significant.ts';
import { drawBars } from '#test/support/figure.ts';
import { conclude, readProof } from '#test/support/proof.ts';
import { gamma, poisson } from '#test/support/simulated.ts';

const proof = readProof();
const cities = proof.size(6, 200);
const rate = 0.05;
const side = proof.isSample ? 7_000 : 10_000;
const options = {
	permutations: proof.isSample ? 19_999 : 199_999,
	seed: proof.seed,
	rate,
	leastCount: 3,
	cap: 3
};
const { x, y, neighbours } = latticeInBox([0, 0, side, side], 120);
const n = x.length;
const draws = sharedDraws(neighbours, options);

/** Street-km of a hexagon: dense in the middle of the city, thin at its edge, with a river of almost none. */
const exposure = Float64Array.from(x, (east, i) => {
	const middle = Math.hypot(east - side / 2, y[i]! - side / 2) / side;
	const isRiver = Math.abs(east - side / 3 - 300 * Math.sin(y[i]! / 1500)) < 150;
	return isRiver ? 0.05 : 0.2 + 1.3 * Math.exp(-6 * middle * middle);
});

/** Reports: ten a street-km, scattered more than Poisson (shape 4), and `times` as many in planted clusters. */
function cityWith(times: number, clusters: number) {
	const planted = new Uint8Array(n);
	for (let c = 0; c < clusters; c++) {
		const [px, py] = [proof.random() * side, proof.random() * side];
		const reach = 300 + 300 * proof.random();
		for (let i = 0; i < n; i++) if (Math.hypot(x[i]! - px, y[i]! - py) < reach) planted[i] = c + 1;
	}
	const counts = exposure.map((km, i) =>
		poisson(10 * km * (planted[i] ? times : 1) * gamma(4, proof.random), proof.random)
	);
	return { planted, counts };
}

/** A hotspot is false when neither it nor any neighbour was planted: Gi* speaks of a place and those around it. */
function judge(hot: Uint8Array, planted: Uint8Array) {
	let [found, wrong, beside, hit, there] = [0, 0, 0, 0, 0];
	const touched = new Set<number>();
	for (let i = 0; i < n; i++) {
		if (planted[i]) there += 1;
		if (!hot[i]) continue;
		found += 1;
		if (planted[i]) {
			hit += 1;
			touched.add(planted[i]!);
		} else if (neighbours.list.subarray(neighbours.start[i], neighbours.start[i + 1]).some((j) => planted[j]))
			beside += 1;
		else wrong += 1;
	}
	return {
		falseShare: found > 0 ? wrong / found : 0,
		besideShare: found > 0 ? beside / found : 0,
		power: there > 0 ? hit / there : 0,
		clusters: touched.size / Math.max(1, new Set(planted.filter((c) => c > 0)).size),
		found
	};
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const errorOf = (values: readonly number[]) => {
	const mean = meanOf(values);
	return Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2)) / values.length);
};
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

const facts: Record<string, string> = {};
const faults: string[] = [];
const power: number[] = [];
const clusters: number[] = [];
const falsely: number[] = [];
/** A rate kept in expectation is exceeded by chance: three and a third standard errors are allowed. */
function keeps(what: string, shares: readonly number[]): void {
	if (
		meanOf(shares) >
		rate + 3.3 * Math.max(errorOf(shares), Math.sqrt((rate * (1 - rate)) / shares.length) / 3)
	)
		faults.push(`${what}: ${percent(meanOf(shares))} false at a rate of ${percent(rate)}`);
}

const factors = proof.isSample ? [6] : [1.5, 2, 3, 4, 6];
for (const times of factors) {
	const judged = Array.from({ length: cities }, () => {
		const { counts, planted } = cityWith(times, 6);
		const { hot } = significantHotspots(counts, neighbours, options, { exposure, draws });
		return judge(hot, planted);
	});
	const falseShares = judged.map(({ falseShare }) => falseShare);
	power.push(meanOf(judged.map((one) => one.power)));
	clusters.push(meanOf(judged.map((one) => one.clusters)));
	falsely.push(meanOf(falseShares));
	facts[`planted × ${times}`] =
		`false ${percent(falsely.at(-1)!)} ± ${percent(1.96 * errorOf(falseShares))}, beside a cluster ${percent(meanOf(judged.map((one) => one.besideShare)))}, power ${percent(power.at(-1)!)} of their hexagons, ${percent(clusters.at(-1)!)} of the clusters`;
	keeps(`planted × ${times}`, falseShares);
}
if (power.at(-1)! < 0.4)
	faults.push(`power ${percent(power.at(-1)!)} where ${factors.at(-1)} times as much happens`);

const nothing = Array.from({ length: cities }, () => {
	const { counts } = cityWith(1, 0);
	const judgedBy = (exposed?: Float64Array) =>
		significantHotspots(counts, neighbours, options, { ...(exposed && { exposure: exposed }), draws }).count;
	const byExposure = significantHotspots(counts, neighbours, options, { exposure, draws });
	return {
		alarm: byExposure.count > 0 ? 1 : 0,
		withoutExposure: judgedBy() > 0 ? 1 : 0,
		byScore: byExposure.score.reduce((sum, z) => sum + Number(z > 1.96), 0)
	};
});
facts['nothing planted'] = `an alarm in ${percent(meanOf(nothing.map(({ alarm }) => alarm)))} of the cities`;
facts['… Gi* above 1.96 instead'] =
	`${meanOf(nothing.map(({ byScore }) => byScore)).toFixed(0)} false hotspots a city`;
facts['… exposure not counted'] =
	`an alarm in ${percent(meanOf(nothing.map(({ withoutExposure }) => withoutExposure)))}`;
keeps(
	'nothing planted',
	nothing.map(({ alarm }) => alarm)
);

/** Relabelled over several sets of draws: those of one set share its noise. */
function shuffleTests() {
	const sets = proof.isSample ? 2 : 8;
	const each = proof.isSample ? 10 : 50;
	const { counts } = cityWith(3, 6);
	let withAlarm = 0;
	let found = 0;
	for (let set = 0; set < sets; set++) {
		const seed = proof.seed + 2 * set;
		const permutations = proof.isSample ? 99_999 : permutationsFor(n, rate);
		const verdict = significantHotspots(counts, neighbours, { ...options, permutations, seed }, { exposure });
		found += verdict.count / sets;
		withAlarm += shuffleTest(verdict, neighbours, { times: each, seed: seed + 1 }).withAlarm;
	}
	return { times: sets * each, withAlarm, found };
}

const { times, withAlarm, found } = shuffleTests();
facts['shuffle test'] =
	`${found.toFixed(0)} hotspots; relabelled ${times} times, ${withAlarm} times any (${percent(withAlarm / times)})`;
if (withAlarm > rate * times + 3.3 * Math.sqrt(rate * (1 - rate) * times))
	faults.push(`shuffle test: ${withAlarm} of ${times}`);

for (const fault of faults) console.log(`  not so: ${fault}`);
/** A panel of shares, by how many times as much happens in the planted clusters. */
const shares = (title: string, bars: number[], level?: number) => ({
	title,
	bars,
	labels: bars.map(percent),
	...(level !== undefined && { level }),
	from: `× ${factors[0]}`,
	to: `× ${factors.at(-1)}`
});
if (!proof.isSample)
	await drawBars(
		'hotspots',
		`${cities} cities with six planted clusters where × 1.5, 2, 3, 4, 6 as much happens`,
		[
			shares('clusters found', clusters),
			shares('hexagons of clusters found', power),
			shares('false among those found; line: rate asked', falsely, rate)
		]
	);
conclude(
	'false hotspots stay below the stated rate and planted clusters are found',
	facts,
	faults.length === 0
);
