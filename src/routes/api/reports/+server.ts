import { readJson } from '#lib/reports/json-body.ts';
import { answering, otherMethods } from '#lib/reports/problem-document.ts';
import { acceptReport } from '#lib/reports/reports.server.ts';
import type { RequestHandler } from './$types';

/**
 * Takes one report. The same id and body again get the same code and PIN; another body under that id is refused. Without
 * a proof of work in `x-proof` (see GET /api/city) an address has a small share, and somebody looks on site first.
 */
export const POST: RequestHandler = ({ request, locals, getClientAddress }) =>
	answering(locals.language, async () => {
		const proof = request.headers.get('x-proof')?.trim() || null;
		const receipt = await acceptReport(await readJson(request), {
			source: 'api',
			level: 0,
			proof,
			address: getClientAddress()
		});
		const { created, ...answer } = receipt;
		return Response.json(answer, { status: created ? 201 : 200, headers: { 'cache-control': 'no-store' } });
	});

export const fallback: RequestHandler = otherMethods('POST');
