import { factSeconds, never } from './fact-time.ts';
import type { Zones } from './zones.ts';

/** Bits of `FactTable.flags`. */
export const factFlag = {
	/** Outside every number. Also set on a row that holds no case (`absent`), so one test leaves both out. */
	voided: 1 << 0,
	/** Neither closed nor voided when the table was read. */
	open: 1 << 1,
	/** Stands suspended (挂账/缓办) with approval. Only open cases do. */
	suspended: 1 << 2,
	/** Last closed no later than its time limit. Never set without a closure or without a limit. */
	onTime: 1 << 3,
	/** Closed with proof, or the citizen said it is solved. Only closed cases are. */
	verified: 1 << 4,
	/** Returned (返工) at least once. */
	returned: 1 << 5,
	/** Is itself the recurrence of an earlier closed case. */
	recurrence: 1 << 6,
	/** Its last closure was followed by a recurrence that is not voided. Only closed cases did. */
	recurred: 1 << 7,
	/** The row's number belongs to no case: a filing that never happened. `voided` is set too. */
	absent: 1 << 8
} as const;

/** Who reported first. The position is the code in `FactTable.source`. */
export const factSources = ['citizen', 'volunteer', 'inspector', 'hotline', 'import', 'api'] as const;
export type FactSource = (typeof factSources)[number];

/** What an inspector reports was found on patrol: patrols make their own data. */
export const patrolFound = factSources.indexOf('inspector');

/** Degrees are kept as whole ten-millionths (about a centimetre). */
export const placeUnit = 1e-7;
/** `lng` and `lat` of a case that lies on no street's line. */
export const nowhere = 0x7fffffff;

/**
 * One row per case as parallel columns; row r is fact number r + 1. Arrays may be longer than `length`: what lies beyond is
 * meaningless. Times are fact seconds (whole seconds since 2000-01-01 UTC, rounded down, see `fact-time.ts`), `never` where
 * it has not happened. Reading with whole-second bounds gives exactly what SQL gives with the full times.
 */
export interface FactTable {
	/** Rows in use, holes among them (flag `absent`). */
	readonly length: number;
	/** The log position these facts hold everything up to. */
	readonly position: number;
	readonly filedAt: Int32Array;
	/** The last dispatch; `never` before it. */
	readonly dispatchedAt: Int32Array;
	/** The time limit; `never` before the dispatch and for history without one. */
	readonly dueAt: Int32Array;
	/** The last closure; `never` while open and when voided. */
	readonly closedAt: Int32Array;
	/** Working seconds from the last dispatch to the last closure, in the city's calendar; −1 without both. */
	readonly workSeconds: Int32Array;
	/** `app.streets.id`; 0: none. */
	readonly street: Int32Array;
	/** `app.segments.id`; 0: none. */
	readonly segment: Int32Array;
	/** The duty area, `app.areas.id`; 0: none. */
	readonly area: Int32Array;
	/** The unit that answers for it, `app.units.id`; 0: none. */
	readonly unit: Int32Array;
	/** Position in `categories`. */
	readonly category: Uint16Array;
	/** Position in `factSources`. */
	readonly source: Uint8Array;
	/** Position in `streetClasses`: the class of the case's segment as it is today; 0: no segment. */
	readonly streetClass: Uint8Array;
	/** `factFlag` bits. */
	readonly flags: Uint16Array;
	/** Place on the street's line, WGS-84 in ten-millionths of a degree; `nowhere` without a street. */
	readonly lng: Int32Array;
	readonly lat: Int32Array;
	/** Codes of the subclasses, as in `app.categories.code`. */
	readonly categories: readonly string[];
	/** Per category: seconds after a closure within which a new case counts as its recurrence. */
	readonly recurrenceSeconds: Int32Array;
	/** Classes of streets (`residential`, `primary`, …); the first is '' and stands for none. */
	readonly streetClasses: readonly string[];
	/** Which rows a period has nothing in; left out where nobody keeps it. */
	readonly zones?: Zones;
}

/** The columns of a `FactTable` that have one value per row. */
export type FactColumns = Omit<
	FactTable,
	'length' | 'position' | 'categories' | 'recurrenceSeconds' | 'streetClasses' | 'zones'
>;

