import { DistanceHeap } from './distance-heap.ts';
import type { RoadPlace } from './nearest-segment.ts';
import { fromPlane, lineMetres, straightMetres, type RoadGraph } from './road-graph.ts';

/** What it takes from each of n places to each other, row by row: [from * n + to]. Infinity: there is no way. */
export interface Travel {
	n: number;
	seconds: Float64Array;
	metres: Float64Array;
}

type Place = Pick<RoadPlace, 'segment' | 'along'>;

/** A leg's way over the network: the arcs driven whole, and how its two ends are driven. */
interface Way {
	seconds: number;
	metres: number;
	/** The last junction before the destination; -1: both ends lie on one segment and it is driven straight. */
	last: number;
	/** Whether the destination's segment is driven along its line. */
	isForward: boolean;
}

/**
 * Quickest ways from one place to many (Dijkstra 1959 with a binary heap), between places *on* segments: the first and
 * the last segment are driven in part, one-ways are kept. One search's arrays serve every search after it.
 */
export class RouteSearch {
	readonly #graph: RoadGraph;
	readonly #seconds: Float64Array;
	readonly #metres: Float64Array;
	readonly #arcInto: Int32Array;
	readonly #comesFrom: Int32Array;
	/** Junctions touched by the present search: only these are wiped before the next. */
	readonly #touched: Uint32Array;
	#touchedCount = 0;
	readonly #heap: DistanceHeap;
	readonly #isEnd: Uint8Array;

	constructor(graph: RoadGraph) {
		this.#graph = graph;
		this.#seconds = new Float64Array(graph.junctions).fill(Infinity);
		this.#metres = new Float64Array(graph.junctions);
		this.#arcInto = new Int32Array(graph.junctions).fill(-1);
		this.#comesFrom = new Int32Array(graph.junctions).fill(-1);
		this.#touched = new Uint32Array(graph.junctions);
		this.#heap = new DistanceHeap(this.#seconds);
		this.#isEnd = new Uint8Array(graph.junctions);
	}

