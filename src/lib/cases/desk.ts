import type { Positioned } from '#lib/live/reconcile.ts';
import type { CaseDetail, CaseRow } from './case.ts';
import type { PartKey } from './case-filter.ts';
import type { Filters } from './filters.ts';
import type { ReportDetail, ReportRow } from './incoming.ts';

/** What the desk's list pane shows, read at one moment. */
export interface DeskLists {
	/** Where the log stood just before the lists were read: they hold at least everything up to it. */
	position: Positioned;
	/** The server's clock, in milliseconds: of two readings the later one counts. */
	readAt: number;
	filters: Filters;
	reports: ReportRow[];
	cases: CaseRow[];
	totals: { received: number; to_verify: number; cases: number };
	/** Of the cases: whether there are more than were counted, where the next page begins, and which parts of the filter empty it. */
	more: { isMore: boolean; next: string | null; emptiedBy: PartKey[] };
}

/** Which report or case is open beside the list. */
export interface OpenPlace {
	kind: 'reports' | 'cases';
	id: string;
}

/** What `/desk/now` answers: the lists again, and what is open when that was asked for. */
export interface DeskAnswer {
	lists: DeskLists;
	report: ReportDetail | null;
	detail: CaseDetail | null;
}
