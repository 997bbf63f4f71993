import type { RuleWords } from '#lib/dispatch/rule.ts';
import { m } from '#lib/i18n/messages.ts';

/** The states of a case (案件), in the order they are passed. */
export const caseStatuses = [
	'filed',
	'dispatched',
	'handling',
	'handled',
	'returned',
	'suspended',
	'reassigned',
	'closed',
	'voided'
] as const;
export type CaseStatus = (typeof caseStatuses)[number];

/** Open: the city still owes something. */
export const openStatuses: readonly CaseStatus[] = caseStatuses.filter((status) => !isOver(status));

export function isOver(status: CaseStatus): boolean {
	return status === 'closed' || status === 'voided';
}

export type TrafficLight = 'green' | 'yellow' | 'red';

export interface CategoryOf {
	category: string;
	category_name: string;
	category_name_en: string | null;
}
export interface GroundOf {
	street_id: number | null;
	street: string | null;
	street_en: string | null;
	area_id: number | null;
	area: string | null;
	area_en: string | null;
}

export interface CaseRow extends CategoryOf, GroundOf {
	id: string;
	number: string;
	status: CaseStatus;
	version: number;
	unit_id: number | null;
	unit: string | null;
	unit_en: string | null;
	lng: number;
	lat: number;
	filed_at: string;
	dispatched_at: string | null;
	due_at: string | null;
	closed_at: string | null;
	traffic_light: TrafficLight | null;
	returned_count: number;
	report_count: number;
	closed_without_proof: boolean;
	is_flagged: boolean;
}

export type PhotoRole = 'near' | 'wide' | 'before' | 'after';
export interface Photo {
	sha256: string;
	role: PhotoRole;
	state: 'withheld' | 'covered' | 'cleared';
	present: boolean;
	taken_at: string | null;
	lng: number | null;
	lat: number | null;
	evidence_id: string;
	recorded_at: string;
	/** Cases only: why an after-photo does not prove the closure; null when it does. */
	proof_fault?: string | null;
}

/** One line of the log about a report or a case, with the words that belong to it. */
export interface TimelineEntry {
	position: number;
	kind: string;
	at: string;
	occurred_at: string;
	actor: string | null;
	role: string | null;
	before: Record<string, unknown> | null;
	after: Record<string, unknown> | null;
	reason_code: string | null;
	reason: string | null;
	reason_en: string | null;
	note: string | null;
}

export interface Reason {
	code: string;
	name: string;
	name_en: string | null;
}

/** Why this unit and duty area: the matched rule, the runner-up, and whether the pin is too close to a border to tell. */
export interface Suggestion {
	unit_id: number | null;
	unit: string | null;
	unit_en: string | null;
	area_id: number | null;
	area: string | null;
	area_en: string | null;
	rule: 'rule' | 'duty_area' | 'category_default' | 'none' | null;
	border_m: number | null;
	/** The rule with the words it had then. Suggestions stored before there were rules have none of what follows. */
	matched?: RuleWords | null;
	/** Of the rules in force; 0 while there were only the built-in ones. */
	rule_version?: number;
	/** The area that decided, as it was drawn then. */
	polygon?: {
		area_id: number;
		area_version_id: number;
		kind: string;
		name: string;
		name_en: string | null;
		border_m: number;
	} | null;
	/** The nearest boundary that would change anything. */
	boundary_m?: number | null;
	runner_up: {
		/** Beyond a boundary, or the next rule that names somebody else. */
		by?: 'area' | 'rule';
		position?: number | null;
		area_id: number | null;
		area: string | null;
		area_en: string | null;
		unit_id: number | null;
		unit: string | null;
		unit_en: string | null;
		border_m: number | null;
	} | null;
	ambiguous: boolean;
}

/** What the dispatcher then chose, kept beside what was suggested. */
export interface StoredChoice {
	chosen_unit_id: number | null;
	chosen_area_id: number | null;
	followed: boolean | null;
}

/** `api.dispatch_reason`: why a case is where it is, or where it should go. */
export interface DispatchReason {
	status: CaseStatus;
	is_dispatched: boolean;
	/** By today's rules and areas; of a dispatched case at the moment of its dispatch. */
	suggestion: Suggestion;
	stored: (Suggestion & StoredChoice) | null;
	/** Today's suggestion names neither its unit nor the one suggested then. */
	differs: boolean;
	outline: {
		area_id: number;
		name: string;
		name_en: string | null;
		is_current: boolean;
		geometry: unknown;
	} | null;
	may_correct: boolean;
	corrections: number;
}

export interface CaseDetail extends CaseRow {
	/** Whoever works on a case reads what was seen and when; only the desk learns which report said it. */
	reports: {
		id: string | null;
		number: number | null;
		recorded_at: string;
		source: string | null;
		description: string;
	}[];
	photos: Photo[];
	moves: MoveOffer[];
	dispatch: { suggestion: Suggestion | null; stored: (Suggestion & StoredChoice) | null };
	accuracy_m: number | null;
	segment_distance_m: number | null;
	handling_at: string | null;
	handled_at: string | null;
	review_at: string | null;
	disputed_count: number;
	confirmed: boolean | null;
	recurrence_of: string | null;
	has_proof: boolean;
	permitted_lines: { id: number; name: string; name_en: string | null }[];
	events: TimelineEntry[];
}

/** `request`: made by approving what the unit asked for, in the form of that request. */
export type Need = 'unit' | 'reason' | 'note' | 'review_at' | 'proof' | 'request';

/** A move as the database offers it to this person now; a refused one says why. */
export interface MoveOffer {
	move: string;
	to_status: CaseStatus;
	allowed: boolean;
	why_not: string | null;
	needs: Need[];
	reasons: Reason[];
}

const statusNames: Record<CaseStatus, () => string> = {
	filed: () => m.desk_status_filed(),
	dispatched: () => m.desk_status_dispatched(),
	handling: () => m.desk_status_handling(),
	handled: () => m.desk_status_handled(),
	returned: () => m.desk_status_returned(),
	suspended: () => m.desk_status_suspended(),
	reassigned: () => m.desk_status_reassigned(),
	closed: () => m.desk_status_closed(),
	voided: () => m.desk_status_voided()
};

export function isCaseStatus(text: unknown): text is CaseStatus {
	return caseStatuses.some((status) => status === text);
}

export function statusName(status: CaseStatus): string {
	return statusNames[status]?.() ?? status;
}

/** What the remaining time's light says in words; colour alone says nothing to one reader in twelve. */
export function lightName(light: TrafficLight): string {
	if (light === 'green') return m.desk_light_green();
	return light === 'yellow' ? m.desk_light_yellow() : m.desk_light_red();
}
