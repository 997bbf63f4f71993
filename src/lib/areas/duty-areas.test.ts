import type { MultiPolygon, Polygon } from 'geojson';
import { expect, test } from 'vitest';
import type { Position } from '#lib/city/datum.ts';
import { packStreets } from '#lib/city/import/known.ts';
import { blocksBetween } from './blocks.ts';
import { dutyAreasFrom } from './duty-areas.ts';
import { lieOf } from './ground.ts';
import { leftOpen } from './streets-covered.ts';
import { fullEffort, polygonProblem } from './polygon-faults.ts';

const at = (x: number, y: number): Position => [119.46 + x * 0.002, 32.79 + y * 0.002];
const town = (lines: { name?: string; class?: string; line: [number, number][] }[]) =>
	packStreets(
		lines.map(({ name = null, class: kind = 'residential', line }, id) => ({
			id,
			street_id: null,
			name,
			class: kind,
			line: line.map(([x, y]) => at(x, y))
		}))
	);
/** Streets through whole numbers, drawn from end to end: their crossings are for us to find. */
const grid = (size: number, main = -1) =>
	town(
		Array.from({ length: size + 1 }, (_, i) => [
			{
				name: `东西${i}路`,
				class: i === main ? 'primary' : 'residential',
				line: [
					[0, i],
					[size, i]
				] as [number, number][]
			},
			{
				name: `南北${i}路`,
				line: [
					[i, 0],
					[i, size]
				] as [number, number][]
			}
		]).flat()
	);
const none = { kind: 'duty_grid' as const, count: null, squareKilometres: null };

//  +--+--+
//  |  |  |   two blocks, and a lane that ends inside one
//  |  | -+
//  +--+--+
test('ground between streets is found though no street is cut at the crossing', () => {
	const { blocks } = blocksBetween(
		town([
			{
				line: [
					[0, 0],
					[2, 0],
					[2, 2],
					[0, 2],
					[0, 0]
				]
			},
			{
				line: [
					[1, -1],
					[1, 3]
				]
			},
			{
				line: [
					[2, 1],
					[1.5, 1]
				]
			}
		])
	);
	expect(blocks).toHaveLength(2);
	const [whole, half] = [
		blocks.reduce((sum, { squareMetres }) => sum + squareMetres, 0),
		blocks[0]!.squareMetres
	];
	expect(half / whole).toBeCloseTo(0.5, 2);
});

test('a dead end bounds nothing and counts for the block it is in', () => {
	const square: [number, number][] = [
		[0, 0],
		[2, 0],
		[2, 2],
		[0, 2],
		[0, 0]
	];
	const without = blocksBetween(town([{ line: square }])).blocks[0]!;
	const with_ = blocksBetween(
		town([
			{ line: square },
			{
				line: [
					[2, 1],
					[1.5, 1]
				]
			}
		])
	).blocks[0]!;
	expect(with_.squareMetres).toBeCloseTo(without.squareMetres, 0);
	expect(with_.streetMetres - without.streetMetres).toBeCloseTo(
		0.001 * 111_320 * Math.cos((32.79 * Math.PI) / 180),
		-1
	);
});

// +-------+
// | +-+   |
// | +-+   |
// +-------+
test('streets that stand alone inside a block are cut out of it', () => {
	const ring = (a: number, b: number): [number, number][] => [
		[a, a],
		[b, a],
		[b, b],
		[a, b],
		[a, a]
	];
	const { blocks } = blocksBetween(town([{ line: ring(0, 4) }, { line: ring(1, 2) }]));
	const areas = blocks.map(({ squareMetres }) => squareMetres).sort((a, b) => a - b);
	expect(areas[1]! / areas[0]!).toBeCloseTo(15, 1);
});

test('paths and service ways run through blocks, not around them', () => {
	const through = {
		class: 'service',
		line: [
			[1, 0],
			[1, 2]
		] as [number, number][]
	};
	expect(
		blocksBetween(
			town([
				{
					line: [
						[0, 0],
						[2, 0],
						[2, 2],
						[0, 2],
						[0, 0]
					]
				},
				through
			])
		).blocks
	).toHaveLength(1);
});

