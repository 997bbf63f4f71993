import { checkCount, drawStreets } from './checks.ts';
import type { RoadPlace, SegmentIndex } from './nearest-segment.ts';
import type { RoadGraph } from './road-graph.ts';
import { lengthOf, orderNoLongerThan, serviceSeconds, type Length, type RouteMatrix } from './route.ts';
import { selectStops } from './selection.ts';
import {
	byDue,
	caseStop,
	checkStop,
	type CheckStreet,
	type Shift,
	type Stop,
	type WorkCase
} from './stop.ts';
import { tourCosts } from './tour.ts';
import { RouteSearch, travelOver, travelStraight, type Travel } from './travel.ts';

/** The streets a patrol drives on, made ready once for a version of the map. */
export interface RoadNetwork {
	graph: RoadGraph;
	index: SegmentIndex;
}

export interface StartPlace {
	kind: 'device' | 'facility';
	name: string | null;
	name_en: string | null;
	lng: number;
	lat: number;
}

export interface PlanRequest {
	cases: readonly WorkCase[];
	/** Streets that may be drawn by lot: those without a stop of their own. */
	streets: readonly CheckStreet[];
	/** Null: the city has no streets; straight lines then. */
	roads: RoadNetwork | null;
	/** Null: the route begins at whichever stop suits it. */
	start: StartPlace | null;
	isClosed: boolean;
	shift: Shift;
	checkShare: number;
	seed: string;
}

/** Why a stop is not on the route: no room in the shift, no street near it, or only one cut off from all others. */
export type LeftOut = 'shift_full' | 'off_network' | 'apart' | 'too_many';

export interface PatrolPlan {
	shift: Shift;
	seed: string;
	start: StartPlace | null;
	/** The start that was asked for lies too far from any street to drive from. */
	isStartLost: boolean;
	isStraight: boolean;
	/** Parts of the road network that no street joins; more than one explains stops that cannot be reached. */
	parts: number;
	/** Numbered as in the matrix; `order` is the route. */
	stops: Stop[];
	order: number[];
	matrix: RouteMatrix;
	/** The route, and the same stops in the order of their time limits. */
	lengths: { route: Length; due: Length };
	leftOut: { stop: Stop; reason: LeftOut }[];
}

/** Farther from a street than this a vehicle does not bring anyone near. */
const nearEnough = 300;
const startNearEnough = 1500;
/** Cases looked at in one planning, the most urgent first: far more than fit into any shift. */
const mostCases = 90;

interface Reached {
	stop: Stop;
	place: RoadPlace | null;
}

/** Plans a patrol: which stops, in which order, and what is left out. Pure but for the pauses it takes. */
export async function planPatrol(request: PlanRequest, pause?: () => Promise<void>): Promise<PatrolPlan> {
	const { roads, shift, isClosed, seed } = request;
	const leftOut: PatrolPlan['leftOut'] = [];
	const all = request.cases.map((work) => caseStop(work, shift)).sort(byDue);
	for (const stop of all.slice(mostCases)) leftOut.push({ stop, reason: 'too_many' });
	const reached = all.slice(0, mostCases).flatMap((stop) => reach(roads, stop, leftOut));
	const checks = drawStreets(request.streets, checkCount(reached.length, request.checkShare), seed)
		.map(checkStop)
		.flatMap((stop) => reach(roads, stop, []));

	const startPlace = request.start && roads ? nearest(roads, request.start, startNearEnough) : null;
	const isStartLost = request.start !== null && roads !== null && startPlace === null;
	const start = isStartLost ? null : request.start;
	const everyone = [...reached, ...checks];
	const travel = await travelBetween(roads, start, startPlace, everyone, pause);
	const offset = start ? 1 : 0;

	// A round trip without a start begins and ends at the most urgent stop.
	const isRound = isClosed && !start && everyone.length > 0;
	const depot = start || isRound ? 0 : null;
	const numbers = everyone.map((_, i) => i).slice(isRound ? 1 : 0);
	const costs = tourCosts(
		{ n: travel.n, values: travel.seconds },
		numbers.map((i) => i + offset),
		depot,
		isClosed
	);
	const service = (i: number) => serviceSeconds(everyone[i]!.stop, shift.serviceMinutes);
	const inTour = (i: number) => i + 1 - (isRound ? 1 : 0);
	const fromTour = (t: number) => numbers[t - 1]!;
	const room = shift.hours * 3600 - (isRound ? service(0) : 0);
	const ofKind = (...kinds: Stop['why'][]) =>
		numbers.filter((i) => kinds.includes(everyone[i]!.stop.why)).map(inTour);
	const select = (withChecks: number[]) =>
		selectStops(
			costs,
			[ofKind('overdue'), ofKind('due_in_shift'), withChecks, ofKind('due_later', 'no_limit')],
			(t) => service(fromTour(t)),
			room
		);
	// The lot's share is of the stops that fit, which is known only once they were fitted.
	const fitting = select([]).chosen.length;
	const drawn = ofKind('check').slice(0, checkCount(fitting, request.checkShare));
	const { chosen, left } = select(drawn);
	for (const t of left) leftOut.push({ stop: everyone[fromTour(t)]!.stop, reason: 'shift_full' });

	const kept = [...(isRound ? [0] : []), ...chosen.map(fromTour)];
	const stops = kept.map((i) => everyone[i]!.stop);
	const matrix = matrixOf(travel, kept, start !== null, isClosed);
	const known = stops.map((_, i) => i);
	const due = [...known].sort((a, b) => byDue(stops[a]!, stops[b]!));
	const order = orderNoLongerThan(matrix, known, due, seed);
	return {
		shift,
		seed,
		start,
		isStartLost,
		isStraight: roads === null,
		parts: roads?.graph.parts ?? 0,
		stops,
		order,
		matrix,
		lengths: { route: lengthOf(matrix, order), due: lengthOf(matrix, due) },
		leftOut: leftOut.sort((a, b) => byDue(a.stop, b.stop))
	};
}

