import { readCity } from '#lib/cases/cases.server.ts';
import { deskRoles } from '#lib/cases/desk.server.ts';
import { isUuid, wordsOf } from '#lib/cases/words.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { readNotice } from '#lib/enforcement/enforcement.server.ts';
import { writeNotice } from '#lib/enforcement/notice-file.server.ts';
import { sheetOf } from '#lib/enforcement/sheet.ts';
import { problemResponse } from '#lib/reports/problem-document.ts';
import { requireStaff } from '#lib/staff/session.server.ts';
import { readForm } from '#server/form.ts';
import type { RequestEvent } from '@sveltejs/kit';
import { openAddressee } from '../opened.server.ts';

async function answer(event: RequestEvent, openWith: (accessToken: string) => Promise<FormData | null>) {
	const { accessToken } = requireStaff(event, deskRoles);
	const { id } = event.params;
	try {
		const form = await openWith(accessToken);
		if (!isUuid(id)) throw new ApiProblem(404, 'not_found');
		const [notice, city] = await Promise.all([readNotice(accessToken, id), readCity()]);
		const opened = form
			? await openAddressee(accessToken, notice, wordsOf(form, 'reason_code'), wordsOf(form, 'note'))
			: {};
		const file = await writeNotice(sheetOf(notice, city.time_zone, opened));
		const name = encodeURIComponent(`${notice.title} ${notice.label}.docx`);
		return new Response(new Uint8Array(file), {
			headers: {
				'content-type': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
				'content-disposition': `attachment; filename="notice.docx"; filename*=UTF-8''${name}`,
				'cache-control': 'private, no-store'
			}
		});
	} catch (problem) {
		if (!(problem instanceof ApiProblem)) throw problem;
		// A person is taken back to the form, which is sent again with all that was typed and says what was wrong.
		if (
			event.request.method === 'POST' &&
			isUuid(id) &&
			event.request.headers.get('accept')?.includes('text/html')
		)
			return new Response(null, { status: 307, headers: { location: `/desk/notices/${id}?/open` } });
		return problemResponse(problem, event.locals.language);
	}
}

/** As Word, with blanks for names: nothing is revealed by an address. */
export const GET = (event: RequestEvent) => answer(event, async () => null);

/** With the name or plate it is to, for a reason. */
export const POST = (event: RequestEvent) => answer(event, () => readForm(event.request));
