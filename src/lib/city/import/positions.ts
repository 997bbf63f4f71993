import { type Position } from '../datum.ts';
import type { Fault, RowProblem } from './faults.ts';

export { datums, isDatum, toWgs84, type Datum, type Position } from '../datum.ts';

/** The fault of a raw position, or null. Looks at the numbers as they stand: nothing is wrapped or repaired. */
export function positionFault(raw: unknown): Fault | null {
	if (!Array.isArray(raw) || raw.length < 2) return 'not_numbers';
	const [lng, lat] = raw;
	if (typeof lng !== 'number' || typeof lat !== 'number') return 'not_numbers';
	if (!Number.isFinite(lng) || !Number.isFinite(lat)) return 'not_numbers';
	if (Math.abs(lng) <= 180 && Math.abs(lat) <= 90) return null;
	return Math.abs(lat) <= 180 && Math.abs(lng) <= 90 ? 'swapped' : 'out_of_range';
}

/** Degrees; a city is smaller. */
const sameCity = 3;
const china = { west: 73, south: 3, east: 136, north: 54 };

/**
 * Finds rows that lie far from the middle of all rows, and says “swapped” where turning the axes round would bring
 * them back. A whole file with its axes swapped is told by where China lies.
 */
export function strays(rows: readonly { row: number; name: string | null; at: Position }[]): RowProblem[] {
	if (rows.length === 0) return [];
	const middle: Position = [median(rows.map(({ at }) => at[0])), median(rows.map(({ at }) => at[1]))];
	if (!isInChina(middle) && isInChina([middle[1], middle[0]])) {
		return rows.map(({ row, name, at }) => ({ row, name, fault: 'swapped', detail: at.join(', ') }));
	}
	const isNear = ([lng, lat]: Position) =>
		Math.abs(lng - middle[0]) < sameCity && Math.abs(lat - middle[1]) < sameCity;
	return rows
		.filter(({ at }) => !isNear(at))
		.map(({ row, name, at }) => ({
			row,
			name,
			fault: isNear([at[1], at[0]]) ? ('swapped' as const) : ('far_away' as const),
			detail: at.join(', ')
		}));
}

export function isInChina([lng, lat]: Position): boolean {
	return lng > china.west && lng < china.east && lat > china.south && lat < china.north;
}

export function median(numbers: readonly number[]): number {
	const sorted = [...numbers].sort((a, b) => a - b);
	return sorted[Math.floor(sorted.length / 2)]!;
}
