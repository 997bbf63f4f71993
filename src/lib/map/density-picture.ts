import { nightChannels } from './palette.ts';

/** Rows of a density from the south up, as a picture wants them from the north down. */
export interface Density {
	columns: number;
	rows: number;
	values: Float32Array;
	peak: number;
}

/** From this share of the peak on, the ground no longer shines through much. */
const solidFrom = 0.4;

/** The colour of a share of the peak on the dark map, 0–255 each; the legend asks for the same. */
export function heatColour(share: number): [red: number, green: number, blue: number, alpha: number] {
	const [red, green, blue] = nightChannels(share);
	return [red, green, blue, Math.round(225 * Math.min(1, share / solidFrom) ** 0.6)];
}

/** Pixels in RGBA, north first: one pixel a cell. */
export function densityPixels({ columns, rows, values, peak }: Density): Uint8ClampedArray<ArrayBuffer> {
	const pixels = new Uint8ClampedArray(columns * rows * 4);
	const table = Array.from({ length: 256 }, (_, i) => heatColour(i / 255));
	for (let row = 0; row < rows; row++) {
		for (let column = 0; column < columns; column++) {
			const share = peak > 0 ? values[row * columns + column]! / peak : 0;
			// Eight bits of density: a reach of one point among thousands rounds to nothing, and is nothing.
			pixels.set(table[Math.round(share * 255)]!, ((rows - 1 - row) * columns + column) * 4);
		}
	}
	return pixels;
}
