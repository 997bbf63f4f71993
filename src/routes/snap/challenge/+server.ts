import { getHome } from '#lib/database/home.server.ts';
import { hasLimits } from '#lib/reports/admission.server.ts';
import { readJson } from '#lib/reports/json-body.ts';
import { answering, fieldProblem, otherMethods } from '#lib/reports/problem-document.ts';
import { makeChallenge } from '#lib/reports/proof-of-work.server.ts';
import { parseChallengeRequest } from '#lib/reports/sent-report.ts';
import { networkOf } from '#server/address.ts';
import type { RequestHandler } from './$types';

/** Hands out the work for one report. Nothing is remembered: all that a proof must fit is signed into the challenge. */
export const POST: RequestHandler = ({ request, locals, getClientAddress }) =>
	answering(locals.language, async () => {
		const parsed = parseChallengeRequest(await readJson(request));
		if (!parsed.ok) throw fieldProblem(parsed.errors);
		const { report_id, level } = parsed.value;
		const network = hasLimits() ? networkOf(getClientAddress()) : '';
		const challenge = await makeChallenge(getHome().secret, report_id, level, network);
		return Response.json(challenge, { headers: { 'cache-control': 'no-store' } });
	});

export const fallback: RequestHandler = otherMethods('POST');
