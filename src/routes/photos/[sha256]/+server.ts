import { staffClient } from '#lib/database/client.server.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { photoForStaff } from '#lib/evidence/photos.server.ts';
import { answering, otherMethods } from '#lib/reports/problem-document.ts';
import type { RequestHandler } from './$types';

/** For staff alone: the derivative, or with ?original=<reason> the sealed original; who and why is written down. */
export const GET: RequestHandler = ({ params, url, locals }) =>
	answering(locals.language, async () => {
		if (!locals.staff) throw new ApiProblem(403, 'sign_in_needed');
		if (!/^[0-9a-f]{64}$/.test(params.sha256)) throw new ApiProblem(404, 'not_found');
		const reason = url.searchParams.get('original')?.trim() ?? null;
		if (reason === '') throw new ApiProblem(422, 'purpose_needed');
		const purpose = reason === null ? 'derivative' : `original: ${reason}`;
		const { bytes, type } = await photoForStaff(
			staffClient(locals.staff.accessToken),
			params.sha256,
			purpose
		);
		return new Response(new Uint8Array(bytes), {
			headers: {
				'content-type': type,
				'content-length': String(bytes.length),
				'cache-control': 'private, no-store',
				'content-disposition': 'inline',
				// Whatever an original holds, a browser that opens it runs nothing.
				'content-security-policy': "default-src 'none'; sandbox"
			}
		});
	});

export const fallback: RequestHandler = otherMethods('GET, HEAD');
