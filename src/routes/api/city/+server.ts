import { createHash } from 'node:crypto';
import { answering, otherMethods } from '#lib/reports/problem-document.ts';
import { intakeCity } from '#lib/reports/reports.server.ts';
import type { RequestHandler } from './$types';

/** How a machine proves work: the challenge is altcha's (SCRYPT), the solved payload goes beside the report. */
const proof = {
	challenge: '/snap/challenge',
	asks: { report_id: 'the id of the report', level: '1, or 2 when a 428 says so' },
	header: 'x-proof'
};

/** What a client must know to send a report: where the city is and what its categories are called. */
export const GET: RequestHandler = ({ request, locals }) =>
	answering(locals.language, async () => {
		const { name, name_en, center, bbox, time_zone, is_demo, categories } = await intakeCity();
		const body = JSON.stringify({ name, name_en, center, bbox, time_zone, is_demo, categories, proof });
		const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
		const headers = { etag, 'cache-control': 'public, max-age=60', 'content-type': 'application/json' };
		const isKnown = (request.headers.get('if-none-match') ?? '')
			.split(',')
			.some((tag) => tag.trim().replace(/^W\//, '') === etag || tag.trim() === '*');
		return isKnown ? new Response(null, { status: 304, headers }) : new Response(body, { headers });
	});

export const fallback: RequestHandler = otherMethods('GET, HEAD');
