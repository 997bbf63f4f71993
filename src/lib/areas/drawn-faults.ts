import type { MultiPolygon, Polygon } from 'geojson';
import type { Position } from '#lib/city/datum.ts';
import type { AreaKind } from '#lib/city/import/shapes.ts';
import { lieOf } from './ground.ts';
import type { Patch } from './plane.ts';
import { fullEffort, polygonProblem, type PolygonFault } from './polygon-faults.ts';

/** Kinds that share out all ground between them: what they leave open, nobody answers for. */
const sharing: readonly AreaKind[] = ['duty_grid', 'unit_grid'];
/** Degrees around what is drawn in which neighbours are looked at: some 200 m. */
const around = 0.002;

export interface DrawnArea {
	name: string;
	kind: AreaKind;
	geometry: Polygon | MultiPolygon;
}

export type DrawnFault =
	| { code: PolygonFault | 'outside_city'; at: Position | null; name: string }
	| {
			code: 'overlap' | 'gap';
			at: Position;
			squareMetres: number;
			/** The two that overlap; '' for a gap. */
			name: string;
			geometry: Polygon;
	  };

/** Faults that no save takes; the others are said and may be meant. */
export function isFatal({ code }: DrawnFault): boolean {
	return code !== 'overlap' && code !== 'gap';
}

/**
 * What is wrong with areas as drawn, beside the areas that stay: crossings of their own lines, ground outside the city,
 * ground that a neighbour of the same kind has too, and ground that nobody would have any more. `before`: the same areas
 * as they were, so that a gap that was there already is no news.
 */
export function drawnFaults(
	drawn: readonly DrawnArea[],
	staying: readonly DrawnArea[],
	before: readonly DrawnArea[],
	city: readonly [number, number, number, number] | null
): DrawnFault[] {
	const faults: DrawnFault[] = [];
	for (const { name, geometry } of drawn) {
		const parts = (
			geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates
		) as Position[][][];
		const problem = polygonProblem(parts, fullEffort());
		if (problem) {
			faults.push({ code: problem.fault, at: problem.at, name });
			continue;
		}
		const box = boxOf(geometry);
		if (city && !doMeet(box, [...city])) faults.push({ code: 'outside_city', at: [box[0], box[1]], name });
	}
	if (faults.some(({ code }) => code !== 'outside_city')) return faults;
	for (const kind of new Set(drawn.map((area) => area.kind))) {
		const own = drawn.filter((area) => area.kind === kind);
		const box = widened(own.map(({ geometry }) => boxOf(geometry)));
		const near = staying.filter((area) => area.kind === kind && doMeet(boxOf(area.geometry), box));
		const lie = lieOf([...own, ...near], sharing.includes(kind));
		// What was so before anything was moved is no news.
		const were = before.filter((area) => area.kind === kind);
		const known = were.length === 0 ? null : lieOf([...were, ...near], sharing.includes(kind));
		const wasThere = (patches: readonly Patch[] | undefined, patch: Patch) =>
			patches?.some(
				(one) =>
					Math.abs(one.squareMetres - patch.squareMetres) < 1 &&
					doMeet(boxOf(one.geometry), boxOf(patch.geometry))
			) ?? false;
		for (const overlap of lie.overlaps) {
			const { first, second, squareMetres, geometry } = overlap;
			if (first >= own.length && second >= own.length) continue;
			if (wasThere(known?.overlaps, overlap)) continue;
			const name = [first, second].map((i) => [...own, ...near][i]!.name).join(' / ');
			faults.push({ code: 'overlap', at: cornerOf(geometry), squareMetres, name, geometry });
		}
		for (const gap of lie.gaps) {
			const { squareMetres, geometry } = gap;
			if (!wasThere(known?.gaps, gap))
				faults.push({ code: 'gap', at: cornerOf(geometry), squareMetres, name: '', geometry });
		}
	}
	return faults;
}

function cornerOf(geometry: Polygon): Position {
	return geometry.coordinates[0]![0] as Position;
}

type Box = [west: number, south: number, east: number, north: number];

export function boxOf(geometry: Polygon | MultiPolygon): Box {
	const box: Box = [Infinity, Infinity, -Infinity, -Infinity];
	for (const [lng, lat] of (geometry.type === 'Polygon'
		? geometry.coordinates
		: geometry.coordinates.flat()
	).flat() as Position[]) {
		box[0] = Math.min(box[0], lng);
		box[1] = Math.min(box[1], lat);
		box[2] = Math.max(box[2], lng);
		box[3] = Math.max(box[3], lat);
	}
	return box;
}

function widened(boxes: readonly Box[]): Box {
	const of = (i: 0 | 1 | 2 | 3, pick: (...values: number[]) => number, by: number) =>
		pick(...boxes.map((box) => box[i])) + by;
	return [
		of(0, Math.min, -around),
		of(1, Math.min, -around),
		of(2, Math.max, around),
		of(3, Math.max, around)
	];
}

function doMeet(a: Box, b: Box): boolean {
	return a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3];
}
