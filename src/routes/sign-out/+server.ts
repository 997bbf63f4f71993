import { error, redirect } from '@sveltejs/kit';
import { ApiProblem } from '#lib/database/problem.ts';
import { closeStreamsOf } from '#lib/live/stream.server.ts';
import { problemSentence } from '#lib/reports/problem-document.ts';
import { signOut } from '#lib/staff/session.server.ts';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = async (event) => {
	try {
		const session = await signOut(event);
		if (session) closeStreamsOf(session);
	} catch (problem) {
		if (!(problem instanceof ApiProblem)) throw problem;
		const { status, code } = problem;
		error(status, { message: problemSentence(code, event.locals.language), code });
	}
	redirect(303, '/');
};
