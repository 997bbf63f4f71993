// Gi* of 26,000 hexagons with its neighbours and 999 conditional permutations, beside R's spdep on the same cells.
//
//   npm run bench gistar                  needs Rscript and spdep (Debian: r-cran-spdep)

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { discoveries } from '#lib/hotspots/significance/false-discovery.ts';
import { giStar } from '#lib/hotspots/significance/gi-star.ts';
import { latticeInBox, latticeOver } from '#lib/hotspots/significance/hexagon-lattice.ts';
import { permutationP, referenceOf, sharedDraws } from '#lib/hotspots/significance/permutation.ts';
import { randomFrom } from '#lib/hotspots/significance/random.ts';
import { shuffleTest } from '#lib/hotspots/significance/shuffle.ts';
import { significantHotspots } from '#lib/hotspots/significance/significant.ts';
import { SKIPPED } from '#test/support/proof.ts';

const { values } = parseArgs({ options: { sample: { type: 'boolean', default: false } } });
const radius = 100;
const side = values.sample ? 3_500 : 26_000;
const rounds = values.sample ? 3 : 15;
const permutations = 999;
/** Times as fast as spdep, neighbours included; and what rounding may do to a score. */
const aims = { ratio: 200, error: 1e-9 };

const ground = latticeInBox([0, 0, side, side], radius);
const random = randomFrom(1);
const counts = Float64Array.from(ground.x, () => {
	let k = 0;
	for (let left = random.next(); left > Math.exp(-2); left *= random.next()) k += 1;
	return k;
});
const n = counts.length;

const timed = <T>(run: () => T): [T, number] => {
	const startedAt = performance.now();
	return [run(), performance.now() - startedAt];
};
const processed = <T>(run: () => T): [T, number] => {
	const before = process.cpuUsage();
	const value = run();
	const { user, system } = process.cpuUsage(before);
	return [value, (user + system) / 1000];
};
const median = (times: number[]) => times.sort((a, b) => a - b)[times.length >> 1]!;
const ms = (time: number) => `${time.toFixed(time < 10 ? 2 : 0).padStart(9)} ms`;

function ours() {
	const before = process.cpuUsage();
	const [lattice, neighbours] = timed(() => latticeOver(ground.x, ground.y, radius));
	const [score, gi] = timed(() => giStar(counts, lattice.neighbours));
	const [p, drawing] = timed(() =>
		permutationP(
			referenceOf(counts, sharedDraws(lattice.neighbours, { permutations, seed: 1 }), lattice.neighbours),
			lattice.neighbours
		)
	);
	const { user, system } = process.cpuUsage(before);
	const cpu = (user + system) / 1000;
	return { lattice, score, p, neighbours, gi, drawing, cpu, total: neighbours + gi + drawing };
}

const first = ours();
const again = Array.from({ length: rounds }, ours);
const own = (part: 'neighbours' | 'gi' | 'drawing' | 'cpu' | 'total') =>
	median(again.map((one) => one[part]));
console.log(`${n.toLocaleString('en')} hexagons, ${permutations} permutations, median of ${rounds}:`);
console.log(`${ms(own('neighbours'))}  neighbours`);
console.log(`${ms(own('gi'))}  Gi*`);
console.log(`${ms(own('drawing'))}  permutation p-values`);
console.log(
	`${ms(own('total'))}  together (${own('cpu').toFixed(0)} ms of processor; the first time, cold, ${first.cpu.toFixed(0)} ms)`
);

const many = values.sample ? 9_999 : 99_999;
const options = { permutations: many, seed: 1, rate: 0.05, leastCount: 3, cap: 3 };
const [found, finding] = processed(() => significantHotspots(counts, first.lattice.neighbours, options));
const [, adjusting] = processed(() => discoveries(found.p, 0.05));
const [, shuffling] = processed(() => shuffleTest(found, first.lattice.neighbours, { times: 100, seed: 2 }));
console.log('of processor:');
console.log(`${ms(finding)}  everything with ${many.toLocaleString('en')} permutations, of it`);
console.log(`${ms(adjusting)}    Benjamini–Hochberg`);
console.log(`${ms(shuffling)}  shuffle test, 100 relabellings of that`);

/** spdep on the same cells; null where it is not installed. */
async function theirs() {
	const run = promisify(execFile);
	const folder = await mkdtemp(join(tmpdir(), 'kerbside-gistar-'));
	try {
		await run('Rscript', ['-e', 'if (!requireNamespace("spdep", quietly = TRUE)) quit(status = 1)']);
	} catch {
		return null;
	}
	try {
		const [cells, answer] = [join(folder, 'cells.csv'), join(folder, 'answer.csv')];
		const rows = Array.from(counts, (count, i) => `${ground.x[i]},${ground.y[i]},${count}`);
		await writeFile(cells, ['x,y,count', ...rows].join('\n'));
		const script = join(import.meta.dirname, 'gistar/spdep.R');
		const reach = radius * Math.sqrt(3) * 1.01;
		const { stdout } = await run('Rscript', [script, cells, String(reach), String(permutations), answer]);
		const [near, score, drawn] = stdout
			.trim()
			.split('\n')
			.map((line) => line.trim().split(' ').map(Number));
		const columns = (await readFile(answer, 'utf8'))
			.trim()
			.split('\n')
			.slice(1)
			.map((row) => row.split(',').map(Number));
		return {
			near: near!,
			score: score!,
			drawn: drawn!,
			version: stdout.trim().split('\n')[3],
			columns
		};
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

/** spdep's two-sided p-value: the smaller of (draws at least as high) and (the others), and one, of all. */
function foldedP(high: number): number {
	const above = high * permutations;
	return (Math.min(above, permutations - above) + 1) / (permutations + 1);
}

const r = await theirs();
if (!r) {
	console.log('SKIPPED: there is no R with spdep here to compare with (Debian: r-cran-spdep).');
	process.exit(SKIPPED);
}
const parts = [r.near, r.score, r.drawn];
const [wall, cpu] = [0, 1].map((i) => parts.reduce((sum, part) => sum + part[i]! * 1000, 0));
console.log(`spdep ${r.version}, same cells:`);
console.log(`${ms(r.near[0]! * 1000)}  neighbours (dnearneigh, the quickest of its ways)`);
console.log(`${ms(r.score[0]! * 1000)}  localG`);
console.log(`${ms(r.drawn[0]! * 1000)}  localG_perm`);
console.log(`${ms(wall!)}  together (${cpu!.toFixed(0)} ms of processor)`);

const scores = r.columns.map(([score]) => score!);
const error = scores.reduce((worst, score, i) => Math.max(worst, Math.abs(score - first.score[i]!)), 0);
const off = r.columns.map(([, folded], i) => folded! - foldedP(found.p[i]!));
const apart = Math.sqrt(off.reduce((sum, one) => sum + one * one, 0) / n);
const ratio = cpu! / own('cpu');
console.log(`largest difference of a Gi*    ${error.toExponential(1)}`);
console.log(`p-values apart (root mean square) ${apart.toFixed(4)}; the noise of 999 draws: up to 0.016`);
const times = (value: number) => `${Math.round(value).toLocaleString('en')} ×`;
console.log(
	`ratio ${times(ratio)} of processor time, ${times(wall! / own('total'))} by the clock, cold ${times(cpu! / first.cpu)}`
);
if (error > aims.error || apart > 0.03 || (!values.sample && ratio < aims.ratio)) {
	console.error(`Aims: ${aims.ratio} × as fast, scores equal to ${aims.error}.`);
	process.exitCode = 1;
}
