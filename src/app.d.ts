import type { Locale } from '#lib/i18n/messages.ts';
import type { Session } from '#lib/staff/staff.ts';

declare global {
	namespace App {
		interface Error {
			message: string;
			/** The request's id: what a person reads out to the operator, who finds it in the log. */
			id?: string;
			/** A stable word such as 'role_needed'; the page translates it. */
			code?: string;
		}
		interface Locals {
			requestId: string;
			language: Locale;
			/** Who is signed in; null for citizens. Its access token goes to staffClient(). */
			staff: Session | null;
			/** Signed in, and a step away from their roles: to every other page a stranger. */
			pending: Session | null;
		}
		interface PageData {
			/** True when a page brings its own frame (the wall): no header, dark ground. */
			isBare?: boolean;
			/** True when a page fills the window beneath the header and scrolls inside (a desk, a map); not on phones. */
			isFull?: boolean;
		}
	}
}

export {};
