// Heat map and hexagons from 50,000 reports over a city of 20 × 15 km: time for each, the picture included.
//
//   npm run bench hotspots

import { parseArgs } from 'node:util';
import { heatMap, hexagonMap } from '#lib/hotspots/hotspots.ts';
import { unpack } from '#lib/hotspots/points.ts';
import { densityPixels } from '#lib/map/density-picture.ts';

const { values } = parseArgs({ options: { sample: { type: 'boolean', default: false } } });
const n = values.sample ? 2_000 : 50_000;
const rounds = values.sample ? 2 : 15;
/** A wall's main thread may be held for this long without anyone seeing it. */
const mostMs = 250;

let seed = 1;
const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
const column = (of: () => number) => Array.from({ length: n }, () => Math.floor(of()));
const points = unpack({
	from: '2026-10-23T16:00:00Z',
	to: '2026-11-22T00:00:00Z',
	days: 30,
	n,
	total: n,
	origin: [119.45, 32.78],
	categories: ['0504'],
	// Half of them around one corner, as in a real city.
	lng: column(() => (random() < 0.5 ? 4_000 * random() : 214_000 * random())),
	lat: column(() => (random() < 0.5 ? 4_000 * random() : 135_000 * random())),
	hour: column(() => 720 * random()),
	category: column(() => 0),
	open: column(() => 2 * random())
});

function median(run: () => unknown): number {
	const times = Array.from({ length: rounds }, () => {
		const startedAt = performance.now();
		run();
		return performance.now() - startedAt;
	});
	return times.sort((a, b) => a - b)[rounds >> 1]!;
}

const heat = heatMap(points);
const figures = {
	[`kernel density, ${heat.grid.columns} × ${heat.grid.rows} cells`]: median(() => heatMap(points)),
	'its picture': median(() => densityPixels(heat.grid)),
	[`hexagons, ${hexagonMap(points).spots.length} kept`]: median(() => hexagonMap(points))
};
console.log(`${n.toLocaleString('en')} reports, median of ${rounds}:`);
for (const [name, ms] of Object.entries(figures)) console.log(`  ${ms.toFixed(1).padStart(7)} ms  ${name}`);
if (!values.sample && Object.values(figures).some((ms) => ms > mostMs)) {
	console.error(`A wall would stand still for more than ${mostMs} ms.`);
	process.exitCode = 1;
}
