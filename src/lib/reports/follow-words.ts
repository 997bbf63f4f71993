import { m } from '#lib/i18n/messages.ts';
import type { Followed, Step } from './follow.ts';

const steps: Record<Step, () => string> = {
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

const states: Record<string, () => string> = {
	received: m.track_state_received,
	to_verify: m.track_state_to_verify,
	declined: m.track_state_declined,
	filed: m.track_state_filed,
	dispatched: m.track_state_dispatched,
	handling: m.track_state_handling,
	handled: m.track_state_handled,
	returned: m.track_state_returned,
	suspended: m.track_state_suspended,
	reassigned: m.track_state_reassigned,
	closed: m.track_state_closed,
	voided: m.track_state_voided
};

/** What happened, as one would tell it to the person who reported it. */
export function stepSentence(kind: string): string {
	return steps[kind as Step]?.() ?? '';
}

/** Where it stands now: the case's state once there is one, else the report's. */
export function stateSentence({ status, case_status }: Pick<Followed, 'status' | 'case_status'>): string {
	return states[case_status ?? status]?.() ?? '';
}
