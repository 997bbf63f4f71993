import { hotspotRoles, readHotspotCity } from '#lib/hotspots/hotspots.server.ts';
import { requireStaff } from '#lib/staff/session.server.ts';
import type { PageServerLoad } from './$types';

/** The forecast is made in the page's worker; here it is only decided who may read what it is made of. */
export const load: PageServerLoad = async (event) => {
	requireStaff(event, hotspotRoles);
	return { streetsVersion: (await readHotspotCity()).streets_version };
};
