import { fail, type Actions } from '@sveltejs/kit';
import { ApiProblem } from '#lib/database/problem.ts';
import { answerClosure, followReport } from '#lib/reports/follow.server.ts';
import { fieldErrors, problemSentence } from '#lib/reports/problem-document.ts';
import { intakeCity } from '#lib/reports/reports.server.ts';
import { readForm } from '#server/form.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ setHeaders }) => {
	setHeaders({ 'cache-control': 'no-store' });
	const { name, name_en, is_demo, time_zone } = await intakeCity();
	return { city: { name, name_en, is_demo, timeZone: time_zone }, requestId: crypto.randomUUID() };
};

export const actions: Actions = {
	follow: ({ request, locals }) =>
		answering(request, locals, async ({ code, pin }) => ({ followed: await followReport(code, pin) })),

	answer: ({ request, locals }) =>
		answering(request, locals, async ({ code, pin, form }) => {
			const solved = form.get('solved');
			const requestId = String(form.get('request_id') ?? '');
			if (solved !== 'yes' && solved !== 'no') throw new ApiProblem(422, 'answer_needed');
			if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(requestId))
				throw new ApiProblem(422, 'bad_request');
			return { followed: await answerClosure(code, pin, solved === 'yes', requestId), answered: solved };
		})
};

interface Asked {
	code: string;
	pin: string;
	form: FormData;
}

/** Code and PIN travel in the body and come back in the page, never in an address. */
async function answering<T extends object>(
	request: Request,
	locals: App.Locals,
	work: (asked: Asked) => Promise<T>
) {
	let code = '';
	let pin = '';
	try {
		const form = await readForm(request);
		code = textOf(form, 'code');
		pin = textOf(form, 'pin');
		return { code, pin, ...(await work({ code, pin, form })) };
	} catch (error) {
		if (!(error instanceof ApiProblem)) throw error;
		const field = fieldErrors(error)[0]?.pointer.slice(1) ?? 'form';
		return fail(error.status, { code, pin, field, problem: problemSentence(error.code, locals.language) });
	}
}

function textOf(form: FormData, name: string): string {
	const value = form.get(name);
	return typeof value === 'string' ? value.slice(0, 100) : '';
}
