import type {
	AreaFigures,
	FlowDay,
	NextDue,
	OverdueBand,
	StreetFigures,
	Totals,
	WallEvent,
	WallFrame
} from './frame.ts';
import type { Positioned } from './reconcile.ts';

/** The parts of the wall's snapshot that frames keep current. */
export interface LiveWall extends Positioned {
	taken_at: string;
	totals: Totals;
	streets: StreetFigures[];
	areas: AreaFigures[];
	recent: WallEvent[];
	flow: FlowDay[];
	overdue: OverdueBand[];
	next_due: NextDue | null;
}

const recentShown = 12;
const flowShown = 14;

/** The wall with a frame's news: figures are absolute, so each replaces what stood there. */
export function applyWallFrame<S extends LiveWall>(shown: S, frame: WallFrame): S {
	// What arrives is what citizens and inspectors report; a case's moves show in the numbers.
	const newest = frame.events.filter((event) => event.kind === 'report.received').reverse();
	return {
		...shown,
		taken_at: frame.at,
		totals: frame.totals,
		streets: merge(shown.streets, frame.streets, (street) => street.street_id),
		areas: merge(shown.areas, frame.areas, (area) => area.area_id),
		recent: [...newest, ...shown.recent].slice(0, recentShown),
		flow: mergeDay(shown.flow, frame.flow_today),
		overdue: frame.overdue,
		next_due: frame.next_due
	};
}

/** Unchanged rows stay the same objects; names a row already has are kept, as frames carry only numbers. */
function merge<T extends object>(rows: T[], changed: readonly T[], id: (row: T) => number): T[] {
	if (changed.length === 0) return rows;
	const byId = new Map(changed.map((row) => [id(row), row]));
	const merged = rows.map((row) => {
		const news = byId.get(id(row));
		byId.delete(id(row));
		return news ? { ...row, ...news } : row;
	});
	return [...merged, ...byId.values()];
}

function mergeDay(flow: FlowDay[], today: FlowDay): FlowDay[] {
	return [...flow.filter((day) => day.day !== today.day), today]
		.sort((a, b) => (a.day < b.day ? -1 : 1))
		.slice(-flowShown);
}
