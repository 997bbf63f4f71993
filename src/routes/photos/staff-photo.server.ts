import { staffClient } from '#lib/database/client.server.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { photoForStaff, type PictureSize } from '#lib/evidence/photos.server.ts';
import type { Locale } from '#lib/i18n/messages.ts';
import { problemResponse, problemSentence } from '#lib/reports/problem-document.ts';
import { sentencePicture } from './sentence-picture.ts';

/** What a request for a staff photo is answered with, whichever size it names. */
export async function answerStaffPhoto(
	{ request, locals }: { request: Request; locals: App.Locals },
	sha256: string,
	size: PictureSize,
	purpose = 'derivative'
): Promise<Response> {
	try {
		if (!locals.staff) throw new ApiProblem(403, 'sign_in_needed');
		if (!/^[0-9a-f]{64}$/.test(sha256)) throw new ApiProblem(404, 'not_found');
		const { bytes, type } = await photoForStaff(staffClient(locals.staff.accessToken), sha256, purpose, size);
		return pictureResponse(new Uint8Array(bytes), type);
	} catch (error) {
		if (!(error instanceof ApiProblem)) throw error;
		return isForPicture(request)
			? sentenceResponse(error, locals.language)
			: problemResponse(error, locals.language);
	}
}

function pictureResponse(bytes: Uint8Array<ArrayBuffer>, type: string, status = 200): Response {
	return new Response(bytes, {
		status,
		headers: {
			'content-type': type,
			'content-length': String(bytes.length),
			'cache-control': 'private, no-store',
			'content-disposition': 'inline',
			// Whatever an original holds, a browser that opens it runs nothing.
			'content-security-policy': "default-src 'none'; sandbox"
		}
	});
}

/** An `<img>` shows no problem document. It does show a picture of any status: so the sentence becomes one. */
function sentenceResponse(problem: ApiProblem, locale: Locale): Response {
	const drawn = sentencePicture(problemSentence(problem.code, locale, problem.detail));
	const response = pictureResponse(
		new TextEncoder().encode(drawn),
		'image/svg+xml; charset=utf-8',
		problem.status
	);
	response.headers.set('content-language', locale);
	response.headers.set('vary', 'accept-language, cookie, sec-fetch-dest');
	return response;
}

function isForPicture(request: Request): boolean {
	return request.headers.get('sec-fetch-dest') === 'image';
}
