import { redirect } from '@sveltejs/kit';
import { answering } from '#lib/reports/problem-document.ts';
import { safeNext } from '#lib/staff/session.server.ts';
import { isTheme, themeCookie } from '#lib/ui/theme.ts';
import { readForm } from '#server/form.ts';
import type { RequestHandler } from './$types';

/** Remembers light or dark, or forgets it for the system's choice; goes back to where the reader was. */
export const POST: RequestHandler = ({ request, cookies, url, locals }) =>
	answering(locals.language, async () => {
		const form = await readForm(request);
		const theme = form.get('theme');
		const options = {
			path: '/',
			httpOnly: true,
			sameSite: 'lax',
			secure: url.protocol === 'https:'
		} as const;
		if (theme === 'auto') cookies.delete(themeCookie, options);
		else if (isTheme(theme)) cookies.set(themeCookie, theme, { ...options, maxAge: 365 * 24 * 3600 });
		const next = form.get('next');
		redirect(303, safeNext(typeof next === 'string' ? next : null, '/'));
	});
