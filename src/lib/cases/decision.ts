import { m } from '#lib/i18n/messages.ts';
import { uuidOf, wordsOf } from './words.ts';

/** What a registrar decides about a report. */
export const decisions = ['file', 'merge', 'verify', 'decline'] as const;
export type Decision = (typeof decisions)[number];

const names: Record<Decision, () => string> = {
	file: () => m.desk_decide_file(),
	merge: () => m.desk_decide_merge(),
	verify: () => m.desk_decide_verify(),
	decline: () => m.desk_decide_decline()
};

const explanations: Record<Decision, () => string> = {
	file: () => m.desk_about_file(),
	merge: () => m.desk_about_merge(),
	verify: () => m.desk_about_verify(),
	decline: () => m.desk_about_decline()
};

export function isDecision(text: unknown): text is Decision {
	return decisions.some((decision) => decision === text);
}

export function decisionName(decision: string): string {
	return isDecision(decision) ? names[decision]() : decision;
}

export function decisionExplanation(decision: string): string {
	return isDecision(decision) ? explanations[decision]() : '';
}

/** What `api.decide_report` is told. */
export interface DecisionRequest {
	decision: Decision;
	case_id: string | null;
	category: string | null;
	reason_code: string | null;
	note: string | null;
	request_id: string | null;
	/** Although a colleague has the report open. */
	despite_lease: true | null;
}

/** Reads a decision's form; null when it names none. */
export function readDecision(form: FormData): DecisionRequest | null {
	const decision = wordsOf(form, 'decision');
	if (!isDecision(decision)) return null;
	return {
		decision,
		case_id: decision === 'merge' ? uuidOf(form, 'case_id') : null,
		category: decision === 'file' ? wordsOf(form, 'category') : null,
		reason_code: wordsOf(form, 'reason_code'),
		note: wordsOf(form, 'note'),
		request_id: uuidOf(form, 'request_id'),
		despite_lease: form.get('despite_lease') === 'yes' ? true : null
	};
}
