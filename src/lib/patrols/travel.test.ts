import { describe, expect, test } from 'vitest';
import { SegmentIndex, type RoadPlace } from './nearest-segment.ts';
import {
	buildRoadGraph,
	fromPlane,
	speeds,
	straightMetres,
	type RoadGraph,
	type RoadSegment
} from './road-graph.ts';
import { RouteSearch, travelOver, travelStraight } from './travel.ts';

/*
 * One block of 1000 m squares, two rows of junctions; every street residential:
 *
 *   4 ---d--- 5 <==e== 6        e: one-way westward
 *   |         |        |
 *   a         b        c
 *   |         |        |
 *   1 ---f--- 2 ---g--- 3       and apart from it:  7 ---h--- 8
 */
const origin = [119.5, 32.8] as const;
const at = (x: number, y: number) => fromPlane(origin, x, y);
const junction: Record<number, [number, number]> = {
	1: at(0, 0),
	2: at(1000, 0),
	3: at(2000, 0),
	4: at(0, 1000),
	5: at(1000, 1000),
	6: at(2000, 1000),
	7: at(5000, 0),
	8: at(6000, 0)
};
function street(id: number, from: number, to: number, more: Partial<RoadSegment> = {}): RoadSegment {
	return {
		id,
		street_id: id,
		name: `街${id}`,
		name_en: null,
		class: 'residential',
		oneway: 0,
		line: [junction[from]!, junction[to]!],
		from_junction: from,
		to_junction: to,
		...more
	};
}
const [a, b, c, d, e, f, g, h] = [1, 2, 3, 4, 5, 6, 7, 8];
const segments = [
	street(a, 1, 4),
	street(b, 2, 5),
	street(c, 3, 6),
	street(d, 4, 5),
	street(e, 6, 5, { oneway: 1 }),
	street(f, 1, 2),
	street(g, 2, 3),
	street(h, 7, 8)
];
const graph = buildRoadGraph(segments)!;
const place = (id: number, along: number): RoadPlace => ({
	segment: segments.findIndex((segment) => segment.id === id),
	along,
	metresOff: 0,
	x: 0,
	y: 0
});

async function metresBetween(roads: RoadGraph, from: RoadPlace, to: RoadPlace): Promise<number> {
	return Math.round((await travelOver(roads, [from, to])).metres[1]!);
}

describe('the way between two places', () => {
	test.each([
		['along one segment', place(f, 0.2), place(f, 0.9), 700],
		['back along a two-way segment', place(f, 0.9), place(f, 0.2), 700],
		['with the one-way', place(e, 0.2), place(e, 0.7), 500],
		['against the one-way: all the way around', place(e, 0.7), place(e, 0.2), 300 + 3000 + 200],
		['over the nearer end of the first and the last segment', place(f, 0.9), place(b, 0.25), 350],
		['into a one-way from its beginning only', place(b, 0.9), place(e, 0.9), 900 + 1000 + 1000 + 900]
	])('%s', async (_, from, to, metres) => {
		expect(await metresBetween(graph, from, to)).toBeCloseTo(metres, -1);
	});

	test('between parts that no street joins there is none', async () => {
		expect(await metresBetween(graph, place(f, 0.5), place(h, 0.5))).toBe(Infinity);
		expect(new RouteSearch(graph).line(place(f, 0.5), place(h, 0.5))).toBeNull();
	});

	test('is the quickest, even where it is longer', async () => {
		// The block's upper side is a primary street, its lower side a lane.
		const mixed = buildRoadGraph([
			street(1, 1, 4, { class: 'primary' }),
			street(2, 4, 5, { class: 'primary' }),
			street(3, 5, 2, { class: 'primary' }),
			street(4, 1, 2, { class: 'service' })
		])!;
		const { seconds, metres } = await travelOver(mixed, [
			{ segment: 0, along: 0 },
			{ segment: 2, along: 1 }
		]);
		expect(metres[1]).toBeCloseTo(1000, -1);
		expect(speeds.primary! / speeds.service!).toBe(3);
		expect(seconds[1]).toBeCloseTo(300, -1);
	});
});

test('the matrix agrees with Floyd and Warshall over the junctions', async () => {
	const junctions = Array.from({ length: 6 }, (_, i) => i + 1);
	const least = new Map<string, number>();
	const get = (i: number, j: number) => (i === j ? 0 : (least.get(`${i} ${j}`) ?? Infinity));
	for (const { from_junction: from, to_junction: to, oneway } of segments.slice(0, 7)) {
		least.set(`${from} ${to}`, 1000);
		if (oneway === 0) least.set(`${to} ${from}`, 1000);
	}
	for (const k of junctions)
		for (const i of junctions)
			for (const j of junctions) least.set(`${i} ${j}`, Math.min(get(i, j), get(i, k) + get(k, j)));
	// Each junction as the end of some two-way segment.
	const ends = [place(f, 0), place(f, 1), place(g, 1), place(a, 1), place(b, 1), place(c, 1)];
	const { metres } = await travelOver(graph, ends);
	for (const i of junctions)
		for (const j of junctions) expect(metres[(i - 1) * 6 + j - 1]! / 1000).toBeCloseTo(get(i, j) / 1000, 1);
});

