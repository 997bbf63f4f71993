import { usualFilters, writeBoardFilters, type BoardFilters } from '../board-filters.ts';
import type { BoardBy } from '../board.ts';
import type { NumberId } from './definitions.ts';

/** A path with the filters as its search part. */
export function withFilters(path: string, filters: BoardFilters): string {
	const search = writeBoardFilters(filters);
	return search ? `${path}?${search}` : path;
}

/** Where a number's definition, parts and cases are shown: of the cases these filters leave. */
export function numberHref(id: NumberId, filters: BoardFilters): string {
	const { by, sort, indicator, than, step } = usualFilters;
	return withFilters(`/numbers/${id}`, { ...filters, by, sort, indicator, than, step });
}

/** The filters of one row of a board: a unit's is what it handles itself, so that no case is in two rows. */
export function rowFilters(by: BoardBy, id: number, filters: BoardFilters): BoardFilters {
	return { ...filters, [by]: String(id), ...(by === 'unit' && { below: 'without' as const }) };
}

/** The own page of a street, a unit or an area; what it is about is no filter of it. */
export function ownHref(by: BoardBy, id: number, filters: BoardFilters): string {
	const { by: usual, sort } = usualFilters;
	return withFilters(`/board/${by}/${id}`, { ...rowFilters(by, id, filters), by: usual, sort, [by]: '' });
}
