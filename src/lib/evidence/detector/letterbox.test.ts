import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inputTensor, letterboxOf } from './letterbox.ts';

const plain = {
	name: 'images',
	width: 4,
	height: 4,
	layout: 'nchw',
	order: 'rgb',
	mean: 0,
	scale: 1,
	padding: 114
} as const;

describe('a picture in a model’s input', () => {
	it('stands in the middle, as large as fits', () => {
		expect(letterboxOf({ width: 2048, height: 1024 }, { width: 640, height: 640 })).toEqual({
			width: 640,
			height: 640,
			left: 0,
			top: 160,
			innerWidth: 640,
			innerHeight: 320
		});
	});

	it('is inside whatever its shape, with something of it left', () => {
		const side = fc.integer({ min: 1, max: 20_000 });
		const input = fc.integer({ min: 32, max: 2048 });
		fc.assert(
			fc.property(side, side, input, input, (width, height, inputWidth, inputHeight) => {
				const box = letterboxOf({ width, height }, { width: inputWidth, height: inputHeight });
				expect(box.innerWidth).toBeGreaterThan(0);
				expect(box.innerHeight).toBeGreaterThan(0);
				expect(box.left).toBeGreaterThanOrEqual(0);
				expect(box.top).toBeGreaterThanOrEqual(0);
				expect(box.left + box.innerWidth).toBeLessThanOrEqual(inputWidth);
				expect(box.top + box.innerHeight).toBeLessThanOrEqual(inputHeight);
				expect(box.innerWidth === inputWidth || box.innerHeight === inputHeight).toBe(true);
			})
		);
	});

	// One row of two pixels in a square of four: the rows above and below are grey.
	const box = letterboxOf({ width: 4, height: 2 }, plain);
	const pixels = Uint8Array.from([
		1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24
	]);
	const grey = [114, 114, 114, 114];

	it('goes in channel after channel', () => {
		const tensor = inputTensor(pixels, box, plain);
		expect([...tensor.subarray(0, 16)]).toEqual([...grey, 1, 4, 7, 10, 13, 16, 19, 22, ...grey]);
		expect([...tensor.subarray(16, 32)]).toEqual([...grey, 2, 5, 8, 11, 14, 17, 20, 23, ...grey]);
	});

	it('or pixel after pixel, blue first', () => {
		const tensor = inputTensor(pixels, box, { ...plain, layout: 'nhwc', order: 'bgr' });
		expect([...tensor.subarray(0, 3)]).toEqual([114, 114, 114]);
		expect([...tensor.subarray(12, 18)]).toEqual([3, 2, 1, 6, 5, 4]);
	});

	it('with each channel’s mean taken away before it is scaled', () => {
		const tensor = inputTensor(pixels, box, { ...plain, mean: [1, 2, 3], scale: [1, 10, 100] });
		expect([tensor[4], tensor[5]]).toEqual([0, 3]);
		expect([tensor[20], tensor[21]]).toEqual([0, 30]);
		expect([tensor[36], tensor[37]]).toEqual([0, 300]);
		expect(tensor[16]).toBe(1120);
	});
});