describe('the drawn line of a way', () => {
	test.each([
		['around the block', place(e, 0.7), place(e, 0.2)],
		['along one segment, backwards', place(f, 0.9), place(f, 0.2)],
		['from street to street', place(a, 0.5), place(g, 0.5)]
	])('is as long as the way: %s', async (_, from, to) => {
		const line = new RouteSearch(graph).line(from, to)!;
		let sum = 0;
		for (let i = 1; i < line.length; i += 1)
			sum += straightMetres(
				{ lng: line[i - 1]![0], lat: line[i - 1]![1] },
				{ lng: line[i]![0], lat: line[i]![1] }
			);
		expect(sum).toBeCloseTo(await metresBetween(graph, from, to), -1);
	});

	test('begins and ends where the places are', () => {
		const line = new RouteSearch(graph).line(place(f, 0.25), place(c, 0.5))!;
		const [startLng, startLat] = at(250, 0);
		expect(line[0]![0]).toBeCloseTo(startLng, 4);
		expect(line[0]![1]).toBeCloseTo(startLat, 4);
		const [endLng, endLat] = at(2000, 500);
		expect(line.at(-1)![0]).toBeCloseTo(endLng, 4);
		expect(line.at(-1)![1]).toBeCloseTo(endLat, 4);
	});

	test('round a loop takes the shorter side', () => {
		const loop = buildRoadGraph([
			street(1, 1, 2),
			street(2, 2, 2, { line: [at(1000, 0), at(1500, 500), at(2000, 0), at(1500, -500), at(1000, 0)] })
		])!;
		const search = new RouteSearch(loop);
		const down = search.line({ segment: 1, along: 0.9 }, { segment: 0, along: 0.5 })!;
		const up = search.line({ segment: 1, along: 0.1 }, { segment: 0, along: 0.5 })!;
		expect(Math.min(...down.map(([, lat]) => lat))).toBeLessThan(origin[1]);
		expect(Math.max(...up.map(([, lat]) => lat))).toBeGreaterThan(origin[1]);
	});
});

describe('the network', () => {
	test('knows its largest part and how many there are', () => {
		expect(graph.parts).toBe(2);
		expect([...graph.isMain]).toEqual([1, 1, 1, 1, 1, 1, 1, 0]);
	});

	test('leaves out a one-way that leads nowhere, though a street joins it', () => {
		const roads = buildRoadGraph([
			...segments,
			street(9, 3, 9, { oneway: 1, line: [junction[3]!, at(3000, 0)] })
		])!;
		expect(roads.isMain[8]).toBe(0);
		expect(roads.parts).toBe(2);
	});

	test('no vehicle drives on a path', () => {
		const roads = buildRoadGraph([...segments, street(9, 1, 3, { class: 'path' })])!;
		expect(roads.ways[8]).toBe(0);
		expect(roads.isMain[8]).toBe(0);
	});

	test('without junctions in the data, ends at one coordinate meet', async () => {
		const bare = segments.map(({ from_junction: _from, to_junction: _to, ...segment }) => segment);
		const roads = buildRoadGraph(bare)!;
		expect(roads.junctions).toBe(8);
		expect(await metresBetween(roads, place(f, 0.9), place(b, 0.25))).toBeCloseTo(350, -1);
	});

	test('of no segments is none', () => {
		expect(buildRoadGraph([])).toBeNull();
	});
});

describe('the nearest segment', () => {
	const index = new SegmentIndex(graph);
	const anywhere = () => true;

	test('is found with the place on its line', () => {
		const [lng, lat] = at(640, 35);
		const found = index.nearest(lng, lat, 300, anywhere)!;
		expect(graph.ids[found.segment]).toBe(f);
		expect(found.along).toBeCloseTo(0.64, 2);
		expect(found.metresOff).toBeCloseTo(35, 0);
	});

	test('is the nearest of those wanted, however many rings away', () => {
		const [lng, lat] = at(640, 35);
		const found = index.nearest(lng, lat, 2000, (s) => graph.ids[s] !== f)!;
		expect(graph.ids[found.segment]).toBe(b);
		expect(found.metresOff).toBeCloseTo(360, 0);
	});

	test('is none beyond the limit', () => {
		const [lng, lat] = at(500, 500);
		expect(index.nearest(lng, lat, 300, anywhere)).toBeNull();
	});

	test('agrees with looking at every segment', () => {
		for (let i = 0; i < 200; i += 1) {
			const [lng, lat] = at(((i * 97) % 2600) - 300, ((i * 61) % 1600) - 300);
			const found = index.nearest(lng, lat, 9000, anywhere)!;
			const each = segments.map((_, s) => index.nearest(lng, lat, 9000, (other) => other === s)!.metresOff);
			expect(found.metresOff).toBeCloseTo(Math.min(...each), 6);
		}
	});
});

test('straight lines are as long one way as the other', () => {
	const [lng, lat] = at(3000, 4000);
	const { metres } = travelStraight([
		{ lng: origin[0], lat: origin[1] },
		{ lng, lat }
	]);
	expect(metres[1]).toBeCloseTo(5000, -1);
	expect(metres[2]).toBe(metres[1]);
});
