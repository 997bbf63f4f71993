import { ApiProblem } from '#lib/database/problem.ts';
import { photoIntake } from '#lib/evidence/photos.server.ts';
import { requireIdentity } from '#lib/reports/json-body.ts';
import { answering, otherMethods } from '#lib/reports/problem-document.ts';
import { bodyChunks } from '#lib/reports/request-body.ts';
import type { RequestHandler } from './$types';

const SECONDS = 180;
/** Slower than any network that a photo ever comes through within that time; it only holds the place of others. */
const PACE = { graceSeconds: 10, bytesPerSecond: 1024 };

/** Takes the bytes of one photo, named by their SHA-256. Sending them again is no error. */
export const PUT: RequestHandler = ({ params, request, locals, getClientAddress }) =>
	answering(locals.language, async () => {
		const sha256 = params.sha256.toLowerCase();
		if (!/^[0-9a-f]{64}$/.test(sha256)) throw new ApiProblem(422, 'bad_sha256');
		requireIdentity(request);
		// adapter-node hands over no body for a request that does not say what it is.
		if (!request.headers.get('content-type')) throw new ApiProblem(415, 'content_type_needed');
		const announced = Number(request.headers.get('content-length') ?? 0) || 0;
		const { isNew } = await photoIntake().receive(
			bodyChunks(request, SECONDS, PACE),
			sha256,
			announced,
			// Staff are known by name and need no share.
			locals.staff ? '' : getClientAddress()
		);
		return Response.json({ sha256 }, { status: isNew ? 201 : 200, headers: { 'cache-control': 'no-store' } });
	});

export const fallback: RequestHandler = otherMethods('PUT');
