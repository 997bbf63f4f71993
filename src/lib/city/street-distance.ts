import type { KnownStreets } from './import/known.ts';

/** The streets' lines alone, as `KnownStreets` packs them. */
export type PackedLines = Pick<KnownStreets, 'coords' | 'offsets'>;

/** Metres east and north of a middle; good to a part in a thousand over a city. */
export interface Frame {
	lng: number;
	lat: number;
	east: number;
	north: number;
}

export function frameAround(lng: number, lat: number): Frame {
	return { lng, lat, east: 111_320 * Math.cos((lat * Math.PI) / 180), north: 111_320 };
}

type Box = [west: number, south: number, east: number, north: number];

const mostCells = 4_000_000;

/** How far it is to the nearest street, anywhere in a box: looked up in a grid, so that thousands of shifts can be tried. */
export class StreetDistance {
	readonly frame: Frame;
	readonly cell: number;
	readonly west: number;
	readonly south: number;
	readonly columns: number;
	readonly rows: number;
	/** Metres, by cell from the south-west, row by row. */
	readonly metres: Float32Array;

	/** `box` in metres of the frame. A finer cell than `finest` metres says nothing: streets are as wide as that. */
	constructor(streets: PackedLines, frame: Frame, box: Box, finest = 8) {
		this.frame = frame;
		[this.west, this.south] = box;
		const [width, height] = [box[2] - box[0], box[3] - box[1]];
		this.cell = Math.max(finest, Math.sqrt((width * height) / mostCells));
		this.columns = Math.max(1, Math.ceil(width / this.cell));
		this.rows = Math.max(1, Math.ceil(height / this.cell));
		this.metres = new Float32Array(this.columns * this.rows).fill(Infinity);
		this.#draw(streets);
		this.#spread();
	}

	/** Metres to the nearest street from a place in metres of the frame; Infinity outside the box. */
	at(x: number, y: number): number {
		const column = Math.floor((x - this.west) / this.cell);
		const row = Math.floor((y - this.south) / this.cell);
		if (column < 0 || row < 0 || column >= this.columns || row >= this.rows) return Infinity;
		return this.metres[row * this.columns + column]!;
	}

	#draw({ coords, offsets }: PackedLines): void {
		const { frame, cell, west, south, columns, rows, metres } = this;
		for (let line = 0; line + 1 < offsets.length; line++) {
			for (let i = offsets[line]!; i + 1 < offsets[line + 1]!; i++) {
				const ax = ((coords[2 * i]! - frame.lng) * frame.east - west) / cell;
				const ay = ((coords[2 * i + 1]! - frame.lat) * frame.north - south) / cell;
				const bx = ((coords[2 * i + 2]! - frame.lng) * frame.east - west) / cell;
				const by = ((coords[2 * i + 3]! - frame.lat) * frame.north - south) / cell;
				// An edge that misses the box on one side altogether, however long, costs nothing.
				if (Math.max(ax, bx) < 0 || Math.max(ay, by) < 0) continue;
				if (Math.min(ax, bx) >= columns || Math.min(ay, by) >= rows) continue;
				const steps = Math.min(20_000, Math.max(1, Math.ceil(2 * Math.hypot(bx - ax, by - ay))));
				for (let step = 0; step <= steps; step++) {
					const column = Math.floor(ax + ((bx - ax) * step) / steps);
					const row = Math.floor(ay + ((by - ay) * step) / steps);
					if (column >= 0 && row >= 0 && column < columns && row < rows) metres[row * columns + column] = 0;
				}
			}
		}
	}

	/** Two sweeps, each cell from the neighbours already done: within 8 % of the true distance. */
	#spread(): void {
		const { columns, rows, cell, metres } = this;
		const slant = cell * Math.SQRT2;
		for (let row = 0; row < rows; row++) {
			for (let column = 0; column < columns; column++) {
				const i = row * columns + column;
				let least = metres[i]!;
				if (column > 0) least = Math.min(least, metres[i - 1]! + cell);
				if (row > 0) {
					least = Math.min(least, metres[i - columns]! + cell);
					if (column > 0) least = Math.min(least, metres[i - columns - 1]! + slant);
					if (column + 1 < columns) least = Math.min(least, metres[i - columns + 1]! + slant);
				}
				metres[i] = least;
			}
		}
		for (let row = rows - 1; row >= 0; row--) {
			for (let column = columns - 1; column >= 0; column--) {
				const i = row * columns + column;
				let least = metres[i]!;
				if (column + 1 < columns) least = Math.min(least, metres[i + 1]! + cell);
				if (row + 1 < rows) {
					least = Math.min(least, metres[i + columns]! + cell);
					if (column + 1 < columns) least = Math.min(least, metres[i + columns + 1]! + slant);
					if (column > 0) least = Math.min(least, metres[i + columns - 1]! + slant);
				}
				metres[i] = least;
			}
		}
	}
}
