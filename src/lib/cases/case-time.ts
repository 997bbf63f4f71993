// What a case shows of time: the clock of each stage, whom its rungs told, what was asked for, and its flag.
import { localName, m } from '#lib/i18n/messages.ts';
import { roleName } from './timeline.ts';
import type { Reason, TrafficLight } from './case.ts';

export type Stage = 'registration' | 'dispatch' | 'handling' | 'verification';
export const stages: readonly Stage[] = ['registration', 'dispatch', 'handling', 'verification'];

export interface StageClock {
	stage: Stage;
	since: string;
	/** When the stage was done; null while its clock runs. */
	until: string | null;
	due_at: string | null;
	limit_hours: number | null;
	used_hours: number;
	light: TrafficLight | null;
	/** Years the limit runs through of which no holiday is known. */
	unknown_years: number[];
}

export type RequestKind = 'extension' | 'suspension' | 'hand_back';
export const requestKinds: readonly RequestKind[] = ['extension', 'suspension', 'hand_back'];
export type RequestState = 'asked' | 'approved' | 'refused' | 'withdrawn' | 'lapsed';

export interface CaseRequest {
	id: string;
	kind: RequestKind;
	state: RequestState;
	asked_at: string;
	/** Names of colleagues are for the desk and for oneself. */
	asked_by: string | null;
	is_mine: boolean;
	reason: string | null;
	reason_en: string | null;
	note: string | null;
	hours: number | null;
	review_at: string | null;
	stops_clock: boolean;
	decided_at: string | null;
	decided_by: string | null;
	decision: string | null;
	decision_en: string | null;
	decision_note: string | null;
	due_before: string | null;
	due_after: string | null;
	would_be_due: string | null;
	may_decide: boolean;
	why_not: string | null;
}

export interface CaseFlag {
	raised_at: string;
	returned_count: number;
	/** The person named to decide; null for those who do not read names. */
	decider: string | null;
	decision: 'keep' | 'clear' | null;
	decided_at: string | null;
	decided_by: string | null;
	reason: string | null;
	reason_en: string | null;
	note: string | null;
	may_decide: boolean;
	reasons: { keep_flag: Reason[]; clear_flag: Reason[] };
}

export interface CaseRung {
	rung: string;
	name: string;
	name_en: string | null;
	at: string;
	reached_at: string | null;
	whom: string[];
	told_count: number;
	told: string[] | null;
}

/** `api.case_time`. */
export interface CaseTime {
	light: TrafficLight | null;
	clocks: StageClock[];
	/** The limit before the first extension. */
	original_due: string | null;
	unknown_years: number[];
	/** What the reader may ask for now. */
	offers: { kind: RequestKind; name: string; name_en: string | null; reasons: Reason[] }[];
	requests: CaseRequest[];
	refusals: Reason[];
	flag: CaseFlag | null;
	rungs: CaseRung[];
	recurrences: { id: string; number: string; filed_at: string }[];
	/** How many closures at this place came before this case. */
	recurrence_count: number;
}

const stageNames: Record<Stage, () => string> = {
	registration: () => m.time_stage_registration(),
	dispatch: () => m.time_stage_dispatch(),
	handling: () => m.time_stage_handling(),
	verification: () => m.time_stage_verification()
};
export const stageName = (stage: Stage): string => stageNames[stage]();

const kindNames: Record<RequestKind, () => string> = {
	extension: () => m.time_kind_extension(),
	suspension: () => m.time_kind_suspension(),
	hand_back: () => m.time_kind_hand_back()
};
export const kindName = (kind: string): string => kindNames[kind as RequestKind]?.() ?? kind;

const kindAbouts: Record<RequestKind, () => string> = {
	extension: () => m.time_ask_extension_about(),
	suspension: () => m.time_ask_suspension_about(),
	hand_back: () => m.time_ask_hand_back_about()
};
export const kindAbout = (kind: RequestKind): string => kindAbouts[kind]();

const stateNames: Record<RequestState, () => string> = {
	asked: () => m.time_state_asked(),
	approved: () => m.time_state_approved(),
	refused: () => m.time_state_refused(),
	withdrawn: () => m.time_state_withdrawn(),
	lapsed: () => m.time_state_lapsed()
};
export const stateName = (state: RequestState): string => stateNames[state]();

/** Whom a rung tells: roles of the case's unit, of the unit above it, of the desk. */
export const whomCodes = ['team', 'unit_handler', 'parent', 'closer', 'office'] as const;
export const whomName = (code: string): string => (code === 'parent' ? m.time_whom_parent() : roleName(code));

/** Why somebody does not decide a request, in words. */
const whyNots: Record<string, () => string> = {
	asked_it: () => m.time_why_asked_it(),
	handled_it: () => m.time_why_handled_it(),
	dispatched_it: () => m.time_why_dispatched_it(),
	verified_it: () => m.time_why_verified_it()
};
export const whyNotDecide = (code: string | null): string | null => (code && whyNots[code]?.()) || null;

export const reasonOptions = (reasons: readonly Reason[]) =>
	reasons.map((reason) => ({ value: reason.code, label: localName(reason) }));

/** Working hours, as people write them: 7, 3.5, 0.25. */
export const hoursDigits = { maximumFractionDigits: 2 } as const;
