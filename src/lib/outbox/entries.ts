// Entries where they lie: in the database, or as text where there is no room for a database. Every change is one
// transaction that looks first, so that two tabs and the service worker never undo each other.
import type { SavedDraftRow } from './draft-row.ts';
import { isNoRoom, reading, writing, type Writing } from './database.ts';
import type { OutboxEntry } from './entry.ts';
import { shelveReceipt, type KeptReceipt } from './receipts.ts';
import { tellChange } from './changes.ts';
import { allTexts, getText, putText, removeText } from './text-shelf.ts';

const SHELF = 'outbox.';

/** Oldest first. */
export async function listEntries(): Promise<OutboxEntry[]> {
	const kept = await reading((database) => database.getAll('entries')).catch(() => []);
	const texts = [...allTexts<OutboxEntry>(SHELF).values()];
	const ids = new Set(kept.map(({ id }) => id));
	return [...kept, ...texts.filter(({ id }) => !ids.has(id))].sort((a, b) => a.savedAt - b.savedAt);
}

export async function readEntry(id: string): Promise<OutboxEntry | null> {
	const kept = await reading((database) => database.get('entries', id)).catch(() => undefined);
	return kept ?? getText<OutboxEntry>(SHELF + id);
}

/** The bytes of a photo that waits; null when they are not here. */
export async function readPhoto(sha256: string): Promise<Blob | null> {
	const row = await reading((database) => database.get('photos', sha256)).catch(() => undefined);
	return row ? new Blob([row.bytes], { type: row.type }) : null;
}

/** Keeps an entry as text only. */
export function shelveEntry(entry: OutboxEntry): boolean {
	const isKept = putText(SHELF + entry.id, { ...entry, keptIn: 'text' });
	if (isKept) tellChange();
	return isKept;
}

/**
 * Writes what `change` makes of an entry, if the entry is still there; null from it leaves everything as it is.
 * Answers with the entry as it is afterwards, or null when it is gone.
 */
export async function changeEntry(
	id: string,
	change: (entry: OutboxEntry) => OutboxEntry | null
): Promise<OutboxEntry | null> {
	const text = getText<OutboxEntry>(SHELF + id);
	if (text) {
		const changed = change(text);
		if (changed && !shelveEntry(changed)) return text;
		return changed ?? text;
	}
	let found: OutboxEntry | null = null;
	try {
		await writing(['entries'], async (transaction) => {
			const entries = transaction.objectStore('entries');
			const entry = await entries.get(id);
			if (!entry) return;
			found = entry;
			const changed = change(entry);
			if (!changed) return;
			await entries.put(changed);
			found = changed;
		});
	} catch (error) {
		// What is remembered of a try is worth less than the try: the entry itself stays as it was.
		if (!isNoRoom(error)) throw error;
		return found && change(found);
	}
	tellChange();
	return found;
}

/** The report is in: its receipt is kept, and it leaves the outbox, both or neither. */
export async function settleEntry(id: string, receipt: KeptReceipt): Promise<void> {
	try {
		await writing(['entries', 'photos', 'receipts', 'drafts'], async (transaction) => {
			await transaction.objectStore('entries').delete(id);
			await sweepPhotos(transaction);
			await transaction.objectStore('receipts').put(receipt);
		});
	} catch (error) {
		// A disk that has no room for a receipt still lets things go. The receipt first: without it the code is lost.
		const isShelved = shelveReceipt(receipt);
		if (getText(SHELF + id) === null && !(isShelved && isNoRoom(error))) throw error;
		await dropEntry(id).catch(() => {});
	}
	removeText(SHELF + id);
	tellChange();
}

/** The report is in, and photos of it are still to come: the code is the sender's from now on. */
export async function keepEarlyReceipt(receipt: KeptReceipt): Promise<void> {
	await writing(['receipts'], async (transaction) => {
		await transaction.objectStore('receipts').put(receipt);
	}).catch(() => void shelveReceipt(receipt));
	tellChange();
}

/** Removes an entry, sent or not. */
export async function dropEntry(id: string): Promise<void> {
	removeText(SHELF + id);
	await writing(['entries', 'photos', 'drafts'], async (transaction) => {
		await transaction.objectStore('entries').delete(id);
		await sweepPhotos(transaction);
	});
	tellChange();
}

/** Deletes photos that neither an entry nor a draft names any more. One photo may belong to several. */
export async function sweepPhotos(
	transaction: Pick<Writing<('entries' | 'photos' | 'drafts')[]>, 'objectStore'>
): Promise<void> {
	const photos = transaction.objectStore('photos');
	const entries = await transaction.objectStore('entries').getAll();
	const drafts = (await transaction.objectStore('drafts').getAll()) as Partial<SavedDraftRow>[];
	const named = new Set(
		[...entries.flatMap((entry) => entry.photos), ...drafts.flatMap((draft) => draft.photos ?? [])].map(
			({ sha256 }) => sha256
		)
	);
	for (const sha256 of await photos.getAllKeys!()) if (!named.has(sha256)) await photos.delete!(sha256);
}
