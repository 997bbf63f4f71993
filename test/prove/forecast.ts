// What is expected on a street is nearer to what comes than last month's count or kernel density, and its ranges hold (Boston, 26 weeks).
//
//   npm run prove forecast                 26 weeks; needs KERBSIDE_SHARED_DATA, or ../shared/data; draws docs/images/forecast.svg
//   npm run prove forecast -- --size 8     the last eight

import { whyNoBoston } from '#test/support/boston.ts';
import { bostonNetwork, bostonReports } from '#test/support/boston-streets.ts';
import { drawLines } from '#test/support/figure.ts';
import { conclude, readProof, skipProof } from '#test/support/proof.ts';
import {
	backtest,
	methods,
	type Coverage,
	type Estimate,
	type Method
} from '#lib/hotspots/forecast/backtest.ts';
import { pai, paiInterval } from '#lib/hotspots/forecast/accuracy.ts';
import { sources } from '#lib/hotspots/forecast/traces.ts';
import { segmentNeighbours } from '#lib/streets/network/street-network.ts';

const proof = readProof();
const missing = whyNoBoston();
if (missing) skipProof(missing);
const weeks = proof.size(4, 26);
const network = bostonNetwork();
const reports = bostonReports(network);
// A request on City Hall's default place has no place: nobody patrols there for it.
const segment = reports.segment.map((s, i) => (reports.isDefaultPlace[i] ? -1 : s));
const ground = {
	metres: network.metres,
	neighbours: segmentNeighbours(network),
	categories: reports.categories.length
};
const startedAt = performance.now();
let learned: Float64Array | null = null;
const result = backtest(
	network,
	ground,
	{ segment, along: reports.along, category: reports.category, hour: reports.hour },
	{ weeks, seed: proof.seed, draws: proof.isSample ? 200 : 2000 },
	(_done, _of, forecast) => (learned = forecast.weights.weights)
);
const seconds = (performance.now() - startedAt) / 1000;

const number = (value: number | null, digits = 2) => value?.toFixed(digits) ?? '—';
const show = ({ value, low, high }: Estimate, digits = 2) =>
	`${number(value, digits)} (${number(low, digits)}–${number(high, digits)})`;
const row = (cells: string[]) => console.log(cells.map((cell, i) => cell.padEnd(i ? 32 : 10)).join(''));
const percents = result.shares.map((share) => `${100 * share} % of length`);

console.log(`\nPAI over ${result.weeks} weeks, with 95 % of resampled backtests`);
row(['', ...percents]);
for (const method of methods) row([method, ...result.methods[method].pai.map((one) => show(one))]);
console.log('\nPEI');
for (const method of methods) row([method, ...result.methods[method].pei.map((one) => show(one))]);
console.log('\nPAI of the forecast minus the other’s, in the same weeks');
for (const method of methods.slice(1))
	row([method, ...result.methods[method].behind.map((one) => show(one))]);
console.log(
	`the kernel: ${result.kernel.bandwidth} m, ${result.kernel.weeks ? `the last ${result.kernel.weeks} weeks` : 'all weeks before'}; the best of those tried before the first week`
);

console.log(
	'\nPAI by week: forecast (with its 95 % interval), month, kernel, history; expected and seen reports'
);
const weekPai = (method: Method, w: number, share: number) =>
	pai([result.methods[method].weekly[w]![share]!]) ?? 0;
const weekInterval = (w: number, share: number) =>
	paiInterval(result.methods.forecast.weekly[w]![share]!) ?? { low: 0, high: 0 };
for (let w = 0; w < result.weeks; w += 1)
	row([
		String(result.firstWeek + w),
		...result.shares.map((_, share) => {
			const { low, high } = weekInterval(w, share);
			const [ours, ...others] = methods.map((method) => number(weekPai(method, w, share), 1));
			return `${ours} (${number(low, 1)}–${number(high, 1)}) ${others.join(' ')}`;
		}),
		`${Math.round(result.expected[w]!)} ${result.seen[w]}`
	]);
if (!proof.isSample)
	await drawLines(
		'forecast',
		'Reports on the streets chosen for the week, times what chance gives (PAI), Boston',
		result.shares.map((share, k) => {
			const weekly = Array.from({ length: result.weeks }, (_, w) => w);
			return {
				title: `${100 * share} % of street length`,
				lines: (['forecast', 'month', 'kernel'] as const).map((method) => ({
					name: { forecast: 'forecast', month: 'last month', kernel: 'kernel' }[method],
					values: weekly.map((w) => weekPai(method, w, k))
				})),
				band: weekly.map((w) => weekInterval(w, k)),
				from: `week ${result.firstWeek + 1}`,
				to: `${result.firstWeek + result.weeks}`
			};
		})
	);

const held = ({ cells, within }: Coverage) => within / cells;
console.log('\ncounts within the range said to hold nine in ten');
for (const [name, lines] of Object.entries(result.coverage))
	for (const line of lines)
		row([
			name,
			`expected ≥ ${line.from}`,
			`${line.cells} cells`,
			`${number(100 * held(line), 1)} %`,
			`below ${line.below}, above ${line.above}`
		]);

console.log('\nwhat the last forecast rests on, short to long segments');
sources.forEach((name, k) =>
	console.log(
		`  ${name.padEnd(28)} ${[0, 1, 2, 3].map((g) => number(learned![g * sources.length + k]!)).join('  ')}`
	)
);

const { forecast, month, kernel } = result.methods;
const large = result.coverage.slots.at(-1)!;
// On a few weeks chance may turn a single one; over half a year the interval must lie clear of zero.
const isAhead = (other: typeof month) =>
	other.behind.every(({ value, low }) => (proof.isSample ? value! : low) > 0);
const holds = large.cells > 100 ? held(large) >= 0.87 && held(large) <= 0.95 : true;
conclude(
	'the forecast is ahead of last month’s count and of kernel density at every share of length, and nine in ten hold',
	{
		weeks: result.weeks,
		'PAI of the forecast': forecast.pai.map(({ value }) => number(value)).join(' / '),
		'PAI of last month': month.pai.map(({ value }) => number(value)).join(' / '),
		'PAI of kernel density': kernel.pai.map(({ value }) => number(value)).join(' / '),
		'held, slots expecting ≥ 4': `${number(100 * held(large), 1)} %`,
		seconds: seconds.toFixed(1)
	},
	isAhead(month) && isAhead(kernel) && holds
);
