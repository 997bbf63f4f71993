import type { HandleClientError } from '@sveltejs/kit';
import { m } from '#lib/i18n/messages.ts';

export const handleError: HandleClientError = ({ error, status }) => {
	// A page left open over an update asks for files that are gone: the next click loads everything anew.
	if (status < 500) return { message: m.shell_error_404(), code: 'not_found' };
	console.error(error);
	return { message: m.shell_error_500(), code: 'internal' };
};
