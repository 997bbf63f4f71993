import { patrolFound, type FactTable } from '../facts/fact-table.ts';
import { zoneRows } from '../facts/zones.ts';

/** Which cases count, and as of when. Null is no condition; a list is any of its members, an empty one nothing. */
export interface Selection {
	/** The period [from, until) in fact seconds; `until` is no later than `at`. */
	from: number;
	until: number;
	/** The moment of reading, in fact seconds: what is open, overdue, over. */
	at: number;
	/** Codes of subclasses. A group (a class) is given as its subclasses. */
	categories: readonly string[] | null;
	/** `app.streets.id` and so on. A unit is given with the units below it. */
	streets: readonly number[] | null;
	areas: readonly number[] | null;
	units: readonly number[] | null;
	segments: readonly number[] | null;
	streetClasses: readonly string[] | null;
	/** Codes of `factSources`. */
	sources: readonly number[] | null;
	/** With what inspectors found on patrol, without it, or only it. */
	patrol: 'with' | 'without' | 'only';
}

/** All cases of a period. */
export function everything(from: number, until: number, at = until): Selection {
	return {
		from,
		until: Math.min(until, at),
		at,
		categories: null,
		streets: null,
		areas: null,
		units: null,
		segments: null,
		streetClasses: null,
		sources: null,
		patrol: 'with'
	};
}

/** A column and which of its values may stay: 1 at a value that may. Values past the end may not. */
export interface Mask {
	column: Int32Array | Uint16Array | Uint8Array;
	allowed: Uint8Array;
}

/** A selection's conditions as masks, those that cost least to look at first. */
export function masksOf(table: FactTable, selection: Selection): Mask[] {
	const masks: Mask[] = [];
	const among = (column: Mask['column'], values: readonly number[] | null) => {
		if (values) masks.push({ column, allowed: allowing(values) });
	};
	const coded = (words: readonly string[], chosen: readonly string[] | null) =>
		chosen && chosen.map((word) => words.indexOf(word)).filter((code) => code >= 0);
	among(table.source, sourcesOf(selection));
	among(table.streetClass, coded(table.streetClasses, selection.streetClasses));
	among(table.category, coded(table.categories, selection.categories));
	among(table.street, selection.streets);
	among(table.area, selection.areas);
	among(table.unit, selection.units);
	among(table.segment, selection.segments);
	return masks;
}

function sourcesOf({ sources, patrol }: Selection): number[] | null {
	if (patrol === 'only') return !sources || sources.includes(patrolFound) ? [patrolFound] : [];
	if (patrol === 'with') return sources && [...sources];
	return (sources ?? [0, 1, 2, 3, 4, 5]).filter((code) => code !== patrolFound);
}

function allowing(values: readonly number[]): Uint8Array {
	const allowed = new Uint8Array(values.reduce((most, value) => Math.max(most, value + 1), 0));
	for (const value of values) if (value >= 0) allowed[value] = 1;
	return allowed;
}

/** Rows looked at in one go: a block's columns stay in the processor's cache between one condition and the next. */
export const blockRows = zoneRows;
const every = Uint16Array.from({ length: blockRows }, (_, i) => i);

/**
 * The rows of one block that meet all masks, as offsets from `start`, in order.
 * @param kept room for the answer, of `blockRows`
 * @returns the offsets, valid as far as `length`: `kept`, or a shared list of all offsets when nothing is asked
 */
export function keepRows(
	masks: readonly Mask[],
	start: number,
	rows: number,
	kept: Uint16Array
): { offsets: Uint16Array; length: number } {
	let offsets: Uint16Array = every;
	let length = rows;
	for (const { column, allowed } of masks) {
		let next = 0;
		for (let i = 0; i < length; i += 1) {
			const offset = offsets[i]!;
			kept[next] = offset;
			next += allowed[column[start + offset]!]! | 0;
		}
		offsets = kept;
		length = next;
	}
	return { offsets, length };
}
