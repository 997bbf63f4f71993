// Geometry on a plane of whole centimetres around some areas' middle: positions are stored to about a centimetre, so
// equal corners stay equal, and everything between them is exact.
import { Clipper, type Path64, type Paths64 } from 'clipper2-ts';
import type { MultiPolygon, Polygon } from 'geojson';
import type { Position } from '#lib/city/datum.ts';

export interface Patch {
	squareMetres: number;
	geometry: Polygon;
}

export interface Plane {
	/** A line of positions, as it stands. */
	line: (positions: readonly Position[]) => Path64;
	draw: (geometry: Polygon | MultiPolygon) => Paths64;
	place: (ring: Path64) => Position[];
}

export function planeAround(areas: readonly { geometry: Polygon | MultiPolygon }[]): Plane {
	let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
	for (const { geometry } of areas) {
		for (const [[lng, lat]] of partsOf(geometry).map((rings) => rings[0]!) as [Position][]) {
			[west, south] = [Math.min(west, lng), Math.min(south, lat)];
			[east, north] = [Math.max(east, lng), Math.max(north, lat)];
		}
	}
	const [lng0, lat0] = [(west + east) / 2, (south + north) / 2];
	const up = 11_132_000;
	return planeOf(lng0, lat0, up * Math.cos((lat0 * Math.PI) / 180), up);
}

/** Steps of 1e-7°, the grid positions are stored on: what is put back is exactly what was drawn. North to south a step is 1.1 cm. */
export function storedPlane([lng, lat]: readonly number[]): Plane {
	return planeOf(Math.round(lng! * 1e7) / 1e7, Math.round(lat! * 1e7) / 1e7, 1e7, 1e7);
}

function planeOf(lng0: number, lat0: number, across: number, up: number): Plane {
	const line = (positions: readonly (readonly number[])[]) =>
		positions.map(([lng, lat]) => ({
			x: Math.round((lng! - lng0) * across),
			y: Math.round((lat! - lat0) * up)
		}));
	return {
		line,
		draw: (geometry) =>
			partsOf(geometry).flatMap((rings) =>
				rings.map((ring, place) => {
					const path = line(ring.slice(1));
					// Outer rings one way round, holes the other, whatever the file does.
					return Clipper.area(path) > 0 === (place === 0) ? path : path.reverse();
				})
			),
		place: (ring) => {
			const at = ({ x, y }: { x: number; y: number }): Position => [
				Math.round((lng0 + x / across) * 1e7) / 1e7,
				Math.round((lat0 + y / up) * 1e7) / 1e7
			];
			return [...ring, ring[0]!].map(at);
		}
	};
}

function partsOf(geometry: Polygon | MultiPolygon): number[][][][] {
	return geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
}

export interface Box {
	west: number;
	south: number;
	east: number;
	north: number;
}

export function boxOf(paths: Paths64): Box {
	const box = { west: Infinity, south: Infinity, east: -Infinity, north: -Infinity };
	for (const path of paths) {
		for (const { x, y } of path) {
			box.west = Math.min(box.west, x);
			box.south = Math.min(box.south, y);
			box.east = Math.max(box.east, x);
			box.north = Math.max(box.north, y);
		}
	}
	return box;
}

export function corners(paths: Paths64): number {
	return paths.reduce((sum, path) => sum + path.length, 0);
}

export function squareMetres(paths: Paths64): number {
	return paths.reduce((sum, path) => sum + Clipper.area(path), 0) / 1e4;
}

function lengthOf(path: Path64): number {
	let sum = 0;
	for (let i = 0; i < path.length; i++) {
		const [a, b] = [path[i]!, path[(i + 1) % path.length]!];
		sum += Math.hypot(a.x - b.x, a.y - b.y);
	}
	return sum / 100;
}

/** Each piece with its holes, largest first; slivers left out. */
export function patchesOf(
	paths: Paths64,
	plane: Plane,
	least: { squareMetres: number; metres: number }
): Patch[] {
	const outers = paths.filter((path) => Clipper.area(path) > 0);
	const holes = paths.filter((path) => Clipper.area(path) < 0);
	const groups = outers
		.map((outer) => ({ outer, area: Clipper.area(outer), holes: [] as Path64[] }))
		.sort((a, b) => a.area - b.area);
	for (const hole of holes) {
		// The smallest piece that holds the hole is the one it is in.
		const around = groups.find(({ outer }) => Clipper.pointInPolygon(hole[0]!, outer) !== 2);
		around?.holes.push(hole);
	}
	const patches: Patch[] = [];
	for (const { outer, holes: inner } of groups.reverse()) {
		const rings = [outer, ...inner];
		const metres = squareMetres(rings);
		const width = (2 * metres) / rings.reduce((sum, ring) => sum + lengthOf(ring), 0);
		if (metres < least.squareMetres || width < least.metres) continue;
		const geometry: Polygon = { type: 'Polygon', coordinates: rings.map((ring) => plane.place(ring)) };
		patches.push({ squareMetres: metres, geometry });
	}
	return patches.sort((a, b) => b.squareMetres - a.squareMetres);
}

/** A ring that comes back to one of its corners is cut there into two: a polygon's ring passes every corner once. */
export function withoutPinches<Corner>(
	ring: readonly Corner[],
	key: (corner: Corner) => unknown
): Corner[][] {
	const rings: Corner[][] = [];
	const open: Corner[] = [];
	const place = new Map<unknown, number>();
	for (const corner of ring) {
		const before = place.get(key(corner));
		if (before !== undefined) {
			const loop = open.splice(before);
			for (const passed of loop) place.delete(key(passed));
			rings.push(loop);
		}
		place.set(key(corner), open.push(corner) - 1);
	}
	rings.push(open);
	return rings;
}
