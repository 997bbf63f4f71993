// In a year of Boston's requests, City Hall, where the system puts what it cannot place, is not the hotspot of the year.
//
//   npm run prove city-hall                  needs KERBSIDE_SHARED_DATA, or ../shared/data

import { doubtsAbout, keptReports } from '#lib/hotspots/doubts/doubts.ts';
import { giStar } from '#lib/hotspots/significance/gi-star.ts';
import { cellAt, cellsOf, countByCell, latticeOver } from '#lib/hotspots/significance/hexagon-lattice.ts';
import { segmentNeighbours } from '#lib/hotspots/significance/neighbours.ts';
import { shuffleTest } from '#lib/hotspots/significance/shuffle.ts';
import { significantHotspots } from '#lib/hotspots/significance/significant.ts';
import { placeOn } from '#lib/streets/network/street-network.ts';
import { bostonNetwork, bostonReports } from '#test/support/boston-streets.ts';
import { whyNoBoston } from '#test/support/boston.ts';
import { conclude, readProof, skipProof } from '#test/support/proof.ts';

const proof = readProof();
const missing = whyNoBoston();
if (missing) skipProof(missing);
const radius = 150;
const options = {
	permutations: proof.isSample ? 49_999 : 999_999,
	seed: proof.seed,
	rate: 0.05,
	leastCount: 10
};

const network = bostonNetwork();
const reports = bostonReports(network);
const { plane } = network;
const n = reports.x.length;

/** Places along every street, a step of at most 20 m apart, each standing for so many metres of street. */
function alongStreets() {
	const [x, y, metres]: [number[], number[], number[]] = [[], [], []];
	for (let s = 0; s < network.segments; s++)
		for (let p = network.firstPoint[s]! + 1; p < network.firstPoint[s + 1]!; p++) {
			const [dx, dy] = [network.x[p]! - network.x[p - 1]!, network.y[p]! - network.y[p - 1]!];
			const length = Math.hypot(dx, dy);
			const steps = Math.max(1, Math.ceil(length / 20));
			for (let step = 0; step < steps; step++) {
				const part = (step + 0.5) / steps;
				x.push(network.x[p - 1]! + part * dx);
				y.push(network.y[p - 1]! + part * dy);
				metres.push(length / steps);
			}
		}
	return { x: Float64Array.from(x), y: Float64Array.from(y), metres };
}

const ground = alongStreets();
const lattice = latticeOver(ground.x, ground.y, radius);
const cells = cellsOf(lattice, reports.x, reports.y);
const exposure = new Float64Array(lattice.x.length);
cellsOf(lattice, ground.x, ground.y).forEach((cell, i) => (exposure[cell]! += ground.metres[i]! / 1000));

const hall = cellAt(
	lattice,
	(-71.0587 - plane.lng) * plane.metresPerLng,
	(42.3594 - plane.lat) * plane.metresPerLat
);
const around = [
	hall,
	...lattice.neighbours.list.subarray(lattice.neighbours.start[hall], lattice.neighbours.start[hall + 1])
];
const topOf = (values: Float64Array, isIn: (i: number) => boolean = () => true) =>
	values.reduce(
		(best, value, i) => (isIn(i) && !(value <= values[best]!) ? i : best),
		values.findIndex((_, i) => isIn(i))
	);
const nameOf = (cell: number) =>
	`${(plane.lat + lattice.y[cell]! / plane.metresPerLat).toFixed(4)}, ${(plane.lng + lattice.x[cell]! / plane.metresPerLng).toFixed(4)}`;

const facts: Record<string, string | number> = {};
const faults: string[] = [];
const raw = countByCell(cells, lattice.x.length);
facts['hexagons'] = lattice.x.length;
facts['requests on a hexagon'] = `${raw.reduce((sum, count) => sum + count, 0)} of ${n}`;
facts['most requests'] =
	`${raw[topOf(raw)]} at ${nameOf(topOf(raw))}${topOf(raw) === hall ? ', City Hall' : ''}`;
const plain = giStar(raw, lattice.neighbours);
facts['highest Gi* of the counts'] =
	`${plain[topOf(plain)]!.toFixed(1)}${around.includes(topOf(plain)) ? ', City Hall' : ''}`;
