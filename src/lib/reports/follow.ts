/** What a citizen may know of a report. */
export interface Followed {
	number: number;
	status: 'received' | 'filed' | 'to_verify' | 'declined';
	received_at: string;
	category: { name: string; name_en: string | null } | null;
	street: { name: string; name_en: string | null } | null;
	case_number: string | null;
	case_status: string | null;
	due_at: string | null;
	closed_at: string | null;
	/** The citizen's own answer to the closure, null before it. */
	confirmed: boolean | null;
	reason: { name: string; name_en: string | null } | null;
	timeline: { kind: string; at: string }[];
}

/** The steps a citizen is told of, in plain words (`track_step_…`); anything else that happened is the office's own affair. */
export const STEPS = [
	'report.received',
	'report.filed',
	'report.merged',
	'report.to_verify',
	'report.declined',
	'case.dispatched',
	'case.redispatched',
	'case.handling',
	'case.handled',
	'case.closed',
	'case.returned',
	'case.suspended',
	'case.resumed',
	'case.reassigned',
	'case.voided',
	'case.disputed',
	'case.confirmed'
] as const;
export type Step = (typeof STEPS)[number];

export function isStep(kind: string): kind is Step {
	return (STEPS as readonly string[]).includes(kind);
}

/** Only a closed case that the citizen has not yet answered for asks "solved?". */
export function canAnswer(followed: Followed): boolean {
	return followed.case_status === 'closed' && followed.confirmed !== true;
}
