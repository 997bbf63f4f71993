import { chanceFrom } from './chance.ts';
import { fromPlane, type RoadGraph } from './road-graph.ts';
import type { CheckStreet } from './stop.ts';

/** The share of a patrol's stops that is drawn by lot, unless the person says otherwise. */
export const usualCheckShare = 0.1;

/** How many streets to draw beside `cases` stops so that they make up this share of all; at least one. */
export function checkCount(cases: number, share = usualCheckShare): number {
	if (share <= 0) return 0;
	if (cases === 0) return 6;
	return Math.max(1, Math.round((share / (1 - share)) * cases));
}

/**
 * Named streets a patrol may be sent to look at: each with the middle of its longest segment that can be driven to.
 * `isGround` says whether a place is the unit's to look after.
 */
export function checkableStreets(
	graph: RoadGraph,
	isGround: (lng: number, lat: number) => boolean
): CheckStreet[] {
	const longest = new Map<number, number>();
	for (let s = 0; s < graph.segments; s += 1) {
		const street = graph.streets[s]!;
		if (Number.isNaN(street) || graph.names[s] === null || graph.isMain[s] === 0) continue;
		const known = longest.get(street);
		if (known !== undefined && graph.metres[known]! >= graph.metres[s]!) continue;
		const [lng, lat] = middleOf(graph, s);
		if (isGround(lng, lat)) longest.set(street, s);
	}
	return [...longest]
		.sort(([a], [b]) => a - b)
		.map(([street_id, s]) => {
			const [name, name_en] = graph.names[s]!;
			const [lng, lat] = middleOf(graph, s);
			return { street_id, name, name_en, lng, lat };
		});
}

function middleOf(graph: RoadGraph, s: number): [number, number] {
	const { firstPoint, x, y } = graph;
	const p = Math.floor((firstPoint[s]! + firstPoint[s + 1]! - 1) / 2);
	return fromPlane(graph.origin, (x[p]! + x[p + 1]!) / 2, (y[p]! + y[p + 1]!) / 2);
}

/** Draws streets without putting any back (Fisher and Yates, stopped early). The same seed draws the same streets. */
export function drawStreets(streets: readonly CheckStreet[], count: number, seed: string): CheckStreet[] {
	const chance = chanceFrom(seed);
	const urn = [...streets];
	const drawn: CheckStreet[] = [];
	while (drawn.length < count && urn.length > 0) {
		const at = Math.floor(chance() * urn.length);
		drawn.push(urn[at]!);
		urn[at] = urn.at(-1)!;
		urn.pop();
	}
	return drawn;
}

/** Whether a place lies in one of these polygons (even–odd rule; holes are left out). */
export function isWithin(
	polygons: readonly (readonly (readonly (readonly [number, number])[])[])[],
	lng: number,
	lat: number
): boolean {
	return polygons.some((rings) => rings.reduce((isIn, ring) => isIn !== isInRing(ring, lng, lat), false));
}

function isInRing(ring: readonly (readonly [number, number])[], lng: number, lat: number): boolean {
	let isIn = false;
	for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
		const [[ax, ay], [bx, by]] = [ring[i]!, ring[j]!];
		if (ay > lat !== by > lat && lng < ((bx - ax) * (lat - ay)) / (by - ay) + ax) isIn = !isIn;
	}
	return isIn;
}
