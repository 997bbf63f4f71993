import { readInbox } from '#lib/cases/cases.server.ts';
import { reading } from '#lib/cases/desk.server.ts';
import { requireStaff } from '#lib/staff/session.server.ts';
import type { PageServerLoad } from './$types';

/** What waits for a look on site, in the areas of whoever asks. */
export const load: PageServerLoad = async (event) => {
	const { accessToken } = requireStaff(event, ['inspector']);
	return reading(event.locals.language, async () => {
		const { reports, total } = await readInbox(accessToken, 'to_verify', null, 500);
		return { reports, total, readAt: Date.now() };
	});
};
