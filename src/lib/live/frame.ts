/**
 * What travels from the event log to a screen. A frame tells every viewer of one class the same thing, so it
 * holds only what each member of that class may read: the field lists below are allow-lists, and a column added
 * to the log stays at home until it is named here.
 */

/** wall: the whole city's numbers. desk: the whole city's cases. field: those who see only their own unit's or area's. */
export type ViewerClass = 'wall' | 'desk' | 'field';

export interface Place {
	lng: number;
	lat: number;
}

/** One entry of the log as `api.tail` gives it. The point lies on the street's line, never on the raw fix. */
export interface LoggedEvent {
	position: number;
	kind: string;
	at: string;
	occurred_at: string;
	report_id: string | null;
	case_id: string | null;
	case_number: string | null;
	street_id: number | null;
	street: string | null;
	street_en: string | null;
	segment_id: number | null;
	area_id: number | null;
	area: string | null;
	area_en: string | null;
	unit_id: number | null;
	category: string | null;
	category_name: string | null;
	category_name_en: string | null;
	status: string | null;
	point: Place | null;
	/** Where it stood before this event moved it, when it did: those numbers change too. */
	was_street_id?: number | null;
	was_area_id?: number | null;
}

const wallFields = [
	'position',
	'kind',
	'at',
	'occurred_at',
	'case_number',
	'street_id',
	'street',
	'street_en',
	'segment_id',
	'area_id',
	'area',
	'area_en',
	'unit_id',
	'category',
	'category_name',
	'category_name_en',
	'status',
	'point'
] as const satisfies readonly (keyof LoggedEvent)[];

const deskFields = [...wallFields, 'report_id', 'case_id'] as const satisfies readonly (keyof LoggedEvent)[];

/** Enough to know whether one's own list may have changed, and nothing of anybody else's cases. */
const fieldFields = [
	'position',
	'kind',
	'unit_id',
	'area_id'
] as const satisfies readonly (keyof LoggedEvent)[];

export type FieldEvent = Pick<LoggedEvent, (typeof fieldFields)[number]>;
export type WallEvent = Pick<LoggedEvent, (typeof wallFields)[number]>;
export type DeskEvent = Pick<LoggedEvent, (typeof deskFields)[number]>;

export interface TailPage {
	epoch: string;
	head: number;
	events: LoggedEvent[];
}

export interface Totals {
	received_today: number;
	filed_today: number;
	dispatched_today: number;
	closed_today: number;
	open: number;
	overdue: number;
	due: number;
	closed: number;
	on_time: number;
	verified: number;
	returned: number;
	received_total: number;
}

export interface StreetFigures {
	street_id: number;
	due: number;
	closed: number;
	on_time: number;
	verified: number;
	open: number;
	overdue: number;
	received: number;
}

export interface AreaFigures {
	area_id: number;
	due: number;
	closed: number;
	open: number;
	overdue: number;
	received: number;
}

export interface FlowDay {
	day: string;
	received: number;
	filed: number;
	closed: number;
}

/** Open cases past their limit, by how long ('<1d', '1-3d', '>3d'). */
export interface OverdueBand {
	band: string;
	cases: number;
}

export interface NextDue {
	number: string;
	due_at: string;
	street: string | null;
	street_en: string | null;
	category_name: string;
	category_name_en: string | null;
}

/** `api.wall_figures`: absolute numbers, so applying them twice or late changes nothing. */
export interface Figures {
	taken_at: string;
	period: { from: string; to: string };
	totals: Totals;
	streets: StreetFigures[];
	areas: AreaFigures[];
	flow_today: FlowDay;
	overdue: OverdueBand[];
	next_due: NextDue | null;
}

/** Covers the log from just after `from` up to and including `position`. */
export interface Frame {
	epoch: string;
	from: number;
	position: number;
	at: string;
}

export interface WallFrame extends Frame {
	events: WallEvent[];
	totals: Totals;
	streets: StreetFigures[];
	areas: AreaFigures[];
	flow_today: FlowDay;
	overdue: OverdueBand[];
	next_due: NextDue | null;
}

export interface DeskFrame extends Frame {
	events: DeskEvent[];
}

export interface FieldFrame extends Frame {
	events: FieldEvent[];
}

export function wallFrame(frame: Frame, events: readonly LoggedEvent[], figures: Figures): WallFrame {
	return {
		...frame,
		events: events.map((event) => pick(event, wallFields)),
		totals: figures.totals,
		streets: figures.streets,
		areas: figures.areas,
		flow_today: figures.flow_today,
		overdue: figures.overdue,
		next_due: figures.next_due
	};
}

export function deskFrame(frame: Frame, events: readonly LoggedEvent[]): DeskFrame {
	return { ...frame, events: events.map((event) => pick(event, deskFields)) };
}

export function fieldFrame(frame: Frame, events: readonly LoggedEvent[]): FieldFrame {
	return { ...frame, events: events.map((event) => pick(event, fieldFields)) };
}

/** The streets and areas whose numbers the batch may have moved, each once, in order. */
export function changedPlaces(events: readonly LoggedEvent[]): { streets: number[]; areas: number[] } {
	const streets = new Set<number>();
	const areas = new Set<number>();
	for (const event of events) {
		for (const street of [event.street_id, event.was_street_id])
			if (typeof street === 'number') streets.add(street);
		for (const area of [event.area_id, event.was_area_id]) if (typeof area === 'number') areas.add(area);
	}
	const ascending = (a: number, b: number) => a - b;
	return { streets: [...streets].sort(ascending), areas: [...areas].sort(ascending) };
}

/**
 * Imported rows are logged by the hundred thousand and `api.tail` gives no more of them than position and kind: there is
 * nothing to tell of each, only that the numbers have to be read again.
 */
export function isImported({ kind }: Pick<LoggedEvent, 'kind'>): boolean {
	return kind.endsWith('.imported');
}

function pick<K extends keyof LoggedEvent>(event: LoggedEvent, fields: readonly K[]): Pick<LoggedEvent, K> {
	const kept = {} as Pick<LoggedEvent, K>;
	for (const field of fields) kept[field] = event[field] ?? (null as LoggedEvent[K]);
	return kept;
}
