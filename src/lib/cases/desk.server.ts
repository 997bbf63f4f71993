import { error, redirect } from '@sveltejs/kit';
import { ApiProblem } from '#lib/database/problem.ts';
import type { Locale } from '#lib/i18n/messages.ts';
import { problemSentence } from '#lib/reports/problem-document.ts';
import type { Role } from '#lib/staff/staff.ts';
import { readCases, readInbox, readPosition } from './cases.server.ts';
import type { DeskLists } from './desk.ts';
import type { Filters } from './filters.ts';

/** Everyone who works on reports or cases; what each may see and do there the database says. */
export const deskRoles: readonly Role[] = [
	'registrar',
	'dispatcher',
	'closer',
	'office',
	'admin',
	'inspector',
	'team',
	'unit_handler'
];

/** Rows of a list at once; older ones are a page further. */
const listLength = 100;

/** Runs a read for a page. What the database refuses becomes the page's own error; the rest goes to the log. */
export async function reading<T>(locale: Locale, work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (problem) {
		if (!(problem instanceof ApiProblem)) throw problem;
		if (problem.status === 401) redirect(303, '/sign-in');
		error(problem.status, {
			message: problemSentence(problem.code, locale, problem.detail),
			code: problem.code
		});
	}
}

/** An address at the desk with the list's filters of the present one; the form action's own name is left out. */
export function backTo(here: URL, path: string): string {
	const filters = new URLSearchParams([...here.searchParams].filter(([name]) => !name.startsWith('/')));
	return filters.size > 0 ? `${path}?${filters}` : path;
}

/** The list pane: the chosen list in full, of the others only how long they are. */
export async function readLists(accessToken: string, filters: Filters): Promise<DeskLists> {
	// First the position, then the lists: they are at least as new, so no event can fall between.
	const position = await readPosition();
	const readAt = Date.now();
	const isInbox = filters.list === 'inbox';
	const other = filters.pile === 'received' ? 'to_verify' : 'received';
	const [pile, otherPile, cases] = await Promise.all([
		readInbox(accessToken, filters.pile, isInbox ? filters.before : null, isInbox ? listLength : 1),
		readInbox(accessToken, other, null, 1),
		readCases(accessToken, filters.cases, isInbox ? 1 : listLength)
	]);
	const [received, toVerify] = filters.pile === 'received' ? [pile, otherPile] : [otherPile, pile];
	return {
		position,
		readAt,
		filters,
		reports: isInbox ? pile.reports : [],
		cases: isInbox ? [] : cases.cases,
		totals: { received: received.total, to_verify: toVerify.total, cases: cases.total },
		more: { isMore: cases.is_more, next: cases.next, emptiedBy: cases.emptied_by }
	};
}
