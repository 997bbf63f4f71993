import type { MultiPolygon, Polygon } from 'geojson';
import type { KnownStreets } from '#lib/city/import/known.ts';

/** A street along a border is on the ground of both sides, though its line may run just outside them. */
const beside = 20;
const most = 200_000;

export interface LeftOpen {
	/** Metres of street on nobody's ground, of so many metres in the city. */
	metres: number;
	of: number;
	/** By street, the longest first. */
	streets: { name: string; metres: number }[];
}

/** The streets that no area lies on or beside; null without streets. Paths and service ways do not count. */
export function leftOpen(
	streets: KnownStreets,
	areas: readonly { geometry: Polygon | MultiPolygon }[]
): LeftOpen | null {
	const { coords, offsets, classes, names } = streets;
	const counted = classes.map((kind) => kind !== 'path' && kind !== 'service');
	if (!counted.includes(true) || areas.length === 0) return null;
	const lat = coords[1]!;
	const up = 111_320;
	const across = up * Math.cos((lat * Math.PI) / 180);
	const edges = new Edges(areas, across, up);
	const total = lengthOf(streets, across, up);
	const step = Math.max(20, total / most);
	const open = new Map<string, number>();
	let of = 0;
	for (let line = 0; line + 1 < offsets.length; line++) {
		if (!counted[line]) continue;
		for (let i = offsets[line]!; i + 1 < offsets[line + 1]!; i++) {
			const [ax, ay] = [coords[2 * i]! * across, coords[2 * i + 1]! * up];
			const [bx, by] = [coords[2 * i + 2]! * across, coords[2 * i + 3]! * up];
			const length = Math.hypot(bx - ax, by - ay);
			const parts = Math.max(1, Math.round(length / step));
			for (let part = 0; part < parts; part++) {
				const t = (part + 0.5) / parts;
				of += length / parts;
				if (!edges.covers(ax + (bx - ax) * t, ay + (by - ay) * t)) {
					open.set(names[line]!, (open.get(names[line]!) ?? 0) + length / parts);
				}
			}
		}
	}
	const list = [...open].map(([name, metres]) => ({ name, metres })).sort((a, b) => b.metres - a.metres);
	return { metres: list.reduce((sum, { metres }) => sum + metres, 0), of, streets: list };
}

function lengthOf({ coords, offsets }: KnownStreets, across: number, up: number): number {
	let sum = 0;
	for (let line = 0; line + 1 < offsets.length; line++) {
		for (let i = offsets[line]!; i + 1 < offsets[line + 1]!; i++) {
			sum += Math.hypot(
				(coords[2 * i + 2]! - coords[2 * i]!) * across,
				(coords[2 * i + 3]! - coords[2 * i + 1]!) * up
			);
		}
	}
	return sum;
}

/** All borders, by bands of latitude: a place asks only the edges of its own band. */
class Edges {
	readonly #bands = new Map<number, { edges: number[]; area: number[] }>();
	readonly #height = 50;

	constructor(areas: readonly { geometry: Polygon | MultiPolygon }[], across: number, up: number) {
		for (const [area, { geometry }] of areas.entries()) {
			const rings = geometry.type === 'Polygon' ? geometry.coordinates : geometry.coordinates.flat();
			for (const ring of rings) {
				for (let i = 0; i + 1 < ring.length; i++) {
					const edge = [
						ring[i]![0]! * across,
						ring[i]![1]! * up,
						ring[i + 1]![0]! * across,
						ring[i + 1]![1]! * up
					];
					const low = Math.min(edge[1]!, edge[3]!) - beside;
					const high = Math.max(edge[1]!, edge[3]!) + beside;
					for (let band = Math.floor(low / this.#height); band <= Math.floor(high / this.#height); band++) {
						let list = this.#bands.get(band);
						if (!list) this.#bands.set(band, (list = { edges: [], area: [] }));
						list.edges.push(...edge);
						list.area.push(area);
					}
				}
			}
		}
	}

	/** In an area, or no farther from one than a street's half width. */
	covers(x: number, y: number): boolean {
		const list = this.#bands.get(Math.floor(y / this.#height));
		if (!list) return false;
		const { edges, area } = list;
		let isInside = false;
		for (let i = 0; i < area.length; i++) {
			// Edges come area by area: inside one of them is enough.
			if (i > 0 && area[i] !== area[i - 1]) {
				if (isInside) return true;
			}
			const [ax, ay, bx, by] = [edges[4 * i]!, edges[4 * i + 1]!, edges[4 * i + 2]!, edges[4 * i + 3]!];
			if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) isInside = !isInside;
			const square = (bx - ax) ** 2 + (by - ay) ** 2;
			const t =
				square === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / square));
			if (Math.hypot(ax + (bx - ax) * t - x, ay + (by - ay) * t - y) <= beside) return true;
		}
		return isInside;
	}
}
