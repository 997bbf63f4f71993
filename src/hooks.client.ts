import type { HandleClientError } from '@sveltejs/kit';
import { m } from '#lib/i18n/messages.ts';
import { connection } from '#lib/ui/connection.svelte.ts';

export const handleError: HandleClientError = ({ error, status }) => {
	// A page left open over an update asks for files that are gone: the next click loads everything anew.
	if (status < 500) return { message: m.shell_error_404(), code: 'not_found' };
	// Browsers call every request that found nobody a TypeError; whether it was one is asked at once.
	if (error instanceof TypeError && (!navigator.onLine || /fetch|network|load failed/i.test(error.message))) {
		void connection.ask();
		return { message: m.shell_error_offline(), code: 'offline' };
	}
	console.error(error);
	return { message: m.shell_error_500(), code: 'internal' };
};
