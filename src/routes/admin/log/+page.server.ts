import { auditNow, startAudit, witnessed } from '#lib/audit/audit-job.server.ts';
import { requireStaff } from '#lib/staff/session.server.ts';
import { getSettings } from '#server/settings.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	requireStaff(event, ['admin', 'data_officer']);
	event.depends('kerbside:audit');
	return { audit: auditNow(), witness: await witnessed(getSettings().anchorDir) };
};

export const actions: Actions = {
	default: (event) => {
		requireStaff(event, ['admin', 'data_officer']);
		startAudit(getSettings().anchorDir);
		return {};
	}
};
