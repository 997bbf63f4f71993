// The one place where the outbox's IndexedDB is opened. Versions only ever add: code of an older version, still running in
// another tab, can work with a newer database, and an entry written by an older version is read by a newer one.
import { openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction, type StoreNames } from 'idb';
import type { KeptReceipt } from './receipts.ts';
import type { OutboxEntry } from './entry.ts';

/** A photo as bytes: blobs in IndexedDB become unreadable on some phones once the page that stored them is gone. */
export interface PhotoRow {
	sha256: string;
	bytes: ArrayBuffer;
	type: string;
}

export interface OutboxSchema extends DBSchema {
	drafts: { key: string; value: unknown };
	entries: { key: string; value: OutboxEntry };
	photos: { key: string; value: PhotoRow };
	receipts: { key: string; value: KeptReceipt };
	/** Small things this device remembers, such as the language of its pages. */
	notes: { key: string; value: unknown };
}

export type OutboxDatabase = IDBPDatabase<OutboxSchema>;
export type Store = StoreNames<OutboxSchema>;
export type Writing<Stores extends Store[]> = IDBPTransaction<OutboxSchema, Stores, 'readwrite'>;

const NAME = 'kerbside';
const VERSION = 2;
/** A browser that does not say whether it has storage is treated as one that has none, until it says. */
const PATIENCE_MS = 6_000;

let opening: Promise<OutboxDatabase> | null = null;

/** Rejects where there is no storage, or none that answers. */
export function openOutbox(): Promise<OutboxDatabase> {
	opening ??= open().catch((error: unknown) => {
		opening = null;
		throw error;
	});
	const slow = new Promise<never>((_, reject) =>
		setTimeout(() => reject(new Error('The storage of this browser does not answer.')), PATIENCE_MS)
	);
	slow.catch(() => {});
	return Promise.race([opening, slow]);
}

async function open(): Promise<OutboxDatabase> {
	if (typeof indexedDB === 'undefined') throw new Error('This browser has no storage.');
	const events = {
		// A newer version of the application wants to upgrade: it must not wait for this tab.
		blocking: (_: number, __: number | null, event: Event) => {
			(event.target as IDBDatabase).close();
			opening = null;
		},
		terminated: () => void (opening = null)
	};
	try {
		return await openDB<OutboxSchema>(NAME, VERSION, {
			...events,
			upgrade(database) {
				for (const store of ['drafts', 'notes'] as const)
					if (!database.objectStoreNames.contains(store)) database.createObjectStore(store);
				for (const store of ['entries', 'receipts'] as const)
					if (!database.objectStoreNames.contains(store))
						database.createObjectStore(store, { keyPath: 'id' });
				if (!database.objectStoreNames.contains('photos'))
					database.createObjectStore('photos', { keyPath: 'sha256' });
			}
		});
	} catch (error) {
		// Another tab runs a newer version already.
		if ((error as Error).name === 'VersionError') return await openDB<OutboxSchema>(NAME, undefined, events);
		throw error;
	}
}

/**
 * Runs `work` in one transaction that is on the disk, not only on its way there, when this resolves. Whatever fails
 * inside, nothing of it is kept. `work` must await nothing but the transaction's own requests.
 */
export async function writing<T, Stores extends Store[]>(
	stores: Stores,
	work: (transaction: Writing<Stores>) => Promise<T>
): Promise<T> {
	const database = await openOutbox();
	let transaction: Writing<Stores>;
	try {
		transaction = database.transaction(stores, 'readwrite', { durability: 'strict' });
	} catch (error) {
		// The connection was closed between opening and now; the next one is new.
		if ((error as Error).name !== 'InvalidStateError') throw error;
		opening = null;
		transaction = (await openOutbox()).transaction(stores, 'readwrite', { durability: 'strict' });
	}
	try {
		const result = await work(transaction);
		await transaction.done;
		return result;
	} catch (error) {
		transaction.done.catch(() => {});
		try {
			transaction.abort();
		} catch {
			// It has ended by itself.
		}
		// A request fails with a plain AbortError when the disk is full; the transaction knows why.
		throw transaction.error ?? error;
	}
}

export async function reading<T>(work: (database: OutboxDatabase) => Promise<T>): Promise<T> {
	const database = await openOutbox();
	try {
		return await work(database);
	} catch (error) {
		if ((error as Error).name !== 'InvalidStateError') throw error;
		opening = null;
		return work(await openOutbox());
	}
}

/** Chrome, Firefox and Safari each have their own name for a full disk. */
export function isNoRoom(error: unknown): boolean {
	const { name, message } = (error ?? {}) as Partial<Error>;
	return (
		name === 'QuotaExceededError' ||
		name === 'NS_ERROR_DOM_QUOTA_REACHED' ||
		/quota|disk is full|no space/i.test(message ?? '')
	);
}
