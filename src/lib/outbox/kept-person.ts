// Who is signed in, as far as this device knows it while nobody answers. Kept on this device only, and dropped at signing out.
import { reading, writing } from './database.ts';
import type { Person } from './entry.ts';

const KEY = 'person';

export async function keepPerson({ id, name, role }: Person): Promise<void> {
	dropAtSignOut();
	await writing(['notes'], (transaction) =>
		transaction.objectStore('notes').put({ id, name, role }, KEY)
	).catch(() => {});
}

export async function dropPerson(): Promise<void> {
	await writing(['notes'], (transaction) => transaction.objectStore('notes').delete(KEY)).catch(() => {});
}

export async function keptPerson(): Promise<Person | null> {
	dropAtSignOut();
	const kept = await reading((database) => database.get('notes', KEY)).catch(() => undefined);
	return (kept as Person | undefined) ?? null;
}

/** Whether this page came out of the cache, or nobody can be asked now: then it does not know who is signed in. */
export function isUnanswered(): boolean {
	return document.documentElement.hasAttribute('data-kept') || !navigator.onLine;
}

let isListening = false;

/** From now on, on this page: who signs out is forgotten before the page is left. */
export function dropAtSignOut(): void {
	if (isListening) return;
	isListening = true;
	addEventListener(
		'submit',
		({ target }) => {
			if ((target as Element).getAttribute('action') === '/sign-out') void dropPerson();
		},
		true
	);
}
