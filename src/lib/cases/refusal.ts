import type { ApiProblem } from '#lib/database/problem.ts';
import { m, type Locale } from '#lib/i18n/messages.ts';
import { problemSentence } from '#lib/reports/problem-document.ts';
import { photoFault } from './proof.ts';
import type { Typed } from './words.ts';

/** A refused form on its way back: which form, what was typed, and a kind sentence about what to do. */
export interface Refusal {
	/** 'decide:file', 'move:close', 'attach': the form the answer belongs to. */
	about: string;
	code: string;
	sentence: string;
	/** The field the sentence is about, when it is about one. */
	field: string | null;
	typed: Typed;
}

type Sentence = (p: object, o: { locale: Locale }) => string;

/** Refusals that mean something particular at the desk; all others have their sentence among the problems. */
const sentences: Record<string, Sentence> = {
	role_needed: m.desk_problem_role_needed,
	not_your_unit: m.desk_problem_not_your_unit,
	handled_it: m.desk_problem_handled_it,
	dispatched_it: m.desk_problem_dispatched_it,
	verified_it: m.desk_problem_verified_it,
	case_changed: m.desk_problem_case_changed,
	case_not_open: m.desk_problem_case_not_open,
	not_allowed_now: m.desk_problem_not_allowed_now,
	reason_needed: m.desk_problem_reason_needed,
	permitted_line_reason_needed: m.desk_problem_permitted_line_reason_needed,
	unknown_reason: m.desk_problem_reason_needed,
	note_needed: m.desk_problem_note_needed,
	unit_needed: m.desk_problem_unit_needed,
	unknown_area: m.desk_problem_unit_needed,
	review_date_needed: m.desk_problem_review_date_needed,
	case_needed: m.desk_problem_case_needed,
	photo_missing: m.desk_problem_photo_missing,
	not_found: m.desk_problem_not_found,
	request_id_taken: m.desk_problem_request_id_taken
};

export function refusalOf(problem: ApiProblem, about: string, typed: Typed, locale: Locale): Refusal {
	const { code, detail } = problem;
	const field = typeof detail.field === 'string' ? detail.field : null;
	return { about, code, field, typed, sentence: sentenceFor(problem, locale) };
}

function sentenceFor({ code, detail }: ApiProblem, locale: Locale): string {
	if (code === 'proof_needed') {
		const faults = Array.isArray(detail.faults)
			? detail.faults.filter((fault) => typeof fault === 'string')
			: [];
		if (faults.length === 0) return m.desk_problem_proof_needed({}, { locale });
		const why = faults.map((fault) => photoFault(fault, locale)).join(locale === 'en' ? '; ' : '；');
		return m.desk_problem_proof_faults({ why }, { locale });
	}
	return sentences[code]?.({}, { locale }) ?? problemSentence(code, locale, detail);
}

/** What is wrong with one field of the form that was refused. */
export function faultOf(refusal: Refusal | null, field: string): string | null {
	return refusal?.field === field ? refusal.sentence : null;
}
