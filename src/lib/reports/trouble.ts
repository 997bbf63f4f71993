import type { ActionResult } from '@sveltejs/kit';
import { connection } from '#lib/ui/connection.svelte.ts';

/** Why a form's answer never came: nobody was reached, or somebody who could not answer. */
export type Trouble = 'no_signal' | 'no_answer';

/** Null for an answer the page can show. What was entered stays; no error page takes its place. */
export function readTrouble(result: ActionResult): Trouble | null {
	if (result.type === 'success' || result.type === 'failure' || result.type === 'redirect') return null;
	// fetch says a TypeError when it reached nobody; anything else is an answer that is none.
	const isUnreached = result.type === 'error' && result.error instanceof TypeError;
	if (!isUnreached && navigator.onLine) return 'no_answer';
	connection.lost();
	return 'no_signal';
}
