import { ApiProblem, type Json } from '#lib/database/problem.ts';
import { m, type Locale } from '#lib/i18n/messages.ts';
import type { FieldError } from './report.ts';

type Sentence = (values: Record<string, Json | undefined>, options: { locale: Locale }) => string;
const sentences = m as unknown as Record<string, Sentence | undefined>;

/** What went wrong and what to do about it, in the reader's language. */
export function problemSentence(code: string, locale: Locale, detail: Record<string, Json> = {}): string {
	const sentence = sentences[`problem_${code}`] ?? sentences.problem_refused;
	return sentence?.(detail, { locale }) ?? code;
}

/** A refusal that names the fields it is about. */
export function fieldProblem(errors: FieldError[]): ApiProblem {
	return new ApiProblem(422, 'bad_report', { errors: errors.map((error) => ({ ...error })) });
}

/** The fields a refusal is about: our own list, or the one field the database named. */
export function fieldErrors(problem: ApiProblem): FieldError[] {
	const { errors, field } = problem.detail;
	if (Array.isArray(errors)) return errors as unknown as FieldError[];
	return typeof field === 'string' ? [{ pointer: `/${field}`, code: problem.code }] : [];
}

/** The answer to a machine: an RFC 9457 problem document. */
export function problemResponse(
	problem: ApiProblem,
	locale: Locale,
	headers: Record<string, string> = {}
): Response {
	const errors = fieldErrors(problem).map((error) => ({
		...error,
		detail: problemSentence(error.code, locale)
	}));
	const { hint, bbox, level } = problem.detail;
	const retryAfter = Number(problem.detail.retry_after);
	const document = {
		type: `urn:kerbside:problem:${problem.code}`,
		title: sentences[`problem_title_${problem.status}`]?.({}, { locale }) ?? problem.code,
		status: problem.status,
		detail: problemSentence(problem.code, locale, problem.detail),
		code: problem.code,
		...(errors.length ? { errors } : {}),
		...(hint === undefined ? {} : { hint }),
		...(bbox === undefined ? {} : { bbox }),
		...(level === undefined ? {} : { level })
	};
	return Response.json(document, {
		status: problem.status,
		headers: {
			'content-type': 'application/problem+json',
			'content-language': locale,
			'cache-control': 'no-store',
			vary: 'accept-language, cookie',
			...(retryAfter > 0 ? { 'retry-after': String(Math.ceil(retryAfter)) } : {}),
			...headers
		}
	});
}

/** Runs a handler; what it refuses becomes a problem document, what it did not expect goes on to the error log. */
export async function answering(locale: Locale, handler: () => Promise<Response>): Promise<Response> {
	try {
		return await handler();
	} catch (error) {
		if (error instanceof ApiProblem) return problemResponse(error, locale);
		throw error;
	}
}

/** The answer to a method a resource does not have. `allowed` is what it has. */
export function methodNotAllowed(allowed: string, locale: Locale): Response {
	return problemResponse(new ApiProblem(405, 'method_not_allowed', {}), locale, { allow: allowed });
}

/** OPTIONS tells what there is; every other method that is not `allowed` is refused with the same list. */
export function otherMethods(allowed: string) {
	return ({ request, locals }: { request: Request; locals: { language: Locale } }): Response => {
		const list = `${allowed}, OPTIONS`;
		if (request.method === 'OPTIONS') return new Response(null, { status: 204, headers: { allow: list } });
		const refusal = methodNotAllowed(list, locals.language);
		return request.method === 'HEAD'
			? new Response(null, { status: 405, headers: refusal.headers })
			: refusal;
	};
}
