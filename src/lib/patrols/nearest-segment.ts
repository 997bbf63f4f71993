import { toPlane, type RoadGraph } from './road-graph.ts';

/** A place on the network: on segment s (its index), this share of the way along its line. */
export interface RoadPlace {
	segment: number;
	/** 0 at the line's first point, 1 at its last. */
	along: number;
	/** Metres between the place asked for and the line. */
	metresOff: number;
	/** The point on the line, on the graph's plane. */
	x: number;
	y: number;
}

const cellMetres = 120;

/** Finds the segment nearest to a place. Built once for a network: pieces of lines in a grid of square cells. */
export class SegmentIndex {
	readonly #graph: RoadGraph;
	readonly #cells = new Map<number, number[]>();

	constructor(graph: RoadGraph) {
		this.#graph = graph;
		const { segments, firstPoint, x, y } = graph;
		for (let s = 0; s < segments; s += 1) {
			for (let p = firstPoint[s]!; p < firstPoint[s + 1]! - 1; p += 1) {
				const [west, east] = [Math.min(x[p]!, x[p + 1]!), Math.max(x[p]!, x[p + 1]!)];
				const [south, north] = [Math.min(y[p]!, y[p + 1]!), Math.max(y[p]!, y[p + 1]!)];
				for (let column = cell(west); column <= cell(east); column += 1) {
					for (let row = cell(south); row <= cell(north); row += 1) this.#put(column, row, s, p);
				}
			}
		}
	}

	#put(column: number, row: number, s: number, p: number): void {
		const key = keyOf(column, row);
		const known = this.#cells.get(key);
		if (known) known.push(s, p);
		else this.#cells.set(key, [s, p]);
	}

	/** The nearest place within `limit` metres on a segment for which `isWanted` holds; null when there is none. */
	nearest(lng: number, lat: number, limit: number, isWanted: (segment: number) => boolean): RoadPlace | null {
		const [x, y] = toPlane(this.#graph.origin, lng, lat);
		const [column, row] = [cell(x), cell(y)];
		const best = { segment: -1, point: 0, part: 0, metresOff: limit };
		// Ring by ring; what lies beyond ring r is at least r cells away.
		for (let ring = 0; (ring - 1) * cellMetres < best.metresOff; ring += 1) {
			for (let c = column - ring; c <= column + ring; c += 1) {
				const step = Math.abs(c - column) === ring ? 1 : Math.max(1, 2 * ring);
				for (let r = row - ring; r <= row + ring; r += step) this.#look(keyOf(c, r), x, y, isWanted, best);
			}
		}
		return best.segment < 0 ? null : this.#placeAt(best);
	}

	#look(
		key: number,
		x: number,
		y: number,
		isWanted: (segment: number) => boolean,
		best: { segment: number; point: number; part: number; metresOff: number }
	): void {
		const pieces = this.#cells.get(key);
		if (!pieces) return;
		const { x: xs, y: ys } = this.#graph;
		for (let i = 0; i < pieces.length; i += 2) {
			const [s, p] = [pieces[i]!, pieces[i + 1]!];
			const [dx, dy] = [xs[p + 1]! - xs[p]!, ys[p + 1]! - ys[p]!];
			const square = dx * dx + dy * dy;
			const part =
				square === 0 ? 0 : Math.min(1, Math.max(0, ((x - xs[p]!) * dx + (y - ys[p]!) * dy) / square));
			const off = Math.hypot(xs[p]! + part * dx - x, ys[p]! + part * dy - y);
			if (off >= best.metresOff || !isWanted(s)) continue;
			best.segment = s;
			best.point = p;
			best.part = part;
			best.metresOff = off;
		}
	}

	#placeAt(found: { segment: number; point: number; part: number; metresOff: number }): RoadPlace {
		const { firstPoint, x, y } = this.#graph;
		const { segment, point: p, part, metresOff } = found;
		let [before, whole] = [0, 0];
		for (let q = firstPoint[segment]!; q < firstPoint[segment + 1]! - 1; q += 1) {
			const piece = Math.hypot(x[q + 1]! - x[q]!, y[q + 1]! - y[q]!);
			if (q < p) before += piece;
			else if (q === p) before += part * piece;
			whole += piece;
		}
		return {
			segment,
			along: whole === 0 ? 0 : before / whole,
			metresOff,
			x: x[p]! + part * (x[p + 1]! - x[p]!),
			y: y[p]! + part * (y[p + 1]! - y[p]!)
		};
	}
}

function cell(metres: number): number {
	return Math.floor(metres / cellMetres);
}

/** Columns and rows of a city fit into 21 bits each, either sign. */
function keyOf(column: number, row: number): number {
	return (column + 1_048_576) * 2_097_152 + (row + 1_048_576);
}
