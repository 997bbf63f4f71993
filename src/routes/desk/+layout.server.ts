import { readCity } from '#lib/cases/cases.server.ts';
import { deskRoles, reading, readLists } from '#lib/cases/desk.server.ts';
import { readFilters } from '#lib/cases/filters.ts';
import { classesOf } from '#lib/live/viewer.ts';
import { requireStaff } from '#lib/staff/session.server.ts';
import { hasRole } from '#lib/staff/staff.ts';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = async (event) => {
	const staff = requireStaff(event, deskRoles);
	const startsWithReports = hasRole(staff, 'registrar', 'inspector');
	const filters = readFilters(event.url.searchParams, startsWithReports ? 'inbox' : 'cases');
	return reading(event.locals.language, async () => {
		const [lists, city] = await Promise.all([readLists(staff.accessToken, filters), readCity()]);
		return {
			isFull: true,
			lists,
			desk: {
				timeZone: city.time_zone,
				bbox: city.bbox,
				streetsVersion: city.streets_version,
				seesReports: hasRole(staff, 'registrar', 'dispatcher', 'closer', 'office', 'inspector'),
				viewerClass: classesOf(staff).find((name) => name !== 'wall') ?? null
			}
		};
	});
};
