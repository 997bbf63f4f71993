import type { Polygon } from 'geojson';
import { expect, test } from 'vitest';
import { lieOf } from './ground.ts';

/** Metres around a place in Jiangsu, as a closed box. */
const box = (west: number, south: number, east: number, north: number) => {
	const at = (x: number, y: number) => [
		119.46 + x / (111_320 * Math.cos((32.79 * Math.PI) / 180)),
		32.79 + y / 111_320
	];
	const geometry: Polygon = {
		type: 'Polygon',
		coordinates: [[at(west, south), at(east, south), at(east, north), at(west, north), at(west, south)]]
	};
	return { name: `${west},${south}`, geometry };
};
const rounded = (patches: readonly { squareMetres: number }[]) =>
	patches.map(({ squareMetres }) => Math.round(squareMetres / 10) * 10);

// +---+---+
// | a | b |
// +---+---+
test('neighbours with a common border neither overlap nor leave a gap', () => {
	const lie = lieOf([box(0, 0, 100, 100), box(100, 0, 200, 100)], true);
	expect(lie).toMatchObject({ overlaps: [], gaps: [], notCompared: 0 });
	expect(lie.squareMetres).toBeCloseTo(20_000, -2);
});

// +---+---+
// | a |#| |
// +---+---+
test('ground claimed twice is measured, with both claims', () => {
	const { overlaps } = lieOf([box(0, 0, 100, 100), box(90, 0, 200, 100)], true);
	expect(rounded(overlaps)).toEqual([1000]);
	expect(overlaps[0]).toMatchObject({ first: 0, second: 1 });
});

test('an area within another overlaps with all of itself', () => {
	expect(rounded(lieOf([box(0, 0, 100, 100), box(10, 10, 30, 30)], true).overlaps)).toEqual([400]);
});

// +-------+
// | +---+ |
// | | b | |   b fills the hole in a
// +-------+
test('an area in the hole of another does not overlap it', () => {
	const [a, b] = [box(0, 0, 100, 100), box(20, 20, 60, 60)];
	const ringed = {
		...a,
		geometry: { ...a.geometry, coordinates: [...a.geometry.coordinates, ...b.geometry.coordinates] }
	};
	expect(lieOf([ringed, b], true).overlaps).toEqual([]);
	expect(rounded(lieOf([ringed, box(30, 30, 90, 50)], true).overlaps)).toEqual([600]);
});

test('the centimetre by which a hand misses the border is no overlap', () => {
	expect(lieOf([box(0, 0, 100, 100), box(99.98, 0, 200, 100)], true).overlaps).toEqual([]);
});

// +-------+
// | +---+ |
// | |gap| |
// +-------+
test('ground enclosed by areas is a gap', () => {
	const around = [box(0, 0, 300, 100), box(0, 200, 300, 300), box(0, 100, 100, 200), box(200, 100, 300, 200)];
	expect(rounded(lieOf(around, true).gaps)).toEqual([10_000]);
});

// +---+ +---+
// | a | | b |   a street's width
// +---+ +---+
test('a strip between two areas is a gap even where it is open to the outside', () => {
	expect(rounded(lieOf([box(0, 0, 100, 100), box(110, 0, 200, 100)], true).gaps)).toEqual([1000]);
});

test('areas far apart leave no gap, and kinds that do not share out the ground none at all', () => {
	expect(lieOf([box(0, 0, 100, 100), box(200, 0, 300, 100)], true).gaps).toEqual([]);
	expect(lieOf([box(0, 0, 100, 100), box(110, 0, 200, 100)], false).gaps).toEqual([]);
});
