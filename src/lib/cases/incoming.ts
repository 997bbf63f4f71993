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
}

export interface Duplicate {
	case_id: string;
	number: string;
	distance_m: number;
	age_days: number;
	status: CaseStatus;
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
