// A picture of any shape in the middle of a model's input, as large as fits, and back again.
import type { Manifest } from './manifest.ts';

export interface Letterbox {
	/** The model's input. */
	width: number;
	height: number;
	/** The picture within it. */
	left: number;
	top: number;
	innerWidth: number;
	innerHeight: number;
}

export function letterboxOf(
	picture: { width: number; height: number },
	input: { width: number; height: number }
): Letterbox {
	const scale = Math.min(input.width / picture.width, input.height / picture.height);
	const innerWidth = Math.min(input.width, Math.max(1, Math.round(picture.width * scale)));
	const innerHeight = Math.min(input.height, Math.max(1, Math.round(picture.height * scale)));
	return {
		width: input.width,
		height: input.height,
		left: Math.floor((input.width - innerWidth) / 2),
		top: Math.floor((input.height - innerHeight) / 2),
		innerWidth,
		innerHeight
	};
}

/** The numbers a model takes, from the inner picture's pixels (RGB, row by row). */
export function inputTensor(
	pixels: Uint8Array,
	{ width, height, left, top, innerWidth, innerHeight }: Letterbox,
	{ layout, order, mean, scale, padding }: Manifest['input']
): Float32Array {
	const area = width * height;
	const tensor = new Float32Array(area * 3);
	const [cell, plane] = layout === 'nchw' ? [1, area] : [3, 1];
	for (let channel = 0; channel < 3; channel += 1) {
		const source = order === 'rgb' ? channel : 2 - channel;
		const m = typeof mean === 'number' ? mean : (mean[channel] as number);
		const s = typeof scale === 'number' ? scale : (scale[channel] as number);
		const around = (padding - m) * s;
		for (let at = 0; at < area; at += 1) tensor[at * cell + channel * plane] = around;
		for (let y = 0; y < innerHeight; y += 1) {
			let from = y * innerWidth * 3 + source;
			let to = ((y + top) * width + left) * cell + channel * plane;
			for (let x = 0; x < innerWidth; x += 1, from += 3, to += cell)
				tensor[to] = ((pixels[from] as number) - m) * s;
		}
	}
	return tensor;
}