/** Puts a stop on a street that can be driven to, or says why that cannot be done. */
function reach(roads: RoadNetwork | null, stop: Stop, leftOut: PatrolPlan['leftOut']): Reached[] {
	if (!roads) return [{ stop, place: null }];
	const { graph, index } = roads;
	const place = nearest(roads, stop, nearEnough);
	const closest = index.nearest(stop.lng, stop.lat, nearEnough, (s) => graph.ways[s] !== 0);
	if (!place) {
		leftOut.push({ stop, reason: closest ? 'apart' : 'off_network' });
		return [];
	}
	const isElsewhere = closest !== null && graph.isMain[closest.segment] === 0;
	const named = graph.names[place.segment];
	const via = isElsewhere && named ? { name: named[0], name_en: named[1] } : null;
	return [{ stop: { ...stop, walk: Math.round(place.metresOff), via }, place }];
}

function nearest({ graph, index }: RoadNetwork, at: { lng: number; lat: number }, limit: number) {
	return index.nearest(at.lng, at.lat, limit, (s) => graph.isMain[s] === 1);
}

function travelBetween(
	roads: RoadNetwork | null,
	start: StartPlace | null,
	startPlace: RoadPlace | null,
	everyone: readonly Reached[],
	pause?: () => Promise<void>
): Promise<Travel> | Travel {
	if (!roads) return travelStraight([...(start ? [start] : []), ...everyone.map(({ stop }) => stop)]);
	const places = everyone.map(({ place }) => place!);
	return travelOver(roads.graph, startPlace ? [startPlace, ...places] : places, pause);
}

/** The rows and columns of the places that are on the route, in whole seconds and metres. */
function matrixOf(
	travel: Travel,
	kept: readonly number[],
	hasStart: boolean,
	isClosed: boolean
): RouteMatrix {
	const places = [...(hasStart ? [0] : []), ...kept.map((i) => i + (hasStart ? 1 : 0))];
	const part = (values: Float64Array) =>
		places.flatMap((a) =>
			places.map((b) => {
				const value = values[a * travel.n + b]!;
				return Number.isFinite(value) ? Math.round(value) : -1;
			})
		);
	return {
		n: places.length,
		hasStart,
		isClosed,
		seconds: part(travel.seconds),
		metres: part(travel.metres)
	};
}

/** One leg to be drawn: from where to where. */
export interface Leg {
	from: { lng: number; lat: number };
	to: { lng: number; lat: number };
}

/**
 * The lines driven on these legs, as [lng, lat]. Without a road network, or where there is no way, a leg is the straight
 * line between its ends.
 */
export function legLines(roads: RoadNetwork | null, legs: readonly Leg[]): [number, number][][] {
	const search = roads && new RouteSearch(roads.graph);
	return legs.map(({ from, to }) => {
		const ends = [from, to].map((place) => roads && nearest(roads, place, startNearEnough));
		const line = search && ends[0] && ends[1] ? search.line(ends[0], ends[1]) : null;
		if (line && line.length > 1) return line;
		return [from, to].map(({ lng, lat }): [number, number] => [lng, lat]);
	});
}

/** The legs of a plan's own order, the way back included. */
export function legsOf({ start, stops, order, matrix }: PatrolPlan): Leg[] {
	const places: Leg['from'][] = [...(start ? [start] : []), ...order.map((stop) => stops[stop]!)];
	if (matrix.isClosed && places.length > 1) places.push(places[0]!);
	return places.slice(1).map((to, i) => ({ from: places[i]!, to }));
}
