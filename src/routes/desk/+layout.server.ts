import { redirect } from '@sveltejs/kit';
import { usualSortFor } from '#lib/cases/case-filter.ts';
import { readChoices, readCity } from '#lib/cases/cases.server.ts';
import { deskRoles, reading, readLists } from '#lib/cases/desk.server.ts';
import { readFilters } from '#lib/cases/filters.ts';
import { readViews } from '#lib/cases/saved-views.server.ts';
import { countWaiting } from '#lib/evidence/covers.server.ts';
import { classesOf } from '#lib/live/viewer.ts';
import { requireStaff } from '#lib/staff/session.server.ts';
import { hasRole, type Role } from '#lib/staff/staff.ts';
import { photoJudges } from './photos/judges.ts';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = async (event) => {
	const staff = requireStaff(event, deskRoles);
	const startsWithReports = hasRole(staff, 'registrar', 'inspector');
	const roles = staff.roles.map(({ role }) => role as Role);
	const filters = readFilters(
		event.url.searchParams,
		startsWithReports ? 'inbox' : 'cases',
		usualSortFor(roles)
	);
	return reading(event.locals.language, async () => {
		const isCases = filters.list === 'cases';
		// The desk's own address opens with the view somebody chose for it.
		const isBare = event.url.pathname === '/desk' && event.url.searchParams.size === 0;
		const views = isCases || isBare ? await readViews(staff.accessToken) : [];
		const opening = isBare ? views.find((view) => view.is_default) : undefined;
		if (opening) redirect(303, `/desk?${opening.query}`);
		const [lists, city, photosWaiting, choices] = await Promise.all([
			readLists(staff.accessToken, filters),
			readCity(),
			hasRole(staff, ...photoJudges) ? countWaiting(staff.accessToken) : null,
			isCases ? readChoices(staff.accessToken) : { units: [], areas: [] }
		]);
		return {
			isFull: true,
			lists,
			views,
			names: { ...choices, categories: isCases ? city.categories : [] },
			desk: {
				/** The reader's own roles, each once. */
				roles: [...new Set(roles)],
				timeZone: city.time_zone,
				bbox: city.bbox,
				streetsVersion: city.streets_version,
				/** How many photos wait to be covered or cleared; null for those who do not judge them. */
				photosWaiting,
				seesReports: hasRole(staff, 'registrar', 'dispatcher', 'closer', 'office', 'inspector'),
				/** Who decides about reports selects rows and has keys for it. */
				decides: hasRole(staff, 'registrar', 'inspector'),
				takesCalls: hasRole(staff, 'registrar'),
				verifies: hasRole(staff, 'inspector'),
				/** Who asks for more time or decides about it has a page of what waits. */
				seesRequests: hasRole(staff, 'closer', 'dispatcher', 'office', 'team', 'unit_handler'),
				keepsWords: hasRole(staff, 'registrar', 'office', 'admin'),
				/** Who drafts dispatch rules, and who keeps the notices' templates: their pages are the administration's. */
				keepsRules: hasRole(staff, 'dispatcher', 'office'),
				keepsTemplates: hasRole(staff, 'office'),
				reasons: city.reasons,
				viewerClass: classesOf(staff).find((name) => name !== 'wall') ?? null
			}
		};
	});
};
