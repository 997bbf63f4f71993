import { reading } from '#lib/cases/desk.server.ts';
import { call, staffClient } from '#lib/database/client.server.ts';
import { requireStaff } from '#lib/staff/session.server.ts';
import type { PageServerLoad } from './$types';

interface ListExport {
	id: string;
	/** Null for a colleague whose name the reader may not see. */
	person: string | null;
	format: string;
	filter_hash: string;
	has_words: boolean;
	purpose: string | null;
	/** Null while it goes on, and of one that broke off. */
	row_count: number | null;
	began_at: string;
	ended_at: string | null;
}

/** Who took lists out: of everybody for the data officer, of oneself for others. */
export const load: PageServerLoad = async (event) => {
	const { accessToken } = requireStaff(event, ['admin', 'data_officer']);
	return reading(event.locals.language, () =>
		call<{ exports: ListExport[] }>(staffClient(accessToken), 'list_exports')
	);
};
