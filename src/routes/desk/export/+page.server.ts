import { readChoices, readCity } from '#lib/cases/cases.server.ts';
import { usualSortFor } from '#lib/cases/case-filter.ts';
import { deskRoles, reading, readLists } from '#lib/cases/desk.server.ts';
import { readFilters, writeFilters } from '#lib/cases/filters.ts';
import { problemSentence } from '#lib/reports/problem-document.ts';
import { requireStaff } from '#lib/staff/session.server.ts';
import { hasRole } from '#lib/staff/staff.ts';
import type { PageServerLoad } from './$types';

/** What will be exported, in words, before it is. */
export const load: PageServerLoad = async (event) => {
	const staff = requireStaff(event, deskRoles);
	const search = new URLSearchParams(event.url.searchParams);
	search.set('list', 'cases');
	const filters = readFilters(search, 'cases', usualSortFor(staff.roles.map(({ role }) => role)));
	const first = { ...filters, cases: { ...filters.cases, after: null } };
	const refused = event.url.searchParams.get('refused');
	return reading(event.locals.language, async () => {
		const [choices, city, lists] = await Promise.all([
			readChoices(staff.accessToken),
			readCity(),
			readLists(staff.accessToken, first)
		]);
		return {
			isFull: false,
			filter: first.cases,
			query: writeFilters(first),
			names: { ...choices, categories: city.categories },
			total: lists.totals.cases,
			isMore: lists.more.isMore,
			format: event.url.searchParams.get('format') === 'csv' ? 'csv' : 'xlsx',
			mayTakeWords: hasRole(staff, 'closer', 'office'),
			problem: refused === 'purpose_needed' ? problemSentence(refused, event.locals.language) : null
		};
	});
};
