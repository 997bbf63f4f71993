import { fail, type RequestEvent } from '@sveltejs/kit';
import { staffClient, type Client } from '#lib/database/client.server.ts';
import { ApiProblem } from '#lib/database/problem.ts';
import { problemSentence } from '#lib/reports/problem-document.ts';
import { requireStaff } from '#lib/staff/session.server.ts';
import type { Session } from '#lib/staff/staff.ts';
import { readForm } from '#server/form.ts';

/** The administrator asking, and the database under their own name. */
export function administrator(event: RequestEvent): { staff: Session; client: Client } {
	const staff = requireStaff(event, ['admin']);
	return { staff, client: staffClient(staff.accessToken) };
}

/** A form's words; longer ones are cut, files are not among them. */
export function wordsOf(form: FormData, most = 200): Record<string, string> {
	const words: Record<string, string> = {};
	for (const [name, value] of form) if (typeof value === 'string') words[name] = value.slice(0, most).trim();
	return words;
}

/**
 * Runs a form action: what the database refuses comes back as a sentence beside the form, with everything that was typed.
 */
export async function answering<T>(
	event: RequestEvent,
	work: (words: Record<string, string>, client: Client, staff: Session) => Promise<T>
) {
	const { client, staff } = administrator(event);
	let words: Record<string, string> = {};
	try {
		words = wordsOf(await readForm(event.request));
		return await work(words, client, staff);
	} catch (problem) {
		if (!(problem instanceof ApiProblem)) throw problem;
		return fail(problem.status >= 500 ? 503 : problem.status, {
			problem: problemSentence(problem.code, event.locals.language),
			words
		});
	}
}
