import { readCases, readCity, readInbox, readPosition } from '#lib/cases/cases.server.ts';
import { deskRoles, reading } from '#lib/cases/desk.server.ts';
import { readFilters } from '#lib/cases/filters.ts';
import { classesOf } from '#lib/live/viewer.ts';
import { requireStaff } from '#lib/staff/session.server.ts';
import { hasRole } from '#lib/staff/staff.ts';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = async (event) => {
	event.depends('kerbside:list');
	const staff = requireStaff(event, deskRoles);
	const token = staff.accessToken;
	const startsWithReports = hasRole(staff, 'registrar', 'inspector');
	const filters = readFilters(event.url.searchParams, startsWithReports ? 'inbox' : 'cases');

	const desk = await reading(event.locals.language, async () => {
		// First the position, then the lists: they are at least as new, so no event can fall between.
		const position = await readPosition();
		const isInbox = filters.list === 'inbox';
		const count = 1;
		const [city, inbox, waiting, cases] = await Promise.all([
			readCity(),
			readInbox(token, isInbox ? filters.pile : 'received', filters.before, isInbox ? undefined : count),
			readInbox(token, filters.pile === 'received' ? 'to_verify' : 'received', null, count),
			readCases(token, filters, isInbox ? count : undefined)
		]);
		const received = filters.pile === 'received' || !isInbox ? inbox.total : waiting.total;
		const toVerify = filters.pile === 'to_verify' && isInbox ? inbox.total : waiting.total;
		return {
			position,
			city: {
				time_zone: city.time_zone,
				center: city.center,
				bbox: city.bbox,
				streets_version: city.streets_version
			},
			reports: isInbox ? inbox.reports : [],
			cases: isInbox ? [] : cases.cases,
			totals: { received, to_verify: toVerify, cases: cases.total }
		};
	});
	return {
		desk: {
			...desk,
			filters,
			seesReports: hasRole(staff, 'registrar', 'dispatcher', 'closer', 'office', 'inspector'),
			now: Date.now(),
			viewerClass: classesOf(staff).find((name) => name !== 'wall') ?? null
		}
	};
};