test('areas are as many as asked for, of about the same length of street, without gap or overlap', () => {
	const { blocks, areas } = dutyAreasFrom(grid(8), { ...none, count: 4 });
	expect(blocks).toBe(64);
	expect(areas).toHaveLength(4);
	const metres = areas.map(({ streetMetres }) => streetMetres);
	expect(Math.max(...metres) / Math.min(...metres)).toBeLessThan(2);
	for (const { geometry } of areas) {
		const parts = (
			geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates
		) as Position[][][];
		expect(polygonProblem(parts, fullEffort())).toBeNull();
	}
	const lie = lieOf(areas, true);
	expect(lie.overlaps).toEqual([]);
	expect(lie.gaps).toEqual([]);
	expect(lie.squareMetres / areas.reduce((sum, { squareMetres }) => sum + squareMetres, 0)).toBeCloseTo(1, 3);
});

test('a main street is a border', () => {
	const { areas } = dutyAreasFrom(grid(6, 3), { ...none, count: 2 });
	const middle = at(0, 3)[1];
	for (const { geometry } of areas) {
		const lats = geometry.coordinates
			.flat(geometry.type === 'Polygon' ? 1 : 2)
			.map((p) => (p as Position)[1]);
		const isNorth = Math.max(...lats) > middle + 1e-6;
		const isSouth = Math.min(...lats) < middle - 1e-6;
		expect(isNorth && isSouth).toBe(false);
	}
	expect(areas.every(({ name }) => name.includes('东西3路'))).toBe(true);
});

test('names are different, and the same streets give the same areas again', () => {
	const [first, again] = [0, 1].map(() => dutyAreasFrom(grid(8), { ...none, count: 9 }).areas);
	expect(new Set(first!.map(({ name }) => name)).size).toBe(9);
	expect(new Set(first!.map(({ key }) => key)).size).toBe(9);
	expect(again).toEqual(first);
	expect(first!.every(({ unit }) => unit === null)).toBe(true);
});

// +---+---+
// |   |   +-------   leads out of town
// +---+---+
test('a street that leads out of town falls to the area it leaves, and none is left open', () => {
	const streets = packStreets([
		...segmentsOf(grid(4)),
		{ id: 99, street_id: null, name: '出城路', class: 'primary', line: [at(4, 2), at(6, 2), at(8, 3)] },
		{ id: 98, street_id: null, name: '远村路', class: 'residential', line: [at(8, 3), at(10, 3)] }
	]);
	const { areas } = dutyAreasFrom(streets, { ...none, count: 2 });
	expect(leftOpen(streets, areas)!.metres).toBe(0);
	const holding = areas.filter(({ geometry }) => mostEast(geometry) > at(9.5, 0)[0]);
	expect(holding).toHaveLength(1);
	const lie = lieOf(areas, false);
	expect(lie.overlaps).toEqual([]);
});

test('streets that enclose nothing give no areas', () => {
	expect(
		dutyAreasFrom(
			town([
				{
					line: [
						[0, 0],
						[5, 0]
					]
				}
			]),
			none
		)
	).toEqual({ blocks: 0, areas: [] });
	expect(dutyAreasFrom(packStreets([]), none)).toEqual({ blocks: 0, areas: [] });
});

function segmentsOf({ coords, offsets, names, classes }: ReturnType<typeof packStreets>) {
	return names.map((name, i) => ({
		id: i,
		street_id: null,
		name,
		class: classes[i]!,
		line: Array.from({ length: offsets[i + 1]! - offsets[i]! }, (_, k): Position => {
			const vertex = 2 * (offsets[i]! + k);
			return [coords[vertex]!, coords[vertex + 1]!];
		})
	}));
}

function mostEast({ type, coordinates }: Polygon | MultiPolygon): number {
	const corners = (type === 'Polygon' ? coordinates.flat() : coordinates.flat(2)) as Position[];
	return Math.max(...corners.map(([lng]) => lng));
}
