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
	/** A closed case that was not answered "solved" asks. */
	can_answer: boolean;
	/** The public name of the covered photo of the closure. */
	closed_photo: string | null;
	/** `checking`: somebody has yet to cover or clear it; `none`: closed with a written reason; null: not closed. */
	closure_photo: 'shown' | 'checking' | 'none' | null;
	/** Where news goes: what kind it is, never where. */
	contacts: { id: string; kind: 'push' | 'email'; since: string }[];
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

/** Where a report stands, as one word: its case's state once there is one, else its own. */
export function stateOf({ status, case_status }: Pick<Followed, 'status' | 'case_status'>): string {
	return case_status ?? status;
}

/** A query code as it is compared: however it was typed or shown. */
export function sameCode(a: string, b: string): boolean {
	const bare = (code: string) =>
		code
			.normalize('NFKC')
			.toUpperCase()
			.replace(/[^0-9A-Z]/g, '')
			.replaceAll('O', '0')
			.replace(/[IL]/g, '1');
	return bare(a) === bare(b);
}
