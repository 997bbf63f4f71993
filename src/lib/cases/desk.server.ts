import { error, redirect } from '@sveltejs/kit';
import { ApiProblem } from '#lib/database/problem.ts';
import type { Locale } from '#lib/i18n/messages.ts';
import { problemSentence } from '#lib/reports/problem-document.ts';
import type { Role } from '#lib/staff/staff.ts';

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
