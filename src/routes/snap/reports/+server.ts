import { ApiProblem } from '#lib/database/problem.ts';
import { readJson } from '#lib/reports/json-body.ts';
import { answering, fieldProblem, otherMethods } from '#lib/reports/problem-document.ts';
import { acceptReport } from '#lib/reports/reports.server.ts';
import { parseSentReport } from '#lib/reports/sent-report.ts';
import type { RequestHandler } from './$types';

/**
 * Takes one report from the form or its outbox, in a citizen's name or in that of the member of staff it names. A stranger brings
 * a proof of work (428 says which); a report that is here already gets its receipt again without one.
 */
export const POST: RequestHandler = ({ request, locals, getClientAddress }) =>
	answering(locals.language, async () => {
		const parsed = parseSentReport(await readJson(request));
		if (!parsed.ok) throw fieldProblem(parsed.errors);
		const { report, sent_at, proof, as } = parsed.value;
		// Saved by a member of staff and sent after they signed out, or while a colleague is signed in on the same phone: it
		// waits for them, and becomes neither a stranger's nor the colleague's.
		const author = typeof as === 'object' && as.staff === locals.staff?.id ? locals.staff : null;
		if (as !== 'citizen' && !author) throw new ApiProblem(409, 'signed_out');
		const receipt = await acceptReport(report, {
			source: 'citizen',
			level: 1,
			proof: proof ?? null,
			address: getClientAddress(),
			sentAt: Date.parse(sent_at),
			...(author && { accessToken: author.accessToken })
		});
		const { created, ...answer } = receipt;
		return Response.json(answer, { status: created ? 201 : 200, headers: { 'cache-control': 'no-store' } });
	});

export const fallback: RequestHandler = otherMethods('POST');
