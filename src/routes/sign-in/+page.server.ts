import { fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { ApiProblem } from '#lib/database/problem.ts';
import { m } from '#lib/i18n/messages.ts';
import { problemSentence } from '#lib/reports/problem-document.ts';
import { isDemoOpen } from '#lib/staff/demo.server.ts';
import { findPersona, personas } from '#lib/staff/personas.ts';
import {
	safeNext,
	signIn,
	signInPersona,
	stepAddress,
	type SignInResult
} from '#lib/staff/session.server.ts';
import { readForm } from '#server/form.ts';
import { startOf } from './start.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ url, locals, request }) => ({
	next: safeNext(url.searchParams.get('next'), ''),
	startsAt: startOf(locals.staff),
	personas: (await isDemoOpen({ url, request })) ? personas.map(({ id: _, ...shown }) => shown) : []
});

const sentences: Record<Exclude<SignInResult, 'ok'>, () => string> = {
	wrong: m.shell_sign_in_wrong,
	locked: m.shell_sign_in_locked,
	no_entry: m.shell_sign_in_no_entry
};

export const actions: Actions = {
	password: (event) =>
		answering(event, async (form) => {
			const login = textOf(form, 'login').trim().slice(0, 120);
			const password = textOf(form, 'password');
			if (!login || !password) return refusal(400, form, m.shell_sign_in_missing());
			if (password.length > 200) return refusal(400, form, m.shell_sign_in_wrong());
			const result = await signIn(event, login, password);
			if (result !== 'ok') return refusal(result === 'locked' ? 429 : 400, form, sentences[result]());
			const next = safeNext(textOf(form, 'next'), startOf(event.locals.staff));
			redirect(303, stepAddress(event, next) ?? next);
		}),

	persona: (event) =>
		answering(event, async (form) => {
			const persona = findPersona(textOf(form, 'persona'));
			if (!persona || !(await signInPersona(event, persona))) return refusal(403, form, m.shell_demo_shut());
			redirect(303, safeNext(textOf(form, 'next'), persona.start));
		})
};

/** An unreadable form or a busy database is said in the form, not on an error page: what was typed stays. */
async function answering<T>(event: RequestEvent, work: (form: FormData) => Promise<T>) {
	let form = new FormData();
	try {
		form = await readForm(event.request);
	} catch (problem) {
		if (!(problem instanceof ApiProblem)) throw problem;
		return refusal(problem.status, form, problemSentence(problem.code, event.locals.language));
	}
	try {
		return await work(form);
	} catch (problem) {
		if (!(problem instanceof ApiProblem)) throw problem;
		return refusal(problem.status, form, m.shell_sign_in_busy());
	}
}

/** The form comes back with what was typed, except the password, and with where the person was going. */
function refusal(status: number, form: FormData, problem: string) {
	return fail(status, {
		login: textOf(form, 'login').slice(0, 120),
		next: safeNext(textOf(form, 'next'), ''),
		problem
	});
}

function textOf(form: FormData, name: string): string {
	const value = form.get(name);
	return typeof value === 'string' ? value : '';
}
