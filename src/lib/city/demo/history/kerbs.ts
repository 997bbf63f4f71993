import {
	bend,
	distance,
	fromLngLat,
	lerp,
	nearestOnEdge,
	toLngLat,
	type LngLat,
	type Metres
} from '../plane.ts';
import type { SegmentImport } from '#lib/city/import/shapes.ts';

interface Kerb {
	street: string | null;
	line: Metres[];
	length: number;
}

/** A spot on a street: which segment, and how far along it, from 0 to 1. */
export interface Spot {
	kerb: number;
	along: number;
}

/** The kerbs of a network: where on it something can be seen. */
export class Kerbs {
	readonly #kerbs: Kerb[];
	readonly #lengths: number[] = [];

	constructor(segments: readonly SegmentImport[]) {
		this.#kerbs = segments.map(({ name, line }) => {
			const points = line.map(fromLngLat);
			const length = points.slice(1).reduce((sum, point, i) => sum + distance(points[i]!, point), 0);
			return { street: name, line: points, length };
		});
		let sum = 0;
		for (const { length } of this.#kerbs) this.#lengths.push((sum += length));
	}

	/** The spot nearest to a place of the plan. */
	near(place: Metres): Spot {
		const at = bend(place);
		let best: Spot = { kerb: 0, along: 0 };
		let least = Infinity;
		this.#kerbs.forEach(({ line, length }, kerb) => {
			let walked = 0;
			for (let i = 1; i < line.length; i += 1) {
				const [a, b] = [line[i - 1]!, line[i]!];
				const { t, away } = nearestOnEdge(at, a, b);
				if (away < least) {
					least = away;
					best = { kerb, along: (walked + t * distance(a, b)) / length };
				}
				walked += distance(a, b);
			}
		});
		return best;
	}

	/** Spots along a street, about `every` metres. */
	along(street: string, every: number): Spot[] {
		return this.#kerbs.flatMap(({ street: name, length }, kerb): Spot[] => {
			if (name !== street || length < 40) return [];
			const parts = Math.max(1, Math.round(length / every));
			return Array.from({ length: parts }, (_, i) => ({ kerb, along: (i + 0.5) / parts }));
		});
	}

	/** Any spot: each metre of street as likely as another. `share` is from 0 to 1. */
	anywhere(share: number): Spot {
		const wanted = share * this.#lengths.at(-1)!;
		const kerb = this.#lengths.findIndex((sum) => sum >= wanted);
		const { length } = this.#kerbs[kerb]!;
		return { kerb, along: 1 - (this.#lengths[kerb]! - wanted) / length };
	}

	streetOf({ kerb }: Spot): string | null {
		return this.#kerbs[kerb]!.street;
	}

	/** The place of a spot on the globe, `forth` metres further along and `aside` metres to its left. */
	place({ kerb, along }: Spot, forth: number, aside: number): LngLat {
		const { line, length } = this.#kerbs[kerb]!;
		let left = Math.min(length - 0.5, Math.max(0.5, along * length + forth));
		for (let i = 1; i < line.length; i += 1) {
			const [a, b] = [line[i - 1]!, line[i]!];
			const edge = distance(a, b);
			if (left > edge && i < line.length - 1) {
				left -= edge;
				continue;
			}
			const [x, y] = lerp(a, b, Math.min(1, left / edge));
			return toLngLat([x - ((b[1] - a[1]) / edge) * aside, y + ((b[0] - a[0]) / edge) * aside]);
		}
		throw new Error('A kerb has no length.');
	}
}
