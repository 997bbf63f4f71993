interface SavedPlace {
	lng: number;
	lat: number;
	accuracy_m: number | null;
}

/** The report a person is writing on this device, so that a closed tab or a dead battery costs nothing. */
export interface SavedDraft {
	id: string;
	observedAt: string;
	category: string;
	place: string;
	description: string;
	photo: Blob | null;
	photoPlace: SavedPlace | null;
	/** Set by hand on the map. */
	pin: SavedPlace | null;
	savedAt: number;
}

const DATABASE = 'kerbside';
const STORE = 'drafts';
const KEY = 'snap';
/** A draft of last week would be sent with a wrong idea of when. */
const MAX_AGE_MS = 24 * 3_600_000;

function open(): Promise<IDBDatabase> {
	return new Promise((resolve, reject) => {
		const request = indexedDB.open(DATABASE, 1);
		request.onupgradeneeded = () => request.result.createObjectStore(STORE);
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error);
		request.onblocked = () => reject(new Error('another tab holds an older version open'));
	});
}

async function run<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
	const database = await open();
	try {
		return await new Promise<T>((resolve, reject) => {
			const transaction = database.transaction(STORE, mode);
			const request = work(transaction.objectStore(STORE));
			transaction.oncomplete = () => resolve(request.result);
			transaction.onerror = transaction.onabort = () => reject(transaction.error);
		});
	} finally {
		database.close();
	}
}

// Private windows and full disks refuse storage. The form works without, so each of these only does what it can.
export async function saveDraft(draft: SavedDraft): Promise<void> {
	await run('readwrite', (store) => store.put(draft, KEY)).catch(() => {});
}

export async function loadDraft(now = Date.now()): Promise<SavedDraft | null> {
	const draft = await run('readonly', (store) => store.get(KEY) as IDBRequest<SavedDraft | undefined>).catch(
		() => null
	);
	return draft && now - draft.savedAt < MAX_AGE_MS ? draft : null;
}

export async function clearDraft(): Promise<void> {
	await run('readwrite', (store) => store.delete(KEY)).catch(() => {});
}
