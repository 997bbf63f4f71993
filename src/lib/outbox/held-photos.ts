// Photos for which this device has no room at all. The page that took them keeps them in its memory and says so to the
// other tabs and the service worker by holding a lock, which the browser lets go of when the page is gone for whatever
// reason: until then nobody gives such a photo up.
import type { OutboxEntry } from './entry.ts';

interface Held {
	photos: Map<string, Blob>;
	letGo: () => void;
}

const held = new Map<string, Held>();
const nameOf = (id: string) => `kerbside-photos-${id}`;
/** Where browsers have no locks: how long another tab is given the benefit of the doubt. */
const DOUBT_MS = 15 * 60_000;

const locks = (): LockManager | null => globalThis.navigator?.locks ?? null;

export function holdPhotos(id: string, photos: Map<string, Blob>): void {
	letPhotosGo(id);
	let letGo: () => void = () => {};
	const until = new Promise<void>((resolve) => (letGo = resolve));
	locks()
		?.request(nameOf(id), () => until)
		.catch(() => {});
	held.set(id, { photos, letGo });
}

export function heldPhoto(id: string, sha256: string): Blob | null {
	return held.get(id)?.photos.get(sha256) ?? null;
}

export function letPhotosGo(id: string): void {
	held.get(id)?.letGo();
	held.delete(id);
}

/** Whether this page has photos that would be gone with it. */
export function hasHeldPhotos(): boolean {
	return held.size > 0;
}

/** Whether another page, still open, has the photos of this entry. */
export async function isHeldElsewhere(entry: OutboxEntry, now: number): Promise<boolean> {
	if (held.has(entry.id) || !entry.photos.some((photo) => photo.isHeld && !photo.hasArrived)) return false;
	const manager = locks();
	if (!manager) return Math.abs(now - entry.savedAt) < DOUBT_MS;
	return manager.request(nameOf(entry.id), { ifAvailable: true }, (lock) => lock === null);
}