if (!around.includes(topOf(plain))) faults.push('City Hall was not the highest before');

const doubts = doubtsAbout(reports);
for (const reason of ['default_place', 'daily_place', 'repeated'] as const) {
	const of = doubts.filter((doubt) => doubt.reason === reason);
	facts[reason] =
		`${of.length} spots, ${of.reduce((sum, { setAside }) => sum + setAside.length, 0)} requests set aside`;
}
const place = doubts.find((doubt) => doubt.reason === 'default_place');
const defaults = reports.isDefaultPlace.reduce((sum, one) => sum + one, 0);
if (place)
	facts['the default place'] =
		`${place.count} requests (${defaults} in the file's default geocode), ${(100 * place.share).toFixed(1)} % of all, ${place.times.toFixed(0)} times the next spot`;
if (!place || place.count < defaults) faults.push('the default geocode was not recognised');

const kept = keptReports(n, doubts);
const standing = (place: Int32Array) => place.map((at, i) => (kept[i] ? at : -1));
const [hallX, hallY] = [lattice.x[hall]!, lattice.y[hall]!];
const segmentPlaces = Array.from({ length: network.segments }, (_, s) =>
	placeOn(network, s, network.metres[s]! / 2)
);
const kinds = {
	hexagons: {
		place: cells,
		neighbours: lattice.neighbours,
		exposure,
		middle: (cell: number) => [lattice.x[cell]!, lattice.y[cell]!] as const,
		isHall: (cell: number) => around.includes(cell)
	},
	segments: {
		place: reports.segment,
		neighbours: segmentNeighbours(
			Int32Array.from(network.from),
			Int32Array.from(network.to),
			network.junctions
		),
		exposure: network.metres.map((metres) => metres / 1000),
		middle: (s: number) => segmentPlaces[s]!,
		isHall: (s: number) => reports.segment.some((at, i) => at === s && reports.isDefaultPlace[i] === 1)
	}
};
for (const [kind, { place: at, neighbours, exposure: km, middle, isHall }] of Object.entries(kinds))
	for (const [name, of] of [
		[`${kind}, as they come`, countByCell(at, km.length)],
		[`${kind}, doubts set aside`, countByCell(standing(at), km.length)]
	] as const) {
		const found = significantHotspots(of, neighbours, options, { exposure: km });
		const top = topOf(found.score, (i) => found.hot[i] === 1);
		const [x, y] = middle(top);
		facts[name] =
			`${found.count} hotspots of ${found.tested} tested; first: Gi* ${found.score[top]!.toFixed(1)}, ${of[top]} requests, ${found.expected[top]!.toFixed(0)} expected, ${Math.hypot(x - hallX, y - hallY).toFixed(0)} m from City Hall`;
		if (isHall(top) && kind === 'segments')
			faults.push(`${name}: City Hall's segment is the hotspot of the year`);
		if (kind === 'hexagons') {
			facts[`${name}: City Hall`] =
				`Gi* ${found.score[hall]!.toFixed(1)}, ${of[hall]} requests, ${found.expected[hall]!.toFixed(0)} expected; of it and those around ${around.filter((i) => found.hot[i]).length} of ${around.length} are hotspots`;
			if (top === hall) faults.push(`${name}: City Hall is the hotspot of the year`);
		}
		if (found.count === 0) faults.push(`${name}: nothing found`);
		const times = proof.isSample ? 10 : 100;
		const { withAlarm, alarms } = shuffleTest(found, neighbours, { times, seed: proof.seed + 1 });
		facts[`${name}: relabelled`] =
			`${withAlarm} of ${times} with a false alarm, ${alarms.reduce((sum, one) => sum + one, 0)} in all`;
		if (withAlarm > options.rate * times + 4 * Math.sqrt(options.rate * (1 - options.rate) * times))
			faults.push(`${name}: ${withAlarm} of ${times} relabellings had an alarm`);
	}
for (const fault of faults) console.log(`  not so: ${fault}`);
conclude(
	'City Hall is recognised as the default place and is not the hotspot of the year',
	facts,
	faults.length === 0
);
