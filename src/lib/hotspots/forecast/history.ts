import type { Neighbours } from '#lib/streets/network/street-network.ts';

/** The streets a forecast is made for. */
export interface ForecastGround {
	/** Metres, length of each segment; segments are numbered 0…n−1. */
	metres: Float64Array;
	/** Which segments share a junction: `segmentNeighbours` of the network. */
	neighbours: Neighbours;
	/** How many categories there are, numbered 0…categories−1. */
	categories: number;
}

/** Past reports as columns, in any order: entry i of every array is report i. */
export interface ReportHistory {
	/** Segment; -1 is on none, and left out. */
	segment: Int32Array;
	category: Uint16Array;
	/** Local hours since a Monday, 00:00, with or without parts of an hour. Negative ones are left out. */
	hour: Float64Array | Int32Array;
}

/** Two-hour slots of a day and of a week: slot 0 is Monday 00:00–02:00, slot 83 Sunday 22:00–24:00. */
export const slotsOfDay = 12;
export const slotsOfWeek = 84;
export const hoursOfWeek = 168;

/** The slot of the week of a local hour since a Monday, 00:00. */
export function slotAt(hour: number): number {
	return Math.floor((hour - hoursOfWeek * Math.floor(hour / hoursOfWeek)) / 2);
}

/**
 * Local hours since the Monday, 00:00, before the first of these instants (milliseconds since 1970), as the wall clock of
 * `timeZone` says them: where clocks change, an hour is missing or comes twice, and a Tuesday 18:00 stays one. NaN of no instants.
 */
export function localHours(instants: Float64Array, timeZone: string): { hour: Float64Array; monday: string } {
	const offsetAt = offsets(timeZone);
	const local = instants.map((at) => at + offsetAt(at));
	const first = local.reduce((a, b) => Math.min(a, b), Infinity);
	// 1970 began on a Thursday.
	const monday = Math.floor((first / day - 4) / 7) * 7 * day + 4 * day;
	return {
		hour: local.map((at) => (at - monday) / 3_600_000),
		monday: Number.isFinite(monday) ? new Date(monday).toISOString().slice(0, 10) : ''
	};
}

const day = 86_400_000;

/** What to add to an instant for the wall's clock, asked once for every quarter of an hour that occurs. */
function offsets(timeZone: string): (instant: number) => number {
	const format = new Intl.DateTimeFormat('en-u-hc-h23', {
		timeZone,
		...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' }
	});
	const known = new Map<number, number>();
	return (instant) => {
		const quarter = Math.floor(instant / 900_000) * 900_000;
		const found = known.get(quarter);
		if (found !== undefined) return found;
		const part = Object.fromEntries(
			format.formatToParts(quarter).map(({ type, value }) => [type, Number(value)])
		);
		const wall = Date.UTC(part.year!, part.month! - 1, part.day, part.hour, part.minute);
		known.set(quarter, wall - quarter);
		return wall - quarter;
	};
}
