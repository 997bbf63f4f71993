import { m } from '#lib/i18n/messages.ts';
import type { CaseStatus, CategoryOf, GroundOf, Photo, Reason, TimelineEntry } from './case.ts';

/** A report (上报) as the desk meets it, on its way to becoming a case. */
export type ReportStatus = 'received' | 'to_verify' | 'filed' | 'declined';
export const undecidedStatuses: readonly ReportStatus[] = ['received', 'to_verify'];

export interface ReportRow extends CategoryOf, GroundOf {
	id: string;
	number: number;
	status: ReportStatus;
	source: string;
	lng: number;
	lat: number;
	accuracy_m: number | null;
	observed_at: string;
	recorded_at: string;
	photo_count: number;
	possible_duplicates: number;
	description: string;
	case_id: string | null;
	/** What stood against abuse when it came. */
	proof: 'work' | 'staff' | 'none' | 'trusted';
	wide_skipped: 'unsafe' | 'no_room' | 'same_view' | 'other' | null;
	/** How far the device's own fix lay from the place that was set by hand. */
	fix: { distance_m: number; accuracy_m: number | null } | null;
	/** The case its sender said it is. */
	suggested_case: { id: string; number: string } | null;
	/** Who has it open just now. */
	lease: Lease | null;
}

/** Somebody has a report open. Only colleagues at the desk learn who. */
export interface Lease {
	report_id: string;
	is_mine: boolean;
	by: string | null;
	since: string;
	until: string;
}

export interface Duplicate {
	case_id: string;
	number: string;
	distance_m: number;
	age_days: number;
	status: CaseStatus;
}

/** An open case around a place; `is_duplicate`: of the same category, near and fresh enough to be the same matter. */
export interface NearCase extends Duplicate, CategoryOf {
	street: string | null;
	street_en: string | null;
	lng: number;
	lat: number;
	is_duplicate: boolean;
	report_count: number;
	/** The SHA-256 of a photo of it. */
	photo: string | null;
}

export interface Around {
	cases: NearCase[];
	permitted_lines: { id: number; name: string; name_en: string | null }[];
}

/** How many earlier reports came from the same account or caller, and what became of them; never whose they are. */
export interface ReporterHistory {
	by: 'account' | 'caller';
	earlier: number;
	filed: number;
	declined: number;
}

/** The category that the words of a description speak for, and which words. */
export interface SuggestedCategory {
	category: string;
	name: string;
	name_en: string | null;
	terms: string[];
}

interface Related {
	id: string;
	number: number;
}

export interface DecisionOffer {
	decision: string;
	allowed: boolean;
	why_not: string | null;
	needs: string[];
	reasons: Reason[];
}

/** What became of a report: all that a decider learns who may no longer read it. */
export interface Decided {
	id: string;
	number: number;
	status: ReportStatus;
	case_id: string | null;
	case_number: string | null;
	/** Until when who decided may take it back; null when they may not (any more). */
	undo_until: string | null;
}

export interface ReportDetail extends ReportRow {
	segment_distance_m: number | null;
	areas: {
		id: number;
		name: string;
		name_en: string | null;
		kind: string;
		holds: boolean;
		border_m: number;
	}[];
	photos: Photo[];
	duplicates: Duplicate[];
	nearby: NearCase[];
	/** Null of a stranger: nobody can know. */
	history: ReporterHistory | null;
	suggested_category: SuggestedCategory | null;
	split_from: Related | null;
	splits: Related[];
	undo_until: string | null;
	can_split: boolean;
	/** When it may be taken out of its case again: with one of these reasons. */
	unmerge: { reasons: Reason[] } | null;
	permitted_lines: { id: number; name: string; name_en: string | null }[];
	decisions: DecisionOffer[];
	events: TimelineEntry[];
}

const statusNames: Record<ReportStatus, () => string> = {
	received: () => m.desk_report_received(),
	to_verify: () => m.desk_report_to_verify(),
	filed: () => m.desk_report_filed(),
	declined: () => m.desk_report_declined()
};
const sourceNames: Record<string, () => string> = {
	citizen: () => m.desk_source_citizen(),
	volunteer: () => m.desk_source_volunteer(),
	inspector: () => m.desk_source_inspector(),
	hotline: () => m.desk_source_hotline(),
	api: () => m.desk_source_api(),
	import: () => m.desk_source_import()
};

export function isReportStatus(text: unknown): text is ReportStatus {
	return typeof text === 'string' && text in statusNames;
}

export function reportStatusName(status: ReportStatus): string {
	return statusNames[status]?.() ?? status;
}

export function sourceName(source: string): string {
	return sourceNames[source]?.() ?? source;
}

const wideSkips: Record<NonNullable<ReportRow['wide_skipped']>, () => string> = {
	unsafe: () => m.desk_wide_unsafe(),
	no_room: () => m.desk_wide_no_room(),
	same_view: () => m.desk_wide_same_view(),
	other: () => m.desk_wide_other()
};

/** Why there is no photo from further away. */
export function wideSkipName(reason: NonNullable<ReportRow['wide_skipped']>): string {
	return wideSkips[reason]();
}

const areaKinds: Record<string, () => string> = {
	duty_grid: () => m.desk_area_duty_grid(),
	unit_grid: () => m.desk_area_unit_grid(),
	market: () => m.desk_area_market(),
	frontage: () => m.desk_area_frontage(),
	corridor: () => m.desk_area_corridor(),
	key_place: () => m.desk_area_key_place(),
	permitted_line: () => m.desk_area_permitted_line()
};

export function areaKindName(kind: string): string {
	return areaKinds[kind]?.() ?? kind;
}
