import type { MultiLineString, MultiPolygon, Polygon } from 'geojson';
import type { Inset, LngLat } from './view.ts';

/** Where a polygon's label belongs: of a grid of points inside it, the one furthest from its edge. */
export function labelPoint(geometry: Polygon | MultiPolygon): LngLat {
	const polygons = (
		geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates
	) as LngLat[][][];
	const largest = polygons.reduce((a, b) => (extent(b[0]!).size > extent(a[0]!).size ? b : a));
	const { west, south, east, north } = extent(largest[0]!);
	// Degrees of longitude are shorter than those of latitude; distances must not favour one of them.
	const narrow = Math.cos((((south + north) / 2) * Math.PI) / 180);
	const steps = 24;
	let best: LngLat = [(west + east) / 2, (south + north) / 2];
	let furthest = -Infinity;
	for (let i = 0.5; i < steps; i++) {
		for (let j = 0.5; j < steps; j++) {
			const point: LngLat = [west + ((east - west) * i) / steps, south + ((north - south) * j) / steps];
			if (!isInside(point, largest)) continue;
			const away = Math.min(...largest.map((ring) => distance(point, ring, narrow)));
			if (away > furthest) [best, furthest] = [point, away];
		}
	}
	return best;
}

/** Whether a place lies in a shape, holes left out. */
export function isWithin(place: LngLat, shape: Polygon | MultiPolygon): boolean {
	const polygons = (shape.type === 'Polygon' ? [shape.coordinates] : shape.coordinates) as LngLat[][][];
	return polygons.some((rings) => isInside(place, rings));
}

/** The outer rings of an area as lines, all counter-clockwise: their left side is the area's own ground. */
export function outlines(geometry: Polygon | MultiPolygon): MultiLineString {
	const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
	return {
		type: 'MultiLineString',
		coordinates: polygons.map(([ring]) => (turns(ring as LngLat[]) < 0 ? [...ring!].reverse() : ring!))
	};
}

/** Positive for a ring that runs counter-clockwise. */
function turns(ring: readonly LngLat[]): number {
	const [ox, oy] = ring[0]!;
	return ring.slice(1).reduce((sum, [bx, by], i) => {
		const [ax, ay] = ring[i]!;
		return sum + (ax - ox) * (by - oy) - (bx - ox) * (ay - oy);
	}, 0);
}

function extent(ring: readonly LngLat[]) {
	let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
	for (const [lng, lat] of ring) {
		[west, east] = [Math.min(west, lng), Math.max(east, lng)];
		[south, north] = [Math.min(south, lat), Math.max(north, lat)];
	}
	return { west, south, east, north, size: (east - west) * (north - south) };
}

function isInside([x, y]: LngLat, rings: readonly LngLat[][]): boolean {
	let inside = false;
	for (const ring of rings) {
		for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
			const [ax, ay] = ring[i]!;
			const [bx, by] = ring[j]!;
			if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
		}
	}
	return inside;
}

function distance([x, y]: LngLat, ring: readonly LngLat[], narrow: number): number {
	let least = Infinity;
	for (let i = 1; i < ring.length; i++) {
		const [ax, ay] = [(ring[i - 1]![0]! - x) * narrow, ring[i - 1]![1]! - y];
		const [dx, dy] = [(ring[i]![0]! - x) * narrow - ax, ring[i]![1]! - y - ay];
		const square = dx * dx + dy * dy;
		const t = square === 0 ? 0 : Math.min(1, Math.max(0, -(ax * dx + ay * dy) / square));
		least = Math.min(least, Math.hypot(ax + t * dx, ay + t * dy));
	}
	return least;
}

/** A label on the screen, by its middle. */
export interface Placed {
	x: number;
	y: number;
	width: number;
	height: number;
}

/**
 * Moves labels apart until none covers another, and into the free part of the screen. Pairs that overlap push each
 * other along the axis on which they overlap least; a few dozen rounds settle what a city has.
 */
export function spreadOut(
	labels: readonly Placed[],
	screen: { width: number; height: number },
	inset: Inset
): Placed[] {
	const gap = 6;
	const placed = labels.map((label) => ({ ...label }));
	for (let round = 0; round < 60; round++) {
		let hasMoved = false;
		for (let i = 0; i < placed.length; i++) {
			for (let j = i + 1; j < placed.length; j++) {
				const [a, b] = [placed[i]!, placed[j]!];
				const overX = (a.width + b.width) / 2 + gap - Math.abs(a.x - b.x);
				const overY = (a.height + b.height) / 2 + gap - Math.abs(a.y - b.y);
				if (overX <= 0 || overY <= 0) continue;
				hasMoved = true;
				if (overX < overY) {
					const push = (overX / 2) * (a.x <= b.x ? 1 : -1);
					a.x -= push;
					b.x += push;
				} else {
					const push = (overY / 2) * (a.y <= b.y ? 1 : -1);
					a.y -= push;
					b.y += push;
				}
			}
		}
		for (const label of placed) keepWithin(label, screen, inset);
		if (!hasMoved) break;
	}
	return placed;
}

function keepWithin(label: Placed, screen: { width: number; height: number }, inset: Inset): void {
	const [halfX, halfY] = [label.width / 2, label.height / 2];
	label.x = Math.min(screen.width - inset.right - halfX, Math.max(inset.left + halfX, label.x));
	label.y = Math.min(screen.height - inset.bottom - halfY, Math.max(inset.top + halfY, label.y));
}

/** Whether half of the points have a neighbour nearer than `room`. */
export function isTight(points: readonly { x: number; y: number }[], room: number): boolean {
	const close = points.filter((a) =>
		points.some((b) => b !== a && Math.hypot(a.x - b.x, a.y - b.y) < room)
	).length;
	return close * 2 >= points.length && close > 1;
}
