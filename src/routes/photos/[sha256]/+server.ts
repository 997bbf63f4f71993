import { ApiProblem } from '#lib/database/problem.ts';
import { answering, otherMethods } from '#lib/reports/problem-document.ts';
import type { RequestHandler } from './$types';
import { answerStaffPhoto } from '../staff-photo.server.ts';

/** For staff alone: the derivative, or with ?original=<reason> the sealed original; who and why is written down. */
export const GET: RequestHandler = (event) =>
	answering(event.locals.language, async () => {
		const reason = event.url.searchParams.get('original')?.trim() ?? null;
		if (reason === '' && event.locals.staff) throw new ApiProblem(422, 'purpose_needed');
		const purpose = reason === null ? 'derivative' : `original: ${reason}`;
		return answerStaffPhoto(event, event.params.sha256, 'large', purpose);
	});

export const fallback: RequestHandler = otherMethods('GET, HEAD');
