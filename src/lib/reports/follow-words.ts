import { m, type Locale } from '#lib/i18n/messages.ts';
import { stateOf, type Followed, type Step } from './follow.ts';

type Sentence = (values?: object, options?: { locale?: Locale }) => string;

const steps: Record<Step, Sentence> = {
	'report.received': m.track_step_report_received,
	'report.filed': m.track_step_report_filed,
	'report.merged': m.track_step_report_merged,
	'report.to_verify': m.track_step_report_to_verify,
	'report.declined': m.track_step_report_declined,
	'case.dispatched': m.track_step_case_dispatched,
	'case.redispatched': m.track_step_case_redispatched,
	'case.handling': m.track_step_case_handling,
	'case.handled': m.track_step_case_handled,
	'case.closed': m.track_step_case_closed,
	'case.returned': m.track_step_case_returned,
	'case.suspended': m.track_step_case_suspended,
	'case.resumed': m.track_step_case_resumed,
	'case.reassigned': m.track_step_case_reassigned,
	'case.voided': m.track_step_case_voided,
	'case.disputed': m.track_step_case_disputed,
	'case.confirmed': m.track_step_case_confirmed
};

/** Where it stands now, and what comes next; the last word of a story has no next. */
const states: Record<string, [now: Sentence, next: Sentence | null]> = {
	received: [m.track_state_received, m.track_next_received],
	to_verify: [m.track_state_to_verify, m.track_next_to_verify],
	declined: [m.track_state_declined, null],
	filed: [m.track_state_filed, m.track_next_filed],
	dispatched: [m.track_state_dispatched, m.track_next_dispatched],
	handling: [m.track_state_handling, m.track_next_handling],
	handled: [m.track_state_handled, m.track_next_handled],
	returned: [m.track_state_returned, m.track_next_returned],
	suspended: [m.track_state_suspended, m.track_next_suspended],
	reassigned: [m.track_state_reassigned, m.track_next_reassigned],
	closed: [m.track_state_closed, null],
	voided: [m.track_state_voided, null]
};

/** What happened, as one would tell it to the person who reported it. */
export function stepSentence(kind: string, locale?: Locale): string {
	return steps[kind as Step]?.({}, locale ? { locale } : undefined) ?? '';
}

/** Where it stands now: the case's state once there is one, else the report's. */
export function stateSentence(followed: Pick<Followed, 'status' | 'case_status'>): string {
	return stateWord(stateOf(followed));
}

export function stateWord(state: string): string {
	return states[state]?.[0]() ?? '';
}

/** What happens next, and who does it. Empty when nothing does. */
export function nextSentence(followed: Pick<Followed, 'status' | 'case_status' | 'confirmed'>): string {
	const state = stateOf(followed);
	// Answered "not solved": it is the answer that is looked into, not the unit's word.
	if (state === 'handled' && followed.confirmed === false) return m.track_next_disputed();
	return states[state]?.[1]?.() ?? '';
}