/** Empty columns with room for so many rows, every row absent. */
export function factColumns(room: number): FactColumns {
	const seconds = () => new Int32Array(room).fill(never);
	return {
		filedAt: seconds(),
		dispatchedAt: seconds(),
		dueAt: seconds(),
		closedAt: seconds(),
		workSeconds: new Int32Array(room).fill(-1),
		street: new Int32Array(room),
		segment: new Int32Array(room),
		area: new Int32Array(room),
		unit: new Int32Array(room),
		category: new Uint16Array(room),
		source: new Uint8Array(room),
		streetClass: new Uint8Array(room),
		flags: new Uint16Array(room).fill(factFlag.voided | factFlag.absent),
		lng: new Int32Array(room).fill(nowhere),
		lat: new Int32Array(room).fill(nowhere)
	};
}

type Moment = number | string | Date | null;

/** A case in words, for tables that are built by hand. What is left out is nothing, or as the comment says. */
export interface FactRow {
	filedAt: NonNullable<Moment>;
	dispatchedAt?: Moment;
	dueAt?: Moment;
	closedAt?: Moment;
	/** Working seconds from dispatch to closure. Left out: the plain seconds between the two. */
	workSeconds?: number | null;
	street?: number | null;
	segment?: number | null;
	area?: number | null;
	unit?: number | null;
	/** Left out: 0504. */
	category?: string;
	/** Left out: citizen. */
	source?: FactSource;
	streetClass?: string;
	isVoided?: boolean;
	isSuspended?: boolean;
	isVerified?: boolean;
	isReturned?: boolean;
	isRecurrence?: boolean;
	hasRecurred?: boolean;
	/** Degrees, WGS-84. */
	place?: readonly [lng: number, lat: number];
}

/**
 * A table from rows by hand. What follows from the times is worked out: open without a closure, on time by the limit.
 * @param windowDays days after a closure within which a case of any category counts as its recurrence
 */
export function factTable(rows: readonly FactRow[], { windowDays = 14, position = 0 } = {}): FactTable {
	const columns = factColumns(rows.length);
	const categories: string[] = [];
	const streetClasses = [''];
	rows.forEach((row, at) => writeRow(columns, at, row, categories, streetClasses));
	return {
		...columns,
		length: rows.length,
		position,
		categories,
		recurrenceSeconds: new Int32Array(categories.length).fill(windowDays * 86_400),
		streetClasses
	};
}

function writeRow(to: FactColumns, at: number, row: FactRow, categories: string[], classes: string[]): void {
	const isVoided = row.isVoided ?? false;
	const dispatched = factSeconds(row.dispatchedAt ?? null);
	const due = factSeconds(row.dueAt ?? null);
	const closed = isVoided ? never : factSeconds(row.closedAt ?? null);
	const isClosed = closed !== never;
	to.filedAt[at] = factSeconds(row.filedAt);
	to.dispatchedAt[at] = dispatched;
	to.dueAt[at] = due;
	to.closedAt[at] = closed;
	const worked = isClosed && dispatched !== never;
	to.workSeconds[at] = worked ? (row.workSeconds ?? Math.max(0, closed - dispatched)) : -1;
	to.street[at] = row.street ?? 0;
	to.segment[at] = row.segment ?? 0;
	to.area[at] = row.area ?? 0;
	to.unit[at] = row.unit ?? 0;
	to.category[at] = codeIn(categories, row.category ?? '0504');
	to.source[at] = factSources.indexOf(row.source ?? 'citizen');
	to.streetClass[at] = codeIn(classes, row.streetClass ?? '');
	to.lng[at] = row.place ? Math.round(row.place[0] / placeUnit) : nowhere;
	to.lat[at] = row.place ? Math.round(row.place[1] / placeUnit) : nowhere;
	const isOnTime =
		isClosed && row.dueAt != null && new Date(row.closedAt!).getTime() <= new Date(row.dueAt).getTime();
	to.flags[at] =
		(isVoided ? factFlag.voided : 0) |
		(!isVoided && !isClosed ? factFlag.open : 0) |
		(row.isSuspended && !isVoided && !isClosed ? factFlag.suspended : 0) |
		(isOnTime ? factFlag.onTime : 0) |
		(row.isVerified && isClosed ? factFlag.verified : 0) |
		(row.isReturned ? factFlag.returned : 0) |
		(row.isRecurrence ? factFlag.recurrence : 0) |
		(row.hasRecurred && isClosed ? factFlag.recurred : 0);
}

/** The code of a word in a list that grows by words it has not seen. */
export function codeIn(words: string[], word: string): number {
	const known = words.indexOf(word);
	return known < 0 ? words.push(word) - 1 : known;
}
