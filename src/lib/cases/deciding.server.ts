import { createHash } from 'node:crypto';
import { ApiProblem } from '#lib/database/problem.ts';
import type { Locale } from '#lib/i18n/messages.ts';
import { decideReport, findCase, undoDecision } from './cases.server.ts';
import { readDecision, type DecisionRequest } from './decision.ts';
import type { Decided } from './incoming.ts';
import { mostAtOnce, type Outcome } from './outcome.ts';
import { refusalOf } from './refusal.ts';
import { isUuid, uuidOf, wordsOf } from './words.ts';

/** A step's own id for each report it is made on: sent twice, each is decided once. */
export function requestIdFor(base: string, report: string): string {
	const hex = createHash('sha256').update(`${base} ${report}`).digest('hex');
	return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function namedIn(form: FormData): string[] {
	const ids = [...new Set(form.getAll('report_id'))].filter(isUuid);
	if (ids.length === 0) throw new ApiProblem(422, 'nothing_selected', { field: 'report_id' });
	if (ids.length > mostAtOnce) throw new ApiProblem(422, 'too_many_selected', { longest: mostAtOnce });
	return ids;
}

/**
 * One decision about several reports, each for itself: what is refused is named with its reason, the others are done. `into=first`
 * files the first of them and adds the others to its case.
 */
export async function decideSeveral(accessToken: string, form: FormData, locale: Locale): Promise<Outcome[]> {
	const ids = namedIn(form);
	const base = uuidOf(form, 'request_id');
	const request = readDecision(form);
	if (!request) throw new ApiProblem(422, 'bad_request');
	const isTogether = request.decision === 'merge' && form.get('into') === 'first';
	if (request.decision === 'merge' && !isTogether) {
		request.case_id ??= await findCase(accessToken, wordsOf(form, 'case_number') ?? '');
	}
	const numbers = new Map(ids.map((id, at) => [id, Number(form.getAll('number')[at]) || null]));
	const outcomes: Outcome[] = [];
	for (const id of ids) {
		const isFiled = isTogether && request.case_id === null;
		const asked: DecisionRequest = {
			...request,
			...(isFiled ? { decision: 'file' } : {}),
			request_id: base && requestIdFor(base, id)
		};
		const outcome = await outcomeOf(id, asked.decision, locale, () => decideReport(accessToken, id, asked));
		outcome.number ??= numbers.get(id) ?? null;
		outcomes.push(outcome);
		if (isFiled) {
			request.case_id = outcome.decided?.case_id ?? null;
			// Without the first there is no case for the others.
			if (request.case_id === null) break;
		}
	}
	return outcomes;
}

/** Takes back what the same person has just decided about several reports, the last first. */
export async function undoSeveral(accessToken: string, form: FormData, locale: Locale): Promise<Outcome[]> {
	const base = uuidOf(form, 'request_id');
	const outcomes: Outcome[] = [];
	for (const id of namedIn(form).reverse()) {
		const requestId = base && requestIdFor(base, id);
		outcomes.push(await outcomeOf(id, 'undo', locale, () => undoDecision(accessToken, id, requestId)));
	}
	return outcomes;
}

async function outcomeOf(
	id: string,
	decision: string,
	locale: Locale,
	work: () => Promise<Decided>
): Promise<Outcome> {
	try {
		const decided = await work();
		return { id, number: decided.number, decision, decided, refused: null };
	} catch (problem) {
		if (!(problem instanceof ApiProblem) || problem.status >= 500 || problem.status === 401) throw problem;
		const { code, sentence } = refusalOf(problem, decision, {}, locale);
		return { id, number: null, decision, decided: null, refused: { code, sentence } };
	}
}
