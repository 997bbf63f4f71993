import { chanceFrom } from './chance.ts';
import { SegmentIndex } from './nearest-segment.ts';
import type { RoadNetwork } from './plan.ts';
import { buildRoadGraph, fromPlane, type RoadSegment } from './road-graph.ts';
import type { WorkCase } from './stop.ts';

export const townOrigin = [119.5, 32.8] as const;

/** A town of square blocks for tests: `size`² junctions 200 m apart, every third street one-way, one island apart. */
export function gridTown(size = 12): RoadSegment[] {
	const at = (column: number, row: number) => fromPlane(townOrigin, column * 200, row * 200);
	const segments: RoadSegment[] = [];
	const add = (street: number, a: [number, number], b: [number, number], oneway: number) =>
		segments.push({
			id: segments.length + 1,
			street_id: street,
			name: `${street}号路`,
			name_en: `Road ${street}`,
			class: street % 4 === 0 ? 'secondary' : 'residential',
			oneway,
			line: [at(...a), at(...b)]
		});
	for (let row = 0; row < size; row += 1) {
		for (let column = 0; column < size; column += 1) {
			const way = (line: number) => (line % 3 === 2 && line < size - 1 ? (line % 2 === 0 ? 1 : -1) : 0);
			if (column + 1 < size) add(row + 1, [column, row], [column + 1, row], way(row));
			if (row + 1 < size) add(100 + column, [column, row], [column, row + 1], way(column));
		}
	}
	add(900, [size + 10, 0], [size + 12, 0], 0);
	return segments;
}

export function townRoads(size = 12): RoadNetwork {
	const graph = buildRoadGraph(gridTown(size))!;
	return { graph, index: new SegmentIndex(graph) };
}

/** Cases scattered over the town, due from a day before to three days after `around`. */
export function townCases(count: number, around: string, seed = 'cases', size = 12): WorkCase[] {
	const chance = chanceFrom(seed);
	return Array.from({ length: count }, (_, i) => {
		const [lng, lat] = fromPlane(townOrigin, chance() * (size - 1) * 200, chance() * (size - 1) * 200);
		return {
			id: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`,
			number: `E0551${String(i).padStart(4, '0')}`,
			status: 'dispatched',
			category: '0551',
			category_name: '占道洗车',
			category_name_en: 'Car wash',
			street: null,
			street_en: null,
			lng,
			lat,
			due_at: new Date(Date.parse(around) + (chance() * 4 - 1) * 86_400_000).toISOString(),
			returned_count: 0
		};
	});
}
