import { readOpenRequests } from '#lib/cases/case-time.server.ts';
import { readCity } from '#lib/cases/cases.server.ts';
import { deskRoles, reading } from '#lib/cases/desk.server.ts';
import { requireStaff } from '#lib/staff/session.server.ts';
import { hasRole } from '#lib/staff/staff.ts';
import type { PageServerLoad } from './$types';

/** What waits for the reader's decision, and what they asked for that waits for another's. */
export const load: PageServerLoad = async (event) => {
	const staff = requireStaff(event, deskRoles);
	return reading(event.locals.language, async () => {
		const [open, { time_zone }] = await Promise.all([readOpenRequests(staff.accessToken), readCity()]);
		return { open, timeZone: time_zone, asks: hasRole(staff, 'team', 'unit_handler') };
	});
};
