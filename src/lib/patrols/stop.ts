/** One open case of a unit, as `api.patrol_work` gives it: what a patrol needs of it. */
export interface WorkCase {
	id: string;
	number: string;
	status: string;
	category: string;
	category_name: string;
	category_name_en: string | null;
	street: string | null;
	street_en: string | null;
	lng: number;
	lat: number;
	due_at: string | null;
	returned_count: number;
}

/** A street drawn by lot, so that streets nobody reports are still looked at. */
export interface CheckStreet {
	street_id: number;
	name: string;
	name_en: string | null;
	/** The middle of its longest segment. */
	lng: number;
	lat: number;
}

/** Why a stop is on the route. The first two are urgent: when not all fit, they go first. */
export type Why = 'overdue' | 'due_in_shift' | 'due_later' | 'no_limit' | 'check';

/** Anything a patrol can stop at. */
export interface Stop {
	/** `case <id>` or `check <street>`: the same stop in every computation. */
	key: string;
	why: Why;
	name: string | null;
	name_en: string | null;
	lng: number;
	lat: number;
	/** Null for a street drawn by lot. */
	case: WorkCase | null;
	due_at: string | null;
	/** Metres on foot from where the vehicle stops. */
	walk: number;
	/** The street the vehicle stops on when the nearest one is cut off from the network; null when it is not. */
	via: { name: string; name_en: string | null } | null;
}

export interface Shift {
	/** ISO time. */
	startsAt: string;
	hours: number;
	/** Minutes spent at each stop. */
	serviceMinutes: number;
}

export function shiftEnd({ startsAt, hours }: Shift): string {
	return new Date(Date.parse(startsAt) + hours * 3_600_000).toISOString();
}

export function caseStop(work: WorkCase, shift: Shift): Stop {
	return {
		key: `case ${work.id}`,
		why: whyOf(work.due_at, shift),
		name: work.street,
		name_en: work.street_en,
		lng: work.lng,
		lat: work.lat,
		case: work,
		due_at: work.due_at,
		walk: 0,
		via: null
	};
}

export function checkStop(street: CheckStreet): Stop {
	return {
		key: `check ${street.street_id}`,
		why: 'check',
		name: street.name,
		name_en: street.name_en,
		lng: street.lng,
		lat: street.lat,
		case: null,
		due_at: null,
		walk: 0,
		via: null
	};
}

function whyOf(dueAt: string | null, shift: Shift): Why {
	if (dueAt === null) return 'no_limit';
	if (Date.parse(dueAt) < Date.parse(shift.startsAt)) return 'overdue';
	return Date.parse(dueAt) <= Date.parse(shiftEnd(shift)) ? 'due_in_shift' : 'due_later';
}

/** The earliest limit first; what has none comes last, in a fixed order. */
export function byDue(a: Stop, b: Stop): number {
	const [dueA, dueB] = [a.due_at, b.due_at].map((due) => (due === null ? Infinity : Date.parse(due)));
	if (dueA === dueB) return a.key < b.key ? -1 : 1;
	return dueA! - dueB!;
}
