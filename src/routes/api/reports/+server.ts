import { readJson } from '#lib/reports/json-body.ts';
import { answering, otherMethods } from '#lib/reports/problem-document.ts';
import { acceptReport } from '#lib/reports/reports.server.ts';
import type { RequestHandler } from './$types';

/** Takes one report. The same id and body again get the same code and PIN; another body under that id is refused. */
export const POST: RequestHandler = ({ request, locals }) =>
	answering(locals.language, async () => {
		const receipt = await acceptReport(await readJson(request), 'api');
		const { created, ...answer } = receipt;
		return Response.json(answer, { status: created ? 201 : 200, headers: { 'cache-control': 'no-store' } });
	});

export const fallback: RequestHandler = otherMethods('POST');
