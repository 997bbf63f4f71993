import type { Position } from '#lib/city/datum.ts';
import type { RawArea } from './area-draft.ts';

export type ShapeFault = 'not_a_polygon' | 'not_numbers' | 'swapped' | 'out_of_range' | 'too_few_points';

export type RawPolygon = { parts: Position[][][]; hasHeights: boolean } | { fault: ShapeFault; text: string };

/** The parts, rings and corners of a raw geometry, or what keeps it from being read. Numbers are taken as they stand. */
export function readPolygon(geometry: RawArea['geometry']): RawPolygon {
	const isOne = geometry?.type === 'Polygon';
	if (!geometry || (!isOne && geometry.type !== 'MultiPolygon') || !Array.isArray(geometry.coordinates)) {
		return { fault: 'not_a_polygon', text: geometry?.type.slice(0, 40) ?? 'null' };
	}
	const raw: unknown[] = isOne ? [geometry.coordinates] : geometry.coordinates;
	if (raw.length === 0) return { fault: 'too_few_points', text: '0' };
	let hasHeights = false;
	const parts: Position[][][] = [];
	for (const rings of raw) {
		if (!Array.isArray(rings)) return { fault: 'not_numbers', text: shown(rings) };
		if (rings.length === 0) return { fault: 'too_few_points', text: '0' };
		const part: Position[][] = [];
		for (const ring of rings as unknown[]) {
			if (!Array.isArray(ring)) return { fault: 'not_numbers', text: shown(ring) };
			const corners: Position[] = [];
			for (const position of ring as unknown[]) {
				const fault = positionFault(position);
				if (fault) return { fault, text: shown(position) };
				const [lng, lat, ...more] = position as [number, number];
				hasHeights ||= more.length > 0;
				corners.push([lng, lat]);
			}
			part.push(corners);
		}
		parts.push(part);
	}
	return { parts, hasHeights };
}

function positionFault(raw: unknown): ShapeFault | null {
	if (!Array.isArray(raw) || raw.length < 2) return 'not_numbers';
	const [lng, lat] = raw as unknown[];
	if (typeof lng !== 'number' || typeof lat !== 'number') return 'not_numbers';
	if (!Number.isFinite(lng) || !Number.isFinite(lat)) return 'not_numbers';
	if (Math.abs(lng) <= 180 && Math.abs(lat) <= 90) return null;
	return Math.abs(lat) <= 180 && Math.abs(lng) <= 90 ? 'swapped' : 'out_of_range';
}

/** Corners in a raw geometry, counted without believing anything about it. */
export function countCorners(geometry: RawArea['geometry']): number {
	if (!Array.isArray(geometry?.coordinates)) return 0;
	const count = (level: unknown[], depth: number): number =>
		depth === 0
			? level.length
			: level.reduce<number>((sum, inner) => sum + (Array.isArray(inner) ? count(inner, depth - 1) : 0), 0);
	return count(geometry.coordinates, geometry.type === 'MultiPolygon' ? 2 : 1);
}

/** Numbers as of a projected map: metres east and north, hundreds of thousands and more. */
export function looksProjected(rows: readonly RawArea[]): boolean {
	const firsts = rows.map(({ geometry }) => firstPosition(geometry?.coordinates)).filter((at) => at !== null);
	const large = firsts.filter(([x, y]) => Math.abs(x) > 10_000 || Math.abs(y) > 10_000);
	return large.length > 0 && large.length >= firsts.length / 2;
}

function firstPosition(coordinates: unknown): Position | null {
	let level = coordinates;
	for (let depth = 0; depth < 5 && Array.isArray(level); depth++) {
		if (typeof level[0] === 'number' && typeof level[1] === 'number') return [level[0], level[1]];
		level = level[0] as unknown;
	}
	return null;
}

function shown(value: unknown): string {
	return (JSON.stringify(value) ?? 'undefined').slice(0, 60);
}
