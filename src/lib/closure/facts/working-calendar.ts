import { factEpoch } from './fact-time.ts';

/** When the city works, as `api.fact_setting` tells it. */
export interface WorkingHours {
	/** IANA name. */
	time_zone: string;
	/** ISO weekday (1 Monday) and seconds of the local day. */
	working_hours: { weekday: number; starts: number; ends: number }[];
	/** Local days that differ from their weekday: holidays (false) and 调休 working weekends (true, Monday's hours). */
	working_days: Record<string, boolean>;
}

const daySeconds = 86_400;
const weekSeconds = 7 * daySeconds;
/** Days are counted from 2000-01-01, a Saturday; the calendar runs from 1931 to 2068, as fact seconds do. */
const firstDay = -24_856;
const lastDay = 24_857;

/**
 * Working time between two moments, each answer in a few steps whatever the distance: the working seconds before every local
 * day are summed once. The same sum as `private.working_slots` in SQL, in wall-clock seconds of the city.
 */
export class WorkingCalendar {
	/** Working seconds before local day d, at d − firstDay. */
	readonly #before: Float64Array;
	/** Whose weekday's hours local day d keeps (0: none), at d − firstDay. */
	readonly #kept: Uint8Array;
	readonly #slots: (readonly [starts: number, ends: number])[][];
	readonly #changes: readonly { since: number; offset: number }[];

	constructor({ time_zone, working_hours, working_days }: WorkingHours) {
		this.#slots = Array.from({ length: 8 }, (_, weekday) =>
			working_hours.flatMap((slot) => (slot.weekday === weekday ? [[slot.starts, slot.ends] as const] : []))
		);
		const days = lastDay - firstDay + 1;
		this.#kept = Uint8Array.from({ length: days }, (_, i) => ((((i + firstDay + 5) % 7) + 7) % 7) + 1);
		for (const [day, works] of Object.entries(working_days)) {
			const at = (Date.parse(`${day}T00:00:00Z`) / 1000 - factEpoch) / daySeconds - firstDay;
			if (at >= 0 && at < days) this.#kept[at] = works ? 1 : 0;
		}
		this.#before = new Float64Array(days + 1);
		for (let i = 0; i < days; i += 1) {
			const worked = this.#slots[this.#kept[i]!]!.reduce((sum, [starts, ends]) => sum + ends - starts, 0);
			this.#before[i + 1] = this.#before[i]! + worked;
		}
		this.#changes = offsetChanges(time_zone);
	}

	/** Working seconds from one moment to another, both in fact seconds; 0 when the second is not later. */
	between(since: number, until: number): number {
		return until <= since ? 0 : this.#until(until) - this.#until(since);
	}

	#until(at: number): number {
		const local = at + this.#offset(at);
		const day = Math.max(firstDay, Math.min(lastDay, Math.floor(local / daySeconds)));
		const second = local - day * daySeconds;
		let worked = this.#before[day - firstDay]!;
		for (const [starts, ends] of this.#slots[this.#kept[day - firstDay]!]!) {
			worked += Math.max(0, Math.min(second, ends) - starts);
		}
		return worked;
	}

	#offset(at: number): number {
		let i = this.#changes.length - 1;
		while (i > 0 && this.#changes[i]!.since > at) i -= 1;
		return this.#changes[i]!.offset;
	}
}

/** Since when (fact seconds) the zone is how many seconds ahead of UTC, from 1931 on; to the second, as the zone's rules have it. */
function offsetChanges(timeZone: string): { since: number; offset: number }[] {
	const clock = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset', year: 'numeric' });
	const offsetAt = (at: number) => {
		const text = clock.format((at + factEpoch) * 1000);
		const [, sign, hours, minutes, seconds] = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(text) ?? [];
		return (
			(sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0))
		);
	};
	const first = firstDay * daySeconds;
	const changes = [{ since: first, offset: offsetAt(first) }];
	for (let at = first; at < lastDay * daySeconds; at += weekSeconds) {
		const offset = offsetAt(at + weekSeconds);
		if (offset === changes.at(-1)!.offset) continue;
		let [before, after] = [at, at + weekSeconds];
		while (after - before > 1) {
			const middle = Math.floor((before + after) / 2);
			if (offsetAt(middle) === offset) after = middle;
			else before = middle;
		}
		changes.push({ since: after, offset });
	}
	return changes;
}
