import { expect, test } from 'vitest';
import { densityPixels, heatColour } from './density-picture.ts';

test('the picture has north on top, and nothing where nothing is', () => {
	// Two columns, two rows from the south: all of it lies in the south-east.
	const pixels = densityPixels({ columns: 2, rows: 2, values: Float32Array.of(0, 8, 0, 0), peak: 8 });
	const alpha = [0, 1, 2, 3].map((i) => pixels[i * 4 + 3]);
	expect(alpha).toEqual([0, 0, 0, heatColour(1)[3]]);
	expect([...pixels.slice(12, 15)]).toEqual(heatColour(1).slice(0, 3));
});

test('of an empty grid is empty', () => {
	expect(densityPixels({ columns: 0, rows: 0, values: new Float32Array(), peak: 0 })).toHaveLength(0);
});

test('more is never darker', () => {
	const light = Array.from({ length: 21 }, (_, i) => {
		const [red, green, blue, alpha] = heatColour(i / 20);
		return (0.2126 * red + 0.7152 * green + 0.0722 * blue) * alpha;
	});
	expect(light).toEqual([...light].sort((a, b) => a - b));
});
