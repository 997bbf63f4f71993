import { hotspotRoles, readHotspotCity } from '#lib/hotspots/hotspots.server.ts';
import { requireStaff } from '#lib/staff/session.server.ts';
import type { PageServerLoad } from './$types';

/** Places are read by the page's worker; here it is only decided who may. */
export const load: PageServerLoad = async (event) => {
	requireStaff(event, hotspotRoles);
	return { streetsVersion: (await readHotspotCity()).streets_version };
};
