// Reading a form that anybody may have sent: what is no form, or breaks off, is the sender's mistake and never ours.
import { ApiProblem } from '#lib/database/problem.ts';
import { bodyLimit } from './arrival.ts';

/** A form's fields; a body that is no readable form is refused with 400, 413 or 415. */
export async function readForm(request: Request): Promise<FormData> {
	const type = request.headers.get('content-type') ?? '';
	if (!/^(multipart\/form-data|application\/x-www-form-urlencoded)\b/i.test(type)) {
		throw new ApiProblem(415, 'bad_request');
	}
	if (Number(request.headers.get('content-length') ?? 0) > bodyLimit) throw new ApiProblem(413, 'too_large');
	try {
		return await request.formData();
	} catch (error) {
		if ((error as { status?: number } | null)?.status === 413) throw new ApiProblem(413, 'too_large');
		throw new ApiProblem(400, 'body_broken');
	}
}
