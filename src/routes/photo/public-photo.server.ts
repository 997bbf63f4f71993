import { publishedPhoto } from '#lib/evidence/published.server.ts';
import type { PictureSize } from '#lib/evidence/photos.server.ts';
import { answering } from '#lib/reports/problem-document.ts';

/**
 * The answer about a published photo, in either size. An address means one picture for as long as it lasts, so its tag
 * never changes; whether it still lasts is asked each time.
 */
export function answerPublicPhoto(
	{ request, locals }: { request: Request; locals: App.Locals },
	publicId: string,
	size: PictureSize
): Promise<Response> {
	return answering(locals.language, async () => {
		const bytes = await publishedPhoto(publicId, size);
		const tag = `"${publicId}-${size}"`;
		const headers = {
			'content-type': 'image/webp',
			// Long enough for a page to be looked at; not so long that a photo that is withheld again stays about.
			'cache-control': 'public, max-age=300',
			etag: tag,
			'content-disposition': 'inline',
			'x-content-type-options': 'nosniff',
			'content-security-policy': "default-src 'none'; sandbox"
		};
		const known = request.headers.get('if-none-match')?.split(/\s*,\s*/) ?? [];
		if (known.includes(tag) || known.includes(`W/${tag}`)) {
			return new Response(null, { status: 304, headers });
		}
		return new Response(new Uint8Array(bytes), {
			headers: { ...headers, 'content-length': String(bytes.length) }
		});
	});
}
