// Where there is no pattern, the conditional permutation p-values are uniform: as many below any level as the level says.
//
//   npm run prove p-values                   40,000 cities without hotspots; draws docs/images/p-values.svg

import { giStar } from '#lib/hotspots/significance/gi-star.ts';
import { latticeInBox } from '#lib/hotspots/significance/hexagon-lattice.ts';
import { permutationP, referenceOf, sharedDraws } from '#lib/hotspots/significance/permutation.ts';
import { drawBars, type Panel } from '#test/support/figure.ts';
import { conclude, readProof } from '#test/support/proof.ts';
import { negativeBinomial } from '#test/support/simulated.ts';

const proof = readProof();
const cities = proof.size(1_500, 40_000);
const permutations = 999;
const { neighbours, x } = latticeInBox([0, 0, 2_000, 2_000], 100);
const n = x.length;

/** Values without any pattern: every place draws from the same. */
const kinds: Record<string, () => number> = {
	'continuous values': () => -Math.log(1 - proof.random()),
	'counts, many equal': () => negativeBinomial(2, 1.5, proof.random)
};

/**
 * One p-value a city, of a place chosen at random, so that they are independent; `normal` is what reading the standard
 * score off the normal curve would say instead.
 */
function pValues(value: () => number) {
	const drawn = new Float64Array(cities);
	const normal = new Float64Array(cities);
	for (let city = 0; city < cities; city++) {
		const values = Float64Array.from({ length: n }, value);
		const shared = sharedDraws(neighbours, { permutations, seed: Math.floor(proof.random() * 2 ** 31) });
		const place = Math.floor(proof.random() * n);
		drawn[city] = permutationP(referenceOf(values, shared, neighbours), neighbours).high[place]!;
		normal[city] = upperNormal(giStar(values, neighbours)[place]!);
	}
	return { drawn, normal };
}

/** P(Z > z) for a standard normal Z (Abramowitz and Stegun 7.1.26, error below 1.5e-7). */
function upperNormal(z: number): number {
	const t = 1 / (1 + (0.3275911 * Math.abs(z)) / Math.SQRT2);
	const tail =
		0.5 *
		t *
		(0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) *
		Math.exp((-z * z) / 2);
	return z > 0 ? tail : 1 - tail;
}

const shareBelow = (values: Float64Array, level: number) =>
	values.reduce((sum, p) => sum + Number(p <= level + 1e-12), 0) / values.length;

/** Kolmogorov's distance from the uniform distribution on 1 ÷ (permutations + 1), 2 ÷ …, 1. */
function distance(values: Float64Array): number {
	const sorted = values.slice().sort();
	let worst = 0;
	for (let level = 1; level <= permutations + 1; level++) {
		const p = level / (permutations + 1);
		let [low, high] = [0, sorted.length];
		while (low < high) {
			const middle = (low + high) >>> 1;
			if (sorted[middle]! > p + 1e-12) high = middle;
			else low = middle + 1;
		}
		worst = Math.max(worst, Math.abs(low / sorted.length - p));
	}
	return worst;
}

const histogram = (values: Float64Array) => {
	const bars = new Array<number>(20).fill(0);
	for (const p of values) bars[Math.min(19, Math.ceil(p * 20 - 1e-9) - 1)]! += 1;
	return bars;
};

const facts: Record<string, string | number> = {};
const panels: Panel[] = [];
/** Kolmogorov's 0.1 % point: exceeded once in a thousand runs by uniform p-values. */
const most = 1.95 / Math.sqrt(cities);
const faults: string[] = [];
for (const [kind, value] of Object.entries(kinds)) {
	const { drawn, normal } = pValues(value);
	for (const level of [0.05, 0.01, 0.005])
		facts[`${kind}: p ≤ ${level}`] =
			`${shareBelow(drawn, level).toFixed(4)} (normal curve: ${shareBelow(normal, level).toFixed(4)})`;
	panels.push({
		title: `${kind}: permutation`,
		bars: histogram(drawn),
		level: cities / 20,
		from: '0',
		to: '1'
	});
	panels.push({
		title: `${kind}: normal curve`,
		bars: histogram(normal),
		level: cities / 20,
		from: '0',
		to: '1'
	});
	if (kind === 'continuous values') {
		facts['distance from uniform'] = `${distance(drawn).toFixed(4)} (allowed ${most.toFixed(4)})`;
		facts['the normal curve’s distance'] = distance(normal).toFixed(4);
		if (distance(drawn) > most) faults.push(kind);
		continue;
	}
	// Equal sums count against a place: never more small p-values than the level says.
	for (const level of [0.05, 0.01]) {
		const noise = 3.3 * Math.sqrt((level * (1 - level)) / cities);
		if (shareBelow(drawn, level) > level + noise) faults.push(`${kind} at ${level}`);
	}
}
for (const fault of faults) console.log(`  not so: ${fault}`);
if (!proof.isSample)
	await drawBars(
		'p-values',
		`p-values of ${cities.toLocaleString('en')} places where there is nothing to find`,
		panels
	);
conclude('p-values are uniform where there is nothing to find', facts, faults.length === 0);