	/** Searches from a place until every destination is settled; then `wayTo` answers for each of them. */
	search(start: Place, destinations: readonly Place[]): void {
		const { firstArc, arcTo, arcSeconds, arcMetres, from, to, metres, secondsPerMetre, ways } = this.#graph;
		this.#wipe();
		let left = 0;
		const mark = (junction: number) => {
			if (this.#isEnd[junction] === 1) return;
			this.#isEnd[junction] = 1;
			left += 1;
		};
		for (const { segment: s } of destinations) {
			if (ways[s]! & 1) mark(from[s]!);
			if (ways[s]! & 2) mark(to[s]!);
		}
		const s = start.segment;
		const pace = secondsPerMetre[s]!;
		const onward = (1 - start.along) * metres[s]!;
		const back = start.along * metres[s]!;
		if (ways[s]! & 1) this.#reach(to[s]!, onward * pace, onward, -1, -1);
		if (ways[s]! & 2) this.#reach(from[s]!, back * pace, back, -1, -1);
		const heap = this.#heap;
		while (heap.size > 0 && left > 0) {
			const j = heap.pop();
			if (this.#isEnd[j] === 1) left -= 1;
			const [t, d] = [this.#seconds[j]!, this.#metres[j]!];
			for (let arc = firstArc[j]!; arc < firstArc[j + 1]!; arc += 1) {
				const k = arcTo[arc]!;
				if (t + arcSeconds[arc]! < this.#seconds[k]!)
					this.#reach(k, t + arcSeconds[arc]!, d + arcMetres[arc]!, arc, j);
			}
		}
		heap.clear();
		for (const { segment } of destinations) this.#isEnd[from[segment]!] = this.#isEnd[to[segment]!] = 0;
	}

	#reach(junction: number, seconds: number, metres: number, arc: number, comesFrom: number): void {
		if (seconds >= this.#seconds[junction]!) return;
		if (this.#seconds[junction] === Infinity) this.#touched[this.#touchedCount++] = junction;
		this.#seconds[junction] = seconds;
		this.#metres[junction] = metres;
		this.#arcInto[junction] = arc;
		this.#comesFrom[junction] = comesFrom;
		this.#heap.push(junction);
	}

	#wipe(): void {
		for (let i = 0; i < this.#touchedCount; i += 1) this.#seconds[this.#touched[i]!] = Infinity;
		this.#touchedCount = 0;
	}

	/** The way of the present search to a place that was among its destinations; null when there is none. */
	wayTo(start: Place, end: Place): Way | null {
		const { from, to, metres, secondsPerMetre, ways } = this.#graph;
		const e = end.segment;
		const pace = secondsPerMetre[e]!;
		let best: Way | null = null;
		const offer = (way: Way) => {
			if (way.seconds < (best?.seconds ?? Infinity)) best = way;
		};
		if (start.segment === e) {
			const part = (end.along - start.along) * metres[e]!;
			if (part >= 0 ? ways[e]! & 1 : ways[e]! & 2)
				offer({
					seconds: Math.abs(part) * pace,
					metres: Math.abs(part),
					last: -1,
					isForward: part >= 0
				});
			else if (part === 0) offer({ seconds: 0, metres: 0, last: -1, isForward: true });
		}
		const through = (junction: number, part: number, isForward: boolean) => {
			const seconds = this.#seconds[junction]! + part * pace;
			if (seconds < Infinity)
				offer({ seconds, metres: this.#metres[junction]! + part, last: junction, isForward });
		};
		if (ways[e]! & 1) through(from[e]!, end.along * metres[e]!, true);
		if (ways[e]! & 2) through(to[e]!, (1 - end.along) * metres[e]!, false);
		return best;
	}

	/** The quickest way between two places as a line, [lng, lat] each; null when there is none. */
	line(start: Place, end: Place): [number, number][] | null {
		this.search(start, [end]);
		const way = this.wayTo(start, end);
		if (!way) return null;
		const graph = this.#graph;
		const points: [number, number][] = [];
		if (way.last < 0) addPart(graph, start.segment, start.along, end.along, points);
		else {
			const arcs: number[] = [];
			let j = way.last;
			for (; this.#arcInto[j]! >= 0; j = this.#comesFrom[j]!) arcs.push(this.#arcInto[j]!);
			// j is where the first segment was left: at its end when driven along the line. A loop ends where it begins.
			const s = start.segment;
			const isLoop = graph.from[s] === graph.to[s];
			const leavesForward = isLoop
				? graph.ways[s] === 1 || (graph.ways[s] === 3 && start.along >= 0.5)
				: j === graph.to[s];
			addPart(graph, s, start.along, leavesForward ? 1 : 0, points);
			for (const arc of arcs.reverse()) {
				const segment = graph.arcSegment[arc]!;
				const isForward = isAlong(graph, arc);
				addPart(graph, segment, isForward ? 0 : 1, isForward ? 1 : 0, points);
			}
			addPart(graph, end.segment, way.isForward ? 0 : 1, end.along, points);
		}
		return points.map(([x, y]) => fromPlane(graph.origin, x, y));
	}
}

/** The arc along a segment's line is the one in the row of its first junction; a loop's two arcs follow each other. */
function isAlong({ firstArc, from, to, ways, arcSegment, arcTo }: RoadGraph, arc: number): boolean {
	const s = arcSegment[arc]!;
	if (ways[s] !== 3) return ways[s] === 1;
	if (from[s] !== to[s]) return arcTo[arc] === to[s];
	return arc === firstArc[from[s]!]! || arcSegment[arc - 1] !== s;
}

/** Appends the part of a segment's line between two shares of its length, in the direction driven. */
function addPart(graph: RoadGraph, s: number, a: number, b: number, points: [number, number][]): void {
	const { firstPoint, x, y } = graph;
	const [first, last] = [firstPoint[s]!, firstPoint[s + 1]! - 1];
	const whole = lineMetres(graph, s);
	const [low, high] = [Math.min(a, b) * whole, Math.max(a, b) * whole];
	const part: [number, number][] = [];
	let before = 0;
	for (let p = first; p < last; p += 1) {
		const piece = Math.hypot(x[p + 1]! - x[p]!, y[p + 1]! - y[p]!);
		const at = (metres: number): [number, number] => {
			const share = piece === 0 ? 0 : (metres - before) / piece;
			return [x[p]! + share * (x[p + 1]! - x[p]!), y[p]! + share * (y[p + 1]! - y[p]!)];
		};
		if (part.length === 0 && low <= before + piece) part.push(at(low));
		if (part.length > 0 && before + piece < high) part.push([x[p + 1]!, y[p + 1]!]);
		else if (part.length > 0) {
			part.push(at(high));
			break;
		}
		before += piece;
	}
	if (a > b) part.reverse();
	for (const point of part) {
		const known = points.at(-1);
		if (!known || Math.hypot(known[0] - point[0], known[1] - point[1]) > 0.05) points.push(point);
	}
}

/**
 * The whole matrix between places on a network, one search a row. It hands the thread back between rows, so that a
 * server goes on answering others: `pause` is awaited after each few rows.
 */
export async function travelOver(
	graph: RoadGraph,
	places: readonly Place[],
	pause: () => Promise<void> = async () => {}
): Promise<Travel> {
	const n = places.length;
	const travel = emptyTravel(n);
	const search = new RouteSearch(graph);
	let since = performance.now();
	for (let i = 0; i < n; i += 1) {
		fillRow(search, places, i, travel);
		if (performance.now() - since < 8) continue;
		await pause();
		since = performance.now();
	}
	return travel;
}

function fillRow(search: RouteSearch, places: readonly Place[], i: number, { n, seconds, metres }: Travel) {
	search.search(places[i]!, places);
	for (let j = 0; j < n; j += 1) {
		const way = i === j ? { seconds: 0, metres: 0 } : search.wayTo(places[i]!, places[j]!);
		seconds[i * n + j] = way?.seconds ?? Infinity;
		metres[i * n + j] = way?.metres ?? Infinity;
	}
}

/** Without a road network: straight lines, driven at a pace that allows for the corners they leave out. */
const straightPace = 3.6 / 15;

export function travelStraight(places: readonly { lng: number; lat: number }[]): Travel {
	const n = places.length;
	const travel = emptyTravel(n);
	for (let i = 0; i < n; i += 1) {
		for (let j = 0; j < n; j += 1) {
			const metres = straightMetres(places[i]!, places[j]!);
			travel.metres[i * n + j] = metres;
			travel.seconds[i * n + j] = metres * straightPace;
		}
	}
	return travel;
}

function emptyTravel(n: number): Travel {
	return { n, seconds: new Float64Array(n * n), metres: new Float64Array(n * n) };
}
