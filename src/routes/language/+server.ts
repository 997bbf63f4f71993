import { redirect } from '@sveltejs/kit';
import { languageCookie } from '#lib/i18n/language.server.ts';
import { isLocale } from '#lib/i18n/messages.ts';
import { answering } from '#lib/reports/problem-document.ts';
import { safeNext } from '#lib/staff/session.server.ts';
import { readForm } from '#server/form.ts';
import type { RequestHandler } from './$types';

/** Sets the reader's language and goes back to where they were; works before any script has arrived. */
export const POST: RequestHandler = ({ request, cookies, url, locals }) =>
	answering(locals.language, async () => {
		const form = await readForm(request);
		const language = form.get('language');
		if (isLocale(language)) {
			cookies.set(languageCookie, language, {
				path: '/',
				httpOnly: true,
				sameSite: 'lax',
				secure: url.protocol === 'https:',
				maxAge: 365 * 24 * 3600
			});
		}
		const next = form.get('next');
		redirect(303, safeNext(typeof next === 'string' ? next : null, '/'));
	});
