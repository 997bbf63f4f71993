import { Clipper, FillRule } from 'clipper2-ts';
import type { MultiPolygon, Polygon } from 'geojson';
import type { Position } from '#lib/city/datum.ts';
import { storedPlane } from './plane.ts';

/** Ground while it is drawn: parts, their rings (the first is the outer one), corners. The last corner is not the first again. */
export type Shape = Position[][][];

export interface Place {
	part: number;
	ring: number;
	corner: number;
}

/** Positions are stored to about a centimetre. */
export function rounded([lng, lat]: readonly number[]): Position {
	return [Math.round(lng! * 1e7) / 1e7, Math.round(lat! * 1e7) / 1e7];
}

export function isSame(a: readonly number[], b: readonly number[]): boolean {
	return Math.abs(a[0]! - b[0]!) < 1.5e-7 && Math.abs(a[1]! - b[1]!) < 1.5e-7;
}

export function shapeOf(geometry: Polygon | MultiPolygon): Shape {
	const parts = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
	return parts.map((rings) =>
		rings.map((ring) => {
			const corners = ring.map(rounded);
			return corners.length > 1 && isSame(corners[0]!, corners.at(-1)!) ? corners.slice(0, -1) : corners;
		})
	);
}

export function geometryOf(shape: Shape): Polygon | MultiPolygon {
	const closed = shape.map((rings) => rings.map((ring) => (ring.length === 0 ? [] : [...ring, ring[0]!])));
	return closed.length === 1
		? { type: 'Polygon', coordinates: closed[0]! }
		: { type: 'MultiPolygon', coordinates: closed };
}

export function cornerAt(shape: Shape, { part, ring, corner }: Place): Position | null {
	return shape[part]?.[ring]?.[corner] ?? null;
}

export function ringReplaced(shape: Shape, part: number, ring: number, corners: Position[]): Shape {
	return shape.map((rings, p) => (p === part ? rings.map((old, r) => (r === ring ? corners : old)) : rings));
}

export function cornerMoved(shape: Shape, { part, ring, corner }: Place, to: Position): Shape {
	const corners = shape[part]![ring]!.map((at, c) => (c === corner ? rounded(to) : at));
	return ringReplaced(shape, part, ring, corners);
}

/** A new corner half way to the next one. */
export function cornerInserted(shape: Shape, { part, ring, corner }: Place): Shape {
	const corners = shape[part]![ring]!;
	const [a, b] = [corners[corner]!, corners[(corner + 1) % corners.length]!];
	const middle = rounded([(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]);
	return ringReplaced(shape, part, ring, [
		...corners.slice(0, corner + 1),
		middle,
		...corners.slice(corner + 1)
	]);
}

/** A ring needs three corners: the one that would have two goes, and with an outer ring its part. */
export function cornerDeleted(shape: Shape, { part, ring, corner }: Place): Shape {
	const corners = shape[part]![ring]!.filter((_, c) => c !== corner);
	if (corners.length >= 3) return ringReplaced(shape, part, ring, corners);
	if (ring === 0) return shape.filter((_, p) => p !== part);
	return shape.map((rings, p) => (p === part ? rings.filter((_, r) => r !== ring) : rings));
}

/**
 * Neighbours of which a corner lay exactly where the moved one was: it goes along, so that neither a gap nor an overlap
 * opens between them. Only those that changed are answered, by their place in the list.
 */
export function movedAlong(neighbours: readonly Shape[], from: Position, to: Position): Map<number, Shape> {
	const moved = new Map<number, Shape>();
	neighbours.forEach((shape, i) => {
		if (!shape.some((rings) => rings.some((ring) => ring.some((at) => isSame(at, from))))) return;
		moved.set(
			i,
			shape.map((rings) => rings.map((ring) => ring.map((at) => (isSame(at, from) ? rounded(to) : at))))
		);
	});
	return moved;
}

/** The ring cut in two along the straight line between two of its corners; holes stay with the first half. */
export function splitBetween(shape: Shape, one: Place, other: number): [Shape, Shape] | null {
	const corners = shape[one.part]?.[one.ring];
	if (!corners || one.ring !== 0) return null;
	const [a, b] = [Math.min(one.corner, other), Math.max(one.corner, other)];
	if (b - a < 2 || corners.length - (b - a) < 2) return null;
	const inner = corners.slice(a, b + 1);
	const outer = [...corners.slice(0, a + 1), ...corners.slice(b)];
	return [ringReplaced(shape, one.part, 0, outer), [[inner]]];
}

/** Both as one, without the border between them. */
export function merged(one: Shape, other: Shape): Shape {
	const plane = storedPlane(one[0]![0]![0]!);
	const paths = [one, other].flatMap((shape) => plane.draw(geometryOf(shape)));
	const union = Clipper.union(paths, FillRule.NonZero);
	const outers = union.filter((path) => Clipper.area(path) > 0);
	const holes = union.filter((path) => Clipper.area(path) < 0);
	return outers.map((outer) => [
		plane.place(outer).slice(0, -1),
		...holes
			.filter((hole) => Clipper.pointInPolygon(hole[0]!, outer) !== 2)
			.map((hole) => plane.place(hole).slice(0, -1))
	]);
}
