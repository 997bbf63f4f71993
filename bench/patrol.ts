// A patrol's matrix and route: times, and lengths against the order of the limits, nearest neighbour and pair by pair.
//
//   npm run bench patrol                         a made town, and real networks where KERBSIDE_SHARED_DATA has them
//   npm run bench patrol -- --stops 40 --rounds 10

import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { chanceFrom } from '#lib/patrols/chance.ts';
import { gridTown } from '#lib/patrols/grid.fixture.ts';
import { buildRoadGraph, type RoadGraph, type RoadSegment } from '#lib/patrols/road-graph.ts';
import { insertCheapest, solveTour, tourCost, tourCosts, type TourCosts } from '#lib/patrols/tour.ts';
import { RouteSearch, travelOver } from '#lib/patrols/travel.ts';

const { values } = parseArgs({
	options: {
		stops: { type: 'string' },
		rounds: { type: 'string' },
		sample: { type: 'boolean', default: false }
	}
});
const rounds = Number(values.rounds ?? (values.sample ? 1 : 5));
const sizes = values.stops ? [Number(values.stops)] : values.sample ? [20] : [20, 40, 100];
const data = resolve(process.env.KERBSIDE_SHARED_DATA ?? join(import.meta.dirname, '../../shared/data'));
/** Pair by pair takes minutes on a large network: this many pairs are timed and the rest reckoned from them. */
const pairsTimed = 400;

const networks: [name: string, segments: () => RoadSegment[]][] = [
	['a made town of 60 × 60 junctions', () => gridTown(60)]
];
for (const [name, file, read] of [
	['Futian and Nanshan, Shenzhen', 'cities/shenzhen-roads.geojson.gz', readShenzhen],
	['Boston', 'boston-road-edges.csv.gz', readBoston]
] as const) {
	if (values.sample) continue;
	if (existsSync(join(data, file))) networks.push([name, () => read(file)]);
	else console.log(`SKIPPED: ${name} (${file} is not in ${data}).`);
}

for (const [name, segments] of networks) {
	const lines = segments();
	const { value: graph, ms } = timed(() => buildRoadGraph(lines)!);
	const main = graph.isMain.reduce((sum, is) => sum + is, 0);
	console.log(`\n${name}: ${graph.junctions} junctions, ${graph.segments} segments, ${graph.parts} parts`);
	console.log(
		`  graph built in ${show(ms)}; ${((100 * main) / graph.segments).toFixed(1)} % of segments in the largest strong part`
	);
	for (const stops of sizes) await measure(graph, stops);
}

async function measure(graph: RoadGraph, stops: number): Promise<void> {
	const inMain = [...graph.isMain.keys()].filter((s) => graph.isMain[s] === 1);
	const times = { matrix: [] as number[], pairs: [] as number[], tour: [] as number[] };
	const ratio = { due: [] as number[], nearest: [] as number[], inserted: [] as number[] };
	const search = new RouteSearch(graph);
	for (let round = 0; round < rounds; round += 1) {
		const chance = chanceFrom(`${graph.segments} ${stops} ${round}`);
		const places = Array.from({ length: stops }, () => ({
			segment: inMain[Math.floor(chance() * inMain.length)]!,
			along: chance()
		}));
		const startedAt = performance.now();
		const travel = await travelOver(graph, places);
		times.matrix.push(performance.now() - startedAt);

		const all = stops * (stops - 1);
		const some = Math.min(all, pairsTimed);
		const { ms } = timed(() => {
			for (let i = 0; i < some; i += 1) {
				const [a, b] = [places[i % stops]!, places[(i * 7 + 1) % stops]!];
				search.search(a, [b]);
				search.wayTo(a, b);
			}
		});
		times.pairs.push((ms * all) / some);

		// Places come in no order at all, as limits do.
		const order = places.map((_, i) => i + 1);
		const costs = tourCosts(
			{ n: travel.n, values: travel.seconds },
			order.map((i) => i - 1),
			null,
			false
		);
		const { value: ours, ms: tourMs } = timed(() => solveTour(costs, order, { known: order, seed: 'bench' }));
		times.tour.push(tourMs);
		const cost = tourCost(costs, ours);
		ratio.due.push(cost / tourCost(costs, order));
		ratio.nearest.push(cost / tourCost(costs, nearestNeighbour(costs, order)));
		ratio.inserted.push(cost / tourCost(costs, insertCheapest(costs, order)));
	}
	const pairsTo = middle(times.pairs) / middle(times.matrix);
	console.log(`  ${stops} stops: matrix ${show(middle(times.matrix))}, route ${show(middle(times.tour))}`);
	console.log(
		`    one search a row is ${pairsTo.toFixed(1)} × as fast as one a pair (${show(middle(times.pairs))})`
	);
	console.log(
		`    driving time: ${share(ratio.due)} of the order of limits, ${share(ratio.nearest)} of nearest neighbour, ${share(ratio.inserted)} of cheapest insertion alone`
	);
	if (middle(ratio.due) > 1) throw new Error('The route is longer than the order of the limits.');
}

function nearestNeighbour({ n, cost }: TourCosts, stops: readonly number[]): number[] {
	const left = new Set(stops.slice(1));
	const order = [stops[0]!];
	while (left.size > 0) {
		const here = order.at(-1)!;
		let best = -1;
		for (const stop of left) if (best < 0 || cost[here * n + stop]! < cost[here * n + best]!) best = stop;
		order.push(best);
		left.delete(best);
	}
	return order;
}

function readShenzhen(file: string): RoadSegment[] {
	interface Road {
		properties: {
			id: number;
			name: string | null;
			kind: string;
			oneway: number;
			len: number;
			u: string;
			v: string;
		};
		geometry: { coordinates: [number, number][] };
	}
	const { features } = JSON.parse(gunzipSync(readFileSync(join(data, file))).toString()) as {
		features: Road[];
	};
	return features.map(({ properties: { id, name, kind, oneway, len, u, v }, geometry }) => ({
		id,
		street_id: null,
		name,
		name_en: null,
		class: kind.replace(/_link$/, ''),
		oneway,
		line: geometry.coordinates,
		length_m: len,
		from_junction: Number(u),
		to_junction: Number(v)
	}));
}

/** Directed arcs between numbered nodes, each of them a one-way segment. */
function readBoston(file: string): RoadSegment[] {
	const rowsOf = (name: string) =>
		gunzipSync(readFileSync(join(data, name)))
			.toString()
			.trim()
			.split('\n')
			.slice(1)
			.map((row) => row.split(','));
	const nodes = new Map(
		rowsOf('boston-road-nodes.csv.gz').map(([id, , lat, lng]) => [id!, [Number(lng), Number(lat)] as const])
	);
	return rowsOf(file).map(([from, to, , , length, kind], i) => ({
		id: i + 1,
		street_id: null,
		name: null,
		name_en: null,
		class: kind!,
		oneway: 1,
		line: [nodes.get(from!)!, nodes.get(to!)!],
		length_m: Number(length),
		from_junction: Number(from),
		to_junction: Number(to)
	}));
}

function timed<T>(work: () => T): { value: T; ms: number } {
	const startedAt = performance.now();
	const value = work();
	return { value, ms: performance.now() - startedAt };
}

function middle(list: readonly number[]): number {
	return [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]!;
}

function show(ms: number): string {
	return ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`;
}

function share(ratios: readonly number[]): string {
	return `${(100 * middle(ratios)).toFixed(0)} %`;
}
