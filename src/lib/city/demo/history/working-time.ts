import type { WorkingSlot } from '../office.ts';

/** Working time as the database keeps it: hours by weekday, and the days that differ from theirs. */
export interface WorkingTime {
	hours: readonly WorkingSlot[];
	days: readonly { day: string; is_workday: boolean }[];
}

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** The demo town's clock is Beijing time, which has kept the same distance to UTC all year since 1992. */
export const zoneOffset = 8 * hour;

/** Local midnight at or before a moment. */
export function dayStart(at: number): number {
	return Math.floor((at + zoneOffset) / day) * day - zoneOffset;
}

export function localHour(at: number): number {
	return Math.floor((at - dayStart(at)) / hour);
}

/** 1 is Monday. */
export function weekdayOf(at: number): number {
	return ((Math.floor((at + zoneOffset) / day) + 3) % 7) + 1;
}

/** Counts working hours from a moment on, as the database's own function does: slot by slot through the calendar. */
export class WorkingClock {
	readonly #slots = new Map<number, { starts: number; ends: number }[]>();
	readonly #days: ReadonlyMap<string, boolean>;

	constructor({ hours, days }: WorkingTime) {
		for (const { weekday, starts, ends } of hours) {
			const slots = this.#slots.get(weekday) ?? [];
			slots.push({ starts: clockTime(starts), ends: clockTime(ends) });
			this.#slots.set(
				weekday,
				slots.sort((a, b) => a.starts - b.starts)
			);
		}
		this.#days = new Map(days.map(({ day: date, is_workday }) => [date, is_workday]));
	}

	/** The moment `hours` working hours after `since`. Throws where 400 days hold too few. */
	after(since: number, hours: number): number {
		let left = hours * hour;
		const first = dayStart(since);
		for (let i = 0; i <= 400; i += 1) {
			const midnight = first + i * day;
			for (const { starts, ends } of this.#slotsOf(midnight)) {
				const begins = Math.max(since, midnight + starts);
				const room = midnight + ends - begins;
				if (room <= 0) continue;
				if (left <= room) return begins + left;
				left -= room;
			}
		}
		throw new Error(`The calendar holds no ${hours} working hours after ${new Date(since).toISOString()}.`);
	}

	#slotsOf(midnight: number): readonly { starts: number; ends: number }[] {
		const exception = this.#days.get(new Date(midnight + zoneOffset).toISOString().slice(0, 10));
		if (exception === false) return [];
		// A working weekend keeps Monday's hours.
		return this.#slots.get(exception ? 1 : weekdayOf(midnight)) ?? [];
	}
}

function clockTime(text: string): number {
	const [hours = 0, minutes = 0] = text.split(':').map(Number);
	return hours * hour + minutes * minute;
}
