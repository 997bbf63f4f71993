import { fail, type RequestEvent } from '@sveltejs/kit';
import { ApiProblem } from '#lib/database/problem.ts';
import { problemSentence } from '#lib/reports/problem-document.ts';
import { requireAccount } from '#lib/staff/account.server.ts';
import type { Session } from '#lib/staff/staff.ts';
import { readForm } from '#server/form.ts';

/** A field as it was typed: a password may begin with a space. */
export type Words = (name: string) => string;

/** Runs a form action on one's own account; what is refused comes back as a sentence. Nothing typed is sent back: it is secret. */
export async function answering<T>(
	event: RequestEvent,
	work: (words: Words, session: Session) => Promise<T>
) {
	const session = requireAccount(event);
	try {
		const form = await readForm(event.request);
		const words: Words = (name) => {
			const value = form.get(name);
			return typeof value === 'string' ? value.slice(0, 300) : '';
		};
		return await work(words, session);
	} catch (problem) {
		if (!(problem instanceof ApiProblem)) throw problem;
		return fail(problem.status >= 500 ? 503 : problem.status, {
			problem: problemSentence(problem.code, event.locals.language)
		});
	}
}
